package voter

import (
	"context"
	"net/http"

	"portal/internal/access"
	"portal/internal/person"
	"portal/internal/text"
	"portal/internal/voter"
	"portal/web/page"
)

// asked is a move as it was sent.
type asked struct{ *page.Sent }

func (a asked) step() voter.Step { return voter.Step{ID: a.ID, Version: a.Version} }

// rows are the rows that were ticked; one must be.
func (a asked) rows(name, label string) []int64 {
	list := a.Rows(name, voter.MaxCandidates)
	if list == nil {
		a.Complain(name, "请选择"+label)
	}
	return list
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error

// plain is a move whose form has no fields.
func plain(do func(*voter.Store, context.Context, access.Actor, voter.Step) error) act {
	return func(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error {
		return do(s, ctx, actor, a.step())
	}
}

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"opening":        plain((*voter.Store).Open),
	"vetting":        plain((*voter.Store).Vet),
	"publicity":      plain((*voter.Store).Publish),
	"publicity-end":  plain((*voter.Store).EndPublicity),
	"submission":     plain((*voter.Store).Submit),
	"announcement":   plain((*voter.Store).Announce),
	"closure":        plain((*voter.Store).Close),
	"recommendation": recommendation,
	"review": func(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error {
		r := voter.Review{
			Candidates: a.rows("candidates", "人选"),
			Adult:      a.Has("conditions", "adult"), Standing: a.Has("conditions", "standing"), Clear: a.Has("conditions", "clear"),
			Organs: a.Line("organs", "参加联审的部门", voter.MaxOrgans, true), Note: a.Text("note", "说明", voter.MaxNote, false),
		}
		return a.Try(func() error { return s.RecordReview(ctx, actor, a.step(), r) })
	},
	"withdrawal": func(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error {
		c, why := a.Row("candidate", "人选"), a.Text("reason", "撤回的理由", voter.MaxNote, true)
		return a.Try(func() error { return s.Withdraw(ctx, actor, a.step(), c, why) })
	},
	"objection": func(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error {
		n := voter.ObjectionNew{
			Key: page.Key(), Candidate: a.Row("candidate", "人选"), FromWhom: a.Line("from", "提出人", voter.MaxRecommender, false),
			Content: a.Text("content", "异议内容", voter.MaxContent, true),
		}
		return a.Try(func() error { return s.Object(ctx, actor, a.step(), n) })
	},
	"objection-decision": func(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error {
		o, d := a.Row("objection", "异议"), a.Choice("decision", "处理结果", voter.Decisions)
		note := a.Text("note", "核查情况", voter.MaxNote, true)
		return a.Try(func() error { return s.DecideObjection(ctx, actor, a.step(), o, d == "upheld", note) })
	},
	"confirmation": func(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error {
		c := voter.Confirmation{
			MetOn: a.Date("met_on", "会议日期", true), Chair: a.Row("chair", "主持人"),
			Present: a.Int("met_present", "到会人数", 1, 100), For: a.Int("met_for", "赞成人数", 0, 100),
		}
		return a.Try(func() error { return s.Confirm(ctx, actor, a.step(), c) })
	},
	"certificates": func(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error {
		list := a.rows("list", "领到证书的选民代表")
		on := a.Date("on", "发证日期", true)
		return a.Try(func() error { return s.HandOut(ctx, actor, a.step(), list, on) })
	},
	"stop": func(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error {
		why := a.Text("reason", "终止的理由", voter.MaxNote, true)
		return a.Try(func() error { return s.Stop(ctx, actor, a.step(), why) })
	},
}

func recommendation(ctx context.Context, s *voter.Store, actor access.Actor, a asked) error {
	key := page.Key()
	year := s.Now().Year()
	n := voter.CandidateNew{
		Key: key, DistrictID: a.Row("district", "选区"),
		Person: person.New{
			Name: a.Line("name", "姓名", text.Name, true), Sex: a.Choice("sex", "性别", person.Sexes),
			Born: a.Int("born", "出生年份", year-110, year), Work: a.Line("work", "工作单位和职务", voter.MaxWork, false),
			Phone: a.Phone("phone", "联系电话", false),
		},
		Standing:      a.Choice("standing", "资格", voter.Standings),
		Hukou:         a.Word("hukou", "户籍", "yes", "no") == "yes",
		Occupation:    a.Choice("occupation", "职业", voter.Occupations),
		RecommendedBy: a.Choice("recommended_by", "推荐方式", voter.Recommenders),
		Recommender:   a.Line("recommender", "推荐方", voter.MaxRecommender, true),
	}
	if n.RecommendedBy == "joint" {
		n.Signers = a.Int("signers", "联名人数", 1, 10000)
	}
	return a.Try(func() error { return s.Recommend(ctx, actor, a.step(), n) })
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = acts[name](r.Context(), h.voters, page.Actor(r), asked{sent})
		said := "“" + voter.Procedure.Move(name).Label + "”已完成。"
		return sent.Answer(w, err, page.SelectionURL(sent.ID), said, func(code int) error { return h.again(w, r, code, sent) })
	}
}

// again shows the record with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := h.view(r, rec, sent)
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("这项推选工作"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, recordPage(v))
}
