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
	"portal/web/webtest"
)

func TestDelegation(t *testing.T) {
	h := open(t)
	director, deputy := h.Actor(access.Director), h.Actor(access.DeputyDirector)
	dbtest.InPost(t, h.Admin, h.Street, committee.Director, "李䶮", &director, "2019-07-10")
	to := dbtest.InPost(t, h.Admin, h.Street, committee.DeputyDirector, "𠮷田芳", &deputy, "2019-07-10")
	f := url.Values{
		"key": {"a"}, "to": {strconv.FormatInt(to, 10)}, "powers": {"preside", "sign"}, "from_on": {"2026-03-01"}, "through_on": {"2026-03-20"}, "reason": {"外出𠮷"},
	}
	code, body := h.Do(director, "POST", h.at()+"/delegations", f)
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#from_on"`) || !strings.Contains(body, "外出𠮷") {
		t.Errorf("before today = %d %s", code, webtest.Complaints(body))
	}
	f.Set("from_on", "2026-03-02")
	at := h.Post(director, h.at()+"/delegations", f)
	if body = h.Get(h.Actor(access.Staff), h.at()); !strings.Contains(body, "主任李䶮、副主任𠮷田芳") || !strings.Contains(body, at) {
		t.Error("the street's page lacks who may preside")
	}
	if body = h.Get(h.Actor(access.Deputy), h.at()); strings.Contains(body, "主任的委托") {
		t.Error("a deputy is shown delegations")
	}
	if doc := h.Raw(h.Actor(access.CityOffice), at+"/document.docx"); !strings.HasPrefix(string(doc), "PK") {
		t.Error("the paper is no document")
	}
	for _, path := range []string{at, at + "/document.docx", h.at() + "/delegations/new"} {
		if code, _ := h.Do(h.Other(access.Director), "GET", path, nil); code != http.StatusNotFound {
			t.Errorf("GET %s of another street = %d", path, code)
		}
	}
	webtest.Look(h.Browser(director), "delegation-form", h.at()+"/delegations/new")
	webtest.Look(h.Browser(director), "delegation", at)
	webtest.Look(h.Browser(director), "delegations", h.at())
	webtest.Valid(t, map[string]string{"form": string(h.Raw(director, h.at()+"/delegations/new")), "record": string(h.Raw(director, at)), "street": string(h.Raw(director, h.at()))})
	for _, v := range webtest.Nasty {
		g := url.Values{}
		for name := range f {
			g.Set(name, v)
		}
		h.Do(director, "POST", h.at()+"/delegations", g)
		g = url.Values{"key": {"b"}, "to": f["to"], "powers": {"other"}, "from_on": {"2026-03-02"}, "through_on": {"2026-03-20"}, "scope": {v}, "reason": {v}}
		h.Do(director, "POST", h.at()+"/delegations", g)
	}
	if code, body = h.Do(director, "POST", at+"/withdrawal", url.Values{}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写收回的理由") {
		t.Errorf("withdrawn without a reason = %d", code)
	}
	h.Post(director, at+"/withdrawal", url.Values{"why": {"不再外出"}})
	if code, _ = h.Do(director, "POST", at+"/withdrawal", url.Values{"why": {"再收回"}}); code != http.StatusConflict {
		t.Errorf("withdrawn twice = %d", code)
	}
	if body = h.Get(deputy, at); !strings.Contains(body, "已收回") || !strings.Contains(body, "不再外出") {
		t.Error("the page lacks the withdrawal")
	}
}
