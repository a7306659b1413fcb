package appointment

import (
	"net/http"

	"portal/internal/appointment"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
)

// typed is the form that begins a file, as it was typed.
type typed struct {
	Key    string `form:"key"`
	Title  string `form:"title"`
	Ground string `form:"ground"`
}

func (f *typed) parse() (appointment.New, fault.Fields) {
	var r text.Reader
	return appointment.New{
		Key:    r.Line("key", f.Key, "表单编号", 64, true),
		Title:  r.Line("title", f.Title, "标题", appointment.MaxTitle, true),
		Ground: r.Text("ground", f.Ground, "事由", appointment.MaxGround, true),
	}, r.Bad
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	return page.OK(w, r, newPage(typed{Key: page.Key()}, nil))
}

func (h handler) begin(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	var id int64
	if len(bad) == 0 {
		id, err = h.files.Begin(r.Context(), page.Actor(r), n)
		bad, _ = page.Complaints(err)
	}
	switch {
	case len(bad) > 0:
		return page.Render(w, r, http.StatusUnprocessableEntity, newPage(f, bad))
	case err != nil:
		return err
	}
	return page.Done(w, r, page.AppointmentURL(id), "已经开始准备。请加入要任免的人，并上传材料。")
}
