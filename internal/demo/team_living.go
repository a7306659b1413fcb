package demo

import (
	"context"
	"slices"
	"time"

	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/team"
)

// goOn plans the years between: confirmations every February, and the renewal of
// the experts with the congress of the end of 2021, when two others follow the two
// who are not renewed.
func (t *teams) goOn() {
	for year := 2020; year <= t.end.Year(); year++ {
		at := clock(calendar.Day(year, time.February, 18), 15, 0)
		if at.After(t.end) {
			break // those of this year are yet to be confirmed
		}
		t.at(at, func(ctx context.Context) error {
			var ids []int64
			err := t.c.DB.Read(ctx, operator, db.Values(&ids, `SELECT id FROM officers WHERE street_id = @street ORDER BY id LIMIT 1000`, db.Args{"street": t.id}))
			if err != nil {
				return err
			}
			if year == t.end.Year() {
				ids = ids[:len(ids)-3]
			}
			_, err = t.store.ConfirmAll(ctx, t.who["staff"], ids)
			return err
		})
	}
	day := func(m time.Month, d int) time.Time { return clock(calendar.Day(2021, m, d), 10, 20) }
	again := func() []int64 { return t.experts[:teamSize[t.slug].experts-2] }
	t.at(day(time.November, 22), func(ctx context.Context) error {
		return t.onExperts(ctx, again(), func(st team.Step) error {
			return t.store.Renew(ctx, t.who["staff"], st, t.key(), "工委办公室", calendar.On(t.now), t.agreed())
		})
	})
	var others []int64
	t.at(day(time.November, 24), func(ctx context.Context) error {
		for i := range 2 {
			id, err := t.recommend(ctx, t.street.people.name(), i+3, t.agreed())
			if err != nil {
				return err
			}
			others = append(others, id)
		}
		return nil
	})
	all := func() []int64 { return slices.Concat(again(), others) }
	t.at(day(time.December, 3), func(ctx context.Context) error { return t.review(ctx, all()) })
	t.at(day(time.December, 10), func(ctx context.Context) error { return t.decide(ctx, all()) })
	t.at(day(time.December, 20), func(ctx context.Context) error { return t.certify(ctx, again(), time.Time{}) })
	t.at(clock(calendar.Day(2022, time.January, 5), 10, 20), func(ctx context.Context) error { return t.certify(ctx, others, time.Time{}) })
}

// today plans what goes on around today, so that every state has somebody.
func (t *teams) today() {
	at := func(days, hour int) time.Time { return clock(back(t.end, days), hour, 40) }
	var fresh []int64 // recommended some weeks ago
	t.at(at(45, 9), func(ctx context.Context) error {
		for i := range 7 {
			id, err := t.recommend(ctx, t.street.people.name(), i+2, t.agreed())
			if err != nil {
				return err
			}
			fresh = append(fresh, id)
		}
		return nil
	})
	t.at(at(42, 9), func(ctx context.Context) error { return t.review(ctx, fresh[:6]) })
	t.at(at(40, 9), func(ctx context.Context) error { return t.decide(ctx, fresh[:4]) })
	t.at(at(38, 9), func(ctx context.Context) error { return t.certify(ctx, fresh[:1], calendar.AddDays(t.end, 40)) }) // a short term, soon over
	t.at(at(30, 9), func(ctx context.Context) error { return t.publicise(ctx, fresh[1]) })
	t.at(at(20, 9), func(ctx context.Context) error {
		return t.onExperts(ctx, fresh[1:2], func(st team.Step) error {
			return t.store.EndPublicity(ctx, t.who["staff"], st, true, "公示期内没有收到异议")
		})
	})
	t.at(at(12, 9), func(ctx context.Context) error {
		a, _, _, err := t.signing(ctx)
		if err != nil {
			return err
		}
		err = t.onExperts(ctx, fresh[4:5], func(st team.Step) error { return t.store.Decline(ctx, a, st, "同一领域已有专家") })
		if err != nil {
			return err
		}
		return t.onExperts(ctx, t.experts[3:4], func(st team.Step) error {
			return t.store.Dismiss(ctx, a, st, team.Dismissal{On: calendar.On(t.now), Why: "moved", Note: "调往外市工作"})
		})
	})
	t.at(at(2, 9), func(ctx context.Context) error { return t.publicise(ctx, fresh[2]) })
	t.at(at(1, 9), t.lately)
}

func (t *teams) publicise(ctx context.Context, id int64) error {
	return t.onExperts(ctx, []int64{id}, func(st team.Step) error { return t.store.Publicise(ctx, t.who["staff"], st, calendar.On(t.now)) })
}

// lately is what happened yesterday: a recommendation without consent, an expert's
// own log, a renewal, and officers who come, go and are not taken.
func (t *teams) lately(ctx context.Context) error {
	if _, err := t.recommend(ctx, t.street.people.name(), 5, team.Consent{}); err != nil {
		return err
	}
	self, staff := t.who["expert"], t.who["staff"]
	for i, subject := range []string{"民生实事候选项目论证会", "审阅半年预算执行情况", "书面意见：学位供给"} {
		w := team.Work{Key: t.key(), Kind: team.Kinds[(i+1)%3].Key, On: calendar.On(t.now), Subject: subject, Tenths: 15 + 10*i}
		if err := t.store.LogWork(ctx, self, t.experts[0], w); err != nil {
			return err
		}
	}
	var works []int64
	err := t.c.DB.Read(ctx, operator, db.Values(&works, `SELECT id FROM expert_works WHERE street_id = @street AND state = 'entered' ORDER BY id LIMIT 10`, db.Args{"street": t.id}))
	if err == nil {
		err = t.store.ConfirmWork(ctx, staff, t.experts[0], works[1], false, "用时请核对后重填")
	}
	if err == nil {
		err = t.onExperts(ctx, t.experts[1:2], func(st team.Step) error {
			return t.store.Renew(ctx, staff, st, t.key(), "工委办公室", calendar.On(t.now), t.agreed())
		})
	}
	if err != nil {
		return err
	}
	a, _, _, err := t.signing(ctx)
	if err != nil {
		return err
	}
	// One goes, which leaves a gap; one comes elsewhere; another community's proposal is not taken; a third waits.
	err = t.onPosts(ctx, "in_post", 1, func(st team.Step, posts []int64) error {
		return t.store.DismissOfficer(ctx, a, st, posts, team.Leaving{On: calendar.On(t.now), Why: "request", Note: "另有工作安排"})
	})
	if err != nil {
		return err
	}
	if err := t.propose(ctx, t.street.people.name(), "", []string{team.Information}, t.communities[2]); err != nil {
		return err
	}
	if err := t.appointAll(ctx); err != nil {
		return err
	}
	if err := t.propose(ctx, t.street.people.name(), "", []string{team.Liaison}, t.communities[1]); err != nil {
		return err
	}
	err = t.onPosts(ctx, "proposed", 1, func(st team.Step, posts []int64) error {
		return t.store.DeclineOfficer(ctx, a, st, posts, "该社区已有联络员，暂不增加")
	})
	if err != nil {
		return err
	}
	return t.propose(ctx, t.street.people.name(), "", []string{team.Liaison, team.Information}, t.communities[len(t.communities)-1])
}
