package reportback

import (
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/procedure"
	"portal/internal/reportback"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

const (
	perPage = 50
	most    = 5000 // rows of a file
)

// query is the ledger's address.
type query struct {
	State  string `form:"state"`
	Street string `form:"street"`
	From   string `form:"from"`
	To     string `form:"to"`
	Text   string `form:"q"`
	After  string `form:"after"`
	Format string `form:"format"`
}

func (q query) narrowed() bool { return q.State+q.Street+q.From+q.To+q.Text != "" }

func (q query) filter() reportback.Filter {
	var r text.Reader
	return reportback.Filter{
		State: q.State, StreetID: page.Int64(q.Street), From: r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false),
		Text: r.Line("q", q.Text, "查找", reportback.MaxName, false), After: db.ParseCursor(q.After), Limit: perPage,
	}
}

// listView is what the ledger shows.
type listView struct {
	head        ui.PageHead
	query       query
	streets     []ui.Option
	table       ui.Table
	next, first string
	empty       string
}

func statusOf(s procedure.State) ui.Status {
	tone := ui.ToneWait
	switch s {
	case reportback.Rating, reportback.Published:
		tone = ui.ToneGo
	case reportback.Archived, reportback.Dropped:
		tone = ui.ToneDone
	}
	return ui.Status{Text: reportback.Procedure.Info(s).Name, Tone: tone}
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	f := q.filter()
	file := (q.Format == "xlsx" || q.Format == "csv") && actor.DeputyID == 0
	if file {
		f.After, f.Limit = db.Cursor{}, most
	}
	l, err := h.reports.Reports(r.Context(), actor, f)
	if err != nil {
		return err
	}
	if file {
		return h.export(w, q.Format, l.Lines)
	}
	v := listView{query: q, next: page.Next(r, l.Next.String()), table: lines(actor, l.Lines)}
	v.head = ui.PageHead{Title: "代表述职", Count: strconv.Itoa(l.Count) + " 人次", Sub: "代表向原选区选民报告履职情况，每届一次，接受无记名测评。", Print: true}
	v.empty = "召集述职会，请选区的选民听取报告、当场测评。"
	switch {
	case actor.May(access.KeepReportsBack):
		v.head.Primary = &ui.Link{Label: "召集述职会", URL: page.ReportsBackURL + "/new", Icon: "plus"}
		v.head.Links = []ui.Link{{Label: "尚未述职", URL: page.ReportsOwingURL, Icon: "calendar"}, {Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"}}
	case actor.DeputyID != 0:
		v.empty = "工委办公室请您述职后，列在这里：先写述职报告，再到会上报告。"
	}
	if actor.StreetID == 0 {
		v.streets = page.Rows(l.Streets, "全部")
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	return page.OK(w, r, listPage(&v))
}

func lines(actor access.Actor, list []reportback.Line) ui.Table {
	t := ui.Table{Caption: "代表述职", Columns: []ui.Column{{Label: "代表"}, {Label: "述职日期", Day: true}, {Label: "届", Less: true}, {Label: "状态"}, {Label: "测评"}}}
	for _, l := range list {
		s, url := statusOf(l.State), page.ReportBackURL(l.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{{Text: l.Name, URL: url, Sub: l.District}, {Text: calendar.Date(l.HeldOn)}, {Text: l.Term}, {Status: &s}, {Text: ratingText(l)}}}
		if actor.StreetID == 0 {
			row.Cells[0].Sub = l.Street + " " + l.District
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func ratingText(l reportback.Line) string {
	if l.Ballots == 0 {
		return "—"
	}
	return fmt.Sprintf("满意 %d，基本满意 %d，不满意 %d", l.Satisfied, l.Basically, l.Not)
}

var columns = []string{"序号", "街道", "代表", "选区", "届", "述职日期", "状态", "收回测评票", "满意", "基本满意", "不满意"}

func (h handler) export(w http.ResponseWriter, format string, list []reportback.Line) error {
	name := "代表述职台账" + calendar.ISO(h.reports.Now())
	rows := make([][]any, len(list))
	texts := make([][]string, len(list))
	for i, l := range list {
		rows[i] = []any{
			int64(i + 1), l.Street, l.Name, l.District, l.Term, calendar.ISO(l.HeldOn), reportback.Procedure.Info(l.State).Name,
			int64(l.Ballots), int64(l.Satisfied), int64(l.Basically), int64(l.Not),
		}
		for _, v := range rows[i] {
			texts[i] = append(texts[i], fmt.Sprint(v))
		}
	}
	if format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, columns, texts)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteWorkbook(w, document.Sheet{Name: "代表述职台账", Head: columns, Rows: rows})
}

func stateOptions() []ui.Option {
	list := []ui.Option{{Label: "全部"}}
	for _, s := range reportback.Procedure.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}

// owing lists who has not reported in the term.
func (h handler) owing(w http.ResponseWriter, r *http.Request) error {
	list, err := h.reports.Owing(r.Context(), page.Actor(r), 0)
	if err != nil {
		return err
	}
	t := ui.Table{Caption: "尚未述职", Columns: []ui.Column{{Label: "代表"}, {Label: "任职"}, {Label: "应在此前述职"}, {Label: "安排"}}}
	now := calendar.On(h.reports.Now())
	for _, o := range list {
		row := ui.Row{Cells: []ui.Cell{
			{Text: o.Name, Sub: o.District, URL: page.DeputyURL(o.DeputyID)}, {Text: calendar.Date(o.Since), Sub: o.Term}, {Text: calendar.Date(o.DueOn)}, {Text: "还没有安排"},
		}}
		if o.DueOn.Before(now) {
			row.Cells[2] = ui.Cell{Text: calendar.Date(o.DueOn), Status: &ui.Status{Text: "已超过", Tone: ui.ToneStop}}
		}
		if o.PlannedOn != nil {
			row.Cells[3] = ui.Cell{Text: calendar.Date(*o.PlannedOn) + "述职会", URL: page.ReportBackURL(o.ReportID)}
		}
		t.Rows = append(t.Rows, row)
	}
	return page.OK(w, r, owingPage(t, len(list)))
}

// publicView is the residents' list.
type publicView struct {
	table       ui.Table
	next, first string
}

func (h handler) published(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		Street string `form:"street"`
		After  string `form:"after"`
	}](r)
	list, next, err := h.reports.PublicReports(r.Context(), page.Int64(q.Street), db.ParseCursor(q.After), perPage)
	if err != nil {
		return err
	}
	v := publicView{next: page.Next(r, next.String()), table: ui.Table{Caption: "代表述职", Columns: []ui.Column{{Label: "代表"}, {Label: "街道"}, {Label: "述职日期", Day: true}, {Label: "届"}}}}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	for _, l := range list {
		url := page.PublicReportsBackURL + "/" + page.Number(l.ID)
		v.table.Rows = append(v.table.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: named(l.Name), URL: url}, {Text: l.Street}, {Text: calendar.Date(l.HeldOn)}, {Text: l.Term}}})
	}
	return page.OK(w, r, publishedPage(v))
}

func named(name string) string {
	if name == "" {
		return "已离任的代表"
	}
	return name
}

func (h handler) publishedOne(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	p, err := h.reports.PublicReport(r.Context(), id)
	if err != nil {
		return err
	}
	bars, table := rated(p.Ratings)
	return page.OK(w, r, publishedOnePage(p, bars, table))
}
