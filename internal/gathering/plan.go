package gathering

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// New is a gathering as its owner plans it.
type New struct {
	StreetID int64
	Kind     string // Activity or Meeting
	RecordID int64  // the owner's row
	GroupID  int64  // the deputies' group that holds it; 0 for the committee
	Title    string
	Place    string
	StartsAt time.Time
	EndsAt   time.Time
}

// check complains about the fields title, place, starts_at and ends_at.
func check(title, place string, from, to time.Time) error {
	var bad fault.Fields
	switch n := len([]rune(title)); {
	case n == 0:
		bad.Add("title", "请填写名称")
	case n > MaxTitle:
		bad.Add("title", fmt.Sprintf("名称不能超过 %d 个字", MaxTitle))
	}
	switch n := len([]rune(place)); {
	case n == 0:
		bad.Add("place", "请填写地点")
	case n > MaxPlace:
		bad.Add("place", fmt.Sprintf("地点不能超过 %d 个字", MaxPlace))
	}
	switch {
	case from.IsZero():
		bad.Add("starts_at", "请填写开始时间")
	case to.IsZero() || !to.After(from):
		bad.Add("ends_at", "结束时间要在开始时间之后")
	case to.After(from.Add(31 * 24 * time.Hour)):
		bad.Add("ends_at", "最长不能超过 31 天")
	}
	return bad.Err()
}

// Plan makes the gathering of an activity or a meeting in tx, the owner's
// transaction, and returns its ID for the owner's row to refer to. Everybody is
// called later: Invite, then Call. It needs KeepGatherings. It complains about the
// fields title, place, starts_at and ends_at.
func (s *Store) Plan(ctx context.Context, tx db.Tx, actor access.Actor, n New) (id int64, err error) {
	defer fault.Wrap(&err, "plan gathering")
	if !keeps(actor) {
		return 0, fault.Forbidden
	}
	if err := check(n.Title, n.Place, n.StartsAt, n.EndsAt); err != nil {
		return 0, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO gatherings (street_id, kind, record_id, group_id, title, place, held_on, starts_at, ends_at, grace, created_at, modified_at)
		VALUES (@street, @kind, @record, nullif(@group::bigint, 0), @title, @place, @day, @from, @to, `+Grace.SQL("@street")+`, @now, @now)
		RETURNING id`,
		db.Args{
			"street": n.StreetID, "kind": n.Kind, "record": n.RecordID, "group": n.GroupID, "title": n.Title, "place": n.Place,
			"day": calendar.On(n.StartsAt), "from": n.StartsAt, "to": n.EndsAt, "now": s.now(),
		})
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, &Gathering{ID: id, StreetID: n.StreetID}, "plan", "计划召集："+n.Title, "", nil)
}

// Change is another time, place or title.
type Change struct {
	Title    string
	Place    string
	StartsAt time.Time
	EndsAt   time.Time
	Why      string // needed once the notice has gone out
}

// Reschedule changes time, place or title of a gathering that has not begun. Once
// the notice has gone out it needs a reason; everybody is told, everybody's receipt
// is asked for anew, and where the time changes leave is, too, for it was asked for
// another time. A change of nothing does nothing. It needs KeepGatherings.
func (s *Store) Reschedule(ctx context.Context, tx db.Tx, actor access.Actor, id int64, c Change) (err error) {
	defer fault.Wrap(&err, "reschedule gathering %d", id)
	g, err := s.move(ctx, tx, actor, "rescheduling", id)
	if err != nil {
		return err
	}
	if err := check(c.Title, c.Place, c.StartsAt, c.EndsAt); err != nil {
		return err
	}
	timed := !c.StartsAt.Equal(g.StartsAt) || !c.EndsAt.Equal(g.EndsAt)
	placed := c.Place != g.Place
	if !timed && !placed && c.Title == g.Title {
		return nil
	}
	if err := reasoned(&g, c.Why); err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE gatherings
		SET title = @title, place = @place, held_on = @day, starts_at = @from, ends_at = @to, why = @why,
		    sequence = sequence + CASE WHEN state = 'planned' THEN 0 ELSE 1 END, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`,
		db.Args{
			"title": c.Title, "place": c.Place, "day": calendar.On(c.StartsAt), "from": c.StartsAt, "to": c.EndsAt, "why": c.Why,
			"now": s.now(), "street": g.StreetID, "id": g.ID,
		})
	if err != nil {
		return refused(err)
	}
	before := g.When() + "，" + g.Place
	g.Title, g.Place, g.StartsAt, g.EndsAt = c.Title, c.Place, c.StartsAt, c.EndsAt
	if g.State == Called && (timed || placed) {
		if err := s.askAnew(ctx, tx, &g, timed); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, &g, "有变动，请重新回执：", everybody); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, actor, &g, "rescheduling", "改为"+g.When()+"，"+g.Place, c.Why, map[string]any{"before": before})
}

func reasoned(g *Gathering, why string) error {
	switch n := len([]rune(why)); {
	case n == 0 && g.State == Called:
		return fault.Fields{{Name: "why", Text: "通知已经发出，请填写理由"}}
	case n > MaxWhy:
		return fault.Fields{{Name: "why", Text: fmt.Sprintf("理由不能超过 %d 个字", MaxWhy)}}
	}
	return nil
}

// askAnew takes back everybody's answer to a call that has changed.
func (s *Store) askAnew(ctx context.Context, tx db.Tx, g *Gathering, timed bool) error {
	leave := ""
	if timed {
		leave = `, leave_state = '', leave_why = '', leave_asked_at = NULL, leave_at = NULL, leave_by = '', leave_note = ''`
	}
	_, err := db.Exec(ctx, tx, `
		UPDATE attendances
		SET received_at = NULL, received_how = '', modified_at = @now`+leave+`
		WHERE street_id = @street AND gathering_id = @id`, db.Args{"now": s.now(), "street": g.StreetID, "id": g.ID})
	return refused(err)
}

// Cancel gives up a gathering that is not closed, with a reason, and tells who was
// called: nobody is absent, whoever has checked in. It needs KeepGatherings.
func (s *Store) Cancel(ctx context.Context, tx db.Tx, actor access.Actor, id int64, why string) (err error) {
	defer fault.Wrap(&err, "cancel gathering %d", id)
	g, err := s.move(ctx, tx, actor, "cancellation", id)
	if err != nil {
		return err
	}
	switch n := len([]rune(why)); {
	case n == 0:
		return fault.Fields{{Name: "why", Text: "请填写取消的理由"}}
	case n > MaxWhy:
		return fault.Fields{{Name: "why", Text: fmt.Sprintf("理由不能超过 %d 个字", MaxWhy)}}
	}
	if g.State != Planned {
		if err := s.tell(ctx, tx, &g, "已取消：", everybody); err != nil {
			return err
		}
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE gatherings
		SET state = 'cancelled', closed_at = @now, why = @why, sequence = sequence + CASE WHEN state = 'planned' THEN 0 ELSE 1 END,
		    version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"why": why, "now": s.now(), "street": g.StreetID, "id": g.ID})
	if err != nil {
		return refused(err)
	}
	return s.record(ctx, tx, actor, &g, "cancellation", "取消", why, nil)
}
