package mandate_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/document/papertest"
	"portal/internal/file"
	"portal/internal/institution"
	"portal/internal/mandate"
	webinstitution "portal/web/institution"
	web "portal/web/mandate"
	"portal/web/page"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	table                   []page.Route
	office, leader          access.Actor
	staff, director, member access.Actor
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	web.Register(h.Routes, mandate.NewStore(h.DB, file.NewStore(h.DB, h.Now), h.Now))
	h.table = h.Routes.Table
	h.office, h.leader, h.staff, h.director = h.Actor(access.CityOffice), h.Actor(access.CityLeader), h.Actor(access.Staff), h.Actor(access.Director)
	h.member = h.Actor(access.Member)
	dbtest.InPost(t, h.Admin, h.Street, "director", "李䶮", &h.director, "2025-01-01")
	return h
}

func (h *house) form(mode, measure string) url.Values {
	f := url.Values{
		"key": {fmt.Sprint("k", time.Now().UnixNano())}, "mode": {mode}, "ground": {""}, "title": {"授权开展街道预算监督"}, "body": {"chairpersons"}, "decided_on": {"2026-02-27"},
		"streets": {strconv.FormatInt(h.Street, 10)}, "matters[0].subject": {"budget"}, "matters[0].content": {"对街道预算进行监督"},
		"matters[0].measures": {"hear_report", measure}, "matters[0].from_on": {"2026-01-01"}, "matters[0].report_by": {"2026-12-31"}, "matters[0].form": {"written"},
	}
	if mode != mandate.Package {
		f.Set("matters[0].object", "城市建设办公室")
		f.Set("matters[0].through_on", "2026-06-30")
	}
	return f
}

// press sends a move's form with the version that the page shows.
func (h *house) press(a access.Actor, at, action string, pairs ...string) (int, string) {
	h.Helper()
	body := h.Get(a, at)
	i := strings.Index(body, `action="`+action+`"`)
	if i < 0 {
		h.Fatalf("%s shows %s no form for %s", at, a.Role, action)
	}
	v := body[i:]
	v = v[strings.Index(v, `name="version" value="`)+len(`name="version" value="`):]
	f := url.Values{"version": {v[:strings.IndexByte(v, '"')]}}
	name := action[strings.LastIndexByte(action, '/')+1:]
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(name+"-"+pairs[i], pairs[i+1])
	}
	return h.Do(a, "POST", action, f)
}

func (h *house) done(a access.Actor, at, action string, pairs ...string) {
	h.Helper()
	if code, body := h.press(a, at, action, pairs...); code != http.StatusSeeOther {
		h.Fatalf("%s as %s = %d\n%s", action, a.Role, code, webtest.Complaints(body))
	}
}

// live is an authorisation that the street has signed for.
func (h *house) live(f url.Values) string {
	h.Helper()
	path := h.Post(h.office, "/mandates", f)
	h.done(h.office, path, path+"/submission")
	h.done(h.leader, path, path+"/approval")
	h.done(h.office, path, path+"/issue")
	h.done(h.staff, path, h.part(path)+"/receipt")
	return path
}

func (h *house) part(path string) string { return path + "/streets/" + strconv.FormatInt(h.Street, 10) }

func TestFollowedThroughItsPages(t *testing.T) {
	h := open(t)
	path := h.live(h.form(mandate.Package, "inspect_appraise"))
	act := func(measure string) (int, string) {
		return h.Do(h.staff, "POST", "/mandates/acts", url.Values{
			"key": {"a" + measure}, "title": {"听取报告"}, "measure": {measure}, "subject": {"budget"}, "object": {"城市建设办公室"}, "on": {"2026-03-02"},
		})
	}
	code, at := act("hear_report")
	if code != http.StatusSeeOther {
		t.Fatalf("a covered act = %d %s", code, webtest.Complaints(at))
	}
	h.done(h.staff, at, at+"/completion", "on", "2026-03-02", "result", "听取完毕，提出意见三条")
	if code, body := act("inquiry"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "没有授权“专题询问”") || !strings.Contains(body, "/mandate-requests/new?") {
		t.Errorf("an uncovered act = %d, says %s", code, webtest.Complaints(body))
	}
	if code, body := h.press(h.staff, path, h.part(path)+"/report", "matters", "1"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写报告正文") {
		t.Errorf("an empty report = %d", code)
	}
	h.done(h.staff, path, h.part(path)+"/report", "matters", "1", "text", "今年听取一次报告𠮷䶮")
	h.done(h.office, path, h.part(path)+"/return", "note", "补充整改情况")
	h.done(h.director, path, h.part(path)+"/report", "matters", "1", "text", "今年听取一次报告，整改三项")
	h.done(h.office, path, h.part(path)+"/acceptance", "note", "完整")
	body := h.Get(h.staff, path)
	for _, want := range []string{"执行中", "退回补充：补充整改情况", "验收。完整", "整改三项", "今年听取一次报告𠮷䶮"} {
		if !strings.Contains(body, want) {
			t.Errorf("the record lacks %q", want)
		}
	}
	if body := h.Get(h.staff, "/mandates/coverage?format=csv"); !strings.Contains(body, "授权开展街道预算监督") {
		t.Errorf("the matrix as a file = %s", body)
	}
	for _, p := range []string{"/mandates", "/mandates?on=2026-03-02", "/mandates?on=x", "/mandates/coverage", "/mandates/acts", "/mandates/acts?format=xlsx", "/mandates?format=xlsx", "/mandate-requests", "/mandates/check"} {
		h.Get(h.staff, p)
		h.Get(h.office, p)
	}
	if got := papertest.Render(t, h.Raw(h.staff, path+"/document.docx")); !strings.Contains(strings.Join(got.Text, ""), "一揽子授权") {
		t.Errorf("the notice reads %q", got.Text)
	}
}

func TestStaleKeepsWhatWasTyped(t *testing.T) {
	h := open(t)
	path := h.Post(h.office, "/mandates", h.form(mandate.Package, "inspect_appraise"))
	f := h.form(mandate.Package, "inspect_appraise")
	f.Set("version", "1")
	f.Set("title", "第一个人改的")
	h.Post(h.office, path, f)
	f.Set("title", "第二个人改的")
	if code, body := h.Do(h.office, "POST", path, f); code != http.StatusConflict || !strings.Contains(body, "第二个人改的") || !strings.Contains(body, "第一个人改的") {
		t.Errorf("stale save = %d", code)
	}
	if code, body := h.Do(h.office, "POST", path+"/dropping", url.Values{"version": {"1"}, "dropping-reason": {"我写的理由"}}); code != http.StatusConflict || !strings.Contains(body, "我写的理由") {
		t.Errorf("stale move = %d", code)
	}
}

// TestEveryRoute asks every route as every role, and each form with what is nasty.
func TestEveryRoute(t *testing.T) {
	h := open(t)
	path := h.live(h.form(mandate.Package, "inspect_appraise"))
	act := h.Post(h.staff, "/mandates/acts", url.Values{"key": {"a"}, "title": {"x"}, "measure": {"hear_report"}, "subject": {"budget"}, "object": {"x"}, "on": {"2026-03-02"}})
	ask := url.Values{"key": {"r"}, "title": {"x"}, "measure": {"inquiry"}, "subject": {"budget"}, "object": {"x"}, "on": {"2026-03-02"}, "content": {"c"}, "reason": {"r"}}
	req := h.Post(h.staff, "/mandate-requests", ask)
	address := func(pattern string) string {
		p := strings.Replace(pattern, "/mandates/acts/{id}", act, 1)
		p = strings.Replace(p, "/mandates/{id}", path, 1)
		p = strings.Replace(p, "/mandate-requests/{id}", req, 1)
		return strings.NewReplacer("{street}", strconv.FormatInt(h.Street, 10), "{report}", "1").Replace(p)
	}
	for _, route := range h.table {
		to := address(route.Pattern)
		for _, info := range access.Roles {
			a := h.Actor(info.Role)
			code, _ := h.Do(a, route.Method, to, url.Values{"version": {"999"}})
			if may := a.May(route.Need); may == (code == http.StatusForbidden) {
				t.Errorf("%s %s as %s = %d", route.Method, to, info.Role, code)
			}
		}
		for _, other := range []access.Actor{h.Other(access.Staff), h.Far(access.CityOffice)} {
			if strings.Contains(route.Pattern, "{id}") && other.May(route.Need) {
				if code, _ := h.Do(other, route.Method, to, url.Values{"version": {"1"}}); code != http.StatusNotFound {
					t.Errorf("%s %s as %s of elsewhere = %d", route.Method, to, other.Role, code)
				}
			}
		}
		var who access.Actor
		for _, a := range []access.Actor{h.staff, h.director, h.office, h.leader} {
			if a.May(route.Need) {
				who = a
			}
		}
		name := to[strings.LastIndexByte(to, '/')+1:]
		for _, v := range webtest.Nasty {
			f := url.Values{"version": {"1"}, "key": {"n"}}
			for _, k := range []string{"reason", "note", "text", "matters", "on", "result"} {
				f.Set(name+"-"+k, v)
			}
			for _, from := range []url.Values{h.form(mandate.Project, "inquiry"), ask, {"effective_on": nil, "reason": nil, "missing": nil, "act": nil, "state": nil, "year": nil, "q": nil, "from": nil, "to": nil, "after": nil, "street": nil, "gaps": nil}} {
				for k := range from {
					if k != "key" {
						f.Set(k, v)
					}
				}
			}
			if route.Method == http.MethodPost {
				h.Do(who, "POST", to, f)
			} else {
				h.Do(who, "GET", to+"?"+f.Encode(), nil)
			}
		}
	}
}

// law is a rule of the city in force, past its procedure, which is not what is tested here.
func (h *house) law() string {
	h.Helper()
	dbtest.Exec(h, h.Admin, fmt.Sprintf(`
		DO $$
		BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO institutions (city_id, street_id, tier, title, opened, published, key) SELECT city_id, 0, '1', '关于街道人大工作的意见', true, true, 'law' FROM streets WHERE id = %d;
			INSERT INTO institution_versions (street_id, institution_id, ordinal, opened, published, state, doc_number, signed_on, signer, signer_post_id, effective_on)
			SELECT 0, id, 1, true, true, 'in_force', '1号', '2019-06-27', 'x', 1, '2019-06-27' FROM institutions WHERE key = 'law';
			INSERT INTO institution_clauses (street_id, version_id, number, text)
			SELECT 0, v.id, n, '市人大常委会可以授权街道工委开展监督。' FROM institution_versions v, generate_series(1, 3) n;
		END $$`, h.Street))
	return "/institutions/" + strconv.FormatInt(dbtest.Scan[int64](h, h.Admin, `SELECT id FROM institutions WHERE key = 'law'`), 10)
}

// TestJourney clicks the whole way, each side doing its own steps: the city grants a
// package; the guard refuses what it lacks; the street asks, the city grants that one
// matter; the street acts and reports; the report goes back once and is accepted. What
// was done hangs on the clause on which it rests. No script of ours is needed.
func TestJourney(t *testing.T) {
	h := open(t)
	webinstitution.Register(h.Routes, institution.NewStore(h.DB, file.NewStore(h.DB, h.Now), h.Now))
	clause := h.law() + "/clauses/2"
	city, boss, street, chief := h.Browser(h.office).NoScript(), h.Browser(h.leader).NoScript(), h.Browser(h.staff).NoScript(), h.Browser(h.director).NoScript()

	city.Go("/mandates").Press("起草授权").Check("一揽子授权").Fill("标题", "授权开展街道预算监督").Fill("议定日期", "2026-02-27").Choose("依据的制度条款", "第二条").
		Check("东城街道").Choose("类别", "预算监督").Fill("授权内容", "对街道预算编制和执行情况开展监督").Check("听取报告").Check("预算监督").
		Fill("授权从", "2026-01-01").Fill("报告期限", "2026-12-31").Press("保存草稿").Await("草稿已保存").Press("送审").Await("审批中")
	path := city.Path()
	boss.Go(path).Within("退回修改", func() { boss.Fill("理由", "请写明监督方式𠮷䶮").Press("退回修改") })
	city.Go(path).See("请写明监督方式𠮷䶮").Press("修改草稿").Check("视察评议").Press("保存草稿").Press("送审").Await("审批中")
	boss.Go(path).Press("批准").Await("已批准")
	city.Go(path).Press("下达").Await("已下达").See("从条款到活动", "《关于街道人大工作的意见》第二条", "还没有开展")
	street.Go(path).Press("签收").Await("已签收")

	check := func() {
		street.Go("/mandates/check").Choose("监督方式", "专题询问").Choose("类别", "预算监督").Fill("监督对象", "城市建设办公室").Press("筛选")
	}
	check()
	street.Await("没有授权“专题询问”").Press("起草请示").Fill("拟开展的监督", "就2026年预算开展专题询问").Fill("理由", "代表普遍关注").Press("保存草稿").Await("待工委主任签发")
	request := street.Path()
	chief.Go(request).Press("签发").Await("已签发")
	street.Go(request).Press("报送").Await("已报送")
	city.Go(request).Press("起草授权").Await("一事一授权").Press("修改草稿").Fill("议定日期", "2026-03-02").Choose("依据的制度条款", "第二条").
		Press("保存草稿").Press("送审").Await("审批中")
	path = city.Path()
	boss.Go(path).Press("批准").Await("已批准")
	city.Go(path).Press("下达").Await("已下达")
	street.Go(path).Press("签收").Await("已签收")
	street.Go(request).See("已授权")
	check()
	street.Await("可以。").Press("登记监督活动").Fill("名称", "预算专题询问").Press("登记").Await("监督活动已登记").See("执行的条款", "第二条").
		Fill("完成日期", "2026-03-02").Fill("结果", "询问八个问题").Press("完成").Await("已完成")
	street.Go(path).See("2026年3月2日 东城街道 预算专题询问").Fill("报告正文", "已开展专题询问").Press("提交报告").Await("待市人大常委会办公室验收")
	city.Go(path).Within("退回补充", func() { city.Fill("要补充什么", "补充答复落实情况").Press("退回补充") })
	street.Go(path).See("退回补充", "补充答复落实情况").Fill("报告正文", "已开展专题询问，答复事项已落实").Press("提交报告").Await("已报告")
	city.Go(path).Within("验收", func() { city.Fill("验收意见", "内容完整").Press("验收") })
	street.Go(path).See("完结", "验收。内容完整")
	street.Go(clause).See("预算专题询问", "授权开展街道预算监督", "近一年 3 次")

	staff, office := h.Browser(h.staff), h.Browser(h.office)
	for name, p := range map[string]string{
		"mandates": "/mandates", "mandate": path, "coverage": "/mandates/coverage", "acts": "/mandates/acts", "act-new": "/mandates/acts/new",
		"check": "/mandates/check?measure=inquiry&subject=law_check&object=x&on=2026-03-02", "request": request, "requests": "/mandate-requests", "clause": clause,
	} {
		webtest.Look(staff, "mandate-"+name, p)
	}
	webtest.Look(office, "mandate-new", "/mandates/new")
	webtest.Look(office, "mandate-city", path)
}
