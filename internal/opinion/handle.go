package opinion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
)

// onlyLead refuses who is not the lead unit. The dispatch office may stand in
// for any unit of the sub-district office.
func onlyLead(actor access.Actor, o locked) error {
	if actor.Role == access.Unit && actor.UnitID != o.LeadUnitID {
		return fault.Fields{{Name: "state", Text: "本单位是会办单位，请填写会办意见，由主办单位汇总答复"}}
	}
	return nil
}

// SignFor signs for an assigned opinion.
func (s *Store) SignFor(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "receipt", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		var b db.Batch
		b.Add(`UPDATE opinions SET state = 'signed' WHERE street_id = @street AND id = @id`, db.Args{"street": o.StreetID, "id": o.ID})
		b.Add(`
			UPDATE opinion_assignments
			SET signed_at = @now
			WHERE street_id = @street AND opinion_id = @id AND unit_id = @unit AND ended_at IS NULL`,
			db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID, "unit": o.LeadUnitID})
		if err := b.Run(ctx, tx); err != nil {
			return done{}, err
		}
		return done{title: "签收"}, deadline.EndNamed(ctx, tx, o.StreetID, "opinion", o.ID, "sign", s.now())
	})
}

// Dispatch passes an opinion from the dispatch office to a department. The time
// for the reply goes on.
func (s *Store) Dispatch(ctx context.Context, actor access.Actor, step Step, unit int64) error {
	return s.move(ctx, actor, "dispatch", step, func(tx db.Tx, o locked) (done, error) {
		left, err := s.replyClock(ctx, tx, o)
		if err != nil {
			return done{}, err
		}
		names, err := s.assign(ctx, tx, o, unit, nil)
		if err != nil {
			return done{}, err
		}
		return done{title: "转派给" + names[0]}, s.resumeReply(ctx, tx, o, left)
	})
}

type replyClock struct {
	StartedOn time.Time
	Days      int
}

// replyClock reads the running clock of the reply, which a change of hands does
// not start anew.
func (s *Store) replyClock(ctx context.Context, tx db.Tx, o locked) (c replyClock, err error) {
	err = db.Do(ctx, tx, db.Maybe(&c, `
		SELECT started_on, days + extended_days AS days
		FROM deadlines
		WHERE street_id = @street AND kind = 'opinion' AND subject_id = @id AND name = 'reply' AND ended_on IS NULL`,
		db.Args{"street": o.StreetID, "id": o.ID}))
	return c, err
}

func (s *Store) resumeReply(ctx context.Context, tx db.Tx, o locked, c replyClock) error {
	if c.Days == 0 {
		return s.startClock(ctx, tx, o.StreetID, o.ID, "reply", replyDays(o.Urgency))
	}
	_, err := deadline.Start(ctx, tx, deadline.New{
		StreetID: o.StreetID, Kind: "opinion", SubjectID: o.ID, Name: "reply", Label: "答复", From: c.StartedOn, Days: c.Days,
		Basis: "转派不重新起算，答复期限从交办之日起",
	})
	return err
}

// Return gives an opinion back that is not the unit's business.
func (s *Store) Return(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.move(ctx, actor, "return", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		if err := s.returnInTime(ctx, tx, o); err != nil {
			return done{}, err
		}
		_, err := db.Exec(ctx, tx, `
			UPDATE opinion_assignments
			SET returned_at = @now, return_reason = @reason, ended_at = @now
			WHERE street_id = @street AND opinion_id = @id AND unit_id = @unit AND ended_at IS NULL`,
			db.Args{"now": s.now(), "reason": reason, "street": o.StreetID, "id": o.ID, "unit": o.LeadUnitID})
		if err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, o, Returned); err != nil {
			return done{}, err
		}
		if err := s.startClock(ctx, tx, o.StreetID, o.ID, "reassign", reassignDays); err != nil {
			return done{}, err
		}
		return done{title: "退回", reason: reason}, s.tell(ctx, tx, o, access.Staff, 0, "承办单位退回")
	})
}

// returnInTime refuses a return more than so many working days after receipt.
func (s *Store) returnInTime(ctx context.Context, tx db.Tx, o locked) error {
	var signed *time.Time
	err := db.Do(ctx, tx, db.Value(&signed, `
		SELECT max(signed_at)
		FROM opinion_assignments
		WHERE street_id = @street AND opinion_id = @id AND unit_id = @unit AND ended_at IS NULL`,
		db.Args{"street": o.StreetID, "id": o.ID, "unit": o.LeadUnitID}))
	if err != nil || signed == nil {
		return err
	}
	limit, err := returnDays.In(ctx, tx, o.StreetID)
	if err != nil {
		return err
	}
	cal, err := deadline.Calendar(ctx, tx)
	if err != nil {
		return err
	}
	if last := cal.AddWorkdays(*signed, limit); today(s.now()).After(last) {
		return fault.Fields{{Name: "reason", Text: "签收后可退回的期限到" + calendar.Date(last) + "为止，请按期答复"}}
	}
	return nil
}

// StartHandling says that work on an opinion has begun.
func (s *Store) StartHandling(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "handling", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		_, err := db.Exec(ctx, tx, `UPDATE opinions SET state = 'handling' WHERE street_id = @street AND id = @id`,
			db.Args{"street": o.StreetID, "id": o.ID})
		return done{title: "开始办理"}, err
	})
}

// Comment gives a co-handling unit's opinion, for the lead unit's one reply.
func (s *Store) Comment(ctx context.Context, actor access.Actor, step Step, text string) error {
	return s.move(ctx, actor, "comment", step, func(tx db.Tx, o locked) (done, error) {
		n, err := db.Exec(ctx, tx, `
			UPDATE opinion_assignments
			SET comment = @text, signed_at = coalesce(signed_at, @now)
			WHERE street_id = @street AND opinion_id = @id AND unit_id = @unit AND part = 'co' AND ended_at IS NULL`,
			db.Args{"text": text, "now": s.now(), "street": o.StreetID, "id": o.ID, "unit": actor.UnitID})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "state", Text: "本单位不是这条意见的会办单位"}}
		}
		if err != nil {
			return done{}, err
		}
		return done{title: "会办意见"}, s.tellUnit(ctx, tx, o, o.LeadUnitID, "会办单位已提意见")
	})
}

// RequestExtension asks for more working days, once and before the day the reply
// is due.
func (s *Store) RequestExtension(ctx context.Context, actor access.Actor, step Step, n int, reason string) error {
	err := s.move(ctx, actor, "extension", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		if err := s.extensible(ctx, tx, o, n); err != nil {
			return done{}, err
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO opinion_extensions (street_id, opinion_id, days, reason, asked_at, asker)
			VALUES (@street, @id, @days, @reason, @now, @name)`,
			db.Args{"street": o.StreetID, "id": o.ID, "days": n, "reason": reason, "now": s.now(), "name": actor.Name})
		if err != nil {
			return done{}, err
		}
		return done{title: "申请延期", reason: reason, detail: map[string]any{"days": n}}, s.tell(ctx, tx, o, access.Director, 0, "申请延期")
	})
	if db.Violates(err, "opinion_extensions_pkey") {
		return fault.Fields{{Name: "days", Text: "每条意见只能申请一次延期"}}
	}
	return err
}

func (s *Store) extensible(ctx context.Context, tx db.Tx, o locked, n int) error {
	most, err := extendMost.In(ctx, tx, o.StreetID)
	if err != nil {
		return err
	}
	var due *time.Time
	err = db.Do(ctx, tx, db.Value(&due, `
		SELECT max(due_on)
		FROM deadlines
		WHERE street_id = @street AND kind = 'opinion' AND subject_id = @id AND name = 'reply' AND ended_on IS NULL`,
		db.Args{"street": o.StreetID, "id": o.ID}))
	var bad fault.Fields
	if n < 1 || n > most {
		bad.Add("days", "延期最多 "+itoa(most)+" 个工作日")
	}
	if due == nil || today(s.now()).After(*due) {
		bad.Add("days", "已过期限，不能再申请延期，请尽快答复")
	}
	if err == nil {
		err = bad.Err()
	}
	return err
}

// DecideExtension grants or refuses the extension that was asked for.
func (s *Store) DecideExtension(ctx context.Context, actor access.Actor, step Step, grant bool, decision string) error {
	return s.move(ctx, actor, "extension-decision", step, func(tx db.Tx, o locked) (done, error) {
		var days int
		err := db.Do(ctx, tx, db.Value(&days, `
			UPDATE opinion_extensions
			SET granted = @grant, decided_at = @now, decider = @name, decision = @decision
			WHERE street_id = @street AND opinion_id = @id AND granted IS NULL
			RETURNING days`,
			db.Args{"grant": grant, "now": s.now(), "name": actor.Name, "decision": decision, "street": o.StreetID, "id": o.ID}))
		if err != nil {
			return done{}, err
		}
		d := done{title: "不同意延期", reason: decision}
		if grant {
			due, err := deadline.Extend(ctx, tx, actor, o.StreetID, "opinion", o.ID, "reply", days, "批准延期："+decision, s.now())
			if err != nil {
				return done{}, err
			}
			d.title = "同意延期 " + itoa(days) + " 个工作日，至" + calendar.Date(due)
		}
		return d, s.tellUnit(ctx, tx, o, o.LeadUnitID, d.title)
	})
}

// Reply is the lead unit's one reply, with files that prove what was done. It
// goes to the committee for review; a unit never closes an item.
func (s *Store) Reply(ctx context.Context, actor access.Actor, step Step, text string, proof ...file.Upload) error {
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "proof", proof); err != nil {
		return err
	}
	return s.move(ctx, actor, "reply", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		id, err := db.Insert(ctx, tx, `
			INSERT INTO opinion_replies (street_id, opinion_id, unit_id, round, text, replied_at, replier)
			VALUES (@street, @id, @unit, @round, @text, @now, @name)
			RETURNING id`,
			db.Args{"street": o.StreetID, "id": o.ID, "unit": o.LeadUnitID, "round": o.Round, "text": text, "now": s.now(), "name": actor.Name})
		if err != nil {
			return done{}, err
		}
		owner := file.Owner{StreetID: o.StreetID, Kind: "opinion_reply", ID: id}
		if err := s.files.Attach(ctx, tx, actor, owner, "proof", proof); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, o, Replied); err != nil {
			return done{}, err
		}
		if err := s.startClock(ctx, tx, o.StreetID, o.ID, "review", reviewDays); err != nil {
			return done{}, err
		}
		return done{title: "答复"}, s.tell(ctx, tx, o, access.Staff, 0, "承办单位已答复，待审核")
	})
}
