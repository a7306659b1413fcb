package poll

import (
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/poll"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one poll shows.
type recordView struct {
	rec     poll.Record
	head    ui.PageHead
	status  ui.Status
	turn    string
	own     string
	ownTone ui.Tone
	facts   []ui.Fact
	figures []ui.Figure
	results []result
	few     string // why there is no split
	moves   []ui.Move
	circle  ui.Table
	events  []ui.Event
	bad     fault.Fields
	changed string
	left    []ui.Fact
}

// result is one question with what came of it.
type result struct {
	id, text, verdict string
	bars              []ui.Bar
	table             ui.Table
}

func statusOf(s procedure.State) ui.Status {
	tone := ui.ToneGo
	if s != poll.Opened {
		tone = ui.ToneDone
	}
	return ui.Status{Text: poll.Procedure.Info(s).Name, Tone: tone}
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(h.view(r, rec, nil)))
}

func (h handler) view(r *http.Request, rec poll.Record, sent *page.Sent) *recordView {
	actor := page.Actor(r)
	v := &recordView{rec: rec, status: statusOf(rec.State), turn: turn(&rec), facts: facts(&rec), figures: figures(&rec.Turnout, rec.State), bad: sent.Bad()}
	v.head = ui.PageHead{Title: rec.Title, Sub: rec.Committee, Back: &ui.Link{Label: "投票和测评", URL: page.PollsURL}}
	if rec.Keeps(actor) {
		v.head.Back = &ui.Link{Label: "回到" + choice.Name(backs, rec.Kind), URL: rec.Link}
		v.circle, v.events = circle(&rec), page.Events(rec.Timeline)
		if rec.State == poll.Opened {
			v.head.Primary = &ui.Link{Label: "投影屏", URL: page.PollURL(rec.ID) + "/screen", Icon: "desk"}
			v.head.Links = []ui.Link{{Label: "打印纸质票", URL: page.PollURL(rec.ID) + "/papers", Icon: "print"}}
		}
	}
	v.ownTone, v.own = own(&rec)
	v.results, v.few = results(&rec.Result)
	v.moves = moves(&rec, rec.Moves(actor), sent)
	return v
}

var backs = []choice.Term{{Key: poll.Topic, Name: "会议"}, {Key: poll.Appraisal, Name: "活动"}, {Key: poll.Report, Name: "述职"}}

func turn(rec *poll.Record) string {
	switch rec.State {
	case poll.Opened:
		return "不记名：只记谁投过票，不记谁选了什么。结束前没有人看得到结果。"
	case poll.Cancelled:
		return "已作废：" + rec.Why
	}
	return page.Day(rec.ClosedAt) + "结束，应投 " + strconv.Itoa(rec.Circle) + " 人，收回 " + strconv.Itoa(rec.Cast()) + " 票。"
}

// own says how it stands with the reader who is of the circle.
func own(rec *poll.Record) (ui.Tone, string) {
	switch o := rec.Own; {
	case o == nil || rec.State == poll.Cancelled:
		return "", ""
	case o.TookPart:
		return ui.ToneGo, "您已投票。"
	case o.Channel == "slip":
		return ui.ToneGo, "您领了投票码，请用投票码投票。"
	case o.Channel == "paper":
		return ui.ToneGo, "您领了纸质票，请在纸质票上填写。"
	case rec.State == poll.Closed:
		return ui.ToneDone, "您没有投票。"
	}
	return "", ""
}

func facts(rec *poll.Record) []ui.Fact {
	list := []ui.Fact{
		{Label: "事项", Text: choice.Name(poll.Kinds, rec.Kind)},
		{Label: "日期", Text: calendar.Date(rec.HeldOn)},
	}
	if rec.Round > 1 {
		list = append(list, ui.Fact{Label: "次数", Text: fmt.Sprintf("第 %d 次", rec.Round)})
	}
	return list
}

func figures(t *poll.Turnout, state procedure.State) []ui.Figure {
	n := strconv.Itoa
	list := []ui.Figure{{Label: "应投", Value: n(t.Circle), Unit: "人"}}
	how := ""
	if t.Slips > 0 || t.Papers > 0 {
		how = fmt.Sprintf("账号 %d，投票码 %d/%d，纸质票 %d/%d", t.Signed, t.Used, t.Slips, t.Collected, t.Papers)
	}
	label := "已投"
	if state != poll.Opened {
		label = "收回"
	}
	return append(list, ui.Figure{Label: label, Value: n(t.Cast()), Unit: "票", Note: how})
}

// results are the questions with their sums; why says why there are none.
func results(r *poll.Result) (list []result, why string) {
	if r.State != poll.Closed {
		return nil, ""
	}
	if !r.Split() {
		return nil, fmt.Sprintf("收回的票少于 %d 张，各项票数不公布，以免看出是谁投的。", poll.Fewest)
	}
	for _, q := range r.Questions {
		one := result{id: "q" + strconv.Itoa(q.Number), text: q.Text, table: ui.Table{Caption: q.Text, Columns: []ui.Column{{Label: "选项"}, {Label: "票数", Number: true}, {Label: "占收回的票", Number: true}}}}
		if q.Scale == poll.Rating {
			one.verdict = "测评结果：" + r.Verdict(q.Number) + "（以应投 " + strconv.Itoa(r.Circle) + " 人过半数计）"
		}
		for _, l := range r.Lines(q) {
			one.bars = append(one.bars, ui.Bar{Label: l.Name, Value: float64(l.Votes), Text: strconv.Itoa(l.Votes) + " 票"})
			one.table.Rows = append(one.table.Rows, ui.Row{Cells: []ui.Cell{{Text: l.Name}, {Text: strconv.Itoa(l.Votes)}, {Text: share(l.Votes, r.Cast())}}})
		}
		list = append(list, one)
	}
	return list, ""
}

func share(n, of int) string {
	if of == 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f%%（%d/%d）", 100*float64(n)/float64(of), n, of)
}

var channels = map[string]string{"slip": "投票码", "paper": "纸质票"}

// circle is who may, for who keeps the poll: who has taken part, never what for.
func circle(rec *poll.Record) ui.Table {
	t := ui.Table{Caption: "参加投票的人", Columns: []ui.Column{{Label: "姓名"}, {Label: "方式"}, {Label: "投票"}}}
	for _, x := range rec.Voters {
		row := ui.Row{Cells: []ui.Cell{{Text: x.Name, Sub: x.Duty}, {Text: "账号"}, {Text: "—"}}}
		switch {
		case x.Channel != "":
			row.Cells[1].Text, row.Cells[2].Text = channels[x.Channel], "已领票"
		case x.TookPart:
			row.Cells[2] = ui.Cell{Status: &ui.Status{Text: "已投", Tone: ui.ToneGo}}
		case !x.Account:
			row.Cells[1] = ui.Cell{Status: &ui.Status{Text: "没有账号，待领票", Tone: ui.ToneWait}}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// listView is what the page of polls shows.
type listView struct {
	table       ui.Table
	next, first string
}

const perPage = 50

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		After string `form:"after"`
	}](r)
	actor := page.Actor(r)
	list, next, err := h.polls.Mine(r.Context(), actor, db.ParseCursor(q.After), perPage)
	if err != nil {
		return err
	}
	v := listView{next: page.Next(r, next.String()), table: ui.Table{Caption: "投票和测评", Columns: []ui.Column{{Label: "名称"}, {Label: "事项"}, {Label: "日期", Day: true}, {Label: "状态"}, {Label: "收回/应投", Number: true}}}}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	for _, p := range list {
		s, url := statusOf(p.State), page.PollURL(p.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: p.Title, URL: url}, {Text: choice.Name(poll.Kinds, p.Kind)}, {Text: calendar.Date(p.HeldOn)}, {Status: &s}, {Text: strconv.Itoa(p.Cast()) + "/" + strconv.Itoa(p.Circle)},
		}}
		if actor.StreetID == 0 {
			row.Cells[0].Sub = p.Street
		}
		v.table.Rows = append(v.table.Rows, row)
	}
	return page.OK(w, r, listPage(v))
}
