package reportback

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/poll"
	"portal/internal/procedure"
)

// Clock is an open deadline.
type Clock struct {
	ID    int64
	Label string
	DueOn time.Time
}

// Remarked is a question or an opinion.
type Remarked struct {
	ID         int64
	Kind       string
	Text       string
	Author     string
	Answer     string
	AnsweredAt *time.Time
	CreatedAt  time.Time
	DeadlineID int64 // 0 where none runs
	DueOn      *time.Time
}

// Report is one report with everything that belongs to it.
type Report struct {
	Line
	Text        string
	WrittenAt   *time.Time
	SpokenAt    *time.Time
	PublishedAt *time.Time
	ArchivedAt  *time.Time
	PollID      *int64
	Why         string
	Version     int
	Committee   string
	Session     procedure.State

	Gathering gathering.Gathering `db:"-"`
	Rating    *poll.Result        `db:"-"` // nil before one is opened, and for whom it is not
	Ratings   []Rated             `db:"-"` // once it is published
	Remarks   []Remarked          `db:"-"`
	Clock     *Clock              `db:"-"`
	Files     []file.Attachment   `db:"-"`
	Limits    file.Limits         `db:"-"`
	Timeline  []audit.Entry       `db:"-"`
}

// Report reads one report. It needs ViewReportsBack.
func (s *Store) Report(ctx context.Context, actor access.Actor, id int64) (r Report, err error) {
	defer fault.Wrap(&err, "report to voters %d", id)
	if !actor.May(access.ViewReportsBack) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	var polls []poll.Poll
	var clocks []Clock
	queries := []db.Query{
		db.One(&r, `SELECT l.*, r.text, r.written_at, r.spoken_at, r.published_at, r.archived_at, r.poll_id, r.why, r.version, s.committee, x.state AS session
			FROM (`+selectLine+` WHERE r.id = @id) AS l
			JOIN deputy_reports r ON r.street_id = l.street_id AND r.id = l.id
			JOIN report_sessions x ON x.street_id = r.street_id AND x.id = r.session_id
			JOIN streets s ON s.id = r.street_id`, arg),
		db.Maybe(&r.Gathering, selectGathering, arg),
		poll.Of(&polls, poll.Report, id),
		ratings(&r.Ratings, id),
		db.Many(&r.Remarks, `
			SELECT m.id, m.kind, m.text, m.author, m.answer, m.answered_at, m.created_at, coalesce(d.id, 0) AS deadline_id, d.due_on
			FROM report_remarks m
			LEFT JOIN deadlines d ON d.street_id = m.street_id AND d.kind = 'report_remark' AND d.subject_id = m.id AND d.ended_on IS NULL
			WHERE m.report_id = @id AND m.street_id = (SELECT street_id FROM deputy_reports WHERE id = @id)
			ORDER BY m.id
			LIMIT 500`, arg),
		db.Many(&clocks, `
			SELECT id, label, due_on
			FROM deadlines
			WHERE kind = 'deputy_report' AND subject_id = @id AND street_id = (SELECT street_id FROM deputy_reports WHERE id = @id) AND ended_on IS NULL`, arg),
		file.Of(&r.Files, "deputy_report", id),
		audit.Timeline(&r.Timeline, "deputy_report", id),
	}
	err = s.db.Read(ctx, actor, append(queries, r.Limits.Queries(actor.StreetID)...)...)
	if len(polls) > 0 && polls[0].State != poll.Cancelled {
		r.Rating = &poll.Result{Poll: polls[0]}
	}
	if len(clocks) > 0 {
		r.Clock = &clocks[0]
	}
	return r, err
}

// selectGathering reads when and where a report is delivered.
const selectGathering = `
	SELECT g.id, g.street_id, g.kind, g.record_id, g.group_id, g.title, g.place, g.held_on, g.starts_at, g.ends_at, g.grace, g.state,
	       g.called_at, g.opened_at, g.closed_at, g.why, g.sequence, g.sealed, g.version, s.name AS street, s.committee
	FROM deputy_reports r
	JOIN report_sessions x ON x.street_id = r.street_id AND x.id = r.session_id
	JOIN gatherings g ON g.street_id = x.street_id AND g.id = x.gathering_id
	JOIN streets s ON s.id = g.street_id
	WHERE r.id = @id`

// Moves lists what the actor may do with the report now.
func (r *Report) Moves(actor access.Actor) (list []procedure.Move) {
	for _, m := range Procedure.Open(actor, r.State) {
		if (actor.DeputyID == 0 || actor.DeputyID == r.DeputyID) && r.fits(m.Name) {
			list = append(list, m)
		}
	}
	return list
}

func (r *Report) fits(move string) bool {
	switch move {
	case "speech":
		return r.Session == Opened
	case "answer":
		return r.Unanswered() > 0
	case "archive":
		return r.Unanswered() == 0
	case "absence":
		return r.Session != Planned
	}
	return true
}

// Unanswered is how many opinions wait for a written answer.
func (r *Report) Unanswered() (n int) {
	for _, m := range r.Remarks {
		if m.AnsweredAt == nil {
			n++
		}
	}
	return n
}

// Calendar returns the working days by which clocks are shown.
func (s *Store) Calendar(ctx context.Context, actor access.Actor) (*calendar.Calendar, error) {
	return deadline.Known(ctx, s.db, actor)
}
