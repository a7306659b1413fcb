package opinion

import (
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/opinion"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// perPage is how many rows a page of the ledger has.
const perPage = 50

// query is the ledger's address.
type query struct {
	View      string `form:"view"`
	State     string `form:"state"`
	Rating    string `form:"rating"`
	Kind      string `form:"kind"`
	Field     string `form:"field"`
	Street    string `form:"street"`
	Unit      string `form:"unit"`
	Station   string `form:"station"`
	Community string `form:"community"`
	Deputy    string `form:"deputy"`
	From      string `form:"from"`
	To        string `form:"to"`
	Text      string `form:"q"`
	After     string `form:"after"`
	Format    string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter() opinion.Filter {
	var r text.Reader
	return opinion.Filter{
		View: q.View, State: q.State, Rating: q.Rating, Kind: q.Kind, Field: q.Field,
		StreetID: page.Int64(q.Street), UnitID: page.Int64(q.Unit), StationID: page.Int64(q.Station),
		CommunityID: page.Int64(q.Community), DeputyID: page.Int64(q.Deputy),
		From: r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false),
		Text: r.Line("q", q.Text, "查找", opinion.MaxLocation, false), After: db.ParseCursor(q.After), Limit: perPage,
	}
}

// narrowed reports whether the reader has filtered beyond a saved view.
func (q query) narrowed() bool {
	return q.State+q.Text != "" || q.more()
}

// more reports whether one of the filters that are seldom used is set.
func (q query) more() bool {
	return q.Rating+q.Kind+q.Field+q.Street+q.Unit+q.Station+q.Community+q.Deputy+q.From+q.To != ""
}

// ledger is what the list page shows.
type ledger struct {
	head    ui.PageHead
	views   []ui.NavItem
	query   query
	choices opinion.Choices
	city    bool
	table   ui.Table
	next    string
	first   string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	found, err := h.opinions.Listing(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	l := ledger{query: q, choices: found.Choices, city: actor.StreetID == 0, next: page.Next(r, found.Next.String()), views: views(q)}
	l.head = h.head(r, actor, found.Count)
	if q.After != "" {
		l.first = page.With(r, "after", "")
	}
	l.table = h.table(found.Lines, found.Calendar, l.city)
	return page.OK(w, r, listPage(l))
}

func (h handler) head(r *http.Request, actor access.Actor, count int) ui.PageHead {
	head := ui.PageHead{Title: "群众意见", Count: strconv.Itoa(count) + " 条"}
	if count >= opinion.CountCap {
		head.Count = strconv.Itoa(opinion.CountCap) + " 条以上"
	}
	if actor.May(access.RegisterOpinion) {
		head.Primary = &ui.Link{Label: "登记意见", URL: page.NewOpinionURL, Icon: "plus"}
	}
	head.Links = []ui.Link{{Label: "逾期清单", URL: page.OverdueOpinionsURL}}
	if actor.May(access.ExportOpinions) {
		head.Links = append(head.Links, []ui.Link{
			{Label: "导出台账", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"},
			{Label: "CSV", URL: page.With(r, "format", "csv", "after", ""), Icon: "export"},
		}...)
	}
	return head
}

// views are the saved views as links.
func views(q query) []ui.NavItem {
	var items []ui.NavItem
	for _, v := range opinion.Views {
		items = append(items, ui.NavItem{
			Label: v.Name, URL: page.FilteredURL(page.OpinionsURL, "view", v.Key), Current: q.View == v.Key && !q.narrowed(),
		})
	}
	return items
}

func (h handler) table(lines []opinion.Line, cal *calendar.Calendar, city bool) ui.Table {
	t := ui.Table{Caption: "群众意见", Columns: []ui.Column{
		{Label: "编号"}, {Label: "内容"}, {Label: "类别", Less: true}, {Label: "状态"}, {Label: "期限"}, {Label: "承办单位", Less: true}, {Label: "收到", Less: true},
	}}
	t.Rows = make([]ui.Row, 0, len(lines))
	due := h.dues(cal)
	for _, l := range lines {
		place := l.Community
		if city {
			place = l.Street
			if l.Community != "" {
				place += " " + l.Community
			}
		}
		url := page.OpinionURL(l.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Number, URL: url, Sub: place},
			{Text: short(l.Text)},
			{Text: choice.Name(opinion.Kinds, l.Kind), Sub: choice.Name(opinion.Fields, l.Field)},
			{Status: status(l.State, l.Round)},
			{},
			{Text: l.Unit},
			{Text: calendar.Date(l.ReceivedOn)},
		}}
		if l.DueOn != nil {
			row.Cells[4].Due = due(l)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// dues says how much time each line has. Many lines are due on one day, and
// counting its working days takes longer than writing a line.
func (h handler) dues(cal *calendar.Calendar) func(opinion.Line) *ui.Due {
	type what struct {
		clock string
		on    time.Time
	}
	now, known := h.opinions.Now(), map[what]*ui.Due{}
	return func(l opinion.Line) *ui.Due {
		w := what{l.Clock, *l.DueOn}
		if known[w] == nil {
			known[w] = page.Due(cal, now, l.Clock, *l.DueOn, l.DeadlineID)
		}
		d := *known[w]
		d.URL = page.DeadlineURL(l.DeadlineID)
		return &d
	}
}

// short is the start of a text, for one line of a list.
func short(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "…"
		}
	}
	return s
}

// states are the states as terms, for the filter.
func states() []ui.Option {
	list := []ui.Option{{Label: "全部"}, {Value: opinion.Open, Label: "未办结"}, {Value: opinion.Accepted, Label: "受理（不含不予受理、合并、撤回）"}}
	for _, s := range opinion.Procedure.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}

// ratings are the ratings as options, for the filter.
func ratings() []ui.Option {
	list := page.Terms(opinion.Ratings, "全部")
	return append([]ui.Option{list[0], {Value: opinion.Rated, Label: "已评价"}}, list[1:]...)
}
