package meeting_test

import (
	"testing"

	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/meeting"
	"portal/internal/plan"
)

// A meeting carries out an item of the plan of its own year; moved to another year, it
// carries out another item.
func TestItemOfItsYear(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	now, next := dbtest.PassedItem(t, h.admin, h.Street, 2026, "今年的会"), dbtest.PassedItem(t, h.admin, h.Street, 2027, "明年的会")
	p := meeting.Plan{
		Key: h.key(), Kind: meeting.Directors, Title: "会", Place: "三楼", StartsAt: day(310, 15), EndsAt: day(310, 17), ChairID: h.post, Planned: plan.Link{ItemID: now},
	}
	_, err := h.s.Plan(ctx, h.staff, 0, p)
	h.complains(err, "plan_item", "2027 年计划")
	p.StartsAt, p.EndsAt = day(4, 15), day(4, 17)
	id, err := h.s.Plan(ctx, h.staff, 0, p)
	h.must(err)
	err = h.db.Write(ctx, h.staff, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE gatherings SET held_on = '2027-01-06', starts_at = @from, ends_at = @to`, db.Args{"from": day(310, 15), "to": day(310, 17)})
		return err
	})
	if !db.Violates(err, "only_planned_item") {
		t.Errorf("moved out of its year by SQL: %v", err)
	}
	p.StartsAt, p.EndsAt = day(310, 15), day(310, 17)
	h.complains(h.s.Revise(ctx, h.staff, h.step(id), p), "plan_item", "2027 年计划")
	p.Planned.ItemID = next
	h.must(h.s.Revise(ctx, h.staff, h.step(id), p))
}
