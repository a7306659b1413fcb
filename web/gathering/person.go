package gathering

import (
	"net/http"
	"slices"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// personView is what the page of one person on a list shows.
type personView struct {
	head    ui.PageHead
	status  ui.Status
	facts   []ui.Fact
	moves   []ui.Move
	bad     fault.Fields
	changed string
	left    []ui.Fact
	none    string // why nothing can be done, where nothing can
}

func (h handler) person(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	who, err := page.ID(r, "who")
	if err != nil {
		return err
	}
	rec, a, err := h.gatherings.Person(r.Context(), page.Actor(r), id, who)
	if err != nil {
		return err
	}
	return page.OK(w, r, personPage(h.personView(r, &rec, a, nil)))
}

func (h handler) personView(r *http.Request, rec *gathering.Record, a gathering.Attendance, sent *page.Sent) *personView {
	v := &personView{status: result(a), facts: personFacts(rec, &a), bad: sent.Bad()}
	v.head = ui.PageHead{Title: a.Name, Sub: a.Duty, Back: &ui.Link{Label: rec.Title, URL: page.GatheringURL(rec.ID)}}
	if v.status.Text == "" {
		v.status = ui.Status{Text: "未到", Tone: ui.TonePlain}
	}
	for _, m := range rec.Moves(page.Actor(r)) {
		controls := h.personControls(rec, &a, m)
		if controls == nil {
			continue
		}
		u := ui.Move{
			Label: m.Label, Action: page.GatheringURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: m.Name == "decision" && a.LeaveState == gathering.LeaveAsked, Version: strconv.Itoa(rec.Version),
		}
		if m.Name == "decision" && a.LeaveState == "" {
			u.Label = "登记请假"
		}
		controls = append(controls,
			ui.Control{Kind: "hidden", Field: ui.Field{Name: "who", Value: page.Number(a.ID)}},
			ui.Control{Kind: "hidden", Field: ui.Field{Name: "seen", Value: strconv.Itoa(a.Version)}})
		sent.Fill(&u, m.Name, controls)
		v.moves = append(v.moves, u)
	}
	sent.Unfold(v.moves)
	if v.moves == nil {
		v.none = "现在没有要办的。"
		switch {
		case rec.Sealed:
			v.none = "会议纪要已经印发，签到记录不能更正。"
		case rec.Settled:
			v.none = gathering.Settled + "。"
		}
	}
	return v
}

func personFacts(rec *gathering.Record, a *gathering.Attendance) []ui.Fact {
	list := []ui.Fact{
		{Label: "序号", Text: strconv.Itoa(a.Number)},
		{Label: "参加方式", Text: part(*a) + "（" + choice.Name(gathering.Capacities, a.Capacity) + "）"},
		{Label: "补充通知的理由", Text: a.AddedWhy},
		{Label: "请假事由", Text: a.LeaveWhy},
		{Label: "不批准的理由", Text: a.LeaveNote},
		{Label: "更正的理由", Text: a.CorrectedWhy},
	}
	if a.ReceivedAt != nil {
		list = append(list, ui.Fact{Label: "回执", Text: calendar.DateTime(*a.ReceivedAt)})
	}
	if a.LeaveAt != nil {
		list = append(list, ui.Fact{Label: map[bool]string{true: "准假", false: "不准假"}[a.LeaveState == gathering.LeaveGranted], Text: a.LeaveBy + "，" + calendar.DateTime(*a.LeaveAt)})
	}
	if a.ArrivedAt != nil {
		list = append(list, ui.Fact{Label: "签到", Text: calendar.DateTime(*a.ArrivedAt) + "，" + ways[a.ArrivedHow]})
	}
	if a.LeftAt != nil {
		list = append(list, ui.Fact{Label: "离开", Text: calendar.DateTime(*a.LeftAt)})
	}
	if a.Tries > 0 && a.ArrivedAt == nil {
		list = append(list, ui.Fact{Label: "签到码输错", Text: strconv.Itoa(a.Tries) + " 次"})
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

// personControls are the fields of a move about one person; nil where the move does
// not fit how it stands with them.
func (h handler) personControls(rec *gathering.Record, a *gathering.Attendance, m procedure.Move) []ui.Control {
	why := func(label string, optional bool) ui.Control {
		return ui.Control{Kind: "text", Field: ui.Field{Name: "why", Label: label, Rows: 2, Max: gathering.MaxReason, Optional: optional}}
	}
	clock := func(name, label string, value string) ui.Control {
		return ui.Control{Kind: "input", Field: ui.Field{Name: name, Label: label, Type: "time", Optional: true, Value: value}}
	}
	switch {
	case m.Name == "removal":
		return []ui.Control{}
	case m.Name == "decision" && a.ArrivedAt == nil && a.LeaveState == gathering.LeaveAsked:
		return []ui.Control{
			{Kind: "radio", Field: ui.Field{Name: "grant", Label: "是否批准", Options: []ui.Option{{Value: "yes", Label: "批准"}, {Value: "no", Label: "不批准"}}}},
			why("不批准的理由", true),
		}
	case m.Name == "decision" && a.ArrivedAt == nil && a.LeaveState == "":
		return []ui.Control{{Kind: "hidden", Field: ui.Field{Name: "grant", Value: "yes"}}, why("请假事由", false)}
	case m.Name == "departure" && a.ArrivedAt != nil && a.LeftAt == nil:
		return []ui.Control{{Kind: "input", Field: ui.Field{Name: "at", Label: "离开时间", Type: "time", Optional: true, Hint: "不填就是现在"}}}
	case m.Name == "correction" && (rec.State == gathering.Closed || a.ArrivedAt != nil):
		as, arrived, left := "came", "", ""
		if a.ArrivedAt != nil {
			arrived = gathering.Clock(*a.ArrivedAt)
		} else if as = "absent"; a.Outcome == gathering.OnLeave {
			as = "leave"
		}
		if a.LeftAt != nil {
			left = gathering.Clock(*a.LeftAt)
		}
		return []ui.Control{
			{Kind: "radio", Field: ui.Field{Name: "as", Label: "实际情况", Value: as, Options: []ui.Option{{Value: "came", Label: "到场"}, {Value: "leave", Label: "请假"}, {Value: "absent", Label: "没有来，也没有请假"}}}},
			clock("arrived_at", "到场时间", arrived), clock("left_at", "离开时间", left), why("更正的理由", false),
		}
	}
	return nil
}
