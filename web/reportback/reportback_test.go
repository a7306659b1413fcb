package reportback_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/file"
	"portal/internal/poll"
	"portal/internal/reportback"
	webpoll "portal/web/poll"
	web "portal/web/reportback"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	s     *reportback.Store
	polls *poll.Store
	staff access.Actor
	n     int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s, h.polls = reportback.NewStore(h.DB, file.NewStore(h.DB, h.Now), h.Now), poll.NewStore(h.DB, h.Now)
	web.Register(h.Routes, h.s)
	webpoll.Register(h.Routes, h.polls)
	h.staff = h.Actor(access.Staff)
	return h
}

func (h *house) deputy(name string) access.Actor {
	h.Helper()
	h.n++
	a := h.Actor(access.Deputy)
	a.DeputyID = dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '第一选区', '市十七届', 'law', '2021-12-01', $3) RETURNING id`, h.Street, name, fmt.Sprint("d", h.n))
	return a
}

var day = time.Date(2026, 3, 12, 14, 50, 0, 0, dbtest.Now.Location())

func (h *house) form(deputies ...access.Actor) url.Values {
	h.n++
	form := url.Values{
		"key": {fmt.Sprint("k", h.n)}, "title": {"第一选区代表述职会"}, "district": {"第一选区"}, "held_on": {"2026-03-12"}, "starts_at": {"15:00"}, "ends_at": {"17:00"}, "place": {"岗贝社区"},
	}
	for _, d := range deputies {
		form.Add("deputies", fmt.Sprint(d.DeputyID))
	}
	return form
}

var versionOf = regexp.MustCompile(`name="version" value="(\d+)"`)

// move makes a move with the version that the page shows.
func (h *house) move(a access.Actor, at, name string, pairs ...string) (int, string) {
	h.Helper()
	form := url.Values{}
	if m := versionOf.FindStringSubmatch(h.Get(a, at)); m != nil {
		form.Set("version", m[1])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(name+"-"+pairs[i], pairs[i+1])
	}
	return h.Do(a, http.MethodPost, at+"/"+name, form)
}

func (h *house) done(a access.Actor, at, name string, pairs ...string) {
	h.Helper()
	if code, p := h.move(a, at, name, pairs...); code != http.StatusSeeOther {
		h.Fatalf("%s = %d: %s", name, code, webtest.Complaints(p))
	}
}

func (h *house) refused(a access.Actor, at, name, complaint string, pairs ...string) string {
	h.Helper()
	code, p := h.move(a, at, name, pairs...)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, complaint) {
		h.Errorf("%s = %d, want 422 with %q: %s", name, code, complaint, webtest.Complaints(p))
	}
	return p
}

// come has everybody on the list arrive.
func (h *house) come() {
	h.Helper()
	dbtest.Exec(h, h.Admin, `UPDATE attendances SET arrived_at = $1, arrived_how = 'hand' WHERE arrived_at IS NULL`, h.Time)
}

func (h *house) reportOf(a access.Actor) string {
	h.Helper()
	return "/reports-to-voters/" + dbtest.Scan[string](h, h.Admin, `SELECT id::text FROM deputy_reports WHERE deputy_id = $1 AND state <> 'dropped'`, a.DeputyID)
}

func TestForm(t *testing.T) {
	h := open(t)
	chen := h.deputy("陈𠮷")
	form := h.form()
	form.Set("ends_at", "14:00")
	code, p := h.Do(h.staff, http.MethodPost, "/reports-to-voters", form)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "请选择述职的代表") || !strings.Contains(p, `value="第一选区代表述职会"`) {
		t.Errorf("without a deputy = %d: %s", code, webtest.Complaints(p))
	}
	form = h.form(chen)
	form.Set("ends_at", "14:00")
	if code, p := h.Do(h.staff, http.MethodPost, "/reports-to-voters", form); code != http.StatusUnprocessableEntity || !strings.Contains(p, "结束时间要在开始时间之后") {
		t.Errorf("ends before it begins = %d: %s", code, webtest.Complaints(p))
	}
	form.Set("ends_at", "17:00")
	at := h.Post(h.staff, "/reports-to-voters", form)
	if again := h.Post(h.staff, "/reports-to-voters", form); again != at {
		t.Errorf("sent twice leads to %s and %s", at, again)
	}
	h.refused(h.staff, at, "audience", "没有新的人")
	h.done(h.staff, at, "audience", "guests", "𠮷田 岗贝社区\n䶮女士\n\n丙")
	later := []string{"held_on", "2026-03-13", "starts_at", "15:00", "ends_at", "17:00", "place", "𠮷田社区"}
	if p := h.refused(h.staff, at, "rescheduling", "请填写日期", append(later[2:], "held_on", "")...); !strings.Contains(p, `value="𠮷田社区"`) {
		t.Error("what was typed is lost")
	}
	h.done(h.staff, at, "rescheduling", later...)
	h.done(h.staff, at, "notice")
	h.refused(h.staff, at, "rescheduling", "请填写理由", append(later[:0:0], "held_on", "2026-03-12", "starts_at", "15:00", "ends_at", "17:00", "place", "岗贝社区")...)
	h.done(h.staff, at, "rescheduling", "held_on", "2026-03-12", "starts_at", "15:00", "ends_at", "17:00", "place", "岗贝社区", "why", "场地维修")
	code, p = h.Do(h.staff, http.MethodPost, at+"/audience", url.Values{"version": {"1"}, "audience-guests": {"戊"}, "audience-why": {"补请"}})
	if code != http.StatusConflict || !strings.Contains(p, "刚刚被别人改过") || !strings.Contains(p, "戊") {
		t.Errorf("a stale move = %d", code)
	}
	report := h.reportOf(chen)
	h.refused(chen, report, "text", "请填写述职报告")
	h.done(chen, report, "text", "text", "五年来走访 𠮷田 等选民 30 户。")
	if p := h.Get(chen, report); !strings.Contains(p, "走访 𠮷田 等选民") {
		t.Error("the text does not come back as it was written")
	}
	if code, _ := h.Do(h.deputy("周某"), http.MethodGet, report, nil); code != http.StatusNotFound {
		t.Errorf("a colleague reads what is not published: %d", code)
	}
	for _, path := range []string{at, report, at + "/document.docx", report + "/document.docx"} {
		if code, _ := h.Do(h.Other(access.Staff), http.MethodGet, path, nil); code != http.StatusNotFound {
			t.Errorf("another street opens %s: %d", path, code)
		}
	}
	if p := h.Get(h.staff, "/reports-to-voters/owing"); !strings.Contains(p, "周某") || !strings.Contains(p, "已超过") || !strings.Contains(p, "2026年3月12日述职会") {
		t.Error("who owes a report is not listed")
	}
	if csv := string(h.Raw(h.staff, "/reports-to-voters?format=csv")); !strings.Contains(csv, "陈𠮷,第一选区") {
		t.Errorf("csv = %s", csv)
	}
	if b := h.Raw(h.staff, at+"/document.docx"); len(b) < 1000 || string(b[:2]) != "PK" {
		t.Error("the notice is no document")
	}
}

func TestNasty(t *testing.T) {
	h := open(t)
	chen := h.deputy("陈某")
	h.AskAll(func(pattern string) string { return strings.ReplaceAll(pattern, "{id}", "999999") }, "version", "q", "state", "street", "from", "to", "after", "format", "key", "title", "held_on", "deputies")
	at := h.Post(h.staff, "/reports-to-voters", h.form(chen))
	for _, v := range webtest.Nasty {
		form := h.form(chen)
		for _, f := range []string{"title", "district", "held_on", "starts_at", "ends_at", "place"} {
			form.Set(f, v)
		}
		h.Do(h.staff, http.MethodPost, "/reports-to-voters", form)
	}
	nasty := func(a access.Actor, at string, moves ...string) {
		for _, name := range moves {
			for _, v := range webtest.Nasty {
				form := url.Values{}
				if m := versionOf.FindStringSubmatch(h.Get(a, at)); m != nil {
					form.Set("version", m[1])
				}
				for _, f := range []string{"guests", "representatives", "held_on", "starts_at", "ends_at", "place", "why", "text", "author", "answer", "remark"} {
					form.Set(name+"-"+f, v)
				}
				h.Do(a, http.MethodPost, at+"/"+name, form)
			}
		}
	}
	nasty(h.staff, at, "audience", "rescheduling")
	h.done(h.staff, at, "notice")
	nasty(h.staff, at, "audience", "rescheduling")
	report := h.reportOf(chen)
	nasty(chen, report, "text")
	h.Time = day
	h.done(h.staff, at, "opening")
	h.come()
	h.done(h.staff, report, "speech")
	nasty(h.staff, report, "question", "opinion", "answer")
}

var slipCode = regexp.MustCompile(`<p class="code">([0-9A-Z-]+)</p>`)

// The story in a browser: the office calls, the deputy writes, three voters rate on
// their phones, the result is published, an opinion is answered, the report archived.
func TestStory(t *testing.T) {
	h := open(t)
	chen := h.deputy("陈𠮷")
	h.deputy("周䶮")
	desk := h.Browser(h.staff).Desk()
	webtest.Look(desk, "reports-empty", "/reports-to-voters")
	webtest.Look(desk, "reports-new", "/reports-to-voters/new")
	desk.Desk().Go("/reports-to-voters/new").Fill("名称", "第一选区代表述职会").Fill("选区", "第一选区").Fill("日期", "2026-03-12").Fill("地点", "岗贝社区会议室").
		Check("陈𠮷（第一选区）").Press("保存").See("已计划", "待交报告")
	at := desk.Path()
	desk.Within("邀请选民", func() {
		desk.Fill("选民名单", "甲女士 岗贝社区\n乙先生\n丙女士").Press("邀请选民")
	}).See("邀请选民 3 人")
	desk.Within("发通知", func() { desk.Press("发通知") }).See("已通知")
	webtest.Look(desk, "report-session", at)
	report := h.reportOf(chen)
	phone := h.Browser(chen).Phone().Go(report).See("待交报告", "交述职报告")
	webtest.Look(phone, "report-due", report)
	phone.Phone().Go(report).Fill("述职报告", "任职以来收集意见 31 条，已解决 28 条。\n还没有做到：走访老旧小区不够多。").Press("交述职报告").See("已交报告")
	h.Time = day
	desk.Desk().Go(at).Within("开始述职会", func() { desk.Press("开始述职会") }).See("进行中")
	h.come()
	desk.Go(report).Within("登记口头述职", func() { desk.Press("登记口头述职") }).See("已口头述职")
	desk.Within("登记提问", func() {
		desk.Fill("提问", "河涌什么时候治好？").Fill("当场的回答", "已列入今年计划，年底完工。").Press("登记提问")
	}).See("河涌什么时候治好？")
	desk.Within("开始测评", func() { desk.Press("开始测评") }).See("正在测评", "应投 3 人")
	webtest.Look(desk, "report-rating", report)
	poll := "/polls/" + dbtest.Scan[string](t, h.Admin, `SELECT id::text FROM polls`)
	desk.Desk().Go(poll).Within("发投票码", func() { desk.Press("发投票码") }).See("沿线剪开")
	for i, m := range slipCode.FindAllStringSubmatch(desk.HTML(), -1) {
		voter := h.Browser(access.Resident(nil)).Phone().Go(poll+"/slip").Fill("投票码", m[1]).Press("打开选票")
		voter.Check([]string{"满意", "满意", "基本满意"}[i]).Press("投出").See("已投票，谢谢")
	}
	desk.Go(report).Lacks("满意 2").Within("结束测评并公布", func() { desk.Press("结束测评并公布") }).See("测评结果", "66.7%（2/3）")
	desk.Within("登记意见", func() { desk.Fill("意见", "请多到老旧小区走走").Press("登记意见") }).See("待书面反馈")
	desk.Go(at).Within("结束述职会", func() { desk.Press("结束述职会") }).See("已结束")
	webtest.Look(phone, "report-opinion", report)
	phone.Phone().Go(report).Within("书面反馈", func() {
		phone.Fill("书面反馈", "每季度走访一次，第一次在四月。").Press("书面反馈")
	}).See("每季度走访一次")
	desk.Go(report).Within("归档", func() { desk.Press("归档") }).See("已归档")
	webtest.Look(desk, "report-archived", report)
	webtest.Look(desk, "reports", "/reports-to-voters")
	webtest.Look(desk, "reports-owing", "/reports-to-voters/owing")
	resident := h.Browser(access.Resident(nil)).Phone()
	public := "/public" + report
	webtest.Look(resident, "reports-public", "/public/reports-to-voters")
	resident.Phone().Go(public).See("测评结果", "收集意见 31 条").Lacks("请多到老旧小区")
	webtest.Look(resident, "report-public", public)
	pages := map[string]string{"public": h.Get(access.Resident(nil), public), "as a deputy": h.Get(chen, report)}
	for _, path := range []string{at, report, "/reports-to-voters", "/reports-to-voters/owing", "/reports-to-voters/new"} {
		pages[path] = h.Get(h.staff, path)
	}
	webtest.Valid(t, pages)
	if b := h.Raw(h.staff, report+"/document.docx"); string(b[:2]) != "PK" {
		t.Error("the result sheet is no document")
	}
}
