// Package mandate serves the pages of authorisations: what the city authorises
// streets to do, what they do under it, what they report, and what they ask for.
package mandate

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/document"
	"portal/internal/mandate"
	"portal/web/page"
)

type handler struct{ mandates *mandate.Store }

// Register adds the room's routes.
func Register(rs *page.Routes, s *mandate.Store) {
	h := handler{s}
	rs.Get("/mandates", access.ViewMandates, h.list)
	rs.Get("/mandates/new", access.DraftMandate, h.newDraft)
	rs.Post("/mandates", access.DraftMandate, h.draft)
	rs.Get("/mandates/coverage", access.ViewMandates, h.coverage)
	rs.Get("/mandates/check", access.ViewMandates, h.check)
	rs.Get("/mandates/acts", access.ViewMandates, h.acts)
	rs.Get("/mandates/acts/new", access.RecordAct, h.newAct)
	rs.Post("/mandates/acts", access.RecordAct, h.recordAct)
	rs.Get("/mandates/acts/{id}", access.ViewMandates, h.act)
	rs.Post("/mandates/acts/{id}/completion", access.RecordAct, h.moveAct("completion"))
	rs.Post("/mandates/acts/{id}/cancellation", access.RecordAct, h.moveAct("cancellation"))
	rs.Get("/mandates/{id}", access.ViewMandates, h.record)
	rs.Get("/mandates/{id}/edit", access.DraftMandate, h.edit)
	rs.Post("/mandates/{id}", access.DraftMandate, h.redraft)
	rs.Get("/mandates/{id}/change", access.DraftMandate, h.changeForm)
	rs.Get("/mandates/{id}/document.docx", access.ViewMandates, h.paper)
	rs.Get("/mandates/{id}/reports/{report}/document.docx", access.ViewMandates, h.reportPaper)
	for _, m := range mandate.Procedure.Moves {
		if m.Name == "change" {
			rs.Post("/mandates/{id}/change", m.Need, h.change)
			continue
		}
		rs.Post("/mandates/{id}/"+m.Name, m.Need, h.move(m.Name))
	}
	for _, m := range mandate.StreetProcedure.Moves {
		rs.Post("/mandates/{id}/streets/{street}/"+m.Name, m.Need, h.move(m.Name))
	}
	rs.Get("/mandate-requests", access.ViewMandates, h.requests)
	rs.Get("/mandate-requests/new", access.DraftMandateRequest, h.newRequest)
	rs.Post("/mandate-requests", access.DraftMandateRequest, h.draftRequest)
	rs.Get("/mandate-requests/{id}", access.ViewMandates, h.request)
	rs.Get("/mandate-requests/{id}/edit", access.DraftMandateRequest, h.editRequest)
	rs.Post("/mandate-requests/{id}", access.DraftMandateRequest, h.redraftRequest)
	rs.Get("/mandate-requests/{id}/document.docx", access.ViewMandates, h.requestPaper)
	for _, m := range mandate.RequestProcedure.Moves {
		rs.Post("/mandate-requests/{id}/"+m.Name, m.Need, h.moveRequest(m.Name))
	}
}

func (h handler) read(r *http.Request) (mandate.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return mandate.Record{}, err
	}
	return h.mandates.Record(r.Context(), page.Actor(r), id)
}

func send(w http.ResponseWriter, name string, p document.Paper) error {
	page.Attachment(w, name+".docx", document.DOCX)
	return p.WriteDocx(w)
}
