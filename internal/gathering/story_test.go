package gathering_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/notice"
)

func TestStory(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.called()
	r := h.record(h.staff, sc.id)
	if want := (gathering.Count{Due: 5, Beside: 2}); r.Count != want {
		t.Errorf("Count = %+v, want %+v", r.Count, want)
	}
	for _, a := range []access.Actor{sc.chen, sc.voter, sc.director, sc.unit_} {
		list, _, _, err := notice.NewStore(h.db, h.s.Now).Notices(ctx, a, db.Cursor{}, 9)
		if err != nil || len(list) != 1 || list[0].Title != "请参加：视察河涌整治（3月2日 15:00）" {
			t.Errorf("%s was told %+v, %v", a.Role, list, err)
		}
		h.must(h.s.Receive(ctx, a, sc.id))
	}
	if list, _, _, err := notice.NewStore(h.db, h.s.Now).Notices(ctx, h.Actor(access.VoterRep), db.Cursor{}, 9); err != nil || len(list) != 0 {
		t.Errorf("who is not called was told %+v, %v", list, err)
	}
	h.must(h.s.AskLeave(ctx, sc.zhou, sc.id, "出差"))
	h.complains(h.s.AskLeave(ctx, sc.zhou, sc.id, ""), "why")
	zhou := h.of(sc.id, "周𠮷")
	h.complains(h.s.DecideLeave(ctx, sc.director, sc.id, gathering.Decision{Attendance: zhou.ID, Version: zhou.Version}), "why")
	h.must(h.s.DecideLeave(ctx, sc.director, sc.id, gathering.Decision{Attendance: zhou.ID, Version: zhou.Version, Grant: true}))
	if err := h.s.DecideLeave(ctx, h.staff, sc.id, gathering.Decision{Attendance: zhou.ID, Version: zhou.Version, Why: "必须来"}); !errors.Is(err, fault.Stale) {
		t.Errorf("a second decision on the same request: %v", err)
	}
	if _, err := h.s.CheckIn(ctx, h.staff, sc.id, []int64{zhou.ID}, time.Time{}); err == nil {
		t.Error("checked in before the door was opened")
	}
	h.now = clock("14:50")
	h.must(h.do(h.s.Open, sc.id))
	door := h.record(h.staff, sc.id).Door
	if len(door.Code) != 4 || len(door.Token) < 26 {
		t.Fatalf("Door = %+v", door)
	}
	if a, err := h.s.ArriveAt(ctx, sc.chen, door.Token); err != nil || a.Already || !a.At.Equal(h.now) || a.GatheringID != sc.id {
		t.Errorf("ArriveAt = %+v, %v", a, err)
	}
	first := h.now
	h.now = clock("15:11")
	if a, err := h.s.Arrive(ctx, sc.chen, sc.id, door.Code); err != nil || !a.Already || !a.At.Equal(first) {
		t.Errorf("at the second door = %+v, %v", a, err)
	}
	if a, err := h.s.Arrive(ctx, sc.voter, sc.id, door.Code); err != nil || a.Already {
		t.Errorf("Arrive = %+v, %v", a, err)
	}
	c, err := h.s.CheckIn(ctx, h.staff, sc.id, []int64{h.of(sc.id, "黄主任").ID, h.of(sc.id, "陈某").ID, h.of(sc.id, "王教授").ID}, clock("15:00"))
	if diff := cmp.Diff(gathering.CheckedIn{Arrived: 2, Already: []string{"陈某 已于 14:50 签到"}}, c); diff != "" || err != nil {
		t.Errorf("CheckIn: %s %v", diff, err)
	}
	h.now = clock("16:30")
	h.must(h.s.Leave(ctx, h.staff, sc.id, h.of(sc.id, "黄主任").ID, clock("16:20")))
	h.now = clock("17:05")
	h.must(h.do(h.s.Close, sc.id))
	want := map[string]string{"陈某": "present", "周𠮷": "leave", "李䶮": "late", "黄主任": "early", "何委员": "absent", "城市建设办公室": "absent", "王教授": "present"}
	if diff := cmp.Diff(want, h.outcomes(sc.id)); diff != "" {
		t.Errorf("outcomes: %s", diff)
	}
	r = h.record(h.staff, sc.id)
	if want := (gathering.Count{Due: 5, Present: 3, Here: 2, Leave: 1, Absent: 1, Late: 1, Early: 1, Beside: 2, There: 1, Received: 5}); r.Count != want {
		t.Errorf("Count = %+v, want %+v", r.Count, want)
	}
}

// Correcting one check-in changes exactly one row and adds one record; sealed,
// nothing changes any more, not even by SQL.
func TestCorrect(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.opened()
	h.now = clock("17:30")
	h.must(h.do(h.s.Close, sc.id))
	before := h.outcomes(sc.id)
	events := func() int64 {
		return dbtest.Scan[int64](t, h.admin, `SELECT count(*) FROM audit_events WHERE kind = 'gathering'`)
	}
	n := events()
	he := h.of(sc.id, "何委员")
	fix := gathering.Correction{Attendance: he.ID, Version: he.Version, ArrivedAt: clock("14:55"), Why: "签到台漏登"}
	h.complains(h.s.Correct(ctx, h.staff, sc.id, gathering.Correction{Attendance: he.ID, Version: he.Version, ArrivedAt: clock("14:55")}), "why")
	if err := h.s.Correct(ctx, sc.director, sc.id, fix); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the director corrects: %v", err)
	}
	h.must(h.s.Correct(ctx, h.staff, sc.id, fix))
	if err := h.s.Correct(ctx, h.staff, sc.id, fix); !errors.Is(err, fault.Stale) {
		t.Errorf("a stale correction: %v", err)
	}
	before["何委员"] = "present"
	if diff := cmp.Diff(before, h.outcomes(sc.id)); diff != "" || events() != n+1 {
		t.Errorf("%d records; outcomes: %s", events()-n, diff)
	}
	chen := h.of(sc.id, "陈某")
	h.must(h.s.Correct(ctx, h.staff, sc.id, gathering.Correction{Attendance: chen.ID, Version: chen.Version, OnLeave: true, Why: "事先电话请假"}))
	he = h.of(sc.id, "何委员")
	h.must(h.s.Correct(ctx, h.staff, sc.id, gathering.Correction{Attendance: he.ID, Version: he.Version, ArrivedAt: clock("15:30"), LeftAt: clock("16:00"), Why: "迟到"}))
	if got := h.outcomes(sc.id); got["陈某"] != "leave" || got["何委员"] != "late" {
		t.Errorf("outcomes = %v", got)
	}
	h.must(h.do(h.s.Seal, sc.id))
	he = h.of(sc.id, "何委员")
	h.complains(h.s.Correct(ctx, h.staff, sc.id, gathering.Correction{Attendance: he.ID, Version: he.Version, Why: "再改"}), "state")
	for _, sql := range []string{
		`UPDATE attendances SET arrived_at = NULL, arrived_how = '', left_at = NULL WHERE arrived_at IS NOT NULL`,
		`UPDATE attendances SET arrived_at = now(), arrived_how = 'hand', corrected_at = now(), corrected_why = '改' WHERE arrived_at IS NULL`,
		`UPDATE attendances SET name = '别人'`, `UPDATE attendances SET outcome = 'present', due = false`, `DELETE FROM attendances`,
		`UPDATE gatherings SET sealed = false`, `UPDATE gatherings SET state = 'open', closed_at = NULL`, `UPDATE gatherings SET place = '别处'`,
		`INSERT INTO attendances (street_id, gathering_id, held_on, person_street_id, name, capacity, due, added_why)
		 SELECT street_id, id, held_on, street_id, '后来的', 'guest', false, '补' FROM gatherings`,
	} {
		if err := h.in(h.staff, func(ctx context.Context, tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{}); return err }); err == nil {
			t.Errorf("a sealed gathering was changed: %s", sql)
		}
	}
	// A plain write of an outcome does not stick: it is computed.
	h.must(h.in(h.staff, func(ctx context.Context, tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE attendances SET outcome = 'present'`, db.Args{})
		return err
	}))
	if got := h.outcomes(sc.id); got["陈某"] != "leave" {
		t.Errorf("an outcome was written: %v", got)
	}
}

// The list is frozen by the notice: who joins a team later is not on it, who is
// added is added with a reason.
func TestFrozen(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.called()
	h.deputy(h.Street, "新代表")
	if n := len(h.record(h.staff, sc.id).People); n != 7 {
		t.Errorf("%d on the list, want 7", n)
	}
	_, err := h.invite(sc.id, gathering.Invitation{Teams: []string{"deputy"}, Due: true})
	h.complains(err, "why")
	if n, err := h.invite(sc.id, gathering.Invitation{Teams: []string{"deputy"}, Due: true, Why: "补选当选"}); n != 1 || err != nil {
		t.Errorf("the supplement = %d, %v", n, err)
	}
	if a := h.of(sc.id, "新代表"); a.AddedWhy != "补选当选" {
		t.Errorf("added %+v", a)
	}
	if err := h.s.Strike(ctx, h.staff, h.step(sc.id), h.of(sc.id, "陈某").ID); err == nil {
		t.Error("somebody was struck off a frozen list")
	}
	dbtest.Exec(t, h.admin, `UPDATE people SET name = '改名' WHERE name = '李䶮'`)
	h.of(sc.id, "李䶮")
	for _, sql := range []string{
		`DELETE FROM attendances`, `UPDATE attendances SET due = false`, `UPDATE attendances SET name = '别人'`,
		`UPDATE gatherings SET state = 'planned', called_at = NULL`, `UPDATE gatherings SET place = '别处'`, `UPDATE gatherings SET starts_at = starts_at + interval '1 hour'`,
		`UPDATE gatherings SET record_id = 99`, `UPDATE attendances SET arrived_at = now(), arrived_how = 'hand'`,
		`INSERT INTO attendances (street_id, gathering_id, held_on, person_street_id, name, capacity, due)
		 SELECT street_id, id, held_on, street_id, '后来的', 'guest', false FROM gatherings`,
	} {
		if err := h.in(h.staff, func(ctx context.Context, tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{}); return err }); err == nil {
			t.Errorf("a called gathering was changed: %s", sql)
		}
	}
}

func (h *house) step(id int64) gathering.Step {
	h.Helper()
	return gathering.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM gatherings WHERE id = $1`, id)}
}

func TestReschedule(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.called()
	h.must(h.s.Receive(ctx, sc.chen, sc.id))
	h.must(h.s.AskLeave(ctx, sc.zhou, sc.id, "出差"))
	move := func(c gathering.Change) error {
		return h.in(h.staff, func(ctx context.Context, tx db.Tx) error { return h.s.Reschedule(ctx, tx, h.staff, sc.id, c) })
	}
	later := gathering.Change{Title: "视察河涌整治", Place: "黄旗山", StartsAt: clock("15:00").AddDate(0, 0, 8), EndsAt: clock("17:00").AddDate(0, 0, 8)}
	h.complains(move(later), "why")
	later.Why = "台风"
	h.must(move(later))
	r := h.record(h.staff, sc.id)
	if r.Sequence != 1 || r.Count.Received != 0 || r.Count.Asking != 0 || r.HeldOn.Day() != 10 {
		t.Errorf("rescheduled = %+v", r.Gathering)
	}
	if n := dbtest.Scan[int64](t, h.admin, `SELECT count(*) FROM attendances WHERE held_on = '2026-03-10'`); n != 7 {
		t.Errorf("%d attendances followed, want 7", n)
	}
	if list, _, _, err := notice.NewStore(h.db, h.s.Now).Notices(ctx, sc.chen, db.Cursor{}, 9); err != nil || len(list) != 2 {
		t.Errorf("told %+v, %v", list, err)
	}
	h.complains(h.do(h.s.Open, sc.id), "state") // before its day
	cancel := func(why string) error {
		return h.in(h.staff, func(ctx context.Context, tx db.Tx) error { return h.s.Cancel(ctx, tx, h.staff, sc.id, why) })
	}
	h.complains(cancel(""), "why")
	h.must(cancel("合并到下次"))
	if r := h.record(h.staff, sc.id); r.Sequence != 2 || r.State != gathering.Cancelled || r.Count.Absent != 0 {
		t.Errorf("cancelled = %+v", r)
	}
	h.complains(h.s.Receive(ctx, sc.chen, sc.id), "state")
	if list, _, _, err := notice.NewStore(h.db, h.s.Now).Notices(ctx, sc.chen, db.Cursor{}, 9); err != nil || len(list) != 3 {
		t.Errorf("told %+v, %v", list, err)
	}
}

// Five wrong codes lock, and the right one then no longer helps.
func TestWrongCode(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.opened()
	door := h.record(h.staff, sc.id).Door
	wrong := "0000"
	if door.Code == wrong {
		wrong = "1111"
	}
	for range gathering.MaxTries {
		_, err := h.s.Arrive(ctx, sc.chen, sc.id, wrong)
		h.complains(err, "code")
	}
	_, err := h.s.Arrive(ctx, sc.chen, sc.id, door.Code)
	h.complains(err, "code")
	_, err = h.s.ArriveAt(ctx, sc.chen, door.Token)
	h.complains(err, "code")
	if a, err := h.s.Arrive(ctx, sc.zhou, sc.id, door.Code); err != nil || a.Already {
		t.Errorf("another = %+v, %v", a, err)
	}
	if _, err := h.s.ArriveAt(ctx, sc.zhou, "no-such-token"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a made-up token: %v", err)
	}
	stranger := h.deputy(h.Street, "不在名单")
	_, err = h.s.ArriveAt(ctx, stranger, door.Token)
	h.complains(err, "code")
	if _, err := h.s.Arrive(ctx, stranger, sc.id, door.Code); !errors.Is(err, fault.NotFound) {
		t.Errorf("who is not called tries the code: %v", err)
	}
	if _, err := h.s.CheckIn(ctx, h.staff, sc.id, []int64{h.of(sc.id, "陈某").ID}, time.Time{}); err != nil {
		t.Errorf("the office checks in who is locked out: %v", err)
	}
}
