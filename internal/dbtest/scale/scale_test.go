package scale_test

import (
	"testing"

	"portal/internal/dbtest"
	"portal/internal/dbtest/scale"
)

// What is written past the constraints still holds to them.
func TestFill(t *testing.T) {
	const n = 2000
	_, admin := dbtest.Open(t)
	const indexes = `SELECT count(*)::integer FROM pg_index WHERE indrelid = 'opinions'::regclass`
	had := dbtest.Scan[int](t, admin, indexes)
	c, err := scale.Fill(t.Context(), admin, n, dbtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []struct {
		what, sql string
		want      int
	}{
		{"streets", `SELECT count(*)::integer FROM streets`, scale.Streets},
		{"opinions", `SELECT count(*)::integer FROM opinions`, n},
		{"opinions of the first street", `SELECT count(*)::integer FROM opinions WHERE street_id = $1`, n / 5},
		{"streets without opinions", `SELECT count(*)::integer FROM streets s WHERE NOT EXISTS (SELECT FROM opinions o WHERE o.street_id = s.id)`, 0},
		{"running clocks of ended opinions", `
			SELECT count(*)::integer
			FROM deadlines d
			JOIN opinions o ON o.street_id = d.street_id AND o.id = d.subject_id
			WHERE d.ended_on IS NULL AND o.state = 'closed'`, 0},
		{"rows that refer to nothing", `
			SELECT count(*)::integer
			FROM opinions o
			LEFT JOIN stations s ON s.street_id = o.street_id AND s.id = o.station_id
			LEFT JOIN communities c ON c.street_id = o.street_id AND c.id = o.community_id
			WHERE s.id IS NULL OR c.id IS NULL
			   OR o.lead_unit_id IS NOT NULL AND NOT EXISTS (SELECT FROM units u WHERE u.street_id = o.street_id AND u.id = o.lead_unit_id)
			   OR o.deputy_id IS NOT NULL AND NOT EXISTS (SELECT FROM deputies d WHERE d.street_id = o.street_id AND d.id = o.deputy_id)`, 0},
		{"indexes of opinions", indexes, had},
	} {
		args := []any{}
		if q.what == "opinions of the first street" {
			args = append(args, c.Street)
		}
		if got := dbtest.Scan[int](t, admin, q.sql, args...); got != q.want {
			t.Errorf("%s = %d, want %d", q.what, got, q.want)
		}
	}
}
