package meeting_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/gathering"
	"portal/internal/meeting"
)

// A member who leaves, or comes, after a meeting changes none of its numbers.
func TestHistoryIsRight(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.sitting(8, h.topic(meeting.Directors, "年度工作计划"))
	h.must(h.s.ShowHands(ctx, h.staff, h.step(id), h.record(id).Items[0].ID, "", meeting.Count{For: 8}))
	h.must(h.s.End(ctx, h.staff, h.step(id)))
	before := h.record(id)
	dbtest.Exec(t, h.admin, `SET session_replication_role = replica; UPDATE posts SET until_on = '2026-03-01', ended_why = 'resigned' WHERE post = 'member'; SET session_replication_role = DEFAULT`)
	after := h.record(id)
	if after.Due != before.Due || after.Quorum != before.Quorum || after.Items[0].Vote.Due != 11 || len(after.Seats) != len(before.Seats) {
		t.Errorf("after members left: due %d, was %d; vote %+v", after.Due, before.Due, after.Items[0].Vote)
	}
}

// Nobody but a member is due, whoever puts them on the list.
func TestOnlyMembersAreDue(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.planned(meeting.Directors, h.topic(meeting.Directors, "年度工作计划"))
	person := dbtest.Scan[int64](t, h.admin, `INSERT INTO people (street_id, name, key) VALUES ($1, '列席的人', 'x') RETURNING id`, h.Street)
	err := h.db.Write(ctx, h.staff, func(tx db.Tx) error {
		_, err := h.g.Invite(ctx, tx, h.staff, h.record(id).GatheringID, gathering.Invitation{People: []int64{person}, Due: true})
		return err
	})
	h.complains(err, "state", "成员")
	h.must(h.s.Notify(ctx, h.staff, h.step(id), ""))
	if err := h.sql(`INSERT INTO attendances (street_id, gathering_id, held_on, person_street_id, person_id, name, capacity, due, added_why)
		SELECT street_id, id, held_on, street_id, ` + fmt.Sprint(person) + `, '列席的人', 'guest', true, '补' FROM gatherings`); !db.Violates(err, "meeting_due_are_members") {
		t.Errorf("a guest is due by SQL: %v", err)
	}
}

// ends ends the terms of members by name from a day on, as an appointment would.
func (h *house) ends(on string, names ...string) {
	h.Helper()
	dbtest.Exec(h, h.admin, fmt.Sprintf(`
		DO $$
		BEGIN
			SET LOCAL session_replication_role = replica;
			UPDATE posts p SET until_on = '%s', ended_why = 'resigned' FROM people h WHERE h.street_id = p.street_id AND h.id = p.person_id AND h.name IN ('%s');
		END $$`, on, strings.Join(names, "', '")))
}

// Who leaves the committee between the notice and the meeting does not block it: they
// are due no more, enter no base and do not vote; the fractions stay. Who comes into it
// is to be called. Only membership moves anybody, also by SQL.
func TestMemberLeavesAfterNotice(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.planned(meeting.Directors, h.topic(meeting.Directors, "年度工作计划"))
	h.must(h.s.Notify(ctx, h.staff, h.step(id), ""))
	h.ends("2026-03-05", "委员8", "委员9")
	if r := h.record(id); r.Due != 9 || r.Quorum != 5 || r.Needed != 5 {
		t.Errorf("on the day: due %d, quorum %d, needed %d", r.Due, r.Quorum, r.Needed)
	}
	for name, sql := range map[string]string{
		"a member is struck out":   `UPDATE attendances SET due = false, ceased = true WHERE name = '委员1'`,
		"who left is due, and not": `UPDATE attendances SET ceased = true WHERE name = '委员9'`,
		"who left is a guest":      `UPDATE attendances SET due = false WHERE name = '委员9'`,
	} {
		if err := h.sql(sql); !db.Violates(err, "attendances_frozen") && !db.Violates(err, "attendances_ceased") {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.now = day(4, 15)
	h.must(h.s.Open(ctx, h.staff, h.step(id)))
	h.arrive(id, 4)
	h.complains(h.s.Begin(ctx, h.staff, h.step(id), 4), "state", "人数不够")
	var late, gone meeting.Seat
	for _, s := range h.record(id).Seats {
		switch s.Name {
		case "委员7":
			late = s
		case "委员8":
			gone = s
		}
	}
	if !gone.Ceased || gone.Due || !late.Due {
		t.Fatalf("seats: %+v, %+v", gone, late)
	}
	came := func(s meeting.Seat) {
		_, err := h.g.CheckIn(ctx, h.staff, h.record(id).GatheringID, []int64{s.ID}, h.now)
		h.must(err)
	}
	came(gone) // is there as a guest, and no fifth of nine
	h.complains(h.s.Begin(ctx, h.staff, h.step(id), 4), "state", "人数不够")
	came(late)
	if err := h.sql(`UPDATE attendances SET due = true, ceased = false WHERE name = '委员8'`); !db.Violates(err, "attendances_frozen") && !db.Violates(err, "meeting_due_are_members") {
		t.Errorf("who left is due by SQL: %v", err)
	}
	// One more leaves while people check in: the meeting begins of eight, and stays so.
	h.ends("2026-03-06", "委员6")
	h.must(h.s.Begin(ctx, h.staff, h.step(id), 5))
	if err := h.sql(`UPDATE attendances SET due = false, ceased = true WHERE name = '委员7'`); !db.Violates(err, "attendances_frozen") {
		t.Errorf("the list of a meeting that sits: %v", err)
	}
	h.must(h.s.CallRoll(ctx, h.staff, h.step(id), h.record(id).Items[0].ID, ""))
	h.complains(h.s.EnterVoices(ctx, h.staff, h.step(id), []int64{gone.ID}, "for"), "state", "应到")
	var five []int64
	for _, s := range h.record(id).Seats {
		if s.Due && s.Here() {
			five = append(five, s.ID)
		}
	}
	h.must(h.s.EnterVoices(ctx, h.staff, h.step(id), five, "for"))
	h.must(h.s.CloseRoll(ctx, h.staff, h.step(id)))
	h.must(h.s.End(ctx, h.staff, h.step(id)))
	r := h.record(id)
	if v := r.Items[0].Vote; v.Due != 8 || v.Present != 5 || v.Needed != 5 || !*v.Passed {
		t.Errorf("vote = %+v", v)
	}
	for _, s := range r.Seats {
		if s.Name == "委员9" && s.Outcome != "" || s.Name == "委员5" && s.Outcome != "absent" {
			t.Errorf("%s was %q", s.Name, s.Outcome)
		}
	}
	// What happens to members afterwards changes none of it.
	h.ends("2026-03-01", "委员1", "委员2")
	if r := h.record(id); r.Due != 8 || r.Items[0].Vote.Due != 8 {
		t.Errorf("afterwards: due %d", r.Due)
	}
}

// Who comes into the committee after the notice is called, or nothing begins; a chair
// who left is replaced.
func TestMembersComeAndChairLeaves(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.planned(meeting.Directors, h.topic(meeting.Directors, "年度工作计划"))
	h.must(h.s.Notify(ctx, h.staff, h.step(id), ""))
	h.ends("2026-03-05", "黄䶮")
	post := dbtest.InPost(t, h.admin, h.Street, "director", "新主任", nil, "2026-03-05")
	h.now = day(4, 15)
	h.must(h.s.Open(ctx, h.staff, h.step(id)))
	h.arrive(id, 11)
	h.complains(h.s.Begin(ctx, h.staff, h.step(id), 10), "state", "没有列为应到的：新主任")
	_, err := h.g.List(ctx, h.staff, gathering.Step{ID: h.record(id).GatheringID, Version: h.version(id)}, gathering.Invitation{Teams: []string{"member"}, Due: true, Why: "新任"})
	h.must(err)
	h.complains(h.s.Begin(ctx, h.staff, h.step(id), 10), "chair", "主持")
	h.complains(h.s.Preside(ctx, h.staff, h.step(id), 999_999), "chair", "选择")
	h.complains(h.s.Preside(ctx, h.staff, h.step(id), h.post), "chair", "另一位")
	vice := dbtest.Scan[int64](t, h.admin, `SELECT id FROM posts WHERE post = 'deputy_director'`)
	h.complains(h.s.Preside(ctx, h.staff, h.step(id), vice), "chair", "不能主持")
	h.must(h.s.Preside(ctx, h.staff, h.step(id), post))
	h.complains(h.s.Begin(ctx, h.staff, h.step(id), 10), "chair", "没有签到")
	h.arrive(id, 12)
	h.must(h.s.Begin(ctx, h.staff, h.step(id), 11))
	if r := h.record(id); r.Due != 11 || r.Present != 11 || r.Chair != "新主任" {
		t.Errorf("due %d, present %d, %s presides", r.Due, r.Present, r.Chair)
	}
}

func (h *house) version(id int64) int {
	return dbtest.Scan[int](h, h.admin, `SELECT g.version FROM gatherings g JOIN meetings m ON m.gathering_id = g.id WHERE m.id = $1`, id)
}

// Without a quorum of the members of the day a meeting is given up, however many of
// those called have come.
func TestFailsOfMembersOfTheDay(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.opened(h.topic(meeting.Directors, "年度工作计划"))
	h.arrive(id, 5)
	h.ends("2026-03-06", "委员7", "委员8", "委员9")
	h.complains(h.s.Fail(ctx, h.staff, h.step(id), "人不够"), "state", "应当开会") // five of eight are enough
	err := h.sql(`UPDATE meetings SET state = 'talk', talk = true, outcome_why = '人不够', modified_at = '` + h.now.Format(time.RFC3339) + `'`)
	if !db.Violates(err, "meetings_list_whole") {
		t.Errorf("a discussion by the list of the notice: %v", err)
	}
	h.must(h.s.Begin(ctx, h.staff, h.step(id), 5))
}
