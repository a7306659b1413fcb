// Package calendar serves the year at a glance: which days are off, which
// weekend days are worked in exchange, and the pages that correct it.
package calendar

import (
	"portal/internal/access"
	"portal/internal/deadline"
	"portal/web/page"
)

type handler struct{ deadlines *deadline.Store }

// Register adds the room's routes and puts what is missing on the desk.
func Register(rs *page.Routes, s *deadline.Store) {
	h := handler{s}
	rs.Warnings = s.Warnings
	rs.Get("/calendar", access.SignedIn, h.year)
	rs.Get("/calendar/new", access.ManageCalendar, h.newYear)
	rs.Post("/calendar", access.ManageCalendar, h.addYear)
	rs.Get("/calendar/days/{day}", access.ManageCalendar, h.day)
	rs.Post("/calendar/days/{day}", access.ManageCalendar, h.correctDay)
}
