package plan_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/plan"
)

var charging = plan.Idea{Year: 2026, Month: 4, Theme: "电动自行车充电设施调研", Kind: "study", Reason: "群众反映集中，䶮姓选民来信"}

// solicited is a house in November, with a second deputy.
func solicited(t *testing.T) (h *house, other access.Actor) {
	h = open(t)
	h.now = time.Date(2025, 11, 12, 9, 0, 0, 0, calendar.Zone)
	h.deputy = h.elected("陈𠮷")
	return h, h.elected("周䶮")
}

// elected is a deputy's account.
func (h *house) elected(name string) access.Actor {
	h.Helper()
	a := h.Actor(access.Deputy)
	a.DeputyID = dbtest.Scan[int64](h, h.admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '第一选区', '市十七届', 'law', '2021-12-01', $3) RETURNING id`, h.Street, name, h.key())
	return a
}

func (h *house) idea(a access.Actor, i plan.Idea) int64 {
	h.Helper()
	id, err := h.s.Propose(h.Context(), a, h.key(), i)
	h.must(err)
	return id
}

func (h *house) ideaStep(id int64) plan.Step {
	return plan.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM plan_ideas WHERE id = $1`, id)}
}

func (h *house) ideaOf(a access.Actor, id int64) plan.IdeaRecord {
	h.Helper()
	r, err := h.s.Idea(h.Context(), a, id)
	h.must(err)
	return r
}

// A deputy proposes, the office adopts or declines, the deputy reads what became of it.
func TestIdeas(t *testing.T) {
	h, other := solicited(t)
	ctx := t.Context()
	id, err := h.s.Propose(ctx, h.deputy, "once", charging)
	h.must(err)
	again, err := h.s.Propose(ctx, h.deputy, "once", charging)
	h.must(err)
	if again != id {
		t.Errorf("sent twice = %d and %d", id, again)
	}
	merged, declined := h.idea(other, charging), h.idea(other, plan.Idea{Year: 2026, Theme: "扩建公园", Kind: "other", Reason: "社区没有公园"})
	if _, err := h.s.Idea(ctx, other, id); !errors.Is(err, fault.NotFound) {
		t.Errorf("another deputy reads it: %v", err)
	}
	for who, want := range map[*access.Actor]int{&h.deputy: 1, &other: 2, &h.staff: 3, &h.member: 3} {
		l, err := h.s.Ideas(ctx, *who, plan.IdeaFilter{Limit: 50})
		h.must(err)
		if len(l.Lines) != want || l.Count != want {
			t.Errorf("%s sees %d ideas, counts %d, want %d", who.Role, len(l.Lines), l.Count, want)
		}
	}
	item := study
	item.Theme = charging.Theme
	refused(t, "adopted without a plan", h.s.Adopt(ctx, h.staff, h.ideaStep(id), item), "state")
	draft := h.drafted()
	wrong := item
	wrong.Month = 13
	refused(t, "adopted without a month", h.s.Adopt(ctx, h.staff, h.ideaStep(id), wrong), "month")
	forbidden(t, "adopted by a deputy", h.s.Adopt(ctx, h.deputy, h.ideaStep(id), item))
	h.must(h.s.Adopt(ctx, h.staff, h.ideaStep(id), item))
	if err := h.s.Adopt(ctx, h.staff, plan.Step{ID: id, Version: 1}, item); !errors.Is(err, fault.Stale) {
		t.Errorf("adopted twice: %v", err)
	}
	made := h.item(draft, charging.Theme)
	refused(t, "put under no item", h.s.Include(ctx, h.staff, h.ideaStep(merged), 0), "item")
	h.must(h.s.Include(ctx, h.staff, h.ideaStep(merged), made))
	refused(t, "declined without a reason", h.s.Decline(ctx, h.staff, h.ideaStep(declined), ""), "why")

	h.now = h.now.AddDate(0, 0, 10)
	h.must(h.s.Consult(ctx, h.staff, h.step(draft)))
	h.now = h.now.AddDate(0, 0, 5)
	h.must(h.s.Advise(ctx, h.party, h.step(draft), plan.Opinion{DatedOn: h.today(), Text: "同意"}))
	refused(t, "a meeting before all ideas are answered", h.s.Submit(ctx, h.staff, h.step(draft)), "state")
	h.must(h.s.Decline(ctx, h.staff, h.ideaStep(declined), "属于规划部门的职责"))
	r := h.ideaOf(h.deputy, id)
	if r.State != plan.IdeaAdopted || r.Item != "" || r.ItemID != 0 {
		t.Errorf("before the plan is passed the deputy reads %+v", r.IdeaLine)
	}
	if got := h.ideaOf(other, declined); got.State != plan.IdeaDeclined || got.DeclinedWhy != "属于规划部门的职责" {
		t.Errorf("declined = %+v", got.IdeaLine)
	}
	h.must(h.s.Submit(ctx, h.staff, h.step(draft)))
	h.must(h.s.Deliberate(ctx, h.staff, h.step(draft), h.meeting("passed")))
	if r = h.ideaOf(h.deputy, id); r.ItemID != made || r.Item != charging.Theme || r.PlanID != draft || !r.Passed {
		t.Errorf("once it is passed the deputy reads %+v", r.IdeaLine)
	}
	one, err := h.s.One(ctx, h.staff, made)
	h.must(err)
	if len(one.Sources) != 2 || one.Sources[0].Deputy != "陈𠮷" || one.Sources[1].Deputy != "周䶮" {
		t.Errorf("the item comes from %+v", one.Sources)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM notices WHERE to_deputy = $1 AND title LIKE '您对2026年度计划的提议已采纳%'`, h.deputy.DeputyID); n != 1 {
		t.Errorf("the deputy is told %d times", n)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM audit_events WHERE kind = 'plan_idea' AND subject_id = $1`, id); n != 2 {
		t.Errorf("%d audit records of the idea, want 2", n)
	}
	_, err = h.s.Propose(ctx, h.deputy, h.key(), charging)
	refused(t, "an idea after the meeting", err, "year")
}

// An item that is taken out of the draft leaves its ideas to be answered again.
func TestIdeaReopens(t *testing.T) {
	h, _ := solicited(t)
	ctx := t.Context()
	id := h.idea(h.deputy, charging)
	draft := h.drafted()
	item := study
	item.Theme = charging.Theme
	h.must(h.s.Adopt(ctx, h.staff, h.ideaStep(id), item))
	h.must(h.s.Remove(ctx, h.staff, h.step(draft), h.item(draft, charging.Theme)))
	if r := h.ideaOf(h.staff, id); r.State != plan.IdeaOpen || r.AnsweredOn != nil || r.Answerer != "" {
		t.Errorf("after the item was removed: %+v", r.IdeaLine)
	}
	h.must(h.s.Adopt(ctx, h.staff, h.ideaStep(id), item))
}

// The weeks are a setting; the next window is known outside of them.
func TestIdeaWindow(t *testing.T) {
	h, _ := solicited(t)
	ctx := t.Context()
	check := func(want string, open bool) {
		t.Helper()
		w, err := h.s.Window(ctx, h.deputy)
		h.must(err)
		if got := calendar.ISO(w.From) + " " + calendar.ISO(w.Until); got != want || w.Open(h.today()) != open {
			t.Errorf("on %s the window is %s (open %v), want %s (%v)", calendar.ISO(h.now), got, w.Open(h.today()), want, open)
		}
		_, err = h.s.Propose(ctx, h.deputy, h.key(), plan.Idea{Year: w.Year, Theme: "x", Kind: "other", Reason: "x"})
		if open {
			h.must(err)
		} else {
			refused(t, "outside the window", err, "year")
		}
	}
	check("2025-11-01 2025-11-30", true)
	h.now = time.Date(2025, 12, 1, 9, 0, 0, 0, calendar.Zone)
	check("2026-11-01 2026-11-30", false)
	dbtest.Exec(t, h.admin, `INSERT INTO settings (city_id, street_id, key, value) VALUES ($1, 0, 'plan.solicit_month', 12), ($1, $2, 'plan.solicit_days', 45)`, h.City, h.Street)
	check("2025-12-01 2026-01-14", true)
	h.now = time.Date(2026, 1, 14, 9, 0, 0, 0, calendar.Zone)
	check("2025-12-01 2026-01-14", true)
	h.now = time.Date(2026, 1, 15, 9, 0, 0, 0, calendar.Zone)
	check("2026-12-01 2027-01-14", false)
}

// What the code refuses, the database does.
func TestIdeaRulesBySQL(t *testing.T) {
	h, other := solicited(t)
	ctx := t.Context()
	id := h.idea(h.deputy, charging)
	draft := h.drafted()
	item := h.item(draft, study.Theme)
	refuse := func(a access.Actor, what, constraint, sql string, args db.Args) {
		t.Helper()
		if err := h.asApp(a, sql, args); err == nil || constraint != "" && !db.Violates(err, constraint) {
			t.Errorf("%s: %v, want %s", what, err, constraint)
		}
	}
	insert := func(a access.Actor, what, constraint string, deputy int64, on string, why string) {
		t.Helper()
		refuse(a, what, constraint, `
			INSERT INTO plan_ideas (street_id, year, deputy_id, theme, kind, reason, proposed_on, declined_why, answered_on, answerer, key)
			VALUES (@street, 2026, @deputy, 'x', 'other', 'x', @on::date, @why, CASE WHEN @why <> '' THEN @on::date END, CASE WHEN @why <> '' THEN 'x' ELSE '' END, 'sql')`,
			db.Args{"street": h.Street, "deputy": deputy, "on": on, "why": why})
	}
	insert(h.deputy, "before the window", "plan_ideas_in_time", h.deputy.DeputyID, "2025-10-31", "")
	insert(h.deputy, "after the window", "plan_ideas_in_time", h.deputy.DeputyID, "2025-12-01", "")
	insert(h.deputy, "answered from the start", "plan_ideas_fixed", h.deputy.DeputyID, "2025-11-12", "不")
	insert(h.deputy, "in another's name", "", other.DeputyID, "2025-11-12", "")
	insert(h.staff, "by the office", "", h.deputy.DeputyID, "2025-11-12", "")
	dbtest.Exec(t, h.admin, `UPDATE deputies SET since = '2025-11-20' WHERE id = $1`, other.DeputyID)
	insert(other, "before taking office", "plan_ideas_in_office", other.DeputyID, "2025-11-12", "")

	set := func(what, constraint, to string, args db.Args) {
		t.Helper()
		all := db.Args{"id": id}
		for k, v := range args {
			all[k] = v
		}
		refuse(h.staff, what, constraint, `UPDATE plan_ideas SET `+to+` WHERE id = @id`, all)
	}
	set("another text", "", `theme = 'y'`, nil)
	set("both answers", "plan_ideas_one_answer", `item_id = @item, declined_why = 'x', answered_on = '2025-11-12', answerer = 'x'`, db.Args{"item": item})
	set("no reason", "plan_ideas_answered", `answered_on = '2025-11-12', answerer = 'x'`, nil)
	dbtest.Exec(t, h.admin, `INSERT INTO plans (street_id, year, key) VALUES ($1, 2027, 'next')`, h.Street)
	set("an item of another year", "plan_ideas_of_year", `item_id = (SELECT @item::bigint), answered_on = '2025-11-12', answerer = 'x'`, db.Args{"item": dbtest.Scan[int64](t, h.admin, `
		INSERT INTO plan_items (street_id, plan_id, month, theme, kind, basis, owner, output, key)
		SELECT street_id, id, 1, 'z', 'other', 'duty', 'x', 'x', 'k' FROM plans WHERE year = 2027 RETURNING id`)})
	h.must(h.s.Include(ctx, h.staff, h.ideaStep(id), item))
	set("taken back", "plan_ideas_fixed", `item_id = NULL, answered_on = NULL, answerer = ''`, nil)
	n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM plan_ideas`)
	if err := h.asApp(h.staff, `DELETE FROM plan_ideas WHERE id = @id`, db.Args{"id": id}); err == nil {
		t.Error("an idea is deleted")
	}
	if _, err := h.admin.Exec(ctx, `DELETE FROM plan_ideas WHERE id = $1`, id); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("the owner deletes an idea: %v", err)
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM plan_ideas`); got != n {
		t.Errorf("%d ideas are left of %d", got, n)
	}
	// Another street sees nothing.
	if err := h.db.Read(ctx, h.Other(access.Staff), db.Value(&n, `SELECT count(*) FROM plan_ideas`, nil)); err != nil || n != 0 {
		t.Errorf("another street sees %d ideas, %v", n, err)
	}
}
