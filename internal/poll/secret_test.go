package poll_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/poll"
)

// Whoever chose what, the database is the same: two worlds in which everybody does
// the same things at the same times, but two people choose the other's option, differ
// in no column of no table, but for random keys.
func TestNothingTellsWhoChoseWhat(t *testing.T) {
	first, second := world(t, "satisfied", "dissatisfied"), world(t, "dissatisfied", "satisfied")
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("who looks at the tables can tell (-one +other):\n%s", diff)
	}
	// The test means something: a world in which one more is satisfied does differ.
	if cmp.Equal(first, world(t, "satisfied", "satisfied")) {
		t.Error("the dump does not show choices at all")
	}
}

// world is every row of every table after a poll in which two voters choose a and b.
func world(t *testing.T, a, b string) []string {
	t.Helper()
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(5)
	id := h.open(h.new(ids, twoQuestions[0]))
	codes, err := h.s.IssueSlips(ctx, h.staff, h.step(id), h.circle(id, "选民5"))
	h.must(err)
	for i, option := range []string{a, "basically", b} {
		h.must(h.s.Cast(ctx, people[i], id, []string{option}))
	}
	h.must(h.s.CastSlip(ctx, id, codes[0], []string{"basically"}))
	h.closed(id)
	rows, err := h.admin.Query(ctx, `
		SELECT c.table_name::text, string_agg(format('%s=%%s ', c.column_name), '' ORDER BY c.ordinal_position), string_agg(format('%I::text', c.column_name), ', ' ORDER BY c.ordinal_position)
		FROM information_schema.columns c
		JOIN information_schema.tables x ON x.table_schema = c.table_schema AND x.table_name = c.table_name AND x.table_type = 'BASE TABLE'
		WHERE c.table_schema = 'public' AND c.data_type NOT IN ('uuid', 'bytea', 'xid8') AND c.column_name <> 'recorded_at' AND c.column_default IS DISTINCT FROM 'now()'
		GROUP BY c.table_name
		ORDER BY c.table_name`)
	h.must(err)
	type table struct{ Name, Format, Columns string }
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[table])
	h.must(err)
	var dump []string
	for _, x := range tables {
		rows, err := h.admin.Query(ctx, fmt.Sprintf(`SELECT format('%s: %s', %s) FROM %s`, x.Name, x.Format, x.Columns, x.Name))
		h.must(err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		h.must(err)
		if x.Name == "poll_choices" {
			slices.Sort(lines) // the order is that of random keys
		}
		dump = append(dump, lines...)
	}
	return dump
}

// What was chosen stands in one table, beside nothing that belongs to a person.
func TestChoiceStandsAlone(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(4)
	id := h.open(h.new(ids, twoQuestions[0]))
	for _, p := range people {
		h.must(h.s.Cast(ctx, p, id, []string{"dissatisfied"}))
	}
	tables := dbtest.Scan[[]string](t, h.admin, `SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'`)
	for _, x := range tables {
		n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM `+x+` AS r WHERE r::text ~ 'dissatisfied|不满意'`)
		if want := map[bool]int{true: 4}[x == "poll_choices"]; n != want {
			t.Errorf("%d rows of %s tell of a choice, want %d", n, x, want)
		}
	}
	columns := dbtest.Scan[[]string](t, h.admin, `SELECT array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 'poll_choices'`)
	if want := []string{"street_id", "poll_id", "key", "number", "option"}; !slices.Equal(columns, want) {
		t.Errorf("choices have %q, want %q: no person, no time, no order", columns, want)
	}
	events := dbtest.Scan[[]string](t, h.admin, `SELECT array_agg(action) FROM audit_events WHERE kind = 'poll'`)
	if !slices.Equal(events, []string{"poll.opening"}) {
		t.Errorf("recorded: %q: casting has a time and must not be", events)
	}
}

// PostgreSQL keeps which transaction wrote a row and where. While people cast, the
// programs below pair voters and choices by it; once the poll is closed they pair
// everybody with everything.
func TestClosingMixes(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(12)
	id := h.open(h.new(ids, twoQuestions[0]))
	for i, p := range people {
		h.must(h.s.Cast(ctx, p, id, []string{[]string{"satisfied", "basically", "dissatisfied"}[i%3]}))
	}
	const (
		pairs = `SELECT count(*)::integer FROM poll_voters v JOIN poll_choices c ON c.poll_id = v.poll_id AND c.xmin = v.xmin`
		keys  = `SELECT array_agg(key::text ORDER BY ctid) FROM poll_choices`
		order = `SELECT string_agg(left(option, 1), '' ORDER BY ctid) FROM poll_choices`
	)
	before := dbtest.Scan[[]string](t, h.admin, keys)
	if n, o := dbtest.Scan[int](t, h.admin, pairs), dbtest.Scan[string](t, h.admin, order); n != 12 || o != strings.Repeat("sbd", 4) {
		t.Fatalf("before the end the programs find %d pairs, in the order %s: they do not work", n, o)
	}
	h.closed(id)
	if n := dbtest.Scan[int](t, h.admin, pairs); n != 12*12 {
		t.Errorf("after the end transactions pair %d, want everybody with everything", n)
	}
	after := dbtest.Scan[[]string](t, h.admin, keys)
	if !slices.IsSorted(after) {
		t.Error("choices do not lie in the order of their keys")
	}
	for _, k := range after {
		if slices.Contains(before, k) {
			t.Error("a choice kept its key")
		}
	}
}

// What pages and messages of failures could carry: nothing of a cast ballot is in an
// error.
func TestErrorsTellNothing(t *testing.T) {
	h := open(t)
	people, ids := h.voters(1)
	id := h.open(h.new(ids, twoQuestions[0]))
	h.must(h.s.Cast(t.Context(), people[0], id, []string{"dissatisfied"}))
	err := h.s.Cast(t.Context(), people[0], id, []string{"dissatisfied"})
	if err == nil || regexp.MustCompile(`satisfied|满意`).MatchString(err.Error()) {
		t.Errorf("err = %v", err)
	}
}

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

// At the last second: a ballot that races the close is counted or refused, never
// lost; two taps of one voter, or a phone and a slip at once, count once.
func TestLastSecond(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(12)
	for range 4 {
		id := h.open(h.new(ids, twoQuestions...))
		codes, err := h.s.IssueSlips(ctx, h.staff, h.step(id), h.circle(id, "选民11", "选民12"))
		h.must(err)
		ballot := []string{"satisfied", "for"}
		var fns []func() error
		for _, p := range people[:10] {
			for range 2 {
				fns = append(fns, func() error { return h.s.Cast(ctx, p, id, ballot) })
			}
		}
		for _, c := range codes {
			for range 2 {
				fns = append(fns, func() error { return h.s.CastSlip(ctx, id, c, ballot) })
			}
		}
		var res poll.Result
		closing := len(fns) / 2
		fns = slices.Insert(fns, closing, func() (err error) { res, err = h.close(id); return err })
		cast := 0
		for i, err := range together(fns...) {
			switch {
			case i == closing:
				h.must(err)
			case err == nil:
				cast++
			case !errors.As(err, &fault.Fields{}):
				t.Errorf("casting: %v", err)
			}
		}
		rows := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM poll_choices WHERE poll_id = $1`, id)
		if res.Cast() != cast || rows != 2*cast || cast >= poll.Fewest && (res.Votes(1, "satisfied") != cast || res.Votes(2, "for") != cast) || cast > 12 {
			t.Errorf("%d were told that they have cast; the result says %d, %+v; %d rows", cast, res.Cast(), res.Totals, rows)
		}
	}
}

// Two open for one record at once: one poll.
func TestOpenTwice(t *testing.T) {
	h := open(t)
	_, ids := h.voters(3)
	n := h.new(ids, twoQuestions[0])
	second := h.Actor(access.Director)
	opened := 0
	for _, err := range together(
		func() error { var id int64; return h.try(n, &id) },
		func() error {
			return h.db.Write(t.Context(), second, func(tx db.Tx) error { _, err := h.s.Open(context.Background(), tx, second, n); return err })
		},
	) {
		if err == nil {
			opened++
		} else if !errors.Is(err, fault.Stale) && !errors.As(err, &fault.Fields{}) {
			t.Error(err)
		}
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM polls`); opened != 1 || n != 1 {
		t.Errorf("%d opened, %d polls", opened, n)
	}
}
