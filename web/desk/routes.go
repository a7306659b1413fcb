// Package desk serves the signed-in home: what each role has to do now, and what
// is new for it.
package desk

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/desk"
	"portal/internal/figure"
	"portal/web/page"
)

type handler struct {
	desks   *desk.Store
	figures *figure.Store
}

// Register adds the desk's one page. The figures on it are counted by figures.
func Register(rs *page.Routes, s *desk.Store, figures *figure.Store) {
	h := handler{s, figures}
	rs.Get(page.DeskURL, access.SignedIn, h.desk)
}

func (h handler) desk(w http.ResponseWriter, r *http.Request) error {
	actor := page.Actor(r)
	d, err := h.desks.Desk(r.Context(), actor)
	if err != nil {
		return err
	}
	v := view{desk: d, actor: actor, role: roles[actor.Role]}
	v.show()
	if err := h.count(r, &v); err != nil {
		return err
	}
	return page.OK(w, r, deskPage(v))
}
