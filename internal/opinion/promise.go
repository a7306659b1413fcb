package opinion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
)

// Promise keeps an item open until what was promised is done (挂账).
func (s *Store) Promise(ctx context.Context, actor access.Actor, step Step, on time.Time, why string) error {
	return s.move(ctx, actor, "promise", step, func(tx db.Tx, o locked) (done, error) {
		if !on.After(today(s.now())) {
			return done{}, fault.Fields{{Name: "promised_on", Text: "承诺日期要晚于今天"}}
		}
		_, err := db.Exec(ctx, tx, `
			UPDATE opinions
			SET promised_on = @on,
			    answer = CASE WHEN answer <> '' THEN answer ELSE coalesce((
			        SELECT r.text FROM opinion_replies r WHERE r.street_id = @street AND r.opinion_id = @id ORDER BY r.id DESC LIMIT 1), '') END
			WHERE street_id = @street AND id = @id`, db.Args{"on": on, "street": o.StreetID, "id": o.ID})
		if err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, o, Promised); err != nil {
			return done{}, err
		}
		err = deadline.StartOn(ctx, tx, deadline.New{
			StreetID: o.StreetID, Kind: "opinion", SubjectID: o.ID, Name: "promise", Label: clockLabels["promise"], From: s.now(), Basis: "承诺的日期",
		}, on)
		return done{title: "挂账，承诺" + calendar.Date(on) + "前完成", reason: why}, err
	})
}

// ExtendPromise moves the day of a promise to a later one, with a reason; the first day
// stays in the ledger of promises. The director alone does it, as with other extensions
// (domain.md §3 j).
func (s *Store) ExtendPromise(ctx context.Context, actor access.Actor, step Step, on time.Time, why string) error {
	return s.move(ctx, actor, "promise-extension", step, func(tx db.Tx, o locked) (done, error) {
		var now struct{ PromisedOn, FirstDue time.Time }
		err := db.Do(ctx, tx, db.One(&now, `
			SELECT o.promised_on, coalesce((SELECT e.first_due
			                                FROM opinion_promise_extensions e
			                                WHERE e.street_id = o.street_id AND e.opinion_id = o.id AND e.due_to = o.promised_on
			                                ORDER BY e.id DESC
			                                LIMIT 1), o.promised_on) AS first_due
			FROM opinions o
			WHERE o.street_id = @street AND o.id = @id`, db.Args{"street": o.StreetID, "id": o.ID}))
		if err == nil && !(on.After(now.PromisedOn) && on.After(today(s.now()))) {
			err = fault.Fields{{Name: "promised_on", Text: "新的日期要晚于今天和原来的日期"}}
		}
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO opinion_promise_extensions (street_id, opinion_id, first_due, due_from, due_to, reason, extended_at, extender)
			VALUES (@street, @id, @first, @from, @to, @why, @now, @name)`, db.Args{
			"street": o.StreetID, "id": o.ID, "first": now.FirstDue, "from": now.PromisedOn, "to": on, "why": why, "now": s.now(), "name": actor.Name,
		})
		if err != nil {
			return done{}, err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE opinions SET promised_on = @on WHERE street_id = @street AND id = @id`, db.Args{"on": on, "street": o.StreetID, "id": o.ID}); err != nil {
			return done{}, err
		}
		err = deadline.Postpone(ctx, tx, actor, o.StreetID, "opinion", o.ID, "promise", on, "挂账延期："+why, s.now())
		return done{title: "挂账延期，由" + calendar.Date(now.PromisedOn) + "到" + calendar.Date(on), reason: why}, err
	})
}

// Fulfil records that a promise was kept, and hands the item on to feedback.
func (s *Store) Fulfil(ctx context.Context, actor access.Actor, step Step, text string) error {
	return s.move(ctx, actor, "fulfilment", step, func(tx db.Tx, o locked) (done, error) {
		return done{title: "承诺已兑现"}, s.answered(ctx, tx, o, text)
	})
}
