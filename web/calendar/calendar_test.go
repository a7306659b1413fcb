package calendar_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/internal/deadline"
	"portal/internal/file"
	"portal/internal/opinion"
	web "portal/web/calendar"
	webdeadline "portal/web/deadline"
	"portal/web/page"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	opinions *opinion.Store
}

func open(t *testing.T) *house {
	s := webtest.NewSite(t)
	deadlines := deadline.NewStore(s.DB, s.Now)
	web.Register(s.Routes, deadlines)
	webdeadline.Register(s.Routes, deadlines)
	s.Routes.Get(page.DeskURL, access.SignedIn, func(w http.ResponseWriter, r *http.Request) error {
		s.Routes.NotFound(w, r) // any page in the desk's frame
		return nil
	})
	return &house{s, opinion.NewStore(s.DB, s.Keys, file.NewStore(s.DB, s.Now), s.Now)}
}

// clock registers an opinion and returns the address of its clock for triage.
func (h *house) clock() string {
	h.Helper()
	r, err := h.opinions.RegisterOne(h.Context(), h.Actor(access.Staff), opinion.New{
		StreetID: h.Street, Key: fmt.Sprint(time.Now().UnixNano()), Source: "letter", Kind: "complaint", Field: "construction",
		Text: "路灯不亮", Anonymous: true, ReceivedOn: calendar.On(h.Time),
	})
	if err != nil {
		h.Fatal(err)
	}
	return page.DeadlineURL(dbtest.Scan[int64](h, h.Admin, `SELECT id FROM deadlines WHERE kind = 'opinion' AND subject_id = $1`, r.ID))
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// confirmed takes what a review page would send when confirmed.
func confirmed(body string) url.Values {
	f := url.Values{"confirm": {"yes"}}
	for _, m := range hidden.FindAllStringSubmatch(body, -1) {
		f.Set(m[1], m[2])
	}
	return f
}

func TestYearAtAGlance(t *testing.T) {
	h := open(t)
	for _, r := range []access.Role{access.Unit, access.VoterRep, access.SystemAdmin} {
		body := h.Get(h.Actor(r), "/calendar")
		for _, want := range []string{"2026年节假日与调休", "12月", "国庆节", "10月1日至7日，共 7 天", "9月20日、10月10日", "国办发明电〔2025〕7号"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the page lacks %q", r, want)
			}
		}
		if may := r == access.SystemAdmin; strings.Contains(body, "/calendar/days/") != may || strings.Contains(body, "录入2027年") != may {
			t.Errorf("%s: offered to correct it: %t", r, !may)
		}
	}
	if body := h.Get(h.Actor(access.Unit), "/calendar?year=2031"); !strings.Contains(body, "没有录入") {
		t.Error("an unknown year does not say so")
	}
}

func TestCorrectDayMovesClocks(t *testing.T) {
	h := open(t)
	at, admin := h.clock(), h.Actor(access.SystemAdmin)
	f := url.Values{"kind": {"off"}, "name": {"台风停工"}, "source": {"市府办〔2026〕1号"}, "why": {"台风红色预警"}}
	code, body := h.Do(admin, "POST", "/calendar/days/2026-03-04", f)
	if code != http.StatusOK || !strings.Contains(body, "1 个还在计时的期限会改期：1 个推后，0 个提前") {
		t.Fatalf("review = %d %s", code, webtest.Complaints(body))
	}
	if strings.Contains(h.Get(h.Actor(access.Staff), at), "2026年3月6日") {
		t.Error("the review has moved the clock already")
	}
	sure := confirmed(body)
	if to := h.Post(admin, "/calendar/days/2026-03-04", sure); to != "/calendar?year=2026" {
		t.Errorf("leads to %s", to)
	}
	body = h.Get(h.Actor(access.Staff), at)
	for _, want := range []string{"研判期限：2026年3月6日", "台风停工放假，不计", "节假日更正，由2026年3月5日改为2026年3月6日", "台风红色预警", "查看这条群众意见"} {
		if !strings.Contains(body, want) {
			t.Errorf("the explanation lacks %q", want)
		}
	}
	code, body = h.Do(admin, "POST", "/calendar/days/2026-03-04", sure)
	if code != http.StatusConflict || !strings.Contains(body, `name="why" value="台风红色预警"`) {
		t.Errorf("confirmed against an old calendar = %d", code)
	}
	code, body = h.Do(admin, "POST", "/calendar/days/2026-03-05", url.Values{"kind": {"work"}, "why": {"𠮷"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写名称") || !strings.Contains(body, "𠮷") {
		t.Errorf("without a name = %d %s", code, webtest.Complaints(body))
	}
}

const notice2027 = "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、春节：2月5日至11日放假调休，共7天。1月30日（周六）、2月14日（周日）上班。"

func TestAddYear(t *testing.T) {
	h := open(t)
	admin := h.Actor(access.SystemAdmin)
	code, body := h.Do(admin, "POST", "/calendar", url.Values{"year": {"2027"}, "source": {"国办"}, "notice": {"元旦：1月1日\n春节：2月30日放假"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "第 1 行：缺少“放假”") || !strings.Contains(body, "第 2 行：没有“2月30日”") || !strings.Contains(body, "元旦：1月1日\n春节") {
		t.Errorf("POST = %d %s", code, webtest.Complaints(body))
	}
	code, body = h.Do(admin, "POST", "/calendar", url.Values{"year": {"2027"}, "source": {"国办发明电〔2026〕8号"}, "notice": {notice2027}})
	if code != http.StatusOK || !strings.Contains(body, "2月5日至11日，共 7 天") || !strings.Contains(body, "1月30日、2月14日") {
		t.Fatalf("review = %d %s", code, webtest.Complaints(body))
	}
	sure := confirmed(body)
	h.Post(admin, "/calendar", sure)
	if body := h.Get(h.Actor(access.Staff), "/calendar?year=2027"); !strings.Contains(body, "国办发明电〔2026〕8号") || strings.Contains(body, "没有录入") {
		t.Error("the year is not there")
	}
	if code, body := h.Do(admin, "POST", "/calendar", sure); code != http.StatusConflict && code != http.StatusUnprocessableEntity || !strings.Contains(body, "已经录入") {
		t.Errorf("the same year twice = %d", code)
	}
}

func TestMissingYearIsAnnounced(t *testing.T) {
	h := open(t)
	h.Time = time.Date(2026, 10, 8, 9, 0, 0, 0, calendar.Zone)
	const want = "2027年的节假日安排还没有录入"
	for _, at := range []string{"/calendar", page.DeskURL} {
		if _, body := h.Do(h.Actor(access.Staff), "GET", at, nil); !strings.Contains(body, want) {
			t.Errorf("%s does not announce it", at)
		}
	}
	if _, body := h.Do(h.Actor(access.Staff), "GET", "/calendar/new", nil); strings.Contains(body, want) {
		t.Error("every page announces it")
	}
}

func TestDeadlineShowsToWhoSeesItsRecord(t *testing.T) {
	h := open(t)
	at := h.clock()
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityOffice), h.Actor(access.Unit), h.Actor(access.SystemAdmin), h.Actor(access.AuditAdmin)} {
		if code, _ := h.Do(a, "GET", at, nil); code != http.StatusNotFound {
			t.Errorf("%s = %d, want 404", a.Role, code)
		}
	}
	h.Get(h.Actor(access.CityOffice), at)
}

func TestEveryRoute(t *testing.T) {
	h := open(t)
	at := h.clock()
	h.AskAll(func(p string) string {
		return strings.NewReplacer("/deadlines/{id}", at, "{day}", "2026-03-04").Replace(p)
	}, "year", "source", "notice", "kind", "name", "why", "revision")
	admin := h.Actor(access.SystemAdmin)
	for _, v := range webtest.Nasty {
		for _, confirm := range []string{"", "yes"} {
			h.Do(admin, "POST", "/calendar/days/2026-03-04", url.Values{"kind": {"off"}, "name": {"䶮" + v}, "source": {"x"}, "why": {"x"}, "revision": {v}, "confirm": {confirm}})
			h.Do(admin, "POST", "/calendar", url.Values{"year": {"2027"}, "source": {"x"}, "notice": {notice2027 + "\n" + v}, "revision": {v}, "confirm": {confirm}})
		}
		if code, _ := h.Do(admin, "GET", "/calendar/days/"+url.PathEscape(v), nil); code != http.StatusNotFound && code != http.StatusOK && v != "../../etc/passwd" {
			t.Errorf("day %q = %d", v, code)
		}
	}
}

func TestAccessible(t *testing.T) {
	h := open(t)
	at, admin := h.clock(), h.Actor(access.SystemAdmin)
	_, body := h.Do(admin, "POST", "/calendar/days/2026-03-04", url.Values{"kind": {"off"}, "name": {"台风停工"}, "source": {"市府办〔2026〕1号"}, "why": {"台风红色预警"}})
	h.Post(admin, "/calendar/days/2026-03-04", confirmed(body))
	b := h.Browser(admin)
	for name, path := range map[string]string{"calendar-year": "/calendar", "calendar-new": "/calendar/new", "calendar-day": "/calendar/days/2026-10-01"} {
		webtest.Look(b, name, path)
	}
	b.Go("/calendar/new").Fill("通知的文号", "国办发明电〔2026〕8号").Fill("放假和调休安排", notice2027).Press("下一步").See("核对2027年的安排").Accessible()
	staff := h.Actor(access.Staff)
	webtest.Look(h.Browser(staff), "deadline", at)
	pages := map[string]string{at: string(h.Raw(staff, at))}
	for _, p := range []string{"/calendar", "/calendar/new", "/calendar/days/2026-10-01"} {
		pages[p] = string(h.Raw(admin, p))
	}
	webtest.Valid(t, pages)
}
