package opinion

import (
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"

	"portal/internal/calendar"
	"portal/internal/opinion"
	"portal/web/page"

	"github.com/xuri/excelize/v2"
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
	name := "群众意见台账 " + calendar.ISO(h.opinions.Now())
	if q.Format == "csv" {
		page.Attachment(w, name+".csv", "text/csv; charset=utf-8")
		return writeCSV(w, list)
	}
	page.Attachment(w, name+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	return writeXLSX(w, list)
}

func cells(n int, l opinion.LedgerRow) []string {
	return []string{
		strconv.Itoa(n), l.Number, calendar.ISO(l.ReceivedOn), l.Street, l.Station, l.Deputy, l.Resident, l.Text, opinion.Name(opinion.Kinds, l.Kind),
		l.Unit, day(l.AssignedOn), day(l.DueOn), day(l.RepliedOn), l.Answer, day(l.ToldOn), rated(l.Rating), opinion.Procedure.Info(l.State).Name,
	}
}

// writeCSV writes a byte order mark first, by which spreadsheets know UTF-8.
// A value that a spreadsheet would take for a formula gets an apostrophe.
func writeCSV(w io.Writer, list []opinion.LedgerRow) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for i, l := range list {
		row := cells(i+1, l)
		for j, v := range row {
			if v != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(v)[0]) {
				row[j] = "'" + v
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func writeXLSX(w io.Writer, list []opinion.LedgerRow) (err error) {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "意见台账"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := out.SetRow("A1", anys(columns)); err != nil {
		return err
	}
	for i, l := range list {
		if err := out.SetRow("A"+strconv.Itoa(i+2), anys(cells(i+1, l))); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
