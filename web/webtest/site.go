package webtest

import (
	"bytes"
	"context"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/secret"
	"portal/web/page"
	"portal/web/static"
)

// Site serves a room's pages to whoever the test says is looking. Register the
// room on Routes before the first request.
type Site struct {
	testing.TB
	*dbtest.World
	DB     *db.DB
	Admin  *pgxpool.Pool // bypasses row-level security
	Keys   *secret.Keys
	Routes *page.Routes
	Time   time.Time // what the room takes for now
	mux    *chi.Mux
}

// NewSite returns a Site with a database of its own that holds a dbtest.World.
func NewSite(t testing.TB) *Site {
	t.Helper()
	d, admin := dbtest.Open(t)
	s := &Site{TB: t, World: dbtest.Seed(t, admin), DB: d, Admin: admin, Time: dbtest.Now, mux: chi.NewRouter()}
	var err error
	if s.Keys, err = secret.Load("", t.TempDir()); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	s.Routes = page.NewRoutes(s.mux, log, page.Site{Name: "平台", BaseURL: "http://portal.test", Now: s.Now})
	return s
}

// Now tells the test's time.
func (s *Site) Now() time.Time { return s.Time }

// Do sends a request as a. It returns the status and the page, or, of a
// redirect, where it leads. An internal error fails the test.
func (s *Site) Do(a access.Actor, method, path string, form url.Values) (int, string) {
	s.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := s.Serve(a, r)
	if w.Code == http.StatusSeeOther {
		return w.Code, w.Header().Get("Location")
	}
	return w.Code, html.UnescapeString(w.Body.String())
}

// File is a file that a form sends.
type File struct {
	Field, Name string
	Content     []byte
}

// Upload sends a form with files as a browser does. It returns what Do returns.
func (s *Site) Upload(a access.Actor, path string, form url.Values, files ...File) (int, string) {
	s.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, list := range form {
		for _, v := range list {
			if err := m.WriteField(name, v); err != nil {
				s.Fatal(err)
			}
		}
	}
	for _, f := range files {
		part, err := m.CreateFormFile(f.Field, f.Name)
		if err == nil {
			_, err = part.Write(f.Content)
		}
		if err != nil {
			s.Fatal(err)
		}
	}
	m.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := s.Serve(a, r)
	if w.Code == http.StatusSeeOther {
		return w.Code, w.Header().Get("Location")
	}
	return w.Code, html.UnescapeString(w.Body.String())
}

// Serve answers a request as a. An internal error fails the test.
func (s *Site) Serve(a access.Actor, r *http.Request) *httptest.ResponseRecorder {
	s.Helper()
	r = r.WithContext(page.WithVisitor(r.Context(), visitor(a)))
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	if w.Code >= http.StatusInternalServerError {
		s.Errorf("%s %s as %s = %d", r.Method, r.URL, a.Role, w.Code)
	}
	return w
}

func visitor(a access.Actor) *page.Visitor { return &page.Visitor{Actor: a, Place: "东城街道"} }

// Raw returns the page at path as a receives it.
func (s *Site) Raw(a access.Actor, path string) []byte {
	s.Helper()
	return s.Serve(a, httptest.NewRequest(http.MethodGet, path, nil)).Body.Bytes()
}

// Get returns the page at path as a sees it.
func (s *Site) Get(a access.Actor, path string) string {
	s.Helper()
	code, body := s.Do(a, http.MethodGet, path, nil)
	if code != http.StatusOK {
		s.Fatalf("GET %s as %s = %d", path, a.Role, code)
	}
	return body
}

// Post sends a form that must be accepted and returns where it leads.
func (s *Site) Post(a access.Actor, path string, form url.Values) string {
	s.Helper()
	code, to := s.Do(a, http.MethodPost, path, form)
	if code != http.StatusSeeOther {
		s.Fatalf("POST %s as %s = %d\n%s", path, a.Role, code, Complaints(to))
	}
	return to
}

// Browser opens a real browser in which a is signed in. What the room writes
// can be looked at with Shot.
func (s *Site) Browser(a access.Actor) *Browser {
	s.Helper()
	outer := http.NewServeMux()
	outer.Handle("GET /static/", static.Handler())
	outer.Handle("/", s.mux)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		outer.ServeHTTP(w, r.WithContext(page.WithVisitor(context.WithoutCancel(r.Context()), visitor(a))))
	}))
	s.Cleanup(server.Close)
	return Open(s, server.URL)
}

// Nasty is what every field of every form must take without an internal error:
// a part of the malformed corpus of docs/style.md. Names with rare characters
// are among them.
var Nasty = []string{
	"", "\x00", "\xff\xfe", "𠮷田", "䶮", "\u202e", strings.Repeat("长", 10_000), "'; DROP TABLE opinions; --", "<script>alert(1)</script>", "=1+1",
	"-1", "99999999999999999999", "2026-02-30", "0001-01-01", "../../etc/passwd",
}

var complaint = regexp.MustCompile(`<p class="complaint"[^>]*>[^<]*|class="errors"[\s\S]*?</ul>`)

// Complaints are what a page complains about, for messages of tests.
func Complaints(body string) string { return strings.Join(complaint.FindAllString(body, -1), "\n") }
