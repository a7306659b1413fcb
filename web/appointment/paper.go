package appointment

import (
	"net/http"

	"portal/internal/appointment"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/web/page"
)

// certificate sends the 任命书 of one person, signed by the standing committee's
// chairman by hand (GDA 22).
func (h handler) certificate(w http.ResponseWriter, r *http.Request) error {
	v, err := h.readPerson(r, nil)
	if err != nil {
		return err
	}
	if v.who.Certificate == "" {
		return fault.NotFound
	}
	rec := &v.rec
	p := document.Paper{
		Kind: document.Appointment, Number: v.who.Certificate, To: v.who.Name,
		Body:   []document.Block{document.Text("根据" + rec.Session + "的决定，任命" + v.who.Name + "为" + rec.Committee + v.who.PostName() + "。")},
		Signed: []string{rec.City + "人民代表大会常务委员会"}, Signers: []string{"主任"}, On: *rec.VotedOn,
	}
	page.Attachment(w, "任命书 "+v.who.Name+".docx", document.DOCX)
	return p.WriteDocx(w)
}

// announcement sends the 公告 of what was passed.
func (h handler) announcement(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.VotedOn == nil || rec.State == appointment.Failed {
		return fault.NotFound
	}
	var body []document.Block
	body = append(body, document.Text(rec.Session+"通过下列任免，从通过之日起生效："))
	for i := range rec.People {
		if a := &rec.People[i]; *a.Passed {
			body = append(body, document.Text(sentence(&rec, a)))
		}
	}
	p := document.Paper{
		Kind: document.Announcement, Head: rec.City + "人民代表大会常务委员会", Title: "关于任免" + rec.Committee + "组成人员的公告",
		Body: body, Signed: []string{rec.City + "人民代表大会常务委员会"}, On: *rec.VotedOn,
	}
	page.Attachment(w, "任免公告 "+rec.Street+".docx", document.DOCX)
	return p.WriteDocx(w)
}

func sentence(rec *appointment.Record, a *appointment.Appointee) string {
	post := rec.Committee + a.PostName()
	switch a.Act {
	case appointment.Remove:
		return "免去" + a.Name + "的" + post + "职务。"
	case appointment.Resign:
		return "接受" + a.Name + "辞去" + post + "职务的请求。"
	}
	return "任命" + a.Name + "为" + post + "。"
}
