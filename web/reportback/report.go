package reportback

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/poll"
	"portal/internal/reportback"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// reportView is what the page of one report shows.
type reportView struct {
	rec     reportback.Report
	head    ui.PageHead
	status  ui.Status
	turn    string
	due     *ui.Due
	steps   []ui.ProcedureStep
	facts   []ui.Fact
	poll    *ui.Link // while people rate
	turnout string
	bars    []ui.Bar
	table   ui.Table
	few     string
	remarks []remark
	moves   []ui.Move
	events  []ui.Event
	bad     fault.Fields
	changed string
	left    []ui.Fact
}

// remark is a question or an opinion with how it stands.
type remark struct {
	reportback.Remarked
	by     string
	status *ui.Status
	due    *ui.Due
}

func (h handler) report(w http.ResponseWriter, r *http.Request) error {
	x, err := h.readReport(r)
	if err != nil {
		return err
	}
	v, err := h.reportView(r, x, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, reportPage(v))
}

func (h handler) reportView(r *http.Request, x reportback.Report, sent *page.Sent) (*reportView, error) {
	actor, now := page.Actor(r), h.reports.Now()
	cal, err := h.reports.Calendar(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	v := &reportView{rec: x, bad: sent.Bad(), status: statusOf(x.State), turn: turn(&x), steps: steps(&reportback.Procedure, x.State, reportback.Dropped)}
	v.head = ui.PageHead{
		Title: x.Name + "代表述职", Sub: x.Gathering.When() + "，" + x.Gathering.Place, Print: true,
		Back: &ui.Link{Label: x.Gathering.Title, URL: page.ReportSessionURL(x.SessionID)},
	}
	if x.Clock != nil {
		v.due = page.Due(cal, now, x.Clock.Label, x.Clock.DueOn, x.Clock.ID)
		v.due.Text += "，" + calendar.MonthDay(x.Clock.DueOn) + "到期"
	}
	v.facts = []ui.Fact{
		{Label: "代表", Text: x.Name, URL: page.LinkTo(actor, access.ViewDeputies, x.DeputyID, page.DeputyURL)},
		{Label: "选区", Text: x.District},
		{Label: "届", Text: x.Term},
		{Label: "交报告", Text: page.Day(x.WrittenAt)},
		{Label: "没有述职的原因", Text: x.Why, Wide: true},
	}
	v.facts = slices.DeleteFunc(v.facts, func(f ui.Fact) bool { return f.Text == "" })
	if x.State == reportback.Rating && x.Rating != nil {
		v.turnout = fmt.Sprintf("应投 %d 人，已投 %d 人。", x.Rating.Circle, x.Rating.Cast())
		if actor.May(access.KeepPolls) {
			v.poll = &ui.Link{Label: "发投票码、纸质票，投影", URL: page.PollURL(x.Rating.ID)}
		}
	}
	if x.PublishedAt != nil {
		if v.bars, v.table = rated(x.Ratings); len(v.bars) == 0 {
			v.few = fmt.Sprintf("收回的票少于 %d 张，各项票数不公布，以免看出是谁投的。", poll.Fewest)
		} else {
			v.head.Links = append(v.head.Links, ui.Link{Label: "测评结果", URL: page.ReportBackURL(x.ID) + "/document.docx", Icon: "document"})
		}
	}
	for _, m := range x.Remarks {
		v.remarks = append(v.remarks, standing(m, func(m reportback.Remarked) *ui.Due { return page.Due(cal, now, "书面反馈", *m.DueOn, m.DeadlineID) }))
	}
	if actor.DeputyID == 0 || actor.DeputyID == x.DeputyID {
		v.events = page.Events(x.Timeline)
	}
	v.moves = moves(&x, actor, sent)
	return v, nil
}

func turn(x *reportback.Report) string {
	n := x.Unanswered()
	if x.State == reportback.Published && n > 0 {
		return fmt.Sprintf("还有 %d 条意见待书面反馈", n)
	}
	if x.State == reportback.Published {
		return "待归档"
	}
	return reportback.Procedure.Info(x.State).Turn
}

func standing(m reportback.Remarked, due func(reportback.Remarked) *ui.Due) remark {
	out := remark{Remarked: m, by: "提问"}
	if m.Kind == reportback.Opinion {
		out.by = "意见"
		if m.AnsweredAt == nil {
			out.status = &ui.Status{Text: "待书面反馈", Tone: ui.ToneWait}
		}
	}
	if m.Author != "" {
		out.by += "，" + m.Author
	}
	if m.DueOn != nil {
		out.due = due(m)
	}
	return out
}

// rated are the bars and the table of a published rating; none where it is not shown.
func rated(list []reportback.Rated) (bars []ui.Bar, t ui.Table) {
	t = ui.Table{Caption: "测评结果", Columns: []ui.Column{{Label: "测评"}, {Label: "票数", Number: true}, {Label: "占收回的票", Number: true}}}
	for _, x := range list {
		if x.Option == poll.Invalid && x.Votes == 0 || x.Ballots == 0 {
			continue
		}
		name := reportback.OptionName(x.Option)
		bars = append(bars, ui.Bar{Label: name, Value: float64(x.Votes), Text: strconv.Itoa(x.Votes) + " 票"})
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: name}, {Text: strconv.Itoa(x.Votes)}, {Text: fmt.Sprintf("%.1f%%（%d/%d）", 100*float64(x.Votes)/float64(x.Ballots), x.Votes, x.Ballots)}}})
	}
	return bars, t
}

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"audience":     "邀请的选民听取述职，到场的参加测评。代表本人不参加对自己的测评。",
	"notice":       "名单上的人收到消息，名单从此固定；代表开始写述职报告。",
	"rescheduling": "已经通知的，名单上的人收到变动的消息并重新回执；交述职报告的期限随日期改变。",
	"opening":      "开始签到。之后逐位登记口头述职、提问、测评。",
	"closure":      "结束后不能再签到；没有签到、没有准假的记为缺席。",
	"cancellation": "取消后不能恢复；代表可以列入另一次述职会。",
	"text":         "口头述职以前可以修改；公布测评结果以后，报告在居民页面上公开。",
	"speech":       "登记后述职报告不能再改。",
	"question":     "当场的提问和回答。",
	"rating":       "到场的选民用账号、投票码或者纸质票测评，不记名。结束前没有人看得到结果。",
	"repeat":       "已经投的票全部删除，重新测评。",
	"publication":  "结束后不能再投。结果马上公布：各项票数，不涉及任何人。",
	"opinion":      "登记后书面反馈开始计时，代表收到提醒。",
	"answer":       "反馈后不能修改；请把书面反馈送给提意见的选民。",
	"archive":      "归档后不能再改；一次述职会的述职都归档后，签到也不能再更正。",
	"absence":      "登记后这次不述职；本届内可以列入另一次述职会。",
}

var primary = map[string]bool{"text": true, "speech": true, "rating": true, "publication": true, "answer": true, "archive": true}

func moves(x *reportback.Report, actor access.Actor, sent *page.Sent) (list []ui.Move) {
	for _, m := range x.Moves(actor) {
		u := ui.Move{Label: m.Label, Action: page.ReportBackURL(x.ID) + "/" + m.Name, Consequence: consequences[m.Name], Primary: primary[m.Name], Grave: m.Grave, Version: strconv.Itoa(x.Version)}
		if m.Name == "text" && x.State == reportback.Written {
			u.Label, u.Primary = "修改述职报告", false
		}
		sent.Fill(&u, m.Name, controls(x, m.Name))
		list = append(list, u)
	}
	sent.Unfold(list)
	return list
}

func controls(x *reportback.Report, name string) []ui.Control {
	long := func(name, label, hint string, rows, most int) ui.Control {
		return ui.Control{Kind: "text", Field: ui.Field{Name: name, Label: label, Hint: hint, Rows: rows, Max: most}}
	}
	author := ui.Control{Kind: "input", Field: ui.Field{Name: "author", Label: "选民姓名", Optional: true, Hint: "不愿留名的不填", Max: reportback.MaxName}}
	switch name {
	case "text":
		c := long("text", "述职报告", "写事实：出席会议、视察、接待、提出的建议和结果、还没有做到的事。", 16, reportback.MaxText)
		c.Value = x.Text
		return []ui.Control{c, {Kind: "files", Field: ui.Field{Name: "files", Label: "附件", Optional: true, Hint: page.UploadHint(x.Limits)}}}
	case "question":
		return []ui.Control{long("text", "提问", "", 3, reportback.MaxRemark), author, long("answer", "当场的回答", "", 4, reportback.MaxAnswer)}
	case "opinion":
		return []ui.Control{long("text", "意见", "", 4, reportback.MaxRemark), author}
	case "answer":
		options := []ui.Option{{Label: "请选择意见"}}
		for _, m := range x.Remarks {
			if m.AnsweredAt == nil {
				options = append(options, ui.Option{Value: page.Number(m.ID), Label: short(m.Text)})
			}
		}
		c := ui.Control{Kind: "select", Field: ui.Field{Name: "remark", Label: "意见", Options: options}}
		if len(options) == 2 {
			c.Options, c.Value = options[1:], options[1].Value
		}
		return []ui.Control{c, long("answer", "书面反馈", "", 6, reportback.MaxAnswer)}
	case "repeat", "absence":
		return []ui.Control{long("why", "理由", "", 3, reportback.MaxWhy)}
	}
	return nil
}

func short(s string) string {
	r := []rune(s)
	if len(r) <= 30 {
		return s
	}
	return string(r[:30]) + "……"
}

func (h handler) actReport(ctx context.Context, actor access.Actor, sent *page.Sent) error {
	s, step := h.reports, reportback.Step{ID: sent.ID, Version: sent.Version}
	remark := func(answered bool) reportback.Remark {
		m := reportback.Remark{Text: sent.Text("text", "内容", reportback.MaxRemark, true), Author: sent.Line("author", "姓名", text.Name, false)}
		if answered {
			m.Answer = sent.Text("answer", "回答", reportback.MaxAnswer, true)
		}
		return m
	}
	switch sent.Name {
	case "text":
		t, files := sent.Text("text", "述职报告", reportback.MaxText, true), sent.Files("files")
		return sent.Try(func() error { return s.Write(ctx, actor, step, t, files...) })
	case "speech":
		return s.Speak(ctx, actor, step)
	case "question":
		m := remark(true)
		return sent.Try(func() error { return s.Ask(ctx, actor, step, m) })
	case "opinion":
		m := remark(false)
		return sent.Try(func() error { return s.Note(ctx, actor, step, m) })
	case "rating":
		return s.Rate(ctx, actor, step)
	case "publication":
		return s.Publish(ctx, actor, step)
	case "answer":
		id, t := sent.Row("remark", "意见"), sent.Text("answer", "书面反馈", reportback.MaxAnswer, true)
		return sent.Try(func() error { return s.Answer(ctx, actor, step, id, t) })
	case "archive":
		return s.Archive(ctx, actor, step)
	}
	why := sent.Text("why", "理由", reportback.MaxWhy, true)
	return sent.Try(func() error {
		if sent.Name == "repeat" {
			return s.Repeat(ctx, actor, step, why)
		}
		return s.Miss(ctx, actor, step, why)
	})
}

func (h handler) moveReport(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = h.actReport(r.Context(), page.Actor(r), sent)
		return sent.Answer(w, err, page.ReportBackURL(sent.ID), "“"+reportback.Procedure.Move(name).Label+"”已完成。", func(code int) error {
			x, err := h.readReport(r)
			if err != nil {
				return err
			}
			v, err := h.reportView(r, x, sent)
			if err != nil {
				return err
			}
			if code == http.StatusConflict {
				v.changed, v.left = page.Changed("这次述职"), sent.Left(v.moves)
			}
			return page.Render(w, r, code, reportPage(v))
		})
	}
}
