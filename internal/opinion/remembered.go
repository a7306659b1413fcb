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

type memory struct {
	mu    sync.Mutex
	names map[place]*names
	full  map[string]time.Time
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

// isFull reports whether a count was at the cap not long ago. It hardly ever
// sinks below again: opinions are not deleted.
func (m *memory) isFull(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.full[key]
	return ok && time.Since(at) < rememberFor
}

func (m *memory) setFull(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full == nil || len(m.full) >= maxRemembered {
		m.full = map[string]time.Time{}
	}
	m.full[key] = time.Now()
}
