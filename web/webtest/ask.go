package webtest

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"portal/internal/access"
)

// AskAll asks every route of the room as every role: who lacks its permission
// is refused, and nobody else is. Then it sends every nasty value in every
// field and parameter as somebody who may; an internal error fails the test.
// path turns a route's pattern into an address.
func (s *Site) AskAll(path func(pattern string) string, fields ...string) {
	s.Helper()
	for _, route := range s.Routes.Table {
		at := path(route.Pattern)
		var may access.Actor
		for _, info := range access.Roles {
			a := s.Actor(info.Role)
			code, _ := s.Do(a, route.Method, at, url.Values{})
			if a.May(route.Need) == (code == http.StatusForbidden) {
				s.Errorf("%s %s as %s = %d", route.Method, at, info.Role, code)
			}
			if a.May(route.Need) {
				may = a
			}
		}
		if code, to := s.Do(access.Resident(nil), route.Method, at, url.Values{}); route.Need != access.Anyone && code != http.StatusSeeOther {
			s.Errorf("%s %s as a resident = %d %.80s, want to be asked to sign in", route.Method, at, code, to)
		}
		for _, v := range Nasty {
			form := url.Values{}
			for _, f := range fields {
				form.Set(f, v)
			}
			if route.Method == http.MethodGet {
				s.Do(may, route.Method, at+"?"+form.Encode(), nil)
			} else {
				s.Do(may, route.Method, at, form)
			}
		}
	}
}

// Look opens a page that axe must find nothing on. With PORTAL_SHOTS set to a
// directory it leaves pictures there: wide and narrow, light and dark.
func Look(b *Browser, name, path string) {
	b.t.Helper()
	b.Go(path).Accessible()
	if over := Eval[int](b.Phone(), `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.t.Errorf("%s is %d pixels too wide for a phone", path, over)
	}
	if dir := os.Getenv("PORTAL_SHOTS"); dir != "" {
		b.Shot(filepath.Join(dir, name+"-phone.png"))
		b.Desk().Shot(filepath.Join(dir, name+"-desk.png"))
		b.Dark(true).Shot(filepath.Join(dir, name+"-dark.png"))
		b.Dark(false)
	}
	b.Desk()
}
