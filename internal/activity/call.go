package activity

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/mandate"
	"portal/internal/plan"
)

// Submit sends an activity for approval. Where it is an act of supervision that act
// begins here, in the same transaction: without a live authorisation that covers
// subject, measure, unit and day it is refused with *mandate.Uncovered (hard rule 2).
func (s *Store) Submit(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "submission", step, func(tx db.Tx, a locked) (done, error) {
		if a.HeldOn.Before(s.today()) {
			return done{}, fault.Fields{{Name: "state", Text: "活动日期已过，请先修改日期"}}
		}
		act, err := s.cover(ctx, tx, actor, a)
		if err != nil {
			return done{}, err
		}
		if err := s.set(ctx, tx, a, `state = 'approval', act_id = nullif(@act::bigint, 0), returned_why = ''`, db.Args{"act": act}); err != nil {
			return done{}, err
		}
		return done{title: "送审"}, s.tell(ctx, tx, a, "请审批活动", access.Director, access.DeputyDirector)
	})
}

// cover begins the act of supervision of an activity, and returns its ID; 0 where the
// activity is none.
func (s *Store) cover(ctx context.Context, tx db.Tx, actor access.Actor, a locked) (int64, error) {
	if !a.Supervises {
		return 0, nil
	}
	return mandate.Require(ctx, tx, actor, mandate.Act{
		StreetID: a.StreetID, Subject: a.Subject, Measure: measure(a.Kind), UnitID: a.UnitID, Title: a.Title, On: a.HeldOn, At: s.now(),
		Kind: "activity", RecordID: a.ID, Key: fmt.Sprintf("activity-%d-%d", a.ID, a.Version),
	})
}

// Approve lets an activity go ahead. Director or deputy director, in post and in
// person.
func (s *Store) Approve(ctx context.Context, actor access.Actor, step Step, note string) error {
	return s.move(ctx, actor, "approval", step, func(tx db.Tx, a locked) (done, error) {
		post, err := committee.ActingPost(ctx, tx, actor, a.StreetID, s.today())
		if err != nil {
			return done{}, err
		}
		if err := s.set(ctx, tx, a, `state = 'approved', approver_post_id = @post, approved_on = @today`, db.Args{"post": post, "today": s.today()}); err != nil {
			return done{}, err
		}
		return done{title: "同意开展", reason: note}, s.tell(ctx, tx, a, "活动已同意开展，请发通知", access.Staff)
	})
}

// SendBack sends an activity back to be revised; its act of supervision is called off.
func (s *Store) SendBack(ctx context.Context, actor access.Actor, step Step, why string) error {
	if err := reasoned("reason", "要改什么", why); err != nil {
		return err
	}
	return s.move(ctx, actor, "revision", step, func(tx db.Tx, a locked) (done, error) {
		if err := s.set(ctx, tx, a, `state = 'draft', act_id = NULL, returned_why = @why`, db.Args{"why": why}); err != nil {
			return done{}, err
		}
		if err := s.callOff(ctx, tx, a, "退回修改"); err != nil {
			return done{}, err
		}
		return done{title: "退回修改", reason: why}, s.tell(ctx, tx, a, "活动退回修改", access.Staff)
	})
}

func (s *Store) callOff(ctx context.Context, tx db.Tx, a locked, why string) error {
	if a.ActID == 0 {
		return nil
	}
	return mandate.CallOff(ctx, tx, a.StreetID, a.ActID, s.today(), why)
}

// Notify sends the notice, early enough: three days ahead, a concentrated inspection
// ten (settings). The list is frozen.
func (s *Store) Notify(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "notice", step, func(tx db.Tx, a locked) (done, error) {
		if err := s.early(ctx, tx, a, a.HeldOn, "state"); err != nil {
			return done{}, err
		}
		if err := s.gatherings.Call(ctx, tx, actor, a.GatheringID); err != nil {
			return done{}, err
		}
		return done{title: "发通知"}, s.set(ctx, tx, a, `state = 'notified', notified_on = @today`, db.Args{"today": s.today()})
	})
}

// early complains at field where today is too late for a notice of that day.
func (s *Store) early(ctx context.Context, tx db.Tx, a locked, on time.Time, field string) error {
	limit, what := noticeDays, "活动"
	if a.Concentrated {
		limit, what = inspectDays, "集中视察"
	}
	n, err := limit.In(ctx, tx, a.StreetID)
	if err == nil && calendar.DaysBetween(s.today(), on) < n {
		err = fault.Fields{{Name: field, Text: fmt.Sprintf("%s要提前 %d 天通知，日期最早是%s，请先改期", what, n, calendar.Date(calendar.AddDays(s.today(), n)))}}
	}
	return err
}

// Change is another time or place of an activity.
type Change struct {
	Place    string
	StartsAt time.Time
	EndsAt   time.Time
	Why      string
}

// Reschedule gives an activity that is approved another time or place, with a
// reason; who was told is told. An act of supervision on another day is another act:
// the old one is called off, and without a live authorisation for the new day all
// stays as it was.
func (s *Store) Reschedule(ctx context.Context, actor access.Actor, step Step, c Change) error {
	if err := reasoned("why", "改期的理由", c.Why); err != nil {
		return err
	}
	return s.move(ctx, actor, "rescheduling", step, func(tx db.Tx, a locked) (done, error) {
		day := calendar.On(c.StartsAt)
		moved := !day.Equal(a.HeldOn)
		if c.Place == a.Place && c.StartsAt.Equal(a.StartsAt) && c.EndsAt.Equal(a.EndsAt) {
			return done{}, fault.Fields{{Name: "starts_at", Text: "时间和地点都没有变"}}
		}
		if err := plan.Keeps(ctx, tx, a.StreetID, a.PlanItemID, day); err != nil {
			return done{}, err
		}
		if moved && a.State == Notified {
			if err := s.early(ctx, tx, a, day, "starts_on"); err != nil {
				return done{}, err
			}
		}
		err := s.gatherings.Reschedule(ctx, tx, actor, a.GatheringID, gathering.Change{Title: a.Title, Place: c.Place, StartsAt: c.StartsAt, EndsAt: c.EndsAt, Why: c.Why})
		if err != nil {
			return done{}, err
		}
		act := a.ActID
		if moved && a.Supervises {
			if err := s.callOff(ctx, tx, a, "改期"); err != nil {
				return done{}, err
			}
			a.HeldOn = day
			if act, err = s.cover(ctx, tx, actor, a); err != nil {
				return done{}, err
			}
		}
		err = s.set(ctx, tx, a, `place = @place, held_on = @day, starts_at = @from, ends_at = @to, act_id = nullif(@act::bigint, 0)`,
			db.Args{"place": c.Place, "day": day, "from": c.StartsAt, "to": c.EndsAt, "act": act})
		if err != nil {
			return done{}, err
		}
		if a.Kind == Week {
			if err := whole(ctx, tx, a); err != nil {
				return done{}, err
			}
		}
		return done{title: "改期：" + calendar.DateTime(c.StartsAt) + "，" + c.Place, reason: c.Why}, nil
	})
}

// whole complains where parts of a week would lie outside it.
func whole(ctx context.Context, tx db.Tx, a locked) error {
	var out int
	err := db.Do(ctx, tx, db.Value(&out, `
		SELECT count(*)
		FROM activities x
		JOIN activities w ON w.street_id = x.street_id AND w.id = x.parent_id
		WHERE w.street_id = @street AND w.id = @id AND x.state <> 'cancelled'
		  AND x.held_on NOT BETWEEN w.held_on AND (w.ends_at AT TIME ZONE 'Asia/Shanghai')::date`, db.Args{"street": a.StreetID, "id": a.ID}))
	if err == nil && out > 0 {
		err = fault.Fields{{Name: "starts_on", Text: fmt.Sprintf("活动周里还有 %d 次活动不在新的日期以内，请先改它们的日期", out)}}
	}
	return err
}

// Open opens the door on the day: people check in.
func (s *Store) Open(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "opening", step, func(tx db.Tx, a locked) (done, error) {
		if err := s.gatherings.Open(ctx, tx, actor, a.GatheringID); err != nil {
			return done{}, err
		}
		return done{title: "开始签到"}, s.set(ctx, tx, a, `state = 'open'`, db.Args{})
	})
}

// Close ends the activity: who has neither come nor leave is absent, and the act of
// supervision has taken place. Somebody must have come.
func (s *Store) Close(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "closure", step, func(tx db.Tx, a locked) (done, error) {
		if err := s.gatherings.Close(ctx, tx, actor, a.GatheringID); err != nil {
			return done{}, err
		}
		if err := s.unrated(ctx, tx, a); err != nil {
			return done{}, err
		}
		c, err := gathering.Counted(ctx, tx, a.GatheringID)
		if err == nil && c.Arrived() == 0 {
			err = fault.Fields{{Name: "state", Text: "还没有人签到，不能结束；没有开展的请取消活动"}}
		}
		if err != nil {
			return done{}, err
		}
		if a.Supervises {
			if err := mandate.Finish(ctx, tx, a.StreetID, a.ActID, s.lastDay(a)); err != nil {
				return done{}, err
			}
		}
		return done{title: fmt.Sprintf("结束活动，应到 %d 人，实到 %d 人", c.Due, c.Present)}, s.set(ctx, tx, a, `state = 'held'`, db.Args{})
	})
}

// lastDay is the last day of an activity that has ended, today at the latest.
func (s *Store) lastDay(a locked) time.Time {
	if last := calendar.On(a.EndsAt); last.Before(s.today()) {
		return last
	}
	return s.today()
}

// Cancel gives an activity up that has not taken place, with a reason, and tells who
// was called. Its act of supervision is called off.
func (s *Store) Cancel(ctx context.Context, actor access.Actor, step Step, why string) error {
	if err := reasoned("why", "取消的理由", why); err != nil {
		return err
	}
	return s.move(ctx, actor, "cancellation", step, func(tx db.Tx, a locked) (done, error) {
		if err := s.unrated(ctx, tx, a); err != nil {
			return done{}, err
		}
		if err := s.gatherings.Cancel(ctx, tx, actor, a.GatheringID, why); err != nil {
			return done{}, err
		}
		if err := s.callOff(ctx, tx, a, "活动取消："+why); err != nil {
			return done{}, err
		}
		return done{title: "取消活动", reason: why}, s.set(ctx, tx, a, `state = 'cancelled', cancelled_why = @why`, db.Args{"why": why})
	})
}
