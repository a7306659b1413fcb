package voter

import (
	"context"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Share is how many representatives in office have a trait, beside the target.
type Share struct {
	Trait  Trait
	N, Of  int
	Target int // in percent; 0: none is set
}

// Percent is the share with one decimal, or — where nobody is in office.
func (s Share) Percent() string {
	if s.Of == 0 {
		return "—"
	}
	return strconv.FormatFloat(float64(s.N)*100/float64(s.Of), 'f', 1, 64) + "%"
}

// Missing is how many more with the trait the target asks for.
func (s Share) Missing() int { return max(0, (s.Target*s.Of+99)/100-s.N) }

// DistrictLine is one district of the current term: its quota and who fills it.
type DistrictLine struct {
	ID       int64
	Name     string
	Area     string
	Quota    int
	Filled   int
	Filling  int // seats that open by-selections fill
	Position int
}

// Vacant is how many seats nobody holds.
func (d DistrictLine) Vacant() int { return d.Quota - d.Filled }

// StreetLine is one street of the city: its quota and who fills it.
type StreetLine struct {
	ID        int64
	Name      string
	Districts int
	Quota     int
	Filled    int
}

// Composition is who represents the voters of a street today: by trait and by
// district.
type Composition struct {
	Street    choice.Row // ID 0: the actor's whole city
	Streets   []StreetLine
	Shares    []Share
	Districts []DistrictLine
}

// Composition counts a street's representatives in office; 0 is the actor's
// own street, or for the city all its streets.
func (s *Store) Composition(ctx context.Context, actor access.Actor, street int64) (c Composition, err error) {
	defer fault.Wrap(&err, "composition of voter representatives")
	if !actor.May(access.ViewSelections) {
		return c, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	args := func(more ...string) db.Args {
		a := db.Args{"street": street}
		for _, m := range more {
			if m == "today" {
				a["today"] = calendar.On(s.now())
			}
		}
		return a
	}
	var targets []Target
	counts := make([]int, len(Traits)+1)
	queries := []db.Query{
		db.Many(&targets, `SELECT trait, percent FROM selection_targets WHERE street_id = @street AND selection_id = `+current+` LIMIT 20`, args()),
		db.Value(&counts[len(Traits)], `SELECT count(*)`+inOffice, args("today")),
		db.Many(&c.Districts, `
			SELECT v.id, v.name, v.area, v.quota, v.position,
			       (SELECT count(*) FROM voter_representatives r
			        WHERE r.street_id = v.street_id AND r.district_id = v.id AND (r.ended_on IS NULL OR r.ended_on > @today::date))::integer AS filled,
			       (SELECT coalesce(sum(d.seats), 0) FROM selection_districts d
			        JOIN selections x ON x.street_id = d.street_id AND x.id = d.selection_id
			        WHERE d.street_id = v.street_id AND d.district_id = v.id AND x.kind = 'by'
			          AND x.state IN ('plan', 'recommending', 'vetting', 'publicity', 'meeting', 'confirming'))::integer AS filling
			FROM voter_districts v
			WHERE v.street_id = @street AND v.selection_id = `+current+`
			ORDER BY v.position
			LIMIT 50`, args("today")),
		db.Many(&c.Streets, `
			SELECT s.id, s.name, count(v.id)::integer AS districts, coalesce(sum(v.quota), 0)::integer AS quota,
			       (SELECT count(*) FROM voter_representatives r
			        WHERE r.street_id = s.id AND r.since <= @today::date AND (r.ended_on IS NULL OR r.ended_on > @today::date))::integer AS filled
			FROM streets s
			LEFT JOIN voter_districts v ON v.street_id = s.id
			 AND v.selection_id = (SELECT max(g.id) FROM selections g WHERE g.street_id = s.id AND g.kind = 'general' AND g.met_on IS NOT NULL)
			WHERE s.id = ANY ((SELECT app.streets())::bigint[])
			GROUP BY s.id, s.name, s.code
			ORDER BY s.code
			LIMIT 1000`, db.Args{"today": calendar.On(s.now())}),
	}
	for i, t := range Traits {
		queries = append(queries, db.Value(&counts[i], `SELECT count(*)`+inOffice+` AND `+t.counts, args("today")))
	}
	if err := s.db.Read(ctx, actor, queries...); err != nil {
		return c, err
	}
	for _, l := range c.Streets {
		if l.ID == street {
			c.Street = choice.Row{ID: l.ID, Name: l.Name}
		}
	}
	if street != 0 && c.Street.ID == 0 {
		return c, fault.NotFound
	}
	for i, t := range Traits {
		share := Share{Trait: t, N: counts[i], Of: counts[len(Traits)]}
		for _, x := range targets {
			if x.Trait == t.Key {
				share.Target = x.Percent
			}
		}
		c.Shares = append(c.Shares, share)
	}
	return c, nil
}

const inOffice = `
	FROM voter_representatives r
	JOIN people p ON p.street_id = r.street_id AND p.id = r.person_id
	JOIN selection_candidates c ON c.street_id = r.street_id AND c.id = r.candidate_id
	WHERE r.street_id = @street AND r.since <= @today::date AND (r.ended_on IS NULL OR r.ended_on > @today::date)`

// TraitName is the name of a trait, "" of what is none.
func TraitName(key string) string {
	for _, t := range Traits {
		if t.Key == key {
			return t.Name
		}
	}
	return ""
}

// Title is the name of a selection on screen and on papers.
func (l SelectionLine) Title() string {
	return strings.TrimSpace(l.Term + " " + l.Districts + choice.Name(Kinds, l.Kind))
}
