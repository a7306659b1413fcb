// Package gathering serves the pages of gatherings: the list of who is called and
// who came, the door, checking in, and one's own activities and meetings.
package gathering

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/web/page"
)

type handler struct {
	gatherings *gathering.Store
	base       string // the portal's own address, for the QR code
}

// Register adds the room's routes: the list with one route for each of its moves,
// what is printed, the door, checking in, and one's own gatherings.
func Register(rs *page.Routes, s *gathering.Store) {
	h := handler{s, rs.Site.BaseURL}
	rs.Get(page.MyGatheringsURL, access.JoinGatherings, h.mine)
	rs.Get(page.CheckInURL, access.JoinGatherings, h.today)
	rs.Get(page.CheckInURL+"/{token}", access.JoinGatherings, h.scanned)
	rs.Post(page.CheckInURL+"/{token}", access.JoinGatherings, h.arriveAt)
	rs.Get("/gatherings/{id}", access.ViewGatherings, h.record)
	rs.Get("/gatherings/{id}/sheet", access.KeepGatherings, h.sheet)
	rs.Get("/gatherings/{id}/slips", access.KeepGatherings, h.slips)
	rs.Get("/gatherings/{id}/door", access.KeepGatherings, h.door)
	rs.Get("/gatherings/{id}/people/{who}", access.KeepGatherings, h.person)
	for name := range acts {
		rs.Post("/gatherings/{id}/"+name, gathering.Procedure.Move(name).Need, h.move(name))
	}
}

// read reads the gathering that the address names, with the part of its list that
// the address asks for.
func (h handler) read(r *http.Request) (gathering.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return gathering.Record{}, err
	}
	return h.gatherings.Record(r.Context(), page.Actor(r), id, page.Query[query](r).filter())
}

// kept is read for who keeps the gathering, with the whole list.
func (h handler) kept(r *http.Request) (gathering.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return gathering.Record{}, err
	}
	rec, err := h.gatherings.Record(r.Context(), page.Actor(r), id, gathering.Filter{})
	if err == nil && !rec.Keeps(page.Actor(r)) {
		err = fault.NotFound
	}
	return rec, err
}
