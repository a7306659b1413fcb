package public

import (
	"errors"
	"net/http"

	"portal/internal/fault"
	"portal/internal/opinion"
	"portal/web/page"
)

// mine is the opinion that a resident has opened, kept in their own browser for
// half an hour: the code stands in no address, so in no history and no log.
type mine struct{ Number, Code string }

const (
	mineCookie  = "opinion"
	mineSeconds = 30 * 60
)

func remember(w http.ResponseWriter, r *http.Request, m mine) {
	page.Remember(w, r, mineCookie, m, mineSeconds)
}

// opened returns the opinion that the resident has opened; its code was right
// when it was, which whoever made the cookie themselves does not get past.
func opened(r *http.Request) *mine {
	var m mine
	if !page.Recall(r, mineCookie, &m) || len(m.Number) > 100 || len(m.Code) > 100 {
		return nil
	}
	return &m
}

// errGuesses says that there were too many wrong codes.
var errGuesses = fault.Fields{{Name: "code", Text: "查询码填错的次数太多，请过一会儿再试；忘记了请联系街道人大工委办公室"}}

// errWrong is the one answer to everything that opens nothing.
var errWrong = fault.Fields{{Name: "code", Text: "编号和查询码对不上，请看着回执再填一遍"}}

// look returns the item of number and code. A wrong code, a wrong number and
// both wrong are one; each costs a try of the address and of the number.
func (h handler) look(r *http.Request, m mine) (st opinion.Status, err error) {
	now, address, number := h.site.Now(), h.Address(r), opinion.Digits(m.Number)
	if !h.guesses.Allow(address, now) {
		return st, errGuesses
	}
	if !h.locks.Allow(number, now) {
		h.guesses.Return(address, now)
		return st, errGuesses
	}
	st, err = h.Opinions.Status(r.Context(), m.Number, m.Code)
	if errors.Is(err, fault.NotFound) {
		return st, errWrong
	}
	h.guesses.Return(address, now)
	h.locks.Return(number, now)
	return st, err
}

func (h handler) receipt(w http.ResponseWriter, r *http.Request) error {
	m := opened(r)
	if m != nil {
		if _, err := h.look(r, *m); err != nil {
			m = nil
		}
	}
	return page.OK(w, r, receiptPage(m))
}

// leave takes the item off the resident's device.
func (h handler) leave(w http.ResponseWriter, r *http.Request) error {
	page.Forget(w, r, mineCookie)
	return page.Done(w, r, page.PublicStatusURL, "已退出，本机上不再保留您的编号和查询码。")
}
