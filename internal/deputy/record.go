package deputy

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Record is everything about one deputy that its reader may see.
type Record struct {
	Line
	Assigned []Assignment
	Timeline []audit.Entry
	// Work is what they did, for the street's and the city's desks and for
	// themselves (domain.md §2: deputies do not see each other's).
	Work *Work
}

// Assignment is a station that a deputy is or was assigned to.
type Assignment struct {
	StationID int64
	Station   string
	FromOn    time.Time
	UntilOn   *time.Time
}

// Work counts what a deputy did, as far as its reader sees it.
type Work struct {
	Visits   Tally // receptions attended
	Opinions Tally // residents' opinions carried
	Latest   []Attended
}

// Tally is how many there are, altogether and in the current year, and how many
// of all are closed.
type Tally struct{ Total, Year, Closed int }

// Attended is a reception that a deputy attended.
type Attended struct {
	VisitID   int64
	HeldOn    time.Time
	Station   string
	Residents int
	Opinions  int // that it collected
}

// Record returns one deputy with what belongs to them, in one round trip.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "deputy %d", id)
	if !actor.May(access.ViewDeputies) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	queries := []db.Query{
		db.One(&r.Line, selectLine+` WHERE d.id = @id`, arg),
		db.Many(&r.Assigned, `
			SELECT sd.station_id, t.name AS station, sd.from_on, sd.until_on
			FROM station_deputies sd
			JOIN stations t ON t.street_id = sd.street_id AND t.id = sd.station_id
			WHERE sd.street_id = (SELECT street_id FROM deputies WHERE id = @id) AND sd.deputy_id = @id
			ORDER BY sd.until_on IS NOT NULL, sd.from_on DESC, sd.id
			LIMIT 50`, arg),
	}
	if actor.May(access.KeepDeputies) || actor.May(access.UnmaskDeputy) {
		queries = append(queries, audit.Timeline(&r.Timeline, "deputy", id))
	}
	if actor.May(access.ViewFigures) || actor.DeputyID == id {
		r.Work = &Work{}
		queries = append(queries, s.work(r.Work, id)...)
	}
	return r, s.db.Read(ctx, actor, queries...)
}

func (s *Store) work(w *Work, id int64) []db.Query {
	today := calendar.On(s.now())
	args := db.Args{"id": id, "new_year": calendar.Day(today.Year(), 1, 1)}
	return []db.Query{
		db.One(&w.Visits, `
			SELECT count(*) AS total, count(*) FILTER (WHERE v.held_on >= @new_year::date) AS year, 0 AS closed
			FROM visit_deputies a
			JOIN visits v ON v.street_id = a.street_id AND v.id = a.visit_id
			WHERE a.street_id = (SELECT street_id FROM deputies WHERE id = @id) AND a.deputy_id = @id`, args),
		db.One(&w.Opinions, `
			SELECT count(*) AS total, count(*) FILTER (WHERE o.received_on >= @new_year::date) AS year,
			       count(*) FILTER (WHERE o.state = 'closed') AS closed
			FROM opinions o
			WHERE o.street_id = (SELECT street_id FROM deputies WHERE id = @id) AND o.deputy_id = @id`, args),
		db.Many(&w.Latest, `
			SELECT v.id AS visit_id, v.held_on, t.name AS station, v.residents,
			       (SELECT count(*) FROM opinions o WHERE o.street_id = v.street_id AND o.visit_id = v.id) AS opinions
			FROM visit_deputies a
			JOIN visits v ON v.street_id = a.street_id AND v.id = a.visit_id
			JOIN stations t ON t.street_id = v.street_id AND t.id = v.station_id
			WHERE a.street_id = (SELECT street_id FROM deputies WHERE id = @id) AND a.deputy_id = @id
			ORDER BY v.held_on DESC, v.id DESC
			LIMIT 10`, db.Args{"id": id}),
	}
}
