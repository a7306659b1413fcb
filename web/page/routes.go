package page

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"portal/internal/access"
	"portal/internal/fault"
	"portal/web/ui"
)

// Routes registers handlers and remembers the permission each one needs.
type Routes struct {
	Site  Site
	mux   chi.Router
	log   *slog.Logger
	Table []Route

	// Unread counts a signed-in person's unread notices for the frame of every
	// page, and Warnings says what stands on their desk until it is dealt with.
	// Both answer from memory most of the time; nil asks nobody.
	Unread   func(context.Context, access.Actor) (int, error)
	Warnings func(context.Context, access.Actor) ([]string, error)
}

// Route is one line of the route table.
type Route struct {
	Method, Pattern string
	Need            access.Permission
}

// NewRoutes returns Routes that registers on mux.
func NewRoutes(mux chi.Router, log *slog.Logger, site Site) *Routes {
	return &Routes{Site: site, mux: mux, log: log}
}

// Get registers h for GET pattern. Only actors who may need reach it.
func (rs *Routes) Get(pattern string, need access.Permission, h Handler) {
	rs.add(http.MethodGet, pattern, need, h)
}

// Post registers h for POST pattern. Only actors who may need reach it.
func (rs *Routes) Post(pattern string, need access.Permission, h Handler) {
	rs.add(http.MethodPost, pattern, need, h)
}

func (rs *Routes) add(method, pattern string, need access.Permission, h Handler) {
	rs.Table = append(rs.Table, Route{method, pattern, need})
	rs.mux.MethodFunc(method, pattern, func(w http.ResponseWriter, r *http.Request) {
		r = rs.framed(w, r)
		defer tidyUp(r)
		if err := rs.admit(w, r, need, h); err != nil {
			rs.fail(w, r, err)
		}
	})
}

// tidyUp removes the uploads that r left in the temporary directory. The server
// would do this, had it seen this r.
func tidyUp(r *http.Request) {
	if r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll()
	}
}

// admit runs h for those who may. Who is not signed in is asked to; who has
// something to do first, such as changing an issued password, is sent there.
func (rs *Routes) admit(w http.ResponseWriter, r *http.Request, need access.Permission, h Handler) error {
	v := VisitorOf(r)
	switch {
	case v.Gate != "" && need != access.Anyone && !strings.HasPrefix(r.URL.Path, v.Gate) && r.URL.Path != LogoutURL:
		http.Redirect(w, r, v.Gate, http.StatusSeeOther)
		return nil
	case v.Actor.May(need):
		return h(w, r)
	case v.Actor.UserID == 0:
		if v.Ended {
			Flash(w, r, ui.ToneWait, "登录已超时。请重新登录，然后回到刚才的页面。")
		}
		http.Redirect(w, r, LoginURL+"?next="+url.QueryEscape(returnPath(r)), http.StatusSeeOther)
		return nil
	}
	return fault.Forbidden
}

// returnPath is where to go after signing in: the page asked for, or, for a
// form that was sent too late, the page it was on.
func returnPath(r *http.Request) string {
	if r.Method == http.MethodGet {
		return r.URL.RequestURI()
	}
	if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
		return u.RequestURI()
	}
	return DeskURL
}

// NotFound answers addresses that no route has.
func (rs *Routes) NotFound(w http.ResponseWriter, r *http.Request) { rs.Fail(w, r, fault.NotFound) }

// Fail answers with the page for err what never reached a route.
func (rs *Routes) Fail(w http.ResponseWriter, r *http.Request, err error) {
	rs.fail(w, rs.framed(w, r), err)
}

// framed puts what every page shows into r's context.
func (rs *Routes) framed(w http.ResponseWriter, r *http.Request) *http.Request {
	return r.WithContext(ui.WithFrame(r.Context(), rs.frame(w, r)))
}
