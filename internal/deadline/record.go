package deadline

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Record is one deadline with what made its date.
type Record struct {
	ID           int64
	StreetID     int64
	Kind         string
	SubjectID    int64
	Label        string
	StartedOn    time.Time
	Days         *int // working days allowed; nil: a fixed date
	ExtendedDays int
	Basis        string
	DueOn        time.Time
	EndedOn      *time.Time
	EndedHow     string             // done, dropped or ""
	Moves        []Move             `db:"-"`
	Calendar     *calendar.Calendar `db:"-"`
}

// Move is one re-dating of a deadline.
type Move struct {
	At             time.Time
	Cause          string // calendar or extension
	DueFrom, DueTo time.Time
	Why            string
	UserName       string
}

// Total is how many working days there are in all; 0 for a fixed date.
func (r *Record) Total() int {
	if r.Days == nil {
		return 0
	}
	return *r.Days + r.ExtendedDays
}

// Steps lists every day from the start to the day it is due and how each
// counts by today's calendar.
func (r *Record) Steps() []calendar.Step { return r.Calendar.ExplainUntil(r.StartedOn, r.DueOn) }

// Deadline reads one deadline. Whoever may not see its record gets
// fault.NotFound; so does an administrator, who re-dates deadlines without
// seeing what they belong to.
func (s *Store) Deadline(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "read deadline %d", id)
	if !actor.May(access.SignedIn) {
		return r, fault.Forbidden
	}
	var days []calendar.Exception
	var years []int
	arg := db.Args{"id": id}
	err = s.db.Read(ctx, actor,
		db.One(&r, `
			SELECT id, street_id, kind, subject_id, label, started_on, days, extended_days, basis, due_on, ended_on, ended_how
			FROM deadlines
			WHERE street_id = ANY ((SELECT app.streets())::bigint[])
			  AND id = @id`, arg),
		db.Many(&r.Moves, `
			SELECT at, cause, due_from, due_to, why, user_name
			FROM deadline_moves
			WHERE street_id = ANY ((SELECT app.streets())::bigint[])
			  AND deadline_id = @id
			ORDER BY id
			LIMIT 200`, arg),
		db.Many(&days, selectDays, db.Args{}), db.Values(&years, selectYears, db.Args{}))
	r.Calendar = calendar.New(days, years...)
	return r, err
}
