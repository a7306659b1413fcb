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

func TestWriteWorkbook(t *testing.T) {
	var b bytes.Buffer
	err := document.WriteWorkbook(&b,
		document.Sheet{Name: "总览", Head: []string{"指标", "数", "率"}, Rows: [][]any{{"=办结", int64(219), document.Percent(219.0 / 224)}, {"无", nil, "—"}, {"经费", document.Money(39_800), nil}}},
		document.Sheet{Name: "总览", Head: []string{"月"}},
		document.Sheet{Name: strings.Repeat("长", 40) + "[/]", Head: []string{"月"}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if names := f.GetSheetList(); len(names) != 3 || names[1] != "总览2" || names[2] != strings.Repeat("长", 28) {
		t.Errorf("sheets = %q", names)
	}
	for cell, want := range map[string]struct {
		shown string
		kind  excelize.CellType
	}{"A2": {"=办结", excelize.CellTypeInlineString}, "B2": {"219", excelize.CellTypeUnset}, "C2": {"97.8%", excelize.CellTypeUnset}, "C3": {"—", excelize.CellTypeInlineString}, "B4": {"398.00", excelize.CellTypeUnset}} {
		shown, _ := f.GetCellValue("总览", cell)
		kind, _ := f.GetCellType("总览", cell)
		if shown != want.shown || kind != want.kind {
			t.Errorf("%s = %q of type %d, want %q of type %d", cell, shown, kind, want.shown, want.kind)
		}
	}
	if raw, _ := f.GetCellValue("总览", "C2", excelize.Options{RawCellValue: true}); !strings.HasPrefix(raw, "0.97767") {
		t.Errorf("the rate is kept as %s, want all its digits", raw)
	}
}
