package suggestion

import (
	"bytes"
	"net/http"

	"portal/internal/document"
	"portal/internal/fault"
	"portal/web/page"
)

// assignmentPaper sends the 交办单 of a suggestion.
func (h handler) assignmentPaper(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.AssignedOn == nil {
		return fault.NotFound
	}
	return docx(w, rec.Number+"交办单", rec.AssignmentPaper())
}

// replyPaper sends a reply as an official letter, its class at the top right: the
// newest, or the one that the address names.
func (h handler) replyPaper(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	q := page.Query[struct {
		Reply string `form:"reply"`
	}](r)
	p, ok := rec.ReplyPaper(page.Int64(q.Reply))
	if !ok {
		return fault.NotFound
	}
	return docx(w, rec.Number+"答复函", p)
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
