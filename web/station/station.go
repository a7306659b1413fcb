package station

import (
	"errors"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/station"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// maxReason is the longest reason, in characters.
const maxReason = 500

// panel is one move that the reader may make now, with the fields of its form.
type panel struct {
	ui.Move
	controls []ui.Control
}

// stationView is what the page of one station shows.
type stationView struct {
	rec     station.StationRecord
	head    ui.PageHead
	facts   []ui.Fact
	panels  []panel
	events  []ui.Event
	bad     fault.Fields
	changed string
	log     string // where a visit to it is logged; "" for who may not
	plan    string // where a reception is planned
	visits  string // all visits to it
}

// stationMove is a move's form as it was typed.
type stationMove struct {
	Version  string   `form:"version"`
	Deputies []string `form:"deputies"`
	Reason   string   `form:"reason"`
}

func (h handler) station(w http.ResponseWriter, r *http.Request) error {
	return h.showStation(w, r, http.StatusOK, "", stationMove{}, nil)
}

// showStation shows the station; move is the one that was not accepted, or "".
func (h handler) showStation(w http.ResponseWriter, r *http.Request, code int, move string, f stationMove, bad fault.Fields) error {
	rec, err := h.readStation(r)
	if err != nil {
		return err
	}
	actor, at := page.Actor(r), page.StationURL(rec.ID)
	v := stationView{rec: rec, facts: stationFacts(rec), events: page.Events(rec.Timeline), bad: bad}
	v.head = ui.PageHead{Title: rec.Name, Sub: choice.Name(station.Kinds, rec.Kind) + "，" + rec.Street + rec.Community, Back: &ui.Link{Label: "联络站", URL: page.StationsURL}}
	if rec.ClosedOn == nil {
		v.head.Links = []ui.Link{{Label: "打印海报", URL: at + "/poster", Icon: "print"}}
		v.log = page.LinkTo(actor, access.LogVisit, rec.ID, func(id int64) string { return page.FilteredURL(page.NewVisitURL, "station", itoa(id)) })
		if access.Granted(actor.Role, access.PlanReception) && (actor.CommunityID == 0 || actor.CommunityID == rec.CommunityID) {
			v.plan = page.FilteredURL(page.NewReceptionURL, "station", itoa(rec.ID))
		}
	}
	if actor.May(access.ViewVisits) {
		v.visits = page.FilteredURL(page.VisitsURL, "station", itoa(rec.ID))
	}
	if actor.May(access.KeepStations) && rec.ClosedOn == nil {
		v.head.Links = append(v.head.Links, ui.Link{Label: "修改资料", URL: at + "/edit", Icon: "document"})
		choices, err := h.stations.Choices(r.Context(), actor)
		if err != nil {
			return err
		}
		v.panels = stationPanels(rec, choices, move, f, bad)
	}
	if code == http.StatusConflict {
		v.changed = "联络站刚刚被别人改过，下面是现在的内容。您填写的还在，请核对后再决定要不要提交。"
	}
	return page.Render(w, r, code, stationPage(v))
}

func stationFacts(rec station.StationRecord) []ui.Fact {
	return filled([]ui.Fact{
		{Label: "站码", Text: rec.Code},
		{Label: "地址", Text: rec.Address},
		{Label: "开放时间", Text: rec.Hours},
		{Label: "电话", Text: rec.Phone},
		{Label: "站长", Text: rec.Head},
		{Label: "联络员", Text: rec.Liaison},
		{Label: "开设", Text: calendar.Date(rec.OpenedOn)},
		{Label: "撤销", Text: page.Day(rec.ClosedOn)},
	})
}

func stationPanels(rec station.StationRecord, c station.Choices, move string, f stationMove, bad fault.Fields) []panel {
	at, version := page.StationURL(rec.ID), strconv.Itoa(rec.Version)
	var chosen []string
	for _, a := range rec.Assigned {
		chosen = append(chosen, itoa(a.DeputyID))
	}
	if move == "assignment" {
		chosen = f.Deputies
	}
	return []panel{
		{
			ui.Move{Label: "调整驻站代表", Action: at + "/assignment", Button: "保存", Consequence: "从今天起由勾选的代表驻站，新安排的代表会收到消息。", Version: version, Open: move == "assignment"},
			[]ui.Control{{Kind: "check", Field: ui.Field{Name: "deputies", Label: "驻站代表", Optional: true, Chosen: chosen, Options: page.Rows(c.Deputies, "")}.For(bad)}},
		},
		{
			ui.Move{
				Label: "撤销联络站", Action: at + "/closure", Button: "撤销", Grave: true, Version: version, Open: move == "closure",
				Consequence: "从今天起不再接待，以后的接待安排一并取消，居民网站不再显示。撤销后不能恢复，历史记录保留。",
			},
			[]ui.Control{{Kind: "text", Field: ui.Field{Name: "reason", Label: "撤销的原因", Rows: 3, Max: maxReason, Value: f.Reason}.For(bad)}},
		},
	}
}

// assignDeputies serves 调整驻站代表.
func (h handler) assignDeputies(w http.ResponseWriter, r *http.Request) error {
	return h.moveStation(w, r, "assignment", "驻站代表已调整。", func(id int64, f stationMove) error {
		return h.stations.AssignDeputies(r.Context(), page.Actor(r), id, ids(f.Deputies))
	})
}

// closeStation serves 撤销联络站.
func (h handler) closeStation(w http.ResponseWriter, r *http.Request) error {
	return h.moveStation(w, r, "closure", "联络站已撤销。", func(id int64, f stationMove) error {
		var read text.Reader
		reason := read.Text("reason", f.Reason, "撤销的原因", maxReason, true)
		if read.Bad != nil {
			return read.Bad
		}
		return h.stations.CloseStation(r.Context(), page.Actor(r), id, number(f.Version), reason)
	})
}

// moveStation makes a move and shows the station again with what was typed if
// it was not accepted.
func (h handler) moveStation(w http.ResponseWriter, r *http.Request, move, done string, act func(id int64, f stationMove) error) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[stationMove](w, r)
	if err != nil {
		return err
	}
	err = act(id, f)
	bad, complaints := page.Complaints(err)
	switch {
	case err == nil:
		return page.Done(w, r, page.StationURL(id), done)
	case complaints:
		return h.showStation(w, r, http.StatusUnprocessableEntity, move, f, bad)
	case errors.Is(err, fault.Stale):
		return h.showStation(w, r, http.StatusConflict, move, f, nil)
	}
	return err
}

// comingTable is the schedule of one station.
func comingTable(list []station.Reception) ui.Table {
	t := ui.Table{Caption: "本站以后的接待", Columns: []ui.Column{{Label: "日期"}, {Label: "时间"}, {Label: "接待代表"}, {Label: "状态"}}}
	for _, r := range list {
		t.Rows = append(t.Rows, ui.Row{URL: page.ReceptionURL(r.ID), Cells: []ui.Cell{
			{Text: weekday(r.HeldOn), URL: page.ReceptionURL(r.ID), Sub: r.Theme}, {Text: hours(r.FromTime, r.ToTime)}, {Text: names(r.Deputies)}, {Status: state(r)},
		}})
	}
	return t
}
