package activity

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/poll"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one activity shows.
type recordView struct {
	rec     activity.Record
	head    ui.PageHead
	status  *ui.Status
	turn    string
	due     *ui.Due
	warning string
	request *ui.Link // where authority can be asked for
	steps   []ui.ProcedureStep
	facts   []ui.Fact
	chain   []ui.Fact
	figures []ui.Figure
	outcome []ui.Fact
	answers []answer
	parts   ui.Table
	ratings []rated
	moves   []ui.Move
	events  []ui.Event
	bad     fault.Fields
	changed string // somebody else changed the record meanwhile
	left    []ui.Fact
	newPart *ui.Link
}

// answer is what one unit was sent and said.
type answer struct {
	activity.Forwarding
	status ui.Status
	due    *ui.Due
	facts  []ui.Fact
	files  []ui.Attachment
	letter string
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, err := h.view(r, rec, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(v))
}

func (h handler) view(r *http.Request, rec activity.Record, sent *page.Sent) (*recordView, error) {
	actor, now := page.Actor(r), h.activities.Now()
	cal, err := h.activities.Calendar(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	v := &recordView{rec: rec, bad: sent.Bad(), status: status(rec.State), turn: turn(&rec), steps: steps(rec.State), events: page.Events(rec.Timeline)}
	v.head = ui.PageHead{
		Title: rec.Title, Sub: choice.Name(activity.Kinds, rec.Kind) + "，" + rec.When() + "，" + rec.Place, Back: &ui.Link{Label: "代表活动", URL: page.ActivitiesURL},
		Links: h.links(actor, &rec), Print: true,
	}
	if len(rec.Deadlines) > 0 {
		d := rec.Deadlines[0]
		v.due = page.Due(cal, now, d.Label, d.DueOn, d.ID)
		v.due.Text += "，" + calendar.MonthDay(d.DueOn) + "到期"
	}
	switch {
	case rec.Uncovered():
		v.warning = "这次活动的授权已经撤回或变更（" + rec.Chain.CancelledWhy + "），不能开展。请取消，或者改到有授权的日期。"
	case rec.Joined(actor):
		v.warning = "这次活动由" + rec.Street + "组织，本街道参与，不计入本街道的次数。"
	}
	if v.bad.For("submission-mandate") != "" && actor.May(access.DraftMandateRequest) {
		v.request = &ui.Link{Label: "起草授权请示", URL: page.MandateRequestsURL + "/new"}
	}
	v.facts, v.chain, v.figures, v.outcome = factsFor(actor, &rec), chain(actor, &rec), figures(actor, &rec), outcome(&rec)
	for _, f := range rec.Forwardings {
		v.answers = append(v.answers, h.answer(&rec, f, func(d *activity.DeadlineLine) *ui.Due { return page.Due(cal, now, d.Label, d.DueOn, d.ID) }))
	}
	v.parts, v.ratings = parts(&rec), ratings(&rec)
	if rec.Kind == activity.Week && actor.May(access.KeepActivities) && !rec.Joined(actor) && !activity.Procedure.Info(rec.State).Ended {
		v.newPart = &ui.Link{Label: "增加周内活动", URL: page.FilteredURL(page.NewActivityURL, "parent", number(rec.ID)), Icon: "plus"}
	}
	v.moves = h.moves(&rec, rec.Moves(actor, now), sent)
	return v, nil
}

// links lead to the list, the form and the papers.
func (h handler) links(actor access.Actor, rec *activity.Record) []ui.Link {
	var list []ui.Link
	if rec.GatheringID != 0 && rec.Gathered != "" && actor.May(access.ViewGatherings) {
		list = append(list, ui.Link{Label: "名单和签到", URL: page.GatheringURL(rec.GatheringID), Icon: "visit"})
	}
	if rec.Revisable(actor) {
		list = append(list, ui.Link{Label: "修改", URL: page.ActivityURL(rec.ID) + "/edit"})
	}
	if rec.ReportedOn != nil {
		list = append(list, ui.Link{Label: "报告", URL: page.ActivityURL(rec.ID) + "/document.docx", Icon: "document"})
	}
	return list
}

// turn says whose turn it is.
func turn(rec *activity.Record) string {
	switch rec.State {
	case activity.Forwarded:
		if owing := rec.Owing(""); len(owing) > 0 {
			names := make([]string, len(owing))
			for i, o := range owing {
				names[i] = o.Name
			}
			return "待" + strings.Join(names, "、") + "反馈"
		}
		return "单位都已反馈，待归档"
	case activity.Recorded:
		if !activity.Reports(rec.Kind) {
			return "待归档，也可以形成报告"
		}
		return "待形成报告"
	case activity.Cancelled:
		return "理由：" + rec.CancelledWhy
	case activity.Archived:
		return page.Day(rec.ArchivedOn) + "归档"
	case activity.Draft:
		if rec.ReturnedWhy != "" {
			return "退回修改：" + rec.ReturnedWhy
		}
	}
	return activity.Procedure.Info(rec.State).Turn
}

// line is the way of an activity that goes well.
var line = []struct {
	label  string
	states []procedure.State
}{
	{"策划", []procedure.State{activity.Draft}},
	{"审批", []procedure.State{activity.Approval}},
	{"通知", []procedure.State{activity.Approved, activity.Notified}},
	{"签到、开展", []procedure.State{activity.Open}},
	{"登记", []procedure.State{activity.Held}},
	{"报告", []procedure.State{activity.Recorded}},
	{"转交", []procedure.State{activity.Reported}},
	{"反馈", []procedure.State{activity.Forwarded}},
	{"归档", []procedure.State{activity.Archived}},
}

// steps draws the line; what was cancelled has none.
func steps(state procedure.State) []ui.ProcedureStep {
	now := slices.IndexFunc(line, func(s struct {
		label  string
		states []procedure.State
	},
	) bool {
		return slices.Contains(s.states, state)
	})
	if now < 0 {
		return nil
	}
	list := make([]ui.ProcedureStep, len(line))
	for i, s := range line {
		list[i].Label = s.label
		switch {
		case i < now, state == activity.Archived:
			list[i].State = "past"
		case i == now:
			list[i].State = "now"
		}
	}
	return list
}

// facts are what is planned, without links.
func facts(rec *activity.Record) []ui.Fact {
	return filled([]ui.Fact{
		{Label: "类型", Text: choice.Name(activity.Kinds, rec.Kind)},
		{Label: "名称", Text: rec.Title},
		{Label: "时间", Text: rec.When()},
		{Label: "地点", Text: rec.Place},
		{Label: "主题", Text: strings.Join(rec.Themes, "、")},
		{Label: "监督的单位", Text: rec.Unit},
		{Label: "目的和安排", Text: rec.Purpose, Wide: true},
	})
}

func factsFor(actor access.Actor, rec *activity.Record) []ui.Fact {
	organiser := rec.Committee
	if rec.GroupName != "" {
		organiser = rec.GroupName
	}
	kind := choice.Name(activity.Kinds, rec.Kind)
	if rec.Concentrated {
		kind += "（集中视察）"
	}
	list := []ui.Fact{
		{Label: "类型", Text: kind},
		{Label: "统计类别", Text: choice.Name(activity.Classes, rec.Class)},
		{Label: "时间", Text: rec.When()},
		{Label: "地点", Text: rec.Place},
		{Label: "主题", Text: strings.Join(rec.Themes, "、")},
		{Label: "组织", Text: organiser},
		{Label: "联合开展", Text: strings.Join(rec.PartnerNames, "、")},
		{Label: "监督的单位", Text: rec.Unit},
		{Label: "年度计划", Text: rec.PlanItem},
		{Label: "计划外", Text: rec.OutsidePlan},
		{Label: "审批", Text: signed(rec.Approver, page.Day(rec.ApprovedOn))},
		{Label: "通知", Text: page.Day(rec.NotifiedOn)},
	}
	if rec.Parent != "" {
		list = append(list, ui.Fact{Label: "人大活动周", Text: rec.Parent + "（周内活动不另计）", URL: page.LinkTo(actor, access.ViewActivities, rec.ParentID, page.ActivityURL)})
	}
	return append(filled(list), filled([]ui.Fact{{Label: "目的和安排", Text: rec.Purpose, Wide: true}})...)
}

func signed(name, on string) string {
	if name == "" {
		return on
	}
	return name + "，" + on
}

func filled(list []ui.Fact) []ui.Fact {
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

var links = map[string]string{"clause": "制度条款", "mandate": "授权", "matter": "授权事项", "act": "监督活动"}

// chain shows on what an act of supervision stands.
func chain(actor access.Actor, rec *activity.Record) []ui.Fact {
	var list []ui.Fact
	for _, t := range rec.Chained() {
		f := ui.Fact{Label: links[t.Key], Text: t.Name, Wide: true}
		switch t.Key {
		case "mandate":
			f.URL = page.LinkTo(actor, access.ViewMandates, rec.Chain.MandateID, page.MandateURL)
		case "act":
			f.URL = page.LinkTo(actor, access.ViewMandates, rec.Chain.ActID, page.MandateActURL)
		}
		list = append(list, f)
	}
	return filled(list)
}

// figures are who was due and who came.
func figures(actor access.Actor, rec *activity.Record) []ui.Figure {
	c := rec.Count
	if c.Called() == 0 {
		return nil
	}
	url := ""
	if rec.Gathered != "" && actor.May(access.ReadLists) {
		url = page.GatheringURL(rec.GatheringID)
	}
	list := []ui.Figure{{Label: "应到", Value: fmt.Sprint(c.Due), Unit: "人", URL: url}}
	if !has(rec.Gathered, gathering.Planned, gathering.Called) {
		list = append(list, ui.Figure{Label: "实到", Value: fmt.Sprint(c.Present), Unit: "人"})
	}
	if actor.May(access.ReadLists) {
		if rec.Gathered == gathering.Called {
			list = append(list, ui.Figure{Label: "已回执", Value: fmt.Sprint(c.Received), Unit: "人"})
		}
		list = append(list, ui.Figure{Label: "请假", Value: fmt.Sprint(c.Leave), Unit: "人"})
		if rec.Gathered == gathering.Closed {
			list = append(list, ui.Figure{Label: "缺席", Value: fmt.Sprint(c.Absent), Unit: "人"})
		}
	}
	return list
}

func has(s procedure.State, list ...procedure.State) bool { return slices.Contains(list, s) }

// outcome is what the activity came to.
func outcome(rec *activity.Record) []ui.Fact {
	statement := ""
	for _, s := range rec.Statement {
		statement = s.Text + "\n" + s.Author + "，" + calendar.Date(s.At)
		if s.How == "paper" {
			statement += "（书面）"
		}
	}
	return filled([]ui.Fact{
		{Label: "评议调查", Text: rec.Survey, Wide: true},
		{Label: "单位汇报", Text: statement, Wide: true},
		{Label: "活动情况", Text: rec.Summary, Wide: true},
		{Label: "走访的单位和地点", Text: rec.Visited, Wide: true},
		{Label: "报告", Text: rec.Report, Wide: true},
		{Label: "转交", Text: strings.TrimSpace(rec.Number + " " + signed(rec.Forwarder, page.Day(rec.ForwardedOn)))},
		{Label: "不转交的理由", Text: rec.UnforwardedWhy, Wide: true},
	})
}

// answer shows what one unit was sent and said.
func (h handler) answer(rec *activity.Record, f activity.Forwarding, due func(*activity.DeadlineLine) *ui.Due) answer {
	a := answer{Forwarding: f, files: page.Attachments(rec.AnswersOf(f.ID)), letter: page.FilteredURL(page.ActivityURL(rec.ID)+"/letter.docx", "to", number(f.ID))}
	said := func(label, text, who, how string, at string) ui.Fact {
		if text == "" {
			return ui.Fact{}
		}
		if how == "paper" {
			who += "（书面）"
		}
		return ui.Fact{Label: label, Text: text + "\n" + who + "，" + at, Wide: true}
	}
	label := "反馈"
	if f.RectifyBy != nil {
		label = "整改方案"
	}
	a.facts = filled([]ui.Fact{
		{Label: "要求", Text: f.Content, Wide: true},
		said(label, f.Answer, f.Answerer, f.AnsweredHow, page.Day(f.AnsweredAt)),
		said("整改报告", f.Rectification, f.Rectifier, f.RectifiedHow, page.Day(f.RectifiedAt)),
		{Label: "没有反馈", Text: f.WaivedWhy, Wide: true},
	})
	switch {
	case f.WaivedAt != nil:
		a.status = ui.Status{Text: "没有反馈", Tone: ui.ToneDone}
	case f.Settled():
		a.status = ui.Status{Text: "已反馈", Tone: ui.ToneGo}
	case f.AnsweredAt != nil:
		a.status = ui.Status{Text: "待整改报告", Tone: ui.ToneWait}
		a.due = clock(rec.Due("rectification", f.ID), due)
	default:
		a.status = ui.Status{Text: "待" + label, Tone: ui.ToneWait}
		a.due = clock(rec.Due("feedback", f.ID), due)
	}
	return a
}

func clock(d *activity.DeadlineLine, due func(*activity.DeadlineLine) *ui.Due) *ui.Due {
	if d == nil {
		return nil
	}
	return due(d)
}

// rated is one rating of an appraisal as it is shown.
type rated struct {
	title, url string
	status     ui.Status
	facts      []ui.Fact
}

// ratings are those of an appraisal, the latest first: never a split before the end,
// nor of fewer than three ballots.
func ratings(rec *activity.Record) (list []rated) {
	for _, p := range rec.Ratings {
		r := rated{title: p.Title, url: page.PollURL(p.ID), status: ui.Status{Text: poll.Procedure.Info(p.State).Name, Tone: ui.ToneDone}}
		switch {
		case p.State == poll.Opened:
			r.status.Tone = ui.ToneGo
		case p.State == poll.Closed && p.Split():
			var votes []string
			for _, q := range p.Questions {
				for _, l := range p.Lines(q) {
					votes = append(votes, fmt.Sprintf("%s %d 票", l.Name, l.Votes))
				}
			}
			r.facts = append(r.facts, ui.Fact{Label: "结果", Text: strings.Join(votes, "，")}, ui.Fact{Label: "等次", Text: p.Verdict(1)})
		case p.State == poll.Closed:
			r.facts = append(r.facts, ui.Fact{Label: "结果", Text: fmt.Sprintf("不足 %d 票，不公布分项", poll.Fewest)})
		}
		r.facts = append(r.facts, ui.Fact{Label: "投票", Text: fmt.Sprintf("应投 %d 人，已投 %d 人", p.Circle, p.Cast())})
		list = append(list, r)
	}
	return list
}

// parts are the activities of a week.
func parts(rec *activity.Record) ui.Table {
	t := ui.Table{Caption: "周内活动", Columns: []ui.Column{{Label: "活动"}, {Label: "类型"}, {Label: "日期", Day: true}, {Label: "状态"}}}
	for _, p := range rec.Parts {
		url := page.ActivityURL(p.ID)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: p.Title, URL: url}, {Text: choice.Name(activity.Kinds, p.Kind)}, {Text: calendar.Date(p.HeldOn)}, {Status: status(p.State)},
		}})
	}
	return t
}
