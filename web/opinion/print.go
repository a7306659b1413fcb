package opinion

import (
	"net/http"
	"slices"

	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/opinion"
	"portal/web/page"
	"portal/web/ui"
)

// slip is what the resident takes home.
type slip struct {
	rec  opinion.Record
	code string
	url  string
	qr   ui.QRCode
}

// receipt serves the slip with number and query code.
func (h handler) receipt(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	s := slip{rec: rec, code: h.opinions.Code(rec.Opinion), url: h.site.BaseURL + page.PublicStatusURL}
	if s.qr, err = page.Square(s.url); err != nil {
		return err
	}
	return page.OK(w, r, receiptPage(s))
}

// paper is a form that goes to a handling unit.
type paper struct {
	rec   opinion.Record
	lead  opinion.AssignmentLine
	co    []string
	due   string
	urge  opinion.UrgeLine
	today string
}

func (h handler) paper(r *http.Request) (p paper, err error) {
	if p.rec, err = h.read(r); err != nil {
		return p, err
	}
	for _, a := range p.rec.Assignments {
		switch {
		case a.Part == "lead" && (a.EndedAt == nil || p.lead.UnitID == 0):
			p.lead = a
		case a.Part == "co" && a.EndedAt == nil:
			p.co = append(p.co, a.Unit)
		}
	}
	if p.lead.UnitID == 0 {
		return p, fault.NotFound
	}
	if d := p.rec.Due("reply"); d != nil {
		p.due = calendar.Date(d.DueOn)
	}
	p.today = calendar.Date(h.opinions.Now())
	return p, nil
}

// assignmentForm serves the 交办单.
func (h handler) assignmentForm(w http.ResponseWriter, r *http.Request) error {
	p, err := h.paper(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, assignmentPage(p))
}

// supervisionLetter serves the 督办函 of the newest supervision.
func (h handler) supervisionLetter(w http.ResponseWriter, r *http.Request) error {
	p, err := h.paper(r)
	if err != nil {
		return err
	}
	urges := slices.DeleteFunc(p.rec.Urges, func(u opinion.UrgeLine) bool { return u.Level != "supervise" })
	if len(urges) == 0 {
		return fault.NotFound
	}
	p.urge = urges[len(urges)-1]
	return page.OK(w, r, supervisionPage(p))
}
