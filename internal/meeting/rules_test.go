package meeting_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"testing"
	"time"

	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/meeting"
	"portal/internal/plan"
	"portal/internal/poll"
)

// The smallest whole number above a fraction, against exact fractions.
func TestMoreThan(t *testing.T) {
	_, admin := dbtest.Open(t)
	for base := int64(0); base <= 60; base++ {
		for _, f := range [][2]int64{{1, 2}, {2, 3}, {1, 3}, {3, 4}, {3, 5}} {
			limit := new(big.Rat).Mul(big.NewRat(base, 1), big.NewRat(f[0], f[1]))
			want := int64(0)
			for new(big.Rat).SetInt64(want).Cmp(limit) <= 0 {
				want++
			}
			if got := dbtest.Scan[int64](t, admin, `SELECT app.more_than($1, $2, $3)`, base, f[0], f[1]); got != want {
				t.Errorf("more than %d/%d of %d = %d, want %d", f[0], f[1], base, got, want)
			}
		}
	}
}

// Of 37 voter representatives, 25 are a quorum and 19 votes a majority; of 36, 24 are
// just two thirds, which is not more.
func TestRepresentatives(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	voters := func(n int) {
		for i := range n {
			person := dbtest.Scan[int64](t, h.admin, `INSERT INTO people (street_id, name, key) VALUES ($1, $2, gen_random_uuid()::text) RETURNING id`, h.Street, fmt.Sprintf("选民代表%d", i))
			dbtest.Exec(t, h.admin, `
				WITH rules AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', true))
				INSERT INTO voter_representatives (street_id, person_id, selection_id, candidate_id, district_id, seat, since, until_on)
				SELECT $1, $2::bigint, 1, $2::bigint, 1, ($2::bigint)::integer, '2024-08-01', '2029-07-31' FROM rules`, h.Street, person)
		}
	}
	voters(36)
	id := h.planned(meeting.Representatives, h.topic(meeting.Representatives, "民生实事进展"))
	if r := h.record(id); r.Due != 36 || r.Quorum != 25 || r.Needed != 19 {
		t.Errorf("of 36: due %d, quorum %d, needed %d", r.Due, r.Quorum, r.Needed)
	}
	voters(1)
	if r := h.record(id); r.Due != 37 || r.Quorum != 25 || r.Needed != 19 {
		t.Errorf("of 37: due %d, quorum %d, needed %d", r.Due, r.Quorum, r.Needed)
	}
	h.must(h.s.Notify(ctx, h.staff, h.step(id), ""))
	r := h.record(id)
	due, beside := 0, 0
	for _, s := range r.Seats {
		if s.Due {
			due++
		} else {
			beside++
		}
	}
	if due != 37 || beside != 11 {
		t.Errorf("%d are due, %d beside", due, beside)
	}
	// Five are no members on the day: they are due no more. Another setting changes nothing.
	dbtest.Exec(t, h.admin, `UPDATE voter_representatives SET ended_on = '2026-03-03', ended_why = 'resigned' WHERE person_id IN (SELECT person_id FROM voter_representatives ORDER BY id LIMIT 5)`)
	dbtest.Exec(t, h.admin, `INSERT INTO settings (city_id, street_id, key, value) VALUES ($1, 0, 'meeting.representatives.quorum_num', 0)`, h.City)
	if r := h.record(id); r.Due != 32 || r.Quorum != 22 {
		t.Errorf("after the notice: due %d, quorum %d", r.Due, r.Quorum)
	}
}

// The notice keeps its days, or says why not.
func TestNoticeDays(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.planned(meeting.Directors, h.topic(meeting.Directors, "年度工作计划"))
	h.now = day(2, 9)
	h.complains(h.s.Notify(ctx, h.staff, h.step(id), ""), "urgent", "3 天")
	h.must(h.s.Notify(ctx, h.staff, h.step(id), "防汛"))
	if r := h.record(id); r.UrgentWhy != "防汛" {
		t.Errorf("urgent = %q", r.UrgentWhy)
	}
	if err := h.sql(`UPDATE meetings SET quorum_num = 0`); !db.Violates(err, "meetings_rules_fixed") {
		t.Errorf("the rules were changed: %v", err)
	}
}

// item is an item of the plan of 2026, which was passed.
func (h *house) item(theme string) int64 {
	h.Helper()
	dbtest.Exec(h, h.admin, fmt.Sprintf(`
		DO $$
		BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO plans (street_id, year, state, consulted_on, passed_on, key) VALUES (%d, 2026, 'passed', '2026-01-05', '2026-01-20', 'p');
			INSERT INTO plan_items (street_id, plan_id, month, theme, kind, basis, owner, output, key)
			SELECT street_id, id, 3, '%s', 'meeting', 'duty', '主任', '纪要', 'i' FROM plans;
		END $$`, h.Street, theme))
	return dbtest.Scan[int64](h, h.admin, `SELECT id FROM plan_items`)
}

// A meeting carries an item of the year's plan out or says why it is outside it, and
// that is settled before it begins.
func TestInPlan(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	p := meeting.Plan{Key: "p", Kind: meeting.Directors, Title: "会", Place: "室", StartsAt: day(4, 15), EndsAt: day(4, 17), ChairID: h.post}
	_, err := h.s.Plan(ctx, h.staff, 0, p)
	h.complains(err, "outside_plan", "计划外")
	item := h.item("通过年度计划")
	p.Planned = plan.Link{ItemID: item, Outside: "例会"}
	_, err = h.s.Plan(ctx, h.staff, 0, p)
	h.complains(err, "outside_plan", "不用写")
	p.Planned = plan.Link{ItemID: item}
	id, err := h.s.Plan(ctx, h.staff, 0, p)
	h.must(err)
	if r := h.record(id); r.PlanItemID != item || r.PlanItem != "3月 通过年度计划" || r.OutsidePlan != "" {
		t.Errorf("the meeting carries out %d %q %q", r.PlanItemID, r.PlanItem, r.OutsidePlan)
	}
	p.Planned = plan.Link{Outside: "临时动议"}
	h.must(h.s.Revise(ctx, h.staff, h.step(id), p))
	if r := h.record(id); r.PlanItemID != 0 || r.OutsidePlan != "临时动议" {
		t.Errorf("the revised meeting carries out %d, outside for %q", r.PlanItemID, r.OutsidePlan)
	}
	one, err := plan.NewStore(h.db, nil, func() time.Time { return h.now }).One(ctx, h.staff, item)
	if err != nil || len(one.Linked) != 0 {
		t.Errorf("the item is carried out by %+v, %v", one.Linked, err)
	}
	p.StartsAt, p.EndsAt, p.Planned = day(400, 15), day(400, 17), plan.Link{ItemID: item}
	h.complains(h.s.Revise(ctx, h.staff, h.step(id), p), "plan_item", "2027 年计划")
	for name, sql := range map[string]string{
		"meetings_planned_or_reason":   `UPDATE meetings SET outside_plan_reason = '' WHERE id = @id`,
		"meetings_stay_what_they_are":  `UPDATE meetings SET entered = true WHERE id = @id`,
		"meetings_entered_by_operator": `INSERT INTO meetings (street_id, kind, held_on, entered, creator, key) SELECT street_id, kind, held_on, true, creator, 'x' FROM meetings WHERE id = @id`,
	} {
		err := h.db.Write(ctx, h.staff, func(tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{"id": id}); return err })
		if !db.Violates(err, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Only who may preside does; a deputy director without a delegation may not.
func TestWhoPresides(t *testing.T) {
	h := open(t)
	vice := dbtest.Scan[int64](t, h.admin, `SELECT id FROM posts WHERE post = 'deputy_director'`)
	_, err := h.s.Plan(t.Context(), h.staff, 0, meeting.Plan{
		Key: "p", Kind: meeting.Directors, Title: "会", Place: "室", StartsAt: day(4, 15), EndsAt: day(4, 17), ChairID: vice, Planned: plan.Link{Outside: "例会"},
	})
	h.complains(err, "chair", "不能主持")
	id, err := h.s.Propose(t.Context(), h.staff, 0, meeting.NewTopic{Key: "t", Kind: meeting.Directors, Type: "plan", Title: "题", Proposer: "办公室"})
	h.must(err)
	h.must(h.s.Compile(t.Context(), h.staff, meeting.Step{ID: id, Version: 1}))
	if err := h.s.Confirm(t.Context(), h.members[1], meeting.Step{ID: id, Version: 2}); !errors.As(err, &fault.Fields{}) {
		t.Errorf("a deputy director confirms without a delegation: %v", err)
	}
	if err := h.s.Confirm(t.Context(), h.staff, meeting.Step{ID: id, Version: 2}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office confirms: %v", err)
	}
}

// Two people change the same meeting: the second is told.
func TestStale(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.planned(meeting.Directors, h.topic(meeting.Directors, "年度工作计划"))
	seen := h.step(id)
	p := meeting.Plan{Title: "改", Place: "二楼", StartsAt: day(5, 15), EndsAt: day(5, 17), ChairID: h.post, Planned: plan.Link{Outside: "例会"}}
	h.must(h.s.Revise(ctx, h.staff, seen, p))
	if err := h.s.Revise(ctx, h.director, seen, p); !errors.Is(err, fault.Stale) {
		t.Errorf("the second revision: %v", err)
	}
	if err := h.s.Notify(ctx, h.director, seen, ""); !errors.Is(err, fault.Stale) {
		t.Errorf("a notice of what was seen before: %v", err)
	}
}

// What is not done stands on the next agenda, as it was when that meeting began.
func TestCarried(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	first := h.sitting(8, h.topic(meeting.Directors, "年度工作计划"))
	item := h.record(first).Items[0].ID
	h.must(h.s.ShowHands(ctx, h.staff, h.step(first), item, "", meeting.Count{For: 8}))
	h.must(h.s.Decide(ctx, h.staff, h.step(first), meeting.NewTask{ItemID: item, Text: "报送计划", Owner: "周副", DueOn: day(20, 0)}))
	h.must(h.s.End(ctx, h.staff, h.step(first)))
	task := h.record(first).Tasks[0]
	h.must(h.s.Advance(ctx, h.staff, meeting.Step{ID: task.ID, Version: task.Version}, "已拟稿"))
	h.now = day(5, 9)
	next, err := h.s.Plan(ctx, h.staff, 0, meeting.Plan{
		Key: "next", Kind: meeting.Directors, Title: "第二次", Place: "三楼", StartsAt: day(9, 15), EndsAt: day(9, 17), ChairID: h.post, From: first, Planned: plan.Link{Outside: "例会"},
	})
	h.must(err)
	h.must(h.s.Schedule(ctx, h.staff, h.step(next), []int64{h.topic(meeting.Directors, "调整报送日期")}, ""))
	if r := h.record(next); len(r.Carried) != 1 || r.Carried[0].Text != "报送计划" {
		t.Fatalf("carried = %+v", r.Carried)
	}
	h.must(h.s.Notify(ctx, h.staff, h.step(next), ""))
	h.now = day(9, 15)
	h.must(h.s.Open(ctx, h.staff, h.step(next)))
	h.arrive(next, 7)
	h.must(h.s.Begin(ctx, h.staff, h.step(next), 7))
	again := h.record(next).Items[0].ID
	h.complains(h.s.Adjust(ctx, h.staff, meeting.Step{ID: task.ID, Version: 2}, meeting.NewTask{ItemID: again, Text: "报送计划", Owner: "周副", DueOn: day(60, 0)}), "item", "通过")
	h.must(h.s.ShowHands(ctx, h.staff, h.step(next), again, "", meeting.Count{For: 7}))
	h.must(h.s.Adjust(ctx, h.staff, meeting.Step{ID: task.ID, Version: 2}, meeting.NewTask{ItemID: again, Text: "报送计划", Owner: "周副", DueOn: day(60, 0)}))
	r := h.record(next)
	if len(r.Carried) != 1 || r.Carried[0].State != meeting.Doing || len(r.Tasks) != 1 {
		t.Errorf("carried = %+v, tasks = %+v", r.Carried, r.Tasks)
	}
	if err := h.db.Write(context.Background(), h.staff, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE meeting_tasks SET state = 'done', done_on = '2026-03-12', progress = '办完' WHERE state = 'adjusted'`, db.Args{})
		return err
	}); err == nil {
		t.Error("an adjusted task was reopened")
	}
}

// A vote without names: the counts are the poll's, and no row of the room says who.
func TestAnonymousVote(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.sitting(7, h.topic(meeting.Directors, "人选推荐"))
	r := h.record(id)
	h.must(h.s.CallBallot(ctx, h.staff, h.step(id), r.Items[0].ID, ""))
	p := h.record(id).Open.PollID
	polls := poll.NewStore(h.db, func() time.Time { return h.now })
	for i, s := range r.Seats[:6] {
		choice := "for"
		if i == 5 {
			choice = "against"
		}
		h.must(polls.Cast(ctx, h.seated(id, s.Name), p, []string{choice}))
	}
	h.must(h.s.CloseRoll(ctx, h.staff, h.step(id)))
	r = h.record(id)
	if v := r.Items[0].Vote; v.ForCount != 5 || v.AgainstCount != 1 || v.Present != 7 || *v.Passed || len(r.Voices) != 0 {
		t.Errorf("vote = %+v, %d voices", v, len(r.Voices))
	}
}

// Whoever votes and leaves is not counted: the vote cannot close, and those present
// vote again.
func TestVoterLeaves(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.sitting(9, h.topic(meeting.Directors, "聘任专家"), h.topic(meeting.Directors, "人选推荐"))
	r := h.record(id)
	polls := poll.NewStore(h.db, func() time.Time { return h.now })
	leave := func(i int) {
		h.now = h.now.Add(time.Minute)
		h.must(h.g.Leave(ctx, h.staff, r.GatheringID, r.Seats[i].ID, h.now))
		h.now = h.now.Add(time.Minute)
	}
	// Two of nine have not voted, so that the sum alone would not tell.
	h.must(h.s.CallRoll(ctx, h.staff, h.step(id), r.Items[0].ID, ""))
	for _, s := range r.Seats[:7] {
		h.must(h.s.Cast(ctx, h.seated(id, s.Name), id, h.vote(id), "for"))
	}
	leave(0)
	h.complains(h.s.CloseRoll(ctx, h.staff, h.step(id)), "state", "作废")
	if err := h.sql(fmt.Sprintf(`UPDATE meeting_votes SET state = 'closed', closed_at = '%s'`, h.now.Format(time.RFC3339))); !db.Violates(err, "meeting_votes_of_present") {
		t.Errorf("closed by SQL: %v", err)
	}
	h.must(h.s.VoidRoll(ctx, h.staff, h.step(id), "有人离会"))
	h.must(h.s.CallRoll(ctx, h.staff, h.step(id), r.Items[0].ID, ""))
	for _, s := range r.Seats[1:8] {
		h.must(h.s.Cast(ctx, h.seated(id, s.Name), id, h.vote(id), "for"))
	}
	leave(8) // who has not voted may leave
	h.must(h.s.CloseRoll(ctx, h.staff, h.step(id)))
	if v := h.record(id).Items[0].Vote; v.ForCount != 7 || v.Present != 7 {
		t.Errorf("vote = %+v", v)
	}
	h.must(h.s.CallBallot(ctx, h.staff, h.step(id), r.Items[1].ID, ""))
	for _, s := range r.Seats[1:7] {
		h.must(polls.Cast(ctx, h.seated(id, s.Name), h.record(id).Open.PollID, []string{"for"}))
	}
	leave(1)
	h.complains(h.s.CloseRoll(ctx, h.staff, h.step(id)), "state", "作废")
	h.must(h.s.VoidRoll(ctx, h.staff, h.step(id), "有人离会"))
	if r := h.record(id); r.Open != nil || r.Items[1].Outcome != "" {
		t.Errorf("after it was void: %+v", r.Items[1])
	}
}
