// Package suggestion serves the pages on which deputies' suggestions are drafted,
// signed, assigned, answered and rated, and the ledger of what was promised.
package suggestion

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/suggestion"
	"portal/web/page"
)

type handler struct{ suggestions *suggestion.Store }

// Register adds the room's routes: the ledger, the form, the record with one route
// for each move, its papers, and the promise ledger.
func Register(rs *page.Routes, s *suggestion.Store) {
	h := handler{s}
	rs.Get("/suggestions", access.ViewSuggestions, h.list)
	rs.Get("/suggestions/new", access.DraftSuggestion, h.form)
	rs.Post("/suggestions", access.DraftSuggestion, h.draft)
	rs.Get("/suggestions/{id}", access.ViewSuggestions, h.record)
	rs.Get("/suggestions/{id}/edit", access.DraftSuggestion, h.edit)
	rs.Post("/suggestions/{id}", access.DraftSuggestion, h.revise)
	for _, m := range suggestion.Procedure.Moves {
		rs.Post("/suggestions/{id}/"+m.Name, m.Need, h.move(m.Name))
	}
	rs.Get("/suggestions/{id}/assignment.docx", access.ViewSuggestions, h.assignmentPaper)
	rs.Get("/suggestions/{id}/document.docx", access.ViewSuggestions, h.replyPaper)
	rs.Get(page.PublicSuggestionsURL, access.Anyone, h.published)
	rs.Get(page.PublicSuggestionsURL+"/{id}", access.Anyone, h.publishedOne)
	rs.Get("/promises", access.ViewSuggestions, h.promises)
}

// read reads the suggestion that the address names.
func (h handler) read(r *http.Request) (suggestion.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return suggestion.Record{}, err
	}
	return h.suggestions.Record(r.Context(), page.Actor(r), id)
}
