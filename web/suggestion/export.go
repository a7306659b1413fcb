package suggestion

import (
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/suggestion"
	"portal/web/page"
)

// columns are those of the 代表建议办理情况一览表 (domain.md §5).
var columns = []string{
	"序号", "编号", "种类", "题目", "类别", "街道", "领衔代表", "联名代表", "提交日", "交办日", "主办单位", "会办单位", "答复时限", "答复日", "办理结果", "沟通次数",
	"对态度", "对结果", "承诺事项", "承诺日期", "重点督办", "状态",
}

// export sends the ledger of the list's filters as a file.
func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	list, err := h.suggestions.Ledger(r.Context(), page.Actor(r), q.filter())
	if err != nil {
		return err
	}
	rows := make([][]string, len(list))
	for i, l := range list {
		rows[i] = cells(i+1, l)
	}
	return h.send(w, q.Format, "代表建议办理情况一览表", columns, rows)
}

func (h handler) send(w http.ResponseWriter, format, name string, head []string, rows [][]string) error {
	file := name + calendar.ISO(h.suggestions.Now())
	if format == "csv" {
		page.Attachment(w, file+".csv", document.CSV)
		return document.WriteCSV(w, head, rows)
	}
	page.Attachment(w, file+".xlsx", document.XLSX)
	return document.WriteXLSX(w, name, head, rows)
}

func cells(n int, l suggestion.LedgerRow) []string {
	key := ""
	if l.Key {
		key = "是"
	}
	return []string{
		strconv.Itoa(n), l.Number, choice.Name(suggestion.Classes, l.Class), l.Title, choice.Name(suggestion.Categories, l.Category), l.Street, l.Lead, l.Joint,
		page.Day(l.SubmittedOn), page.Day(l.AssignedOn), l.Unit, l.Co, page.Day(l.DueOn), page.Day(l.RepliedOn), result(l.Result), strconv.Itoa(l.Contacts),
		rated(l.Attitude), rated(l.Rating), l.Promise, page.Day(l.PromisedOn), key, suggestion.Procedure.Info(l.State).Name,
	}
}

func rated(key string) string {
	if key == "none" {
		return "未评价"
	}
	return choice.Name(suggestion.Ratings, key)
}
