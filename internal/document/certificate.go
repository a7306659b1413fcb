package document

import (
	"math"
	"strings"

	"portal/internal/calendar"
)

// writeCertificate writes a 任命书 or 聘书: one sheet across, within a red frame,
// for the issuer's seal and, where a post signs it, a signature by hand. The
// standard leaves its form free.
func writeCertificate(b *pen, p Paper) leaf {
	head := p.Title
	if head == "" {
		head = p.Kind.Name()
	}
	large := ink{face: fang, size: size2}
	const (
		line = 800
		sign = 5.0 // characters left free for a signature by hand
	)
	chars := size2 * 20 / charPitch // a character of the text, in those that indents count in
	b.para(para{align: "center", before: 200, line: 1400}, b.run(ink{face: title, size: 54, red: true}, spaced(head)))
	if p.Number != "" {
		b.para(para{align: "center", line: 600}, b.run(text, p.Number))
	}
	b.para(para{line: 400})
	if p.To != "" {
		b.para(para{line: line}, b.run(large, p.To+"："))
	}
	for _, s := range p.lines() {
		b.para(para{first: 2 * chars, line: line}, b.run(large, s))
	}
	b.para(para{line: p.gap(line)})
	date := calendar.Date(p.On)
	right := func(wide float64) float64 { return max(0, 4+(ems(date)-wide)/2) * chars }
	for _, s := range p.Signed {
		b.para(para{align: "right", right: right(ems(s)), line: line}, b.run(large, s))
	}
	for _, s := range p.Signers {
		s += "："
		b.para(para{align: "right", right: right(ems(s)+sign) + sign*chars, line: line}, b.run(large, s))
	}
	if date != "" {
		b.para(para{align: "right", right: 4 * chars, line: line}, b.run(large, date))
	}
	return landscape
}

// lines are the paragraphs of a certificate.
func (p Paper) lines() (list []string) {
	for _, x := range p.Body {
		if t, ok := x.(Text); ok {
			list = append(list, strings.Split(string(t), "\n")...)
		}
	}
	return list
}

// gap is how much stands free above the signature: it moves down on a sheet with
// few words, and makes room on one with many.
func (p Paper) gap(line int) int {
	const perLine = 28
	used := 2600 + line*(len(p.Signed)+len(p.Signers)+1)
	if p.To != "" {
		used += line
	}
	for _, s := range p.lines() {
		used += line * int(math.Ceil((ems(s)+2)/perLine))
	}
	free := pageWidth - 2*mm(30) - used - line
	return min(max(free*2/3, 200), 1600)
}

// spaced sets the characters of a short head apart.
func spaced(s string) string {
	if len([]rune(s)) > 4 {
		return s
	}
	return strings.Join(strings.Split(s, ""), "\u3000")
}
