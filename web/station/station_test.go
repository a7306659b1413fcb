package station_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/station"
	"portal/web/page"
	web "portal/web/station"
	"portal/web/webtest"
)

// house serves the room's pages to whoever the test says is looking.
type house struct {
	*webtest.Site
	s       *station.Store
	table   []page.Route
	station int64
	deputy  access.Actor
	second  int64 // another deputy
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s = station.NewStore(h.DB, opinion.NewStore(h.DB, h.Keys, file.NewStore(h.DB, h.Now), h.Now), h.Keys, h.Now)
	web.Register(h.Routes, h.s)
	h.table = h.Routes.Table
	h.deputy = h.Actor(access.Deputy)
	h.deputy.DeputyID, h.deputy.Name = h.newDeputy("王志伟", "law"), "王志伟"
	h.second = h.newDeputy("欧阳䶮", "finance")
	path := h.Post(h.Actor(access.Staff), "/stations", url.Values{
		"key": {"s1"}, "name": {"岗贝社区联络站"}, "kind": {"community"}, "code": {"01"}, "community_id": {h.id(h.Community)}, "opened_on": {"2019-07-01"},
		"address": {"岗贝路 1 号"}, "hours": {"每周一至周五 9:00–17:30"}, "phone": {"0769-22012345"}, "head": {"王志伟"}, "liaison": {"李静"},
	})
	h.station = number(path)
	if err := h.s.AssignDeputies(t.Context(), h.Actor(access.Staff), h.station, 1, []int64{h.deputy.DeputyID}); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) newDeputy(name, group string) int64 {
	return dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, '东城第一选区', '市十六届', $3, '2016-12-01', $2) RETURNING id`, h.Street, name, group)
}

func (h *house) id(n int64) string { return strconv.FormatInt(n, 10) }

// number is the ID that an address ends with, before a noun or parameters.
func number(path string) int64 {
	for part := range strings.SplitSeq(path, "/") {
		if n, err := strconv.ParseInt(part, 10, 64); err == nil {
			return n
		}
	}
	return 0
}

func (h *house) visit(key string) url.Values {
	return url.Values{
		"key": {key}, "station_id": {h.id(h.station)}, "held_on": {"2026-03-02"}, "from_time": {"09:00"}, "to_time": {"11:00"}, "residents": {"3"},
		"deputies": {h.id(h.deputy.DeputyID)}, "note": {"雨天"},
		"opinions[0].text": {"小区门口路灯不亮"}, "opinions[0].kind": {"complaint"}, "opinions[0].field": {"construction"}, "opinions[0].resident": {"𠮷田光"}, "opinions[0].phone": {"13800138000"},
		"opinions[2].text": {"小学学位紧张"}, "opinions[2].kind": {"suggest"}, "opinions[2].field": {"education"}, "opinions[2].anonymous": {"on"},
	}
}

func (h *house) log(a access.Actor, key string) int64 {
	h.Helper()
	return number(h.Post(a, "/visits", h.visit(key)))
}

func (h *house) plan(key, day string) int64 {
	h.Helper()
	h.Post(h.Actor(access.Staff), "/receptions", url.Values{
		"key": {key}, "station_id": {h.id(h.station)}, "held_on": {day}, "from_time": {"09:00"}, "to_time": {"11:30"},
		"deputies": {h.id(h.deputy.DeputyID), h.id(h.second)}, "theme": {"老旧小区加装电梯"},
	})
	return dbtest.Scan[int64](h, h.Admin, `SELECT max(id) FROM receptions`)
}

func TestLogVisit(t *testing.T) {
	h := open(t)
	to := h.Post(h.deputy, "/visits", h.visit("v1"))
	body := h.Get(h.deputy, to)
	for _, want := range []string{"2026-441900003-01-0001", "2026-441900003-01-0002", "𠮷田光", "匿名", "查询码"} {
		if !strings.Contains(body, want) {
			t.Errorf("the receipts lack %q", want)
		}
	}
	path := page.VisitURL(number(to))
	if body := h.Get(h.deputy, path); !strings.Contains(body, "岗贝社区联络站") || !strings.Contains(body, "小学学位紧张") {
		t.Error("the record lacks what was logged")
	}
	if body := h.Get(h.deputy, path+"/sheets"); strings.Count(body, "群众意见登记表") != 2 || !strings.Contains(body, "138****8000") || strings.Contains(body, "13800138000") {
		t.Error("the printed forms are wrong")
	}
	if body := h.Get(h.Actor(access.Member), path+"/sheets"); strings.Contains(body, "𠮷田光") || !strings.Contains(body, "𠮷**") {
		t.Error("the forms show a member the resident's name")
	}
	if again := h.Post(h.deputy, "/visits", h.visit("v1")); again != to {
		t.Errorf("the same form again = %s, want %s", again, to)
	}
}

func TestResidentsDefaultToOpinions(t *testing.T) {
	h := open(t)
	f := h.visit("v1")
	f.Set("residents", "")
	h.Post(h.deputy, "/visits", f)
	if got := dbtest.Scan[int](t, h.Admin, `SELECT residents FROM visits`); got != 2 {
		t.Errorf("residents = %d, want the number of opinions, 2", got)
	}
	f = url.Values{"key": {"v2"}, "station_id": {h.id(h.station)}, "held_on": {"2026-03-02"}, "deputies": {h.id(h.deputy.DeputyID)}}
	code, body := h.Do(h.deputy, "POST", "/visits", f)
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="residents-error"`) {
		t.Errorf("nobody and nothing = %d %s", code, webtest.Complaints(body))
	}
	f.Set("residents", "0")
	h.Post(h.deputy, "/visits", f)
}

func TestComplaintsStandAtTheirRow(t *testing.T) {
	h := open(t)
	f := h.visit("v1")
	f.Set("opinions[2].text", "")
	f.Set("opinions[0].resident", "")
	f.Set("held_on", "2026-03-09")
	f.Set("from_time", "下午")
	code, body := h.Do(h.deputy, "POST", "/visits", f)
	for _, want := range []string{`id="opinions[2].text-error"`, `id="opinions[0].resident-error"`, `id="from_time-error"`, "小区门口路灯不亮", `value="13800138000"`, `href="#opinions%5B2%5D.text"`} {
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("%d: the page lacks %s\n%s", code, want, webtest.Complaints(body))
		}
	}
	f = h.visit("v1")
	f.Set("held_on", "2026-03-09") // a complaint of the room, not of the form
	if code, body = h.Do(h.deputy, "POST", "/visits", f); code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="held_on-error"`) {
		t.Errorf("tomorrow's visit = %d %s", code, webtest.Complaints(body))
	}
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*)::int FROM visits`); n != 0 {
		t.Errorf("visits = %d, want none", n)
	}
}

func TestFileComplaintStandsAtItsRow(t *testing.T) {
	h := open(t)
	code, body := h.upload(h.deputy, h.visit("v1"), "opinions[2].photos", "程序.exe", []byte("MZ\x90\x00 not a picture"))
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="opinions[2].photos-error"`) {
		t.Errorf("a program as a photo = %d %s", code, webtest.Complaints(body))
	}
	code, _ = h.upload(h.deputy, h.visit("v1"), "opinions[2].photos", "说明.txt", []byte("路灯在东门"))
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*)::int FROM files WHERE owner_kind = 'opinion' AND owner_id = (SELECT max(id) FROM opinions)`); code != http.StatusSeeOther || n != 1 {
		t.Errorf("a text file = %d, kept %d", code, n)
	}
}

func TestRowsWithoutScript(t *testing.T) {
	h := open(t)
	f := h.visit("v1")
	f.Set("act", "add")
	code, body := h.Do(h.deputy, "POST", "/visits", f)
	if code != http.StatusOK || !strings.Contains(body, `name="opinions[3].text"`) || !strings.Contains(body, "小学学位紧张") || !strings.Contains(body, `value="v1"`) {
		t.Errorf("add = %d, the page lacks a row or what was typed", code)
	}
	f.Set("act", "remove-0")
	if _, body = h.Do(h.deputy, "POST", "/visits", f); strings.Contains(body, "路灯") || !strings.Contains(body, "小学学位紧张") || strings.Contains(body, `name="opinions[2].text"`) {
		t.Error("remove takes the wrong row")
	}
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*)::int FROM visits`); n != 0 {
		t.Errorf("visits = %d, want none: nothing was submitted", n)
	}
}

func TestDraftIsThereWhenComingBack(t *testing.T) {
	h := open(t)
	f := h.visit("v1")
	f.Set("act", "draft")
	h.Post(h.deputy, "/visits/draft", f)
	f.Set("act", "autosave")
	f.Set("note", "晴天")
	if code, _ := h.Do(h.deputy, "POST", "/visits/draft", f); code != http.StatusNoContent {
		t.Errorf("autosave = %d", code)
	}
	body := h.Get(h.deputy, "/visits/new")
	for _, want := range []string{"存的草稿", "小区门口路灯不亮", "晴天", `value="v1"`, "𠮷田光"} {
		if !strings.Contains(body, want) {
			t.Errorf("the draft lacks %q", want)
		}
	}
	if body := h.Get(h.Actor(access.Staff), "/visits/new"); strings.Contains(body, "路灯") {
		t.Error("somebody else gets the draft")
	}
	h.log(h.deputy, "v1")
	if body := h.Get(h.deputy, "/visits/new"); strings.Contains(body, "草稿，") || strings.Contains(body, "路灯") {
		t.Error("the draft outlives its visit")
	}
	h.Post(h.deputy, "/visits/draft", h.visit("v2"))
	h.Post(h.deputy, "/visits/draft/removal", nil)
	if body := h.Get(h.deputy, "/visits/new"); strings.Contains(body, "路灯") {
		t.Error("the dropped draft is still there")
	}
}

func TestFormKnowsWhatIsLikely(t *testing.T) {
	h := open(t)
	me := `value="` + h.id(h.deputy.DeputyID) + `" checked`
	if body := h.Get(h.deputy, "/visits/new"); !strings.Contains(body, `value="2026-03-02"`) || !strings.Contains(body, me) || !strings.Contains(body, `<option value="`+h.id(h.station)+`" selected>`) {
		t.Error("the form does not know today, oneself and one's station")
	}
	id := h.plan("r1", "2026-03-02")
	body := h.Get(h.deputy, "/visits/new")
	if !strings.Contains(body, `name="reception" value="`+h.id(id)+`"`) || !strings.Contains(body, `value="11:30"`) || !strings.Contains(body, `value="`+h.id(h.second)+`" checked`) {
		t.Error("the form does not know today's reception")
	}
	f := h.visit("v1")
	f.Set("reception", h.id(id))
	h.Post(h.deputy, "/visits", f)
	if body := h.Get(h.deputy, page.ReceptionURL(id)); !strings.Contains(body, "查看这次接待") {
		t.Error("the reception does not lead to its visit")
	}
}

func TestStations(t *testing.T) {
	h := open(t)
	staff, at := h.Actor(access.Staff), page.StationURL(h.station)
	if body := h.Get(h.Actor(access.Member), "/stations?q=岗贝&kind=community"); !strings.Contains(body, "岗贝社区联络站") || strings.Contains(body, "开设联络站") {
		t.Error("the list is wrong")
	}
	if body := h.Get(staff, "/stations?format=csv"); !strings.Contains(body, "岗贝社区联络站,社区联络站,岗贝社区") {
		t.Errorf("csv = %s", body)
	}
	f := url.Values{"version": {"2"}, "name": {"岗贝社区人大代表联络站"}, "kind": {"community"}, "code": {"01"}, "community_id": {h.id(h.Community)}}
	h.Post(staff, at+"/revision", f)
	f.Set("hours", "每天 8:00–20:00")
	code, body := h.Do(staff, "POST", at+"/revision", f)
	if code != http.StatusConflict || !strings.Contains(body, "每天 8:00–20:00") || !strings.Contains(body, "现在的内容") || !strings.Contains(body, `name="version" value="3"`) {
		t.Errorf("stale revision = %d", code)
	}
	f.Set("version", "3")
	f.Set("code", "一号")
	if code, body = h.Do(staff, "POST", at+"/revision", f); code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="code-error"`) {
		t.Errorf("wrong code = %d %s", code, webtest.Complaints(body))
	}
	h.Post(staff, at+"/assignment", url.Values{"version": {"3"}, "assignment-deputies": {h.id(h.second)}})
	if body := h.Get(h.deputy, at+"/poster"); !strings.Contains(body, "欧阳䶮") || strings.Contains(body, "<span>王志伟") || strings.Count(body, `class="qr"`) != 2 {
		t.Error("the poster is wrong")
	}
	if code, _ = h.Do(staff, "POST", at+"/closure", url.Values{"version": {"4"}}); code != http.StatusUnprocessableEntity {
		t.Errorf("closed without a reason = %d", code)
	}
	h.Post(staff, at+"/closure", url.Values{"version": {"4"}, "closure-reason": {"社区合并"}})
	if body := h.Get(staff, "/stations"); strings.Contains(body, "岗贝路") || !strings.Contains(h.Get(staff, "/stations?state=closed"), "2026年3月2日撤销") {
		t.Error("the closed station is listed wrongly")
	}
	for _, p := range []string{"/edit", "/poster"} {
		if code, _ := h.Do(staff, "GET", at+p, nil); code != http.StatusNotFound {
			t.Errorf("GET %s of a closed station = %d", p, code)
		}
	}
}

func TestReceptions(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	id, soon := h.plan("r1", "2026-03-20"), h.plan("r2", "2026-03-03")
	body := h.Get(h.deputy, "/receptions?month=2026-03")
	if !strings.Contains(body, "3月20日 星期五") || !strings.Contains(body, "欧阳䶮") || strings.Contains(body, "发布本月公告") {
		t.Error("the schedule is wrong")
	}
	if code, body := h.Do(staff, "POST", page.ReceptionURL(soon)+"/publication", url.Values{"version": {"1"}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "提前 3 天") {
		t.Errorf("published a day before = %d", code)
	}
	h.Post(staff, "/receptions/publication?month=2026-03", url.Values{})
	if body := h.Get(staff, page.ReceptionURL(id)); !strings.Contains(body, "已公布在居民网站") {
		t.Error("not published")
	}
	if body := h.Get(staff, "/receptions/notice?month=2026-03"); !strings.Contains(body, "2026年3月代表接待日安排公告") || strings.Contains(body, "3月3日") || !strings.Contains(body, "3月20日") {
		t.Error("the notice is wrong")
	}
	if code, _ := h.Do(staff, "POST", page.ReceptionURL(id)+"/cancellation", url.Values{"version": {"1"}, "cancellation-reason": {"台风"}}); code != http.StatusConflict {
		t.Errorf("stale cancellation = %d", code)
	}
	h.Post(staff, page.ReceptionURL(id)+"/cancellation", url.Values{"version": {"2"}, "cancellation-reason": {"台风"}})
	if body := h.Get(staff, page.ReceptionURL(id)+"/notice"); !strings.Contains(body, "已取消：台风") {
		t.Error("the notice does not say that it is cancelled")
	}
	h.Post(staff, "/receptions", url.Values{
		"key": {"m"}, "station_id": {h.id(h.station)}, "held_on": {"2026-08-31"}, "from_time": {"15:00"}, "to_time": {"17:00"}, "deputies": {h.id(h.second)}, "monthly": {"on"},
	})
	if body := h.Get(staff, "/receptions?month=2026-09"); !strings.Contains(body, "9月30日") {
		t.Error("a monthly reception on the 31st is not on the last of September")
	}
}

func TestCorrection(t *testing.T) {
	h := open(t)
	path := page.VisitURL(h.log(h.deputy, "v1"))
	f := url.Values{"version": {"1"}, "correction-residents": {"三"}, "correction-from_time": {"09:00"}, "correction-to_time": {"11:30"}, "correction-note": {"核对过"}}
	staff := h.Actor(access.Staff)
	if code, body := h.Do(staff, "POST", path+"/correction", f); code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="三"`) || !strings.Contains(body, `id="correction-reason-error"`) {
		t.Errorf("correction = %d %s", code, webtest.Complaints(body))
	}
	f.Set("correction-residents", "5")
	f.Set("correction-reason", "漏记两人")
	if code, _ := h.Do(h.deputy, "POST", path+"/correction", f); code != http.StatusForbidden {
		t.Errorf("a deputy corrects = %d", code)
	}
	h.Post(staff, path+"/correction", f)
	if body := h.Get(staff, path); !strings.Contains(body, "联系群众 3 → 5 人次") || !strings.Contains(body, "漏记两人") {
		t.Error("the timeline lacks the correction")
	}
	if code, body := h.Do(staff, "POST", path+"/correction", f); code != http.StatusConflict || !strings.Contains(body, "漏记两人") {
		t.Errorf("stale correction = %d", code)
	}
}

func TestRegisterOfVisits(t *testing.T) {
	h := open(t)
	for i := range 60 {
		v := h.visit(fmt.Sprint("v", i))
		v.Set("held_on", calendar.ISO(h.Time.AddDate(0, 0, -i%50)))
		h.Post(h.deputy, "/visits", v)
	}
	body := h.Get(h.Actor(access.Staff), "/visits")
	if !strings.Contains(body, "60 次") || !strings.Contains(body, `rel="next"`) || !strings.Contains(body, `<span class="value">180</span>`) {
		t.Error("the first page is wrong")
	}
	body = h.Get(h.Actor(access.CityOffice), "/visits?from=2026-03-01&to=2026-03-02&street="+h.id(h.Street))
	if !strings.Contains(body, "4 次") || !strings.Contains(body, `<span class="value">12</span>`) {
		t.Error("the filter is wrong")
	}
	if csv := h.Get(h.Actor(access.Staff), "/visits?format=csv&from=2026-03-02"); strings.Count(csv, "\r\n") != 3 || !strings.Contains(csv, "2026-03-02,09:00,11:00,东城街道,岗贝社区联络站,王志伟,1,,3,2,雨天,王志伟") {
		t.Errorf("csv = %s", csv)
	}
}

func TestOtherStreetFindsNothing(t *testing.T) {
	h := open(t)
	visit, reception := page.VisitURL(h.log(h.deputy, "v1")), page.ReceptionURL(h.plan("r1", "2026-03-20"))
	at := page.StationURL(h.station)
	other := h.Other(access.Staff)
	otherDeputy := h.Other(access.Deputy)
	otherDeputy.DeputyID = 999
	for _, a := range []access.Actor{other, otherDeputy, h.Far(access.CityOffice)} {
		for _, p := range []string{at, at + "/poster", visit, visit + "/sheets", reception, reception + "/notice"} {
			if code, _ := h.Do(a, "GET", p, nil); code != http.StatusNotFound {
				t.Errorf("GET %s as %s = %d, want 404", p, a.Role, code)
			}
		}
		for _, p := range []string{"/stations", "/visits", "/receptions?month=2026-03", "/stations?format=csv", "/visits?format=csv", "/receptions/notice?month=2026-03"} {
			if body := h.Get(a, p); strings.Contains(body, "岗贝") || strings.Contains(body, "王志伟") {
				t.Errorf("%s shows %s another street's rows", p, a.Role)
			}
		}
	}
	for p, f := range map[string]url.Values{
		at + "/revision":            {"version": {"1"}, "name": {"x"}, "kind": {"community"}, "code": {"77"}},
		at + "/assignment":          {"version": {"1"}},
		at + "/closure":             {"version": {"1"}, "closure-reason": {"x"}},
		reception + "/publication":  {"version": {"1"}},
		reception + "/cancellation": {"version": {"1"}, "cancellation-reason": {"x"}},
		visit + "/correction":       {"version": {"1"}, "correction-residents": {"9"}, "correction-reason": {"x"}},
	} {
		if code, _ := h.Do(other, "POST", p, f); code != http.StatusNotFound {
			t.Errorf("POST %s = %d, want 404", p, code)
		}
	}
	f := h.visit("x")
	if code, body := h.Do(other, "POST", "/visits", f); code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="station_id-error"`) {
		t.Errorf("a visit to another street's station = %d", code)
	}
}

// TestEveryRoute asks every route as every role: only those with the
// permission come in, and nothing that is typed is an internal error.
func TestEveryRoute(t *testing.T) {
	h := open(t)
	visit, reception := h.log(h.Actor(access.Staff), "v1"), h.plan("r1", "2026-03-20")
	address := func(pattern string) string {
		for noun, id := range map[string]int64{"stations": h.station, "visits": visit, "receptions": reception} {
			pattern = strings.Replace(pattern, "/"+noun+"/{id}", "/"+noun+"/"+h.id(id), 1)
		}
		return pattern
	}
	for _, route := range h.table {
		for _, info := range access.Roles {
			a := h.Actor(info.Role)
			code, _ := h.Do(a, route.Method, address(route.Pattern), url.Values{"version": {"0"}})
			if may := a.May(route.Need); may == (code == http.StatusForbidden) {
				t.Errorf("%s %s as %s = %d", route.Method, route.Pattern, info.Role, code)
			}
		}
		for _, v := range webtest.Nasty {
			f := url.Values{"version": {"1"}}
			for k := range h.visit("x") {
				f.Set(k, v)
			}
			for _, k := range []string{
				"name", "kind", "code", "community_id", "opened_on", "address", "hours", "phone", "head", "liaison", "theme", "monthly", "reason", "staff",
				"reception", "act", "month", "street", "station", "deputy", "state", "on", "q", "community", "from", "to", "after", "opinions[1].location", "opinions[0].sensitive",
			} {
				f.Set(k, v)
			}
			for _, k := range []string{"deputies", "reason", "from_time", "to_time", "residents", "staff", "note"} {
				f.Set(route.Pattern[strings.LastIndex(route.Pattern, "/")+1:]+"-"+k, v)
			}
			if route.Method == http.MethodGet {
				h.Do(h.Actor(access.Staff), "GET", address(route.Pattern)+"?"+f.Encode(), nil)
				continue
			}
			h.Do(h.Actor(access.Staff), "POST", address(route.Pattern), f)
			for name := range f { // one field at a time, the others right
				if good := h.visit("n" + fmt.Sprint(time.Now().UnixNano())); route.Pattern == "/visits" && good.Has(name) {
					good.Set(name, v)
					h.Do(h.Actor(access.Staff), "POST", "/visits", good)
				}
			}
		}
	}
}

func TestNameComesBackByteForByte(t *testing.T) {
	h := open(t)
	f := h.visit("v1")
	f.Set("opinions[0].resident", "𠮷田䶮")
	h.Post(h.deputy, "/visits", f)
	if got := dbtest.Scan[string](t, h.Admin, `SELECT resident FROM opinions ORDER BY id LIMIT 1`); got != "𠮷田䶮" {
		t.Errorf("resident = %q", got)
	}
}

func TestTwiceAtOnce(t *testing.T) {
	h := open(t)
	var wg sync.WaitGroup
	to := make([]string, 8)
	for i := range to {
		wg.Go(func() {
			r := httptest.NewRequest(http.MethodPost, "/visits", strings.NewReader(h.visit("v1").Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			to[i] = h.Serve(h.deputy, r).Header().Get("Location")
		})
	}
	wg.Wait()
	for _, p := range to {
		if p == "" || p != to[0] {
			t.Fatalf("answers = %v, want one", to)
		}
	}
	if got := dbtest.Scan[string](t, h.Admin, `SELECT (SELECT count(*) FROM visits) || ' ' || (SELECT count(*) FROM opinions)`); got != "1 2" {
		t.Errorf("visits and opinions = %s, want 1 2", got)
	}
}
