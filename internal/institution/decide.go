package institution

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Meeting is what the street's directors' meeting decided on a draft.
type Meeting struct {
	MetOn   time.Time
	ChairID int64 // the post of who presided
	Present int
	For     int
	Verdict string // one of Verdicts
	Note    string // what to change, or why not; needed unless passed
}

var verdictStates = map[string]procedure.State{"passed": Passed, "revise": Revising, "rejected": Rejected}

// Deliberate keeps the decision of the directors' meeting. Who is due is everybody
// in post on that day; more than half of them are present, and a rule passes with
// more than half of all in favour (domain.md §3 d).
func (s *Store) Deliberate(ctx context.Context, actor access.Actor, step Step, m Meeting) error {
	err := s.move(ctx, actor, "deliberation", step, func(tx db.Tx, h held) (done, error) {
		due, err := committee.MembersOn(ctx, tx, h.StreetID, m.MetOn)
		if err == nil {
			err = m.check(due, s.today())
		}
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO institution_meetings (street_id, version_id, met_on, chair_post_id, met_due, met_present, met_for, verdict, note)
			VALUES (@street, @version, @on, @chair, @due, @present, @for, @verdict, @note)`, db.Args{
			"street": h.StreetID, "version": h.VersionID, "on": m.MetOn, "chair": m.ChairID, "due": due, "present": m.Present, "for": m.For,
			"verdict": m.Verdict, "note": m.Note,
		})
		if err != nil {
			return done{}, err
		}
		set, args := "", db.Args{}
		if m.Verdict == "passed" {
			set, args = "passed_on = @on", db.Args{"on": m.MetOn}
		}
		if err := s.to(ctx, tx, h, verdictStates[m.Verdict], set, args); err != nil {
			return done{}, err
		}
		d := done{
			title:  fmt.Sprintf("工委主任会议审议：%s（应到 %d 人，实到 %d 人，赞成 %d 人）", choice.Name(Verdicts, m.Verdict), due, m.Present, m.For),
			reason: m.Note,
		}
		if m.Verdict == "passed" {
			return d, s.tell(ctx, tx, h, "主任会议通过，待签发", access.Director)
		}
		return d, s.tell(ctx, tx, h, "主任会议审议结果："+choice.Name(Verdicts, m.Verdict), access.Staff)
	})
	if db.Violates(err, "institution_meetings_street_id_chair_post_id_fkey") {
		return fault.Fields{{Name: "chair", Text: "请选择主持人"}}
	}
	return committee.PostFault(err, "chair")
}

func (m *Meeting) check(due int, today time.Time) error {
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
	if choice.Name(Verdicts, m.Verdict) == "" {
		bad.Add("verdict", "请选择审议结果")
	} else if m.Verdict != "passed" && m.Note == "" {
		bad.Add("note", "请写明修改意见或者不通过的理由")
	}
	return bad.Err()
}

// Vote is how the city's standing committee voted on its own rule.
type Vote struct {
	Session   string // 市十六届人大常委会第二十四次会议
	On        time.Time
	Members   int // all of them
	Present   int
	For       int
	Against   int
	Abstained int
	Again     bool // where it did not pass: it is revised and comes again
}

// Count keeps a vote of the standing committee. More than half of all its members
// pass a rule (ORG51); whether they did, the database works out from the counts.
func (s *Store) Count(ctx context.Context, actor access.Actor, step Step, v Vote) error {
	return s.move(ctx, actor, "vote", step, func(tx db.Tx, h held) (done, error) {
		if err := v.check(s.today()); err != nil {
			return done{}, err
		}
		var passed bool
		err := db.Do(ctx, tx, db.Value(&passed, `
			INSERT INTO institution_votes (street_id, version_id, session, voted_on, members, present, in_favour, against, abstained)
			VALUES (0, @version, @session, @on, @members, @present, @for, @against, @abstained)
			RETURNING passed`, db.Args{
			"version": h.VersionID, "session": v.Session, "on": v.On, "members": v.Members, "present": v.Present, "for": v.For,
			"against": v.Against, "abstained": v.Abstained,
		}))
		if err != nil {
			return done{}, err
		}
		state, word := Rejected, "未通过"
		set, args := "", db.Args{}
		switch {
		case passed:
			state, word, set, args = Passed, "通过", "passed_on = @on", db.Args{"on": v.On}
		case v.Again:
			state, word = Revising, "未通过，修改后再议"
		}
		return done{title: fmt.Sprintf("%s表决：%s（全体 %d 人，出席 %d 人，赞成 %d，反对 %d，弃权 %d）",
			v.Session, word, v.Members, v.Present, v.For, v.Against, v.Abstained)}, s.to(ctx, tx, h, state, set, args)
	})
}

func (v *Vote) check(today time.Time) error {
	var bad fault.Fields
	if v.On.After(today) {
		bad.Add("voted_on", "表决日期不能晚于今天")
	}
	switch {
	case v.Present > v.Members:
		bad.Add("present", "出席人数不能多于全体组成人员")
	case v.Present*2 <= v.Members:
		bad.Add("present", fmt.Sprintf("全体 %d 人，过半数出席才能开会，至少 %d 人", v.Members, v.Members/2+1))
	case v.For+v.Against+v.Abstained > v.Present:
		bad.Add("for", "赞成、反对、弃权相加不能多于出席人数")
	}
	return bad.Err()
}
