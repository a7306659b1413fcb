// Package station serves the pages of liaison stations, of the receptions
// planned at them and of the visits that took place.
package station

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/station"
	"portal/web/page"
)

type handler struct {
	stations *station.Store
	site     page.Site
}

// Register adds the room's routes: stations with their poster, the schedule of
// receptions with its notices, visits with the form that logs one, and what is
// printed of them.
func Register(rs *page.Routes, s *station.Store) {
	h := handler{s, rs.Site}
	rs.Get("/stations", access.ViewStations, h.stationList)
	rs.Get("/stations/new", access.KeepStations, h.newStation)
	rs.Post("/stations", access.KeepStations, h.openStation)
	rs.Get("/stations/{id}", access.ViewStations, h.station)
	rs.Get("/stations/{id}/edit", access.KeepStations, h.editStation)
	rs.Post("/stations/{id}/revision", access.KeepStations, h.reviseStation)
	rs.Post("/stations/{id}/assignment", access.KeepStations, h.assignDeputies)
	rs.Post("/stations/{id}/closure", access.KeepStations, h.closeStation)
	rs.Get("/stations/{id}/poster", access.ViewStations, h.poster)

	rs.Get("/receptions", access.ViewStations, h.schedule)
	rs.Get("/receptions/new", access.PlanReception, h.newReception)
	rs.Post("/receptions", access.PlanReception, h.planReception)
	rs.Post("/receptions/publication", access.PlanReception, h.publishMonth)
	rs.Get("/receptions/notice", access.ViewStations, h.monthNotice)
	rs.Get("/receptions/{id}", access.ViewStations, h.reception)
	rs.Get("/receptions/{id}/notice", access.ViewStations, h.notice)
	rs.Post("/receptions/{id}/publication", access.PlanReception, h.publishReception)
	rs.Post("/receptions/{id}/cancellation", access.PlanReception, h.cancelReception)

	rs.Get("/visits", access.ViewVisits, h.visitList)
	rs.Get("/visits/new", access.LogVisit, h.newVisit)
	rs.Post("/visits", access.LogVisit, h.logVisit)
	rs.Post("/visits/draft", access.LogVisit, h.saveDraft)
	rs.Post("/visits/draft/removal", access.LogVisit, h.dropDraft)
	rs.Get("/visits/{id}", access.ViewVisits, h.visit)
	rs.Post("/visits/{id}/correction", access.CorrectVisit, h.correctVisit)
	rs.Get("/visits/{id}/sheets", access.ViewVisits, h.sheets)
	rs.Get("/visits/{id}/receipts", access.LogVisit, h.receipts)
}

// readStation reads the station that the address names.
func (h handler) readStation(r *http.Request) (station.StationRecord, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return station.StationRecord{}, err
	}
	return h.stations.Station(r.Context(), page.Actor(r), id)
}

// readVisit reads the visit that the address names.
func (h handler) readVisit(r *http.Request) (station.VisitRecord, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return station.VisitRecord{}, err
	}
	return h.stations.Visit(r.Context(), page.Actor(r), id)
}
