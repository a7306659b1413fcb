package register

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of a sheet that is sent. A workbook of 20,000 rows and twelve columns
// has about 2 MB and unfolds to about 20.
const (
	MaxFile     = 8 << 20  // bytes as sent
	MaxRows     = 50_000   // rows below the head
	MostLines   = 1 << 20  // the last row that a sheet can have
	maxUnpacked = 32 << 20 // bytes of all parts
	maxParts    = 1000
	maxStrings  = 16 << 20 // bytes of the table of texts
	maxCell     = 16 << 10 // bytes of one cell that are looked at: more than any column takes
	maxColumns  = 200
)

// Unreadable is why a file cannot be read, in Chinese, for who sent it.
type Unreadable string

func (u Unreadable) Error() string { return "unreadable sheet: " + string(u) }

const (
	notXLSX   Unreadable = "这不是 .xlsx 工作簿。请用下载的模板填写，另存为 .xlsx 后再上传"
	hasMacros Unreadable = "工作簿里有宏。请另存为不带宏的 .xlsx 后再上传"
	tooPacked Unreadable = "工作簿解开后太大。请只保留要导入的表，删去图片和多余的表后再上传"
	broken    Unreadable = "工作簿已损坏，读不出来。请用 Excel 或 WPS 打开另存一次再上传"
)

// cell is one cell as the workbook has it.
type cell struct {
	text    string
	number  bool // text is a number of the sheet
	formula bool
	failed  bool // an error value such as #N/A
}

// line is one row of the sheet, its cells by column from 0. It is valid until
// the next one.
type line struct {
	number int
	cells  []cell
}

// workbook is a workbook that is read part by part; nothing of it is kept but the
// table of texts.
type workbook struct {
	zip     *zip.Reader
	texts   []string
	epoch   bool // dates count from 1904
	sheet   string
	sheets  []string
	merged  []string
	cellBuf []cell
}

// open looks at the whole archive before anything is read from it, then finds the
// sheet called title, or the first one.
func open(b []byte, title string) (w *workbook, err error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, notXLSX
	}
	if err := scan(z); err != nil {
		return nil, err
	}
	w = &workbook{zip: z}
	if err := w.find(title); err != nil {
		return nil, err
	}
	return w, w.readTexts()
}

// scan refuses bombs, macros and what is no workbook. It unpacks every part,
// whatever size it claims.
func scan(z *zip.Reader) error {
	if len(z.File) > maxParts {
		return tooPacked
	}
	left, seen := int64(maxUnpacked), map[string]bool{}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		if strings.HasSuffix(name, "vbaproject.bin") {
			return hasMacros
		}
		if seen[name] {
			return broken
		}
		seen[name] = true
		r, err := f.Open()
		if err != nil {
			return broken
		}
		n, err := io.CopyN(io.Discard, r, left+1)
		r.Close()
		if left -= n; left < 0 {
			return tooPacked
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return broken
		}
	}
	types, err := part(z, "[Content_Types].xml", 1<<20)
	switch {
	case err != nil:
		return notXLSX
	case bytes.Contains(types, []byte("macroEnabled")):
		return hasMacros
	case !bytes.Contains(types, []byte("spreadsheetml.sheet.main+xml")):
		return notXLSX
	}
	return nil
}

// part reads a small part to its end.
func part(z *zip.Reader, name string, limit int64) ([]byte, error) {
	for _, f := range z.File {
		if strings.EqualFold(strings.TrimPrefix(f.Name, "/"), name) {
			r, err := f.Open()
			if err != nil {
				return nil, err
			}
			defer r.Close()
			return io.ReadAll(io.LimitReader(r, limit))
		}
	}
	return nil, notXLSX
}

// find learns which part is the sheet.
func (w *workbook) find(title string) error {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string     `xml:"name,attr"`
			Any  []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	for name, into := range map[string]any{"xl/workbook.xml": &book, "xl/_rels/workbook.xml.rels": &links} {
		b, err := part(w.zip, name, 1<<20)
		if err != nil {
			return notXLSX
		}
		if err := xml.Unmarshal(b, into); err != nil {
			return broken
		}
	}
	w.epoch = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	at, link := 0, ""
	for i, s := range book.Sheets {
		w.sheets = append(w.sheets, s.Name)
		if s.Name == title && at == 0 {
			at = i
		}
	}
	if len(book.Sheets) == 0 {
		return broken
	}
	for _, a := range book.Sheets[at].Any {
		if a.Name.Local == "id" {
			link = a.Value
		}
	}
	for _, l := range links.List {
		if l.ID == link {
			w.sheet = path.Join("xl", l.Target)
			if strings.HasPrefix(l.Target, "/") {
				w.sheet = path.Clean(l.Target)[1:]
			}
			return nil
		}
	}
	return broken
}

// stream opens a part to be read once; ok is false where there is none.
func (w *workbook) stream(name string) (io.ReadCloser, bool, error) {
	for _, f := range w.zip.File {
		if strings.EqualFold(strings.TrimPrefix(f.Name, "/"), name) {
			r, err := f.Open()
			return r, true, err
		}
	}
	return nil, false, nil
}

// readTexts reads the table of texts that cells refer to.
func (w *workbook) readTexts() error {
	r, ok, err := w.stream("xl/sharedStrings.xml")
	if err != nil {
		return broken
	}
	if !ok {
		return nil
	}
	defer r.Close()
	dec, size := xml.NewDecoder(r), 0
	var text strings.Builder
	inText, phonetic := false, 0
	for {
		t, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "si":
				text.Reset()
			case "t":
				inText = phonetic == 0
			case "rPh":
				phonetic++
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "si":
				if size += text.Len(); size > maxStrings {
					return tooPacked
				}
				w.texts = append(w.texts, text.String())
			case "t":
				inText = false
			case "rPh":
				phonetic--
			}
		case xml.CharData:
			if inText && text.Len() < maxCell {
				text.Write(t)
			}
		}
	}
}

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
