package reportback

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
)

// report is a report that a move holds for itself until it commits.
type report struct {
	ID          int64
	StreetID    int64
	SessionID   int64
	DeputyID    int64
	Name        string
	GatheringID int64
	PollID      *int64
	State       procedure.State
	Version     int
	HeldOn      time.Time
}

// change is what a move of a report changes beside its state.
type change struct {
	title, reason string
	set           string // of the UPDATE: ", text = @text"
	args          db.Args
}

// act runs one move of a report in one transaction: permission, whose report it is,
// the version that was shown, the state, the rules in fn, the record.
func (s *Store) act(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, r *report) (change, error)) (err error) {
	defer fault.Wrap(&err, "%s of report %d", name, step.ID)
	if !actor.May(Procedure.Move(name).Need) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var r report
		err := db.Do(ctx, tx, db.One(&r, `
			SELECT r.id, r.street_id, r.session_id, r.deputy_id, d.name, x.gathering_id, r.poll_id, r.state, r.version, r.held_on
			FROM deputy_reports r
			JOIN report_sessions x ON x.street_id = r.street_id AND x.id = r.session_id
			JOIN deputies d ON d.street_id = r.street_id AND d.id = r.deputy_id
			WHERE r.id = @id
			FOR UPDATE OF r`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case actor.DeputyID != 0 && actor.DeputyID != r.DeputyID:
			return fault.Forbidden
		case r.Version != step.Version:
			return fault.Stale
		case !Procedure.Allows(name, r.State):
			return fault.Fields{{Name: "state", Text: Procedure.Info(r.State).Name + "，不能" + Procedure.Move(name).Label}}
		}
		c, err := fn(tx, &r)
		if err != nil {
			return refused(err)
		}
		to := r.State
		if m := Procedure.Move(name); len(m.To) > 0 {
			to = m.To[0]
		}
		if c.args == nil {
			c.args = db.Args{}
		}
		c.args["state"], c.args["now"], c.args["street"], c.args["id"] = string(to), s.now(), r.StreetID, r.ID
		_, err = db.Exec(ctx, tx, `
			UPDATE deputy_reports
			SET state = @state, version = version + 1, modified_at = @now`+c.set+`
			WHERE street_id = @street AND id = @id`, c.args)
		if err != nil {
			return refused(err)
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: r.StreetID, Kind: "deputy_report", ID: r.ID, Action: "deputy_report." + name, Title: c.title, Reason: c.reason,
		})
	})
}

// Write hands in the text of a report, or changes it until it is delivered; the
// office may do it for the deputy. It complains about the field text.
func (s *Store) Write(ctx context.Context, actor access.Actor, step Step, text string, uploads ...file.Upload) error {
	if len(uploads) > 0 {
		if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", uploads); err != nil {
			return err
		}
	}
	return s.act(ctx, actor, "text", step, func(tx db.Tx, r *report) (change, error) {
		if text == "" || len([]rune(text)) > MaxText {
			return change{}, fault.Fields{{Name: "text", Text: fmt.Sprintf("请填写述职报告，不超过 %d 个字", MaxText)}}
		}
		if len(uploads) > 0 {
			if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: r.StreetID, Kind: "deputy_report", ID: r.ID}, "files", uploads); err != nil {
				return change{}, err
			}
		}
		title := "交述职报告"
		if r.State == Written {
			title = "修改述职报告"
		}
		return change{title: title, set: `, text = @text, written_at = coalesce(written_at, @now)`, args: db.Args{"text": text}},
			deadline.End(ctx, tx, r.StreetID, "deputy_report", r.ID, s.now())
	})
}

// Speak records that the deputy has reported by word of mouth; the text stays from
// then on. The session must be open.
func (s *Store) Speak(ctx context.Context, actor access.Actor, step Step) error {
	return s.act(ctx, actor, "speech", step, func(db.Tx, *report) (change, error) {
		return change{title: "口头述职", set: `, spoken_at = @now`}, nil
	})
}

// Archive ends the report: every opinion has been answered. With the last of a session
// its list is sealed.
func (s *Store) Archive(ctx context.Context, actor access.Actor, step Step) error {
	return s.act(ctx, actor, "archive", step, func(tx db.Tx, r *report) (change, error) {
		return change{title: "归档", set: `, archived_at = @now`}, s.seal(ctx, tx, actor, r.StreetID, r.SessionID, r.ID)
	})
}

// Miss records why a deputy did not report; they may in another session. It
// complains about the field why.
func (s *Store) Miss(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.act(ctx, actor, "absence", step, func(tx db.Tx, r *report) (change, error) {
		if why == "" || len([]rune(why)) > MaxWhy {
			return change{}, fault.Fields{{Name: "why", Text: fmt.Sprintf("请填写原因，不超过 %d 个字", MaxWhy)}}
		}
		return change{title: "没有述职", reason: why, set: `, why = @why`, args: db.Args{"why": why}}, deadline.Drop(ctx, tx, r.StreetID, "deputy_report", r.ID, s.now())
	})
}
