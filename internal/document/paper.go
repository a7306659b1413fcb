package document

import (
	"fmt"
	"io"
	"time"

	"portal/internal/choice"
	"portal/internal/fault"
)

// DOCX is the content type of a paper.
const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// Kind is which official paper it is; it decides the form.
type Kind string

// The kinds of papers.
const (
	Notice       Kind = "notice"       // 通知
	Report       Kind = "report"       // 报告: goes up, so it names who signed it off
	Request      Kind = "request"      // 请示: goes up, and asks one matter
	Letter       Kind = "letter"       // 函: 信函格式, red double lines
	Announcement Kind = "announcement" // 公告
	Minutes      Kind = "minutes"      // 纪要
	Appointment  Kind = "appointment"  // 任命书
	Engagement   Kind = "engagement"   // 聘书
)

// Kinds names the kinds on screen, in the order of lists.
var Kinds = []choice.Term{
	{Key: string(Notice), Name: "通知"},
	{Key: string(Report), Name: "报告"},
	{Key: string(Request), Name: "请示"},
	{Key: string(Letter), Name: "函"},
	{Key: string(Announcement), Name: "公告"},
	{Key: string(Minutes), Name: "纪要"},
	{Key: string(Appointment), Name: "任命书"},
	{Key: string(Engagement), Name: "聘书"},
}

// Name returns the kind's name on screen.
func (k Kind) Name() string { return choice.Name(Kinds, string(k)) }

// Paper is one official paper after GB/T 9704-2012 (domain.md §5). What is left
// empty does not appear. Fonts are named, never embedded; seals and signatures
// are put on by hand.
type Paper struct {
	Kind    Kind
	Serial  string // 份号, six digits
	Urgency string // 紧急程度: 特急, 加急
	Mark    string // of a letter: what stands at the top right, such as the class of a reply: B类
	// Head is the issuer in the red mark: 人大东城街道工委. The paper adds 文件 or
	// 公告; minutes have their whole mark here: 东城街道人大工委主任会议纪要.
	Head    string
	Number  string   // 发文字号: 莞人东城工委〔2020〕3号; of minutes: 第3期
	Signers []string // 签发人 of what goes up and of minutes; of a certificate: the posts that sign by hand, 主任

	Title string // a line end breaks it there; else it is broken where it looks well
	To    string // 主送, without its colon; of a certificate: whom it names
	Body  []Block
	// Annexes are listed below the body; those with a body follow on pages of
	// their own.
	Annexes []Annex

	Signed   []string  // 署名: who issues it
	On       time.Time // 成文日期
	Unsealed bool      // no seal goes on it, so signature and date stand further right
	Note     string    // 附注, without its brackets: 联系人：李某，电话：0769-…

	Present, Absent, Missing, Attending string // 出席, 请假, 缺席, 列席 of minutes

	CopyTo    string    // 抄送
	Printer   string    // 印发机关; "" leaves the whole 版记 out
	PrintedOn time.Time // 印发日期; zero means On
}

// Annex is one 附件. Without a body it is only listed.
type Annex struct {
	Title string
	Body  []Block
}

// WriteDocx writes the paper as a .docx; the same paper always gives the same
// bytes. It returns fault.Malformed for characters that no text can have and for
// a paper that lacks what its kind needs.
func (p Paper) WriteDocx(w io.Writer) (err error) {
	defer fault.Wrap(&err, "write paper %s", p.Kind)
	f, ok := forms[p.Kind]
	switch {
	case !ok:
		return fmt.Errorf("unknown kind: %w", fault.Malformed)
	case !f.certificate && (p.Title == "" || p.Head == ""):
		return fmt.Errorf("title or head is empty: %w", fault.Malformed)
	}
	var body pen
	leaf := f.write(&body, p)
	if body.err != nil {
		return body.err
	}
	return pack(w, p, body.String(), leaf)
}

// form is how a kind looks: what its mark adds to the issuer's name, and who
// writes it down.
type form struct {
	suffix      string
	certificate bool
	write       func(*pen, Paper) leaf
}

var forms map[Kind]form

func init() { // the writers look their own form up
	forms = map[Kind]form{
		Notice:       {suffix: "文件", write: writeDocument},
		Report:       {suffix: "文件", write: writeDocument},
		Request:      {suffix: "文件", write: writeDocument},
		Announcement: {suffix: "公告", write: writeDocument},
		Minutes:      {write: writeDocument},
		Letter:       {write: writeLetter},
		Appointment:  {certificate: true, write: writeCertificate},
		Engagement:   {certificate: true, write: writeCertificate},
	}
}

func writeDocument(b *pen, p Paper) leaf {
	b.masthead(p)
	b.title(p.Title, 2)
	b.content(p)
	b.imprint(p)
	return portrait
}

// content is what stands between the title and the imprint.
func (b *pen) content(p Paper) {
	if p.To != "" {
		b.blank(1)
		b.para(para{}, b.run(text, p.To+"："))
	} else {
		b.blank(1)
	}
	b.blocks(p.Body, len(p.Signed) > 0 || !p.On.IsZero())
	b.attendance(p)
	b.annexList(p.Annexes)
	b.signature(p)
	b.hold = false
	if p.Note != "" {
		b.para(para{first: 2}, b.run(text, "（"+p.Note+"）"))
	}
	b.annexPages(p.Annexes)
}
