package document

import (
	"fmt"
	"unicode/utf8"
)

func (t Table) write(b *pen, _ *counters) {
	hold := b.hold
	b.hold = false
	if t.Caption != "" {
		b.para(para{align: "center", keep: true}, b.run(strong, t.Caption))
	}
	widths := t.widths()
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="` + fmt.Sprint(typeWidth) + `" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString("</w:tblGrid>")
	if len(t.Head) > 0 {
		b.row(t.Head, widths, smallHead, `<w:cantSplit/><w:tblHeader/>`, make([]bool, len(widths)))
	}
	wide := t.wide(len(widths))
	for i, r := range t.Rows {
		b.hold = hold && i == len(t.Rows)-1
		b.row(r, widths, small, `<w:cantSplit/>`, wide)
	}
	b.WriteString("</w:tbl>")
}

// row writes cells; those of a wide column begin at the left, the others stand in
// the middle.
func (b *pen) row(cells []string, widths []int, i ink, properties string, wide []bool) {
	b.WriteString("<w:tr><w:trPr>" + properties + "</w:trPr>")
	for n, w := range widths {
		fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>`, w)
		p := para{line: 440, align: "center"}
		if wide[n] {
			p.align = "left"
		}
		cell := ""
		if n < len(cells) {
			cell = cells[n]
		}
		b.para(p, b.run(i, cell))
		b.WriteString("</w:tc>")
	}
	b.WriteString("</w:tr>")
}

// widths shares the type width out among the columns.
func (t Table) widths() []int {
	n := len(t.Head)
	for _, r := range t.Rows {
		n = max(n, len(r))
	}
	shares, sum := make([]int, max(n, 1)), 0
	for i := range shares {
		shares[i] = t.share(i)
		sum += shares[i]
	}
	left := typeWidth
	for i, s := range shares {
		shares[i] = typeWidth * s / sum
		left -= shares[i]
	}
	shares[len(shares)-1] += left
	return shares
}

func (t Table) share(column int) int {
	if column < len(t.Widths) && t.Widths[column] > 0 {
		return t.Widths[column]
	}
	return min(t.longest(column), 24) + 3
}

// longest is how many characters the longest cell of a column has.
func (t Table) longest(column int) int {
	n := 0
	for _, r := range append([][]string{t.Head}, t.Rows...) {
		if column < len(r) {
			n = max(n, utf8.RuneCountInString(r[column]))
		}
	}
	return n
}

func (t Table) wide(columns int) []bool {
	wide := make([]bool, columns)
	for i := range wide {
		wide[i] = t.longest(i) > 10
	}
	return wide
}
