package opinion

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Filter narrows a list of opinions. Zero fields do not narrow it.
type Filter struct {
	StreetID    int64
	View        string // one of Views
	State       string // a state, Accepted or Open
	Rating      string // a rating, or Rated
	Kind        string
	Field       string
	UnitID      int64
	StationID   int64
	CommunityID int64
	DeputyID    int64
	From, To    time.Time // received on these days or between
	Text        string    // in the text, the place or the number
	After       db.Cursor
	Limit       int
}

// Accepted, as a Filter's State, is every state of what the committee took on: not
// declined, merged or withdrawn. Open is every state that is not an end. Rated, as its Rating, is any rating that a
// resident gave. They are what figures count.
const (
	Accepted = "accepted"
	Open     = "open"
	Rated    = "rated"
)

// View is a list that people ask for by name.
type View struct {
	Key, Name string
	where     string
}

// Views are the saved views of the ledger.
var Views = []View{
	{"", "全部", ""},
	{"triage", "待研判", "o.state = 'registered'"},
	{"assign", "待交办", "o.state IN ('to_assign', 'returned')"},
	{"handle", "办理中", "o.state IN ('assigned', 'signed', 'handling')"},
	{"review", "待审核", "o.state = 'replied'"},
	{"feedback", "待反馈", "(o.state = 'to_feedback' OR o.state = 'merged' AND o.answer <> '' AND o.told_on IS NULL AND NOT o.anonymous)"},
	{"soon", "快到期", "o.state IN ('registered', 'to_assign', 'assigned', 'signed', 'handling', 'returned', 'replied', 'to_feedback', 'to_rate') AND EXISTS (" + openDeadline + " AND d.due_on BETWEEN @today::date AND @today::date + 5)"},
	{"overdue", "已逾期", "o.state NOT IN ('closed', 'declined', 'merged', 'withdrawn') AND EXISTS (" + openDeadline + " AND d.due_on < @today::date)"},
	{"promised", "挂账", "o.state = 'promised'"},
	{"city", "转市级", "o.state = 'to_city'"},
}

const openDeadline = `SELECT FROM deadlines d WHERE d.street_id = o.street_id AND d.kind = 'opinion' AND d.subject_id = o.id AND d.ended_on IS NULL`

// Line is one opinion in a list.
type Line struct {
	ID         int64
	StreetID   int64
	Number     string
	State      procedure.State
	Kind       string
	Field      string
	Text       string
	Anonymous  bool
	ReceivedAt time.Time
	ReceivedOn time.Time
	Round      int
	Street     string
	Community  string
	Unit       string
	DeadlineID int64
	Clock      string     // what is due
	DueOn      *time.Time // nil where nothing is
}

const columns = `
	SELECT o.id, o.street_id, o.number, o.state, o.kind, o.field, left(o.text, 120) AS text, o.anonymous, o.received_at, o.received_on, o.round,
	       coalesce(d.id, 0) AS deadline_id, coalesce(d.label, '') AS clock, d.due_on`

const nextDeadline = `
	LEFT JOIN LATERAL (
		SELECT d.id, d.label, d.due_on
		FROM deadlines d
		WHERE d.street_id = o.street_id AND d.kind = 'opinion' AND d.subject_id = o.id AND d.ended_on IS NULL
		ORDER BY d.due_on, d.id
		LIMIT 1) AS d ON true`

// Communities and units are looked up row by row: joined, PostgreSQL may decide to
// read those of the whole city for fifty rows.
const selectLine = columns + `,
	       s.name AS street,
	       coalesce((SELECT c.name FROM communities c WHERE c.street_id = o.street_id AND c.id = o.community_id), '') AS community,
	       coalesce((SELECT u.name FROM units u WHERE u.street_id = o.street_id AND u.id = o.lead_unit_id), '') AS unit
	FROM opinions o
	JOIN streets s ON s.id = o.street_id` + nextDeadline

// row is a line with what its names are the names of.
type row struct {
	ID          int64
	StreetID    int64
	Number      string
	State       procedure.State
	Kind        string
	Field       string
	Text        string
	Anonymous   bool
	ReceivedAt  time.Time
	ReceivedOn  time.Time
	Round       int
	CommunityID int64
	UnitID      int64
	DeadlineID  int64
	Clock       string
	DueOn       *time.Time
}

const selectRow = columns + `,
	       coalesce(o.community_id, 0) AS community_id, coalesce(o.lead_unit_id, 0) AS unit_id
	FROM opinions o` + nextDeadline

// Opinions lists opinions, newest first, and the cursor of the next page, which
// is zero on the last.
func (s *Store) Opinions(ctx context.Context, actor access.Actor, f Filter) (list []Line, next db.Cursor, err error) {
	l, err := s.Listing(ctx, actor, f)
	return l.Lines, l.Next, err
}

// Listing is what the page of the ledger shows.
type Listing struct {
	Lines    []Line
	Next     db.Cursor // zero on the last page
	Count    int       // of all pages, up to CountCap
	Choices  Choices   // for the filters: streets for the city, the rest for a street
	Calendar *calendar.Calendar
}

// CountCap is the highest number that a listing counts to.
const CountCap = 1000

// Listing reads a page of the ledger, newest first, in one round trip.
func (s *Store) Listing(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list opinions")
	if !actor.May(access.ViewOpinions) {
		return l, fault.Forbidden
	}
	if l.Calendar, err = s.Calendar(ctx, actor); err != nil {
		return l, err
	}
	known, err := s.namesFor(ctx, actor, false)
	if err != nil {
		return l, err
	}
	var rows []row
	queries := []db.Query{f.rows(&rows, actor, s.now())}
	key, had := keyOf(actor, f), false
	if l.Count, had = s.memory.count(key); !had {
		queries = append(queries, f.count(&l.Count, actor, s.now()))
	}
	if err := s.db.ReadAlong(ctx, actor, queries...); err != nil {
		return l, err
	}
	if !had {
		s.memory.setCount(key, l.Count)
	}
	if !known.knows(rows) {
		if known, err = s.namesFor(ctx, actor, true); err != nil {
			return l, err
		}
	}
	l.Choices = known.Choices
	rows, l.Next = db.Page(rows, f.Limit, func(r row) db.Cursor { return db.Cursor{At: r.ReceivedAt, ID: r.ID} })
	l.Lines = known.lines(rows)
	return l, nil
}

// lines puts names to the rows' IDs. Who lists one street sees it named above.
func (n *names) lines(rows []row) []Line {
	list := make([]Line, len(rows))
	for i, r := range rows {
		list[i] = Line{
			ID: r.ID, StreetID: r.StreetID, Number: r.Number, State: r.State, Kind: r.Kind, Field: r.Field, Text: r.Text, Anonymous: r.Anonymous,
			ReceivedAt: r.ReceivedAt, ReceivedOn: r.ReceivedOn, Round: r.Round, DeadlineID: r.DeadlineID, Clock: r.Clock, DueOn: r.DueOn,
			Street: n.streets[r.StreetID], Community: n.communities[r.CommunityID], Unit: n.units[r.UnitID],
		}
	}
	return list
}

// newest is the order of the ledger, which two indexes have.
const newest = "\nORDER BY o.received_at DESC, o.id DESC\nLIMIT "

// rows reads one row more than the page has. The limit is part of the text: a
// plan that does not know it prepares for a tenth of the table.
func (f Filter) rows(list *[]row, actor access.Actor, now time.Time) db.Query {
	where, args := f.where(actor, now)
	return db.Many(list, selectRow+where+newest+itoa(f.Limit+1), args)
}

// count counts what the filter finds on all pages, along the same index as the
// pages.
func (f Filter) count(n *int, actor access.Actor, now time.Time) db.Query {
	f.After = db.Cursor{}
	where, args := f.where(actor, now)
	return db.Value(n, "SELECT count(*) FROM (SELECT FROM opinions o"+where+newest+itoa(CountCap)+") AS capped", args)
}

// OfVisit lists the opinions that a visit collected, as far as actor sees them.
func (s *Store) OfVisit(ctx context.Context, actor access.Actor, street, visit int64) (list []Line, err error) {
	defer fault.Wrap(&err, "opinions of visit %d", visit)
	err = s.db.Read(ctx, actor, db.Many(&list, selectLine+`
		WHERE o.street_id = @street AND o.visit_id = @visit
		ORDER BY o.id
		LIMIT 100`, db.Args{"street": street, "visit": visit}))
	return list, err
}

// where puts the conditions together from constant pieces, so that each list
// has a plan of its own.
func (f Filter) where(actor access.Actor, now time.Time) (string, db.Args) {
	var b strings.Builder
	args := db.Args{}
	b.WriteString("\nWHERE true")
	add := func(name string, value any, sql string) {
		b.WriteString("\n  AND " + sql)
		if name != "" {
			args[name] = value
		}
	}
	street := f.StreetID
	if actor.StreetID != 0 {
		street = actor.StreetID // the index leads with the street
	}
	if street != 0 {
		add("street", street, "o.street_id = @street")
	}
	for _, v := range Views {
		if v.Key == f.View && v.where != "" {
			add("", nil, v.where)
			if strings.Contains(v.where, "@today") {
				args["today"] = today(now)
			}
		}
	}
	switch {
	case f.State == Accepted:
		add("", nil, "o.state NOT IN ('declined', 'merged', 'withdrawn')")
	case f.State == Open:
		add("", nil, "o.state NOT IN ('closed', 'declined', 'merged', 'withdrawn')")
	case f.State != "":
		add("", nil, stateIs(f.State))
	}
	switch {
	case f.Rating == Rated:
		add("", nil, "o.rating IN ('satisfied', 'basically', 'dissatisfied')")
	case f.Rating != "":
		add("rating", f.Rating, "o.rating = @rating")
	}
	for _, t := range []struct{ column, value string }{{"kind", f.Kind}, {"field", f.Field}} {
		if t.value != "" {
			add(t.column, t.value, "o."+t.column+" = @"+t.column)
		}
	}
	for _, t := range []struct {
		column string
		id     int64
	}{{"lead_unit_id", f.UnitID}, {"station_id", f.StationID}, {"community_id", f.CommunityID}, {"deputy_id", f.DeputyID}} {
		if t.id != 0 {
			add(t.column, t.id, "o."+t.column+" = @"+t.column)
		}
	}
	// received_at lies on received_on, and the order's index leads to it
	if !f.From.IsZero() {
		add("from", calendar.Starts(f.From), "o.received_at >= @from")
	}
	if !f.To.IsZero() {
		add("to", calendar.Starts(f.To.AddDate(0, 0, 1)), "o.received_at < @to")
	}
	if f.Text != "" {
		add("text", "%"+escapeLike(f.Text)+"%", "(o.text LIKE @text OR o.location LIKE @text OR o.number LIKE @text)")
	}
	if !f.After.IsZero() {
		args["after_at"] = f.After.At
		add("after_id", f.After.ID, "(o.received_at, o.id) < (@after_at, @after_id)")
	}
	return b.String(), args
}

// stateIs names a state in the text itself: the index of the open ones serves
// only a plan that knows which state is meant.
func stateIs(state string) string {
	for _, i := range Procedure.States {
		if string(i.State) == state {
			return "o.state = '" + state + "'"
		}
	}
	return "false"
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func escapeLike(s string) string { return likeEscaper.Replace(s) }
