package institution

import (
	"net/http"
	"strconv"

	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/institution"
	"portal/web/page"
	"portal/web/ui"
)

// sleepQuery is the list's address.
type sleepQuery struct {
	Street string `form:"street"`
	Months string `form:"months"`
	Format string `form:"format"`
}

// sleepView is the list of sleeping clauses.
type sleepView struct {
	head    ui.PageHead
	query   sleepQuery
	city    bool
	streets []choice.Row
	table   ui.Table
}

func (h handler) sleeping(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[sleepQuery](r), page.Actor(r)
	months, err := strconv.Atoi(q.Months)
	if err != nil || months < 1 || months > 120 {
		months, q.Months = 0, ""
	}
	l, err := h.rules.Sleeping(r.Context(), actor, page.Int64(q.Street), months)
	if err != nil {
		return err
	}
	if q.Format == "xlsx" {
		return exportSleeping(w, l)
	}
	c, err := h.rules.Choices(r.Context(), actor)
	if err != nil {
		return err
	}
	q.Months = strconv.Itoa(l.Months)
	v := sleepView{query: q, city: actor.StreetID == 0, streets: c.Streets}
	v.head = ui.PageHead{
		Title: "沉睡条款", Count: strconv.Itoa(len(l.Clauses)) + " 条", Back: &ui.Link{Label: "制度", URL: page.InstitutionsURL}, Print: true,
		Sub:   "施行满 " + q.Months + " 个月、要求有人去做、但 " + q.Months + " 个月里没有执行记录的条款。",
		Links: []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx"), Icon: "export"}},
	}
	v.table = ui.Table{Caption: "沉睡条款", Columns: []ui.Column{{Label: "条款"}, {Label: "条文"}, {Label: "街道"}, {Label: "最近一次执行"}}}
	for _, x := range l.Clauses {
		p := institution.Place{Number: x.Number, Suffix: x.Suffix}
		url := page.ClauseURL(x.InstitutionID, p.Key())
		v.table.Rows = append(v.table.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: p.Label(), URL: url, Sub: x.Title}, {Text: short(x.Text)}, {Text: x.Street}, {Text: last(x)}}})
	}
	return page.OK(w, r, sleepPage(v))
}

func last(x institution.Asleep) string {
	if x.LastOn == nil {
		return "没有记录"
	}
	return page.Day(x.LastOn)
}

// short is the start of a text, for one line of a list.
func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func exportSleeping(w http.ResponseWriter, s institution.Sleeping) error {
	var rows [][]string
	for _, x := range s.Clauses {
		rows = append(rows, []string{x.Title, institution.Place{Number: x.Number, Suffix: x.Suffix}.Label(), x.Text, x.Street, last(x)})
	}
	page.Attachment(w, "沉睡条款.xlsx", document.XLSX)
	return document.WriteXLSX(w, "沉睡条款", []string{"制度", "条款", "条文", "街道", "最近一次执行"}, rows)
}
