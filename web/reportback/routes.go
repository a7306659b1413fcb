// Package reportback serves the pages of deputies' reports to voters: sessions, each
// deputy's report from its text to its archive, who owes one, and what residents read.
package reportback

import (
	"bytes"
	"net/http"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/reportback"
	"portal/web/page"
)

type handler struct{ reports *reportback.Store }

// Register adds the room's routes: the ledger, the form, sessions and reports with
// one route for each move, their papers, and the residents' pages.
func Register(rs *page.Routes, s *reportback.Store) {
	h := handler{s}
	rs.Get("/reports-to-voters", access.ViewReportsBack, h.list)
	rs.Get("/reports-to-voters/new", access.KeepReportsBack, h.form)
	rs.Post("/reports-to-voters", access.KeepReportsBack, h.plan)
	rs.Get("/reports-to-voters/owing", access.KeepReportsBack, h.owing)
	rs.Get("/reports-to-voters/sessions/{id}", access.ViewReportsBack, h.session)
	rs.Get("/reports-to-voters/sessions/{id}/document.docx", access.KeepReportsBack, h.noticePaper)
	for _, m := range reportback.Sessions.Moves {
		rs.Post("/reports-to-voters/sessions/{id}/"+m.Name, m.Need, h.moveSession(m.Name))
	}
	rs.Get("/reports-to-voters/{id}", access.ViewReportsBack, h.report)
	rs.Get("/reports-to-voters/{id}/document.docx", access.ViewReportsBack, h.resultPaper)
	for _, m := range reportback.Procedure.Moves {
		rs.Post("/reports-to-voters/{id}/"+m.Name, m.Need, h.moveReport(m.Name))
	}
	rs.Get(page.PublicReportsBackURL, access.Anyone, h.published)
	rs.Get(page.PublicReportsBackURL+"/{id}", access.Anyone, h.publishedOne)
}

func (h handler) readSession(r *http.Request) (x reportback.Session, err error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return x, err
	}
	return h.reports.Session(r.Context(), page.Actor(r), id)
}

func (h handler) readReport(r *http.Request) (x reportback.Report, err error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return x, err
	}
	return h.reports.Report(r.Context(), page.Actor(r), id)
}

func (h handler) noticePaper(w http.ResponseWriter, r *http.Request) error {
	x, err := h.readSession(r)
	if err != nil {
		return err
	}
	on := calendar.On(h.reports.Now())
	if x.Gathering.CalledAt != nil {
		on = calendar.On(*x.Gathering.CalledAt)
	}
	return docx(w, x.Gathering.Title+"通知", x.Notice(on))
}

func (h handler) resultPaper(w http.ResponseWriter, r *http.Request) error {
	x, err := h.readReport(r)
	if err != nil {
		return err
	}
	p, ok := x.ResultPaper()
	if !ok {
		return fault.NotFound
	}
	return docx(w, x.Name+"代表述职测评结果", p)
}

func docx(w http.ResponseWriter, name string, p document.Paper) error {
	var b bytes.Buffer
	if err := p.WriteDocx(&b); err != nil {
		return err
	}
	page.Attachment(w, name+".docx", document.DOCX)
	page.Size(w, int64(b.Len()))
	_, err := b.WriteTo(w)
	return err
}
