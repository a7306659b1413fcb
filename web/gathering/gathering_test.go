package gathering_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/gathering"
	web "portal/web/gathering"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	s     *gathering.Store
	staff access.Actor
	n     int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s = gathering.NewStore(h.DB, h.Now)
	web.Register(h.Routes, h.s)
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

// do makes moves of the whole as its owner would.
func (h *house) do(moves ...func(context.Context, db.Tx) error) {
	h.Helper()
	err := h.DB.Write(h.Context(), h.staff, func(tx db.Tx) error {
		for _, m := range moves {
			if err := m(h.Context(), tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) call(id int64) {
	h.Helper()
	h.do(func(ctx context.Context, tx db.Tx) error { return h.s.Call(ctx, tx, h.staff, id) })
}

func (h *house) open(id int64) {
	h.Helper()
	h.do(func(ctx context.Context, tx db.Tx) error { return h.s.Open(ctx, tx, h.staff, id) })
}

func (h *house) close(id int64) {
	h.Helper()
	h.do(func(ctx context.Context, tx db.Tx) error { return h.s.Close(ctx, tx, h.staff, id) })
}

// planned is a gathering of today with nobody on its list yet.
func (h *house) planned() (id int64, at string) {
	h.Helper()
	h.n++
	from := time.Date(2026, 3, 2, 9, 55, 0, 0, dbtest.Now.Location())
	h.do(func(ctx context.Context, tx db.Tx) (err error) {
		id, err = h.s.Plan(ctx, tx, h.staff, gathering.New{
			StreetID: h.Street, Kind: gathering.Activity, RecordID: int64(h.n), Title: "视察河涌整治", Place: "黄旗山北门", StartsAt: from, EndsAt: from.Add(2 * time.Hour),
		})
		return err
	})
	return id, fmt.Sprint("/gatherings/", id)
}

var versionOf = regexp.MustCompile(`name="version" value="(\d+)"`)

// move makes a move that must be accepted, with the version that the page shows.
func (h *house) move(a access.Actor, at, name string, pairs ...string) string {
	h.Helper()
	return h.Post(a, at+"/"+name, h.form(a, at, name, pairs...))
}

func (h *house) form(a access.Actor, at, name string, pairs ...string) url.Values {
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

func (h *house) refused(a access.Actor, at, name, complaint string, pairs ...string) string {
	h.Helper()
	code, p := h.Do(a, http.MethodPost, at+"/"+name, h.form(a, at, name, pairs...))
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, complaint) {
		h.Errorf("%s = %d, want 422 with %q: %s", name, code, complaint, webtest.Complaints(p))
	}
	return p
}

// person is the page of somebody on the list, and their hidden fields.
func (h *house) person(id int64, name string) (who, seen, at string) {
	h.Helper()
	var a struct{ ID, Version string }
	a.ID = dbtest.Scan[string](h, h.Admin, `SELECT id::text FROM attendances WHERE gathering_id = $1 AND name = $2`, id, name)
	a.Version = dbtest.Scan[string](h, h.Admin, `SELECT version::text FROM attendances WHERE id = $1::bigint`, a.ID)
	return a.ID, a.Version, fmt.Sprintf("/gatherings/%d/people/%s", id, a.ID)
}

func TestList(t *testing.T) {
	h := open(t)
	chen := h.deputy("陈𠮷")
	h.deputy("周䶮")
	id, at := h.planned()
	h.refused(h.staff, at, "invitation", "没有新的人", "due", "yes")
	h.move(h.staff, at, "invitation", "teams", "deputy", "due", "yes")
	h.refused(h.staff, at, "addition", "名册里没有", "name", "无此人", "as", "due")
	h.move(h.staff, at, "addition", "name", "王教授", "work", "东莞理工学院", "as", "guest")
	code, p := h.Do(h.staff, http.MethodPost, at+"/addition", url.Values{"version": {"1"}, "addition-name": {"又一位来宾"}, "addition-as": {"guest"}})
	if code != http.StatusConflict || !strings.Contains(p, "刚刚被别人改过") || !strings.Contains(p, `value="又一位来宾"`) {
		t.Errorf("a stale addition = %d", code)
	}
	h.call(id)
	h.refused(h.staff, at, "addition", "补充通知的理由", "name", "李老师", "as", "guest")
	h.move(h.staff, at, "addition", "name", "李老师", "as", "guest", "why", "讲解员")
	h.refused(chen, at, "request", "请填写请假事由")
	h.move(chen, at, "request", "why", "出差")
	who, seen, person := h.person(id, "陈𠮷")
	h.refused(h.staff, at, "decision", "请填写事由", "who", who, "seen", seen, "grant", "no")
	h.Post(h.staff, at+"/decision", url.Values{"decision-who": {who}, "decision-seen": {seen}, "decision-grant": {"yes"}})
	if p := h.Get(h.staff, person); !strings.Contains(p, "准假") || !strings.Contains(p, "出差") {
		t.Error("the person's page does not tell of the leave")
	}
	if code, _ := h.Do(h.staff, http.MethodPost, at+"/decision", url.Values{"decision-who": {who}, "decision-seen": {seen}, "decision-grant": {"yes"}}); code != http.StatusConflict {
		t.Errorf("a second decision = %d", code)
	}
	h.open(id)
	h.refused(h.staff, at, "attendance", "名单上没有：99", "which", "99")
	h.refused(h.staff, at, "attendance", "请勾选")
	h.move(h.staff, at, "attendance", "which", "1 3、李老师")
	if p := h.Get(h.staff, at+"?only=here"); strings.Count(p, `data-href="`+at+"/people/") != 3 {
		t.Errorf("present by number and name: %s", p)
	}
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*)::integer FROM attendances WHERE arrived_at IS NOT NULL`); n != 3 {
		t.Errorf("%d are there, want 3", n)
	}
	h.close(id)
	who, seen, _ = h.person(id, "周䶮")
	h.refused(h.staff, at, "correction", "请填写更正的理由", "who", who, "seen", seen, "as", "absent")
	h.Post(h.staff, at+"/correction", url.Values{"correction-who": {who}, "correction-seen": {seen}, "correction-as": {"absent"}, "correction-why": {"签错了人"}})
	if p := h.Get(h.staff, at); !strings.Contains(p, "更正签到：周䶮 由“出席”改为“缺席”") || !strings.Contains(p, "签错了人") {
		t.Error("the timeline does not tell of the correction")
	}
	book, err := excelize.OpenReader(strings.NewReader(string(h.Raw(h.staff, at+"?format=xlsx"))))
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := book.GetRows("名单"); err != nil || len(rows) != 5 || rows[1][1] != "周䶮" || rows[1][12] != "缺席" {
		t.Errorf("rows = %q, %v", rows, err)
	}
	member := h.Actor(access.Member)
	for _, path := range []string{at, at + "?format=csv"} {
		if p := string(h.Raw(member, path)); !strings.Contains(p, "准假") || strings.Contains(p, "出差") || strings.Contains(p, "请假事由") {
			t.Errorf("a colleague reads at %s why somebody is on leave, or not that they are", path)
		}
	}
	if csv := string(h.Raw(h.staff, at+"?format=csv")); !strings.Contains(csv, "请假事由") || !strings.Contains(csv, "出差") {
		t.Error("the office's file has no reasons of leave")
	}
	if csv := string(h.Raw(h.staff, at+"?format=csv&only=absent")); !strings.Contains(csv, "周䶮") || strings.Contains(csv, "王教授") {
		t.Errorf("csv = %s", csv)
	}
}

// The QR code leads whoever is not signed in to the sign-in page and back; whoever
// is called is there with one tap, and others are told where to go.
func TestCheckIn(t *testing.T) {
	h := open(t)
	chen, stranger := h.deputy("陈某"), h.Actor(access.VoterRep)
	id, at := h.planned()
	h.move(h.staff, at, "invitation", "teams", "deputy", "due", "yes")
	h.call(id)
	h.open(id)
	token := dbtest.Scan[string](t, h.Admin, `SELECT token FROM gathering_doors WHERE gathering_id = $1`, id)
	code, to := h.Do(access.Resident(nil), http.MethodGet, "/check-in/"+token, nil)
	if code != http.StatusSeeOther || to != "/login?next=%2Fcheck-in%2F"+token {
		t.Errorf("not signed in = %d %s", code, to)
	}
	if p := h.Get(stranger, "/check-in/"+token); !strings.Contains(p, "您不在名单上") || strings.Contains(p, "视察河涌整治") {
		t.Error("a stranger is not told where to go, or learns what it is")
	}
	if code, p := h.Do(stranger, http.MethodPost, "/check-in/"+token, url.Values{}); code != http.StatusUnprocessableEntity || !strings.Contains(p, "您不在名单上") {
		t.Errorf("a stranger checks in = %d", code)
	}
	if code, _ := h.Do(chen, http.MethodGet, "/check-in/nothing", nil); code != http.StatusNotFound {
		t.Errorf("a made-up token = %d", code)
	}
	if p := h.Get(chen, "/check-in"); !strings.Contains(p, `name="arrival-code"`) {
		t.Error("no field for the code")
	}
	if to := h.Post(chen, "/check-in/"+token, url.Values{}); to != at {
		t.Errorf("checked in leads to %s", to)
	}
	if p := h.Get(chen, at); !strings.Contains(p, "您已于 10:00 签到") || strings.Contains(p, "名单</h2>") {
		t.Error("the deputy is not told, or sees the list")
	}
	for _, path := range []string{"/door", "/sheet", "/slips", "/people/1"} {
		if code, _ := h.Do(chen, http.MethodGet, at+path, nil); code != http.StatusForbidden {
			t.Errorf("a deputy opens %s: %d", path, code)
		}
		other := h.Other(access.Staff)
		if code, _ := h.Do(other, http.MethodGet, at+path, nil); code != http.StatusNotFound {
			t.Errorf("another street opens %s: %d", path, code)
		}
	}
}

// Whoever scans too late is told so; they are on the list.
func TestScannedAfterwards(t *testing.T) {
	h := open(t)
	chen := h.deputy("陈某")
	id, at := h.planned()
	h.move(h.staff, at, "invitation", "teams", "deputy", "due", "yes")
	h.call(id)
	h.open(id)
	token := dbtest.Scan[string](t, h.Admin, `SELECT token FROM gathering_doors WHERE gathering_id = $1`, id)
	h.close(id)
	code, p := h.Do(chen, http.MethodPost, "/check-in/"+token, url.Values{})
	for code, p := range map[int]string{http.StatusOK: h.Get(chen, "/check-in/"+token), code: p} {
		if !strings.Contains(p, "签到已经结束") || strings.Contains(p, "您不在名单上") || strings.Contains(p, "<button class=\"btn primary big\"") {
			t.Errorf("scanned afterwards (%d): %s", code, webtest.Complaints(p))
		}
	}
	if code != http.StatusUnprocessableEntity || dbtest.Scan[int](t, h.Admin, `SELECT count(*)::integer FROM attendances WHERE arrived_at IS NOT NULL`) != 0 {
		t.Errorf("the code still opens what is closed: %d", code)
	}
}

func TestNasty(t *testing.T) {
	h := open(t)
	chen := h.deputy("陈某")
	id, at := h.planned()
	h.move(h.staff, at, "invitation", "teams", "deputy", "due", "yes")
	h.call(id)
	h.open(id)
	h.AskAll(func(pattern string) string {
		return strings.NewReplacer("{id}", "999999", "{who}", "999999", "{token}", "x").Replace(pattern)
	}, "version", "only", "capacity", "q", "after", "format")
	moves := []string{"invitation", "addition", "removal", "receipt", "receipts", "request", "decision", "arrival", "attendance", "departure", "correction"}
	fields := []string{"teams", "groups", "units", "street", "due", "why", "name", "work", "as", "which", "ids", "at", "who", "seen", "grant", "code", "arrived_at", "left_at"}
	for _, name := range moves {
		for _, v := range webtest.Nasty {
			for _, version := range []string{v, dbtest.Scan[string](t, h.Admin, `SELECT version::text FROM gatherings`)} {
				form := url.Values{"version": {version}}
				for _, f := range fields {
					form.Set(name+"-"+f, v)
				}
				for _, a := range []access.Actor{h.staff, chen} {
					h.Do(a, http.MethodPost, at+"/"+name, form)
				}
			}
		}
	}
	who, seen, _ := h.person(id, "陈某")
	for _, name := range []string{"decision", "departure", "correction"} {
		for _, v := range webtest.Nasty {
			form := url.Values{name + "-who": {who}, name + "-seen": {seen}}
			for _, f := range []string{"why", "as", "at", "grant", "arrived_at", "left_at"} {
				form.Set(name+"-"+f, v)
			}
			h.Do(h.staff, http.MethodPost, at+"/"+name, form)
		}
	}
	for _, v := range webtest.Nasty {
		h.Do(h.staff, http.MethodGet, at+"?"+url.Values{"only": {v}, "capacity": {v}, "q": {v}}.Encode(), nil)
	}
}

// A name that is accepted comes back byte for byte.
func TestNames(t *testing.T) {
	h := open(t)
	_, at := h.planned()
	for _, name := range []string{"𠮷田", "䶮", "阿卜杜热合曼·买买提"} {
		h.move(h.staff, at, "addition", "name", name, "as", "guest")
		if p := h.Get(h.staff, at); !strings.Contains(p, name) {
			t.Errorf("%s is not on the list", name)
		}
	}
}

// The story in a browser: the office lists and calls; a deputy answers on a phone,
// scans and taps; the office checks in the others by number; all pages pass axe.
func TestStory(t *testing.T) {
	h := open(t)
	chen := h.deputy("陈某")
	for _, n := range []string{"周䶮", "李建国", "王秀英", "张伟"} {
		h.deputy(n)
	}
	id, at := h.planned()
	phone := h.Browser(chen).Phone()
	webtest.Look(phone, "gatherings-empty", "/gatherings/mine")
	webtest.Look(phone, "check-in-empty", "/check-in")
	b := h.Browser(h.staff).Go(at)
	webtest.Look(b, "gathering-planned", at)
	b.Go(at).Within("按队伍列入名单", func() { b.Check("市人大代表").Press("按队伍列入名单") })
	b.See("列入名单 5 人", "陈某")
	h.call(id)
	phone.Phone().Go("/gatherings/mine").See("视察河涌整治", "待回执")
	webtest.Look(phone, "gatherings-mine", "/gatherings/mine")
	phone.Phone().Go("/gatherings/mine").Press("参加").See("您已回执")
	webtest.Look(phone, "gathering-called", at)
	h.open(id)
	token := dbtest.Scan[string](t, h.Admin, `SELECT token FROM gathering_doors WHERE gathering_id = $1`, id)
	webtest.Look(phone, "check-in-code", "/check-in")
	webtest.Look(phone, "check-in-scanned", "/check-in/"+token)
	webtest.Look(b, "gathering-open", at)
	webtest.Look(b, "gathering-door", at+"/door")
	b.Desk().Go(at + "/door").See("实到 0 / 应到 5")
	phone.Phone().Go("/check-in/" + token).Press("签到").See("签到成功")
	b.Await("实到 1 / 应到 5")
	b.Go(at).Within("登记签到", func() { b.Fill("到场的序号或姓名", "2-4").Press("登记签到") }).See("登记签到 3 人")
	webtest.Look(b, "gathering-sheet", at+"/sheet")
	webtest.Look(b, "gathering-slips", at+"/slips")
	h.close(id)
	pages := map[string]string{}
	for _, path := range []string{at, at + "/sheet", at + "/slips", "/check-in"} {
		pages[path] = h.Get(h.staff, path)
	}
	for _, path := range []string{at, "/gatherings/mine"} {
		pages["as a deputy "+path] = h.Get(chen, path)
	}
	webtest.Valid(t, pages)
	webtest.Look(b, "gathering-closed", at)
	_, _, person := h.person(id, "张伟")
	webtest.Look(b, "gathering-person", person)
	b.Desk().Go(person).Within("更正签到", func() {
		b.Check("请假").Fill("更正的理由", "事先电话请假").Press("更正签到")
	}).See("请假", "事先电话请假")
	webtest.Look(phone, "gatherings-past", "/gatherings/mine")
}
