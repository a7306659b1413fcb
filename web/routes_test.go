package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/web"
	"portal/web/page"
	"portal/web/webtest/whole"
)

var parameter = regexp.MustCompile(`\{[^}]+\}`)

// TestRoleRoute asks every route as every role and as nobody: only those whose
// role has the permission that the route names come in, and the ID of a row
// that is not there is never an internal error.
func TestRoleRoute(t *testing.T) {
	p := whole.Open(t, func(c *web.Config) { c.Demo = true }) // nobody needs a second factor
	roles := []access.Actor{access.Resident(nil)}
	for _, info := range access.Roles {
		a := p.Actor(info.Role)
		if a.Role == access.Deputy || a.Role == access.GroupLeader {
			a.DeputyID = 1 // of nobody: it opens no row
		}
		roles = append(roles, a)
	}
	for _, a := range roles {
		c := p.Client()
		if !a.Public() {
			login := strings.ReplaceAll(string(a.Role), "_", "-")
			p.Person(login, a)
			c = p.SignIn(login)
		}
		for _, route := range p.Routes {
			if route.Pattern == page.LogoutURL {
				continue // it would end the session that the others need
			}
			path := parameter.ReplaceAllString(route.Pattern, "999999")
			code, to := c.Do(route.Method, path, form(route.Method))
			if got, want := verdict(code, to), wanted(a, route.Need); got != want {
				t.Errorf("%s %s as %s = %d %.60s: %s, want %s", route.Method, path, a.Role, code, to, got, want)
			}
			if code >= http.StatusInternalServerError {
				t.Errorf("%s %s as %s = %d", route.Method, path, a.Role, code)
			}
		}
	}
}

func form(method string) url.Values {
	if method == http.MethodPost {
		return url.Values{"version": {"1"}}
	}
	return nil
}

func wanted(a access.Actor, need access.Permission) string {
	switch {
	case a.May(need):
		return "comes in"
	case a.Public():
		return "is asked to sign in"
	}
	return "is refused"
}

func verdict(code int, to string) string {
	switch {
	case code == http.StatusForbidden:
		return "is refused"
	case code == http.StatusSeeOther && strings.HasPrefix(to, page.LoginURL+"?next="):
		return "is asked to sign in"
	}
	return "comes in"
}

// TestEveryRouteNamesAPermission: nothing is open to anyone but the residents' pages,
// signing in, and what a secret opens by itself: a calendar's address, a ballot's code.
func TestEveryRouteNamesAPermission(t *testing.T) {
	p := whole.Open(t, nil)
	open := regexp.MustCompile(`^(/|/login|/logout|/display|/public/.*|/open/v1/.*|/calendars/\{token\}|/polls/\{id\}/slip(/ballot)?)$`)
	for _, r := range p.Routes {
		if r.Need == "" || r.Need == access.Anyone && !open.MatchString(r.Pattern) {
			t.Errorf("%s %s needs %q", r.Method, r.Pattern, r.Need)
		}
	}
}

// TestOpensAsRoutes: a link to a record is shown to those whom its route lets in.
func TestOpensAsRoutes(t *testing.T) {
	p := whole.Open(t, nil)
	need := map[string]access.Permission{}
	for _, r := range p.Routes {
		if r.Method == http.MethodGet {
			need[parameter.ReplaceAllString(r.Pattern, "7")] = r.Need
		}
	}
	for kind, rec := range page.Records {
		path, _, _ := strings.Cut(rec.URL(7), "?")
		if need[path] != rec.Need {
			t.Errorf("%s: %s needs %q, the link %q", kind, path, need[path], rec.Need)
		}
	}
	if url, _ := page.LinkURL(p.Actor(access.CityFinance), "appointment", 7); url != "" {
		t.Errorf("city finance is led to %s", url)
	}
}
