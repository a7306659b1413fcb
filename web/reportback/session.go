package reportback

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/procedure"
	"portal/internal/reportback"
	"portal/web/page"
	"portal/web/ui"
)

// sessionView is what the page of one session shows.
type sessionView struct {
	rec     reportback.Session
	head    ui.PageHead
	status  ui.Status
	turn    string
	steps   []ui.ProcedureStep
	facts   []ui.Fact
	figures []ui.Figure
	reports ui.Table
	moves   []ui.Move
	events  []ui.Event
	bad     fault.Fields
	changed string
	left    []ui.Fact
}

func (h handler) session(w http.ResponseWriter, r *http.Request) error {
	x, err := h.readSession(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, sessionPage(h.sessionView(r, x, nil)))
}

func (h handler) sessionView(r *http.Request, x reportback.Session, sent *page.Sent) *sessionView {
	actor, g := page.Actor(r), &x.Gathering
	info := reportback.Sessions.Info(x.State)
	v := &sessionView{rec: x, bad: sent.Bad(), status: ui.Status{Text: info.Name, Tone: ui.ToneWait}, turn: info.Turn, reports: lines(actor, x.Reports)}
	switch x.State {
	case reportback.Opened:
		v.status.Tone = ui.ToneGo
	case reportback.Closed, reportback.Cancelled:
		v.status.Tone = ui.ToneDone
	}
	v.head = ui.PageHead{Title: g.Title, Sub: g.When() + "，" + g.Place, Back: &ui.Link{Label: "代表述职", URL: page.ReportsBackURL}}
	v.facts = []ui.Fact{{Label: "选区", Text: x.District}, {Label: "届", Text: x.Term}}
	if x.Why != "" {
		v.facts = append(v.facts, ui.Fact{Label: "取消理由", Text: x.Why, Wide: true})
	}
	if actor.May(access.ReadLists) {
		v.figures = []ui.Figure{
			{Label: "述职代表", Value: strconv.Itoa(len(x.Reports)), Unit: "位"},
			{Label: "邀请选民", Value: strconv.Itoa(x.Voters), Unit: "人", URL: page.GatheringURL(x.GatheringID)},
			{Label: "到场选民", Value: strconv.Itoa(x.There), Unit: "人", URL: page.GatheringURL(x.GatheringID)},
		}
		v.events = page.Events(x.Timeline)
		v.head.Links = []ui.Link{{Label: "名单和签到", URL: page.GatheringURL(x.GatheringID), Icon: "visit"}}
	}
	if actor.May(access.KeepReportsBack) {
		v.head.Links = append(v.head.Links, ui.Link{Label: "通知", URL: page.ReportSessionURL(x.ID) + "/document.docx", Icon: "document"})
	}
	v.steps = steps(&reportback.Sessions, x.State, reportback.Cancelled)
	for _, m := range x.Moves(actor, h.reports.Now()) {
		u := ui.Move{
			Label: m.Label, Action: page.ReportSessionURL(x.ID) + "/" + m.Name, Consequence: consequences[m.Name], Primary: m.Name == "notice" || m.Name == "opening" || m.Name == "closure",
			Grave: m.Grave, Version: strconv.Itoa(x.Version),
		}
		sent.Fill(&u, m.Name, sessionControls(&x, m.Name))
		v.moves = append(v.moves, u)
	}
	sent.Unfold(v.moves)
	return v
}

// steps is the line of a procedure without the state that ends it early.
func steps(t *procedure.Table, now, without procedure.State) (list []ui.ProcedureStep) {
	if now == without {
		return nil
	}
	state := "past"
	for _, s := range t.States {
		if s.State == without {
			continue
		}
		step := ui.ProcedureStep{Label: s.Name, State: state}
		if s.State == now {
			step.State, state = "now", ""
			if s.Ended {
				step.State = "past"
			}
		}
		list = append(list, step)
	}
	return list
}

func sessionControls(x *reportback.Session, name string) (list []ui.Control) {
	switch name {
	case "audience":
		options := []ui.Option{{Value: "all", Label: "本街道全部选民代表"}}
		for _, d := range x.Districts {
			options = append(options, ui.Option{Value: d, Label: d + "的选民代表"})
		}
		list = append(list,
			ui.Control{Kind: "select", Field: ui.Field{Name: "representatives", Label: "选民代表", Optional: true, Options: append([]ui.Option{{Label: "不邀请"}}, options...)}},
			ui.Control{Kind: "text", Field: ui.Field{Name: "guests", Label: "选民名单", Optional: true, Rows: 6, Hint: "每行一位，姓名后可以写单位或者住址，中间空一格；没有账号的选民在现场领投票码。"}})
		if x.State != reportback.Planned {
			list = append(list, ui.Control{Kind: "input", Field: ui.Field{Name: "why", Label: "补充通知的理由", Max: gathering.MaxReason}})
		}
	case "rescheduling":
		from, to := x.Gathering.StartsAt.In(calendar.Zone), x.Gathering.EndsAt.In(calendar.Zone)
		input := func(name, label, kind, value string) ui.Control {
			return ui.Control{Kind: "input", Field: ui.Field{Name: name, Label: label, Type: kind, Value: value}}
		}
		list = append(list,
			input("held_on", "日期", "date", calendar.ISO(from)), input("starts_at", "开始时间", "time", from.Format("15:04")), input("ends_at", "结束时间", "time", to.Format("15:04")),
			ui.Control{Kind: "input", Field: ui.Field{Name: "place", Label: "地点", Value: x.Gathering.Place, Max: reportback.MaxPlace}},
			ui.Control{Kind: "text", Field: ui.Field{Name: "why", Label: "改期的理由", Optional: x.State == reportback.Planned, Rows: 3, Max: gathering.MaxWhy}})
	case "cancellation":
		list = append(list, ui.Control{Kind: "text", Field: ui.Field{Name: "why", Label: "理由", Rows: 3, Max: reportback.MaxWhy}})
	}
	return list
}

// audience reads whom the session invites.
func audience(sent *page.Sent, x *reportback.Session) reportback.Audience {
	a := reportback.Audience{Why: sent.Line("why", "理由", gathering.MaxReason, false)}
	switch v := sent.Value("representatives"); {
	case v == "all":
		a.Representatives = true
	case v != "":
		for _, d := range x.Districts {
			if d == v {
				a.Representatives, a.District = true, d
			}
		}
	}
	for line := range strings.Lines(sent.Text("guests", "选民", 20_000, false)) {
		name, duty, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "" {
			continue
		}
		if len(a.Guests) == reportback.MaxGuests {
			sent.Complain("guests", "一次最多 200 人，其余的请再邀请一次")
			break
		}
		a.Guests = append(a.Guests, gathering.Guest{Name: name, Duty: strings.TrimSpace(duty)})
	}
	return a
}

// change reads another time and place.
func change(sent *page.Sent) reportback.Change {
	day := sent.Date("held_on", "日期", true)
	at := func(name, label string) time.Time {
		return moment(&sent.Read, day, sent.Field(name), sent.Value(name), label)
	}
	return reportback.Change{
		Place: sent.Line("place", "地点", reportback.MaxPlace, true), StartsAt: at("starts_at", "开始时间"), EndsAt: at("ends_at", "结束时间"),
		Why: sent.Text("why", "改期的理由", gathering.MaxWhy, false),
	}
}

func (h handler) actSession(ctx context.Context, actor access.Actor, sent *page.Sent, x *reportback.Session) error {
	step := reportback.Step{ID: sent.ID, Version: sent.Version}
	switch sent.Name {
	case "audience":
		a := audience(sent, x)
		return sent.Try(func() error { return h.reports.Invite(ctx, actor, step, a) })
	case "notice":
		return h.reports.Notify(ctx, actor, step)
	case "rescheduling":
		c := change(sent)
		return sent.Try(func() error { return h.reports.Reschedule(ctx, actor, step, c) })
	case "opening":
		return h.reports.Open(ctx, actor, step)
	case "closure":
		return h.reports.Close(ctx, actor, step)
	}
	why := sent.Text("why", "理由", reportback.MaxWhy, true)
	return sent.Try(func() error { return h.reports.Cancel(ctx, actor, step, why) })
}

func (h handler) moveSession(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		x, err := h.readSession(r)
		if err != nil {
			return err
		}
		err = h.actSession(r.Context(), page.Actor(r), sent, &x)
		return sent.Answer(w, err, page.ReportSessionURL(sent.ID), "“"+reportback.Sessions.Move(name).Label+"”已完成。", func(code int) error {
			x, err := h.readSession(r)
			if err != nil {
				return err
			}
			v := h.sessionView(r, x, sent)
			if code == http.StatusConflict {
				v.changed, v.left = page.Changed("这次述职会"), sent.Left(v.moves)
			}
			return page.Render(w, r, code, sessionPage(v))
		})
	}
}
