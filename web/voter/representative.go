package voter

import (
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// memberView is what the page of one representative shows.
type memberView struct {
	rec      voter.Representative
	head     ui.PageHead
	status   ui.Status
	facts    []ui.Fact
	others   ui.Table
	moves    []ui.Move
	events   []ui.Event
	bad      fault.Fields
	changed  string
	unmasked string
}

func (h handler) one(r *http.Request) (voter.Representative, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return voter.Representative{}, err
	}
	return h.voters.Representative(r.Context(), page.Actor(r), id)
}

func (h handler) representative(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.one(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, memberPage(h.member(r, rec, nil)))
}

func (h handler) member(r *http.Request, rec voter.Representative, sent *page.Sent) *memberView {
	actor := page.Actor(r)
	v := &memberView{rec: rec, bad: sent.Bad(), status: inOffice(rec.Line, calendar.On(h.voters.Now()).After(rec.UntilOn)), events: page.Events(rec.Timeline), facts: memberFacts(actor, &rec)}
	v.head = ui.PageHead{Title: rec.Name, Sub: rec.Street + "选民代表", Back: &ui.Link{Label: "选民代表名册", URL: page.VotersURL}}
	if actor.May(access.ViewSelections) && rec.CertificateNumber != "" {
		v.head.Links = []ui.Link{{Label: "证书（Word）", URL: page.VoterURL(rec.ID) + "/document.docx", Icon: "document"}}
	}
	v.others = otherTerms(rec.Others)
	if actor.May(access.UnmaskVoter) && rec.PhoneMask != "" {
		v.moves = append(v.moves, reveal(&rec, sent))
	}
	if actor.May(access.KeepSelections) && rec.EndedOn == nil {
		v.moves = append(v.moves, h.leaving(&rec, sent))
	}
	return v
}

func inOffice(l voter.Line, over bool) ui.Status {
	switch {
	case l.EndedOn != nil:
		return ui.Status{Text: page.Day(l.EndedOn) + "离任：" + choice.Name(voter.AllEndings, l.EndedWhy), Tone: ui.ToneDone}
	case over:
		return ui.Status{Text: "任期已满，待换届", Tone: ui.ToneWait}
	}
	return ui.Status{Text: "在任", Tone: ui.ToneGo}
}

func memberFacts(actor access.Actor, rec *voter.Representative) []ui.Fact {
	born := ""
	if rec.Born != nil {
		born = strconv.Itoa(*rec.Born) + "年"
	}
	list := []ui.Fact{
		{Label: "性别", Text: choice.Name(person.Sexes, rec.Sex)},
		{Label: "出生年份", Text: born},
		{Label: "选区", Text: rec.District},
		{Label: "任期", Text: calendar.Date(rec.Since) + "至" + calendar.Date(rec.UntilOn)},
		{Label: "产生", Text: rec.Term + choice.Name(voter.Kinds, rec.Kind), URL: page.LinkTo(actor, access.ViewSelections, rec.SelectionID, page.SelectionURL)},
		{Label: "推选会议", Text: voted(rec)},
		{Label: "职业", Text: choice.Name(voter.Occupations, rec.Occupation)},
		{Label: "户籍", Text: hukou(rec.Hukou)},
		{Label: "工作单位和职务", Text: rec.Work},
		{Label: "联系电话", Text: rec.PhoneMask},
		{Label: "证书", Text: handed(rec.Line)},
		{Label: "离任说明", Text: rec.EndedNote, Wide: true},
	}
	return filled(list)
}

func hukou(h *bool) string {
	switch {
	case h == nil:
		return ""
	case *h:
		return "户籍人口"
	}
	return "非户籍人口"
}

func voted(rec *voter.Representative) string {
	if rec.Vote == nil {
		return ""
	}
	return fmt.Sprintf("到会 %d 人，得 %d 票", rec.Present, rec.Vote.Votes)
}

func otherTerms(list []voter.Term) ui.Table {
	t := ui.Table{Caption: "其他任期", Columns: []ui.Column{{Label: "届次"}, {Label: "选区"}, {Label: "任职"}, {Label: "离任"}}}
	for _, o := range list {
		url := page.VoterURL(o.ID)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: o.Term, URL: url}, {Text: o.District}, {Text: calendar.Date(o.Since)}, {Text: page.Day(o.EndedOn), Sub: choice.Name(voter.AllEndings, o.EndedWhy)},
		}})
	}
	return t
}

func reveal(rec *voter.Representative, sent *page.Sent) ui.Move {
	m := ui.Move{Label: "查看电话", Action: page.VoterURL(rec.ID) + "/phone", Button: "查看", Consequence: "谁在什么时候为什么查看，都会记录下来。"}
	sent.Fill(&m, "phone", []ui.Control{{"input", ui.Field{Name: "reason", Label: "查看理由", Max: voter.MaxNote}}})
	return m
}

func (h handler) leaving(rec *voter.Representative, sent *page.Sent) ui.Move {
	m := ui.Move{
		Label: "登记离任", Action: page.VoterURL(rec.ID) + "/leaving", Grave: true, Button: "确认离任", Version: strconv.Itoa(rec.Version),
		Consequence: "离任后不能恢复，居民网站不再显示；空出的名额可以补选。账号请由系统管理员停用。",
	}
	sent.Fill(&m, "leaving", []ui.Control{
		{"input", ui.Field{Name: "on", Label: "从哪天起不再担任", Type: "date", Value: calendar.ISO(h.voters.Now())}},
		{"radio", ui.Field{Name: "why", Label: "原因", Options: page.Terms(voter.Endings, "")}},
		{"text", ui.Field{Name: "note", Label: "依据", Hint: "例如 本人申请、选区推选会议的决定", Rows: 2, Max: voter.MaxNote}},
	})
	return m
}

func (h handler) leave(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "leaving")
	if err != nil {
		return err
	}
	l := voter.Leaving{On: sent.Date("on", "离任日期", true), Why: sent.Choice("why", "离任的原因", voter.Endings), Note: sent.Text("note", "依据", voter.MaxNote, true)}
	err = sent.Try(func() error { return h.voters.Leave(r.Context(), page.Actor(r), sent.ID, sent.Version, l) })
	return sent.Answer(w, err, page.VoterURL(sent.ID), "已登记离任。空出的名额可以补选。", func(code int) error { return h.memberAgain(w, r, code, sent) })
}

// memberAgain shows the record with the form that was not accepted, as it was typed.
func (h handler) memberAgain(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.one(r)
	if err != nil {
		return err
	}
	v := h.member(r, rec, sent)
	if code == http.StatusConflict {
		v.changed = page.Changed("这位选民代表的资料")
	}
	return page.Render(w, r, code, memberPage(v))
}

// phone shows the representative's number once, to who says why.
func (h handler) phone(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "phone")
	if err != nil {
		return err
	}
	reason := sent.Line("reason", "查看理由", voter.MaxNote, true)
	var phone string
	err = sent.Try(func() (err error) {
		phone, err = h.voters.Unmask(r.Context(), page.Actor(r), sent.ID, reason)
		return err
	})
	if err != nil {
		return sent.Answer(w, err, "", "", func(code int) error { return h.memberAgain(w, r, code, sent) })
	}
	rec, err := h.one(r)
	if err != nil {
		return err
	}
	v := h.member(r, rec, nil)
	v.unmasked = rec.Name + "的电话：" + phone + "。查看已记录，请只用于工作联系。"
	if phone == "" {
		v.unmasked = "没有登记电话。"
	}
	return page.OK(w, r, memberPage(v))
}
