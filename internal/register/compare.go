package register

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/fault"
	"portal/internal/secret"
)

// What a row of a sheet is to the register.
const (
	New     = "new"
	Changed = "changed"
	Same    = "same"
	Error   = "error"
)

// Complaint is what is wrong with a cell, or, without Head, with a row.
type Complaint struct {
	Cell string // D17
	Head string // of its column
	Text string // in Chinese: what to do
}

// read is one row of a sheet as it was read and compared.
type read struct {
	line       int
	kind       string
	record     Record
	complaints []Complaint
	subject    Row // what is there, of those changed and same
}

// comparer compares rows with the register as it stands.
type comparer struct {
	sheet  *Sheet
	actor  access.Actor
	names  names
	layout layout
	epoch  bool
	now    time.Time
	rules  func(Record) fault.Fields // nil: no more than the sheet's own
	there  map[string][]Row
	seen   map[string]int // the line where the sheet has it already
	once   map[string]holder
}

// holder is who has what no two rows say: a row by its natural key, and the line
// of the sheet where it is one of the sheet's.
type holder struct {
	natural string
	line    int
}

func newComparer(s *Sheet, known names, rows []Row, now time.Time) *comparer {
	c := &comparer{sheet: s, names: known, now: now, there: make(map[string][]Row, len(rows)), seen: map[string]int{}, once: map[string]holder{}}
	for _, r := range rows {
		cells := s.tidy(r.Cells, known)
		k := s.natural(cells)
		c.there[k] = append(c.there[k], r)
		for i, col := range s.Columns {
			if col.Once && cells[i] != "" {
				c.once[col.Key+"\x1f"+cells[i]] = holder{natural: k}
			}
		}
	}
	return c
}

// compare says what a row of the sheet is to the register.
func (c *comparer) compare(number int, cells []cell) read {
	rec, bad := c.sheet.parse(cells, c.names, c.epoch)
	r := read{line: number, record: rec}
	if c.sheet.Check != nil && len(bad) == 0 {
		bad = c.sheet.Check(rec, c.now)
	}
	if c.rules != nil && len(bad) == 0 {
		bad = c.rules(rec)
	}
	if len(bad) == 0 {
		bad = c.place(&r)
	}
	for _, f := range bad {
		r.complaints = append(r.complaints, c.complaint(number, f))
	}
	if len(bad) > 0 {
		r.kind = Error
	}
	return r
}

// place finds the row of the register that r is about.
func (c *comparer) place(r *read) (bad fault.Fields) {
	k, there := c.alike(r.record.Cells)
	if first, twice := c.seen[k]; twice {
		bad.Add("", "和第 "+strconv.Itoa(first)+" 行的"+c.sheet.naturalHeads()+"相同。一条记录只写一行")
		return bad
	}
	c.seen[k] = r.line
	if len(there) > 1 {
		bad.Add("", "名册里有 "+strconv.Itoa(len(there))+" 条"+c.sheet.naturalHeads()+"都相同的记录，分不清是哪一条。请先在名册里处理重复的记录")
		return bad
	}
	var before []string
	if len(there) == 1 {
		r.subject, before = there[0], there[0].Cells
	}
	cells, bad := c.unmask(r.record.Cells, before)
	switch {
	case len(bad) > 0:
		return bad
	case before == nil:
		r.kind = New
	case slices.Equal(c.sheet.tidy(before, c.names), cells):
		r.kind = Same
	case r.subject.Locked != "":
		bad.Add("", r.subject.Locked)
		return bad // with the numbers as the sheet has them: masked
	default:
		if bad := c.fixed(before, cells); len(bad) > 0 {
			return bad
		}
		r.kind = Changed
	}
	if bad := c.taken(k, r.line, cells); len(bad) > 0 {
		return bad
	}
	if c.sheet.Weigh != nil && r.kind != Same {
		if bad := c.sheet.Weigh(before, Record{c.sheet, c.names, cells}); len(bad) > 0 {
			return bad
		}
	}
	r.record.Cells = cells
	return c.judge(r, before != nil)
}

func (c *comparer) judge(r *read, known bool) fault.Fields {
	switch {
	case c.sheet.Judge == nil || r.kind == Same:
		return nil
	case known:
		return c.sheet.Judge(c.actor, &r.subject, r.record)
	}
	return c.sheet.Judge(c.actor, nil, r.record)
}

// alike returns what a row of the sheet is recognised by, and the rows of the
// register that are: where there are several, who has the number that the sheet
// shows or says.
func (c *comparer) alike(cells []string) (key string, there []Row) {
	key = c.sheet.natural(cells)
	if there = c.there[key]; len(there) < 2 {
		return key, there
	}
	numbers := c.sheet.numbers(cells)
	other := func(r Row) bool { return c.sheet.numbers(r.Cells) != numbers }
	return key + "\x1f" + numbers, slices.DeleteFunc(slices.Clone(there), other)
}

// taken complains about what another row says already and no two may say.
func (c *comparer) taken(natural string, line int, cells []string) (bad fault.Fields) {
	for i, col := range c.sheet.Columns {
		if !col.Once || cells[i] == "" {
			continue
		}
		switch by, taken := c.once[col.Key+"\x1f"+cells[i]]; {
		case !taken || by.natural == natural:
			c.once[col.Key+"\x1f"+cells[i]] = holder{natural, line}
		case by.line == 0:
			bad.Add(col.Key, "名册里另一条记录的"+col.Head+"也是“"+short(cells[i])+"”，不能重复")
		default:
			bad.Add(col.Key, col.Head+"和第 "+strconv.Itoa(by.line)+" 行相同，不能重复")
		}
	}
	return bad
}

// unmask puts the number that is there where the sheet has it masked, as exports
// write it.
func (c *comparer) unmask(typed, before []string) (cells []string, bad fault.Fields) {
	cells = slices.Clone(typed)
	for i, col := range c.sheet.Columns {
		if !col.sealed() || !masked(cells[i]) {
			continue
		}
		if before == nil || secret.MaskPhone(before[i]) != cells[i] {
			bad.Add(col.Key, col.Head+"里有 *，不知道是什么号码。请填完整的号码")
			continue
		}
		cells[i] = before[i]
	}
	return cells, bad
}

// fixed complains about changes that are made elsewhere.
func (c *comparer) fixed(before, cells []string) (bad fault.Fields) {
	for i, col := range c.sheet.Columns {
		if col.Fixed != "" && before[i] != cells[i] {
			bad.Add(col.Key, col.Fixed)
		}
	}
	return bad
}

// complaint names the cell that f is about.
func (c *comparer) complaint(number int, f fault.Field) Complaint {
	for i, col := range c.sheet.Columns {
		if col.Key == f.Name {
			return Complaint{cellName(c.layout.at[i], number), col.Head, f.Text}
		}
	}
	return Complaint{"第 " + strconv.Itoa(number) + " 行", "", f.Text}
}

// mergedLines says which lines below the head are part of merged cells.
func mergedLines(refs []string) map[int]string {
	lines := map[int]string{}
	for _, ref := range refs {
		from, to, ok := strings.Cut(ref, ":")
		if !ok {
			continue
		}
		first, last := rowOf(from), rowOf(to)
		for n := max(first, 2); n <= min(last, first+1000); n++ {
			lines[n] = ref
		}
	}
	return lines
}

func rowOf(ref string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ$"))
	return n
}
