package opinion

import (
	"context"
	"net/http"

	"portal/internal/access"
	"portal/internal/opinion"
	"portal/web/page"
)

// asked is a move as it was sent, and how this room reads its fields.
type asked struct{ *page.Sent }

func (a asked) step() opinion.Step { return opinion.Step{ID: a.ID, Version: a.Version} }

func (a asked) text(name, label string) string { return a.Text(name, label, opinion.MaxText, true) }

func (a asked) reason(name, label string, required bool) string {
	return a.Text(name, label, opinion.MaxReason, required)
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"acceptance": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		return s.Accept(ctx, actor, a.step())
	},
	"answer": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.text("text", "答复内容")
		return a.Try(func() error { return s.Answer(ctx, actor, a.step(), t) })
	},
	"merger": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		n := a.Line("number", "另一条意见的编号", opinion.MaxLocation, true)
		return a.Try(func() error { return s.Merge(ctx, actor, a.step(), n) })
	},
	"refusal": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		c := a.Value("channel")
		if c == "other" {
			c = a.reason("other", "告知的途径", true)
		} else {
			c = a.Word("channel", "告知的途径", opinion.Channels...)
		}
		return a.Try(func() error { return s.Decline(ctx, actor, a.step(), c) })
	},
	"assignment": assignment,
	"dispatch": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		u := a.Row("unit", "部门")
		return a.Try(func() error { return s.Dispatch(ctx, actor, a.step(), u) })
	},
	"receipt": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		return s.SignFor(ctx, actor, a.step())
	},
	"return": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.reason("reason", "退回理由", true)
		return a.Try(func() error { return s.Return(ctx, actor, a.step(), t) })
	},
	"handling": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		return s.StartHandling(ctx, actor, a.step())
	},
	"comment": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.text("text", "会办意见")
		return a.Try(func() error { return s.Comment(ctx, actor, a.step(), t) })
	},
	"extension": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		n := a.Int("days", "延长的工作日", 1, 60)
		t := a.reason("reason", "延期理由", true)
		return a.Try(func() error { return s.RequestExtension(ctx, actor, a.step(), n, t) })
	},
	"extension-decision": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		grant := a.Word("grant", "是否同意", "yes", "no") == "yes"
		t := a.reason("reason", "意见", !grant)
		return a.Try(func() error { return s.DecideExtension(ctx, actor, a.step(), grant, t) })
	},
	"reply": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.text("text", "答复内容")
		return a.Try(func() error { return s.Reply(ctx, actor, a.step(), t, a.Files("proof")...) })
	},
	"approval": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.reason("note", "审核意见", false)
		return a.Try(func() error { return s.Approve(ctx, actor, a.step(), t) })
	},
	"rework": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.reason("note", "要补办什么", true)
		return a.Try(func() error { return s.SendBack(ctx, actor, a.step(), t) })
	},
	"feedback": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		how := a.Word("how", "告知方式", channels...)
		on := a.Date("told_on", "告知日期", true)
		return a.Try(func() error { return s.FeedBack(ctx, actor, a.step(), how, on) })
	},
	"merged-feedback": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		how := a.Word("how", "告知方式", channels...)
		return a.Try(func() error { return s.TellMerged(ctx, actor, a.step(), how) })
	},
	"rating": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		rating := a.Choice("rating", "评价", opinion.Ratings)
		t := a.reason("note", "反映人的话", false)
		return a.Try(func() error { return s.RecordRating(ctx, actor, a.step(), rating, t) })
	},
	"urge":        urge("urge"),
	"supervision": urge("supervision"),
	"report":      urge("report"),
	"promise": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		on := a.Date("promised_on", "承诺日期", true)
		t := a.reason("reason", "承诺的事项", true)
		return a.Try(func() error { return s.Promise(ctx, actor, a.step(), on, t) })
	},
	"promise-extension": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		on := a.Date("promised_on", "新的日期", true)
		t := a.reason("reason", "延期的理由", true)
		return a.Try(func() error { return s.ExtendPromise(ctx, actor, a.step(), on, t) })
	},
	"fulfilment": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.text("text", "兑现情况")
		return a.Try(func() error { return s.Fulfil(ctx, actor, a.step(), t) })
	},
	"city": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.reason("reason", "转市级的理由", true)
		return a.Try(func() error { return s.EscalateToCity(ctx, actor, a.step(), t) })
	},
	"city-answer": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.text("text", "市级答复")
		return a.Try(func() error { return s.RecordCityAnswer(ctx, actor, a.step(), t) })
	},
	"withdrawal": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.reason("reason", "反映人要求撤回的经过", true)
		return a.Try(func() error { return s.Withdraw(ctx, actor, a.step(), t) })
	},
	"closure": func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.reason("reason", "办结理由", true)
		return a.Try(func() error { return s.CloseOverdue(ctx, actor, a.step(), t) })
	},
}

// channels are the ways to tell a resident.
var channels = []string{"电话", "当面", "上门", "短信", "书面"}

func assignment(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
	as := opinion.Assignment{
		Lead:    a.Row("lead", "主办单位"),
		Urgency: a.Choice("urgency", "缓急", opinion.Urgencies),
		Note:    a.reason("note", "交办说明", false),
		Co:      a.Rows("co", 20),
	}
	return a.Try(func() error { return s.Assign(ctx, actor, a.step(), as) })
}

func urge(move string) act {
	return func(ctx context.Context, s *opinion.Store, actor access.Actor, a asked) error {
		t := a.reason("text", "内容", true)
		return a.Try(func() error { return s.Urge(ctx, actor, a.step(), move, t) })
	}
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = acts[name](r.Context(), h.opinions, page.Actor(r), asked{sent})
		return sent.Answer(w, err, page.OpinionURL(sent.ID), said(name), func(code int) error { return h.again(w, r, code, sent) })
	}
}

// said is what the page says after a move.
func said(name string) string {
	if name == "merged-feedback" {
		return "反馈已登记。"
	}
	return "“" + opinion.Procedure.Move(name).Label + "”已完成。"
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
		v.changed, v.left = page.Changed("这条意见"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, recordPage(v))
}

// phone shows the resident's number once, to who says why.
func (h handler) phone(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "phone")
	if err != nil {
		return err
	}
	reason := asked{sent}.reason("reason", "查看理由", true)
	var phone string
	err = sent.Try(func() (err error) {
		phone, err = h.opinions.Unmask(r.Context(), page.Actor(r), sent.ID, reason)
		return err
	})
	if err != nil {
		return sent.Answer(w, err, "", "", func(code int) error { return h.again(w, r, code, sent) })
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, err := h.view(r, rec, nil)
	if err != nil {
		return err
	}
	v.unmasked = "反映人电话：" + phone + "。查看已记录，请只用于联系反映人。"
	if phone == "" {
		v.unmasked = "反映人没有留电话。"
	}
	return page.OK(w, r, recordPage(v))
}
