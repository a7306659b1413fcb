package opinion

import (
	"context"
	"fmt"
	"sync"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
)

// rememberFor is how long the ledger's page takes from memory what hardly ever
// changes: the names in its columns and filters, and that there are more rows
// than it counts to. A renamed unit shows within this time, a new one at once.
const rememberFor = time.Minute

// maxRemembered bounds the memory; beyond it everything is asked for anew.
const maxRemembered = 10_000

// countFor is how long a list's count is shown from memory. An act in this portal
// forgets the counts of its street at once.
const countFor = 10 * time.Second

type memory struct {
	mu     sync.Mutex
	names  map[place]*names
	counts map[countKey]counted
	acts   map[int64]int // so many by street
}

// countKey is whose count of what.
type countKey struct {
	role                                        access.Role
	user, city, street, community, unit, deputy int64
	filter                                      Filter
}

type counted struct {
	n, acts int
	at      time.Time
}

func keyOf(a access.Actor, f Filter) countKey {
	f.After = db.Cursor{}
	return countKey{a.Role, a.UserID, a.CityID, a.StreetID, a.CommunityID, a.UnitID, a.DeputyID, f}
}

// place is whose names: a street's, or those of all streets of a city.
type place struct{ city, street int64 }

// names are the filters' choices and what the IDs in a list stand for.
type names struct {
	Choices
	streets, communities, units map[int64]string
	at                          time.Time
}

// namesFor returns the names for the actor's lists. With fresh it asks anew.
func (s *Store) namesFor(ctx context.Context, actor access.Actor, fresh bool) (*names, error) {
	at := place{actor.CityID, actor.StreetID}
	s.memory.mu.Lock()
	n := s.memory.names[at]
	s.memory.mu.Unlock()
	if n != nil && !fresh && time.Since(n.at) < rememberFor {
		return n, nil
	}
	n = &names{at: time.Now()}
	var communities, units []choice.Row
	const all = `
		SELECT id, name
		FROM %s
		WHERE street_id = ANY ((SELECT app.streets())::bigint[])
		ORDER BY street_id, id
		LIMIT 100000`
	err := s.db.Read(ctx, actor, append(n.filters(actor),
		db.Many(&communities, fmt.Sprintf(all, "communities"), db.Args{}), db.Many(&units, fmt.Sprintf(all, "units"), db.Args{}))...)
	if err != nil {
		return nil, err
	}
	n.streets, n.communities, n.units = named(n.Streets), named(communities), named(units)
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	if s.memory.names == nil || len(s.memory.names) >= maxRemembered {
		s.memory.names = map[place]*names{}
	}
	s.memory.names[at] = n
	return n, nil
}

func named(rows []choice.Row) map[int64]string {
	m := make(map[int64]string, len(rows))
	for _, r := range rows {
		m[r.ID] = r.Name
	}
	return m
}

// knows reports whether every row's names are there.
func (n *names) knows(rows []row) bool {
	for _, r := range rows {
		_, unit := n.units[r.UnitID]
		_, community := n.communities[r.CommunityID]
		if r.UnitID != 0 && !unit || r.CommunityID != 0 && !community {
			return false
		}
	}
	return true
}

// count returns a count of a few seconds ago, and whether there is one. That there
// are more than CountCap stays true for longer: opinions are not deleted.
func (m *memory) count(key countKey) (n int, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.counts[key]
	age := time.Since(c.at)
	if c.n >= CountCap {
		return c.n, ok && age < rememberFor
	}
	return c.n, ok && age < countFor && c.acts == m.acts[key.street]
}

func (m *memory) setCount(key countKey, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil || len(m.counts) >= maxRemembered {
		m.counts = map[countKey]counted{}
	}
	m.counts[key] = counted{n, m.acts[key.street], time.Now()}
}

// acted notes that something was done in a street.
func (m *memory) acted(street int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.acts == nil {
		m.acts = map[int64]int{}
	}
	m.acts[street]++
	m.acts[0]++ // of the city's lists
}
