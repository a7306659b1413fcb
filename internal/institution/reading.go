package institution

import (
	"context"
	"slices"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Reading is a clause in one version.
type Reading struct {
	Ordinal     int
	State       procedure.State
	EffectiveOn *time.Time
	EndedOn     *time.Time
	Text        string
	Repealed    bool
}

// ActLine is something that was done under a clause.
type ActLine struct {
	StreetID  int64
	Street    string
	Kind      string
	SubjectID int64
	Title     string
	ActedOn   time.Time
}

// ClauseRecord is a clause through all versions, with what was done under it.
type ClauseRecord struct {
	Institution
	Place
	Mark     Mark
	Readings []Reading // the newest first
	RestsOn  *Ground
	Latest   procedure.State
	Acts     []ActLine    // the newest first
	Count    int          // of acts in the last twelve months
	Grounds  []GroundLine // clauses of the city to rest on
	Under    []Ground     // clauses of the actor's streets that rest on it
	Linkable []ActLine    // records of the actor's street that are not linked to it yet, the newest first
}

// Clause returns one clause of a rule with its history and what was done under it in
// the actor's streets.
func (s *Store) Clause(ctx context.Context, actor access.Actor, id int64, p Place) (r ClauseRecord, err error) {
	defer fault.Wrap(&err, "clause of institution %d", id)
	if !actor.May(access.ViewInstitutions) {
		return r, fault.Forbidden
	}
	r.Place = p
	args := db.Args{"id": id, "number": p.Number, "suffix": p.Suffix}
	with := func(name string, v any) db.Args {
		all := db.Args{name: v}
		for k, v := range args {
			all[k] = v
		}
		return all
	}
	var rests []GroundLine
	var latest []string
	var under []GroundLine
	err = s.db.Read(ctx, actor,
		db.One(&r.Institution, selectInstitution+` WHERE i.id = @id`, db.Args{"id": id}),
		db.Many(&r.Readings, `
			SELECT v.ordinal, v.state, v.effective_on, v.ended_on, c.text, c.repealed
			FROM institution_versions v
			JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
			WHERE v.institution_id = @id AND c.number = @number AND c.suffix = @suffix
			ORDER BY v.ordinal DESC
			LIMIT 200`, args),
		db.Maybe(&r.Mark, `
			SELECT `+obliging+` AS obliging, coalesce(m.kinds, '{}') AS kinds
			FROM institution_versions v
			JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
			LEFT JOIN clause_marks m ON m.street_id = v.street_id AND m.institution_id = v.institution_id AND m.number = c.number AND m.suffix = c.suffix
			WHERE v.institution_id = @id AND c.number = @number AND c.suffix = @suffix
			  AND v.ordinal = (SELECT max(x.ordinal) FROM institution_versions x WHERE x.institution_id = @id)`, args),
		db.Values(&latest, `SELECT state FROM institution_versions WHERE institution_id = @id ORDER BY ordinal DESC LIMIT 1`, db.Args{"id": id}),
		db.Many(&rests, `
			SELECT g.id, g.title, c.rests_number AS number, c.rests_suffix AS suffix, '' AS text
			FROM institution_versions v
			JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
			JOIN institutions g ON g.street_id = c.rests_street_id AND g.id = c.rests_id
			WHERE v.institution_id = @id AND c.number = @number AND c.suffix = @suffix
			ORDER BY v.ordinal DESC
			LIMIT 1`, args),
		db.Many(&r.Acts, `
			SELECT a.street_id, s.name AS street, a.kind, a.subject_id, a.title, a.acted_on
			FROM clause_acts a
			JOIN streets s ON s.id = a.street_id
			WHERE a.institution_id = @id AND a.number = @number AND a.suffix = @suffix AND a.acted_on <= @today::date
			ORDER BY a.acted_on DESC, a.subject_id DESC
			LIMIT 20`, with("today", s.today())),
		db.Value(&r.Count, `
			SELECT count(*)
			FROM clause_acts a
			WHERE a.institution_id = @id AND a.number = @number AND a.suffix = @suffix
			  AND a.acted_on > (@today::date - interval '12 months') AND a.acted_on <= @today::date`, with("today", s.today())),
		Grounds(&r.Grounds, actor, s.today()),
		db.Many(&under, `
			SELECT DISTINCT i.id, i.title, c.number, c.suffix, '' AS text
			FROM institution_clauses c
			JOIN institution_versions v ON v.street_id = c.street_id AND v.id = c.version_id
			JOIN institutions i ON i.street_id = v.street_id AND i.id = v.institution_id
			WHERE c.rests_street_id = 0 AND c.rests_id = @id AND c.rests_number = @number AND c.rests_suffix = @suffix
			  AND v.street_id = ANY ((SELECT app.streets())::bigint[]) AND v.state = 'in_force'
			ORDER BY i.id, c.number, c.suffix
			LIMIT 200`, args),
		db.Many(&r.Linkable, `
			SELECT x.street_id, '' AS street, x.kind, x.subject_id, x.title, x.acted_on
			FROM clause_records x
			WHERE x.street_id = @street AND x.acted_on <= @today::date AND x.acted_on > @today::date - interval '12 months'
			  AND NOT EXISTS (
			      SELECT
			      FROM clause_acts a
			      WHERE a.street_id = x.street_id AND a.kind = x.kind AND a.subject_id = x.subject_id
			        AND a.institution_id = @id AND a.number = @number AND a.suffix = @suffix)
			ORDER BY x.acted_on DESC, x.kind, x.subject_id DESC
			LIMIT 200`, db.Args{"id": id, "number": p.Number, "suffix": p.Suffix, "street": actor.StreetID, "today": s.today()}))
	if err != nil {
		return r, err
	}
	if len(r.Readings) == 0 {
		return r, fault.NotFound
	}
	r.Latest = procedure.State(strings.Join(latest, ""))
	for _, g := range rests {
		r.RestsOn = &Ground{g.ID, g.Title, Place{g.Number, g.Suffix}}
	}
	for _, g := range under {
		r.Under = append(r.Under, Ground{g.ID, g.Title, Place{g.Number, g.Suffix}})
	}
	return r, nil
}

// MayMark reports whether the actor may say how the clause is carried out.
func (r *ClauseRecord) MayMark(actor access.Actor) bool {
	return mayWrite(actor, r.StreetID) && of(actor) == r.StreetID && (r.StreetID != 0 || actor.CityID == r.CityID)
}

// MayLink reports whether the actor may note what was done under the clause.
func (r *ClauseRecord) MayLink(actor access.Actor) bool {
	return actor.May(access.KeepLanding) && slices.Contains([]int64{0, actor.StreetID}, r.StreetID) && r.Published
}
