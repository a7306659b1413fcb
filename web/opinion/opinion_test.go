package opinion_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/file"
	"portal/internal/opinion"
	web "portal/web/opinion"
	"portal/web/page"
	"portal/web/webtest"
)

// house serves the room's pages to whoever the test says is looking.
type house struct {
	*webtest.Site
	s     *opinion.Store
	table []page.Route
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s = opinion.NewStore(h.DB, h.Keys, file.NewStore(h.DB, h.Now), h.Now)
	web.Register(h.Routes, h.s)
	h.table = h.Routes.Table
	return h
}

// press sends a move's form as the page would: with the version it shows.
func (h *house) press(a access.Actor, path, move string, pairs ...string) {
	h.Helper()
	body := h.Get(a, path)
	if !strings.Contains(body, `action="`+path+"/"+move+`"`) {
		h.Fatalf("%s shows %s no form for %s", path, a.Role, move)
	}
	f := url.Values{"version": {h.version(path)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(move+"-"+pairs[i], pairs[i+1])
	}
	if code, got := h.Do(a, "POST", path+"/"+move, f); code != http.StatusSeeOther {
		h.Fatalf("%s as %s = %d\n%s", move, a.Role, code, webtest.Complaints(got))
	}
}

func (h *house) version(path string) string {
	id, _ := strconv.Atoi(path[strings.LastIndex(path, "/")+1:])
	return strconv.Itoa(dbtest.Scan[int](h, h.Admin, `SELECT version FROM opinions WHERE id = $1`, id))
}

func (h *house) form() url.Values {
	return url.Values{
		"key": {fmt.Sprint("k", time.Now().UnixNano())}, "source": {"letter"}, "received_on": {"2026-03-02"}, "community": {strconv.FormatInt(h.Community, 10)},
		"kind": {"complaint"}, "field": {"construction"}, "text": {"小区门口路灯不亮"}, "resident": {"𠮷田光"}, "phone": {"13800138000"},
	}
}

func (h *house) register(a access.Actor) string {
	h.Helper()
	code, path := h.Do(a, "POST", "/opinions", h.form())
	if code != http.StatusSeeOther {
		h.Fatalf("register = %d %s", code, webtest.Complaints(path))
	}
	return path
}

func TestFollowedThroughItsPages(t *testing.T) {
	h := open(t)
	staff, unit := h.Actor(access.Staff), h.Actor(access.Unit)
	path := h.register(staff)
	h.press(staff, path, "acceptance")
	h.press(staff, path, "assignment", "lead", strconv.FormatInt(h.Unit, 10), "urgency", "urgent", "co", strconv.FormatInt(h.SecondUnit, 10))
	if body := h.Get(unit, path); !strings.Contains(body, "待东城街道城市建设办公室签收") || strings.Contains(body, "𠮷田光") || strings.Contains(body, "138****8000") {
		t.Error("the unit's page lacks the turn, or shows who raised it")
	}
	h.press(unit, path, "receipt")
	if body := h.Get(unit, path); !strings.Contains(body, "剩 5 个工作日") {
		t.Error("the page does not say how much time is left")
	}
	h.press(unit, path, "reply", "text", "已更换灯具")
	h.press(staff, path, "approval")
	h.press(staff, path, "feedback", "how", "电话", "told_on", "2026-03-02")
	h.press(staff, path, "rating", "rating", "dissatisfied", "note", "又坏了")
	if body := h.Get(staff, path); !strings.Contains(body, "办理中（二次办理）") {
		t.Error("the page does not show the second handling")
	}
	h.press(unit, path, "reply", "text", "已换线路")
	h.press(staff, path, "approval")
	h.press(staff, path, "feedback", "how", "上门", "told_on", "2026-03-02")
	h.press(staff, path, "rating", "rating", "satisfied")
	if body := h.Get(staff, path); !strings.Contains(body, "2026年3月2日办结") || strings.Contains(body, `class="move"`) && strings.Contains(body, path+"/reply") {
		t.Error("the closed record is wrong")
	}
	for _, page := range []string{"/receipt", "/assignment-form"} {
		h.Get(staff, path+page)
	}
	if body := h.Get(staff, "/opinions?format=csv"); !strings.Contains(body, "𠮷**") || strings.Contains(body, "𠮷田光") {
		t.Error("the ledger shows a resident's full name")
	}
}

func TestComplaintsKeepWhatWasTyped(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	f := h.form()
	f.Set("text", "")
	f.Set("resident", "李䶮")
	f.Set("received_on", "明天")
	code, body := h.Do(staff, "POST", "/opinions", f)
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="李䶮"`) || !strings.Contains(body, "请填写意见内容") || !strings.Contains(body, "请填写收到日期") {
		t.Errorf("register = %d %s", code, webtest.Complaints(body))
	}
	path := h.register(staff)
	h.press(staff, path, "acceptance")
	code, body = h.Do(staff, "POST", path+"/assignment", url.Values{"version": {h.version(path)}, "assignment-note": {"请尽快"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "请选择主办单位") || !strings.Contains(body, "请尽快") {
		t.Errorf("assignment = %d %s", code, webtest.Complaints(body))
	}
}

func TestStaleShowsWhatWasTyped(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	path := h.register(staff)
	old := h.version(path)
	h.press(staff, path, "acceptance")
	code, body := h.Do(staff, "POST", path+"/answer", url.Values{"version": {old}, "answer-text": {"我写了很久的答复"}})
	if code != http.StatusConflict || !strings.Contains(body, "我写了很久的答复") || !strings.Contains(body, "待交办") {
		t.Errorf("stale answer = %d, shows typed %t", code, strings.Contains(body, "我写了很久的答复"))
	}
}

func TestOtherStreetFindsNothing(t *testing.T) {
	h := open(t)
	path := h.register(h.Actor(access.Staff))
	other := h.Other(access.Staff)
	for _, p := range []string{path, path + "/receipt", path + "/assignment-form", path + "/supervision-letter", "/opinions/999999"} {
		if code, _ := h.Do(other, "GET", p, nil); code != http.StatusNotFound {
			t.Errorf("GET %s = %d, want 404", p, code)
		}
	}
	for _, m := range opinion.Procedure.Moves {
		code, _ := h.Do(h.Other(roleFor(m.Need)), "POST", path+"/"+m.Name, url.Values{"version": {"1"}, m.Name + "-text": {"x"}, m.Name + "-reason": {"x"}})
		if code != http.StatusNotFound && code != http.StatusUnprocessableEntity {
			t.Errorf("POST %s = %d", m.Name, code)
		}
	}
	if body := h.Get(other, "/opinions"); strings.Contains(body, "路灯") {
		t.Error("the other street's ledger shows it")
	}
}

func roleFor(p access.Permission) access.Role {
	for _, r := range []access.Role{access.Staff, access.Unit, access.Director, access.OfficeDispatch} {
		if access.Granted(r, p) {
			return r
		}
	}
	return access.Staff
}

// TestEveryRoute asks every route as every role: only those with the
// permission come in, and nothing that is typed is an internal error.
func TestEveryRoute(t *testing.T) {
	h := open(t)
	path := h.register(h.Actor(access.Staff))
	nasty := webtest.Nasty
	for _, route := range h.table {
		url1 := strings.Replace(route.Pattern, "/opinions/{id}", path, 1)
		for _, info := range access.Roles {
			a := h.Actor(info.Role)
			code, _ := h.Do(a, route.Method, url1, url.Values{"version": {"1"}})
			if may := a.May(route.Need); may == (code == http.StatusForbidden) {
				t.Errorf("%s %s as %s = %d", route.Method, url1, info.Role, code)
			}
		}
		if route.Method != http.MethodPost {
			continue
		}
		name := route.Pattern[strings.LastIndex(route.Pattern, "/")+1:]
		for _, v := range nasty {
			f := url.Values{"version": {h.version(path)}}
			for _, field := range []string{"text", "reason", "note", "number", "channel", "other", "lead", "co", "urgency", "unit", "days", "grant", "how", "told_on", "rating", "promised_on"} {
				f.Set(name+"-"+field, v)
			}
			for k := range h.form() {
				f.Set(k, v)
			}
			h.Do(h.Actor(roleFor(route.Need)), "POST", url1, f)
		}
	}
	for _, v := range nasty {
		q := url.Values{}
		for _, k := range []string{"view", "state", "rating", "kind", "field", "street", "unit", "station", "community", "deputy", "from", "to", "q", "after"} {
			q.Set(k, v)
		}
		h.Get(h.Actor(access.Staff), "/opinions?"+q.Encode())
	}
}
