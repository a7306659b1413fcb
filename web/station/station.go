package station

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/station"
	"portal/web/page"
	"portal/web/ui"
)

// maxReason is the longest reason, in characters.
const maxReason = 500

// stationView is what the page of one station shows.
type stationView struct {
	rec     station.StationRecord
	head    ui.PageHead
	facts   []ui.Fact
	moves   []ui.Move
	events  []ui.Event
	bad     fault.Fields
	changed string
	left    []ui.Fact // typed for a move that is no longer open
	log     string    // where a visit to it is logged; "" for who may not
	plan    string    // where a reception is planned
	visits  string    // all visits to it
}

func (h handler) station(w http.ResponseWriter, r *http.Request) error {
	return h.showStation(w, r, http.StatusOK, nil)
}

// showStation shows the station, and the move that was not accepted.
func (h handler) showStation(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.readStation(r)
	if err != nil {
		return err
	}
	actor, at := page.Actor(r), page.StationURL(rec.ID)
	v := stationView{rec: rec, facts: stationFacts(rec), events: page.Events(rec.Timeline), bad: sent.Bad()}
	v.head = ui.PageHead{Title: rec.Name, Sub: choice.Name(station.Kinds, rec.Kind) + "，" + rec.Street + rec.Community, Back: &ui.Link{Label: "联络站", URL: page.StationsURL}}
	if rec.ClosedOn == nil {
		v.head.Links = []ui.Link{{Label: "打印海报", URL: at + "/poster", Icon: "print"}}
		v.log = page.LinkTo(actor, access.LogVisit, rec.ID, func(id int64) string { return page.FilteredURL(page.NewVisitURL, "station", page.Number(id)) })
		if access.Granted(actor.Role, access.PlanReception) && (actor.CommunityID == 0 || actor.CommunityID == rec.CommunityID) {
			v.plan = page.FilteredURL(page.NewReceptionURL, "station", page.Number(rec.ID))
		}
	}
	if actor.May(access.StationFeed) && rec.ClosedOn == nil {
		v.head.Links = append(v.head.Links, ui.Link{Label: "订阅接待日", URL: page.FilteredURL(page.FeedsURL, "kind", "station", "station", page.Number(rec.ID)), Icon: "calendar"})
	}
	if actor.May(access.ViewVisits) {
		v.visits = page.FilteredURL(page.VisitsURL, "station", page.Number(rec.ID))
	}
	if actor.May(access.KeepStations) && rec.ClosedOn == nil {
		v.head.Links = append(v.head.Links, ui.Link{Label: "修改资料", URL: at + "/edit", Icon: "document"})
		choices, err := h.stations.Choices(r.Context(), actor)
		if err != nil {
			return err
		}
		v.moves = stationMoves(rec, choices, sent)
	}
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("联络站"), sent.Left(v.moves)
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

func stationMoves(rec station.StationRecord, c station.Choices, sent *page.Sent) (list []ui.Move) {
	var now []string
	for _, a := range rec.Assigned {
		now = append(now, page.Number(a.DeputyID))
	}
	add := func(name string, m ui.Move, c ui.Control) {
		m.Action, m.Version = page.StationURL(rec.ID)+"/"+name, strconv.Itoa(rec.Version)
		sent.Fill(&m, name, []ui.Control{c})
		list = append(list, m)
	}
	add("assignment", ui.Move{Label: "调整驻站代表", Button: "保存", Consequence: "从今天起由勾选的代表驻站，新安排的代表会收到消息。"},
		ui.Control{Kind: "check", Field: ui.Field{Name: "deputies", Label: "驻站代表", Optional: true, Chosen: now, Options: page.Rows(c.Deputies, "")}})
	add("closure", ui.Move{
		Label: "撤销联络站", Button: "撤销", Grave: true,
		Consequence: "从今天起不再接待，以后的接待安排一并取消，居民网站不再显示。撤销后不能恢复，历史记录保留。",
	}, ui.Control{Kind: "text", Field: ui.Field{Name: "reason", Label: "撤销的原因", Rows: 3, Max: maxReason}})
	return list
}

// assignDeputies serves 调整驻站代表.
func (h handler) assignDeputies(w http.ResponseWriter, r *http.Request) error {
	return h.moveStation(w, r, "assignment", "驻站代表已调整。", func(sent *page.Sent) error {
		return h.stations.AssignDeputies(r.Context(), page.Actor(r), sent.ID, sent.Version, sent.Rows("deputies", 500))
	})
}

// closeStation serves 撤销联络站.
func (h handler) closeStation(w http.ResponseWriter, r *http.Request) error {
	return h.moveStation(w, r, "closure", "联络站已撤销。", func(sent *page.Sent) error {
		reason := sent.Text("reason", "撤销的原因", maxReason, true)
		return sent.Try(func() error {
			return h.stations.CloseStation(r.Context(), page.Actor(r), sent.ID, sent.Version, reason)
		})
	})
}

// moveStation makes a move of a station.
func (h handler) moveStation(w http.ResponseWriter, r *http.Request, name, done string, act func(*page.Sent) error) error {
	sent, err := page.ReadMove(w, r, name)
	if err != nil {
		return err
	}
	return sent.Answer(w, act(sent), page.StationURL(sent.ID), done, func(code int) error { return h.showStation(w, r, code, sent) })
}

// comingTable is the schedule of one station.
func comingTable(list []station.Reception) ui.Table {
	t := ui.Table{Caption: "本站以后的接待", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "时间"}, {Label: "接待代表"}, {Label: "状态"}}}
	for _, r := range list {
		t.Rows = append(t.Rows, ui.Row{URL: page.ReceptionURL(r.ID), Cells: []ui.Cell{
			{Text: weekday(r.HeldOn), URL: page.ReceptionURL(r.ID), Sub: r.Theme}, {Text: hours(r.FromTime, r.ToTime)}, {Text: names(r.Deputies)}, {Status: state(r)},
		}})
	}
	return t
}
