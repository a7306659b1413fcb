package voter

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Step is which selection a move is about, and the version its maker was shown.
type Step struct {
	ID      int64
	Version int
}

// locked is a selection that a move holds for itself until it commits.
type locked struct {
	ID             int64
	StreetID       int64
	Kind           string
	Term           string
	TermFrom       time.Time
	TermUntil      time.Time
	PassPercent    int
	State          procedure.State
	PublicityUntil *time.Time
	MetOn          *time.Time
	Version        int
}

// done is what a move has to say for the record.
type done struct{ title, reason string }

// move runs one move of the procedure in one transaction: permission, the
// version that was shown, the state, the rules in fn, the record.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, l locked) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of selection %d", name, step.ID)
	if !may(actor, Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	return voterFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		l, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case l.Version != step.Version:
			return fault.Stale
		case !Procedure.Allows(name, l.State):
			return fault.Fields{{Name: "state", Text: fmt.Sprintf("这项推选工作现在是“%s”，不能%s", Procedure.Info(l.State).Name, Procedure.Move(name).Label)}}
		}
		d, err := fn(tx, l)
		if err != nil {
			return err
		}
		return s.done(ctx, tx, actor, l, name, d.title, d.reason)
	}))
}

func lock(ctx context.Context, tx db.Tx, id int64) (l locked, err error) {
	err = db.Do(ctx, tx, db.One(&l, `
		SELECT id, street_id, kind, term, term_from, term_until, pass_percent, state, publicity_until, met_on, version
		FROM selections
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": id}))
	return l, err
}

func (s *Store) done(ctx context.Context, tx db.Tx, actor access.Actor, l locked, name, title, reason string) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE selections
		SET version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": l.StreetID, "id": l.ID})
	if err != nil {
		return err
	}
	return s.note(ctx, tx, actor, l.StreetID, l.ID, "selection."+name, title, reason)
}

func (s *Store) to(ctx context.Context, tx db.Tx, l locked, state procedure.State) error {
	_, err := db.Exec(ctx, tx, `UPDATE selections SET state = @state WHERE street_id = @street AND id = @id`,
		db.Args{"state": string(state), "street": l.StreetID, "id": l.ID})
	return err
}

// tell sends a notice about a selection.
func (s *Store) tell(ctx context.Context, tx db.Tx, l locked, to access.Role, title string) error {
	link := fmt.Sprintf("/selections/%d", l.ID)
	if to == access.VoterRep {
		link = "/voter-representatives/own"
	}
	return notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: l.StreetID, To: to, Title: title, Link: link})
}

// complaints are what people are told where the database refuses.
var complaints = []struct{ constraint, field, text string }{
	{"selections_one_general", "term", "本街道已有一项换届推选没有结束，请先办完"},
	{"selections_term_filled", "term", "请填写届次，最多 20 个字"},
	{"voter_districts_name_once", "districts[0].name", "选区名称不能重复"},
	{"selections_need_plan", "state", "请先填好选区和名额"},
	{"selections_need_vetting", "state", "还有人选没有登记联审结果"},
	{"selections_objections_decided", "state", "还有异议没有处理"},
	{"selections_need_meetings", "state", "还有选区没有登记推选结果"},
	{"selections_as_voted", "state", "当选人和得票不一致，请重新登记推选结果"},
	{"selection_districts_after_publicity", "held_on", "推选会议要在公示期满以后"},
	{"selection_districts_present", "present", "到会人数要超过应到的一半，也不能比应到多"},
	{"selection_candidates_person_once", "name", "这个人已经是本次推选的人选"},
	{"selection_candidates_of_age", "age", "未满 18 周岁，或者没有登记出生年份，不能通过"},
	{"selections_met_after_publicity", "met_on", "主任会议要在公示期满以后"},
	{"selections_met_quorum", "met_present", "到会人数没有超过全体组成人员的一半，会议不能作出决定"},
	{"selections_met_majority", "met_for", "赞成人数没有超过全体组成人员的一半，没有通过，不能确认"},
	{"only_presiding", "chair", committee.NotPresiding},
	{"only_in_post", "state", "签发的人当天没有担任本街道工委职务"},
	{"voter_representatives_person_once", "state", "有当选人已经是在任的选民代表，一个人不能同时占两个名额"},
	{"voter_representatives_seat_once", "state", "选区的名额已经满了"},
	{"voter_representatives_confirmed", "state", "选区的名额已经满了"},
	{"voter_representatives_ended_after_start", "on", "日期不能早于任职日期"},
}

func voterFault(err error) error {
	for _, c := range complaints {
		if db.Violates(err, c.constraint) {
			return fault.Fields{{Name: c.field, Text: c.text}}
		}
	}
	return err
}

// end moves a selection to one of its ends.
func (s *Store) end(ctx context.Context, tx db.Tx, l locked, state procedure.State, why string) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE selections
		SET state = @state, ended_on = @today::date, stopped_why = @why
		WHERE street_id = @street AND id = @id`,
		db.Args{"state": string(state), "today": calendar.On(s.now()), "why": why, "street": l.StreetID, "id": l.ID})
	return err
}
