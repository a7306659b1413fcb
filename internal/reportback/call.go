package reportback

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/notice"
)

// Audience is whom a session invites.
type Audience struct {
	Representatives bool // the voters' representatives of the street
	District        string
	Guests          []gathering.Guest // voters by name
	Why             string            // needed once the notice has gone out
}

// Invite calls voters to hear the reports and to rate them: the voters'
// representatives of the street, or of the District, and others by name. It complains
// about the fields guests, why and state.
func (s *Store) Invite(ctx context.Context, actor access.Actor, step Step, a Audience) error {
	return s.move(ctx, actor, "audience", step, func(tx db.Tx, x *session) (string, string, error) {
		inv := gathering.Invitation{Guests: a.Guests, Why: a.Why}
		n := 0
		if len(a.Guests) > 0 {
			added, err := s.gatherings.Invite(ctx, tx, actor, x.GatheringID, inv)
			if err != nil {
				return "", "", fieldless(err, "guest", "guests")
			}
			n += added
		}
		if a.Representatives {
			var people []int64
			err := db.Do(ctx, tx, db.Values(&people, `
				SELECT DISTINCT coalesce(h.merged_into, h.id)
				FROM voter_representatives v
				JOIN people h ON h.street_id = v.street_id AND h.id = v.person_id
				JOIN voter_districts d ON d.street_id = v.street_id AND d.id = v.district_id
				WHERE v.street_id = @street AND v.since <= @day::date AND v.until_on >= @day::date AND (v.ended_on IS NULL OR v.ended_on > @day::date)
				  AND (@district = '' OR d.name = @district)`, db.Args{"street": x.StreetID, "day": x.HeldOn, "district": a.District}))
			if err != nil {
				return "", "", err
			}
			if len(people) > 0 {
				added, err := s.gatherings.Invite(ctx, tx, actor, x.GatheringID, gathering.Invitation{People: people, Capacity: "representative", Due: true, Why: a.Why})
				if err != nil {
					return "", "", err
				}
				n += added
			}
		}
		if n == 0 {
			return "", "", fault.Fields{{Name: "guests", Text: "没有新的人：请勾选选民代表，或者填写选民的姓名"}}
		}
		return fmt.Sprintf("邀请选民 %d 人", n), a.Why, nil
	})
}

// fieldless renames a complaint.
func fieldless(err error, from, to string) error {
	var bad fault.Fields
	if errors.As(err, &bad) {
		out := append(fault.Fields{}, bad...)
		for i := range out {
			if out[i].Name == from {
				out[i].Name = to
			}
		}
		return out
	}
	return err
}

// Notify sends the notice: everybody who is called is told, the list is frozen, and
// each deputy's report is due some days before. It complains about the field state.
func (s *Store) Notify(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "notice", step, func(tx db.Tx, x *session) (string, string, error) {
		var voters int
		var ids []int64
		early, err := noticeDays.In(ctx, tx, x.StreetID)
		if err == nil {
			err = db.Do(ctx, tx,
				db.Value(&voters, `SELECT count(*) FROM attendances WHERE street_id = @street AND gathering_id = @g AND capacity IN ('representative', 'guest')`, db.Args{"street": x.StreetID, "g": x.GatheringID}),
				db.Values(&ids, `SELECT id FROM deputy_reports WHERE street_id = @street AND session_id = @id AND state = 'due' ORDER BY id`, db.Args{"street": x.StreetID, "id": x.ID}))
		}
		switch {
		case err != nil:
			return "", "", err
		case voters == 0:
			return "", "", fault.Fields{{Name: "state", Text: "还没有邀请选民，请先邀请"}}
		case calendar.DaysBetween(s.now(), x.HeldOn) < early:
			return "", "", fault.Fields{{Name: "state", Text: fmt.Sprintf("述职会要提前 %d 天通知；来不及的请取消后另行安排", early)}}
		}
		if err := s.gatherings.Call(ctx, tx, actor, x.GatheringID); err != nil {
			return "", "", err
		}
		days, err := textDays.In(ctx, tx, x.StreetID)
		if err != nil {
			return "", "", err
		}
		due := calendar.AddDays(x.HeldOn, -days)
		if due.Before(calendar.On(s.now())) {
			due = calendar.On(s.now())
		}
		for _, id := range ids {
			if err := s.ask(ctx, tx, x, id, days, due); err != nil {
				return "", "", err
			}
		}
		return fmt.Sprintf("发通知，邀请选民 %d 人", voters), "", nil
	})
}

// ask starts the clock of a report's text and tells its deputy.
func (s *Store) ask(ctx context.Context, tx db.Tx, x *session, id int64, days int, due time.Time) error {
	err := deadline.StartOn(ctx, tx, deadline.New{
		StreetID: x.StreetID, Kind: "deputy_report", SubjectID: id, Name: "text", Label: "交述职报告", From: s.now(), Basis: fmt.Sprintf("述职前 %d 天", days),
	}, due)
	if err != nil {
		return err
	}
	var deputy int64
	if err := db.Do(ctx, tx, db.Value(&deputy, `SELECT deputy_id FROM deputy_reports WHERE street_id = @street AND id = @id`, db.Args{"street": x.StreetID, "id": id})); err != nil {
		return err
	}
	return notice.Send(ctx, tx, notice.Notice{
		At: s.now(), StreetID: x.StreetID, To: access.Deputy, DeputyID: deputy, Title: "请在" + calendar.MonthDay(due) + "前交述职报告：" + x.Title, Link: fmt.Sprint("/reports-to-voters/", id),
	})
}

// Open begins the session: checking in, and the reports. It complains about the
// field state.
func (s *Store) Open(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "opening", step, func(tx db.Tx, x *session) (string, string, error) {
		return "开始述职会", "", s.gatherings.Open(ctx, tx, actor, x.GatheringID)
	})
}

// Close ends the session: each deputy has been rated and the rating published, or
// why they did not report is recorded. It complains about the field state.
func (s *Store) Close(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "closure", step, func(tx db.Tx, x *session) (string, string, error) {
		return "结束述职会", "", s.gatherings.Close(ctx, tx, actor, x.GatheringID)
	})
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
