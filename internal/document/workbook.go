package document

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Sheet is one sheet of a workbook: a head and rows of cells. A cell is a
// string, which never becomes a formula, an int64 or a float64, which can be
// calculated with, a Percent, a Money, or nil for nothing.
type Sheet struct {
	Name string // what a sheet's name cannot hold is left out
	Head []string
	Rows [][]any
}

// Percent is a share that is written as a number and shown as one: 0.978 is
// shown as 97.8%.
type Percent float64

// Money is hundredths of the unit, written as a number and shown with both
// decimals: 39800 is shown as 398.00. A sum over such cells is exact to the cent
// as long as it stays below 10^13.
type Money int64

// WriteWorkbook writes the sheets in their order; each keeps its head in sight.
func WriteWorkbook(w io.Writer, sheets ...Sheet) (err error) {
	f := excelize.NewFile()
	defer f.Close()
	var st cellStyles
	if st.head, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	percent, money := "0.0%", "0.00"
	if st.percent, err = f.NewStyle(&excelize.Style{CustomNumFmt: &percent}); err != nil {
		return err
	}
	if st.money, err = f.NewStyle(&excelize.Style{CustomNumFmt: &money}); err != nil {
		return err
	}
	var taken []string
	for i, s := range sheets {
		s.Name = sheetName(s.Name, taken)
		taken = append(taken, s.Name)
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err == nil {
			err = writeSheet(f, s, st)
		}
		if err != nil {
			return err
		}
	}
	return f.Write(w)
}

type cellStyles struct{ head, percent, money int }

func writeSheet(f *excelize.File, s Sheet, st cellStyles) error {
	out, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetRow("A1", anys(s.Head), excelize.RowOpts{StyleID: st.head}); err != nil {
		return err
	}
	for i, r := range s.Rows {
		if err := out.SetRow("A"+strconv.Itoa(i+2), st.cells(r)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// cells gives each value the type and the style that a spreadsheet knows.
func (st cellStyles) cells(row []any) []any {
	out := slices.Clone(row)
	for i, v := range out {
		switch v := v.(type) {
		case Percent:
			out[i] = excelize.Cell{StyleID: st.percent, Value: float64(v)}
		case Money:
			out[i] = excelize.Cell{StyleID: st.money, Value: float64(v) / 100}
		}
	}
	return out
}

// sheetName fits a name to what spreadsheets accept: at most 31 characters,
// none of []:*?/\ and none twice.
func sheetName(name string, taken []string) string {
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, c) {
			return -1
		}
		return c
	}, name)
	if r := []rune(name); len(r) > 28 {
		name = string(r[:28])
	}
	if name == "" {
		name = "表"
	}
	for i, base := 2, name; slices.ContainsFunc(taken, func(t string) bool { return strings.EqualFold(t, name) }); i++ {
		name = base + strconv.Itoa(i)
	}
	return name
}
