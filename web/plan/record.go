package plan

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/plan"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one plan shows.
type recordView struct {
	rec       plan.Record
	head      ui.PageHead
	status    ui.Status
	turn      string
	due       *ui.Due
	steps     []ui.ProcedureStep
	facts     []ui.Fact
	figures   []ui.Figure
	items     ui.Table
	add       *ui.Link
	opinions  []opinion
	decisions ui.Table
	changes   ui.Table
	editions  ui.Table
	moves     []ui.Move
	events    []ui.Event
	bad       fault.Fields
	changed   string // somebody else changed the record meanwhile
	left      []ui.Fact
	typed     string // the preamble, where the reader may write it
	writes    bool
}

// opinion is one consultation with its answer.
type opinion struct {
	facts  []ui.Fact
	points ui.Table
	files  []ui.Attachment
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	q := page.Query[struct {
		Format string `form:"format"`
	}](r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, &rec, q.Format)
	}
	return page.OK(w, r, recordPage(h.view(r, rec, nil)))
}

func (h handler) view(r *http.Request, rec plan.Record, sent *page.Sent) *recordView {
	actor, now := page.Actor(r), h.plans.Now()
	v := &recordView{rec: rec, bad: sent.Bad(), status: statusOf(rec.State), turn: turn(&rec), steps: steps(rec.State), facts: facts(&rec)}
	v.head = ui.PageHead{Title: rec.Title(), Back: &ui.Link{Label: "年度计划", URL: page.PlansURL}, Links: papers(actor, &rec), Print: true}
	if c := rec.Waiting(); c != nil && c.DeadlineID != 0 {
		v.due = page.Due(rec.Calendar, now, "反馈", c.DueOn, c.DeadlineID)
		v.due.Text += "，" + calendar.MonthDay(c.DueOn) + "到期"
	}
	desk := actor.May(access.DraftPlan)
	v.writes, v.typed = desk && plan.Typing(rec.State), rec.Preamble
	if desk && (plan.Typing(rec.State) || rec.State == plan.Adjusting) && len(rec.Items) < plan.MaxItems {
		v.add = &ui.Link{Label: "增加条目", URL: page.PlanURL(rec.ID) + "/items/new", Icon: "plus"}
	}
	if rec.IssuedOn != nil {
		v.figures = figures(&rec, now)
	}
	v.items = items(&rec, now)
	for i := range rec.Consultations {
		v.opinions = append(v.opinions, opinionOf(&rec, &rec.Consultations[i]))
	}
	v.decisions, v.changes, v.editions = decisions(&rec), changes(&rec), editions(&rec)
	v.moves = h.moves(&rec, rec.Moves(actor, now), sent)
	if actor.Role.Info().Scope != access.ScopeSelf {
		v.events = page.Events(rec.Timeline)
	}
	return v
}

// turn says whose turn it is.
func turn(rec *plan.Record) string {
	t := plan.Procedure.Info(rec.State).Turn
	switch n := len(rec.Unanswered()); {
	case rec.State == plan.Revising && n > 0:
		t = fmt.Sprintf("还有 %d 条意见待说明采纳情况", n)
	case rec.State == plan.Revising:
		t = "可以提请主任会议审议"
	}
	return t
}

func papers(actor access.Actor, rec *plan.Record) []ui.Link {
	at := page.PlanURL(rec.ID)
	list := []ui.Link{{Label: "计划文件", URL: at + "/document.docx", Icon: "document"}}
	if len(rec.Consultations) > 0 && actor.May(access.AdvisePlan) {
		list = append(list, ui.Link{Label: "征求意见函", URL: at + "/letter.docx", Icon: "document"})
	}
	if rec.FiledOn != nil {
		list = append(list, ui.Link{Label: "报备报告", URL: at + "/report.docx", Icon: "document"})
	}
	return append(list, ui.Link{Label: "导出计划表", URL: at + "?format=xlsx", Icon: "export"})
}

// steps is the line of the procedure; a change during the year is no step of it.
func steps(now procedure.State) (list []ui.ProcedureStep) {
	if now == plan.Adjusting {
		now = plan.Executing
	}
	state := "past"
	for _, s := range plan.Procedure.States {
		if s.State == plan.Adjusting {
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

func facts(rec *plan.Record) []ui.Fact {
	list := []ui.Fact{
		{Label: "总体要求", Text: rec.Preamble, Wide: true},
		{Label: "调整的理由", Text: rec.AdjustsWhy, Wide: true},
		{Label: "街道", Text: rec.Street},
		{Label: "主任会议通过", Text: page.Day(rec.PassedOn)},
		{Label: "报市人大常委会", Text: page.Day(rec.FiledOn)},
		{Label: "印发", Text: page.Day(rec.IssuedOn)},
		{Label: "文号", Text: rec.DocNumber},
		{Label: "签发", Text: rec.Issuer},
	}
	if rec.ArchivedOn != nil {
		list = append(list, ui.Fact{Label: "归档", Text: calendar.Date(*rec.ArchivedOn) + "，保管期限" + choice.Name(plan.Retentions, rec.Retention)})
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

func figures(rec *plan.Record, now time.Time) []ui.Figure {
	all, finished, behind, changed := 0, 0, 0, 0
	for _, i := range rec.Items {
		if i.Dropped || i.Added {
			changed++
		}
		switch {
		case i.Dropped:
			continue
		case i.Status == plan.Done:
			finished++
		case i.Behind(rec.Year, calendar.On(now)):
			behind++
		}
		all++
	}
	note := "截至" + calendar.Date(now)
	return []ui.Figure{
		{Label: "完成", Value: strconv.Itoa(finished) + " / " + strconv.Itoa(all), Unit: "项", Note: note},
		{Label: "逾期", Value: strconv.Itoa(behind), Unit: "项", Note: note},
		{Label: "年中增加、取消", Value: strconv.Itoa(changed), Unit: "项"},
	}
}

// progress is how far an item is.
func progress(i *plan.Line, year int, now time.Time) ui.Status {
	switch {
	case i.Dropped:
		return ui.Status{Text: "已取消", Tone: ui.ToneDone}
	case i.Status == plan.Done:
		return ui.Status{Text: "已完成", Tone: ui.ToneGo}
	case i.Behind(year, calendar.On(now)):
		return ui.Status{Text: "逾期", Tone: ui.ToneStop}
	case i.Status == plan.Waiting:
		return ui.Status{Text: "未开始", Tone: ui.TonePlain}
	}
	return ui.Status{Text: choice.Name(plan.Progresses, i.Status), Tone: ui.ToneWait}
}

func items(rec *plan.Record, now time.Time) ui.Table {
	t := ui.Table{Caption: "条目", Columns: []ui.Column{{Label: "月份"}, {Label: "工作内容"}, {Label: "类型", Less: true}, {Label: "依据", Less: true}, {Label: "责任人"}, {Label: "预期成果", Less: true}}}
	shown := rec.IssuedOn != nil
	if shown {
		t.Columns = append(t.Columns, ui.Column{Label: "进展"})
	}
	for _, i := range rec.Items {
		url := page.PlanItemURL(i.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: strconv.Itoa(i.Month) + "月"},
			{Text: i.Theme, URL: url},
			{Text: choice.Name(plan.Kinds, i.Kind)},
			{Text: choice.Name(plan.Bases, i.Basis)},
			{Text: i.Owner, Sub: i.Group},
			{Text: i.Output},
		}}
		if i.Added {
			row.Cells[1].Sub = "年中增加"
		}
		if shown {
			s := progress(&i, rec.Year, now)
			row.Cells = append(row.Cells, ui.Cell{Status: &s})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func opinionOf(rec *plan.Record, c *plan.Consultation) (o opinion) {
	o.facts = []ui.Fact{{Label: "征求意见", Text: calendar.Date(c.SentOn) + "，" + c.Number}}
	if c.ReceivedOn == nil {
		o.facts = append(o.facts, ui.Fact{Label: "反馈", Text: "未反馈，" + calendar.Date(c.DueOn) + "前"})
		return o
	}
	when := calendar.Date(*c.DatedOn)
	if c.ReplyNumber != "" {
		when += "，" + c.ReplyNumber
	}
	o.facts = append(o.facts, ui.Fact{Label: "书面意见", Text: when}, ui.Fact{Label: "登记", Text: calendar.Date(*c.ReceivedOn) + "，" + c.Recorder}, ui.Fact{Label: "意见正文", Text: c.Reply, Wide: true})
	o.points = ui.Table{Caption: "采纳情况", Columns: []ui.Column{{Label: "意见"}, {Label: "采纳情况"}}}
	for _, p := range rec.Points {
		if p.ConsultationID != c.ID {
			continue
		}
		status := ui.Status{Text: "待说明", Tone: ui.ToneWait}
		if p.Answer != "" {
			status = ui.Status{Text: choice.Name(plan.Answers, p.Answer), Tone: map[string]ui.Tone{"adopted": ui.ToneGo}[p.Answer]}
			if status.Tone == "" {
				status.Tone = ui.TonePlain
			}
		}
		o.points.Rows = append(o.points.Rows, ui.Row{Cells: []ui.Cell{{Text: strconv.Itoa(p.Ordinal) + ". " + p.Text}, {Status: &status, Sub: p.AnswerText}}})
	}
	for _, f := range rec.Files {
		if f.OwnerID == c.ID {
			o.files = append(o.files, page.Attachments([]file.Attachment{f})...)
		}
	}
	return o
}

func decisions(rec *plan.Record) ui.Table {
	t := ui.Table{Caption: "主任会议审议", Columns: []ui.Column{{Label: "会议"}, {Label: "主持"}, {Label: "应到", Number: true}, {Label: "实到", Number: true}, {Label: "赞成", Number: true}, {Label: "结果"}}}
	for _, d := range rec.Decisions {
		about, verdicts := "审议计划", plan.Verdicts
		if d.About == "adjustment" {
			about, verdicts = "审议调整", plan.Changed
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: calendar.Date(d.MetOn), Sub: about},
			{Text: d.Chair},
			{Text: strconv.Itoa(d.Due)},
			{Text: strconv.Itoa(d.Present)},
			{Text: strconv.Itoa(d.InFavor)},
			{Text: choice.Name(verdicts, d.Verdict), Sub: d.Note},
		}})
	}
	return t
}

func changes(rec *plan.Record) ui.Table {
	t := ui.Table{Caption: "改动", Columns: []ui.Column{{Label: "改动"}, {Label: "原来", Less: true}, {Label: "理由"}, {Label: "审议"}}}
	for _, c := range rec.Changes {
		state := "待审议"
		if c.DecidedOn != nil {
			state = calendar.Date(*c.DecidedOn) + choice.Name(plan.Changed, c.Verdict)
		}
		what := ui.Cell{Text: choice.Name(plan.Actions, c.Action) + "：" + strconv.Itoa(c.Month) + "月 " + c.Theme}
		if c.ItemID != 0 {
			what.URL = page.PlanItemURL(c.ItemID)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			what,
			{Text: c.Before},
			{Text: c.Reason},
			{Text: state},
		}})
	}
	return t
}

func editions(rec *plan.Record) ui.Table {
	t := ui.Table{Caption: "各版", Columns: []ui.Column{{Label: "版次"}, {Label: "主任会议"}, {Label: "报市人大常委会"}, {Label: "市级收文"}}}
	for _, e := range rec.Editions {
		url := page.PlanURL(rec.ID) + "/editions/" + strconv.Itoa(e.Ordinal)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: fmt.Sprintf("第%d版", e.Ordinal), URL: url, Sub: e.Reason}, {Text: calendar.Date(e.DecidedOn)}, {Text: "未报备"}, {Text: "—"},
		}}
		if e.SentOn != nil {
			row.Cells[2] = ui.Cell{Text: calendar.Date(*e.SentOn), Sub: e.Number}
			row.Cells[3] = ui.Cell{Text: "未收文"}
		}
		if e.ReceivedOn != nil {
			row.Cells[3] = ui.Cell{Text: calendar.Date(*e.ReceivedOn), Sub: e.Comment}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// signed says who signed the summary, or that nobody has.
func signed(s *plan.Summary) string {
	if s.ConcludedOn == nil {
		return "起草于" + calendar.Date(s.DraftedOn) + "，未审定，未公开"
	}
	return calendar.Date(*s.ConcludedOn) + "由" + s.Concluder + "审定，已公开"
}
