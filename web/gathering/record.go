package gathering

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// query is the address of a list.
type query struct {
	Only     string `form:"only"`
	Capacity string `form:"capacity"`
	Text     string `form:"q"`
	Format   string `form:"format"`
}

func (q query) filter() gathering.Filter {
	var r text.Reader
	return gathering.Filter{Only: q.Only, Capacity: q.Capacity, Text: r.Line("q", q.Text, "查找", gathering.MaxName, false)}
}

func (q query) narrowed() bool { return q.Only+q.Capacity+q.Text != "" }

// recordView is what the page of one gathering shows.
type recordView struct {
	rec     gathering.Record
	query   query
	url     string
	head    ui.PageHead
	status  ui.Status
	turn    string
	steps   []ui.ProcedureStep
	facts   []ui.Fact
	figures []ui.Figure
	own     ui.Fact // how it stands with the reader, and the tone of it
	ownTone ui.Tone
	moves   []ui.Move
	people  ui.Table
	events  []ui.Event
	bad     fault.Fields
	changed string
	left    []ui.Fact
	whole   bool // the reader sees the list
	empty   string
}

func statusOf(s procedure.State) ui.Status {
	tone := ui.ToneWait
	switch s {
	case gathering.Opened:
		tone = ui.ToneGo
	case gathering.Closed, gathering.Cancelled:
		tone = ui.ToneDone
	}
	return ui.Status{Text: gathering.Procedure.Info(s).Name, Tone: tone}
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if q := page.Query[query](r); (q.Format == "xlsx" || q.Format == "csv") && rec.Whole(page.Actor(r)) {
		return h.export(w, &rec, q.Format, rec.Keeps(page.Actor(r)))
	}
	return page.OK(w, r, recordPage(h.view(r, rec, nil)))
}

func (h handler) view(r *http.Request, rec gathering.Record, sent *page.Sent) *recordView {
	actor := page.Actor(r)
	v := &recordView{rec: rec, query: page.Query[query](r), url: page.GatheringURL(rec.ID), status: statusOf(rec.State), facts: facts(actor, &rec), bad: sent.Bad()}
	v.head = ui.PageHead{Title: rec.Title, Sub: rec.When() + "，" + rec.Place}
	if url, _ := page.LinkURL(actor, rec.Kind, rec.RecordID); url != "" {
		v.head.Back = &ui.Link{Label: choice.Name(gathering.Kinds, rec.Kind), URL: url}
	} else if actor.May(access.JoinGatherings) {
		v.head.Back = &ui.Link{Label: "我的活动和会议", URL: page.MyGatheringsURL}
	}
	v.whole = rec.Whole(actor) && actor.StreetID == rec.StreetID || rec.Keeps(actor) || actor.StreetID == 0
	keeps := rec.Keeps(actor)
	if v.whole {
		v.turn, v.steps, v.figures, v.events = gathering.Procedure.Info(rec.State).Turn, steps(rec.State), figures(&rec, v.url), page.Events(rec.Timeline)
		v.head.Links = append(v.head.Links, ui.Link{Label: "导出", URL: page.With(r, "format", "xlsx"), Icon: "export"})
	}
	if keeps {
		v.head.Links = append(v.head.Links, ui.Link{Label: "通知和回执", URL: v.url + "/slips", Icon: "document"}, ui.Link{Label: "签到表", URL: v.url + "/sheet", Icon: "print"})
		if rec.State == gathering.Opened {
			v.head.Primary = &ui.Link{Label: "签到屏", URL: v.url + "/door", Icon: "desk"}
		}
	}
	v.people = people(&rec, keeps)
	v.ownTone, v.own = own(&rec)
	v.moves = h.moves(&rec, listMoves(rec.Moves(actor)), sent)
	v.empty = "名单上还没有人。先“按队伍列入名单”，再由活动或会议发通知。"
	if v.query.narrowed() {
		v.empty = "没有符合条件的人。"
	}
	return v
}

// listMoves are the moves that the page of the list shows; those about one person
// stand on that person's page.
func listMoves(open []procedure.Move) (list []procedure.Move) {
	for _, m := range open {
		switch m.Name {
		case "removal", "decision", "departure", "correction":
		default:
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b procedure.Move) int { return rank(a.Name) - rank(b.Name) })
	return list
}

// rank puts the moves that people come for first.
func rank(move string) int {
	if slices.Contains(primary, move) {
		return 0
	}
	return 1
}

// steps is the line of the procedure, without what ends it early.
func steps(now procedure.State) (list []ui.ProcedureStep) {
	if now == gathering.Cancelled {
		return nil
	}
	state := "past"
	for _, s := range gathering.Procedure.States {
		if s.State == gathering.Cancelled {
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

func facts(actor access.Actor, rec *gathering.Record) []ui.Fact {
	list := []ui.Fact{
		{Label: "召集", Text: rec.Committee},
		{Label: "迟到、早退", Text: fmt.Sprintf("超过 %d 分钟", rec.Grace)},
	}
	if url, label := page.LinkURL(actor, rec.Kind, rec.RecordID); url != "" {
		list = append(list, ui.Fact{Label: choice.Name(gathering.Kinds, rec.Kind), Text: label, URL: url})
	}
	if rec.Sealed {
		list = append(list, ui.Fact{Label: "签到记录", Text: "会议纪要已印发，不能更正"})
	}
	switch {
	case rec.Why == "":
	case rec.State == gathering.Cancelled:
		list = append(list, ui.Fact{Label: "取消理由", Text: rec.Why, Wide: true})
	default:
		list = append(list, ui.Fact{Label: "变动理由", Text: rec.Why, Wide: true})
	}
	return list
}

func figures(rec *gathering.Record, url string) []ui.Figure {
	c := &rec.Count
	of := func(only string) string { return page.FilteredURL(url, "only", only) }
	n := strconv.Itoa
	beside, there := "", fmt.Sprintf("%d/%d", c.Present, c.Due)
	if c.Beside > 0 {
		beside, there = fmt.Sprintf("列席另计 %d 人", c.Beside), there+fmt.Sprintf("，列席到 %d/%d", c.There, c.Beside)
	}
	list := []ui.Figure{
		{Label: "应到", Value: n(c.Due), Unit: "人", Note: beside, URL: of("due")},
		{Label: "实到", Value: n(c.Present), Unit: "人", Note: there, URL: of("here")},
		{Label: "请假", Value: n(c.Leave), Unit: "人", Note: fmt.Sprintf("%d/%d", c.Leave, c.Due), URL: of("leave")},
	}
	if rec.State == gathering.Closed {
		list = append(list,
			ui.Figure{Label: "缺席", Value: n(c.Absent), Unit: "人", Note: fmt.Sprintf("%d/%d", c.Absent, c.Due), URL: of("absent")},
			ui.Figure{Label: "迟到、早退", Value: n(c.Late + c.Early), Unit: "人", Note: fmt.Sprintf("迟到 %d，早退 %d", c.Late, c.Early), URL: of("late")})
	} else {
		list = append(list,
			ui.Figure{Label: "未到", Value: n(c.Missing()), Unit: "人", Note: fmt.Sprintf("%d/%d", c.Missing(), c.Due), URL: of("missing")},
			ui.Figure{Label: "已回执", Value: n(c.Received), Unit: "人", Note: fmt.Sprintf("%d/%d", c.Received, c.Called()), URL: of("silent")})
	}
	if c.Asking > 0 {
		list = append(list, ui.Figure{Label: "待批请假", Value: n(c.Asking), Unit: "人", URL: of("asking")})
	}
	return list
}

func people(rec *gathering.Record, keeps bool) ui.Table {
	t := ui.Table{Caption: "名单", Columns: []ui.Column{{Label: "姓名"}, {Label: "序号", Number: true}, {Label: "参加"}, {Label: "回执、请假"}, {Label: "签到"}, {Label: "结果"}}}
	for _, a := range rec.People {
		row := ui.Row{Cells: []ui.Cell{
			{Text: a.Name, Sub: a.Duty}, {Text: strconv.Itoa(a.Number)}, {Text: part(a), Sub: a.AddedWhy}, answer(a), arrival(a), {Text: "—"},
		}}
		if s := result(a); s.Text != "" {
			row.Cells[5] = ui.Cell{Status: &s, Sub: a.CorrectedWhy}
		}
		if keeps {
			row.URL = page.AttendanceURL(rec.ID, a.ID)
			row.Cells[0].URL = row.URL
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func part(a gathering.Attendance) string {
	switch {
	case a.Due:
		return "应到"
	case a.Ceased:
		return "不再应到"
	}
	return "列席"
}

// answer is how somebody answered the call.
func answer(a gathering.Attendance) ui.Cell {
	switch {
	case a.LeaveState == gathering.LeaveAsked:
		return ui.Cell{Status: &ui.Status{Text: "待批请假", Tone: ui.ToneWait}, Sub: a.LeaveWhy}
	case a.LeaveState == gathering.LeaveGranted:
		return ui.Cell{Text: "准假", Sub: a.LeaveWhy}
	case a.LeaveState == gathering.LeaveRefused:
		return ui.Cell{Text: "不准假", Sub: a.LeaveNote}
	case a.ReceivedAt != nil && a.ReceivedHow == "hand":
		return ui.Cell{Text: "已回执", Sub: "办公室登记"}
	case a.ReceivedAt != nil:
		return ui.Cell{Text: "已回执", Sub: calendar.MonthDay(*a.ReceivedAt)}
	}
	return ui.Cell{Text: "—"}
}

var ways = map[string]string{"qr": "扫码", "code": "凭码", "hand": "签到台登记"}

func arrival(a gathering.Attendance) ui.Cell {
	if a.ArrivedAt == nil {
		return ui.Cell{Text: "—"}
	}
	c := ui.Cell{Text: gathering.Clock(*a.ArrivedAt), Sub: ways[a.ArrivedHow]}
	if a.LeftAt != nil {
		c.Sub += "，" + gathering.Clock(*a.LeftAt) + " 离开"
	}
	return c
}

func result(a gathering.Attendance) ui.Status {
	tone := map[string]ui.Tone{gathering.Present: ui.ToneGo, gathering.Late: ui.ToneWait, gathering.Early: ui.ToneWait, gathering.OnLeave: ui.ToneDone, gathering.Absent: ui.ToneStop}
	return ui.Status{Text: choice.Name(gathering.Outcomes, a.Outcome), Tone: tone[a.Outcome]}
}

// own says how it stands with the reader who is called.
func own(rec *gathering.Record) (ui.Tone, ui.Fact) {
	say := func(tone ui.Tone, text string) (ui.Tone, ui.Fact) { return tone, ui.Fact{Text: text} }
	switch a := rec.Own; {
	case a == nil:
		return say("", "")
	case rec.State == gathering.Cancelled:
		return say(ui.ToneWait, "已取消，请不要前往。")
	case a.ArrivedAt != nil:
		return say(ui.ToneGo, "您已于 "+gathering.Clock(*a.ArrivedAt)+" 签到。"+late(a))
	case a.LeaveState == gathering.LeaveGranted:
		return say(ui.ToneGo, "已准假。")
	case rec.State == gathering.Closed:
		return say(ui.ToneStop, "您没有签到，记为缺席。有出入的请联系工委办公室更正。")
	case a.LeaveState == gathering.LeaveAsked:
		return say(ui.ToneWait, "请假已提交，待批准。")
	case a.LeaveState == gathering.LeaveRefused:
		return say(ui.ToneStop, "没有准假："+a.LeaveNote+"。请按时参加。")
	case a.ReceivedAt != nil:
		return say(ui.ToneGo, "您已回执，请按时参加。")
	}
	return say(ui.ToneWait, "请回执：能参加的请确认，不能参加的请假。")
}

func late(a *gathering.Attendance) string {
	switch a.Outcome {
	case gathering.Late:
		return "记为迟到。"
	case gathering.Early:
		return "记为早退。"
	}
	return ""
}

// numbers reads "3 5-9 12" as the numbers of a list; what is no number is a name.
func numbers(typed string, list []gathering.Attendance) (ids []int64, unknown []string) {
	fields := strings.FieldsFunc(typed, func(c rune) bool { return strings.ContainsRune(" ,，、;；\t\n　", c) })
	for _, f := range fields {
		from, to, ranged := strings.Cut(strings.ReplaceAll(f, "—", "-"), "-")
		low, err1 := strconv.Atoi(from)
		high, err2 := strconv.Atoi(to)
		if !ranged {
			high, err2 = low, err1
		}
		found := false
		for _, a := range list {
			if err1 == nil && err2 == nil && low <= a.Number && a.Number <= high || a.Name == f {
				ids, found = append(ids, a.ID), true
			}
		}
		if !found {
			unknown = append(unknown, f)
		}
	}
	return ids, unknown
}
