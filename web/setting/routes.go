// Package setting serves the pages on which an administrator changes the numbers
// that a city or a street may choose.
package setting

import (
	"portal/internal/access"
	"portal/internal/setting"
	"portal/web/page"
)

type handler struct{ settings *setting.Store }

// Register adds the room's routes.
func Register(rs *page.Routes, s *setting.Store) {
	h := handler{s}
	rs.Get("/settings", access.ManageSettings, h.list)
	rs.Get("/settings/{key}", access.ManageSettings, h.form)
	rs.Post("/settings/{key}", access.ManageSettings, h.choose)
	rs.Post("/settings/{key}/default", access.ManageSettings, h.reset)
}
