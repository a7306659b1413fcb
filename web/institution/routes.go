// Package institution serves the pages on which the rules of the city and of the
// streets are drafted, decided, filed, read and followed.
package institution

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/institution"
	"portal/web/page"
)

type handler struct {
	rules *institution.Store
	site  page.Site
}

// Register adds the room's routes: the list, the texts of a day, the record with one
// route for each move of both procedures, clauses, landing matrix, sleeping clauses.
func Register(rs *page.Routes, s *institution.Store) {
	h := handler{s, rs.Site}
	rs.Get(page.InstitutionsURL, access.ViewInstitutions, h.list)
	rs.Get(page.NewInstitutionURL, access.MakeInstitution, h.form)
	rs.Post(page.InstitutionsURL, access.MakeInstitution, h.draft)
	rs.Get(page.LandingsURL, access.ViewLanding, h.landing)
	rs.Get(page.LandingsURL+"/{id}", access.KeepLanding, h.landForm)
	rs.Post(page.LandingsURL+"/{id}", access.KeepLanding, h.land)
	rs.Get(page.SleepingURL, access.ViewLanding, h.sleeping)
	rs.Get(page.InstitutionsURL+"/{id}", access.ViewInstitutions, h.record)
	rs.Get(page.InstitutionsURL+"/{id}/text", access.MakeInstitution, h.textForm)
	rs.Post(page.InstitutionsURL+"/{id}/text", access.MakeInstitution, h.write)
	rs.Get(page.InstitutionsURL+"/{id}/changes", access.ViewInstitutions, h.changes)
	rs.Get(page.InstitutionsURL+"/{id}/document.docx", access.ViewInstitutions, h.paper)
	rs.Get(page.InstitutionsURL+"/{id}/filings/{filing}/report.docx", access.ViewLanding, h.filing(false))
	rs.Get(page.InstitutionsURL+"/{id}/filings/{filing}/reply.docx", access.ViewLanding, h.filing(true))
	rs.Get(page.InstitutionsURL+"/{id}/clauses/{clause}", access.ViewInstitutions, h.clause)
	rs.Post(page.InstitutionsURL+"/{id}/clauses/{clause}/rest", access.DraftInstitution, h.rest)
	rs.Post(page.InstitutionsURL+"/{id}/clauses/{clause}/mark", access.MakeInstitution, h.mark)
	rs.Post(page.InstitutionsURL+"/{id}/clauses/{clause}/link", access.KeepLanding, h.link)
	seen := map[string]bool{}
	for _, m := range append(institution.Procedure.Moves, institution.CityProcedure.Moves...) {
		if !seen[m.Name] {
			seen[m.Name] = true
			rs.Post(page.InstitutionsURL+"/{id}/"+m.Name, m.Need, h.move(m.Name))
		}
	}
}

// read reads the rule that the address names, with the text that it asks for.
func (h handler) read(r *http.Request, ask institution.Ask) (institution.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return institution.Record{}, err
	}
	return h.rules.Record(r.Context(), page.Actor(r), id, ask)
}

// makes reports whether the actor drafts rules of their own.
func makes(a access.Actor) bool { return a.May(access.MakeInstitution) }
