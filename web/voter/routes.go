// Package voter serves the register of voter representatives and the work of
// selecting them to people with an account.
package voter

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/voter"
	"portal/web/page"
)

type handler struct{ voters *voter.Store }

// Register adds the room's routes: the register with its quotas and shares, one's
// own record, the selections with one route for each move, and the papers.
func Register(rs *page.Routes, s *voter.Store) {
	h := handler{s}
	rs.Get("/voter-representatives", access.ViewVoters, h.register)
	rs.Get("/voter-representatives/composition", access.ViewSelections, h.composition)
	rs.Get("/voter-representatives/own", access.OwnVoter, h.own)
	rs.Get("/voter-representatives/{id}", access.ViewVoters, h.representative)
	rs.Get("/voter-representatives/{id}/document.docx", access.ViewSelections, h.certificate)
	rs.Post("/voter-representatives/{id}/leaving", access.KeepSelections, h.leave)
	rs.Post("/voter-representatives/{id}/phone", access.UnmaskVoter, h.phone)

	rs.Get("/selections", access.ViewSelections, h.selections)
	rs.Get("/selections/new", access.KeepSelections, h.newPlan)
	rs.Post("/selections", access.KeepSelections, h.openSelection)
	rs.Get("/selections/by/new", access.KeepSelections, h.newBy)
	rs.Post("/selections/by", access.KeepSelections, h.openBy)
	rs.Get("/selections/{id}", access.ViewSelections, h.selection)
	rs.Get("/selections/{id}/plan", access.KeepSelections, h.editPlan)
	rs.Post("/selections/{id}/plan", access.KeepSelections, h.revisePlan)
	rs.Get("/selections/{id}/meetings/{district}", access.KeepSelections, h.meeting)
	rs.Get("/selections/{id}/document.docx", access.ViewSelections, h.announcement)
	for _, m := range voter.Procedure.Moves {
		switch m.Name {
		case "result", "runoff":
			rs.Post("/selections/{id}/"+m.Name, m.Need, h.count(m.Name))
		default:
			rs.Post("/selections/{id}/"+m.Name, m.Need, h.move(m.Name))
		}
	}
}

// read reads the selection that the address names.
func (h handler) read(r *http.Request) (voter.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return voter.Record{}, err
	}
	return h.voters.Record(r.Context(), page.Actor(r), id)
}
