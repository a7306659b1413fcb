package plan

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
)

// Meeting is what the street's directors' meeting decided.
type Meeting struct {
	MetOn   time.Time
	ChairID int64 // the post of who presided
	Present int
	For     int
	Verdict string // one of Verdicts, or, about changes, of Changed
	Note    string // what to change, or why not; needed unless passed
}

// check is the rule of the meeting: more than half of all members present, more than
// half of all in favour (domain.md §3 d, default).
func (m *Meeting) check(due int, today time.Time, verdicts []choice.Term) error {
	var bad fault.Fields
	switch {
	case m.MetOn.After(today):
		bad.Add("met_on", "会议日期不能晚于今天")
	case due == 0:
		bad.Add("met_on", "当天没有在任的工委组成人员，不能召开主任会议")
	case m.Present > due:
		bad.Add("present", fmt.Sprintf("实到不能多于应到的 %d 人", due))
	case m.Present*2 <= due:
		bad.Add("present", fmt.Sprintf("应到 %d 人，过半数出席才能开会，至少 %d 人", due, due/2+1))
	case m.For > m.Present:
		bad.Add("for", "赞成不能多于实到人数")
	case m.Verdict == "passed" && m.For*2 <= due:
		bad.Add("for", fmt.Sprintf("全体组成人员 %d 人，通过至少要 %d 人赞成", due, due/2+1))
	}
	if choice.Name(verdicts, m.Verdict) == "" {
		bad.Add("verdict", "请选择审议结果")
	} else if m.Verdict != "passed" && m.Note == "" {
		bad.Add("note", "请写明修改意见或者理由")
	}
	return bad.Err()
}

// keep writes the decision down and returns its ID and what to say of it.
func (s *Store) keep(ctx context.Context, tx db.Tx, p locked, about string, m Meeting, verdicts []choice.Term) (id int64, d done, err error) {
	due, err := committee.MembersOn(ctx, tx, p.StreetID, m.MetOn)
	if err == nil {
		err = m.check(due, s.today(), verdicts)
	}
	if err != nil {
		return 0, d, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO plan_decisions (street_id, plan_id, about, met_on, chair_post_id, met_due, met_present, met_for, verdict, note, created_at)
		VALUES (@street, @plan, @about, @on, @chair, @due, @present, @for, @verdict, @note, @now)
		RETURNING id`, db.Args{
		"street": p.StreetID, "plan": p.ID, "about": about, "on": m.MetOn, "chair": m.ChairID, "due": due, "present": m.Present, "for": m.For,
		"verdict": m.Verdict, "note": m.Note, "now": s.now(),
	})
	return id, done{
		title: fmt.Sprintf("%s（应到 %d 人，实到 %d 人，赞成 %d 人）", choice.Name(verdicts, m.Verdict), due, m.Present, m.For), reason: m.Note,
	}, err
}

// Deliberate keeps the decision of the directors' meeting on the plan.
func (s *Store) Deliberate(ctx context.Context, actor access.Actor, step Step, m Meeting) error {
	err := s.move(ctx, actor, "deliberation", step, func(tx db.Tx, p locked) (done, error) {
		var sent time.Time
		err := db.Do(ctx, tx, db.Value(&sent, `SELECT consulted_on FROM plans WHERE street_id = @street AND id = @id`, db.Args{"street": p.StreetID, "id": p.ID}))
		if err == nil && m.MetOn.Before(sent) {
			err = fault.Fields{{Name: "met_on", Text: "会议不能早于征求党工委意见"}}
		}
		if err != nil {
			return done{}, err
		}
		_, d, err := s.keep(ctx, tx, p, "plan", m, Verdicts)
		if err != nil {
			return done{}, err
		}
		d.title = "工委主任会议审议：" + d.title
		if m.Verdict != "passed" {
			if err := s.to(ctx, tx, p, Revising, "", nil); err != nil {
				return done{}, err
			}
			return d, s.tell(ctx, tx, p, "主任会议要求修改后再议", access.Staff)
		}
		if err := s.to(ctx, tx, p, Passed, "passed_on = @on", db.Args{"on": m.MetOn}); err != nil {
			return done{}, err
		}
		return d, s.tell(ctx, tx, p, "主任会议通过，待报备", access.Staff)
	})
	return committee.PostFault(err, "chair")
}
