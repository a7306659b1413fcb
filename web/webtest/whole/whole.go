// Package whole serves the whole portal to tests, as people meet it: over HTTP,
// with real sign-in, on a database of the test's own.
package whole

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/demo"
	"portal/internal/secret"
	"portal/web"
	"portal/web/page"
	"portal/web/webtest"
)

// Portal is a portal that serves.
type Portal struct {
	testing.TB
	*dbtest.World
	DB       *db.DB
	Admin    *pgxpool.Pool // bypasses row-level security
	Keys     *secret.Keys
	Accounts *account.Store
	Routes   []page.Route
	URL      string
	mu       sync.Mutex
	now      time.Time
	password string
}

// Password is that of every Person.
const Password = "correct-horse-9"

// Open starts a portal on a database that holds a dbtest.World. change, where it
// is not nil, changes its settings first.
func Open(t testing.TB, change func(*web.Config)) *Portal {
	t.Helper()
	d, admin := dbtest.Open(t)
	p := &Portal{TB: t, World: dbtest.Seed(t, admin), DB: d, Admin: admin, Keys: keys(), now: dbtest.Now, password: Password}
	p.serve(change)
	return p
}

// Demo starts a portal on a database that holds the demonstration city, in
// demonstration mode. Its people sign in with demo.Password. The city is built once
// a binary; each test has its own copy.
func Demo(t testing.TB) *Portal {
	t.Helper()
	d, admin := city(t)
	dbtest.Exec(t, admin, `ANALYZE`)
	p := &Portal{TB: t, DB: d, Admin: admin, Keys: keys(), now: dbtest.Now, password: demo.Password}
	p.serve(func(c *web.Config) { c.Demo = true })
	return p
}

var city = dbtest.Model(func(d *db.DB) error {
	return demo.Load(context.Background(), demo.Config{DB: d, Keys: keys(), Now: dbtest.Now})
})

// keys are those of every portal of a binary: what they sealed is copied with the city.
var keys = sync.OnceValue(func() *secret.Keys {
	k, err := secret.New(make([]byte, 32))
	if err != nil {
		panic(err)
	}
	return k
})

func (p *Portal) serve(change func(*web.Config)) {
	p.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	p.Cleanup(server.Close)
	p.URL = server.URL
	cfg := web.Config{
		DB: p.DB, Keys: p.Keys, Now: p.Now, BaseURL: p.URL, Log: slog.New(slog.NewTextHandler(p.Output(), nil)),
		Proxies: page.Proxies{netip.MustParsePrefix("127.0.0.0/8")},
	}
	if change != nil {
		change(&cfg)
	}
	p.Accounts = account.NewStore(account.Config{DB: p.DB, Keys: p.Keys, Now: cfg.Now, Demo: cfg.Demo})
	cfg.Accounts = p.Accounts
	ctx, stop := context.WithCancel(context.Background())
	p.Cleanup(stop)
	go p.Accounts.Listen(ctx)
	handler, p.Routes = web.New(cfg)
}

// Now tells the portal's time, which stands still.
func (p *Portal) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// Pass lets time pass.
func (p *Portal) Pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

// Person makes an account with Password whose person acts as like does, in its
// city, street and unit; more gives them further roles.
func (p *Portal) Person(login string, like access.Actor, more ...access.Actor) (id int64) {
	p.Helper()
	id = dbtest.Scan[int64](p, p.Admin, `
		INSERT INTO users (city_id, login, name, password_hash, must_change) VALUES ($1, $2, $3, $4, false) RETURNING id`,
		like.CityID, login, "李静", hash())
	for _, a := range append([]access.Actor{like}, more...) {
		if a.Role == access.None {
			continue
		}
		dbtest.Exec(p, p.Admin, `
			INSERT INTO role_grants (user_id, city_id, role, street_id, community_id, unit_id, deputy_id, requested_by, requested_at,
			                         decided_by, decided_at, approved)
			VALUES ($1, $2, $3, $4, $5, $6, $7, -1, now(), -2, now(), true)`,
			id, a.CityID, string(a.Role), a.StreetID, a.CommunityID, a.UnitID, a.DeputyID)
	}
	return id
}

var hash = sync.OnceValue(func() string { return account.Hash(Password) })

// Browser opens a real browser on the portal, in which nobody is signed in.
func (p *Portal) Browser() *webtest.Browser {
	p.Helper()
	return webtest.Open(p, p.URL)
}

// Client is a browser without a screen: it keeps cookies and follows nothing.
type Client struct {
	p    *Portal
	http http.Client
}

// Client returns a client in which nobody is signed in.
func (p *Portal) Client() *Client {
	jar, _ := cookiejar.New(nil)
	return &Client{p, http.Client{
		Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// SignIn returns a client in which the person with the account is signed in.
func (p *Portal) SignIn(login string) *Client {
	p.Helper()
	c := p.Client()
	if code, to := c.Do(http.MethodPost, page.LoginURL, url.Values{"name": {login}, "password": {p.password}}); code != http.StatusSeeOther {
		p.Fatalf("sign in as %s = %d\n%s", login, code, webtest.Complaints(to))
	}
	return c
}

// Cookies are those of the client, as a request carries them.
func (c *Client) Cookies() string {
	u, err := url.Parse(c.p.URL)
	if err != nil {
		c.p.Fatal(err)
	}
	var list []string
	for _, k := range c.http.Jar.Cookies(u) {
		list = append(list, k.String())
	}
	return strings.Join(list, "; ")
}

// Do sends a request. It returns the status and the page, or, of a redirect,
// where it leads. An internal error fails the test.
func (c *Client) Do(method, path string, form url.Values) (int, string) {
	c.p.Helper()
	r, err := http.NewRequest(method, c.p.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.p.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, body := c.Send(r)
	if res.StatusCode == http.StatusSeeOther {
		return res.StatusCode, res.Header.Get("Location")
	}
	return res.StatusCode, body
}

// Send sends a request as a page of the portal would and returns what a reader
// reads in the answer.
func (c *Client) Send(r *http.Request) (*http.Response, string) {
	c.p.Helper()
	res, body := c.SendRaw(r)
	return res, html.UnescapeString(body)
}

// SendRaw is Send that returns the answer as it came. An internal error fails
// the test.
func (c *Client) SendRaw(r *http.Request) (*http.Response, string) {
	c.p.Helper()
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := c.http.Do(r)
	if err != nil {
		c.p.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.p.Fatal(err)
	}
	if res.StatusCode == http.StatusInternalServerError {
		c.p.Errorf("%s %s = 500", r.Method, r.URL.Path)
	}
	return res, string(body)
}

// Request makes a request for an address of the portal.
func (c *Client) Request(method, path string) *http.Request {
	c.p.Helper()
	r, err := http.NewRequest(method, c.p.URL+path, nil)
	if err != nil {
		c.p.Fatal(err)
	}
	return r
}

// Get returns a page that must be there.
func (c *Client) Get(path string) string {
	c.p.Helper()
	code, body := c.Do(http.MethodGet, path, nil)
	if code != http.StatusOK {
		c.p.Fatalf("GET %s = %d %s", path, code, body)
	}
	return body
}

// Post sends a form that must be accepted and returns where it leads.
func (c *Client) Post(path string, form url.Values) string {
	c.p.Helper()
	code, to := c.Do(http.MethodPost, path, form)
	if code != http.StatusSeeOther {
		c.p.Fatalf("POST %s = %d\n%s", path, code, webtest.Complaints(to))
	}
	return to
}

// Cookie returns the session's cookie, and "" where there is none.
func (c *Client) Cookie() string {
	u, _ := url.Parse(c.p.URL)
	for _, k := range c.http.Jar.Cookies(u) {
		if k.Name == "session" {
			return k.Value
		}
	}
	return ""
}

// SetCookie plants a session's cookie.
func (c *Client) SetCookie(value string) {
	u, _ := url.Parse(c.p.URL)
	c.http.Jar.SetCookies(u, []*http.Cookie{{Name: "session", Value: value, Path: "/"}})
}
