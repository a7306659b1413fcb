package voter

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// SelectionFilter narrows the list of selections. Zero fields do not narrow it.
type SelectionFilter struct {
	StreetID int64
	State    string
	Kind     string
	After    db.Cursor
	Limit    int
}

// SelectionLine is one selection in a list.
type SelectionLine struct {
	ID         int64
	StreetID   int64
	Street     string
	Kind       string
	Term       string
	TermFrom   time.Time
	TermUntil  time.Time
	State      procedure.State
	Districts  string // of a by-selection: the district
	Seats      int
	Candidates int
	Selected   int
	DueOn      *time.Time
	DeadlineID int64
	CreatedAt  time.Time
}

// SelectionListing is a page of selections with what its filters offer.
type SelectionListing struct {
	Lines    []SelectionLine
	Next     db.Cursor
	Streets  []choice.Row
	Vacant   int // seats to fill by a by-selection in the actor's own street
	Calendar *calendar.Calendar
}

const selectSelection = `
	SELECT x.id, x.street_id, s.name AS street, x.kind, x.term, x.term_from, x.term_until, x.state, x.created_at,
	       CASE WHEN x.kind = 'by' THEN coalesce((SELECT v.name
	        FROM selection_districts d
	        JOIN voter_districts v ON v.street_id = d.street_id AND v.id = d.district_id
	        WHERE d.street_id = x.street_id AND d.selection_id = x.id LIMIT 1), '') ELSE '' END AS districts,
	       coalesce(CASE WHEN x.kind = 'by' OR x.state <> 'plan'
	        THEN (SELECT sum(d.seats) FROM selection_districts d WHERE d.street_id = x.street_id AND d.selection_id = x.id)
	        ELSE (SELECT sum(v.quota) FROM voter_districts v WHERE v.street_id = x.street_id AND v.selection_id = x.id) END, 0)::integer AS seats,
	       (SELECT count(*) FROM selection_candidates c WHERE c.street_id = x.street_id AND c.selection_id = x.id AND c.dropped_why = '')::integer AS candidates,
	       (SELECT count(*) FROM selection_candidates c WHERE c.street_id = x.street_id AND c.selection_id = x.id AND c.place IS NOT NULL)::integer AS selected,
	       d.due_on, coalesce(d.id, 0) AS deadline_id
	FROM selections x
	JOIN streets s ON s.id = x.street_id
	LEFT JOIN deadlines d ON d.street_id = x.street_id AND d.kind = 'selection' AND d.subject_id = x.id AND d.name = 'publicity' AND d.ended_on IS NULL`

// Selections lists selections, the newest first.
func (s *Store) Selections(ctx context.Context, actor access.Actor, f SelectionFilter) (l SelectionListing, err error) {
	defer fault.Wrap(&err, "list selections")
	if !actor.May(access.ViewSelections) {
		return l, fault.Forbidden
	}
	if l.Calendar, err = deadline.Known(ctx, s.db, actor); err != nil {
		return l, err
	}
	sql, args := selectSelection+`
		WHERE x.street_id = ANY ((SELECT app.streets())::bigint[])`, db.Args{"limit": f.Limit + 1}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += "\n  AND " + condition
			args[name] = value
		}
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	add(f.StreetID != 0, "street", f.StreetID, "x.street_id = @street")
	add(f.State != "", "state", f.State, "x.state = @state")
	add(f.Kind != "", "kind", f.Kind, "x.kind = @kind")
	if !f.After.IsZero() {
		sql += "\n  AND (x.created_at, x.id) < (@at, @id)"
		args["at"], args["id"] = f.After.At, f.After.ID
	}
	err = s.db.Read(ctx, actor,
		db.Many(&l.Lines, sql+"\nORDER BY x.created_at DESC, x.id DESC\nLIMIT @limit", args),
		db.Many(&l.Streets, selectStreets, db.Args{}),
		db.Value(&l.Vacant, `
			SELECT coalesce(sum(greatest(`+vacant+`, 0)), 0)::integer
			FROM voter_districts v
			WHERE v.street_id = @street AND v.selection_id = `+current, db.Args{"street": actor.StreetID, "today": calendar.On(s.now())}))
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x SelectionLine) db.Cursor { return db.Cursor{At: x.CreatedAt, ID: x.ID} })
	return l, err
}

const selectStreets = `SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY code LIMIT 1000`
