package deputy_test

import (
	"os"
	"testing"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/scale"
	"portal/internal/deputy"
)

// A large register pages, filters and searches as a small one does: of 20,000
// deputies, and of 100,000 where PORTAL_SCALE is set.
func TestLargeRegister(t *testing.T) {
	h, n := open(t), 20_000
	if os.Getenv("PORTAL_SCALE") != "" {
		n = 100_000
	}
	scale.Deputies(t, h.admin, []int64{h.OtherStreet}, 100)
	scale.Deputies(t, h.admin, []int64{h.Street}, n)
	for _, page := range []struct {
		name     string
		f        deputy.Filter
		deep     bool
		fragment int // of the end of a name, how many characters
	}{
		{name: "first page"},
		{name: "deep page", deep: true},
		{name: "group", f: deputy.Filter{Group: "law"}},
		{name: "the end of a name", fragment: 2},
		{name: "one character", fragment: 1},
		{name: "nobody", f: deputy.Filter{Text: "无此人"}},
		{name: "everybody's district", f: deputy.Filter{Text: "选区"}},
	} {
		cost := func(a access.Actor, street int64, n int) scale.Cost {
			f := page.f
			f.Limit = 50
			if page.deep {
				f.After = dbtest.Scan[int64](t, h.admin, `SELECT id FROM deputies WHERE street_id = $1 AND key = 'many' || $2::integer`, street, n/2)
			}
			if page.fragment > 0 {
				f.Text = dbtest.Scan[string](t, h.admin, `SELECT right(name, $3) FROM deputies WHERE street_id = $1 AND key = 'many' || $2::integer`, street, n/2, page.fragment)
			}
			return scale.Reads(t, h.admin, func(d *db.DB) error {
				list, _, err := deputy.NewStore(d, nil, dbtest.Clock).Deputies(t.Context(), a, f)
				if want := page.name != "nobody"; err == nil && want != (len(list) > 0) {
					t.Errorf("%s: %d deputies", page.name, len(list))
				}
				return err
			})
		}
		scale.Alike(t, page.name, cost(h.Other(access.Staff), h.OtherStreet, 100), cost(h.Actor(access.Staff), h.Street, n))
		city := h.Actor(access.CityOffice)
		page.f.StreetID = h.OtherStreet
		few := cost(city, h.OtherStreet, 100)
		page.f.StreetID = 0
		scale.Alike(t, page.name+", whole city", few, cost(city, h.Street, n))
	}
}
