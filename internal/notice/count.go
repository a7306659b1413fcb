package notice

import (
	"context"
	"sync"
	"time"

	"portal/internal/access"
)

// countFor is how long a person's number of unread notices is shown from memory.
const countFor = 10 * time.Second

// maxCounts bounds the memory; beyond it all counts are asked for anew.
const maxCounts = 20_000

// counts remembers how many notices each person has not read. The number stands
// in the frame of every page, which must not cost every page a round trip: one
// person's pages ask once in countFor, so a new notice shows within that time.
// Marking read forgets the person's number at once.
type counts struct {
	mu sync.Mutex
	m  map[reader]counted
}

// reader is a person in one of their roles: what is addressed to them differs.
type reader struct {
	user, street, unit, deputy int64
	role                       access.Role
}

type counted struct {
	n  int
	at time.Time
}

func readerOf(a access.Actor) reader {
	return reader{a.UserID, a.StreetID, a.UnitID, a.DeputyID, a.Role}
}

// Count returns how many notices the actor has not read, up to UnreadCap, as of
// a few seconds ago.
func (s *Store) Count(ctx context.Context, actor access.Actor) (int, error) {
	if !actor.May(access.SignedIn) {
		return 0, nil
	}
	now := time.Now()
	s.mu.Lock()
	c, ok := s.m[readerOf(actor)]
	s.mu.Unlock()
	if ok && now.Sub(c.at) < countFor {
		return c.n, nil
	}
	c = counted{at: now}
	if err := s.db.Read(ctx, actor, Unread(&c.n, actor, s.now())); err != nil {
		return 0, err
	}
	s.mu.Lock()
	if s.m == nil || len(s.m) >= maxCounts {
		s.m = map[reader]counted{}
	}
	s.m[readerOf(actor)] = c
	s.mu.Unlock()
	return c.n, nil
}

func (s *Store) forget(actor access.Actor) {
	s.mu.Lock()
	delete(s.m, readerOf(actor))
	s.mu.Unlock()
}
