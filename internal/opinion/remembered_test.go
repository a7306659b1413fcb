package opinion_test

import (
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/opinion"
)

// What the ledger's page takes from memory never hides what was done here, nor
// what is new elsewhere.
func TestListingFromMemory(t *testing.T) {
	h := open(t)
	staff, city := h.Actor(access.Staff), h.Actor(access.CityOffice)
	listing := func(a access.Actor, f opinion.Filter) opinion.Listing {
		t.Helper()
		f.Limit = 2
		l, err := h.s.Listing(t.Context(), a, f)
		h.must(err)
		return l
	}
	first := h.register(h.new())
	for range 3 {
		if got := listing(staff, opinion.Filter{}).Count; got != 1 {
			t.Fatalf("count = %d, want 1", got)
		}
	}
	h.register(h.new())
	if got := listing(staff, opinion.Filter{}).Count; got != 2 {
		t.Errorf("count after another was registered = %d, want 2", got)
	}
	if got := listing(staff, opinion.Filter{State: "registered"}).Count; got != 2 {
		t.Errorf("count of registered ones = %d, want 2", got)
	}
	h.must(h.s.Accept(t.Context(), staff, h.step(first.ID)))
	if got := listing(staff, opinion.Filter{State: "registered"}).Count; got != 1 {
		t.Errorf("count of registered ones after a move = %d, want 1", got)
	}
	if got := listing(h.Other(access.Staff), opinion.Filter{}).Count; got != 0 {
		t.Errorf("another street counts %d, want 0", got)
	}

	// a unit and a community that were not there when the names were read
	unit := dbtest.Scan[int64](t, h.admin, `INSERT INTO units (street_id, name, kind) VALUES ($1, '新设办公室', 'department') RETURNING id`, h.Street)
	community := dbtest.Scan[int64](t, h.admin, `INSERT INTO communities (street_id, name, code) VALUES ($1, '新社区', '441900003099') RETURNING id`, h.Street)
	h.must(h.s.Assign(t.Context(), staff, h.step(first.ID), opinion.Assignment{Lead: unit, Urgency: "ordinary"}))
	n := h.new()
	n.CommunityID = community
	h.register(n)
	for _, a := range []access.Actor{staff, city} {
		l := listing(a, opinion.Filter{State: "assigned"})
		if len(l.Lines) != 1 || l.Lines[0].Unit != "新设办公室" {
			t.Errorf("%s sees %+v, want the new unit's name", a.Role, l.Lines)
		}
		if l = listing(a, opinion.Filter{}); l.Lines[0].Community != "新社区" || l.Count != 3 || l.Next.IsZero() {
			t.Errorf("%s sees %d of %d, the first in %q, want 2 of 3 in 新社区", a.Role, len(l.Lines), l.Count, l.Lines[0].Community)
		}
	}
	if got := listing(city, opinion.Filter{}).Lines[0].Street; got != "东城街道" {
		t.Errorf("the city reads the street %q, want 东城街道", got)
	}
}

// A unit keeps seeing what it was ever assigned, and nothing else.
func TestUnitsOfOpinion(t *testing.T) {
	h := open(t)
	staff, unit := h.Actor(access.Staff), h.Actor(access.Unit)
	second := unit
	second.UnitID = h.SecondUnit
	sees := func(a access.Actor) int {
		t.Helper()
		l, err := h.s.Listing(t.Context(), a, opinion.Filter{Limit: 10})
		h.must(err)
		return len(l.Lines)
	}
	r := h.register(h.new())
	h.must(h.s.Accept(t.Context(), staff, h.step(r.ID)))
	dispatch := h.Actor(access.OfficeDispatch)
	if sees(unit) != 0 || sees(dispatch) != 0 {
		t.Error("a unit sees what was not assigned")
	}
	h.must(h.s.Assign(t.Context(), staff, h.step(r.ID), opinion.Assignment{Lead: h.Unit, Urgency: "ordinary"}))
	if sees(unit) != 1 || sees(second) != 0 || sees(dispatch) != 1 {
		t.Errorf("unit, another unit and the dispatch office see %d, %d, %d, want 1, 0, 1", sees(unit), sees(second), sees(dispatch))
	}
	h.must(h.s.Return(t.Context(), unit, h.step(r.ID), "不属于本单位"))
	h.must(h.s.Assign(t.Context(), staff, h.step(r.ID), opinion.Assignment{Lead: h.SecondUnit, Co: []int64{h.Unit}, Urgency: "ordinary"}))
	if sees(unit) != 1 || sees(second) != 1 {
		t.Errorf("after a new assignment they see %d, %d, want 1, 1", sees(unit), sees(second))
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT cardinality(units) FROM opinions WHERE id = $1`, r.ID); got != 2 {
		t.Errorf("the opinion names %d units, want 2", got)
	}
}
