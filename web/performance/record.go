package performance

import (
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/gathering"
	"portal/internal/performance"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is the page of one deputy's record in a year.
type recordView struct {
	rec     performance.Record
	head    ui.PageHead
	query   query
	years   []ui.Option
	figures []ui.Figure
	rows    ui.Table

	parts     []ui.NavItem
	alert     string
	score     ui.Table
	sum       string
	published *ui.Fact // where to read and dispute what was published last
	disputes  ui.Table
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	q, actor := page.Query[query](r), page.Actor(r)
	rec, err := h.performance.Record(r.Context(), actor, id, yearOf(q.Year, h.performance.Now()))
	if err != nil {
		return err
	}
	if q.Format == "xlsx" || q.Format == "csv" {
		return exportRows(w, fmt.Sprintf("%s%d年履职档案", rec.Name, rec.Year), q.Format, rec.Rows)
	}
	q.Year = strconv.Itoa(rec.Year)
	v := recordView{rec: rec, query: q, years: h.years(), figures: figures(&rec), rows: happened(actor, rec.Rows, false)}
	v.head = ui.PageHead{
		Title: title(actor, &rec), Sub: rec.Street + "，" + rec.District + "，截至" + calendar.DateTime(h.performance.Now()) + "。", Print: true,
		Back:  &ui.Link{Label: "履职年度表", URL: page.FilteredURL(page.PerformancesURL, "year", q.Year, "street", page.Number(rec.StreetID))},
		Links: []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx"), Icon: "export"}},
	}
	here := ""
	if actor.DeputyID == rec.ID {
		here = "我的履职"
	}
	v.parts, v.alert = parts(actor, here), alert(rec.Sessions)
	v.score, v.sum = scored(&rec)
	if p := rec.Published; p != nil && p.DueOn != nil && actor.May(access.DisputePerformance) && !calendar.On(h.performance.Now()).After(*p.DueOn) {
		v.published = &ui.Fact{
			Text: p.Quarter().Name() + "的履职情况已公布，" + calendar.Date(*p.DueOn) + "前有出入的可以", Label: "提出申诉", URL: page.FilteredURL(page.NewDisputeURL, "publication", page.Number(p.ID)),
		}
	}
	v.disputes = own(rec.Disputes)
	if !actor.May(access.ReadPerformance) {
		v.head.Back = nil
	}
	return page.OK(w, r, recordPage(&v))
}

// alert says what staying away from sessions of the congress leads to (DEP62(3)).
func alert(sessions int) string {
	switch {
	case sessions >= 2:
		return fmt.Sprintf("未经批准缺席人代会 %d 次。依照代表法，未经批准两次不出席本级人民代表大会会议的，代表资格终止；由市人大常委会依法处理，请先核实。", sessions)
	case sessions == 1:
		return "未经批准缺席人代会 1 次。依照代表法，两次的代表资格终止；不能出席的要事先请假。"
	}
	return ""
}

// own is the table of a deputy's disputes.
func own(list []performance.DisputeLine) ui.Table {
	t := ui.Table{Caption: "申诉", Columns: []ui.Column{{Label: "哪一条"}, {Label: "公布的季度"}, {Label: "状态"}}}
	for _, x := range list {
		url := page.DisputeURL(x.ID)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: about(&x), URL: url}, {Text: x.Quarter().Name()}, {Status: statusOf(&performance.Disputes, x.State)}}})
	}
	return t
}

func title(actor access.Actor, rec *performance.Record) string {
	if actor.DeputyID == rec.ID {
		return "我的履职档案"
	}
	return rec.Name + "的履职档案"
}

// figures are the cells of the year, each with its rows.
func figures(rec *performance.Record) (list []ui.Figure) {
	for i, c := range performance.Classes {
		x := rec.Cells[i]
		if x == (performance.Cell{}) {
			continue
		}
		url := page.PerformanceRowsURL("deputy", page.Number(rec.ID), "class", c.Key, "year", strconv.Itoa(rec.Year))
		list = append(list, ui.Figure{Label: c.Name, Value: done(c, x), Unit: c.Unit, Note: short(c, x), URL: url})
	}
	return list
}

// happened is the table of rows; named says whose each is, too.
func happened(actor access.Actor, rows []performance.Row, named bool) ui.Table {
	t := ui.Table{Caption: "履职记录", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "事项"}, {Label: "类别"}, {Label: "结果"}}}
	if named {
		t.Columns = append([]ui.Column{{Label: "代表"}}, t.Columns...)
	}
	for _, x := range rows {
		url, _ := page.LinkURL(actor, x.Source, x.SourceID)
		c, _, _ := performance.Named(x.Class)
		row := ui.Row{URL: url, Cells: []ui.Cell{{Text: calendar.Date(x.HeldOn)}, {Text: x.Title, URL: url, Sub: detail(x)}, {Text: c.Name}, {Text: outcome(x)}}}
		if named {
			row.Cells = append([]ui.Cell{{Text: x.Deputy}}, row.Cells...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// detail says more of a row: as what the deputy came, or that a suggestion is a key one.
func detail(x performance.Row) string {
	switch {
	case x.Source == "gathering" && x.Detail != "deputy":
		return "以" + choice.Name(gathering.Capacities, x.Detail) + "身份"
	case x.Detail == "key":
		return "重点督办建议"
	case x.Tenths > 0:
		return hours(x.Tenths) + "学时"
	}
	return ""
}

func outcome(x performance.Row) string {
	if name := choice.Name(performance.Outcomes, x.Outcome); name != "" {
		return name
	}
	return "已登记"
}

// rowsQuery is the address of the rows behind a cell.
type rowsQuery struct {
	query
	Deputy string `form:"deputy"`
	Class  string `form:"class"`
	After  string `form:"after"`
}

// rowsView is the page of the rows behind a cell.
type rowsView struct {
	head        ui.PageHead
	means       string
	table       ui.Table
	next, first string
}

const perPage = 50

func (h handler) rows(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[rowsQuery](r), page.Actor(r)
	f := performance.Filter{
		StreetID: page.Int64(q.Street), DeputyID: page.Int64(q.Deputy), Year: yearOf(q.Year, h.performance.Now()), Class: q.Class,
		After: performance.ParsePlace(q.After), Limit: perPage,
	}
	whole := q.Format == "xlsx" || q.Format == "csv"
	if whole {
		f.After, f.Limit = performance.Place{}, 20_000
	}
	found, err := h.performance.Rows(r.Context(), actor, f)
	if err != nil {
		return err
	}
	item := performance.Behind(q.Class)
	c, _, _ := performance.Named(item.Classes[0])
	who, back := found.Deputy, ui.Link{Label: "履职档案", URL: page.FilteredURL(page.PerformanceURL(f.DeputyID), "year", strconv.Itoa(f.Year))}
	if f.DeputyID == 0 {
		who, back = found.Street, ui.Link{Label: "履职年度表", URL: page.FilteredURL(page.PerformancesURL, "year", strconv.Itoa(f.Year), "street", q.Street)}
	}
	name := fmt.Sprintf("%s%d年%s", who, f.Year, item.Name)
	if whole {
		return exportRows(w, name, q.Format, found.Rows)
	}
	v := rowsView{means: item.Means + "。", table: happened(actor, found.Rows, f.DeputyID == 0), next: page.Next(r, found.Next.String())}
	v.head = ui.PageHead{
		Title: name, Count: done(c, found.Cell) + " " + c.Unit, Sub: short(c, found.Cell), Back: &back, Print: true,
		Links: []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"}},
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	return page.OK(w, r, rowsPage(v))
}

func exportRows(w http.ResponseWriter, name, format string, rows []performance.Row) error {
	s := document.Sheet{Name: "履职记录", Head: []string{"序号", "代表", "日期", "类别", "事项", "结果", "完成", "应办", "请假", "学时"}}
	for i, x := range rows {
		c, _, _ := performance.Named(x.Class)
		s.Rows = append(s.Rows, []any{
			int64(i + 1), x.Deputy, calendar.ISO(x.HeldOn), c.Name, x.Title, outcome(x), int64(x.Done), int64(x.Due), int64(x.Excused), float64(x.Tenths) / 10,
		})
	}
	return send(w, name, format, s)
}

func (v *recordView) tone() ui.Tone {
	if v.rec.Sessions >= 2 {
		return ui.ToneStop
	}
	return ui.ToneWait
}
