package register

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// lines calls fn for every row of the sheet that has cells, and learns which
// cells are merged.
func (w *workbook) lines(fn func(line) error) error {
	r, ok, err := w.stream(w.sheet)
	if err != nil || !ok {
		return broken
	}
	defer r.Close()
	dec := xml.NewDecoder(r)
	at := scanner{w: w}
	for {
		t, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			if !at.rows {
				return broken
			}
			return nil
		}
		if err != nil {
			return broken
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := at.start(t); err != nil {
				return err
			}
		case xml.EndElement:
			if err := at.end(t, fn); err != nil {
				return err
			}
		case xml.CharData:
			if at.into != nil && at.into.Len() < maxCell {
				at.into.Write(t)
			}
		}
	}
}

// scanner is where the reading of a sheet has come to.
type scanner struct {
	w        *workbook
	rows     bool // the sheet has a table of rows
	row, col int
	kind     string
	formula  bool
	phonetic int
	value    strings.Builder
	into     *strings.Builder // where text goes; nil: nowhere
}

func (a *scanner) start(t xml.StartElement) error {
	switch t.Name.Local {
	case "sheetData":
		a.rows = true
	case "row":
		a.row++
		if n, err := strconv.Atoi(attr(t, "r")); err == nil {
			if n < a.row {
				return broken
			}
			a.row = n
		}
		a.col, a.w.cellBuf = -1, a.w.cellBuf[:0]
	case "c":
		a.col++
		if ref := attr(t, "r"); ref != "" {
			col, row, err := excelize.CellNameToCoordinates(ref)
			if err != nil || row != a.row || col-1 < a.col {
				return broken
			}
			a.col = col - 1
		}
		a.kind, a.formula = attr(t, "t"), false
		a.value.Reset()
	case "f":
		a.formula = true
	case "v", "t":
		if a.phonetic == 0 {
			a.into = &a.value
		}
	case "rPh":
		a.phonetic++
	case "mergeCell":
		if len(a.w.merged) < 100 {
			a.w.merged = append(a.w.merged, attr(t, "ref"))
		}
	}
	return nil
}

func (a *scanner) end(t xml.EndElement, fn func(line) error) error {
	switch t.Name.Local {
	case "v", "t":
		a.into = nil
	case "rPh":
		a.phonetic--
	case "c":
		if a.col >= maxColumns {
			return nil // to the right of everything a register has
		}
		c, err := a.cell()
		if err != nil {
			return err
		}
		for len(a.w.cellBuf) < a.col {
			a.w.cellBuf = append(a.w.cellBuf, cell{})
		}
		a.w.cellBuf = append(a.w.cellBuf, c)
	case "row":
		return fn(line{a.row, a.w.cellBuf})
	}
	return nil
}

func (a *scanner) cell() (cell, error) {
	c := cell{text: a.value.String(), formula: a.formula}
	switch a.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.text))
		if c.text == "" {
			return c, nil
		}
		if err != nil || i < 0 || i >= len(a.w.texts) {
			return c, broken
		}
		c.text = a.w.texts[i]
	case "e":
		c.failed = true
	case "b":
		c.text = map[string]string{"1": "TRUE", "0": "FALSE"}[c.text]
	case "", "n":
		c.number = c.text != ""
	}
	return c, nil
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// cellName names a cell as sheets do: D17.
func cellName(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col+1, row)
	if err != nil {
		return fmt.Sprintf("第 %d 行", row)
	}
	return name
}
