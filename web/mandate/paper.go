package mandate

import (
	"net/http"

	"portal/internal/fault"
	"portal/web/page"
)

func (h handler) paper(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return send(w, rec.Title, rec.Paper())
}

func (h handler) reportPaper(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "report")
	if err != nil {
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	for _, x := range rec.Reports {
		if x.ID == id {
			return send(w, rec.Title+"报告", x.Paper(&rec.Mandate, x.SubmittedOn))
		}
	}
	return fault.NotFound
}
