package team

import (
	"context"
	"slices"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// ExpertRecord is everything about one expert that its reader may see.
type ExpertRecord struct {
	ExpertLine
	Born      *int
	Since     *time.Time
	Terms     []TermLine // the newest first
	Statement *StatementLine
	Works     []WorkLine // the newest first
	Hours     string     // of confirmed work, altogether
	Posts     []committee.PostLine
	Days      int    // of publicity, in working days
	Issuer    string // the committee's full name
	Timeline  []audit.Entry
}

// TermLine is one engagement, from the recommendation on.
type TermLine struct {
	ID              int64
	State           procedure.State
	RecommendedOn   time.Time
	Recommender     string
	PersonConsentOn *time.Time
	UnitConsentOn   *time.Time
	NoUnit          string
	ReviewedOn      *time.Time
	Reviewer        string
	Review          string
	MetOn           *time.Time
	Chair           string
	MetDue          *int
	MetPresent      *int
	MetFor          *int
	PublicFrom      *time.Time
	PublicUntil     *time.Time
	PublicResult    string
	Certificate     string
	CertifiedOn     *time.Time
	Certifier       string
	Holder          string
	HolderField     string
	FromOn          *time.Time
	UntilOn         *time.Time
	DeclinedOn      *time.Time
	DeclinedWhy     string
	EndedOn         *time.Time
	EndedWhy        string
	EndedNote       string
}

// Consented reports whether the person and their unit have agreed.
func (t *TermLine) Consented() bool {
	return t.PersonConsentOn != nil && (t.UnitConsentOn != nil || t.NoUnit != "")
}

// StatementLine is what an expert stands back from.
type StatementLine struct {
	Units      []string
	Matters    []string
	DeclaredOn time.Time
	Declarant  string
	ByExpert   bool
}

// WorkLine is one entry of the log.
type WorkLine struct {
	ID          int64
	Kind        string
	DoneOn      time.Time
	Subject     string
	About       string
	Text        string
	Hours       string
	ByExpert    bool
	EnteredBy   string
	State       string
	DecidedBy   string
	RefusedWhy  string
	Adoption    string
	AdoptionWhy string
}

const selectTerm = `
	SELECT t.id, t.state, t.recommended_on, t.recommender, t.person_consent_on, t.unit_consent_on, t.no_unit, t.reviewed_on, t.reviewer, t.review,
	       t.met_on, coalesce((SELECT h.name FROM posts c JOIN people h ON h.street_id = c.street_id AND h.id = c.person_id
	                           WHERE c.street_id = t.street_id AND c.id = t.chair_post_id), '') AS chair,
	       t.met_due, t.met_present, t.met_for, t.public_from, t.public_until, t.public_result, t.certificate, t.certified_on,
	       coalesce((SELECT h.name FROM posts c JOIN people h ON h.street_id = c.street_id AND h.id = c.person_id
	                 WHERE c.street_id = t.street_id AND c.id = t.certifier_post_id), '') AS certifier,
	       t.holder, t.holder_field, t.from_on, t.until_on, t.declined_on, t.declined_why, t.ended_on, t.ended_why, t.ended_note
	FROM expert_terms t`

// Expert returns one expert with everything that belongs to them, in one round
// trip. Experts read their own record, without what the committee notes of it.
func (s *Store) Expert(ctx context.Context, actor access.Actor, id int64) (r ExpertRecord, err error) {
	defer fault.Wrap(&err, "expert %d", id)
	if !may(actor, access.ViewExperts) {
		return r, fault.Forbidden
	}
	today := calendar.On(s.now())
	arg := db.Args{"id": id}
	var statements []StatementLine
	const street = `(SELECT street_id FROM experts WHERE id = @id)`
	queries := []db.Query{
		db.One(&r.ExpertLine, selectExpert+` WHERE e.id = @id`, db.Args{"id": id, "today": today}),
		db.Value(&r.Born, `SELECT p.born FROM experts e JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id WHERE e.id = @id`, arg),
		db.Value(&r.Since, `SELECT since FROM experts WHERE id = @id`, arg),
		db.Value(&r.Issuer, `
			SELECT c.name || '人民代表大会常务委员会' || s.name || '工作委员会'
			FROM experts e
			JOIN streets s ON s.id = e.street_id
			JOIN cities c ON c.id = s.city_id
			WHERE e.id = @id`, arg),
		db.Many(&r.Terms, selectTerm+` WHERE t.street_id = `+street+` AND t.expert_id = @id ORDER BY t.id DESC LIMIT 20`, arg),
		db.Many(&statements, `
			SELECT units, matters, declared_on, declarant, by_expert
			FROM expert_statements
			WHERE street_id = `+street+` AND expert_id = @id
			ORDER BY id DESC
			LIMIT 1`, arg),
		db.Many(&r.Works, `
			SELECT id, kind, done_on, subject, about, text, hours::text AS hours, by_expert, entered_by, state, decided_by, refused_why, adoption, adoption_why
			FROM expert_works
			WHERE street_id = `+street+` AND expert_id = @id
			ORDER BY done_on DESC, id DESC
			LIMIT 100`, arg),
		db.Value(&r.Hours, `
			SELECT coalesce(sum(hours), 0)::text
			FROM expert_works
			WHERE street_id = `+street+` AND expert_id = @id AND state = 'confirmed'`, arg),
	}
	if actor.StreetID != 0 {
		queries = append(queries, publicityDays.Query(&r.Days, actor.StreetID))
	}
	if actor.Role != access.Expert {
		queries = append(queries, audit.Timeline(&r.Timeline, "expert", id))
	}
	if actor.May(access.KeepExperts) {
		queries = append(queries, committee.InPost(&r.Posts, actor.StreetID, today))
	}
	if err = s.db.Read(ctx, actor, queries...); err != nil {
		return r, err
	}
	if len(statements) > 0 {
		r.Statement = &statements[0]
	}
	r.State = stateOn(r.State, r.UntilOn, today)
	for i := range r.Terms {
		r.Terms[i].State = stateOn(r.Terms[i].State, r.Terms[i].UntilOn, today)
	}
	return r, nil
}

// Moves lists what the actor may do with the expert now: the moves of the
// procedure, of any of the terms, less those that its rules would refuse.
func (r *ExpertRecord) Moves(actor access.Actor, now time.Time) []procedure.Move {
	var list []procedure.Move
	for _, m := range Experts.Moves {
		i := slices.IndexFunc(r.Terms, func(t TermLine) bool { return Experts.Allows(m.Name, t.State) })
		if i >= 0 && actor.May(m.Need) && r.fits(m.Name, &r.Terms[i], calendar.On(now)) {
			list = append(list, m)
		}
	}
	return list
}

func (r *ExpertRecord) fits(move string, t *TermLine, today time.Time) bool {
	switch move {
	case "review":
		return t.Consented()
	case "publicity":
		return t.PublicFrom == nil
	case "publicity-result":
		return t.PublicUntil.Before(today)
	case "renewal":
		return r.Open == ""
	}
	return true
}

// OpenTerm is the recommendation under way, or nil.
func (r *ExpertRecord) OpenTerm() *TermLine {
	i := slices.IndexFunc(r.Terms, func(t TermLine) bool { return t.State == r.Open })
	if r.Open == "" || i < 0 {
		return nil
	}
	return &r.Terms[i]
}

// Certified is the term whose certificate is the newest, or nil.
func (r *ExpertRecord) Certified() *TermLine {
	i := slices.IndexFunc(r.Terms, func(t TermLine) bool { return t.CertifiedOn != nil })
	if i < 0 {
		return nil
	}
	return &r.Terms[i]
}

func itoa(n int) string { return strconv.Itoa(n) }
