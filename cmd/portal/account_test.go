package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"portal/internal/dbtest"
)

// ran runs a command that must succeed and returns what it says.
func ran(t *testing.T, url string, args ...string) string {
	t.Helper()
	out, err := command(args, "PORTAL_DATABASE_URL="+url).CombinedOutput()
	if err != nil {
		t.Fatalf("portal %v: %v\n%s", args, err, out)
	}
	return string(out)
}

var handedOver = regexp.MustCompile(`password  (\S+)`)

// TestAFreshInstallationBegins goes from an empty schema to the first sign-in.
func TestAFreshInstallationBegins(t *testing.T) {
	base := dbtest.New(t)
	env := "PORTAL_DATABASE_URL=" + base
	if out := refused(t, []string{"account", "admins", "甲", "乙", "丙"}, env); !strings.Contains(out, "portal city found") {
		t.Errorf("administrators without a city: %q, want it to say what comes first", out)
	}
	ran(t, base, "city", "found", "东莞市", "441900")
	ran(t, base, "city", "street", "东城街道", "441900003", "dongcheng")
	if out := ran(t, base, "city", "list"); !strings.Contains(out, "441900  东莞市") || !strings.Contains(out, "441900003  东城街道") {
		t.Errorf("city list = %q", out)
	}
	for _, c := range []struct{ args, want string }{
		{"city found 东莞市 441900", "已经有了"},
		{"city found 东莞市 12", "6 位数字"},
		{"city street 东城街道 441900009 x", "同名"},
		{"city street --city 中山市 石岐街道 442000001 shiqi", "没有这个城市"},
		{"account create --role staff li.jing 李静", "must be one of"},
		{"account create 李静 李静", "账号用小写字母"},
		{"account reset-password nobody", "没有这个账号"},
	} {
		if out := refused(t, strings.Fields(c.args), env); !strings.Contains(out, c.want) {
			t.Errorf("portal %s says %q, want %s", c.args, out, c.want)
		}
	}
	first := ran(t, base, "account", "admins", "𠮷田光", "李静", "陈明")
	if got := len(handedOver.FindAllString(first, -1)); got != 3 || !strings.Contains(first, "security_admin") {
		t.Fatalf("account admins printed %d passwords\n%s", got, first)
	}
	if again := ran(t, base, "account", "admins", "甲", "乙", "丙"); handedOver.MatchString(again) {
		t.Errorf("a second time they are made anew\n%s", again)
	}
	if out := ran(t, base, "account", "list"); !strings.Contains(out, "𠮷田光  系统管理员（东莞市）") {
		t.Errorf("account list = %q", out)
	}
	p := serve(t, env, "PORTAL_DATA="+directory(t)+"/new")
	if got := signIn(t, p, "sysadmin", handedOver.FindStringSubmatch(first)[1]); got != http.StatusSeeOther {
		t.Errorf("the system administrator signs in = %d, want 303", got)
	}
	fresh := handedOver.FindStringSubmatch(ran(t, base, "account", "reset-password", "--second-factor", "sysadmin"))[1]
	if got := signIn(t, p, "sysadmin", fresh); got != http.StatusSeeOther {
		t.Errorf("with the new password = %d, want 303", got)
	}
	ran(t, base, "account", "disable", "--reason", "离职", "sysadmin")
	if got := signIn(t, p, "sysadmin", fresh); got != http.StatusUnprocessableEntity {
		t.Errorf("disabled = %d, want 422", got)
	}
	if out := ran(t, base, "account", "admins", "--prefix", "new-", "丁", "乙", "丙"); !strings.Contains(out, "new-sysadmin") || strings.Contains(out, "new-auditor") {
		t.Errorf("after that only the one who is missing is made\n%s", out)
	}
	p.end(t, syscall.SIGTERM)
}

func signIn(t *testing.T, p *portal, name, password string) int {
	t.Helper()
	form := url.Values{"name": {name}, "password": {password}}
	r, err := http.NewRequest(http.MethodPost, p.address+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}
