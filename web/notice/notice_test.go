package notice_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/notice"
	web "portal/web/notice"
	"portal/web/webtest"
)

func open(t *testing.T) *webtest.Site {
	s := webtest.NewSite(t)
	web.Register(s.Routes, notice.NewStore(s.DB, s.Now))
	return s
}

func send(s *webtest.Site, title string) {
	s.Helper()
	s.Time = s.Time.Add(time.Minute)
	err := s.DB.Write(s.Context(), s.Actor(access.Staff), func(tx db.Tx) error {
		return notice.Send(s.Context(), tx, notice.Notice{At: s.Time, StreetID: s.Street, To: access.Staff, Title: title, Link: "/opinions/7"})
	})
	if err != nil {
		s.Fatal(err)
	}
}

var last = regexp.MustCompile(`name="last" value="([^"]+)"`)

func TestReadMarksWhatWasSeen(t *testing.T) {
	s := open(t)
	staff := s.Actor(access.Staff)
	if body := s.Get(staff, "/notices"); !strings.Contains(body, "没有消息") {
		t.Error("an empty page does not say so")
	}
	s.Time = s.Time.Add(time.Minute)
	staff = s.Actor(access.Staff) // whose count is not remembered
	send(s, "新登记意见 <b>一</b>")
	body := s.Get(staff, "/notices")
	if !strings.Contains(body, "1 条未读") || !strings.Contains(body, `href="/opinions/7"`) || strings.Count(body, `class="badge">1<`) != 2 {
		t.Errorf("the page lacks the notice, or the bar and the rail its number")
	}
	seen := last.FindStringSubmatch(body)
	if seen == nil {
		t.Fatal("no form to mark them read")
	}
	send(s, "后来的")
	s.Post(staff, "/notices/read", url.Values{"last": {seen[1]}})
	if body := s.Get(staff, "/notices"); !strings.Contains(body, "1 条未读") || strings.Count(body, "已读") != 2 {
		t.Error("what came later is marked read too, or what was seen is not")
	}
	if !strings.Contains(s.Get(s.Other(access.Staff), "/notices"), "没有消息") {
		t.Error("another street sees it")
	}
}

func TestEveryRoute(t *testing.T) {
	s := open(t)
	send(s, "一")
	s.AskAll(func(p string) string { return p }, "after", "last")
	if code, _ := s.Do(s.Actor(access.Staff), "POST", "/notices/read", url.Values{"last": {"x"}}); code != http.StatusSeeOther {
		t.Errorf("nothing seen = %d", code)
	}
	if body := s.Get(s.Actor(access.Staff), "/notices"); !strings.Contains(body, "1 条未读") {
		t.Error("a mark that cannot be read marks everything")
	}
}

func TestAccessible(t *testing.T) {
	s := open(t)
	staff := s.Actor(access.Staff)
	b := s.Browser(staff)
	webtest.Look(b, "notice-empty", "/notices")
	staff = s.Actor(access.Staff)
	for _, title := range []string{"新登记意见 2026-441900003-01-0001", "承办单位已答复：2026-441900003-01-0002", "节假日安排有更正，本街道 3 个办理期限已改期"} {
		send(s, title)
	}
	s.Time = s.Time.Add(time.Hour)
	webtest.Look(s.Browser(staff), "notice-list", "/notices")
	webtest.Valid(t, map[string]string{"/notices": string(s.Raw(staff, "/notices"))})
}
