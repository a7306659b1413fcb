package meeting_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/meeting"
	"portal/internal/poll"
)

// together runs all at once and returns their errors.
func together(fns ...func() error) []error {
	errs := make([]error, len(fns))
	var start, done sync.WaitGroup
	start.Add(1)
	for i, fn := range fns {
		done.Go(func() {
			start.Wait()
			errs[i] = fn()
		})
	}
	start.Done()
	done.Wait()
	return errs
}

// Voting while the vote closes: who was told that they voted is counted, and nobody else.
func TestVoteWhileClosing(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	for range 3 {
		h.now = dbtest.Now
		id := h.sitting(11, h.topic(meeting.Directors, "年度工作计划"))
		h.must(h.s.CallRoll(ctx, h.staff, h.step(id), h.record(id).Items[0].ID, ""))
		step, vote := h.step(id), h.vote(id)
		var fns []func() error
		for i, m := range h.members {
			fns = append(fns, func() error { return h.s.Cast(ctx, m, id, vote, "for") })
			if i == 5 {
				fns = append(fns, func() error { return h.s.CloseRoll(ctx, h.staff, step) })
			}
		}
		voted := 0
		for i, err := range together(fns...) {
			switch {
			case i == 6:
				h.must(err)
			case err == nil:
				voted++
			case !errors.As(err, &fault.Fields{}):
				t.Errorf("voting: %v", err)
			}
		}
		if v := h.record(id).Items[0].Vote; v.ForCount != voted || *v.Passed != (voted >= 6) {
			t.Errorf("%d were told that they voted, the vote says %+v", voted, v)
		}
		h.must(h.s.End(ctx, h.staff, h.step(id)))
	}
}

// Arriving at two doors while votes are counted: nobody counts twice, and every vote
// stands on those who were there.
func TestTwoDoorsWhileVoting(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.sitting(6, h.topic(meeting.Directors, "年度工作计划"))
	r := h.record(id)
	second := h.Actor(access.Staff)
	door := func(a access.Actor) func() error {
		return func() error {
			_, err := h.g.CheckIn(ctx, a, r.GatheringID, []int64{r.Seats[6].ID, r.Seats[7].ID}, time.Time{})
			return err
		}
	}
	step := h.step(id)
	for _, err := range together(door(h.staff), door(second), func() error {
		return h.s.ShowHands(ctx, h.director, step, r.Items[0].ID, "", meeting.Count{For: 6})
	}, door(second), door(h.staff)) {
		h.must(err)
	}
	r = h.record(id)
	if v := r.Items[0].Vote; r.Present != 8 || v.Present < 6 || v.Present > 8 || v.Present == 7 || v.Due != 11 {
		t.Errorf("present %d, the vote says %+v", r.Present, v)
	}
}

// A ballot without names while the vote closes: who was told that they voted is counted.
func TestBallotWhileClosing(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	polls := poll.NewStore(h.db, func() time.Time { return h.now })
	id := h.sitting(11, h.topic(meeting.Directors, "人选推荐"), h.topic(meeting.Directors, "人选推荐二"))
	for n := range 2 {
		h.must(h.s.CallBallot(ctx, h.staff, h.step(id), h.record(id).Items[n].ID, ""))
		p := h.record(id).Open.PollID
		for _, m := range h.members[:4] { // enough for the result to be shown
			h.must(polls.Cast(ctx, m, p, []string{"for"}))
		}
		step := h.step(id)
		fns := []func() error{func() error { return h.s.CloseRoll(ctx, h.staff, step) }}
		for _, m := range h.members[4:] {
			fns = append(fns, func() error { return polls.Cast(ctx, m, p, []string{"for"}) })
		}
		voted := 4
		for i, err := range together(fns...) {
			switch {
			case i == 0:
				h.must(err)
			case err == nil:
				voted++
			case !errors.As(err, &fault.Fields{}):
				t.Errorf("casting: %v", err)
			}
		}
		if v := h.record(id).Items[n].Vote; v.ForCount != voted || *v.Passed != (voted >= 6) {
			t.Errorf("%d were told that they voted, the vote says %+v", voted, v)
		}
	}
}

// A form of a vote that was void does not count in the next, which asks something else.
func TestFormOfAnotherVote(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.sitting(8, h.topic(meeting.Directors, "年度工作计划"), h.topic(meeting.Directors, "聘任专家"))
	r := h.record(id)
	h.must(h.s.CallRoll(ctx, h.staff, h.step(id), r.Items[0].ID, ""))
	old := h.vote(id)
	h.must(h.s.VoidRoll(ctx, h.staff, h.step(id), "题目有误"))
	h.must(h.s.CallRoll(ctx, h.staff, h.step(id), r.Items[1].ID, ""))
	me := h.seated(id, r.Seats[0].Name)
	h.complains(h.s.Cast(ctx, me, id, old, "for"), "state", "没有计入")
	if n := h.record(id).Voted; n != 0 {
		t.Errorf("%d have voted", n)
	}
	h.must(h.s.Cast(ctx, me, id, h.vote(id), "against"))
}

// 印发 pressed twice: once is it issued, once are people told, and the second is told so.
func TestIssueTwice(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.sitting(8, h.topic(meeting.Directors, "年度工作计划"))
	h.must(h.s.ShowHands(ctx, h.staff, h.step(id), h.record(id).Items[0].ID, "", meeting.Count{For: 8}))
	h.must(h.s.End(ctx, h.staff, h.step(id)))
	h.must(h.s.Write(ctx, h.staff, h.step(id), "主任：开会。"))
	h.must(h.s.Check(ctx, h.staff, h.step(id)))
	h.must(h.s.Draft(ctx, h.staff, h.step(id)))
	twice := func(do func(context.Context, access.Actor, meeting.Step) error, by access.Actor) {
		h.Helper()
		step := h.step(id)
		click := func() error { return do(ctx, by, step) }
		errs := together(click, click)
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), fault.Stale) {
			t.Errorf("pressed twice: %v", errs)
		}
	}
	twice(h.s.Sign, h.director)
	twice(h.s.Issue, h.staff)
	for what, sql := range map[string]string{
		"numbers":  `SELECT count(*)::integer FROM papers WHERE subject_kind = 'meeting'`,
		"messages": `SELECT count(*)::integer FROM notices WHERE title LIKE '会议纪要已印发%' AND to_role = 'director'`,
		"records":  `SELECT count(*)::integer FROM audit_events WHERE action = 'meeting.issue'`,
	} {
		if n := dbtest.Scan[int](t, h.admin, sql); n != 1 {
			t.Errorf("%d %s", n, what)
		}
	}
}
