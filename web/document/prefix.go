package document

import (
	"errors"
	"net/http"
	"strconv"

	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
)

// typed is the form of the prefix as it was typed.
type typed struct {
	Version string `form:"version"`
	Prefix  string `form:"prefix"`
}

// prefixView is the page of the prefix.
type prefixView struct {
	typed   typed
	bad     fault.Fields
	changed string // what somebody else did meanwhile
	example string
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	return h.show(w, r, http.StatusOK, typed{}, nil)
}

// show draws the page. A form that was just opened gets the prefix in force and
// its version; one that was refused keeps what was typed.
func (h handler) show(w http.ResponseWriter, r *http.Request, code int, f typed, bad fault.Fields) error {
	p, err := h.papers.Prefix(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	v := prefixView{typed: f, bad: bad, example: document.Number(p.Text, h.papers.Now().Year(), 3)}
	if code == http.StatusOK {
		v.typed.Prefix = p.Text
	}
	if code == http.StatusConflict {
		v.changed = "代字刚刚被别人改过，现在是“" + p.Text + "”。您填写的还在，请核对后再保存。"
	}
	if code != http.StatusUnprocessableEntity {
		v.typed.Version = strconv.Itoa(p.Version)
	}
	return page.Render(w, r, code, prefixPage(v))
}

func (h handler) choose(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	prefix := read.Line("prefix", f.Prefix, "发文代字", document.MaxPrefix, true)
	version, err := strconv.ParseInt(f.Version, 10, 32)
	if err != nil {
		version = -1 // which no prefix has
	}
	if err = read.Bad.Err(); err == nil {
		err = h.papers.ChoosePrefix(r.Context(), page.Actor(r), int(version), prefix)
	}
	bad, complaints := page.Complaints(err)
	switch {
	case err == nil:
		return page.Done(w, r, page.PapersURL, "代字已改为“"+prefix+"”，以后签发的文件用它，编号接着排。")
	case complaints:
		return h.show(w, r, http.StatusUnprocessableEntity, f, bad)
	case errors.Is(err, fault.Stale):
		return h.show(w, r, http.StatusConflict, f, nil)
	}
	return err
}
