package document_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"image"
	_ "image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portal/internal/document"
	"portal/internal/document/papertest"
)

// kinds are one paper of each kind, and what must be read on it.
func kinds() (papers []document.Paper, wants [][]string) {
	add := func(kind document.Kind, change func(p *document.Paper), want ...string) {
		p := notice()
		p.Kind, p.Serial, p.Urgency, p.Annexes = kind, "", "", nil
		p.Body = []document.Block{
			document.Heading{Level: 1, Text: "总体情况"},
			document.Text(line),
			document.Heading{Level: 2, Text: "代表活动"},
			document.Heading{Level: 3, Text: "视察"},
			document.Heading{Level: 4, Text: "安排"},
			document.Heading{Level: 2, Text: "接待"},
			document.Heading{Level: 1, Text: "问题"},
			document.Heading{Level: 2, Text: "不足"},
		}
		change(&p)
		papers, wants = append(papers, p), append(wants, want)
	}
	numbered := []string{"一、总体情况", "（一）代表活动", "1.视察", "（1）安排", "（二）接待", "二、问题", "（一）不足"}
	add(document.Notice, func(*document.Paper) {}, append(numbered, "人大东城街道工委文件")...)
	add(document.Report, func(p *document.Paper) {
		p.Signers, p.Title = []string{"李某某", "王某", "陈某"}, "关于2019年工作的报告"
	},
		append(numbered, "签发人：", "李某某", "陈某", "关于2019年工作的报告")...)
	add(document.Request, func(p *document.Paper) {
		p.Signers, p.Note, p.Title = []string{"李某某"}, "联系人：陈某，电话：22220000", "关于请求授权开展专题询问的请示"
	}, append(numbered, "签发人：李某某", "（联系人：陈某，电话：22220000）")...)
	add(document.Letter, func(p *document.Paper) {
		p.Title, p.Head = "关于反馈制度备案意见的函", "东莞市人民代表大会常务委员会办公室"
	},
		append(numbered, "东莞市人民代表大会常务委员会办公室")...)
	add(document.Announcement, func(p *document.Paper) {
		p.To, p.Number, p.Title = "", "第1号", "关于公布选民代表名单的公告"
	},
		append(numbered, "人大东城街道工委公告", "第1号")...)
	add(document.Minutes, func(p *document.Paper) {
		p.Head, p.Number, p.To, p.Title, p.Unsealed = "东城街道人大工委主任会议纪要", "第3期", "", "2020年第一次主任会议纪要", true
		p.Present, p.Absent, p.Missing, p.Attending, p.Signers = strings.Repeat("张某某、", 12)+"王某", "赵某", "孙某", "钱某某", []string{"李某某"}
	}, append(numbered, "东城街道人大工委主任会议纪要", "第3期", "签发人：李某某", "出席：张某某", "请假：赵某", "缺席：孙某", "列席：钱某某")...)
	add(document.Appointment, func(p *document.Paper) {
		p.Title, p.To, p.Signed, p.Signers = "", "", []string{"东莞市人民代表大会常务委员会"}, []string{"主任"}
		p.Body = []document.Block{document.Text("任命李䶮为东莞市人民代表大会常务委员会东城街道工作委员会主任。")}
	}, "任命李䶮为", "东莞市人民代表大会常务委员会", "主任：", "2020年1月8日")
	add(document.Engagement, func(p *document.Paper) {
		p.Title, p.To, p.Number = "", "𠮷田光同志", ""
		p.Body = []document.Block{document.Text("兹聘请您为人大东城街道工委咨询专家，聘期自2020年1月8日至2021年12月31日。")}
	}, "𠮷田光同志：", "兹聘请您为人大东城街道工委咨询专家", "人大东城街道工委")
	return papers, wants
}

// Every kind opens in LibreOffice and says on paper what it was given.
func TestKinds(t *testing.T) {
	papers, wants := kinds()
	var files [][]byte
	for _, p := range papers {
		files = append(files, docx(t, p))
	}
	if len(papers) != len(document.Kinds) {
		t.Errorf("%d papers of %d kinds", len(papers), len(document.Kinds))
	}
	for i, r := range papertest.RenderAll(t, files...) {
		kind := papers[i].Kind
		all := strings.NewReplacer(" ", "", "\n", "").Replace(strings.Join(r.Text, ""))
		for _, want := range wants[i] {
			if !strings.Contains(all, strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%s lacks %q:\n%s", kind, want, strings.Join(r.Text, "\f"))
			}
		}
		wide := kind == document.Appointment || kind == document.Engagement
		if (r.Size[0] > r.Size[1]) != wide || wide && len(r.Text) != 1 {
			t.Errorf("%s is %.0f by %.0f, %d pages", kind, r.Size[0], r.Size[1], len(r.Text))
		}
		if numbered := strings.Contains(strings.ReplaceAll(r.Text[0], " ", ""), "—1—"); numbered == (wide || kind == document.Letter) {
			t.Errorf("%s: its first page is numbered: %v", kind, numbered)
		}
		if shots := os.Getenv("PORTAL_SHOTS"); shots != "" {
			for n, file := range r.PNG(t) {
				content, err := os.ReadFile(file)
				if err == nil {
					err = os.WriteFile(filepath.Join(shots, fmt.Sprintf("paper-%s-%d.png", kind, n+1)), content, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		switch kind {
		case document.Letter:
			near(t, "mark of a letter", r.Find(t, 1, "东莞市").Top, 30*pointsPerMM, 5)
			lines := reds(t, r)
			near(t, "lower red line of a letter", lines[len(lines)-1], (297-20)*pointsPerMM, 2)
		case document.Notice:
			number := r.Find(t, 1, "〔2020〕")
			lines := reds(t, r)
			near(t, "red line below the number", lines[len(lines)-1]-number.Down, 4*pointsPerMM, 2)
		}
	}
}

// reds finds the heights of the red lines across the first page.
func reds(t *testing.T, r *papertest.Pages) (at []float64) {
	t.Helper()
	f, err := os.Open(r.PNG(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	box := picture.Bounds()
	for y := range box.Dy() {
		n := 0
		for x := range box.Dx() {
			if red, green, _, _ := picture.At(x, y).RGBA(); red > 0xc000 && green < 0xd000 {
				n++
			}
		}
		if n > 430 { // of the 442 points between the edges
			at = append(at, float64(y)*r.Size[1]/float64(box.Dy()))
		}
	}
	if len(at) == 0 {
		t.Fatal("there is no red line")
	}
	return at
}

// However long the text, the 版记 stands at the foot of the last page, and nothing
// runs into it.
func TestImprintStaysFree(t *testing.T) {
	var files [][]byte
	for n := range 12 {
		p := notice()
		p.Annexes, p.CopyTo = nil, strings.Repeat("市人大常委会办公室，", 8)+"街道党工委"
		p.Body = []document.Block{document.Text(strings.Repeat(line, n))}
		files = append(files, docx(t, p))
	}
	for n, r := range papertest.RenderAll(t, files...) {
		last := len(r.Text)
		printer := r.Find(t, last, "印发")
		near(t, "imprint", printer.Down, (297-35)*pointsPerMM, 3)
		top := r.Find(t, last, "抄送").Top
		for page, words := range r.Words {
			for _, w := range words {
				if page == last-1 && w.Top < top && w.Down > top || page < last-1 && strings.Contains(w.Text, "印发") {
					t.Errorf("%d lines: page %d: %q stands from %.0f to %.0f, the imprint from %.0f", n, page+1, w.Text, w.Top, w.Down, top)
				}
			}
		}
	}
}

// A printer with a long name leaves the date a line of its own, which is whole; and the
// signature has something of the body above it, wherever the page ends.
func TestClosing(t *testing.T) {
	var files [][]byte
	for n := range 12 {
		p := notice()
		p.Annexes, p.Body = nil, nil
		for range n {
			p.Body = append(p.Body, document.Text("依法办理"+line))
		}
		p.Body = append(p.Body, document.Text("末段甲乙丙"))
		p.Printer = "东莞市人民代表大会常务委员会东城街道工作委员会办公室"
		files = append(files, docx(t, p))
	}
	for n, r := range papertest.RenderAll(t, files...) {
		last := len(r.Text)
		if n < 6 {
			near(t, "imprint", r.Find(t, last, "印发").Down, (297-35)*pointsPerMM, 3)
		}
		for i, page := range r.Text {
			if strings.Contains(page, "2020年1月8日\n") || strings.Contains(page, "人大东城街道工委\n") && i > 0 {
				if !strings.Contains(page, "末段甲乙丙") {
					t.Errorf("%d paragraphs: page %d has the signature without the last paragraph: %q", n, i+1, page)
				}
			}
		}
	}
}

// A workbook opens in LibreOffice with what was put in.
func TestWorkbookOpens(t *testing.T) {
	var b bytes.Buffer
	if err := document.WriteXLSX(&b, "意见台账", head, rows); err != nil {
		t.Fatal(err)
	}
	out := papertest.Convert(t, "csv:Text - txt - csv (StarCalc):44,34,76", papertest.File{Name: "book.xlsx", Content: b.Bytes()})
	f, err := os.Open(out[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append([][]string{head}, rows...), got); diff != "" {
		t.Errorf("LibreOffice reads (-want +got):\n%s", diff)
	}
}
