package suggestion

import (
	"context"
	"net/http"

	"portal/internal/access"
	"portal/internal/suggestion"
	"portal/internal/text"
	"portal/web/page"
)

// asked is a move as it was sent, and how this room reads its fields.
type asked struct{ *page.Sent }

func (a asked) step() suggestion.Step { return suggestion.Step{ID: a.ID, Version: a.Version} }

func (a asked) reason(name, label string, required bool) string {
	return a.Text(name, label, suggestion.MaxReason, required)
}

func (a asked) granted() bool { return a.Word("grant", "是否同意", "yes", "no") == "yes" }

// answer reads what a reply and a second reply have in common.
func (a asked) answer(label string) suggestion.Answer {
	return suggestion.Answer{
		Text: a.Text("text", label, suggestion.MaxReply, true), Signer: a.Line("signer", "签发人", text.Name, true), SignedOn: a.Date("signed_on", "签发日期", true), Proof: a.Files("proof"),
	}
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"signature": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		return s.Sign(ctx, actor, a.step())
	},
	"paper-signature": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		d, note := a.Row("deputy", "代表"), a.Line("note", "签名日期和原件存放处", suggestion.MaxNote, true)
		return a.Try(func() error { return s.SignOnPaper(ctx, actor, a.step(), d, note) })
	},
	"leave": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.reason("reason", "说明", false)
		return a.Try(func() error { return s.Leave(ctx, actor, a.step(), t) })
	},
	"submission": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		return s.Submit(ctx, actor, a.step())
	},
	"review": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		return s.RequestReview(ctx, actor, a.step())
	},
	"approval": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.reason("note", "审核意见", false)
		return a.Try(func() error { return s.Approve(ctx, actor, a.step(), t) })
	},
	"revision": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.reason("note", "要改什么", true)
		return a.Try(func() error { return s.SendBack(ctx, actor, a.step(), t) })
	},
	"acceptance": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		return s.Accept(ctx, actor, a.step())
	},
	"refusal": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		why, note := a.Choice("reason", "理由", suggestion.Refusals), a.reason("note", "补充说明", false)
		return a.Try(func() error { return s.Refuse(ctx, actor, a.step(), why, note) })
	},
	"letter": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		why, note := a.Choice("reason", "理由", suggestion.Refusals), a.reason("note", "补充说明", false)
		return a.Try(func() error { return s.MakeLetter(ctx, actor, a.step(), why, note) })
	},
	"merger": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		n := a.Line("number", "另一件建议的编号", suggestion.MaxNote, true)
		return a.Try(func() error { return s.Merge(ctx, actor, a.step(), n) })
	},
	"assignment": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		as := suggestion.Assignment{Lead: a.Row("lead", "主办单位"), Co: a.Rows("co", 20), Long: a.Value("long") == "on"}
		as.Note = a.reason("note", "延至 6 个月的理由", as.Long)
		return a.Try(func() error { return s.Assign(ctx, actor, a.step(), as) })
	},
	"receipt": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		return s.SignFor(ctx, actor, a.step())
	},
	"dispatch": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		u := a.Row("unit", "部门")
		return a.Try(func() error { return s.Dispatch(ctx, actor, a.step(), u) })
	},
	"return": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.reason("reason", "退回理由", true)
		return a.Try(func() error { return s.Return(ctx, actor, a.step(), t) })
	},
	"comment": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.Text("text", "会办意见", suggestion.MaxText, true)
		return a.Try(func() error { return s.Comment(ctx, actor, a.step(), t) })
	},
	"contact": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := suggestion.Talk{On: a.Date("held_on", "沟通日期", true), How: a.Choice("how", "方式", suggestion.Contacts), Note: a.reason("note", "沟通情况", true)}
		return a.Try(func() error { return s.Contact(ctx, actor, a.step(), t) })
	},
	"extension": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.reason("reason", "理由", true)
		return a.Try(func() error { return s.RequestExtension(ctx, actor, a.step(), t) })
	},
	"extension-decision": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		grant, t := a.granted(), a.reason("reason", "意见", true)
		return a.Try(func() error { return s.DecideExtension(ctx, actor, a.step(), grant, t) })
	},
	"reply": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		x := a.answer("答复内容")
		x.Result = a.Choice("result", "办理结果", suggestion.Results)
		x.Number = a.Line("number", "发文字号", 50, false)
		x.Promise = a.Line("promise", "承诺的事项", suggestion.MaxPromise, false)
		x.DueOn = a.Date("promised_on", "承诺完成日期", false)
		return a.Try(func() error { return s.Reply(ctx, actor, a.step(), x) })
	},
	"rating": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		x := suggestion.Rating{Attitude: a.Choice("attitude", "对办理态度的评价", suggestion.Ratings), Result: a.Choice("result", "对办理结果的评价", suggestion.Ratings)}
		x.Note = a.reason("note", "意见", x.Result == "dissatisfied")
		return a.Try(func() error { return s.Rate(ctx, actor, a.step(), x) })
	},
	"urge": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.reason("text", "内容", true)
		return a.Try(func() error { return s.Urge(ctx, actor, a.step(), t) })
	},
	"coordinated": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.reason("text", "协调结果", true)
		return a.Try(func() error { return s.Coordinate(ctx, actor, a.step(), t) })
	},
	"promise-extension": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		on, t := a.Date("promised_on", "新的日期", true), a.reason("reason", "理由", true)
		return a.Try(func() error { return s.RequestLater(ctx, actor, a.step(), on, t) })
	},
	"promise-decision": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		grant, t := a.granted(), a.reason("reason", "意见", true)
		return a.Try(func() error { return s.DecideLater(ctx, actor, a.step(), grant, t) })
	},
	"fulfilment": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		x := a.answer("兑现情况")
		return a.Try(func() error { return s.Fulfil(ctx, actor, a.step(), x) })
	},
	"key": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.Line("basis", "依据", suggestion.MaxNote, true)
		return a.Try(func() error { return s.MakeKey(ctx, actor, a.step(), t) })
	},
	"withdrawal": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a asked) error {
		t := a.reason("reason", "书面申请的理由", true)
		return a.Try(func() error { return s.Withdraw(ctx, actor, a.step(), t) })
	},
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = acts[name](r.Context(), h.suggestions, page.Actor(r), asked{sent})
		to, said := page.SuggestionURL(sent.ID), "“"+suggestion.Procedure.Move(name).Label+"”已完成。"
		if name == "leave" { // who has left may no longer read it
			to, said = page.SuggestionsURL, "已不参加联名。"
		}
		return sent.Answer(w, err, to, said, func(code int) error { return h.again(w, r, code, sent) })
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
		v.changed, v.left = page.Changed("这件建议"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, recordPage(v))
}
