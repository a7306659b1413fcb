// Package activity serves the pages on which deputies' activities are planned,
// approved, recorded, reported and answered.
package activity

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/web/page"
)

type handler struct{ activities *activity.Store }

// Register adds the room's routes: the ledger, the form, the record with one route
// for each move, its papers, and the residents' pages.
func Register(rs *page.Routes, s *activity.Store) {
	h := handler{s}
	rs.Get("/activities", access.ViewActivities, h.list)
	rs.Get("/activities/new", access.KeepActivities, h.form)
	rs.Post("/activities", access.KeepActivities, h.plan)
	rs.Get("/activities/{id}", access.ViewActivities, h.record)
	rs.Get("/activities/{id}/edit", access.KeepActivities, h.edit)
	rs.Post("/activities/{id}", access.KeepActivities, h.revise)
	for _, m := range activity.Procedure.Moves {
		rs.Post("/activities/{id}/"+m.Name, m.Need, h.move(m.Name))
	}
	rs.Get("/activities/{id}/document.docx", access.ViewActivities, h.reportPaper)
	rs.Get("/activities/{id}/letter.docx", access.ViewActivities, h.letterPaper)
	rs.Get(page.PublicActivitiesURL, access.Anyone, h.published)
	rs.Get(page.PublicActivitiesURL+"/{id}", access.Anyone, h.publishedOne)
}

// read reads the activity that the address names.
func (h handler) read(r *http.Request) (activity.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return activity.Record{}, err
	}
	return h.activities.Look(r.Context(), page.Actor(r), id)
}
