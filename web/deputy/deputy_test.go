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
		"since": {"2021-12-01"}, "phone": {"13800138000"}, "intro": {"小学教师"},
	}
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
	path := h.Post(staff, "/deputies", h.form("𠮷田光"))
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
	h.Post(h.Actor(access.CityDeputy), path+"/end", url.Values{"version": {"2"}, "end-on": {"2026-03-01"}, "end-why": {"resigned"}, "end-note": {"公告〔2026〕1号"}})
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
	path := h.Post(staff, "/deputies", h.form("王志伟"))
	code, body := h.Do(h.Actor(access.CityDeputy), "POST", path+"/end", url.Values{"version": {"1"}, "end-on": {"2020-01-01"}, "end-why": {"resigned"}, "end-note": {"依据〔1〕"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "日期不能早于任职日期") || !strings.Contains(body, "依据〔1〕") {
		t.Errorf("end = %d %s", code, webtest.Complaints(body))
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
	path := h.Post(h.Actor(access.Staff), "/deputies", h.form("王志伟"))
	f := h.form("外来")
	f.Set("version", "1")
	for k, v := range map[string]string{"end-on": "2026-03-01", "end-why": "died", "phone-reason": "x"} {
		f.Set(k, v)
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		for _, p := range []string{path, path + "/edit", "/deputies/999999"} {
			if code, _ := h.Do(a, "GET", p, nil); code != http.StatusNotFound {
				t.Errorf("GET %s as %s of elsewhere = %d", p, a.Role, code)
			}
		}
		for _, p := range []string{path, path + "/end", path + "/phone"} {
			if code, _ := h.Do(a, "POST", p, f); code != http.StatusNotFound && !(code == http.StatusForbidden && a.Role == access.Staff && strings.HasSuffix(p, "/end")) {
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
	h.Post(staff, "/deputies", h.form("𠮷田光"))
	h.Post(staff, "/deputies", h.form("=1+1"))
	body := h.Get(staff, "/deputies?format=csv")
	if !strings.Contains(body, "1,'=1+1,女,东城街道") || !strings.Contains(body, "𠮷田光") || strings.Contains(body, "13800138000") {
		t.Errorf("register = %s", body)
	}
	if b := h.Raw(staff, "/deputies?format=xlsx&group=finance"); string(b[:2]) != "PK" {
		t.Error("the workbook is none")
	}
}

func TestGroups(t *testing.T) {
	h := open(t)
	h.Post(h.Actor(access.Staff), "/deputies", h.form("王志伟"))
	if body := h.Get(h.Actor(access.Deputy), "/groups"); !strings.Contains(body, "王志伟") || strings.Count(body, "这个小组还没有代表") != 3 {
		t.Error("the street's groups are wrong")
	}
	city := h.Actor(access.CityOffice)
	if body := h.Get(city, "/groups"); !strings.Contains(body, "南城街道") || strings.Contains(body, "王志伟") || !strings.Contains(body, "1 名代表") {
		t.Error("the city's table is wrong")
	}
	if body := h.Get(city, "/groups?street="+strconv.FormatInt(h.Street, 10)); !strings.Contains(body, "王志伟") {
		t.Error("the city does not see a street's members")
	}
}

// TestEveryRoute asks every route as every role: only those with the
// permission come in, and nothing that is typed is an internal error.
func TestEveryRoute(t *testing.T) {
	h := open(t)
	path := h.Post(h.Actor(access.Staff), "/deputies", h.form("王志伟"))
	for _, route := range h.table {
		at := strings.Replace(route.Pattern, "/deputies/{id}", path, 1)
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
			for _, k := range []string{"version", "street", "no_phone", "end-on", "end-why", "end-note", "phone-reason"} {
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
	path := h.Post(staff, "/deputies", h.form("𠮷田光"))
	h.Post(staff, "/deputies", h.form("王志伟"))
	h.works(path)
	pages := map[string]string{}
	for _, c := range []struct {
		actor access.Actor
		paths []string
	}{
		{staff, []string{"/deputies", path, path + "/edit", "/groups"}},
		{city, []string{"/deputies", "/deputies/new", "/groups"}},
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
