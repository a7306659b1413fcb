package deputy_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/deputy"
	web "portal/web/deputy"
	"portal/web/page"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	table []page.Route
	n     int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	web.Register(h.Routes, deputy.NewStore(h.DB, h.Keys, h.Now))
	h.table = h.Routes.Table
	return h
}

func (h *house) form(name string) url.Values {
	h.n++
	return url.Values{
		"key": {fmt.Sprint("k", h.n)}, "name": {name}, "sex": {"female"}, "district": {"东城第一选区"}, "term": {"市十七届"}, "group": {"law"},
		"since": {"2021-12-01"}, "phone": {fmt.Sprintf("138001380%02d", (h.n-1)%100)}, "intro": {"小学教师"},
	}
}

// seat enters a deputy as the city does and returns the address of the record.
func (h *house) seat(name string) string {
	h.Helper()
	f := h.form(name)
	f.Set("street", strconv.FormatInt(h.Street, 10))
	f.Set("document", "公告〔2021〕7号")
	f.Set("confirmed", "2021-11-20")
	return h.Post(h.Actor(access.CityDeputy), "/deputies", f)
}

// works gives the deputy at path a station and a reception with an opinion.
func (h *house) works(path string) {
	id, _ := strconv.ParseInt(path[strings.LastIndex(path, "/")+1:], 10, 64)
	station := dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO stations (street_id, kind, name, code, opened_on, key)
		VALUES ($1, 'central', '东城中心联络站', '01', '2019-07-01', 's') RETURNING id`, h.Street)
	visit := dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO visits (street_id, station_id, held_on, residents, logged_by, logger, key)
		VALUES ($1, $2, '2026-02-10', 6, 1, '王', 'v') RETURNING id`, h.Street, station)
	dbtest.Exec(h, h.Admin, `INSERT INTO visit_deputies (street_id, visit_id, deputy_id) VALUES ($1, $2, $3)`, h.Street, visit, id)
	dbtest.Exec(h, h.Admin, `INSERT INTO station_deputies (street_id, station_id, deputy_id, from_on) VALUES ($1, $2, $3, '2022-01-01')`, h.Street, station, id)
}

func TestKeptThroughItsPages(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	path := h.seat("𠮷田光")
	h.works(path)
	body := h.Get(staff, path)
	for _, want := range []string{"𠮷田光", "138****8000", "法制与社会建设", "东城中心联络站", "2026年2月10日", "列入代表名册"} {
		if !strings.Contains(body, want) {
			t.Errorf("the record lacks %s", want)
		}
	}
	if strings.Contains(body, "13800138000") {
		t.Error("the record shows the number")
	}
	f := h.form("李䶮")
	f.Set("version", "1")
	f.Set("phone", "")
	h.Post(staff, path, f)
	f.Set("name", "李靓")
	code, body := h.Do(staff, "POST", path, f) // the page that was open meanwhile
	if code != http.StatusConflict || !strings.Contains(body, `value="李靓"`) || !strings.Contains(body, "李䶮") || !strings.Contains(body, `name="version" value="2"`) {
		t.Errorf("stale = %d", code)
	}
	code, body = h.Do(staff, "POST", path+"/phone", url.Values{"phone-reason": {"通知开会"}})
	if code != http.StatusOK || !strings.Contains(body, "13800138000") || !strings.Contains(body, "查看代表电话") {
		t.Errorf("unmask = %d, or the number was lost", code)
	}
	h.leaves(path, "2026-03-01")
	if body := h.Get(staff, path); !strings.Contains(body, "2026年3月1日离任：辞去代表职务") || !strings.Contains(body, "公告〔2026〕1号") || strings.Contains(body, path+"/edit") {
		t.Error("the ended record is wrong")
	}
	if code, to := h.Do(staff, "GET", path+"/edit", nil); code != http.StatusSeeOther || to != path {
		t.Errorf("the ended deputy's form = %d %s", code, to)
	}
	if body := h.Get(staff, "/deputies"); strings.Contains(body, "李䶮") {
		t.Error("the register of those in office shows one who left")
	}
	if body := h.Get(staff, "/deputies?state=ended"); !strings.Contains(body, "李䶮") {
		t.Error("the register of those who left lacks one")
	}
}

func TestCityChoosesTheStreet(t *testing.T) {
	h := open(t)
	city := h.Actor(access.CityDeputy)
	if body := h.Get(city, "/deputies/new"); !strings.Contains(body, "南城街道") || strings.Contains(body, "石岐街道") {
		t.Error("the form offers the wrong streets")
	}
	f := h.form("王志伟")
	f.Set("street", strconv.FormatInt(h.FarStreet, 10))
	code, body := h.Do(city, "POST", "/deputies", f)
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "请选择本市的街道") || !strings.Contains(body, `value="王志伟"`) {
		t.Errorf("another city's street = %d %s", code, webtest.Complaints(body))
	}
	f.Set("street", strconv.FormatInt(h.OtherStreet, 10))
	if body := h.Get(city, h.Post(city, "/deputies", f)); !strings.Contains(body, "南城街道") {
		t.Error("the record lacks the street")
	}
}

func TestComplaintsKeepWhatWasTyped(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	for field, value := range map[string]string{"name": "", "sex": "", "district": "", "term": "", "group": "x", "since": "明天", "phone": "电话"} {
		f := h.form("李䶮")
		f.Set(field, value)
		code, body := h.Do(staff, "POST", "/deputies", f)
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#`+field+`"`) || field != "name" && !strings.Contains(body, `value="李䶮"`) {
			t.Errorf("%s = %d %s", field, code, webtest.Complaints(body))
		}
	}
	f := h.form("李䶮")
	f.Set("since", "2026-03-03")
	if code, body := h.Do(staff, "POST", "/deputies", f); code != http.StatusUnprocessableEntity || !strings.Contains(body, "任职日期不能晚于今天") {
		t.Errorf("since tomorrow = %d", code)
	}
	path := h.seat("王志伟")
	code, body := h.Do(h.Actor(access.CityDeputy), "POST", path+"/death", url.Values{"version": {"1"}, "death-on": {"2020-01-01"}, "death-note": {"依据〔1〕"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "日期不能早于任职日期") || !strings.Contains(body, "依据〔1〕") {
		t.Errorf("death = %d %s", code, webtest.Complaints(body))
	}
	if code, body := h.Do(staff, "POST", path+"/phone", nil); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写查看理由") {
		t.Errorf("phone without a reason = %d", code)
	}
}

func TestSentTwiceMakesOne(t *testing.T) {
	h := open(t)
	staff, f := h.Actor(access.Staff), h.form("王志伟")
	if a, b := h.Post(staff, "/deputies", f), h.Post(staff, "/deputies", f); a != b {
		t.Errorf("the form made %s and %s", a, b)
	}
}

func TestOtherStreetFindsNothing(t *testing.T) {
	h := open(t)
	path := h.seat("王志伟")
	f := h.form("外来")
	f.Set("version", "1")
	for k, v := range map[string]string{"death-on": "2026-03-01", "report-on": "2026-03-01", "report-ground": "died", "phone-reason": "x"} {
		f.Set(k, v)
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		for _, p := range []string{path, path + "/edit", "/deputies/999999"} {
			if code, _ := h.Do(a, "GET", p, nil); code != http.StatusNotFound {
				t.Errorf("GET %s as %s of elsewhere = %d", p, a.Role, code)
			}
		}
		move := "/death"
		if a.Role == access.Staff {
			move = "/report"
		}
		for _, p := range []string{path, path + move, path + "/phone"} {
			if code, _ := h.Do(a, "POST", p, f); code != http.StatusNotFound {
				t.Errorf("POST %s as %s of elsewhere = %d", p, a.Role, code)
			}
		}
		for _, p := range []string{"/deputies", "/deputies?format=csv", "/deputies?street=" + strconv.FormatInt(h.Street, 10)} {
			if strings.Contains(h.Get(a, p), "王志伟") {
				t.Errorf("%s as %s of elsewhere shows it", p, a.Role)
			}
		}
	}
	if code, _ := h.Do(h.Far(access.CityDeputy), "GET", "/groups?street="+strconv.FormatInt(h.Street, 10), nil); code != http.StatusNotFound {
		t.Errorf("another city's groups = %d", code)
	}
}

func TestRegisterIsExported(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	h.seat("𠮷田光")
	h.seat("=1+1")
	body := h.Get(staff, "/deputies?format=csv")
	if !strings.Contains(body, "1,'=1+1,女,东城街道") || !strings.Contains(body, "𠮷田光") || strings.Contains(body, "13800138000") {
		t.Errorf("register = %s", body)
	}
	if b := h.Raw(staff, "/deputies?format=xlsx&group=finance"); string(b[:2]) != "PK" {
		t.Error("the workbook is none")
	}
}

// leaves lets the deputy at path resign on a day.
func (h *house) leaves(path, on string) {
	h.Helper()
	v := func() []string { return []string{strconv.Itoa(h.version(path))} }
	h.Post(h.Actor(access.Staff), path+"/resignation", url.Values{"version": v(), "resignation-on": {on}})
	h.Post(h.Actor(access.CityDeputy), path+"/acceptance", url.Values{"version": v(), "acceptance-on": {on}, "acceptance-document": {"公告〔2026〕1号"}})
}

func (h *house) version(path string) int {
	return dbtest.Scan[int](h, h.Admin, `SELECT version FROM deputies WHERE id = $1`, page.Int64(path[strings.LastIndex(path, "/")+1:]))
}

func (h *house) groupPath(kind string) string {
	return page.GroupURL(dbtest.Scan[int64](h, h.Admin, `SELECT id FROM deputy_groups WHERE street_id = $1 AND kind = $2`, h.Street, kind))
}

func TestGroups(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	path := h.seat("王志伟")
	id := path[strings.LastIndex(path, "/")+1:]
	law, finance := h.groupPath("law"), h.groupPath("finance")
	if body := h.Get(h.Actor(access.Deputy), "/groups"); !strings.Contains(body, "1 名代表") || !strings.Contains(body, "财经") || strings.Contains(body, "南城街道") {
		t.Error("the street's groups are wrong")
	}
	if body := h.Get(h.Actor(access.CityOffice), "/groups"); !strings.Contains(body, "南城街道") || strings.Contains(body, "石岐街道") {
		t.Error("the city's groups are wrong")
	}
	if code, _ := h.Do(h.Far(access.CityDeputy), "GET", law, nil); code != http.StatusNotFound {
		t.Errorf("another city's group = %d", code)
	}
	h.Post(staff, law+"/leader", url.Values{"leader-deputy": {id}, "leader-on": {"2022-01-01"}})
	code, body := h.Do(staff, "POST", law+"/transfer", url.Values{"transfer-deputy": {id}, "transfer-to": {finance[strings.LastIndex(finance, "/")+1:]}, "transfer-on": {"2020-01-01"}, "transfer-note": {"按专长〔1〕"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "按专长〔1〕") || !strings.Contains(body, "日期要晚于") {
		t.Errorf("transfer before the beginning = %d %s", code, webtest.Complaints(body))
	}
	h.Post(staff, law+"/transfer", url.Values{"transfer-deputy": {id}, "transfer-to": {finance[strings.LastIndex(finance, "/")+1:]}, "transfer-on": {"2026-02-01"}})
	if body := h.Get(staff, finance); !strings.Contains(body, "王志伟") {
		t.Error("the group lacks who was moved to it")
	}
	if body := h.Get(staff, law+"?on=2026-01-31"); !strings.Contains(body, "王志伟（组长）") {
		t.Error("the group of the day before lacks its leader")
	}
	if b := h.Raw(staff, finance+"?format=xlsx"); string(b[:2]) != "PK" {
		t.Error("the workbook is none")
	}
	plan := h.Post(staff, finance+"/plans", url.Values{"plans-year": {"2026"}, "plans-key": {"p"}})
	h.Post(staff, plan+"/items", url.Values{"items-month": {"3"}, "items-theme": {"减税降费〔1〕"}, "items-kind": {"enterprise"}})
	h.Post(staff, plan+"/passage", url.Values{"version": {"1"}, "passage-on": {"2026-02-20"}, "passage-present": {"1"}})
	h.Post(staff, plan+"/sending", url.Values{"version": {"2"}})
	if body := h.Get(h.Actor(access.Director), plan); !strings.Contains(body, "已报送工委") || !strings.Contains(body, "减税降费〔1〕") || strings.Contains(body, "/items") {
		t.Error("the plan that was sent is wrong")
	}
	if code, _ := h.Do(staff, "POST", plan+"/items", url.Values{"items-month": {"3"}, "items-theme": {"x"}, "items-kind": {"walk"}}); code != http.StatusConflict {
		t.Errorf("another item = %d", code)
	}
}

// From a seat that fell vacant to the profile that residents read, in a browser:
// the street registers, the city confirms.
func TestByElectionInABrowser(t *testing.T) {
	h := open(t)
	staff, city := h.Actor(access.Staff), h.Actor(access.CityDeputy)
	h.leaves(h.seat("王志伟"), "2026-01-10")
	b := h.Browser(staff).Go("/deputies/elections").Press("登记补选结果")
	b.Fill("当选人姓名", "李䶮").Check("女").Fill("当选日期", "2026-02-01").Choose("专业小组", "财经").Press("登记补选结果")
	b.See("待市人大常委会确认代表资格").Lacks("确认代表资格有效").Accessible()
	if body := h.Get(staff, "/deputies"); strings.Contains(body, "李䶮") {
		t.Error("the register has who is not confirmed")
	}
	c := h.Browser(city).Go("/deputies/elections").Press("李䶮")
	c.Within("确认代表资格", func() { c.Fill("公告文号", "公告〔2026〕3号").Press("确认代表资格") })
	c.See("资格有效", "公告〔2026〕3号").Accessible()
	if body := h.Get(staff, "/deputies"); !strings.Contains(body, "李䶮") {
		t.Error("the register lacks who was confirmed")
	}
}

// From who was elected at a general election to the register: the street registers,
// the city confirms all of them by one paper.
func TestGeneralElectionInABrowser(t *testing.T) {
	h := open(t)
	staff, city := h.Actor(access.Staff), h.Actor(access.CityDeputy)
	for _, name := range []string{"李䶮", "𠮷田光"} {
		to := h.Post(staff, "/deputies", h.form(name))
		if !strings.HasPrefix(to, "/deputies/elections/") {
			t.Fatalf("the street's entry leads to %s", to)
		}
	}
	for _, path := range []string{"/deputies", "/groups", "/deputies?format=csv"} {
		if body := h.Get(staff, path); strings.Contains(body, "李䶮") || strings.Contains(body, "1 名代表") {
			t.Errorf("%s has who is not confirmed", path)
		}
	}
	b := h.Browser(staff).Go("/deputies/elections").See("待确认代表资格", "李䶮").Accessible()
	b.Phone().Go("/deputies/elections").Fits()
	c := h.Browser(city).Go("/deputies/elections").Unfold("一并确认换届当选人")
	c.Within("一并确认换届当选人", func() {
		c.Check("东城街道市十七届：2 名当选人").Fill("确认日期", "2021-11-20").Fill("公告文号", "公告〔2021〕7号").Press("确认代表资格")
	})
	c.See("已确认 2 名当选人的代表资格")
	if body := h.Get(staff, "/deputies"); !strings.Contains(body, "李䶮") || !strings.Contains(body, "𠮷田光") {
		t.Error("the register lacks who was confirmed")
	}
}

// TestEveryRoute asks every route as every role: only those with the
// permission come in, and nothing that is typed is an internal error.
func TestEveryRoute(t *testing.T) {
	h := open(t)
	path := h.seat("王志伟")
	left := h.seat("张三")
	h.leaves(left, "2026-01-10")
	election := h.Post(h.Actor(access.Staff), "/deputies/elections", url.Values{
		"elections-key": {"e"}, "elections-fills": {left[strings.LastIndex(left, "/")+1:]}, "elections-name": {"李䶮"}, "elections-sex": {"female"},
		"elections-elected": {"2026-02-01"}, "elections-group": {"law"},
	})
	plan := h.Post(h.Actor(access.Staff), h.groupPath("law")+"/plans", url.Values{"plans-year": {"2026"}, "plans-key": {"p"}})
	places := strings.NewReplacer("/deputies/elections/{id}", election, "/groups/plans/{id}", plan, "/groups/{id}", h.groupPath("law"), "/deputies/{id}", path, "{item}", "1")
	for _, route := range h.table {
		at := places.Replace(route.Pattern)
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
			f := h.form(v)
			for k := range f {
				f.Set(k, v)
			}
			for _, k := range []string{
				"on", "until", "ground", "document", "announced", "note", "street", "district", "group", "reason", "consent", "deputy", "to", "year", "month", "theme", "kind", "output",
				"present", "who", "term", "name", "from", "fills", "sex", "elected", "voters", "ballots", "votes", "rerun", "phone", "intro", "key",
			} {
				f.Set(at[strings.LastIndex(at, "/")+1:]+"-"+k, v)
			}
			for _, k := range []string{"version", "street", "no_phone", "level", "how", "elected", "confirmed"} {
				f.Set(k, v)
			}
			h.Do(h.Actor(access.CityDeputy), "POST", at, f)
		}
		// One bad value at a time comes as far as the database.
		for _, v := range webtest.Nasty {
			for k := range h.form("") {
				f := h.form("王志伟")
				f.Set("version", strconv.Itoa(dbtest.Scan[int](t, h.Admin, `SELECT max(version) FROM deputies`)))
				f.Set("street", strconv.FormatInt(h.Street, 10))
				f.Set(k, v)
				h.Do(h.Actor(access.CityDeputy), "POST", at, f)
			}
		}
	}
	for _, v := range webtest.Nasty {
		for _, k := range []string{"street", "group", "station", "state", "on", "q", "after", "format"} {
			h.Get(h.Actor(access.CityOffice), "/deputies?"+url.Values{k: {v}}.Encode())
		}
		h.Do(h.Actor(access.CityOffice), "GET", "/groups?"+url.Values{"street": {v}}.Encode(), nil)
	}
}

func TestPages(t *testing.T) {
	h := open(t)
	staff, city := h.Actor(access.Staff), h.Actor(access.CityDeputy)
	empty := h.Other(access.Staff)
	path := h.seat("𠮷田光")
	h.seat("王志伟")
	h.works(path)
	plan := h.Post(staff, h.groupPath("law")+"/plans", url.Values{"plans-year": {"2026"}, "plans-key": {"p"}})
	h.Post(staff, plan+"/items", url.Values{"items-month": {"3"}, "items-theme": {"垃圾分类"}, "items-kind": {"study"}})
	pages := map[string]string{}
	for _, c := range []struct {
		actor access.Actor
		paths []string
	}{
		{staff, []string{"/deputies", path, path + "/edit", "/groups", h.groupPath("law"), plan, "/deputies/elections", "/deputies/elections/new"}},
		{city, []string{"/deputies", "/deputies/new", path, "/groups", "/deputies/terms"}},
		{empty, []string{"/deputies"}},
	} {
		b := h.Browser(c.actor)
		for _, p := range c.paths {
			pages[p+" as "+string(c.actor.Role)] = string(h.Raw(c.actor, p))
			b.Go(p).Accessible()
		}
	}
	webtest.Valid(t, pages)
}
