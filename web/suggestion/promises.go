package suggestion

import (
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/suggestion"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// promiseQuery is the address of the promise ledger.
type promiseQuery struct {
	View   string `form:"view"`
	Of     string `form:"of"`
	Street string `form:"street"`
	Unit   string `form:"unit"`
	From   string `form:"from"`
	To     string `form:"to"`
	After  string `form:"after"`
	Format string `form:"format"`
}

func (q promiseQuery) filter() suggestion.PromiseFilter {
	var r text.Reader
	return suggestion.PromiseFilter{
		StreetID: page.Int64(q.Street), UnitID: page.Int64(q.Unit), Of: q.Of, View: q.View,
		From: r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false), After: suggestion.ParsePromisePlace(q.After), Limit: perPage,
	}
}

func (q promiseQuery) narrowed() bool { return q.Of+q.Street+q.Unit+q.From+q.To != "" }

// of are the rooms that promises come from.
var of = []ui.Option{{Label: "全部"}, {Value: "suggestion", Label: "代表建议"}, {Value: "opinion", Label: "群众意见"}}

// promiseView is what the promise ledger's page shows.
type promiseView struct {
	head        ui.PageHead
	views       []ui.NavItem
	query       promiseQuery
	choices     suggestion.Choices
	city        bool
	table       ui.Table
	next, first string
}

func (h handler) promises(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[promiseQuery](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.exportPromises(w, r, q)
	}
	l, err := h.suggestions.Promises(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := promiseView{query: q, choices: l.Choices, city: actor.StreetID == 0, table: h.promiseTable(l)}
	v.head = ui.PageHead{
		Title: "承诺台账", Count: counted(l.Count), Sub: "B 类答复和群众意见挂账承诺的事项，到期自动提醒，兑现后再次答复。",
		Back: &ui.Link{Label: "代表建议", URL: page.SuggestionsURL}, Links: exports(r, actor, "导出台账"), Print: true,
	}
	for _, x := range suggestion.PromiseViews {
		v.views = append(v.views, ui.NavItem{Label: x.Name, URL: page.FilteredURL(page.PromisesURL, "view", x.Key), Current: q.View == x.Key && !q.narrowed()})
	}
	v.next = page.Next(r, l.Next.String())
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	return page.OK(w, r, promisePage(v))
}

func (h handler) promiseTable(l suggestion.PromiseListing) ui.Table {
	t := ui.Table{Caption: "承诺台账", Columns: []ui.Column{
		{Label: "承诺的事项"}, {Label: "来自"}, {Label: "承诺日期", Day: true}, {Label: "状态"}, {Label: "承办单位"}, {Label: "街道", Less: true},
	}}
	now := h.suggestions.Now()
	for _, p := range l.Lines {
		url := page.SuggestionURL(p.ID)
		if p.Of == "opinion" {
			url = page.OpinionURL(p.ID)
		}
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: p.Text, URL: url, Sub: p.Title}, {Text: origin(p.Of), Sub: p.Number}, {Text: calendar.Date(p.DueOn), Sub: p.Delay()}, {}, {Text: p.Unit}, {Text: p.Street},
		}}
		switch {
		case p.State == "kept":
			row.Cells[3].Status = &ui.Status{Text: "已兑现", Tone: ui.ToneGo}
			row.Cells[3].Sub = page.Day(p.EndedOn)
		case p.State == "replaced":
			row.Cells[3].Status = &ui.Status{Text: "由重新答复代替", Tone: ui.ToneDone}
		default:
			d := page.Due(l.Calendar, now, "", p.DueOn, 0)
			d.URL = ""
			row.Cells[3].Due = d
			if p.Asked {
				row.Cells[3].Sub = "已申请延期，待决定"
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func origin(of string) string {
	if of == "opinion" {
		return "群众意见"
	}
	return "代表建议"
}

func (h handler) exportPromises(w http.ResponseWriter, r *http.Request, q promiseQuery) error {
	list, err := h.suggestions.ExportPromises(r.Context(), page.Actor(r), q.filter())
	if err != nil {
		return err
	}
	today := calendar.On(h.suggestions.Now())
	rows := make([][]string, len(list))
	for i, p := range list {
		state := map[string]string{"open": "未兑现", "kept": "已兑现", "replaced": "由重新答复代替"}[p.State]
		if p.Late(today) {
			state = "已到期未兑现"
		}
		rows[i] = []string{
			strconv.Itoa(i + 1), origin(p.Of), p.Number, p.Title, p.Text, p.Street, p.Unit, page.Day(p.MadeOn), calendar.Date(p.FirstDue), calendar.Date(p.DueOn), state, page.Day(p.EndedOn),
		}
	}
	return h.send(w, q.Format, "承诺台账", []string{"序号", "来自", "编号", "题目", "承诺的事项", "街道", "承办单位", "承诺时间", "原定日期", "承诺日期", "状态", "兑现日期"}, rows)
}
