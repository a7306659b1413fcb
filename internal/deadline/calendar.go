package deadline

import (
	"context"
	"fmt"
	"sync"

	"portal/internal/calendar"
	"portal/internal/db"
)

// calendarLock is the advisory lock between whoever counts days or touches a
// deadline, who share it, and whoever corrects the calendar, who has it alone:
// no deadline can be counted by the old calendar and saved after the
// correction has looked for deadlines to move.
const calendarLock = 441900_5

// hold shares the calendar with other writers until tx ends. Every verb that
// touches a deadline begins with it, before it locks a row, so that a
// correction and a verb never wait for each other.
func hold() db.Query {
	var done bool
	return db.Value(&done, `SELECT pg_advisory_xact_lock_shared(@lock::bigint) IS NULL`, db.Args{"lock": calendarLock})
}

// holdAlone waits until nobody else holds the calendar and keeps it until tx ends.
func holdAlone() db.Query {
	var done bool
	return db.Value(&done, `SELECT pg_advisory_xact_lock(@lock::bigint) IS NULL`, db.Args{"lock": calendarLock})
}

// cached is the calendar of the newest revision that this process has read.
var cached struct {
	sync.Mutex
	revision string
	cal      *calendar.Calendar
}

// Calendar returns the working-day calendar as tx sees it. It is read once and
// kept until an administrator changes it; until tx ends it does not change.
func Calendar(ctx context.Context, tx db.Tx) (*calendar.Calendar, error) {
	var revision string
	if err := db.Do(ctx, tx, hold(), db.Value(&revision, selectRevision, db.Args{})); err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	cached.Lock()
	defer cached.Unlock()
	if cached.cal != nil && cached.revision == revision {
		return cached.cal, nil
	}
	var days []calendar.Exception
	var years []int
	if err := db.Do(ctx, tx, db.Many(&days, selectDays, db.Args{}), db.Values(&years, selectYears, db.Args{})); err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	cached.cal, cached.revision = calendar.New(days, years...), revision
	return cached.cal, nil
}

const (
	selectRevision = `SELECT revision::text FROM calendar_revision`
	selectDays     = `SELECT day, working, name, source FROM calendar_days ORDER BY day LIMIT 10000`
	selectYears    = `SELECT year FROM calendar_years ORDER BY year LIMIT 200`
)
