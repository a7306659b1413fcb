package plan

import (
	"bytes"
	"net/http"

	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/plan"
	"portal/web/page"
)

// paper sends the plan as an official paper.
func (h handler) paper(w http.ResponseWriter, r *http.Request) error {
	return h.send(w, r, "", func(rec *plan.Record) *document.Paper {
		p := rec.Paper()
		if rec.IssuedOn == nil {
			p.On = h.plans.Now()
		}
		return &p
	})
}

// letter sends the letter by which the Party working committee was asked.
func (h handler) letter(w http.ResponseWriter, r *http.Request) error {
	return h.send(w, r, "征求意见函", (*plan.Record).Letter)
}

// report sends the report to the city.
func (h handler) report(w http.ResponseWriter, r *http.Request) error {
	return h.send(w, r, "报备报告", (*plan.Record).Report)
}

func (h handler) send(w http.ResponseWriter, r *http.Request, name string, of func(*plan.Record) *document.Paper) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	p := of(&rec)
	if p == nil {
		return fault.NotFound
	}
	var b bytes.Buffer
	if err := p.WriteDocx(&b); err != nil {
		return err
	}
	page.Attachment(w, rec.Title()+name+".docx", document.DOCX)
	page.Size(w, int64(b.Len()))
	_, err = b.WriteTo(w)
	return err
}
