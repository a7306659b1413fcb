package reportback

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// New is a session as it is planned.
type New struct {
	Key      string // of the form: sent twice, it makes one session
	Title    string
	District string // whose voters hear the reports
	Place    string
	StartsAt time.Time
	EndsAt   time.Time
	Deputies []int64
}

func keeps(actor access.Actor) bool {
	return actor.May(access.KeepReportsBack) || actor.Role == access.Operator
}

// Plan enters a session of the actor's street at which deputies are to report, and
// calls them; it returns the session's ID. A deputy reports once a term. It needs
// KeepReportsBack. It complains about the fields title, place, starts_at, ends_at,
// district and deputies.
func (s *Store) Plan(ctx context.Context, actor access.Actor, street int64, n New) (id int64, err error) {
	defer fault.Wrap(&err, "plan session of reports")
	if !keeps(actor) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	var bad fault.Fields
	if n.District == "" || len([]rune(n.District)) > MaxDistrict {
		bad.Add("district", fmt.Sprintf("请填写选区，不超过 %d 个字", MaxDistrict))
	}
	if len(n.Deputies) == 0 || len(n.Deputies) > MaxDeputies {
		bad.Add("deputies", fmt.Sprintf("请选择述职的代表，一次最多 %d 位", MaxDeputies))
	}
	if err := bad.Err(); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.plan(ctx, tx, actor, street, n)
		if db.Violates(err, "deputy_reports_once_a_term") {
			return fault.Fields{{Name: "deputies", Text: refusals["deputy_reports_once_a_term"]}}
		}
		return refused(err)
	})
	return id, err
}

// reporter is a deputy who is to report.
type reporter struct {
	ID       int64
	Name     string
	Term     string
	PersonID *int64
}

func (s *Store) plan(ctx context.Context, tx db.Tx, actor access.Actor, street int64, n New) (id int64, err error) {
	var list []reporter
	err = db.Do(ctx, tx, db.Many(&list, `
		SELECT d.id, d.name, d.term, coalesce(h.merged_into, h.id) AS person_id
		FROM deputies d
		LEFT JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
		WHERE d.street_id = @street AND d.id = ANY (@ids) AND d.level = 'city' AND (d.ended_on IS NULL OR d.ended_on > @day::date)
		ORDER BY d.id`, db.Args{"street": street, "ids": n.Deputies, "day": calendar.On(n.StartsAt)}))
	switch {
	case err != nil:
		return 0, err
	case len(list) == 0:
		return 0, fault.Fields{{Name: "deputies", Text: "请选择在任的市人大代表"}}
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO report_sessions (street_id, term, district, key, created_at, modified_at)
		VALUES (@street, @term, @district, @key, @now, @now)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, db.Args{"street": street, "term": list[0].Term, "district": n.District, "key": n.Key, "now": s.now()})
	if errors.Is(err, fault.NotFound) { // the form has been sent before
		return id, db.Do(ctx, tx, db.Value(&id, `SELECT id FROM report_sessions WHERE street_id = @street AND key = @key`, db.Args{"street": street, "key": n.Key}))
	}
	if err != nil {
		return 0, err
	}
	g, err := s.gatherings.Plan(ctx, tx, actor, gathering.New{
		StreetID: street, Kind: gathering.ReportSession, RecordID: id, Title: n.Title, Place: n.Place, StartsAt: n.StartsAt, EndsAt: n.EndsAt,
	})
	if err != nil {
		return 0, err
	}
	var b db.Batch
	b.Add(`UPDATE report_sessions SET gathering_id = @gathering WHERE street_id = @street AND id = @id`, db.Args{"gathering": g, "street": street, "id": id})
	var people []int64
	for _, d := range list {
		b.Add(`
			INSERT INTO deputy_reports (street_id, session_id, deputy_id, term, held_on, created_at, modified_at)
			VALUES (@street, @session, @deputy, @term, @day::date, @now, @now)`,
			db.Args{"street": street, "session": id, "deputy": d.ID, "term": d.Term, "day": calendar.On(n.StartsAt), "now": s.now()})
		if d.PersonID != nil {
			people = append(people, *d.PersonID)
		}
	}
	if err := b.Run(ctx, tx); err != nil {
		return 0, err
	}
	if len(people) > 0 {
		if _, err := s.gatherings.Invite(ctx, tx, actor, g, gathering.Invitation{People: people, Capacity: "deputy", Due: true}); err != nil {
			return 0, err
		}
	}
	return id, s.record(ctx, tx, actor, &session{ID: id, StreetID: street}, "plan", fmt.Sprintf("计划述职会，述职代表 %d 位", len(list)), "")
}

// session is a session that a move holds for itself until it commits.
type session struct {
	ID          int64
	StreetID    int64
	District    string
	GatheringID int64
	State       procedure.State
	Version     int
	Title       string
	HeldOn      time.Time
}

// move runs one move of a session in one transaction.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, x *session) (title, reason string, err error)) (err error) {
	defer fault.Wrap(&err, "%s of session of reports %d", name, step.ID)
	if !keeps(actor) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var x session
		err := db.Do(ctx, tx, db.One(&x, `
			SELECT x.id, x.street_id, x.district, x.gathering_id, x.state, x.version, g.title, g.held_on
			FROM report_sessions x
			JOIN gatherings g ON g.street_id = x.street_id AND g.id = x.gathering_id
			WHERE x.id = @id
			FOR UPDATE OF x`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case x.Version != step.Version:
			return fault.Stale
		case !Sessions.Allows(name, x.State):
			return fault.Fields{{Name: "state", Text: Sessions.Info(x.State).Name + "，不能" + Sessions.Move(name).Label}}
		}
		title, reason, err := fn(tx, &x)
		if err != nil {
			return refused(err)
		}
		to := x.State
		if m := Sessions.Move(name); len(m.To) > 0 {
			to = m.To[0]
		}
		why := ""
		if to == Cancelled {
			why = reason
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE report_sessions
			SET state = @state, why = @why, version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`, db.Args{"state": string(to), "why": why, "now": s.now(), "street": x.StreetID, "id": x.ID})
		if err != nil {
			return refused(err)
		}
		return s.record(ctx, tx, actor, &x, name, title, reason)
	})
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, x *session, name, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: x.StreetID, Kind: "report_session", ID: x.ID, Action: "report_session." + name, Title: title, Reason: reason,
	})
}

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
