package suggestion

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// PromiseFilter narrows the promise ledger. Zero fields do not narrow it.
type PromiseFilter struct {
	StreetID int64
	UnitID   int64
	Of       string // "suggestion" or "opinion"
	View     string // one of PromiseViews
	From, To time.Time
	After    PromisePlace
	Limit    int
}

// PromisePlace is where a page of the promise ledger begins: after this promise. The
// zero PromisePlace is the start.
type PromisePlace struct {
	On time.Time
	Of string
	ID int64 // of the promise
}

// String returns p in a form that fits a URL.
func (p PromisePlace) String() string {
	if p.ID == 0 {
		return ""
	}
	return fmt.Sprintf("%s.%s.%d", calendar.ISO(p.On), p.Of, p.ID)
}

// ParsePromisePlace reads what String wrote. Anything else gives the zero PromisePlace.
func ParsePromisePlace(s string) PromisePlace {
	parts := strings.Split(s, ".")
	if len(parts) != 3 || parts[1] != "suggestion" && parts[1] != "opinion" {
		return PromisePlace{}
	}
	on, ok := calendar.Parse(parts[0])
	id, err := strconv.ParseInt(parts[2], 10, 64)
	if !ok || err != nil || id < 1 {
		return PromisePlace{}
	}
	return PromisePlace{on, parts[1], id}
}

// PromiseViews are the views of the ledger.
var PromiseViews = []View{
	{"", "未兑现", "x.state = 'open'"},
	{"overdue", "已到期", "x.state = 'open' AND x.due_on < @today::date"},
	{"soon", "30 天内到期", "x.state = 'open' AND x.due_on BETWEEN @today::date AND @today::date + 30"},
	{"asked", "待决定延期", "x.state = 'open' AND x.asked"},
	{"kept", "已兑现", "x.state = 'kept'"},
	{"all", "全部", ""},
}

// PromiseLine is one promise: of a suggestion, or of a resident's opinion.
type PromiseLine struct {
	Of       string // the kind of record: suggestion, opinion
	ID       int64  // of the record
	Promise  int64  // of the promise itself; of an opinion, which has one, as ID
	StreetID int64
	Number   string
	Title    string
	Text     string // what is promised; of an opinion its answer
	Street   string
	Unit     string
	MadeOn   *time.Time
	FirstDue time.Time
	DueOn    time.Time
	State    string // open, kept or replaced
	EndedOn  *time.Time
	Asked    bool // a later day was asked for and is not decided
}

// allPromises are the promises of both rooms in one form.
const allPromises = `
	SELECT 'suggestion' AS of, s.id, p.id AS promise, p.street_id, s.number, s.title, p.text, p.unit_id, p.made_on, p.first_due_on AS first_due, p.due_on, p.state, p.ended_on,
	       EXISTS (SELECT FROM suggestion_promise_extensions e WHERE e.street_id = p.street_id AND e.promise_id = p.id AND e.granted IS NULL AND p.state = 'open') AS asked
	FROM suggestion_promises p
	JOIN suggestions s ON s.street_id = p.street_id AND s.id = p.suggestion_id
	UNION ALL
	SELECT 'opinion', o.id, o.id, o.street_id, o.number, left(o.text, 60), left(o.answer, 200), o.lead_unit_id, NULL::date,
	       coalesce((SELECT e.first_due FROM opinion_promise_extensions e
	                 WHERE e.street_id = o.street_id AND e.opinion_id = o.id AND e.due_to = o.promised_on ORDER BY e.id DESC LIMIT 1), o.promised_on), o.promised_on,
	       CASE WHEN o.state = 'promised' THEN 'open' ELSE 'kept' END, o.told_on, false
	FROM opinions o
	WHERE o.promised_on IS NOT NULL AND o.state IN ('promised', 'to_feedback', 'to_rate', 'closed')`

// PromiseListing is a page of the promise ledger.
type PromiseListing struct {
	Lines    []PromiseLine
	Next     PromisePlace // zero on the last page
	Count    int          // of all pages, up to CountCap
	Choices  Choices
	Calendar *calendar.Calendar
}

// Promises reads the promise ledger, the nearest day first: what suggestions and
// opinions promise, as far as the actor sees them.
func (s *Store) Promises(ctx context.Context, actor access.Actor, f PromiseFilter) (l PromiseListing, err error) {
	defer fault.Wrap(&err, "list promises")
	if !actor.May(access.ViewSuggestions) {
		return l, fault.Forbidden
	}
	if l.Calendar, err = s.Calendar(ctx, actor); err != nil {
		return l, err
	}
	where, args := f.where(s.today())
	paged, after := maps.Clone(args), ""
	if f.After.ID != 0 {
		after = "\n\t  AND (x.due_on, x.of, x.promise) > (@after::date, @after_of, @after_id)"
		paged["after"], paged["after_of"], paged["after_id"] = f.After.On, f.After.Of, f.After.ID
	}
	err = s.db.Read(ctx, actor, append(l.Choices.filters(actor),
		db.Many(&l.Lines, `
			SELECT x.of, x.id, x.promise, x.street_id, x.number, x.title, x.text, t.name AS street,
			       coalesce((SELECT u.name FROM units u WHERE u.street_id = x.street_id AND u.id = x.unit_id), '') AS unit,
			       x.made_on, x.first_due, x.due_on, x.state, x.ended_on, x.asked
			FROM (`+allPromises+`) AS x
			JOIN streets t ON t.id = x.street_id`+where+after+`
			ORDER BY x.due_on, x.of, x.promise
			LIMIT `+itoa(f.Limit+1), paged),
		db.Value(&l.Count, `SELECT count(*) FROM (SELECT FROM (`+allPromises+`) AS x`+where+` LIMIT `+itoa(CountCap)+`) AS capped`, args))...)
	if len(l.Lines) > f.Limit {
		l.Lines = l.Lines[:f.Limit]
		last := l.Lines[f.Limit-1]
		l.Next = PromisePlace{last.DueOn, last.Of, last.Promise}
	}
	return l, err
}

func (f PromiseFilter) where(today time.Time) (string, db.Args) {
	sql, args := "\n\tWHERE true", db.Args{}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += "\n\t  AND " + condition
			if name != "" {
				args[name] = value
			}
		}
	}
	add(f.StreetID != 0, "street", f.StreetID, "x.street_id = @street")
	add(f.UnitID != 0, "unit", f.UnitID, "x.unit_id = @unit")
	add(f.Of != "", "of", f.Of, "x.of = @of")
	add(!f.From.IsZero(), "from", f.From, "x.due_on >= @from")
	add(!f.To.IsZero(), "to", f.To, "x.due_on <= @to")
	for _, v := range PromiseViews {
		if v.Key == f.View && v.where != "" {
			add(true, "", nil, v.where)
			if mentionsToday(v.where) {
				args["today"] = today
			}
		}
	}
	return sql, args
}

// Late says how a promise stands today.
func (p PromiseLine) Late(today time.Time) bool { return p.State == "open" && p.DueOn.Before(today) }

// Delay says by how much an extension moved a promise, "" where it did not.
func (p PromiseLine) Delay() string {
	if p.DueOn.Equal(p.FirstDue) {
		return ""
	}
	return fmt.Sprintf("原定%s", calendar.Date(p.FirstDue))
}
