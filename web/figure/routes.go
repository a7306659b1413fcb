// Package figure serves the indicator dictionary: every number with its
// definition, its parts and the way to its rows.
package figure

import (
	"portal/internal/access"
	"portal/internal/figure"
	"portal/web/page"
)

type handler struct{ figures *figure.Store }

// Register adds the overview of all figures and the page of each.
func Register(rs *page.Routes, s *figure.Store) {
	h := handler{s}
	rs.Get(page.FiguresURL, access.ViewFigures, h.overview)
	rs.Get(page.FiguresURL+"/{key}", access.ViewFigures, h.indicator)
}
