package training

import (
	"context"
	"errors"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func (p Plan) args() db.Args {
	return db.Args{
		"title": p.Title, "theme": p.Theme, "teacher": p.Teacher, "held_on": p.HeldOn, "starts_at": p.StartsAt, "tenths": p.Tenths,
		"place": p.Place, "audience": p.Audience, "pass_mark": p.PassMark,
	}
}

// Plan enters a training of the actor's street. The same form sent again returns
// the training it made. It needs KeepTrainings.
func (s *Store) Plan(ctx context.Context, actor access.Actor, street int64, p Plan) (id int64, err error) {
	defer fault.Wrap(&err, "plan training")
	if !keeps(actor) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	if err := p.check(); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.plan(ctx, tx, actor, street, p)
		return err
	})
	return id, err
}

func (s *Store) plan(ctx context.Context, tx db.Tx, actor access.Actor, street int64, p Plan) (id int64, err error) {
	args := p.args()
	args["street"], args["key"], args["now"] = street, p.Key, s.now()
	id, err = db.Insert(ctx, tx, `
		INSERT INTO trainings (street_id, title, theme, teacher, held_on, starts_at, hours, place, audience, pass_mark, key, created_at, modified_at)
		VALUES (@street, @title, @theme, @teacher, @held_on, @starts_at, @tenths::numeric / 10, @place, @audience, @pass_mark, @key, @now, @now)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, args)
	if errors.Is(err, fault.NotFound) { // the form has been sent before
		err = db.Do(ctx, tx, db.Value(&id, `SELECT id FROM trainings WHERE street_id = @street AND key = @key`, db.Args{"street": street, "key": p.Key}))
		return id, err
	}
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, locked{ID: id, StreetID: street}, "plan", "计划培训："+p.Title, "")
}

// keeps reports whether actor keeps trainings: the office, or the operator's
// shell, which loads the demonstration.
func keeps(actor access.Actor) bool {
	return actor.May(access.KeepTrainings) || actor.Role == access.Operator
}

// Step is which training a move is about, and the version its maker was shown.
type Step struct {
	ID      int64
	Version int
}

// locked is a training that a move holds for itself until it commits.
type locked struct {
	ID       int64
	StreetID int64
	Title    string
	State    procedure.State
	HeldOn   time.Time
	Version  int
}

// Revise changes a training that has not begun; who was told of it is told of the
// change. It needs KeepTrainings.
func (s *Store) Revise(ctx context.Context, actor access.Actor, step Step, p Plan) (err error) {
	defer fault.Wrap(&err, "revise training %d", step.ID)
	if !keeps(actor) {
		return fault.Forbidden
	}
	if err := p.check(); err != nil {
		return err
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error { return s.revise(ctx, tx, actor, step, p) })
}

func (s *Store) revise(ctx context.Context, tx db.Tx, actor access.Actor, step Step, p Plan) error {
	t, err := lock(ctx, tx, step)
	if err != nil {
		return err
	}
	if t.State != Planned && t.State != Notified {
		return tooLate(t, "修改")
	}
	args := p.args()
	args["street"], args["id"] = t.StreetID, t.ID
	if _, err := db.Exec(ctx, tx, `
		UPDATE trainings
		SET title = @title, theme = @theme, teacher = @teacher, held_on = @held_on, starts_at = @starts_at, hours = @tenths::numeric / 10,
		    place = @place, audience = @audience, pass_mark = @pass_mark
		WHERE street_id = @street AND id = @id`, args); err != nil {
		return err
	}
	if err := s.touch(ctx, tx, t); err != nil {
		return err
	}
	t.Title = p.Title
	if t.State == Notified {
		if err := s.tell(ctx, tx, t, "培训安排有变动："); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, actor, t, "revise", "修改培训安排", "")
}

func tooLate(t locked, verb string) error {
	return fault.Fields{{Name: "state", Text: "这次培训" + Procedure.Info(t.State).Name + "，不能" + verb}}
}

func lock(ctx context.Context, tx db.Tx, step Step) (t locked, err error) {
	err = db.Do(ctx, tx, db.One(&t, `
		SELECT id, street_id, title, state, held_on, version
		FROM trainings
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": step.ID}))
	if err == nil && t.Version != step.Version {
		return t, fault.Stale
	}
	return t, err
}

// touch gives a training its next version.
func (s *Store) touch(ctx context.Context, tx db.Tx, t locked) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE trainings
		SET version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": t.StreetID, "id": t.ID})
	return err
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, t locked, name, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: t.StreetID, Kind: "training", ID: t.ID, Action: "training." + name, Title: title, Reason: reason,
	})
}
