package station

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/opinion"
	"portal/internal/station"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// visitView is what the page of one visit shows.
type visitView struct {
	rec     station.VisitRecord
	head    ui.PageHead
	figures []ui.Figure
	facts   []ui.Fact
	table   ui.Table
	moves   []ui.Move
	events  []ui.Event
	bad     fault.Fields
	changed string
}

func (h handler) visit(w http.ResponseWriter, r *http.Request) error {
	return h.showVisit(w, r, http.StatusOK, nil)
}

// showVisit shows the visit, and the correction that was not accepted.
func (h handler) showVisit(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.readVisit(r)
	if err != nil {
		return err
	}
	actor, at := page.Actor(r), page.VisitURL(rec.ID)
	v := visitView{rec: rec, facts: visitFacts(actor, rec), table: collected(rec.Collected), events: page.Events(rec.Timeline), bad: sent.Bad()}
	v.figures = figures(station.Totals{Visits: 1, Deputies: len(rec.Deputies), Residents: rec.Residents, Opinions: rec.Opinions})[1:]
	v.head = ui.PageHead{
		Title: calendar.Date(rec.HeldOn) + "接待", Sub: rec.Street + " " + rec.Station, Back: &ui.Link{Label: "接待登记", URL: page.VisitsURL},
		Links: []ui.Link{{Label: "接待登记表", URL: at + "/sheets", Icon: "print"}},
	}
	if actor.May(access.LogVisit) && len(rec.Collected) > 0 {
		v.head.Links = append(v.head.Links, ui.Link{Label: "回执", URL: at + "/receipts", Icon: "print"})
	}
	if actor.May(access.CorrectVisit) {
		v.moves = []ui.Move{correctionForm(rec, sent)}
	}
	if code == http.StatusConflict {
		v.changed = page.Changed("这次登记")
	}
	return page.Render(w, r, code, visitPage(v))
}

func visitFacts(actor access.Actor, rec station.VisitRecord) []ui.Fact {
	list := []ui.Fact{
		{Label: "日期", Text: calendar.Date(rec.HeldOn) + " " + calendar.Weekday(rec.HeldOn)},
		{Label: "时间", Text: hours(rec.FromTime, rec.ToTime)},
		{Label: "联络站", Text: rec.Station, URL: page.LinkTo(actor, access.ViewStations, rec.StationID, page.StationURL)},
		{Label: "到场代表", Text: names(rec.Deputies)},
		{Label: "工作人员", Text: rec.Staff},
		{Label: "登记人", Text: rec.Logger},
		{Label: "备注", Text: rec.Note, Wide: true},
	}
	if rec.ReceptionID != 0 {
		list = append(list, ui.Fact{Label: "接待安排", Text: "查看公告的安排", URL: page.LinkTo(actor, access.ViewStations, rec.ReceptionID, page.ReceptionURL)})
	}
	return filled(list)
}

// collected is the table of the opinions of a visit.
func collected(list []opinion.Line) ui.Table {
	t := ui.Table{Caption: "这次接待的意见", Columns: []ui.Column{{Label: "编号"}, {Label: "内容"}, {Label: "类别", Less: true}, {Label: "状态"}}}
	for _, o := range list {
		t.Rows = append(t.Rows, ui.Row{URL: page.OpinionURL(o.ID), Cells: []ui.Cell{
			{Text: o.Number, URL: page.OpinionURL(o.ID)},
			{Text: short(o.Text, 40)},
			{Text: choice.Name(opinion.Kinds, o.Kind), Sub: choice.Name(opinion.Fields, o.Field)},
			{Text: opinion.Procedure.Info(o.State).Name},
		}})
	}
	return t
}

func correctionForm(rec station.VisitRecord, sent *page.Sent) ui.Move {
	m := ui.Move{
		Label: "更正", Action: page.VisitURL(rec.ID) + "/correction", Button: "更正", Version: strconv.Itoa(rec.Version),
		Consequence: "原来的内容和更正的理由都会留下记录。",
	}
	sent.Fill(&m, "correction", []ui.Control{
		{Kind: "input", Field: ui.Field{Name: "from_time", Label: "开始", Type: "time", Optional: true, Value: rec.FromTime}},
		{Kind: "input", Field: ui.Field{Name: "to_time", Label: "结束", Type: "time", Optional: true, Value: rec.ToTime}},
		{Kind: "input", Field: ui.Field{Name: "residents", Label: "联系群众（人次）", Type: "number", Value: strconv.Itoa(rec.Residents), Attrs: map[string]any{"min": "0", "inputmode": "numeric"}}},
		{Kind: "input", Field: ui.Field{Name: "staff", Label: "工作人员", Optional: true, Value: rec.Staff, Max: text.Name}},
		{Kind: "text", Field: ui.Field{Name: "note", Label: "备注", Optional: true, Rows: 2, Value: rec.Note, Max: station.MaxNote}},
		{Kind: "text", Field: ui.Field{Name: "reason", Label: "更正的理由", Rows: 2, Max: maxReason}},
	})
	return m
}

// correctVisit serves 更正.
func (h handler) correctVisit(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "correction")
	if err != nil {
		return err
	}
	c := station.Correction{
		Version: sent.Version, FromTime: sent.Clock("from_time", "开始时间"), ToTime: sent.Clock("to_time", "结束时间"),
		Residents: sent.Int("residents", "联系群众人次", 0, station.MostResidents),
		Staff:     sent.Line("staff", "工作人员", text.Name, false), Note: sent.Text("note", "备注", station.MaxNote, false),
		Reason: sent.Text("reason", "更正的理由", maxReason, true),
	}
	err = sent.Try(func() error { return h.stations.CorrectVisit(r.Context(), page.Actor(r), sent.ID, c) })
	return sent.Answer(w, err, page.VisitURL(sent.ID), "接待登记已更正。", func(code int) error { return h.showVisit(w, r, code, sent) })
}
