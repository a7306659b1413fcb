package performance

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Filter says which cell's rows.
type Filter struct {
	StreetID int64
	DeputyID int64 // 0: of all deputies of the street
	Year     int
	Class    string // one of Classes, or an Item: all that it gives points for
	After    Place
	Limit    int
}

// Place is where a page of rows begins: after this row. The zero Place is the start.
type Place struct {
	On               time.Time
	Source, DeputyID int64
}

// String returns p in a form that fits a URL.
func (p Place) String() string {
	if p.Source == 0 {
		return ""
	}
	return fmt.Sprintf("%s.%d.%d", calendar.ISO(p.On), p.Source, p.DeputyID)
}

// ParsePlace reads what String wrote. Anything else gives the zero Place.
func ParsePlace(s string) (p Place) {
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return p
	}
	on, ok := calendar.Parse(parts[0])
	source, err := strconv.ParseInt(parts[1], 10, 64)
	deputy, err2 := strconv.ParseInt(parts[2], 10, 64)
	if !ok || err != nil || err2 != nil {
		return p
	}
	return Place{on, source, deputy}
}

// Rows are the rows behind a cell.
type Rows struct {
	Street string
	Deputy string // "" for the whole street
	Cell   Cell   // what the rows add up to
	Rows   []Row
	Next   Place // zero on the last page
}

// Rows reads the rows behind one cell of a yearly sheet, or behind the sum of a
// column, the latest first. Deputies read their own; whoever has ReadPerformance
// reads those of their streets. Any other deputy or class is fault.NotFound.
func (s *Store) Rows(ctx context.Context, actor access.Actor, f Filter) (r Rows, err error) {
	defer fault.Wrap(&err, "rows of %s of deputy %d", f.Class, f.DeputyID)
	classes := Behind(f.Class).Classes
	if classes == nil {
		return r, fault.NotFound
	}
	if err := may(actor, f.DeputyID); err != nil {
		return r, err
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	var cell counted
	var street choice.Row
	from, to := year(f.Year)
	args := db.Args{"street": f.StreetID, "deputy": f.DeputyID, "classes": classes, "from": from, "to": to}
	paged := db.Args{"street": f.StreetID, "deputy": f.DeputyID, "classes": classes, "from": from, "to": to, "limit": f.Limit + 1}
	after := ""
	if f.After.Source != 0 {
		after = ` AND (held_on, source_id, deputy_id) < (@after::date, @source, @of)`
		paged["after"], paged["source"], paged["of"] = f.After.On, f.After.Source, f.After.DeputyID
	}
	err = s.db.ReadNested(ctx, actor,
		db.One(&street, `SELECT id, name FROM streets WHERE id = `+whoseStreet, db.Args{"street": f.StreetID, "deputy": f.DeputyID}),
		db.Value(&r.Deputy, `
			SELECT coalesce((SELECT name FROM deputies WHERE id = @deputy::bigint AND level = 'city' AND street_id = ANY ((SELECT app.streets())::bigint[])), '')`,
			db.Args{"deputy": f.DeputyID}),
		db.Maybe(&cell, `
			SELECT 0::bigint AS deputy_id, '' AS class, coalesce(sum(done), 0)::integer AS done, coalesce(sum(due), 0)::integer AS due,
			       coalesce(sum(excused), 0)::integer AS excused, coalesce(sum(tenths), 0)::integer AS tenths,
			       count(*) FILTER (WHERE detail = 'key')::integer AS keys
			FROM performance_rows r`+ofClass, args),
		db.Many(&r.Rows, selectRow+ofClass+after+`
			ORDER BY held_on DESC, source_id DESC, deputy_id DESC
			LIMIT @limit`, paged))
	if err != nil {
		return r, err
	}
	if f.DeputyID != 0 && r.Deputy == "" {
		return r, fault.NotFound
	}
	r.Street, r.Cell = street.Name, cell.Cell
	if len(r.Rows) > f.Limit {
		r.Rows = r.Rows[:f.Limit]
		last := r.Rows[f.Limit-1]
		r.Next = Place{last.HeldOn, last.SourceID, last.DeputyID}
	}
	return r, nil
}

// whoseStreet is the street of the deputy, or the one that was asked for.
const whoseStreet = `coalesce((SELECT d.street_id FROM deputies d WHERE d.id = @deputy::bigint AND d.street_id = ANY ((SELECT app.streets())::bigint[])),` + chosenStreet + `)`

// ofClass are the rows of one class: of a deputy, or of every city's deputy of the
// street, as the sheet lists them.
const ofClass = `
	WHERE r.street_id = ` + whoseStreet + ` AND r.class = ANY (@classes::text[]) AND r.held_on BETWEEN @from::date AND @to::date
	  AND (r.deputy_id = @deputy::bigint OR @deputy::bigint = 0 AND EXISTS (
		SELECT FROM deputies d
		WHERE d.street_id = r.street_id AND d.id = r.deputy_id AND d.level = 'city' AND d.ended_why <> 'duplicate'
		  AND d.since <= @to::date AND (d.ended_on IS NULL OR d.ended_on > @from::date)))`
