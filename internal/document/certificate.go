package document

import (
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
	const line, wide = 800, float64(size2) * 20
	chars := wide / charPitch // a character of the text, in those that indents count in
	b.para(para{align: "center", before: 200, line: 1400}, b.run(ink{face: title, size: 54, red: true}, spaced(head)))
	if p.Number != "" {
		b.para(para{align: "center", line: 600}, b.run(text, p.Number))
	}
	b.para(para{line: 400})
	if p.To != "" {
		b.para(para{line: line}, b.run(large, p.To+"："))
	}
	for _, x := range p.Body {
		if t, ok := x.(Text); ok {
			for s := range strings.SplitSeq(string(t), "\n") {
				b.para(para{first: 2 * chars, line: line}, b.run(large, s))
			}
		}
	}
	b.para(para{line: line / 2})
	date := calendar.Date(p.On)
	right := func(s string) float64 { return max(0, (4+(ems(date)-ems(s))/2)*chars) }
	for _, s := range p.Signed {
		b.para(para{align: "right", right: right(s), line: line}, b.run(large, s))
	}
	for _, s := range p.Signers {
		s += "：" + strings.Repeat("\u3000", 5)
		b.para(para{align: "right", right: right(s), line: line}, b.run(large, s))
	}
	if date != "" {
		b.para(para{align: "right", right: 4 * chars, line: line}, b.run(large, date))
	}
	return landscape
}

// spaced sets the characters of a short head apart.
func spaced(s string) string {
	if len([]rune(s)) > 4 {
		return s
	}
	return strings.Join(strings.Split(s, ""), "\u3000")
}
