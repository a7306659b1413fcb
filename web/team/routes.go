// Package team serves the overview of the four support teams, the experts with
// their certificates, and the liaison and information officers of the communities.
package team

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/team"
	"portal/web/page"
)

type handler struct{ teams *team.Store }

// Register adds the room's routes: the overview; the register, form and record of
// experts and of officers with their moves; the coverage map and the yearly
// confirmation.
func Register(rs *page.Routes, s *team.Store) {
	h := handler{s}
	rs.Get("/teams", access.ViewTeams, h.overview)
	h.experts(rs)
	h.officers(rs)
}

func (h handler) experts(rs *page.Routes) {
	rs.Get("/experts", access.ViewExperts, h.expertList)
	rs.Get("/experts/new", access.KeepExperts, h.expertForm)
	rs.Post("/experts", access.KeepExperts, h.recommend)
	rs.Get("/experts/{id}", access.ViewExperts, h.expert)
	rs.Get("/experts/{id}/edit", access.KeepExperts, h.editExpert)
	rs.Post("/experts/{id}", access.KeepExperts, h.reviseExpert)
	rs.Get("/experts/{id}/document.docx", access.ViewExperts, h.certificate)
	for _, m := range team.Experts.Moves {
		rs.Post("/experts/{id}/"+m.Name, m.Need, h.expertMove(m.Name))
	}
	for name, need := range map[string]access.Permission{
		"statement": access.LogExpertWork, "work": access.LogExpertWork, "work-decision": access.KeepExperts, "adoption": access.KeepExperts,
	} {
		rs.Post("/experts/{id}/"+name, need, h.expertMove(name))
	}
	rs.Post("/experts/{id}/phone", access.UnmaskTeam, h.expertPhone)
}

func (h handler) officers(rs *page.Routes) {
	rs.Get("/officers", access.ViewOfficers, h.officerList)
	rs.Get("/officers/new", access.KeepOfficers, h.officerForm)
	rs.Post("/officers", access.KeepOfficers, h.propose)
	rs.Get("/officers/coverage", access.ViewTeams, h.coverage)
	rs.Get("/officers/confirmations", access.KeepOfficers, h.confirmations)
	rs.Post("/officers/confirmations", access.KeepOfficers, h.confirmAll)
	rs.Get("/officers/{id}", access.ViewOfficers, h.officer)
	rs.Get("/officers/{id}/edit", access.KeepOfficers, h.editOfficer)
	rs.Post("/officers/{id}", access.KeepOfficers, h.reviseOfficer)
	for _, m := range team.Officers.Moves {
		rs.Post("/officers/{id}/"+m.Name, m.Need, h.officerMove(m.Name))
	}
	rs.Post("/officers/{id}/proposal", access.KeepOfficers, h.officerMove("proposal"))
	rs.Post("/officers/{id}/phone", access.UnmaskTeam, h.officerPhone)
}

func (h handler) readExpert(r *http.Request) (team.ExpertRecord, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return team.ExpertRecord{}, err
	}
	return h.teams.Expert(r.Context(), page.Actor(r), id)
}

func (h handler) readOfficer(r *http.Request) (team.OfficerRecord, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return team.OfficerRecord{}, err
	}
	return h.teams.Officer(r.Context(), page.Actor(r), id)
}
