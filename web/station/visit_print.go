package station

import (
	"net/http"

	"portal/internal/calendar"
	"portal/internal/opinion"
	"portal/internal/station"
	"portal/web/page"
	"portal/web/ui"
)

// sheetsView is the printed 接待登记表: an overview, then a sheet for each resident.
type sheetsView struct {
	rec   station.VisitRecord
	list  []opinion.Opinion
	today string
}

// sheets serves the forms to print.
func (h handler) sheets(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readVisit(r)
	if err != nil {
		return err
	}
	list, err := h.stations.Sheets(r.Context(), page.Actor(r), rec)
	if err != nil {
		return err
	}
	return page.OK(w, r, sheetsPage(sheetsView{rec, list, calendar.Date(h.site.Now())}))
}

// who names the resident on a sheet.
func who(o opinion.Opinion) string {
	if o.Anonymous {
		return "匿名"
	}
	return o.Resident
}

// receiptsView is what is handed out after a visit.
type receiptsView struct {
	rec   station.VisitRecord
	slips []station.Slip
	url   string
	codes []ui.QRCode // one a slip: the page that tells how far it is
}

// receipts serves the numbers and query codes to hand out.
func (h handler) receipts(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readVisit(r)
	if err != nil {
		return err
	}
	v := receiptsView{rec: rec, url: h.site.BaseURL + page.PublicStatusURL}
	if v.slips, err = h.stations.Receipts(r.Context(), page.Actor(r), rec); err != nil {
		return err
	}
	for _, s := range v.slips {
		q, err := page.Square(page.FilteredURL(v.url, "number", s.Number))
		if err != nil {
			return err
		}
		v.codes = append(v.codes, q)
	}
	return page.OK(w, r, receiptsPage(v))
}
