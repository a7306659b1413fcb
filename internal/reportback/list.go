package reportback

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Line is one report in a list.
type Line struct {
	ID        int64
	StreetID  int64
	Street    string
	SessionID int64
	DeputyID  int64
	Name      string
	District  string // that elected the deputy
	Term      string
	HeldOn    time.Time
	State     procedure.State
	Satisfied int // of the rating, once it is published
	Basically int
	Not       int
	Ballots   int // 0 before, and where too few have cast to show the split
}

const selectLine = `
	SELECT r.id, r.street_id, s.name AS street, r.session_id, r.deputy_id, d.name, d.electoral_district AS district, r.term, r.held_on, r.state,
	       coalesce(x.satisfied, 0) AS satisfied, coalesce(x.basically, 0) AS basically, coalesce(x.dissatisfied, 0) AS "not", coalesce(x.ballots, 0) AS ballots
	FROM deputy_reports r
	JOIN deputies d ON d.street_id = r.street_id AND d.id = r.deputy_id
	JOIN streets s ON s.id = r.street_id
	LEFT JOIN LATERAL (
		SELECT sum(p.votes) FILTER (WHERE p.option = 'satisfied')::integer AS satisfied, sum(p.votes) FILTER (WHERE p.option = 'basically')::integer AS basically,
		       sum(p.votes) FILTER (WHERE p.option = 'dissatisfied')::integer AS dissatisfied, max(p.ballots) AS ballots
		FROM app.published_rating(r.id) p
		WHERE p.number = 1 AND r.state IN ('published', 'archived')) AS x ON true`

// Filter narrows a list of reports. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	State    string
	Text     string // in the deputy's name
	From, To time.Time
	After    db.Cursor
	Limit    int
}

func (f Filter) where(actor access.Actor) (string, db.Args) {
	var b strings.Builder
	args := db.Args{}
	b.WriteString("\n\tWHERE true")
	add := func(is bool, name string, value any, sql string) {
		if is {
			b.WriteString("\n\t  AND " + sql)
			args[name] = value
		}
	}
	street := f.StreetID
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	add(street != 0, "street", street, "r.street_id = @street")
	add(f.State != "", "state", f.State, "r.state = @state")
	add(f.Text != "", "text", "%"+likeEscaper.Replace(f.Text)+"%", "d.name LIKE @text")
	add(!f.From.IsZero(), "from", f.From, "r.held_on >= @from::date")
	add(!f.To.IsZero(), "to", f.To, "r.held_on <= @to::date")
	if !f.After.IsZero() {
		args["after_on"] = f.After.At
		add(true, "after_id", f.After.ID, "(r.held_on, r.id) < (@after_on::date, @after_id)")
	}
	return b.String(), args
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Listing is a page of reports.
type Listing struct {
	Lines   []Line
	Next    db.Cursor
	Count   int
	Streets []choice.Row
}

// Reports reads a page of reports, the latest first. It needs ViewReportsBack.
func (s *Store) Reports(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list reports to voters")
	if !actor.May(access.ViewReportsBack) {
		return l, fault.Forbidden
	}
	where, args := f.where(actor)
	counted := f
	counted.After = db.Cursor{}
	all, allArgs := counted.where(actor)
	args["limit"] = f.Limit + 1
	err = s.db.Read(ctx, actor,
		db.Many(&l.Lines, selectLine+where+` ORDER BY r.held_on DESC, r.id DESC LIMIT @limit`, args),
		db.Value(&l.Count, `SELECT count(*) FROM deputy_reports r JOIN deputies d ON d.street_id = r.street_id AND d.id = r.deputy_id`+all, allArgs),
		db.Many(&l.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}))
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.HeldOn, ID: x.ID} })
	return l, err
}
