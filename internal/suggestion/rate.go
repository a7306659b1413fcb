package suggestion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Rating is what the lead says of a reply: of the attitude and of the result apart.
type Rating struct {
	Attitude string // one of Ratings
	Result   string // one of Ratings; it decides what follows
	Note     string // needed where the result is 不满意
}

// Rate is the lead's rating, once a reply: their own, or, by the committee's office,
// what they wrote on the paper form (答复征询意见表). 满意 and 基本满意 close, once no
// promise is open; 不满意 has it handled again, once, and then coordinated.
func (s *Store) Rate(ctx context.Context, actor access.Actor, step Step, r Rating) error {
	return s.move(ctx, actor, "rating", step, func(tx db.Tx, o locked) (done, error) {
		how := "portal"
		if actor.Role == access.Staff {
			how = "paper"
		} else if actor.DeputyID != o.LeadID {
			return done{}, fault.Fields{{Name: "state", Text: "由领衔代表评价"}}
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO suggestion_ratings (street_id, suggestion_id, round, deputy_id, attitude, result, note, how, rated_at)
			VALUES (@street, @id, @round, @deputy, @attitude, @result, @note, @how, @now)`, db.Args{
			"street": o.StreetID, "id": o.ID, "round": o.Round, "deputy": o.LeadID, "attitude": r.Attitude, "result": r.Result, "note": r.Note, "how": how, "now": s.now(),
		})
		if db.Violates(err, "suggestion_ratings_note") {
			err = fault.Fields{{Name: "note", Text: "对结果不满意的，请写明意见"}}
		}
		if err != nil {
			return done{}, err
		}
		d := done{title: "评价：态度" + choice.Name(Ratings, r.Attitude) + "，结果" + choice.Name(Ratings, r.Result), reason: r.Note, detail: map[string]any{"how": how}}
		if how == "paper" {
			d.title = "登记书面" + d.title
		}
		return d, s.follow(ctx, tx, o, r.Result)
	})
}

// follow moves a rated suggestion on.
func (s *Store) follow(ctx context.Context, tx db.Tx, o locked, result string) error {
	if err := s.tellUnit(ctx, tx, o, o.LeadUnitID, "代表评价："+choice.Name(Ratings, result)); err != nil {
		return err
	}
	switch {
	case result != dissatisfied:
		return s.finish(ctx, tx, o, result, "代表"+choice.Name(Ratings, result))
	case o.Round == 1:
		return s.again(ctx, tx, o)
	}
	if err := s.set(ctx, tx, o, `rating = 'dissatisfied'`, db.Args{}); err != nil {
		return err
	}
	if err := s.to(ctx, tx, o, Coordination); err != nil {
		return err
	}
	if err := s.start(ctx, tx, o, "coordinate", settleDays); err != nil {
		return err
	}
	return s.tellDecider(ctx, tx, o, "再次评价不满意，请协调")
}

// again hands it back to its unit, for the month that a second handling has.
func (s *Store) again(ctx context.Context, tx db.Tx, o locked) error {
	_, err := db.Exec(ctx, tx, `UPDATE suggestions SET rating = 'dissatisfied', state = 'handling', round = round + 1 WHERE street_id = @street AND id = @id`,
		db.Args{"street": o.StreetID, "id": o.ID})
	if err != nil {
		return err
	}
	if err := s.end(ctx, tx, o, "rating"); err != nil {
		return err
	}
	n, err := reworkMonths.In(ctx, tx, o.StreetID)
	if err != nil {
		return err
	}
	return s.startMonths(ctx, tx, o, "reply", n, s.today())
}

// finish closes it, or, while a promise is open, follows that.
func (s *Store) finish(ctx context.Context, tx db.Tx, o locked, rating, how string) error {
	var pending bool
	err := db.Do(ctx, tx, db.Value(&pending, `
		SELECT EXISTS (SELECT FROM suggestion_promises WHERE street_id = @street AND suggestion_id = @id AND state = 'open')`,
		db.Args{"street": o.StreetID, "id": o.ID}))
	if err != nil {
		return err
	}
	state := Closed
	if pending {
		state, how = Promised, ""
	}
	if err := s.closing(ctx, tx, o, rating, how, state == Closed); err != nil {
		return err
	}
	if state == Closed {
		return s.end(ctx, tx, o, "rating", "coordinate")
	}
	return s.to(ctx, tx, o, state)
}

// closing writes what ends with it in one statement: an ended record does not change.
func (s *Store) closing(ctx context.Context, tx db.Tx, o locked, rating, how string, closed bool) error {
	if !closed {
		return s.set(ctx, tx, o, `rating = @rating`, db.Args{"rating": rating})
	}
	return s.set(ctx, tx, o, `rating = @rating, closed_how = @how, closed_on = @today, state = 'closed'`, db.Args{"rating": rating, "how": how, "today": s.today()})
}

// Coordinate records how a suggestion was settled that stayed 不满意 after the second
// handling.
func (s *Store) Coordinate(ctx context.Context, actor access.Actor, step Step, text string) error {
	return s.move(ctx, actor, "coordinated", step, func(tx db.Tx, o locked) (done, error) {
		if err := s.set(ctx, tx, o, `coordination = @text`, db.Args{"text": text}); err != nil {
			return done{}, err
		}
		if err := s.tellSigners(ctx, tx, o, "建议协调结果"); err != nil {
			return done{}, err
		}
		return done{title: "协调结果", reason: text}, s.finish(ctx, tx, o, dissatisfied, "再次评价不满意，经协调办结")
	})
}

// Sweep does what falls due by itself: promises whose day has passed wake, leads who
// have not rated in time are urged, and who has not rated after that either is left
// out of satisfaction. It returns how many suggestions it touched. Run it at start and
// every few minutes; several portals may sweep at once.
func (s *Store) Sweep(ctx context.Context) (n int, err error) { return s.SweepStreet(ctx, 0) }

// SweepStreet is Sweep for one street, or, where street is 0, for all.
func (s *Store) SweepStreet(ctx context.Context, street int64) (n int, err error) {
	defer fault.Wrap(&err, "sweep suggestions")
	woken, err := s.wake(ctx, street)
	if err != nil {
		return woken, err
	}
	lapsed, err := s.lapse(ctx, street)
	return woken + lapsed, err
}

var clerk = access.Actor{Role: access.Clerk, Name: "系统"}

func (s *Store) lapse(ctx context.Context, street int64) (n int, err error) {
	var ids []int64
	err = s.db.Read(ctx, clerk, db.Values(&ids, `
		SELECT x.id
		FROM deadlines d
		JOIN suggestions x ON x.street_id = d.street_id AND x.id = d.subject_id
		WHERE d.kind = 'suggestion' AND d.name = 'rating' AND d.ended_on IS NULL AND d.due_on < @today::date
		  AND x.state = 'replied'
		  AND (@street::bigint = 0 OR x.street_id = @street)
		ORDER BY x.id
		LIMIT 500`, db.Args{"today": s.today(), "street": street}))
	for _, id := range ids {
		if err == nil {
			err = s.lapseOne(ctx, id)
			n++
		}
	}
	return n, err
}

func (s *Store) lapseOne(ctx context.Context, id int64) error {
	return s.db.Write(ctx, clerk, func(tx db.Tx) error {
		o, err := lock(ctx, tx, id)
		if err != nil || o.State != Replied {
			return err
		}
		var state struct {
			UrgedOn *time.Time
			Late    bool
		}
		err = db.Do(ctx, tx, db.One(&state, `
			SELECT x.urged_on, EXISTS (SELECT FROM deadlines d
			                           WHERE d.street_id = x.street_id AND d.kind = 'suggestion' AND d.subject_id = x.id AND d.name = 'rating'
			                             AND d.ended_on IS NULL AND d.due_on < @today::date) AS late
			FROM suggestions x
			WHERE x.street_id = @street AND x.id = @id`, db.Args{"street": o.StreetID, "id": o.ID, "today": s.today()}))
		if err != nil || !state.Late {
			return err
		}
		if err := s.touch(ctx, tx, o); err != nil {
			return err
		}
		if state.UrgedOn == nil {
			if err := s.urged(ctx, tx, clerk.Name, o, "lead", "评价期已满，请评价"); err != nil {
				return err
			}
			if err := s.extendRating(ctx, tx, o); err != nil {
				return err
			}
			return s.record(ctx, tx, clerk, o, "urge", done{title: "评价期已满，催请评价"})
		}
		if err := s.finish(ctx, tx, o, "none", "催请后代表未评价，不计入满意度"); err != nil {
			return err
		}
		return s.record(ctx, tx, clerk, o, "lapse", done{title: "催请后仍未评价，不计入满意度"})
	})
}
