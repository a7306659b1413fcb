package plan_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/web/webtest"
)

func (h *house) deputy(name string) access.Actor {
	h.Helper()
	a := h.Actor(access.Deputy)
	a.DeputyID = dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '第一选区', '市十七届', 'law', '2021-12-01', gen_random_uuid()::text) RETURNING id`, h.Street, name)
	return a
}

// A deputy proposes; the office makes an item of it, puts another under it and
// declines a third; the deputy reads what became of each.
func TestIdeaStory(t *testing.T) {
	h := open(t)
	h.Time = time.Date(2025, 11, 12, 10, 0, 0, 0, calendar.Zone)
	chen := h.deputy("陈𠮷")
	d := h.Browser(chen)
	webtest.Look(d, "ideas-empty", "/plans/ideas")
	d.Go("/plans/ideas").See("正在征集2026年度计划的提议，11月30日截止").Press("提议一项工作").Press("提交").See("请填写")
	d.Fill("工作内容", "电动自行车充电设施调研").Choose("类型", "专题调研").Choose("建议的月份", "4月").Fill("理由", "群众反映集中").Press("提交").See("已提交", "待答复")
	idea := d.Path()
	webtest.Look(d, "idea-open", idea)
	webtest.Look(d, "idea-form", "/plans/ideas/new")
	other := h.Post(chen, "/plans/ideas", url.Values{"key": {"b"}, "year": {"2026"}, "theme": {"扩建公园"}, "kind": {"other"}, "reason": {"社区没有公园"}})
	third := h.Post(chen, "/plans/ideas", url.Values{"key": {"c"}, "year": {"2026"}, "theme": {"充电桩安全检查"}, "kind": {"inspection"}, "reason": {"火灾隐患"}})

	at := h.drafted()
	b := h.Browser(h.staff)
	b.Go(idea).Press("列为计划条目").Fill("预期成果", "调研报告一份").Fill("责任人", "城建小组组长").Press("保存条目").See("已列为计划条目", "已采纳", "陈𠮷")
	h.done(other, "declination", "why", "属于规划部门的职责")
	code, p := h.Do(h.staff, http.MethodPost, third+"/declination", url.Values{"version": {"1"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "理由") {
		t.Errorf("declined without a reason = %d %s", code, webtest.Complaints(p))
	}
	item := dbtest.Scan[string](t, h.Admin, `SELECT id::text FROM plan_items WHERE theme = '电动自行车充电设施调研'`)
	h.done(third, "inclusion", "item", item)
	webtest.Look(b, "ideas", "/plans/ideas")
	webtest.Look(b, "idea-adopted", idea)
	b.Go("/plans/items/"+item).See("代表提议", "陈𠮷")
	d.Go("/plans/ideas").See("已采纳", "已列入草案", "未采纳", "属于规划部门的职责")
	if p := h.Get(chen, idea); strings.Contains(p, "/plans/items/") {
		t.Error("the deputy finds the item before the plan is passed")
	}
	h.move(h.staff, at, "consultation")
	h.move(h.party, at, "opinion", "dated_on", "2025-11-12", "text", "同意")
	h.move(h.staff, at, "submission")
	h.move(h.staff, at, "deliberation", "met_on", "2025-11-12", "chair", dbtest.Scan[string](t, h.Admin, `SELECT id::text FROM posts WHERE post = 'director'`), "present", "9", "for", "9", "verdict", "passed")
	d.Go(idea).Press("4月 电动自行车充电设施调研").See("调研报告一份", "代表提议")
	book, err := excelize.OpenReader(bytes.NewReader(h.Raw(h.staff, "/plans/ideas?format=xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	if lines, err := book.GetRows(book.GetSheetName(0)); err != nil || len(lines) != 4 || lines[1][2] != "陈𠮷" {
		t.Errorf("the export = %v, %v", lines, err)
	}
}

func (h *house) done(at, name string, pairs ...string) {
	h.Helper()
	h.move(h.staff, at, name, pairs...)
}

// Whatever is typed is refused in words; nothing typed is lost.
func TestIdeaForms(t *testing.T) {
	h := open(t)
	h.Time = time.Date(2025, 11, 12, 10, 0, 0, 0, calendar.Zone)
	chen := h.deputy("陈某")
	good := func() url.Values {
		return url.Values{"key": {"k"}, "year": {"2026"}, "month": {"3"}, "theme": {"䶮社区调研"}, "kind": {"study"}, "reason": {"理由甲"}}
	}
	idea := h.Post(chen, "/plans/ideas", good())
	if again := h.Post(chen, "/plans/ideas", good()); again != idea {
		t.Errorf("sent twice = %s and %s", idea, again)
	}
	for name, v := range map[string]string{"year": "2031", "month": "13", "theme": "", "kind": "party", "reason": ""} {
		f := good()
		f.Set("key", name)
		f.Set(name, v)
		code, p := h.Do(chen, http.MethodPost, "/plans/ideas", f)
		if code != http.StatusUnprocessableEntity || name != "theme" && !strings.Contains(p, "䶮社区调研") {
			t.Errorf("a bad %s = %d %s", name, code, webtest.Complaints(p))
		}
	}
	h.drafted()
	f := h.item()
	f.Set("version", "1")
	f.Set("month", "")
	if code, p := h.Do(h.staff, http.MethodPost, idea+"/adoption", f); code != http.StatusUnprocessableEntity || !strings.Contains(p, "𠮷田社区养老调研") {
		t.Errorf("a bad item = %d %s", code, webtest.Complaints(p))
	}
	for _, v := range webtest.Nasty {
		f := url.Values{"key": {v}, "year": {v}, "month": {v}, "theme": {v}, "kind": {v}, "reason": {v}}
		h.Do(chen, http.MethodPost, "/plans/ideas", f)
		for _, one := range []string{"year", "month", "theme", "kind", "reason"} {
			f := good()
			f.Set("key", "n"+one)
			f.Set(one, v)
			h.Do(chen, http.MethodPost, "/plans/ideas", f)
		}
		h.Do(h.staff, http.MethodPost, idea+"/adoption", url.Values{"version": {"1"}, "month": {v}, "theme": {v}, "kind": {v}, "basis": {v}, "matter": {v}, "group": {v}, "owner": {v}, "output": {v}, "key": {v}})
		h.Do(h.staff, http.MethodPost, idea+"/inclusion", url.Values{"version": {"1"}, "inclusion-item": {v}})
		h.Do(h.staff, http.MethodPost, idea+"/declination", url.Values{"version": {v}, "declination-why": {v}})
		h.Get(h.staff, "/plans/ideas?year="+url.QueryEscape(v)+"&state="+url.QueryEscape(v)+"&after="+url.QueryEscape(v))
	}
	h.done(idea, "declination", "why", "已有安排")
	f.Set("month", "5")
	if code, p := h.Do(h.staff, http.MethodPost, idea+"/adoption", f); code != http.StatusConflict || !strings.Contains(p, "𠮷田社区养老调研") || !strings.Contains(p, "已有安排") {
		t.Errorf("adopted after it was declined = %d", code)
	}
	h.Time = time.Date(2025, 12, 2, 10, 0, 0, 0, calendar.Zone)
	if p := h.Get(chen, "/plans/ideas"); !strings.Contains(p, "2026年11月1日至2026年11月30日征集") || strings.Contains(p, "/plans/ideas/new") {
		t.Error("after the window the list still asks for ideas")
	}
}
