package document_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"portal/internal/document"
)

var (
	head = []string{"编号", "内容"}
	rows = [][]string{{"0001", "=1+1"}, {"0002", "＝HYPERLINK(\"x\")"}, {"-3", "𠮷田, \"引号\"\n换行"}}
)

func TestWriteXLSX(t *testing.T) {
	var b bytes.Buffer
	if err := document.WriteXLSX(&b, "意见台账", head, rows); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("意见台账")
	if err != nil || len(got) != 4 || got[1][1] != "=1+1" || got[3][1] != rows[2][1] {
		t.Errorf("rows = %q, %v", got, err)
	}
	if formula, _ := f.GetCellFormula("意见台账", "B2"); formula != "" {
		t.Errorf("a typed text became the formula %q", formula)
	}
}

func TestWriteCSV(t *testing.T) {
	var b strings.Builder
	if err := document.WriteCSV(&b, head, rows); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\uFEFF编号,内容\r\n", "0001,'=1+1\r\n", "'＝HYPERLINK", "'-3,", "𠮷田"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q lacks %q", b.String(), want)
		}
	}
}
