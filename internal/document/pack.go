package document

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"

	"portal/internal/calendar"
)

// leaf is how the sheets of a paper are: their size and edges, what stands in
// head and foot.
type leaf struct {
	certificate          bool
	headAt, footAt       int
	firstHead, firstFoot string // of the first page; "" means that it is like the others
}

var (
	portrait  = leaf{headAt: 851, footAt: mm(26)}
	landscape = leaf{certificate: true, headAt: 851, footAt: 851}
)

// pack writes a .docx of a body.
func pack(w io.Writer, p Paper, body string, l leaf) error {
	z := zip.NewWriter(w)
	for _, part := range parts(p, body, l) {
		out, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n"+part.text); err != nil {
			return err
		}
	}
	return z.Close()
}

type part struct{ name, kind, text string }

const (
	office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	inWord = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	spaces = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="` + office + `"` +
		` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"` +
		` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"`
)

func parts(p Paper, body string, l leaf) []part {
	list := []part{
		{"word/document.xml", "document.main", `<w:document` + spaces + `><w:body>` + body + l.section() + `</w:body></w:document>`},
		{"word/styles.xml", "styles", styles()},
		{"word/settings.xml", "settings", settings},
		{"word/fontTable.xml", "fontTable", fontTable()},
	}
	if !l.certificate {
		list = append(list,
			part{"word/footer1.xml", "footer", footer("right", l)},
			part{"word/footer2.xml", "footer", footer("left", l)})
	}
	if l.firstHead != "" {
		list = append(list,
			part{"word/header3.xml", "header", `<w:hdr` + spaces + `>` + l.firstHead + `</w:hdr>`},
			part{"word/footer3.xml", "footer", `<w:ftr` + spaces + `>` + l.firstFoot + `</w:ftr>`})
	}
	var types, rels strings.Builder
	for i, x := range list {
		fmt.Fprintf(&types, `<Override PartName="/%s" ContentType="%s%s+xml"/>`, x.name, inWord, x.kind)
		if i > 0 {
			file := strings.TrimPrefix(x.name, "word/")
			fmt.Fprintf(&rels, `<Relationship Id="%s" Type="%s/%s" Target="%s"/>`, strings.TrimSuffix(file, ".xml"), office, x.kind, file)
		}
	}
	const relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`
	return append([]part{
		{name: "[Content_Types].xml", text: `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` + types.String() +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`},
		{name: "_rels/.rels", text: fmt.Sprintf(relations, `<Relationship Id="r1" Type="`+office+`/officeDocument" Target="word/document.xml"/>`+
			`<Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>`)},
		{name: "docProps/core.xml", text: core(p)},
		{name: "word/_rels/document.xml.rels", text: fmt.Sprintf(relations, rels.String())},
	}, list...)
}

// core says what the file is about. Its time is the paper's, so that the same
// paper gives the same bytes.
func core(p Paper) string {
	created := ""
	if !p.On.IsZero() {
		created = `<dcterms:created xsi:type="dcterms:W3CDTF">` + calendar.ISO(p.On) + `T00:00:00Z</dcterms:created>`
	}
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escape(strings.ReplaceAll(p.Title, "\n", "")) + `</dc:title><dc:creator>` + escape(strings.Join(p.Signed, "、")) + `</dc:creator>` + created + `</cp:coreProperties>`
}

// section says how the sheets are.
func (l leaf) section() string {
	if l.certificate {
		return fmt.Sprintf(`<w:sectPr><w:pgSz w:w="%d" w:h="%d" w:orient="landscape"/>`+
			`<w:pgMar w:top="%[3]d" w:right="%[4]d" w:bottom="%[3]d" w:left="%[4]d" w:header="%[5]d" w:footer="%[5]d" w:gutter="0"/>`+
			`<w:pgBorders w:offsetFrom="page">%s</w:pgBorders></w:sectPr>`, pageHeight, pageWidth, mm(30), mm(38), l.headAt, frameLines())
	}
	first, titlePage := "", ""
	if l.firstHead != "" {
		first = `<w:headerReference w:type="first" r:id="header3"/><w:footerReference w:type="first" r:id="footer3"/>`
		titlePage = `<w:titlePg/>`
	}
	return fmt.Sprintf(`<w:sectPr>%s<w:footerReference w:type="default" r:id="footer1"/><w:footerReference w:type="even" r:id="footer2"/>`+
		`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/>`+
		`%s<w:docGrid w:type="linesAndChars" w:linePitch="%d" w:charSpace="%d"/></w:sectPr>`,
		first, pageWidth, pageHeight, topEdge, rightEdge, bottomEdge, leftEdge, l.headAt, l.footAt, titlePage, linePitch, charSpace)
}

// frameLines are the four sides of a certificate's red frame.
func frameLines() string {
	var b strings.Builder
	for _, side := range []string{"top", "left", "bottom", "right"} {
		val := "thickThinSmallGap"
		if side == "bottom" || side == "right" {
			val = "thinThickSmallGap"
		}
		fmt.Fprintf(&b, `<w:%s w:val="%s" w:sz="24" w:space="31" w:color="%s"/>`, side, val, red)
	}
	return b.String()
}

// footer is the page number between dashes, one character from the outer edge.
func footer(side string, l leaf) string {
	i := ink{face: song, size: size4}
	var b pen
	p := para{align: side, line: size4 * 20}
	if side == "right" {
		p.right = size4 * 20 / charPitch
	} else {
		p.left = size4 * 20 / charPitch
	}
	field := func(kind string) string { return `<w:r>` + i.xml() + `<w:fldChar w:fldCharType="` + kind + `"/></w:r>` }
	b.para(p, b.run(i, "— "), field("begin"), `<w:r>`+i.xml()+`<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>`,
		field("separate"), b.run(i, "1"), field("end"), b.run(i, " —"))
	if under := portrait.footAt - l.footAt; under > 0 {
		b.para(para{line: under})
	}
	return `<w:ftr` + spaces + `>` + b.String() + `</w:ftr>`
}

const settings = `<w:settings` + spaces + `><w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/>` +
	`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
	`<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>`

func fontTable() string {
	var b strings.Builder
	for _, f := range faces {
		fmt.Fprintf(&b, `<w:font w:name="%s"><w:altName w:val="%s"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>`, f.name, f.fallback)
	}
	return `<w:fonts` + spaces + `>` + b.String() + `</w:fonts>`
}

func styles() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<w:styles%s><w:docDefaults><w:rPrDefault>%s</w:rPrDefault><w:pPrDefault/></w:docDefaults>`, spaces,
		strings.Replace(text.xml(), "</w:rPr>", `<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>`, 1))
	fmt.Fprintf(&b, `<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>`+
		`<w:pPr><w:widowControl w:val="0"/><w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>`+
		`<w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/><w:jc w:val="both"/></w:pPr>%s</w:style>`, linePitch, text.xml())
	named := func(id, name string, i ink, level int) {
		fmt.Fprintf(&b, `<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/>`+
			`<w:pPr><w:outlineLvl w:val="%d"/></w:pPr>%s</w:style>`, id, name, level, i.xml())
	}
	named("Title", "Title", heading, 0)
	for i, k := range levelInk {
		named(fmt.Sprintf("Heading%d", i+1), fmt.Sprintf("heading %d", i+1), k, i+1)
	}
	b.WriteString(`<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(&b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="000000"/>`, side)
	}
	b.WriteString(`</w:tblBorders><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`)
	return b.String()
}
