package opinion_test

import (
	"errors"
	"testing"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/opinion"
)

// promised brings a new opinion to a promise of so many days.
func (h *house) promised(days int) int64 {
	h.Helper()
	r := h.replied(h.new())
	h.must(h.s.Promise(h.Context(), h.Actor(access.Staff), h.step(r.ID), calendar.AddDays(calendar.On(h.now), days), "更换整条路的路灯"))
	return r.ID
}

// due is the day of the promise's clock.
func (h *house) due(id int64) string {
	h.Helper()
	return dbtest.Scan[string](h, h.admin, `SELECT coalesce((SELECT due_on::text FROM deadlines WHERE kind = 'opinion' AND subject_id = $1 AND name = 'promise' AND ended_on IS NULL), '')`, id)
}

// A promise is extended by the director, with a reason, to a later day; the first day
// stays to be read (domain.md §3 j, k).
func TestPromiseIsExtended(t *testing.T) {
	h := open(t)
	ctx, director := t.Context(), h.Actor(access.Director)
	id := h.promised(30) // 1 April
	day := calendar.AddDays(calendar.On(h.now), 60)
	if err := h.s.ExtendPromise(ctx, h.Actor(access.Staff), h.step(id), day, "施工推迟"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office extends: %v, want Forbidden", err)
	}
	var bad fault.Fields
	for what, on := range map[string]int{"to the same day": 30, "to an earlier day": 20} {
		if err := h.s.ExtendPromise(ctx, director, h.step(id), calendar.AddDays(calendar.On(h.now), on), "x"); !errors.As(err, &bad) {
			t.Errorf("extended %s: %v, want Fields", what, err)
		}
	}
	h.must(h.s.ExtendPromise(ctx, director, h.step(id), day, "施工推迟"))
	h.want(id, opinion.Promised)
	if got := h.due(id); got != calendar.ISO(day) {
		t.Errorf("the promise is due on %s, want %s", got, calendar.ISO(day))
	}
	if err := h.s.ExtendPromise(ctx, director, opinion.Step{ID: id, Version: 1}, calendar.AddDays(day, 9), "x"); !errors.Is(err, fault.Stale) {
		t.Errorf("extended from an old page: %v, want Stale", err)
	}
	h.must(h.s.ExtendPromise(ctx, director, h.step(id), calendar.AddDays(day, 30), "台风"))
	if got := dbtest.Scan[string](t, h.admin, `SELECT string_agg(first_due || ' ' || due_from || ' ' || due_to, ', ' ORDER BY id) FROM opinion_promise_extensions WHERE opinion_id = $1`, id); got != "2026-04-01 2026-04-01 2026-05-01, 2026-04-01 2026-05-01 2026-05-31" {
		t.Errorf("extensions = %s", got)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM audit_events WHERE kind = 'opinion' AND subject_id = $1 AND action = 'opinion.promise-extension' AND reason <> ''`, id); n != 2 {
		t.Errorf("%d audit records of two extensions", n)
	}
	rec, err := h.s.Record(ctx, director, id)
	h.must(err)
	if rec.PromisedOn == nil || calendar.ISO(*rec.PromisedOn) != "2026-05-31" {
		t.Errorf("promised on %v, want 2026-05-31", rec.PromisedOn)
	}
	h.must(h.s.Fulfil(ctx, h.Actor(access.Staff), h.step(id), "已更换"))
	if err := h.s.ExtendPromise(ctx, director, h.step(id), calendar.AddDays(day, 60), "x"); !errors.As(err, &bad) {
		t.Errorf("a kept promise is extended: %v, want Fields", err)
	}
}

// The rules of an extension stand in the database.
func TestDatabaseHoldsPromises(t *testing.T) {
	h := open(t)
	ctx, director, staff := t.Context(), h.Actor(access.Director), h.Actor(access.Staff)
	id := h.promised(30)
	const add = `
		INSERT INTO opinion_promise_extensions (street_id, opinion_id, first_due, due_from, due_to, reason, extended_at, extender)
		SELECT street_id, id, promised_on, promised_on, promised_on + 30, 'x', now(), 'x' FROM opinions WHERE id = @id`
	for _, c := range []struct {
		broken string
		who    access.Actor
		sql    string
	}{
		{"opinions_promise_moved_by_extension", staff, `UPDATE opinions SET promised_on = promised_on + 30 WHERE id = @id`},
		{"opinions_promise_moved_by_extension", director, `UPDATE opinions SET promised_on = promised_on + 30 WHERE id = @id`},
		{"opinions_promise_moved_by_extension", staff, `UPDATE opinions SET promised_on = NULL, state = 'to_feedback' WHERE id = @id`},
		{"opinion_promise_extensions_by_director", staff, add},
		{"opinion_promise_extensions_later", director, `
			INSERT INTO opinion_promise_extensions (street_id, opinion_id, first_due, due_from, due_to, reason, extended_at, extender)
			SELECT street_id, id, promised_on, promised_on, promised_on, 'x', now(), 'x' FROM opinions WHERE id = @id`},
		{"opinion_promise_extensions_reason", director, `
			INSERT INTO opinion_promise_extensions (street_id, opinion_id, first_due, due_from, due_to, reason, extended_at, extender)
			SELECT street_id, id, promised_on, promised_on, promised_on + 1, '', now(), 'x' FROM opinions WHERE id = @id`},
	} {
		err := h.db.Write(ctx, c.who, func(tx db.Tx) error {
			_, err := db.Exec(ctx, tx, c.sql, db.Args{"id": id})
			return err
		})
		if !db.Violates(err, c.broken) {
			t.Errorf("%s as %s: %v, want a violation of %s", c.sql, c.who.Role, err, c.broken)
		}
	}
	h.must(h.s.ExtendPromise(ctx, director, h.step(id), calendar.AddDays(calendar.On(h.now), 60), "施工推迟"))
	for _, sql := range []string{`UPDATE opinion_promise_extensions SET reason = 'y' WHERE opinion_id = @id`, `DELETE FROM opinion_promise_extensions WHERE opinion_id = @id`} {
		err := h.db.Write(ctx, director, func(tx db.Tx) error {
			_, err := db.Exec(ctx, tx, sql, db.Args{"id": id})
			return err
		})
		if err == nil {
			t.Errorf("%s was let through", sql)
		}
	}
	var seen int
	h.must(h.db.Read(ctx, h.Other(access.Director), db.Value(&seen, `SELECT count(*) FROM opinion_promise_extensions`, nil)))
	if seen != 0 {
		t.Errorf("another street sees %d extensions", seen)
	}
	h.must(h.db.Read(ctx, staff, db.Value(&seen, `SELECT count(*) FROM opinion_promise_extensions`, nil)))
	if seen != 1 {
		t.Errorf("the office sees %d extensions, want 1", seen)
	}
}
