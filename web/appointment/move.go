package appointment

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/text"
	"portal/web/page"
)

// asked is a move as it was sent, and how this room reads its fields.
type asked struct{ *page.Sent }

func (a asked) step() appointment.Step { return appointment.Step{ID: a.ID, Version: a.Version} }

func (a asked) name(name, label string) string { return a.Line(name, label, text.Name, true) }

func (a asked) late() string { return a.Line("late_reason", "理由", appointment.MaxReason, false) }

func (a asked) reason(label string) string {
	return a.Text("reason", label, appointment.MaxReason, true)
}

func (a asked) day(name, label string) time.Time { return a.Date(name, label, true) }

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"submission": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		n := appointment.Submission{
			SignedBy: a.Line("signed_by", "签署任免案的负责人", appointment.MaxReason, true), SessionOn: a.day("session_on", "常委会会议日期"), LateReason: a.late(),
		}
		return a.Try(func() error { return s.Submit(ctx, actor, a.step(), n) })
	},
	"withdrawal": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		why := a.reason("撤回的理由")
		return a.Try(func() error { return s.Withdraw(ctx, actor, a.step(), why) })
	},
	"return": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		why := a.reason("要补什么")
		return a.Try(func() error { return s.Return(ctx, actor, a.step(), why) })
	},
	"tabling": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		n := appointment.Tabling{
			On: a.day("on", "主任会议日期"), Session: a.name("session", "哪次常委会会议"),
			SessionOn: a.day("session_on", "常委会会议日期"), LateReason: a.late(),
		}
		return a.Try(func() error { return s.Table(ctx, actor, a.step(), n) })
	},
	"deliberation": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		on, who := a.day("on", "审议日期"), a.name("explained_by", "到会说明的人")
		return a.Try(func() error { return s.Deliberate(ctx, actor, a.step(), on, who) })
	},
	"vote": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		r := a.result()
		return a.Try(func() error { return s.Vote(ctx, actor, a.step(), r) })
	},
	"publication": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		on, how := a.day("on", "公布日期"), a.Line("how", "公布的方式", appointment.MaxTitle, true)
		return a.Try(func() error { return s.Publish(ctx, actor, a.step(), on, how) })
	},
	"certificate": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		on, who := a.day("on", "颁发日期"), a.name("signer", "签署的常委会主任")
		return a.Try(func() error { return s.Certify(ctx, actor, a.step(), on, who) })
	},
	"revision": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		title := a.Line("title", "标题", appointment.MaxTitle, true)
		ground := a.Text("ground", "事由", appointment.MaxGround, true)
		return a.Try(func() error { return s.Revise(ctx, actor, a.step(), title, ground) })
	},
	"papers": func(ctx context.Context, s *appointment.Store, actor access.Actor, a asked) error {
		return s.Attach(ctx, actor, a.step(), appointment.Paper{Kind: appointment.Motion}, a.Field("files"), a.Files("files"))
	},
}

// most is more than any standing committee has members.
const most = 1000

// result reads the counts: the session's, and those of every person whose fields
// the form holds.
func (a asked) result() appointment.Result {
	r := appointment.Result{
		On: a.day("on", "表决日期"), Counts: map[int64]appointment.Count{},
		Total: a.Int("total", "全体组成人员", 1, most), Present: a.Int("present", "出席人数", 0, most),
	}
	for _, of := range a.Named("for-") {
		id := page.Int64(of)
		if id == 0 || len(r.Counts) == most {
			continue
		}
		n := func(what, label string) int { return a.Int(what+"-"+of, label, 0, most) }
		c := appointment.Count{For: n("for", "赞成票"), Against: n("against", "反对票"), Abstained: n("abstained", "弃权票"), NotPressed: n("not_pressed", "未按表决器")}
		if len(a.Read.Bad) == 0 && c.For+c.Against+c.Abstained+c.NotPressed != r.Present {
			a.Complain("for-"+of, "赞成、反对、弃权、未按表决器相加，要等于出席人数 "+strconv.Itoa(r.Present))
		}
		r.Counts[id] = c
	}
	return r
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = acts[name](r.Context(), h.files, page.Actor(r), asked{sent})
		return sent.Answer(w, err, page.AppointmentURL(sent.ID), said(name), func(code int) error { return h.again(w, r, code, sent) })
	}
}

// said is what the page says after a move.
func said(name string) string {
	switch name {
	case "revision":
		return "标题和事由已保存。"
	case "papers":
		return "任免案已上传。"
	}
	return "“" + appointment.Procedure.Move(name).Label + "”已完成。"
}

// changed says that somebody else has changed the file meanwhile.
var changed = page.Changed("这件任免")

// again shows the record with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := h.view(page.Actor(r), rec, sent)
	if code == http.StatusConflict {
		v.changed, v.left = changed, sent.Left(v.moves)
	}
	return page.Render(w, r, code, recordPage(v))
}
