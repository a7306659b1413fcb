package suggestion

import (
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/procedure"
	"portal/internal/suggestion"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// perPage is how many rows a page of a ledger has.
const perPage = 50

// query is the ledger's address.
type query struct {
	View     string `form:"view"`
	State    string `form:"state"`
	Class    string `form:"class"`
	Category string `form:"category"`
	Result   string `form:"result"`
	Rating   string `form:"rating"`
	Street   string `form:"street"`
	Unit     string `form:"unit"`
	Deputy   string `form:"deputy"`
	From     string `form:"from"`
	To       string `form:"to"`
	Text     string `form:"q"`
	After    string `form:"after"`
	Format   string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter() suggestion.Filter {
	var r text.Reader
	return suggestion.Filter{
		View: q.View, State: q.State, Class: q.Class, Category: q.Category, Result: q.Result, Rating: q.Rating,
		StreetID: page.Int64(q.Street), UnitID: page.Int64(q.Unit), DeputyID: page.Int64(q.Deputy),
		From: r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false),
		Text: r.Line("q", q.Text, "查找", suggestion.MaxTitle, false), After: db.ParseCursor(q.After), Limit: perPage,
	}
}

func (q query) narrowed() bool { return q.State+q.Text != "" || q.more() }

// more reports whether one of the filters that are seldom used is set.
func (q query) more() bool {
	return q.Class+q.Category+q.Result+q.Rating+q.Street+q.Unit+q.Deputy+q.From+q.To != ""
}

// ledger is what the list page shows.
type ledger struct {
	head        ui.PageHead
	views       []ui.NavItem
	query       query
	choices     suggestion.Choices
	city        bool
	table       ui.Table
	next, first string
	empty       string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	found, err := h.suggestions.Suggestions(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	l := ledger{query: q, choices: found.Choices, city: actor.StreetID == 0, next: page.Next(r, found.Next.String()), views: views(actor, q), head: head(r, actor, found.Count)}
	if q.After != "" {
		l.first = page.With(r, "after", "")
	}
	l.table = h.table(found.Lines, found.Calendar, l.city)
	l.empty = "代表起草、联名、提交的建议列在这里，从受理交办一直跟到代表评价、承诺兑现。"
	return page.OK(w, r, listPage(l))
}

func head(r *http.Request, actor access.Actor, count int) ui.PageHead {
	head := ui.PageHead{Title: "代表建议", Count: counted(count)}
	if actor.May(access.DraftSuggestion) {
		head.Primary = &ui.Link{Label: "起草建议", URL: page.NewSuggestionURL, Icon: "plus"}
	}
	head.Links = append([]ui.Link{{Label: "承诺台账", URL: page.PromisesURL}}, exports(r, actor, "导出一览表")...)
	return head
}

func exports(r *http.Request, actor access.Actor, label string) []ui.Link {
	if !actor.May(access.ExportSuggestions) {
		return nil
	}
	return []ui.Link{
		{Label: label, URL: page.With(r, "format", "xlsx", "after", "", "page", ""), Icon: "export"},
		{Label: "CSV", URL: page.With(r, "format", "csv", "after", "", "page", ""), Icon: "export"},
	}
}

func counted(n int) string {
	if n >= suggestion.CountCap {
		return strconv.Itoa(suggestion.CountCap) + " 件以上"
	}
	return strconv.Itoa(n) + " 件"
}

// views are the saved views as links; who sees no drafts of others has no view of them.
func views(actor access.Actor, q query) []ui.NavItem {
	var items []ui.NavItem
	for _, v := range suggestion.Views {
		if v.Key == "draft" && !actor.May(access.DraftSuggestion) && !actor.May(access.ReviewSuggestion) {
			continue
		}
		items = append(items, ui.NavItem{
			Label: v.Name, URL: page.FilteredURL(page.SuggestionsURL, "view", v.Key), Current: q.View == v.Key && !q.narrowed(),
		})
	}
	return items
}

func (h handler) table(lines []suggestion.Line, cal *calendar.Calendar, city bool) ui.Table {
	t := ui.Table{Caption: "代表建议", Columns: []ui.Column{
		{Label: "建议"}, {Label: "领衔代表"}, {Label: "类别", Less: true}, {Label: "状态"}, {Label: "期限"}, {Label: "承办单位", Less: true}, {Label: "提交", Day: true, Less: true},
	}}
	due := h.dues(cal)
	for _, l := range lines {
		url := page.SuggestionURL(l.ID)
		lead := l.Lead
		if l.Signers > 1 {
			lead += "等 " + strconv.Itoa(l.Signers) + " 人"
		}
		sub := l.Number
		if city {
			sub = l.Street + " " + l.Number
		}
		if l.Key {
			sub += " · 重点督办"
		}
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title, URL: url, Sub: sub},
			{Text: lead},
			{Text: choice.Name(suggestion.Categories, l.Category), Sub: choice.Name(suggestion.Classes, l.Class)},
			{Status: status(l.State, l.Round), Sub: result(l.Result)},
			{},
			{Text: l.Unit},
			{Text: page.Day(l.SubmittedOn)},
		}}
		if l.DueOn != nil {
			row.Cells[4].Due = due(l)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// dues says how much time each line has. Many lines are due on one day, and counting
// its working days takes longer than writing a line.
func (h handler) dues(cal *calendar.Calendar) func(suggestion.Line) *ui.Due {
	type what struct {
		clock string
		on    time.Time
	}
	now, known := h.suggestions.Now(), map[what]*ui.Due{}
	return func(l suggestion.Line) *ui.Due {
		w := what{l.Clock, *l.DueOn}
		if known[w] == nil {
			known[w] = page.Due(cal, now, l.Clock, *l.DueOn, l.DeadlineID)
		}
		d := *known[w]
		d.URL = page.DeadlineURL(l.DeadlineID)
		return &d
	}
}

// status shows a state; second handling is said, because it is the last.
func status(s procedure.State, round int) *ui.Status {
	info := suggestion.Procedure.Info(s)
	tone := ui.TonePlain
	switch {
	case s == suggestion.Closed:
		tone = ui.ToneGo
	case info.Ended:
		tone = ui.ToneDone
	case s == suggestion.SentBack || s == suggestion.Returned || s == suggestion.Promised || s == suggestion.Coordination:
		tone = ui.ToneWait
	}
	text := info.Name
	if round == 2 && !info.Ended {
		text += "（重新办理）"
	}
	return &ui.Status{Text: text, Tone: tone}
}

func result(key string) string {
	if key == "" {
		return ""
	}
	return key + "类"
}

// states are the states as terms, for the filter.
func states() []ui.Option {
	list := []ui.Option{{Label: "全部"}, {Value: suggestion.Open, Label: "未办结"}, {Value: suggestion.Accepted, Label: "已提交（不含退回、转信、合并、撤回）"}}
	for _, s := range suggestion.Procedure.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}

func ratings() []ui.Option {
	list := page.Terms(suggestion.Ratings, "全部")
	return append([]ui.Option{list[0], {Value: suggestion.Rated, Label: "已评价"}, {Value: "none", Label: "催请后未评价"}}, list[1:]...)
}
