package document

import (
	"regexp"
	"strconv"
	"strings"
)

// Block is one piece of a paper's body.
type Block interface{ write(*pen, *counters) }

// Text is a paragraph, indented by two characters; each of its lines is one.
type Text string

// Heading is numbered by itself: level 1 is 一、 in 黑体, 2 （一） in 楷体, 3 1. and
// 4 （1） in 仿宋.
type Heading struct {
	Level int
	Text  string
}

// Table is a simple table with lines. Its head is repeated on each page.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
	Widths  []int // of the columns, one to another; nil means by what they hold
}

// counters number the headings, by level.
type counters [4]int

// blocks writes a body. The last of what is signed stays with the signature, which
// never stands on a page by itself.
func (b *pen) blocks(list []Block, signed bool) {
	var n counters
	for i, x := range list {
		b.hold = signed && i == len(list)-1
		x.write(b, &n)
	}
}

func (t Text) write(b *pen, _ *counters) {
	lines, hold := strings.Split(string(t), "\n"), b.hold
	for i, line := range lines {
		b.hold = hold && i == len(lines)-1
		b.para(para{first: 2}, b.run(text, line))
	}
}

func (h Heading) write(b *pen, n *counters) {
	level := min(max(h.Level, 1), len(n))
	n[level-1]++
	for i := level; i < len(n); i++ {
		n[i] = 0
	}
	b.para(para{style: "Heading" + strconv.Itoa(level), first: 2, keep: true}, b.run(levelInk[level-1], number(level, n[level-1])+h.Text))
}

var levelInk = [4]ink{strong, brushed, text, text}

func number(level, n int) string {
	switch level {
	case 1:
		return Han(n) + "、"
	case 2:
		return "（" + Han(n) + "）"
	case 3:
		return strconv.Itoa(n) + "."
	}
	return "（" + strconv.Itoa(n) + "）"
}

// Han writes 1 to 99 in Chinese.
func Han(n int) string {
	digits := []rune("〇一二三四五六七八九")
	switch {
	case n < 10:
		return string(digits[n])
	case n < 20:
		return "十" + strings.TrimSuffix(string(digits[n-10]), "〇")
	}
	return string(digits[n/10%10]) + "十" + strings.TrimSuffix(string(digits[n%10]), "〇")
}

// typed recognises the levels in what people typed, each with its number.
var typed = [4]*regexp.Regexp{
	regexp.MustCompile(`^[一二三四五六七八九十百]+、`),
	regexp.MustCompile(`^（[一二三四五六七八九十百]+）`),
	regexp.MustCompile(`^[0-9]+[.．]`),
	regexp.MustCompile(`^（[0-9]+）`),
}

// Prose makes blocks of a text that people typed, a paragraph a line. A line that
// begins with 一、 （一） 1. or （1） stands in the font of that level; where more
// follows after its first sentence, only that sentence does.
func Prose(s string) (list []Block) {
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		list = append(list, proseLine(line))
	}
	return list
}

func proseLine(line string) Block {
	for i, r := range typed {
		if !r.MatchString(line) {
			continue
		}
		lead, rest := line, ""
		if at := strings.Index(line, "。"); at >= 0 && at+len("。") < len(line) {
			lead, rest = line[:at+len("。")], line[at+len("。"):]
		}
		return levelLine{i + 1, lead, rest}
	}
	return Text(line)
}

// levelLine is a paragraph that came with its own number.
type levelLine struct {
	level      int
	lead, rest string
}

func (l levelLine) write(b *pen, _ *counters) {
	p := para{first: 2}
	if l.rest == "" && l.level <= 2 {
		p.style, p.keep = "Heading"+strconv.Itoa(l.level), true
	}
	runs := []string{b.run(levelInk[l.level-1], l.lead)}
	if l.rest != "" {
		runs = append(runs, b.run(text, l.rest))
	}
	b.para(p, runs...)
}
