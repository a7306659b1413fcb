package institution

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/institution"
	"portal/internal/text"
	"portal/web/page"
)

// asked is one move as its maker sent it. The fields of a move's form bear its name.
type asked struct {
	name   string
	step   institution.Step
	values url.Values
	read   text.Reader
}

func (a *asked) field(name string) string { return a.name + "-" + name }

func (a *asked) value(name string) string { return a.values.Get(a.field(name)) }

func (a *asked) reason(name, label string, required bool) string {
	return a.read.Text(a.field(name), a.value(name), label, institution.MaxReason, required)
}

func (a *asked) date(name, label string, required bool) time.Time {
	return a.read.Date(a.field(name), a.value(name), label, required)
}

func (a *asked) int(name, label string) int {
	return a.read.Int(a.field(name), a.value(name), label, 0, 10_000)
}

// mine renames the room's complaints to the fields of this move's form.
func (a *asked) mine(bad fault.Fields) fault.Fields {
	var out fault.Fields
	for _, b := range bad {
		if b.Name != "" && b.Name != "state" && !strings.HasPrefix(b.Name, a.name+"-") {
			b.Name = a.field(b.Name)
		}
		out = append(out, b)
	}
	return out
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error

// try makes the move unless its form has complaints.
func (a *asked) try(do func() error) error {
	if err := a.read.Bad.Err(); err != nil {
		return err
	}
	return do()
}

// acts are what the moves of both procedures do, by their names without "city-".
var acts = map[string]act{
	"consultation": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		until := a.date("until", "截止日期", true)
		return a.try(func() error { return s.Consult(ctx, actor, a.step, until) })
	},
	"opinion": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		n := institution.NewOpinion{Key: a.values.Get("version") + "-" + strconv.FormatInt(actor.UserID, 10)}
		n.Text = a.read.Text(a.field("text"), a.value("text"), "意见", institution.MaxOpinion, true)
		n.Author = a.read.Line(a.field("author"), a.value("author"), "提意见的人或单位", 50, false)
		if v := a.value("source"); v != "" {
			n.Source = a.read.Choice(a.field("source"), v, "谁的意见", choice.Keys(institution.Sources)...)
		}
		if v := a.value("clause"); v != "" {
			var ok bool
			if n.On, ok = institution.ParsePlace(v); !ok {
				a.read.Bad.Add(a.field("clause"), "请选择条款")
			}
		}
		return a.try(func() error { return s.Say(ctx, actor, a.step, n) })
	},
	"answer": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		answer := a.read.Choice(a.field("answer"), a.value("answer"), "是否采纳", choice.Keys(institution.Answers)...)
		reason := a.reason("reason", "理由", answer == "not_adopted")
		return a.try(func() error {
			return s.Answer(ctx, actor, a.step, page.Int64(a.value("opinion")), answer, reason)
		})
	},
	"submission": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		return s.Submit(ctx, actor, a.step)
	},
	"deliberation": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		m := institution.Meeting{
			MetOn: a.date("met_on", "会议日期", true), ChairID: page.Int64(a.value("chair")), Present: a.int("present", "实到人数"), For: a.int("for", "赞成人数"),
			Verdict: a.read.Choice(a.field("verdict"), a.value("verdict"), "审议结果", choice.Keys(institution.Verdicts)...), Note: a.reason("note", "意见", false),
		}
		return a.try(func() error { return s.Deliberate(ctx, actor, a.step, m) })
	},
	"vote": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		v := institution.Vote{
			Session: a.read.Line(a.field("session"), a.value("session"), "会议", institution.MaxTitle, true), On: a.date("voted_on", "表决日期", true),
			Members: a.read.Int(a.field("members"), a.value("members"), "全体组成人员", 1, 10_000), Present: a.int("present", "出席人数"), For: a.int("for", "赞成票"),
			Against: a.int("against", "反对票"), Abstained: a.int("abstained", "弃权票"), Again: a.value("again") == "on",
		}
		return a.try(func() error { return s.Count(ctx, actor, a.step, v) })
	},
	"signature": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		trial := a.date("trial", "试行期满日期", false)
		return a.try(func() error { return s.Sign(ctx, actor, a.step, trial) })
	},
	"issue": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		trial := a.date("trial", "试行期满日期", false)
		return a.try(func() error { return s.Issue(ctx, actor, a.step, trial) })
	},
	"filing": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		return s.File(ctx, actor, a.step)
	},
	"acceptance": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		return s.Accept(ctx, actor, a.step)
	},
	"return": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		comment := a.read.Text(a.field("comment"), a.value("comment"), "退回的意见", institution.MaxOpinion, true)
		remarks := a.remarks()
		return a.try(func() error { return s.SendBack(ctx, actor, a.step, comment, remarks) })
	},
	"record": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		comment := a.reason("comment", "备案意见", false)
		return a.try(func() error { return s.Keep(ctx, actor, a.step, comment) })
	},
	"rework": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		return s.Rework(ctx, actor, a.step)
	},
	"effect": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		on := a.date("on", "施行日期", true)
		return a.try(func() error { return s.TakeEffect(ctx, actor, a.step, on) })
	},
	"revision": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		reason := a.reason("reason", "修订理由", true)
		return a.try(func() error { return s.Revise(ctx, actor, a.step, reason) })
	},
	"repeal": func(ctx context.Context, s *institution.Store, actor access.Actor, a *asked) error {
		on, why := a.date("on", "失效日期", true), a.reason("why", "废止理由", true)
		return a.try(func() error { return s.Repeal(ctx, actor, a.step, on, why) })
	},
}

// remarks are what was typed at single clauses.
func (a *asked) remarks() (list []institution.Remark) {
	prefix := a.field("remark-")
	for name := range a.values {
		key, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		p, ok := institution.ParsePlace(key)
		if t := a.read.Text(name, a.values.Get(name), p.Label()+"的意见", institution.MaxOpinion, false); ok && t != "" {
			list = append(list, institution.Remark{Place: p, Text: t})
		}
	}
	return list
}

// move serves one move. A complaint shows the record again with the form as it was
// typed; so does a record that somebody else has changed meanwhile.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		f, err := page.Form[struct {
			Version string `form:"version"`
		}](w, r)
		if err != nil {
			return err
		}
		version, _ := strconv.Atoi(f.Version)
		a := &asked{name: name, step: institution.Step{ID: id, Version: version}, values: r.PostForm}
		err = acts[strings.TrimPrefix(name, "city-")](r.Context(), h.rules, page.Actor(r), a)
		bad, complaints := page.Complaints(err)
		switch {
		case err == nil:
			return page.Done(w, r, page.InstitutionURL(id), "“"+label(name)+"”已完成。")
		case complaints:
			return h.again(w, r, http.StatusUnprocessableEntity, a, a.mine(bad))
		case errors.Is(err, fault.Stale):
			return h.again(w, r, http.StatusConflict, a, nil)
		}
		return err
	}
}

func label(name string) string {
	if institution.Procedure.Has(name) {
		return institution.Procedure.Move(name).Label
	}
	return institution.CityProcedure.Move(name).Label
}

// again shows the record with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, a *asked, bad fault.Fields) error {
	rec, err := h.read(r, institution.Ask{})
	if err != nil {
		return err
	}
	v := h.view(r, rec, asking{}, a, bad)
	if code == http.StatusConflict {
		v.changed = "这项制度刚刚被别人改过，下面是现在的内容。您填写的还在，请核对后再决定要不要提交。"
	}
	v.leftover(a)
	return page.Render(w, r, code, recordPage(v))
}
