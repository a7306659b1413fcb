package reportback

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Owing is a deputy who has not reported in the term.
type Owing struct {
	DeputyID  int64
	StreetID  int64
	Street    string
	Name      string
	District  string
	Term      string
	Since     time.Time
	DueOn     time.Time // a default of this portal
	ReportID  int64     // of a session that is planned; 0 where none is
	PlannedOn *time.Time
}

// Owing reads which city deputies in office have not reported in their term, those
// who should have first. It needs ViewReportsBack, and is for the desks only.
func (s *Store) Owing(ctx context.Context, actor access.Actor, street int64) (list []Owing, err error) {
	defer fault.Wrap(&err, "list deputies who owe a report")
	if !actor.May(access.ViewReportsBack) || actor.DeputyID != 0 {
		return nil, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT d.id AS deputy_id, d.street_id, s.name AS street, d.name, d.electoral_district AS district, d.term, d.since,
		       (d.since + make_interval(months => `+dueMonths.SQL("d.street_id")+`))::date AS due_on, coalesce(r.id, 0) AS report_id, r.held_on AS planned_on
		FROM deputies d
		JOIN streets s ON s.id = d.street_id
		LEFT JOIN deputy_reports r ON r.street_id = d.street_id AND r.deputy_id = d.id AND r.term = d.term AND r.state <> 'dropped'
		WHERE d.level = 'city' AND d.since <= @today::date AND (d.ended_on IS NULL OR d.ended_on > @today::date) AND (@street = 0 OR d.street_id = @street)
		  AND (r.id IS NULL OR r.state IN ('due', 'written', 'spoken', 'rating'))
		ORDER BY due_on, d.id
		LIMIT 1000`, db.Args{"today": calendar.On(s.now()), "street": street}))
	return list, err
}

// Candidates reads which city deputies of the actor's street may be called to report.
func (s *Store) Candidates(ctx context.Context, actor access.Actor) (list []choice.Row, err error) {
	defer fault.Wrap(&err, "list deputies to report")
	if !keeps(actor) {
		return nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT d.id, d.name || '（' || d.electoral_district || '）' AS name
		FROM deputies d
		WHERE d.street_id = @street AND d.level = 'city' AND d.since <= @today::date AND (d.ended_on IS NULL OR d.ended_on > @today::date)
		  AND NOT EXISTS (SELECT FROM deputy_reports r WHERE r.street_id = d.street_id AND r.deputy_id = d.id AND r.term = d.term AND r.state <> 'dropped')
		ORDER BY d.electoral_district, d.id
		LIMIT 500`, db.Args{"street": actor.StreetID, "today": calendar.On(s.now())}))
	return list, err
}
