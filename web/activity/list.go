package activity

import (
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// perPage is how many rows a page of the ledger has.
const perPage = 50

// query is the ledger's address.
type query struct {
	View   string `form:"view"`
	State  string `form:"state"`
	Kind   string `form:"kind"`
	Class  string `form:"class"`
	Theme  string `form:"theme"`
	Group  string `form:"group"`
	Unit   string `form:"unit"`
	Street string `form:"street"`
	From   string `form:"from"`
	To     string `form:"to"`
	Text   string `form:"q"`
	After  string `form:"after"`
	Format string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter() activity.Filter {
	var r text.Reader
	return activity.Filter{
		View: q.View, State: q.State, Kind: q.Kind, Class: q.Class, StreetID: page.Int64(q.Street), GroupID: page.Int64(q.Group), UnitID: page.Int64(q.Unit),
		Theme: r.Line("theme", q.Theme, "主题", activity.MaxTheme, false),
		From:  r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false),
		Text: r.Line("q", q.Text, "查找", activity.MaxTitle, false), After: db.ParseCursor(q.After), Limit: perPage,
	}
}

func (q query) narrowed() bool { return q.Kind+q.Text != "" || q.more() }

// more reports whether one of the filters that are seldom used is set.
func (q query) more() bool {
	return q.State+q.Class+q.Theme+q.Group+q.Unit+q.Street+q.From+q.To != ""
}

// ledger is what the list page shows.
type ledger struct {
	head        ui.PageHead
	views       []ui.NavItem
	query       query
	choices     activity.Choices
	city        bool
	table       ui.Table
	next, first string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	found, err := h.activities.Activities(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	l := ledger{query: q, choices: found.Choices, city: actor.StreetID == 0, next: page.Next(r, found.Next.String()), views: views(actor, q), head: head(r, actor, found.Count)}
	if q.After != "" {
		l.first = page.With(r, "after", "")
	}
	l.table = h.table(actor, found.Lines, found.Calendar)
	return page.OK(w, r, listPage(l))
}

func head(r *http.Request, actor access.Actor, count int) ui.PageHead {
	head := ui.PageHead{Title: "代表活动", Count: counted(count), Print: true}
	if actor.May(access.KeepActivities) {
		head.Primary = &ui.Link{Label: "策划活动", URL: page.NewActivityURL, Icon: "plus"}
	}
	if actor.May(access.ExportActivities) {
		head.Links = []ui.Link{
			{Label: "导出台账", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"},
			{Label: "CSV", URL: page.With(r, "format", "csv", "after", ""), Icon: "export"},
		}
	}
	return head
}

func counted(n int) string {
	if n >= activity.CountCap {
		return strconv.Itoa(activity.CountCap) + " 次以上"
	}
	return strconv.Itoa(n) + " 次"
}

// views are the saved views as links; what somebody never sees has none.
func views(actor access.Actor, q query) []ui.NavItem {
	var items []ui.NavItem
	for _, v := range activity.Views {
		if v.Key == "approval" && !actor.May(access.KeepActivities) {
			continue
		}
		items = append(items, ui.NavItem{Label: v.Name, URL: page.FilteredURL(page.ActivitiesURL, "view", v.Key), Current: q.View == v.Key && !q.narrowed()})
	}
	return items
}

func (h handler) table(actor access.Actor, lines []activity.Line, cal *calendar.Calendar) ui.Table {
	t := ui.Table{Caption: "代表活动", Columns: []ui.Column{
		{Label: "活动"}, {Label: "类型"}, {Label: "日期", Day: true}, {Label: "地点", Less: true}, {Label: "组织", Less: true}, {Label: "状态"}, {Label: "期限"},
	}}
	for _, l := range lines {
		url := page.ActivityURL(l.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title, URL: url, Sub: sub(actor, l)},
			{Text: choice.Name(activity.Kinds, l.Kind), Sub: l.Unit},
			{Text: calendar.Date(l.HeldOn), Sub: l.StartsAt.In(calendar.Zone).Format("15:04")},
			{Text: l.Place},
			{Text: organiser(l)},
			{Status: status(l.State)},
			{},
		}}
		if l.DueOn != nil {
			row.Cells[6].Due = page.Due(cal, h.activities.Now(), l.Clock, *l.DueOn, l.DeadlineID)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// sub says below a title what is particular about an activity.
func sub(actor access.Actor, l activity.Line) string {
	var list []string
	if actor.StreetID == 0 {
		list = append(list, l.Street)
	}
	switch {
	case actor.StreetID != 0 && actor.StreetID != l.StreetID:
		list = append(list, "参与，"+l.Street+"组织")
	case l.Joint:
		list = append(list, "联合")
	}
	if l.Part {
		list = append(list, "活动周内，不另计")
	}
	if l.Supervises {
		list = append(list, "监督")
	}
	return strings.Join(list, " · ")
}

func organiser(l activity.Line) string {
	if l.GroupName != "" {
		return l.GroupName
	}
	return "工委"
}

// status shows a state.
func status(s procedure.State) *ui.Status {
	tone := ui.TonePlain
	switch s {
	case activity.Archived, activity.Open:
		tone = ui.ToneGo
	case activity.Cancelled:
		tone = ui.ToneDone
	case activity.Approval, activity.Held, activity.Reported:
		tone = ui.ToneWait
	}
	return &ui.Status{Text: activity.Procedure.Info(s).Name, Tone: tone}
}

// states are the states as options, for the filter.
func states() []ui.Option {
	list := []ui.Option{{Label: "全部"}, {Value: activity.Counted, Label: "已开展（统计口径）"}}
	for _, s := range activity.Procedure.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}
