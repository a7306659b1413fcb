package account_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/dbtest"
	"portal/web"
	"portal/web/page"
	"portal/web/webtest"
	"portal/web/webtest/whole"
)

const asked = "/login?next=%2Fopinions" // where a stranger is sent from /opinions

func TestOnlyALivingSessionOpensADoor(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("li.jing", p.Actor(access.Staff))
	stranger := p.Client()
	for _, cookie := range []string{"", "x", strings.Repeat("A", 52), "%00", "' OR 1=1 --"} {
		if cookie != "" {
			stranger.SetCookie(cookie)
		}
		if code, to := stranger.Do("GET", "/opinions", nil); code != http.StatusSeeOther || to != asked {
			t.Errorf("with the cookie %q /opinions = %d %s", cookie, code, to)
		}
	}
	c := p.SignIn("li.jing")
	c.Get("/opinions")
	kept := c.Cookie()
	if to := c.Post("/logout", nil); to != "/login" || c.Cookie() != "" {
		t.Errorf("signed out: sent to %s with the cookie %q", to, c.Cookie())
	}
	c.SetCookie(kept)
	if code, to := c.Do("GET", "/opinions", nil); code != http.StatusSeeOther || to != asked {
		t.Errorf("after signing out the old cookie gets %d %s", code, to)
	}
}

func TestExpiredSessionLeadsBack(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("li.jing", p.Actor(access.Staff))
	c := p.SignIn("li.jing")
	p.Pass(account.Idle + time.Minute)
	code, to := c.Do("GET", "/opinions?state=closed", nil)
	if code != http.StatusSeeOther || to != "/login?next=%2Fopinions%3Fstate%3Dclosed" {
		t.Fatalf("expired = %d %s", code, to)
	}
	body := c.Get(to)
	if !strings.Contains(body, "登录已超时") || !strings.Contains(body, `value="/opinions?state=closed"`) {
		t.Error("the sign-in page does not say why, or has lost the way back")
	}
	if to := c.Post("/login", url.Values{"name": {"li.jing"}, "password": {whole.Password}, "next": {"/opinions?state=closed"}}); to != "/opinions?state=closed" {
		t.Errorf("after signing in again sent to %s", to)
	}
}

// A cookie that somebody planted in the browser beforehand is worth nothing
// after signing in, and signing in anew ends the session before.
func TestFixation(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("li.jing", p.Actor(access.Staff))
	p.Person("mallory", p.Actor(access.Staff))
	planted := p.SignIn("mallory").Cookie()
	c := p.Client()
	c.SetCookie(planted)
	c.Post("/login", url.Values{"name": {"li.jing"}, "password": {whole.Password}})
	if c.Cookie() == planted {
		t.Error("the planted cookie is li.jing's session")
	}
	other := p.Client()
	other.SetCookie(planted)
	if code, _ := other.Do("GET", "/opinions", nil); code != http.StatusSeeOther {
		t.Errorf("the planted cookie still opens the desk: %d", code)
	}
}

func TestRoleSwitchRotates(t *testing.T) {
	p := whole.Open(t, nil)
	id := p.Person("li.jing", p.Actor(access.Staff), p.Actor(access.Member))
	p.Person("wang", p.Actor(access.Director))
	grant := func(user int64, role access.Role) url.Values {
		return url.Values{"grant": {dbtest.Scan[string](t, p.Admin, `SELECT id::text FROM role_grants WHERE user_id = $1 AND role = $2`, user, string(role))}}
	}
	c := p.SignIn("li.jing")
	if body := c.Get("/opinions"); !strings.Contains(body, "工委委员（东城街道）") || !strings.Contains(body, `aria-pressed="true">工委办公室（东城街道）`) {
		t.Error("the header does not offer both roles with the acting one marked")
	}
	before := c.Cookie()
	c.Post("/role", grant(id, access.Member))
	if c.Cookie() == before {
		t.Error("the token is the same after choosing a role")
	}
	if body := c.Get("/opinions"); strings.Contains(body, "登记意见") {
		t.Error("a member is offered what only staff may do")
	}
	old := p.Client()
	old.SetCookie(before)
	if code, _ := old.Do("GET", "/opinions", nil); code != http.StatusSeeOther {
		t.Errorf("the old token = %d", code)
	}
	wang := dbtest.Scan[int64](t, p.Admin, `SELECT id FROM users WHERE login = 'wang'`)
	for _, f := range []url.Values{grant(wang, access.Director), {"grant": {"x"}}, {}} {
		if code, _ := c.Do("POST", "/role", f); code != http.StatusNotFound {
			t.Errorf("POST /role %v = %d, want 404", f, code)
		}
	}
}

func TestCookieOverHTTPS(t *testing.T) {
	p := whole.Open(t, func(c *web.Config) { c.BaseURL = "https://rd.example" })
	p.Person("li.jing", p.Actor(access.Staff))
	form := strings.NewReader(url.Values{"name": {"li.jing"}, "password": {whole.Password}}.Encode())
	r, _ := http.NewRequest("POST", p.URL+"/login", form)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, _ := p.Client().Send(r)
	for _, c := range res.Cookies() {
		if c.Name == "__Host-session" && c.Secure && c.HttpOnly && c.SameSite == http.SameSiteLaxMode && c.Path == "/" && c.Domain == "" {
			return
		}
	}
	t.Errorf("cookies over https = %v", res.Cookies())
}

func TestLogin(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("li.jing", p.Actor(access.Staff))
	c := p.Client()
	try := func(name, password string) (int, string) {
		code, body := c.Do("POST", "/login", url.Values{"name": {name}, "password": {password}, "next": {"/opinions"}})
		return code, strings.ReplaceAll(body, `value="`+name+`"`, "")
	}
	code, wrong := try("li.jing", "wrong")
	if code != http.StatusUnprocessableEntity || !strings.Contains(wrong, account.ErrRefused[0].Text) {
		t.Fatalf("wrong password = %d %s", code, webtest.Complaints(wrong))
	}
	if code, unknown := try("nobody", "wrong"); code != http.StatusUnprocessableEntity || unknown != wrong {
		t.Errorf("an unknown name is answered differently: %d\n%s", code, unknown)
	}
	for range 10 {
		code, wrong = try("LI.jing", "wrong")
	}
	if code != http.StatusUnprocessableEntity || !strings.Contains(wrong, account.ErrBudget[0].Text) {
		t.Errorf("the twelfth try, the name in capitals = %d %s", code, webtest.Complaints(wrong))
	}
	for _, v := range webtest.Nasty {
		p.Pass(time.Hour)
		if code, _ := c.Do("POST", "/login", url.Values{"name": {v}, "password": {v}, "next": {v}}); code != http.StatusUnprocessableEntity {
			t.Errorf("login as %.20q = %d", v, code)
		}
		c.Get("/login?" + url.Values{"name": {v}, "next": {v}}.Encode())
	}
}

func TestNextStaysHere(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("li.jing", p.Actor(access.Staff))
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "evil", ""} {
		to := p.Client().Post("/login", url.Values{"name": {"li.jing"}, "password": {whole.Password}, "next": {next}})
		if to != page.DeskURL {
			t.Errorf("next=%q leads to %s", next, to)
		}
		if code, to := p.SignIn("li.jing").Do("GET", "/login?next="+url.QueryEscape(next), nil); code != http.StatusSeeOther || to != page.DeskURL {
			t.Errorf("signed in, next=%q leads to %d %s", next, code, to)
		}
	}
}

// A person is asked to wait, and not to sign in, when the database is away.
func TestDatabaseAway(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("li.jing", p.Actor(access.Staff))
	c := p.SignIn("li.jing")
	p.Pass(time.Minute)
	cfg := p.Admin.Config().ConnConfig.Copy()
	name := cfg.Database
	cfg.Database = "postgres"
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/opinions", "/", "/login"} {
		r, _ := http.NewRequest("GET", p.URL+path, nil)
		res, body := c.Send(r)
		if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(body, "系统正忙") {
			t.Errorf("GET %s = %d", path, res.StatusCode)
		}
	}
}

func TestBudgetFollowsTheAddress(t *testing.T) {
	p := whole.Open(t, nil)
	n := 0
	try := func(from string) string {
		n++
		f := strings.NewReader(url.Values{"name": {fmt.Sprint("guess", n)}, "password": {"x"}}.Encode())
		r, _ := http.NewRequest("POST", p.URL+"/login", f)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", from)
		_, body := p.Client().Send(r)
		return body
	}
	body := ""
	for range 41 {
		if strings.Contains(body, account.ErrBudget[0].Text) {
			t.Fatal("forty tries from one address are too many")
		}
		body = try("203.0.113.9")
	}
	if !strings.Contains(body, account.ErrBudget[0].Text) {
		t.Error("forty-one tries from one address pass")
	}
	if body := try("203.0.113.9, 203.0.113.10"); !strings.Contains(body, account.ErrRefused[0].Text) {
		t.Error("another address has no budget of its own")
	}
}
