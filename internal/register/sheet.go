// Package register fills and writes out the registers of all rooms by sheet: a
// room describes its register once, and from that come the template, the export
// in the same shape, and the import with its preview and its undoing.
package register

import (
	"context"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Kind is what the cells of a column hold.
type Kind int

// The kinds. In a Record every cell is a text: a date is 2019-06-27, a choice its
// name on screen, a phone its digits, an amount has two decimals; "" is nothing.
const (
	Text   Kind = iota
	Date        // a day; in the sheet a date that can be calculated with
	Choice      // one of Terms
	Name        // the name of a row of the database, from Names
	Phone       // kept sealed, shown and exported masked, unless it is Open
	Int         // a whole number from Low to High
	Money       // an amount of yuan or of Unit, not negative
	Tenth       // a number from Low to High with one decimal at most, more than 0
	Clock       // a time of the day: 09:30
)

// Column is one column of a register.
type Column struct {
	Key      string // as code names it
	Head     string // 中文: the first cell of the column
	Kind     Kind
	Required bool
	Natural  bool // part of what a row is recognised by
	Once     bool // no two rows say the same
	Several  bool // a Choice or a Name may hold several, with 、 between them, in the order of Terms or of the IDs
	Max      int  // characters of a Text, at most 2,000; of a Name where its names are long
	Lines    bool // a Text may have several lines
	Low      int
	High     int
	Fixed    string // 中文: why no sheet changes it in a row that is there; "" lets it
	Unit     string // 中文: of Money; "" is 元
	Open     bool   // a Phone that everybody may know: the line of an office
	Terms    []choice.Term
	Names    func(context.Context, db.Tx, int64) ([]choice.Row, error) // what may stand there, in a street
	Width    float64                                                   // in characters of the sheet
	Hint     string                                                    // 中文: how to fill it in
}

// Sheet is a register as it is written out and filled by sheet. Its functions
// belong to the room that keeps it; each works in the caller's transaction, checks
// nothing about permissions that the database does not, and records what it does.
type Sheet struct {
	Register string // in addresses and in the table imports: deputies
	Title    string // 中文: 代表名册
	URL      string // of the register's own page
	View     access.Permission
	Keep     access.Permission
	Guide    []string // 中文: what else who fills it in should know
	Columns  []Column

	// Rows reads the register of a street in its order, or only the rows with
	// the given IDs, locked, where ids is not nil.
	Rows func(ctx context.Context, tx db.Tx, street int64, ids []int64) ([]Row, error)
	// Check complains about what cells say together; the complaints bear the
	// columns' keys. nil checks nothing more.
	Check func(r Record, now time.Time) fault.Fields
	// Weigh complains about what a row says beside what is there: before, or nil
	// where the row is new. nil complains about nothing.
	Weigh func(before []string, r Record) fault.Fields
	// Rules reads what a street has set and returns what complains, beyond Check,
	// about what cells say together there. nil adds nothing.
	Rules func(ctx context.Context, tx db.Tx, street int64) (func(Record) fault.Fields, error)
	// Judge complains about what the actor may not do to a row that is new, where
	// there is nil, or changed; the complaints bear the columns' keys. nil lets all.
	Judge func(actor access.Actor, there *Row, r Record) fault.Fields
	// Insert adds a row; key makes it once. It returns the row's ID and version.
	Insert func(ctx context.Context, tx db.Tx, actor access.Actor, street int64, key string, r Record) (id int64, version int, err error)
	// Change makes a row say what r says and returns its new version. A row that
	// has another version is fault.Stale.
	Change func(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r Record) (int, error)
	// Restore makes a row that an import changed say again what it said before, as
	// Change does; nil is Change.
	Restore func(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r Record) (int, error)
	// Remove takes out a row that an import added, with what came with it.
	Remove func(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error
}

// Row is a row of a register as it stands.
type Row struct {
	ID      int64
	Version int
	Cells   []string // in the order of the sheet's columns
	Locked  string   // 中文: why no sheet changes it; such a row is not exported
}

// Record is a row of a sheet that was read and understood.
type Record struct {
	sheet *Sheet
	names names
	Cells []string
}

// names are the IDs behind the names of the columns of kind Name.
type names map[string]map[string]int64

// Text returns what the column's cell says.
func (r Record) Text(key string) string { return r.Cells[r.sheet.column(key)] }

// Date returns the day of a Date, and the zero time where there is none.
func (r Record) Date(key string) time.Time {
	t, _ := time.Parse(time.DateOnly, r.Text(key))
	return t
}

// Term returns the key of what was chosen, "" where nothing was.
func (r Record) Term(key string) string {
	i := r.sheet.column(key)
	for _, t := range r.sheet.Columns[i].Terms {
		if t.Name == r.Cells[i] {
			return t.Key
		}
	}
	return ""
}

// Terms returns the keys of what was chosen where there may be several.
func (r Record) Terms(key string) (keys []string) {
	for _, name := range parts(r.Text(key)) {
		for _, t := range r.sheet.Columns[r.sheet.column(key)].Terms {
			if t.Name == name {
				keys = append(keys, t.Key)
			}
		}
	}
	return keys
}

// ID returns the ID of the row that a Name names, 0 where there is none.
func (r Record) ID(key string) int64 { return r.names[key][r.Text(key)] }

// IDs returns the IDs of the rows that are named where there may be several.
func (r Record) IDs(key string) (ids []int64) {
	for _, name := range parts(r.Text(key)) {
		ids = append(ids, r.names[key][name])
	}
	return ids
}

// Tenths returns a Tenth in tenths: 25 for 2.5.
func (r Record) Tenths(key string) int {
	whole, rest, _ := strings.Cut(r.Text(key), ".")
	n, _ := strconv.Atoi(whole + (rest + "0")[:1])
	return n
}

// Int returns a whole number, 0 where there is none.
func (r Record) Int(key string) int {
	n, _ := strconv.Atoi(r.Text(key))
	return n
}

// Cents returns an amount in hundredths of a yuan, or of the column's Unit.
func (r Record) Cents(key string) int64 {
	n, _ := strconv.ParseInt(strings.Replace(r.Text(key), ".", "", 1), 10, 64)
	return n
}

// sealed reports whether what the column holds is nothing for everybody's eyes.
func (c *Column) sealed() bool { return c.Kind == Phone && !c.Open }

// column finds a column. It panics on a key that the sheet lacks, which only a
// programming error can bring.
func (s *Sheet) column(key string) int {
	for i, c := range s.Columns {
		if c.Key == key {
			return i
		}
	}
	panic("register: " + s.Register + " has no column " + key)
}

// natural is what a row is recognised by.
func (s *Sheet) natural(cells []string) string {
	var parts []string
	for i, c := range s.Columns {
		if c.Natural {
			parts = append(parts, cells[i])
		}
	}
	return strings.Join(parts, "\x1f")
}

// naturalHeads are the heads of those columns.
func (s *Sheet) naturalHeads() string {
	var heads []string
	for _, c := range s.Columns {
		if c.Natural {
			heads = append(heads, c.Head)
		}
	}
	return strings.Join(heads, "、")
}

// learn reads what the columns of kind Name may hold in a street.
func (s *Sheet) learn(ctx context.Context, tx db.Tx, street int64) (names, map[string][]string, error) {
	known, lists := names{}, map[string][]string{}
	for _, c := range s.Columns {
		if c.Kind != Name {
			continue
		}
		rows, err := c.Names(ctx, tx, street)
		if err != nil {
			return nil, nil, err
		}
		known[c.Key] = map[string]int64{}
		for _, r := range rows {
			known[c.Key][r.Name] = r.ID
			lists[c.Key] = append(lists[c.Key], r.Name)
		}
	}
	return known, lists, nil
}
