// Package document writes what leaves the portal as files.
package document

import (
	"encoding/csv"
	"io"
	"strings"
)

// XLSX is the content type of a workbook, CSV that of comma-separated values.
const (
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	CSV  = "text/csv; charset=utf-8"
)

// WriteXLSX writes a workbook of one sheet: a head and rows of text. Every cell
// is a string, so that nothing typed becomes a formula.
func WriteXLSX(w io.Writer, sheet string, head []string, rows [][]string) error {
	cells := make([][]any, len(rows))
	for i, r := range rows {
		cells[i] = anys(r)
	}
	return WriteWorkbook(w, Sheet{Name: sheet, Head: head, Rows: cells})
}

// formula starts what a spreadsheet would take for a formula, also in
// full-width forms.
const formula = "=+-@\t\r＝＋－＠"

// WriteCSV writes a head and rows of text. A byte order mark tells
// spreadsheets that it is UTF-8; a value that would be a formula gets an
// apostrophe before it.
func WriteCSV(w io.Writer, head []string, rows [][]string) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(head); err != nil {
		return err
	}
	for _, r := range rows {
		safe := make([]string, len(r))
		for i, v := range r {
			if v != "" && strings.ContainsRune(formula, []rune(v)[0]) {
				v = "'" + v
			}
			safe[i] = v
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
