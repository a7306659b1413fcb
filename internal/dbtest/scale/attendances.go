package scale

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/dbtest"
)

// Attendances makes n closed gatherings of a street, numbered from first, four a day
// back from last, and returns the ID of the oldest. A hundred people are called to each:
// those of always, and others whom it makes. One in ten stays away. The rules are off: a
// million rows through them take minutes.
func Attendances(t testing.TB, admin *pgxpool.Pool, street int64, first, n int, last time.Time, always ...int64) int64 {
	t.Helper()
	tx, err := admin.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run := func(sql string, args ...any) {
		t.Helper()
		if _, err := tx.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	run(`SET LOCAL session_replication_role = replica`)
	run(`INSERT INTO people (street_id, name, key)
		 SELECT $1, '人' || n, 'called' || n
		 FROM generate_series(1, 499) n
		 WHERE NOT EXISTS (SELECT FROM people WHERE street_id = $1 AND key = 'called1')`, street)
	run(`INSERT INTO gatherings (street_id, kind, record_id, title, place, held_on, starts_at, ends_at, state, called_at, opened_at, closed_at)
		 SELECT $1, 'activity', $2 + k, '视察' || k, '黄旗山', (t.at AT TIME ZONE 'Asia/Shanghai')::date, t.at, t.at + interval '2 hours', 'closed', t.at - interval '3 days', t.at, t.at + interval '2 hours'
		 FROM generate_series(0, $3 - 1) k, LATERAL (SELECT $4::timestamptz - make_interval(hours => k * 6) AS at) t`, street, first, n, last)
	run(`INSERT INTO attendances (street_id, gathering_id, held_on, person_street_id, person_id, name, duty, capacity, due, received_at, received_how, arrived_at, arrived_how, outcome)
		 SELECT $1, g.id, g.held_on, $1, CASE WHEN j < cardinality($4::bigint[]) THEN ($4::bigint[])[j + 1] ELSE p.ids[1 + ((g.record_id * 7 + j * 5) % 499)] END, '人', '市人大代表', 'deputy', true,
		        g.called_at, 'self', CASE WHEN j % 10 <> 1 THEN g.starts_at END, CASE WHEN j % 10 <> 1 THEN 'qr' ELSE '' END, CASE WHEN j % 10 <> 1 THEN 'present' ELSE 'absent' END
		 FROM gatherings g, generate_series(0, 99) j, (SELECT array_agg(id ORDER BY id) AS ids FROM people WHERE street_id = $1 AND key LIKE 'called%') p
		 WHERE g.street_id = $1 AND g.record_id >= $2 AND g.record_id < $2 + $3`, street, first, n, always)
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"gatherings", "attendances", "people"} {
		dbtest.Exec(t, admin, `ANALYZE `+table)
	}
	return dbtest.Scan[int64](t, admin, `SELECT id FROM gatherings WHERE street_id = $1 AND record_id = $2`, street, first+n-1)
}
