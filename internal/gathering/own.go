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

// selectOwn reads the actor's rows, which rest narrows, orders and limits: those of
// each row of people that is theirs, or of their unit, apart, since so an index has
// them in the order of their days.
func selectOwn(actor access.Actor, rest, order string) string {
	whose, mine := `unnest(app.own_people())`, `a.person_street_id = (SELECT app.street()) AND a.person_id = own.id`
	if actor.UnitID != 0 {
		whose, mine = `unnest(ARRAY [app.unit()])`, `a.street_id = (SELECT app.street()) AND a.unit_id = own.id`
	}
	return `
	SELECT o.*
	FROM ` + whose + ` AS own (id)
	CROSS JOIN LATERAL (
		SELECT g.id, g.street_id, g.kind, g.record_id, g.group_id, g.title, g.place, g.held_on, g.starts_at, g.ends_at, g.grace, g.state,
		       g.called_at, g.opened_at, g.closed_at, g.why, g.sequence, g.sealed, g.version, s.name AS street, s.committee,
		       a.id AS attendance_id, a.duty, a.due, a.received_at, a.leave_state, a.arrived_at, a.left_at, a.outcome
		FROM attendances a
		JOIN gatherings g ON g.street_id = a.street_id AND g.id = a.gathering_id
		JOIN streets s ON s.id = g.street_id
		WHERE ` + mine + rest + `) AS o
	` + order
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
		db.Many(&o.Coming, selectOwn(actor, ` AND a.held_on >= @since::date AND g.state IN ('called', 'open')`,
			`ORDER BY o.starts_at, o.attendance_id LIMIT 200`), db.Args{"since": calendar.AddDays(s.now(), -60)}),
		db.Many(&o.Past, selectOwn(actor, ` AND g.called_at IS NOT NULL AND g.state IN ('closed', 'cancelled')`+page+`
		ORDER BY a.held_on DESC, a.id DESC
		LIMIT @limit`,
			`ORDER BY o.held_on DESC, o.attendance_id DESC LIMIT @limit`), args))
	o.Past, o.Next = db.Page(o.Past, limit, func(x Own) db.Cursor { return db.Cursor{At: x.HeldOn, ID: x.AttendanceID} })
	return o, err
}

// Today reads to which open gatherings the actor can check in now, and where token
// is given the one behind it, which is on the list however it stands if the actor is
// called to it. It needs JoinGatherings.
func (s *Store) Today(ctx context.Context, actor access.Actor, token string) (list []Own, at int64, err error) {
	defer fault.Wrap(&err, "gatherings of today")
	if !actor.May(access.JoinGatherings) {
		return nil, 0, fault.Forbidden
	}
	err = s.db.Read(ctx, actor,
		db.Value(&at, `SELECT coalesce((SELECT gathering FROM app.gathering_at(@token)), 0)`, db.Args{"token": token}),
		db.Many(&list, selectOwn(actor, `
			AND (a.held_on >= @since::date AND (g.state = 'open' OR g.state = 'called' AND g.held_on = @today::date)
			     OR g.id = (SELECT gathering FROM app.gathering_at(@token)))`,
			`ORDER BY o.starts_at, o.attendance_id LIMIT 50`),
			db.Args{"since": calendar.AddDays(s.now(), -60), "today": calendar.On(s.now()), "token": token}))
	return list, at, err
}
