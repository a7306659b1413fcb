package account_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/dbtest"
	"portal/web"
	"portal/web/webtest"
	"portal/web/webtest/whole"
)

// gated checks that the person can go nowhere but to the gate.
func gated(t *testing.T, c *whole.Client, gate string) {
	t.Helper()
	for _, path := range []string{"/opinions", "/profile", "/accounts"} {
		if code, to := c.Do("GET", path, nil); code != http.StatusSeeOther || to != gate {
			t.Errorf("GET %s = %d %s, want to be sent to %s", path, code, to, gate)
		}
	}
	if code, to := c.Do("POST", "/role", url.Values{"grant": {"1"}}); code != http.StatusSeeOther || to != gate {
		t.Errorf("POST /role = %d %s, want to be sent to %s", code, to, gate)
	}
}

func TestIssuedPasswordIsChangedFirst(t *testing.T) {
	p := whole.Open(t, nil)
	id := p.Person("li.jing", p.Actor(access.Staff))
	dbtest.Exec(t, p.Admin, `UPDATE users SET must_change = true WHERE id = $1`, id)
	c := p.SignIn("li.jing")
	gated(t, c, "/profile/password")
	if body := c.Get("/profile/password"); !strings.Contains(body, "改成只有自己知道的") || strings.Contains(body, "主导航") {
		t.Error("the gate does not say why, or shows a way round")
	}
	for _, f := range []url.Values{
		{"old": {"wrong"}, "new": {"蓝色的河流 2026"}, "again": {"蓝色的河流 2026"}},
		{"old": {whole.Password}, "new": {"short"}, "again": {"short"}},
		{"old": {whole.Password}, "new": {"蓝色的河流 2026"}, "again": {"蓝色的河流 2027"}},
		{"old": {whole.Password}, "new": {whole.Password}, "again": {whole.Password}},
		{},
	} {
		p.Pass(2 * time.Minute)
		if code, body := c.Do("POST", "/profile/password", f); code != http.StatusUnprocessableEntity || strings.Contains(body, "蓝色的河流") {
			t.Errorf("%v = %d, or the page shows a password", f, code)
		}
	}
	if to := c.Post("/profile/password", url.Values{"old": {whole.Password}, "new": {"蓝色的河流 2026"}, "again": {"蓝色的河流 2026"}}); to != "/desk" {
		t.Errorf("changed, and sent to %s", to)
	}
	c.Get("/opinions")
}

var letters = regexp.MustCompile(`<span class="letters">([A-Z2-7 ]+)</span>`)

// enrol sets the second factor up and returns the secret.
func enrol(t *testing.T, p *whole.Portal, c *whole.Client) string {
	t.Helper()
	if letters.MatchString(c.Get("/profile/code")) {
		t.Error("opening the page has made a secret")
	}
	c.Post("/profile/code/secret", nil)
	found := letters.FindStringSubmatch(c.Get("/profile/code"))
	if found == nil {
		t.Fatal("the page shows no secret")
	}
	return strings.ReplaceAll(found[1], " ", "")
}

func code(t *testing.T, p *whole.Portal, secret string) url.Values {
	t.Helper()
	s, err := totp.GenerateCode(secret, p.Now())
	if err != nil {
		t.Fatal(err)
	}
	return url.Values{"code": {s[:3] + " " + s[3:]}}
}

func TestSecondFactorIsForcedOnTheCity(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("leader", p.Actor(access.CityLeader))
	p.Person("admin", p.Actor(access.SystemAdmin))
	gated(t, p.SignIn("admin"), "/profile/code")
	c := p.SignIn("leader")
	gated(t, c, "/profile/code")
	secret := enrol(t, p, c)
	if code, _ := c.Do("POST", "/profile/code", url.Values{"code": {"000000"}}); code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code = %d", code)
	}
	if to := c.Post("/profile/code", code(t, p, secret)); to != "/desk" {
		t.Errorf("enrolled, and sent to %s", to)
	}
	c.Get("/opinions")
	if code, _ := c.Do("POST", "/profile/code/secret", nil); code != http.StatusUnprocessableEntity {
		t.Errorf("a second secret = %d", code)
	}
	p.Pass(time.Minute)
	c = p.SignIn("leader")
	gated(t, c, "/profile/code")
	if body := c.Get("/profile/code"); letters.MatchString(body) || !strings.Contains(body, "6 位数字") {
		t.Error("the gate shows the secret, or asks for no code")
	}
	if code, to := c.Do("POST", "/profile/password", url.Values{}); code != http.StatusSeeOther || to != "/profile/code" {
		t.Errorf("the password can be changed without the code: %d %s", code, to)
	}
	c.Post("/profile/code", code(t, p, secret))
	c.Get("/opinions")
}

func TestNoSecondFactorInTheDemonstration(t *testing.T) {
	p := whole.Open(t, func(c *web.Config) { c.Demo = true })
	p.Person("leader", p.Actor(access.CityLeader))
	p.SignIn("leader").Get("/opinions")
}

func TestProfile(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("li.jing", p.Actor(access.Staff), p.Actor(access.Member))
	p.Person("wang", p.Actor(access.Staff))
	here, there := p.SignIn("li.jing"), p.SignIn("li.jing")
	body := here.Get("/profile")
	for _, want := range []string{"李静", "li.jing", "工委办公室（东城街道）", "工委委员（东城街道）", "本次登录", "127.0.0.1"} {
		if !strings.Contains(body, want) {
			t.Errorf("the profile lacks %s", want)
		}
	}
	end := regexp.MustCompile(`/profile/sessions/\d+/end`).FindString(body)
	if code, _ := p.SignIn("wang").Do("POST", end, nil); code != http.StatusNotFound {
		t.Errorf("somebody else ends the session: %d", code)
	}
	there.Get("/profile")
	here.Post(end, nil)
	if code, _ := there.Do("GET", "/profile", nil); code != http.StatusSeeOther {
		t.Errorf("the ended session = %d", code)
	}
	here.Get("/profile")
	for _, v := range webtest.Nasty {
		p.Pass(2 * time.Minute)
		here.Do("POST", "/profile/password", url.Values{"old": {v}, "new": {v}, "again": {v}})
		here.Do("POST", "/profile/code", url.Values{"code": {v}})
		here.Do("POST", "/role", url.Values{"grant": {v}})
	}
}

func TestWithoutARole(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("new.one", access.Actor{Role: access.None, CityID: p.City})
	c := p.SignIn("new.one")
	if body := c.Get("/profile"); !strings.Contains(body, "您还没有身份") || strings.Contains(body, ">none<") {
		t.Error("the profile does not say that there is no role yet")
	}
	if code, _ := c.Do("GET", "/opinions", nil); code != http.StatusForbidden {
		t.Errorf("the opinions = %d, want 403", code)
	}
}

// Administrators see no business content, whatever they ask for.
func TestAdministratorsSeeNoBusiness(t *testing.T) {
	p := whole.Open(t, func(c *web.Config) { c.Demo = true })
	own := map[access.Permission]bool{access.Anyone: true, access.SignedIn: true}
	for _, role := range []access.Role{access.SystemAdmin, access.SecurityAdmin, access.AuditAdmin} {
		login := strings.ReplaceAll(string(role), "_", "-")
		p.Person(login, p.Actor(role))
		c := p.SignIn(login)
		for _, r := range p.Routes {
			if own[r.Need] || access.Granted(role, r.Need) || strings.Contains(r.Pattern, "{") || r.Method != http.MethodGet {
				continue
			}
			if code, _ := c.Do("GET", r.Pattern, nil); code != http.StatusForbidden {
				t.Errorf("%s as %s = %d, want 403", r.Pattern, role, code)
			}
		}
	}
}

// TestInTheBrowser signs in for real, switches role and signs out.
func TestInTheBrowser(t *testing.T) {
	p := whole.Open(t, nil)
	p.Person("li.jing", p.Actor(access.Staff), p.Actor(access.Member))
	b := p.Browser()
	b.Go("/login").Accessible()
	b.Go("/opinions?state=closed").See("工作人员") // asked to sign in
	b.Fill("账号", "li.jing").Fill("密码", "wrong").Press("登录").See("账号或密码不对")
	b.Fill("密码", whole.Password).Press("登录")
	if b.Path() != "/opinions?state=closed" {
		t.Errorf("signed in, and at %s", b.Path())
	}
	b.See("登记意见")
	b.Unfold("工委办公室").Press("工委委员（东城街道）")
	b.Go("/opinions").Lacks("登记意见")
	b.Go("/profile").Accessible()
	b.Go("/profile/password").Accessible()
	b.Go("/profile/code").Accessible().Press("显示二维码").Accessible()
	b.Unfold("工委委员").Press("退出登录").See("已退出登录")
	b.Go("/opinions")
	if !strings.HasPrefix(b.Path(), "/login") {
		t.Errorf("signed out, and at %s", b.Path())
	}
	b.SignIn("li.jing", whole.Password)
}

func TestAdministratorsPagesInTheBrowser(t *testing.T) {
	p := whole.Open(t, func(c *web.Config) { c.Demo = true })
	showAccounts(p)
	b := p.Browser()
	b.Go("/login?name=dongcheng-staff").See("演示账号", account.DemoPassword).Accessible()
	b.SignIn("system", whole.Password)
	b.Go("/accounts").Accessible()
	b.Go("/accounts/new").Accessible().Fill("账号", "chen.ming").Fill("姓名", "陈明").Press("建立账号").See("只显示这一次").Accessible()
	b.Press("申请授予身份").Choose("身份", "承办单位").Press("下一步").Choose("街道", "东城街道").Press("下一步").Accessible()
	b.Choose("单位", "城市建设办公室").Press("提交申请").See("已申请", "待审批").Accessible()
	b.Unfold("停用账号").Accessible()
	b.Go("/profile").Press("退出登录")
	b.SignIn("security", whole.Password)
	b.Go("/grants").See("陈明").Accessible().Press("陈明").Accessible()
	b.Press("批准").See("已批准")
	b.Go("/grants?view=all").See("有效").Accessible()
}

// showAccounts makes the demonstration's accounts and two administrators.
func showAccounts(p *whole.Portal) {
	p.Person("system", p.Actor(access.SystemAdmin))
	p.Person("security", p.Actor(access.SecurityAdmin))
	for _, r := range access.Roles {
		if r.Role == access.Deputy || r.Role == access.GroupLeader {
			continue
		}
		at := map[string]access.Actor{"dongcheng": p.Actor(r.Role), "nancheng": p.Other(r.Role)}
		if p.Actor(r.Role).StreetID == 0 {
			at = map[string]access.Actor{"city": p.Actor(r.Role)}
		}
		for place, a := range at {
			p.Person(fmt.Sprintf("%s-%s", place, strings.ReplaceAll(string(r.Role), "_", "-")), a)
		}
	}
	dbtest.Exec(p, p.Admin, `UPDATE users SET demo = true WHERE login ~ '^(city|dongcheng|nancheng)-'`)
}
