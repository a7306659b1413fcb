package calendar

import (
	"errors"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// kinds are what a day can be made.
var kinds = []choice.Term{{Key: "off", Name: "放假"}, {Key: "work", Name: "上班"}, {Key: "plain", Name: "按星期：周末休息，平日上班"}}

// typedDay is the form of one day, as typed.
type typedDay struct {
	Kind     string `form:"kind"`
	Name     string `form:"name"`
	Source   string `form:"source"`
	Why      string `form:"why"`
	Revision string `form:"revision"`
	Confirm  string `form:"confirm"`
}

// parse reads the form of day.
func (f typedDay) parse(day time.Time) (deadline.Change, fault.Fields) {
	var r text.Reader
	kind := r.Choice("kind", f.Kind, "这一天是什么", choice.Keys(kinds)...)
	named := kind == "off" || kind == "work"
	e := calendar.Exception{
		Day: day, Working: kind == "work",
		Name:   r.Line("name", f.Name, "名称", deadline.MaxName, named),
		Source: r.Line("source", f.Source, "依据", deadline.MaxSource, named),
	}
	c := deadline.Change{Why: r.Text("why", f.Why, "更正理由", deadline.MaxWhy, true), Source: e.Source, Revision: f.Revision}
	if named {
		c.Days = []calendar.Exception{e}
	} else {
		c.Plain = []time.Time{day}
	}
	return c, r.Bad
}

// dayOf reads the day that the address names.
func dayOf(r *http.Request) (time.Time, error) {
	day, ok := calendar.Parse(chi.URLParam(r, "day"))
	if !ok || day.Year() < firstYear || day.Year() > lastYear {
		return day, fault.NotFound
	}
	return day, nil
}

// day serves the form of one day as it is now.
func (h handler) day(w http.ResponseWriter, r *http.Request) error {
	day, err := dayOf(r)
	if err != nil {
		return err
	}
	o, err := h.deadlines.Overview(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	f := typedDay{Kind: "plain"}
	if e, ok := o.Calendar.Exception(day); ok {
		f = typedDay{Kind: "off", Name: e.Name, Source: e.Source}
		if e.Working {
			f.Kind = "work"
		}
	}
	return page.OK(w, r, dayPage(dayView{day, now(o.Calendar, day), f, nil}))
}

// dayView is the form of one day.
type dayView struct {
	day time.Time
	now string // what the day is
	f   typedDay
	bad fault.Fields
}

// now says what a day is.
func now(cal *calendar.Calendar, day time.Time) string {
	kind, name := cal.KindOf(day)
	switch kind {
	case calendar.Holiday:
		return name + "放假"
	case calendar.MakeUp:
		return name + "上班"
	case calendar.Weekend:
		return "周末休息"
	}
	return "工作日"
}

// correctDay shows what the correction would do and, once confirmed, makes it.
func (h handler) correctDay(w http.ResponseWriter, r *http.Request) error {
	day, err := dayOf(r)
	if err != nil {
		return err
	}
	f, err := page.Form[typedDay](w, r)
	if err != nil {
		return err
	}
	o, err := h.deadlines.Overview(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	c, bad := f.parse(day)
	if len(bad) > 0 {
		return page.Render(w, r, http.StatusUnprocessableEntity, dayPage(dayView{day, now(o.Calendar, day), f, bad}))
	}
	if f.Confirm == "" {
		return h.reviewDay(w, r, http.StatusOK, day, &o, f, c)
	}
	moved, err := h.deadlines.Correct(r.Context(), page.Actor(r), c)
	switch {
	case err == nil:
		return page.Done(w, r, page.CalendarYearURL(day.Year()), calendar.Date(day)+"已更正，"+movedText(moved))
	case errors.Is(err, fault.Stale):
		return h.reviewDay(w, r, http.StatusConflict, day, &o, f, c)
	}
	return err
}

func (h handler) reviewDay(w http.ResponseWriter, r *http.Request, code int, day time.Time, o *deadline.Overview, f typedDay, c deadline.Change) error {
	p, err := h.deadlines.Preview(r.Context(), page.Actor(r), c)
	if err != nil {
		return err
	}
	url := page.CalendarDayURL(calendar.ISO(day))
	v := review{
		head:    ui.PageHead{Title: "核对更正：" + calendar.Date(day), Back: &ui.Link{Label: "回去修改", URL: url}},
		changed: code == http.StatusConflict,
		action:  url,
		fields:  [][2]string{{"kind", f.Kind}, {"name", f.Name}, {"source", f.Source}, {"why", f.Why}, {"revision", p.Revision}},
		facts: []ui.Fact{
			{Label: "日期", Text: calendar.Date(day) + "（" + calendar.Weekday(day) + "）"},
			{Label: "现在", Text: now(o.Calendar, day)},
			{Label: "更正为", Text: now(calendar.New(c.Days), day)},
		},
		effects: effects(p),
		button:  "确认更正",
	}
	if c.Source != "" {
		v.facts = append(v.facts, ui.Fact{Label: "依据", Text: c.Source})
	}
	v.facts = append(v.facts, ui.Fact{Label: "理由", Text: c.Why, Wide: true})
	return page.Render(w, r, code, reviewPage(v.head.Title, v))
}
