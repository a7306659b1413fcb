package register_test

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"

	"portal/internal/register"
)

// repack adds a part to a workbook, or replaces one.
func repack(t testing.TB, b []byte, name, content string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		if f.Name == name {
			continue
		}
		if err := w.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.Create(name)
	if err == nil {
		_, err = io.WriteString(p, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bomb is a small workbook that unfolds to 40 MB.
func bomb(t testing.TB) []byte {
	return repack(t, workbook(t, heads, deputies(1)), "xl/sharedStrings.xml", "<sst>"+string(bytes.Repeat([]byte(" "), 40<<20))+"</sst>")
}

// FuzzSheet reads the sheet of a workbook that somebody made to break the reader.
func FuzzSheet(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row></sheetData></worksheet>`, `<sst><si><t>x</t></si></sst>`)
	f.Add(`<worksheet><sheetData><row><c t="s"><v>0</v></c><c><f>1+1</f><v>2</v></c></row><row r="9"><c r="ZZ9"><v>1e300</v></c></row></sheetData><mergeCells><mergeCell ref="A2:B99999999"/></mergeCells></worksheet>`, `<sst><si><rPh><t>x</t></rPh><t>姓名</t></si></sst>`)
	f.Add(`<worksheet><sheetData><row r="1"><c r="A2"/></row></sheetData></worksheet>`, ``)
	base := workbook(f, heads, deputies(2))
	f.Fuzz(func(t *testing.T, sheet, texts string) {
		if len(sheet)+len(texts) > 1<<16 {
			return
		}
		register.ReadForTest(repack(t, repack(t, base, "xl/worksheets/sheet1.xml", sheet), "xl/sharedStrings.xml", texts))
	})
}

// FuzzFile reads files that are no workbook, or almost one.
func FuzzFile(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Add(workbook(f, heads, deputies(2)))
	f.Fuzz(func(_ *testing.T, b []byte) { register.ReadForTest(b) })
}

// FuzzCell reads one cell as every kind of column.
func FuzzCell(f *testing.F) {
	for _, s := range []string{"", "2026-02-30", "４４２５７", "1.38E+10", "NaN", "-0", "1e309", "𠮷田", "\x00\xff", "=1+1", "￥1,000.5元", "0x10", "1_000"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, number bool) {
		if why := register.CellForTest(s, number); why != "" {
			t.Error(why)
		}
	})
}
