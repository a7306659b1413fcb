package performance

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Line is one deputy of a yearly sheet.
type Line struct {
	ID       int64
	Name     string
	District string
	Group    string // the professional group
	Since    time.Time
	EndedOn  *time.Time
	Cells    [Columns]Cell `db:"-"` // as Classes
	Sessions int           // of the congress that the deputy stayed away from without leave, in this term
}

// Sheet is what the deputies of a street did in a year.
type Sheet struct {
	StreetID int64
	Street   string
	Year     int
	Lines    []Line
	Total    [Columns]Cell
	Scheme   *Scheme      // how points are given; nil where they are not
	Streets  []choice.Row // of the city, for its filter
}

// Query says which sheet.
type Query struct {
	StreetID int64 // of a city's actor; 0 for its first street
	Year     int
	Group    string // only this professional group
	Text     string // only names with this in them
}

// Sheet reads the yearly sheet of a street: the city's deputies who were in office
// on any day of the year, in the order of their names. It needs ReadPerformance;
// another city's street is fault.NotFound.
func (s *Store) Sheet(ctx context.Context, actor access.Actor, q Query) (sheet Sheet, err error) {
	defer fault.Wrap(&err, "performance of street %d in %d", q.StreetID, q.Year)
	if !actor.May(access.ReadPerformance) {
		return sheet, fault.Forbidden
	}
	street := q.StreetID
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	var at choice.Row
	var cells []counted
	var scheme Scheme
	var worth []worthOf
	from, to := year(q.Year)
	args := db.Args{"street": street, "from": from, "to": to}
	listed := db.Args{"street": street, "from": from, "to": to, "group": q.Group, "text": "%" + likeEscaper.Replace(q.Text) + "%"}
	queries := []db.Query{
		db.One(&at, `SELECT id, name FROM streets WHERE id = `+chosenStreet, db.Args{"street": street}),
		db.Many(&sheet.Lines, `
			SELECT id, name, electoral_district AS district, professional_group AS "group", since, ended_on,
			       coalesce((SELECT a.sessions FROM performance_absences a WHERE a.street_id = d.street_id AND a.deputy_id = d.id), 0) AS sessions
			FROM deputies d
			WHERE street_id = `+chosenStreet+` AND level = 'city' AND ended_why <> 'duplicate'
			  AND since <= @to::date AND (ended_on IS NULL OR ended_on > @from::date)
			  AND (@group = '' OR professional_group = @group) AND name LIKE @text
			ORDER BY name COLLATE "C", id
			LIMIT 500`, listed),
		db.Many(&cells, selectCells+`
			WHERE street_id = `+chosenStreet+` AND held_on BETWEEN @from::date AND @to::date
			GROUP BY deputy_id, class`, args),
		db.Many(&sheet.Streets, selectStreets, db.Args{}),
	}
	queries = append(queries, current(&scheme, &worth, chosenStreet, db.Args{"street": street, "year": q.Year})...)
	if err = s.db.ReadNested(ctx, actor, queries...); err != nil {
		return sheet, err
	}
	if scheme.ID != 0 {
		scheme.fill(worth)
		sheet.Scheme = &scheme
	}
	sheet.StreetID, sheet.Street, sheet.Year = at.ID, at.Name, q.Year
	sheet.fill(cells)
	return sheet, nil
}

// chosenStreet is the street that was asked for, or the first one of the actor's.
const chosenStreet = `(SELECT x.id FROM streets x WHERE x.id = ANY ((SELECT app.streets())::bigint[]) AND @street::bigint IN (0, x.id) ORDER BY x.code LIMIT 1)`

// counted is a cell as it is read.
type counted struct {
	DeputyID int64
	Class    string
	Cell
}

const selectCells = `
	SELECT deputy_id, class, sum(done)::integer AS done, sum(due)::integer AS due, sum(excused)::integer AS excused, sum(tenths)::integer AS tenths,
	       count(*) FILTER (WHERE detail = 'key')::integer AS keys
	FROM performance_rows`

// fill puts the cells where they belong and adds the columns up.
func (s *Sheet) fill(cells []counted) {
	lines := map[int64]*Line{}
	for i := range s.Lines {
		lines[s.Lines[i].ID] = &s.Lines[i]
	}
	for _, c := range cells {
		l, listed := lines[c.DeputyID]
		if _, at, known := Named(c.Class); known && listed {
			l.Cells[at] = c.Cell
			s.Total[at] = s.Total[at].Plus(c.Cell)
		}
	}
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
