package meeting

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/mandate"
	"portal/internal/plan"
)

// Plan is a meeting as it is planned.
type Plan struct {
	Key      string // of the form: sent twice, it makes one meeting
	Kind     string // one of Kinds; fixed once planned
	Title    string
	Place    string
	StartsAt time.Time
	EndsAt   time.Time
	ChairID  int64  // the post of who presides; 0: not yet known
	Why      string // of a change once the notice has gone out
	Urgent   string // why the notice is shorter than it should be
	Planned  plan.Link
	From     int64 // the meeting that this one is held like again: its unfinished agenda and its guests come along; 0 for none
}

// Plan plans a meeting of the actor's street, with its gathering, and returns its ID. A
// key that was used before returns what it made then. It needs KeepMeetings and
// complains about the fields kind, title, place, starts_at, ends_at, chair, plan_item and
// outside_plan.
func (s *Store) Plan(ctx context.Context, actor access.Actor, street int64, p Plan) (id int64, err error) {
	defer fault.Wrap(&err, "plan meeting")
	if !may(actor, access.KeepMeetings) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	if choice.Name(Kinds, p.Kind) == "" {
		return 0, fault.Fields{{Name: "kind", Text: "请选择会议的种类"}}
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var had []int64
		err := db.Do(ctx, tx, db.Values(&had, `SELECT id FROM meetings WHERE street_id = @street AND key = @key`, db.Args{"street": street, "key": p.Key}))
		if err != nil {
			return err
		}
		if len(had) > 0 {
			id = had[0]
			return nil
		}
		id, err = s.insert(ctx, tx, actor, street, p)
		return complaint(err)
	})
	return id, err
}

func (s *Store) insert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, p Plan) (id int64, err error) {
	if err := plan.Require(ctx, tx, street, p.Planned, calendar.On(p.StartsAt)); err != nil {
		return 0, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO meetings (street_id, kind, held_on, chair_post_id, cloned_from, plan_item_id, outside_plan_reason, creator, key, created_at, modified_at)
		VALUES (@street, @kind, @day, nullif(@chair::bigint, 0), nullif(@from::bigint, 0), nullif(@item::bigint, 0), @outside, @creator, @key, @now, @now)
		RETURNING id`,
		db.Args{
			"street": street, "kind": p.Kind, "day": calendar.On(p.StartsAt), "chair": p.ChairID, "from": p.From, "item": p.Planned.ItemID, "outside": p.Planned.Outside, "creator": actor.Name, "key": p.Key, "now": s.now(),
		})
	if err != nil {
		return 0, err
	}
	g, err := s.gatherings.Plan(ctx, tx, actor, gathering.New{
		StreetID: street, Kind: gathering.Meeting, RecordID: id, Title: p.Title, Place: p.Place, StartsAt: p.StartsAt, EndsAt: p.EndsAt,
	})
	if err != nil {
		return 0, err
	}
	_, err = db.Exec(ctx, tx, `UPDATE meetings SET gathering_id = @gathering WHERE street_id = @street AND id = @id`, db.Args{"gathering": g, "street": street, "id": id})
	if err != nil {
		return 0, err
	}
	m := &locked{ID: id, StreetID: street, Kind: p.Kind, GatheringID: g, HeldOn: calendar.On(p.StartsAt), State: Planned}
	if p.From != 0 {
		if err := s.take(ctx, tx, actor, m, p.From); err != nil {
			return 0, err
		}
	}
	return id, s.record(ctx, tx, actor, "meeting", street, id, "plan", done{title: "拟开会议：" + p.Title})
}

// take takes over what a meeting left: topics that are still to be considered, and the
// guests. A cloned meeting has its own list, rules and results.
func (s *Store) take(ctx context.Context, tx db.Tx, actor access.Actor, m *locked, from int64) error {
	var topics []int64
	var guests []gathering.Guest
	var units []int64
	args := db.Args{"street": m.StreetID, "from": from}
	err := db.Do(ctx, tx,
		db.Values(&topics, `
			SELECT t.id
			FROM meeting_items i
			JOIN meeting_topics t ON t.street_id = i.street_id AND t.id = i.topic_id AND t.state IN ('confirmed', 'postponed')
			JOIN meetings m ON m.street_id = i.street_id AND m.id = i.meeting_id AND m.kind = t.kind
			WHERE i.street_id = @street AND i.meeting_id = @from
			ORDER BY i.position, i.id
			LIMIT 50`, args),
		db.Many(&guests, `
			SELECT a.name, a.duty
			FROM attendances a
			JOIN meetings m ON m.street_id = a.street_id AND m.gathering_id = a.gathering_id
			WHERE m.street_id = @street AND m.id = @from AND NOT a.due AND a.capacity = 'guest' AND a.person_id IS NULL
			ORDER BY a.id
			LIMIT 200`, args),
		db.Values(&units, `
			SELECT a.unit_id
			FROM attendances a
			JOIN meetings m ON m.street_id = a.street_id AND m.gathering_id = a.gathering_id
			WHERE m.street_id = @street AND m.id = @from AND a.unit_id IS NOT NULL
			ORDER BY a.id
			LIMIT 200`, args))
	if err != nil {
		return err
	}
	if len(guests)+len(units) > 0 {
		if _, err := s.gatherings.Invite(ctx, tx, actor, m.GatheringID, gathering.Invitation{Units: units, Guests: guests}); err != nil {
			return err
		}
	}
	if len(topics) == 0 {
		return nil
	}
	return s.schedule(ctx, tx, actor, m, topics, "")
}

// Revise changes title, place, time, chair or place in the plan of a meeting that has
// not begun. Once the notice has gone out it needs a reason, everybody is told, and the day must keep the
// notice and the composition. It needs KeepMeetings.
func (s *Store) Revise(ctx context.Context, actor access.Actor, step Step, p Plan) (err error) {
	defer fault.Wrap(&err, "revise meeting %d", step.ID)
	if !may(actor, access.KeepMeetings) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		m, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case m.Version != step.Version:
			return fault.Stale
		case m.State != Planned && m.State != Called:
			return fault.Fields{{Name: "state", Text: "会议已经开始或者取消，不能再改安排"}}
		case m.State == Called && p.ChairID == 0:
			return fault.Fields{{Name: "chair", Text: "请选择主持人"}}
		}
		return complaint(s.revise(ctx, tx, actor, m, p))
	})
}

func (s *Store) revise(ctx context.Context, tx db.Tx, actor access.Actor, m *locked, p Plan) error {
	day := calendar.On(p.StartsAt)
	if err := plan.Require(ctx, tx, m.StreetID, p.Planned, day); err != nil {
		return err
	}
	moved := m.State == Called && !day.Equal(m.HeldOn)
	if err := s.touch(ctx, tx, m); err != nil {
		return err
	}
	// The chair is judged by the new day, so it goes first out and last in.
	_, err := db.Exec(ctx, tx, `UPDATE meetings SET urgent_why = CASE WHEN @urgent = '' THEN urgent_why ELSE @urgent END WHERE street_id = @street AND id = @id`,
		db.Args{"urgent": p.Urgent, "street": m.StreetID, "id": m.ID})
	if err != nil {
		return err
	}
	if m.State == Planned {
		if _, err := db.Exec(ctx, tx, `UPDATE meetings SET chair_post_id = NULL WHERE street_id = @street AND id = @id`, db.Args{"street": m.StreetID, "id": m.ID}); err != nil {
			return err
		}
	}
	err = s.gatherings.Reschedule(ctx, tx, actor, m.GatheringID, gathering.Change{Title: p.Title, Place: p.Place, StartsAt: p.StartsAt, EndsAt: p.EndsAt, Why: p.Why})
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE meetings
		SET chair_post_id = nullif(@chair::bigint, 0), plan_item_id = nullif(@item::bigint, 0), outside_plan_reason = @outside
		WHERE street_id = @street AND id = @id`,
		db.Args{"chair": p.ChairID, "item": p.Planned.ItemID, "outside": p.Planned.Outside, "street": m.StreetID, "id": m.ID})
	if err != nil {
		return err
	}
	m.HeldOn, m.Title = day, p.Title
	if moved {
		if err := s.moveDay(ctx, tx, actor, m); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, actor, "meeting", m.StreetID, m.ID, "revise", done{title: "修改会议安排", reason: p.Why})
}

// moveDay holds a meeting that was called to its rules on another day: the notice, who
// is due, and the authority for its supervision, which is another act there.
func (s *Store) moveDay(ctx context.Context, tx db.Tx, actor access.Actor, m *locked) error {
	var on struct {
		NoticeDays int
		UrgentWhy  string
	}
	err := db.Do(ctx, tx, db.One(&on, `SELECT notice_days, urgent_why FROM meetings WHERE street_id = @street AND id = @id`, db.Args{"street": m.StreetID, "id": m.ID}))
	if err != nil {
		return err
	}
	if calendar.DaysBetween(s.today(), m.HeldOn) < on.NoticeDays && on.UrgentWhy == "" {
		return fault.Fields{{Name: "urgent", Text: fmt.Sprintf("改期的通知也要提前 %d 天，不够的请填写紧急开会的理由", on.NoticeDays)}}
	}
	if err := s.entitle(ctx, tx, actor, m); err != nil {
		return err
	}
	if err := s.whole(ctx, tx, m); err != nil {
		return err
	}
	if err := s.callOff(ctx, tx, m, "会议改期"); err != nil {
		return err
	}
	return s.authorise(ctx, tx, actor, m)
}

// Preside lets somebody else preside over a meeting that was called and has not begun,
// for example because the chair has left the committee. It needs KeepMeetings and
// complains about chair.
func (s *Store) Preside(ctx context.Context, actor access.Actor, step Step, post int64) error {
	return s.move(ctx, actor, "chair", step, func(tx db.Tx, m *locked) (done, error) {
		if post == m.ChairPostID {
			return done{}, fault.Fields{{Name: "chair", Text: "请选择另一位主持人"}}
		}
		var name string
		err := db.Do(ctx, tx, db.Value(&name, `
			SELECT coalesce((SELECT h.name FROM posts p JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id WHERE p.street_id = @street AND p.id = @post), '')`,
			db.Args{"street": m.StreetID, "post": post}))
		if err == nil && name == "" {
			err = fault.Fields{{Name: "chair", Text: "请选择主持人"}}
		}
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `UPDATE meetings SET chair_post_id = @post WHERE street_id = @street AND id = @id`, db.Args{"post": post, "street": m.StreetID, "id": m.ID})
		return done{title: "更换主持人：" + name}, err
	})
}

// callOff calls off the acts of supervision on the agenda that were not done.
func (s *Store) callOff(ctx context.Context, tx db.Tx, m *locked, why string) error {
	var acts []int64
	err := db.Do(ctx, tx, db.Values(&acts, `
		SELECT act_id
		FROM meeting_items
		WHERE street_id = @street AND meeting_id = @id AND act_id IS NOT NULL AND outcome NOT IN ('passed', 'rejected', 'heard')
		ORDER BY act_id`, db.Args{"street": m.StreetID, "id": m.ID}))
	for _, act := range acts {
		if err == nil {
			err = mandate.CallOff(ctx, tx, m.StreetID, act, s.today(), why)
		}
	}
	return err
}

// supervised is an item of supervision on an agenda.
type supervised struct {
	ID               int64
	Title            string
	Subject, Measure string
	UnitID           int64
}

// authorise begins the acts of supervision on the agenda, each under a live matter of
// an authorisation (hard rule 2), or says what is missing.
func (s *Store) authorise(ctx context.Context, tx db.Tx, actor access.Actor, m *locked) error {
	var list []supervised
	err := db.Do(ctx, tx, db.Many(&list, `
		SELECT i.id, t.title, t.subject, t.measure, coalesce(t.unit_id, 0) AS unit_id
		FROM meeting_items i
		JOIN meeting_topics t ON t.street_id = i.street_id AND t.id = i.topic_id
		WHERE i.street_id = @street AND i.meeting_id = @id AND t.subject <> '' AND i.outcome = ''
		  AND NOT EXISTS (SELECT FROM mandate_acts a WHERE a.street_id = i.street_id AND a.id = i.act_id AND a.cancelled_on IS NULL)
		ORDER BY i.position, i.id`, db.Args{"street": m.StreetID, "id": m.ID}))
	if err != nil {
		return err
	}
	for _, i := range list {
		act, err := mandate.Require(ctx, tx, actor, mandate.Act{
			StreetID: m.StreetID, Subject: i.Subject, Measure: i.Measure, UnitID: i.UnitID, Title: i.Title, On: m.HeldOn, At: s.now(), Kind: "meeting", RecordID: m.ID,
			Key: fmt.Sprintf("meeting-%d-%d-%s", m.ID, i.ID, calendar.ISO(m.HeldOn)),
		})
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE meeting_items SET act_id = @act WHERE street_id = @street AND id = @item`, db.Args{"act": act, "street": m.StreetID, "item": i.ID})
		if err != nil {
			return err
		}
	}
	return nil
}
