package mandate

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Step is which record a move is about, and the version its maker was shown.
type Step struct {
	ID       int64
	StreetID int64 // of a street's part: which street
	Version  int
}

// done is what a move has to say for the record.
type done struct {
	title, reason string
	detail        map[string]any
}

// locked is an authorisation that a move of the city holds until it commits.
type locked struct {
	ID              int64
	Mode, Title     string
	Number          string
	State           procedure.State
	Rule, Version   int
	DecidedOn       *time.Time
	RequestID       int64
	RequestStreetID int64
}

// move runs one move of the city in one transaction: permission, the version
// that was shown, the state, the rules in fn, the record.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, m locked) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of mandate %d", name, step.ID)
	if !actor.May(Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		m, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case m.Version != step.Version:
			return fault.Stale
		case !Procedure.Allows(name, m.State):
			return refused("这件授权", Procedure, name, m.State)
		}
		d, err := fn(tx, m)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE mandates SET version = version + 1, modified_at = @now WHERE id = @id`, db.Args{"now": s.now(), "id": m.ID})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, 0, kind, m.ID, name, d)
	})
}

func refused(what string, t procedure.Table, name string, state procedure.State) error {
	return fault.Fields{{Name: "state", Text: fmt.Sprintf("%s现在是“%s”，不能%s", what, t.Info(state).Name, t.Move(name).Label)}}
}

func lock(ctx context.Context, tx db.Tx, id int64) (m locked, err error) {
	err = db.Do(ctx, tx, db.One(&m, `
		SELECT id, mode, title, number, state, rule, version, decided_on, coalesce(request_id, 0) AS request_id, coalesce(request_street_id, 0) AS request_street_id
		FROM mandates
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": id}))
	return m, err
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, street int64, kind string, id int64, name string, d done) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: kind, ID: id, Action: kind + "." + name, Title: d.title, Reason: d.reason, Detail: d.detail,
	})
}

// part is an authorisation in one street, held until the move commits.
type part struct {
	MandateID, StreetID         int64
	Mode, Title, Number, Street string
	State                       procedure.State
	Version                     int
	WithdrawnOn                 *time.Time
}

// moveStreet is move for a street's part.
func (s *Store) moveStreet(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, p part) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of mandate %d in street %d", name, step.ID, step.StreetID)
	if !actor.May(StreetProcedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		// The last street to conclude concludes the whole: in the order in which
		// a withdrawal holds them, and one street after the other.
		if name == "acceptance" {
			if _, err := lock(ctx, tx, step.ID); err != nil {
				return err
			}
		}
		p, err := lockPart(ctx, tx, step)
		switch {
		case err != nil:
			return err
		case p.Version != step.Version:
			return fault.Stale
		case !StreetProcedure.Allows(name, p.State):
			return refused("这件授权", StreetProcedure, name, p.State)
		}
		d, err := fn(tx, p)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE mandate_streets
			SET version = version + 1, modified_at = @now
			WHERE street_id = @street AND mandate_id = @id`, db.Args{"now": s.now(), "street": p.StreetID, "id": p.MandateID})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, p.StreetID, kind, p.MandateID, name, d)
	})
}

func lockPart(ctx context.Context, tx db.Tx, step Step) (p part, err error) {
	err = db.Do(ctx, tx, db.One(&p, `
		SELECT s.mandate_id, s.street_id, d.mode, d.title, d.number, t.name AS street, s.state, s.version, s.withdrawn_on
		FROM mandate_streets s
		JOIN mandates d ON d.id = s.mandate_id
		JOIN streets t ON t.id = s.street_id
		WHERE s.street_id = @street AND s.mandate_id = @id AND s.state <> 'planned'
		FOR UPDATE OF s`, db.Args{"street": step.StreetID, "id": step.ID}))
	return p, err
}

// tell sends a notice about an authorisation.
func (s *Store) tell(ctx context.Context, tx db.Tx, street, id int64, title string, to ...access.Role) error {
	return s.tellAbout(ctx, tx, street, fmt.Sprintf("/mandates/%d", id), title, to...)
}

func (s *Store) tellAbout(ctx context.Context, tx db.Tx, street int64, link, title string, to ...access.Role) error {
	for _, role := range to {
		if err := notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: street, To: role, Title: title, Link: link}); err != nil {
			return err
		}
	}
	return nil
}
