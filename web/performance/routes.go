// Package performance serves the pages of the performance record: the yearly sheet
// of a street, the record of a deputy, the rows behind each cell, supplements,
// quarterly publications, disputes and schemes.
package performance

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/fault"
	"portal/internal/performance"
	"portal/web/page"
	"portal/web/ui"
)

type handler struct{ performance *performance.Store }

// Register adds the room's routes. None of them writes what a deputy did or a score:
// that comes from where it happened.
func Register(rs *page.Routes, s *performance.Store) {
	h := handler{s}
	rs.Get("/performance", access.ReadPerformance, h.sheet)
	rs.Get("/performance/rows", access.ViewPerformance, h.rows)
	rs.Get("/performance/mine", access.OwnPerformance, h.mine)
	rs.Get("/deputies/{id}/performance", access.ViewPerformance, h.record)

	rs.Get("/performance/supplements", access.ReadPerformance, h.supplements)
	rs.Get("/performance/supplements/new", access.AddPerformance, h.supplementForm)
	rs.Post("/performance/supplements", access.AddPerformance, h.addSupplement)
	rs.Get("/performance/supplements/{id}", access.ViewPerformance, h.supplement)
	for _, m := range performance.Supplements.Moves {
		rs.Post("/performance/supplements/{id}/"+m.Name, m.Need, h.moveSupplement(m.Name))
	}

	rs.Get("/performance/publications", access.ViewPerformance, h.publications)
	rs.Post("/performance/publications", access.PublishPerformance, h.publish)
	rs.Get("/performance/publications/{id}", access.ViewPerformance, h.publication)

	rs.Get("/performance/disputes", access.ViewPerformance, h.disputes)
	rs.Get("/performance/disputes/new", access.DisputePerformance, h.disputeForm)
	rs.Post("/performance/disputes", access.DisputePerformance, h.fileDispute)
	rs.Get("/performance/disputes/{id}", access.ViewPerformance, h.dispute)
	for _, m := range performance.Disputes.Moves {
		rs.Post("/performance/disputes/{id}/"+m.Name, m.Need, h.moveDispute(m.Name))
	}

	rs.Get("/performance/scheme", access.ViewPerformance, h.schemes)
	rs.Post("/performance/scheme", access.ScorePerformance, h.choose)
}

// mine leads a deputy to their own record.
func (h handler) mine(w http.ResponseWriter, r *http.Request) error {
	own := page.Actor(r).DeputyID
	if own == 0 {
		return fault.NotFound
	}
	return page.Redirect(w, r, page.PerformanceURL(own))
}

// parts are the pages of the room that actor may open, to go from one to another.
func parts(actor access.Actor, here string) (list []ui.NavItem) {
	add := func(label, url string, need access.Permission) {
		if actor.May(need) {
			list = append(list, ui.NavItem{Label: label, URL: url, Current: here == label})
		}
	}
	add("年度表", page.PerformancesURL, access.ReadPerformance)
	if actor.DeputyID != 0 {
		add("我的履职", page.PerformanceURL(actor.DeputyID), access.OwnPerformance)
	}
	add("补录", page.SupplementsURL, access.ReadPerformance)
	add("季度公布", page.PublicationsURL, access.ViewPerformance)
	add("申诉", page.DisputesURL, access.ViewPerformance)
	add("积分办法", page.SchemeURL, access.ViewPerformance)
	return list
}
