package calendar

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/deadline"
	"portal/web/page"
	"portal/web/ui"
)

// firstYear and lastYear bound what the page shows.
const (
	firstYear = 2000
	lastYear  = 2100
)

// yearView is the page of one year.
type yearView struct {
	head   ui.PageHead
	title  string
	gaps   []string
	known  bool
	source string
	months []month
	feasts ui.Table
	edit   bool
}

// month is one of twelve; weeks begin on Monday.
type month struct {
	ID, Name string
	Weeks    [][7]cell
}

// cell is one day of a month; N is "" outside it.
type cell struct {
	N, Class, Mark, Label, URL string
}

func (h handler) year(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		Year string `form:"year"`
	}](r)
	actor := page.Actor(r)
	o, err := h.deadlines.Overview(r.Context(), actor)
	if err != nil {
		return err
	}
	today := calendar.On(h.deadlines.Now())
	year, err := strconv.Atoi(q.Year)
	if err != nil || year < firstYear || year > lastYear {
		year = today.Year()
	}
	v := yearView{gaps: o.Gaps, known: o.Calendar.Covers(year), edit: actor.May(access.ManageCalendar)}
	v.title = strconv.Itoa(year) + "年节假日与调休"
	v.head = head(year, &o, v.edit)
	if i := slices.IndexFunc(o.Years, func(y deadline.Year) bool { return y.Year == year }); i >= 0 {
		v.source = source(o.Years[i])
	}
	for m := time.January; m <= time.December; m++ {
		v.months = append(v.months, monthOf(o.Calendar, year, m, today, v.edit))
	}
	v.feasts = feasts(o.Calendar, year)
	return page.OK(w, r, yearPage(v))
}

func head(year int, o *deadline.Overview, edit bool) ui.PageHead {
	p := ui.PageHead{Title: strconv.Itoa(year) + "年节假日与调休", Sub: "办理期限按这张日历计算工作日。"}
	if year > firstYear {
		p.Links = append(p.Links, ui.Link{Label: "‹ " + strconv.Itoa(year-1) + "年", URL: page.CalendarYearURL(year - 1)})
	}
	if year < lastYear {
		p.Links = append(p.Links, ui.Link{Label: strconv.Itoa(year+1) + "年 ›", URL: page.CalendarYearURL(year + 1)})
	}
	if edit {
		next := nextYear(o)
		p.Primary = &ui.Link{Label: "录入" + strconv.Itoa(next) + "年", URL: page.CalendarURL + "/new?year=" + strconv.Itoa(next), Icon: "plus"}
	}
	return p
}

// nextYear is the first year after those that are known.
func nextYear(o *deadline.Overview) int {
	if len(o.Years) == 0 {
		return firstYear
	}
	return o.Years[len(o.Years)-1].Year + 1
}

func source(y deadline.Year) string {
	s := "依据：" + y.Source + "。"
	if y.ChangedAt != nil {
		s += y.Changer + "于" + calendar.Date(*y.ChangedAt) + "录入。"
	}
	return s
}

func monthOf(cal *calendar.Calendar, year int, m time.Month, today time.Time, edit bool) month {
	out := month{ID: "m" + strconv.Itoa(int(m)), Name: strconv.Itoa(int(m)) + "月"}
	first := calendar.Day(year, m, 1)
	at := (int(first.Weekday()) + 6) % 7
	var week [7]cell
	for d := first; d.Month() == m; d = calendar.AddDays(d, 1) {
		week[at] = cellOf(cal, d, today, edit)
		if at++; at == 7 {
			out.Weeks, week, at = append(out.Weeks, week), [7]cell{}, 0
		}
	}
	if at > 0 {
		out.Weeks = append(out.Weeks, week)
	}
	return out
}

// cellOf shows a day by class, mark and words, so that nothing depends on colour.
func cellOf(cal *calendar.Calendar, d, today time.Time, edit bool) cell {
	kind, name := cal.KindOf(d)
	c := cell{N: strconv.Itoa(d.Day())}
	switch kind {
	case calendar.Holiday:
		c.Class, c.Mark, c.Label = "off", "休", name+"放假"
	case calendar.MakeUp:
		c.Class, c.Mark, c.Label = "work", "班", name+"上班"
	case calendar.Weekend:
		c.Class = "rest"
	}
	if d.Equal(today) {
		c.Class, c.Label = strings.TrimSpace(c.Class+" today"), strings.TrimSpace(c.Label+" 今天")
	}
	if edit {
		c.URL = page.CalendarDayURL(calendar.ISO(d))
	}
	return c
}

// feasts lists the year's holidays with what is worked in exchange.
func feasts(cal *calendar.Calendar, year int) ui.Table {
	t := ui.Table{Caption: "放假和调休", Columns: []ui.Column{{Label: "节日"}, {Label: "放假"}, {Label: "调休上班"}, {Label: "依据", Less: true}}}
	type feast struct {
		name, source string
		off, work    []time.Time
	}
	var list []*feast
	for _, e := range cal.Exceptions(year) {
		name := strings.TrimSuffix(e.Name, "调休")
		i := slices.IndexFunc(list, func(f *feast) bool { return f.name == name })
		if i < 0 {
			i = len(list)
			list = append(list, &feast{name: name, source: e.Source})
		}
		if e.Working {
			list[i].work = append(list[i].work, e.Day)
		} else {
			list[i].off = append(list[i].off, e.Day)
		}
	}
	slices.SortStableFunc(list, func(a, b *feast) int { return slices.Concat(a.off, a.work)[0].Compare(slices.Concat(b.off, b.work)[0]) })
	for _, f := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: f.name}, {Text: runs(f.off)}, {Text: runs(f.work)}, {Text: f.source}}})
	}
	return t
}

// runs writes days in order, those that follow each other as 10月1日至7日.
func runs(days []time.Time) string {
	var parts []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && calendar.DaysBetween(days[j], days[j+1]) == 1 {
			j++
		}
		part := calendar.MonthDay(days[i])
		switch {
		case j > i && days[i].Month() == days[j].Month():
			part += "至" + strconv.Itoa(days[j].Day()) + "日"
		case j > i:
			part += "至" + calendar.MonthDay(days[j])
		}
		if j > i {
			part += "，共 " + strconv.Itoa(j-i+1) + " 天"
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, "、")
}
