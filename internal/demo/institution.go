package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/institution"
	"portal/internal/procedure"
)

// lawbook makes the rules of the city and its streets, with a clock of its own: one
// after the other, since the city numbers its letters in one series.
type lawbook struct {
	c      Config
	office access.Actor
	now    time.Time
	s      *institution.Store
	city   map[string]int64 // the city's rules: "1" and the core rules by their keys
	own    map[string]int64 // the streets' rules by their titles
	n      int
}

func (c Config) lawbook(streets []*street) *lawbook {
	b := &lawbook{c: c, office: streets[0].who["city-office"], city: map[string]int64{}, own: map[string]int64{}}
	clock := func() time.Time { return b.now }
	b.s = institution.NewStore(c.DB, file.NewStore(c.DB, clock), clock)
	return b
}

// step is the version that the record has now: nobody else works on it meanwhile.
func (b *lawbook) step(ctx context.Context, id int64) (st institution.Step, err error) {
	st.ID = id
	return st, b.c.DB.Read(ctx, operator, db.Value(&st.Version, `SELECT version FROM institutions WHERE id = @id`, db.Args{"id": id}))
}

func (b *lawbook) do(ctx context.Context, id int64, moves ...func(institution.Step) error) error {
	for _, m := range moves {
		st, err := b.step(ctx, id)
		if err == nil {
			err = m(st)
		}
		if err != nil {
			return fmt.Errorf("institution %d: %w", id, err)
		}
	}
	return nil
}

func (b *lawbook) draft(ctx context.Context, a access.Actor, n institution.New) (int64, error) {
	b.n++
	n.Key = fmt.Sprint("demo-", n.Tier, "-", b.n)
	return b.s.Draft(ctx, a, n)
}

// legislate has the city make the "1" and the five core rules of 27 June 2019 and
// revise the "1" before its trial ends, and the streets make theirs.
func (b *lawbook) legislate(ctx context.Context, streets []*street) (err error) {
	b.now = clock(calendar.Day(2019, time.May, 20), 9, 0)
	if b.city["1"], err = b.draft(ctx, b.office, institution.New{Tier: "1", Title: institution.Master, Text: masterText}); err != nil {
		return err
	}
	for _, core := range institution.Cores {
		if b.city[core.Key], err = b.draft(ctx, b.office, institution.New{Tier: "5", Core: core.Key, Text: coreTexts[core.Key]}); err != nil {
			return err
		}
	}
	session := sitting{"市十六届人大常委会第二十四次会议", issued}
	for _, key := range []string{"1", "duties", "director", "meeting", "voters", "groups"} {
		trial := time.Time{}
		if key == "1" {
			trial = calendar.Day(2022, time.June, 27)
		}
		if err := b.pass(ctx, b.city[key], calendar.Day(2019, time.May, 21), session, institution.InForce, trial); err != nil {
			return err
		}
	}
	if err := b.mark(ctx, b.office, map[string]map[int][]string{
		"1": {3: nil, 7: {"visit", "reception", "opinion"}, 9: nil, 11: nil}, "voters": {2: {"visit"}, 3: {"reception"}, 4: {"opinion"}}, "duties": {2: {"visit", "opinion"}},
	}, b.city); err != nil {
		return err
	}
	b.now = clock(calendar.Day(2022, time.April, 11), 9, 0)
	err = b.revise(ctx, b.office, b.city["1"], "试行期将满，总结三年经验修订", masterChanges)
	if err == nil {
		err = b.pass(ctx, b.city["1"], calendar.Day(2022, time.April, 12), sitting{"市十七届人大常委会第四次会议", calendar.Day(2022, time.June, 23)}, institution.InForce, time.Time{})
	}
	if err == nil {
		err = b.histories(ctx, streets)
	}
	if err == nil {
		err = b.land(ctx, streets)
	}
	return err
}

// sitting is a session of the standing committee.
type sitting struct {
	name string
	on   time.Time
}

// pass takes a draft of the city to a state: out for opinions on a day, voted on in a
// session, in force from that day on (the revision of 2022 from when the trial ends).
func (b *lawbook) pass(ctx context.Context, id int64, consulted time.Time, at sitting, until procedure.State, trial time.Time) error {
	b.now = clock(consulted, 10, 0)
	err := b.do(ctx, id, func(st institution.Step) error {
		return b.s.Consult(ctx, b.office, st, calendar.AddDays(consulted, 14))
	})
	if err != nil || until == institution.Consulting {
		return err
	}
	b.now = clock(calendar.AddDays(at.on, -3), 10, 0)
	err = b.do(ctx, id, func(st institution.Step) error { return b.s.Submit(ctx, b.office, st) })
	if err != nil || until == institution.Deliberating {
		return err
	}
	b.now = clock(at.on, 11, 0)
	v := institution.Vote{Session: at.name, On: at.on, Members: 61, Present: 59, For: 57, Abstained: 2}
	if until == institution.Revising || until == institution.Rejected {
		v.For, v.Against, v.Abstained, v.Again = 27, 20, 12, until == institution.Revising
	}
	err = b.do(ctx, id, func(st institution.Step) error { return b.s.Count(ctx, b.office, st, v) })
	if err != nil || until != institution.Signed && until != institution.InForce {
		return err
	}
	b.now = clock(at.on, 15, 0)
	err = b.do(ctx, id, func(st institution.Step) error { return b.s.Issue(ctx, b.office, st, trial) })
	if err != nil || until == institution.Signed {
		return err
	}
	on := at.on
	if at.on.Year() == 2022 {
		on = calendar.Day(2022, time.June, 27)
	}
	return b.do(ctx, id, func(st institution.Step) error { return b.s.TakeEffect(ctx, b.office, st, on) })
}

// revise begins the next version, its text changed.
func (b *lawbook) revise(ctx context.Context, a access.Actor, id int64, why string, with *strings.Replacer) error {
	return b.do(ctx, id,
		func(st institution.Step) error { return b.s.Revise(ctx, a, st, why) },
		func(st institution.Step) error { return b.rewrite(ctx, a, st, with) })
}

func (b *lawbook) rewrite(ctx context.Context, a access.Actor, st institution.Step, with *strings.Replacer) error {
	r, err := b.s.Record(ctx, a, st.ID, institution.Ask{})
	if err != nil {
		return err
	}
	_, text, err := b.s.Both(ctx, a, st.ID, r.Latest().Ordinal, r.Latest().Ordinal)
	if err != nil {
		return err
	}
	return b.s.Write(ctx, a, st, "", with.Replace(institution.TypeText(text)))
}

// mark says of clauses what counts as done under them; nil: they oblige nobody.
func (b *lawbook) mark(ctx context.Context, a access.Actor, marks map[string]map[int][]string, ids map[string]int64) error {
	for key, clauses := range marks {
		for number, kinds := range clauses {
			m := institution.Mark{Obliging: kinds != nil, Kinds: kinds}
			if err := b.s.SetMark(ctx, a, ids[key], institution.Place{Number: number}, m); err != nil {
				return fmt.Errorf("mark %s %d: %w", key, number, err)
			}
		}
	}
	return nil
}

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

// Titles of rules that others refer to.
const (
	ballotTitle    = "东城街道重大民生实事项目代表票选制工作实施方案"
	teamTitle      = "东城街道“四支队伍”管理办法"
	budgetTitle    = "莞城街道预算监督工作办法"
	receptionTitle = "南城街道代表进站接待实施细则"
	oldGroupTitle  = "南城街道代表小组活动暂行办法"
	groupTitle     = "南城街道代表小组活动办法"
	meetingTitle   = "万江街道工委主任会议议事细则"
	walkTitle      = "万江街道“行走街道”活动办法（试行）"
)

// histories are the streets' rules that are or were in force.
func (b *lawbook) histories(ctx context.Context, streets []*street) error {
	day := calendar.Day
	for _, r := range []rule{
		{
			street: "dongcheng", title: teamTitle, text: teamMethod, begun: day(2019, time.August, 5), until: institution.InForce, back: true,
			rests: map[int]ground{2: {"1", 6}, 4: {"voters", 4}},
		},
		{
			street: "nancheng", title: receptionTitle, text: receptionRules, begun: day(2019, time.August, 12), until: institution.InForce,
			rests: map[int]ground{2: {"voters", 2}, 3: {"voters", 4}, 4: {"voters", 3}},
		},
		{
			street: "wanjiang", title: meetingTitle, text: meetingRules, begun: day(2019, time.September, 2), until: institution.InForce,
			rests: map[int]ground{2: {"meeting", 2}, 4: {"meeting", 4}},
		},
		{
			street: "guancheng", title: budgetTitle, text: budgetMethod, begun: day(2019, time.September, 16), until: institution.InForce,
			rests: map[int]ground{2: {"1", 6}, 3: {"1", 9}, 5: {"1", 10}},
		},
		{
			street: "nancheng", title: oldGroupTitle, text: groupRules, begun: day(2019, time.October, 14), until: institution.InForce,
			rests: map[int]ground{2: {"groups", 3}},
		},
		{
			street: "dongcheng", title: ballotTitle, text: ballotScheme, begun: day(2019, time.November, 4), until: institution.InForce,
			rests: map[int]ground{3: {"1", 5}, 4: {"duties", 2}},
		},
		{
			street: "guancheng", title: "莞城街道“四支队伍”管理办法", text: strings.Replace(teamMethod, "每月走访", "每两周走访", 1), begun: day(2020, time.September, 7), until: institution.InForce,
			adopts: teamTitle, rests: map[int]ground{2: {"1", 6}},
		},
		{
			street: "nancheng", title: groupTitle, text: strings.Replace(groupRules, "每半年至少开展一次专题活动", "应当每季度至少开展一次专题活动", 1), begun: day(2021, time.March, 1),
			until: institution.InForce, replaces: oldGroupTitle, rests: map[int]ground{2: {"groups", 3}},
		},
		{
			street: "wanjiang", title: walkTitle, text: walkRules, begun: calendar.AddDays(b.c.Now, -700), until: institution.InForce, trial: calendar.AddDays(calendar.On(b.c.Now), 40),
			rests: map[int]ground{3: {"voters", 4}},
		},
	} {
		if err := b.make(ctx, streets, r); err != nil {
			return fmt.Errorf("%s: %w", r.title, err)
		}
	}
	// 莞城街道 revised its own after the first year.
	guancheng := bySlug(streets, "guancheng")
	b.now = clock(calendar.Day(2021, time.January, 11), 9, 0)
	err := b.revise(ctx, guancheng.who["staff"], b.own[budgetTitle], "总结2020年预算监督经验", strings.NewReplacer("每年组织一次", "每年预算编制前组织一次"))
	if err == nil {
		err = b.take(ctx, guancheng, b.own[budgetTitle], calendar.On(b.now), institution.InForce, time.Time{})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", budgetTitle, err)
	}
	for slug, marks := range map[string]map[string]map[int][]string{
		"nancheng":  {receptionTitle: {2: {"visit"}, 3: {"opinion"}}},
		"dongcheng": {teamTitle: {4: {"opinion"}}, ballotTitle: {5: nil}},
	} {
		if err := b.mark(ctx, bySlug(streets, slug).who["staff"], marks, b.own); err != nil {
			return err
		}
	}
	return nil
}

// land fills most of the matrix of streets and core rules.
func (b *lawbook) land(ctx context.Context, streets []*street) error {
	details := map[string]string{"nancheng voters": receptionTitle, "nancheng groups": oldGroupTitle, "wanjiang meeting": meetingTitle}
	gaps := map[string]bool{"nancheng director": true, "wanjiang groups": true, "guancheng director": true, "guancheng groups": true}
	for i, s := range streets {
		for j, core := range institution.Cores {
			cell := s.slug + " " + core.Key
			if gaps[cell] {
				continue
			}
			on := forward(calendar.Day(2019, time.July, 15), 3*i+2*j)
			n := institution.NewLanding{InstitutionID: b.city[core.Key], Status: "forwarded", On: on, Note: "已转发各社区和驻街道代表。"}
			if title := details[cell]; title != "" {
				on = calendar.Day(2019, time.December, 2+j)
				n.Status, n.On, n.Note, n.RuleID = "detailed", on, "", b.own[title]
			}
			if cell == "dongcheng duties" {
				n.Files = sheet("转发通知")
			}
			b.now = clock(on, 16, 0)
			if err := b.s.Land(ctx, s.who["staff"], 0, n); err != nil {
				return fmt.Errorf("%s: %w", cell, err)
			}
		}
	}
	return nil
}
