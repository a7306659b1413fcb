package gathering_test

import (
	"os"
	"testing"
	"time"

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
	last := calendar.Starts(calendar.Day(2026, 3, 1)).Add(9 * time.Hour)
	id := scale.Attendances(t, h.admin, h.Street, 1, 40, last, me)
	few := h.costs(chen, id)
	id = scale.Attendances(t, h.admin, h.Street, 1001, gatherings, last, me)
	for name, many := range h.costs(chen, id) {
		scale.Alike(t, name, few[name], many)
	}
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
