package station

import (
	"context"
	"encoding/json"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

const sealedDraft = "visit_drafts"

// draftDays is how long a draft that nobody came back to is offered: it may hold
// residents' numbers.
const draftDays = 30

// SaveDraft keeps what actor has typed into the form with this key, encrypted,
// until the visit is logged or the draft dropped. There is one draft a person.
// A draft that comes after its form was logged is not kept.
func (s *Store) SaveDraft(ctx context.Context, actor access.Actor, key string, form any) (err error) {
	defer fault.Wrap(&err, "save draft of visit")
	if !actor.May(access.LogVisit) {
		return fault.Forbidden
	}
	b, err := json.Marshal(form)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO visit_drafts (street_id, user_id, sealed, saved_at)
			SELECT @street::bigint, @user::bigint, @sealed::bytea, @now::timestamptz
			WHERE NOT EXISTS (SELECT FROM visits WHERE street_id = @street AND key = @key)
			ON CONFLICT (street_id, user_id) DO UPDATE
			SET sealed = excluded.sealed, saved_at = excluded.saved_at`,
			db.Args{"street": actor.StreetID, "user": actor.UserID, "sealed": s.keys.Seal(string(b), sealedDraft), "now": s.now(), "key": key})
		return err
	})
}

// Draft reads actor's draft into form and returns when it was saved; the zero
// time means that there is none.
func (s *Store) Draft(ctx context.Context, actor access.Actor, form any) (at time.Time, err error) {
	defer fault.Wrap(&err, "draft of visit")
	var d struct {
		Sealed  []byte
		SavedAt time.Time
	}
	err = s.db.Read(ctx, actor, db.Maybe(&d, `
		SELECT sealed, saved_at
		FROM visit_drafts
		WHERE street_id = @street AND user_id = @user AND saved_at > @since`,
		db.Args{"street": actor.StreetID, "user": actor.UserID, "since": calendar.AddDays(s.now(), -draftDays)}))
	if err != nil || d.Sealed == nil {
		return time.Time{}, err
	}
	text, err := s.keys.Open(d.Sealed, sealedDraft)
	if err != nil {
		return time.Time{}, err
	}
	return d.SavedAt, json.Unmarshal([]byte(text), form)
}

// DropDraft forgets actor's draft.
func (s *Store) DropDraft(ctx context.Context, actor access.Actor) (err error) {
	defer fault.Wrap(&err, "drop draft of visit")
	return s.db.Write(ctx, actor, func(tx db.Tx) error { return dropDraft(ctx, tx, actor) })
}

func dropDraft(ctx context.Context, tx db.Tx, actor access.Actor) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM visit_drafts WHERE street_id = @street AND user_id = @user`,
		db.Args{"street": actor.StreetID, "user": actor.UserID})
	return err
}
