package suggestion

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Filter narrows a list of suggestions. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	View     string // one of Views
	State    string // a state, Accepted or Open
	Class    string
	Category string
	Result   string
	Rating   string    // a rating, or Rated
	UnitID   int64     // the lead unit
	DeputyID int64     // the lead
	From, To time.Time // submitted on these days or between
	Text     string    // in the title, the lead's name or the number
	After    db.Cursor
	Limit    int
}

// Accepted, as a Filter's State, is every state of what was submitted and neither sent
// back, made a letter, merged nor withdrawn. Open is every state that is no end. Rated,
// as its Rating, is any rating that a lead gave. They are what figures count.
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

const running = "o.state NOT IN ('closed', 'to_letter', 'merged', 'withdrawn')"

// Views are the saved views of the ledger.
var Views = []View{
	{"", "全部", ""},
	{"draft", "草稿和待审核", running + " AND o.state IN ('draft', 'review', 'sent_back')"},
	{"accept", "待受理交办", running + " AND o.state IN ('submitted', 'to_assign', 'returned')"},
	{"handle", "办理中", running + " AND o.state IN ('assigned', 'handling')"},
	{"rate", "待评价", running + " AND o.state = 'replied'"},
	{"soon", "快到期", running + " AND EXISTS (" + openDeadline + " AND d.due_on BETWEEN @today::date AND @today::date + 7)"},
	{"overdue", "已逾期", running + " AND EXISTS (" + openDeadline + " AND d.due_on < @today::date)"},
	{"coordinate", "待协调", running + " AND o.state = 'coordination'"},
	{"promised", "承诺跟踪", running + " AND o.state = 'promised'"},
	{"key", "重点督办", "o.key_on IS NOT NULL"},
}

const openDeadline = `SELECT FROM deadlines d WHERE d.street_id = o.street_id AND d.kind = 'suggestion' AND d.subject_id = o.id AND d.ended_on IS NULL`

// Line is one suggestion in a list.
type Line struct {
	ID          int64
	StreetID    int64
	Class       string
	Number      string
	Title       string
	Category    string
	State       procedure.State
	Round       int
	Result      string
	Key         bool
	Signers     int // the lead included
	FiledAt     time.Time
	SubmittedOn *time.Time
	Street      string
	Lead        string
	Unit        string
	DeadlineID  int64
	Clock       string
	DueOn       *time.Time
}

const selectLine = `
	SELECT o.id, o.street_id, o.class, coalesce(o.number, '') AS number, o.title, o.category, o.state, o.round, o.result, o.key_on IS NOT NULL AS key,
	       cardinality(o.signers) AS signers, o.filed_at, o.submitted_on,
	       (SELECT t.name FROM streets t WHERE t.id = o.street_id) AS street,
	       coalesce((SELECT p.name FROM deputies p WHERE p.street_id = o.street_id AND p.id = o.lead_id), '') AS lead,
	       coalesce((SELECT u.name FROM units u WHERE u.street_id = o.street_id AND u.id = o.lead_unit_id), '') AS unit,
	       coalesce(c.id, 0) AS deadline_id, coalesce(c.label, '') AS clock, c.due_on`

const nextDeadline = `
	LEFT JOIN LATERAL (
		SELECT d.id, d.label, d.due_on
		FROM deadlines d
		WHERE d.street_id = o.street_id AND d.kind = 'suggestion' AND d.subject_id = o.id AND d.ended_on IS NULL
		ORDER BY d.due_on, d.id
		LIMIT 1) AS c ON true`

// Listing is what the page of the ledger shows.
type Listing struct {
	Lines    []Line
	Next     db.Cursor // zero on the last page
	Count    int       // of all pages, up to CountCap
	Choices  Choices
	Calendar *calendar.Calendar
}

// CountCap is the highest number that a listing counts to.
const CountCap = 1000

// Suggestions reads a page of the ledger, newest first.
func (s *Store) Suggestions(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list suggestions")
	if !actor.May(access.ViewSuggestions) {
		return l, fault.Forbidden
	}
	if l.Calendar, err = s.Calendar(ctx, actor); err != nil {
		return l, err
	}
	gram, err := s.rarest(ctx, actor, f)
	if err != nil {
		return l, err
	}
	read := s.db.ReadAlong
	if own(actor) != "" {
		read = s.db.Read // few rows, found by whose they are
	}
	if err := s.db.Read(ctx, actor, l.Choices.filters(actor)...); err != nil {
		return l, err
	}
	if err := read(ctx, actor, f.rows(&l.Lines, actor, s.today(), gram), f.count(&l.Count, actor, s.today(), gram)); err != nil {
		return l, err
	}
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.FiledAt, ID: x.ID} })
	return l, nil
}

// rows reads one row more than the page has. The limit is part of the text: a plan that
// does not know it prepares for a tenth of the table.
func (f Filter) rows(list *[]Line, actor access.Actor, today time.Time, gram string) db.Query {
	from, args := f.along(actor, today, gram)
	return db.Many(list, selectLine+from(nextDeadline)+itoa(f.Limit+1), args)
}

func (f Filter) count(n *int, actor access.Actor, today time.Time, gram string) db.Query {
	f.After = db.Cursor{}
	from, args := f.along(actor, today, gram)
	return db.Value(n, "SELECT count(*) FROM (SELECT"+from("")+itoa(CountCap)+") AS capped", args)
}

// along is FROM to LIMIT of a list in the order of an index: of the suggestions, or,
// where a text is looked for, of what they are found by.
func (f Filter) along(actor access.Actor, today time.Time, gram string) (from func(join string) string, args db.Args) {
	where, args := f.where(actor, today)
	if gram == "" {
		if !f.After.IsZero() {
			where += "\n\t  AND (o.filed_at, o.id) < (@after_at, @after_id)"
			args["after_at"], args["after_id"] = f.After.At, f.After.ID
		}
		return func(join string) string {
			return "\n\tFROM suggestions o" + join + where + "\n\tORDER BY o.filed_at DESC, o.id DESC\n\tLIMIT "
		}, args
	}
	args["gram"] = gram
	at := "\n\tWHERE g.gram = @gram"
	if _, one := args["street"]; one {
		at += " AND g.street_id = @street"
	}
	if !f.After.IsZero() {
		at += " AND (g.at, g.suggestion_id) < (@after_at, @after_id)"
		args["after_at"], args["after_id"] = f.After.At, f.After.ID
	}
	return func(join string) string {
		return `
	FROM suggestion_grams g
	CROSS JOIN LATERAL (SELECT o.* FROM suggestions o` + where + ` AND o.street_id = g.street_id AND o.id = g.suggestion_id OFFSET 0) AS o` + join + at + `
	ORDER BY g.at DESC, g.suggestion_id DESC
	LIMIT `
	}, args
}

// own narrows to what the actor signed, leads the group of, or was assigned: those are
// few, and found by an index of their own.
func own(actor access.Actor) string {
	switch actor.Role {
	case access.Deputy:
		return "o.id = ANY (ARRAY (SELECT g.suggestion_id FROM suggestion_signers g WHERE g.street_id = @street AND g.deputy_id = @deputy))"
	case access.GroupLeader:
		return "o.id = ANY (ARRAY (SELECT g.suggestion_id FROM suggestion_signers g WHERE g.street_id = @street AND (g.deputy_id = @deputy OR g.deputy_id = ANY (app.led_deputies()))))"
	case access.Unit:
		return "o.id = ANY (ARRAY (SELECT a.suggestion_id FROM suggestion_assignments a WHERE a.street_id = @street AND a.unit_id = @own_unit))"
	}
	return ""
}

// where puts the filter into SQL.
func (f Filter) where(actor access.Actor, today time.Time) (string, db.Args) {
	var b strings.Builder
	args := db.Args{}
	b.WriteString("\n\tWHERE true")
	add := func(is bool, name string, value any, sql string) {
		if is {
			b.WriteString("\n\t  AND " + sql)
			if name != "" {
				args[name] = value
			}
		}
	}
	street := f.StreetID
	if actor.StreetID != 0 {
		street = actor.StreetID // the index leads with the street
	}
	add(street != 0, "street", street, "o.street_id = @street")
	if sql := own(actor); sql != "" {
		add(true, "", nil, sql)
		if actor.Role == access.Unit {
			args["own_unit"] = actor.UnitID
		} else {
			args["deputy"] = actor.DeputyID
		}
	}
	for _, v := range Views {
		if v.Key == f.View && v.where != "" {
			add(true, "", nil, v.where)
			if mentionsToday(v.where) {
				args["today"] = today
			}
		}
	}
	switch f.State {
	case "":
	case Accepted:
		add(true, "", nil, "o.submitted_on IS NOT NULL AND o.state NOT IN ('review', 'sent_back', 'to_letter', 'merged', 'withdrawn')")
	case Open:
		add(true, "", nil, running)
	default:
		add(true, "", nil, stateIs(f.State))
	}
	switch f.Rating {
	case "":
	case Rated:
		add(true, "", nil, "o.rating IN ('satisfied', 'basically', 'dissatisfied')")
	default:
		add(true, "rating", f.Rating, "o.rating = @rating")
	}
	add(f.Class != "", "class", f.Class, "o.class = @class")
	add(f.Category != "", "category", f.Category, "o.category = @category")
	add(f.Result != "", "result", f.Result, "o.result = @result")
	add(f.UnitID != 0, "unit", f.UnitID, "o.lead_unit_id = @unit")
	add(f.DeputyID != 0, "lead", f.DeputyID, "o.lead_id = @lead")
	// filed_at lies on submitted_on, and the order's index leads to it
	add(!f.From.IsZero(), "from", calendar.Starts(f.From), "o.submitted_on IS NOT NULL AND o.filed_at >= @from")
	add(!f.To.IsZero(), "to", calendar.Starts(f.To.AddDate(0, 0, 1)), "o.submitted_on IS NOT NULL AND o.filed_at < @to")
	add(f.Text != "", "text", f.Text, `(strpos(o.title, @text) > 0 OR strpos(coalesce(o.number, ''), @text) > 0
	       OR strpos((SELECT p.name FROM deputies p WHERE p.street_id = o.street_id AND p.id = o.lead_id), @text) > 0)`)
	return b.String(), args
}

func mentionsToday(sql string) bool { return strings.Contains(sql, "@today") }

// stateIs names a state in the text itself: an index of some states serves only a plan
// that knows which is meant.
func stateIs(state string) string {
	if slices.ContainsFunc(Procedure.States, func(i procedure.StateInfo) bool { return string(i.State) == state }) {
		return "o.state = '" + state + "'"
	}
	return "false"
}

// rarest returns the two neighbouring characters of the filter's text that the fewest
// suggestions have: the list goes along them. A text of one character has none.
func (s *Store) rarest(ctx context.Context, actor access.Actor, f Filter) (best string, err error) {
	r := []rune(f.Text)
	var grams []string
	for i := 0; i+1 < len(r); i++ {
		grams = append(grams, string(r[i:i+2]))
	}
	if len(grams) < 2 {
		return strings.Join(grams, ""), nil
	}
	grams = grams[:min(len(grams), 20)]
	counts := make([]int, len(grams))
	queries := make([]db.Query, len(grams))
	for i, g := range grams {
		queries[i] = db.Value(&counts[i], `SELECT count(*) FROM (SELECT FROM suggestion_grams WHERE gram = @gram LIMIT 1000) AS capped`, db.Args{"gram": g})
	}
	if err := s.db.Read(ctx, actor, queries...); err != nil {
		return "", err
	}
	at := 0
	for i, n := range counts {
		if n < counts[at] {
			at = i
		}
	}
	return grams[at], nil
}

// Choices are what the room's forms and filters offer.
type Choices struct {
	Streets, Units, Deputies []choice.Row
	Limits                   file.Limits
}

// Choices returns what the actor can choose from when drafting.
func (s *Store) Choices(ctx context.Context, actor access.Actor) (c Choices, err error) {
	defer fault.Wrap(&err, "read choices of suggestions")
	return c, s.db.Read(ctx, actor, append(c.filters(actor), c.Limits.Queries(actor.StreetID)...)...)
}

// filters are the choices by which a list is narrowed: streets for the city, what
// belongs to one street for everybody else.
func (c *Choices) filters(actor access.Actor) []db.Query {
	if actor.StreetID == 0 {
		return []db.Query{db.Many(&c.Streets, `SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY code LIMIT 1000`, db.Args{})}
	}
	street := db.Args{"street": actor.StreetID}
	return []db.Query{
		db.Many(&c.Units, `SELECT id, name FROM units WHERE street_id = @street AND ended_on IS NULL ORDER BY kind <> 'dispatch', id LIMIT 1000`, street),
		db.Many(&c.Deputies, `SELECT id, name FROM deputies WHERE street_id = @street AND ended_on IS NULL ORDER BY name COLLATE "C", id LIMIT 2000`, street),
	}
}
