package training

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/internal/training"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one training shows.
type recordView struct {
	rec      training.Record
	head     ui.PageHead
	status   ui.Status
	turn     string
	steps    []ui.ProcedureStep
	facts    []ui.Fact
	figures  []ui.Figure
	people   ui.Table
	own      string // how it stands with the reader
	moves    []ui.Move
	events   []ui.Event
	bad      fault.Fields
	changed  string // somebody else changed the record meanwhile
	left     []ui.Fact
	keeps    bool
	showCode bool
}

func statusOf(s procedure.State) ui.Status {
	tone := ui.ToneWait
	switch s {
	case training.Held:
		tone = ui.ToneGo
	case training.Closed, training.Cancelled:
		tone = ui.ToneDone
	}
	return ui.Status{Text: training.Procedure.Info(s).Name, Tone: tone}
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(h.view(r, rec, nil)))
}

func (h handler) view(r *http.Request, rec training.Record, sent *page.Sent) *recordView {
	actor := page.Actor(r)
	v := &recordView{rec: rec, bad: sent.Bad(), status: statusOf(rec.State), turn: training.Procedure.Info(rec.State).Turn, facts: facts(&rec)[1:], steps: steps(rec.State)}
	for _, g := range rec.Clauses {
		v.facts = append(v.facts, ui.Fact{Label: "执行的条款", Text: g.Name(), URL: page.ClauseURL(g.ID, g.Key())})
	}
	v.keeps = actor.May(access.KeepTrainings)
	v.head = ui.PageHead{Title: rec.Title, Sub: rec.Theme, Back: &ui.Link{Label: "培训", URL: page.TrainingsURL}, Print: actor.May(access.CountTraining)}
	if v.keeps {
		v.head.Links = []ui.Link{{Label: "签到表", URL: page.TrainingURL(rec.ID) + "/sheet", Icon: "export"}, {Label: "通知", URL: page.TrainingURL(rec.ID) + "/document.docx", Icon: "document"}}
		if rec.State == training.Planned || rec.State == training.Notified {
			v.head.Links = append(v.head.Links, ui.Link{Label: "修改安排", URL: page.TrainingURL(rec.ID) + "/edit", Icon: "calendar"})
		}
		v.showCode = rec.State == training.Held
	}
	if actor.May(access.CountTraining) {
		v.figures, v.people, v.events = figures(&rec), people(actor, &rec), page.Events(rec.Timeline)
	} else {
		v.own, v.turn = own(&rec), ""
	}
	v.moves = moves(&rec, rec.Moves(actor, h.trainings.Now()), sent)
	return v
}

// steps is the line of the procedure, without what ends it early.
func steps(now procedure.State) (list []ui.ProcedureStep) {
	if now == training.Cancelled {
		return nil
	}
	state := "past"
	for _, s := range training.Procedure.States {
		if s.State == training.Cancelled {
			continue
		}
		switch {
		case s.State == now && s.Ended:
			list = append(list, ui.ProcedureStep{Label: s.Name, State: "past"})
			state = ""
		case s.State == now:
			list = append(list, ui.ProcedureStep{Label: s.Name, State: "now"})
			state = ""
		default:
			list = append(list, ui.ProcedureStep{Label: s.Name, State: state})
		}
	}
	return list
}

func facts(rec *training.Record) []ui.Fact {
	when := calendar.Date(rec.HeldOn) + " " + calendar.Weekday(rec.HeldOn)
	if rec.StartsAt != "" {
		when += " " + rec.StartsAt
	}
	list := []ui.Fact{
		{Label: "培训名称", Text: rec.Title},
		{Label: "时间", Text: when},
		{Label: "地点", Text: rec.Place},
		{Label: "讲师", Text: rec.Teacher},
		{Label: "学时", Text: training.Written(rec.Tenths)},
		{Label: "参训队伍", Text: training.TeamNames(rec.Audience)},
		{Label: "街道", Text: rec.Street},
	}
	if len(rec.Asked) > 0 {
		list = append(list, ui.Fact{Label: "测试", Text: fmt.Sprintf("%d 道单选题，%d 分及格", len(rec.Asked), rec.PassMark)})
	}
	label := "培训效果"
	if rec.State == training.Cancelled {
		label = "取消理由"
	}
	list = append(list, ui.Fact{Label: label, Text: rec.Outcome, Wide: true})
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

func figures(rec *training.Record) []ui.Figure {
	tested, passed := 0, 0
	for _, p := range rec.Participants {
		if p.Score != nil {
			tested++
		}
		if p.Passed {
			passed++
		}
	}
	list := []ui.Figure{
		{Label: "应到", Value: strconv.Itoa(rec.Listed), Unit: "人"},
		{Label: "签到", Value: strconv.Itoa(rec.Signed), Unit: "人"},
	}
	if tested > 0 {
		list = append(list, ui.Figure{Label: "测试及格", Value: strconv.Itoa(passed), Unit: "人", Note: fmt.Sprintf("参加测试 %d 人", tested)})
	}
	return list
}

func people(actor access.Actor, rec *training.Record) ui.Table {
	t := ui.Table{Caption: "参训名单", Columns: []ui.Column{{Label: "姓名"}, {Label: "队伍"}, {Label: "单位", Less: true}, {Label: "签到"}, {Label: "成绩", Number: true}}}
	for _, p := range rec.Participants {
		url := page.LinkTo(actor, access.CountTraining, p.PersonID, page.PersonTrainingURL)
		row := ui.Row{Cells: []ui.Cell{{Text: p.Name, URL: url}, {Text: teamName(p.Team)}, {Text: p.Work}, {Text: "—"}, {Text: "—"}}}
		if p.SignedAt != nil {
			row.Cells[3] = ui.Cell{Text: calendar.DateTime(*p.SignedAt), Sub: ways[p.SignedWay]}
		}
		if p.Score != nil {
			row.Cells[4] = ui.Cell{Text: strconv.Itoa(*p.Score), Sub: verdict(p.Passed)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

var ways = map[string]string{"desk": "签到台登记", "code": "凭码签到"}

func verdict(passed bool) string {
	if passed {
		return "及格"
	}
	return "不及格"
}

// own says how it stands with the reader who is to come.
func own(rec *training.Record) string {
	switch p := rec.Own; {
	case p == nil:
		return ""
	case p.Score != nil:
		return fmt.Sprintf("您已签到，测试 %d 分，%s。", *p.Score, verdict(p.Passed))
	case p.SignedAt != nil:
		return "您已签到，计 " + training.Written(rec.Tenths) + " 学时。"
	case rec.State == training.Closed:
		return "您没有签到。"
	case rec.State == training.Notified:
		return "您在这次培训的名单上，请按时参加。"
	}
	return ""
}
