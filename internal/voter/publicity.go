package voter

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
)

// kind is that of selections among deadlines, audit events and files.
const kind = "selection"

// Publish begins the publicity: names, sex and districts of the candidates stand
// on the residents' site until its clock has run.
func (s *Store) Publish(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "publicity", step, func(tx db.Tx, l locked) (done, error) {
		if err := s.everyDistrict(ctx, tx, l); err != nil {
			return done{}, err
		}
		days, err := publicityDays.In(ctx, tx, l.StreetID)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE selections
			SET state = 'publicity', publicity_from = @today::date
			WHERE street_id = @street AND id = @id`, db.Args{"today": calendar.On(s.now()), "street": l.StreetID, "id": l.ID})
		if err != nil {
			return done{}, err
		}
		_, err = deadline.Start(ctx, tx, deadline.New{
			StreetID: l.StreetID, Kind: kind, SubjectID: l.ID, Name: "publicity", Label: "公示", From: s.now(), Days: days,
			Basis: fmt.Sprintf("人选公示 %d 个工作日（系统建议值，不是法定期限）", days),
		})
		if err != nil {
			return done{}, err
		}
		return done{title: "开始公示"}, s.tell(ctx, tx, l, access.VoterRep, "选民代表人选开始公示")
	})
}

// ObjectionNew is an objection as it came in. FromWhom may be empty.
type ObjectionNew struct {
	Key       string
	Candidate int64
	FromWhom  string
	Content   string
}

// Object records an objection to a candidate.
func (s *Store) Object(ctx context.Context, actor access.Actor, step Step, n ObjectionNew) error {
	return s.move(ctx, actor, "objection", step, func(tx db.Tx, l locked) (done, error) {
		_, err := db.Insert(ctx, tx, `
			INSERT INTO selection_objections (street_id, selection_id, candidate_id, received_on, from_whom, content, key, created_at)
			SELECT street_id, selection_id, id, @today::date, @from, @content, @key, @now
			FROM selection_candidates
			WHERE street_id = @street AND selection_id = @id AND id = @candidate AND dropped_why = ''
			ON CONFLICT (street_id, key) DO NOTHING
			RETURNING id`, db.Args{
			"street": l.StreetID, "id": l.ID, "candidate": n.Candidate, "today": calendar.On(s.now()), "from": n.FromWhom, "content": n.Content,
			"key": n.Key, "now": s.now(),
		})
		if sent(err) {
			err = noCandidate
		}
		if err != nil {
			return done{}, err
		}
		return done{title: "登记异议"}, s.tell(ctx, tx, l, access.Director, "收到对选民代表人选的异议")
	})
}

// DecideObjection records what came of an objection. Where it is upheld the
// candidate no longer stands.
func (s *Store) DecideObjection(ctx context.Context, actor access.Actor, step Step, objection int64, upheld bool, note string) error {
	return s.move(ctx, actor, "objection-decision", step, func(tx db.Tx, l locked) (done, error) {
		decision, title := "dismissed", "异议不成立，人选保留"
		if upheld {
			decision, title = "upheld", "异议成立，人选不再列入"
		}
		var candidate int64
		err := db.Do(ctx, tx, db.Value(&candidate, `
			UPDATE selection_objections
			SET decision = @decision, decision_note = @note, decided_on = @today::date
			WHERE street_id = @street AND selection_id = @id AND id = @objection AND decision = ''
			RETURNING candidate_id`, db.Args{
			"street": l.StreetID, "id": l.ID, "objection": objection, "decision": decision, "note": note, "today": calendar.On(s.now()),
		}))
		if sent(err) {
			return done{}, fault.Fields{{Name: "objection", Text: "请选择一条还没有处理的异议"}}
		}
		if err != nil || !upheld {
			return done{title: title}, err
		}
		err = s.drop(ctx, tx, l, candidate, "objection", "公示期间的异议成立")
		if _, again := err.(fault.Fields); again { //nolint:errorlint // noCandidate itself: another objection took them off already
			err = nil
		}
		return done{title: title}, err
	})
}

// EndPublicity ends the publicity when its clock has run and every objection is
// decided.
func (s *Store) EndPublicity(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "publicity-end", step, func(tx db.Tx, l locked) (done, error) {
		var due time.Time
		err := db.Do(ctx, tx, db.Value(&due, `
			SELECT due_on
			FROM deadlines
			WHERE street_id = @street AND kind = 'selection' AND subject_id = @id AND name = 'publicity' AND ended_on IS NULL`,
			db.Args{"street": l.StreetID, "id": l.ID}))
		switch {
		case err != nil:
			return done{}, err
		case !calendar.On(s.now()).After(due):
			return done{}, fault.Fields{{Name: "state", Text: "公示到 " + calendar.Date(due) + " 结束，第二天起才能进入推选会议"}}
		}
		if err := s.everyDistrict(ctx, tx, l); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, l, Meeting); err != nil {
			return done{}, err
		}
		return done{title: "公示期满"}, deadline.End(ctx, tx, l.StreetID, kind, l.ID, s.now())
	})
}
