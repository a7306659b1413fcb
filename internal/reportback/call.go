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
		err := db.Do(ctx, tx, db.Value(&voters, `
			SELECT count(*) FROM attendances
			WHERE street_id = @street AND gathering_id = @g AND capacity IN ('representative', 'guest')`, db.Args{"street": x.StreetID, "g": x.GatheringID}))
		if err == nil && voters == 0 {
			err = fault.Fields{{Name: "state", Text: "还没有邀请选民，请先邀请"}}
		}
		if err == nil {
			err = s.early(ctx, tx, x, x.HeldOn, "state", "来不及的请先改期")
		}
		if err == nil {
			err = s.gatherings.Call(ctx, tx, actor, x.GatheringID)
		}
		if err == nil {
			err = s.askAll(ctx, tx, x)
		}
		return fmt.Sprintf("发通知，邀请选民 %d 人", voters), "", err
	})
}

// early complains at field where today is too late for a notice of that day.
func (s *Store) early(ctx context.Context, tx db.Tx, x *session, day time.Time, field, then string) error {
	n, err := noticeDays.In(ctx, tx, x.StreetID)
	if err == nil && calendar.DaysBetween(s.now(), day) < n {
		err = fault.Fields{{Name: field, Text: fmt.Sprintf("述职会要提前 %d 天通知，%s", n, then)}}
	}
	return err
}

// askAll asks for the reports that are not written, some days before the session.
func (s *Store) askAll(ctx context.Context, tx db.Tx, x *session) error {
	days, err := textDays.In(ctx, tx, x.StreetID)
	if err != nil {
		return err
	}
	due := calendar.AddDays(x.HeldOn, -days)
	if due.Before(calendar.On(s.now())) {
		due = calendar.On(s.now())
	}
	var list []struct{ ID, DeputyID int64 }
	err = db.Do(ctx, tx, db.Many(&list, `
		SELECT id, deputy_id FROM deputy_reports
		WHERE street_id = @street AND session_id = @id AND state = 'due'
		ORDER BY id`, db.Args{"street": x.StreetID, "id": x.ID}))
	for _, r := range list {
		if err == nil {
			err = s.ask(ctx, tx, x, r.ID, r.DeputyID, days, due)
		}
	}
	return err
}

// ask starts the clock of a report's text and tells its deputy.
func (s *Store) ask(ctx context.Context, tx db.Tx, x *session, id, deputy int64, days int, due time.Time) error {
	err := deadline.StartOn(ctx, tx, deadline.New{
		StreetID: x.StreetID, Kind: "deputy_report", SubjectID: id, Name: "text", Label: "交述职报告", From: s.now(), Basis: fmt.Sprintf("述职前 %d 天", days),
	}, due)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, x.StreetID, deputy, "请在"+calendar.MonthDay(due)+"前交述职报告："+x.Title, id)
}

// tell sends a deputy a message about their report.
func (s *Store) tell(ctx context.Context, tx db.Tx, street, deputy int64, title string, report int64) error {
	return notice.Send(ctx, tx, notice.Notice{
		At: s.now(), StreetID: street, To: access.Deputy, DeputyID: deputy, Title: title, Link: fmt.Sprint("/reports-to-voters/", report),
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
		err := s.gatherings.Close(ctx, tx, actor, x.GatheringID)
		if err == nil {
			err = s.seal(ctx, tx, actor, x.StreetID, x.ID, 0)
		}
		return "结束述职会", "", err
	})
}

// seal forbids corrections of who was there once the session and all its reports are
// over (hard rule 12); but is a report that is about to be.
func (s *Store) seal(ctx context.Context, tx db.Tx, actor access.Actor, street, id, but int64) error {
	var x struct {
		GatheringID int64
		Closed      bool
	}
	err := db.Do(ctx, tx, db.One(&x, `
		SELECT x.gathering_id, g.state = 'closed' AS closed
		FROM report_sessions x
		JOIN gatherings g ON g.street_id = x.street_id AND g.id = x.gathering_id
		WHERE x.street_id = @street AND x.id = @id
		FOR UPDATE OF x`, db.Args{"street": street, "id": id}))
	if err != nil || !x.Closed {
		return err
	}
	var open bool
	err = db.Do(ctx, tx, db.Value(&open, `
		SELECT EXISTS (SELECT FROM deputy_reports WHERE street_id = @street AND session_id = @id AND id <> @but AND state NOT IN ('archived', 'dropped'))`,
		db.Args{"street": street, "id": id, "but": but}))
	if err != nil || open {
		return err
	}
	return s.gatherings.Seal(ctx, tx, actor, x.GatheringID)
}
