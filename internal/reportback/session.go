package reportback

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/procedure"
)

// Session is one session with its reports and its list in numbers.
type Session struct {
	ID          int64
	StreetID    int64
	Term        string
	District    string
	GatheringID int64
	State       procedure.State
	Why         string
	Version     int

	Gathering gathering.Gathering `db:"-"`
	Count     gathering.Count     `db:"-"`
	Voters    int                 `db:"-"` // called to hear and to rate
	There     int                 `db:"-"` // of them, who has come
	Reports   []Line              `db:"-"`
	Districts []string            `db:"-"` // of voters' representatives, to invite
	Timeline  []audit.Entry       `db:"-"`
	Early     int                 `db:"-"` // days of notice
}

// Session reads one session. It needs ViewReportsBack.
func (s *Store) Session(ctx context.Context, actor access.Actor, id int64) (x Session, err error) {
	defer fault.Wrap(&err, "session of reports %d", id)
	if !actor.May(access.ViewReportsBack) {
		return x, fault.Forbidden
	}
	arg := db.Args{"id": id}
	const g = `(SELECT gathering_id FROM report_sessions WHERE id = @id)`
	var voters struct{ Called, There int }
	err = s.db.Read(ctx, actor,
		db.One(&x, `SELECT id, street_id, term, district, gathering_id, state, why, version FROM report_sessions WHERE id = @id`, arg),
		gathering.Of(&x.Gathering, gathering.ReportSession, id),
		db.One(&voters, `
			SELECT count(*) AS called, count(*) FILTER (WHERE arrived_at IS NOT NULL AND left_at IS NULL) AS there
			FROM attendances
			WHERE gathering_id = `+g+` AND street_id = (SELECT street_id FROM report_sessions WHERE id = @id) AND capacity IN ('representative', 'guest')`, arg),
		db.Many(&x.Reports, selectLine+` WHERE r.session_id = @id ORDER BY r.id LIMIT 50`, arg),
		db.Values(&x.Districts, `
			SELECT DISTINCT d.name
			FROM report_sessions x
			JOIN voter_representatives v ON v.street_id = x.street_id AND v.ended_on IS NULL
			JOIN voter_districts d ON d.street_id = v.street_id AND d.id = v.district_id
			WHERE x.id = @id
			ORDER BY d.name
			LIMIT 200`, arg),
		noticeDays.Query(&x.Early, actor.StreetID),
		audit.Timeline(&x.Timeline, "report_session", id))
	x.Voters, x.There = voters.Called, voters.There
	return x, err
}

// Moves lists what the actor may do with the session now.
func (x *Session) Moves(actor access.Actor, now time.Time) (list []procedure.Move) {
	for _, m := range Sessions.Open(actor, x.State) {
		if x.fits(m.Name, now) {
			list = append(list, m)
		}
	}
	return list
}

func (x *Session) fits(move string, now time.Time) bool {
	switch move {
	case "notice":
		return x.Voters > 0
	case "opening":
		return !x.Gathering.HeldOn.After(calendar.On(now))
	case "closure":
		for _, r := range x.Reports {
			if r.State != Published && r.State != Archived && r.State != Dropped {
				return false
			}
		}
	}
	return true
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
	Place       string
	HeldOn      time.Time
	StartsAt    time.Time
	EndsAt      time.Time
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
			SELECT x.id, x.street_id, x.district, x.gathering_id, x.state, x.version, g.title, g.place, g.held_on, g.starts_at, g.ends_at
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
