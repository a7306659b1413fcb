package suggestion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
)

// promise enters what a B reply promises in the ledger, with its clock.
func (s *Store) promise(ctx context.Context, tx db.Tx, o locked, reply int64, a Answer) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO suggestion_promises (street_id, suggestion_id, reply_id, unit_id, text, made_on, first_due_on, due_on)
		VALUES (@street, @id, @reply, @unit, @text, @today, @due, @due)`, db.Args{
		"street": o.StreetID, "id": o.ID, "reply": reply, "unit": o.LeadUnitID, "text": a.Promise, "today": s.today(), "due": a.DueOn,
	})
	if err != nil {
		return err
	}
	return deadline.StartOn(ctx, tx, deadline.New{
		StreetID: o.StreetID, Kind: "suggestion", SubjectID: o.ID, Name: "promise", Label: clocks["promise"], From: s.now(), Basis: "答复中承诺的日期",
	}, a.DueOn)
}

// replacePromise ends the promise of the first reply when the second comes.
func (s *Store) replacePromise(ctx context.Context, tx db.Tx, o locked) error {
	n, err := db.Exec(ctx, tx, `
		UPDATE suggestion_promises
		SET state = 'replaced', ended_on = @today
		WHERE street_id = @street AND suggestion_id = @id AND state = 'open'`, db.Args{"today": s.today(), "street": o.StreetID, "id": o.ID})
	if err != nil || n == 0 {
		return err
	}
	return s.end(ctx, tx, o, "promise")
}

// openPromise is the promise that a suggestion still has to keep.
type openPromise struct {
	ID    int64
	DueOn time.Time
}

func promiseOf(ctx context.Context, tx db.Tx, o locked) (p openPromise, err error) {
	err = db.Do(ctx, tx, db.Maybe(&p, `
		SELECT id, due_on
		FROM suggestion_promises
		WHERE street_id = @street AND suggestion_id = @id AND state = 'open'`, db.Args{"street": o.StreetID, "id": o.ID}))
	if err == nil && p.ID == 0 {
		err = fault.Fields{{Name: "state", Text: "没有待兑现的承诺"}}
	}
	return p, err
}

// RequestLater asks to move a promise to a later day.
func (s *Store) RequestLater(ctx context.Context, actor access.Actor, step Step, due time.Time, reason string) error {
	return s.move(ctx, actor, "promise-extension", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		p, err := promiseOf(ctx, tx, o)
		if err == nil && !(due.After(p.DueOn) && due.After(s.today())) {
			err = fault.Fields{{Name: "promised_on", Text: "新的日期要晚于今天和原来的日期"}}
		}
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO suggestion_promise_extensions (street_id, promise_id, due_from, due_to, reason, asked_at, asker)
			VALUES (@street, @promise, @from, @to, @reason, @now, @name)`, db.Args{
			"street": o.StreetID, "promise": p.ID, "from": p.DueOn, "to": due, "reason": reason, "now": s.now(), "name": actor.Name,
		})
		if err != nil {
			return done{}, err
		}
		return done{title: "申请承诺延期，由" + calendar.Date(p.DueOn) + "到" + calendar.Date(due), reason: reason}, s.tellDecider(ctx, tx, o, "申请承诺延期")
	})
}

// DecideLater consents to the later day that was asked for, or not. Only with consent
// does a promise move.
func (s *Store) DecideLater(ctx context.Context, actor access.Actor, step Step, grant bool, decision string) error {
	return s.move(ctx, actor, "promise-decision", step, func(tx db.Tx, o locked) (done, error) {
		p, err := promiseOf(ctx, tx, o)
		if err != nil {
			return done{}, err
		}
		var to []time.Time
		err = db.Do(ctx, tx, db.Values(&to, `
			UPDATE suggestion_promise_extensions
			SET granted = @grant, decided_at = @now, decider = @name, decision = @decision
			WHERE street_id = @street AND promise_id = @promise AND granted IS NULL
			RETURNING due_to`, db.Args{"grant": grant, "now": s.now(), "name": actor.Name, "decision": decision, "street": o.StreetID, "promise": p.ID}))
		if err == nil && len(to) == 0 {
			err = fault.Fields{{Name: "state", Text: "没有待决定的延期申请"}}
		}
		if err != nil {
			return done{}, err
		}
		d := done{title: "不同意承诺延期", reason: decision}
		if grant {
			d.title = "同意承诺延期，至" + calendar.Date(to[0])
			_, err := db.Exec(ctx, tx, `UPDATE suggestion_promises SET due_on = @due, woken_on = NULL WHERE street_id = @street AND id = @promise`,
				db.Args{"due": to[0], "street": o.StreetID, "promise": p.ID})
			if err != nil {
				return d, err
			}
			if err := deadline.Postpone(ctx, tx, actor, o.StreetID, "suggestion", o.ID, "promise", to[0], "交办机关同意延期："+decision, s.now()); err != nil {
				return d, err
			}
			if err := s.tellSigners(ctx, tx, o, d.title); err != nil {
				return d, err
			}
		}
		return d, s.tellUnit(ctx, tx, o, o.LeadUnitID, d.title)
	})
}

// Fulfil keeps a promise: a second reply, signed by the head of the unit, with proof.
// What was rated before is closed with that.
func (s *Store) Fulfil(ctx context.Context, actor access.Actor, step Step, a Answer) error {
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "proof", a.Proof); err != nil {
		return err
	}
	return s.move(ctx, actor, "fulfilment", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		p, err := promiseOf(ctx, tx, o)
		if err != nil {
			return done{}, err
		}
		a.Result = "A"
		if err := a.check(o, s.today()); err != nil {
			return done{}, err
		}
		if len(a.Proof) == 0 {
			return done{}, fault.Fields{broken["suggestion_promises_kept_with_proof"]}
		}
		id, err := s.insertReply(ctx, tx, actor, o, "fulfilment", a)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE suggestion_promises
			SET state = 'kept', ended_on = @today, kept_by = @reply
			WHERE street_id = @street AND id = @promise`, db.Args{"today": s.today(), "reply": id, "street": o.StreetID, "promise": p.ID})
		if err != nil {
			return done{}, err
		}
		if err := s.end(ctx, tx, o, "promise"); err != nil {
			return done{}, err
		}
		if err := s.tellSigners(ctx, tx, o, "承诺事项已兑现"); err != nil {
			return done{}, err
		}
		if o.State == Promised {
			err = s.set(ctx, tx, o, `state = 'closed', closed_on = @today, closed_how = '承诺事项已兑现'`, db.Args{"today": s.today()})
		}
		return done{title: "承诺已兑现，再次答复"}, err
	})
}

// wake tells everybody concerned of promises whose day has passed.
func (s *Store) wake(ctx context.Context, street int64) (n int, err error) {
	var ids []int64
	err = s.db.Read(ctx, clerk, db.Values(&ids, `
		SELECT suggestion_id
		FROM suggestion_promises
		WHERE state = 'open' AND woken_on IS NULL AND due_on < @today::date AND (@street::bigint = 0 OR street_id = @street)
		ORDER BY due_on, id
		LIMIT 500`, db.Args{"today": s.today(), "street": street}))
	for _, id := range ids {
		if err == nil {
			err = s.wakeOne(ctx, id)
			n++
		}
	}
	return n, err
}

func (s *Store) wakeOne(ctx context.Context, id int64) error {
	return s.db.Write(ctx, clerk, func(tx db.Tx) error {
		o, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		var due []time.Time
		err = db.Do(ctx, tx, db.Values(&due, `
			UPDATE suggestion_promises
			SET woken_on = @today
			WHERE street_id = @street AND suggestion_id = @id AND state = 'open' AND woken_on IS NULL AND due_on < @today::date
			RETURNING due_on`, db.Args{"today": s.today(), "street": o.StreetID, "id": o.ID}))
		if err != nil || len(due) == 0 {
			return err
		}
		title := "承诺到期未兑现（" + calendar.MonthDay(due[0]) + "）"
		if err := s.tellUnit(ctx, tx, o, o.LeadUnitID, title); err != nil {
			return err
		}
		if err := s.tellSigners(ctx, tx, o, title); err != nil {
			return err
		}
		to := []access.Role{access.Staff, access.Director}
		if o.Class == City {
			to = append(to, access.CityDeputy)
		}
		for _, r := range to {
			if err := s.tell(ctx, tx, o, r, 0, 0, title); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, clerk, o, "wake", done{title: title, detail: map[string]any{"due": calendar.ISO(due[0])}})
	})
}
