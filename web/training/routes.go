// Package training serves the pages of trainings: plans, lists, sign-in, tests and
// hours.
package training

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/training"
	"portal/web/page"
)

type handler struct{ trainings *training.Store }

// Register adds the room's routes: the list, the form, the record with one route
// for each move, and the hours.
func Register(rs *page.Routes, s *training.Store) {
	h := handler{s}
	rs.Get("/trainings", access.ViewTrainings, h.list)
	rs.Get("/trainings/new", access.KeepTrainings, h.form)
	rs.Post("/trainings", access.KeepTrainings, h.plan)
	rs.Get("/trainings/hours", access.CountTraining, h.hours)
	rs.Get("/trainings/mine", access.JoinTrainings, h.mine)
	rs.Get("/trainings/people/{id}", access.CountTraining, h.person)
	rs.Get("/trainings/{id}", access.ViewTrainings, h.record)
	rs.Get("/trainings/{id}/edit", access.KeepTrainings, h.edit)
	rs.Post("/trainings/{id}", access.KeepTrainings, h.revise)
	rs.Get("/trainings/{id}/sheet", access.KeepTrainings, h.sheet)
	rs.Get("/trainings/{id}/document.docx", access.KeepTrainings, h.paper)
	for _, m := range training.Procedure.Moves {
		rs.Post("/trainings/{id}/"+m.Name, m.Need, h.move(m.Name))
	}
}

// read reads the training that the address names.
func (h handler) read(r *http.Request) (training.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return training.Record{}, err
	}
	return h.trainings.Record(r.Context(), page.Actor(r), id)
}
