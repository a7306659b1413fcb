package opinion

import (
	"context"
	"fmt"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Step is which opinion a move is about, and the version its maker was shown.
type Step struct {
	ID      int64
	Version int
}

// locked is an opinion that a move holds for itself until it commits.
type locked struct {
	ID         int64
	StreetID   int64
	Number     string
	State      procedure.State
	Round      int
	Version    int
	Anonymous  bool
	Sensitive  bool
	Urgency    string
	LeadUnitID int64
	DeputyID   int64
	Community  int64
}

// done is what a move has to say for the record.
type done struct {
	title, reason string
	detail        map[string]any
}

// move runs one move of the procedure in one transaction: permission, the
// version that was shown, the state, the rules in fn, the record.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, o locked) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of opinion %d", name, step.ID)
	if !actor.May(Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		o, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case o.Version != step.Version:
			return fault.Stale
		case !Procedure.Allows(name, o.State):
			return fault.Fields{{Name: "state", Text: fmt.Sprintf("这条意见现在是“%s”，不能%s", Procedure.Info(o.State).Name, Procedure.Move(name).Label)}}
		}
		d, err := fn(tx, o)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, o, name, d)
	})
}

func lock(ctx context.Context, tx db.Tx, id int64) (o locked, err error) {
	err = db.Do(ctx, tx, db.One(&o, `
		SELECT id, street_id, number, state, round, version, anonymous, sensitive, urgency,
		       coalesce(lead_unit_id, 0) AS lead_unit_id, coalesce(deputy_id, 0) AS deputy_id, coalesce(community_id, 0) AS community
		FROM opinions
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": id}))
	return o, err
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, o locked, name string, d done) error {
	s.memory.acted(o.StreetID)
	n, err := db.Exec(ctx, tx, `
		UPDATE opinions
		SET version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID})
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.NotFound
	}
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: o.StreetID, Kind: "opinion", ID: o.ID, Action: "opinion." + name,
		Title: d.title, Reason: d.reason, Detail: d.detail,
	})
}

// to moves o to a state, ending every clock that runs, and starts the clock
// that the state has.
func (s *Store) to(ctx context.Context, tx db.Tx, o locked, state procedure.State) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE opinions
		SET state = @state,
		    closed_on = CASE WHEN @state = 'closed' THEN @today::date END
		WHERE street_id = @street AND id = @id`,
		db.Args{"state": string(state), "today": today(s.now()), "street": o.StreetID, "id": o.ID})
	if err != nil {
		return err
	}
	return deadline.End(ctx, tx, o.StreetID, "opinion", o.ID, s.now())
}

// tell sends a notice about o.
func (s *Store) tell(ctx context.Context, tx db.Tx, o locked, to access.Role, unit int64, title string) error {
	n := notice.Notice{At: s.now(), StreetID: o.StreetID, To: to, UnitID: unit, Title: title + "：" + o.Number, Link: fmt.Sprintf("/opinions/%d", o.ID)}
	if to == access.Deputy {
		n.DeputyID = o.DeputyID
	}
	return notice.Send(ctx, tx, n)
}

// Unmask returns a resident's phone number to who gives a reason, which is
// recorded with who, when and for which opinion.
func (s *Store) Unmask(ctx context.Context, actor access.Actor, id int64, reason string) (phone string, err error) {
	defer fault.Wrap(&err, "unmask phone of opinion %d", id)
	if !actor.May(access.UnmaskResident) {
		return "", fault.Forbidden
	}
	if reason == "" {
		return "", fault.Fields{{Name: "reason", Text: "请填写查看电话的理由"}}
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		o, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if phone, err = s.phone(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: o.StreetID, Kind: "opinion", ID: id, Action: "opinion.unmask", Title: "查看反映人电话", Reason: reason,
		})
	})
	return phone, err
}

func (s *Store) phone(ctx context.Context, tx db.Tx, id int64) (string, error) {
	var sealed []byte
	err := db.Do(ctx, tx, db.Value(&sealed, `SELECT phone_sealed FROM opinions WHERE id = @id`, db.Args{"id": id}))
	if err != nil || sealed == nil {
		return "", err
	}
	return s.keys.Open(sealed, sealedPhone)
}
