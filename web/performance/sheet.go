package performance

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/deputy"
	"portal/internal/document"
	"portal/internal/performance"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// query is the address of a sheet or of a record.
type query struct {
	Year   string `form:"year"`
	Street string `form:"street"`
	Group  string `form:"group"`
	Text   string `form:"q"`
	Format string `form:"format"`
}

// year is the year that the address names; this year where it names none.
func yearOf(typed string, now time.Time) int {
	y, err := strconv.Atoi(typed)
	if err != nil || y < 2000 || y > 2100 {
		return calendar.On(now).Year()
	}
	return y
}

func (q query) sheet(now time.Time) performance.Query {
	var r text.Reader
	return performance.Query{
		StreetID: page.Int64(q.Street), Year: yearOf(q.Year, now), Group: r.Choice("group", q.Group, "专业小组", append(choice.Keys(deputy.Groups), "")...),
		Text: r.Line("q", q.Text, "姓名", 50, false),
	}
}

func (q query) narrowed() bool { return q.Group+q.Text != "" }

// sheetView is the page of a yearly sheet.
type sheetView struct {
	head    ui.PageHead
	parts   []ui.NavItem
	query   query
	years   []ui.Option
	streets []ui.Option
	table   ui.Table
	means   []ui.Fact
}

func (h handler) sheet(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	sheet, err := h.performance.Sheet(r.Context(), actor, q.sheet(h.performance.Now()))
	if err != nil {
		return err
	}
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, q.Format, &sheet)
	}
	q.Year, q.Street = strconv.Itoa(sheet.Year), page.Number(sheet.StreetID)
	v := sheetView{query: q, years: h.years(), parts: parts(actor, "年度表"), table: table(&sheet), means: means()}
	v.head = ui.PageHead{
		Title: fmt.Sprintf("%d年履职年度表", sheet.Year), Count: strconv.Itoa(len(sheet.Lines)) + " 名代表",
		Sub: sheet.Street + "，截至" + calendar.DateTime(h.performance.Now()) + "。每一格都由办理记录生成，点开看明细；有错的到原记录更正。", Print: true,
		Links: []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx"), Icon: "export"}, {Label: "CSV", URL: page.With(r, "format", "csv"), Icon: "export"}},
	}
	if actor.StreetID == 0 {
		v.streets = page.Rows(sheet.Streets, "")
	}
	return page.OK(w, r, sheetPage(v))
}

// years are those that a sheet can be asked for: back to the first of the portal's
// history.
func (h handler) years() (list []ui.Option) {
	for y := calendar.On(h.performance.Now()).Year(); y >= 2019; y-- {
		list = append(list, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + "年"})
	}
	return list
}

func table(s *performance.Sheet) ui.Table {
	t := ui.Table{Caption: fmt.Sprintf("%s%d年履职年度表", s.Street, s.Year), Grid: true, Columns: []ui.Column{{Label: "代表"}}}
	for _, c := range performance.Classes {
		t.Columns = append(t.Columns, ui.Column{Label: c.Name, Number: true})
	}
	if s.Scheme != nil {
		t.Columns = append(t.Columns, ui.Column{Label: "积分", Number: true})
	}
	year := strconv.Itoa(s.Year)
	for _, l := range s.Lines {
		row := ui.Row{Cells: []ui.Cell{{Text: l.Name, URL: page.FilteredURL(page.PerformanceURL(l.ID), "year", year), Sub: tenure(l, s.Year)}}}
		for i, c := range performance.Classes {
			row.Cells = append(row.Cells, cell(c, l.Cells[i], page.PerformanceRowsURL("deputy", page.Number(l.ID), "class", c.Key, "year", year)))
		}
		if s.Scheme != nil {
			got := s.Scheme.Score(l.Cells)
			row.Cells = append(row.Cells, ui.Cell{Text: points(got.Got), Sub: got.Grade, URL: page.FilteredURL(page.PerformanceURL(l.ID), "year", year) + "#score"})
		}
		t.Rows = append(t.Rows, row)
	}
	total := ui.Row{Cells: []ui.Cell{{Text: "合计"}}}
	for i, c := range performance.Classes {
		url := page.PerformanceRowsURL("street", page.Number(s.StreetID), "class", c.Key, "year", year)
		total.Cells = append(total.Cells, cell(c, s.Total[i], url))
	}
	if s.Scheme != nil {
		total.Cells = append(total.Cells, ui.Cell{})
	}
	t.Total = &total
	return t
}

// tenure says since when or until when, of who was not in office the whole year.
func tenure(l performance.Line, year int) string {
	switch {
	case l.Sessions >= 2:
		return "■ 缺席人代会 " + strconv.Itoa(l.Sessions) + " 次"
	case l.EndedOn != nil && l.EndedOn.Year() == year:
		return calendar.MonthDay(*l.EndedOn) + "离任"
	case l.Since.Year() == year && l.Since.YearDay() > 1:
		return calendar.MonthDay(l.Since) + "任职"
	}
	return ""
}

// cell shows what was done and what was due: 8/10, with leave and absence below.
func cell(c performance.Class, x performance.Cell, url string) ui.Cell {
	if x == (performance.Cell{}) {
		return ui.Cell{Text: "—"}
	}
	return ui.Cell{Text: done(c, x), Sub: short(c, x), URL: url}
}

func done(c performance.Class, x performance.Cell) string {
	if !c.Owed {
		return strconv.Itoa(x.Done)
	}
	return fmt.Sprintf("%d/%d", x.Done, x.Due)
}

// short says what was missed or counts beside.
func short(c performance.Class, x performance.Cell) string {
	s := ""
	add := func(what string, n int) {
		if n > 0 {
			s += fmt.Sprintf(" %s%d", what, n)
		}
	}
	add("请假", x.Excused)
	add(lacks(c), x.Missed())
	if c.Hours && x.Tenths > 0 {
		s += " " + hours(x.Tenths) + "学时"
	}
	if s == "" {
		return ""
	}
	return s[1:]
}

// lacks is the word for what was due and not done.
func lacks(c performance.Class) string {
	if c.Key == "rating" {
		return "未评"
	}
	return "缺席"
}

func hours(tenths int) string { return strconv.FormatFloat(float64(tenths)/10, 'f', -1, 64) }

// means explains the columns.
func means() (list []ui.Fact) {
	for _, c := range performance.Classes {
		list = append(list, ui.Fact{Label: c.Name + "（" + c.Unit + "）", Text: c.Means + "。"})
	}
	return list
}

// export sends the sheet as a file, what was due, done and excused each in a column
// of its own.
func (h handler) export(w http.ResponseWriter, format string, s *performance.Sheet) error {
	head := []string{"序号", "代表", "选区", "专业小组"}
	for _, c := range performance.Classes {
		head = append(head, columns(c)...)
	}
	out := document.Sheet{Name: "履职年度表", Head: head}
	for i, l := range s.Lines {
		row := []any{int64(i + 1), l.Name, l.District, choice.Name(deputy.Groups, l.Group)}
		out.Rows = append(out.Rows, append(row, numbers(l.Cells)...))
	}
	out.Rows = append(out.Rows, append([]any{nil, "合计", nil, nil}, numbers(s.Total)...))
	name := fmt.Sprintf("%s%d年履职年度表", s.Street, s.Year)
	return send(w, name, format, out)
}

func columns(c performance.Class) []string {
	list := []string{c.Name + "（" + c.Unit + "）"}
	if c.Owed {
		list = append(list, c.Name+"应到", c.Name+"请假")
	}
	if c.Hours {
		list = append(list, c.Name+"学时")
	}
	return list
}

func numbers(cells [performance.Columns]performance.Cell) (list []any) {
	for i, c := range performance.Classes {
		x := cells[i]
		list = append(list, int64(x.Done))
		if c.Owed {
			list = append(list, int64(x.Due), int64(x.Excused))
		}
		if c.Hours {
			list = append(list, float64(x.Tenths)/10)
		}
	}
	return list
}
