package training

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

// Filter narrows a list of trainings. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	State    string
	Team     string
	Text     string // in title, theme or teacher
	From, To time.Time
	After    db.Cursor
	Limit    int
}

// Line is one training in a list.
type Line struct {
	ID       int64
	StreetID int64
	Street   string
	Title    string
	Theme    string
	Teacher  string
	HeldOn   time.Time
	StartsAt string
	Tenths   int // of an hour
	Place    string
	Audience []string
	State    procedure.State
	Listed   int // how many are to come; of a participant's own list, 1
	Signed   int
}

// TeamNames writes whom a training is for.
func TeamNames(keys []string) string {
	var names []string
	for _, t := range Teams {
		if contains(keys, t.Key) {
			names = append(names, t.Name)
		}
	}
	return strings.Join(names, "、")
}

const selectLine = `
	SELECT t.id, t.street_id, t.title, t.theme, t.teacher, t.held_on, t.starts_at, (t.hours * 10)::integer AS tenths, t.place, t.audience, t.state,
	       (SELECT s.name FROM streets s WHERE s.id = t.street_id) AS street,
	       (SELECT count(*) FROM training_participants p WHERE p.street_id = t.street_id AND p.training_id = t.id) AS listed,
	       (SELECT count(*) FROM training_participants p WHERE p.street_id = t.street_id AND p.training_id = t.id AND p.signed_at IS NOT NULL) AS signed
	FROM trainings t`

// Listing is a page of trainings.
type Listing struct {
	Lines   []Line
	Next    db.Cursor // zero on the last page
	Count   int
	Streets []choice.Row // of the city, for its filter
}

// Trainings reads a page of trainings, the latest first: those of the street, or
// those to which the actor is to come. It needs ViewTrainings.
func (s *Store) Trainings(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list trainings")
	if !actor.May(access.ViewTrainings) {
		return l, fault.Forbidden
	}
	where, args := f.where(actor)
	counted := f
	counted.After = db.Cursor{}
	all, allArgs := counted.where(actor)
	args["limit"] = f.Limit + 1
	err = s.db.Read(ctx, actor,
		db.Many(&l.Lines, selectLine+where+`
		ORDER BY t.held_on DESC, t.id DESC
		LIMIT @limit`, args),
		db.Value(&l.Count, `SELECT count(*) FROM trainings t`+all, allArgs),
		db.Many(&l.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}))
	if err != nil {
		return l, err
	}
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.HeldOn, ID: x.ID} })
	return l, nil
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
	add(street != 0, "street", street, "t.street_id = @street")
	add(f.State != "", "state", f.State, "t.state = @state")
	add(f.Team != "", "team", f.Team, "@team = ANY (t.audience)")
	add(!f.From.IsZero(), "from", f.From, "t.held_on >= @from::date")
	add(!f.To.IsZero(), "to", f.To, "t.held_on <= @to::date")
	add(f.Text != "", "text", "%"+likeEscaper.Replace(f.Text)+"%", "(t.title LIKE @text OR t.theme LIKE @text OR t.teacher LIKE @text)")
	if !f.After.IsZero() {
		args["after_on"] = f.After.At
		add(true, "after_id", f.After.ID, "(t.held_on, t.id) < (@after_on::date, @after_id)")
	}
	return b.String(), args
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
