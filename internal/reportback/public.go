package reportback

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// PublicLine is a published report as residents read it.
type PublicLine struct {
	ID     int64
	Street string
	Name   string // "" where the deputy has left office since
	Term   string
	HeldOn time.Time
}

// Public is one of them with its text and the sums of its rating.
type Public struct {
	PublicLine
	Text    string
	Ratings []Rated `db:"-"`
}

const publicColumns = `
	SELECT r.id, s.name AS street, coalesce((SELECT d.name FROM deputies d WHERE d.street_id = r.street_id AND d.id = r.deputy_id), '') AS name, r.term, r.held_on`

// PublicReports lists published reports for anybody, the latest first: of a street,
// or, where street is 0, of all.
func (s *Store) PublicReports(ctx context.Context, street int64, after db.Cursor, limit int) (list []PublicLine, next db.Cursor, err error) {
	defer fault.Wrap(&err, "list published reports")
	where, args := "", db.Args{"limit": limit + 1}
	if street != 0 {
		where, args["street"] = " AND r.street_id = @street", street
	}
	if !after.IsZero() {
		where += " AND (r.held_on, r.id) < (@after_on::date, @after_id)"
		args["after_on"], args["after_id"] = after.At, after.ID
	}
	err = s.db.Read(ctx, access.Resident(nil), db.Many(&list, publicColumns+`
		FROM deputy_reports r
		JOIN streets s ON s.id = r.street_id
		WHERE true`+where+`
		ORDER BY r.held_on DESC, r.id DESC
		LIMIT @limit`, args))
	list, next = db.Page(list, limit, func(l PublicLine) db.Cursor { return db.Cursor{At: l.HeldOn, ID: l.ID} })
	return list, next, err
}

// PublicReport reads one of them, and fault.NotFound for any other.
func (s *Store) PublicReport(ctx context.Context, id int64) (p Public, err error) {
	defer fault.Wrap(&err, "published report %d", id)
	err = s.db.Read(ctx, access.Resident(nil),
		db.One(&p, publicColumns+`, r.text FROM deputy_reports r JOIN streets s ON s.id = r.street_id WHERE r.id = @id`, db.Args{"id": id}),
		ratings(&p.Ratings, id))
	return p, err
}
