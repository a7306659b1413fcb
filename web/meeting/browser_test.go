package meeting_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/meeting"
	"portal/web/webtest"
)

// shot takes pictures where PORTAL_SHOTS names a directory.
func shot(t *testing.T, b *webtest.Browser, name string) {
	if dir := os.Getenv("PORTAL_SHOTS"); dir != "" {
		b.Shot(filepath.Join(dir, name))
	}
}

// Where scripts do not run, the screen of the hall is loaded anew by itself, and can be
// made to stop; where they do, its live part alone is.
func TestScreenAnew(t *testing.T) {
	h := open(t)
	at := h.opened(6, h.topic(meeting.Directors, "年度工作计划"))
	b := h.Browser(h.staff).NoScript()
	b.Go(at + "/screen")
	b.See("6 / 11", "停止自动刷新")
	h.arrive(at, 8)
	b.Await("8 / 11")
	b.Press("停止自动刷新")
	b.See("8 / 11")
	if p := b.HTML(); strings.Contains(p, `http-equiv="refresh"`) || !strings.Contains(p, "自动刷新") {
		t.Error("the screen does not stop")
	}
	door := h.Get(h.staff, fmt.Sprintf("/gatherings/%d/door", h.rec(at).GatheringID))
	if !strings.Contains(door, `<noscript><meta http-equiv="refresh" content="20"></noscript>`) {
		t.Error("the screen at the door is not loaded anew")
	}
	b = h.Browser(h.staff)
	b.Go(at + "/screen")
	if strings.Contains(webtest.Eval[string](b, `document.body.innerText`), "停止自动刷新") {
		t.Error("with scripts the page says how it would be loaded without")
	}
	b.Accessible()
	h.arrive(at, 9)
	b.Await("9 / 11")
}

// A directors' meeting of eleven in a browser, from the agenda to signed minutes: with
// six there it opens, five for is not passed, six are; the paper opens in an office
// program.
func TestJourney(t *testing.T) {
	h := open(t)
	at := h.opened(6, h.topic(meeting.Directors, "年度工作计划"), h.topic(meeting.Directors, "接待日安排"))
	b := h.Browser(h.staff)
	b.Go(at)
	b.Accessible()
	b.See("现在到会 6 人，够开会")
	b.Desk()
	shot(t, b, "meeting-open.png")
	b.Phone()
	shot(t, b, "meeting-open-phone.png")
	b.Desk()
	b.Within("宣布开会", func() { b.Press("宣布开会") })
	b.See("进行中")
	b.Within("举手表决", func() {
		b.Choose("议题", "1. 年度工作计划").Fill("赞成（人）", "5").Fill("反对（人）", "1").Press("举手表决")
	})
	b.See("未通过")
	b.Within("举手表决", func() { b.Fill("赞成（人）", "6").Press("举手表决") })
	b.See("赞成 6，反对 0，弃权 0")
	b.Accessible()
	shot(t, b, "meeting-voted.png")
	b.Go(at + "/screen")
	b.Accessible()
	b.See("6 / 11")
	shot(t, b, "meeting-screen.png")
	h.move(h.staff, at, "decided", "item", fmt.Sprint(h.rec(at).Items[1].ID), "text", "公布接待日安排", "owner", "周𠮷", "due_on", "2026-03-31")
	h.move(h.staff, at, "closing")
	h.move(h.staff, at, "record", "text", "主任：现在开会。")
	h.move(h.staff, at, "check")
	h.move(h.staff, at, "minutes")
	d := h.Browser(h.director)
	d.Go(at)
	d.Within("签发会议纪要", func() { d.Press("签发会议纪要") })
	d.See("莞人东城工委〔2026〕1号")
	h.move(h.staff, at, "issue")
	d.Go(at)
	d.Accessible()
	d.Dark(true)
	shot(t, d, "meeting-issued-dark.png")
	said := paper(t, h.Raw(h.director, at+"/document.docx"))
	for _, want := range []string{"主任会议纪要", "莞人东城工委〔2026〕1号", "应到11人", "会议没有通过", "周𠮷", "出席"} {
		if !strings.Contains(said, want) {
			t.Errorf("the paper does not say %q", want)
		}
	}
	if dir := os.Getenv("PORTAL_SHOTS"); dir != "" {
		file := filepath.Join(dir, "minutes.docx")
		if err := os.WriteFile(file, h.Raw(h.director, at+"/document.docx"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("soffice", "--headless", "--convert-to", "pdf", "--outdir", dir, file).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
}

// paper is the text of a .docx.
func paper(t *testing.T, raw []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// Forms keep what was typed, and a stale one shows what is there now.
func TestForm(t *testing.T) {
	h := open(t)
	code, p := h.Do(h.staff, http.MethodPost, "/meetings", url.Values{"key": {"k"}, "kind": {"directors"}, "title": {"第一次会议𠮷"}, "held_on": {"不是日期"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "第一次会议𠮷") || !strings.Contains(p, "请填写地点") {
		t.Errorf("an empty form = %d", code)
	}
	at := h.planned(meeting.Directors, h.topic(meeting.Directors, "年度工作计划"))
	form := url.Values{"version": {"1"}, "title": {"改名䶮"}, "held_on": {"2026-03-10"}, "starts_at": {"15:00"}, "ends_at": {"17:00"}, "place": {"二楼"}, "chair": {fmt.Sprint(h.post)}, "outside_plan": {"例会"}}
	code, p = h.Do(h.staff, http.MethodPost, at, form)
	if code != http.StatusConflict || !strings.Contains(p, "改名䶮") || !strings.Contains(p, "三楼会议室") {
		t.Errorf("a stale form = %d", code)
	}
	if code, _ := h.Do(h.Other(access.Staff), http.MethodGet, at, nil); code != http.StatusNotFound {
		t.Errorf("another street's office opens it: %d", code)
	}
	if code, _ := h.Do(h.Other(access.Staff), http.MethodPost, at+"/notice", url.Values{"version": {"3"}}); code != http.StatusNotFound {
		t.Errorf("another street's office calls it: %d", code)
	}
	for _, format := range []string{"xlsx", "csv"} {
		if len(h.Raw(h.staff, "/meetings?format="+format)) == 0 || len(h.Raw(h.staff, "/meetings/tasks?format="+format)) == 0 {
			t.Errorf("no %s", format)
		}
	}
}

// Whatever is typed, nothing fails.
func TestNasty(t *testing.T) {
	h := open(t)
	at := h.planned(meeting.Directors, h.topic(meeting.Directors, "年度工作计划"))
	for _, bad := range webtest.Nasty {
		form := url.Values{}
		for _, f := range []string{"key", "kind", "title", "held_on", "starts_at", "ends_at", "place", "chair", "why", "urgent", "from", "plan_item", "outside_plan", "type", "content", "proposer", "subject", "measure", "unit", "version"} {
			form.Set(f, bad)
		}
		for _, path := range []string{"/meetings", at, "/meetings/topics"} {
			if code, _ := h.Do(h.staff, http.MethodPost, path, form); code >= 500 {
				t.Errorf("POST %s with %q = %d", path, bad, code)
			}
		}
		q := url.Values{}
		for _, f := range []string{"q", "street", "kind", "state", "year", "from", "to", "after", "type"} {
			q.Set(f, bad)
		}
		for _, path := range []string{"/meetings", "/meetings/topics", "/meetings/tasks", "/meetings/new"} {
			if code, _ := h.Do(h.staff, http.MethodGet, path+"?"+q.Encode(), nil); code >= 500 {
				t.Errorf("GET %s with %q = %d", path, bad, code)
			}
		}
	}
}
