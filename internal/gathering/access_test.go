package gathering_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/gathering"
)

func TestOtherStreetSeesNothing(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.opened()
	step := h.step(sc.id)
	for _, a := range []access.Actor{h.Other(access.Staff), h.Other(access.Director), h.Far(access.CityOffice), h.Other(access.VoterRep), h.Actor(access.VoterRep), h.deputy(h.Street, "旁人"), h.Actor(access.PartyReader)} {
		if _, err := h.s.Record(ctx, a, sc.id, gathering.Filter{}); !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s reads it: %v", a.Role, err)
		}
		for _, table := range []string{"gatherings", "gathering_doors", "attendances"} {
			var n int
			if err := h.db.Read(ctx, a, db.Value(&n, `SELECT count(*) FROM `+table, db.Args{})); err != nil || n != 0 {
				t.Errorf("%s sees %d rows of %s, %v", a.Role, n, table, err)
			}
		}
	}
	other := h.Other(access.Staff)
	ids := []int64{h.of(sc.id, "陈某").ID}
	_, listed := h.s.List(ctx, other, step, gathering.Invitation{Guests: []gathering.Guest{{Name: "别人"}}, Why: "补"})
	_, checked := h.s.CheckIn(ctx, other, sc.id, ids, time.Time{})
	for name, err := range map[string]error{
		"list": listed, "check in": checked, "receipts": h.s.Receipts(ctx, other, sc.id, ids), "leave": h.s.Leave(ctx, other, sc.id, ids[0], h.now),
		"decide": h.s.DecideLeave(ctx, other, sc.id, gathering.Decision{Attendance: ids[0], Grant: true, Why: "病"}), "receive": h.s.Receive(ctx, h.Other(access.Deputy), sc.id),
		"correct": h.s.Correct(ctx, other, sc.id, gathering.Correction{Attendance: ids[0], Why: "改"}),
		"close":   h.in(other, func(ctx context.Context, tx db.Tx) error { return h.s.Close(ctx, tx, other, sc.id) }),
		"seal":    h.in(other, func(ctx context.Context, tx db.Tx) error { return h.s.Seal(ctx, tx, other, sc.id) }),
	} {
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("%s from another street: %v", name, err)
		}
	}
	// Its person cannot be called but by name of an office that is public.
	if n, err := h.invite(sc.id, gathering.Invitation{Teams: []string{"voter"}, StreetID: h.OtherStreet, Why: "补"}); err == nil {
		t.Errorf("called %d voters' representatives of another street", n)
	}
	if n, err := h.invite(sc.id, gathering.Invitation{Teams: []string{"deputy"}, StreetID: h.FarStreet, Why: "补"}); err != nil || n != 0 {
		t.Errorf("called %d deputies of another city, %v", n, err)
	}
}

// Who is called sees themselves and the gathering, nothing more, and changes nothing.
func TestCalledSeeThemselves(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.opened()
	for _, a := range []access.Actor{sc.chen, sc.voter, sc.unit_} {
		r := h.record(a, sc.id)
		if len(r.People) != 1 || r.Own == nil || r.Door != (gathering.Door{}) || r.Count.Called() != 1 || r.Whole(a) || r.Keeps(a) {
			t.Errorf("%s reads %+v", a.Role, r)
		}
		for _, sql := range []string{
			`UPDATE attendances SET arrived_at = now(), arrived_how = 'hand'`, `UPDATE gatherings SET version = 9`, `DELETE FROM attendances`,
			`UPDATE attendances SET tries = 0`, `UPDATE attendances SET leave_state = 'granted', leave_why = 'x', leave_asked_at = now(), leave_at = now(), leave_by = 'x'`,
		} {
			var n int64
			err := h.in(a, func(ctx context.Context, tx db.Tx) (err error) { n, err = db.Exec(ctx, tx, sql, db.Args{}); return err })
			if err == nil && n > 0 {
				t.Errorf("%s may %s", a.Role, sql)
			}
		}
		for _, sql := range []string{`SELECT app.held_gathering(1, 1)`, `SELECT app.own_attendance(1, 1)`} {
			if err := h.in(a, func(ctx context.Context, tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{}); return err }); !db.Refused(err) {
				t.Errorf("%s may %s: %v", a.Role, sql, err)
			}
		}
	}
	// The committee sees its colleagues.
	if r := h.record(sc.director, sc.id); len(r.People) != 7 || r.Own == nil || r.Own.Name != "黄主任" {
		t.Errorf("the director reads %+v", r)
	}
	// Before the notice nobody but the office knows.
	planned := h.plan(h.new())
	if n, err := h.invite(planned, gathering.Invitation{Teams: []string{"deputy"}, Due: true}); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := h.s.Record(ctx, sc.chen, planned, gathering.Filter{}); !errors.Is(err, fault.NotFound) {
		t.Errorf("a deputy reads what is planned: %v", err)
	}
	h.complains2(h.s.Receive(ctx, sc.chen, planned))
}

func (h *house) complains2(err error) {
	h.Helper()
	if err == nil {
		h.Error("no complaint")
	}
}

// A joint gathering: the other street's deputies and desk see what concerns them.
func TestJoint(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.called()
	far := h.deputy(h.OtherStreet, "邻街代表")
	h.complains2(h.s.Receive(ctx, far, sc.id))
	if n, err := h.invite(sc.id, gathering.Invitation{Teams: []string{"deputy"}, StreetID: h.OtherStreet, Due: true, Why: "联合视察"}); n != 1 || err != nil {
		t.Fatalf("joint = %d, %v", n, err)
	}
	r := h.record(far, sc.id)
	if len(r.People) != 1 || r.Own == nil || r.Own.Duty != "南城街道市人大代表" {
		t.Errorf("the deputy of the other street reads %+v", r)
	}
	h.must(h.s.Receive(ctx, far, sc.id))
	if r := h.record(h.Other(access.Staff), sc.id); len(r.People) != 1 || r.People[0].Name != "邻街代表" || r.Keeps(h.Other(access.Staff)) {
		t.Errorf("the desk of the other street reads %+v", r.People)
	}
	if o, err := h.s.Owns(ctx, far, db.Cursor{}, 9); err != nil || len(o.Coming) != 1 || o.Coming[0].ReceivedAt == nil {
		t.Errorf("own = %+v, %v", o, err)
	}
	h.must(h.do(h.s.Open, sc.id))
	if a, err := h.s.ArriveAt(ctx, far, h.record(h.staff, sc.id).Door.Token); err != nil || a.Already {
		t.Errorf("arrived = %+v, %v", a, err)
	}
	if n := dbtest.Scan[int64](t, h.admin, `SELECT count(*) FROM notices WHERE street_id = $1`, h.OtherStreet); n != 1 {
		t.Errorf("%d notices to the other street, want 1", n)
	}
}

// The leader of a group keeps what the group holds, and nothing else.
func TestGroupLeader(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.called()
	leader := sc.chen
	leader.Role = access.GroupLeader
	group := dbtest.Scan[int64](t, h.admin, `SELECT group_id FROM group_members WHERE deputy_id = $1`, leader.DeputyID)
	dbtest.Exec(t, h.admin, `INSERT INTO group_leaders (street_id, group_id, deputy_id, from_on) VALUES ($1, $2, $3, '2022-01-01')`, h.Street, group, leader.DeputyID)
	n := h.new()
	n.GroupID = group
	var id int64
	h.must(h.in(leader, func(ctx context.Context, tx db.Tx) (err error) {
		if id, err = h.s.Plan(ctx, tx, leader, n); err != nil {
			return err
		}
		if added, err := h.s.Invite(ctx, tx, leader, id, gathering.Invitation{Groups: []int64{group}, Due: true}); added != 2 || err != nil {
			t.Errorf("Invite = %d, %v", added, err)
		}
		if err := h.s.Call(ctx, tx, leader, id); err != nil {
			return err
		}
		return h.s.Open(ctx, tx, leader, id)
	}))
	r := h.record(leader, id)
	if len(r.People) != 2 || !r.Keeps(leader) || r.Door.Code == "" {
		t.Errorf("the leader reads %+v", r)
	}
	if c, err := h.s.CheckIn(ctx, leader, id, []int64{r.People[0].ID, r.People[1].ID}, time.Time{}); err != nil || c.Arrived != 2 {
		t.Errorf("CheckIn = %+v, %v", c, err)
	}
	if r := h.record(leader, sc.id); len(r.People) != 1 || r.Keeps(leader) {
		t.Errorf("the leader reads of the committee's %+v", r)
	}
	n = h.new()
	if err := h.in(leader, func(ctx context.Context, tx db.Tx) error { _, err := h.s.Plan(ctx, tx, leader, n); return err }); !db.Refused(err) {
		t.Errorf("the leader plans for the committee: %v", err)
	}
	if err := h.in(leader, func(ctx context.Context, tx db.Tx) error { return h.s.Open(ctx, tx, leader, sc.id) }); !errors.Is(err, fault.NotFound) {
		t.Errorf("the leader opens the committee's: %v", err)
	}
	h.complains(h.s.DecideLeave(ctx, leader, id, gathering.Decision{Attendance: r.People[0].ID, Version: h.of(id, r.People[0].Name).Version, Grant: true, Why: "病"}), "state")
}

func TestWhoMay(t *testing.T) {
	h := open(t)
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		err := h.in(a, func(ctx context.Context, tx db.Tx) error { _, err := h.s.Plan(ctx, tx, a, h.new()); return err })
		may := a.May(access.KeepGatherings) && info.Role != access.GroupLeader || info.Role == access.Operator
		if may != (err == nil) {
			t.Errorf("%s plans: %v", info.Role, err)
		}
		_, err = h.s.Owns(t.Context(), a, db.Cursor{}, 9)
		if may := a.May(access.JoinGatherings); may != (err == nil) {
			t.Errorf("%s reads their own: %v", info.Role, err)
		}
	}
}

func TestPlanComplains(t *testing.T) {
	h := open(t)
	for field, change := range map[string]func(n *gathering.New){
		"title": func(n *gathering.New) { n.Title = "" }, "place": func(n *gathering.New) { n.Place = "" },
		"starts_at": func(n *gathering.New) { n.StartsAt = time.Time{} }, "ends_at": func(n *gathering.New) { n.EndsAt = n.StartsAt },
	} {
		n := h.new()
		change(&n)
		h.complains(h.in(h.staff, func(ctx context.Context, tx db.Tx) error { _, err := h.s.Plan(ctx, tx, h.staff, n); return err }), field)
	}
	id := h.plan(h.new())
	h.complains(h.do(h.s.Call, id), "state") // nobody is called
	if n := dbtest.Scan[int](t, h.admin, `SELECT grace FROM gatherings WHERE id = $1`, id); n != 10 {
		t.Errorf("grace = %d, want 10", n)
	}
}

func TestNamed(t *testing.T) {
	h := open(t)
	id := h.plan(h.new())
	h.person("同名", nil)
	h.person("同名", nil)
	_, err := h.invite(id, gathering.Invitation{Named: []gathering.Named{{Name: "同名"}}})
	h.complains(err, "work")
	_, err = h.invite(id, gathering.Invitation{Named: []gathering.Named{{Name: "无此人"}}})
	h.complains(err, "name")
	_, err = h.s.List(t.Context(), h.staff, h.step(id), gathering.Invitation{Teams: []string{"voter"}})
	h.complains(err, "teams")
	h.deputy(h.Street, "䶮𠮷")
	if n, err := h.invite(id, gathering.Invitation{Named: []gathering.Named{{Name: "䶮𠮷"}}, Due: true}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if a := h.of(id, "䶮𠮷"); a.Capacity != "deputy" || a.DeputyID == nil || a.Duty != "市人大代表" {
		t.Errorf("found by name: %+v", a)
	}
	h.must(h.s.Strike(t.Context(), h.staff, h.step(id), h.of(id, "䶮𠮷").ID))
	if r := h.record(h.staff, id); len(r.People) != 0 {
		t.Errorf("struck off: %+v", r.People)
	}
}

// The past, many at once: every rule holds, the outcomes come out as they were.
func TestReplay(t *testing.T) {
	h := open(t)
	shell := h.Actor(access.Operator)
	post := dbtest.InPost(t, h.admin, h.Street, "director", "黄主任", nil, "2021-12-01")
	director := dbtest.Scan[int64](t, h.admin, `SELECT person_id FROM posts WHERE id = $1`, post)
	var list []gathering.Held
	for i := range 40 {
		n := h.new()
		n.StartsAt, n.EndsAt = n.StartsAt.AddDate(0, 0, -i), n.EndsAt.AddDate(0, 0, -i)
		held := gathering.Held{New: n, People: []gathering.HeldPerson{{PersonID: director, PostID: post, Name: "黄主任", Duty: "工委主任", Capacity: "member", Due: true, Outcome: gathering.Present}}}
		for _, o := range gathering.Outcomes {
			held.People = append(held.People, gathering.HeldPerson{PersonID: h.person(o.Name, nil), Name: o.Name, Duty: "选民代表", Capacity: "representative", Due: true, Outcome: o.Key})
		}
		held.People = append(held.People, gathering.HeldPerson{Name: "来宾", Capacity: "guest", Outcome: gathering.Absent})
		list = append(list, held)
	}
	var ids []int64
	h.must(h.in(shell, func(ctx context.Context, tx db.Tx) (err error) {
		ids, err = h.s.Replay(ctx, tx, shell, list)
		return err
	}))
	if len(ids) != 40 {
		t.Fatalf("%d gatherings", len(ids))
	}
	for _, id := range ids {
		r := h.record(h.staff, id)
		if want := (gathering.Count{Due: 6, Present: 4, Here: 3, Leave: 1, Absent: 1, Late: 1, Early: 1, Beside: 1, Received: 4}); r.Count != want || r.State != gathering.Closed {
			t.Fatalf("replayed = %+v, want %+v", r.Count, want)
		}
		for _, a := range r.People {
			if name := gathering.OutcomeName(a.Outcome); a.Capacity == "representative" && a.Name != name {
				t.Errorf("%s came out as %s", a.Name, name)
			}
		}
	}
	if err := h.in(h.staff, func(ctx context.Context, tx db.Tx) error { _, err := h.s.Replay(ctx, tx, h.staff, nil); return err }); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office replays: %v", err)
	}
}
