package imports

import (
	"net/http"
	"strconv"

	"portal/internal/fault"
	"portal/internal/register"
	"portal/web/page"
	"portal/web/ui"
)

// typed is the form that sends a sheet.
type typed struct {
	Key      string `form:"key"`
	Street   string `form:"street"`
	Register string `form:"register"`
}

// formView is its page.
type formView struct {
	typed     typed
	bad       fault.Fields
	registers []ui.Option
	streets   []ui.Option // for who acts for the city
	chosen    string      // the file that has to be chosen again
}

func (v *formView) file() ui.Field {
	return ui.Field{
		Name: "file", Label: "填好的表格", Hint: ".xlsx 工作簿，不超过 " + strconv.Itoa(register.MaxFile>>20) + " MB、" + strconv.Itoa(register.MaxRows) + " 行。表头要和模板一致。",
		Value: v.chosen,
	}.For(v.bad)
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	f := page.Query[typed](r)
	f.Key = page.Key()
	return h.showForm(w, r, http.StatusOK, &formView{typed: f})
}

func (h handler) showForm(w http.ResponseWriter, r *http.Request, code int, v *formView) error {
	actor := page.Actor(r)
	keeps := h.registers.Keeps(actor)
	if len(keeps) != 1 {
		v.registers = []ui.Option{{Label: "请选择名册"}}
	}
	for _, sh := range keeps {
		v.registers = append(v.registers, ui.Option{Value: sh.Register, Label: sh.Title})
	}
	if actor.StreetID == 0 {
		l, err := h.registers.Imports(r.Context(), actor, register.Filter{Limit: 1})
		if err != nil {
			return err
		}
		v.streets = page.Rows(l.Streets, "请选择街道")
	}
	return page.Render(w, r, code, formPage(v))
}

func (h handler) send(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Upload[typed](w, r)
	if bad, ok := page.Complaints(err); ok {
		return h.showForm(w, r, http.StatusUnprocessableEntity, &formView{typed: typed{Key: page.Key()}, bad: bad})
	}
	if err != nil {
		return err
	}
	name, b, err := content(page.Files(r, "file"))
	if err != nil {
		return err
	}
	id, err := h.registers.Send(r.Context(), page.Actor(r), register.Sending{
		Key: f.Key, StreetID: page.Int64(f.Street), Register: f.Register, Name: page.FileName(name), Content: b,
	})
	if bad, ok := page.Complaints(err); ok {
		return h.showForm(w, r, http.StatusUnprocessableEntity, &formView{typed: f, bad: bad, chosen: page.Chosen(r, "file")})
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, page.ImportURL(id))
}
