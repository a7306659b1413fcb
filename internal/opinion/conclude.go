package opinion

import (
	"context"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Approve passes the newest reply on to feedback; an anonymous item is closed.
func (s *Store) Approve(ctx context.Context, actor access.Actor, step Step, note string) error {
	return s.move(ctx, actor, "approval", step, func(tx db.Tx, o locked) (done, error) {
		text, err := s.reviewed(ctx, tx, o, "approved", note)
		if err != nil {
			return done{}, err
		}
		return done{title: "审核通过", reason: note}, s.answered(ctx, tx, o, text)
	})
}

// SendBack returns the newest reply to the unit: note says what is missing.
func (s *Store) SendBack(ctx context.Context, actor access.Actor, step Step, note string) error {
	return s.move(ctx, actor, "rework", step, func(tx db.Tx, o locked) (done, error) {
		if _, err := s.reviewed(ctx, tx, o, "rework", note); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, o, Handling); err != nil {
			return done{}, err
		}
		if err := s.startClock(ctx, tx, o.StreetID, o.ID, "reply", reworkDays); err != nil {
			return done{}, err
		}
		return done{title: "退回重办", reason: note}, s.tellUnit(ctx, tx, o, o.LeadUnitID, "答复退回重办")
	})
}

func (s *Store) reviewed(ctx context.Context, tx db.Tx, o locked, verdict, note string) (text string, err error) {
	err = db.Do(ctx, tx, db.Value(&text, `
		UPDATE opinion_replies
		SET verdict = @verdict, review_note = @note, reviewed_at = @now
		WHERE street_id = @street
		  AND id = (SELECT max(id) FROM opinion_replies WHERE street_id = @street AND opinion_id = @id)
		RETURNING text`,
		db.Args{"verdict": verdict, "note": note, "now": s.now(), "street": o.StreetID, "id": o.ID}))
	return text, err
}

// FeedBack records that the resident was told, how and on which day.
func (s *Store) FeedBack(ctx context.Context, actor access.Actor, step Step, how string, on time.Time) error {
	return s.move(ctx, actor, "feedback", step, func(tx db.Tx, o locked) (done, error) {
		if on.After(today(s.now())) {
			return done{}, fault.Fields{{Name: "told_on", Text: "反馈日期不能晚于今天"}}
		}
		_, err := db.Exec(ctx, tx, `
			UPDATE opinions
			SET told_on = @on, told_how = @how
			WHERE street_id = @street AND id = @id`, db.Args{"on": on, "how": how, "street": o.StreetID, "id": o.ID})
		if err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, o, ToRate); err != nil {
			return done{}, err
		}
		return done{title: "反馈群众：" + how}, s.startClock(ctx, tx, o.StreetID, o.ID, "rating", ratingDays)
	})
}

// TellMerged records that the resident of a merged item was told the answer of
// the item it was merged into.
func (s *Store) TellMerged(ctx context.Context, actor access.Actor, step Step, how string) (err error) {
	defer fault.Wrap(&err, "tell resident of merged opinion %d", step.ID)
	if !actor.May(access.FeedBackOpinion) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		o, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case o.Version != step.Version:
			return fault.Stale
		case o.State != Merged:
			return fault.Fields{{Name: "state", Text: "只有已合并的意见在这里反馈"}}
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE opinions
			SET told_on = @on, told_how = @how
			WHERE street_id = @street AND id = @id AND answer <> ''`,
			db.Args{"on": today(s.now()), "how": how, "street": o.StreetID, "id": o.ID})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Fields{{Name: "state", Text: "合并到的意见还没有答复"}}
		}
		if err := deadline.End(ctx, tx, o.StreetID, "opinion", o.ID, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, o, "merged-feedback", done{title: "反馈群众：" + how})
	})
}

// RecordRating records what the resident said of the answer, on their word.
func (s *Store) RecordRating(ctx context.Context, actor access.Actor, step Step, rating, note string) error {
	return s.move(ctx, actor, "rating", step, func(tx db.Tx, o locked) (done, error) {
		return s.rated(ctx, tx, o, rating, note)
	})
}

// rated closes a satisfied item; a dissatisfied one is handled a second time,
// once, and then closed with a note.
func (s *Store) rated(ctx context.Context, tx db.Tx, o locked, rating, note string) (done, error) {
	d := done{title: "群众评价：" + choice.Name(Ratings, rating), reason: note}
	again := rating == "dissatisfied" && o.Round == 1
	_, err := db.Exec(ctx, tx, `
		UPDATE opinions
		SET rating = @rating, rating_note = @note, rated_on = @on,
		    first_rating = CASE WHEN @again THEN @rating ELSE first_rating END,
		    round = CASE WHEN @again THEN 2 ELSE round END,
		    told_on = CASE WHEN @again THEN NULL ELSE told_on END
		WHERE street_id = @street AND id = @id`,
		db.Args{"rating": rating, "note": note, "on": today(s.now()), "again": again, "street": o.StreetID, "id": o.ID})
	if err != nil {
		return d, err
	}
	if !again {
		how := "群众" + choice.Name(Ratings, rating)
		if o.Round == 2 && rating == "dissatisfied" {
			how = "二次办理后群众仍不满意，办结并注明"
		}
		return d, s.close(ctx, tx, o, how)
	}
	return d, s.secondHandling(ctx, tx, o)
}

// secondHandling hands a dissatisfied item back to its unit or, where it was
// answered without one, to the office for assignment.
func (s *Store) secondHandling(ctx context.Context, tx db.Tx, o locked) error {
	if o.LeadUnitID == 0 {
		if err := s.to(ctx, tx, o, ToAssign); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, o, access.Staff, 0, "群众不满意，二次办理"); err != nil {
			return err
		}
		return s.startClock(ctx, tx, o.StreetID, o.ID, "assign", assignDays)
	}
	if err := s.to(ctx, tx, o, Handling); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, o, access.Unit, o.LeadUnitID, "群众不满意，二次办理"); err != nil {
		return err
	}
	return s.startClock(ctx, tx, o.StreetID, o.ID, "reply", secondDays)
}

// urges are the levels of urging, by the move that makes them.
var urges = map[string]string{"urge": "urge", "supervision": "supervise", "report": "report"}

// Urge reminds the unit, supervises an overdue item, or reports it to the director
// and the street's Party working committee: move is "urge", "supervision" or
// "report" (domain.md §3 j).
func (s *Store) Urge(ctx context.Context, actor access.Actor, step Step, move, text string) error {
	return s.move(ctx, actor, move, step, func(tx db.Tx, o locked) (done, error) {
		level := urges[move]
		if level != "urge" {
			if err := s.mustBeOverdue(ctx, tx, o); err != nil {
				return done{}, err
			}
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO opinion_urges (street_id, opinion_id, level, text, at, urger)
			VALUES (@street, @id, @level, @text, @now, @name)`,
			db.Args{"street": o.StreetID, "id": o.ID, "level": level, "text": text, "now": s.now(), "name": actor.Name})
		if err != nil {
			return done{}, err
		}
		return done{title: choice.Name(Levels, level), reason: text}, s.tellUrged(ctx, tx, o, level)
	})
}

func (s *Store) tellUrged(ctx context.Context, tx db.Tx, o locked, level string) error {
	title := choice.Name(Levels, level)
	if level != "report" {
		return s.tellUnit(ctx, tx, o, o.LeadUnitID, title)
	}
	for _, to := range []access.Role{access.Director, access.PartyReader} {
		if err := s.tell(ctx, tx, o, to, 0, "逾期未办，"+title); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) mustBeOverdue(ctx context.Context, tx db.Tx, o locked) error {
	var overdue bool
	err := db.Do(ctx, tx, db.Value(&overdue, `
		SELECT EXISTS (SELECT FROM deadlines
		               WHERE street_id = @street AND kind = 'opinion' AND subject_id = @id AND ended_on IS NULL AND due_on < @today)`,
		db.Args{"street": o.StreetID, "id": o.ID, "today": today(s.now())}))
	if err == nil && !overdue {
		err = fault.Fields{{Name: "state", Text: "还没有逾期"}}
	}
	return err
}

// EscalateToCity hands an item beyond the street's reach to the city.
func (s *Store) EscalateToCity(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "city", step, func(tx db.Tx, o locked) (done, error) {
		return done{title: "转市级", reason: why}, s.to(ctx, tx, o, ToCity)
	})
}

// RecordCityAnswer records the city's answer, and hands the item on to feedback.
func (s *Store) RecordCityAnswer(ctx context.Context, actor access.Actor, step Step, text string) error {
	return s.move(ctx, actor, "city-answer", step, func(tx db.Tx, o locked) (done, error) {
		return done{title: "登记市级答复"}, s.answered(ctx, tx, o, text)
	})
}

// Withdraw ends an item at its resident's wish.
func (s *Store) Withdraw(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "withdrawal", step, func(tx db.Tx, o locked) (done, error) {
		if err := s.to(ctx, tx, o, Withdrawn); err != nil {
			return done{}, err
		}
		return done{title: "撤回", reason: why}, nil
	})
}

// CloseOverdue closes an item whose feedback or rating is overdue, on the
// director's word. A resident who was not told is told by this record.
func (s *Store) CloseOverdue(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "closure", step, func(tx db.Tx, o locked) (done, error) {
		if err := s.mustBeOverdue(ctx, tx, o); err != nil {
			return done{}, err
		}
		_, err := db.Exec(ctx, tx, `
			UPDATE opinions
			SET told_on = coalesce(told_on, @today), told_how = CASE WHEN told_how = '' THEN '凭查询码自行查看' ELSE told_how END,
			    rating = coalesce(rating, 'none')
			WHERE street_id = @street AND id = @id`, db.Args{"today": today(s.now()), "street": o.StreetID, "id": o.ID})
		if err != nil {
			return done{}, err
		}
		return done{title: "逾期办结", reason: why}, s.close(ctx, tx, o, "逾期办结："+why)
	})
}

// Sweep does what falls due by itself: rating windows that are over close their
// items as not rated, and names and numbers whose time is over are removed. It
// returns how many items it touched. Run it at start and every few minutes.
// Several portals may sweep at once: each item is touched by one of them.
func (s *Store) Sweep(ctx context.Context) (n int, err error) {
	defer fault.Wrap(&err, "sweep opinions")
	lapsed, err := s.Lapse(ctx, 0)
	if err != nil {
		return lapsed, err
	}
	forgotten, err := s.forget(ctx, access.Actor{Role: access.Clerk, Name: "系统"})
	return lapsed + forgotten, err
}

// Lapse closes what nobody rated in time, in one street or, where street is 0,
// in all, and returns how many.
func (s *Store) Lapse(ctx context.Context, street int64) (n int, err error) {
	defer fault.Wrap(&err, "close unrated opinions")
	clerk := access.Actor{Role: access.Clerk, Name: "系统"}
	var ids []int64
	err = s.db.Read(ctx, clerk, db.Values(&ids, `
		SELECT o.id
		FROM deadlines d
		JOIN opinions o ON o.street_id = d.street_id AND o.id = d.subject_id
		WHERE d.kind = 'opinion'
		  AND d.name = 'rating'
		  AND d.ended_on IS NULL
		  AND d.due_on < @today::date
		  AND o.state = 'to_rate'
		  AND (@street::bigint = 0 OR o.street_id = @street)
		ORDER BY o.id
		LIMIT 500`, db.Args{"today": today(s.now()), "street": street}))
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		closed, err := s.lapse(ctx, clerk, id)
		if err != nil {
			return n, err
		}
		if closed {
			n++
		}
	}
	return n, nil
}

func (s *Store) lapse(ctx context.Context, clerk access.Actor, id int64) (closed bool, err error) {
	err = s.db.Write(ctx, clerk, func(tx db.Tx) error {
		o, err := lock(ctx, tx, id)
		if err != nil || o.State != ToRate {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE opinions
			SET rating = coalesce(rating, 'none')
			WHERE street_id = @street AND id = @id`, db.Args{"street": o.StreetID, "id": o.ID})
		if err != nil {
			return err
		}
		if err := s.close(ctx, tx, o, "评价期满，群众未评价"); err != nil {
			return err
		}
		closed = true
		return s.record(ctx, tx, clerk, o, "lapse", done{title: "评价期满，未评价，办结"})
	})
	return closed, err
}
