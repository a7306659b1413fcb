package station

import (
	"net/http"

	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/station"
	"portal/web/page"
	"portal/web/ui"
)

// posterView is the sheet that hangs at a station.
type posterView struct {
	rec     station.StationRecord
	coming  []station.Reception // published
	opinion ui.QRCode
	about   ui.QRCode
	url     string
	asOf    string
}

// poster serves the station's poster, with QR codes to its form for opinions
// and to its page on the residents' site.
func (h handler) poster(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readStation(r)
	if err != nil {
		return err
	}
	if rec.ClosedOn != nil {
		return fault.NotFound
	}
	p := posterView{rec: rec, url: h.site.BaseURL + page.PublicStationURL(rec.ID), asOf: calendar.Date(h.site.Now())}
	const some = 4
	for _, c := range rec.Receptions {
		if c.State == "published" && len(p.coming) < some {
			p.coming = append(p.coming, c)
		}
	}
	if p.opinion, err = page.Square(h.site.BaseURL + page.PublicOpinionAtURL(rec.ID)); err != nil {
		return err
	}
	if p.about, err = page.Square(p.url); err != nil {
		return err
	}
	return page.OK(w, r, posterPage(p))
}
