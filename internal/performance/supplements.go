package performance

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
)

// SupplementLine is one supplement in a list.
type SupplementLine struct {
	ID        int64
	StreetID  int64
	Street    string
	Class     string
	Title     string
	HeldOn    time.Time
	Attended  int
	Excused   int
	Missed    int
	State     procedure.State
	Enterer   string
	EnteredAt time.Time
	Deputies  int
	First     string // the name of one of them
}

const selectSupplement = `
	SELECT x.id, x.street_id, (SELECT s.name FROM streets s WHERE s.id = x.street_id) AS street, x.class, x.title, x.held_on, x.attended, x.excused, x.missed,
	       x.state, x.enterer, x.entered_at,
	       (SELECT count(*) FROM performance_supplement_deputies y WHERE y.street_id = x.street_id AND y.supplement_id = x.id) AS deputies,
	       coalesce((SELECT min(d.name COLLATE "C") FROM performance_supplement_deputies y JOIN deputies d ON d.street_id = y.street_id AND d.id = y.deputy_id
	                 WHERE y.street_id = x.street_id AND y.supplement_id = x.id), '') AS first
	FROM performance_supplements x`

// ListFilter narrows a list of supplements, publications or disputes. Zero fields do
// not narrow it.
type ListFilter struct {
	StreetID int64
	State    string
	Class    string
	After    db.Cursor
	Limit    int
}

func (f ListFilter) where(at string) (string, db.Args) {
	sql, args := "\n\tWHERE true", db.Args{"limit": f.Limit + 1}
	add := func(is bool, name string, value any, condition string) {
		if is {
			sql += "\n\t  AND " + condition
			args[name] = value
		}
	}
	add(f.StreetID != 0, "street", f.StreetID, "x.street_id = @street")
	add(f.State != "", "state", f.State, "x.state = @state")
	add(f.Class != "", "class", f.Class, "x.class = @class")
	if !f.After.IsZero() {
		args["after_at"] = f.After.At
		add(true, "after_id", f.After.ID, "("+at+", x.id) < (@after_at, @after_id)")
	}
	return sql + "\n\tORDER BY " + at + " DESC, x.id DESC\n\tLIMIT @limit", args
}

// SupplementList is a page of supplements.
type SupplementList struct {
	Lines   []SupplementLine
	Next    db.Cursor // zero on the last page
	Streets []choice.Row
}

const selectStreets = `SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY code LIMIT 500`

// SupplementList reads a page of supplements, the latest first. It needs
// ReadPerformance.
func (s *Store) SupplementList(ctx context.Context, actor access.Actor, f ListFilter) (l SupplementList, err error) {
	defer fault.Wrap(&err, "list supplements")
	if !actor.May(access.ReadPerformance) {
		return l, fault.Forbidden
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	where, args := f.where("x.entered_at")
	err = s.db.Read(ctx, actor, db.Many(&l.Lines, selectSupplement+where, args), db.Many(&l.Streets, selectStreets, db.Args{}))
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x SupplementLine) db.Cursor { return db.Cursor{At: x.EnteredAt, ID: x.ID} })
	return l, err
}

// SupplementRecord is one supplement with what belongs to it.
type SupplementRecord struct {
	SupplementLine
	Note        string
	EnteredBy   int64
	Confirmer   string
	ConfirmedAt *time.Time
	EndedWhy    string
	Version     int
	Whom        []choice.Row // the deputies
	Files       []file.Attachment
	Timeline    []audit.Entry
}

// Moves are what actor may do with it now.
func (r *SupplementRecord) Moves(actor access.Actor) (open []procedure.Move) {
	for _, m := range Supplements.Open(actor, r.State) {
		if own := r.EnteredBy == actor.UserID; own && m.Name == "confirmation" || own && m.Name == "refusal" || !own && m.Name == "withdrawal" {
			continue
		}
		open = append(open, m)
	}
	return open
}

// SupplementRecord reads one supplement: those of the street, or what was confirmed
// about the deputy who asks.
func (s *Store) SupplementRecord(ctx context.Context, actor access.Actor, id int64) (r SupplementRecord, err error) {
	defer fault.Wrap(&err, "supplement %d", id)
	if !actor.May(access.ViewPerformance) {
		return r, fault.Forbidden
	}
	var more struct {
		Note        string
		EnteredBy   int64
		Confirmer   string
		ConfirmedAt *time.Time
		EndedWhy    string
		Version     int
	}
	arg := db.Args{"id": id}
	queries := []db.Query{
		db.One(&r.SupplementLine, selectSupplement+` WHERE x.id = @id`, arg),
		db.One(&more, `SELECT note, entered_by, confirmer, confirmed_at, ended_why, version FROM performance_supplements WHERE id = @id`, arg),
		db.Many(&r.Whom, `
			SELECT d.id, d.name
			FROM performance_supplement_deputies y
			JOIN deputies d ON d.street_id = y.street_id AND d.id = y.deputy_id
			WHERE y.supplement_id = @id
			ORDER BY d.name COLLATE "C", d.id
			LIMIT 500`, arg),
		file.Of(&r.Files, "performance_supplement", id),
	}
	if actor.May(access.ReadPerformance) {
		queries = append(queries, audit.Timeline(&r.Timeline, "performance_supplement", id))
	}
	err = s.db.Read(ctx, actor, queries...)
	r.Note, r.EnteredBy, r.Confirmer, r.ConfirmedAt, r.EndedWhy, r.Version = more.Note, more.EnteredBy, more.Confirmer, more.ConfirmedAt, more.EndedWhy, more.Version
	return r, err
}

// Choices are what the form of a supplement offers.
type Choices struct {
	StreetID int64
	Deputies []choice.Row // of the street, in office or of the last five years
	Streets  []choice.Row
	Titles   []string // of supplements entered before, the latest first
	Limits   file.Limits
}

// Choices reads what the form of a supplement offers. It needs AddPerformance.
func (s *Store) Choices(ctx context.Context, actor access.Actor, street int64) (c Choices, err error) {
	defer fault.Wrap(&err, "choices of a supplement")
	if !actor.May(access.AddPerformance) {
		return c, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	args := db.Args{"street": street}
	queries := []db.Query{
		db.Value(&c.StreetID, `SELECT `+chosenStreet, args),
		db.Many(&c.Deputies, `
			SELECT id, name
			FROM deputies
			WHERE street_id = `+chosenStreet+` AND level = 'city' AND ended_why <> 'duplicate' AND (ended_on IS NULL OR ended_on > @now::date - 1830)
			ORDER BY ended_on IS NOT NULL, name COLLATE "C", id
			LIMIT 200`, db.Args{"street": street, "now": s.now()}),
		db.Many(&c.Streets, selectStreets, db.Args{}),
		db.Values(&c.Titles, `
			SELECT title
			FROM performance_supplements
			WHERE street_id = `+chosenStreet+`
			GROUP BY title
			ORDER BY max(entered_at) DESC
			LIMIT 20`, args),
	}
	return c, s.db.Read(ctx, actor, append(queries, c.Limits.Queries(street)...)...)
}
