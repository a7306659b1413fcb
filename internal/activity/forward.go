package activity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/file"
)

// Letter is what the report is forwarded with.
type Letter struct {
	Units   []int64
	Content string           // what the units are asked to do
	Own     map[int64]string // instead of Content, by unit; nil and "" leave it
}

// to is what one unit is asked to do.
func (l *Letter) to(unit int64) string { return cmp.Or(l.Own[unit], l.Content) }

// OwnField is the field that a complaint about a unit's own text names.
func OwnField(unit int64) string { return "own-" + itoa(unit) }

// Forward sends the report to units, each of which answers for itself by its own
// clock; of an appraisal the unit sends a plan of rectification and then a report of
// it. Director or deputy director signs, in post and in person; the letter gets its
// number in the same transaction. It complains about the fields units, content and
// OwnField.
func (s *Store) Forward(ctx context.Context, actor access.Actor, step Step, l Letter) error {
	if err := written("content", "转交的要求", l.Content, MaxContent); err != nil {
		return err
	}
	if len(l.Units) == 0 || len(l.Units) > MaxUnits {
		return fault.Fields{{Name: "units", Text: fmt.Sprintf("请勾选单位，不超过 %d 个", MaxUnits)}}
	}
	var bad fault.Fields
	for unit, text := range l.Own {
		field := OwnField(unit)
		switch {
		case text == "":
		case len([]rune(text)) > MaxContent:
			bad.Add(field, fmt.Sprintf("要求不能超过 %d 个字", MaxContent))
		case !slices.Contains(l.Units, unit):
			bad.Add(field, "这个单位没有勾选，请勾选或者删去这里的要求")
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.move(ctx, actor, "forwarding", step, func(tx db.Tx, a locked) (done, error) {
		if a.Kind == Appraisal && !slices.Contains(l.Units, a.UnitID) {
			return done{}, fault.Fields{{Name: "units", Text: "评议意见要转交被评议的单位"}}
		}
		post, err := committee.ActingPost(ctx, tx, actor, a.StreetID, s.today())
		if err != nil {
			return done{}, err
		}
		for _, unit := range l.Units {
			if err := s.forward(ctx, tx, a, unit, l.to(unit)); err != nil {
				return done{}, err
			}
		}
		number, err := document.Allot(ctx, tx, actor, document.Issue{
			At: s.now(), Street: a.StreetID, Kind: document.Letter, Subject: "activity", SubjectID: a.ID, Title: letterTitle(a.Kind, a.Title), SignedOn: s.today(),
		})
		if err != nil {
			return done{}, err
		}
		err = s.set(ctx, tx, a, `state = 'forwarded', forward_post_id = @post, forwarded_on = @today, number = @number`, db.Args{"post": post, "today": s.today(), "number": number})
		return done{title: fmt.Sprintf("转交 %d 个单位，%s", len(l.Units), number)}, err
	})
}

// forward makes the row of one unit with its clocks, and tells the unit.
func (s *Store) forward(ctx context.Context, tx db.Tx, a locked, unit int64, content string) error {
	cal, err := deadline.Calendar(ctx, tx)
	if err != nil {
		return err
	}
	n, err := feedback.In(ctx, tx, a.StreetID)
	if err != nil {
		return err
	}
	due := cal.AddWorkdays(s.today(), n)
	args := db.Args{"street": a.StreetID, "activity": a.ID, "unit": unit, "content": content, "today": s.today(), "by": nil}
	var late int
	if a.Kind == Appraisal {
		first, err := planDays.In(ctx, tx, a.StreetID)
		if err != nil {
			return err
		}
		if late, err = rectifyDays.In(ctx, tx, a.StreetID); err != nil {
			return err
		}
		due, args["by"] = calendar.AddDays(s.today(), first), calendar.AddDays(s.today(), late)
	}
	args["due"] = due
	id, err := db.Insert(ctx, tx, `
		INSERT INTO activity_forwardings (street_id, activity_id, unit_id, content, sent_on, due_on, rectify_by)
		VALUES (@street, @activity, @unit, @content, @today, @due, @by::date)
		RETURNING id`, args)
	if err != nil {
		return err
	}
	clock := deadline.New{StreetID: a.StreetID, Kind: "activity", SubjectID: a.ID, Name: clockName("feedback", id), Label: "单位反馈", From: s.now(), Days: n, Basis: fmt.Sprintf("反馈期限 %d 个工作日", n)}
	if a.Kind != Appraisal {
		_, err = deadline.Start(ctx, tx, clock)
	} else {
		clock.Label, clock.Basis = "整改方案", "转交评议意见后报送整改方案"
		if err = deadline.StartOn(ctx, tx, clock, due); err == nil {
			clock.Name, clock.Label, clock.Basis = clockName("rectification", id), "整改报告", "转交评议意见后报送整改报告"
			err = deadline.StartOn(ctx, tx, clock, calendar.AddDays(s.today(), late))
		}
	}
	if err != nil {
		return err
	}
	return s.tellUnit(ctx, tx, a, unit, "请研究处理并反馈")
}

func clockName(what string, id int64) string { return what + "-" + itoa(id) }

// Answer is what a unit says to what it was sent.
type Answer struct {
	ID    int64  // of the forwarding; 0: the one of the actor's unit
	Text  string // the feedback, or what was put right
	Who   string // of an answer on paper: who signed it
	Files []file.Upload
}

// Feed answers for the actor's unit, once; of an appraisal this is its plan of
// rectification. It needs AnswerActivity and complains about the fields text and files.
func (s *Store) Feed(ctx context.Context, actor access.Actor, step Step, x Answer) error {
	return s.answer(ctx, actor, "feedback", step, x)
}

// Rectify reports for the appraised unit what it has put right, after its plan.
func (s *Store) Rectify(ctx context.Context, actor access.Actor, step Step, x Answer) error {
	return s.answer(ctx, actor, "rectification", step, x)
}

// EnterFeedback enters the answer of a unit that came on paper.
func (s *Store) EnterFeedback(ctx context.Context, actor access.Actor, step Step, x Answer) error {
	return s.answer(ctx, actor, "paper-feedback", step, x)
}

// EnterRectification enters the report of a unit that came on paper.
func (s *Store) EnterRectification(ctx context.Context, actor access.Actor, step Step, x Answer) error {
	return s.answer(ctx, actor, "paper-rectification", step, x)
}

// sent is what one unit was sent, held until the move commits.
type sent struct {
	ID       int64
	UnitID   int64
	Unit     string
	Answered bool
	Rectify  bool // a report of rectification is asked for
	Rectified,
	Waived bool
}

// speech is an activity as its units see it, who cannot hold it.
func speech(ctx context.Context, tx db.Tx, id int64) (a locked, err error) {
	return a, db.Do(ctx, tx, db.One(&a, `
		SELECT id, street_id, kind, title, place, state, version, 0 AS group_id, 0 AS gathering_id, supervises, subject, coalesce(unit_id, 0) AS unit_id, 0 AS act_id, 0 AS plan_item_id, concentrated,
		       held_on, starts_at, ends_at, forwarded_on
		FROM activities
		WHERE id = @id`, db.Args{"id": id}))
}

// answer records what a unit says. Units answer each for themselves, so no version is
// asked for: the row of the unit is held, and answered once.
func (s *Store) answer(ctx context.Context, actor access.Actor, name string, step Step, x Answer) (err error) {
	defer fault.Wrap(&err, "%s of activity %d", name, step.ID)
	if !actor.May(Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	what, paper := strings.TrimPrefix(name, "paper-"), strings.HasPrefix(name, "paper-")
	if err := written("text", map[string]string{"feedback": "反馈内容", "rectification": "整改情况"}[what], x.Text, MaxText); err != nil {
		return err
	}
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", x.Files); err != nil {
		return err
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		a, err := speech(ctx, tx, step.ID)
		if err != nil {
			return err
		}
		if !Procedure.Allows(name, a.State) {
			return tooLate(a.State, name)
		}
		f, err := s.held(ctx, tx, actor, a, x.ID, paper)
		if err != nil {
			return err
		}
		if err := f.admits(what); err != nil {
			return err
		}
		args := db.Args{"street": a.StreetID, "id": f.ID, "text": x.Text, "now": s.now(), "how": "portal", "who": actor.Name}
		if paper {
			args["how"], args["who"] = "paper", x.Who
		}
		_, err = db.Exec(ctx, tx, speak[what], args)
		if err != nil {
			return complaint(err)
		}
		if err := deadline.EndNamed(ctx, tx, a.StreetID, "activity", a.ID, clockName(what, f.ID), s.now()); err != nil {
			return err
		}
		if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: a.StreetID, Kind: "activity_forwarding", ID: f.ID}, "files", x.Files); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, a, f.Unit+"已"+Procedure.Move(what).Label, access.Staff); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, a, name, done{title: Procedure.Move(name).Label + "：" + f.Unit, detail: map[string]any{"forwarding": f.ID}})
	})
}

var speak = map[string]string{
	"feedback": `
		UPDATE activity_forwardings
		SET answer = @text, answered_at = @now, answered_how = @how, answerer = @who
		WHERE street_id = @street AND id = @id`,
	"rectification": `
		UPDATE activity_forwardings
		SET rectification = @text, rectified_at = @now, rectified_how = @how, rectifier = @who
		WHERE street_id = @street AND id = @id`,
}

// held holds what a unit was sent: with id, or what the actor's own unit was.
func (s *Store) held(ctx context.Context, tx db.Tx, actor access.Actor, a locked, id int64, paper bool) (f sent, err error) {
	unit := actor.UnitID
	if paper {
		unit = 0
	} else {
		id = 0
	}
	err = db.Do(ctx, tx, db.One(&f, `
		SELECT f.id, f.unit_id, u.name AS unit, f.answered_at IS NOT NULL AS answered, f.rectify_by IS NOT NULL AS rectify, f.rectified_at IS NOT NULL AS rectified, f.waived_at IS NOT NULL AS waived
		FROM activity_forwardings f
		JOIN units u ON u.street_id = f.street_id AND u.id = f.unit_id
		WHERE f.street_id = @street AND f.activity_id = @activity AND (f.id = @id OR f.unit_id = @unit)
		FOR UPDATE OF f`, db.Args{"street": a.StreetID, "activity": a.ID, "id": id, "unit": unit}))
	if errors.Is(err, fault.NotFound) {
		err = fault.Fields{{Name: "forwarding", Text: "请选择收到转交的单位"}}
	}
	return f, err
}

func (f *sent) admits(what string) error {
	text := ""
	switch {
	case f.Waived:
		text = "已经注明没有反馈，不能再登记"
	case what == "feedback" && f.Answered:
		text = "已经反馈，不能再改"
	case what == "rectification" && !f.Rectify:
		text = "这次转交不用报送整改报告"
	case what == "rectification" && !f.Answered:
		text = "先报送整改方案，再报送整改报告"
	case what == "rectification" && f.Rectified:
		text = "已经报送整改报告，不能再改"
	}
	if text != "" {
		return fault.Fields{{Name: "state", Text: text}}
	}
	return nil
}

// Waive notes why a unit does not answer, so that the activity can be archived.
func (s *Store) Waive(ctx context.Context, actor access.Actor, step Step, forwarding int64, why string) error {
	if err := reasoned("why", "没有反馈的理由", why); err != nil {
		return err
	}
	return s.move(ctx, actor, "waiver", step, func(tx db.Tx, a locked) (done, error) {
		f, err := s.held(ctx, tx, actor, a, forwarding, true)
		switch {
		case err != nil:
			return done{}, err
		case f.Waived, f.Answered && (!f.Rectify || f.Rectified):
			return done{}, fault.Fields{{Name: "forwarding", Text: f.Unit + "不再欠反馈"}}
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE activity_forwardings
			SET waived_why = @why, waived_at = @now
			WHERE street_id = @street AND id = @id`, db.Args{"why": why, "now": s.now(), "street": a.StreetID, "id": f.ID})
		for _, clock := range []string{"feedback", "rectification"} {
			if err == nil {
				err = deadline.EndNamed(ctx, tx, a.StreetID, "activity", a.ID, clockName(clock, f.ID), s.now())
			}
		}
		return done{title: "注明没有反馈：" + f.Unit, reason: why}, err
	})
}

// Archive ends an activity: every unit has answered or it is noted why not. What
// units ought to get and did not is archived with the reason why it was not forwarded.
// Who was there can still be corrected, until the quarter is settled (ADR 0083).
func (s *Store) Archive(ctx context.Context, actor access.Actor, step Step, unforwarded string) error {
	if len([]rune(unforwarded)) > MaxReason {
		return fault.Fields{{Name: "unforwarded_why", Text: fmt.Sprintf("理由不能超过 %d 个字", MaxReason)}}
	}
	return s.move(ctx, actor, "archive", step, func(tx db.Tx, a locked) (done, error) {
		if err := s.unrated(ctx, tx, a); err != nil {
			return done{}, err
		}
		if a.ForwardedOn != nil {
			unforwarded = ""
		}
		err := s.set(ctx, tx, a, `state = 'archived', archived_on = @today, unforwarded_why = @why`, db.Args{"today": s.today(), "why": unforwarded})
		return done{title: "归档", reason: unforwarded}, err
	})
}

// State lays down what the appraised unit says of its work before the appraisal. A
// unit does for itself; the office enters what came on paper, with who signed it.
func (s *Store) State(ctx context.Context, actor access.Actor, step Step, text, who string) (err error) {
	defer fault.Wrap(&err, "statement of activity %d", step.ID)
	name, how := "statement", "portal"
	if actor.May(access.KeepActivities) {
		name, how = "paper-statement", "paper"
	} else {
		who = actor.Name
	}
	if !actor.May(Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	if err := written("text", "单位汇报", text, MaxText); err != nil {
		return err
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		a, err := speech(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case !Procedure.Allows(name, a.State):
			return tooLate(a.State, name)
		case a.Kind != Appraisal:
			return fault.Fields{{Name: "state", Text: "只有工作评议要单位汇报"}}
		case how == "portal" && actor.UnitID != a.UnitID:
			return fault.Forbidden
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO activity_statements (street_id, activity_id, unit_id, text, how, author, at)
			VALUES (@street, @id, @unit, @text, @how, @who, @now)`,
			db.Args{"street": a.StreetID, "id": a.ID, "unit": a.UnitID, "text": text, "how": how, "who": who, "now": s.now()})
		if err != nil {
			return complaint(err)
		}
		if how == "portal" {
			if err := s.tell(ctx, tx, a, "被评议单位已报送汇报", access.Staff); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, a, name, done{title: Procedure.Move(name).Label})
	})
}
