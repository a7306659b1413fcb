package deputy

import (
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/deputy"
	"portal/internal/document"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// perPage is how many rows a page of the register has.
const perPage = 50

// query is the register's address.
type query struct {
	Street  string `form:"street"`
	Group   string `form:"group"`
	Level   string `form:"level"`
	Term    string `form:"term"`
	Station string `form:"station"`
	State   string `form:"state"` // "ended", a state of those in office, or ""
	On      string `form:"on"`    // in office at the end of this day, as figures count
	Text    string `form:"q"`
	After   string `form:"after"`
	Format  string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter() deputy.Filter {
	var r text.Reader
	f := deputy.Filter{
		StreetID: page.Int64(q.Street), Group: q.Group, Level: q.Level, Term: q.Term, StationID: page.Int64(q.Station), Ended: q.State == "ended",
		On: r.Date("on", q.On, "日期", false), Text: r.Line("q", q.Text, "查找", text.Name, false), After: page.Int64(q.After), Limit: perPage,
	}
	if !f.Ended {
		f.State = q.State
	}
	return f
}

func (q query) narrowed() bool {
	return q.Street+q.Group+q.Level+q.Term+q.Station+q.State+q.On+q.Text != ""
}

// listView is what the register's page shows.
type listView struct {
	head        ui.PageHead
	query       query
	choices     deputy.Choices
	city        bool
	table       ui.Table
	next, first string
}

var states = []ui.Option{
	{Value: "", Label: "在任"}, {Value: "suspended", Label: "暂停执行职务"}, {Value: "resigning", Label: "已提出辞职"}, {Value: "ended", Label: "已离任"},
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	lines, next, err := h.deputies.Deputies(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	choices, err := h.deputies.Choices(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := listView{query: q, choices: choices, city: actor.StreetID == 0}
	if next != 0 {
		v.next = page.Next(r, page.Number(next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.head, v.table = head(r, actor, choices.Count), register(lines, v.city)
	return page.OK(w, r, listPage(v))
}

func head(r *http.Request, actor access.Actor, count int) ui.PageHead {
	head := ui.PageHead{Title: "代表名册", Count: strconv.Itoa(count) + " 名", Links: []ui.Link{
		{Label: "导出名册", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"},
		{Label: "CSV", URL: page.With(r, "format", "csv", "after", ""), Icon: "export"},
	}}
	head.Links = append(head.Links, page.ImportLinks(actor, "deputies", "", access.KeepDeputies)...)
	if actor.May(access.KeepDeputies) {
		head.Primary = &ui.Link{Label: "登记当选代表", URL: page.NewDeputyURL, Icon: "plus"}
	}
	return head
}

func register(lines []deputy.Line, city bool) ui.Table {
	t := ui.Table{Caption: "代表名册", Columns: []ui.Column{
		{Label: "姓名"}, {Label: "选区"}, {Label: "专业小组"}, {Label: "联络站", Less: true}, {Label: "任职", Less: true},
	}}
	for _, l := range lines {
		row := ui.Row{URL: page.DeputyURL(l.ID), Cells: []ui.Cell{
			{Text: l.Name, URL: page.DeputyURL(l.ID)},
			{Text: l.District, Sub: l.Term},
			{Text: choice.Name(deputy.Groups, l.Group)},
			{Text: strings.Join(l.Stations, "、")},
			{Text: calendar.Date(l.Since) + "起"},
		}}
		if city {
			row.Cells[0].Sub = l.Street
		}
		if l.State == deputy.Suspended || l.State == deputy.Resigning {
			row.Cells[0].Sub = strings.TrimPrefix(row.Cells[0].Sub+"，"+deputy.Procedure.Info(l.State).Name, "，")
		}
		if l.EndedOn != nil {
			row.Cells[4] = ui.Cell{Text: page.Day(l.EndedOn) + "离任", Sub: choice.Name(deputy.Endings, l.EndedWhy)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// columns are those of the 代表名册. Phone numbers are masked.
var columns = []string{"序号", "姓名", "性别", "街道", "选区", "届别", "专业小组", "联络站", "联系电话", "任职日期", "离任日期", "离任原因"}

// export sends the register of the list's filters as a file.
func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	list, err := h.deputies.Register(r.Context(), page.Actor(r), q.filter())
	if err != nil {
		return err
	}
	rows := make([][]string, len(list))
	for i, l := range list {
		rows[i] = []string{
			strconv.Itoa(i + 1), l.Name, choice.Name(deputy.Sexes, l.Sex), l.Street, l.District, l.Term, choice.Name(deputy.Groups, l.Group),
			strings.Join(l.Stations, "、"), l.PhoneMask, calendar.ISO(l.Since), page.Day(l.EndedOn), choice.Name(deputy.Endings, l.EndedWhy),
		}
	}
	name := "代表名册" + calendar.ISO(h.deputies.Now())
	if q.Format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, columns, rows)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteXLSX(w, "代表名册", columns, rows)
}
