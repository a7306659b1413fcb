package performance

import (
	"net/http"
	"strconv"

	"portal/internal/document"
	"portal/web/page"
)

// send sends a sheet as an Excel workbook, or as CSV.
func send(w http.ResponseWriter, name, format string, s document.Sheet) error {
	if format != "csv" {
		page.Attachment(w, name+".xlsx", document.XLSX)
		return document.WriteWorkbook(w, s)
	}
	rows := make([][]string, len(s.Rows))
	for i, r := range s.Rows {
		for _, v := range r {
			rows[i] = append(rows[i], word(v))
		}
	}
	page.Attachment(w, name+".csv", document.CSV)
	return document.WriteCSV(w, s.Head, rows)
}

func word(v any) string {
	switch v := v.(type) {
	case int64:
		return page.Number(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	}
	return ""
}
