package ui

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// Link is an address with its words.
type Link struct {
	Label, URL, Icon string
}

// PageHead is the top of a page: its title and what can be done with the whole.
type PageHead struct {
	Title   string
	Count   string // beside the title: "224 条"
	Sub     string
	Back    *Link // where this page belongs
	Primary *Link // the one thing people come for
	Links   []Link
	Print   bool // offers to print the page, where there is JavaScript
}

// Status is a state in words and colour.
type Status struct {
	Text string
	Tone Tone
}

// Due is a deadline: how much time is left, in words, with shape and colour.
type Due struct {
	Text string
	Tone Tone   // go, wait or stop
	URL  string // the explanation of the date
}

// Table is a ledger. On a phone each row becomes a card.
type Table struct {
	Caption string
	Columns []Column
	Rows    []Row
	Total   *Row // the last line, where the rows add up
	Grid    bool // of numbers: stays a table on a phone, and scrolls
}

func (t *Table) class() string {
	if t.Grid {
		return "ledger grids"
	}
	return "ledger cards"
}

// Column is the head of a column. Units stand here, not in the cells.
type Column struct {
	Label  string
	Number bool
	Day    bool // holds days, which stay on one line
	Less   bool // left out on a phone
}

// Row is one line. URL, where set, is what a click anywhere on it opens; the
// link itself is in a cell.
type Row struct {
	URL   string
	Cells []Cell
}

// Cell is one value.
type Cell struct {
	Text   string
	Sub    string // a second, softer line
	URL    string
	Status *Status
	Due    *Due
}

func (c *Column) cellClass() string {
	var list []string
	if c.Number {
		list = append(list, "num")
	}
	if c.Day {
		list = append(list, "date")
	}
	if c.Less {
		list = append(list, "less")
	}
	return strings.Join(list, " ")
}

func (c *Column) headClass() string {
	if c.Number {
		return "num"
	}
	return ""
}

// Fact is one line of what is known.
type Fact struct {
	Label, Text, URL string
	Wide             bool // takes the whole width; keeps line breaks
}

// Attachment is a file that belongs to a record.
type Attachment struct {
	Name, URL     string
	Size          int64  // in bytes
	Preview       string // of a picture: the address of a small one
	Width, Height int    // of a picture, in pixels
}

// kind is what the name's end says the file is, for people.
func (a Attachment) kind() string { return strings.ToUpper(strings.TrimPrefix(path.Ext(a.Name), ".")) }

// size is a file's size as people read it.
func (a Attachment) size() string {
	switch {
	case a.Size >= 1<<20:
		return strconv.FormatFloat(float64(a.Size)/(1<<20), 'f', 1, 64) + " MB"
	case a.Size >= 1<<10:
		return strconv.FormatInt((a.Size+1<<9)>>10, 10) + " KB"
	}
	return strconv.FormatInt(a.Size, 10) + " 字节"
}

// How large previews stand in a page, in CSS pixels. Wider ones are cut.
const (
	shownHeight = 132
	shownMost   = 2 * shownHeight
)

// shownWidth keeps the place of a preview before it arrives.
func (a Attachment) shownWidth() int {
	return min(max(1, a.Width*shownHeight/max(1, a.Height)), shownMost)
}

func pictures(list []Attachment) []Attachment {
	return slices.DeleteFunc(slices.Clone(list), func(a Attachment) bool { return a.Preview == "" })
}

func documents(list []Attachment) []Attachment {
	return slices.DeleteFunc(slices.Clone(list), func(a Attachment) bool { return a.Preview != "" })
}

// Event is one entry of a timeline.
type Event struct {
	At     string
	Who    string
	Role   string
	Title  string
	Reason string
}

// ProcedureStep is one step of a procedure's line.
type ProcedureStep struct {
	Label string
	State string // "past", "now" or ""
}

// Figure is a number people look at.
type Figure struct {
	Label, Value, Unit string
	Note               string // scope, period, as of
	URL                string // its rows or its page
}

// Bar is one bar of a chart.
type Bar struct {
	Label string
	Value float64
	Text  string // what stands at its end; "" for the value
	Under string // a second line under the label of a column, such as the year
}

// QRCode is the pattern of a QR code, dark modules true.
type QRCode [][]bool

// path draws the dark modules as one SVG path, a run of a row at a time.
func (q QRCode) path() string {
	var b strings.Builder
	for y, row := range q {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			start := x
			for x < len(row) && row[x] {
				x++
			}
			n := itoa(x - start)
			b.WriteString("M" + itoa(start) + " " + itoa(y) + "h" + n + "v1h-" + n + "z")
		}
	}
	return b.String()
}

func (q QRCode) box() string { return "0 0 " + itoa(len(q)) + " " + itoa(len(q)) }
