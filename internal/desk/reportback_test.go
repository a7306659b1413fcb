package desk_test

import (
	"slices"
	"testing"

	"portal/internal/dbtest"
)

// Deputies who should have reported stand on the office's desk until a session is
// planned for them; after how long is a setting.
func TestOwingDeputies(t *testing.T) {
	h := open(t)
	owing := func() (list []string) {
		for _, l := range lines(h.desk(h.staff)) {
			if len(l) > 12 && l[:12] == "安排述职" {
				list = append(list, l)
			}
		}
		return list
	}
	if got := owing(); got != nil {
		t.Errorf("a deputy of 2025 owes a report: %v", got)
	}
	dbtest.Exec(t, h.admin, `
		INSERT INTO settings (city_id, street_id, key, value) VALUES ($1, $2, 'reportback.due_months', 12)`, h.City, h.Street)
	if got := owing(); !slices.Equal(got, []string{"安排述职 1 位代表任职已久，本届还没有述职"}) {
		t.Errorf("after a year = %v", got)
	}
	dbtest.Exec(t, h.admin, `
		WITH s AS (INSERT INTO report_sessions (street_id, term, district, key) VALUES ($1, '十七', '一', 's') RETURNING id)
		INSERT INTO deputy_reports (street_id, session_id, deputy_id, term, held_on) SELECT $1, id, $2, '十七', '2026-03-20' FROM s`, h.Street, h.deputy)
	if got := owing(); got != nil {
		t.Errorf("with a session planned = %v", got)
	}
}
