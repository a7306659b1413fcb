package meeting

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/meeting"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

func verbatim(v *meeting.Verbatim) []ui.Fact {
	list := []ui.Fact{{Label: "记录", Text: v.Writer}}
	if v.CheckedAt != nil {
		list = append(list, ui.Fact{Label: "核定", Text: v.Checker + "，" + calendar.DateTime(*v.CheckedAt)})
	}
	return append(list, ui.Fact{Label: "全文", Text: v.Text, Wide: true})
}

// taskStatus is how a decided item stands on a day; overdue is computed.
func taskStatus(t *meeting.Task, on time.Time) ui.Status {
	switch {
	case t.Overdue(on):
		return ui.Status{Text: "逾期", Tone: ui.ToneStop}
	case t.State == meeting.Doing:
		return stateOf(&meeting.TaskProcedure, t.State, ui.ToneWait)
	case t.State == meeting.Done:
		return stateOf(&meeting.TaskProcedure, t.State, ui.ToneGo)
	case t.State == meeting.Adjusted:
		return stateOf(&meeting.TaskProcedure, t.State, ui.ToneDone)
	}
	return stateOf(&meeting.TaskProcedure, t.State, ui.TonePlain)
}

// tasksOf is a table of decided items; here means that they are of the meeting shown.
func tasksOf(caption string, list []meeting.Task, now time.Time, here bool) ui.Table {
	t := ui.Table{Caption: caption, Columns: []ui.Column{{Label: "事项"}, {Label: "负责人"}, {Label: "完成日期", Day: true}, {Label: "状态"}}}
	for i := range list {
		k := &list[i]
		url := page.MeetingTaskURL(k.ID)
		status := taskStatus(k, calendar.On(now))
		sub := k.Item
		if !here {
			sub = k.Meeting
		}
		owner := ui.Cell{Text: k.Owner}
		if k.CoOwner != "" {
			owner.Sub = "协同：" + k.CoOwner
		}
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: k.Text, URL: url, Sub: sub}, owner, {Text: calendar.Date(k.DueOn)}, {Status: &status, Sub: k.Progress}}})
	}
	return t
}

// taskQuery is the address of the list of decided items.
type taskQuery struct {
	Street string `form:"street"`
	State  string `form:"state"`
	Text   string `form:"q"`
	From   string `form:"from"`
	To     string `form:"to"`
	After  string `form:"after"`
	Format string `form:"format"`
}

func (q taskQuery) filter() meeting.TaskFilter {
	var r text.Reader
	return meeting.TaskFilter{
		StreetID: page.Int64(q.Street), State: q.State, Text: r.Line("q", q.Text, "查找", 100, false),
		From: r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false), After: db.ParseCursor(q.After), Limit: perPage,
	}
}

func (q taskQuery) narrowed() bool { return q.Street+q.State+q.Text+q.From+q.To != "" }

// tasksView is what the list's page shows.
type tasksView struct {
	head        ui.PageHead
	query       taskQuery
	streets     []ui.Option
	table       ui.Table
	next, first string
}

func (h handler) tasks(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[taskQuery](r), page.Actor(r)
	f := q.filter()
	if q.Format == "xlsx" || q.Format == "csv" {
		f.After, f.Limit = db.Cursor{}, most
	}
	list, count, next, streets, err := h.meetings.Tasks(r.Context(), actor, f)
	if err != nil {
		return err
	}
	now := h.meetings.Now()
	if q.Format == "xlsx" || q.Format == "csv" {
		s := document.Sheet{Name: "议定事项督办表", Head: []string{"序号", "街道", "会议", "议题", "事项", "负责人", "协同", "完成日期", "状态", "进展"}}
		for i := range list {
			k := &list[i]
			s.Rows = append(s.Rows, []any{int64(i + 1), k.Street, k.Meeting, k.Item, k.Text, k.Owner, k.CoOwner, calendar.ISO(k.DueOn), taskStatus(k, calendar.On(now)).Text, k.Progress})
		}
		return send(w, "议定事项督办表"+calendar.ISO(now), q.Format, s)
	}
	v := tasksView{query: q, table: tasksOf("议定事项", list, now, false), next: page.Next(r, next.String())}
	v.head = ui.PageHead{Title: "议定事项", Count: strconv.Itoa(count) + " 项", Print: true, Links: []ui.Link{{Label: "导出督办表", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"}}}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	if actor.StreetID == 0 {
		v.streets = page.Rows(streets, "全部")
		for i := range list {
			v.table.Rows[i].Cells[0].Sub = list[i].Street + "，" + v.table.Rows[i].Cells[0].Sub
		}
	}
	return page.OK(w, r, tasksPage(v))
}

// taskView is what the page of one decided item shows.
type taskView struct {
	rec     meeting.TaskRecord
	head    ui.PageHead
	status  ui.Status
	facts   []ui.Fact
	moves   []ui.Move
	events  []ui.Event
	bad     fault.Fields
	changed string
	left    []ui.Fact
}

func (h handler) task(w http.ResponseWriter, r *http.Request) error {
	v, err := h.taskView(r, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, taskPage(v))
}

func (h handler) taskView(r *http.Request, sent *page.Sent) (*taskView, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return nil, err
	}
	actor := page.Actor(r)
	rec, err := h.meetings.Task(r.Context(), actor, id)
	if err != nil {
		return nil, err
	}
	v := &taskView{rec: rec, bad: sent.Bad(), status: taskStatus(&rec.Task, calendar.On(h.meetings.Now())), events: page.Events(rec.Timeline)}
	v.head = ui.PageHead{Title: "议定事项", Sub: rec.Meeting, Back: &ui.Link{Label: "议定事项", URL: page.MeetingTasksURL}, Print: true}
	v.facts = []ui.Fact{
		{Label: "事项", Text: rec.Text, Wide: true},
		{Label: "会议", Text: rec.Meeting, URL: page.LinkTo(actor, access.ViewMeetings, rec.MeetingID, page.MeetingURL)},
		{Label: "议题", Text: rec.Item},
		{Label: "负责人", Text: rec.Owner},
		{Label: "完成日期", Text: calendar.Date(rec.DueOn)},
	}
	add := func(label, text string) {
		if text != "" {
			v.facts = append(v.facts, ui.Fact{Label: label, Text: text})
		}
	}
	add("协同", rec.CoOwner)
	add("办完", page.Day(rec.DoneOn))
	add("进展", rec.Progress)
	if rec.ReplacedBy != 0 {
		v.facts = append(v.facts, ui.Fact{Label: "调整为", Text: "以后一次会议的议定事项", URL: page.MeetingTaskURL(rec.ReplacedBy)})
	}
	for _, m := range rec.Moves(actor) {
		u := ui.Move{Label: m.Label, Action: page.MeetingTaskURL(rec.ID) + "/" + m.Name, Consequence: taskConsequences[m.Name], Primary: m.Name == "progress", Grave: m.Grave, Version: strconv.Itoa(rec.Version)}
		sent.Fill(&u, m.Name, taskControls(&rec, m.Name, h.meetings.Now()))
		v.moves = append(v.moves, u)
	}
	sent.Unfold(v.moves)
	return v, nil
}

var taskConsequences = map[string]string{
	"progress":   "没有办完的，下次会议的议程上自动列出。",
	"completion": "登记完成后不能再改，下次会议不再列出。",
	"adjustment": "调整要由以后一次会议重新作出；原来的要求和日期留在记录里。",
}

func taskControls(rec *meeting.TaskRecord, name string, now time.Time) []ui.Control {
	switch name {
	case "progress":
		return []ui.Control{{Kind: "text", Field: ui.Field{Name: "progress", Label: "进展", Rows: 3, Max: meeting.MaxProgress}}}
	case "completion":
		return []ui.Control{
			{Kind: "text", Field: ui.Field{Name: "result", Label: "办理结果", Rows: 3, Max: meeting.MaxProgress}},
			{Kind: "input", Field: ui.Field{Name: "on", Label: "办完日期", Type: "date", Value: calendar.ISO(now)}},
		}
	}
	list := taskFields(append([]ui.Option{{Label: "请选择"}}, page.Rows(rec.Items, "")...))
	list[1].Value, list[2].Value, list[3].Value = rec.Text, rec.Owner, rec.CoOwner
	return list
}

var taskActs = map[string]act{
	"progress": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		t := a.Text("progress", "进展", meeting.MaxProgress, true)
		return a.Try(func() error { return s.Advance(ctx, actor, a.step(), t) })
	},
	"completion": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		t, on := a.Text("result", "办理结果", meeting.MaxProgress, true), a.Date("on", "办完日期", true)
		return a.Try(func() error { return s.Finish(ctx, actor, a.step(), on, t) })
	},
	"adjustment": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		n := readTask(a)
		return a.Try(func() error { return s.Adjust(ctx, actor, a.step(), n) })
	},
}

func (h handler) moveTask(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = taskActs[name](r.Context(), h.meetings, page.Actor(r), asked{sent})
		return sent.Answer(w, err, page.MeetingTaskURL(sent.ID), "“"+meeting.TaskProcedure.Move(name).Label+"”已完成。", func(code int) error {
			v, err := h.taskView(r, sent)
			if err != nil {
				return err
			}
			if code == http.StatusConflict {
				v.changed, v.left = page.Changed("这项议定事项"), sent.Left(v.moves)
			}
			return page.Render(w, r, code, taskPage(v))
		})
	}
}
