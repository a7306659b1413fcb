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

// Why somebody asks for leave, or does not get it, is read by the desk that decides
// and by the person, by SQL as well; everybody else reads that there is leave.
func TestReasonsOfLeave(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.called()
	far := h.deputy(h.OtherStreet, "邻街代表")
	if _, err := h.invite(sc.id, gathering.Invitation{Teams: []string{"deputy"}, StreetID: h.OtherStreet, Due: true, Why: "联合视察"}); err != nil {
		t.Fatal(err)
	}
	h.must(h.s.AskLeave(ctx, sc.zhou, sc.id, "住院"))
	h.must(h.s.AskLeave(ctx, far, sc.id, "丧事"))
	a := h.of(sc.id, "邻街代表")
	h.must(h.s.DecideLeave(ctx, h.staff, sc.id, gathering.Decision{Attendance: a.ID, Version: a.Version, Why: "家里的事可以晚些"}))
	for _, c := range []struct {
		actor access.Actor
		want  map[string][2]string
	}{
		{h.staff, map[string][2]string{"周𠮷": {"住院"}, "邻街代表": {"丧事", "家里的事可以晚些"}}},
		{sc.director, map[string][2]string{"周𠮷": {"住院"}, "邻街代表": {"丧事", "家里的事可以晚些"}}},
		{sc.zhou, map[string][2]string{"周𠮷": {"住院"}}},
		{far, map[string][2]string{"邻街代表": {"丧事", "家里的事可以晚些"}}},
		{h.Actor(access.Member), map[string][2]string{"周𠮷": {}, "邻街代表": {}}},
		{h.Actor(access.CityDeputy), map[string][2]string{"周𠮷": {}, "邻街代表": {}}},
		{h.Actor(access.CityLeader), map[string][2]string{"周𠮷": {}, "邻街代表": {}}},
		{h.Other(access.Staff), map[string][2]string{"邻街代表": {}}},
	} {
		got := map[string][2]string{}
		for _, p := range h.record(c.actor, sc.id).People {
			if p.LeaveState != "" {
				got[p.Name] = [2]string{p.LeaveWhy, p.LeaveNote}
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s reads leave of %v, want %v", c.actor.Role, got, c.want)
		}
		for name, want := range c.want {
			if got[name] != want {
				t.Errorf("%s reads of %s %q, want %q", c.actor.Role, name, got[name], want)
			}
		}
	}
	for _, actor := range []access.Actor{h.staff, h.Actor(access.Member), h.Actor(access.CityDeputy), sc.zhou} {
		for _, sql := range []string{
			`SELECT leave_why FROM attendances`, `SELECT leave_note FROM attendances`, `SELECT * FROM attendances`, `SELECT a FROM attendances a`,
			`UPDATE attendances SET leave_note = leave_why`, `UPDATE attendances SET modified_at = modified_at RETURNING leave_why`,
		} {
			if err := h.in(actor, func(ctx context.Context, tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{}); return err }); !db.Refused(err) {
				t.Errorf("%s may %s: %v", actor.Role, sql, err)
			}
		}
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM audit_events WHERE to_jsonb(audit_events)::text ~ '住院|丧事|家里'`) +
		dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM notices WHERE title ~ '住院|丧事|家里'`); n != 0 {
		t.Errorf("%d records or messages tell the reasons", n)
	}
}

// The same answer twice is one answer; leave that is granted is not asked for again.
func TestAnswerTwice(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.called()
	for range 2 {
		h.must(h.s.Receive(ctx, sc.chen, sc.id))
		h.must(h.s.AskLeave(ctx, sc.zhou, sc.id, "出差"))
	}
	for action, want := range map[string]int{"gathering.receipt": 1, "gathering.request": 1} {
		if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM audit_events WHERE action = $1`, action); n != want {
			t.Errorf("%d records of %s, want %d", n, action, want)
		}
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM notices WHERE title LIKE '有人请假%'`); n != 1 {
		t.Errorf("the office was told %d times, want once", n)
	}
	zhou := h.of(sc.id, "周𠮷")
	h.must(h.s.DecideLeave(ctx, h.staff, sc.id, gathering.Decision{Attendance: zhou.ID, Version: zhou.Version, Grant: true}))
	h.complains(h.s.AskLeave(ctx, sc.zhou, sc.id, "还是出差"), "state")
	if a := h.of(sc.id, "周𠮷"); a.LeaveState != gathering.LeaveGranted || a.LeaveWhy != "出差" {
		t.Errorf("granted leave became %s, %s", a.LeaveState, a.LeaveWhy)
	}
	h.must(h.s.Receive(ctx, sc.zhou, sc.id))
	if a := h.of(sc.id, "周𠮷"); a.LeaveState != "" || a.LeaveWhy != "" || a.ReceivedAt == nil {
		t.Errorf("who comes after all has %+v", a)
	}
}

// What is sealed keeps every word, also by SQL; the code no longer opens what is closed.
func TestSealedKeepsWords(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.opened()
	door := h.record(h.staff, sc.id).Door
	h.must(h.do(h.s.Close, sc.id))
	for _, err := range []error{
		func() error { _, err := h.s.ArriveAt(ctx, sc.chen, door.Token); return err }(),
		func() error { _, err := h.s.Arrive(ctx, sc.chen, sc.id, door.Code); return err }(),
	} {
		h.complains(err, "code")
	}
	if list, at, err := h.s.Today(ctx, sc.chen, door.Token); err != nil || at != sc.id || len(list) != 1 || list[0].State != gathering.Closed {
		t.Errorf("Today = %+v, %d, %v", list, at, err)
	}
	a := h.of(sc.id, "陈某")
	h.must(h.s.Correct(ctx, h.staff, sc.id, gathering.Correction{Attendance: a.ID, Version: a.Version, ArrivedAt: clock("09:00"), Why: "忘记签到"}))
	h.must(h.do(h.s.Seal, sc.id))
	for _, set := range []string{
		"corrected_why = '别的'", "leave_by = '别人'", "leave_asked_at = now()", "received_how = 'hand'", "tries = 0 - 1",
		"corrected_why = '别的', corrected_at = now()", "arrived_at = NULL, arrived_how = ''", "left_at = now()", "name = '别人'", "due = NOT due",
	} {
		for _, actor := range []access.Actor{h.staff, sc.director} {
			n := int64(0)
			err := h.in(actor, func(ctx context.Context, tx db.Tx) (err error) {
				n, err = db.Exec(ctx, tx, `UPDATE attendances SET `+set+` WHERE id = @id`, db.Args{"id": a.ID})
				return err
			})
			if !db.Violates(err, "attendances_sealed") && !db.Violates(err, "attendances_frozen") {
				t.Errorf("%s may set %s on a sealed list: %d, %v", actor.Role, set, n, err)
			}
		}
	}
	for _, sql := range []string{`UPDATE gatherings SET sealed = false`, `UPDATE gatherings SET title = '别的'`, `UPDATE gatherings SET version = 1`} {
		err := h.in(h.staff, func(ctx context.Context, tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{}); return err })
		if !db.Violates(err, "gatherings_sealed") {
			t.Errorf("a sealed gathering: %s: %v", sql, err)
		}
	}
	h.must(h.do(h.s.Seal, sc.id)) // again is nothing
}

// What is over or given up takes no move any more, whatever is sent.
func TestOverTakesNothing(t *testing.T) {
	for name, end := range map[string]func(h *house) scene{
		"closed": func(h *house) scene { sc := h.opened(); h.must(h.do(h.s.Close, sc.id)); return sc },
		"cancelled": func(h *house) scene {
			sc := h.called()
			h.must(h.in(h.staff, func(ctx context.Context, tx db.Tx) error { return h.s.Cancel(ctx, tx, h.staff, sc.id, "台风") }))
			return sc
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			ctx := t.Context()
			sc := end(h)
			a := h.of(sc.id, "陈某")
			ids := []int64{a.ID}
			before := dbtest.Scan[string](t, h.admin, `SELECT string_agg(a::text, ';' ORDER BY id) FROM attendances a`)
			change := gathering.Change{Title: "改名", Place: "别处", StartsAt: clock("15:00"), EndsAt: clock("16:00"), Why: "改"}
			_, listed := h.s.List(ctx, h.staff, h.step(sc.id), gathering.Invitation{Guests: []gathering.Guest{{Name: "来宾"}}, Why: "补"})
			_, checked := h.s.CheckIn(ctx, h.staff, sc.id, ids, time.Time{})
			_, arrived := h.s.Arrive(ctx, sc.chen, sc.id, "0000")
			for move, err := range map[string]error{
				"list": listed, "check in": checked, "arrive": arrived, "receive": h.s.Receive(ctx, sc.chen, sc.id), "ask": h.s.AskLeave(ctx, sc.chen, sc.id, "病"),
				"receipts": h.s.Receipts(ctx, h.staff, sc.id, ids), "leave": h.s.Leave(ctx, h.staff, sc.id, a.ID, h.now), "strike": h.s.Strike(ctx, h.staff, h.step(sc.id), a.ID),
				"decide": h.s.DecideLeave(ctx, h.staff, sc.id, gathering.Decision{Attendance: a.ID, Version: a.Version, Grant: true, Why: "病"}),
				"call":   h.do(h.s.Call, sc.id), "open": h.do(h.s.Open, sc.id), "close": h.do(h.s.Close, sc.id),
				"cancel":     h.in(h.staff, func(ctx context.Context, tx db.Tx) error { return h.s.Cancel(ctx, tx, h.staff, sc.id, "再取消") }),
				"reschedule": h.in(h.staff, func(ctx context.Context, tx db.Tx) error { return h.s.Reschedule(ctx, tx, h.staff, sc.id, change) }),
			} {
				if !errors.As(err, &fault.Fields{}) {
					t.Errorf("%s: %v", move, err)
				}
			}
			if after := dbtest.Scan[string](t, h.admin, `SELECT string_agg(a::text, ';' ORDER BY id) FROM attendances a`); after != before {
				t.Errorf("the list became %s", after)
			}
		})
	}
}
