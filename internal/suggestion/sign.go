package suggestion

import (
	"context"
	"fmt"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
)

// Sign confirms the acting deputy's own name under a draft.
func (s *Store) Sign(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "signature", step, func(tx db.Tx, o locked) (done, error) {
		n, err := db.Exec(ctx, tx, `
			UPDATE suggestion_signers
			SET confirmed_at = @now, how = 'portal'
			WHERE street_id = @street AND suggestion_id = @id AND deputy_id = @deputy AND confirmed_at IS NULL`,
			db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID, "deputy": actor.DeputyID})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "state", Text: "您已经确认，或者没有被邀请联名"}}
		}
		if err != nil || actor.DeputyID == o.LeadID {
			return done{title: "确认署名"}, err
		}
		return done{title: "确认联名"}, s.tell(ctx, tx, o, access.Deputy, 0, o.LeadID, actor.Name+"已确认联名")
	})
}

// SignOnPaper records that a deputy signed on paper; note says when and where the
// paper is kept.
func (s *Store) SignOnPaper(ctx context.Context, actor access.Actor, step Step, deputy int64, note string) error {
	return s.move(ctx, actor, "paper-signature", step, func(tx db.Tx, o locked) (done, error) {
		if actor.Role != access.Staff {
			return done{}, fault.Forbidden
		}
		var name []string
		err := db.Do(ctx, tx, db.Values(&name, `
			UPDATE suggestion_signers g
			SET confirmed_at = @now, how = 'paper', note = @note
			FROM deputies d
			WHERE g.street_id = @street AND g.suggestion_id = @id AND g.deputy_id = @deputy AND g.confirmed_at IS NULL
			  AND d.street_id = g.street_id AND d.id = g.deputy_id
			RETURNING d.name`, db.Args{"now": s.now(), "note": note, "street": o.StreetID, "id": o.ID, "deputy": deputy}))
		if err == nil && len(name) == 0 {
			err = fault.Fields{{Name: "deputy", Text: "请选择还没有确认的署名代表"}}
		}
		if err != nil {
			return done{}, err
		}
		return done{title: "登记" + name[0] + "的书面签名", reason: note}, nil
	})
}

// Leave takes the acting deputy's name off a draft that somebody else leads.
func (s *Store) Leave(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "leave", step, func(tx db.Tx, o locked) (done, error) {
		if err := s.tell(ctx, tx, o, access.Deputy, 0, o.LeadID, actor.Name+"不参加联名"); err != nil {
			return done{}, err
		}
		n, err := db.Exec(ctx, tx, `
			DELETE FROM suggestion_signers
			WHERE street_id = @street AND suggestion_id = @id AND deputy_id = @deputy AND NOT lead`,
			db.Args{"street": o.StreetID, "id": o.ID, "deputy": actor.DeputyID})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "state", Text: "您没有被邀请联名；领衔的可以撤回"}}
		}
		return done{title: "不参加联名", reason: why}, err
	})
}

// RequestReview hands a draft to the group's leader and the committee for review.
func (s *Store) RequestReview(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "review", step, func(tx db.Tx, o locked) (done, error) {
		if err := s.signedOff(ctx, tx, actor, o); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, o, Review); err != nil {
			return done{}, err
		}
		if err := s.start(ctx, tx, o, "review", reviewDays); err != nil {
			return done{}, err
		}
		return done{title: "送审"}, s.tell(ctx, tx, o, access.Staff, 0, 0, "代表建议送审")
	})
}

// Submit files a suggestion: to the city's body for deputies, or to the street's
// committee. The law asks nobody's consent; review is an offer.
func (s *Store) Submit(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "submission", step, func(tx db.Tx, o locked) (done, error) {
		if err := s.signedOff(ctx, tx, actor, o); err != nil {
			return done{}, err
		}
		return s.submitted(ctx, tx, o, "提交")
	})
}

// signedOff lets the lead, or the office for them, hand a draft on. What the lead
// hands on they sign.
func (s *Store) signedOff(ctx context.Context, tx db.Tx, actor access.Actor, o locked) error {
	if !drafter(actor, o.LeadID) {
		return fault.Forbidden
	}
	_, err := db.Exec(ctx, tx, `
		UPDATE suggestion_signers
		SET confirmed_at = @now, how = 'portal'
		WHERE street_id = @street AND suggestion_id = @id AND deputy_id = @deputy AND lead AND confirmed_at IS NULL`,
		db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID, "deputy": actor.DeputyID})
	return err
}

func (s *Store) submitted(ctx context.Context, tx db.Tx, o locked, how string) (d done, err error) {
	if o.Number == "" {
		if o.Number, err = s.nextNumber(ctx, tx, o); err != nil {
			return d, err
		}
		err = s.set(ctx, tx, o, `number = @number, submitted_on = @today, filed_at = @now, state = 'submitted', refusal = '', refusal_note = ''`,
			db.Args{"number": o.Number, "today": s.today(), "now": s.now()})
	} else {
		err = s.set(ctx, tx, o, `state = 'submitted', refusal = '', refusal_note = ''`, db.Args{})
	}
	if err != nil {
		return d, err
	}
	if err := s.end(ctx, tx, o, "review"); err != nil {
		return d, err
	}
	if err := s.start(ctx, tx, o, "assign", assignDays); err != nil {
		return d, err
	}
	return done{title: how + "，编号 " + o.Number}, s.tellDecider(ctx, tx, o, "新提交的代表建议")
}

// nextNumber takes the next number of the street, class and year: 东城建2026-012, and
// 东城督2026-003 for what the street supervises itself.
func (s *Store) nextNumber(ctx context.Context, tx db.Tx, o locked) (string, error) {
	var street string
	err := db.Do(ctx, tx, db.Value(&street, `SELECT regexp_replace(name, '街道$', '') FROM streets WHERE id = @street`, db.Args{"street": o.StreetID}))
	if err != nil {
		return "", err
	}
	mark := "建"
	if o.Class == Street {
		mark = "督"
	}
	series := fmt.Sprintf("%s%s%d-", street, mark, calendar.On(s.now()).Year())
	var last int
	err = db.Do(ctx, tx, db.Value(&last, `
		INSERT INTO suggestion_counters AS c (street_id, series, last)
		VALUES (@street, @series, 1)
		ON CONFLICT (street_id, series) DO UPDATE SET last = c.last + 1
		RETURNING last`, db.Args{"street": o.StreetID, "series": series}))
	return fmt.Sprintf("%s%03d", series, last), err
}

// Approve passes a draft after review and files it. Nobody reviews their own, and a
// group's leader what the deputies of the group lead.
func (s *Store) Approve(ctx context.Context, actor access.Actor, step Step, note string) error {
	return s.move(ctx, actor, "approval", step, func(tx db.Tx, o locked) (done, error) {
		if err := reviewer(ctx, tx, actor, o); err != nil {
			return done{}, err
		}
		d, err := s.submitted(ctx, tx, o, "审核通过并提交")
		d.reason = note
		return d, err
	})
}

// reviewer refuses who leads the draft themselves, and a group's leader where a deputy
// of another group leads it.
func reviewer(ctx context.Context, tx db.Tx, actor access.Actor, o locked) error {
	if actor.DeputyID == o.LeadID {
		return fault.Forbidden
	}
	if actor.Role != access.GroupLeader {
		return nil
	}
	var led bool
	err := db.Do(ctx, tx, db.Value(&led, `SELECT @lead::bigint = ANY (app.led_deputies())`, db.Args{"lead": o.LeadID}))
	if err == nil && !led {
		err = fault.Forbidden
	}
	return err
}

// SendBack returns a draft to its lead after review: note says what to change.
func (s *Store) SendBack(ctx context.Context, actor access.Actor, step Step, note string) error {
	return s.move(ctx, actor, "revision", step, func(tx db.Tx, o locked) (done, error) {
		if err := reviewer(ctx, tx, actor, o); err != nil {
			return done{}, err
		}
		if err := s.set(ctx, tx, o, `refusal = 'wording', refusal_note = @note`, db.Args{"note": note}); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, o, SentBack); err != nil {
			return done{}, err
		}
		return done{title: "退回修改", reason: note}, s.tell(ctx, tx, o, access.Deputy, 0, o.LeadID, "建议退回修改")
	})
}

// Withdraw ends a suggestion on its deputies' written wish, before it is answered.
func (s *Store) Withdraw(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "withdrawal", step, func(tx db.Tx, o locked) (done, error) {
		if !drafter(actor, o.LeadID) {
			return done{}, fault.Forbidden
		}
		if o.Round > 1 {
			return done{}, fault.Fields{{Name: "reason", Text: "已经答复过的建议不能撤回，请在重新答复后评价"}}
		}
		if err := s.set(ctx, tx, o, `state = 'withdrawn', withdrawn_why = @why`, db.Args{"why": why}); err != nil {
			return done{}, err
		}
		if o.LeadUnitID != 0 {
			if err := s.tellUnit(ctx, tx, o, o.LeadUnitID, "代表撤回建议，不再办理"); err != nil {
				return done{}, err
			}
		}
		return done{title: "撤回", reason: why}, deadline.Drop(ctx, tx, o.StreetID, "suggestion", o.ID, s.now())
	})
}
