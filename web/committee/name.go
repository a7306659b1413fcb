package committee

import (
	"errors"
	"net/http"

	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
)

// typedName is the form of a street's names as it was typed.
type typedName struct {
	Version   string `form:"version"`
	Name      string `form:"street-name"`
	Committee string `form:"street-committee"`
}

func (h handler) name(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	f, err := page.Form[typedName](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	name := read.Line("street-name", f.Name, "街道名称", text.Name, true)
	short := read.Line("street-committee", f.Committee, "工委简称", text.Name, true)
	if len(read.Bad) > 0 {
		return h.again(w, r, http.StatusUnprocessableEntity, read.Bad)
	}
	err = fault.Under("street-", h.streets.NameStreet(r.Context(), page.Actor(r), id, page.Version(f.Version), name, short))
	return h.after(w, r, err, page.CommitteeURL(id), "名称已修改。")
}

// after ends a move on the street's page.
func (h handler) after(w http.ResponseWriter, r *http.Request, err error, to, said string) error {
	if bad, ok := page.Complaints(err); ok {
		return h.again(w, r, http.StatusUnprocessableEntity, bad)
	}
	if errors.Is(err, fault.Stale) {
		return h.again(w, r, http.StatusConflict, nil)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, to, said)
}

// again shows the street with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, bad fault.Fields) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := view(page.Actor(r), rec, r.PostForm, bad)
	if code == http.StatusConflict {
		v.changed = "这里刚刚被别人改过，页首是现在的名称。您填写的还在，请核对后再决定要不要提交。"
	}
	return page.Render(w, r, code, streetPage(v))
}
