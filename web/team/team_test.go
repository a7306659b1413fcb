package team_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/dbtest"
	"portal/internal/person"
	"portal/internal/team"
	"portal/web/page"
	web "portal/web/team"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	s        *team.Store
	staff    access.Actor
	director access.Actor
	chair    int64
	n        int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s = team.NewStore(h.DB, person.NewStore(h.DB, h.Keys, h.Now), h.Now)
	web.Register(h.Routes, h.s)
	h.staff, h.director = h.Actor(access.Staff), h.Actor(access.Director)
	h.chair = dbtest.InPost(t, h.Admin, h.Street, committee.Director, "李䶮", &h.director, "2019-07-01")
	dbtest.InPost(t, h.Admin, h.Street, committee.DeputyDirector, "王志伟", nil, "2019-07-01")
	dbtest.InPost(t, h.Admin, h.Street, committee.Member, "陈㛃", nil, "2019-07-01")
	return h
}

func (h *house) expertForm(name string) url.Values {
	h.n++
	return url.Values{
		"key": {fmt.Sprint("k", h.n)}, "name": {name}, "sex": {"female"}, "born": {"1975"}, "work": {"东莞市正衡会计师事务所合伙人"},
		"phone": {fmt.Sprintf("1380013%04d", h.n)}, "field": {"audit"}, "title": {"高级会计师"}, "recommender": {"市注册会计师协会"}, "on": {"2026-03-02"},
		"person_consent": {"2026-03-01"}, "unit_consent": {"2026-03-01"},
	}
}

func (h *house) officerForm(name string) url.Values {
	h.n++
	return url.Values{
		"key": {fmt.Sprint("k", h.n)}, "name": {name}, "phone": {fmt.Sprintf("1380013%04d", h.n)}, "roles": {"liaison", "information"},
		"communities": {fmt.Sprint(h.Community)}, "proposer": {"岗贝社区居委会"}, "on": {"2026-03-02"},
	}
}

func (h *house) version(table, path string) string {
	return fmt.Sprint(dbtest.Scan[int](h, h.Admin, `SELECT version FROM `+table+` WHERE id = $1::bigint`, path[strings.LastIndex(path, "/")+1:]))
}

// move makes a move on the expert at path and wants it done.
func (h *house) move(a access.Actor, path, name string, fields url.Values) {
	h.Helper()
	fields.Set("version", h.version(strings.Split(path, "/")[1], path))
	if to := h.Post(a, path+"/"+name, fields); to != path {
		h.Fatalf("%s leads to %s", name, to)
	}
}

// engage has an expert recommended, approved and certified.
func (h *house) engage(name string) string {
	h.Helper()
	path := h.Post(h.staff, "/experts", h.expertForm(name))
	h.move(h.director, path, "review", url.Values{})
	h.move(h.staff, path, "decision", h.passed())
	h.move(h.director, path, "certificate", url.Values{})
	return path
}

func (h *house) passed() url.Values {
	return url.Values{"decision-on": {"2026-03-02"}, "decision-chair": {fmt.Sprint(h.chair)}, "decision-present": {"3"}, "decision-for": {"2"}}
}

func TestRoutes(t *testing.T) {
	h := open(t)
	expert, officer := h.engage("李芳"), h.Post(h.staff, "/officers", h.officerForm("王芳"))
	fields := []string{
		"name", "sex", "born", "work", "phone", "no_phone", "field", "title", "recommender", "on", "person_consent", "unit_consent", "no_unit", "key", "version",
		"roles", "communities", "proposer", "officers", "q", "street", "state", "after", "format", "expiring", "role", "community", "term",
	}
	for name, list := range map[string][]string{
		"consent": {"person_consent", "unit_consent", "no_unit"}, "review": {"note"}, "refusal": {"why", "posts"}, "decision": {"on", "chair", "present", "for"},
		"publicity": {"from"}, "publicity-result": {"outcome", "result"}, "certificate": {"from_on", "until_on"},
		"renewal": {"key", "recommender", "on", "person_consent"}, "dismissal": {"on", "why", "note", "posts"},
		"statement": {"key", "units", "matters", "none"}, "work": {"key", "kind", "subject", "done_on", "hours", "about", "text"},
		"work-decision": {"work", "ok", "why"}, "adoption": {"work", "adoption", "why"}, "phone": {"reason"},
		"appointment": {"posts", "from"}, "confirmation": {"posts"}, "proposal": {"roles", "communities", "proposer", "on"},
	} {
		for _, f := range list {
			fields = append(fields, name+"-"+f)
		}
	}
	h.AskAll(func(pattern string) string {
		pattern = strings.Replace(pattern, "/experts/{id}", expert, 1)
		return strings.Replace(pattern, "/officers/{id}", officer, 1)
	}, fields...)
}

// A form that is not accepted keeps what was typed; an old version is a conflict.
func TestComplaintsKeepWhatWasTyped(t *testing.T) {
	h := open(t)
	f := h.expertForm("")
	f.Set("recommender", "某协会")
	if code, body := h.Do(h.staff, http.MethodPost, "/experts", f); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写姓名") || !strings.Contains(body, `value="某协会"`) {
		t.Errorf("empty name = %d\n%s", code, webtest.Complaints(body))
	}
	path := h.Post(h.staff, "/experts", h.expertForm("𠮷田光"))
	if body := h.Get(h.staff, path); !strings.Contains(body, "𠮷田光") {
		t.Error("the rare name is not shown")
	}
	h.move(h.director, path, "review", url.Values{})
	v := h.passed()
	v.Set("version", "1")
	if code, body := h.Do(h.staff, http.MethodPost, path+"/decision", v); code != http.StatusConflict || !strings.Contains(body, "刚刚被别人改过") {
		t.Errorf("old version = %d", code)
	}
	v.Set("version", h.version("experts", path))
	v.Set("decision-present", "1")
	if code, body := h.Do(h.staff, http.MethodPost, path+"/decision", v); code != http.StatusUnprocessableEntity || !strings.Contains(body, "没有超过一半") {
		t.Errorf("no quorum = %d\n%s", code, webtest.Complaints(body))
	}
	if code, _ := h.Do(h.Other(access.Staff), http.MethodGet, path, nil); code != http.StatusNotFound {
		t.Errorf("another street's staff = %d", code)
	}
	edit := h.expertForm("𠮷田光")
	edit.Set("version", "1")
	if code, body := h.Do(h.staff, http.MethodPost, path, edit); code != http.StatusConflict || !strings.Contains(body, "现在的内容") {
		t.Errorf("stale edit = %d", code)
	}
}

func TestRegistersDownload(t *testing.T) {
	h := open(t)
	h.engage("=1+1")
	officer := h.Post(h.staff, "/officers", h.officerForm("王芳"))
	for path, want := range map[string]string{"/experts?format=csv": "'=1+1", "/officers?state=waiting&format=csv": "王芳"} {
		body := h.Raw(h.staff, path)
		if !strings.Contains(string(body), want) || strings.Contains(string(body), "13800130001") {
			t.Errorf("%s = %s", path, body)
		}
	}
	if code, body := h.Do(h.staff, http.MethodPost, officer+"/phone", url.Values{"phone-reason": {"通知开会"}}); code != http.StatusOK || !strings.Contains(body, "1380013") {
		t.Errorf("phone = %d", code)
	}
}

// The story of an expert from the recommendation to the certificate, and of a
// community whose gap is closed, in a browser.
func TestJourney(t *testing.T) {
	h := open(t)
	staff, director := h.Browser(h.staff), h.Browser(h.director)
	staff.Go("/experts").See("还没有在聘的咨询专家").Press("推荐专家")
	staff.Fill("姓名", "𠮷田光").Fill("联系电话", "13800138000").Fill("工作单位和职务", "东莞市正衡会计师事务所合伙人")
	staff.Choose("专业领域", "财政审计").Fill("职称", "高级会计师").Fill("推荐人或推荐单位", "市注册会计师协会")
	staff.Fill("本人同意日期", "2026-03-01").Fill("单位同意日期", "2026-03-01").Press("保存")
	staff.See("已推荐", "待工委主任或副主任审核")
	path := staff.Path()
	director.Go(path).Press("审核通过").See("已审核")
	staff.Go(path).Choose("主持人", "主任 李䶮").Fill("到会人数", "3").Fill("赞成票数", "2").Press("登记审定结果").See("已审定")
	staff.Go("/experts").Lacks("𠮷田光") // approved is not yet engaged
	director.Go(path).Press("签发聘书").See("在聘", "莞人东城工委〔2026〕1号", "聘期至2026年12月31日")
	staff.Go("/experts").See("𠮷田光", "1 名")

	staff.Go("/officers/coverage").See("岗贝社区", "空缺", "4 个空缺").Press("登记社区推荐")
	staff.Fill("姓名", "王芳").Check("联络员").Check("信息员").Check("岗贝社区").Fill("推荐的社区", "岗贝社区居委会").Press("保存").See("推荐待聘任")
	path = staff.Path()
	director.Go(path).Press("聘任").See("岗贝社区联络员、岗贝社区信息员")
	staff.Go("/officers/coverage").See("1 名，2 个空缺", "王芳")
	webtest.Look(staff, "coverage", "/officers/coverage")
}

// Every page passes axe and fits a phone.
func TestPages(t *testing.T) {
	h := open(t)
	expert, officer := h.engage("𠮷田光"), h.Post(h.staff, "/officers", h.officerForm("王芳"))
	second := h.Post(h.staff, "/experts", h.expertForm("李芳"))
	h.Post(h.staff, expert+"/statement", url.Values{"statement-key": {"s"}, "statement-units": {"东莞市城建工程公司"}, "statement-matters": {"温塘旧改项目"}})
	h.Post(h.staff, expert+"/work", url.Values{
		"work-key": {"w"}, "work-kind": {"review"}, "work-subject": {"审阅街道预算草案"}, "work-done_on": {"2026-03-02"}, "work-hours": {"2.5"}, "work-text": {"建议压减一般性支出"},
	})
	h.move(h.director, officer, "appointment", url.Values{"appointment-posts": {fmt.Sprint(dbtest.Scan[int64](t, h.Admin, `SELECT min(id) FROM officer_posts`))}, "appointment-from": {"2026-03-02"}})
	staff, director, city := h.Browser(h.staff), h.Browser(h.director), h.Browser(h.Actor(access.CityDeputy))
	for name, path := range map[string]string{
		"experts": "/experts", "expert-form": "/experts/new", "expert": expert, "expert-edit": expert + "/edit", "expert-new": second,
		"officers": "/officers", "officer-form": "/officers/new", "officer": officer, "officer-edit": officer + "/edit",
		"confirmations": "/officers/confirmations", "teams": page.TeamsURL, "map": page.CoverageURL,
	} {
		webtest.Look(staff, "team-"+name, path)
	}
	webtest.Look(director, "team-director-expert", second)
	webtest.Look(city, "team-city", page.TeamsURL)
	webtest.Look(city, "team-city-map", page.CoverageURL)
}
