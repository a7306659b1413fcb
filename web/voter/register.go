package voter

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/person"
	"portal/internal/text"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// query is the register's address.
type query struct {
	Street   string `form:"street"`
	District string `form:"district"`
	Trait    string `form:"trait"`
	State    string `form:"state"` // "ended" or ""
	On       string `form:"on"`    // in office at the end of this day, as figures count
	Text     string `form:"q"`
	After    string `form:"after"`
	Format   string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter(actor access.Actor) voter.Filter {
	var r text.Reader
	f := voter.Filter{
		StreetID: page.Int64(q.Street), DistrictID: page.Int64(q.District), Ended: q.State == "ended", On: r.Date("on", q.On, "日期", false),
		Text: r.Line("q", q.Text, "查找", text.Name, false), After: page.Int64(q.After), Limit: perPage,
	}
	if actor.May(access.ViewSelections) { // who may not see what candidates were asked cannot filter by it
		f.Trait = q.Trait
	}
	return f
}

func (q query) narrowed() bool { return q.Street+q.District+q.Trait+q.State+q.On+q.Text != "" }

// registerView is what the register's page shows.
type registerView struct {
	head        ui.PageHead
	query       query
	choices     voter.Choices
	city, desk  bool
	traits      []ui.Option
	table       ui.Table
	next, first string
}

var officeStates = []ui.Option{{Value: "", Label: "在任"}, {Value: "ended", Label: "已离任"}}

func (h handler) register(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	lines, next, err := h.voters.Representatives(r.Context(), actor, q.filter(actor))
	if err != nil {
		return err
	}
	choices, err := h.voters.Choices(r.Context(), actor, q.filter(actor))
	if err != nil {
		return err
	}
	v := registerView{query: q, choices: choices, city: actor.StreetID == 0, desk: actor.May(access.ViewSelections), traits: []ui.Option{{Label: "全部"}}}
	for _, t := range voter.Traits {
		v.traits = append(v.traits, ui.Option{Value: t.Key, Label: t.Name})
	}
	if next != 0 {
		v.next = page.Next(r, page.Number(next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.head, v.table = registerHead(r, choices.Count), registerTable(lines, v.city)
	return page.OK(w, r, registerPage(v))
}

func registerHead(r *http.Request, count int) ui.PageHead {
	head := ui.PageHead{Title: "选民代表名册", Count: strconv.Itoa(count) + " 名", Links: []ui.Link{
		{Label: "导出名册", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"},
		{Label: "CSV", URL: page.With(r, "format", "csv", "after", ""), Icon: "export"},
	}}
	if count >= voter.CountCap {
		head.Count = strconv.Itoa(voter.CountCap) + " 名以上"
	}
	return head
}

func registerTable(lines []voter.Line, city bool) ui.Table {
	t := ui.Table{Caption: "选民代表名册", Columns: []ui.Column{{Label: "姓名"}, {Label: "选区"}, {Label: "届次"}, {Label: "任职"}, {Label: "工作单位", Less: true}}}
	for _, l := range lines {
		row := ui.Row{URL: page.VoterURL(l.ID), Cells: []ui.Cell{
			{Text: l.Name, URL: page.VoterURL(l.ID)},
			{Text: l.District},
			{Text: l.Term, Sub: choice.Name(voter.Kinds, l.Kind)},
			{Text: calendar.Date(l.Since) + "起"},
			{Text: l.Work},
		}}
		if city {
			row.Cells[0].Sub = l.Street
		}
		if l.EndedOn != nil {
			row.Cells[3] = ui.Cell{Text: page.Day(l.EndedOn) + "离任", Sub: choice.Name(voter.AllEndings, l.EndedWhy)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// columns are those of the 选民代表名册. Phone numbers are masked.
var columns = []string{"序号", "姓名", "性别", "街道", "选区", "届次", "产生方式", "工作单位和职务", "联系电话", "任职日期", "任期至", "证书编号", "离任日期", "离任原因"}

// export sends the register of the list's filters as a file.
func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	actor := page.Actor(r)
	list, err := h.voters.Register(r.Context(), actor, q.filter(actor))
	if err != nil {
		return err
	}
	rows := make([][]string, len(list))
	for i, l := range list {
		rows[i] = []string{
			strconv.Itoa(i + 1), l.Name, choice.Name(person.Sexes, l.Sex), l.Street, l.District, l.Term, choice.Name(voter.Kinds, l.Kind), l.Work, l.PhoneMask,
			calendar.ISO(l.Since), calendar.ISO(l.UntilOn), l.CertificateNumber, page.Day(l.EndedOn), choice.Name(voter.AllEndings, l.EndedWhy),
		}
	}
	name := "选民代表名册" + calendar.ISO(h.voters.Now())
	if q.Format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, columns, rows)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteXLSX(w, "选民代表名册", columns, rows)
}

// empty is what to do first where nobody is in the register.
func empty(desk bool) *ui.Link {
	if !desk {
		return nil
	}
	return &ui.Link{Label: "看推选工作", URL: page.SelectionsURL}
}
