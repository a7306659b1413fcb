package voter

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/voter"
	"portal/web/page"
)

// announcement sends the 公告 of a selection as a .docx.
func (h handler) announcement(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.AnnouncedOn == nil {
		return fault.NotFound
	}
	return send(w, rec.Title()+"公告", announcementPaper(&rec))
}

func announcementPaper(rec *voter.Record) document.Paper {
	what := "推选产生"
	if rec.Kind == voter.By {
		what = "补选产生"
	}
	text := fmt.Sprintf("%s%s选民代表经各选区推选会议%s，%s工委主任会议确认，现将名单予以公告。任期自%s至%s。",
		rec.Street, rec.Term, what, calendar.Date(*rec.MetOn), calendar.Date(since(rec)), calendar.Date(rec.TermUntil))
	list := document.Table{Caption: "选民代表名单", Head: []string{"序号", "选区", "姓名", "性别"}}
	for i, l := range rec.Representatives {
		list.Rows = append(list.Rows, []string{strconv.Itoa(i + 1), l.District, l.Name, choice.Name(person.Sexes, l.Sex)})
	}
	return document.Paper{
		Kind: document.Announcement, Head: rec.Committee, Number: rec.DocumentNumber,
		Title: "关于" + rec.Street + rec.Term + "选民代表名单的公告",
		Body:  append(document.Prose(text), list), Signed: []string{rec.Committee}, On: *rec.AnnouncedOn,
	}
}

// certificate sends the certificate of a representative as a .docx.
func (h handler) certificate(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.one(r)
	if err != nil {
		return err
	}
	if rec.CertificateNumber == "" {
		return fault.NotFound
	}
	return send(w, rec.Name+"选民代表证书", certificatePaper(&rec))
}

func certificatePaper(rec *voter.Representative) document.Paper {
	return document.Paper{
		Kind: document.Engagement, Title: "选民代表证书", Number: "证书编号：第 " + rec.CertificateNumber + " 号", To: rec.Name,
		Body: []document.Block{document.Text(fmt.Sprintf("经%s推选会议推选，%s主任会议确认，您为%s%s选民代表，任期自%s至%s。",
			rec.District, rec.Committee, rec.Street, rec.Term, calendar.Date(rec.Since), calendar.Date(rec.UntilOn)))},
		Signed: []string{rec.Committee}, On: *rec.AnnouncedOn,
	}
}

// since is when those selected came into office.
func since(rec *voter.Record) (on time.Time) {
	on = *rec.MetOn
	if rec.TermFrom.After(on) {
		on = rec.TermFrom
	}
	return on
}

func send(w http.ResponseWriter, name string, p document.Paper) error {
	page.Attachment(w, strings.ReplaceAll(name, " ", "")+".docx", document.DOCX)
	return p.WriteDocx(w)
}
