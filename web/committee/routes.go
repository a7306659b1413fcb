// Package committee serves the pages of the streets: their committee's name,
// communities and handling units.
package committee

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/text"
	"portal/web/page"
)

type handler struct{ streets *committee.Store }

// Register adds the room's routes: the streets of the city, the page of one
// street, the director's delegations, and the pages on which communities and units
// are kept.
func Register(rs *page.Routes, s *committee.Store) {
	h := handler{s}
	rs.Get("/committees", access.ViewCommittees, h.list)
	rs.Get("/committees/{street}", access.ViewCommittees, h.street)
	rs.Get("/committees/{street}/posts.xlsx", access.ViewDeputies, h.exportPosts)
	rs.Post("/committees/{street}/name", access.NameStreet, h.name)
	rs.Get("/committees/{street}/delegations/new", access.DelegateCommittee, h.newDelegation)
	rs.Post("/committees/{street}/delegations", access.DelegateCommittee, h.delegate)
	rs.Get("/committees/{street}/delegations/{id}", access.ViewDelegations, h.delegation)
	rs.Get("/committees/{street}/delegations/{id}/document.docx", access.ViewDelegations, h.delegationPaper)
	rs.Post("/committees/{street}/delegations/{id}/withdrawal", access.DelegateCommittee, h.withdrawDelegation)
	rs.Post("/committees/{street}/units", access.ManageCommittees, h.addUnit)
	rs.Get("/committees/{street}/units/{id}", access.ManageCommittees, h.unit)
	rs.Post("/committees/{street}/units/{id}", access.ManageCommittees, h.reviseUnit)
	rs.Post("/committees/{street}/units/{id}/end", access.ManageCommittees, h.endUnit)
	rs.Post("/committees/{street}/communities", access.ManageCommittees, h.addCommunity)
	rs.Get("/committees/{street}/communities/{id}", access.ManageCommittees, h.community)
	rs.Post("/committees/{street}/communities/{id}", access.ManageCommittees, h.renameCommunity)
	rs.Post("/committees/{street}/communities/{id}/end", access.ManageCommittees, h.endCommunity)
}

// read reads the street that the address names.
func (h handler) read(r *http.Request) (committee.StreetRecord, error) {
	id, err := page.ID(r, "street")
	if err != nil {
		return committee.StreetRecord{}, err
	}
	var typed text.Reader
	on := typed.Date("on", r.URL.Query().Get("on"), "日期", false)
	return h.streets.Street(r.Context(), page.Actor(r), id, on)
}
