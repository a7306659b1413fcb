// Package deputy serves the register of deputies and their professional groups
// to people with an account.
package deputy

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/deputy"
	"portal/web/page"
)

type handler struct{ deputies *deputy.Store }

// Register adds the room's routes: the register, the form, the record with its
// moves, and the groups.
func Register(rs *page.Routes, s *deputy.Store) {
	h := handler{s}
	rs.Get("/deputies", access.ViewDeputies, h.list)
	rs.Get("/deputies/new", access.KeepDeputies, h.form)
	rs.Post("/deputies", access.KeepDeputies, h.enter)
	rs.Get("/deputies/{id}", access.ViewDeputies, h.record)
	rs.Get("/deputies/{id}/edit", access.KeepDeputies, h.edit)
	rs.Post("/deputies/{id}", access.KeepDeputies, h.revise)
	for _, m := range deputy.Procedure.Moves {
		if m.Name != "expiry" { // a term as a whole: see terms
			rs.Post("/deputies/{id}/"+m.Name, m.Need, h.move(m.Name))
		}
	}
	rs.Post("/deputies/{id}/photo", access.KeepDeputies, h.photo)
	rs.Get("/deputies/elections", access.ViewDeputies, h.elections)
	rs.Post("/deputies/elections/confirmations", access.DecideDeputies, h.confirm)
	rs.Get("/deputies/elections/new", access.KeepDeputies, h.electionForm)
	rs.Post("/deputies/elections", access.KeepDeputies, h.elect)
	rs.Get("/deputies/elections/{id}", access.ViewDeputies, h.election)
	for _, m := range deputy.Credentials.Moves {
		rs.Post("/deputies/elections/{id}/"+m.Name, m.Need, h.decide(m.Name))
	}
	rs.Get("/deputies/terms", access.ViewDeputies, h.terms)
	rs.Post("/deputies/terms", access.DecideDeputies, h.addTerm)
	rs.Post("/deputies/terms/expiry", access.DecideDeputies, h.expire)
	rs.Post("/deputies/{id}/phone", access.UnmaskDeputy, h.phone)
	rs.Get("/groups", access.ViewDeputies, h.groups)
	rs.Get("/groups/{id}", access.ViewDeputies, h.group)
	rs.Post("/groups/{id}/transfer", access.KeepDeputies, h.transfer)
	rs.Post("/groups/{id}/leader", access.KeepDeputies, h.lead)
	rs.Post("/groups/{id}/plans", access.PlanGroup, h.draft)
	rs.Get("/groups/plans/{id}", access.ViewDeputies, h.plan)
	rs.Post("/groups/plans/{id}/items", access.PlanGroup, h.addItem)
	rs.Post("/groups/plans/{id}/items/{item}/removal", access.PlanGroup, h.dropItem)
	for _, m := range deputy.Planning.Moves {
		rs.Post("/groups/plans/{id}/"+m.Name, m.Need, h.movePlan(m.Name))
	}
}

// read reads the deputy that the address names.
func (h handler) read(r *http.Request) (deputy.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return deputy.Record{}, err
	}
	return h.deputies.Record(r.Context(), page.Actor(r), id)
}
