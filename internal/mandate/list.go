package mandate

import (
	"context"
	"maps"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Filter narrows a list of authorisations. Zero fields do not narrow it.
type Filter struct {
	Mode     string
	State    string // of the authorisation, or for a street of its part
	StreetID int64
	Year     int       // issued in
	On       time.Time // in force that day, in StreetID where that is set
	Text     string
	After    db.Cursor
	Limit    int
}

// Line is one authorisation in a list.
type Line struct {
	ID         int64
	Mode       string
	Title      string
	Number     string
	State      procedure.State
	Part       procedure.State // of the actor's street; "" for the city
	IssuedOn   *time.Time
	Streets    []string
	Matters    int
	Acts       int
	DeadlineID int64
	Clock      string
	DueOn      *time.Time
	CreatedAt  time.Time
}

// Listing is what the page of authorisations shows.
type Listing struct {
	Lines   []Line
	Count   int // of all pages
	Next    db.Cursor
	Streets []choice.Row
}

// Mandates lists authorisations, the newest first.
func (s *Store) Mandates(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list mandates")
	if !actor.May(access.ViewMandates) {
		return l, fault.Forbidden
	}
	where, args := f.where(actor)
	err = s.db.Read(ctx, actor, db.Value(&l.Count, `
		SELECT count(*)
		FROM mandates d
		LEFT JOIN mandate_streets own ON own.mandate_id = d.id AND own.street_id = @own`+where, maps.Clone(args)), db.Many(&l.Lines, `
		SELECT d.id, d.mode, d.title, d.number, d.state, coalesce(own.state, '') AS part, d.issued_on, d.created_at,
		       ARRAY (SELECT t.name FROM mandate_streets s JOIN streets t ON t.id = s.street_id WHERE s.mandate_id = d.id ORDER BY t.code LIMIT 100) AS streets,
		       (SELECT count(*) FROM mandate_matters x WHERE x.mandate_id = d.id AND x.version = d.rule) AS matters,
		       (SELECT count(*) FROM mandate_acts a WHERE a.mandate_id = d.id AND a.cancelled_on IS NULL) AS acts,
		       coalesce(c.id, 0) AS deadline_id, coalesce(c.label, '') AS clock, c.due_on
		FROM mandates d
		LEFT JOIN mandate_streets own ON own.mandate_id = d.id AND own.street_id = @own
		LEFT JOIN LATERAL (
			SELECT c.id, c.label, c.due_on
			FROM deadlines c
			WHERE c.kind = 'mandate' AND c.subject_id = d.id AND c.ended_on IS NULL
			ORDER BY c.due_on, c.id
			LIMIT 1) AS c ON true`+where+f.page(args)+`
		ORDER BY d.created_at DESC, d.id DESC
		LIMIT @limit`, args), streetsOf(&l.Streets, actor))
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.CreatedAt, ID: x.ID} })
	return l, err
}

func (f Filter) where(actor access.Actor) (string, db.Args) {
	args := db.Args{"own": actor.StreetID}
	var b strings.Builder
	b.WriteString("\nWHERE true")
	add := func(name string, value any, sql string) {
		b.WriteString("\n  AND " + sql)
		args[name] = value
	}
	if f.Mode != "" {
		add("mode", f.Mode, "d.mode = @mode")
	}
	switch {
	case f.State != "" && actor.StreetID != 0:
		add("state", f.State, "own.state = @state")
	case f.State != "":
		add("state", f.State, "d.state = @state")
	}
	if f.StreetID != 0 {
		add("street", f.StreetID, "EXISTS (SELECT FROM mandate_streets s WHERE s.mandate_id = d.id AND s.street_id = @street)")
	}
	if f.Year != 0 {
		add("year", f.Year, "date_part('year', d.issued_on) = @year::int")
	}
	if f.Text != "" {
		add("text", f.Text, "(position(@text::text IN d.title) > 0 OR position(@text IN d.number) > 0)")
	}
	if !f.On.IsZero() {
		add("on", f.On, "EXISTS (SELECT FROM mandate_streets s WHERE s.mandate_id = d.id AND (@in::bigint = 0 OR s.street_id = @in) AND app.mandate_stands(s.street_id, d.id, @on))")
		args["in"] = f.StreetID
	}
	return b.String(), args
}

// page narrows to one page.
func (f Filter) page(args db.Args) string {
	args["limit"] = f.Limit + 1
	if f.After.IsZero() {
		return ""
	}
	args["at"], args["after"] = f.After.At, f.After.ID
	return "\n  AND (d.created_at, d.id) < (@at, @after)"
}

// CoverLine is one matter in one street: whether it was exercised and reported.
type CoverLine struct {
	MandateID  int64
	StreetID   int64
	Street     string
	Title      string
	Number     string
	Mode       string
	State      procedure.State // of the street's part
	No         int
	Subject    string
	Object     string
	ThroughOn  *time.Time
	Acts       int
	Unreported int // acts that no accepted report holds
	Beyond     int
	Accepted   int // reports
	LastOn     *time.Time
	DeadlineID int64
	DueOn      *time.Time
}

// Gap says what is missing of a matter: "receipt", "overdue" (a report), "idle"
// (never exercised) or "".
func (c *CoverLine) Gap(today time.Time) string {
	switch {
	case c.State == Issued:
		return "receipt"
	case c.DueOn != nil && c.DueOn.Before(today):
		return "overdue"
	case c.Acts == 0 && c.State != Concluded:
		return "idle"
	}
	return ""
}

// CoverFilter narrows the coverage matrix.
type CoverFilter struct {
	StreetID int64
	Mode     string
	Subject  string
	Open     bool // without what is concluded or withdrawn
	Gaps     bool // only what lacks something
}

// Gaps and matters of the coverage matrix are bounded by CoverMost.
const CoverMost = 2000

// Coverage is the matrix of matters granted, exercised and reported, street by street.
func (s *Store) Coverage(ctx context.Context, actor access.Actor, f CoverFilter) (list []CoverLine, streets []choice.Row, err error) {
	defer fault.Wrap(&err, "coverage of mandates")
	if !actor.May(access.ViewMandates) {
		return nil, nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT d.id AS mandate_id, s.street_id, t.name AS street, d.title, d.number, d.mode, s.state, x.no, x.subject, x.object, x.through_on,
		       coalesce(a.acts, 0) AS acts, coalesce(a.unreported, 0) AS unreported, coalesce(a.beyond, 0) AS beyond,
		       coalesce(r.accepted, 0) AS accepted, r.last_on, coalesce(c.id, 0) AS deadline_id, c.due_on
		FROM mandate_streets s
		JOIN streets t ON t.id = s.street_id
		JOIN mandates d ON d.id = s.mandate_id
		JOIN mandate_matters x ON x.mandate_id = d.id AND x.version = s.rule
		LEFT JOIN LATERAL (
			SELECT count(*) AS acts, count(*) FILTER (WHERE p.state IS DISTINCT FROM 'accepted') AS unreported, count(*) FILTER (WHERE y.beyond) AS beyond
			FROM mandate_acts y
			JOIN mandate_matters z ON z.id = y.matter_id AND z.no = x.no
			LEFT JOIN mandate_reports p ON p.street_id = y.street_id AND p.id = y.report_id
			WHERE y.street_id = s.street_id AND y.mandate_id = d.id AND y.cancelled_on IS NULL) AS a ON true
		LEFT JOIN LATERAL (
			SELECT count(*) AS accepted, max(p.decided_on) AS last_on
			FROM mandate_reports p
			JOIN mandate_report_matters m ON m.street_id = p.street_id AND m.report_id = p.id AND m.no = x.no
			WHERE p.street_id = s.street_id AND p.mandate_id = d.id AND p.state = 'accepted') AS r ON true
		LEFT JOIN LATERAL (
			SELECT c.id, c.due_on
			FROM deadlines c
			WHERE c.street_id = s.street_id AND c.kind = 'mandate' AND c.subject_id = d.id AND c.ended_on IS NULL AND c.name = 'report-' || x.no) AS c ON true
		WHERE s.state <> 'planned'
		  AND (@street::bigint = 0 OR s.street_id = @street)
		  AND (@mode::text = '' OR d.mode = @mode)
		  AND (@subject::text = '' OR x.subject = @subject)
		  AND (NOT @open OR s.state NOT IN ('concluded', 'withdrawn'))
		ORDER BY d.issued_on DESC, d.id DESC, x.no, t.code
		LIMIT @limit`, db.Args{"street": f.StreetID, "mode": f.Mode, "subject": f.Subject, "open": f.Open, "limit": CoverMost}), streetsOf(&streets, actor))
	if f.Gaps {
		var few []CoverLine
		for _, c := range list {
			if c.Gap(s.today()) != "" {
				few = append(few, c)
			}
		}
		list = few
	}
	return list, streets, err
}
