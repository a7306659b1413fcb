package setting_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/setting"
	web "portal/web/setting"
	"portal/web/webtest"
)

var _ = setting.Declare(setting.Setting{
	Key: "test.days", Room: "群众意见", Label: "答复（测试）", Unit: "个工作日", Default: 15, Min: 1, Max: 60, Source: "系统建议值，不是法定期限",
})

func open(t *testing.T) *webtest.Site {
	s := webtest.NewSite(t)
	web.Register(s.Routes, setting.NewStore(s.DB, s.Now))
	return s
}

func TestChangeAndReset(t *testing.T) {
	s := open(t)
	a := s.Actor(access.SystemAdmin)
	street := strconv.FormatInt(s.Street, 10)
	s.Post(a, "/settings/test.days", url.Values{"value": {"２０"}, "version": {"0"}})
	to := s.Post(a, "/settings/test.days", url.Values{"street": {street}, "value": {"12"}, "version": {"0"}})
	if body := s.Get(a, to); !strings.Contains(body, "现在是 12 个工作日（本街道设置）") || !strings.Contains(body, "恢复后用全市的 20 个工作日") {
		t.Errorf("%s does not say what holds", to)
	}
	if body := s.Get(a, "/settings"); !strings.Contains(body, "东城街道 12") || !strings.Contains(body, "已经在走的期限不变") {
		t.Error("the overview lacks the street's value, or what a change does not do")
	}
	s.Post(a, "/settings/test.days/default", url.Values{"street": {street}, "version": {"1"}})
	if body := s.Get(a, to); !strings.Contains(body, "现在是 20 个工作日（全市设置）") {
		t.Error("the street does not follow the city again")
	}
	if n := dbtest.Scan[int64](t, s.Admin, `SELECT count(*) FROM audit_events WHERE kind = 'setting'`); n != 3 {
		t.Errorf("%d changes recorded, want 3", n)
	}
}

func TestRefusalsKeepWhatWasTyped(t *testing.T) {
	s := open(t)
	a := s.Actor(access.SystemAdmin)
	code, body := s.Do(a, "POST", "/settings/test.days", url.Values{"value": {"很多天"}, "version": {"0"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="很多天"`) || !strings.Contains(body, "1 到 60 之间的数") {
		t.Errorf("POST = %d %s", code, webtest.Complaints(body))
	}
	s.Post(a, "/settings/test.days", url.Values{"value": {"20"}, "version": {"0"}})
	code, body = s.Do(a, "POST", "/settings/test.days", url.Values{"value": {"33"}, "version": {"0"}})
	if code != http.StatusConflict || !strings.Contains(body, `value="33"`) || !strings.Contains(body, "现在是 20 个工作日") || !strings.Contains(body, `name="version" value="1"`) {
		t.Errorf("stale POST = %d", code)
	}
	if code, _ := s.Do(a, "POST", "/settings/test.days/default", url.Values{"version": {"7"}}); code != http.StatusConflict {
		t.Errorf("stale reset = %d", code)
	}
}

func TestOtherCityFindsNothing(t *testing.T) {
	s := open(t)
	far := s.Far(access.SystemAdmin)
	at := "/settings/test.days?street=" + strconv.FormatInt(s.Street, 10)
	f := url.Values{"street": {strconv.FormatInt(s.Street, 10)}, "value": {"12"}, "version": {"0"}}
	for _, got := range []int{first(s.Do(far, "GET", at, nil)), first(s.Do(far, "POST", "/settings/test.days", f)), first(s.Do(far, "GET", "/settings/test.none", nil))} {
		if got != http.StatusNotFound {
			t.Errorf("= %d, want 404", got)
		}
	}
	if strings.Contains(s.Get(far, "/settings/test.days"), "street="+strconv.FormatInt(s.Street, 10)) {
		t.Error("another city's administrator sees the street")
	}
}

func first(code int, _ string) int { return code }

func TestEveryRoute(t *testing.T) {
	open(t).AskAll(func(p string) string { return strings.Replace(p, "{key}", "test.days", 1) }, "street", "version", "value")
}

func TestAccessible(t *testing.T) {
	s := open(t)
	a := s.Actor(access.SystemAdmin)
	s.Post(a, "/settings/test.days", url.Values{"value": {"20"}, "version": {"0"}})
	b := s.Browser(a)
	webtest.Look(b, "setting-list", "/settings")
	webtest.Look(b, "setting-form", "/settings/test.days")
	webtest.Valid(t, map[string]string{"/settings": string(s.Raw(a, "/settings")), "form": string(s.Raw(a, "/settings/test.days"))})
}
