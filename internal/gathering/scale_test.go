package gathering_test

import (
	"os"
	"testing"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/scale"
	"portal/internal/gathering"
)

// TestScale: a list, its filters and numbers, one's own gatherings page by page and
// a person's year look at about as many rows among a million attendances as among a
// few thousand. Without PORTAL_SCALE it takes 60,000.
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
	few := h.costs(chen, id)
	id = h.many(1001, gatherings, me)
	for name, many := range h.costs(chen, id) {
		scale.Alike(t, name, few[name], many)
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
	dbtest.Exec(h, h.admin, `ANALYZE people`)
	return dbtest.Scan[int64](h, h.admin, `SELECT id FROM gatherings WHERE record_id = $1`, first+n-1)
}

// costs is what each read costs.
func (h *house) costs(chen access.Actor, id int64) map[string]scale.Cost {
	h.Helper()
	ctx := h.Context()
	me := dbtest.Scan[int64](h, h.admin, `SELECT person_id FROM deputies WHERE id = $1`, chen.DeputyID)
	read := func(a access.Actor, f gathering.Filter, want int) func(*db.DB) error {
		return func(d *db.DB) error {
			r, err := gathering.NewStore(d, h.s.Now).Record(ctx, a, id, f)
			if err == nil && (len(r.People) != want || r.Count.Called() < want) {
				h.Fatalf("Record(%+v) = %d of %+v, want %d", f, len(r.People), r.Count, want)
			}
			return err
		}
	}
	own := func(after db.Cursor, next *db.Cursor) func(*db.DB) error {
		return func(d *db.DB) error {
			o, err := gathering.NewStore(d, h.s.Now).Owns(ctx, chen, after, 10)
			if err == nil && len(o.Past) != 10 {
				h.Fatalf("Owns = %d", len(o.Past))
			}
			*next = o.Next
			return err
		}
	}
	var second db.Cursor
	h.must(own(db.Cursor{}, &second)(h.db))
	costs := map[string]scale.Cost{}
	for name, read := range map[string]func(*db.DB) error{
		"the list":         read(h.staff, gathering.Filter{}, 100),
		"a filter":         read(h.staff, gathering.Filter{Only: "absent"}, 10),
		"a search":         read(h.staff, gathering.Filter{Text: "人"}, 100),
		"a deputy's own":   read(chen, gathering.Filter{}, 1),
		"the city's look":  read(h.Actor(access.CityDeputy), gathering.Filter{Only: "here"}, 90),
		"own gatherings":   own(db.Cursor{}, new(db.Cursor)),
		"own, second page": own(second, new(db.Cursor)),
		"a year of a person": func(d *db.DB) error {
			var n int
			err := d.Read(ctx, h.staff, db.Value(&n, `
				SELECT count(*) FILTER (WHERE a.outcome IN ('present', 'late', 'early'))
				FROM attendances a
				WHERE a.person_street_id = @street AND a.person_id = @person AND a.held_on BETWEEN @from::date AND @to::date`,
				db.Args{"street": h.Street, "person": me, "from": calendar.Day(2026, 1, 1), "to": calendar.Day(2026, 12, 31)}))
			if err == nil && n == 0 {
				h.Fatal("nobody came in the year")
			}
			return err
		},
	} {
		costs[name] = scale.Reads(h, h.admin, read)
	}
	return costs
}
