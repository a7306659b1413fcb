// Package audit keeps the record of who did what, when, in which role and why.
//
// Every act of a room is recorded in the transaction that performs it, so the
// act and its record stand or fall together. Rows are never changed or deleted.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/db"
)

// Event is one act.
type Event struct {
	At       time.Time // when, by the room's clock
	StreetID int64     // the street of the thing acted on; 0 for a city matter
	Kind     string    // the kind of thing acted on, such as "opinion"
	ID       int64     // its ID
	Action   string    // what was done: "opinion.assign"
	Title    string    // what was done, in Chinese, for the timeline: "交办给城建办"
	Reason   string    // why, as typed; "" where the act needs none
	Detail   any       // what changed; marshalled to JSON; no personal data in clear
}

// Record writes e in tx as actor's act.
func Record(ctx context.Context, tx db.Tx, actor access.Actor, e Event) error {
	return RecordAll(ctx, tx, actor, []Event{e})
}

// RecordAll writes several events in tx as one act of actor, in one round trip.
func RecordAll(ctx context.Context, tx db.Tx, actor access.Actor, events []Event) error {
	var b db.Batch
	for _, e := range events {
		detail := []byte("{}")
		if e.Detail != nil {
			var err error
			if detail, err = json.Marshal(e.Detail); err != nil {
				return fmt.Errorf("record %s: %w", e.Action, err)
			}
		}
		b.Add(insertEvent, db.Args{
			"at": e.At, "city": actor.CityID, "street": e.StreetID,
			"user": actor.UserID, "name": actor.Name, "role": string(actor.Role), "kind": e.Kind, "id": e.ID,
			"action": e.Action, "title": e.Title, "reason": e.Reason, "detail": detail,
		})
	}
	if err := b.Run(ctx, tx); err != nil {
		return fmt.Errorf("record %s: %w", events[0].Action, err)
	}
	return nil
}

const insertEvent = `
	INSERT INTO audit_events
	       (at, city_id, street_id, user_id, user_name, role, kind, subject_id, action, title, reason, detail)
	VALUES (@at,
	        coalesce((SELECT city_id FROM streets WHERE id = @street), @city),
	        @street, @user, @name, @role, @kind, @id, @action, @title, @reason, @detail)`

// Entry is one line of a timeline or of the audit page.
type Entry struct {
	ID        int64
	At        time.Time
	StreetID  int64
	UserName  string
	Role      access.Role
	Kind      string
	SubjectID int64
	Action    string
	Title     string
	Reason    string
	Detail    json.RawMessage
}

const selectEntry = `
	SELECT id, at, street_id, user_name, role, kind, subject_id, action, title, reason, detail
	FROM audit_events`

// Timeline reads what happened to one thing, oldest first. Read the thing
// itself in the same batch: who may not see it sees no timeline.
func Timeline(list *[]Entry, kind string, id int64) db.Query {
	return db.Many(list, selectEntry+`
		WHERE kind = @kind
		  AND subject_id = @id
		ORDER BY at, id
		LIMIT 500`,
		db.Args{"kind": kind, "id": id})
}

// TimelineWithout is Timeline without some actions, of which there are too many
// to read.
func TimelineWithout(list *[]Entry, kind string, id int64, actions ...string) db.Query {
	return db.Many(list, selectEntry+`
		WHERE kind = @kind
		  AND subject_id = @id
		  AND action <> ALL (@without)
		ORDER BY at, id
		LIMIT 500`,
		db.Args{"kind": kind, "id": id, "without": actions})
}
