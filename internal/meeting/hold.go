package meeting

import (
	"context"
	"fmt"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
)

// teams are whom a kind of meeting calls with a vote.
var teams = map[string]string{Directors: "member", Representatives: "voter"}

// Notify sends the notice: everybody who belongs to the meeting on its day is called
// with a vote, the rules are frozen, and each topic of supervision begins as an act
// under a live authorisation. Sent later than the rule's days before, it needs a reason.
// It needs KeepMeetings.
func (s *Store) Notify(ctx context.Context, actor access.Actor, step Step, urgent string) error {
	return s.move(ctx, actor, "notice", step, func(tx db.Tx, m *locked) (done, error) {
		r, err := rules(ctx, tx, m.Kind, m.StreetID)
		switch {
		case err != nil:
			return done{}, err
		case m.ChairPostID == 0:
			return done{}, fault.Fields{{Name: "state", Text: "请先在“修改安排”里选择主持人"}}
		case m.HeldOn.Before(s.today()):
			return done{}, fault.Fields{{Name: "state", Text: "开会的日期已经过了，请先改期"}}
		case calendar.DaysBetween(s.today(), m.HeldOn) < r.NoticeDays && urgent == "":
			return done{}, fault.Fields{{Name: "urgent", Text: fmt.Sprintf("通知要提前 %d 天，不够的请填写紧急开会的理由，或者改期", r.NoticeDays)}}
		}
		if _, err := s.gatherings.Invite(ctx, tx, actor, m.GatheringID, gathering.Invitation{Teams: []string{teams[m.Kind]}, Due: true}); err != nil {
			return done{}, err
		}
		if m.Kind == Representatives { // the committee calls and presides
			if _, err := s.gatherings.Invite(ctx, tx, actor, m.GatheringID, gathering.Invitation{Teams: []string{"member"}}); err != nil {
				return done{}, err
			}
		}
		if err := s.whole(ctx, tx, m); err != nil {
			return done{}, err
		}
		if err := s.authorise(ctx, tx, actor, m); err != nil {
			return done{}, err
		}
		if err := s.gatherings.Call(ctx, tx, actor, m.GatheringID); err != nil {
			return done{}, err
		}
		return done{title: "发会议通知", reason: urgent}, s.to(ctx, tx, m, Called, `,
			called_on = @today, urgent_why = @urgent, notice_days = @notice, quorum_num = @quorum_num, quorum_den = @quorum_den,
			pass_base = @pass_base, pass_num = @pass_num, pass_den = @pass_den, chair_rule = @chair_rule`,
			db.Args{
				"today": s.today(), "urgent": urgent, "notice": r.NoticeDays, "quorum_num": r.QuorumNum, "quorum_den": r.QuorumDen,
				"pass_base": r.PassBase, "pass_num": r.PassNum, "pass_den": r.PassDen, "chair_rule": r.ChairRule,
			})
	})
}

// whole complains by name where those due are not exactly the members of the day.
func (s *Store) whole(ctx context.Context, tx db.Tx, m *locked) error {
	var wrong []struct {
		Name string
		Here bool
	}
	err := db.Do(ctx, tx, db.Many(&wrong, `
		WITH members AS (SELECT person_id AS id FROM (`+gathering.TeamOn(teams[m.Kind])+`) AS x),
		     listed AS (SELECT DISTINCT coalesce(h.merged_into, h.id) AS id
		                FROM attendances a JOIN people h ON h.street_id = a.person_street_id AND h.id = a.person_id
		                WHERE a.street_id = @street AND a.gathering_id = @gathering AND a.due)
		SELECT h.name, l.id IS NOT NULL AS here
		FROM members m
		FULL JOIN listed l ON l.id = m.id
		JOIN people h ON h.street_id = @street AND h.id = coalesce(m.id, l.id)
		WHERE m.id IS NULL OR l.id IS NULL
		ORDER BY h.id
		LIMIT 20`, db.Args{"street": m.StreetID, "day": m.HeldOn, "gathering": m.GatheringID}))
	if err != nil {
		return err
	}
	var missing, over []string
	for _, w := range wrong {
		if w.Here {
			over = append(over, w.Name)
		} else {
			missing = append(missing, w.Name)
		}
	}
	var text []string
	if len(missing) > 0 {
		text = append(text, "当天在任而没有列为应到的："+strings.Join(missing, "、"))
	}
	if len(over) > 0 {
		text = append(text, "列为应到而当天不在任的："+strings.Join(over, "、"))
	}
	if text != nil {
		return fault.Fields{{Name: "state", Text: strings.Join(text, "；") + "。请在“名单和签到”里改正：缺的补充通知，不在任的移出"}}
	}
	var n int
	err = db.Do(ctx, tx, db.Value(&n, `SELECT count(*) FROM attendances WHERE street_id = @street AND gathering_id = @gathering AND due`, db.Args{"street": m.StreetID, "gathering": m.GatheringID}))
	if err == nil && n == 0 {
		err = fault.Fields{{Name: "state", Text: "当天没有在任的成员，不能开会"}}
	}
	return err
}

// entitle leaves those due who are members on the day of the meeting (domain.md §3 d, h):
// whoever left the committee after the notice neither votes nor enters a base. Once the
// meeting sits the list stays as it is.
func (s *Store) entitle(ctx context.Context, tx db.Tx, actor access.Actor, m *locked) error {
	var members []int64
	err := db.Do(ctx, tx, db.Values(&members, `SELECT person_id FROM (`+gathering.TeamOn(teams[m.Kind])+`) AS x`, db.Args{"street": m.StreetID, "day": m.HeldOn}))
	if err != nil {
		return err
	}
	return s.gatherings.Entitle(ctx, tx, actor, m.GatheringID, members)
}

// Open opens the door on the day. It needs KeepMeetings.
func (s *Store) Open(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "opening", step, func(tx db.Tx, m *locked) (done, error) {
		if err := s.entitle(ctx, tx, actor, m); err != nil {
			return done{}, err
		}
		if err := s.gatherings.Open(ctx, tx, actor, m.GatheringID); err != nil {
			return done{}, err
		}
		return done{title: "开始签到"}, s.to(ctx, tx, m, Opened, "", nil)
	})
}

// presence is who is due and there at a moment.
type presence struct {
	Due, Present int
	At           time.Time
}

// there holds the gathering, so that nobody comes or leaves meanwhile, and counts. The
// moment is the meeting's modified_at, by which the database counts again.
func (s *Store) there(ctx context.Context, tx db.Tx, m *locked) (p presence, err error) {
	if _, err = gathering.Hold(ctx, tx, m.GatheringID); err != nil {
		return p, err
	}
	now := s.now()
	return p, db.Do(ctx, tx, db.One(&p, `
		WITH held AS (UPDATE meetings SET modified_at = @now WHERE street_id = @street AND id = @id)
		SELECT due, present, @now::timestamptz AS at
		FROM app.meeting_present(@street, @gathering, @now)`, db.Args{"now": now, "street": m.StreetID, "id": m.ID, "gathering": m.GatheringID}))
}

// gathered is there for a meeting that has not begun, of the members of the day.
func (s *Store) gathered(ctx context.Context, tx db.Tx, actor access.Actor, m *locked) (p presence, err error) {
	if m.State == Opened {
		if err := s.entitle(ctx, tx, actor, m); err != nil {
			return p, err
		}
	}
	return s.there(ctx, tx, m)
}

// Begin begins the meeting: the quorum is there, who presides is there, and more than
// half of those present adopt the agenda. What earlier meetings decided and is not done
// yet stands on it, as it is now. It needs KeepMeetings and complains about agenda.
func (s *Store) Begin(ctx context.Context, actor access.Actor, step Step, agenda int) error {
	return s.move(ctx, actor, "beginning", step, func(tx db.Tx, m *locked) (done, error) {
		p, err := s.gathered(ctx, tx, actor, m)
		if err != nil {
			return done{}, err
		}
		if agenda > p.Present {
			return done{}, fault.Fields{{Name: "agenda", Text: fmt.Sprintf("到会的只有 %d 人", p.Present)}}
		}
		if err := s.whole(ctx, tx, m); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, m, Sitting, `, began_at = @now, agenda_for = @agenda, agenda_present = @present`, db.Args{"now": p.At, "agenda": agenda, "present": p.Present}); err != nil {
			return done{}, err
		}
		return done{title: fmt.Sprintf("宣布开会，应到 %d 人，实到 %d 人，同意议程 %d 人", p.Due, p.Present, agenda)}, s.carry(ctx, tx, m)
	})
}

// carry freezes what is still to be done as the meeting begins.
func (s *Store) carry(ctx context.Context, tx db.Tx, m *locked) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO meeting_carried (street_id, meeting_id, task_id, state, due_on, progress)
		SELECT k.street_id, @id, k.id, k.state, k.due_on, k.progress
		FROM meeting_tasks k
		JOIN meetings x ON x.street_id = k.street_id AND x.id = k.meeting_id
		WHERE k.street_id = @street AND k.state IN ('waiting', 'doing') AND x.kind = @kind AND x.id <> @id AND x.held_on <= @on::date`,
		db.Args{"street": m.StreetID, "id": m.ID, "kind": m.Kind, "on": m.HeldOn})
	return err
}

// TurnToTalk makes a discussion (座谈会) of a meeting without a quorum: nothing is
// decided there. It needs KeepMeetings.
func (s *Store) TurnToTalk(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "talk", step, func(tx db.Tx, m *locked) (done, error) {
		p, err := s.gathered(ctx, tx, actor, m)
		if err != nil {
			return done{}, err
		}
		return done{title: fmt.Sprintf("转为座谈会，应到 %d 人，实到 %d 人", p.Due, p.Present), reason: why}, s.to(ctx, tx, m, Talk, `, talk = true, outcome_why = @why`, db.Args{"why": why})
	})
}

// Fail gives a meeting up for want of a quorum (流会); its topics wait for another. It
// needs KeepMeetings.
func (s *Store) Fail(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "failure", step, func(tx db.Tx, m *locked) (done, error) {
		p, err := s.gathered(ctx, tx, actor, m)
		if err != nil {
			return done{}, err
		}
		// The quorum is judged before the door closes: then nobody's presence changes.
		if err := s.gatherings.Close(ctx, tx, actor, m.GatheringID); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, m, Failed, `, outcome_why = @why, ended_at = @now`, db.Args{"why": why, "now": s.now()}); err != nil {
			return done{}, err
		}
		if err := s.release(ctx, tx, m, "流会"); err != nil {
			return done{}, err
		}
		return done{title: fmt.Sprintf("流会，应到 %d 人，实到 %d 人", p.Due, p.Present), reason: why}, nil
	})
}

// release lets the topics of a meeting that is not held wait for another, and calls
// its acts of supervision off.
func (s *Store) release(ctx context.Context, tx db.Tx, m *locked, why string) error {
	if err := s.callOff(ctx, tx, m, why); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `
		UPDATE meeting_topics
		SET state = 'confirmed', version = version + 1, modified_at = @now
		WHERE street_id = @street AND state = 'scheduled'
		  AND id IN (SELECT topic_id FROM meeting_items WHERE street_id = @street AND meeting_id = @id AND outcome = '')`,
		db.Args{"now": s.now(), "street": m.StreetID, "id": m.ID})
	return err
}

// Cancel gives up a meeting that has not begun. It needs KeepMeetings.
func (s *Store) Cancel(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "cancellation", step, func(tx db.Tx, m *locked) (done, error) {
		if err := s.gatherings.Cancel(ctx, tx, actor, m.GatheringID, why); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, m, Cancelled, `, outcome_why = @why`, db.Args{"why": why}); err != nil {
			return done{}, err
		}
		return done{title: "取消会议", reason: why}, s.release(ctx, tx, m, "会议取消")
	})
}

// End ends a meeting whose every item has an outcome. It needs KeepMeetings.
func (s *Store) End(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "closing", step, func(tx db.Tx, m *locked) (done, error) {
		if err := s.gatherings.Close(ctx, tx, actor, m.GatheringID); err != nil {
			return done{}, err
		}
		return done{title: "散会"}, s.to(ctx, tx, m, Ended, `, ended_at = @now`, db.Args{"now": s.now()})
	})
}

// Hand adds papers to a meeting. It needs KeepMeetings and complains about files.
func (s *Store) Hand(ctx context.Context, actor access.Actor, step Step, uploads ...file.Upload) error {
	if len(uploads) == 0 {
		return fault.Fields{{Name: "files", Text: "请选择文件"}}
	}
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", uploads); err != nil {
		return err
	}
	return s.move(ctx, actor, "papers", step, func(tx db.Tx, m *locked) (done, error) {
		return done{title: "上传会议材料"}, s.files.Attach(ctx, tx, actor, file.Owner{StreetID: m.StreetID, Kind: "meeting", ID: m.ID}, "files", uploads)
	})
}

// Remote records that somebody takes part from elsewhere, and by what. They still
// check in; the papers say so (domain.md §3 d). It needs KeepMeetings.
func (s *Store) Remote(ctx context.Context, actor access.Actor, step Step, who int64, how string) error {
	return s.move(ctx, actor, "remote", step, func(tx db.Tx, m *locked) (done, error) {
		name, err := seatName(ctx, tx, m, who)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO meeting_remotes (street_id, meeting_id, attendance_id, how) VALUES (@street, @id, @who, @how)`,
			db.Args{"street": m.StreetID, "id": m.ID, "who": who, "how": how})
		return done{title: "远程参会：" + name + "，" + how}, err
	})
}

// seatName is the name of somebody on the list of a meeting.
func seatName(ctx context.Context, tx db.Tx, m *locked, who int64) (name string, err error) {
	err = db.Do(ctx, tx, db.Value(&name, `
		SELECT coalesce((SELECT name FROM attendances WHERE street_id = @street AND gathering_id = @gathering AND id = @who), '')`,
		db.Args{"street": m.StreetID, "gathering": m.GatheringID, "who": who}))
	if err == nil && name == "" {
		err = fault.Fields{{Name: "who", Text: "请选择名单上的人"}}
	}
	return name, err
}

// Recuse records that somebody does not vote on an item (回避). The base stays as it is
// (domain.md §3 d, default). It needs KeepMeetings.
func (s *Store) Recuse(ctx context.Context, actor access.Actor, step Step, item, who int64, why string) error {
	return s.move(ctx, actor, "recusal", step, func(tx db.Tx, m *locked) (done, error) {
		i, err := itemOf(ctx, tx, m, item)
		if err != nil {
			return done{}, err
		}
		name, err := seatName(ctx, tx, m, who)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO meeting_recusals (street_id, meeting_id, item_id, attendance_id, why)
			VALUES (@street, @id, @item, @who, @why)`, db.Args{"street": m.StreetID, "id": m.ID, "item": item, "who": who, "why": why})
		return done{title: name + "回避“" + i.Title + "”", reason: why}, err
	})
}

// KindName is the name of a kind of meeting.
func KindName(kind string) string { return choice.Name(Kinds, kind) }
