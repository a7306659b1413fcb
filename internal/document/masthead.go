package document

import (
	"fmt"
	"math"
	"strings"
)

// masthead writes the 版头: what stands in the corner, the mark, the number and
// the line below it.
func (b *pen) masthead(p Paper) {
	corner := 0
	for _, c := range []struct {
		ink  ink
		text string
	}{{text, p.Serial}, {strong, p.Urgency}} {
		if c.text != "" {
			b.para(para{}, b.run(c.ink, c.text))
			corner += linePitch
		}
	}
	i := markInk(p.Head+forms[p.Kind].suffix, typeWidth)
	line := int(i.size * 20)
	b.para(para{align: "center", before: mm(35) - corner, line: line}, b.run(i, p.Head+forms[p.Kind].suffix))
	b.blank(2)
	b.number(p)
}

// redLine runs 4 mm under the number, as wide as the text.
const redLine = `w:val="single" w:sz="12" w:space="11" w:color="` + red + `"`

// number writes the 发文字号, in the middle, or left with the signers at the right
// on what goes up and on minutes, and the red line.
func (b *pen) number(p Paper) {
	if len(p.Signers) == 0 || p.Kind != Report && p.Kind != Request && p.Kind != Minutes {
		b.para(para{align: "center", rule: redLine}, b.run(text, p.Number))
		return
	}
	tab := typeWidth - size3*20
	for i, pair := range pairs(p.Signers) {
		lead, number := "签发人：", ""
		if i > 0 {
			lead = "\u3000\u3000\u3000\u3000"
		}
		at := para{tab: tab}
		if (i+1)*2 >= len(p.Signers) {
			number, at.rule = p.Number, redLine
		}
		b.para(at, b.run(text, "\u3000"+number+"\t"+lead), b.run(brushed, pair))
	}
}

// pairs joins names two a line.
func pairs(names []string) (lines []string) {
	for i := 0; i < len(names); i += 2 {
		lines = append(lines, strings.Join(names[i:min(i+2, len(names))], "\u3000"))
	}
	return lines
}

// markInk is the red of a mark that fits into width twips: letters stay tall and
// become narrower, as on printed heads, down to half their width.
func markInk(mark string, width int) ink {
	const tallest, narrowest = 44.0, 50
	room := float64(width)/20 - 8
	size := tallest
	scale := int(math.Floor(100 * room / (ems(mark) * size)))
	if scale < narrowest {
		size = math.Floor(room / (ems(mark) * narrowest / 100))
		scale = narrowest
	}
	return ink{face: title, size: size, red: true, width: min(scale, 100)}
}

// title writes the title in lines that look well, after blank lines.
func (b *pen) title(s string, blank int) {
	b.blank(blank)
	for _, line := range breakTitle(s, float64(typeWidth)/20/size2) {
		b.para(para{style: "Title", align: "center"}, b.run(heading, line))
	}
}

// writeLetter writes a 函 in the letter form: its mark and lines stand in the head
// and foot of the first page, which has no number.
func writeLetter(b *pen, p Paper) leaf {
	if p.Mark != "" {
		b.para(para{align: "right"}, b.run(strong, p.Mark))
	}
	b.para(para{align: "right"}, b.run(text, p.Number))
	for _, c := range []struct {
		ink  ink
		text string
	}{{text, p.Serial}, {strong, p.Urgency}} {
		if c.text != "" {
			b.para(para{}, b.run(c.ink, c.text))
		}
	}
	b.title(p.Title, 2)
	b.content(p)
	b.imprint(p)
	var head, foot pen
	i := markInk(p.Head, typeWidth)
	over := float64(typeWidth-mm(170)) / 2 / charPitch // the lines are 170 mm wide
	head.para(para{align: "center", line: int(i.size * 20)}, head.run(i, p.Head))
	head.para(para{left: over, right: over, line: mm(4), rule: letterLine("thickThinSmallGap")})
	foot.para(para{left: over, right: over, line: 20, rule: letterLine("thinThickSmallGap")})
	if b.err == nil {
		b.err = head.err
	}
	l := portrait
	l.headAt, l.footAt = mm(30), mm(20)
	l.firstHead, l.firstFoot = head.String(), foot.String()
	return l
}

func letterLine(val string) string {
	return fmt.Sprintf(`w:val="%s" w:sz="18" w:space="0" w:color="%s"`, val, red)
}
