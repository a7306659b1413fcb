package deputy

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Record is everything about one deputy that its reader may see.
type Record struct {
	Line
	Assigned []Assignment
	Steps    []StepLine
	Groups   []Membership
	Timeline []audit.Entry
	Filled   Filling      // who was elected to the seat that they left; zero where nobody was
	Photo    Photo        // zero where there is none
	Streets  []choice.Row // of the city, to move to; for who decides that
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

// StepLine is one step of a seat.
type StepLine struct {
	Step      string
	OnDay     time.Time
	UntilOn   *time.Time
	Ground    string
	Document  string
	Announced *time.Time
	Note      string
	Actor     string
}

// GroundName names what the step rests on, "" where nothing has to be named.
func (l StepLine) GroundName() string { return choice.Name(Grounds(l.Step), l.Ground) }

// Membership is a time in a group.
type Membership struct {
	GroupID int64
	Group   string
	Leader  bool // led it, at some time
	FromOn  time.Time
	UntilOn *time.Time
	Note    string
}

// Filling is the by-election to a seat that fell vacant.
type Filling struct {
	ID        int64
	Name      string
	ElectedOn time.Time
	State     procedure.State
}

// Photo is a deputy's photograph and whether residents may see it.
type Photo struct {
	FileID    int64
	ConsentOn *time.Time
}

// Work counts what a deputy did, as far as its reader sees it.
type Work struct {
	Visits   Tally // receptions attended
	Opinions Tally // residents' opinions carried
	Latest   []Attended
	Sessions int // of the congress, in this term, that they stayed away from without leave (DEP62(3))
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
	queries = append(queries, history(&r, arg)...)
	if actor.May(access.DecideDeputies) {
		queries = append(queries, db.Many(&r.Streets, `
			SELECT id, name
			FROM streets
			WHERE id = ANY ((SELECT app.streets())::bigint[]) AND id <> (SELECT street_id FROM deputies WHERE id = @id)
			ORDER BY code
			LIMIT 1000`, arg))
	}
	if actor.May(access.KeepDeputies) || actor.May(access.UnmaskDeputy) {
		queries = append(queries, audit.Timeline(&r.Timeline, "deputy", id))
	}
	if actor.May(access.ViewFigures) || actor.DeputyID == id {
		r.Work = &Work{}
		queries = append(queries, s.work(r.Work, id)...)
		queries = append(queries, db.Value(&r.Work.Sessions, `
			SELECT coalesce((SELECT sessions FROM performance_absences WHERE street_id = (SELECT street_id FROM deputies WHERE id = @id) AND deputy_id = @id), 0)`, arg))
	}
	return r, s.db.Read(ctx, actor, queries...)
}

// history are the steps of the seat, the groups and the photograph.
func history(r *Record, arg db.Args) []db.Query {
	return []db.Query{
		db.Many(&r.Steps, `
			SELECT step, on_day, until_on, ground, document, announced_on AS announced, note, actor
			FROM deputy_steps
			WHERE street_id = (SELECT street_id FROM deputies WHERE id = @id) AND deputy_id = @id
			ORDER BY id DESC
			LIMIT 100`, arg),
		db.Many(&r.Groups, `
			SELECT m.group_id, g.name AS "group", m.from_on, m.until_on, m.note,
			       EXISTS (SELECT FROM group_leaders l
			               WHERE l.street_id = m.street_id AND l.group_id = m.group_id AND l.deputy_id = m.deputy_id
			                 AND l.from_on >= m.from_on AND (m.until_on IS NULL OR l.from_on < m.until_on)) AS leader
			FROM group_members m
			JOIN deputy_groups g ON g.street_id = m.street_id AND g.id = m.group_id
			WHERE m.street_id = (SELECT street_id FROM deputies WHERE id = @id) AND m.deputy_id = @id
			ORDER BY m.from_on DESC, m.id DESC
			LIMIT 50`, arg),
		db.Maybe(&r.Filled, `
			SELECT e.id, p.name, e.elected_on, e.state
			FROM deputy_elections e
			JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id
			WHERE e.street_id = (SELECT street_id FROM deputies WHERE id = @id) AND e.fills = @id AND e.state IN ('elected', 'confirmed')`, arg),
		db.Maybe(&r.Photo, `SELECT photo_id AS file_id, photo_consent_on AS consent_on FROM deputies WHERE id = @id AND photo_id IS NOT NULL`, arg),
	}
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
