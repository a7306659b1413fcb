package institution

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"portal/internal/fault"
)

// Place is a clause for as long as its rule lives: 第三条 is {3, 0}, 第三条之一,
// which was put in later, {3, 1}.
type Place struct{ Number, Suffix int }

// Clause is one clause of one version.
type Clause struct {
	Place
	Text     string // "" of a repealed clause, which keeps its number
	Repealed bool
	RestsOn  *Ground
}

// Ground is a clause on which something rests: a street's clause, an authorisation.
type Ground struct {
	ID    int64
	Title string
	Place
}

// Label writes the clause's number as the text has it: 第三条之一.
func (p Place) Label() string {
	s := "第" + chinese(p.Number) + "条"
	if p.Suffix > 0 {
		s += "之" + chinese(p.Suffix)
	}
	return s
}

// Key is the clause in an address: 3 or 3-1.
func (p Place) Key() string {
	if p.Suffix == 0 {
		return strconv.Itoa(p.Number)
	}
	return strconv.Itoa(p.Number) + "-" + strconv.Itoa(p.Suffix)
}

var placeKey = regexp.MustCompile(`^([1-9]\d{0,2})(?:-([1-9]\d?))?$`)

// ParsePlace reads what Key writes.
func ParsePlace(s string) (p Place, ok bool) {
	m := placeKey.FindStringSubmatch(s)
	if m == nil {
		return p, false
	}
	p.Number, _ = strconv.Atoi(m[1])
	p.Suffix, _ = strconv.Atoi(m[2])
	return p, true
}

func (p Place) less(q Place) bool {
	return p.Number < q.Number || p.Number == q.Number && p.Suffix < q.Suffix
}

// repealedText stands in a typed text for a clause that no longer holds.
const repealedText = "（废止）"

// TypeText writes clauses as they are typed, one a paragraph.
func TypeText(clauses []Clause) string {
	var b strings.Builder
	for i, c := range clauses {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(c.Label() + "　")
		if c.Repealed {
			b.WriteString(repealedText)
		} else {
			b.WriteString(c.Text)
		}
	}
	return b.String()
}

var clauseStart = regexp.MustCompile(`^第([0-9零〇一二三四五六七八九十百]{1,7})条(?:之([0-9一二三四五六七八九十]{1,3}))?[\s　：:]*`)

// ReadText takes a typed text apart into clauses. before are the clauses of the
// version in force or signed last, which keep their numbers: none may be left out,
// and what is put between two of them is 第×条之一. Complaints are at "text".
func ReadText(typed string, before []Clause) ([]Clause, error) {
	var list []Clause
	for line := range strings.Lines(typed) {
		line = strings.TrimSpace(strings.ReplaceAll(line, "　", " "))
		m := clauseStart.FindStringSubmatch(line)
		switch {
		case line == "":
		case m != nil:
			p := Place{number(m[1]), number(m[2])}
			if p.Number < 1 || p.Number > 999 || m[2] != "" && (p.Suffix < 1 || p.Suffix > 99) {
				return nil, complain("“%s”的条号不对", m[0])
			}
			if n := len(list); n > 0 && !list[n-1].less(p) {
				return nil, complain("%s应当排在%s前面，而且每条只能有一次", p.Label(), list[n-1].Label())
			}
			list = append(list, Clause{Place: p, Text: strings.TrimSpace(line[len(m[0]):])})
		case len(list) == 0:
			return nil, complain("请从“第一条”开始，每条另起一段")
		default:
			c := &list[len(list)-1]
			c.Text = strings.TrimSpace(c.Text + "\n" + line)
		}
	}
	return list, check(list, before)
}

func check(list, before []Clause) error {
	if len(list) == 0 {
		return complain("请填写条文，从“第一条”开始，每条另起一段")
	}
	had := map[Place]bool{}
	last := 0
	for _, c := range before {
		had[c.Place] = true
		last = max(last, c.Number)
	}
	next := 1
	for i := range list {
		c := &list[i]
		if c.Text == repealedText || c.Text == "(废止)" {
			if !had[c.Place] {
				return complain("%s是新的，不能写废止", c.Label())
			}
			c.Text, c.Repealed = "", true
		}
		switch n := utf8.RuneCountInString(c.Text); {
		case n == 0 && !c.Repealed:
			return complain("请填写%s的内容", c.Label())
		case n > MaxClause:
			return complain("%s不能超过 %d 个字", c.Label(), MaxClause)
		case c.Suffix == 0 && c.Number != next:
			return missing(Place{next, 0}, had)
		case c.Suffix > 0 && c.Number != next-1:
			return missing(Place{next, 0}, had)
		case c.Suffix > 0 && len(before) == 0:
			return complain("新起草的制度不用“之%s”，请顺次编号", chinese(c.Suffix))
		case c.Suffix > 0 && !had[c.Place] && c.Number == last && i == len(list)-1 && !had[Place{last + 1, 0}]:
			return complain("最后一条之后请用%s", Place{last + 1, 0}.Label())
		}
		if c.Suffix == 0 {
			next++
		}
		delete(had, c.Place)
	}
	for _, c := range before {
		if had[c.Place] {
			return missing(c.Place, had)
		}
	}
	return nil
}

func missing(p Place, had map[Place]bool) error {
	if had[p] {
		return complain("不能少了%s：条文保留原来的编号，不再适用的写“%s　%s”", p.Label(), p.Label(), repealedText)
	}
	return complain("缺%s，请顺次编号；两条之间插入的写“第×条之一”", p.Label())
}

func complain(format string, args ...any) error {
	return fault.Fields{{Name: "text", Text: fmt.Sprintf(format, args...)}}
}

var numerals = []rune("零一二三四五六七八九")

// chinese writes 1 to 999 in numerals: 12 is 十二.
func chinese(n int) string {
	var b strings.Builder
	if n >= 100 {
		b.WriteString(string(numerals[n/100]) + "百")
		if n%100 > 0 && n%100 < 10 {
			b.WriteString("零")
		}
	}
	if tens := n / 10 % 10; tens > 1 || tens == 1 && n >= 100 {
		b.WriteString(string(numerals[tens]) + "十")
	} else if tens == 1 {
		b.WriteString("十")
	}
	if n%10 > 0 || n == 0 {
		b.WriteRune(numerals[n%10])
	}
	return b.String()
}

// number reads numerals or digits; what is no number is 0.
func number(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	total, digit := 0, 0
	for _, c := range s {
		switch c {
		case '百':
			total += max(digit, 1) * 100
			digit = 0
		case '十':
			total += max(digit, 1) * 10
			digit = 0
		case '零', '〇':
			digit = 0
		default:
			for i, n := range numerals {
				if c == n {
					digit = i
				}
			}
		}
	}
	return total + digit
}
