package gathering_test

import (
	"os"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/gathering"
)

// TestScale: a list, its filters and numbers, one's own gatherings page by page and
// a person's year are read as fast among a million attendances as among a few
// thousand. Without PORTAL_SCALE it takes 60,000.
func TestScale(t *testing.T) {
	gatherings := 600
	if os.Getenv("PORTAL_SCALE") != "" {
		gatherings = 10_000
	}
	h := open(t)
	chen := h.deputy(h.Street, "陈某")
	me := dbtest.Scan[int64](t, h.admin, `SELECT person_id FROM deputies WHERE id = $1`, chen.DeputyID)
	dbtest.Exec(t, h.admin, `INSERT INTO people (street_id, name, key) SELECT $1, '人' || n, 'x' || n FROM generate_series(1, 499) n`, h.Street)
	id := h.many(1, 40, me)
	small := h.times(chen, id)
	id = h.many(1001, gatherings, me)
	big := h.times(chen, id)
	n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM attendances`)
	for name, slow := range big {
		fast := max(small[name], 4*time.Millisecond)
		t.Logf("%d rows, %s: %v, among 4,000 %v", n, name, slow, small[name])
		if slow > 5*fast {
			t.Errorf("%s takes %v among %d rows, %v among few", name, slow, n, small[name])
		}
	}
}

// many makes gatherings of 100 people each, one a day back from today, and returns
// the ID of the last. The rules are off: a million rows through them take minutes.
func (h *house) many(first, n int, me int64) (id int64) {
	h.Helper()
	tx, err := h.admin.Begin(h.Context())
	h.must(err)
	for _, sql := range []string{
		`SET LOCAL session_replication_role = replica`,
		`INSERT INTO gatherings (street_id, kind, record_id, title, place, held_on, starts_at, ends_at, state, called_at, opened_at, closed_at)
		 SELECT $1, 'activity', $2 + k, '视察' || k, '黄旗山', (t.at AT TIME ZONE 'Asia/Shanghai')::date, t.at, t.at + interval '2 hours', 'closed', t.at - interval '3 days', t.at, t.at + interval '2 hours'
		 FROM generate_series(0, $3 - 1) k, LATERAL (SELECT '2026-03-01 09:00+08'::timestamptz - make_interval(hours => k * 6) AS at) t`,
		`INSERT INTO attendances (street_id, gathering_id, held_on, person_street_id, person_id, name, duty, capacity, due, received_at, received_how, arrived_at, arrived_how, outcome)
		 SELECT $1, g.id, g.held_on, $1, CASE WHEN j = 0 THEN $4 ELSE p.ids[1 + ((g.record_id * 7 + j * 5) % 499)] END, '人', '市人大代表', 'deputy', true,
		        g.called_at, 'self', CASE WHEN j % 10 <> 1 THEN g.starts_at END, CASE WHEN j % 10 <> 1 THEN 'qr' ELSE '' END, CASE WHEN j % 10 <> 1 THEN 'present' ELSE 'absent' END
		 FROM gatherings g, generate_series(0, 99) j, (SELECT array_agg(id ORDER BY id) AS ids FROM people WHERE street_id = $1 AND id <> $4) p
		 WHERE g.record_id >= $2 AND g.record_id < $2 + $3`,
	} {
		var args []any
		switch sql[0:12] {
		case "INSERT INTO ":
			args = []any{h.Street, first, n}
			if sql[12:23] == "attendances" {
				args = append(args, me)
			}
		}
		if _, err := tx.Exec(h.Context(), sql, args...); err != nil {
			h.Fatal(err)
		}
	}
	h.must(tx.Commit(h.Context()))
	dbtest.Exec(h, h.admin, `ANALYZE gatherings`)
	dbtest.Exec(h, h.admin, `ANALYZE attendances`)
	return dbtest.Scan[int64](h, h.admin, `SELECT id FROM gatherings WHERE record_id = $1`, first+n-1)
}

// times is how long each read takes, the best of several.
func (h *house) times(chen access.Actor, id int64) map[string]time.Duration {
	h.Helper()
	ctx := h.Context()
	read := func(a access.Actor, f gathering.Filter, want int) func() {
		return func() {
			r, err := h.s.Record(ctx, a, id, f)
			if err != nil || len(r.People) != want || r.Count.Called() < want {
				h.Fatalf("Record(%+v) = %d of %+v, %v, want %d", f, len(r.People), r.Count, err, want)
			}
		}
	}
	after := db.Cursor{}
	reads := map[string]func(){
		"the list":         read(h.staff, gathering.Filter{}, 100),
		"a filter":         read(h.staff, gathering.Filter{Only: "absent"}, 10),
		"a search":         read(h.staff, gathering.Filter{Text: "人"}, 100),
		"a deputy's own":   read(chen, gathering.Filter{}, 1),
		"the city's look":  read(h.Actor(access.CityDeputy), gathering.Filter{Only: "here"}, 90),
		"own gatherings":   func() { h.owns(chen, db.Cursor{}, &after) },
		"own, second page": func() { h.owns(chen, after, &db.Cursor{}) },
		"a year of a person": func() {
			var n int
			h.must(h.db.Read(ctx, h.staff, db.Value(&n, `
				SELECT count(*) FILTER (WHERE a.outcome IN ('present', 'late', 'early'))
				FROM attendances a
				WHERE a.person_street_id = @street AND a.person_id = @person AND a.held_on BETWEEN @from::date AND @to::date`,
				db.Args{
					"street": h.Street, "person": dbtest.Scan[int64](h, h.admin, `SELECT person_id FROM deputies WHERE id = $1`, chen.DeputyID),
					"from": calendar.Day(2026, 1, 1), "to": calendar.Day(2026, 12, 31),
				})))
			if n == 0 {
				h.Fatal("nobody came in the year")
			}
		},
	}
	best := map[string]time.Duration{}
	reads["own gatherings"]()
	for name, do := range reads {
		for range 5 {
			start := time.Now()
			do()
			if d := time.Since(start); best[name] == 0 || d < best[name] {
				best[name] = d
			}
		}
	}
	return best
}

func (h *house) owns(a access.Actor, after db.Cursor, next *db.Cursor) {
	h.Helper()
	o, err := h.s.Owns(h.Context(), a, after, 10)
	if err != nil || len(o.Past) != 10 {
		h.Fatalf("Owns = %d, %v", len(o.Past), err)
	}
	*next = o.Next
}
