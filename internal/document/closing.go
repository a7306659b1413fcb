package document

import (
	"fmt"
	"strings"
	"time"

	"portal/internal/calendar"
)

// annexList writes the 附件说明 below the body.
func (b *pen) annexList(list []Annex) {
	if len(list) == 0 {
		return
	}
	b.blank(1)
	for i, a := range list {
		lead, hang := "附件：", 3.0
		if i > 0 {
			lead = "\u3000\u3000\u3000"
		}
		if len(list) > 1 {
			number := fmt.Sprintf("%d.", i+1)
			lead, hang = lead+number, hang+ems(number)
		}
		b.para(para{left: 2 + hang, first: -hang}, b.run(text, lead+a.Title))
	}
}

// signature writes who issues the paper and its date: in the middle above the
// date where a seal goes over both, else two characters from the right.
func (b *pen) signature(p Paper) {
	if len(p.Signed) == 0 && p.On.IsZero() {
		return
	}
	date := calendar.Date(p.On)
	dateRight, lead := 4.0, 2
	if p.Unsealed {
		dateRight, lead = 2, 1
	}
	b.blank(lead)
	for i, s := range p.Signed {
		right := 2.0
		if !p.Unsealed {
			right = max(0, dateRight+(ems(date)-ems(s))/2)
		}
		b.para(para{align: "right", right: right, keep: i < len(p.Signed) || date != ""}, b.run(text, s))
	}
	if date == "" {
		return
	}
	if p.Unsealed {
		dateRight = dateAfter(p.Signed, date)
	}
	b.hold = false
	b.para(para{align: "right", right: dateRight}, b.run(text, date))
}

// dateAfter is how far from the right the date of an unsealed paper stands: it
// begins two characters after its signature does, or, where it is the longer of
// the two, stands two characters from the right.
func dateAfter(signed []string, date string) float64 {
	if len(signed) == 0 {
		return 2
	}
	return max(2, ems(signed[len(signed)-1])-ems(date))
}

// attendance writes who was at a meeting, after its minutes.
func (b *pen) attendance(p Paper) {
	lead := true
	for _, a := range []struct{ label, names string }{{"出席：", p.Present}, {"请假：", p.Absent}, {"缺席：", p.Missing}, {"列席：", p.Attending}} {
		if a.names == "" {
			continue
		}
		if lead {
			b.blank(1)
			lead = false
		}
		b.para(para{left: 5, first: -3}, b.run(strong, a.label), b.run(text, a.names))
	}
}

// annexPages writes the annexes that have a body, each on a page of its own.
func (b *pen) annexPages(list []Annex) {
	for i, a := range list {
		if len(a.Body) == 0 {
			continue
		}
		label := "附件"
		if len(list) > 1 {
			label = fmt.Sprintf("附件%d", i+1)
		}
		b.para(para{newPage: true}, b.run(strong, label))
		b.title(a.Title, 1)
		b.blank(1)
		b.blocks(a.Body, false)
	}
}

// imprint writes the 版记 at the foot of the last page: it stands there whatever
// comes above, and a paragraph of its height keeps its place free.
func (b *pen) imprint(p Paper) {
	if p.Printer == "" {
		return
	}
	const line = 460
	on := p.PrintedOn
	if on.IsZero() {
		on = p.On
	}
	var in pen
	height := 3 * 20
	thick, thin := `w:val="single" w:sz="8" w:space="0" w:color="000000"`, `w:val="single" w:sz="6" w:space="0" w:color="000000"`
	side := size4 * 20 / charPitch // one character of 4号
	in.para(para{line: 20, rule: thick})
	if p.CopyTo != "" {
		rows := breakTitle("抄送："+p.CopyTo+"。", float64(typeWidth)/20/size4-2)
		in.para(para{left: side * 4, right: side, first: -side * 3, line: line}, in.run(small, "抄送："+strings.TrimSuffix(p.CopyTo, "。")+"。"))
		in.para(para{line: 20, rule: thin})
		height += 20 + len(rows)*line
	}
	if ems(p.Printer)+1+ems(printed(on)) > float64(typeWidth)/20/size4-2 { // the date has a line of its own
		in.para(para{left: side, right: side, line: line}, in.run(small, p.Printer))
		in.para(para{align: "right", right: side, line: line}, in.run(small, printed(on)))
		height += line
	} else {
		in.para(para{left: side, right: side, tab: typeWidth - size4*20, line: line}, in.run(small, p.Printer+"\t"+printed(on)))
	}
	in.para(para{line: 20, rule: thick})
	height += line
	if b.err == nil {
		b.err = in.err
	}
	b.WriteString(`<w:p>` + para{line: height + line}.xml() + fmt.Sprintf(textBox, typeWidth*635, height*635, in.String()) + `</w:p>`)
}

func printed(on time.Time) string { return calendar.Date(on) + "印发" }

// textBox stands at the foot of the type area; text does not flow around it.
const textBox = `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>` +
	`<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">` +
	`<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="margin"><wp:align>center</wp:align></wp:positionH>` +
	`<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV><wp:extent cx="%[1]d" cy="%[2]d"/>` +
	`<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/><wp:docPr id="1" name="版记"/><wp:cNvGraphicFramePr/>` +
	`<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>` +
	`<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>` +
	`<wps:txbx><w:txbxContent>%[3]s</w:txbxContent></wps:txbx><wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"><a:noAutofit/></wps:bodyPr></wps:wsp></a:graphicData></a:graphic>` +
	`</wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>`
