// Package poll serves the pages on which a closed circle casts without names: the
// ballot on a phone, with a slip, what the office does about slips and paper, and the
// result.
package poll

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/poll"
	"portal/web/page"
)

type handler struct {
	polls *poll.Store
	base  string // absolute, for QR codes
}

// Register adds the room's routes. Opening, closing and giving up are moves of the
// record that asks.
func Register(rs *page.Routes, s *poll.Store) {
	h := handler{s, rs.Site.BaseURL}
	rs.Get("/polls", access.ViewPolls, h.list)
	rs.Get("/polls/{id}", access.ViewPolls, h.record)
	rs.Get("/polls/{id}/screen", access.ViewPolls, h.screen)
	rs.Get("/polls/{id}/papers", access.KeepPolls, h.printPapers)
	for _, name := range []string{"ballot", "admission", "papers", "count", "check"} {
		rs.Post("/polls/{id}/"+name, poll.Procedure.Move(name).Need, h.move(name))
	}
	for _, name := range []string{"slips", "renewal"} {
		rs.Post("/polls/{id}/"+name, access.KeepPolls, h.issue(name))
	}
	rs.Get("/polls/{id}/slip", access.Anyone, h.slip)
	rs.Post("/polls/{id}/slip", access.Anyone, h.enterSlip)
	rs.Post("/polls/{id}/slip/ballot", access.Anyone, h.castSlip)
}

// read reads the poll that the address names.
func (h handler) read(r *http.Request) (poll.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return poll.Record{}, err
	}
	return h.polls.Record(r.Context(), page.Actor(r), id)
}
