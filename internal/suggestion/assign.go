package suggestion

import (
	"context"
	"slices"
	"strings"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Accept takes a suggestion on after the acceptance review.
func (s *Store) Accept(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "acceptance", step, func(tx db.Tx, o locked) (done, error) {
		if err := s.set(ctx, tx, o, `state = 'to_assign'`, db.Args{}); err != nil {
			return done{}, err
		}
		return done{title: "受理"}, s.tellSigners(ctx, tx, o, "建议已受理")
	})
}

// Refuse returns a suggestion to its deputies, with a reason of Refusals; they may
// change and submit it anew.
func (s *Store) Refuse(ctx context.Context, actor access.Actor, step Step, reason, note string) error {
	return s.move(ctx, actor, "refusal", step, func(tx db.Tx, o locked) (done, error) {
		return s.refused(ctx, tx, o, SentBack, reason, note, "退回代表")
	})
}

// MakeLetter handles what is no suggestion as a letter, with a reason of Refusals,
// and ends it here.
func (s *Store) MakeLetter(ctx context.Context, actor access.Actor, step Step, reason, note string) error {
	return s.move(ctx, actor, "letter", step, func(tx db.Tx, o locked) (done, error) {
		return s.refused(ctx, tx, o, ToLetter, reason, note, "转来信处理")
	})
}

func (s *Store) refused(ctx context.Context, tx db.Tx, o locked, state procedure.State, reason, note, title string) (done, error) {
	if err := s.set(ctx, tx, o, `refusal = @reason, refusal_note = @note`, db.Args{"reason": reason, "note": note}); err != nil {
		return done{}, err
	}
	if err := s.to(ctx, tx, o, state); err != nil {
		return done{}, err
	}
	why := strings.TrimSuffix(choice.Name(Refusals, reason)+"。"+note, "。")
	return done{title: title, reason: why}, s.tellSigners(ctx, tx, o, "建议"+title)
}

// Merge joins a suggestion to another of the same class that is not answered yet. Its
// signers get that one's reply.
func (s *Store) Merge(ctx context.Context, actor access.Actor, step Step, number string) error {
	return s.move(ctx, actor, "merger", step, func(tx db.Tx, o locked) (done, error) {
		var into struct{ ID int64 }
		err := db.Do(ctx, tx, db.Maybe(&into, `
			SELECT id
			FROM suggestions
			WHERE street_id = @street AND number = @number AND class = @class AND id <> @id
			FOR UPDATE`, db.Args{"street": o.StreetID, "number": number, "class": o.Class, "id": o.ID}))
		if err == nil && into.ID == 0 {
			err = fault.Fields{broken["suggestions_merged_into_open"]}
		}
		if err != nil {
			return done{}, err
		}
		if err := s.set(ctx, tx, o, `state = 'merged', merged_into = @into`, db.Args{"into": into.ID}); err != nil {
			return done{}, err
		}
		if err := s.tellSigners(ctx, tx, o, "建议并入 "+number+" 一并办理"); err != nil {
			return done{}, err
		}
		return done{title: "合并到 " + number}, deadline.Drop(ctx, tx, o.StreetID, "suggestion", o.ID, s.now())
	})
}

// Assignment is who is to handle a suggestion.
type Assignment struct {
	Lead int64
	Co   []int64
	Long bool   // wide or difficult: six months for the reply
	Note string // why, where Long
}

// Assign hands a suggestion to a lead unit, and co-handlers where needed. The same
// verb assigns anew what a unit returned; the months for the reply run from the first
// assignment.
func (s *Store) Assign(ctx context.Context, actor access.Actor, step Step, a Assignment) error {
	return s.move(ctx, actor, "assignment", step, func(tx db.Tx, o locked) (done, error) {
		names, err := s.assign(ctx, tx, o, a.Lead, a.Co)
		if err != nil {
			return done{}, err
		}
		limit := replyMonths
		if a.Long {
			limit = longMonths
		}
		n, err := limit.In(ctx, tx, o.StreetID)
		if err != nil {
			return done{}, err
		}
		from := s.today()
		if o.AssignedOn != nil {
			from = *o.AssignedOn
		}
		if err := s.set(ctx, tx, o, `months = @months, assigned_on = @on`, db.Args{"months": n, "on": from}); err != nil {
			return done{}, err
		}
		if err := s.startAssigned(ctx, tx, o, len(a.Co) > 0); err != nil {
			return done{}, err
		}
		d := done{title: "交办给" + names[0], reason: a.Note, detail: map[string]any{"lead": a.Lead, "co": a.Co, "months": n}}
		if len(names) > 1 {
			d.title += "，会办单位：" + strings.Join(names[1:], "、")
		}
		if err := s.tellSigners(ctx, tx, o, "建议已"+d.title); err != nil {
			return done{}, err
		}
		return d, s.startMonths(ctx, tx, o, "reply", n, from)
	})
}

func (s *Store) startAssigned(ctx context.Context, tx db.Tx, o locked, together bool) error {
	if err := s.start(ctx, tx, o, "sign", returnDays); err != nil {
		return err
	}
	if err := s.start(ctx, tx, o, "contact", contactDays); err != nil || !together {
		return err
	}
	n, err := commentMonths.In(ctx, tx, o.StreetID)
	if err != nil {
		return err
	}
	return s.startMonths(ctx, tx, o, "comment", n, s.today())
}

// assign ends what was assigned and assigns anew. It returns the units' names, the
// lead's first.
func (s *Store) assign(ctx context.Context, tx db.Tx, o locked, lead int64, co []int64) (names []string, err error) {
	units := append([]int64{lead}, slices.DeleteFunc(slices.Clone(co), func(u int64) bool { return u == lead })...)
	err = db.Do(ctx, tx, db.Values(&names, `
		SELECT u.name
		FROM unnest(@units::bigint[]) WITH ORDINALITY AS wanted (id, n)
		JOIN units u ON u.street_id = @street AND u.id = wanted.id AND u.ended_on IS NULL
		ORDER BY wanted.n`, db.Args{"units": units, "street": o.StreetID}))
	if err == nil && len(names) != len(units) {
		err = fault.Fields{{Name: "lead", Text: "请选择承办单位"}}
	}
	if err != nil {
		return nil, err
	}
	if err := s.set(ctx, tx, o, `lead_unit_id = @lead`, db.Args{"lead": lead}); err != nil {
		return nil, err
	}
	if o.AssignedOn == nil {
		if err := s.set(ctx, tx, o, `assigned_on = @today`, db.Args{"today": s.today()}); err != nil {
			return nil, err
		}
	}
	if err := s.to(ctx, tx, o, Assigned); err != nil {
		return nil, err
	}
	var b db.Batch
	b.Add(`
		UPDATE suggestion_assignments
		SET ended_at = @now
		WHERE street_id = @street AND suggestion_id = @id AND ended_at IS NULL`, db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID})
	for i, u := range units {
		part := "co"
		if i == 0 {
			part = "lead"
		}
		b.Add(`
			INSERT INTO suggestion_assignments (street_id, suggestion_id, unit_id, part, round, assigned_at)
			VALUES (@street, @id, @unit, @part, @round, @now)`,
			db.Args{"street": o.StreetID, "id": o.ID, "unit": u, "part": part, "round": o.Round, "now": s.now()})
	}
	if err := b.Run(ctx, tx); err != nil {
		return nil, err
	}
	for i, u := range units {
		title := "新交办的代表建议"
		if i > 0 {
			title = "新会办的代表建议"
		}
		if err := s.tellUnit(ctx, tx, o, u, title); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// MakeKey puts a suggestion under key supervision, as the city's chairpersons' meeting
// decided: basis names the meeting.
func (s *Store) MakeKey(ctx context.Context, actor access.Actor, step Step, basis string) error {
	return s.move(ctx, actor, "key", step, func(tx db.Tx, o locked) (done, error) {
		if o.Class != City {
			return done{}, fault.Fields{{Name: "state", Text: "街道督办建议不列入市重点督办"}}
		}
		if err := s.set(ctx, tx, o, `key_on = @today, key_basis = @basis`, db.Args{"today": s.today(), "basis": basis}); err != nil {
			return done{}, err
		}
		if o.LeadUnitID != 0 {
			if err := s.tellUnit(ctx, tx, o, o.LeadUnitID, "列为重点督办建议"); err != nil {
				return done{}, err
			}
		}
		return done{title: "列为重点督办建议", reason: basis}, s.tellSigners(ctx, tx, o, "列为重点督办建议")
	})
}

// Urge reminds the unit, or the lead where a reply waits for a rating.
func (s *Store) Urge(ctx context.Context, actor access.Actor, step Step, text string) error {
	return s.move(ctx, actor, "urge", step, func(tx db.Tx, o locked) (done, error) {
		if actor.Role == access.CityDeputy && o.Class != City {
			return done{}, fault.Forbidden
		}
		d := done{title: "催办", reason: text}
		whom := "unit"
		if o.State == Replied {
			whom, d.title = "lead", "催请评价"
		}
		if err := s.urged(ctx, tx, actor.Name, o, whom, text); err != nil {
			return d, err
		}
		if o.State == Replied {
			return d, s.extendRating(ctx, tx, o)
		}
		return d, s.tellUnit(ctx, tx, o, o.LeadUnitID, d.title)
	})
}

func (s *Store) urged(ctx context.Context, tx db.Tx, urger string, o locked, whom, text string) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO suggestion_urges (street_id, suggestion_id, whom, text, at, urger)
		VALUES (@street, @id, @whom, @text, @now, @name)`,
		db.Args{"street": o.StreetID, "id": o.ID, "whom": whom, "text": text, "now": s.now(), "name": urger})
	return err
}

// extendRating tells the lead, and gives them the days that urging gives where the
// time for rating is over.
func (s *Store) extendRating(ctx context.Context, tx db.Tx, o locked) error {
	var late bool
	err := db.Do(ctx, tx, db.Value(&late, `
		SELECT EXISTS (SELECT FROM deadlines
		               WHERE street_id = @street AND kind = 'suggestion' AND subject_id = @id AND name = 'rating' AND ended_on IS NULL AND due_on < @today)`,
		db.Args{"street": o.StreetID, "id": o.ID, "today": s.today()}))
	if err == nil && late {
		if err = s.end(ctx, tx, o, "rating"); err == nil {
			err = s.start(ctx, tx, o, "rating", urgedDays)
		}
	}
	if err == nil {
		err = s.set(ctx, tx, o, `urged_on = @today`, db.Args{"today": s.today()})
	}
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, o, access.Deputy, 0, o.LeadID, "请评价建议答复")
}
