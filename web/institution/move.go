package institution

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/institution"
	"portal/web/page"
)

// asked is a move as it was sent, and how this room reads its fields.
type asked struct{ *page.Sent }

func (a asked) step() institution.Step { return institution.Step{ID: a.ID, Version: a.Version} }

func (a asked) reason(name, label string, required bool) string {
	return a.Text(name, label, institution.MaxReason, required)
}

func (a asked) count(name, label string) int { return a.Int(name, label, 0, 10_000) }

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error

// plain is a move whose form has no fields.
func plain(do func(*institution.Store, context.Context, access.Actor, institution.Step) error) act {
	return func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		return do(s, ctx, actor, a.step())
	}
}

// acts are what the moves of both procedures do, by their names without "city-".
var acts = map[string]act{
	"consultation": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		until := a.Date("until", "截止日期", true)
		return a.Try(func() error { return s.Consult(ctx, actor, a.step(), until) })
	},
	"opinion": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		n := institution.NewOpinion{Key: strconv.Itoa(a.Version) + "-" + page.Number(actor.UserID)}
		n.Text = a.Text("text", "意见", institution.MaxOpinion, true)
		n.Author = a.Line("author", "提意见的人或单位", 50, false)
		if a.Value("source") != "" {
			n.Source = a.Choice("source", "谁的意见", institution.Sources)
		}
		if v := a.Value("clause"); v != "" {
			var ok bool
			if n.On, ok = institution.ParsePlace(v); !ok {
				a.Complain("clause", "请选择条款")
			}
		}
		return a.Try(func() error { return s.Say(ctx, actor, a.step(), n) })
	},
	"answer": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		answer := a.Choice("answer", "是否采纳", institution.Answers)
		reason := a.reason("reason", "理由", answer == "not_adopted")
		return a.Try(func() error {
			return s.Answer(ctx, actor, a.step(), page.Int64(a.Value("opinion")), answer, reason)
		})
	},
	"submission": plain((*institution.Store).Submit),
	"deliberation": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		m := institution.Meeting{
			MetOn: a.Date("met_on", "会议日期", true), ChairID: page.Int64(a.Value("chair")), Present: a.count("present", "实到人数"), For: a.count("for", "赞成人数"),
			Verdict: a.Choice("verdict", "审议结果", institution.Verdicts), Note: a.reason("note", "意见", false),
		}
		return a.Try(func() error { return s.Deliberate(ctx, actor, a.step(), m) })
	},
	"vote": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		v := institution.Vote{
			Session: a.Line("session", "会议", institution.MaxTitle, true), On: a.Date("voted_on", "表决日期", true),
			Members: a.Int("members", "全体组成人员", 1, 10_000), Present: a.count("present", "出席人数"), For: a.count("for", "赞成票"),
			Against: a.count("against", "反对票"), Abstained: a.count("abstained", "弃权票"), Again: a.Value("again") == "on",
		}
		return a.Try(func() error { return s.Count(ctx, actor, a.step(), v) })
	},
	"signature": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		trial := a.Date("trial", "试行期满日期", false)
		return a.Try(func() error { return s.Sign(ctx, actor, a.step(), trial) })
	},
	"issue": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		trial := a.Date("trial", "试行期满日期", false)
		return a.Try(func() error { return s.Issue(ctx, actor, a.step(), trial) })
	},
	"filing":     plain((*institution.Store).File),
	"acceptance": plain((*institution.Store).Accept),
	"return": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		comment := a.Text("comment", "退回的意见", institution.MaxOpinion, true)
		remarks := a.remarks()
		return a.Try(func() error { return s.SendBack(ctx, actor, a.step(), comment, remarks) })
	},
	"record": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		comment := a.reason("comment", "备案意见", false)
		return a.Try(func() error { return s.Keep(ctx, actor, a.step(), comment) })
	},
	"rework": plain((*institution.Store).Rework),
	"effect": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		on := a.Date("on", "施行日期", true)
		return a.Try(func() error { return s.TakeEffect(ctx, actor, a.step(), on) })
	},
	"revision": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		reason := a.reason("reason", "修订理由", true)
		return a.Try(func() error { return s.Revise(ctx, actor, a.step(), reason) })
	},
	"repeal": func(ctx context.Context, s *institution.Store, actor access.Actor, a asked) error {
		on, why := a.Date("on", "失效日期", true), a.reason("why", "废止理由", true)
		return a.Try(func() error { return s.Repeal(ctx, actor, a.step(), on, why) })
	},
}

// remarks are what was typed at single clauses.
func (a asked) remarks() (list []institution.Remark) {
	for _, key := range a.Named("remark-") {
		p, ok := institution.ParsePlace(key)
		if t := a.Text("remark-"+key, p.Label()+"的意见", institution.MaxOpinion, false); ok && t != "" {
			list = append(list, institution.Remark{Place: p, Text: t})
		}
	}
	return list
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = acts[strings.TrimPrefix(name, "city-")](r.Context(), h.rules, page.Actor(r), asked{sent})
		return sent.Answer(w, err, page.InstitutionURL(sent.ID), "“"+label(name)+"”已完成。", func(code int) error { return h.again(w, r, code, sent) })
	}
}

func label(name string) string {
	if institution.Procedure.Has(name) {
		return institution.Procedure.Move(name).Label
	}
	return institution.CityProcedure.Move(name).Label
}

// again shows the record with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.read(r, institution.Ask{})
	if err != nil {
		return err
	}
	v := h.view(r, rec, asking{}, sent)
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("这项制度"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, recordPage(v))
}
