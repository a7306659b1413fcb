package account

import (
	"net/http"
	"strings"

	"portal/internal/account"
	"portal/internal/fault"
	"portal/web/page"
	"portal/web/ui"
)

// codeView is the page of the second factor, in one of its states.
type codeView struct {
	gated   bool // nothing else can be done before
	on      bool // the person has a second factor
	role    string
	square  ui.QRCode // of the one being set up
	letters string
	bad     fault.Fields
}

func (v *codeView) title() string {
	if v.on {
		return "填写动态口令"
	}
	return "启用动态口令"
}

func (h handler) code(w http.ResponseWriter, r *http.Request) error {
	return h.showCode(w, r, http.StatusOK, nil)
}

func (h handler) showCode(w http.ResponseWriter, r *http.Request, code int, bad fault.Fields) error {
	p, _, err := h.sessions.person(r)
	if err != nil {
		return err
	}
	if p.HasTOTP && !p.NeedsCode {
		return page.Redirect(w, r, page.ProfileURL)
	}
	v := codeView{gated: page.VisitorOf(r).Gate != "", on: p.HasTOTP, role: p.Actor.Role.Name(), bad: bad}
	if !v.on {
		e, err := h.accounts.Enrolment(r.Context(), p)
		if err != nil {
			return err
		}
		if err := v.draw(e); err != nil {
			return err
		}
	}
	return page.Render(w, r, code, codePage(v))
}

// draw shows the secret as a square for the phone's camera, and as letters in
// fours for typing.
func (v *codeView) draw(e account.Enrolment) (err error) {
	if e.Address == "" {
		return nil
	}
	for i := 0; i < len(e.Letters); i += 4 {
		v.letters += e.Letters[i:min(i+4, len(e.Letters))] + " "
	}
	v.square, err = page.Square(e.Address)
	return err
}

func (h handler) enrol(w http.ResponseWriter, r *http.Request) error {
	p, _, err := h.sessions.person(r)
	if err != nil {
		return err
	}
	if _, err := h.accounts.Enrol(r.Context(), p); err != nil {
		return err
	}
	return page.Redirect(w, r, page.CodeURL)
}

func (h handler) confirmCode(w http.ResponseWriter, r *http.Request) error {
	get, err := typed(w, r)
	if err != nil {
		return err
	}
	p, _, err := h.sessions.person(r)
	if err != nil {
		return err
	}
	err = h.accounts.ConfirmCode(r.Context(), p, strings.Join(strings.Fields(get("code")), ""))
	if bad, ok := page.Complaints(err); ok {
		return h.showCode(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	if p.HasTOTP {
		return page.Redirect(w, r, h.onward(r))
	}
	return page.Done(w, r, h.onward(r), "动态口令已启用，以后登录时要填手机上的 6 位数字。")
}
