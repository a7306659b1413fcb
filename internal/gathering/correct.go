package gathering

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Correction says what really was, of one person on the list.
type Correction struct {
	Attendance int64
	Version    int       // of the attendance as it was shown
	ArrivedAt  time.Time // zero: did not come
	LeftAt     time.Time // zero: stayed to the end
	OnLeave    bool      // did not come, with leave
	Why        string
}

// Correct corrects what was recorded of one person, also after the gathering was
// closed, until its owner has sealed it or the quarter of an archived activity is
// settled (domain.md hard rule 12, ADR 0083). The outcome
// follows; one record is kept of each correction. It needs CorrectAttendance and
// complains about the fields why, arrived_at, left_at and state.
func (s *Store) Correct(ctx context.Context, actor access.Actor, id int64, c Correction) (err error) {
	defer fault.Wrap(&err, "correct attendance at gathering %d", id)
	var bad fault.Fields
	if n := len([]rune(c.Why)); n == 0 || n > MaxReason {
		bad.Add("why", fmt.Sprintf("请填写更正的理由，不超过 %d 个字", MaxReason))
	}
	switch {
	case c.ArrivedAt.After(s.now()):
		bad.Add("arrived_at", "到场时间不能晚于现在")
	case !c.LeftAt.IsZero() && (c.ArrivedAt.IsZero() || c.LeftAt.Before(c.ArrivedAt)):
		bad.Add("left_at", "离开时间要在到场之后")
	case c.LeftAt.After(s.now()):
		bad.Add("left_at", "离开时间不能晚于现在")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.people(ctx, actor, "correction", id, []int64{c.Attendance}, func(tx db.Tx, g *Gathering) error {
		a, err := one(ctx, tx, g, c.Attendance)
		switch {
		case err != nil:
			return err
		case a.Version != c.Version:
			return fault.Stale
		}
		came := !c.ArrivedAt.IsZero()
		leave := c.OnLeave && !came
		if leave {
			a.LeaveWhy = cmp.Or(a.LeaveWhy, c.Why)
		}
		if !came {
			a.LeaveNote = ""
			if !leave && a.LeaveState != "" {
				a.LeaveNote = c.Why
			}
		}
		args := db.Args{
			"arrived": at(c.ArrivedAt), "left": at(c.LeftAt), "leave": leave, "came": came, "leave_why": a.LeaveWhy, "leave_note": a.LeaveNote,
			"why": c.Why, "by": actor.Name, "now": s.now(), "street": g.StreetID, "id": a.ID,
		}
		var outcome string
		err = db.Do(ctx, tx, db.Value(&outcome, `
			UPDATE attendances
			SET arrived_at = @arrived::timestamptz, arrived_how = CASE WHEN @arrived::timestamptz IS NULL THEN '' WHEN arrived_at = @arrived THEN arrived_how ELSE 'hand' END,
			    left_at = @left::timestamptz,
			    leave_state = CASE WHEN @came THEN leave_state WHEN @leave THEN 'granted' WHEN leave_state = '' THEN '' ELSE 'refused' END,
			    leave_why = @leave_why, leave_note = @leave_note,
			    leave_asked_at = CASE WHEN @leave THEN coalesce(leave_asked_at, @now) ELSE leave_asked_at END,
			    leave_at = CASE WHEN @came THEN leave_at WHEN @leave OR leave_state <> '' THEN coalesce(leave_at, @now) END,
			    leave_by = CASE WHEN @came THEN leave_by WHEN leave_by <> '' THEN leave_by WHEN @leave OR leave_state <> '' THEN @by ELSE '' END,
			    corrected_why = @why, corrected_at = @now, modified_at = @now
			WHERE street_id = @street AND id = @id
			RETURNING outcome`, args))
		if err != nil {
			return refused(err)
		}
		title := fmt.Sprintf("更正签到：%s 由“%s”改为“%s”", a.Name, OutcomeName(a.Outcome), OutcomeName(outcome))
		return s.record(ctx, tx, actor, g, "correction", title, c.Why, map[string]any{
			"attendance": a.ID,
			"before":     map[string]any{"outcome": a.Outcome, "arrived_at": a.ArrivedAt, "left_at": a.LeftAt, "leave": a.LeaveState},
			"after":      map[string]any{"outcome": outcome, "arrived_at": at(c.ArrivedAt), "left_at": at(c.LeftAt), "leave": c.OnLeave},
		})
	})
}

// OutcomeName is what came of an attendance in words; 未到 while nothing has.
func OutcomeName(outcome string) string {
	if name := choice.Name(Outcomes, outcome); name != "" {
		return name
	}
	return "未到"
}

// at is t, or nil where it is zero.
func at(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
