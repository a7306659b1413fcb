package gathering

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Held is a gathering of the past as a register or the demonstration knows it.
type Held struct {
	New
	People []HeldPerson
}

// HeldPerson is somebody on the list of a Held.
type HeldPerson struct {
	PersonID int64 // 0 for a guest, who is never due
	DeputyID int64 // 0 unless called as a deputy
	PostID   int64 // 0 unless called as a member of the committee
	Name     string
	Duty     string
	Capacity string // one of Capacities but unit
	Due      bool
	Outcome  string // one of Outcomes
	Why      string // of leave
}

// Replay enters gatherings of the past, called, held and closed, in a few statements
// for any number, and returns their IDs in the order of list. Every rule of the
// database holds; nobody is told. Only the operator's shell may.
//
// Who was present came five minutes before the beginning, who was late a quarter of
// an hour and the grace after it; who left early left half an hour and the grace before the end.
func (s *Store) Replay(ctx context.Context, tx db.Tx, actor access.Actor, list []Held) (ids []int64, err error) {
	defer fault.Wrap(&err, "replay gatherings")
	if actor.Role != access.Operator {
		return nil, fault.Forbidden
	}
	var g heldColumns
	for _, h := range list {
		if err := check(h.Title, h.Place, h.StartsAt, h.EndsAt); err != nil {
			return nil, err
		}
		g.add(h)
	}
	if ids, err = s.replayGatherings(ctx, tx, &g); err != nil {
		return nil, refused(err)
	}
	var p peopleColumns
	for i, h := range list {
		for _, x := range h.People {
			p.add(ids[i], h, x)
		}
	}
	if err := s.replayPeople(ctx, tx, &p, ids); err != nil {
		return nil, refused(err)
	}
	events := make([]audit.Event, len(list))
	for i, h := range list {
		events[i] = audit.Event{At: h.EndsAt, StreetID: h.StreetID, Kind: "gathering", ID: ids[i], Action: "gathering.replay", Title: "录入签到记录"}
	}
	return ids, audit.RecordAll(ctx, tx, actor, events)
}

// heldColumns are gatherings, a slice a column.
type heldColumns struct {
	street, record, group []int64
	kind, title, place    []string
	day, from, to         []time.Time
}

func (c *heldColumns) add(h Held) {
	c.street, c.record, c.group = append(c.street, h.StreetID), append(c.record, h.RecordID), append(c.group, h.GroupID)
	c.kind, c.title, c.place = append(c.kind, h.Kind), append(c.title, h.Title), append(c.place, h.Place)
	c.day, c.from, c.to = append(c.day, calendar.On(h.StartsAt)), append(c.from, h.StartsAt), append(c.to, h.EndsAt)
}

func (s *Store) replayGatherings(ctx context.Context, tx db.Tx, c *heldColumns) (ids []int64, err error) {
	return ids, db.Do(ctx, tx, db.Values(&ids, `
		WITH added AS (
			INSERT INTO gatherings (street_id, kind, record_id, group_id, title, place, held_on, starts_at, ends_at, created_at, modified_at)
			SELECT x.street, x.kind, x.record, nullif(x.grp, 0), x.title, x.place, x.day::date, x.since, x.till, x.since - interval '5 days', x.till
			FROM unnest(@street::bigint[], @kind::text[], @record::bigint[], @group::bigint[], @title::text[], @place::text[], @day::date[], @from::timestamptz[], @to::timestamptz[])
			     AS x (street, kind, record, grp, title, place, day, since, till)
			RETURNING id, street_id, kind, record_id)
		SELECT a.id
		FROM unnest(@street::bigint[], @kind::text[], @record::bigint[]) WITH ORDINALITY AS x (street, kind, record, n)
		JOIN added a ON a.street_id = x.street AND a.kind = x.kind AND a.record_id = x.record
		ORDER BY x.n`,
		db.Args{
			"street": c.street, "kind": c.kind, "record": c.record, "group": c.group, "title": c.title, "place": c.place,
			"day": c.day, "from": c.from, "to": c.to,
		}))
}

// peopleColumns are attendances, a slice a column.
type peopleColumns struct {
	gathering, street, person, deputy, post []int64
	name, duty, capacity, outcome, why      []string
	due                                     []bool
}

func (c *peopleColumns) add(gathering int64, h Held, p HeldPerson) {
	c.gathering, c.street = append(c.gathering, gathering), append(c.street, h.StreetID)
	c.person, c.deputy, c.post = append(c.person, p.PersonID), append(c.deputy, p.DeputyID), append(c.post, p.PostID)
	c.name, c.duty, c.capacity = append(c.name, p.Name), append(c.duty, p.Duty), append(c.capacity, p.Capacity)
	c.outcome, c.why, c.due = append(c.outcome, p.Outcome), append(c.why, p.Why), append(c.due, p.Due)
}

func (s *Store) replayPeople(ctx context.Context, tx db.Tx, c *peopleColumns, ids []int64) error {
	var added []int64
	err := db.Do(ctx, tx, db.Values(&added, `
		INSERT INTO attendances (street_id, gathering_id, held_on, person_street_id, person_id, deputy_id, post_id, name, duty, capacity, due, created_at, modified_at)
		SELECT x.street, x.gathering, g.held_on, x.street, nullif(x.person, 0), nullif(x.deputy, 0), nullif(x.post, 0), x.name, x.duty, x.capacity, x.due, g.created_at, g.ends_at
		FROM unnest(@gathering::bigint[], @street::bigint[], @person::bigint[], @deputy::bigint[], @post::bigint[], @name::text[], @duty::text[], @capacity::text[], @due::boolean[])
		     WITH ORDINALITY AS x (gathering, street, person, deputy, post, name, duty, capacity, due, n)
		JOIN gatherings g ON g.street_id = x.street AND g.id = x.gathering
		ORDER BY x.n
		RETURNING id`,
		db.Args{
			"gathering": c.gathering, "street": c.street, "person": c.person, "deputy": c.deputy, "post": c.post,
			"name": c.name, "duty": c.duty, "capacity": c.capacity, "due": c.due,
		}))
	if err != nil {
		return err
	}
	var b db.Batch
	all := db.Args{"ids": ids}
	outcomes := db.Args{"rows": added, "outcome": c.outcome}
	const rows = `
		FROM unnest(@rows::bigint[], @outcome::text[]) AS x (id, outcome)
		JOIN gatherings g ON true
		WHERE a.id = x.id AND g.street_id = a.street_id AND g.id = a.gathering_id`
	b.Add(`UPDATE gatherings SET state = 'called', called_at = starts_at - interval '4 days', version = version + 1 WHERE id = ANY (@ids)`, all)
	b.Add(`
		UPDATE attendances a
		SET leave_state = 'granted', leave_why = CASE WHEN x.why = '' THEN '因事' ELSE x.why END, leave_asked_at = g.starts_at - interval '2 days',
		    leave_at = g.starts_at - interval '1 day', leave_by = '工委办公室'
		FROM unnest(@rows::bigint[], @outcome::text[], @why::text[]) AS x (id, outcome, why)
		JOIN gatherings g ON true
		WHERE a.id = x.id AND g.street_id = a.street_id AND g.id = a.gathering_id AND x.outcome = 'leave'`, db.Args{"rows": added, "outcome": c.outcome, "why": c.why})
	b.Add(`UPDATE gatherings SET state = 'open', opened_at = starts_at, version = version + 1 WHERE id = ANY (@ids)`, all)
	b.Add(`
		UPDATE attendances a
		SET arrived_at = CASE WHEN x.outcome = 'late' THEN g.starts_at + make_interval(mins => g.grace + 15) ELSE g.starts_at - interval '5 minutes' END, arrived_how = 'hand',
		    left_at = CASE WHEN x.outcome = 'early' THEN g.ends_at - make_interval(mins => g.grace + 30) END,
		    received_at = g.starts_at - interval '3 days', received_how = 'hand'`+rows+` AND x.outcome IN ('present', 'late', 'early')`, outcomes)
	b.Add(`UPDATE gatherings SET state = 'closed', closed_at = ends_at, version = version + 1 WHERE id = ANY (@ids)`, all)
	return b.Run(ctx, tx)
}
