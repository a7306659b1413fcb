package account

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gorilla/sessions"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/fault"
	"portal/web/page"
	"portal/web/ui"
)

// Sessions finds out who sent a request. It is a sessions.Store over the rows
// that internal/account keeps: the cookie holds a random token, its row is found
// by the token's hash, and nothing else is left in the browser.
type Sessions struct {
	accounts *account.Store
	proxies  page.Proxies
	cookie   string
	options  sessions.Options
}

// NewSessions returns Sessions for the portal at baseURL. Over https the cookie
// is bound to this very host and never sent in the clear.
func NewSessions(accounts *account.Store, baseURL string, proxies page.Proxies) *Sessions {
	s := &Sessions{
		accounts: accounts, proxies: proxies, cookie: "session",
		options: sessions.Options{Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode},
	}
	if strings.HasPrefix(baseURL, "https:") {
		s.cookie, s.options.Secure = "__Host-session", true
	}
	return s
}

// What a session's Values hold.
type valueKey string

const (
	personValue valueKey = "person" // an account.Session
	endedValue  valueKey = "ended"  // the cookie names a session that is over
)

// Get returns the session of r, found once a request.
func (s *Sessions) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New looks the cookie of r up. A cookie that names no living session gives a
// new session: whoever planted it gains nothing, for signing in makes a token of
// its own.
func (s *Sessions) New(r *http.Request, name string) (*sessions.Session, error) {
	x := sessions.NewSession(s, name)
	options := s.options
	x.Options, x.IsNew = &options, true
	c, err := r.Cookie(name)
	if err != nil || c.Value == "" {
		return x, nil
	}
	person, err := s.accounts.Session(r.Context(), c.Value)
	if errors.Is(err, fault.NotFound) {
		x.Values[endedValue] = true
		return x, nil
	}
	if err != nil {
		return x, err
	}
	x.ID, x.IsNew = c.Value, false
	x.Values[personValue] = person
	return x, nil
}

// Save sends the session's token to the browser, or, where MaxAge is negative,
// ends the session and takes the cookie back.
func (s *Sessions) Save(r *http.Request, w http.ResponseWriter, x *sessions.Session) error {
	if x.Options.MaxAge < 0 {
		if err := s.end(r, x); err != nil {
			return err
		}
	}
	http.SetCookie(w, sessions.NewCookie(x.Name(), x.ID, x.Options))
	return nil
}

// end makes the session's row worthless, if it has one.
func (s *Sessions) end(r *http.Request, x *sessions.Session) error {
	if person, ok := x.Values[personValue].(account.Session); ok {
		return s.accounts.SignOut(r.Context(), person, x.ID)
	}
	return nil
}

// Around puts who is looking into every request to next. Where that cannot be
// found out, fail answers: a person is not taken for a stranger because the
// database is away.
func (s *Sessions) Around(next http.Handler, fail func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x, err := s.Get(r, s.cookie)
		v := s.visitor(r, x)
		r = r.WithContext(page.WithVisitor(r.Context(), v))
		if err != nil {
			fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Sessions) visitor(r *http.Request, x *sessions.Session) *page.Visitor {
	v := &page.Visitor{Actor: access.Resident(nil), Address: s.proxies.Address(r)}
	if _, ended := x.Values[endedValue]; ended {
		v.Ended = true
	}
	p, ok := x.Values[personValue].(account.Session)
	if !ok {
		return v
	}
	v.Actor, v.Session, v.Place, v.Gate = p.Actor, p.ID, p.Place, gate(p)
	for _, g := range p.Grants {
		v.Roles = append(v.Roles, ui.RoleChoice{GrantID: g.ID, Label: g.Label(), Current: g.ID == p.GrantID})
	}
	return v
}

// gate is what the person has to do before anything else. A second factor that
// is set up comes first: without it, not even the password can be changed.
func gate(p account.Session) string {
	switch {
	case p.NeedsCode && p.HasTOTP:
		return page.CodeURL
	case p.MustChange:
		return page.PasswordURL
	case p.NeedsCode:
		return page.CodeURL
	}
	return ""
}

// open begins the session of a person who has just signed in; one that r came
// with ends.
func (s *Sessions) open(w http.ResponseWriter, r *http.Request, token string) error {
	x, err := s.Get(r, s.cookie)
	if err == nil {
		err = s.end(r, x)
	}
	if err != nil {
		return err
	}
	x.ID = token
	return s.Save(r, w, x)
}

// turn goes on under a new token.
func (s *Sessions) turn(w http.ResponseWriter, r *http.Request, token string) error {
	x, err := s.Get(r, s.cookie)
	if err != nil {
		return err
	}
	x.ID = token
	return s.Save(r, w, x)
}

// close ends the session that r came with, if there is one.
func (s *Sessions) close(w http.ResponseWriter, r *http.Request) error {
	x, err := s.Get(r, s.cookie)
	if err != nil {
		return err
	}
	x.Options.MaxAge = -1
	return s.Save(r, w, x)
}

// person is who is signed in, and the token that says so.
func (s *Sessions) person(r *http.Request) (p account.Session, token string, err error) {
	x, err := s.Get(r, s.cookie)
	if err != nil {
		return p, "", err
	}
	p, ok := x.Values[personValue].(account.Session)
	if !ok {
		return p, "", fault.NotFound
	}
	return p, x.ID, nil
}
