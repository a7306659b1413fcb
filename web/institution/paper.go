package institution

import (
	"bytes"
	"net/http"

	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/institution"
	"portal/web/page"
)

// paper serves the rule as an official document: the version that is asked for, else
// that in force, else the newest.
func (h handler) paper(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[asking](r)
	rec, err := h.read(r, h.ask(q))
	if err != nil {
		return err
	}
	if rec.Shown == nil {
		return fault.NotFound
	}
	return send(w, rec.Paper(), rec.Title)
}

// filing serves the street's report of a filing, or the city's answer.
func (h handler) filing(reply bool) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "filing")
		if err != nil {
			return err
		}
		rec, err := h.read(r, institution.Ask{})
		if err != nil {
			return err
		}
		f := rec.Filing(id)
		switch {
		case f == nil, reply && f.DecidedOn == nil:
			return fault.NotFound
		case reply:
			return send(w, rec.ReplyPaper(f), "备案反馈函")
		}
		return send(w, rec.ReportPaper(f), "备案报告")
	}
}

func send(w http.ResponseWriter, p document.Paper, name string) error {
	var b bytes.Buffer
	if err := p.WriteDocx(&b); err != nil {
		return err
	}
	page.Attachment(w, name+".docx", document.DOCX)
	page.Size(w, int64(b.Len()))
	_, err := b.WriteTo(w)
	return err
}
