package plan

import (
	"context"
	"net/http"

	"portal/internal/access"
	"portal/internal/plan"
	"portal/web/page"
)

// asked is a move as it was sent, and how this room reads its fields.
type asked struct{ *page.Sent }

func (a asked) step() plan.Step { return plan.Step{ID: a.ID, Version: a.Version} }

func (a asked) reason(name, label string, required bool) string {
	return a.Text(name, label, plan.MaxReason, required)
}

// meeting reads what a directors' meeting decided.
func (a asked) meeting() plan.Meeting {
	return plan.Meeting{
		MetOn: a.Date("met_on", "会议日期", true), ChairID: a.Row("chair", "主持人"), Present: a.Int("present", "实到人数", 0, 1000), For: a.Int("for", "赞成人数", 0, 1000),
		Verdict: a.Value("verdict"), Note: a.reason("note", "意见", false),
	}
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error

// plainly is a move without fields.
func plainly(do func(s *plan.Store, ctx context.Context, actor access.Actor, step plan.Step) error) act {
	return func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		return do(s, ctx, actor, a.step())
	}
}

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"removal": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		i := a.Row("item", "条目")
		return a.Try(func() error { return s.Remove(ctx, actor, a.step(), i) })
	},
	"consultation": plainly((*plan.Store).Consult),
	"opinion": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		o := plan.Opinion{
			DatedOn: a.Date("dated_on", "意见的日期", true), Number: a.Line("number", "文号", plan.MaxNumber, false),
			Text: a.Text("text", "意见正文", plan.MaxOpinion, true), Points: plan.ParsePoints(a.Text("points", "逐条意见", plan.MaxPoints*plan.MaxPoint, false)),
			Paper: a.Files("paper"),
		}
		return a.Try(func() error { return s.Advise(ctx, actor, a.step(), o) })
	},
	"answer": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		p, answer, why := a.Row("point", "意见"), a.Choice("answer", "是否采纳", plan.Answers), a.reason("reason", "理由", false)
		return a.Try(func() error { return s.Answer(ctx, actor, a.step(), p, answer, why) })
	},
	"submission": plainly((*plan.Store).Submit),
	"deliberation": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		m := a.meeting()
		return a.Try(func() error { return s.Deliberate(ctx, actor, a.step(), m) })
	},
	"filing": plainly((*plan.Store).File),
	"receipt": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		t := a.Text("comment", "意见", plan.MaxComment, false)
		return a.Try(func() error { return s.Receive(ctx, actor, a.step(), t) })
	},
	"issue": plainly((*plan.Store).Issue),
	"progress": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		p := plan.Progress{ItemID: a.Row("item", "条目"), Month: a.Int("month", "月份", 1, 12), Status: a.Choice("status", "进展", plan.Progresses), Note: a.Text("note", "进展情况", plan.MaxNote, true)}
		return a.Try(func() error { return s.Report(ctx, actor, a.step(), p) })
	},
	"adjustment": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		t := a.reason("why", "调整的理由", true)
		return a.Try(func() error { return s.Adjust(ctx, actor, a.step(), t) })
	},
	"dropping": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		i, t := a.Row("item", "条目"), a.reason("reason", "取消的理由", true)
		return a.Try(func() error { return s.Drop(ctx, actor, a.step(), i, t) })
	},
	"taking-back": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		c := a.Row("change", "改动")
		return a.Try(func() error { return s.TakeBack(ctx, actor, a.step(), c) })
	},
	"adjustment-decision": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		m := a.meeting()
		return a.Try(func() error { return s.Decide(ctx, actor, a.step(), m) })
	},
	"withdrawal": plainly((*plan.Store).Withdraw),
	"refiling":   plainly((*plan.Store).Refile),
	"summary":    plainly((*plan.Store).Summarise),
	"wording": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		t := a.Text("text", "总结", plan.MaxSummary, true)
		return a.Try(func() error { return s.Word(ctx, actor, a.step(), t) })
	},
	"conclusion": plainly((*plan.Store).Conclude),
	"archive": func(ctx context.Context, s *plan.Store, actor access.Actor, a asked) error {
		t := a.Choice("retention", "保管期限", plan.Retentions)
		return a.Try(func() error { return s.Archive(ctx, actor, a.step(), t) })
	},
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = acts[name](r.Context(), h.plans, page.Actor(r), asked{sent})
		said := "“" + plan.Procedure.Move(name).Label + "”已完成。"
		return sent.Answer(w, err, page.PlanURL(sent.ID), said, func(code int) error {
			rec, err := h.read(r)
			if err != nil {
				return err
			}
			v := h.view(r, rec, sent)
			if code == http.StatusConflict {
				v.changed, v.left = page.Changed("这份计划"), sent.Left(v.moves)
			}
			return page.Render(w, r, code, recordPage(v))
		})
	}
}
