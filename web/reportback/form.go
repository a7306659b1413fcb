package reportback

import (
	"net/http"
	"slices"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/reportback"
	"portal/internal/text"
	"portal/web/page"
)

// typed is the form of a session as it was typed.
type typed struct {
	Key      string   `form:"key"`
	Title    string   `form:"title"`
	District string   `form:"district"`
	HeldOn   string   `form:"held_on"`
	StartsAt string   `form:"starts_at"`
	EndsAt   string   `form:"ends_at"`
	Place    string   `form:"place"`
	Deputies []string `form:"deputies"`
}

func (f *typed) parse() (reportback.New, fault.Fields) {
	var r text.Reader
	n := reportback.New{
		Key: r.Line("key", f.Key, "表单编号", 64, true), Title: r.Line("title", f.Title, "名称", reportback.MaxTitle, true),
		District: r.Line("district", f.District, "选区", reportback.MaxDistrict, true), Place: r.Line("place", f.Place, "地点", reportback.MaxPlace, true),
	}
	day := r.Date("held_on", f.HeldOn, "日期", true)
	n.StartsAt, n.EndsAt = moment(&r, day, "starts_at", f.StartsAt, "开始时间"), moment(&r, day, "ends_at", f.EndsAt, "结束时间")
	for _, d := range f.Deputies {
		if id := page.Int64(d); id != 0 && !slices.Contains(n.Deputies, id) {
			n.Deputies = append(n.Deputies, id)
		}
	}
	return n, r.Bad
}

// moment reads a time of a day.
func moment(r *text.Reader, day time.Time, name, typed, label string) time.Time {
	hm := r.Clock(name, typed, label)
	if hm == "" {
		if r.Bad.For(name) == "" {
			r.Bad.Add(name, "请填写"+label)
		}
		return time.Time{}
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", calendar.ISO(day)+" "+hm, calendar.Zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// formView is the page of the form.
type formView struct {
	typed    typed
	bad      fault.Fields
	deputies []choice.Row
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	return h.showForm(w, r, http.StatusOK, typed{Key: page.Key(), StartsAt: "15:00", EndsAt: "17:00"}, nil)
}

func (h handler) showForm(w http.ResponseWriter, r *http.Request, code int, f typed, bad fault.Fields) error {
	list, err := h.reports.Candidates(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, code, formPage(&formView{f, bad, list}))
}

func (h handler) plan(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.reports.Plan(r.Context(), page.Actor(r), 0, n)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showForm(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.ReportSessionURL(id), "已计划。接着邀请选民，再发通知。")
}
