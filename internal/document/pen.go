package document

import (
	"encoding/xml"
	"fmt"
	"math"
	"strings"

	"portal/internal/fault"
	texts "portal/internal/text"
)

// Measures of GB/T 9704-2012 in twips, twentieths of a point: 22 lines of 28
// characters in 225 by 156 mm. The grid says so to who opens the page set-up; the
// text itself is set by line height and spacing, which every program lays out
// alike.
const (
	pageWidth  = 11906 // A4
	pageHeight = 16838
	topEdge    = 2098 // 天头 37 mm
	leftEdge   = 1588 // 订口 28 mm
	rightEdge  = 1474
	bottomEdge = 1984
	typeWidth  = pageWidth - leftEdge - rightEdge // 版心
	lineChars  = 28
	linePitch  = 579
	charPitch  = float64(typeWidth) / lineChars
	charSpace  = -848 // what 3号 lacks to charPitch, in 1/4096 pt
	charCloser = -6   // the same in twips, rounded so that 28 fit
)

func mm(x float64) int { return int(math.Round(x * 1440 / 25.4)) }

// face is a font by name, with what to take where a machine lacks it.
type face struct{ name, fallback string }

var (
	title = face{"方正小标宋简体", "SimSun"}
	fang  = face{"仿宋", "FangSong"}
	kai   = face{"楷体", "KaiTi"}
	hei   = face{"黑体", "SimHei"}
	song  = face{"宋体", "SimSun"}
	faces = []face{title, fang, kai, hei, song}
)

// ink is how characters look: size in points, width in percent.
type ink struct {
	face  face
	size  float64
	red   bool
	width int
}

// Sizes by their printers' names.
const (
	size2 = 22
	size3 = 16
	size4 = 14
)

var (
	text      = ink{face: fang, size: size3}
	strong    = ink{face: hei, size: size3}
	brushed   = ink{face: kai, size: size3}
	heading   = ink{face: title, size: size2}
	small     = ink{face: fang, size: size4}
	smallHead = ink{face: hei, size: size4}
)

// para is how a paragraph stands. Indents are in characters of 3号, heights in
// twips.
type para struct {
	style              string
	align              string // "": justified
	first, left, right float64
	before, line       int
	keep, newPage      bool
	tab                int    // a right-hand tab stop, from the left edge
	rule               string // a line below: the attributes of its border
}

// pen writes the XML of a text. It keeps the first thing that went wrong.
type pen struct {
	strings.Builder
	err  error
	hold bool // paragraphs stay on the page of what follows
}

func (b *pen) blank(lines int) {
	for range lines {
		b.para(para{})
	}
}

// para writes a paragraph of runs.
func (b *pen) para(p para, runs ...string) {
	p.keep = p.keep || b.hold
	b.WriteString("<w:p>" + p.xml())
	for _, r := range runs {
		b.WriteString(r)
	}
	b.WriteString("</w:p>")
}

func (p para) xml() string {
	var b strings.Builder
	put := func(is bool, format string, args ...any) {
		if is {
			fmt.Fprintf(&b, format, args...)
		}
	}
	put(p.style != "", `<w:pStyle w:val="%s"/>`, p.style)
	put(p.keep, `<w:keepNext/>`)
	put(p.newPage, `<w:pageBreakBefore/>`)
	put(p.rule != "", `<w:pBdr><w:bottom %s/></w:pBdr>`, p.rule)
	put(p.tab != 0, `<w:tabs><w:tab w:val="right" w:pos="%d"/></w:tabs>`, p.tab)
	switch {
	case p.line != 0:
		put(true, `<w:spacing w:before="%d" w:line="%d" w:lineRule="exact"/>`, p.before, p.line)
	case p.before != 0:
		put(true, `<w:spacing w:before="%d"/>`, p.before)
	}
	if p.first != 0 || p.left != 0 || p.right != 0 {
		b.WriteString("<w:ind" + indent("left", p.left) + indent("right", p.right))
		if p.first < 0 {
			b.WriteString(indent("hanging", -p.first))
		} else {
			b.WriteString(indent("firstLine", p.first))
		}
		b.WriteString("/>")
	}
	put(p.align != "", `<w:jc w:val="%s"/>`, p.align)
	if b.Len() == 0 {
		return ""
	}
	return "<w:pPr>" + b.String() + "</w:pPr>"
}

func indent(side string, chars float64) string {
	if chars == 0 {
		return ""
	}
	return fmt.Sprintf(` w:%s="%d"`, side, int(math.Round(chars*charPitch)))
}

// run returns characters in ink. Line ends break the line, tabs jump to the next
// stop.
func (b *pen) run(i ink, s string) string {
	var out strings.Builder
	out.WriteString("<w:r>" + i.xml())
	for n, line := range strings.Split(s, "\n") {
		if n > 0 {
			out.WriteString("<w:br/>")
		}
		for m, piece := range strings.Split(line, "\t") {
			if m > 0 {
				out.WriteString("<w:tab/>")
			}
			if piece != "" {
				out.WriteString(`<w:t xml:space="preserve">` + b.escape(piece) + "</w:t>")
			}
		}
	}
	return out.String() + "</w:r>"
}

func (i ink) xml() string {
	colour, width := "", ""
	if i.red {
		colour = `<w:color w:val="` + red + `"/>`
	}
	if i.width != 0 && i.width != 100 {
		width = fmt.Sprintf(`<w:w w:val="%d"/>`, i.width)
	}
	closer := ""
	if i.size == size3 {
		closer = fmt.Sprintf(`<w:spacing w:val="%d"/>`, charCloser)
	}
	half := int(math.Round(i.size * 2))
	return fmt.Sprintf(`<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="%[1]s" w:eastAsia="%[1]s" w:hAnsi="%[1]s" w:cs="%[1]s"/>%[2]s%[5]s%[3]s<w:sz w:val="%[4]d"/><w:szCs w:val="%[4]d"/></w:rPr>`,
		i.face.name, colour, width, half, closer)
}

const red = "E60012"

func (b *pen) escape(s string) string {
	for _, c := range s {
		if !texts.Readable(c) && b.err == nil {
			b.err = fmt.Errorf("character %U in %.20q: %w", c, s, fault.Malformed)
		}
	}
	return escape(s)
}

func escape(s string) string {
	var out strings.Builder
	xml.EscapeText(&out, []byte(s)) // a strings.Builder takes everything
	return out.String()
}

// ems is how wide a text is, in its own characters: Latin letters and digits are
// half as wide.
func ems(s string) float64 {
	n := 0.0
	for _, c := range s {
		if c < 0x2000 {
			n += 0.5
		} else {
			n++
		}
	}
	return n
}
