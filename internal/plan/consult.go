package plan

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/file"
)

// Consult asks the street's Party working committee for its written opinion by a
// letter with a number, and starts its clock (domain.md §3 e: mandatory; the days are
// a default).
func (s *Store) Consult(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "consultation", step, func(tx db.Tx, p locked) (done, error) {
		days, err := ConsultDays.In(ctx, tx, p.StreetID)
		if err != nil {
			return done{}, err
		}
		number, err := s.allot(ctx, tx, actor, p, document.Letter, fmt.Sprintf("关于征求%d年度工作计划意见的函", p.Year))
		if err != nil {
			return done{}, err
		}
		due, err := deadline.Start(ctx, tx, deadline.New{
			StreetID: p.StreetID, Kind: "plan", SubjectID: p.ID, Name: "opinion", Label: "反馈意见", From: s.now(), Days: days,
			Basis: fmt.Sprintf("%s期限 %d 个工作日", ConsultDays.Label, days),
		})
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO plan_consultations (street_id, plan_id, round, number, sent_on, sender, due_on)
			SELECT @street, @plan, 1 + count(*), @number, @on, @who, @due
			FROM plan_consultations
			WHERE street_id = @street AND plan_id = @plan`, db.Args{
			"street": p.StreetID, "plan": p.ID, "number": number, "on": s.today(), "who": actor.Name, "due": due,
		})
		if err == nil {
			err = s.to(ctx, tx, p, Consulting, "consulted_on = coalesce(consulted_on, @on)", db.Args{"on": s.today()})
		}
		if err != nil {
			return done{}, err
		}
		return done{title: "征求街道党工委意见，" + number + "，" + calendar.Date(due) + "前反馈"}, s.tell(ctx, tx, p, "年度计划征求意见", access.PartyReader)
	})
}

// Opinion is what the Party working committee wrote.
type Opinion struct {
	DatedOn time.Time
	Number  string // of its paper; "" where it has none
	Text    string
	Points  []string // what it asks to be changed, one by one; none where it agrees
	Paper   []file.Upload
}

// ParsePoints reads points as they were typed, one a line.
func ParsePoints(typed string) (points []string) {
	for line := range strings.Lines(typed) {
		if line = strings.TrimSpace(line); line != "" {
			points = append(points, line)
		}
	}
	return points
}

// Advise keeps the written opinion of the Party working committee: given by itself, or
// entered by the office from the paper. From here on it is not altered.
func (s *Store) Advise(ctx context.Context, actor access.Actor, step Step, o Opinion) error {
	if len(o.Paper) > 0 {
		if err := s.files.Prepare(ctx, actor, actor.StreetID, "paper", o.Paper); err != nil {
			return err
		}
	}
	return s.move(ctx, actor, "opinion", step, func(tx db.Tx, p locked) (done, error) {
		var c struct {
			ID     int64
			SentOn time.Time
		}
		err := db.Do(ctx, tx, db.One(&c, `
			SELECT id, sent_on
			FROM plan_consultations
			WHERE street_id = @street AND plan_id = @plan AND received_on IS NULL`, db.Args{"street": p.StreetID, "plan": p.ID}))
		if err == nil {
			err = o.check(c.SentOn, s.today())
		}
		if err == nil && len(o.Paper) > 0 {
			err = s.files.Attach(ctx, tx, actor, file.Owner{StreetID: p.StreetID, Kind: "plan_consultation", ID: c.ID}, "paper", o.Paper)
		}
		if err != nil {
			return done{}, err
		}
		var b db.Batch
		for i, t := range o.Points {
			b.Add(`
				INSERT INTO plan_points (street_id, consultation_id, ordinal, text)
				VALUES (@street, @id, @ordinal, @text)`, db.Args{"street": p.StreetID, "id": c.ID, "ordinal": i + 1, "text": t})
		}
		b.Add(`
			UPDATE plan_consultations
			SET dated_on = @dated, reply_number = @number, reply = @text, received_on = @on, recorder = @who
			WHERE street_id = @street AND id = @id`, db.Args{
			"dated": o.DatedOn, "number": o.Number, "text": o.Text, "on": s.today(), "who": actor.Role.Name() + " " + actor.Name, "street": p.StreetID, "id": c.ID,
		})
		if err := b.Run(ctx, tx); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, p, Revising, "", nil); err != nil {
			return done{}, err
		}
		if err := deadline.End(ctx, tx, p.StreetID, "plan", p.ID, s.now()); err != nil {
			return done{}, err
		}
		return done{title: fmt.Sprintf("街道党工委反馈书面意见，%d 条", len(o.Points))}, s.tell(ctx, tx, p, "党工委已反馈意见", access.Staff, access.Director)
	})
}

func (o *Opinion) check(sent, today time.Time) error {
	var bad fault.Fields
	switch {
	case o.DatedOn.After(today):
		bad.Add("dated_on", "意见的日期不能晚于今天")
	case o.DatedOn.Before(sent):
		bad.Add("dated_on", "意见的日期不能早于征求意见的"+calendar.Date(sent))
	}
	if len(o.Points) > MaxPoints {
		bad.Add("points", fmt.Sprintf("最多 %d 条", MaxPoints))
	}
	for i, t := range o.Points {
		if utf8.RuneCountInString(t) > MaxPoint {
			bad.Add("points", fmt.Sprintf("第 %d 条不能超过 %d 个字", i+1, MaxPoint))
		}
	}
	return bad.Err()
}

// Answer says what became of one point of the opinion. Not adopting it, or not whole,
// needs a reason.
func (s *Store) Answer(ctx context.Context, actor access.Actor, step Step, point int64, answer, reason string) error {
	return s.move(ctx, actor, "answer", step, func(tx db.Tx, p locked) (done, error) {
		var bad fault.Fields
		if choice.Name(Answers, answer) == "" {
			bad.Add("answer", "请选择是否采纳")
		}
		if answer != "adopted" && reason == "" {
			bad.Add("reason", "部分采纳、不采纳的，请写明理由")
		}
		if err := bad.Err(); err != nil {
			return done{}, err
		}
		var ordinal int
		err := db.Do(ctx, tx, db.Value(&ordinal, `
			UPDATE plan_points t
			SET answer = @answer, answer_text = @reason, answered_on = @on, answerer = @who
			FROM plan_consultations c
			WHERE t.street_id = @street AND t.id = @point AND c.street_id = t.street_id AND c.id = t.consultation_id AND c.plan_id = @plan
			RETURNING t.ordinal`, db.Args{
			"answer": answer, "reason": reason, "on": s.today(), "who": actor.Name, "street": p.StreetID, "point": point, "plan": p.ID,
		}))
		if errors.Is(err, fault.NotFound) {
			err = fault.Fields{{Name: "point", Text: "请选择意见"}}
		}
		return done{title: fmt.Sprintf("党工委意见第 %d 条：%s", ordinal, choice.Name(Answers, answer)), reason: reason}, err
	})
}

// Submit brings the plan before the directors' meeting. The Party working committee has
// answered in writing, and every point has an answer.
func (s *Store) Submit(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "submission", step, func(tx db.Tx, p locked) (done, error) {
		if err := s.to(ctx, tx, p, Deliberating, "", nil); err != nil {
			return done{}, err
		}
		return done{title: "提请工委主任会议审议"}, s.tell(ctx, tx, p, "提请主任会议审议", access.Director, access.DeputyDirector)
	})
}
