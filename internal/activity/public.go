package activity

import (
	"context"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// PublicLine is one archived activity as residents read it: facts only.
type PublicLine struct {
	ID      int64
	Kind    string
	Title   string
	Themes  []string
	Place   string
	HeldOn  time.Time
	Visited string
	Street  string
}

// PublicFilter narrows the residents' list.
type PublicFilter struct {
	StreetID int64
	Kind     string
	After    db.Cursor
	Limit    int
}

const selectPublic = `
	SELECT a.id, a.kind, a.title, a.themes, a.place, a.held_on, a.visited, s.name AS street
	FROM activities a
	JOIN streets s ON s.id = a.street_id`

// PublicActivities lists archived activities for anybody, the newest day first, and
// the streets to choose from.
func (s *Store) PublicActivities(ctx context.Context, f PublicFilter) (list []PublicLine, next db.Cursor, streets []choice.Row, err error) {
	defer fault.Wrap(&err, "list public activities")
	where, args := "\n\tWHERE true", db.Args{}
	if f.StreetID != 0 {
		where, args["street"] = where+" AND a.street_id = @street", f.StreetID
	}
	if f.Kind != "" {
		where, args["kind"] = where+" AND a.kind = @kind", f.Kind
	}
	if !f.After.IsZero() {
		where += " AND (a.held_on, a.id) < (@after_on::date, @after_id)"
		args["after_on"], args["after_id"] = calendar.On(f.After.At), f.After.ID
	}
	err = s.db.Read(ctx, access.Resident(nil),
		db.Many(&list, selectPublic+where+"\n\tORDER BY a.held_on DESC, a.id DESC\n\tLIMIT "+strconv.Itoa(f.Limit+1), args),
		db.Many(&streets, `SELECT id, name FROM streets ORDER BY code LIMIT 500`, db.Args{}))
	list, next = db.Page(list, f.Limit, func(x PublicLine) db.Cursor { return db.Cursor{At: x.HeldOn, ID: x.ID} })
	return list, next, streets, err
}

// PublicActivity returns one of them, and fault.NotFound for any other.
func (s *Store) PublicActivity(ctx context.Context, id int64) (p PublicLine, err error) {
	defer fault.Wrap(&err, "public activity %d", id)
	return p, s.db.Read(ctx, access.Resident(nil), db.One(&p, selectPublic+` WHERE a.id = @id`, db.Args{"id": id}))
}
