package gathering

import (
	"cmp"
	"context"
	"fmt"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
)

// Receive answers a call: the acting person has read it and comes. A request for
// leave is thereby taken back; the same answer again does nothing. It needs JoinGatherings.
func (s *Store) Receive(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "receive call to gathering %d", id)
	return s.answer(ctx, actor, id, "receipt", "回执：参加", "")
}

// AskLeave asks for leave for the acting person, who is not there. The same request
// again does nothing, and leave that is granted stays. It needs JoinGatherings and
// complains about the fields why and state.
func (s *Store) AskLeave(ctx context.Context, actor access.Actor, id int64, why string) (err error) {
	defer fault.Wrap(&err, "ask leave from gathering %d", id)
	if n := len([]rune(why)); n == 0 || n > MaxReason {
		return fault.Fields{{Name: "why", Text: fmt.Sprintf("请填写请假事由，不超过 %d 个字", MaxReason)}}
	}
	return s.answer(ctx, actor, id, "request", "请假", why)
}

func (s *Store) answer(ctx context.Context, actor access.Actor, id int64, name, title, why string) error {
	if !actor.May(access.JoinGatherings) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var g Gathering
		if err := db.Do(ctx, tx, db.One(&g, selectGathering+` WHERE g.id = @id`, db.Args{"id": id})); err != nil {
			return err
		}
		var result string
		err := db.Do(ctx, tx, db.Value(&result, `SELECT app.answer_call(@street, @id, @why, @now)`,
			db.Args{"street": g.StreetID, "id": id, "why": why, "now": s.now()}))
		switch {
		case err != nil:
			return refused(err)
		case result == "same":
			return nil
		case result != "done":
			return fault.Fields{{Name: "state", Text: unanswered[result]}}
		}
		if name == "request" && g.StreetID == actor.StreetID {
			n := notice.Notice{At: s.now(), StreetID: g.StreetID, To: access.Staff, Title: "有人请假：" + g.Title, Link: link(id)}
			if err := notice.Send(ctx, tx, n); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, &g, name, title, "", nil) // why somebody is ill is not for the record
	})
}

var unanswered = map[string]string{
	"stranger": "您不在名单上", "over": "已经结束或取消", "arrived": "您已经签到", "granted": "已经准假，不用再请",
}

// Receipts records by hand that some of those on the list answered the call, on
// paper or by telephone. It needs KeepGatherings.
func (s *Store) Receipts(ctx context.Context, actor access.Actor, id int64, attendances []int64) (err error) {
	defer fault.Wrap(&err, "receipts of gathering %d", id)
	return s.people(ctx, actor, "receipts", id, attendances, func(tx db.Tx, g *Gathering) error {
		n, err := db.Exec(ctx, tx, `
			UPDATE attendances
			SET received_at = @now, received_how = 'hand', modified_at = @now
			WHERE street_id = @street AND gathering_id = @id AND id = ANY (@ids) AND received_at IS NULL`,
			db.Args{"now": s.now(), "street": g.StreetID, "id": g.ID, "ids": attendances})
		if err != nil || n == 0 {
			return refused(err)
		}
		return s.record(ctx, tx, actor, g, "receipts", fmt.Sprintf("登记回执 %d 人", n), "", map[string]any{"attendances": attendances})
	})
}

// Decision is the answer to a request for leave, or leave that was asked for
// outside the portal.
type Decision struct {
	Attendance int64
	Version    int // of the attendance as it was shown
	Grant      bool
	Why        string // why leave was asked for, where the office enters it; why it is refused
}

// DecideLeave grants or refuses a request for leave, or enters one that was asked
// for by telephone and grants it. It tells the person. It needs DecideLeave and
// complains about the field why.
func (s *Store) DecideLeave(ctx context.Context, actor access.Actor, id int64, d Decision) (err error) {
	defer fault.Wrap(&err, "decide leave from gathering %d", id)
	if len([]rune(d.Why)) > MaxReason {
		return fault.Fields{{Name: "why", Text: fmt.Sprintf("理由不能超过 %d 个字", MaxReason)}}
	}
	return s.people(ctx, actor, "decision", id, []int64{d.Attendance}, func(tx db.Tx, g *Gathering) error {
		a, err := one(ctx, tx, g, d.Attendance)
		switch {
		case err != nil:
			return err
		case a.Version != d.Version:
			return fault.Stale
		case a.ArrivedAt != nil:
			return fault.Fields{{Name: "state", Text: a.Name + " 已经签到"}}
		case a.LeaveState == "" && !d.Grant:
			return fault.Fields{{Name: "state", Text: a.Name + " 没有请假"}}
		case d.Why == "" && (a.LeaveState == "" || !d.Grant):
			return fault.Fields{{Name: "why", Text: "请填写事由"}}
		}
		state, title, words, note := LeaveGranted, "批准请假", "已准假：", ""
		if !d.Grant {
			state, title, words, note = LeaveRefused, "不批准请假", "没有准假，请参加：", d.Why
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE attendances
			SET leave_state = @state, leave_why = @why, leave_asked_at = coalesce(leave_asked_at, @now),
			    leave_at = @now, leave_by = @by, leave_note = @note, modified_at = @now
			WHERE street_id = @street AND id = @who`,
			db.Args{"state": state, "why": cmp.Or(a.LeaveWhy, d.Why), "note": note, "now": s.now(), "by": actor.Name, "street": g.StreetID, "who": a.ID})
		if err != nil {
			return refused(err)
		}
		if err := s.tell(ctx, tx, g, words, []int64{a.ID}); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, g, "decision", title, "", map[string]any{"attendance": a.ID})
	})
}
