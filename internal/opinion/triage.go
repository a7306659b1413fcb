package opinion

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
)

func today(now time.Time) time.Time { return calendar.On(now) }

// Accept takes an opinion on for assignment.
func (s *Store) Accept(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "acceptance", step, func(tx db.Tx, o locked) (done, error) {
		if err := s.to(ctx, tx, o, ToAssign); err != nil {
			return done{}, err
		}
		return done{title: "受理"}, s.startClock(ctx, tx, o.StreetID, o.ID, "assign", assignDays)
	})
}

// Answer answers an opinion on the spot, without a handling unit.
func (s *Store) Answer(ctx context.Context, actor access.Actor, step Step, text string) error {
	return s.move(ctx, actor, "answer", step, func(tx db.Tx, o locked) (done, error) {
		if err := s.answered(ctx, tx, o, text); err != nil {
			return done{}, err
		}
		return done{title: "当场答复"}, nil
	})
}

// answered keeps the answer that the resident will read and hands the item on
// to feedback; an anonymous item has nobody to tell and is closed.
func (s *Store) answered(ctx context.Context, tx db.Tx, o locked, text string) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE opinions
		SET answer = @text
		WHERE street_id = @street AND id = @id`, db.Args{"text": text, "street": o.StreetID, "id": o.ID})
	if err != nil {
		return err
	}
	if o.Anonymous {
		if err := s.close(ctx, tx, o, "匿名件，答复可凭查询码查看"); err != nil {
			return err
		}
	} else if err := s.toFeedback(ctx, tx, o); err != nil {
		return err
	}
	return s.answerMerged(ctx, tx, o, text)
}

func (s *Store) toFeedback(ctx context.Context, tx db.Tx, o locked) error {
	if err := s.to(ctx, tx, o, ToFeedback); err != nil {
		return err
	}
	if err := s.startClock(ctx, tx, o.StreetID, o.ID, "feedback", feedbackDays); err != nil {
		return err
	}
	if o.DeputyID != 0 {
		return s.tell(ctx, tx, o, access.Deputy, 0, "答复已审核，可反馈群众")
	}
	return s.tell(ctx, tx, o, access.Staff, 0, "待反馈群众")
}

// answerMerged gives the answer to everybody whose item was merged into o: each
// still has to be told (domain.md §3 j).
func (s *Store) answerMerged(ctx context.Context, tx db.Tx, o locked, text string) error {
	type item struct {
		ID        int64
		Anonymous bool
	}
	var merged []item
	err := db.Do(ctx, tx, db.Many(&merged, `
		UPDATE opinions
		SET answer = @text, version = version + 1
		WHERE street_id = @street AND merged_into = @id
		RETURNING id, anonymous`, db.Args{"text": text, "street": o.StreetID, "id": o.ID}))
	if err != nil {
		return err
	}
	for _, m := range merged {
		if m.Anonymous {
			continue
		}
		if err := s.startClock(ctx, tx, o.StreetID, m.ID, "feedback", feedbackDays); err != nil {
			return err
		}
	}
	return nil
}

// close ends the item; how says in Chinese on what ground.
func (s *Store) close(ctx context.Context, tx db.Tx, o locked, how string) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE opinions
		SET closed_how = @how
		WHERE street_id = @street AND id = @id`, db.Args{"how": how, "street": o.StreetID, "id": o.ID})
	if err != nil {
		return err
	}
	return s.to(ctx, tx, o, Closed)
}

// Decline refuses an opinion and names the proper channel (hard rule 9).
func (s *Store) Decline(ctx context.Context, actor access.Actor, step Step, channel string) error {
	return s.move(ctx, actor, "refusal", step, func(tx db.Tx, o locked) (done, error) {
		_, err := db.Exec(ctx, tx, `
			UPDATE opinions
			SET declined_why = @why
			WHERE street_id = @street AND id = @id`, db.Args{"why": channel, "street": o.StreetID, "id": o.ID})
		if err != nil {
			return done{}, err
		}
		return done{title: "不予受理", reason: channel}, s.to(ctx, tx, o, Declined)
	})
}

// Merge joins a repeated opinion to the one with the number. Its resident still
// gets that one's answer.
func (s *Store) Merge(ctx context.Context, actor access.Actor, step Step, number string) error {
	return s.move(ctx, actor, "merger", step, func(tx db.Tx, o locked) (done, error) {
		var into struct {
			ID    int64
			State string
		}
		err := db.Do(ctx, tx, db.Maybe(&into, `
			SELECT id, state
			FROM opinions
			WHERE street_id = @street AND number = @number AND id <> @id
			FOR UPDATE`, db.Args{"street": o.StreetID, "number": number, "id": o.ID}))
		if err != nil {
			return done{}, err
		}
		if into.ID == 0 || slices.Contains([]string{"closed", "declined", "merged", "withdrawn"}, into.State) {
			return done{}, fault.Fields{{Name: "number", Text: "请填写本街道另一条办理中的意见的编号"}}
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE opinions
			SET state = 'merged', merged_into = @into
			WHERE street_id = @street AND id = @id`, db.Args{"into": into.ID, "street": o.StreetID, "id": o.ID})
		if err != nil {
			return done{}, err
		}
		return done{title: "合并到 " + number}, deadline.Drop(ctx, tx, o.StreetID, "opinion", o.ID, s.now())
	})
}

// Assignment is who is to handle an opinion.
type Assignment struct {
	Lead    int64
	Co      []int64
	Urgency string
	Note    string
}

// Assign hands an opinion to a lead unit, and co-handling units where needed.
// The same verb assigns anew what a unit returned.
func (s *Store) Assign(ctx context.Context, actor access.Actor, step Step, a Assignment) error {
	return s.move(ctx, actor, "assignment", step, func(tx db.Tx, o locked) (done, error) {
		o.Urgency = a.Urgency
		names, err := s.assign(ctx, tx, o, a.Lead, a.Co)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE opinions
			SET urgency = @urgency
			WHERE street_id = @street AND id = @id`, db.Args{"urgency": a.Urgency, "street": o.StreetID, "id": o.ID})
		if err != nil {
			return done{}, err
		}
		title := "交办给" + names[0]
		if len(names) > 1 {
			title += fmt.Sprintf("，会办单位：%s", join(names[1:]))
		}
		return done{title: title, reason: a.Note, detail: map[string]any{"lead": a.Lead, "co": a.Co, "urgency": a.Urgency}},
			s.startClock(ctx, tx, o.StreetID, o.ID, "reply", replyDays(a.Urgency))
	})
}

// assign ends what was assigned and assigns anew. It returns the units' names,
// the lead's first.
func (s *Store) assign(ctx context.Context, tx db.Tx, o locked, lead int64, co []int64) ([]string, error) {
	units := append([]int64{lead}, slices.DeleteFunc(slices.Clone(co), func(u int64) bool { return u == lead })...)
	var names []string
	err := db.Do(ctx, tx, db.Values(&names, `
		SELECT u.name
		FROM unnest(@units::bigint[]) WITH ORDINALITY AS wanted (id, n)
		JOIN units u ON u.street_id = @street AND u.id = wanted.id AND u.ended_on IS NULL
		ORDER BY wanted.n`, db.Args{"units": units, "street": o.StreetID}))
	if err != nil {
		return nil, err
	}
	if len(names) != len(units) {
		return nil, fault.Fields{{Name: "lead", Text: "请选择承办单位"}}
	}
	if err := s.to(ctx, tx, o, Assigned); err != nil {
		return nil, err
	}
	var b db.Batch
	b.Add(`
		UPDATE opinion_assignments
		SET ended_at = @now
		WHERE street_id = @street AND opinion_id = @id AND ended_at IS NULL`,
		db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID})
	b.Add(`
		UPDATE opinions
		SET lead_unit_id = @lead
		WHERE street_id = @street AND id = @id`, db.Args{"lead": lead, "street": o.StreetID, "id": o.ID})
	for i, u := range units {
		part := "co"
		if i == 0 {
			part = "lead"
		}
		b.Add(`
			INSERT INTO opinion_assignments (street_id, opinion_id, unit_id, part, round, assigned_at)
			VALUES (@street, @id, @unit, @part, @round, @now)`,
			db.Args{"street": o.StreetID, "id": o.ID, "unit": u, "part": part, "round": o.Round, "now": s.now()})
	}
	if err := b.Run(ctx, tx); err != nil {
		return nil, err
	}
	for i, u := range units {
		title := "新交办意见"
		if i > 0 {
			title = "新会办意见"
		}
		if err := s.tellUnit(ctx, tx, o, u, title); err != nil {
			return nil, err
		}
	}
	return names, s.startClock(ctx, tx, o.StreetID, o.ID, "sign", signDays)
}

// tellUnit tells a unit, or the dispatch office where the unit is that.
func (s *Store) tellUnit(ctx context.Context, tx db.Tx, o locked, unit int64, title string) error {
	var kind string
	err := db.Do(ctx, tx, db.Value(&kind, `SELECT kind FROM units WHERE street_id = @street AND id = @unit`,
		db.Args{"street": o.StreetID, "unit": unit}))
	if err != nil {
		return err
	}
	if kind == "dispatch" {
		return s.tell(ctx, tx, o, access.OfficeDispatch, 0, title)
	}
	return s.tell(ctx, tx, o, access.Unit, unit, title)
}

func join(names []string) string { return strings.Join(names, "、") }
