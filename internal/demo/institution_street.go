package demo

import (
	"context"
	"slices"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/institution"
	"portal/internal/procedure"
)

// rule is a rule of a street that is made in the demonstration.
type rule struct {
	street, title, text string
	begun               time.Time
	until               procedure.State
	trial               time.Time
	adopts, replaces    string
	rests               map[int]ground // by clause
	back                bool           // returned by the city once
}

// ground is a clause of the city's rule key.
type ground struct {
	key    string
	clause int
}

// The working days from the draft of a street's rule to its steps.
var ruleDays = map[procedure.State]int{
	institution.Draft: 0, institution.Consulting: 1, institution.Deliberating: 7, institution.Revising: 9, institution.Rejected: 9, institution.Passed: 9,
	institution.Signed: 10, institution.Filed: 11, institution.Accepted: 13, institution.Returned: 17, institution.Reworked: 18, institution.Recorded: 17,
	institution.InForce: 19,
}

// make drafts a street's rule and takes it as far as it goes.
func (b *lawbook) make(ctx context.Context, streets []*street, r rule) error {
	s := bySlug(streets, r.street)
	b.now = clock(forward(r.begun, 0), 9, 0)
	id, err := b.draft(ctx, s.who["staff"], institution.New{Tier: "X", Title: r.title, Text: r.text, AdoptsID: b.own[r.adopts], ReplacesID: b.own[r.replaces]})
	if err != nil {
		return err
	}
	b.own[r.title] = id
	for clause := range 15 {
		g, ok := r.rests[clause]
		if !ok {
			continue
		}
		err := b.do(ctx, id, func(st institution.Step) error {
			on := institution.Ground{ID: b.city[g.key], Place: institution.Place{Number: g.clause}}
			return b.s.Rest(ctx, s.who["staff"], st, institution.Place{Number: clause}, on)
		})
		if err != nil {
			return err
		}
	}
	if r.back {
		if err := b.take(ctx, s, id, r.begun, institution.Reworked, r.trial); err != nil {
			return err
		}
		return b.take(ctx, s, id, forward(r.begun, ruleDays[institution.Reworked]), r.until, r.trial)
	}
	return b.take(ctx, s, id, r.begun, r.until, r.trial)
}

func bySlug(streets []*street, slug string) *street {
	for _, s := range streets {
		if s.slug == slug {
			return s
		}
	}
	return nil
}

// take carries a draft of a street's rule, begun on a day, to a state.
func (b *lawbook) take(ctx context.Context, s *street, id int64, begun time.Time, until procedure.State, trial time.Time) error {
	staff, director := s.who["staff"], s.who["director"]
	for _, step := range []struct {
		to procedure.State
		do func(institution.Step) error
	}{
		{institution.Consulting, func(st institution.Step) error { return b.s.Consult(ctx, staff, st, calendar.AddDays(b.now, 14)) }},
		{institution.Consulting, func(st institution.Step) error {
			return b.s.Say(ctx, s.who["party"], st, institution.NewOpinion{Key: "demo-party", On: institution.Place{Number: 2}, Text: "建议进一步明确责任单位。"})
		}},
		{institution.Consulting, func(st institution.Step) error {
			return b.s.Say(ctx, s.who["deputy"], st, institution.NewOpinion{Key: "demo-deputy", On: institution.Place{Number: 3}, Text: "建议把次数增加一倍。"})
		}},
		{institution.Consulting, func(st institution.Step) error { return b.answer(ctx, staff, st, true) }},
		{institution.Deliberating, func(st institution.Step) error { return b.answer(ctx, staff, st, false) }},
		{institution.Deliberating, func(st institution.Step) error { return b.s.Submit(ctx, staff, st) }},
		{institution.Passed, func(st institution.Step) error { return b.meet(ctx, s, st, until) }},
		{institution.Signed, func(st institution.Step) error { return b.s.Sign(ctx, director, st, trial) }},
		{institution.Filed, func(st institution.Step) error { return b.s.File(ctx, staff, st) }},
		{institution.Accepted, func(st institution.Step) error { return b.s.Accept(ctx, b.office, st) }},
		{institution.Recorded, func(st institution.Step) error {
			if until != institution.Returned && until != institution.Reworked {
				return b.s.Keep(ctx, b.office, st, "同意备案。")
			}
			return b.s.SendBack(ctx, b.office, st, "第二条与市级重点制度的要求不够衔接，请修改后重新报备案。", []institution.Remark{
				{Place: institution.Place{Number: 2}, Text: "请写明办理时限。"}, {Place: institution.Place{Number: 3}, Text: "表述与重点制度不一致，请核对。"},
			})
		}},
	} {
		if until == institution.Draft || ruleDays[step.to] > ruleDays[until] {
			break
		}
		b.now = clock(forward(begun, ruleDays[step.to]), 10, 0)
		if err := b.do(ctx, id, step.do); err != nil {
			return err
		}
		if step.to == institution.Passed && (until == institution.Revising || until == institution.Rejected) {
			return nil
		}
	}
	switch until {
	case institution.Reworked:
		b.now = clock(forward(begun, ruleDays[until]), 9, 0)
		return b.do(ctx, id,
			func(st institution.Step) error { return b.s.Rework(ctx, staff, st) },
			func(st institution.Step) error {
				return b.rewrite(ctx, staff, st, strings.NewReplacer("及时补充", "在三十日内补充", "每半年", "每季度"))
			})
	case institution.InForce:
		b.now = clock(forward(begun, ruleDays[until]), 10, 0)
		return b.do(ctx, id, func(st institution.Step) error { return b.s.TakeEffect(ctx, staff, st, calendar.On(b.now)) })
	}
	return nil
}

// answer says what became of the first opinion that waits: it is adopted or not.
func (b *lawbook) answer(ctx context.Context, staff access.Actor, st institution.Step, adopted bool) error {
	r, err := b.s.Record(ctx, staff, st.ID, institution.Ask{})
	if err != nil {
		return err
	}
	answer, reason := "adopted", ""
	if !adopted {
		answer, reason = "not_adopted", "现有次数已能满足工作需要，执行一年后再评估。"
	}
	i := slices.IndexFunc(r.Opinions, func(o institution.OpinionLine) bool { return o.Answer == "" })
	return b.s.Answer(ctx, staff, st, r.Opinions[i].ID, answer, reason)
}

// meet is the directors' meeting that deals with a draft.
func (b *lawbook) meet(ctx context.Context, s *street, st institution.Step, until procedure.State) error {
	on := calendar.On(b.now)
	var due []committee.PostLine
	if err := b.c.DB.Read(ctx, operator, committee.InPost(&due, s.id, on)); err != nil {
		return err
	}
	m := institution.Meeting{MetOn: on, ChairID: due[0].ID, Present: len(due) - 1, For: len(due) - 2, Verdict: "passed"}
	switch until {
	case institution.Revising:
		m.For, m.Verdict, m.Note = 4, "revise", "第三条与第二条重复，合并后再议。"
	case institution.Rejected:
		m.For, m.Verdict, m.Note = 2, "rejected", "积分不能反映履职实效，暂不制定。"
	}
	return b.s.Deliberate(ctx, s.who["staff"], st, m)
}
