package document_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"portal/internal/document"
	"portal/internal/document/papertest"
	"portal/internal/fault"
)

var on = time.Date(2020, 1, 8, 0, 0, 0, 0, time.UTC)

// line is what fills a line: 28 characters.
const line = "依照法律规定开展代表联系选民工作接受监督听取群众意见建议"

func notice() document.Paper {
	return document.Paper{
		Kind: document.Notice, Head: "人大东城街道工委", Number: "莞人东城工委〔2020〕3号", Serial: "000012", Urgency: "特急",
		Title: "关于召开2020年第一次选民代表会议暨开展街道重大民生实事项目票选工作的通知",
		To:    "各社区居民委员会，各代表小组",
		Body: append(document.Prose("现将有关事项通知如下。\n一、会议时间\n2020年1月15日上午9:00。\n（一）具体安排。上午审议报告，下午投票。\n1.签到\n（1）凭证入场"),
			document.Text(strings.Repeat(line, 40)),
			document.Table{Caption: "参会名额", Head: []string{"序号", "社区", "名额"}, Rows: [][]string{{"1", "𠮷田社区", "3"}, {"2", "岗贝社区", "2"}}}),
		Annexes: []document.Annex{{Title: "选民代表名单", Body: []document.Block{document.Text("张某某，李某某")}}, {Title: "候选项目表"}},
		Signed:  []string{"人大东城街道工委"}, On: on,
		CopyTo: "市人大常委会办公室，街道党工委", Printer: "人大东城街道工委办公室",
	}
}

func docx(t *testing.T, p document.Paper) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.WriteDocx(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const pointsPerMM = 72 / 25.4

func near(t *testing.T, what string, got, want, off float64) {
	t.Helper()
	if math.Abs(got-want) > off*pointsPerMM {
		t.Errorf("%s = %.1f mm, want %.1f", what, got/pointsPerMM, want/pointsPerMM)
	}
}

// GB/T 9704-2012, by what LibreOffice makes of a notice.
func TestNotice(t *testing.T) {
	p := papertest.Render(t, docx(t, notice()))
	near(t, "page width", p.Size[0], 210*pointsPerMM, 0.5)
	near(t, "page height", p.Size[1], 297*pointsPerMM, 0.5)
	if len(p.Text) != 5 {
		t.Fatalf("%d pages, want 5:\n%s", len(p.Text), strings.Join(p.Text, "\n----\n"))
	}
	var full int
	left, right, top, down := 999.0, 0.0, 999.0, 0.0
	for _, w := range p.Words[1] {
		if len([]rune(w.Text)) < 20 {
			continue
		}
		full++
		if n := len([]rune(w.Text)); n != 28 {
			t.Errorf("a full line has %d characters, want 28: %s", n, w.Text)
		}
		left, right, top, down = min(left, w.Left), max(right, w.Right), min(top, w.Top), max(down, w.Down)
	}
	if full != 22 {
		t.Errorf("a full page has %d lines, want 22", full)
	}
	near(t, "left edge", left, 28*pointsPerMM, 0.5)
	near(t, "right edge", p.Size[0]-right, 26*pointsPerMM, 1)
	near(t, "top edge", top, 37*pointsPerMM, 3)
	near(t, "bottom edge", p.Size[1]-down, 35*pointsPerMM, 3)
	for page, edge := range map[int]float64{1: 156 + 28, 2: 28, 3: 156 + 28, 4: 28} {
		n := p.Find(t, page, "—")
		near(t, "page number below the type area", n.Top-(297-35)*pointsPerMM, 7*pointsPerMM, 4)
		if page%2 == 1 {
			last := p.Words[page-1][len(p.Words[page-1])-1]
			near(t, "odd page number from the right", edge*pointsPerMM-last.Right, 14, 1)
		} else {
			near(t, "even page number from the left", n.Left-edge*pointsPerMM, 14, 1)
		}
	}
	mark := p.Find(t, 1, "人大东城街道工委文件")
	near(t, "mark", mark.Top, (37+35)*pointsPerMM, 5)
	for _, want := range []string{"000012", "特急", "莞人东城工委〔2020〕3", "各社区居民委员会，各代表小组："} {
		p.Find(t, 1, want)
	}
	imprint := p.Find(t, 5, "人大东城街道工委办公室")
	near(t, "imprint", imprint.Down, (297-35)*pointsPerMM, 3)
	p.Find(t, 5, "抄送：市人大常委会办公室，街道党工委。")
	p.Find(t, 5, "附件")
}

func TestSameBytes(t *testing.T) {
	if a, b := docx(t, notice()), docx(t, notice()); !bytes.Equal(a, b) {
		t.Error("the same paper gives different bytes")
	} else if len(a) > 12<<10 {
		t.Errorf("a short paper has %d bytes", len(a))
	}
}

func TestRefuses(t *testing.T) {
	for name, change := range map[string]func(*document.Paper){
		"a control character": func(p *document.Paper) { p.Title = "通\x07知" },
		"a broken character":  func(p *document.Paper) { p.Body = []document.Block{document.Text("\xff")} },
		"a turned direction":  func(p *document.Paper) { p.CopyTo = "\u202e" },
		"no title":            func(p *document.Paper) { p.Title = "" },
		"an unknown kind":     func(p *document.Paper) { p.Kind = "memo" },
	} {
		p := notice()
		change(&p)
		if err := p.WriteDocx(&bytes.Buffer{}); !errors.Is(err, fault.Malformed) {
			t.Errorf("%s: %v, want %v", name, err, fault.Malformed)
		}
	}
}
