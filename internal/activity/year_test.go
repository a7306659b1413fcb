package activity_test

import (
	"testing"
	"time"

	"portal/internal/activity"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/plan"
)

// An activity carries out an item of the plan of its own year, whichever that is, and
// is not moved out of it.
func TestItemOfItsYear(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	now, next := dbtest.PassedItem(t, h.admin, h.Street, 2026, "今年的调研"), dbtest.PassedItem(t, h.admin, h.Street, 2027, "明年的调研")
	january := func(item int64) activity.Plan {
		p := h.plan(activity.Study, 310) // 2027-01-06
		p.Planned = plan.Link{ItemID: item}
		return p
	}
	_, err := h.s.Plan(ctx, h.staff, january(now))
	h.complains("this year's item next year", err, "plan_item", "2027 年计划")
	id, err := h.s.Plan(ctx, h.staff, january(next))
	h.must(err)
	p := h.plan(activity.Study, 4)
	p.Planned = plan.Link{ItemID: next}
	h.complains("next year's item this year", h.s.Revise(ctx, h.staff, h.step(id), p), "plan_item", "2026 年计划")
	p.Planned = plan.Link{ItemID: now}
	h.must(h.s.Revise(ctx, h.staff, h.step(id), p))
	h.approved(id)
	from := h.on(310)
	h.complains("moved out of its year", h.s.Reschedule(ctx, h.staff, h.step(id), activity.Change{Place: p.Place, StartsAt: from, EndsAt: from.Add(time.Hour), Why: "推迟"}), "starts_on", "2026 年计划")
	err = h.writes(h.staff, `UPDATE activities SET held_on = '2027-01-06', starts_at = @from, ends_at = @to WHERE id = @id`, db.Args{"from": from, "to": from.Add(time.Hour), "id": id})
	if !db.Violates(err, "only_planned_item") {
		t.Errorf("moved out of its year by SQL: %v", err)
	}
	from = h.on(8)
	h.must(h.s.Reschedule(ctx, h.staff, h.step(id), activity.Change{Place: p.Place, StartsAt: from, EndsAt: from.Add(time.Hour), Why: "推迟"}))
}
