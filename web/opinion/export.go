package opinion

import (
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/opinion"
	"portal/web/page"
)

// columns are those of the 意见台账 (domain.md §5).
var columns = []string{
	"序号", "编号", "时间", "街道", "站点", "代表", "反映人", "内容", "类别", "承办单位", "交办日", "时限", "答复日", "结果", "反馈日", "满意度", "状态",
}

// export sends the ledger of the list's filters as a file.
func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	list, err := h.opinions.Ledger(r.Context(), page.Actor(r), q.filter())
	if err != nil {
		return err
	}
	rows := make([][]string, len(list))
	for i, l := range list {
		rows[i] = cells(i+1, l)
	}
	name := "群众意见台账" + calendar.ISO(h.opinions.Now())
	if q.Format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, columns, rows)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteXLSX(w, "意见台账", columns, rows)
}

func cells(n int, l opinion.LedgerRow) []string {
	return []string{
		strconv.Itoa(n), l.Number, calendar.ISO(l.ReceivedOn), l.Street, l.Station, l.Deputy, l.Resident, l.Text, choice.Name(opinion.Kinds, l.Kind),
		l.Unit, page.Day(l.AssignedOn), page.Day(l.DueOn), page.Day(l.RepliedOn), l.Answer, page.Day(l.ToldOn), rated(l.Rating), opinion.Procedure.Info(l.State).Name,
	}
}
