package institution

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Act is something that was done under a clause: the record (Kind, SubjectID) of a
// room, in a street, on a day.
type Act struct {
	StreetID      int64 // where it was done
	InstitutionID int64
	Place
	Kind      string // the kind of record, such as "training"
	SubjectID int64
	Title     string // 中文, for lists
	On        time.Time
}

// Link notes in tx that something was done under a clause, which must have been in
// force on that day: rooms call it in the transaction that does it. Linking the same
// record to the same clause again changes nothing.
func Link(ctx context.Context, tx db.Tx, actor access.Actor, at time.Time, a Act) (err error) {
	defer fault.Wrap(&err, "link %s %d to a clause", a.Kind, a.SubjectID)
	_, err = db.Exec(ctx, tx, `
		INSERT INTO clause_links (street_id, of_street_id, institution_id, number, suffix, kind, subject_id, title, acted_on, linked_by, linker, created_at)
		SELECT @street::bigint, i.street_id, i.id, @number::integer, @suffix::integer, @kind::text, @subject::bigint, @title::text, @on::date, @by::bigint, @who::text, @now::timestamptz
		FROM institutions i
		WHERE i.id = @institution
		ON CONFLICT (street_id, institution_id, number, suffix, kind, subject_id) DO NOTHING`, db.Args{
		"street": a.StreetID, "institution": a.InstitutionID, "number": a.Number, "suffix": a.Suffix, "kind": a.Kind, "subject": a.SubjectID,
		"title": a.Title, "on": a.On, "by": actor.UserID, "who": actor.Name, "now": at,
	})
	if db.Violates(err, "clause_in_force") {
		return fault.Fields{{Name: "acted_on", Text: "当天没有这一条现行条款"}}
	}
	return err
}

// LinkByHand notes something that was done under a clause of which the portal has no
// record of its own.
func (s *Store) LinkByHand(ctx context.Context, actor access.Actor, a Act) (err error) {
	defer fault.Wrap(&err, "link to clause by hand")
	if !actor.May(access.KeepLanding) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	if actor.Role != access.Operator {
		a.StreetID = actor.StreetID
	}
	if a.On.After(s.today()) {
		return fault.Fields{{Name: "acted_on", Text: "日期不能晚于今天"}}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		a.Kind = "other"
		err := db.Do(ctx, tx, db.Value(&a.SubjectID, `
			SELECT coalesce(max(subject_id), 0) + 1 FROM clause_links WHERE street_id = @street AND kind = 'other'`, db.Args{"street": a.StreetID}))
		if err == nil {
			err = Link(ctx, tx, actor, s.now(), a)
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: a.StreetID, Kind: "clause", ID: a.InstitutionID, Action: "clause.link", Title: "登记执行情况：" + a.Label() + "，" + a.Title,
		})
	})
}

// Mark is what is known of a clause beside its text.
type Mark struct {
	Obliging bool     // it obliges somebody
	Kinds    []string // of Kinds: each such record counts as done under it
}

// SetMark keeps what is known of a clause of the actor's own rule.
func (s *Store) SetMark(ctx context.Context, actor access.Actor, id int64, p Place, m Mark) (err error) {
	defer fault.Wrap(&err, "mark clause of institution %d", id)
	for _, k := range m.Kinds {
		if choice.Name(Kinds, k) == "" {
			return fault.Fields{{Name: "kinds", Text: "请选择列出的记录"}}
		}
	}
	if m.Kinds == nil {
		m.Kinds = []string{}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		h, err := lock(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case !mayWrite(actor, h.StreetID):
			return notTheirs(actor)
		}
		n, err := db.Exec(ctx, tx, `
			INSERT INTO clause_marks (street_id, institution_id, number, suffix, obliging, kinds)
			SELECT @street::bigint, @id::bigint, @number::integer, @suffix::integer, @obliging::boolean, @kinds::text[]
			WHERE EXISTS (SELECT
			              FROM institution_clauses c
			              JOIN institution_versions v ON v.street_id = c.street_id AND v.id = c.version_id
			              WHERE v.street_id = @street AND v.institution_id = @id AND c.number = @number AND c.suffix = @suffix)
			ON CONFLICT (street_id, institution_id, number, suffix) DO UPDATE
			SET obliging = excluded.obliging, kinds = excluded.kinds`, db.Args{
			"street": h.StreetID, "id": id, "number": p.Number, "suffix": p.Suffix, "obliging": m.Obliging, "kinds": m.Kinds,
		})
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.NotFound
		}
		return s.record(ctx, tx, actor, h, "mark", done{title: p.Label() + "设定怎样算执行", detail: map[string]any{"obliging": m.Obliging, "kinds": m.Kinds}})
	})
}

// obliging is whether a clause c with its mark m obliges: as marked, else as its
// text says.
const obliging = `coalesce(m.obliging, c.text ~ '应当|应|必须|不得|负责')`

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
}

// GroundLine is a clause of the city's rules that a street's may rest on.
type GroundLine struct {
	ID             int64
	Title          string
	Number, Suffix int
	Text           string
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
		db.Many(&r.Grounds, `
			SELECT i.id, i.title, c.number, c.suffix, left(c.text, 40) AS text
			FROM institutions i
			JOIN institution_versions v ON v.street_id = i.street_id AND v.institution_id = i.id
			JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
			WHERE i.street_id = 0 AND i.city_id = @city AND NOT c.repealed
			  AND v.effective_on <= @today::date AND (v.ended_on IS NULL OR v.ended_on > @today)
			ORDER BY i.tier, i.id, c.number, c.suffix
			LIMIT 1000`, db.Args{"city": actor.CityID, "today": s.today()}),
		db.Many(&under, `
			SELECT DISTINCT i.id, i.title, c.number, c.suffix, '' AS text
			FROM institution_clauses c
			JOIN institution_versions v ON v.street_id = c.street_id AND v.id = c.version_id
			JOIN institutions i ON i.street_id = v.street_id AND i.id = v.institution_id
			WHERE c.rests_street_id = 0 AND c.rests_id = @id AND c.rests_number = @number AND c.rests_suffix = @suffix
			  AND v.street_id = ANY ((SELECT app.streets())::bigint[]) AND v.state = 'in_force'
			ORDER BY i.id, c.number, c.suffix
			LIMIT 200`, args))
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

// Asleep is a clause under which nothing was done.
type Asleep struct {
	StreetID       int64 // where nothing was done
	Street         string
	InstitutionID  int64
	Tier           string
	Title          string
	Number, Suffix int
	Text           string
	LastOn         *time.Time // when something was done for the last time
}

// Sleeping is the list of sleeping clauses with what it means.
type Sleeping struct {
	Months  int
	Clauses []Asleep
}

// SleepingMost is how many clauses the list holds.
const SleepingMost = 2000

// Sleeping lists the clauses that are in force, have been for so many months, oblige
// somebody, and under which nothing was done in a street for so many months (沉睡条款).
// For the city's rules each street is asked; months 0 takes the setting.
func (s *Store) Sleeping(ctx context.Context, actor access.Actor, street int64, months int) (l Sleeping, err error) {
	defer fault.Wrap(&err, "sleeping clauses")
	if !actor.May(access.ViewLanding) {
		return l, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	if l.Months = months; months == 0 {
		if err := s.db.Read(ctx, actor, sleepMonths.Query(&l.Months, street)); err != nil && !errors.Is(err, fault.NotFound) {
			return l, err
		}
		if l.Months == 0 {
			l.Months = sleepMonths.Default
		}
	}
	err = s.db.Read(ctx, actor, db.Many(&l.Clauses, `
		SELECT s.id AS street_id, s.name AS street, i.id AS institution_id, i.tier, i.title, c.number, c.suffix, left(c.text, 200) AS text,
		       (SELECT max(a.acted_on)
		        FROM clause_acts a
		        WHERE a.street_id = s.id AND a.institution_id = i.id AND a.number = c.number AND a.suffix = c.suffix AND a.acted_on <= @today::date) AS last_on
		FROM streets s
		JOIN institutions i ON i.city_id = s.city_id AND i.street_id IN (0, s.id)
		JOIN institution_versions v ON v.street_id = i.street_id AND v.institution_id = i.id
		     AND v.effective_on <= @today AND (v.ended_on IS NULL OR v.ended_on > @today)
		JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
		LEFT JOIN clause_marks m ON m.street_id = i.street_id AND m.institution_id = i.id AND m.number = c.number AND m.suffix = c.suffix
		WHERE s.id = ANY ((SELECT app.streets())::bigint[])
		  AND (@street::bigint = 0 OR s.id = @street)
		  AND NOT c.repealed
		  AND `+obliging+`
		  AND (SELECT min(x.effective_on)
		       FROM institution_versions x
		       JOIN institution_clauses y ON y.street_id = x.street_id AND y.version_id = x.id
		       WHERE x.street_id = i.street_id AND x.institution_id = i.id AND y.number = c.number AND y.suffix = c.suffix) <= @since::date
		  AND NOT EXISTS (
		      SELECT
		      FROM clause_acts a
		      WHERE a.street_id = s.id AND a.institution_id = i.id AND a.number = c.number AND a.suffix = c.suffix
		        AND a.acted_on > @since AND a.acted_on <= @today)
		ORDER BY i.street_id, i.tier, i.id, c.number, c.suffix, s.id
		LIMIT @most`, db.Args{"today": s.today(), "since": s.today().AddDate(0, -l.Months, 0), "street": street, "most": SleepingMost}))
	return l, err
}
