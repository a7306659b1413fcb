package account_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/dbtest"
	web "portal/web/account"
	"portal/web/page"
	"portal/web/webtest"
)

// rooms serves the administrators' pages to whoever the test says is looking.
type rooms struct {
	*webtest.Site
	s     *account.Store
	table []page.Route
	// People who are really there, so that their names can be shown.
	system, security access.Actor
}

func open(t *testing.T) *rooms {
	h := &rooms{Site: webtest.NewSite(t)}
	h.s = account.NewStore(account.Config{DB: h.DB, Keys: h.Keys, Now: h.Now})
	web.Register(h.Routes, web.NewSessions(h.s, "http://portal.test", nil))
	h.table = h.Routes.Table
	operator := access.Actor{Role: access.Operator, Name: "服务器操作员", CityID: h.City}
	for _, a := range []*access.Actor{&h.system, &h.security} {
		*a = h.Actor(map[bool]access.Role{true: access.SystemAdmin, false: access.SecurityAdmin}[a == &h.system])
		a.Name = a.Role.Name()
		id, _, err := h.s.CreateAccount(t.Context(), operator, account.NewAccount{Login: strings.ReplaceAll(string(a.Role), "_", "-"), Name: a.Name})
		if err == nil {
			err = h.s.GrantRole(t.Context(), operator, id, account.Grant{Role: a.Role})
		}
		if err != nil {
			t.Fatal(err)
		}
		a.UserID = id
	}
	return h
}

var (
	issuedPassword = regexp.MustCompile(`<p class="letters">([^<]+)`)
	recordLink     = regexp.MustCompile(`href="(/accounts/\d+)"`)
	keyField       = regexp.MustCompile(`name="(?:password-)?key" value="([^"]+)"`)
)

// create makes an account through the form and returns its page's address and
// the password shown.
func (h *rooms) create(login, name string) (path, password string) {
	h.Helper()
	key := keyField.FindStringSubmatch(h.Get(h.system, "/accounts/new"))[1]
	code, body := h.Do(h.system, "POST", "/accounts", url.Values{"key": {key}, "login": {login}, "name": {name}})
	found := issuedPassword.FindStringSubmatch(body)
	if code != http.StatusOK || found == nil {
		h.Fatalf("create = %d %s", code, webtest.Complaints(body))
	}
	return recordLink.FindStringSubmatch(body)[1], found[1]
}

func TestAnAccountFromItsFormToItsEnd(t *testing.T) {
	h := open(t)
	path, password := h.create("chen.ming", "𠮷田光")
	if _, err := h.s.SignIn(t.Context(), "chen.ming", password, "", ""); err != nil {
		t.Fatalf("the password shown does not open: %v", err)
	}
	if body := h.Get(h.system, path); strings.Contains(body, password) || !strings.Contains(body, "还没有身份") || !strings.Contains(body, "𠮷田光") {
		t.Error("the record shows the password, or not what is missing")
	}
	// A role that needs a street and a unit, step by step as without JavaScript.
	form := path + "/grants/new"
	if body := h.Get(h.system, form+"?role=unit"); !strings.Contains(body, "请选择街道") {
		t.Error("the second step does not ask for the street")
	}
	body := h.Get(h.system, fmt.Sprintf("%s?role=unit&street=%d", form, h.Street))
	if !strings.Contains(body, "城市建设办公室") || strings.Contains(body, ">党政综合办公室") {
		t.Error("the third step does not offer the street's units without its 党政办")
	}
	grant := url.Values{"role": {"unit"}, "street": {fmt.Sprint(h.Street)}}
	if code, body := h.Do(h.system, "POST", path+"/grants", grant); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请为这个身份选择") {
		t.Errorf("without the unit = %d %s", code, webtest.Complaints(body))
	}
	grant.Set("within", fmt.Sprint(h.Unit))
	if to := h.Post(h.system, path+"/grants", grant); to != path {
		t.Errorf("requested, and sent to %s", to)
	}
	if code, body := h.Do(h.system, "POST", path+"/grants", grant); code != http.StatusUnprocessableEntity || !strings.Contains(body, "已有相同的身份，或正在审批") {
		t.Errorf("asked for twice = %d %s", code, webtest.Complaints(body))
	}
	// The second person.
	id := dbtest.Scan[int64](t, h.Admin, `SELECT id FROM role_grants WHERE role = 'unit'`)
	request := page.GrantURL(id)
	if body := h.Get(h.security, "/grants"); !strings.Contains(body, "承办单位（东城街道 城市建设办公室）") || !strings.Contains(body, request) {
		t.Error("the security administrator does not see the request")
	}
	if code, body := h.Do(h.security, "POST", request+"/refusal", url.Values{"refusal-reason": {" "}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写理由") {
		t.Errorf("refusal without a reason = %d", code)
	}
	h.Post(h.security, request+"/approval", url.Values{"approval-reason": {"见任职文件"}})
	if code, _ := h.Do(h.security, "POST", request+"/approval", nil); code != http.StatusNotFound {
		t.Errorf("approved twice = %d, want 404", code)
	}
	body = h.Get(h.system, path)
	if !strings.Contains(body, "有效") || !strings.Contains(body, "安全管理员") || !strings.Contains(body, "见任职文件") {
		t.Error("the record does not say who approved and why")
	}
	// Everything that can be done with the account.
	revocation := fmt.Sprintf("%s/grants/%d/revocation", path, id)
	field := fmt.Sprintf("revoke%d-reason", id)
	if code, body := h.Do(h.system, "POST", revocation, url.Values{field: {""}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写理由") {
		t.Errorf("revoked without a reason = %d", code)
	}
	h.Post(h.system, revocation, url.Values{field: {"调离"}})
	h.Post(h.system, path+"/disabling", url.Values{"disabling-reason": {"退休"}})
	if body := h.Get(h.system, path); !strings.Contains(body, "已停用") || !strings.Contains(body, "退休") {
		t.Error("the record does not say that the account is disabled and why")
	}
	h.Post(h.system, path+"/enabling", nil)
	key := keyField.FindStringSubmatch(h.Get(h.system, path))[1]
	reset := func() string {
		code, body := h.Do(h.system, "POST", path+"/password", url.Values{"password-key": {key}})
		if code != http.StatusOK {
			t.Fatalf("reset = %d", code)
		}
		return issuedPassword.FindStringSubmatch(body)[1]
	}
	if first, second := reset(), reset(); first != second || first == password {
		t.Errorf("a reset sent twice shows %s, then %s", first, second)
	}
}

func TestRenamedMeanwhile(t *testing.T) {
	h := open(t)
	path, _ := h.create("chen.ming", "陈明")
	h.Post(h.system, path+"/name", url.Values{"version": {"1"}, "name-name": {"陈敏"}})
	code, body := h.Do(h.system, "POST", path+"/name", url.Values{"version": {"1"}, "name-name": {"陈䶮"}})
	if code != http.StatusConflict || !strings.Contains(body, "陈敏") || !strings.Contains(body, `value="陈䶮"`) {
		t.Errorf("an old version = %d", code)
	}
}

func TestNobodyShutsThemselvesOut(t *testing.T) {
	h := open(t)
	path := page.AccountURL(h.system.UserID)
	body := h.Get(h.system, path)
	for _, move := range []string{"/disabling", "/password", "/second-factor", "/revocation"} {
		if strings.Contains(body, move+`"`) {
			t.Errorf("the system administrator is offered %s of their own account", move)
		}
	}
	if code, _ := h.Do(h.system, "POST", path+"/disabling", url.Values{"disabling-reason": {"x"}}); code != http.StatusUnprocessableEntity {
		t.Errorf("disabling oneself = %d", code)
	}
	grant := dbtest.Scan[int64](t, h.Admin, `SELECT id FROM role_grants WHERE role = 'system_admin'`)
	f := url.Values{fmt.Sprintf("revoke%d-reason", grant): {"x"}}
	if code, _ := h.Do(h.system, "POST", fmt.Sprintf("%s/grants/%d/revocation", path, grant), f); code != http.StatusNotFound {
		t.Errorf("revoking one's own role = %d", code)
	}
}

// TestEveryRoute asks every route as every role: only those with the permission
// come in, another city finds nothing, and nothing that is typed is an internal
// error.
func TestEveryRoute(t *testing.T) {
	h := open(t)
	path, _ := h.create("chen.ming", "陈明")
	h.Post(h.system, path+"/grants", url.Values{"role": {"city_office"}})
	grant := dbtest.Scan[int64](t, h.Admin, `SELECT id FROM role_grants WHERE role = 'city_office'`)
	replace := strings.NewReplacer("/accounts/{id}", path, "{grant}", fmt.Sprint(grant), "/grants/{id}", page.GrantURL(grant), "{id}", "1")
	fields := []string{
		"key", "login", "name", "name-name", "version", "password-key", "second-factor-reason", "disabling-reason", "role", "street", "within",
		fmt.Sprintf("revoke%d-reason", grant), "approval-reason", "refusal-reason", "grant", "password", "next", "old", "new", "again", "code",
	}
	for _, route := range h.table {
		at := replace.Replace(route.Pattern)
		if route.Need == access.ManageAccounts || route.Need == access.ApproveGrants {
			for _, info := range access.Roles {
				a := h.Actor(info.Role)
				code, _ := h.Do(a, route.Method, at, url.Values{})
				if may := a.May(route.Need); may == (code == http.StatusForbidden) {
					t.Errorf("%s %s as %s = %d", route.Method, at, info.Role, code)
				}
			}
			for _, a := range []access.Actor{h.Far(access.SystemAdmin), h.Far(access.SecurityAdmin)} {
				code, _ := h.Do(a, route.Method, at, url.Values{"disabling-reason": {"x"}, "second-factor-reason": {"x"}, "refusal-reason": {"x"}, "name-name": {"x"}, fields[11]: {"x"}, "role": {"city_leader"}})
				if a.May(route.Need) && strings.ContainsAny(route.Pattern, "{") && code != http.StatusNotFound {
					t.Errorf("%s %s from another city = %d, want 404", route.Method, at, code)
				}
			}
		}
		if route.Method != http.MethodPost || route.Pattern == page.LoginURL {
			continue
		}
		for _, v := range webtest.Nasty {
			f := url.Values{}
			for _, name := range fields {
				f.Set(name, v)
			}
			h.Do(h.system, "POST", at, f)
			h.Do(h.security, "POST", at, f)
			f.Set("role", "unit")
			f.Set("street", fmt.Sprint(h.Street))
			h.Do(h.system, "POST", at, f)
		}
	}
	for _, v := range webtest.Nasty {
		q := url.Values{}
		for _, k := range []string{"q", "role", "street", "state", "after", "view", "within", "format"} {
			q.Set(k, v)
		}
		h.Get(h.system, "/accounts?"+q.Encode())
		h.Get(h.system, path+"/grants/new?"+q.Encode())
		h.Get(h.security, "/grants?"+q.Encode())
	}
}

func TestAccountLists(t *testing.T) {
	h := open(t)
	h.create("chen.ming", "𠮷田光")
	h.create("wang.wei", "=王伟")
	if body := h.Get(h.system, "/accounts?q=chen"); !strings.Contains(body, "chen.ming") || strings.Contains(body, "wang.wei") {
		t.Error("the filter does not narrow the list")
	}
	if body := h.Get(h.system, "/accounts?state=bare"); !strings.Contains(body, "2 个") {
		t.Error("the count is not that of the filter")
	}
	body := h.Get(h.system, "/accounts?format=csv")
	if !strings.Contains(body, "𠮷田光") || strings.Contains(body, ",=王伟") {
		t.Errorf("the file lacks a name, or has a formula:\n%s", body)
	}
	h.Get(h.system, "/accounts?format=xlsx")
}
