package meeting

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/meeting"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one meeting shows.
type recordView struct {
	rec     meeting.Record
	head    ui.PageHead
	status  ui.Status
	turn    string
	steps   []ui.ProcedureStep
	own     string
	facts   []ui.Fact
	figures []ui.Figure
	agenda  ui.Table
	carried ui.Table
	tasks   ui.Table
	voices  []ui.Fact
	minutes []ui.Fact
	moves   []ui.Move
	events  []ui.Event
	bad     fault.Fields
	changed string // somebody else changed the record meanwhile
	left    []ui.Fact
	opinion *ui.Link // where an opinion raised in the meeting is registered
}

func when(rec *meeting.Record) string {
	return calendar.Date(rec.HeldOn) + "（" + calendar.Weekday(rec.HeldOn) + "）" + rec.StartsAt.In(calendar.Zone).Format("15:04") + "—" + rec.EndsAt.In(calendar.Zone).Format("15:04")
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(h.view(r, rec, nil)))
}

func (h handler) view(r *http.Request, rec meeting.Record, sent *page.Sent) *recordView {
	actor := page.Actor(r)
	v := &recordView{rec: rec, bad: sent.Bad(), status: statusOf(rec.State), steps: steps(&rec), facts: facts(actor, &rec), agenda: agenda(actor, &rec)}
	v.head = ui.PageHead{Title: rec.Title, Sub: when(&rec) + "，" + rec.Place, Back: &ui.Link{Label: "会议", URL: page.MeetingsURL}, Links: links(actor, &rec), Print: true}
	v.voices, v.minutes = voices(&rec), minutes(&rec)
	if rec.Reads(actor) {
		v.turn = meeting.Procedure.Info(rec.State).Turn
		v.figures = figures(&rec)
		v.carried, v.tasks = tasksOf("以前的议定事项", rec.Carried, h.meetings.Now(), false), tasksOf("议定事项", rec.Tasks, h.meetings.Now(), true)
		v.events = page.Events(rec.Timeline)
	} else {
		v.own = own(&rec)
	}
	v.moves = h.moves(&rec, rec.Moves(actor, calendar.On(h.meetings.Now())), sent)
	if rec.Kind == meeting.Representatives && rec.Keeps(actor) && actor.May(access.RegisterOpinion) && rec.BeganAt != nil {
		v.opinion = &ui.Link{Label: "登记会上提出的意见", URL: page.FilteredURL(page.NewOpinionURL, "source", "voter_meeting"), Icon: "plus"}
	}
	return v
}

// links are the papers and the pages beside the record.
func links(actor access.Actor, rec *meeting.Record) []ui.Link {
	var list []ui.Link
	if rec.Reads(actor) || rec.Own != nil {
		list = append(list, ui.Link{Label: "名单和签到", URL: page.GatheringURL(rec.GatheringID), Icon: "deputy"})
	}
	if rec.Open != nil && rec.Open.PollID != 0 && actor.May(access.ViewPolls) {
		list = append(list, ui.Link{Label: "无记名投票", URL: page.PollURL(rec.Open.PollID), Icon: "opinion"})
	}
	if rec.Minutes != nil {
		list = append(list, ui.Link{Label: "会议纪要", URL: page.MeetingURL(rec.ID) + "/document.docx", Icon: "document"})
	}
	if !rec.Keeps(actor) {
		return list
	}
	switch rec.State {
	case meeting.Planned, meeting.Called:
		list = append(list, ui.Link{Label: "修改安排", URL: page.MeetingURL(rec.ID) + "/edit", Icon: "calendar"})
	case meeting.Opened, meeting.Sitting, meeting.Talk:
		list = append(list, ui.Link{Label: "会场大屏", URL: page.MeetingScreenURL(rec.ID), Icon: "desk"})
	}
	return append(list, ui.Link{Label: "照样再开", URL: page.FilteredURL(page.NewMeetingURL, "from", page.Number(rec.ID)), Icon: "plus"})
}

// steps is the line of the procedure, without what ends it early.
func steps(rec *meeting.Record) (list []ui.ProcedureStep) {
	if rec.State == meeting.Cancelled || rec.State == meeting.Failed {
		return nil
	}
	state := "past"
	for _, s := range meeting.Procedure.States {
		if s.State == meeting.Failed || s.State == meeting.Cancelled || s.State == meeting.Talk && !rec.Talk || s.State == meeting.Sitting && rec.Talk {
			continue
		}
		step := ui.ProcedureStep{Label: s.Name, State: state}
		if s.State == rec.State {
			step.State, state = "now", ""
			if s.Ended {
				step.State = "past"
			}
		}
		list = append(list, step)
	}
	return list
}

func facts(actor access.Actor, rec *meeting.Record) []ui.Fact {
	list := []ui.Fact{
		{Label: "种类", Text: meeting.KindName(rec.Kind)},
		{Label: "召集", Text: rec.Committee},
		{Label: "主持人", Text: rec.Chair},
		{Label: "通知", Text: noticed(rec)},
		{Label: "年度计划", Text: rec.PlanItem},
		{Label: "计划外", Text: rec.OutsidePlan},
		{Label: "开会人数", Text: rec.Rules.QuorumText(rec.Due, rec.Quorum), Wide: true},
		{Label: "通过票数", Text: rec.Rules.PassText(rec.Due, rec.Present, rec.Needed) + "。票数相同或者不够，就是没有通过，可以再次提请。", Wide: true},
	}
	if rec.Kind == meeting.Representatives {
		list = append(list, ui.Fact{Label: "结果的性质", Text: "形成的是意见和推荐，送街道办事处研究处理，并向市人大常委会报告。", Wide: true})
	}
	if rec.AgendaFor != nil {
		list = append(list, ui.Fact{Label: "议程", Text: fmt.Sprintf("到会 %d 人，同意 %d 人", *rec.AgendaPresent, *rec.AgendaFor)})
	}
	var remote, ceased []string
	for _, s := range rec.Seats {
		if s.Ceased {
			ceased = append(ceased, s.Name)
		}
		if s.Remote != "" {
			remote = append(remote, s.Name+"（"+s.Remote+"）")
		}
	}
	if ceased != nil {
		list = append(list, ui.Fact{Label: "不再应到", Text: strings.Join(ceased, "、") + "：通知后离任，开会当天不在任，不表决，不计入基数", Wide: true})
	}
	list = append(list, ui.Fact{Label: "远程参会", Text: strings.Join(remote, "、")}, ui.Fact{Label: "紧急开会的理由", Text: rec.UrgentWhy, Wide: true})
	label := "转为座谈会的理由"
	switch rec.State {
	case meeting.Failed:
		label = "流会的理由"
	case meeting.Cancelled:
		label = "取消的理由"
	}
	list = append(list, ui.Fact{Label: label, Text: rec.OutcomeWhy, Wide: true})
	if rec.ClonedFrom != 0 {
		list = append(list, ui.Fact{Label: "照样再开自", Text: "上次会议", URL: page.MeetingURL(rec.ClonedFrom)})
	}
	for _, o := range rec.Opinions {
		list = append(list, ui.Fact{Label: "会上提出的群众意见", Text: o.Number, URL: page.LinkTo(actor, access.ViewOpinions, o.ID, page.OpinionURL)})
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

func noticed(rec *meeting.Record) string {
	if rec.CalledOn == nil {
		return fmt.Sprintf("要提前 %d 天", rec.Rules.NoticeDays)
	}
	return fmt.Sprintf("%s发出，提前 %d 天（规则 %d 天）", calendar.Date(*rec.CalledOn), calendar.DaysBetween(*rec.CalledOn, rec.HeldOn), rec.Rules.NoticeDays)
}

func figures(rec *meeting.Record) []ui.Figure {
	if rec.CalledOn == nil {
		return []ui.Figure{{Label: "全体成员", Value: strconv.Itoa(rec.Due), Unit: "人", Note: "开会当天在任"}, {Label: "开会至少", Value: strconv.Itoa(rec.Quorum), Unit: "人"}}
	}
	url := page.GatheringURL(rec.GatheringID)
	called, leave, there, beside, came := 0, 0, 0, 0, 0
	for i := range rec.Seats {
		s := &rec.Seats[i]
		if s.Due {
			called++
		}
		switch {
		case s.Ceased && s.ArrivedAt == nil:
		case !s.Due:
			beside++
			if s.ArrivedAt != nil {
				there++
			}
		case s.ArrivedAt != nil:
			came++
		case s.Leave:
			leave++
		}
	}
	list := []ui.Figure{
		{Label: "应到", Value: strconv.Itoa(rec.Due), Unit: "人", Note: dueNote(rec, called), URL: page.FilteredURL(url, "only", "due")},
		{Label: "实到", Value: strconv.Itoa(came), Unit: "人", Note: quorumNote(rec), URL: page.FilteredURL(url, "only", "here")},
		{Label: "请假", Value: strconv.Itoa(leave), Unit: "人", URL: page.FilteredURL(url, "only", "leave")},
	}
	if beside > 0 {
		list = append(list, ui.Figure{Label: "列席", Value: strconv.Itoa(there), Unit: "人", Note: fmt.Sprintf("通知 %d 人", beside), URL: page.FilteredURL(url, "only", "beside")})
	}
	return list
}

// dueNote says whom the base of quorum and majority is of, where the notice went to others.
func dueNote(rec *meeting.Record, called int) string {
	if called != rec.Due && (rec.State == meeting.Called || rec.State == meeting.Opened) {
		return fmt.Sprintf("开会当天在任的成员；按通知是 %d 人", called)
	}
	return ""
}

// quorumNote says whether enough are there, while it matters.
func quorumNote(rec *meeting.Record) string {
	switch rec.State {
	case meeting.Called, meeting.Opened, meeting.Sitting, meeting.Talk:
		if rec.HasQuorum() {
			return fmt.Sprintf("现在到会 %d 人，够开会", rec.Present)
		}
		return fmt.Sprintf("现在到会 %d 人，还差 %d 人", rec.Present, rec.Quorum-rec.Present)
	}
	return fmt.Sprintf("至少 %d 人才能开会", rec.Quorum)
}

func outcomeOf(rec *meeting.Record, it *meeting.Item) ui.Status {
	tone := map[string]ui.Tone{meeting.Passed: ui.ToneGo, meeting.Rejected: ui.ToneStop, meeting.Heard: ui.ToneDone, meeting.Postponed: ui.ToneWait, meeting.Withdrawn: ui.ToneDone}
	switch {
	case it.Outcome != "":
		return ui.Status{Text: meeting.OutcomeName(rec.Kind, it.Outcome), Tone: tone[it.Outcome]}
	case it.Vote != nil:
		return ui.Status{Text: "表决中", Tone: ui.ToneGo}
	}
	return ui.Status{Text: "待审议", Tone: ui.TonePlain}
}

func agenda(actor access.Actor, rec *meeting.Record) ui.Table {
	t := ui.Table{Caption: "议程", Columns: []ui.Column{{Label: "议题"}, {Label: "序号", Number: true}, {Label: "汇报人"}, {Label: "表决"}, {Label: "结果"}}}
	for i := range rec.Items {
		it := &rec.Items[i]
		sub := choice.Name(meeting.Types, it.Type)
		if it.Temporary {
			sub += fmt.Sprintf("，临时议题：到会 %d 人，同意 %d 人", *it.ConsentPresent, *it.ConsentFor)
		}
		if it.Subject != "" && !it.Covered && rec.CalledOn != nil {
			sub += "，授权已撤回"
		}
		for _, x := range it.Recused {
			sub += "，" + x.Name + "回避"
		}
		status := outcomeOf(rec, it)
		vote := ui.Cell{Text: "—"}
		if it.Vote != nil {
			vote = ui.Cell{Text: choice.Name(meeting.Ways, it.Vote.Way)}
			if it.Vote.State == "closed" {
				vote = ui.Cell{Text: fmt.Sprintf("赞成 %d，反对 %d，弃权 %d", it.Vote.ForCount, it.Vote.AgainstCount, it.Vote.AbstainCount), Sub: fmt.Sprintf("%s；应到 %d，实到 %d，至少 %d 票", vote.Text, it.Vote.Due, it.Vote.Present, it.Vote.Needed)}
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: it.Title, URL: page.LinkTo(actor, access.ViewTopics, it.TopicID, page.MeetingTopicURL), Sub: sub}, {Text: strconv.Itoa(i + 1)}, {Text: it.Reporter}, vote, {Status: &status, Sub: it.Note},
		}})
	}
	return t
}

// voices are the named votes that have closed, by what people said.
func voices(rec *meeting.Record) (list []ui.Fact) {
	for _, it := range rec.Items {
		if it.Vote == nil || it.Vote.Way != meeting.Named {
			continue
		}
		for _, v := range meeting.Voices {
			var names []string
			for _, s := range rec.Voices {
				if s.VoteID == it.Vote.ID && s.Choice == v.Key {
					names = append(names, s.Name)
				}
			}
			if names != nil {
				list = append(list, ui.Fact{Label: it.Title + "：" + v.Name, Text: strings.Join(names, "、"), Wide: true})
			}
		}
	}
	return list
}

func minutes(rec *meeting.Record) []ui.Fact {
	m := rec.Minutes
	if m == nil {
		return nil
	}
	list := []ui.Fact{{Label: "标题", Text: m.Title}, {Label: "文号", Text: m.Number}}
	if m.SignedOn != nil {
		list = append(list, ui.Fact{Label: "签发", Text: m.Signer + "，" + calendar.Date(*m.SignedOn)})
	}
	list = append(list, ui.Fact{Label: "印发", Text: page.Day(m.IssuedOn)}, ui.Fact{Label: "正文", Text: m.Body, Wide: true},
		ui.Fact{Label: "出席", Text: m.Present, Wide: true}, ui.Fact{Label: "请假、缺席", Text: m.Absent, Wide: true}, ui.Fact{Label: "列席", Text: m.Attending, Wide: true})
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

// own says how it stands with the reader who is called.
func own(rec *meeting.Record) string {
	s := rec.Own
	switch {
	case s == nil:
		return ""
	case s.ArrivedAt != nil:
		return "您已签到。"
	case rec.State == meeting.Called:
		return "请在“名单和签到”里回执或请假。"
	case rec.State == meeting.Opened || rec.State == meeting.Sitting:
		return "会议已开始签到，请在“名单和签到”里签到。"
	}
	return ""
}

// paper sends the minutes as an official paper.
func (h handler) paper(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.Minutes == nil {
		return fault.NotFound
	}
	var b bytes.Buffer
	if err := rec.Paper().WriteDocx(&b); err != nil {
		return err
	}
	page.Attachment(w, rec.Minutes.Title+".docx", document.DOCX)
	page.Size(w, int64(b.Len()))
	_, err = b.WriteTo(w)
	return err
}

// stateOf names a state of a table with a tone.
func stateOf(t *procedure.Table, s procedure.State, tone ui.Tone) ui.Status {
	return ui.Status{Text: t.Info(s).Name, Tone: tone}
}
