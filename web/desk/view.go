package desk

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/desk"
	"portal/internal/figure"
	"portal/internal/notice"
	"portal/web/page"
	"portal/web/ui"
)

// view is what the page shows.
type view struct {
	desk    desk.Desk
	actor   access.Actor
	role    role
	head    ui.PageHead
	counts  []countLink
	groups  []group
	news    []newsLine
	streets *ui.Table
	events  *ui.Table
	summary []paragraph
	more    string // how many tasks are not shown
}

// group is the tasks of one heading.
type group struct {
	id, title string
	rows      []row
}

func (g group) size() string { return strconv.Itoa(len(g.rows)) + " 件" }

// row is one task.
type row struct {
	do, text, url, note, turn string
	due                       *ui.Due
}

type countLink struct{ label, n, url string }

type newsLine struct {
	text, url, at string
	unread        bool
}

type paragraph struct{ id, title, text, url string }

// The groups, in their order.
const (
	groupLate = iota
	groupSoon
	groupTodo
	groupRemind
)

var groupNames = [...]struct{ id, title string }{{"late", "逾期"}, {"soon", "快到期"}, {"todo", "待办"}, {"remind", "提醒"}}

func (v *view) show() {
	v.head = ui.PageHead{Title: "工作台"}
	v.head.Primary, v.head.Links = v.role.allowed(v.actor)
	groups := [len(groupNames)][]row{}
	for _, t := range v.desk.Tasks {
		g, line := v.line(t)
		groups[g] = append(groups[g], line)
	}
	open := 0
	for i, rows := range groups {
		if rows != nil {
			v.groups = append(v.groups, group{groupNames[i].id, groupNames[i].title, rows})
		}
		if i != groupRemind {
			open += len(rows)
		}
	}
	v.head.Sub = v.subtitle(open, len(groups[groupLate]))
	if v.desk.More > 0 {
		v.more = fmt.Sprintf("还有 %d 条没有列出，可以从上面的数字进入台账查看。", v.desk.More)
		if v.desk.More >= desk.CountCap-desk.Most {
			v.more = fmt.Sprintf("还有 %d 条以上没有列出，可以从上面的数字进入台账查看。", v.desk.More)
		}
	}
	for _, c := range v.desk.Counts {
		n := strconv.Itoa(c.N)
		if c.N >= desk.CountCap {
			n += "+"
		}
		v.counts = append(v.counts, countLink{c.Label, n, page.FilteredURL(page.OpinionsURL, c.Filter...)})
	}
	v.news = news(v.desk.News, v.desk.Now)
	v.events = events(v.desk.Events)
}

func (v *view) subtitle(open, late int) string {
	day := calendar.Date(v.desk.Now) + " " + calendar.Weekday(v.desk.Now)
	switch {
	case open == 0:
		return day
	case late > 0:
		return fmt.Sprintf("%s · 要办 %d 件，其中逾期 %d 件", day, open+v.desk.More, late)
	}
	return fmt.Sprintf("%s · 要办 %d 件", day, open+v.desk.More)
}

// line words a task and finds its group.
func (v *view) line(t desk.Task) (int, row) {
	r := row{do: t.Do, text: t.Text, url: address(t, v.actor), note: note(t), turn: t.Turn}
	g := groupTodo
	switch {
	case t.DueOn == nil:
		r.due = &ui.Due{Text: calendar.Near(v.desk.Now, t.At), Tone: ui.TonePlain}
		if t.Subject == desk.Year {
			r.due = nil
		}
	case t.Remind && t.Subject == desk.Reception:
		r.due = &ui.Due{Text: calendar.Near(v.desk.Now, *t.DueOn), Tone: ui.ToneGo}
	default:
		r.due = page.Due(v.desk.Cal, v.desk.Now, "", *t.DueOn, t.DeadlineID)
		if t.DeadlineID == 0 {
			r.due.URL = ""
		}
		g = map[ui.Tone]int{ui.ToneStop: groupLate, ui.ToneWait: groupSoon}[r.due.Tone]
		if r.due.Tone == ui.ToneGo {
			g = groupTodo
		}
	}
	if t.Remind {
		g = groupRemind
	}
	if t.Subject == desk.Year {
		r.text = fmt.Sprintf("%d年的节假日和调休安排还没有录入", t.ID)
	}
	return g, r
}

func note(t desk.Task) string {
	var parts []string
	for _, s := range []string{t.Number, t.Place} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if t.Again {
		parts = append(parts, "二次办理")
	}
	if t.Sensitive {
		parts = append(parts, "涉及代表或工委人员")
	}
	return strings.Join(parts, " · ")
}

func address(t desk.Task, a access.Actor) string {
	switch t.Subject {
	case desk.Opinion:
		return page.OpinionURL(t.ID)
	case desk.Reception:
		return page.ReceptionURL(t.ID)
	case desk.Missed:
		return page.FilteredURL(page.NewVisitURL, "reception", page.Number(t.ID))
	case desk.Draft:
		return page.NewVisitURL
	case desk.Grant:
		if a.May(access.ApproveGrants) {
			return page.GrantsURL
		}
		return page.AccountsURL
	case desk.Year:
		return page.CalendarURL
	}
	if url, _ := page.RecordURL(t.Subject, t.ID); url != "" {
		return url
	}
	return page.DeskURL
}

func news(list []notice.Entry, now time.Time) (lines []newsLine) {
	for _, n := range list {
		lines = append(lines, newsLine{n.Title, page.LocalPath(n.Link, page.NoticesURL), calendar.Near(now, n.At), n.Unread})
	}
	return lines
}

func events(list []audit.Line) *ui.Table {
	if len(list) == 0 {
		return nil
	}
	t := ui.Table{Caption: "操作记录", Columns: []ui.Column{{Label: "时间"}, {Label: "人员"}, {Label: "事项"}}}
	for _, e := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: calendar.DateTime(e.At)}, {Text: e.UserName, Sub: e.Role.Name()}, {Text: e.Title, Sub: e.Reason}}})
	}
	return &t
}

// count adds the figures that belong on a desk: each street's closing rate for
// the city, the month in a sentence for those who are told of it.
func (h handler) count(r *http.Request, v *view) error {
	presets := figure.Presets(v.desk.Now)
	if len(v.desk.Streets) > 0 {
		t, err := h.figures.Figures(r.Context(), v.actor, presets[1].Period, 0, "opinions", "opinions_closed")
		if err != nil {
			return err
		}
		v.streets = streetTable(v.desk.Streets, t)
	}
	if !v.role.summary {
		return nil
	}
	first := presets[0].From.AddDate(0, -1, 0)
	for _, m := range []struct {
		id, title string
		figure.Period
	}{{"this-month", "本月", presets[0].Period}, {"last-month", "上月", figure.Period{From: first, To: presets[0].From.AddDate(0, 0, -1)}}} {
		t, err := h.figures.Figures(r.Context(), v.actor, m.Period, 0)
		if err != nil {
			return err
		}
		place := page.VisitorOf(r).Place
		if len(t.Streets) == 1 {
			place = t.Streets[0].Name
		}
		v.summary = append(v.summary, paragraph{m.id, m.title, t.Sentence(place, 0), page.FilteredURL(page.FiguresURL, "from", calendar.ISO(m.From), "to", calendar.ISO(m.To))})
	}
	return nil
}

// streetTable puts the streets beside each other; each number opens its rows.
func streetTable(streets []desk.Street, t *figure.Table) *ui.Table {
	table := ui.Table{Caption: "各街道对照表", Grid: true, Columns: []ui.Column{
		{Label: "街道"}, {Label: "未办结", Number: true}, {Label: "已逾期", Number: true}, {Label: "挂账", Number: true}, {Label: "转市级", Number: true}, {Label: "本年办结率", Number: true},
	}}
	for _, s := range streets {
		street := page.Number(s.ID)
		share := t.Share(figure.Rates[0], s.ID)
		rows := func(n int, by, key string) ui.Cell {
			c := ui.Cell{Text: strconv.Itoa(n)}
			if n > 0 {
				c.URL = page.FilteredURL(page.OpinionsURL, by, key, "street", street)
			}
			return c
		}
		row := ui.Row{Cells: []ui.Cell{
			{Text: s.Name, URL: page.FilteredURL(page.OpinionsURL, "street", street)},
			rows(s.Open, "state", "open"), rows(s.Overdue, "view", "overdue"), rows(s.Promised, "view", "promised"), rows(s.ToCity, "view", "city"),
			{Text: share.Percent(), Sub: fmt.Sprintf("%d/%d", share.Numerator, share.Denominator)},
		}}
		if share.Denominator > 0 {
			row.Cells[5].URL = page.FilteredURL(page.FigureURL("opinions_closed"), "street", street)
		}
		table.Rows = append(table.Rows, row)
	}
	return &table
}
