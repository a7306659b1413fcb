package opinion

import (
	"net/http"
	"strconv"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/opinion"
	"portal/web/page"
	"portal/web/ui"
)

// overdueView is the list of what is overdue, as it goes to a directors' meeting.
type overdueView struct {
	head  ui.PageHead
	table ui.Table
}

// overdue serves the 逾期清单.
func (h handler) overdue(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	lines, err := h.opinions.Overdue(r.Context(), actor, page.Int64(q.Street))
	if err != nil {
		return err
	}
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.exportOverdue(w, q.Format, lines)
	}
	cal, err := h.opinions.Calendar(r.Context(), actor)
	if err != nil {
		return err
	}
	v := overdueView{head: ui.PageHead{
		Title: "逾期清单", Count: strconv.Itoa(len(lines)) + " 条", Sub: "承办单位逾期未签收、未答复的意见，截至" + calendar.DateTime(h.opinions.Now()),
		Back:  &ui.Link{Label: "群众意见", URL: page.OpinionsURL},
		Links: []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx"), Icon: "export"}},
	}}
	v.table = overdueTable(lines, cal, h.opinions.Now(), actor.StreetID == 0)
	return page.OK(w, r, overduePage(v))
}

func overdueTable(lines []opinion.OverdueLine, cal *calendar.Calendar, now time.Time, city bool) ui.Table {
	t := ui.Table{Caption: "逾期清单", Columns: []ui.Column{
		{Label: "编号"}, {Label: "内容"}, {Label: "承办单位"}, {Label: "期限"}, {Label: "催办", Less: true}, {Label: "督办", Less: true}, {Label: "上报", Less: true}, {Label: "下一步"},
	}}
	for _, l := range lines {
		place := ""
		if city {
			place = l.Street
		}
		due := page.Due(cal, now, l.Clock, l.DueOn, l.DeadlineID)
		cells := []ui.Cell{
			{Text: l.Number, URL: page.OpinionURL(l.ID), Sub: place},
			{Text: short(l.Text)},
			{Text: l.Unit},
			{Due: due, Sub: calendar.Date(l.DueOn) + "到期"},
			{Text: page.Day(l.Urged)},
			{Text: page.Day(l.Supervised)},
			{Text: page.Day(l.Reported)},
			{},
		}
		if l.Next != "" {
			cells[7].Status = &ui.Status{Text: "应" + choice.Name(opinion.Levels, l.Next), Tone: ui.ToneStop}
		}
		t.Rows = append(t.Rows, ui.Row{URL: page.OpinionURL(l.ID), Cells: cells})
	}
	return t
}

var overdueColumns = []string{"序号", "编号", "街道", "内容", "承办单位", "事项", "期限", "逾期工作日", "催办", "督办", "上报", "下一步"}

func (h handler) exportOverdue(w http.ResponseWriter, format string, lines []opinion.OverdueLine) error {
	var rows [][]string
	for i, l := range lines {
		rows = append(rows, []string{
			strconv.Itoa(i + 1), l.Number, l.Street, l.Text, l.Unit, l.Clock, calendar.ISO(l.DueOn), strconv.Itoa(l.Late),
			page.Day(l.Urged), page.Day(l.Supervised), page.Day(l.Reported), choice.Name(opinion.Levels, l.Next),
		})
	}
	name := "逾期清单" + calendar.ISO(h.opinions.Now())
	if format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, overdueColumns, rows)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteXLSX(w, "逾期清单", overdueColumns, rows)
}
