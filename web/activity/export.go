package activity

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/web/page"
)

// columns are those of the ledger of activities as a file.
var columns = []string{
	"序号", "街道", "日期", "类型", "统计类别", "名称", "主题", "地点", "小组", "联合街道", "活动周内", "监督单位", "授权文号", "计划条目", "计划外理由", "应到", "实到", "请假", "缺席",
	"走访单位", "意见建议", "转交单位", "已反馈", "转交文号", "状态",
}

// export sends the ledger of the list's filters as a file.
func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	list, err := h.activities.Ledger(r.Context(), page.Actor(r), q.filter())
	if err != nil {
		return err
	}
	rows := make([][]string, len(list))
	for i, l := range list {
		part := ""
		if l.Part {
			part = "是，不另计"
		}
		rows[i] = []string{
			strconv.Itoa(i + 1), l.Street, calendar.Date(l.HeldOn), choice.Name(activity.Kinds, l.Kind), choice.Name(activity.Classes, l.Class), l.Title, strings.Join(l.Themes, "、"), l.Place,
			l.GroupName, strings.Join(l.Partners, "、"), part, l.Unit, l.Mandate, l.PlanItem, l.OutsidePlan, strconv.Itoa(l.Due), strconv.Itoa(l.Present), strconv.Itoa(l.Leave), strconv.Itoa(l.Absent),
			strings.ReplaceAll(l.Visited, "\n", "、"), strconv.Itoa(l.Findings), strconv.Itoa(l.Forwarded), strconv.Itoa(l.Answered), l.Number, activity.Procedure.Info(l.State).Name,
		}
	}
	file := "代表活动台账" + calendar.ISO(h.activities.Now())
	if q.Format == "csv" {
		page.Attachment(w, file+".csv", document.CSV)
		return document.WriteCSV(w, columns, rows)
	}
	page.Attachment(w, file+".xlsx", document.XLSX)
	return document.WriteXLSX(w, "代表活动台账", columns, rows)
}

// reportPaper sends the report as a paper.
func (h handler) reportPaper(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.ReportedOn == nil {
		return fault.NotFound
	}
	return docx(w, rec.Title+"报告", rec.ReportPaper())
}

// letterPaper sends the letter to the unit that the address names, or to the first
// that the reader sees.
func (h handler) letterPaper(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	q := page.Query[struct {
		To string `form:"to"`
	}](r)
	for i, f := range rec.Forwardings {
		if q.To == "" || page.Int64(q.To) == f.ID {
			return docx(w, rec.Title+"转交"+f.Unit, rec.LetterPaper(&rec.Forwardings[i]))
		}
	}
	return fault.NotFound
}

func docx(w http.ResponseWriter, name string, p document.Paper) error {
	var b bytes.Buffer
	if err := p.WriteDocx(&b); err != nil {
		return err
	}
	page.Attachment(w, name+".docx", document.DOCX)
	page.Size(w, int64(b.Len()))
	_, err := b.WriteTo(w)
	return err
}
