package activity_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/internal/deadline"
	"portal/internal/document/papertest"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/mandate"
	web "portal/web/activity"
	webdeadline "portal/web/deadline"
	webgathering "portal/web/gathering"
	webmandate "portal/web/mandate"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	n                       int
	m                       *mandate.Store
	staff, director, deputy access.Actor
	unit                    access.Actor
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	files := file.NewStore(h.DB, h.Now)
	h.m = mandate.NewStore(h.DB, files, h.Now)
	web.Register(h.Routes, activity.NewStore(h.DB, files, h.Now))
	webgathering.Register(h.Routes, gathering.NewStore(h.DB, h.Now))
	webmandate.Register(h.Routes, h.m)
	webdeadline.Register(h.Routes, deadline.NewStore(h.DB, h.Now))
	h.staff, h.director, h.unit = h.Actor(access.Staff), h.Actor(access.Director), h.Actor(access.Unit)
	dbtest.InPost(t, h.Admin, h.Street, "director", "黄主任", &h.director, "2021-12-01")
	h.deputy = h.newDeputy("𠮷田光")
	h.newDeputy("䶮明")
	return h
}

func (h *house) newDeputy(name string) access.Actor {
	h.Helper()
	a := h.Actor(access.Deputy)
	a.Name = name
	a.DeputyID = dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '第一选区', '市十七届', 'law', '2021-12-01', $2) RETURNING id`, h.Street, name)
	return a
}

func (h *house) pass(days int) { h.Time = h.Time.AddDate(0, 0, days) }

func (h *house) day(days int) string {
	return calendar.ISO(calendar.AddDays(calendar.On(h.Time), days))
}

func (h *house) form(kind string, days int) url.Values {
	h.n++
	f := url.Values{
		"key": {fmt.Sprint("k", h.n)}, "kind": {kind}, "title": {"视察黄沙河整治"}, "themes": {"水污染治理、河长制"}, "place": {"黄沙河东城段"}, "outside_plan": {"群众反映集中"},
		"starts_on": {h.day(days)}, "starts_at": {"09:55"}, "ends_at": {"11:30"}, "teams": {"deputy"},
	}
	if activity.Supervises(kind) {
		f.Set("unit", fmt.Sprint(h.Unit))
	}
	return f
}

var versionOf = regexp.MustCompile(`name="version" value="(\d+)"`)

func (h *house) filled(a access.Actor, at, name string, pairs ...string) url.Values {
	h.Helper()
	form := url.Values{}
	if m := versionOf.FindStringSubmatch(h.Get(a, at)); m != nil {
		form.Set("version", m[1])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(name+"-"+pairs[i], pairs[i+1])
	}
	return form
}

// move makes a move that must be accepted, with the version that the page shows.
func (h *house) move(a access.Actor, at, name string, pairs ...string) {
	h.Helper()
	h.Post(a, at+"/"+name, h.filled(a, at, name, pairs...))
}

func (h *house) refused(a access.Actor, at, name, complaint string, pairs ...string) {
	h.Helper()
	code, p := h.Do(a, http.MethodPost, at+"/"+name, h.filled(a, at, name, pairs...))
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, complaint) {
		h.Errorf("%s = %d, want 422 with %q: %s", name, code, complaint, webtest.Complaints(p))
	}
}

func (h *house) authorised() {
	h.Helper()
	ctx, office := h.Context(), h.Actor(access.CityOffice)
	day := func(s string) time.Time { d, _ := calendar.Parse(s); return d }
	must := func(err error) {
		h.Helper()
		if err != nil {
			h.Fatal(err)
		}
	}
	id, err := h.m.DraftMandate(ctx, office, "m", mandate.Terms{
		Mode: mandate.Package, Title: "授权开展工作评议", Body: "chairpersons", Meeting: "第三十次", DecidedOn: day("2026-02-27"), Basis: "意见", BasisClause: "第三条",
		Streets: []int64{h.Street}, Matters: []mandate.Matter{{
			Subject: "appraisal", Content: "对街道办事处部门开展工作评议", Measures: []string{"inspect_appraise"}, FromOn: day("2026-01-01"), ReportBy: day("2026-12-31"), Form: "written",
		}},
	})
	must(err)
	step := func() mandate.Step {
		return mandate.Step{ID: id, StreetID: h.Street, Version: dbtest.Scan[int](h, h.Admin, `SELECT version FROM mandates WHERE id = $1`, id)}
	}
	must(h.m.Submit(ctx, office, step()))
	must(h.m.Approve(ctx, h.Actor(access.CityLeader), step()))
	must(h.m.Issue(ctx, office, step()))
	must(h.m.Receive(ctx, h.staff, mandate.Step{ID: id, StreetID: h.Street, Version: dbtest.Scan[int](h, h.Admin, `SELECT version FROM mandate_streets WHERE mandate_id = $1`, id)}))
}

// took brings a new activity to its end: one of those called came.
func (h *house) took(kind string) (at string) {
	h.Helper()
	at = h.Post(h.staff, "/activities", h.form(kind, 4))
	h.move(h.staff, at, "submission")
	h.move(h.director, at, "approval")
	h.move(h.staff, at, "notice")
	h.pass(4)
	h.move(h.staff, at, "opening")
	g := dbtest.Scan[int64](h, h.Admin, `SELECT max(id) FROM gatherings`)
	h.move(h.staff, fmt.Sprint("/gatherings/", g), "attendance", "which", "1")
	h.move(h.staff, at, "closure")
	return at
}

func (h *house) forwarded(kind string) (at string) {
	h.Helper()
	at = h.took(kind)
	h.move(h.staff, at, "record", "summary", "看了三处排口。", "visited", "黄沙河泵站", "findings", "截污管网有一处错接\n\n建议每月公布水质")
	h.move(h.staff, at, "report", "text", "总体情况良好。")
	h.move(h.director, at, "forwarding", "units", fmt.Sprint(h.Unit), "content", "请研究处理")
	return at
}

func TestForms(t *testing.T) {
	h := open(t)
	bad := h.form(activity.Study, 4)
	bad.Set("title", "")
	bad.Set("starts_at", "25:99")
	bad.Set("place", "黄沙河\x00")
	code, p := h.Do(h.staff, http.MethodPost, "/activities", bad)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "请填写名称") || !strings.Contains(p, "水污染治理、河长制") {
		t.Errorf("a bad form = %d %s", code, webtest.Complaints(p))
	}
	f := h.form(activity.Study, 4)
	at := h.Post(h.staff, "/activities", f)
	if again := h.Post(h.staff, "/activities", f); again != at {
		t.Errorf("sent twice it made %s and %s", at, again)
	}
	edit := h.Get(h.staff, at+"/edit")
	f.Set("version", versionOf.FindStringSubmatch(edit)[1])
	f.Set("title", "𠮷田的调研")
	h.Post(h.staff, at, f)
	f.Set("title", "又一个名称")
	code, p = h.Do(h.staff, http.MethodPost, at, f)
	if code != http.StatusConflict || !strings.Contains(p, "𠮷田的调研") || !strings.Contains(p, `value="又一个名称"`) {
		t.Errorf("a stale revision = %d", code)
	}
	code, p = h.Do(h.staff, http.MethodPost, at+"/cancellation", url.Values{"version": {"1"}, "cancellation-why": {"不办了"}})
	if code != http.StatusConflict || !strings.Contains(p, "刚刚被别人改过") || !strings.Contains(p, "不办了") {
		t.Errorf("a stale cancellation = %d", code)
	}
	h.refused(h.staff, at, "cancellation", "请填写取消的理由")
	appraisal := h.form(activity.Appraisal, 4)
	appraisal.Del("unit")
	if code, p := h.Do(h.staff, http.MethodPost, "/activities", appraisal); code != http.StatusUnprocessableEntity || !strings.Contains(p, "请选择被监督的单位") {
		t.Errorf("an appraisal of nobody = %d %s", code, webtest.Complaints(p))
	}
}

// Every move of the procedure has a route that reads its form.
func TestEveryMoveIsServed(t *testing.T) {
	h := open(t)
	at := h.Post(h.staff, "/activities", h.form("walk", 4))
	for _, m := range activity.Procedure.Moves {
		for _, role := range access.Roles {
			a := h.Actor(role.Role)
			code, _ := h.Do(a, http.MethodPost, at+"/"+m.Name, url.Values{"version": {"99"}})
			if code == http.StatusNotFound && a.Role == access.Staff || code == http.StatusMethodNotAllowed {
				t.Errorf("%s as %s = %d", m.Name, a.Role, code)
			}
			if !a.May(m.Need) && code != http.StatusForbidden {
				t.Errorf("%s as %s = %d, want 403", m.Name, a.Role, code)
			}
		}
	}
}

func TestOtherStreetSeesNothing(t *testing.T) {
	h := open(t)
	at := h.forwarded(activity.Study)
	for _, role := range []access.Role{access.Staff, access.Director, access.Unit, access.OfficeDispatch, access.Deputy, access.Member} {
		other := h.Other(role)
		for _, path := range []string{at, at + "/document.docx", at + "/letter.docx"} {
			if code, _ := h.Do(other, http.MethodGet, path, nil); code != http.StatusNotFound {
				t.Errorf("%s as %s of another street = %d, want 404", path, role, code)
			}
		}
		if body := h.Get(other, "/activities"); strings.Contains(body, "黄沙河") {
			t.Errorf("%s of another street lists it", role)
		}
	}
	if code, _ := h.Do(h.Far(access.CityDeputy), http.MethodGet, at, nil); code != http.StatusNotFound {
		t.Errorf("another city opens it: %d", code)
	}
	if body := h.Get(access.Resident(nil), "/public/activities"); strings.Contains(body, "黄沙河") {
		t.Error("residents read what is not archived")
	}
}

func TestNasty(t *testing.T) {
	h := open(t)
	h.authorised()
	draft := h.Post(h.staff, "/activities", h.form("walk", 4))
	ended := h.took(activity.Appraisal)
	sent := h.forwarded(activity.Study)
	h.AskAll(func(pattern string) string {
		return strings.NewReplacer("{id}", "999999", "{token}", "x", "{who}", "1").Replace(pattern)
	},
		"version", "view", "state", "kind", "class", "theme", "group", "unit", "street", "from", "to", "q", "after", "to")
	for _, v := range webtest.Nasty {
		f := url.Values{}
		for _, name := range []string{
			"key", "version", "kind", "title", "purpose", "themes", "group", "parent", "partners", "plan_item", "outside_plan", "supervises", "subject", "unit", "concentrated", "place",
			"starts_on", "starts_at", "ends_on", "ends_at", "teams",
		} {
			f.Set(name, v)
		}
		h.Do(h.staff, http.MethodPost, "/activities", f)
		h.Do(h.staff, http.MethodPost, draft, f)
		// one field at a time beside good ones
		for name := range h.form(activity.Inspection, 4) {
			g := h.form(activity.Inspection, 4)
			g.Set(name, v)
			g.Set("parent", v)
			h.Do(h.staff, http.MethodPost, "/activities", g)
		}
		for _, at := range []string{draft, ended, sent} {
			for _, m := range activity.Procedure.Moves {
				for _, a := range []access.Actor{h.staff, h.director, h.unit} {
					if !a.May(m.Need) || a.Role == access.Director && h.staff.May(m.Need) {
						continue
					}
					form := url.Values{"version": {dbtest.Scan[string](t, h.Admin, `SELECT version::text FROM activities WHERE id = $1::bigint`, strings.TrimPrefix(at, "/activities/"))}}
					for _, name := range []string{"note", "reason", "why", "text", "who", "summary", "visited", "findings", "units", "content", "own-1", "forwarding", "starts_on", "starts_at", "ends_on", "ends_at", "place"} {
						form.Set(m.Name+"-"+name, v)
					}
					if m.Name == "submission" || m.Name == "archive" || m.Name == "feedback" || m.Name == "cancellation" {
						form.Set("version", v)
					}
					h.Do(a, http.MethodPost, at+"/"+m.Name, form)
				}
			}
		}
	}
}

func TestPapers(t *testing.T) {
	h := open(t)
	h.authorised()
	at := h.forwarded(activity.Appraisal)
	r := papertest.Render(t, h.Raw(h.unit, at+"/letter.docx"))
	all := strings.NewReplacer(" ", "", "\n", "").Replace(strings.Join(r.Text, ""))
	for _, want := range []string{"关于转交“视察黄沙河整治”评议意见的函", "城市建设办公室", "截污管网有一处错接", "2026年4月5日前报送整改方案", "2026年6月4日前报送整改报告"} {
		if !strings.Contains(all, want) {
			t.Errorf("the letter lacks %q:\n%s", want, all)
		}
	}
	// The chain clause → authorisation → matter → act stands in the report (hard rule 2).
	r = papertest.Render(t, h.Raw(h.staff, at+"/document.docx"))
	all = strings.NewReplacer(" ", "", "\n", "").Replace(strings.Join(r.Text, ""))
	for _, want := range []string{"监督依据：根据", "《授权开展工作评议》（一揽子授权，", "第1项授权，对城市建设办公室开展工作评议（2026年3月6日）", "应到2人，实到1人", "总体情况良好"} {
		if !strings.Contains(all, want) {
			t.Errorf("the report lacks %q:\n%s", want, all)
		}
	}
	if body := h.Get(h.staff, at); !strings.Contains(body, "监督依据") || !strings.Contains(body, "授权事项") {
		t.Error("the page does not show the chain")
	}
}

func TestExport(t *testing.T) {
	h := open(t)
	h.forwarded(activity.Study)
	book, err := excelize.OpenReader(strings.NewReader(string(h.Raw(h.staff, "/activities?format=xlsx"))))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, w := range []string{"专题调研", "视察调研", "视察黄沙河整治", "水污染治理、河长制", "黄沙河泵站", "已转交"} {
		if !strings.Contains(strings.Join(rows[1], "|"), w) {
			t.Errorf("the file lacks %q: %v", w, rows[1])
		}
	}
	if code, _ := h.Do(h.deputy, http.MethodGet, "/activities?format=csv", nil); code != http.StatusForbidden {
		t.Errorf("a deputy exports: %d", code)
	}
}

// Demand 2 of issue 4: an inspection from the plan to the feedback, with checking in
// by QR code on a phone.
func TestInspectionInBrowser(t *testing.T) {
	h := open(t)
	desk := h.Browser(h.staff)
	webtest.Look(desk, "activities-empty", "/activities")
	webtest.Look(desk, "activity-form", "/activities/new")
	desk.Desk().Go("/activities/new").Choose("活动类型", "视察").Fill("名称", "视察黄沙河水污染治理").Fill("主题", "水污染治理").
		Fill("开始日期", h.day(5)).Fill("开始时间", "09:55").Fill("结束时间", "11:30").Fill("地点", "黄沙河东城段").Fill("计划外的理由", "群众反映集中").Press("保存策划")
	desk.See("已存为策划", "策划", "应到", "2")
	at := desk.Path()
	desk.Press("送审").See("待副主任、主任审批")
	h.Browser(h.director).Desk().Go(at).Press("同意开展").See("待发通知")
	desk.Go(at).Press("发通知").See("已通知")
	phone := h.Browser(h.deputy).Phone()
	phone.Go("/gatherings/mine").See("视察黄沙河水污染治理", "待回执")
	h.pass(5)
	desk.Go(at).Press("开始签到").See("进行中")
	token := dbtest.Scan[string](t, h.Admin, `SELECT token FROM gathering_doors`)
	phone.Go("/check-in/" + token).Press("签到").See("签到成功")
	phone.Go(at).See("视察黄沙河水污染治理", "进行中")
	webtest.Look(phone, "activity-deputy", at)
	desk.Desk().Go(at).Press("结束活动").See("已开展", "实到")
	desk.Fill("活动情况", "实地查看三处排口，与河长办座谈。").Fill("走访的单位和地点", "黄沙河泵站").Fill("发现的问题和意见建议", "一处管网错接，雨天溢流\n建议按月公布断面水质").Press("登记活动情况")
	desk.See("已登记", "一处管网错接")
	desk.Fill("报告", "总体情况：整治有成效。问题和建议如下。").Press("形成报告").See("待转交有关单位")
	boss := h.Browser(h.director).Desk().Go(at)
	boss.Check("城市建设办公室").Press("转交有关单位").See("已转交", "城市建设办公室反馈")
	webtest.Look(boss, "activity-forwarded", at)
	unit := h.Browser(h.unit).Desk().Go(at)
	unit.Fill("反馈内容", "已改正错接，本月起按月公布。").Press("反馈").See("已反馈")
	webtest.Look(unit, "activity-unit", at)
	desk.Go(at).See("单位都已反馈，待归档").Press("归档").See("已归档")
	webtest.Look(desk, "activities", "/activities")
	public := h.Browser(access.Resident(nil))
	webtest.Look(public, "public-activities", "/public/activities")
	public.Go("/public"+at).See("视察黄沙河水污染治理", "黄沙河泵站").Lacks("管网错接")
	public.Accessible()
}

// Demand 2 of issue 4: an appraisal refused without authorisation, accepted with it.
func TestAppraisalInBrowser(t *testing.T) {
	h := open(t)
	b := h.Browser(h.staff).Desk().Go("/activities/new?kind=appraisal")
	b.Fill("名称", "物业管理工作评议").Fill("开始日期", h.day(5)).Fill("开始时间", "09:00").Fill("结束时间", "11:30").Fill("地点", "街道办事处三楼会议室").Fill("计划外的理由", "市里交办").
		Choose("被监督、被评议的单位", "城市建设办公室").Press("保存策划")
	at := b.Path()
	b.Press("送审").See("没有“工作评议”方面的授权", "起草授权请示")
	webtest.Look(b, "activity-refused", at)
	h.authorised()
	b.Desk().Go(at).Press("送审").See("待副主任、主任审批", "监督依据", "授权开展工作评议", "第1项")
}

// The pages are valid HTML, whoever reads them.
func TestValid(t *testing.T) {
	h := open(t)
	h.authorised()
	draft := h.Post(h.staff, "/activities", h.form(activity.Week, 4))
	sent := h.forwarded(activity.Appraisal)
	pages := map[string]string{}
	for _, at := range []string{"/activities", "/activities/new", draft, draft + "/edit", sent} {
		pages["staff"+strings.ReplaceAll(at, "/", "-")] = h.Get(h.staff, at)
	}
	pages["director"] = h.Get(h.director, sent)
	pages["unit"] = h.Get(h.unit, sent)
	pages["city"] = h.Get(h.Actor(access.CityOffice), sent)
	pages["public"] = h.Get(access.Resident(nil), "/public/activities")
	webtest.Valid(t, pages)
}

// The form offers the items of this year's and the next year's plan under their years;
// with scripts only those of the year that is typed.
func TestItemsOfTheYear(t *testing.T) {
	h := open(t)
	dbtest.PassedItem(t, h.Admin, h.Street, 2026, "今年的调研")
	next := dbtest.PassedItem(t, h.Admin, h.Street, 2027, "明年的调研")
	dbtest.PassedItem(t, h.Admin, h.Street, 2025, "去年的调研")
	p := h.Get(h.staff, "/activities/new")
	for _, want := range []string{`<optgroup label="2026年计划">`, `<optgroup label="2027年计划">`, "5月 明年的调研"} {
		if !strings.Contains(p, want) {
			t.Errorf("the form does not offer %s", want)
		}
	}
	if strings.Contains(p, "2025年计划") {
		t.Error("a new form offers last year's plan")
	}
	f := h.form(activity.Study, 4)
	f.Set("plan_item", fmt.Sprint(next))
	f.Del("outside_plan")
	if code, p := h.Do(h.staff, http.MethodPost, "/activities", f); code != http.StatusUnprocessableEntity || !strings.Contains(p, "请选择 2026 年计划里的条目") {
		t.Errorf("next year's item = %d: %s", code, webtest.Complaints(p))
	}
	f.Set("starts_on", "2025-06-05")
	if _, p := h.Do(h.staff, http.MethodPost, "/activities", f); !strings.Contains(p, "2025年计划") {
		t.Error("the plan of the year that was typed is not offered")
	}
	b := h.Browser(h.staff).Go("/activities/new").Fill("开始日期", "2027-03-03")
	if p := b.HTML(); !strings.Contains(p, `<optgroup label="2026年计划" disabled="" hidden="">`) || !strings.Contains(p, `<optgroup label="2027年计划">`) {
		t.Error("with scripts it offers the plan of another year")
	}
}
