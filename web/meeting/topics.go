package meeting

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/meeting"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// topicQuery is the address of the list of topics.
type topicQuery struct {
	Kind  string `form:"kind"`
	State string `form:"state"`
	Type  string `form:"type"`
	Text  string `form:"q"`
	After string `form:"after"`
}

func (q topicQuery) filter() meeting.TopicFilter {
	var r text.Reader
	return meeting.TopicFilter{Kind: q.Kind, State: q.State, Type: q.Type, Text: r.Line("q", q.Text, "查找", 100, false), After: db.ParseCursor(q.After), Limit: perPage}
}

func (q topicQuery) narrowed() bool { return q.Kind+q.State+q.Type+q.Text != "" }

// topicsView is what the list's page shows.
type topicsView struct {
	head        ui.PageHead
	query       topicQuery
	table       ui.Table
	next, first string
}

func topicStatus(s procedure.State) ui.Status {
	tone := ui.ToneWait
	switch s {
	case meeting.Confirmed, meeting.Scheduled:
		tone = ui.ToneGo
	case meeting.Considered, meeting.TakenBack, meeting.Declined:
		tone = ui.ToneDone
	}
	return stateOf(&meeting.TopicProcedure, s, tone)
}

func (h handler) topics(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[topicQuery](r), page.Actor(r)
	list, count, next, _, err := h.meetings.Topics(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := topicsView{query: q, next: page.Next(r, next.String()), head: ui.PageHead{Title: "会议议题", Count: counted(count, " 个"), Print: true, Back: &ui.Link{Label: "会议", URL: page.MeetingsURL}}}
	if actor.May(access.ProposeTopics) {
		v.head.Primary = &ui.Link{Label: "提出议题", URL: page.NewMeetingTopicURL, Icon: "plus"}
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.table = ui.Table{Caption: "会议议题", Columns: []ui.Column{{Label: "议题"}, {Label: "会议"}, {Label: "提出人"}, {Label: "提出日期", Day: true, Less: true}, {Label: "状态"}}}
	for _, t := range list {
		status, url := topicStatus(t.State), page.MeetingTopicURL(t.ID)
		v.table.Rows = append(v.table.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: t.Title, URL: url, Sub: choice.Name(meeting.Types, t.Type)}, {Text: meeting.KindName(t.Kind)}, {Text: t.Proposer}, {Text: calendar.Date(t.CreatedAt)}, {Status: &status},
		}})
	}
	return page.OK(w, r, topicsPage(v))
}

// topicTyped is the form of a topic as it was typed.
type topicTyped struct {
	Key      string `form:"key"`
	Kind     string `form:"kind"`
	Type     string `form:"type"`
	Title    string `form:"title"`
	Content  string `form:"content"`
	Proposer string `form:"proposer"`
	Subject  string `form:"subject"`
	Measure  string `form:"measure"`
	Unit     string `form:"unit"`
}

func (f *topicTyped) parse() (meeting.NewTopic, fault.Fields) {
	var r text.Reader
	n := meeting.NewTopic{
		Key: r.Line("key", f.Key, "表单编号", 64, true), Kind: r.Choice("kind", f.Kind, "会议的种类", choice.Keys(meeting.Kinds)...), Type: r.Choice("type", f.Type, "议题的类型", choice.Keys(meeting.Types)...),
		Title: r.Line("title", f.Title, "议题名称", meeting.MaxTitle, true), Content: r.Text("content", f.Content, "内容和理由", meeting.MaxContent, false),
		Proposer: r.Line("proposer", f.Proposer, "提出人", meeting.MaxName, true), Subject: f.Subject, Measure: f.Measure, UnitID: page.Int64(f.Unit),
	}
	return n, r.Bad
}

type topicFormView struct {
	typed       topicTyped
	bad         fault.Fields
	supervision []ui.Control
}

func (h handler) showTopic(w http.ResponseWriter, r *http.Request, code int, v *topicFormView) error {
	c, err := h.meetings.Choices(r.Context(), page.Actor(r), time.Time{})
	if err != nil {
		return err
	}
	v.supervision = supervision(page.Rows(c.Units, "监督议题才选"))
	for i, value := range []string{v.typed.Subject, v.typed.Measure, v.typed.Unit} {
		v.supervision[i].Value = value
		v.supervision[i].Field = v.supervision[i].For(v.bad)
	}
	return page.Render(w, r, code, topicFormPage(v))
}

func (h handler) topicForm(w http.ResponseWriter, r *http.Request) error {
	actor := page.Actor(r)
	f := topicTyped{Key: page.Key(), Kind: meeting.Directors, Proposer: actor.Name}
	if actor.Role == access.VoterRep {
		f.Kind = meeting.Representatives
	}
	return h.showTopic(w, r, http.StatusOK, &topicFormView{typed: f})
}

func (h handler) propose(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[topicTyped](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.meetings.Propose(r.Context(), page.Actor(r), 0, n)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showTopic(w, r, http.StatusUnprocessableEntity, &topicFormView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.MeetingTopicURL(id), "已提出。由工委办公室汇总，主任确定后列入议程。")
}

// topicView is what the page of one topic shows.
type topicView struct {
	rec     meeting.TopicRecord
	head    ui.PageHead
	status  ui.Status
	facts   []ui.Fact
	taken   ui.Table
	moves   []ui.Move
	events  []ui.Event
	bad     fault.Fields
	changed string
	left    []ui.Fact
}

func (h handler) topic(w http.ResponseWriter, r *http.Request) error {
	v, err := h.topicView(r, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, topicPage(v))
}

func (h handler) topicView(r *http.Request, sent *page.Sent) (*topicView, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return nil, err
	}
	actor := page.Actor(r)
	rec, err := h.meetings.Topic(r.Context(), actor, id)
	if err != nil {
		return nil, err
	}
	v := &topicView{rec: rec, bad: sent.Bad(), status: topicStatus(rec.State), events: page.Events(rec.Timeline)}
	v.head = ui.PageHead{Title: rec.Title, Sub: meeting.KindName(rec.Kind) + "议题", Back: &ui.Link{Label: "会议议题", URL: page.MeetingTopicsURL}, Print: true}
	v.facts = topicFacts(&rec)
	v.taken = ui.Table{Caption: "列入的会议", Columns: []ui.Column{{Label: "会议"}, {Label: "日期", Day: true}, {Label: "结果"}}}
	for _, m := range rec.Meetings {
		outcome := ui.Cell{Text: "待审议"}
		if m.Outcome != "" {
			outcome.Text = meeting.OutcomeName(rec.Kind, m.Outcome)
		}
		v.taken.Rows = append(v.taken.Rows, ui.Row{URL: page.MeetingURL(m.ID), Cells: []ui.Cell{{Text: m.Title, URL: page.MeetingURL(m.ID)}, {Text: calendar.Date(m.HeldOn)}, outcome}})
	}
	for _, m := range rec.Moves(actor) {
		u := ui.Move{Label: m.Label, Action: page.MeetingTopicURL(rec.ID) + "/" + m.Name, Primary: m.Name == "compilation" || m.Name == "confirmation", Grave: m.Grave, Version: strconv.Itoa(rec.Version)}
		sent.Fill(&u, m.Name, topicControls(m.Name))
		v.moves = append(v.moves, u)
	}
	sent.Unfold(v.moves)
	return v, nil
}

func topicFacts(rec *meeting.TopicRecord) []ui.Fact {
	list := []ui.Fact{{Label: "类型", Text: choice.Name(meeting.Types, rec.Type)}, {Label: "提出人", Text: rec.Proposer}, {Label: "提出日期", Text: calendar.Date(rec.CreatedAt)}, {Label: "街道", Text: rec.Street}}
	add := func(label, text string, wide bool) {
		if text != "" {
			list = append(list, ui.Fact{Label: label, Text: text, Wide: wide})
		}
	}
	if rec.Subject != "" {
		add("监督", meeting.SubjectName(rec.Subject, rec.Measure)+"，对象："+rec.Unit+"。发会议通知时核对授权。", true)
	}
	if rec.PartyOn != nil {
		add("先报党工委", calendar.Date(*rec.PartyOn)+"："+rec.PartyNote, true)
	}
	if rec.ConfirmedOn != nil {
		add("确定", rec.Confirmer+"，"+calendar.Date(*rec.ConfirmedOn), false)
	}
	add("理由", rec.Why, true)
	add("内容和理由", rec.Content, true)
	return list
}

func topicControls(name string) []ui.Control {
	switch name {
	case "party":
		return []ui.Control{
			{Kind: "input", Field: ui.Field{Name: "on", Label: "日期", Type: "date"}},
			{Kind: "text", Field: ui.Field{Name: "note", Label: "党工委的意见", Rows: 2, Max: meeting.MaxWhy}},
		}
	case "refusal", "withdrawal":
		return []ui.Control{{Kind: "text", Field: ui.Field{Name: "why", Label: "理由", Rows: 2, Max: meeting.MaxWhy}}}
	}
	return nil
}

var topicActs = map[string]act{
	"compilation": plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.Compile }),
	"party": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		on, note := a.Date("on", "日期", true), a.Text("note", "党工委的意见", meeting.MaxWhy, true)
		return a.Try(func() error { return s.TellParty(ctx, actor, a.step(), on, note) })
	},
	"confirmation": plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.Confirm }),
	"refusal": reasoned(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step, string) error {
		return s.Decline
	}),
	"withdrawal": reasoned(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step, string) error {
		return s.TakeBack
	}),
	"retabling": plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.Retable }),
}

func (h handler) moveTopic(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = topicActs[name](r.Context(), h.meetings, page.Actor(r), asked{sent})
		return sent.Answer(w, err, page.MeetingTopicURL(sent.ID), "“"+meeting.TopicProcedure.Move(name).Label+"”已完成。", func(code int) error {
			v, err := h.topicView(r, sent)
			if err != nil {
				return err
			}
			if code == http.StatusConflict {
				v.changed, v.left = page.Changed("这个议题"), sent.Left(v.moves)
			}
			return page.Render(w, r, code, topicPage(v))
		})
	}
}
