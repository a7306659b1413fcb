// Package page is what every page's handler needs: routes that name their
// permission, errors that become responses, forms, rendering, who is looking,
// and the addresses of all rooms.
package page

import (
	"context"
	"net/http"
	"time"

	"portal/internal/access"
	"portal/web/ui"
)

// Handler serves a page. An error it returns becomes the response.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Visitor is who sent the request, as the session middleware found out.
type Visitor struct {
	Actor   access.Actor
	Session int64           // the session's ID; 0 for residents
	Place   string          // the street or city on screen
	Roles   []ui.RoleChoice // the roles the person may act in
	Address string          // where the request came from; see Proxies
	Ended   bool            // the browser still holds the cookie of a session that is over
	// Gate is the only page that the visitor may use until they have done what
	// it asks, such as changing an issued password; "" for everybody else.
	Gate string
}

type visitorKey struct{}

// WithVisitor returns ctx carrying v.
func WithVisitor(ctx context.Context, v *Visitor) context.Context {
	return context.WithValue(ctx, visitorKey{}, v)
}

var nobody = &Visitor{Actor: access.Resident(nil)}

// VisitorOf returns the visitor of r: a resident where nobody is signed in.
func VisitorOf(r *http.Request) *Visitor {
	if v, ok := r.Context().Value(visitorKey{}).(*Visitor); ok {
		return v
	}
	return nobody
}

// Actor returns who is acting in r.
func Actor(r *http.Request) access.Actor { return VisitorOf(r).Actor }

// Site is what the pages need to know of the installation.
type Site struct {
	Name    string // the portal's name on every page
	BaseURL string // absolute, without a slash at the end; for QR codes and posters
	Demo    bool
	Now     func() time.Time
}
