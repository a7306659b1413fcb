package gathering_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/gathering"
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

// At two doors at once, by hand and by telephone, somebody arrives once; the
// second door says since when.
func TestTwoDoors(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.opened()
	door := h.record(h.staff, sc.id).Door
	chen := h.of(sc.id, "陈某").ID
	second := h.Actor(access.Staff)
	results := make([]gathering.CheckedIn, 4)
	var arrival gathering.Arrival
	errs := together(
		func() (err error) {
			results[0], err = h.s.CheckIn(ctx, h.staff, sc.id, []int64{chen}, time.Time{})
			return err
		},
		func() (err error) {
			results[1], err = h.s.CheckIn(ctx, second, sc.id, []int64{chen}, time.Time{})
			return err
		},
		func() (err error) { arrival, err = h.s.ArriveAt(ctx, sc.chen, door.Token); return err },
		func() (err error) {
			results[2], err = h.s.CheckIn(ctx, second, sc.id, []int64{chen}, time.Time{})
			return err
		},
	)
	first := 0
	for i, err := range errs {
		h.must(err)
		first += results[i].Arrived
	}
	if !arrival.Already {
		first++
	}
	records := dbtest.Scan[int64](t, h.admin, `SELECT count(*) FROM audit_events WHERE action IN ('gathering.attendance', 'gathering.arrival')`)
	if first != 1 || records != 1 || h.record(h.staff, sc.id).Count.Present != 1 {
		t.Errorf("%d doors were first, %d records: %+v %+v", first, records, results, arrival)
	}
	c, err := h.s.CheckIn(ctx, h.staff, sc.id, []int64{chen}, time.Time{})
	if err != nil || c.Arrived != 0 || len(c.Already) != 1 {
		t.Errorf("the second door says %+v, %v", c, err)
	}
}

// Closing while people arrive: whoever was told that they have arrived is present,
// everybody else absent, and nobody waits for ever.
func TestCloseWhileArriving(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	for range 5 {
		id := h.plan(h.new())
		var people []access.Actor
		for range 6 {
			people = append(people, h.deputy(h.Street, "代表"))
		}
		if _, err := h.invite(id, gathering.Invitation{Teams: []string{"deputy"}, Due: true}); err != nil {
			t.Fatal(err)
		}
		h.must(h.do(h.s.Call, id))
		h.must(h.do(h.s.Open, id))
		door := h.record(h.staff, id).Door
		var fns []func() error
		for i, p := range people {
			fns = append(fns, func() error { _, err := h.s.ArriveAt(ctx, p, door.Token); return err })
			if i == 2 {
				fns = append(fns, func() error { return h.do(h.s.Close, id) })
			}
		}
		arrived := 0
		for i, err := range together(fns...) {
			switch {
			case i == 3:
				h.must(err)
			case err == nil:
				arrived++
			case !errors.As(err, &fault.Fields{}):
				t.Errorf("arriving: %v", err)
			}
		}
		if c := h.record(h.staff, id).Count; c.Present != arrived || c.Absent != c.Due-arrived {
			t.Errorf("%d were told that they arrived, the list says %+v", arrived, c)
		}
		dbtest.Exec(t, h.admin, `UPDATE deputies SET state = 'suspended'`)
	}
}

// Rescheduling while receipts come: every receipt that stands is for the new time.
func TestRescheduleWhileReceipts(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	sc := h.called()
	var mu sync.Mutex
	moved := false
	late := 0
	receive := func(a access.Actor) func() error {
		return func() error {
			mu.Lock()
			after := moved
			mu.Unlock()
			err := h.s.Receive(ctx, a, sc.id)
			if err == nil && after {
				mu.Lock()
				late++
				mu.Unlock()
			}
			return err
		}
	}
	for _, err := range together(receive(sc.chen), receive(sc.zhou), func() error {
		err := h.in(h.staff, func(ctx context.Context, tx db.Tx) error {
			return h.s.Reschedule(ctx, tx, h.staff, sc.id, gathering.Change{
				Title: "视察河涌整治", Place: "水濂山", StartsAt: clock("15:00").AddDate(0, 1, 0), EndsAt: clock("17:00").AddDate(0, 1, 0), Why: "台风",
			})
		})
		mu.Lock()
		moved = true
		mu.Unlock()
		return err
	}, receive(sc.voter), receive(sc.director)) {
		h.must(err)
	}
	c := h.record(h.staff, sc.id).Count
	if c.Received < late {
		t.Errorf("%d receipts stand, %d came after the change", c.Received, late)
	}
	if n := dbtest.Scan[int64](t, h.admin, `
		SELECT count(*) FROM attendances a JOIN gatherings g ON g.id = a.gathering_id
		WHERE a.received_at IS NOT NULL AND a.xmin::text::bigint < g.xmin::text::bigint AND a.held_on <> g.held_on`); n != 0 {
		t.Errorf("%d receipts are for the old day", n)
	}
}
