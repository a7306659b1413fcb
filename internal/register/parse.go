package register

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/text"
)

// parse turns the cells of a row, in the order of the register's columns, into a
// record and complaints that bear the columns' keys.
func (s *Sheet) parse(cells []cell, known names, epoch bool) (Record, fault.Fields) {
	r := Record{s, known, make([]string, len(s.Columns))}
	var bad fault.Fields
	for i := range s.Columns {
		value, complaint := s.Columns[i].read(cells[i], known, epoch)
		if complaint != "" {
			bad.Add(s.Columns[i].Key, complaint)
			value = shown(cells[i]) // to be shown beside the complaint
		}
		r.Cells[i] = value
	}
	return r, bad
}

// shown is what a cell says, as far as a page can show it.
func shown(c cell) string {
	return strings.Map(func(r rune) rune {
		if !text.Readable(r) || r == '\n' {
			return ' '
		}
		return r
	}, short(c.text))
}

func short(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}

// read reads one cell. The complaint says what to do.
func (c *Column) read(in cell, known names, epoch bool) (value, complaint string) {
	typed := narrow(in.text)
	switch {
	case in.formula:
		return "", c.Head + "是公式。请改成固定的内容：复制这一格，再用“选择性粘贴—数值”贴回来"
	case in.failed:
		return "", c.Head + "是错误值 " + short(in.text) + "，请填上内容"
	case strings.TrimSpace(typed) == "":
		if c.Required {
			return "", "请填写" + c.Head
		}
		return "", ""
	}
	if in.number && c.Kind != Date && c.Kind != Clock {
		typed = plain(typed)
	}
	if c.Several {
		return c.readSeveral(typed, known)
	}
	return c.readTyped(typed, in, known, epoch)
}

// apart is what stands between several values in one cell.
var apart = strings.NewReplacer("，", "、", ",", "、", "；", "、", ";", "、", "\n", "、")

// parts are the values that a cell holds, which may be none.
func parts(cell string) (list []string) {
	for p := range strings.SplitSeq(apart.Replace(cell), "、") {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// readSeveral reads a cell that may hold several values: each once, in the order
// of the list, however it was typed.
func (c *Column) readSeveral(typed string, known names) (value, complaint string) {
	var found []string
	for _, p := range parts(typed) {
		one, complaint := c.readTyped(p, cell{text: p}, known, false)
		if complaint != "" {
			return "", complaint
		}
		if !slices.Contains(found, one) {
			found = append(found, one)
		}
	}
	if found == nil && c.Required {
		return "", "请填写" + c.Head
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(c.place(a, known), c.place(b, known)) })
	return strings.Join(found, "、"), ""
}

// place is where a value stands in the list of the column.
func (c *Column) place(value string, known names) int64 {
	if c.Kind == Name {
		return known[c.Key][value]
	}
	return int64(slices.IndexFunc(c.Terms, func(t choice.Term) bool { return t.Name == value }))
}

func (c *Column) readTyped(typed string, in cell, known names, epoch bool) (value, complaint string) {
	var r text.Reader
	switch c.Kind {
	case Date:
		if in.number {
			return serial(typed, epoch, c.Head)
		}
		if day := r.Date("x", strings.TrimSuffix(typed, " 00:00:00"), c.Head, true); !day.IsZero() {
			return day.Format(time.DateOnly), ""
		}
		return "", c.Head + "不是日期，请写成 2026-03-02 这样"
	case Choice:
		typed = strings.TrimSpace(typed)
		for _, t := range c.Terms {
			if t.Name == typed {
				return t.Name, ""
			}
		}
		return "", c.Head + "请从列表里选：" + list(c.Terms)
	case Name:
		if value = strings.TrimSpace(in.text); known[c.Key][value] != 0 {
			return value, "" // as the list has it, whatever width its digits are
		}
		value = r.Line("x", typed, c.Head, max(c.Max, text.Name), true)
		if _, ok := known[c.Key][value]; !ok && len(r.Bad) == 0 {
			return "", "没有叫“" + short(value) + "”的" + c.Head + "，请从列表里选"
		}
	case Phone:
		if c.sealed() && masked(typed) {
			return strings.TrimSpace(typed), "" // the comparison knows whether it is the number that is there
		}
		value = r.Phone("x", typed, c.Head, true)
	case Int:
		n, err := strconv.Atoi(strings.TrimSpace(typed))
		if err != nil || n < c.Low || n > c.High {
			return "", c.Head + "请填 " + strconv.Itoa(c.Low) + " 到 " + strconv.Itoa(c.High) + " 之间的整数"
		}
		value = strconv.Itoa(n)
	case Money:
		return money(typed, in.number, c.Head)
	case Tenth:
		return c.tenth(typed)
	case Clock:
		if in.number {
			return timeOfDay(typed, c.Head)
		}
		value = r.Clock("x", typed, c.Head)
	default:
		if c.Lines {
			value = r.Text("x", typed, c.Head, c.Max, true)
		} else {
			value = r.Line("x", typed, c.Head, c.Max, true)
		}
	}
	if len(r.Bad) > 0 {
		return "", r.Bad[0].Text
	}
	return value, ""
}

// masked reports whether a number is the masked one that an export shows.
func masked(s string) bool { return strings.Contains(s, "*") }

// serial reads a date as sheets keep it: days since the end of 1899, or since
// 1904.
func serial(typed string, epoch bool, head string) (value, complaint string) {
	n, err := strconv.ParseFloat(typed, 64)
	if err != nil || math.IsNaN(n) || n < 1 || n > 100_000 {
		return "", head + "不是日期，请写成 2026-03-02 这样"
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if epoch {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	day := start.AddDate(0, 0, int(n))
	if day.Year() < 1900 || day.Year() > 2100 {
		return "", head + "不是日期，请写成 2026-03-02 这样"
	}
	return day.Format(time.DateOnly), ""
}

// plain writes a number of the sheet without an exponent: 1.38E+10 is a phone
// number.
func plain(typed string) string {
	n, err := strconv.ParseFloat(typed, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) || math.Abs(n) > 1e15 {
		return typed
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// mostWhole is how many digits an amount may have before the point.
const mostWhole = 12

// money reads an amount to the hundredth, without rounding. A number of the sheet
// has the fifteen digits that sheets show: 12.1 is kept there as 12.0999….
func money(typed string, number bool, head string) (value, complaint string) {
	s := strings.NewReplacer(",", "", "，", "", "￥", "", "¥", "", "元", "", " ", "").Replace(typed)
	if n, err := strconv.ParseFloat(s, 64); number && err == nil && n < 1e15 {
		s = strconv.FormatFloat(n, 'g', 15, 64)
		if n, err = strconv.ParseFloat(s, 64); err == nil {
			s = strconv.FormatFloat(n, 'f', -1, 64)
		}
	}
	whole, part, _ := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	whole = strings.TrimLeft(whole, "0")
	if !digits(whole) || !digits(part) || !strings.ContainsAny(s, "0123456789") || len(whole) > mostWhole || len(part) > 2 {
		return "", head + "请填金额，最多两位小数，例如 398.00"
	}
	if whole == "" {
		whole = "0"
	}
	return whole + "." + part + "00"[len(part):], ""
}

func digits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

func (c *Column) tenth(typed string) (value, complaint string) {
	n, err := strconv.ParseFloat(strings.TrimSpace(typed), 64)
	if err != nil || !(n > 0 && n >= float64(c.Low) && n <= float64(c.High)) || math.Abs(n*10-math.Round(n*10)) > 1e-6 {
		return "", c.Head + "请填 " + strconv.Itoa(c.Low) + " 到 " + strconv.Itoa(c.High) + " 之间的数，最多一位小数，例如 2.5"
	}
	return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64), ""
}

// timeOfDay reads a time as sheets keep it: a part of a day.
func timeOfDay(typed, head string) (value, complaint string) {
	n, err := strconv.ParseFloat(typed, 64)
	if err != nil || !(n >= 0 && n < 1) {
		return "", head + "不是时间，请写成 09:30 这样"
	}
	minutes := min(int(math.Round(n*24*60)), 24*60-1)
	return time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).Format("15:04"), ""
}

func list(terms []choice.Term) string {
	var names []string
	for _, t := range terms {
		names = append(names, t.Name)
	}
	return strings.Join(names, "、")
}

// narrow turns full-width digits, letters and the signs of dates and numbers into
// plain ones, and leaves Chinese punctuation alone.
func narrow(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case '０' <= c && c <= '９', 'Ａ' <= c && c <= 'Ｚ', 'ａ' <= c && c <= 'ｚ', c == '－', c == '／', c == '．', c == '＋', c == '＊':
			return c - 0xFEE0
		case c == '\u3000', c == '\u00A0':
			return ' '
		}
		return c
	}, strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD"))
}

// tidy writes what stands in the register as a sheet would say it, so that what
// was typed elsewhere in full-width digits is the same.
func (s *Sheet) tidy(cells []string, known names) []string {
	out := make([]string, len(cells))
	for i := range cells {
		out[i] = cells[i]
		c := &s.Columns[i]
		if c.Kind != Text && (c.Kind != Phone || c.sealed()) || cells[i] == "" {
			continue
		}
		if value, complaint := c.read(cell{text: cells[i]}, known, false); complaint == "" {
			out[i] = value
		}
	}
	return out
}
