package voter_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/dbtest"
	"portal/internal/document/papertest"
	"portal/internal/person"
	"portal/internal/voter"
	"portal/web/page"
	web "portal/web/voter"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	table    []page.Route
	staff    access.Actor
	director access.Actor
	n        int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	web.Register(h.Routes, voter.NewStore(h.DB, person.NewStore(h.DB, h.Keys, h.Now), h.Now))
	h.table = h.Routes.Table
	h.staff, h.director = h.Actor(access.Staff), h.Actor(access.Director)
	dbtest.InPost(t, h.Admin, h.Street, committee.Director, "黄振邦", &h.director, "2020-01-01")
	for i := range 4 {
		dbtest.InPost(t, h.Admin, h.Street, committee.Member, fmt.Sprint("委员", i), nil, "2020-01-01")
	}
	return h
}

func (h *house) plan() url.Values {
	h.n++
	return url.Values{
		"key": {fmt.Sprint("k", h.n)}, "term": {"第一届"}, "from": {"2026-03-01"}, "basis": {"市人大常委会意见"},
		"districts[0].name": {"第一选区"}, "districts[0].area": {"岗贝社区"}, "districts[0].quota": {"2"},
		"districts[2].name": {"第二选区"}, "districts[2].quota": {"1"}, "target-women": {"30"},
	}
}

func (h *house) version(path string) string {
	id := path[strings.LastIndex(path, "/")+1:]
	table := strings.ReplaceAll(strings.Split(path, "/")[1], "-", "_")
	return strconv.Itoa(dbtest.Scan[int](h, h.Admin, `SELECT coalesce(max(version), 0) FROM `+table+` WHERE id = $1::text::bigint`, id))
}

// do makes a move that must be accepted. pairs are the fields of its form.
func (h *house) do(a access.Actor, path, move string, pairs ...string) {
	h.Helper()
	code, to := h.try(a, path, move, pairs...)
	if code != http.StatusSeeOther {
		h.Fatalf("%s = %d\n%s", move, code, webtest.Complaints(to))
	}
}

func (h *house) try(a access.Actor, path, move string, pairs ...string) (int, string) {
	h.Helper()
	f := url.Values{"version": {h.version(path)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		name := pairs[i]
		if move != "result" && move != "runoff" {
			name = move + "-" + name
		}
		f.Add(name, pairs[i+1])
	}
	return h.Do(a, "POST", path+"/"+move, f)
}

func (h *house) districts() []string {
	return dbtest.Scan[[]string](h, h.Admin, `SELECT array_agg(id::text ORDER BY id) FROM voter_districts`)
}

func (h *house) recommend(path, district, name string, more ...string) string {
	h.Helper()
	h.n++
	h.do(h.staff, path, "recommendation", append([]string{
		"district", district, "name", name, "sex", "female", "born", "1985", "work", "社区网格员", "phone", fmt.Sprintf("1370000%04d", h.n), "standing", "voter",
		"hukou", "yes", "occupation", "community", "recommended_by", "organisation", "recommender", "社区党委",
	}, more...)...)
	return dbtest.Scan[string](h, h.Admin, `SELECT max(id)::text FROM selection_candidates`)
}

// publicity is a selection whose publicity runs, with its candidates.
func (h *house) publicity() (path string, first, second []string) {
	h.Helper()
	path = h.Post(h.staff, "/selections", h.plan())
	h.do(h.staff, path, "opening")
	d := h.districts()
	for _, n := range []string{"𠮷田光", "李䶮", "王芳"} {
		first = append(first, h.recommend(path, d[0], n))
	}
	second = []string{h.recommend(path, d[1], "陈㛃")}
	h.do(h.staff, path, "vetting")
	pairs := []string{"organs", "纪检监察、公安", "conditions", "adult", "conditions", "standing", "conditions", "clear"}
	for _, c := range append(second, first...) {
		pairs = append(pairs, "candidates", c)
	}
	h.do(h.staff, path, "review", pairs...)
	h.do(h.staff, path, "publicity")
	return path, first, second
}

// announced is a selection that has been announced.
func (h *house) announced() string {
	h.Helper()
	path, first, second := h.publicity()
	h.Time = h.Time.AddDate(0, 0, 8)
	h.do(h.staff, path, "publicity-end")
	d := h.districts()
	today := h.Time.Format("2006-01-02")
	h.do(h.staff, path, "result", "district", d[0], "held_on", today, "due", "40", "present", "30",
		"votes-"+first[0], "28", "votes-"+first[1], "20", "votes-"+first[2], "12")
	h.do(h.staff, path, "result", "district", d[1], "held_on", today, "due", "40", "present", "30", "votes-"+second[0], "25")
	h.do(h.staff, path, "submission")
	chair := dbtest.Scan[string](h, h.Admin, `SELECT min(id)::text FROM posts`)
	h.do(h.director, path, "confirmation", "met_on", today, "chair", chair, "met_present", "4", "met_for", "3")
	h.do(h.director, path, "announcement")
	return path
}

// handOut hands out every certificate and closes the selection.
func (h *house) handOut(path string) {
	h.Helper()
	pairs := []string{"on", h.Time.Format("2006-01-02")}
	for _, id := range dbtest.Scan[[]string](h, h.Admin, `SELECT array_agg(id::text) FROM voter_representatives WHERE certificate_on IS NULL AND ended_on IS NULL`) {
		pairs = append(pairs, "list", id)
	}
	h.do(h.staff, path, "certificates", pairs...)
	h.do(h.staff, path, "closure")
}

func TestSelectionIsShown(t *testing.T) {
	h := open(t)
	path := h.announced()
	body := h.Get(h.staff, path)
	for _, want := range []string{"莞人东城工委〔2026〕1号", "黄振邦主持", "全体组成人员 5 人，到会 4 人，赞成 3 人", "当选，已确认", "未当选", "待发证，第 1 号"} {
		if !strings.Contains(body, want) {
			t.Errorf("the record lacks %q", want)
		}
	}
	if body := h.Get(h.Actor(access.CityOffice), "/voter-representatives"); !strings.Contains(body, "𠮷田光") || strings.Contains(body, "王芳") {
		t.Error("the city's register is wrong")
	}
	if body := h.Get(h.staff, "/voter-representatives?q=𠮷"); !strings.Contains(body, "𠮷田光") || strings.Contains(body, "李䶮") {
		t.Error("the search is wrong")
	}
	if body := h.Get(h.staff, "/voter-representatives?format=csv"); !strings.Contains(body, "李䶮,女,东城街道,第一选区,第一届,换届推选") || strings.Contains(body, "13700000002") {
		t.Errorf("the exported register = %s", body)
	}
	h.handOut(path)
	if body := h.Get(h.staff, path); !strings.Contains(body, "2026年3月10日发证，第 1 号") || !strings.Contains(body, "2026年3月10日结束") {
		t.Error("the ended record is wrong")
	}
}

func TestPapers(t *testing.T) {
	h := open(t)
	path := h.announced()
	rep := dbtest.Scan[string](t, h.Admin, `SELECT '/voter-representatives/' || min(id) FROM voter_representatives`)
	paper := papertest.Render(t, h.Raw(h.staff, path+"/document.docx"))
	text := strings.ReplaceAll(strings.Join(paper.Text, ""), " ", "")
	for _, want := range []string{"人大东城街道工委公告", "莞人东城工委〔2026〕1号", "第一选区", "𠮷田光", "2026年3月10日"} {
		if !strings.Contains(text, want) {
			t.Errorf("the announcement lacks %q:\n%s", want, text)
		}
	}
	for _, never := range []string{"批准", "王芳", "1370000"} {
		if strings.Contains(text, never) {
			t.Errorf("the announcement says %q", never)
		}
	}
	paper = papertest.Render(t, h.Raw(h.staff, rep+"/document.docx"))
	if text := strings.ReplaceAll(strings.Join(paper.Text, ""), " ", ""); len(paper.Text) != 1 || !strings.Contains(text, "选民代表证书") || !strings.Contains(text, "𠮷田光") || !strings.Contains(text, "第1号") {
		t.Errorf("the certificate on %d pages: %s", len(paper.Text), text)
	}
	if code, _ := h.Do(h.Other(access.Staff), "GET", rep+"/document.docx", nil); code != http.StatusNotFound {
		t.Errorf("another street's certificate = %d", code)
	}
}

func TestComplaintsKeepWhatWasTyped(t *testing.T) {
	h := open(t)
	for field, value := range map[string]string{"term": "", "from": "明天", "districts[0].quota": "0", "districts[2].name": "第一选区", "target-women": "101"} {
		f := h.plan()
		f.Set(field, value)
		code, body := h.Do(h.staff, "POST", "/selections", f)
		at := strings.Replace(field, "districts[2]", "districts[1]", 1)
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, url.PathEscape(at)) && !strings.Contains(body, `href="#`+at+`"`) || !strings.Contains(body, "岗贝社区") {
			t.Errorf("%s = %d %s", field, code, webtest.Complaints(body))
		}
	}
	path := h.Post(h.staff, "/selections", h.plan())
	f := h.plan()
	f.Set("version", "1")
	f.Set("term", "第一届修订")
	h.Post(h.staff, path+"/plan", f)
	if code, body := h.Do(h.staff, "POST", path+"/plan", f); code != http.StatusConflict || !strings.Contains(body, "刚刚被别人改过") || !strings.Contains(body, "第一届修订") {
		t.Errorf("a plan saved on an old version = %d", code)
	}
	h.do(h.staff, path, "opening")
	d := h.districts()
	code, body := h.try(h.staff, path, "recommendation", "district", d[0], "name", "李䶮", "sex", "female", "born", "一九八五", "standing", "voter", "hukou", "yes",
		"occupation", "community", "recommended_by", "joint", "recommender", "王某", "signers", "3")
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="李䶮"`) || !strings.Contains(body, "请填写出生年份") {
		t.Errorf("a candidate without a year = %d %s", code, webtest.Complaints(body))
	}
	code, body = h.try(h.staff, path, "recommendation", "district", d[0], "name", "李䶮", "sex", "female", "born", "1985", "standing", "voter", "hukou", "yes",
		"occupation", "community", "recommended_by", "joint", "recommender", "王某", "signers", "3")
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "联名推荐至少 10 人") {
		t.Errorf("three signers = %d %s", code, webtest.Complaints(body))
	}
	stale := url.Values{"version": {"1"}, "stop-reason": {"重新研究"}}
	if code, body := h.Do(h.staff, "POST", path+"/stop", stale); code != http.StatusConflict || !strings.Contains(body, "重新研究") {
		t.Errorf("a move on an old version = %d", code)
	}
}

func TestOtherStreetFindsNothing(t *testing.T) {
	h := open(t)
	path := h.announced()
	rep := dbtest.Scan[string](t, h.Admin, `SELECT '/voter-representatives/' || min(id) FROM voter_representatives`)
	d := h.districts()[0]
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		for _, at := range []string{path, path + "/document.docx", rep, rep + "/document.docx", "/selections/999999", "/voter-representatives/999999"} {
			if code, _ := h.Do(a, "GET", at, nil); code != http.StatusNotFound {
				t.Errorf("GET %s as %s of elsewhere = %d", at, a.Role, code)
			}
		}
		for _, at := range []string{"/voter-representatives", "/voter-representatives?format=csv", "/selections", "/voter-representatives?district=" + d, "/voter-representatives/composition"} {
			if body := h.Get(a, at); strings.Contains(body, "𠮷田光") || strings.Contains(body, path+`"`) {
				t.Errorf("%s as %s of elsewhere shows it", at, a.Role)
			}
		}
	}
	other := h.Other(access.Staff)
	for _, at := range []string{path + "/plan", path + "/meetings/" + d} {
		if code, _ := h.Do(other, "GET", at, nil); code != http.StatusNotFound {
			t.Errorf("GET %s from another street = %d", at, code)
		}
	}
	f := url.Values{"version": {"1"}, "leaving-on": {"2026-03-10"}, "leaving-why": {"died"}, "leaving-note": {"x"}, "phone-reason": {"x"}, "district": {d}}
	for _, at := range []string{rep + "/leaving", rep + "/phone", path + "/result", path + "/certificates", path + "/closure"} {
		f.Set("certificates-list", rep[strings.LastIndex(rep, "/")+1:])
		f.Set("certificates-on", "2026-03-10")
		if code, _ := h.Do(other, "POST", at, f); code != http.StatusNotFound {
			t.Errorf("POST %s from another street = %d", at, code)
		}
	}
	f = url.Values{"key": {"x"}, "district": {d}, "seats": {"1"}}
	if code, _ := h.Do(other, "POST", "/selections/by", f); code != http.StatusNotFound {
		t.Errorf("another street's by-selection here = %d", code)
	}
}

func TestOwnPage(t *testing.T) {
	h := open(t)
	h.announced()
	me := h.Actor(access.VoterRep)
	if body := h.Get(me, "/voter-representatives/own"); !strings.Contains(body, "名册里还没有您") {
		t.Error("who is not in the register is not told")
	}
	dbtest.Exec(t, h.Admin, `UPDATE people SET user_id = $1 WHERE name = '李䶮'`, me.UserID)
	body := h.Get(me, "/voter-representatives/own")
	for _, want := range []string{"第一届选民代表", "第一选区", "待发证，第 2 号", "莞人东城工委〔2026〕1号"} {
		if !strings.Contains(body, want) {
			t.Errorf("the own page lacks %q", want)
		}
	}
	if strings.Contains(body, "𠮷田光") {
		t.Error("the own page shows somebody else")
	}
}

// TestEveryRoute asks every route as every role: only those with the
// permission come in, and nothing that is typed is an internal error.
func TestEveryRoute(t *testing.T) {
	h := open(t)
	path, _, _ := h.publicity()
	d := h.districts()[0]
	names := []string{
		"version", "key", "term", "from", "basis", "districts[0].name", "districts[0].area", "districts[0].quota", "target-women", "district", "seats", "held_on", "place", "due", "present",
		"leaving-on", "leaving-why", "leaving-note", "phone-reason",
	}
	names = append(names, dbtest.Scan[[]string](t, h.Admin, `SELECT array_agg('votes-' || id) FROM selection_candidates`)...)
	fields := map[string][]string{
		"recommendation": {"district", "name", "sex", "born", "work", "phone", "standing", "hukou", "occupation", "recommended_by", "recommender", "signers"},
		"review":         {"candidates", "conditions", "organs", "note"}, "withdrawal": {"candidate", "reason"}, "objection": {"candidate", "from", "content"},
		"objection-decision": {"objection", "decision", "note"}, "confirmation": {"met_on", "chair", "met_present", "met_for"}, "certificates": {"list", "on"}, "stop": {"reason"},
	}
	for move, list := range fields {
		for _, f := range list {
			names = append(names, move+"-"+f)
		}
	}
	for _, route := range h.table {
		at := strings.NewReplacer("/selections/{id}", path, "{id}", "1", "{district}", d).Replace(route.Pattern)
		for _, info := range access.Roles {
			a := h.Actor(info.Role)
			code, _ := h.Do(a, route.Method, at, url.Values{"version": {"1"}})
			if may := a.May(route.Need); may == (code == http.StatusForbidden) {
				t.Errorf("%s %s as %s = %d", route.Method, at, info.Role, code)
			}
		}
		if route.Method != http.MethodPost {
			continue
		}
		for _, v := range webtest.Nasty {
			f := url.Values{}
			for _, k := range names {
				f.Set(k, v)
			}
			for _, version := range []string{v, h.version(path)} {
				f.Set("version", version)
				h.Do(h.staff, "POST", at, f)
				h.Do(h.director, "POST", at, f)
			}
		}
	}
	for _, v := range webtest.Nasty {
		for _, k := range []string{"street", "district", "trait", "state", "kind", "on", "q", "after", "format"} {
			q := "?" + url.Values{k: {v}}.Encode()
			h.Get(h.staff, "/voter-representatives"+q)
			h.Get(h.Actor(access.CityOffice), "/selections"+q)
			h.Do(h.Actor(access.CityOffice), "GET", "/voter-representatives/composition"+q, nil)
			h.Get(h.staff, "/selections/by/new"+q)
		}
	}
}

// The story of a selection in a browser, from the quota plan to the
// certificates: the office does its steps, the director confirms and signs.
func TestStory(t *testing.T) {
	h := open(t)
	b := h.Browser(h.staff)
	b.Go("/selections/new").Accessible().Fill("届次", "第一届").Fill("任期从哪天开始", "2026-03-01").
		Fill("选区 1", "第一选区").Fill("选区 1 的名额", "1").Fill("选区 1 包括哪些社区", "岗贝社区").Press("保存")
	path := b.Path()
	h.do(h.staff, path, "opening")
	b.Go(path).Accessible().Choose("选区", "第一选区（名额 1）").Fill("姓名", "𠮷田光").Check("女").Fill("出生年份", "1985").Check("本选区选民").Check("户籍人口").
		Choose("职业", "社区、物业、志愿服务").Check("组织推荐").Fill("推荐方", "岗贝社区党委").Press("推荐人选")
	b.See("𠮷田光")
	h.do(h.staff, path, "vetting")
	b.Go(path).Check("𠮷田光").Fill("参加联审的部门", "纪检监察、公安").Press("登记联审结果")
	b.See("通过")
	h.do(h.staff, path, "publicity")
	b.Go(path).Accessible().See("公示")
	h.Time = h.Time.AddDate(0, 0, 8)
	h.do(h.staff, path, "publicity-end")
	b.Go(path).Press("登记推选结果")
	b.Accessible().Fill("应到人数", "40").Fill("到会人数", "30").Fill("𠮷田光得票", "25").Press("登记推选结果")
	b.See("当选，待确认")
	h.do(h.staff, path, "submission")
	d := h.Browser(h.director)
	d.Go(path).Accessible().Choose("主持人", "主任 黄振邦").Fill("到会人数", "4").Fill("赞成人数", "3").Press("确认")
	d.See("全体组成人员 5 人，到会 4 人，赞成 3 人，通过")
	h.do(h.director, path, "announcement")
	b.Go(path).Accessible().Check("𠮷田光").Press("登记发证")
	b.See("发证，第 1 号")
	for _, at := range []string{"/selections", "/voter-representatives", "/voter-representatives/composition", "/selections/by/new", "/voter-representatives/" + dbtest.Scan[string](t, h.Admin, `SELECT id::text FROM voter_representatives`)} {
		b.Desk().Go(at).Accessible().Fits()
		b.Phone().Go(at).Fits()
	}
	me := h.Actor(access.VoterRep)
	dbtest.Exec(t, h.Admin, `UPDATE people SET user_id = $1 WHERE name = '𠮷田光'`, me.UserID)
	h.Browser(me).Phone().Go("/voter-representatives/own").Accessible().Fits()
}

func TestLook(t *testing.T) {
	if os.Getenv("LOOK") == "" {
		t.Skip("a look at the pages, by hand")
	}
	h := open(t)
	path := h.announced()
	h.handOut(path)
	rep := dbtest.Scan[string](t, h.Admin, `SELECT '/voter-representatives/' || min(id) FROM voter_representatives`)
	h.Post(h.staff, rep+"/leaving", url.Values{"version": {h.version(rep)}, "leaving-on": {"2026-03-10"}, "leaving-why": {"resigned"}, "leaving-note": {"本人申请"}})
	plan := h.plan()
	plan.Set("term", "第二届")
	second := h.Post(h.staff, "/selections", plan)
	h.do(h.staff, second, "opening")
	for name, at := range map[string]string{
		"list": "/selections", "record": path, "recommending": second, "new": "/selections/new", "by": "/selections/by/new",
		"register": "/voter-representatives", "member": rep, "composition": "/voter-representatives/composition",
	} {
		b := h.Browser(h.staff)
		b.Desk().Go(at).Shot("/tmp/vt-" + name + ".png")
		b.Phone().Go(at).Fits().Shot("/tmp/vt-" + name + "-p.png")
	}
}
