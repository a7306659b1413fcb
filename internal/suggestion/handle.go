package suggestion

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
)

// onlyLead refuses who is not the lead unit. The dispatch office may stand in for any
// unit of the sub-district office.
func onlyLead(actor access.Actor, o locked) error {
	if actor.Role == access.Unit && actor.UnitID != o.LeadUnitID {
		return fault.Fields{{Name: "state", Text: "本单位是会办单位，请填写会办意见，由主办单位统一答复"}}
	}
	return nil
}

// SignFor signs for an assigned suggestion; it is being handled from then on.
func (s *Store) SignFor(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "receipt", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		if err := s.set(ctx, tx, o, `state = 'handling'`, db.Args{}); err != nil {
			return done{}, err
		}
		_, err := db.Exec(ctx, tx, `
			UPDATE suggestion_assignments
			SET signed_at = @now
			WHERE street_id = @street AND suggestion_id = @id AND unit_id = @unit AND ended_at IS NULL`,
			db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID, "unit": o.LeadUnitID})
		if err != nil {
			return done{}, err
		}
		return done{title: "签收"}, s.end(ctx, tx, o, "sign")
	})
}

// Dispatch passes a suggestion from the dispatch office to a department. Co-handlers
// stay, and every clock goes on.
func (s *Store) Dispatch(ctx context.Context, actor access.Actor, step Step, unit int64) error {
	return s.move(ctx, actor, "dispatch", step, func(tx db.Tx, o locked) (done, error) {
		if unit == o.LeadUnitID {
			return done{}, fault.Fields{{Name: "unit", Text: "请选择另一个部门"}}
		}
		var name []string
		err := db.Do(ctx, tx, db.Values(&name, `SELECT name FROM units WHERE street_id = @street AND id = @unit AND ended_on IS NULL`, db.Args{"street": o.StreetID, "unit": unit}))
		if err == nil && len(name) == 0 {
			err = fault.Fields{{Name: "unit", Text: "请选择部门"}}
		}
		if err != nil {
			return done{}, err
		}
		if err := s.set(ctx, tx, o, `lead_unit_id = @unit`, db.Args{"unit": unit}); err != nil {
			return done{}, err
		}
		var b db.Batch
		b.Add(`
			UPDATE suggestion_assignments
			SET ended_at = @now
			WHERE street_id = @street AND suggestion_id = @id AND (part = 'lead' OR unit_id = @unit) AND ended_at IS NULL`,
			db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID, "unit": unit})
		b.Add(`
			INSERT INTO suggestion_assignments (street_id, suggestion_id, unit_id, part, round, assigned_at)
			VALUES (@street, @id, @unit, 'lead', @round, @now)`, db.Args{"street": o.StreetID, "id": o.ID, "unit": unit, "round": o.Round, "now": s.now()})
		if err := b.Run(ctx, tx); err != nil {
			return done{}, err
		}
		return done{title: "转派给" + name[0]}, s.tellUnit(ctx, tx, o, unit, "转派的代表建议")
	})
}

// Return gives a suggestion back that is not the unit's business, within the days
// after it was assigned.
func (s *Store) Return(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.move(ctx, actor, "return", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		var due *time.Time
		err := db.Do(ctx, tx, db.Value(&due, `
			SELECT max(due_on)
			FROM deadlines
			WHERE street_id = @street AND kind = 'suggestion' AND subject_id = @id AND name = 'sign' AND ended_on IS NULL`, db.Args{"street": o.StreetID, "id": o.ID}))
		if err == nil && due != nil && s.today().After(*due) {
			err = fault.Fields{{Name: "reason", Text: "可退回的期限到" + calendar.Date(*due) + "为止，请签收办理"}}
		}
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE suggestion_assignments
			SET returned_at = @now, return_reason = @reason, ended_at = @now
			WHERE street_id = @street AND suggestion_id = @id AND unit_id = @unit AND ended_at IS NULL`,
			db.Args{"now": s.now(), "reason": reason, "street": o.StreetID, "id": o.ID, "unit": o.LeadUnitID})
		if err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, o, Returned); err != nil {
			return done{}, err
		}
		if err := s.start(ctx, tx, o, "reassign", reassignDays); err != nil {
			return done{}, err
		}
		return done{title: "退回重定", reason: reason}, s.tellDecider(ctx, tx, o, "承办单位退回建议")
	})
}

// Comment gives a co-handler's opinion, for the lead unit's one reply.
func (s *Store) Comment(ctx context.Context, actor access.Actor, step Step, text string) error {
	return s.move(ctx, actor, "comment", step, func(tx db.Tx, o locked) (done, error) {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO suggestion_comments (street_id, suggestion_id, unit_id, round, text, at, author)
			VALUES (@street, @id, @unit, @round, @text, @now, @name)`,
			db.Args{"street": o.StreetID, "id": o.ID, "unit": actor.UnitID, "round": o.Round, "text": text, "now": s.now(), "name": actor.Name})
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE suggestion_assignments
			SET signed_at = @now
			WHERE street_id = @street AND suggestion_id = @id AND unit_id = @unit AND ended_at IS NULL AND signed_at IS NULL`,
			db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID, "unit": actor.UnitID})
		if err != nil {
			return done{}, err
		}
		if err := s.allCommented(ctx, tx, o); err != nil {
			return done{}, err
		}
		return done{title: "会办意见"}, s.tellUnit(ctx, tx, o, o.LeadUnitID, "会办单位已提意见")
	})
}

// allCommented ends the co-handlers' clock when the last of them has spoken: each has
// signed for its part with its word.
func (s *Store) allCommented(ctx context.Context, tx db.Tx, o locked) error {
	var left int
	err := db.Do(ctx, tx, db.Value(&left, `SELECT app.co_handlers_left(@street, @id)`, db.Args{"street": o.StreetID, "id": o.ID}))
	if err != nil || left > 0 {
		return err
	}
	return s.end(ctx, tx, o, "comment")
}

// Talk is one contact with the deputies.
type Talk struct {
	On   time.Time
	How  string // one of Contacts
	Note string // what was said
}

// Contact records that the lead unit talked with the deputies. A reply needs at least
// one in the same round.
func (s *Store) Contact(ctx context.Context, actor access.Actor, step Step, t Talk) error {
	return s.move(ctx, actor, "contact", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		if t.On.After(s.today()) || o.AssignedOn != nil && t.On.Before(*o.AssignedOn) {
			return done{}, fault.Fields{{Name: "held_on", Text: "沟通日期在交办之后、不晚于今天"}}
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO suggestion_contacts (street_id, suggestion_id, unit_id, round, held_on, how, note, at, author)
			VALUES (@street, @id, @unit, @round, @on, @how, @note, @now, @name)`, db.Args{
			"street": o.StreetID, "id": o.ID, "unit": o.LeadUnitID, "round": o.Round, "on": t.On, "how": t.How, "note": t.Note, "now": s.now(), "name": actor.Name,
		})
		if err != nil {
			return done{}, err
		}
		return done{title: "与代表沟通", reason: t.Note}, s.end(ctx, tx, o, "contact")
	})
}

// RequestExtension asks for six months instead of three, once and in time.
func (s *Store) RequestExtension(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.move(ctx, actor, "extension", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		if err := s.extensible(ctx, tx, o); err != nil {
			return done{}, err
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO suggestion_extensions (street_id, suggestion_id, reason, asked_at, asker)
			VALUES (@street, @id, @reason, @now, @name)`, db.Args{"street": o.StreetID, "id": o.ID, "reason": reason, "now": s.now(), "name": actor.Name})
		if err != nil {
			return done{}, err
		}
		return done{title: "申请延期答复", reason: reason}, s.tellDecider(ctx, tx, o, "申请延期答复")
	})
}

func (s *Store) extensible(ctx context.Context, tx db.Tx, o locked) error {
	var due *time.Time
	var months int
	long, err := longMonths.In(ctx, tx, o.StreetID)
	if err != nil {
		return err
	}
	err = db.Do(ctx, tx,
		db.Value(&due, `
			SELECT max(due_on)
			FROM deadlines
			WHERE street_id = @street AND kind = 'suggestion' AND subject_id = @id AND name = 'reply' AND ended_on IS NULL`, db.Args{"street": o.StreetID, "id": o.ID}),
		db.Value(&months, `SELECT months FROM suggestions WHERE street_id = @street AND id = @id`, db.Args{"street": o.StreetID, "id": o.ID}))
	switch {
	case err != nil:
		return err
	case o.Round > 1:
		return fault.Fields{{Name: "reason", Text: "重新办理不再延期"}}
	case months >= long:
		return fault.Fields{{Name: "reason", Text: fmt.Sprintf("答复期限已经是 %d 个月", months)}}
	case due == nil || s.today().After(*due):
		return fault.Fields{{Name: "reason", Text: "已过期限，不能再申请延期，请尽快答复"}}
	}
	return nil
}

// DecideExtension consents to six months, or not, and tells the deputies.
func (s *Store) DecideExtension(ctx context.Context, actor access.Actor, step Step, grant bool, decision string) error {
	return s.move(ctx, actor, "extension-decision", step, func(tx db.Tx, o locked) (done, error) {
		if o.Round > 1 {
			return done{}, fault.Fields{{Name: "state", Text: "重新办理不再延期"}}
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE suggestion_extensions
			SET granted = @grant, decided_at = @now, decider = @name, decision = @decision
			WHERE street_id = @street AND suggestion_id = @id AND granted IS NULL`,
			db.Args{"grant": grant, "now": s.now(), "name": actor.Name, "decision": decision, "street": o.StreetID, "id": o.ID})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "state", Text: "没有待决定的延期申请"}}
		}
		if err != nil {
			return done{}, err
		}
		d := done{title: "不同意延期答复", reason: decision}
		if grant {
			long, err := longMonths.In(ctx, tx, o.StreetID)
			if err != nil {
				return d, err
			}
			due := calendar.AddMonths(*o.AssignedOn, long)
			if err := deadline.Postpone(ctx, tx, actor, o.StreetID, "suggestion", o.ID, "reply", due, "交办机关同意延期："+decision, s.now()); err != nil {
				return d, err
			}
			if err := s.set(ctx, tx, o, `months = @months`, db.Args{"months": long}); err != nil {
				return d, err
			}
			d.title = "同意延期答复，至" + calendar.Date(due)
			if err := s.tellSigners(ctx, tx, o, d.title); err != nil {
				return d, err
			}
		}
		return d, s.tellUnit(ctx, tx, o, o.LeadUnitID, d.title)
	})
}

// Answer is a reply as the head of the unit signed it.
type Answer struct {
	Result   string // one of Results
	Number   string // the unit's own 发文字号; may be empty
	Text     string
	Signer   string // who heads the unit and signed
	SignedOn time.Time
	Promise  string    // of a B reply: what is promised
	DueOn    time.Time // and by when
	Proof    []file.Upload
}

// Reply is the lead unit's one reply of a round. It goes to every signer, of what was
// merged too; a B reply enters the promise ledger.
func (s *Store) Reply(ctx context.Context, actor access.Actor, step Step, a Answer) error {
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "proof", a.Proof); err != nil {
		return err
	}
	return s.move(ctx, actor, "reply", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		if err := a.check(o, s.today()); err != nil {
			return done{}, err
		}
		if err := s.replacePromise(ctx, tx, o); err != nil {
			return done{}, err
		}
		id, err := s.insertReply(ctx, tx, actor, o, "reply", a)
		if err != nil {
			return done{}, err
		}
		if a.Result == promisedBy {
			if err := s.promise(ctx, tx, o, id, a); err != nil {
				return done{}, err
			}
		}
		if err := s.set(ctx, tx, o, `result = @result, rating = '', urged_on = NULL, replied_on = @today`, db.Args{"result": a.Result, "today": s.today()}); err != nil {
			return done{}, err
		}
		o.Result = a.Result
		if err := s.to(ctx, tx, o, Replied); err != nil {
			return done{}, err
		}
		if err := s.start(ctx, tx, o, "rating", rateDays); err != nil {
			return done{}, err
		}
		d := done{title: "答复，" + a.Result + "类，" + a.Signer + "签发", detail: map[string]any{"result": a.Result, "reply": id}}
		return d, s.tellSigners(ctx, tx, o, "建议已答复（"+a.Result+"类）")
	})
}

func (a *Answer) check(o locked, today time.Time) error {
	var bad fault.Fields
	if a.SignedOn.After(today) || o.AssignedOn != nil && a.SignedOn.Before(*o.AssignedOn) {
		bad.Add("signed_on", "签发日期在交办之后、不晚于今天")
	}
	if a.Result != promisedBy {
		return bad.Err()
	}
	if a.Promise == "" {
		bad.Add("promise", "B 类答复请写明承诺的事项")
	}
	if !a.DueOn.After(today) {
		bad.Add("promised_on", "承诺日期要晚于今天")
	}
	return bad.Err()
}

func (s *Store) insertReply(ctx context.Context, tx db.Tx, actor access.Actor, o locked, kind string, a Answer) (int64, error) {
	id, err := db.Insert(ctx, tx, `
		INSERT INTO suggestion_replies (street_id, suggestion_id, unit_id, round, kind, result, number, text, signer, signed_on, replied_at, replier)
		VALUES (@street, @id, @unit, @round, @kind, @result, @number, @text, @signer, @signed, @now, @name)
		RETURNING id`, db.Args{
		"street": o.StreetID, "id": o.ID, "unit": o.LeadUnitID, "round": o.Round, "kind": kind, "result": a.Result, "number": a.Number, "text": a.Text,
		"signer": a.Signer, "signed": a.SignedOn, "now": s.now(), "name": actor.Name,
	})
	if err != nil {
		return 0, err
	}
	return id, s.files.Attach(ctx, tx, actor, file.Owner{StreetID: o.StreetID, Kind: "suggestion_reply", ID: id}, "proof", a.Proof)
}
