package register

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
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
