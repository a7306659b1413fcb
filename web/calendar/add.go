package calendar

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// maxNotice bounds the text of a notice.
const maxNotice = 4000

// typedYear is the form of a new year, as typed.
type typedYear struct {
	Year     string `form:"year"`
	Source   string `form:"source"`
	Notice   string `form:"notice"`
	Revision string `form:"revision"`
	Confirm  string `form:"confirm"`
}

// parse reads the form. Each complaint about the notice names its line.
func (f typedYear) parse() (deadline.Change, fault.Fields) {
	var r text.Reader
	c := deadline.Change{
		Year:     r.Int("year", f.Year, "年份", firstYear, lastYear),
		Source:   r.Line("source", f.Source, "通知的文号", deadline.MaxSource, true),
		Revision: f.Revision,
	}
	notice := r.Text("notice", f.Notice, "放假和调休安排", maxNotice, true)
	if len(r.Bad) == 0 {
		days, complaints := calendar.ParseNotice(c.Year, notice, c.Source)
		for _, text := range complaints {
			r.Bad.Add("notice", text)
		}
		c.Days = days
		c.Why = fmt.Sprintf("录入%d年节假日安排（%s）", c.Year, c.Source)
	}
	return c, r.Bad
}

// newYear serves the form of the next year that is not known.
func (h handler) newYear(w http.ResponseWriter, r *http.Request) error {
	o, err := h.deadlines.Overview(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	f := page.Query[typedYear](r)
	if f.Year == "" {
		f.Year = strconv.Itoa(nextYear(&o))
	}
	return page.OK(w, r, addPage(f, nil))
}

// addYear shows what the new year would do and, once confirmed, adds it.
func (h handler) addYear(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typedYear](w, r)
	if err != nil {
		return err
	}
	c, bad := f.parse()
	if len(bad) > 0 {
		return page.Render(w, r, http.StatusUnprocessableEntity, addPage(f, bad))
	}
	if f.Confirm == "" {
		return h.reviewYear(w, r, http.StatusOK, f, c)
	}
	moved, err := h.deadlines.Correct(r.Context(), page.Actor(r), c)
	bad, complaints := page.Complaints(err)
	switch {
	case err == nil:
		return page.Done(w, r, page.CalendarYearURL(c.Year), fmt.Sprintf("已录入%d年的安排，%s", c.Year, movedText(moved)))
	case complaints:
		return page.Render(w, r, http.StatusUnprocessableEntity, addPage(f, bad))
	case errors.Is(err, fault.Stale):
		return h.reviewYear(w, r, http.StatusConflict, f, c)
	}
	return err
}

func movedText(n int) string {
	if n == 0 {
		return "没有期限需要改期。"
	}
	return fmt.Sprintf("%d 个还在计时的期限已改期。", n)
}

// review is the page between the form and the act: what will happen.
type review struct {
	head    ui.PageHead
	changed bool // somebody else has changed the calendar meanwhile
	action  string
	fields  [][2]string // what was typed, to be sent again
	facts   []ui.Fact
	days    ui.Table
	effects []string
	button  string
}

func (h handler) reviewYear(w http.ResponseWriter, r *http.Request, code int, f typedYear, c deadline.Change) error {
	p, err := h.deadlines.Preview(r.Context(), page.Actor(r), c)
	if err != nil {
		return err
	}
	if p.AlreadyComplete {
		return page.Render(w, r, http.StatusUnprocessableEntity, addPage(f, fault.Fields{{Name: "year", Text: fmt.Sprintf("%d年已经录入，请在日历上逐日更正", c.Year)}}))
	}
	title := fmt.Sprintf("核对%d年的安排", c.Year)
	return page.Render(w, r, code, reviewPage(title, review{
		head:    ui.PageHead{Title: title, Sub: "请对照通知原文核对，确认后生效。"},
		changed: code == http.StatusConflict,
		action:  page.CalendarURL,
		fields:  [][2]string{{"year", f.Year}, {"source", f.Source}, {"notice", f.Notice}, {"revision", p.Revision}},
		facts:   []ui.Fact{{Label: "年份", Text: strconv.Itoa(c.Year) + "年"}, {Label: "依据", Text: c.Source}},
		days:    feasts(calendar.New(c.Days), c.Year),
		effects: effects(p),
		button:  "确认录入",
	}))
}

// effects says what a change does to the clocks.
func effects(p deadline.Preview) []string {
	if p.Moved() == 0 {
		return []string{"没有还在计时的期限受影响。"}
	}
	list := []string{fmt.Sprintf("%d 个还在计时的期限会改期：%d 个推后，%d 个提前。它们现在的到期日在%s至%s之间。",
		p.Moved(), p.Later, p.Earlier, calendar.Date(p.First), calendar.Date(p.Last))}
	if p.Overdue > 0 {
		list = append(list, fmt.Sprintf("其中 %d 个提前后马上就逾期。", p.Overdue))
	}
	return append(list, "每个改期都会记在那一件的办理过程里，并通知有关街道。已经结束的期限和承诺的日期不变。")
}
