package plan_test

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
	"portal/internal/document/papertest"
	"portal/internal/file"
	"portal/internal/plan"
	"portal/internal/procedure"
	web "portal/web/plan"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	n                              int
	staff, director, party, office access.Actor
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.Time = time.Date(2025, 12, 1, 10, 0, 0, 0, calendar.Zone)
	web.Register(h.Routes, plan.NewStore(h.DB, file.NewStore(h.DB, h.Now), h.Now))
	h.staff, h.director, h.party, h.office = h.Actor(access.Staff), h.Actor(access.Director), h.Actor(access.PartyReader), h.Actor(access.CityOffice)
	dbtest.InPost(t, h.Admin, h.Street, "director", "李䶮", &h.director, "2020-01-01")
	for i := range 10 {
		dbtest.InPost(t, h.Admin, h.Street, "member", fmt.Sprint("委员", i), nil, "2020-01-01")
	}
	return h
}

func (h *house) item() url.Values {
	h.n++
	return url.Values{
		"key": {fmt.Sprint("k", h.n)}, "month": {"5"}, "theme": {"𠮷田社区养老调研"}, "kind": {"study"}, "basis": {"duty"}, "owner": {"李䶮"}, "output": {"调研报告一份"},
	}
}

func (h *house) drafted() string {
	h.Helper()
	at := h.Post(h.staff, "/plans", url.Values{"key": {"p"}, "year": {"2026"}})
	h.Post(h.staff, at+"/items", h.item())
	return at
}

// move makes a move that must be accepted, with the version that the page shows.
func (h *house) move(a access.Actor, at, name string, pairs ...string) {
	h.Helper()
	h.Post(a, at+"/"+name, h.sent(a, at, name, pairs...))
}

func (h *house) sent(a access.Actor, at, name string, pairs ...string) url.Values {
	h.Helper()
	form := url.Values{}
	if m := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(h.Get(a, at)); m != nil {
		form.Set("version", m[1])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(name+"-"+pairs[i], pairs[i+1])
	}
	return form
}

func TestForms(t *testing.T) {
	h := open(t)
	code, p := h.Do(h.staff, http.MethodPost, "/plans", url.Values{"key": {"x"}, "year": {"两千"}, "preamble": {"总体要求甲"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, `value="两千"`) || !strings.Contains(p, "总体要求甲") {
		t.Errorf("a bad year = %d %s", code, webtest.Complaints(p))
	}
	at := h.drafted()
	bad := h.item()
	bad.Set("kind", "budget")
	bad.Set("month", "13")
	code, p = h.Do(h.staff, http.MethodPost, at+"/items", bad)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "𠮷田社区养老调研") || !strings.Contains(p, "月份") {
		t.Errorf("a bad item = %d %s", code, webtest.Complaints(p))
	}
	bad.Set("month", "8")
	code, p = h.Do(h.staff, http.MethodPost, at+"/items", bad)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "拟请示授权") {
		t.Errorf("supervision as own duty = %d %s", code, webtest.Complaints(p))
	}
	item := "/plans/items/" + fmt.Sprint(dbtest.Scan[int64](t, h.Admin, `SELECT id FROM plan_items`))
	edit := h.item()
	edit.Set("version", "1")
	edit.Set("theme", "改过一次")
	h.Post(h.staff, item, edit)
	edit.Set("theme", "再改一次")
	code, p = h.Do(h.staff, http.MethodPost, item, edit)
	if code != http.StatusConflict || !strings.Contains(p, "改过一次") || !strings.Contains(p, `value="再改一次"`) {
		t.Errorf("a stale item = %d", code)
	}
	code, p = h.Do(h.staff, http.MethodPost, at, url.Values{"version": {"1"}, "preamble": {"我写的要求"}})
	if code != http.StatusConflict || !strings.Contains(p, "我写的要求") {
		t.Errorf("a stale preamble = %d", code)
	}
	code, p = h.Do(h.staff, http.MethodPost, at+"/consultation", url.Values{"version": {"1"}})
	if code != http.StatusConflict || !strings.Contains(p, "刚刚被别人改过") {
		t.Errorf("a stale move = %d", code)
	}
}

// The story: items, the Party working committee's opinion, its adoption, the meeting,
// filing, issue, progress, a change, the summary; and what residents read.
func TestStory(t *testing.T) {
	h := open(t)
	b := h.Browser(h.staff)
	webtest.Look(b, "plans-empty", "/plans")
	b.Go("/plans").Press("起草计划").Fill("总体要求", "围绕中心工作").Press("保存草案").See("已起草", "还没有条目")
	at := b.Path()
	b.Press("增加条目").Choose("月份", "5月").Choose("类型", "专题调研").Fill("工作内容", "社区养老服务专题调研").Fill("预期成果", "调研报告一份").Fill("责任人", "李䶮")
	webtest.Look(h.Browser(h.staff), "plan-item-form", at+"/items/new")
	b.Press("保存条目").See("已增加条目", "社区养老服务专题调研")
	b.Within("征求党工委意见", func() { b.Press("征求党工委意见") })
	b.See("待街道党工委书面反馈意见", "函")

	p := h.Browser(h.party).Go(at)
	webtest.Look(p, "plan-consulting", at)
	p.Go(at).Within("反馈书面意见", func() {
		p.Fill("意见正文", "总体同意，提一点意见。").Fill("逐条意见", "突出民生实事").Press("反馈书面意见")
	})
	p.See("突出民生实事", "待说明")
	b.Go(at).See("还有 1 条意见待说明采纳情况").Lacks("提请主任会议审议")
	b.Within("说明采纳情况", func() { b.Check("采纳").Press("说明采纳情况") })
	b.Within("提请主任会议审议", func() { b.Press("提请主任会议审议") })
	decide := func(name string, present, inFavour string) {
		b.Within(name, func() {
			b.Choose("主持人", "主任 李䶮").Fill("实到人数", present).Fill("赞成人数", inFavour).Check("通过").Press(name)
		})
	}
	decide("登记审议结果", "9", "5")
	b.See("通过至少要 6 人赞成")
	decide("登记审议结果", "9", "6")
	b.See("已通过", "应到 11 人，实到 9 人，赞成 6 人")
	b.Within("报市人大常委会", func() { b.Press("报市人大常委会") })
	c := h.Browser(h.office).Go(at)
	c.Within("收文", func() { c.Fill("意见", "建议增加预算监督").Press("收文") })
	c.See("建议增加预算监督")
	d := h.Browser(h.director).Go(at)
	d.Within("印发", func() { d.See("向社会公开").Press("印发") })
	d.See("执行", "莞人东城工委〔2025〕")

	h.Time = time.Date(2026, 6, 8, 10, 0, 0, 0, calendar.Zone)
	b.Go(at).See("逾期")
	b.Within("登记进度", func() {
		b.Choose("条目", "5月 社区养老服务专题调研").Choose("月份", "5月").Check("进行中").Fill("进展情况", "走访三个社区").Press("登记进度")
	})
	b.Within("提出调整", func() { b.Fill("调整的理由", "上级部署专项工作").Press("提出调整") })
	b.Press("社区养老服务专题调研").See("走访三个社区").Press("修改条目").Choose("月份", "9月").Fill("为什么改", "与市里的调研合并").Press("保存条目")
	b.See("待审议", "与市里的调研合并")
	webtest.Look(b, "plan-adjusting", at)
	b.Go(at)
	decide("登记调整的审议结果", "10", "9")
	b.See("第2版", "9月")
	webtest.Look(b, "plan-edition", at+"/editions/1")
	b.Go(at+"/editions/1").See("5月", "社区养老服务专题调研")
	webtest.Look(b, "plan-item", "/plans/items/"+fmt.Sprint(dbtest.Scan[int64](t, h.Admin, `SELECT id FROM plan_items`)))
	b.See("第1版", "第2版", "与市里的调研合并")

	h.Time = time.Date(2026, 12, 21, 10, 0, 0, 0, calendar.Zone)
	b.Go(at).Within("起草总结", func() { b.Press("起草总结") })
	b.See("应完成 1 项，完成 0 项，未完成 1 项")
	r := h.Browser(access.Resident(nil)).Go("/public/plans")
	webtest.Look(r, "plans-public", "/public/plans")
	r.Press("东城街道2026年度人大工作计划").See("社区养老服务专题调研").Lacks("未完成 1 项", "李䶮")
	public := r.Path()
	d.Go(at).Within("审定总结", func() { d.Press("审定总结") })
	r.Go(public).See("未完成 1 项")
	webtest.Look(r, "plan-public", public)
	b.Go(at).Within("归档", func() { b.Press("归档") })
	b.See("已归档", "保管期限永久")
	webtest.Look(b, "plan-archived", at)
	webtest.Look(b, "plans", "/plans")
}

func TestPapers(t *testing.T) {
	h := open(t)
	at := h.drafted()
	if code, _ := h.Do(h.staff, http.MethodGet, at+"/letter.docx", nil); code != http.StatusNotFound {
		t.Errorf("a letter that was not sent = %d", code)
	}
	h.move(h.staff, at, "consultation")
	h.move(h.party, at, "opinion", "dated_on", "2025-12-01", "text", "总体同意", "points", "突出民生实事")
	point := fmt.Sprint(dbtest.Scan[int64](t, h.Admin, `SELECT id FROM plan_points`))
	h.move(h.staff, at, "answer", "point", point, "answer", "partly", "reason", "先做一半")
	h.move(h.staff, at, "submission")
	chair := fmt.Sprint(dbtest.Scan[int64](t, h.Admin, `SELECT id FROM posts WHERE post = 'director'`))
	h.move(h.staff, at, "deliberation", "met_on", "2025-12-01", "chair", chair, "present", "9", "for", "8", "verdict", "passed")
	h.move(h.staff, at, "filing")
	h.move(h.director, at, "issue")
	for _, x := range []struct {
		paper string
		want  []string
	}{
		{"document.docx", []string{"人大东城街道工委文件", "关于印发2026年度工作计划的通知", "征求了街道党工委意见", "𠮷田社区养老调研", "5月", "调研报告一份"}},
		{"letter.docx", []string{"关于征求2026年度工作计划意见的函", "东城街道党工委", "（草案）"}},
		{"report.docx", []string{"关于报送2026年度工作计划的报告", "签发人", "街道党工委意见采纳情况", "部分采纳：先做一半"}},
	} {
		r := papertest.Render(t, h.Raw(h.staff, at+"/"+x.paper))
		all := strings.NewReplacer(" ", "", "\n", "").Replace(strings.Join(r.Text, ""))
		for _, want := range x.want {
			if !strings.Contains(all, want) {
				t.Errorf("%s lacks %q:\n%s", x.paper, want, all)
			}
		}
	}
	if csv := string(h.Raw(h.staff, at+"?format=csv")); !strings.Contains(csv, "𠮷田社区养老调研") {
		t.Errorf("the sheet lacks the item: %s", csv)
	}
}

func TestAsk(t *testing.T) {
	h := open(t)
	h.drafted()
	h.AskAll(func(pattern string) string {
		return strings.NewReplacer("{id}", "999999", "{ordinal}", "1").Replace(pattern)
	},
		"key", "version", "year", "preamble", "copy", "month", "theme", "kind", "basis", "matter", "group", "owner", "output", "reason", "street", "state", "after", "format")
}

// Bad input into each move's form and into the forms of items is a complaint, never
// an internal error.
func TestNasty(t *testing.T) {
	h := open(t)
	at := h.drafted()
	item := "/plans/items/" + fmt.Sprint(dbtest.Scan[int64](t, h.Admin, `SELECT id FROM plan_items`))
	for _, v := range webtest.Nasty {
		form := h.item()
		form.Set("version", "1")
		for _, f := range []string{"month", "theme", "kind", "basis", "matter", "group", "owner", "output", "reason", "key"} {
			was := form.Get(f)
			form.Set(f, v)
			h.Do(h.staff, http.MethodPost, item, form)
			form.Set(f, was)
		}
	}
	for _, state := range []string{"draft", "consulting", "revising", "deliberating", "executing", "adjusting", "summarising"} {
		dbtest.Exec(t, h.Admin, `BEGIN; SET LOCAL session_replication_role = replica; ALTER TABLE plans DROP CONSTRAINT IF EXISTS plans_passed, DROP CONSTRAINT IF EXISTS plans_consulted,
			DROP CONSTRAINT IF EXISTS plans_filed, DROP CONSTRAINT IF EXISTS plans_issued, DROP CONSTRAINT IF EXISTS plans_adjusted_with_reason; UPDATE plans SET state = '`+state+`'; COMMIT`)
		for _, m := range plan.Procedure.Moves {
			if !plan.Procedure.Allows(m.Name, procedure.State(state)) || m.To != nil && m.Name != "opinion" && m.Name != "deliberation" && m.Name != "adjustment-decision" {
				continue // what reads no fields
			}
			for _, v := range webtest.Nasty {
				form := url.Values{"version": {fmt.Sprint(dbtest.Scan[int](t, h.Admin, `SELECT version FROM plans`))}}
				for _, f := range []string{"item", "dated_on", "number", "text", "points", "point", "answer", "reason", "met_on", "chair", "present", "for", "verdict", "note", "comment", "month", "status", "why", "change", "retention"} {
					form.Set(m.Name+"-"+f, v)
				}
				h.Do(h.staff, http.MethodPost, at+"/"+m.Name, form)
			}
		}
	}
}
