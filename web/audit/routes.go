// Package audit serves the record of who did what to the audit administrator.
// Nothing on these pages leads to the things themselves: the auditor holds no
// business role.
package audit

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

type handler struct{ events *audit.Store }

// Register adds the room's routes.
func Register(rs *page.Routes, s *audit.Store) {
	h := handler{s}
	rs.Get("/audit", access.ViewAudit, h.list)
	rs.Get("/audit/{id}", access.ViewAudit, h.record)
}

// perPage is how many rows a page of the record has.
const perPage = 50

// query is the list's address.
type query struct {
	From   string `form:"from"`
	To     string `form:"to"`
	Street string `form:"street"`
	Person string `form:"person"`
	Kind   string `form:"kind"`
	Action string `form:"action"`
	After  string `form:"after"`
	Format string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter() audit.Filter {
	var r text.Reader
	return audit.Filter{
		From: r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false), StreetID: page.Int64(q.Street),
		Person: r.Line("person", q.Person, "人员", text.Name, false), Kind: r.Line("kind", q.Kind, "类别", text.Name, false),
		Action: r.Line("action", q.Action, "操作", text.Name, false), After: db.ParseCursor(q.After), Limit: perPage,
	}
}

func (q query) narrowed() bool { return q.From+q.To+q.Street+q.Person+q.Kind+q.Action != "" }

// view is what the list page shows.
type view struct {
	head    ui.PageHead
	query   query
	streets []ui.Option
	table   ui.Table
	next    string
	first   string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	l, err := h.events.Entries(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := view{query: q, streets: page.Rows(l.Streets, "全部"), next: page.Next(r, l.Next.String()), table: table(l.Lines)}
	v.head = ui.PageHead{
		Title: "操作记录", Sub: "谁在什么时候、以什么身份做了什么。记录只增不改；导出也会记录。",
		Links: []ui.Link{
			{Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"},
			{Label: "CSV", URL: page.With(r, "format", "csv", "after", ""), Icon: "export"},
		},
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	return page.OK(w, r, listPage(v))
}

func table(lines []audit.Line) ui.Table {
	t := ui.Table{Caption: "操作记录", Columns: []ui.Column{{Label: "时间"}, {Label: "做了什么"}, {Label: "对象"}, {Label: "人员"}, {Label: "街道"}}}
	for _, l := range lines {
		url := page.AuditEventURL(l.ID)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: calendar.DateTime(l.At), URL: url},
			{Text: l.Title, Sub: l.Reason},
			{Text: subject(l)},
			{Text: l.UserName, Sub: role(l)},
			{Text: place(l)},
		}})
	}
	return t
}

// subject names the thing acted on by its kind and number.
func subject(l audit.Line) string {
	if l.SubjectID == 0 {
		return audit.KindName(l.Kind)
	}
	return audit.KindName(l.Kind) + " " + page.Number(l.SubjectID)
}

// role is the role on screen, unless the name says it already, as for residents.
func role(l audit.Line) string {
	if name := l.Role.Name(); name != l.UserName {
		return name
	}
	return ""
}

func place(l audit.Line) string {
	if l.Street == "" {
		return "全市"
	}
	return l.Street
}

var columns = []string{"序号", "时间", "街道", "人员", "身份", "类别", "编号", "操作", "做了什么", "理由", "明细"}

// export sends what the filters find as a file, the newest ExportMost.
func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	lines, err := h.events.Export(r.Context(), page.Actor(r), q.filter())
	if err != nil {
		return err
	}
	rows := make([][]string, len(lines))
	for i, l := range lines {
		rows[i] = []string{
			strconv.Itoa(i + 1), calendar.DateTime(l.At), place(l), l.UserName, l.Role.Name(), audit.KindName(l.Kind),
			page.Number(l.SubjectID), l.Action, l.Title, l.Reason, string(l.Detail),
		}
	}
	name := "操作记录" + calendar.ISO(h.events.Now())
	if q.Format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, columns, rows)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteXLSX(w, "操作记录", columns, rows)
}
