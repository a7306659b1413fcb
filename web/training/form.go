package training

import (
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/internal/training"
	"portal/web/page"
	"portal/web/ui"
)

// typed is the form of a training as it was typed.
type typed struct {
	Key      string   `form:"key"`
	Version  string   `form:"version"`
	Title    string   `form:"title"`
	Theme    string   `form:"theme"`
	Teacher  string   `form:"teacher"`
	HeldOn   string   `form:"held_on"`
	StartsAt string   `form:"starts_at"`
	Hours    string   `form:"hours"`
	Place    string   `form:"place"`
	Audience []string `form:"audience"`
	PassMark string   `form:"pass_mark"`
}

// parse turns what was typed into a plan, or complaints.
func (f *typed) parse() (training.Plan, fault.Fields) {
	var r text.Reader
	p := training.Plan{
		Key:      r.Line("key", f.Key, "表单编号", 64, f.Version == ""),
		Title:    r.Line("title", f.Title, "培训名称", training.MaxTitle, true),
		Theme:    r.Line("theme", f.Theme, "主题", training.MaxTheme, true),
		Teacher:  r.Line("teacher", f.Teacher, "讲师", training.MaxTeacher, true),
		HeldOn:   r.Date("held_on", f.HeldOn, "培训日期", true),
		StartsAt: r.Clock("starts_at", f.StartsAt, "开始时间"),
		Place:    r.Line("place", f.Place, "地点", training.MaxPlace, true),
		PassMark: r.Int("pass_mark", f.PassMark, "及格线", 1, 100),
	}
	h, err := strconv.ParseFloat(strings.TrimSpace(f.Hours), 64)
	if err != nil || !(h > 0 && h <= 80) {
		r.Bad.Add("hours", "请填写学时，0.5 到 80 之间，例如 2.5")
	} else {
		p.Tenths = int(math.Round(h * 10))
	}
	for _, a := range f.Audience {
		if choice.Name(training.Teams, a) != "" && !slices.Contains(p.Audience, a) {
			p.Audience = append(p.Audience, a)
		}
	}
	if len(p.Audience) == 0 {
		r.Bad.Add("audience", "请选择参训队伍")
	}
	return p, r.Bad
}

// formView is the page of the form.
type formView struct {
	typed typed
	bad   fault.Fields
	known *training.Record // nil for a new training
	stale bool
}

func (v *formView) title() string {
	if v.known == nil {
		return "计划培训"
	}
	return "修改安排"
}

func (v *formView) head() ui.PageHead {
	head := ui.PageHead{Title: v.title(), Back: &ui.Link{Label: "培训", URL: page.TrainingsURL}}
	if v.known != nil {
		head.Back = &ui.Link{Label: v.known.Title, URL: page.TrainingURL(v.known.ID)}
		if v.known.State == training.Notified {
			head.Sub = "通知已经发出，保存后参训人员会收到变动的消息。"
		}
	}
	return head
}

func (v *formView) action() string {
	if v.known == nil {
		return page.TrainingsURL
	}
	return page.TrainingURL(v.known.ID)
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	return page.OK(w, r, formPage(&formView{typed: typed{Key: page.Key(), PassMark: "60", Hours: "2"}}))
}

func (h handler) plan(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	f.Version = ""
	p, bad := f.parse()
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.trainings.Plan(r.Context(), page.Actor(r), 0, p)
	}
	if bad, ok := page.Complaints(err); ok {
		return page.Render(w, r, http.StatusUnprocessableEntity, formPage(&formView{typed: f, bad: bad}))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.TrainingURL(id), "已计划。接着把参训队伍列入名单，再发通知。")
}

func (h handler) edit(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.State != training.Planned && rec.State != training.Notified {
		return page.Redirect(w, r, page.TrainingURL(rec.ID))
	}
	return page.OK(w, r, formPage(&formView{known: &rec, typed: typed{
		Version: strconv.Itoa(rec.Version), Title: rec.Title, Theme: rec.Theme, Teacher: rec.Teacher, HeldOn: calendar.ISO(rec.HeldOn),
		StartsAt: rec.StartsAt, Hours: training.Written(rec.Tenths), Place: rec.Place, Audience: rec.Audience, PassMark: strconv.Itoa(rec.PassMark),
	}}))
}

func (h handler) revise(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	p, bad := f.parse()
	if err = bad.Err(); err == nil {
		err = h.trainings.Revise(r.Context(), page.Actor(r), training.Step{ID: id, Version: page.Version(f.Version)}, p)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.TrainingURL(id), "已保存。")
	case !complaints && !stale:
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, code := &formView{typed: f, bad: bad, known: &rec}, http.StatusUnprocessableEntity
	if stale {
		v.stale, v.typed.Version, code = true, strconv.Itoa(rec.Version), http.StatusConflict
	}
	return page.Render(w, r, code, formPage(v))
}
