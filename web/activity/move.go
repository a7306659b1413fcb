package activity

import (
	"context"
	"net/http"
	"strings"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/text"
	"portal/web/page"
)

// asked is a move as it was sent, and how this room reads its fields.
type asked struct{ *page.Sent }

func (a asked) step() activity.Step { return activity.Step{ID: a.ID, Version: a.Version} }

func (a asked) reason(name, label string, required bool) string {
	return a.Text(name, label, activity.MaxReason, required)
}

// change reads another time and place.
func (a asked) change() activity.Change {
	ends := a.Value("ends_on")
	if ends == "" {
		ends = a.Value("starts_on")
	}
	return activity.Change{
		Place:    a.Line("place", "地点", activity.MaxPlace, true),
		StartsAt: moment(&a.Read, a.Field("starts_on"), a.Value("starts_on"), a.Field("starts_at"), a.Value("starts_at"), "开始"),
		EndsAt:   moment(&a.Read, a.Field("ends_on"), ends, a.Field("ends_at"), a.Value("ends_at"), "结束"),
		Why:      a.reason("why", "改期的理由", true),
	}
}

// lines are the lines of a text that are not empty.
func lines(s string) (list []string) {
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			list = append(list, l)
		}
	}
	return list
}

func (a asked) paper(label string) activity.Answer {
	return activity.Answer{ID: a.Row("forwarding", "单位"), Text: a.Text("text", label, activity.MaxText, true), Who: a.Line("who", "签发人", text.Name, true), Files: a.Files("files")}
}

// own are the texts that single units get instead of the common one.
func (a asked) own() map[int64]string {
	own := map[int64]string{}
	for _, end := range a.Named("own-") {
		if unit := page.Int64(end); unit > 0 {
			own[unit] = a.Text(activity.OwnField(unit), "要求", activity.MaxContent, false)
		}
	}
	return own
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"submission": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		return s.Submit(ctx, actor, a.step())
	},
	"approval": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		t := a.reason("note", "审批意见", false)
		return a.Try(func() error { return s.Approve(ctx, actor, a.step(), t) })
	},
	"revision": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		t := a.reason("reason", "要改什么", true)
		return a.Try(func() error { return s.SendBack(ctx, actor, a.step(), t) })
	},
	"notice": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		return s.Notify(ctx, actor, a.step())
	},
	"rescheduling": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		c := a.change()
		return a.Try(func() error { return s.Reschedule(ctx, actor, a.step(), c) })
	},
	"statement": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		t := a.Text("text", "单位汇报", activity.MaxText, true)
		return a.Try(func() error { return s.State(ctx, actor, a.step(), t, "") })
	},
	"paper-statement": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		t, who := a.Text("text", "单位汇报", activity.MaxText, true), a.Line("who", "签发人", text.Name, true)
		return a.Try(func() error { return s.State(ctx, actor, a.step(), t, who) })
	},
	"survey": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		t := a.Text("text", "调查情况", activity.MaxText, true)
		return a.Try(func() error { return s.Survey(ctx, actor, a.step(), t) })
	},
	"opening": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		return s.Open(ctx, actor, a.step())
	},
	"rating": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		return s.Rate(ctx, actor, a.step())
	},
	"rating-closure": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		return s.CloseRating(ctx, actor, a.step())
	},
	"rating-cancellation": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		t := a.reason("why", "作废的理由", true)
		return a.Try(func() error { return s.CancelRating(ctx, actor, a.step(), t) })
	},
	"closure": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		return s.Close(ctx, actor, a.step())
	},
	"record": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		o := activity.Outcome{
			Summary: a.Text("summary", "活动情况", activity.MaxText, true), Visited: a.Text("visited", "走访的单位和地点", activity.MaxVisited, false),
			Findings: lines(a.Text("findings", "发现的问题和意见建议", activity.MaxFinding*activity.MaxFindings, false)), Files: a.Files("files"),
		}
		return a.Try(func() error { return s.Record(ctx, actor, a.step(), o) })
	},
	"photos": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		return s.Attach(ctx, actor, a.step(), a.Files("files"))
	},
	"report": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		t := a.Text("text", "报告", activity.MaxReport, true)
		return a.Try(func() error { return s.Report(ctx, actor, a.step(), t) })
	},
	"forwarding": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		l := activity.Letter{Units: a.Rows("units", activity.MaxUnits+1), Content: a.Text("content", "转交的要求", activity.MaxContent, true), Own: a.own()}
		return a.Try(func() error { return s.Forward(ctx, actor, a.step(), l) })
	},
	"feedback": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		x := activity.Answer{Text: a.Text("text", "反馈内容", activity.MaxText, true), Files: a.Files("files")}
		return a.Try(func() error { return s.Feed(ctx, actor, a.step(), x) })
	},
	"rectification": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		x := activity.Answer{Text: a.Text("text", "整改情况", activity.MaxText, true), Files: a.Files("files")}
		return a.Try(func() error { return s.Rectify(ctx, actor, a.step(), x) })
	},
	"paper-feedback": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		x := a.paper("反馈内容")
		return a.Try(func() error { return s.EnterFeedback(ctx, actor, a.step(), x) })
	},
	"paper-rectification": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		x := a.paper("整改情况")
		return a.Try(func() error { return s.EnterRectification(ctx, actor, a.step(), x) })
	},
	"waiver": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		f, t := a.Row("forwarding", "单位"), a.reason("why", "没有反馈的理由", true)
		return a.Try(func() error { return s.Waive(ctx, actor, a.step(), f, t) })
	},
	"archive": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		t := a.reason("unforwarded_why", "不转交的理由", false)
		return a.Try(func() error { return s.Archive(ctx, actor, a.step(), t) })
	},
	"cancellation": func(ctx context.Context, s *activity.Store, actor access.Actor, a asked) error {
		t := a.reason("why", "取消的理由", true)
		return a.Try(func() error { return s.Cancel(ctx, actor, a.step(), t) })
	},
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = acts[name](r.Context(), h.activities, page.Actor(r), asked{sent})
		said := "“" + activity.Procedure.Move(name).Label + "”已完成。"
		return sent.Answer(w, err, page.ActivityURL(sent.ID), said, func(code int) error { return h.again(w, r, code, sent) })
	}
}

// again shows the record with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, err := h.view(r, rec, sent)
	if err != nil {
		return err
	}
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("这次活动"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, recordPage(v))
}
