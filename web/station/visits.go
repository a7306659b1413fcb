package station

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/station"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// perPage is how many rows a page of the register has.
const perPage = 50

// visitQuery is the register's address.
type visitQuery struct {
	Street  string `form:"street"`
	Station string `form:"station"`
	Deputy  string `form:"deputy"`
	From    string `form:"from"`
	To      string `form:"to"`
	After   string `form:"after"`
	Format  string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q visitQuery) filter() station.VisitFilter {
	var r text.Reader
	return station.VisitFilter{
		StreetID: page.Int64(q.Street), StationID: page.Int64(q.Station), DeputyID: page.Int64(q.Deputy),
		From: r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false), After: db.ParseCursor(q.After), Limit: perPage,
	}
}

func (q visitQuery) narrowed() bool { return q.Street+q.Station+q.Deputy+q.From+q.To != "" }

// register is what the list of visits shows.
type register struct {
	head    ui.PageHead
	query   visitQuery
	choices station.Choices
	city    bool
	figures []ui.Figure
	table   ui.Table
	next    string
	first   string
}

func (h handler) visitList(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[visitQuery](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.exportVisits(w, r, q)
	}
	lines, next, err := h.stations.Visits(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	totals, err := h.stations.Totals(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	choices, err := h.stations.Choices(r.Context(), actor)
	if err != nil {
		return err
	}
	l := register{query: q, choices: choices, city: actor.StreetID == 0, figures: figures(totals), next: page.Next(r, next.String())}
	l.head = ui.PageHead{Title: "接待登记", Count: strconv.Itoa(totals.Visits) + " 次", Links: []ui.Link{
		{Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"}, {Label: "CSV", URL: page.With(r, "format", "csv", "after", ""), Icon: "export"},
	}}
	if actor.May(access.LogVisit) {
		l.head.Primary = &ui.Link{Label: "登记接待", URL: page.NewVisitURL, Icon: "plus"}
	}
	if q.After != "" {
		l.first = page.With(r, "after", "")
	}
	l.table = visitTable(lines, l.city, true)
	return page.OK(w, r, visitsPage(l))
}

// figures are the sums of what the filter shows.
func figures(t station.Totals) []ui.Figure {
	return []ui.Figure{
		{Label: "接待", Value: strconv.Itoa(t.Visits), Unit: "次"},
		{Label: "代表进站", Value: strconv.Itoa(t.Deputies), Unit: "人次"},
		{Label: "联系群众", Value: strconv.Itoa(t.Residents), Unit: "人次"},
		{Label: "收集意见", Value: strconv.Itoa(t.Opinions), Unit: "条"},
	}
}

func visitTable(lines []station.VisitLine, city, place bool) ui.Table {
	t := ui.Table{Caption: "接待登记", Columns: []ui.Column{{Label: "日期", Day: true}}}
	if place {
		t.Columns = append(t.Columns, ui.Column{Label: "联络站"})
	}
	t.Columns = append(t.Columns, ui.Column{Label: "到场代表"}, ui.Column{Label: "联系群众（人次）", Number: true}, ui.Column{Label: "意见（条）", Number: true}, ui.Column{Label: "登记人", Less: true})
	for _, l := range lines {
		row := ui.Row{URL: page.VisitURL(l.ID), Cells: []ui.Cell{{Text: calendar.Date(l.HeldOn), URL: page.VisitURL(l.ID), Sub: hours(l.FromTime, l.ToTime)}}}
		if place {
			c := ui.Cell{Text: l.Station}
			if city {
				c.Sub = l.Street
			}
			row.Cells = append(row.Cells, c)
		}
		row.Cells = append(row.Cells, ui.Cell{Text: names(l.Deputies)}, ui.Cell{Text: strconv.Itoa(l.Residents)}, ui.Cell{Text: strconv.Itoa(l.Opinions)}, ui.Cell{Text: l.Logger})
		t.Rows = append(t.Rows, row)
	}
	return t
}

// visitColumns are those of the register 接待登记 (domain.md §5).
var visitColumns = []string{
	"序号", "日期", "开始", "结束", "街道", "联络站", "到场代表", "代表进站（人次）", "工作人员", "联系群众（人次）", "意见（条）", "备注", "登记人",
}

// exportVisits sends the register of the list's filters as a file.
func (h handler) exportVisits(w http.ResponseWriter, r *http.Request, q visitQuery) error {
	list, err := h.stations.VisitLedger(r.Context(), page.Actor(r), q.filter())
	if err != nil {
		return err
	}
	rows := make([][]string, len(list))
	for i, v := range list {
		rows[i] = []string{
			strconv.Itoa(i + 1), calendar.ISO(v.HeldOn), v.FromTime, v.ToTime, v.Street, v.Station, names(v.Deputies), strconv.Itoa(len(v.Deputies)),
			v.Staff, strconv.Itoa(v.Residents), strconv.Itoa(v.Opinions), v.Note, v.Logger,
		}
	}
	return h.download(w, q.Format, "接待登记", visitColumns, rows)
}
