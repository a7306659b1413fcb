// Package plan serves the pages of annual plans: the list, the forms, the plan with its
// moves, its items, its editions, its papers, what deputies propose for it, and what residents
// read of it.
package plan

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/plan"
	"portal/web/page"
)

type handler struct{ plans *plan.Store }

// Register adds the room's routes.
func Register(rs *page.Routes, s *plan.Store) {
	h := handler{s}
	rs.Get("/plans", access.ViewPlans, h.list)
	rs.Get("/plans/new", access.DraftPlan, h.form)
	rs.Post("/plans", access.DraftPlan, h.draft)
	rs.Get("/plans/{id}", access.ViewPlans, h.record)
	rs.Post("/plans/{id}", access.DraftPlan, h.open)
	rs.Get("/plans/{id}/items/new", access.DraftPlan, h.newItem)
	rs.Post("/plans/{id}/items", access.DraftPlan, h.addItem)
	rs.Get("/plans/{id}/editions/{ordinal}", access.ViewPlans, h.edition)
	rs.Get("/plans/{id}/document.docx", access.ViewPlans, h.paper)
	rs.Get("/plans/{id}/letter.docx", access.AdvisePlan, h.letter)
	rs.Get("/plans/{id}/report.docx", access.ViewPlans, h.report)
	for _, m := range plan.Procedure.Moves {
		rs.Post("/plans/{id}/"+m.Name, m.Need, h.move(m.Name))
	}
	rs.Get("/plans/items/{id}", access.ViewPlans, h.item)
	rs.Get("/plans/items/{id}/edit", access.DraftPlan, h.editItem)
	rs.Post("/plans/items/{id}", access.DraftPlan, h.alterItem)
	rs.Get(page.PlanIdeasURL, access.ViewPlanIdeas, h.ideas)
	rs.Get(page.NewPlanIdeaURL, access.ProposePlan, h.newIdea)
	rs.Post(page.PlanIdeasURL, access.ProposePlan, h.propose)
	rs.Get("/plans/ideas/{id}", access.ViewPlanIdeas, h.idea)
	rs.Get("/plans/ideas/{id}/adoption", access.DraftPlan, h.adoptForm)
	rs.Post("/plans/ideas/{id}/adoption", access.DraftPlan, h.adopt)
	rs.Post("/plans/ideas/{id}/inclusion", access.DraftPlan, h.answerIdea("inclusion"))
	rs.Post("/plans/ideas/{id}/declination", access.DraftPlan, h.answerIdea("declination"))
	rs.Get(page.PublicPlansURL, access.Anyone, h.published)
	rs.Get(page.PublicPlansURL+"/{id}", access.Anyone, h.publishedOne)
}

// read reads the plan that the address names.
func (h handler) read(r *http.Request) (plan.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return plan.Record{}, err
	}
	return h.plans.Record(r.Context(), page.Actor(r), id)
}
