package activity_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/mandate"
	"portal/internal/poll"
)

// uncovered counts acts that stand on or after the day on which their authorisation
// was withdrawn.
const uncovered = `
	SELECT count(*)::integer
	FROM mandate_acts a
	JOIN mandate_streets s ON s.street_id = a.street_id AND s.mandate_id = a.mandate_id
	WHERE a.cancelled_on IS NULL AND a.act_on >= s.withdrawn_on`

func (h *house) withdraw(m int64, days int) error {
	step := mandate.Step{ID: m, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM mandates WHERE id = $1`, m)}
	return h.m.Withdraw(h.Context(), h.Actor(access.CityLeader), step, calendar.AddDays(calendar.On(h.now), days), "另有安排")
}

// An authorisation is withdrawn while an appraisal under it is being sent for
// approval: no act stands without cover, and what lost it goes no further.
func TestWithdrawnWhileSubmitted(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	passed, refused := 0, 0
	for range 8 {
		m := h.authorised("appraisal", "inspect_appraise")
		id := h.planned(activity.Appraisal, 10)
		step := h.step(id)
		var wg sync.WaitGroup
		var submitted, withdrawn error
		wg.Go(func() { submitted = h.s.Submit(ctx, h.staff, step) })
		wg.Go(func() { withdrawn = h.withdraw(m, 0) })
		wg.Wait()
		h.must(withdrawn)
		switch {
		case submitted == nil:
			passed++
			h.complains("what lost its cover is agreed to", h.s.Approve(ctx, h.director, h.step(id), ""), "mandate", "没有有效的授权")
		case mandate.Refusal(submitted) != nil:
			refused++
			h.want(id, activity.Draft)
		default:
			t.Fatal(submitted)
		}
		if n := dbtest.Scan[int](t, h.admin, uncovered); n != 0 {
			t.Fatalf("%d acts stand without cover", n)
		}
	}
	t.Logf("%d sent first, %d withdrawn first", passed, refused)
}

// The same on the day itself, while the appraisal is being opened or ended: what was
// done forbids the withdrawal from that day on, what was withdrawn does not end as done.
func TestWithdrawnOnTheDay(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	for i := range 6 {
		m := h.authorised("appraisal", "inspect_appraise")
		id := h.planned(activity.Appraisal, 4)
		h.approved(id)
		h.must(h.s.Notify(ctx, h.staff, h.step(id)))
		h.pass(4)
		move := h.s.Open
		if i%2 == 1 {
			h.must(h.s.Open(ctx, h.staff, h.step(id)))
			h.checkIn(id)
			move = h.s.Close
		}
		step := h.step(id)
		var wg sync.WaitGroup
		var moved, withdrawn error
		wg.Go(func() { moved = move(ctx, h.staff, step) })
		wg.Go(func() { withdrawn = h.withdraw(m, 0) })
		wg.Wait()
		if moved != nil {
			var bad fault.Fields
			if !errors.As(moved, &bad) {
				t.Fatal(moved)
			}
			h.must(withdrawn)
		}
		if n := dbtest.Scan[int](t, h.admin, uncovered); n != 0 {
			t.Fatalf("%d acts stand without cover", n)
		}
		if n := dbtest.Scan[int](t, h.admin, `
			SELECT count(*)::integer FROM activities a JOIN mandate_acts m ON m.street_id = a.street_id AND m.id = a.act_id
			WHERE a.state IN ('held', 'recorded', 'reported', 'forwarded', 'archived') AND (m.completed_on IS NULL OR m.cancelled_on IS NOT NULL)`); n != 0 {
			t.Fatalf("%d activities took place without a completed act", n)
		}
		h.pass(1)
	}
}

// Two people make the same move: one act, one stale.
func TestTwoAtOnce(t *testing.T) {
	h := open(t)
	h.authorised("appraisal", "inspect_appraise")
	id := h.planned(activity.Appraisal, 5)
	step := h.step(id)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = h.s.Submit(t.Context(), h.staff, step) })
	}
	wg.Wait()
	ok := 0
	for _, err := range errs {
		if err == nil {
			ok++
		} else if !errors.Is(err, fault.Stale) {
			t.Errorf("the other: %v, want Stale", err)
		}
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM mandate_acts`); ok != 1 || n != 1 {
		t.Errorf("%d passed and made %d acts, want one", ok, n)
	}
}

// The appraised unit is rated without names by those who are there, and again by the
// same after it has reported what it put right.
func TestRated(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	h.newDeputy(h.Street, "第三位")
	h.authorised("appraisal", "inspect_appraise")
	id := h.planned(activity.Appraisal, 5)
	h.approved(id)
	h.must(h.s.Notify(ctx, h.staff, h.step(id)))
	h.pass(5)
	h.must(h.s.Open(ctx, h.staff, h.step(id)))
	h.complains("rated by nobody", h.s.Rate(ctx, h.staff, h.step(id)), "state", "还没有人")
	at := dbtest.Scan[int64](t, h.admin, `SELECT gathering_id FROM activities WHERE id = $1`, id)
	var all []int64
	h.must(h.admin.QueryRow(ctx, `SELECT array_agg(id ORDER BY id) FROM attendances WHERE gathering_id = $1 AND due`, at).Scan(&all))
	_, err := h.g.CheckIn(ctx, h.staff, at, all, h.now)
	h.must(err)
	h.must(h.s.Rate(ctx, h.staff, h.step(id)))
	h.complains("a second rating beside it", h.s.Rate(ctx, h.staff, h.step(id)), "state", "已经在投票")
	h.complains("ended while it runs", h.s.Close(ctx, h.staff, h.step(id)), "state", "测评还没有结束")
	polls := poll.NewStore(h.db, func() time.Time { return h.now })
	h.must(polls.Cast(ctx, h.deputy, dbtest.Scan[int64](t, h.admin, `SELECT id FROM polls`), []string{poll.Satisfied}))
	if r := h.look(h.staff, id); len(r.Ratings) != 1 || r.Ratings[0].Split() || r.Ratings[0].Circle != 3 || r.Ratings[0].Cast() != 1 {
		t.Errorf("while it runs = %+v", r.Ratings)
	}
	h.must(h.s.CloseRating(ctx, h.staff, h.step(id)))
	if r := h.look(h.staff, id); r.Ratings[0].Split() {
		t.Error("one ballot is shown split")
	}
	h.must(h.s.Close(ctx, h.staff, h.step(id)))
	h.must(h.s.Record(ctx, h.staff, h.step(id), activity.Outcome{Summary: "提出意见一条。", Findings: []string{"响应慢"}}))
	h.must(h.s.Report(ctx, h.staff, h.step(id), "评议报告"))
	h.must(h.s.Forward(ctx, h.director, h.step(id), activity.Letter{Units: []int64{h.Unit}, Content: "请整改"}))
	h.complains("rated again before the report", h.s.Rate(ctx, h.staff, h.step(id)), "state", "整改报告以后")
	h.must(h.s.Feed(ctx, h.unit, h.step(id), activity.Answer{Text: "方案"}))
	h.must(h.s.Rectify(ctx, h.unit, h.step(id), activity.Answer{Text: "报告"}))
	h.must(h.s.Rate(ctx, h.staff, h.step(id)))
	h.complains("archived while it runs", h.s.Archive(ctx, h.staff, h.step(id), ""), "state", "测评还没有结束")
	h.must(h.s.CancelRating(ctx, h.staff, h.step(id), "人没到齐"))
	h.must(h.s.Archive(ctx, h.staff, h.step(id), ""))
}
