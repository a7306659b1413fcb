package institution_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/file"
	"portal/internal/institution"
	"portal/internal/opinion"
	"portal/internal/station"
	web "portal/web/institution"
	"portal/web/public"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	staff, director, office, party, deputy access.Actor
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	files := file.NewStore(h.DB, h.Now)
	rules := institution.NewStore(h.DB, files, h.Now)
	web.Register(h.Routes, rules)
	h.staff, h.director, h.office, h.party = h.Actor(access.Staff), h.Actor(access.Director), h.Actor(access.CityOffice), h.Actor(access.PartyReader)
	h.deputy = h.Actor(access.Deputy)
	dbtest.InPost(t, h.Admin, h.Street, "director", "李䶮", &h.director, "2019-06-27")
	for i := range 9 {
		dbtest.InPost(t, h.Admin, h.Street, "member", fmt.Sprint("委员", i), nil, "2019-06-27")
	}
	return h
}

// public adds the residents' site.
func (h *house) public() *house {
	files := file.NewStore(h.DB, h.Now)
	opinions := opinion.NewStore(h.DB, h.Keys, files, h.Now)
	public.Register(h.Routes, public.Rooms{
		Opinions: opinions, Stations: station.NewStore(h.DB, opinions, h.Keys, h.Now), Rules: institution.NewStore(h.DB, files, h.Now),
		Address: func(*http.Request) string { return "" },
	})
	return h
}

const text = "第一条　为了联系选民，制定本办法。\n第二条　代表应当每季度进站接待一次，登记人𠮷田、䶮。\n第三条　本办法自公布之日起施行。"

func (h *house) draft(a access.Actor, f url.Values) string {
	h.Helper()
	return h.Post(a, "/institutions", f)
}

func (h *house) x(title string) string {
	h.Helper()
	return h.draft(h.staff, url.Values{"key": {title}, "title": {title}, "text": {text}})
}

func (h *house) version(path string) string {
	h.Helper()
	return dbtest.Scan[string](h, h.Admin, `SELECT version::text FROM institutions WHERE id = $1::bigint`, path[strings.LastIndex(path, "/")+1:])
}

// move makes a move with its fields, whose names it completes.
func (h *house) move(a access.Actor, path, name string, fields ...string) {
	h.Helper()
	f := url.Values{"version": {h.version(path)}}
	for i := 0; i < len(fields); i += 2 {
		f.Set(name+"-"+fields[i], fields[i+1])
	}
	h.Post(a, path+"/"+name, f)
}

func (h *house) chair() string {
	return dbtest.Scan[string](h, h.Admin, `SELECT id::text FROM posts WHERE post = 'director' AND street_id = $1`, h.Street)
}

// An X rule from its draft to being in force, returned by the city once and filed
// again, in a browser; then residents read it.
func TestWholeWayInABrowser(t *testing.T) {
	h := open(t).public()
	staff, director, office := h.Browser(h.staff), h.Browser(h.director), h.Browser(h.office)
	staff.Go("/institutions").See("还没有制度").Press("起草制度")
	staff.Fill("制度名称", "东城街道代表进站办法").Fill("条文", text).Press("保存草案")
	path := staff.Path()
	staff.See("起草", "第二条", "待工委办公室征求意见").Fill("截止日期", "2026-03-09").Press("征求意见")
	party := h.Browser(h.party)
	party.Go(path).See("征求意见").Unfold("提出意见").Choose("对哪一条", "第二条").Fill("意见", "改为每月一次").Press("提出意见")
	staff.Go(path).See("街道党工委", "改为每月一次", "待答复").Choose("哪条意见", "街道党工委").Check("采纳").Press("答复意见")
	staff.Press("修改条文").Fill("条文", strings.Replace(text, "季度", "月", 1)).Press("保存草案")
	staff.See("代表应当每月进站").Press("提请主任会议审议")
	meet := func() {
		t.Helper()
		staff.Go(path).Choose("主持人", "主任").Fill("实到人数", "9").Fill("赞成人数", "9").Check("通过").Press("登记审议结果")
		director.Go(path).See("通过").Press("签发")
		staff.Go(path).See("待工委办公室报备案").Press("报备案")
	}
	meet()
	office.Go(path).See("待市人大常委会受理").Press("受理")
	office.Within("退回并提意见", func() {
		office.Fill("总的意见", "请与代表联系选民制度一致").Fill("第二条", "应为每季度一次").Press("退回并提意见")
	})
	staff.Go(path).See("退回", "应为每季度一次").Press("按意见修改")
	staff.See("市人大常委会的备案意见", "第2稿").Press("修改条文").Fill("条文", text).Press("保存草案")
	staff.Fill("截止日期", "2026-03-09").Press("征求意见").Press("提请主任会议审议")
	meet()
	office.Go(path).Press("受理").Press("备案")
	staff.Go(path).See("待工委办公室公布施行").Press("公布施行")
	staff.See("2026年3月2日起施行", "莞人东城工委〔2026〕3号", "莞人东城工委〔2026〕1号", "退回").Press("比较条文")
	staff.See("第二条", "修改").Accessible()
	if got := webtest.Eval[string](staff, `document.querySelector('.sides del').textContent + '→' + document.querySelector('.sides ins').textContent`); got != "月→季度" {
		t.Errorf("marked as changed: %s", got)
	}
	webtest.Look(staff, "institution-changes", path+"/changes")
	webtest.Look(staff, "institution-record", path)
	webtest.Look(staff, "institution-clause", path+"/clauses/2")
	webtest.Look(staff, "institution-list", "/institutions")
	webtest.Look(staff, "institution-day", "/institutions?on=2026-03-02")
	webtest.Look(staff, "institution-form", "/institutions/new")
	staff.Go("/institutions?on=2026-03-01").See("这一天没有施行的制度")
	resident := h.Browser(access.Resident(nil)).NoScript()
	resident.Go("/public/institutions").Press("东城街道代表进站办法")
	resident.See("代表应当每季度进站接待一次", "𠮷田、䶮", "2026年3月2日").Lacks("改为每月一次", "应为每季度一次")
	webtest.Look(h.Browser(access.Resident(nil)), "institution-public", resident.Path())
	resident.Go(resident.Path() + "?on=2026-03-01").See("这一天没有施行的文本")
	// Another street reads it, too, and takes it up.
	other := h.Browser(h.Other(access.Staff))
	other.Go("/institutions?scope=others").Press("东城街道代表进站办法").Lacks("改为每月一次", "应为每季度一次").Press("借鉴起草")
	other.Fill("制度名称", "南城街道代表进站办法").Press("保存草案").See("借鉴自", "东城街道《东城街道代表进站办法》")
}

// The city's own rule: the vote decides by all members.
func TestCityRuleAndLanding(t *testing.T) {
	h := open(t)
	path := h.draft(h.office, url.Values{"key": {"k"}, "tier": {"5"}, "core": {"voters"}, "text": {text}})
	h.move(h.office, path, "city-consultation", "until", "2026-03-09")
	h.move(h.director, path, "opinion", "text", "没有意见")
	h.move(h.office, path, "city-answer", "opinion", dbtest.Scan[string](t, h.Admin, `SELECT id::text FROM institution_opinions`), "answer", "adopted")
	h.move(h.office, path, "city-submission")
	h.move(h.office, path, "vote", "session", "第二十四次会议", "voted_on", "2026-03-02", "members", "41", "present", "40", "for", "20", "against", "20", "abstained", "0", "again", "on")
	if body := h.Get(h.office, path); !strings.Contains(body, "修改后再议") {
		t.Error("20 of 41 passed")
	}
	h.move(h.office, path, "city-submission")
	h.move(h.office, path, "vote", "session", "第二十四次会议", "voted_on", "2026-03-02", "members", "41", "present", "40", "for", "21", "against", "19", "abstained", "0")
	h.move(h.office, path, "issue", "trial", "2027-03-01")
	h.move(h.office, path, "city-effect", "on", "2026-03-02")
	id := path[strings.LastIndex(path, "/")+1:]
	code, to := h.Upload(h.staff, "/institutions/landing/"+id, url.Values{"version": {"0"}, "status": {"forwarded"}, "landed_on": {"2026-03-01"}, "note": {"转发各社区"}},
		webtest.File{Field: "files", Name: "通知.txt", Content: []byte("转发通知")})
	if code != http.StatusSeeOther {
		t.Fatalf("land = %d %s", code, webtest.Complaints(to))
	}
	b := h.Browser(h.office)
	b.Go("/institutions/landing").See("东城街道", "南城街道", "已转发", "未落实", "1 处未落实", "通知.txt", "转发各社区")
	webtest.Look(b, "institution-landing", "/institutions/landing")
	webtest.Look(h.Browser(h.staff), "institution-land", "/institutions/landing/"+id)
	if body := h.Raw(h.office, "/institutions/landing?format=xlsx"); !bytes.HasPrefix(body, []byte("PK")) {
		t.Error("the matrix is no workbook")
	}
	code, body := h.Do(h.staff, "POST", "/institutions/landing/"+id, url.Values{"version": {"0"}, "status": {"detailed"}, "landed_on": {"2026-03-02"}, "note": {"另有细则"}})
	if code != http.StatusConflict || !strings.Contains(body, "另有细则") || !strings.Contains(body, "现在登记的是“已转发") {
		t.Errorf("stale landing = %d", code)
	}
	// What is done under a clause.
	h.Post(h.office, path+"/clauses/2/mark", url.Values{"obliging": {"on"}, "kinds": {"visit"}})
	h.Post(h.staff, path+"/clauses/2/link", url.Values{"title": {"代表集中进站"}, "acted_on": {"2026-03-02"}})
	if body := h.Get(h.staff, path+"/clauses/2"); !strings.Contains(body, "代表集中进站") || !strings.Contains(body, "近一年 1 次") {
		t.Error("the clause lacks what was done")
	}
	h.Time = h.Time.AddDate(2, 0, 0)
	b.Go("/institutions/sleeping").See("第二条", "2026年3月2日", "没有记录")
	webtest.Look(b, "institution-sleeping", "/institutions/sleeping")
}

func TestPapers(t *testing.T) {
	h := open(t)
	path := h.x("办法")
	h.move(h.staff, path, "consultation", "until", "2026-03-09")
	h.move(h.staff, path, "submission")
	h.move(h.staff, path, "deliberation", "met_on", "2026-03-02", "chair", h.chair(), "present", "9", "for", "9", "verdict", "passed")
	h.move(h.director, path, "signature")
	h.move(h.staff, path, "filing")
	filing := path + "/filings/" + dbtest.Scan[string](t, h.Admin, `SELECT id::text FROM institution_filings`)
	if code, _ := h.Do(h.staff, "GET", filing+"/reply.docx", nil); code != http.StatusNotFound {
		t.Errorf("an answer that was not given = %d", code)
	}
	h.move(h.office, path, "acceptance")
	h.move(h.office, path, "return", "comment", "请修改", "remark-2", "不一致")
	for _, p := range []string{path + "/document.docx", path + "/document.docx?v=1", filing + "/report.docx", filing + "/reply.docx"} {
		if body := h.Raw(h.staff, p); !bytes.HasPrefix(body, []byte("PK")) {
			t.Errorf("%s is no document: %.60s", p, body)
		}
	}
	if code, _ := h.Do(h.Other(access.Staff), "GET", filing+"/report.docx", nil); code != http.StatusNotFound {
		t.Errorf("another street's report = %d", code)
	}
}

func TestComplaintsAndConflicts(t *testing.T) {
	h := open(t)
	for field, f := range map[string]url.Values{
		"title": {"key": {"a"}, "text": {text}}, "text": {"key": {"a"}, "title": {"䶮办法"}, "text": {"没有条号"}},
	} {
		code, body := h.Do(h.staff, "POST", "/institutions", f)
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#`+field+`"`) || !strings.Contains(body, f.Get("text")) {
			t.Errorf("%s = %d %s", field, code, webtest.Complaints(body))
		}
	}
	path := h.x("办法")
	if again := h.x("办法"); again != path {
		t.Errorf("sent twice = %s and %s", path, again)
	}
	v := h.version(path)
	h.Post(h.staff, path+"/text", url.Values{"version": {v}, "text": {strings.Replace(text, "季度", "月", 1)}})
	code, body := h.Do(h.staff, "POST", path+"/text", url.Values{"version": {v}, "text": {strings.Replace(text, "季度", "周", 1)}})
	if code != http.StatusConflict || !strings.Contains(body, "每周") || !strings.Contains(body, "<del>月</del>") || !strings.Contains(body, "<ins>周</ins>") {
		t.Errorf("stale text = %d", code)
	}
	code, body = h.Do(h.staff, "POST", path+"/consultation", url.Values{"version": {v}, "consultation-until": {"2026-03-20"}})
	if code != http.StatusConflict || !strings.Contains(body, `value="2026-03-20"`) {
		t.Errorf("stale move = %d", code)
	}
	code, body = h.Do(h.staff, "POST", path+"/consultation", url.Values{"version": {h.version(path)}, "consultation-until": {"2020-01-01"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "截止日期不能早于今天") || !strings.Contains(body, `value="2020-01-01"`) {
		t.Errorf("until the past = %d %s", code, webtest.Complaints(body))
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Other(access.Director), h.Far(access.CityOffice), h.office, h.party} {
		if code, _ := h.Do(a, "GET", path, nil); code != http.StatusNotFound {
			t.Errorf("%s of %d reads a draft: %d", a.Role, a.StreetID, code)
		}
	}
}

// Every route as every role, and every nasty value in every field.
func TestAskAll(t *testing.T) {
	h := open(t)
	path := h.x("办法")
	h.move(h.staff, path, "consultation", "until", "2026-03-09")
	fields := []string{
		"version", "key", "title", "text", "tier", "core", "replaces", "adopts", "on", "v", "from", "to", "q", "street", "scope", "after", "months", "format",
		"status", "landed_on", "rule", "note", "kinds", "obliging", "acted_on",
	}
	for _, m := range append(institution.Procedure.Moves, institution.CityProcedure.Moves...) {
		for _, f := range []string{
			"until", "text", "source", "author", "clause", "opinion", "answer", "reason", "met_on", "chair", "present", "for", "verdict", "note",
			"session", "voted_on", "members", "against", "abstained", "again", "trial", "comment", "remark-2", "on", "why",
		} {
			fields = append(fields, m.Name+"-"+f)
		}
	}
	h.AskAll(func(pattern string) string {
		return strings.NewReplacer("/institutions/{id}", path, "{id}", "1", "{filing}", "1", "{clause}", "2").Replace(pattern)
	}, fields...)
}

// Each value in the fields of moves whose version is right.
func TestNastyMoves(t *testing.T) {
	h := open(t)
	path := h.x("办法")
	for _, name := range []string{"consultation", "opinion", "answer", "deliberation", "signature", "return", "effect"} {
		for _, v := range webtest.Nasty {
			f := url.Values{"version": {h.version(path)}}
			for _, field := range []string{"until", "text", "source", "author", "clause", "opinion", "answer", "reason", "met_on", "chair", "present", "for", "verdict", "note", "trial", "comment", "remark-2", "on"} {
				f.Set(name+"-"+field, v)
			}
			h.Do(h.staff, "POST", path+"/"+name, f)
		}
	}
	r := httptest.NewRequest("GET", path+"/clauses/0", nil)
	if w := h.Serve(h.staff, r); w.Code != http.StatusNotFound {
		t.Errorf("no clause = %d", w.Code)
	}
}
