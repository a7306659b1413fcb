package committee_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/dbtest"
	web "portal/web/committee"
	"portal/web/page"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	s     *committee.Store
	table []page.Route
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s = committee.NewStore(h.DB, h.Now)
	web.Register(h.Routes, h.s)
	h.table = h.Routes.Table
	return h
}

func (h *house) at() string { return page.CommitteeURL(h.Street) }

func (h *house) unitAt(id int64) string { return h.at() + "/units/" + strconv.FormatInt(id, 10) }

func (h *house) communityAt(id int64) string {
	return h.at() + "/communities/" + strconv.FormatInt(id, 10)
}

func unit(name, kind string) url.Values {
	return url.Values{"unit-name": {name}, "unit-kind": {kind}, "unit-contact": {"22100000"}}
}

func TestUnitsAreKept(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	h.Post(staff, h.at()+"/units", unit("𠮷字号办公室", "department"))
	id := dbtest.Scan[int64](t, h.Admin, `SELECT id FROM units WHERE name = '𠮷字号办公室'`)
	if body := h.Get(staff, h.at()); !strings.Contains(body, `href="`+h.unitAt(id)+`"`) || !strings.Contains(body, "新增承办单位：𠮷字号办公室") {
		t.Error("the street's page lacks the new unit or what was done")
	}
	f := unit("䶮塘办公室", "stationed")
	f.Set("version", "1")
	h.Post(staff, h.unitAt(id), f)
	code, body := h.Do(staff, "POST", h.unitAt(id), f) // the page that was open meanwhile
	if code != http.StatusConflict || !strings.Contains(body, "刚刚被别人改过") || !strings.Contains(body, `value="䶮塘办公室"`) {
		t.Errorf("stale = %d", code)
	}
	h.Post(staff, h.unitAt(id)+"/end", url.Values{"version": {"2"}, "end-reason": {"机构改革"}})
	if body := h.Get(staff, h.unitAt(id)); !strings.Contains(body, "2026年3月2日停用") || strings.Contains(body, "<form class=\"form\"") {
		t.Error("the ended unit can still be changed")
	}
}

func TestCommunitiesAreKept(t *testing.T) {
	h := open(t)
	admin := h.Actor(access.SystemAdmin)
	h.Post(admin, h.at()+"/communities", url.Values{"community-name": {"桑园社区"}, "community-code": {"441900003007"}})
	id := dbtest.Scan[int64](t, h.Admin, `SELECT id FROM communities WHERE name = '桑园社区'`)
	h.Post(admin, h.communityAt(id), url.Values{"version": {"1"}, "community-name": {"䶮园社区"}})
	h.Post(admin, h.communityAt(id)+"/end", url.Values{"version": {"2"}, "end-reason": {"并入岗贝社区"}})
	if got := dbtest.Scan[string](t, h.Admin, `SELECT name || ended_on FROM communities WHERE id = $1`, id); got != "䶮园社区2026-03-02" {
		t.Errorf("community = %s", got)
	}
}

func TestStreetIsNamed(t *testing.T) {
	h := open(t)
	admin := h.Actor(access.SystemAdmin)
	f := url.Values{"version": {"1"}, "street-name": {"东城街道办"}, "street-committee": {"人大东城工委"}}
	h.Post(admin, h.at()+"/name", f)
	if body := h.Get(admin, h.at()); !strings.Contains(body, "<h1>人大东城工委") {
		t.Error("the street's page lacks the new name")
	}
	f.Set("street-name", "东城")
	code, body := h.Do(admin, "POST", h.at()+"/name", f)
	if code != http.StatusConflict || !strings.Contains(body, `value="东城"`) {
		t.Errorf("stale = %d", code)
	}
}

func TestComplaintsKeepWhatWasTyped(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	for _, c := range []struct {
		path, field, typed, says string
		form                     url.Values
	}{
		{"/units", "unit-name", "城市建设办公室", "本街道已有同名的承办单位", unit("城市建设办公室", "department")},
		{"/units", "unit-kind", "第二党政办", "请先停用原来的", unit("第二党政办", "dispatch")},
		{"/communities", "community-code", "短码社区", "区划代码是 12 位数字", url.Values{"community-name": {"短码社区"}, "community-code": {"12"}}},
		{"/communities", "community-name", "441900003009", "请填写社区名称", url.Values{"community-code": {"441900003009"}}},
	} {
		code, body := h.Do(staff, "POST", h.at()+c.path, c.form)
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, c.says) || !strings.Contains(body, `value="`+c.typed+`"`) || !strings.Contains(body, `href="#`+c.field+`"`) {
			t.Errorf("%s = %d %s", c.path, code, webtest.Complaints(body))
		}
	}
	code, body := h.Do(staff, "POST", h.unitAt(h.Unit)+"/end", url.Values{"version": {"1"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写理由") {
		t.Errorf("ended without a reason = %d", code)
	}
}

func TestOtherStreetFindsNothing(t *testing.T) {
	h := open(t)
	paths := []string{h.at(), h.at() + "?format=xlsx", h.unitAt(h.Unit), h.communityAt(h.Community)}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.SystemAdmin)} {
		for _, p := range paths {
			if code, _ := h.Do(a, "GET", p, nil); code != http.StatusNotFound {
				t.Errorf("GET %s as %s of elsewhere = %d", p, a.Role, code)
			}
		}
		for _, p := range []string{"/units", "/units/" + strconv.FormatInt(h.Unit, 10), "/units/" + strconv.FormatInt(h.Unit, 10) + "/end"} {
			f := unit("外来单位", "other")
			f.Set("version", "1")
			f.Set("end-reason", "x")
			if code, _ := h.Do(a, "POST", h.at()+p, f); code != http.StatusNotFound && code != http.StatusForbidden {
				t.Errorf("POST %s as %s of elsewhere = %d", p, a.Role, code)
			}
		}
	}
	// A unit of another street is none of this one.
	if code, _ := h.Do(h.Actor(access.Staff), "GET", h.unitAt(h.OtherUnit), nil); code != http.StatusNotFound {
		t.Errorf("another street's unit = %d", code)
	}
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM units WHERE name = '外来单位' OR ended_on IS NOT NULL`); n != 0 {
		t.Errorf("%d units were changed", n)
	}
}

func TestListIsOfTheCity(t *testing.T) {
	h := open(t)
	if body := h.Get(h.Actor(access.CityOffice), "/committees"); !strings.Contains(body, "南城街道") || strings.Contains(body, "石岐街道") {
		t.Error("the city's list is wrong")
	}
	code, to := h.Do(h.Actor(access.Staff), "GET", "/committees", nil)
	if code != http.StatusSeeOther || to != h.at() {
		t.Errorf("staff are led to %d %s", code, to)
	}
	if body := h.Get(h.Actor(access.SystemAdmin), "/committees"); strings.Contains(body, "联络站") {
		t.Error("the system administrator is shown numbers that they cannot see")
	}
}

func (h *house) fill(pattern string) string {
	p := strings.Replace(pattern, "{street}", strconv.FormatInt(h.Street, 10), 1)
	if strings.Contains(p, "/communities/") {
		return strings.Replace(p, "{id}", strconv.FormatInt(h.Community, 10), 1)
	}
	return strings.Replace(p, "{id}", strconv.FormatInt(h.Unit, 10), 1)
}

// TestEveryRoute asks every route as every role: only those with the
// permission come in, and nothing that is typed is an internal error.
func TestEveryRoute(t *testing.T) {
	h := open(t)
	for _, route := range h.table {
		path := h.fill(route.Pattern)
		for _, info := range access.Roles {
			a := h.Actor(info.Role)
			code, _ := h.Do(a, route.Method, path, url.Values{"version": {"1"}})
			if may := a.May(route.Need); may == (code == http.StatusForbidden) {
				t.Errorf("%s %s as %s = %d", route.Method, path, info.Role, code)
			}
		}
		if route.Method != http.MethodPost {
			continue
		}
		for _, v := range webtest.Nasty {
			f := url.Values{"version": {v}}
			for _, name := range []string{"street-name", "street-committee", "unit-name", "unit-kind", "unit-contact", "community-name", "community-code", "end-reason"} {
				f.Set(name, v)
			}
			h.Do(h.Actor(access.SystemAdmin), "POST", path, f)
			f.Set("version", "1")
			f.Set("unit-kind", "other")
			h.Do(h.Actor(access.SystemAdmin), "POST", path, f)
		}
	}
	for _, v := range webtest.Nasty {
		h.Get(h.Actor(access.CityOffice), "/committees?"+url.Values{"after": {v}}.Encode())
	}
}

func TestPages(t *testing.T) {
	h := open(t)
	dbtest.Exec(t, h.Admin, `UPDATE units SET contact = '22100000，陈主任', ended_on = CASE WHEN id = $1 THEN date '2026-01-01' END`, h.SecondUnit)
	pages := map[string]string{}
	for _, c := range []struct {
		actor access.Actor
		paths []string
	}{
		{h.Actor(access.SystemAdmin), []string{"/committees", h.at()}},
		{h.Actor(access.Staff), []string{h.at(), h.unitAt(h.Unit), h.unitAt(h.SecondUnit), h.communityAt(h.Community)}},
	} {
		b := h.Browser(c.actor)
		for _, path := range c.paths {
			pages[path+" as "+string(c.actor.Role)] = string(h.Raw(c.actor, path))
			b.Go(path).Accessible()
		}
	}
	webtest.Valid(t, pages)
}

// Who was in post on a day, and what is not as it should be.
func TestPosts(t *testing.T) {
	h := open(t)
	id := dbtest.InPost(t, h.Admin, h.Street, committee.Director, "李䶮", nil, "2019-07-10")
	dbtest.Exec(t, h.Admin, `UPDATE posts SET until_on = '2021-01-01', ended_why = 'removed' WHERE id = $1`, id)
	for i := range 7 {
		dbtest.InPost(t, h.Admin, h.Street, committee.Member, "委员"+strconv.Itoa(i), nil, "2019-07-10")
	}
	a := h.Actor(access.CityOffice)
	if body := h.Get(a, h.at()); !strings.Contains(body, "工委主任空缺") || strings.Contains(body, "名。每个街道应有") || !strings.Contains(body, "2021年1月1日起免职") {
		t.Error("today lacks the vacancy or who left")
	}
	if body := h.Get(a, h.at()+"?on=2020-12-31"); strings.Contains(body, "工委主任空缺") {
		t.Error("on the last day the director is missing")
	}
	if body := h.Get(a, h.at()+"?on=2019-07-09"); !strings.Contains(body, "这一天没有人在任") {
		t.Error("somebody is in post before the appointment")
	}
	if body := h.Get(h.Actor(access.Unit), h.at()); strings.Contains(body, "组成人员") {
		t.Error("a unit is shown posts that it cannot see")
	}
}
