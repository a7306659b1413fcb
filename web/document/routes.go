// Package document serves the register of official papers.
package document

import (
	"portal/internal/access"
	"portal/internal/document"
	"portal/web/page"
)

type handler struct{ papers *document.Store }

// Register adds the room's routes: the register, and the form of an issuer's own
// 发文代字.
func Register(rs *page.Routes, s *document.Store) {
	h := handler{s}
	rs.Get("/papers", access.ViewPapers, h.list)
	rs.Get("/papers/prefix", access.KeepPapers, h.form)
	rs.Post("/papers/prefix", access.KeepPapers, h.choose)
}
