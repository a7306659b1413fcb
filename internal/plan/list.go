package plan

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Filter narrows a list of plans. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	Year     int
	State    string
	Limit    int
	Offset   Place
}

// Place is where a page of plans begins: after this one, newest year first.
type Place struct {
	Year int
	ID   int64
}

// PlanLine is one plan in a list.
type PlanLine struct {
	ID       int64
	StreetID int64
	Street   string
	Year     int
	State    procedure.State
	IssuedOn *time.Time
	Items    int // in force
	Done     int
	Behind   int
	Editions int
}

// Listing is a page of plans.
type Listing struct {
	Lines   []PlanLine
	Next    Place // zero on the last page
	Count   int
	Streets []choice.Row // of the city, for its filter
}

// Plans reads a page of plans, the newest year first. It needs ViewPlans.
func (s *Store) Plans(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list plans")
	if !may(actor, access.ViewPlans) {
		return l, fault.Forbidden
	}
	street := f.StreetID
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	args := db.Args{"street": street, "year": f.Year, "state": f.State, "after_year": f.Offset.Year, "after_id": f.Offset.ID, "limit": f.Limit + 1, "today": s.today()}
	const where = `
		WHERE (@street::bigint = 0 OR p.street_id = @street) AND (@year::integer = 0 OR p.year = @year) AND (@state::text = '' OR p.state = @state)`
	err = s.db.Read(ctx, actor,
		db.Many(&l.Lines, `
			SELECT p.id, p.street_id, t.name AS street, p.year, p.state, p.issued_on,
			       (SELECT count(*) FROM plan_items i WHERE i.street_id = p.street_id AND i.plan_id = p.id AND NOT i.dropped) AS items,
			       (SELECT count(*) FROM plan_items i WHERE i.street_id = p.street_id AND i.plan_id = p.id AND NOT i.dropped AND i.status = 'done') AS done,
			       (SELECT count(*) FROM plan_items i WHERE i.street_id = p.street_id AND i.plan_id = p.id AND NOT i.dropped AND i.status <> 'done'
			        AND make_date(p.year, i.month, 1) + interval '1 month' <= @today::date) AS behind,
			       (SELECT count(*) FROM plan_editions e WHERE e.street_id = p.street_id AND e.plan_id = p.id) AS editions
			FROM plans p
			JOIN streets t ON t.id = p.street_id`+where+`
			  AND (@after_id::bigint = 0 OR p.year < @after_year::integer OR p.year = @after_year AND p.id > @after_id)
			ORDER BY p.year DESC, p.id
			LIMIT @limit`, args),
		db.Value(&l.Count, `SELECT count(*) FROM plans p`+where, db.Args{"street": street, "year": f.Year, "state": f.State}),
		db.Many(&l.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}))
	if len(l.Lines) > f.Limit {
		l.Lines = l.Lines[:f.Limit]
		last := l.Lines[f.Limit-1]
		l.Next = Place{last.Year, last.ID}
	}
	return l, err
}

// Public is one issued plan as residents read it.
type Public struct {
	ID        int64
	Street    string
	Year      int
	State     procedure.State
	Preamble  string
	PassedOn  time.Time
	IssuedOn  time.Time
	DocNumber string
	Items     []PublicItem `db:"-"`
	Summary   string       `db:"-"` // once it is signed
}

// PublicItem is one of its items.
type PublicItem struct {
	Month   int
	Theme   string
	Kind    string
	Output  string
	Dropped bool
	Status  string
}

const selectPublic = `
	SELECT p.id, s.name AS street, p.year, p.state, p.preamble, p.passed_on, p.issued_on, p.doc_number
	FROM plans p
	JOIN streets s ON s.id = p.street_id`

// PublicPlans lists the issued plans, newest year first, for anybody.
func (s *Store) PublicPlans(ctx context.Context, after Place, limit int) (list []Public, next Place, err error) {
	defer fault.Wrap(&err, "list public plans")
	err = s.db.Read(ctx, access.Resident(nil), db.Many(&list, selectPublic+`
		WHERE (@after_id::bigint = 0 OR p.year < @after_year::integer OR p.year = @after_year AND p.id > @after_id)
		ORDER BY p.year DESC, p.id
		LIMIT @limit`, db.Args{"after_year": after.Year, "after_id": after.ID, "limit": limit + 1}))
	if len(list) > limit {
		list = list[:limit]
		next = Place{list[limit-1].Year, list[limit-1].ID}
	}
	return list, next, err
}

// PublicPlan returns one of them with its items and, once it is signed, its summary;
// fault.NotFound for any other.
func (s *Store) PublicPlan(ctx context.Context, id int64) (p Public, err error) {
	defer fault.Wrap(&err, "public plan %d", id)
	var summary []string
	err = s.db.Read(ctx, access.Resident(nil),
		db.One(&p, selectPublic+` WHERE p.id = @id`, db.Args{"id": id}),
		db.Many(&p.Items, `
			SELECT month, theme, kind, output, dropped, status
			FROM plan_items
			WHERE street_id = (SELECT street_id FROM plans WHERE id = @id) AND plan_id = @id
			ORDER BY month, id
			LIMIT 400`, db.Args{"id": id}),
		db.Values(&summary, `
			SELECT text
			FROM plan_summaries
			WHERE street_id = (SELECT street_id FROM plans WHERE id = @id) AND plan_id = @id
			LIMIT 1`, db.Args{"id": id}))
	if len(summary) > 0 {
		p.Summary = summary[0]
	}
	return p, err
}
