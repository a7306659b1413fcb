package document

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

const (
	perPage = 50
	most    = 20_000 // rows of an export
)

// query is the register's address.
type query struct {
	Street string `form:"street"`
	Year   string `form:"year"`
	Kind   string `form:"kind"`
	Text   string `form:"q"`
	After  string `form:"after"`
	Format string `form:"format"`
}

// ofCity in the address means what the city's standing committee issued.
const ofCity = "city"

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter() document.Filter {
	var r text.Reader
	f := document.Filter{
		Street: page.Int64(q.Street), Year: int(page.Int64(q.Year)), Text: r.Line("q", q.Text, "查找", 100, false),
		After: db.ParseCursor(q.After), Limit: perPage,
	}
	if q.Street == ofCity {
		f.Street = document.OfCity
	}
	if choice.Name(document.Kinds, q.Kind) != "" {
		f.Kind = q.Kind
	}
	if f.Year > 9999 {
		f.Year = 0
	}
	return f
}

func (q query) narrowed() bool { return q.Street+q.Year+q.Kind+q.Text != "" }

// listView is what the register's page shows.
type listView struct {
	head           ui.PageHead
	query          query
	years, issuers []ui.Option // issuers: nil for a street, which sees its own papers
	table          ui.Table
	next, first    string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	l, err := h.papers.Papers(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := listView{query: q, head: head(r, actor, &l), next: page.Next(r, l.Next.String())}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.years = []ui.Option{{Label: "全部"}}
	for _, y := range l.Years {
		v.years = append(v.years, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + "年"})
	}
	if actor.StreetID == 0 {
		v.issuers = append([]ui.Option{{Label: "全部"}, {Value: ofCity, Label: "市人大常委会"}}, page.Rows(l.Streets, "")...)
	}
	v.table = register(l.Lines, actor)
	return page.OK(w, r, listPage(v))
}

func head(r *http.Request, actor access.Actor, l *document.Listing) ui.PageHead {
	head := ui.PageHead{Title: "发文登记簿", Count: strconv.Itoa(l.Count) + " 件", Print: true, Links: []ui.Link{
		{Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"},
	}}
	if actor.May(access.KeepPapers) {
		head.Sub = "本机关发文代字是“" + l.Own.Text + "”，文号在签发时按年连续编排。"
		head.Links = append(head.Links, ui.Link{Label: "修改代字", URL: page.PaperPrefixURL, Icon: "setting"})
	}
	return head
}

func register(lines []document.Line, actor access.Actor) ui.Table {
	t := ui.Table{Caption: "发文登记簿", Columns: []ui.Column{
		{Label: "发文字号"}, {Label: "标题"}, {Label: "文种"}, {Label: "成文日期", Day: true}, {Label: "签发", Less: true},
	}}
	for _, l := range lines {
		url, _ := page.LinkURL(actor, l.SubjectKind, l.SubjectID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Text()}, {Text: l.Title, URL: url}, {Text: l.Kind.Name()}, {Text: calendar.Date(l.SignedOn)}, {Text: l.Issuer},
		}}
		if actor.StreetID == 0 {
			row.Cells[0].Sub = l.Issuing
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

var columns = []string{"序号", "发文字号", "发文机关", "文种", "标题", "成文日期", "签发人"}

// export sends the register of the list's filters as a file.
func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	f := q.filter()
	f.After, f.Limit = db.Cursor{}, most
	l, err := h.papers.Papers(r.Context(), page.Actor(r), f)
	if err != nil {
		return err
	}
	rows := make([][]string, len(l.Lines))
	for i, x := range l.Lines {
		rows[i] = []string{strconv.Itoa(i + 1), x.Text(), x.Issuing, x.Kind.Name(), x.Title, calendar.ISO(x.SignedOn), x.Issuer}
	}
	name := "发文登记簿" + calendar.ISO(h.papers.Now())
	if q.Format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, columns, rows)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteXLSX(w, "发文登记簿", columns, rows)
}
