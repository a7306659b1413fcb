package gathering

import (
	"context"

	"portal/internal/db"
)

// Count is a list in numbers. Due and Beside together are everybody called.
type Count struct {
	Due      int // 应到: who may vote, those on leave included
	Present  int // 实到: of those due, who has come
	Here     int // of those, who has not left
	Leave    int // of those due, on leave and not there
	Absent   int // of those due, once it is closed
	Late     int // of those due
	Early    int // of those due
	Beside   int // 列席: called without a vote
	There    int // of those, who has come
	Received int // of all, who answered the call
	Asking   int // of all, whose request for leave nobody has decided
}

// Missing is how many of those due are neither there nor on leave.
func (c *Count) Missing() int { return c.Due - c.Present - c.Leave }

// Called is how many are on the list.
func (c *Count) Called() int { return c.Due + c.Beside }

// Arrived is how many of them have come.
func (c *Count) Arrived() int { return c.Present + c.There }

// Counts reads the numbers of a gathering as part of a batch. For who sees only
// themselves on the list they are 0 or 1.
func Counts(c *Count, id int64) db.Query {
	return db.One(c, selectCount, db.Args{"id": id})
}

const selectCount = `
	SELECT count(*) FILTER (WHERE a.due) AS due,
	       count(*) FILTER (WHERE a.due AND a.arrived_at IS NOT NULL) AS present,
	       count(*) FILTER (WHERE a.due AND a.arrived_at IS NOT NULL AND a.left_at IS NULL) AS here,
	       count(*) FILTER (WHERE a.due AND a.outcome = 'leave') AS leave,
	       count(*) FILTER (WHERE a.due AND a.outcome = 'absent') AS absent,
	       count(*) FILTER (WHERE a.due AND a.outcome = 'late') AS late,
	       count(*) FILTER (WHERE a.due AND a.outcome = 'early') AS early,
	       count(*) FILTER (WHERE NOT a.due) AS beside,
	       count(*) FILTER (WHERE NOT a.due AND a.arrived_at IS NOT NULL) AS there,
	       count(*) FILTER (WHERE a.received_at IS NOT NULL) AS received,
	       count(*) FILTER (WHERE a.leave_state = 'asked') AS asking
	FROM gatherings g
	JOIN attendances a ON a.street_id = g.street_id AND a.gathering_id = g.id
	WHERE g.id = @id`

// Counted reads the numbers of a gathering in tx: the base and the number of a
// quorum. Hold the gathering first where nobody may come or leave meanwhile.
func Counted(ctx context.Context, tx db.Tx, id int64) (c Count, err error) {
	return c, db.Do(ctx, tx, Counts(&c, id))
}

// Hold keeps a gathering as it is until tx ends: nobody arrives, leaves or is
// corrected meanwhile. A meeting that counts votes calls it before Counted.
func Hold(ctx context.Context, tx db.Tx, id int64) (Gathering, error) {
	return hold(ctx, tx, id, true)
}
