package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
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
