package activity_test

import (
	"fmt"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/scale"
)

// many gives the street n activities, one every six hours, nearly all of them archived,
// past the guards of the schema: of ten each, whatever n, are of a rare state and kind.
func (h *house) many(n int) {
	h.Helper()
	dbtest.Exec(h, h.admin, fmt.Sprintf(`
		DO $$ BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO activities (street_id, kind, title, place, supervises, held_on, starts_at, ends_at, state, approved_on, notified_on, archived_on, gathering_id, summary, entered, creator, key)
			SELECT %[1]d, CASE WHEN i %% (%[2]d / 10) = 3 THEN 'inspection' ELSE 'walk' END, '走访' || i, '社区', false, (t.at AT TIME ZONE 'Asia/Shanghai')::date, t.at, t.at + interval '2 hours',
			       CASE WHEN i %% (%[2]d / 10) = 7 THEN 'held' ELSE 'archived' END, '2000-01-01', '2000-01-01', CASE WHEN i %% (%[2]d / 10) <> 7 THEN date '2026-02-01' END, i, '走访了居民', true, '员', 'm' || i
			FROM generate_series(1, %[2]d) i, LATERAL (SELECT '2026-02-01 09:00+08'::timestamptz - make_interval(hours => i * 6) AS at) t;
		END $$`, h.Street, n))
	dbtest.Exec(h, h.admin, `VACUUM ANALYZE activities`)
}

// The ledger, its filters, counts and pages look at about as many rows among 20,000
// activities as among 100.
func TestScale(t *testing.T) {
	filters := map[string]activity.Filter{
		"all": {}, "held": {State: "held"}, "counted": {State: activity.Counted}, "a view": {View: "record"}, "to come": {View: "coming"}, "a rare kind": {Kind: activity.Inspection}, "a rare class": {Class: "inspection"},
		"a period": {From: calendar.Day(2026, time.January, 10), To: calendar.Day(2026, time.January, 20)}, "a later page": {After: db.Cursor{At: calendar.Day(2026, time.January, 20), ID: 1}},
	}
	costs := func(n int) map[string]scale.Cost {
		h := open(t)
		h.many(n)
		list := map[string]scale.Cost{}
		for who, a := range map[string]access.Actor{"staff": h.staff, "city": h.Actor(access.CityDeputy)} {
			for what, f := range filters {
				f.Limit = 50
				list[who+", "+what] = scale.Reads(t, h.admin, func(d *db.DB) error {
					_, err := activity.NewStore(d, nil, func() time.Time { return h.now }).Activities(t.Context(), a, f)
					return err
				})
			}
		}
		return list
	}
	few := costs(100)
	for name, many := range costs(20_000) {
		scale.Alike(t, name, few[name], many)
	}
}
