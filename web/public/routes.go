// Package public serves the residents' site: no account, no JavaScript needed.
// Its pages always ask as a resident, whoever is signed in.
package public

import (
	"net/http"
	"time"

	"portal/internal/access"
	"portal/internal/budget"
	"portal/internal/committee"
	"portal/internal/deputy"
	"portal/internal/figure"
	"portal/internal/institution"
	"portal/internal/opinion"
	"portal/internal/performance"
	"portal/internal/station"
	"portal/internal/voter"
	"portal/web/page"
)

// Rooms is what the site shows.
type Rooms struct {
	Opinions *opinion.Store
	Stations *station.Store
	Deputies *deputy.Store
	Voters   *voter.Store
	Figures  *figure.Store
	Rules    *institution.Store

	Committees  *committee.Store
	Performance *performance.Store
	Address     func(*http.Request) string // where a request comes from, for budgets
}

type handler struct {
	Rooms
	site    page.Site
	year    *memo
	sending *budget.Budget // opinions sent, by address
	guesses *budget.Budget // wrong codes, by address
	locks   *budget.Budget // wrong codes, by number
}

// Addresses that only this site links to.
const (
	sendURL    = "/public/opinions"
	receiptURL = "/public/opinions/receipt"
	ratingURL  = "/public/opinions/rating"
	leaveURL   = "/public/opinions/leave"
)

// resident is who asks.
var resident = access.Resident(nil)

// Register registers the site's routes. An address may send twenty opinions at
// once, for a station helps its visitors to send theirs, and then one every two
// minutes; it may try twenty wrong codes, and so may all addresses together for
// one number, and then one a minute: a code has 50 bits.
func Register(rs *page.Routes, rooms Rooms) {
	h := handler{
		Rooms: rooms, site: rs.Site, year: &memo{},
		sending: budget.New(20, 2*time.Minute), guesses: budget.New(20, time.Minute), locks: budget.New(20, time.Minute),
	}
	rs.Get(page.HomeURL, access.Anyone, h.home)
	rs.Get(page.PublicOpinionURL, access.Anyone, h.form)
	rs.Post(page.PublicOpinionURL, access.Anyone, h.review)
	rs.Post(sendURL, access.Anyone, h.send)
	rs.Get(receiptURL, access.Anyone, h.receipt)
	rs.Get(page.PublicStatusURL, access.Anyone, h.status)
	rs.Post(page.PublicStatusURL, access.Anyone, h.find)
	rs.Post(ratingURL, access.Anyone, h.rate)
	rs.Post(leaveURL, access.Anyone, h.leave)
	rs.Get(page.PublicStationsURL, access.Anyone, h.stations)
	rs.Get(page.PublicStationsURL+"/{id}", access.Anyone, h.station)
	rs.Get(page.PublicDeputiesURL, access.Anyone, h.deputies)
	rs.Get(page.PublicDeputiesURL+"/{id}", access.Anyone, h.deputy)
	rs.Get(page.PublicDeputiesURL+"/{id}/photo", access.Anyone, h.photo)
	rs.Get(page.PublicVotersURL, access.Anyone, h.voters)
	rs.Get(page.PublicInstitutionsURL, access.Anyone, h.institutions)
	rs.Get(page.PublicInstitutionsURL+"/{id}", access.Anyone, h.institution)
	rs.Get(page.PublicCommitteesURL, access.Anyone, h.committees)
	rs.Get(page.PublicCommitteesURL+"/{street}", access.Anyone, h.committee)
	rs.Get(page.PublicPrivacyURL, access.Anyone, h.privacy)
	rs.Get(page.PublicAccessibility, access.Anyone, h.accessibility)
}

func (h handler) privacy(w http.ResponseWriter, r *http.Request) error {
	return page.OK(w, r, privacyPage())
}

func (h handler) accessibility(w http.ResponseWriter, r *http.Request) error {
	return page.OK(w, r, accessibilityPage())
}
