package deadline

import (
	"context"
	"fmt"
	"sync"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
)

// fresh is how long Known answers from memory: another process's correction
// shows in lists within this time. Deadlines themselves are re-dated at once.
const fresh = time.Minute

// Known returns the working-day calendar for showing how much time is left. It
// asks the database at most once a minute.
func Known(ctx context.Context, d *db.DB, actor access.Actor) (*calendar.Calendar, error) {
	known.Lock()
	cal := known.cal
	if known.db != d || time.Since(known.at) > fresh {
		cal = nil
	}
	known.Unlock()
	if cal != nil {
		return cal, nil
	}
	var days []calendar.Exception
	var years []int
	err := d.Read(ctx, actor, db.Many(&days, selectDays, db.Args{}), db.Values(&years, selectYears, db.Args{}))
	if err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	cal = calendar.New(days, years...)
	known.Lock()
	known.db, known.cal, known.at = d, cal, time.Now()
	known.Unlock()
	return cal, nil
}

// forget makes Known ask the database next time.
func forget() {
	known.Lock()
	known.cal, known.at = nil, time.Time{}
	known.Unlock()
}

var known struct {
	sync.Mutex
	db  *db.DB // tests of one process have several
	cal *calendar.Calendar
	at  time.Time
}
