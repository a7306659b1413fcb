// Package performance serves the pages of the performance record: the yearly sheet
// of a street, the record of a deputy, and the rows behind each cell.
package performance

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/fault"
	"portal/internal/performance"
	"portal/web/page"
)

type handler struct{ performance *performance.Store }

// Register adds the room's routes. None of them writes what a deputy did: that
// happens where it happened.
func Register(rs *page.Routes, s *performance.Store) {
	h := handler{s}
	rs.Get("/performance", access.ReadPerformance, h.sheet)
	rs.Get("/performance/rows", access.ViewPerformance, h.rows)
	rs.Get("/performance/mine", access.OwnPerformance, h.mine)
	rs.Get("/deputies/{id}/performance", access.ViewPerformance, h.record)
}

// mine leads a deputy to their own record.
func (h handler) mine(w http.ResponseWriter, r *http.Request) error {
	own := page.Actor(r).DeputyID
	if own == 0 {
		return fault.NotFound
	}
	return page.Redirect(w, r, page.PerformanceURL(own))
}
