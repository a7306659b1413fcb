package performance

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Record is what one deputy did in a year.
type Record struct {
	Deputy
	Year  int
	Cells [Columns]Cell // as Classes
	Rows  []Row         // the latest first
	More  bool          // there are more rows than are shown

	Sessions  int              // of the congress that the deputy stayed away from without leave, in this term
	Scheme    *Scheme          // how points are given; nil where they are not
	Published *PublicationLine // the newest publication of the street; nil before the first
	Disputes  []DisputeLine    // the deputy's, the latest first
}

// Deputy is whose record it is.
type Deputy struct {
	ID       int64
	StreetID int64
	Street   string
	Name     string
	District string
	Term     string
	Group    string
	Since    time.Time
	EndedOn  *time.Time
}

// shown is how many rows the page of a record shows.
const shown = 300

// Record reads the record of a deputy in a year. Deputies read their own; whoever
// has ReadPerformance reads those of their streets. Any other is fault.NotFound.
func (s *Store) Record(ctx context.Context, actor access.Actor, deputy int64, y int) (r Record, err error) {
	defer fault.Wrap(&err, "performance of deputy %d in %d", deputy, y)
	if err := may(actor, deputy); err != nil {
		return r, err
	}
	var cells []counted
	var scheme Scheme
	var worth []worthOf
	var published []PublicationLine
	from, to := year(y)
	args := db.Args{"deputy": deputy, "from": from, "to": to}
	of := db.Args{"deputy": deputy}
	queries := []db.Query{
		db.One(&r.Deputy, `
			SELECT d.id, d.street_id, (SELECT s.name FROM streets s WHERE s.id = d.street_id) AS street, d.name, d.electoral_district AS district, d.term,
			       d.professional_group AS "group", d.since, d.ended_on
			FROM deputies d
			WHERE d.id = @deputy::bigint AND d.level = 'city' AND d.street_id = ANY ((SELECT app.streets())::bigint[])`, db.Args{"deputy": deputy}),
		db.Many(&cells, selectCells+ofDeputy+`
			GROUP BY deputy_id, class`, args),
		db.Many(&r.Rows, selectRow+ofDeputy+`
			ORDER BY held_on DESC, source_id DESC, class
			LIMIT 301`, args),
		db.Value(&r.Sessions, `SELECT coalesce((SELECT sessions FROM performance_absences WHERE street_id = `+itsStreet+` AND deputy_id = @deputy::bigint), 0)`, of),
		db.Many(&published, selectPublication+` WHERE x.street_id = `+itsStreet+` ORDER BY x.published_at DESC, x.id DESC LIMIT 1`, of),
		db.Many(&r.Disputes, selectDispute+` WHERE x.street_id = `+itsStreet+` AND x.deputy_id = @deputy::bigint ORDER BY x.filed_at DESC, x.id DESC LIMIT 20`, of),
	}
	queries = append(queries, current(&scheme, &worth, itsStreet, db.Args{"deputy": deputy, "year": y})...)
	if err = s.db.ReadNested(ctx, actor, queries...); err != nil {
		return r, err
	}
	if scheme.ID != 0 {
		scheme.fill(worth)
		r.Scheme = &scheme
	}
	if len(published) > 0 {
		r.Published = &published[0]
	}
	r.Year = y
	if len(r.Rows) > shown {
		r.Rows, r.More = r.Rows[:shown], true
	}
	for _, c := range cells {
		if _, at, known := Named(c.Class); known {
			r.Cells[at] = c.Cell
		}
	}
	return r, nil
}

// may reports whether actor reads the record of a deputy.
func may(actor access.Actor, deputy int64) error {
	switch {
	case actor.May(access.ReadPerformance):
		return nil
	case !actor.May(access.ViewPerformance):
		return fault.Forbidden
	case deputy == 0 || deputy != actor.DeputyID:
		return fault.NotFound
	}
	return nil
}

// itsStreet is the street of the deputy.
const itsStreet = `(SELECT d.street_id FROM deputies d WHERE d.id = @deputy::bigint)`

const ofDeputy = `
	WHERE street_id = ` + itsStreet + ` AND deputy_id = @deputy::bigint AND held_on BETWEEN @from::date AND @to::date`

const selectRow = `
	SELECT deputy_id, (SELECT d.name FROM deputies d WHERE d.street_id = r.street_id AND d.id = r.deputy_id) AS deputy,
	       held_on, class, detail, outcome, done, due, excused, tenths, title, source, source_id
	FROM performance_rows r`
