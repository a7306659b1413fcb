package opinion

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/text"
	"portal/web/page"
)

// asked is one move as its maker sent it. The fields of a move's form bear its
// name, so that several forms can stand on one page.
type asked struct {
	name   string
	step   opinion.Step
	values url.Values
	read   text.Reader
	files  func(name string) []file.Upload
	chosen func(name string) string // the names of the files
}

func (a *asked) field(name string) string { return a.name + "-" + name }

func (a *asked) value(name string) string { return a.values.Get(a.field(name)) }

func (a *asked) text(name, label string) string {
	return a.read.Text(a.field(name), a.value(name), label, opinion.MaxText, true)
}

func (a *asked) reason(name, label string, required bool) string {
	return a.read.Text(a.field(name), a.value(name), label, opinion.MaxReason, required)
}

// mine renames the room's complaints to the fields of this move's form.
func (a *asked) mine(bad fault.Fields) fault.Fields {
	var out fault.Fields
	for _, b := range bad {
		if !strings.HasPrefix(b.Name, a.name+"-") {
			b.Name = a.field(b.Name)
		}
		out = append(out, b)
	}
	return out
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error

// try makes the move unless its form has complaints.
func (a *asked) try(do func() error) error {
	if err := a.read.Bad.Err(); err != nil {
		return err
	}
	return do()
}

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"acceptance": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		return s.Accept(ctx, actor, a.step)
	},
	"answer": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.text("text", "答复内容")
		return a.try(func() error { return s.Answer(ctx, actor, a.step, t) })
	},
	"merger": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		n := a.read.Line(a.field("number"), a.value("number"), "另一条意见的编号", opinion.MaxLocation, true)
		return a.try(func() error { return s.Merge(ctx, actor, a.step, n) })
	},
	"refusal": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		c := a.value("channel")
		if c == "other" {
			c = a.reason("other", "告知的途径", true)
		} else {
			c = a.read.Choice(a.field("channel"), c, "告知的途径", opinion.Channels...)
		}
		return a.try(func() error { return s.Decline(ctx, actor, a.step, c) })
	},
	"assignment": assignment,
	"dispatch": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		u := a.unit("unit", "部门")
		return a.try(func() error { return s.Dispatch(ctx, actor, a.step, u) })
	},
	"receipt": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		return s.SignFor(ctx, actor, a.step)
	},
	"return": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.reason("reason", "退回理由", true)
		return a.try(func() error { return s.Return(ctx, actor, a.step, t) })
	},
	"handling": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		return s.StartHandling(ctx, actor, a.step)
	},
	"comment": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.text("text", "会办意见")
		return a.try(func() error { return s.Comment(ctx, actor, a.step, t) })
	},
	"extension": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		n := a.read.Int(a.field("days"), a.value("days"), "延长的工作日", 1, 60)
		t := a.reason("reason", "延期理由", true)
		return a.try(func() error { return s.RequestExtension(ctx, actor, a.step, n, t) })
	},
	"extension-decision": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		grant := a.read.Choice(a.field("grant"), a.value("grant"), "是否同意", "yes", "no") == "yes"
		t := a.reason("reason", "意见", !grant)
		return a.try(func() error { return s.DecideExtension(ctx, actor, a.step, grant, t) })
	},
	"reply": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.text("text", "答复内容")
		return a.try(func() error { return s.Reply(ctx, actor, a.step, t, a.files(a.field("proof"))...) })
	},
	"approval": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.reason("note", "审核意见", false)
		return a.try(func() error { return s.Approve(ctx, actor, a.step, t) })
	},
	"rework": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.reason("note", "要补办什么", true)
		return a.try(func() error { return s.SendBack(ctx, actor, a.step, t) })
	},
	"feedback": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		how := a.read.Choice(a.field("how"), a.value("how"), "告知方式", channels...)
		on := a.read.Date(a.field("told_on"), a.value("told_on"), "告知日期", true)
		return a.try(func() error { return s.FeedBack(ctx, actor, a.step, how, on) })
	},
	"merged-feedback": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		how := a.read.Choice(a.field("how"), a.value("how"), "告知方式", channels...)
		return a.try(func() error { return s.TellMerged(ctx, actor, a.step, how) })
	},
	"rating": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		rating := a.read.Choice(a.field("rating"), a.value("rating"), "评价", choice.Keys(opinion.Ratings)...)
		t := a.reason("note", "反映人的话", false)
		return a.try(func() error { return s.RecordRating(ctx, actor, a.step, rating, t) })
	},
	"urge":        urge("urge"),
	"supervision": urge("supervision"),
	"report":      urge("report"),
	"promise": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		on := a.read.Date(a.field("promised_on"), a.value("promised_on"), "承诺日期", true)
		t := a.reason("reason", "承诺的事项", true)
		return a.try(func() error { return s.Promise(ctx, actor, a.step, on, t) })
	},
	"fulfilment": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.text("text", "兑现情况")
		return a.try(func() error { return s.Fulfil(ctx, actor, a.step, t) })
	},
	"city": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.reason("reason", "转市级的理由", true)
		return a.try(func() error { return s.EscalateToCity(ctx, actor, a.step, t) })
	},
	"city-answer": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.text("text", "市级答复")
		return a.try(func() error { return s.RecordCityAnswer(ctx, actor, a.step, t) })
	},
	"withdrawal": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.reason("reason", "反映人要求撤回的经过", true)
		return a.try(func() error { return s.Withdraw(ctx, actor, a.step, t) })
	},
	"closure": func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.reason("reason", "办结理由", true)
		return a.try(func() error { return s.CloseOverdue(ctx, actor, a.step, t) })
	},
}

// channels are the ways to tell a resident.
var channels = []string{"电话", "当面", "上门", "短信", "书面"}

func assignment(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
	as := opinion.Assignment{
		Lead:    a.unit("lead", "主办单位"),
		Urgency: a.read.Choice(a.field("urgency"), a.value("urgency"), "缓急", choice.Keys(opinion.Urgencies)...),
		Note:    a.reason("note", "交办说明", false),
	}
	for _, u := range a.values[a.field("co")] {
		if id := page.Int64(u); id != 0 && len(as.Co) < 20 {
			as.Co = append(as.Co, id)
		}
	}
	return a.try(func() error { return s.Assign(ctx, actor, a.step, as) })
}

func (a *asked) unit(name, label string) int64 {
	id := page.Int64(a.value(name))
	if id == 0 {
		a.read.Bad.Add(a.field(name), "请选择"+label)
	}
	return id
}

func urge(move string) act {
	return func(ctx context.Context, s *opinion.Store, actor access.Actor, a *asked) error {
		t := a.reason("text", "内容", true)
		return a.try(func() error { return s.Urge(ctx, actor, a.step, move, t) })
	}
}

// move serves one move. A complaint shows the record again with the form as it
// was typed; so does a record that somebody else has changed meanwhile, beside
// what it says now.
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
		version, _ := strconv.Atoi(f.Version)
		a := &asked{name: name, step: opinion.Step{ID: id, Version: version}, values: r.PostForm}
		a.files = func(name string) []file.Upload { return page.Files(r, name) }
		a.chosen = func(name string) string { return page.Chosen(r, name) }
		err = acts[name](r.Context(), h.opinions, page.Actor(r), a)
		bad, complaints := page.Complaints(err)
		switch {
		case err == nil:
			return page.Done(w, r, page.OpinionURL(id), said(name))
		case complaints:
			return h.again(w, r, http.StatusUnprocessableEntity, a, a.mine(bad))
		case errors.Is(err, fault.Stale):
			return h.again(w, r, http.StatusConflict, a, nil)
		}
		return err
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
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, a *asked, bad fault.Fields) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, err := h.view(r, rec, a, bad)
	if err != nil {
		return err
	}
	if code == http.StatusConflict {
		v.changed = "这条意见刚刚被别人改过，下面是现在的内容。您填写的还在，请核对后再决定要不要提交。"
		v.leftover(a)
	}
	return page.Render(w, r, code, recordPage(v))
}

// phone shows the resident's number once, to who says why.
func (h handler) phone(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if _, err := page.Form[struct{}](w, r); err != nil {
		return err
	}
	a := &asked{name: "phone", step: opinion.Step{ID: id}, values: r.PostForm}
	reason := a.reason("reason", "查看电话的理由", true)
	var phone string
	err = a.try(func() (err error) {
		phone, err = h.opinions.Unmask(r.Context(), page.Actor(r), id, reason)
		return err
	})
	if bad, ok := page.Complaints(err); ok {
		return h.again(w, r, http.StatusUnprocessableEntity, a, a.mine(bad))
	}
	if err != nil {
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, err := h.view(r, rec, nil, nil)
	if err != nil {
		return err
	}
	v.unmasked = "反映人电话：" + phone + "。查看已记录，请只用于联系反映人。"
	if phone == "" {
		v.unmasked = "反映人没有留电话。"
	}
	return page.OK(w, r, recordPage(v))
}
