package institution

import (
	"context"
	"slices"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Filter narrows the list of rules. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	Tier     string
	Scope    string // "": one's own and the city's; "others": what other streets published
	Text     string // in the title
	On       time.Time
	After    int64
	Limit    int
}

// Line is one rule in a list with its newest version that the reader sees, or, of a
// day, with the version in force on it.
type Line struct {
	ID          int64
	StreetID    int64
	Street      string
	Tier        string
	Core        string
	Title       string
	VersionID   int64
	Ordinal     int
	State       procedure.State
	DocNumber   string
	TrialUntil  *time.Time
	EffectiveOn *time.Time
	EndedOn     *time.Time
	InForce     int // the ordinal in force today; 0 for none
}

// Institutions lists rules, the city's first, then by street, tier and age, and the
// ID to ask the next page after, 0 on the last.
func (s *Store) Institutions(ctx context.Context, actor access.Actor, f Filter) (list []Line, next int64, err error) {
	defer fault.Wrap(&err, "list institutions")
	if !actor.May(access.ViewInstitutions) {
		return nil, 0, fault.Forbidden
	}
	where, args := f.where(actor)
	args["today"], args["limit"] = s.today(), f.Limit+1
	err = s.db.Read(ctx, actor, db.Many(&list, selectLine+where+lineOrder, args))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	return list, next, err
}

const selectLine = `
	SELECT i.id, i.street_id, coalesce(s.name, '') AS street, i.tier, i.core, i.title, v.id AS version_id, v.ordinal, v.state, v.doc_number, v.trial_until,
	       v.effective_on, v.ended_on,
	       coalesce((SELECT f.ordinal
	                 FROM institution_versions f
	                 WHERE f.street_id = i.street_id AND f.institution_id = i.id AND f.effective_on <= @today::date AND (f.ended_on IS NULL OR f.ended_on > @today)
	                 LIMIT 1), 0) AS in_force
	FROM institutions i
	LEFT JOIN streets s ON s.id = i.street_id
	JOIN LATERAL (
		SELECT v.id, v.ordinal, v.state, v.doc_number, v.trial_until, v.effective_on, v.ended_on
		FROM institution_versions v
		WHERE v.street_id = i.street_id AND v.institution_id = i.id
		  AND (@on::date IS NULL OR v.effective_on <= @on AND (v.ended_on IS NULL OR v.ended_on > @on))
		ORDER BY v.ordinal DESC
		LIMIT 1) AS v ON true`

const lineOrder = `
	ORDER BY i.street_id, i.tier, i.id
	LIMIT @limit`

// where puts the conditions together from constant pieces.
func (f Filter) where(actor access.Actor) (string, db.Args) {
	var b strings.Builder
	args := db.Args{"on": orNull(f.On), "city": actor.CityID}
	b.WriteString("\nWHERE i.city_id = @city")
	add := func(on bool, name string, value any, condition string) {
		if on {
			b.WriteString("\n  AND " + condition)
			if name != "" {
				args[name] = value
			}
		}
	}
	switch {
	case f.Scope == "others":
		add(true, "own", actor.StreetID, "i.published AND i.tier = 'X' AND i.street_id <> @own")
	case actor.StreetID != 0:
		add(true, "own", actor.StreetID, "i.street_id IN (0, @own)")
	}
	add(f.StreetID != 0, "street", f.StreetID, "i.street_id = @street")
	add(f.Tier != "", "tier", f.Tier, "i.tier = @tier")
	add(f.Text != "", "text", f.Text, "strpos(i.title, @text) > 0")
	add(f.After != 0, "after", f.After, "(i.street_id, i.tier, i.id) > (SELECT a.street_id, a.tier, a.id FROM institutions a WHERE a.id = @after)")
	return b.String(), args
}

// Book is a rule with the text in force on a day.
type Book struct {
	Line
	Text []Clause
}

// BookMost is how many rules one page of texts holds.
const BookMost = 300

// Books returns what was in force on a day, text and all (制度汇编).
func (s *Store) Books(ctx context.Context, actor access.Actor, f Filter) (list []Book, err error) {
	defer fault.Wrap(&err, "institutions in force")
	if !actor.May(access.ViewInstitutions) {
		return nil, fault.Forbidden
	}
	if f.On.IsZero() {
		f.On = s.today()
	}
	type row struct {
		VersionID int64
		clauseRow
	}
	var lines []Line
	var rows []row
	where, args := f.where(actor)
	args["today"], args["limit"] = s.today(), BookMost
	text := db.Args{"most": BookMost * 100}
	for k, v := range args {
		if k != "today" {
			text[k] = v
		}
	}
	err = s.db.Read(ctx, actor,
		db.Many(&lines, selectLine+where+lineOrder, args),
		db.Many(&rows, `
			SELECT c.version_id, c.number, c.suffix, c.text, c.repealed, c.rests_id, coalesce(g.title, '') AS rests_title, c.rests_number, c.rests_suffix
			FROM (SELECT i.id, i.street_id FROM institutions i`+where+` ORDER BY i.street_id, i.tier, i.id LIMIT @limit) AS i
			JOIN institution_versions v ON v.street_id = i.street_id AND v.institution_id = i.id
			     AND v.effective_on <= @on AND (v.ended_on IS NULL OR v.ended_on > @on)
			JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
			LEFT JOIN institutions g ON g.street_id = c.rests_street_id AND g.id = c.rests_id
			ORDER BY c.version_id, c.number, c.suffix
			LIMIT @most`, text))
	for _, l := range lines {
		b := Book{Line: l}
		for _, r := range rows {
			if r.VersionID == l.VersionID {
				b.Text = append(b.Text, clauses([]clauseRow{r.clauseRow})...)
			}
		}
		list = append(list, b)
	}
	return list, err
}

// Choices are what filters and forms offer.
type Choices struct {
	Streets []choice.Row // of the actor's city
	Rules   []choice.Row // of the actor's own that are in force, to be replaced
	Cores   []string     // the core rules that the city has not drafted yet
}

// Choices returns what to filter by and what a draft may refer to.
func (s *Store) Choices(ctx context.Context, actor access.Actor) (c Choices, err error) {
	defer fault.Wrap(&err, "choices of institutions")
	var had []string
	err = s.db.Read(ctx, actor,
		db.Many(&c.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 1000`, db.Args{"city": actor.CityID}),
		db.Many(&c.Rules, `
			SELECT i.id, i.title AS name
			FROM institutions i
			JOIN institution_versions v ON v.street_id = i.street_id AND v.institution_id = i.id
			WHERE i.street_id = @street AND i.city_id = @city AND v.state = 'in_force' AND i.core = ''
			ORDER BY i.id
			LIMIT 500`, db.Args{"street": of(actor), "city": actor.CityID}),
		db.Values(&had, `SELECT core FROM institutions WHERE street_id = 0 AND city_id = @city AND core <> '' LIMIT 10`, db.Args{"city": actor.CityID}))
	for _, t := range Cores {
		if !slices.Contains(had, t.Key) {
			c.Cores = append(c.Cores, t.Key)
		}
	}
	return c, err
}
