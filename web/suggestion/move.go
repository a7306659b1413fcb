package suggestion

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/suggestion"
	"portal/internal/text"
	"portal/web/page"
)

// sent is one move as its maker sent it. The fields of a move's form bear its name, so
// that several forms can stand on one page.
type sent struct {
	name   string
	step   suggestion.Step
	values url.Values
	files  []file.Upload
	read   text.Reader
}

func (a *sent) field(name string) string { return a.name + "-" + name }
func (a *sent) value(name string) string { return a.values.Get(a.field(name)) }

func (a *sent) line(name, label string, most int, required bool) string {
	return a.read.Line(a.field(name), a.value(name), label, most, required)
}

func (a *sent) text(name, label string, most int, required bool) string {
	return a.read.Text(a.field(name), a.value(name), label, most, required)
}

func (a *sent) reason(name, label string, required bool) string {
	return a.text(name, label, suggestion.MaxReason, required)
}

func (a *sent) date(name, label string, required bool) time.Time {
	return a.read.Date(a.field(name), a.value(name), label, required)
}

func (a *sent) choice(name, label string, terms []choice.Term) string {
	return a.read.Choice(a.field(name), a.value(name), label, choice.Keys(terms)...)
}

func (a *sent) granted() bool {
	return a.read.Choice(a.field("grant"), a.value("grant"), "是否同意", "yes", "no") == "yes"
}

func (a *sent) chosen(name, label string) int64 {
	id := page.Int64(a.value(name))
	if id <= 0 {
		a.read.Bad.Add(a.field(name), "请选择"+label)
	}
	return id
}

// try makes the move unless its form has complaints.
func (a *sent) try(do func() error) error {
	if err := a.read.Bad.Err(); err != nil {
		return err
	}
	return do()
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"signature": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		return s.Sign(ctx, actor, a.step)
	},
	"paper-signature": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		d, note := a.chosen("deputy", "代表"), a.line("note", "签名日期和原件存放处", suggestion.MaxNote, true)
		return a.try(func() error { return s.SignOnPaper(ctx, actor, a.step, d, note) })
	},
	"leave": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.reason("reason", "说明", false)
		return a.try(func() error { return s.Leave(ctx, actor, a.step, t) })
	},
	"submission": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		return s.Submit(ctx, actor, a.step)
	},
	"review": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		return s.RequestReview(ctx, actor, a.step)
	},
	"approval": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.reason("note", "审核意见", false)
		return a.try(func() error { return s.Approve(ctx, actor, a.step, t) })
	},
	"revision": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.reason("note", "要改什么", true)
		return a.try(func() error { return s.SendBack(ctx, actor, a.step, t) })
	},
	"acceptance": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		return s.Accept(ctx, actor, a.step)
	},
	"refusal": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		why, note := a.choice("reason", "理由", suggestion.Refusals), a.reason("note", "补充说明", false)
		return a.try(func() error { return s.Refuse(ctx, actor, a.step, why, note) })
	},
	"letter": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		why, note := a.choice("reason", "理由", suggestion.Refusals), a.reason("note", "补充说明", false)
		return a.try(func() error { return s.MakeLetter(ctx, actor, a.step, why, note) })
	},
	"merger": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		n := a.line("number", "另一件建议的编号", suggestion.MaxNote, true)
		return a.try(func() error { return s.Merge(ctx, actor, a.step, n) })
	},
	"assignment": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		as := suggestion.Assignment{Lead: a.chosen("lead", "主办单位"), Co: ids(a.values[a.field("co")], 20), Long: a.value("long") == "on"}
		as.Note = a.reason("note", "延至 6 个月的理由", as.Long)
		return a.try(func() error { return s.Assign(ctx, actor, a.step, as) })
	},
	"receipt": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		return s.SignFor(ctx, actor, a.step)
	},
	"dispatch": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		u := a.chosen("unit", "部门")
		return a.try(func() error { return s.Dispatch(ctx, actor, a.step, u) })
	},
	"return": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.reason("reason", "退回理由", true)
		return a.try(func() error { return s.Return(ctx, actor, a.step, t) })
	},
	"comment": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.text("text", "会办意见", suggestion.MaxText, true)
		return a.try(func() error { return s.Comment(ctx, actor, a.step, t) })
	},
	"contact": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := suggestion.Talk{On: a.date("held_on", "沟通日期", true), How: a.choice("how", "方式", suggestion.Contacts), Note: a.reason("note", "沟通情况", true)}
		return a.try(func() error { return s.Contact(ctx, actor, a.step, t) })
	},
	"extension": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.reason("reason", "理由", true)
		return a.try(func() error { return s.RequestExtension(ctx, actor, a.step, t) })
	},
	"extension-decision": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		grant, t := a.granted(), a.reason("reason", "意见", true)
		return a.try(func() error { return s.DecideExtension(ctx, actor, a.step, grant, t) })
	},
	"reply": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		x := a.answer("答复内容")
		x.Result = a.choice("result", "办理结果", suggestion.Results)
		x.Number = a.line("number", "发文字号", 50, false)
		x.Promise = a.line("promise", "承诺的事项", suggestion.MaxPromise, false)
		x.DueOn = a.date("promised_on", "承诺完成日期", false)
		return a.try(func() error { return s.Reply(ctx, actor, a.step, x) })
	},
	"rating": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		x := suggestion.Rating{Attitude: a.choice("attitude", "对办理态度的评价", suggestion.Ratings), Result: a.choice("result", "对办理结果的评价", suggestion.Ratings)}
		x.Note = a.reason("note", "意见", x.Result == "dissatisfied")
		return a.try(func() error { return s.Rate(ctx, actor, a.step, x) })
	},
	"urge": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.reason("text", "内容", true)
		return a.try(func() error { return s.Urge(ctx, actor, a.step, t) })
	},
	"coordinated": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.reason("text", "协调结果", true)
		return a.try(func() error { return s.Coordinate(ctx, actor, a.step, t) })
	},
	"promise-extension": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		on, t := a.date("promised_on", "新的日期", true), a.reason("reason", "理由", true)
		return a.try(func() error { return s.RequestLater(ctx, actor, a.step, on, t) })
	},
	"promise-decision": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		grant, t := a.granted(), a.reason("reason", "意见", true)
		return a.try(func() error { return s.DecideLater(ctx, actor, a.step, grant, t) })
	},
	"fulfilment": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		x := a.answer("兑现情况")
		return a.try(func() error { return s.Fulfil(ctx, actor, a.step, x) })
	},
	"key": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.line("basis", "依据", suggestion.MaxNote, true)
		return a.try(func() error { return s.MakeKey(ctx, actor, a.step, t) })
	},
	"withdrawal": func(ctx context.Context, s *suggestion.Store, actor access.Actor, a *sent) error {
		t := a.reason("reason", "书面申请的理由", true)
		return a.try(func() error { return s.Withdraw(ctx, actor, a.step, t) })
	},
}

// answer reads what a reply and a second reply have in common.
func (a *sent) answer(label string) suggestion.Answer {
	return suggestion.Answer{
		Text: a.text("text", label, suggestion.MaxReply, true), Signer: a.line("signer", "签发人", text.Name, true), SignedOn: a.date("signed_on", "签发日期", true), Proof: a.files,
	}
}

// move serves one move. A complaint shows the record again with the form as it was
// typed; so does a record that somebody else has changed meanwhile.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		f, err := page.Upload[struct {
			Version string `form:"version"`
		}](w, r)
		if err != nil {
			return err
		}
		a := &sent{name: name, step: suggestion.Step{ID: id, Version: version(f.Version)}, values: r.PostForm, files: page.Files(r, name+"-proof")}
		err = acts[name](r.Context(), h.suggestions, page.Actor(r), a)
		bad, complaints := page.Complaints(err)
		stale := errors.Is(err, fault.Stale)
		switch {
		case err == nil && name == "leave":
			return page.Done(w, r, page.SuggestionsURL, "已不参加联名。")
		case err == nil:
			return page.Done(w, r, page.SuggestionURL(id), "“"+suggestion.Procedure.Move(name).Label+"”已完成。")
		case !complaints && !stale:
			return err
		}
		rec, err := h.read(r)
		if err != nil {
			return err
		}
		for i, b := range bad {
			if !strings.HasPrefix(b.Name, name+"-") {
				bad[i].Name = a.field(b.Name)
			}
		}
		v, err := h.view(r, rec, &asked{name, r.PostForm, bad, func(n string) string { return page.Chosen(r, n) }})
		if err != nil {
			return err
		}
		v.bad = bad
		code := http.StatusUnprocessableEntity
		if stale {
			code, v.changed = http.StatusConflict, "这件建议刚刚被别人改过，下面是现在的内容。您填写的还在，请核对后再决定要不要提交。"
		}
		return page.Render(w, r, code, recordPage(v))
	}
}
