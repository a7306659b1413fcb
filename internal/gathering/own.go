package gathering

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Own is a gathering to which the actor is called, with what is recorded of them.
type Own struct {
	Gathering
	AttendanceID int64
	Duty         string
	Due          bool
	ReceivedAt   *time.Time
	LeaveState   string
	LeaveNote    string
	ArrivedAt    *time.Time
	LeftAt       *time.Time
	Outcome      string
}

// Owns is the actor's gatherings.
type Owns struct {
	Coming []Own // called or open, the next first
	Past   []Own // a page of those that are over, the latest first
	Next   db.Cursor
}

const selectOwn = `
	SELECT g.id, g.street_id, g.kind, g.record_id, g.group_id, g.title, g.place, g.held_on, g.starts_at, g.ends_at, g.grace, g.state,
	       g.called_at, g.opened_at, g.closed_at, g.why, g.sequence, g.sealed, g.version, s.name AS street, s.committee,
	       a.id AS attendance_id, a.duty, a.due, a.received_at, a.leave_state, a.leave_note, a.arrived_at, a.left_at, a.outcome
	FROM attendances a
	JOIN gatherings g ON g.street_id = a.street_id AND g.id = a.gathering_id
	JOIN streets s ON s.id = g.street_id`

// ofActor are the rows of the actor: their person's, or their unit's.
func ofActor(actor access.Actor) string {
	if actor.UnitID != 0 {
		return `a.street_id = (SELECT app.street()) AND a.unit_id = (SELECT app.unit())`
	}
	return `a.person_street_id = (SELECT app.street()) AND a.person_id = ANY ((SELECT app.own_people())::bigint[])`
}

// Owns reads the actor's own gatherings: all that are to come, and a page of those
// that are over. It needs JoinGatherings.
func (s *Store) Owns(ctx context.Context, actor access.Actor, after db.Cursor, limit int) (o Owns, err error) {
	defer fault.Wrap(&err, "own gatherings")
	if !actor.May(access.JoinGatherings) {
		return o, fault.Forbidden
	}
	page, args := "", db.Args{"limit": limit + 1}
	if !after.IsZero() {
		page = ` AND (a.held_on, a.id) < (@after_on::date, @after_id)`
		args["after_on"], args["after_id"] = after.At, after.ID
	}
	err = s.db.Read(ctx, actor,
		db.Many(&o.Coming, selectOwn+`
			WHERE `+ofActor(actor)+` AND a.held_on >= @since::date AND g.state IN ('called', 'open')
			ORDER BY g.starts_at, a.id
			LIMIT 200`, db.Args{"since": calendar.AddDays(s.now(), -60)}),
		db.Many(&o.Past, selectOwn+`
			WHERE `+ofActor(actor)+` AND g.called_at IS NOT NULL AND g.state IN ('closed', 'cancelled')`+page+`
			ORDER BY a.held_on DESC, a.id DESC
			LIMIT @limit`, args))
	o.Past, o.Next = db.Page(o.Past, limit, func(x Own) db.Cursor { return db.Cursor{At: x.HeldOn, ID: x.AttendanceID} })
	return o, err
}

// Today reads to which open gatherings the actor can check in now, and where token
// is given the one behind it. It needs JoinGatherings.
func (s *Store) Today(ctx context.Context, actor access.Actor, token string) (list []Own, at int64, err error) {
	defer fault.Wrap(&err, "gatherings of today")
	if !actor.May(access.JoinGatherings) {
		return nil, 0, fault.Forbidden
	}
	queries := []db.Query{db.Many(&list, selectOwn+`
		WHERE `+ofActor(actor)+` AND a.held_on >= @since::date AND (g.state = 'open' OR g.state = 'called' AND g.held_on = @today::date)
		ORDER BY g.starts_at, a.id
		LIMIT 50`, db.Args{"since": calendar.AddDays(s.now(), -60), "today": calendar.On(s.now())})}
	if token != "" {
		queries = append(queries, db.Value(&at, `SELECT coalesce(gathering, 0) FROM app.gathering_at(@token)`, db.Args{"token": token}))
	}
	err = s.db.Read(ctx, actor, queries...)
	return list, at, err
}
