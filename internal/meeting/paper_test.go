package meeting_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"portal/internal/calendar"
	"portal/internal/document/papertest"
	"portal/internal/meeting"
)

// minuted is a meeting of eleven with signed and issued minutes of several pages.
func minuted() meeting.Record {
	on := calendar.Day(2026, 3, 9)
	line := "会议认为要依照法律规定开展代表联系选民工作接受监督听取群众意见" // 31 characters
	r := meeting.Record{Committee: "人大东城街道工委"}
	r.Kind, r.Title = meeting.Directors, "2026年第1次工委主任会议"
	r.Minutes = &meeting.Minutes{
		Title: "2026年第1次工委主任会议纪要", Body: "2026年3月6日，人大东城街道工委召开会议。应到 11 人，实到 8 人。\n一、年度工作计划\n" + strings.Repeat(line, 45) + "\n（一）公布接待日安排。由周副负责，2026年3月31日前完成。",
		Present: "黄䶮、周𠮷、委员一、委员二、委员三、委员四、委员五、委员六（远程）、委员甲、委员乙、委员丙、委员丁", Absent: "委员七、委员八（缺席）", Attending: "市人大常委会联系领导、街道党政办负责人",
		SignedOn: &on, Signer: "黄䶮", Number: "莞人东城工委〔2026〕1号", IssuedOn: &on,
	}
	return r
}

// The minutes as a paper (GB/T 9704-2012, 纪要): the mark, number and signer of the
// head, 22 lines of 28 characters, who was there, and the imprint, as LibreOffice lays
// them out, and as the file says.
func TestMinutesPaper(t *testing.T) {
	r := minuted()
	var b bytes.Buffer
	if err := r.Paper().WriteDocx(&b); err != nil {
		t.Fatal(err)
	}
	const mm = 72 / 25.4
	near := func(what string, got, want, off float64) {
		if math.Abs(got-want) > off {
			t.Errorf("%s at %.1f mm, want %.1f", what, got, want)
		}
	}
	p := papertest.Render(t, b.Bytes())
	if dir := os.Getenv("PORTAL_SHOTS"); dir != "" {
		for n, file := range p.PNG(t) {
			raw, _ := os.ReadFile(file)
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("minutes-%d.png", n+1)), raw, 0o600)
		}
	}
	pages := len(p.Text)
	if pages < 3 {
		t.Fatalf("%d pages", pages)
	}
	mark := p.Find(t, 1, "人大东城街道工委主任会议纪要")
	near("mark below the type area's top", mark.Top/mm-37, 35, 6)
	near("middle of the mark", (mark.Left+mark.Right)/2/mm, 28+156/2.0, 2)
	number, signer := p.Find(t, 1, "莞人东城工委"), p.Find(t, 1, "签发人")
	near("signer beside the number", signer.Top/mm, number.Top/mm, 1)
	near("number one character in", number.Left/mm, 28+156/28.0, 2)
	full := 0
	for _, w := range p.Words[1] {
		if n := len([]rune(w.Text)); n >= 20 {
			full++
			near("left edge", w.Left/mm, 28, 1)
			near("right edge", w.Right/mm, 210-26, 2)
			if n != 28 {
				t.Errorf("a full line has %d characters: %s", n, w.Text)
			}
		}
	}
	if full != 22 {
		t.Errorf("a full page has %d lines, want 22", full)
	}
	present := p.Find(t, pages, "出席：")
	near("who was there, two characters in", present.Left/mm, 28+2*156/28.0, 1.5)
	for _, want := range []string{"请假：", "缺席：", "列席：", "人大东城街道工委办公室", "日印发"} {
		p.Find(t, pages, want)
	}
	if said := strings.Join(p.Text, ""); strings.Contains(said, "（缺席）") || strings.Contains(said, "（请假）") {
		t.Error("the list says twice who was away")
	}
	near("imprint at the foot", p.Find(t, pages, "人大东城街道工委办公室").Down/mm, 297-35, 3)
	xml := unpacked(t, b.Bytes(), "word/document.xml") + unpacked(t, b.Bytes(), "word/styles.xml")
	for what, want := range map[string]string{
		"margins":    `<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" `,
		"line pitch": `<w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-848"/>`,
		"line":       `<w:spacing w:before="0" w:after="0" w:line="579" w:lineRule="exact"/>`,
		"title":      `<w:pStyle w:val="Title"/>`,
		"mark":       `w:eastAsia="方正小标宋简体"`,
		"text":       `w:eastAsia="仿宋"`,
		"labels":     `w:eastAsia="黑体"`,
		"three":      `<w:sz w:val="32"/>`,
	} {
		if !strings.Contains(xml, want) {
			t.Errorf("the file does not say %s: %s", what, want)
		}
	}
	if heads := regexp.MustCompile(`w:val="Heading1"`).FindAllString(xml, -1); len(heads) == 0 {
		t.Error("the topics are no headings")
	}
}

func unpacked(t *testing.T, docx []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
