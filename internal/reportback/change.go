package reportback

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/gathering"
)

// Change is another time or place of a session.
type Change struct {
	Place    string
	StartsAt time.Time
	EndsAt   time.Time
	Why      string // needed once the notice has gone out
}

// Reschedule gives a session that has not begun another time or place. Once the notice
// has gone out it needs a reason, and as many days as the notice needs (default);
// everybody is told and answers anew, and reports that are not written are due with
// the new day. It complains about the fields held_on, starts_at, ends_at, place and why.
func (s *Store) Reschedule(ctx context.Context, actor access.Actor, step Step, c Change) error {
	return s.move(ctx, actor, "rescheduling", step, func(tx db.Tx, x *session) (title, reason string, err error) {
		day := calendar.On(c.StartsAt)
		moved := !day.Equal(x.HeldOn)
		switch {
		case c.Place == x.Place && c.StartsAt.Equal(x.StartsAt) && c.EndsAt.Equal(x.EndsAt):
			err = fault.Fields{{Name: "held_on", Text: "时间和地点都没有变"}}
		case day.Before(calendar.On(s.now())):
			err = fault.Fields{{Name: "held_on", Text: "日期不能早于今天"}}
		case moved && x.State == Called:
			err = s.early(ctx, tx, x, day, "held_on", "请改到更晚的日期")
		}
		if err == nil {
			err = s.gatherings.Reschedule(ctx, tx, actor, x.GatheringID, gathering.Change{Title: x.Title, Place: c.Place, StartsAt: c.StartsAt, EndsAt: c.EndsAt, Why: c.Why})
		}
		if err == nil && moved {
			x.HeldOn = day
			err = s.redate(ctx, tx, x)
		}
		return "改期：" + calendar.DateTime(c.StartsAt) + "，" + c.Place, c.Why, err
	})
}

// redate moves the reports to the session's day, with the clocks of those that were
// asked for.
func (s *Store) redate(ctx context.Context, tx db.Tx, x *session) error {
	var due []int64
	err := db.Do(ctx, tx, db.Values(&due, `
		WITH moved AS (
			UPDATE deputy_reports
			SET held_on = @day::date, modified_at = @now
			WHERE street_id = @street AND session_id = @id AND state IN ('due', 'written')
			RETURNING id, state)
		SELECT id FROM moved WHERE state = 'due' ORDER BY id`, db.Args{"day": x.HeldOn, "now": s.now(), "street": x.StreetID, "id": x.ID}))
	if err != nil || x.State != Called {
		return err
	}
	for _, id := range due {
		if err := deadline.Drop(ctx, tx, x.StreetID, "deputy_report", id, s.now()); err != nil {
			return err
		}
	}
	return s.askAll(ctx, tx, x)
}

// Cancel gives the session up; its deputies may report in another one. It complains
// about the field why.
func (s *Store) Cancel(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "cancellation", step, func(tx db.Tx, x *session) (string, string, error) {
		if why == "" || len([]rune(why)) > MaxWhy {
			return "", "", fault.Fields{{Name: "why", Text: fmt.Sprintf("请填写取消的理由，不超过 %d 个字", MaxWhy)}}
		}
		var ids []int64
		err := db.Do(ctx, tx, db.Values(&ids, `
			UPDATE deputy_reports
			SET state = 'dropped', why = @why, version = version + 1, modified_at = @now
			WHERE street_id = @street AND session_id = @id AND state IN ('due', 'written')
			RETURNING id`, db.Args{"why": "述职会取消：" + cut(why), "now": s.now(), "street": x.StreetID, "id": x.ID}))
		for _, id := range ids {
			if err == nil {
				err = deadline.Drop(ctx, tx, x.StreetID, "deputy_report", id, s.now())
			}
		}
		if err != nil {
			return "", "", err
		}
		return "取消述职会", why, s.gatherings.Cancel(ctx, tx, actor, x.GatheringID, why)
	})
}

func cut(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), MaxWhy-20)])
}
