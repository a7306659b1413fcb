package poll

import (
	"context"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Voter is somebody of the circle, for who keeps the poll.
type Voter struct {
	ID       int64
	Name     string
	Duty     string
	Channel  string // "", "slip" or "paper"
	TookPart bool   // while signed in
	Account  bool   // can sign in
}

// Own is how it stands with the actor.
type Own struct {
	Channel  string
	TookPart bool
}

// Record is one poll. Who keeps it sees the circle.
type Record struct {
	Result
	Voters   []Voter
	Own      *Own // nil where the actor is not of the circle
	Timeline []audit.Entry
}

// Record reads one poll. It needs ViewPolls.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "poll %d", id)
	if !actor.May(access.ViewPolls) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	var own []Own
	err = s.db.Read(ctx, actor, append(r.Queries(id),
		db.Many(&r.Voters, `
			SELECT v.id, v.name, v.duty, v.channel, v.took_part, coalesce(h.user_id, k.user_id) IS NOT NULL OR a.deputy_id IS NOT NULL AS account
			FROM poll_voters v
			LEFT JOIN attendances a ON a.street_id = v.street_id AND a.id = v.attendance_id
			LEFT JOIN people h ON h.street_id = coalesce(a.person_street_id, v.street_id) AND h.id = coalesce(a.person_id, v.person_id)
			LEFT JOIN people k ON k.street_id = h.street_id AND k.id = h.merged_into
			WHERE v.poll_id = @id AND v.street_id = (SELECT street_id FROM polls WHERE id = @id)
			ORDER BY v.id
			LIMIT 2000`, arg),
		db.Many(&own, `SELECT channel, took_part FROM app.own_votes() WHERE poll_id = @id LIMIT 1`, arg),
		audit.Timeline(&r.Timeline, "poll", id))...)
	if len(own) > 0 {
		r.Own = &own[0]
	}
	return r, err
}

// Moves lists what the actor may do on the poll's page now; closing and giving up
// are moves of the record that asks.
func (r *Record) Moves(actor access.Actor) (list []procedure.Move) {
	for _, m := range Procedure.Open(actor, r.State) {
		if r.fits(m.Name) {
			list = append(list, m)
		}
	}
	return list
}

func (r *Record) fits(move string) bool {
	switch move {
	case "ballot":
		return r.Own != nil && !r.Own.TookPart && r.Own.Channel == ""
	case "admission":
		return r.GatheringID != nil
	case "slips":
		return r.Waiting() > 0
	case "papers":
		return r.Waiting() > 0 && r.Counts == 0
	case "renewal":
		return r.Slips > r.Used
	case "count":
		return r.Papers > 0
	case "check":
		return r.Counts > 0
	}
	return false
}

// Keeps reports whether the actor keeps the poll, as row-level security has it.
func (r *Record) Keeps(actor access.Actor) bool {
	return actor.Role == access.Operator || keeps(actor) && actor.StreetID == r.StreetID
}

// Mine reads the polls to which the actor belongs, the open ones first, and for who
// keeps or reads polls those of the street. It needs ViewPolls.
func (s *Store) Mine(ctx context.Context, actor access.Actor, after db.Cursor, limit int) (list []Poll, next db.Cursor, err error) {
	defer fault.Wrap(&err, "list polls")
	if !actor.May(access.ViewPolls) {
		return nil, next, fault.Forbidden
	}
	where, args := "", db.Args{"limit": limit + 1}
	if !after.IsZero() {
		where = ` WHERE (p.held_on, p.id) < (@after_on::date, @after_id)`
		args["after_on"], args["after_id"] = after.At, after.ID
	}
	err = s.db.Read(ctx, actor, db.Many(&list, selectPoll+where+` ORDER BY p.held_on DESC, p.id DESC LIMIT @limit`, args))
	list, next = db.Page(list, limit, func(p Poll) db.Cursor { return db.Cursor{At: p.HeldOn, ID: p.ID} })
	return list, next, err
}
