// Package opinion serves the pages on which people with an account register
// residents' opinions and follow them to their end.
package opinion

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/opinion"
	"portal/web/page"
)

type handler struct {
	opinions *opinion.Store
	site     page.Site
}

// Register adds the room's routes: the ledger, the form, the record, one route
// for each move of the procedure, and the forms to print.
func Register(rs *page.Routes, s *opinion.Store) {
	h := handler{s, rs.Site}
	rs.Get("/opinions", access.ViewOpinions, h.list)
	rs.Get("/opinions/new", access.RegisterOpinion, h.form)
	rs.Get("/opinions/overdue", access.ViewOpinions, h.overdue)
	rs.Post("/opinions", access.RegisterOpinion, h.register)
	rs.Get("/opinions/{id}", access.ViewOpinions, h.record)
	for _, m := range opinion.Procedure.Moves {
		rs.Post("/opinions/{id}/"+m.Name, m.Need, h.move(m.Name))
	}
	rs.Post("/opinions/{id}/merged-feedback", access.FeedBackOpinion, h.move("merged-feedback"))
	rs.Post("/opinions/{id}/phone", access.UnmaskResident, h.phone)
	rs.Get("/opinions/{id}/receipt", access.RegisterOpinion, h.receipt)
	rs.Get("/opinions/{id}/assignment-form", access.ViewOpinions, h.assignmentForm)
	rs.Get("/opinions/{id}/supervision-letter", access.UrgeOpinion, h.supervisionLetter)
}

// read reads the opinion that the address names.
func (h handler) read(r *http.Request) (opinion.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return opinion.Record{}, err
	}
	return h.opinions.Record(r.Context(), page.Actor(r), id)
}
