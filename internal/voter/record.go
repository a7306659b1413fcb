package voter

import (
	"context"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Selection is one selection as its record shows it.
type Selection struct {
	SelectionLine
	ParentID       int64
	Basis          string
	PassPercent    int
	PublicityFrom  *time.Time
	PublicityUntil *time.Time
	MetOn          *time.Time
	Chair          string
	MetDue         *int
	MetPresent     *int
	MetFor         *int
	AnnouncedOn    *time.Time
	DocumentNumber string
	EndedOn        *time.Time
	StoppedWhy     string
	Committee      string // the street's committee by its name on papers
	Version        int
}

// District is a district in which the selection fills seats.
type District struct {
	ID       int64
	Position int
	Name     string
	Area     string
	Seats    int
	HeldOn   *time.Time
	Place    string
	Due      *int
	Present  *int
	Tied     bool
}

// Candidate is one candidate with what was found and counted.
type Candidate struct {
	ID            int64
	DistrictID    int64
	District      string
	PersonID      int64
	Name          string
	Sex           string
	Born          *int
	Work          string
	RecommendedBy string
	Recommender   string
	Signers       int
	Standing      string
	Hukou         bool
	Occupation    string
	VetResult     string
	VetOrgans     string
	VetNote       string
	VetOn         *time.Time
	DroppedWhy    string
	DroppedNote   string
	Votes         *int
	Runoff        *int
	Place         *int
}

// Objection is one objection to a candidate.
type Objection struct {
	ID           int64
	CandidateID  int64
	Name         string
	ReceivedOn   time.Time
	FromWhom     string
	Content      string
	Decision     string
	DecisionNote string
	DecidedOn    *time.Time
}

// Record is a selection with everything that belongs to it.
type Record struct {
	Selection
	Districts       []District
	Targets         []Target
	Candidates      []Candidate
	Objections      []Objection // for those who decide them
	Representatives []Line      // who came into office by it
	Chairs          []committee.PostLine
	Children        []SelectionLine // by-selections of its term
	Timeline        []audit.Entry
	Calendar        *calendar.Calendar
}

// Target is a share that the selection aims at.
type Target struct {
	Trait   string
	Percent int
}

// Record returns a selection with what belongs to it, in one round trip.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "selection %d", id)
	if !actor.May(access.ViewSelections) {
		return r, fault.Forbidden
	}
	if r.Calendar, err = deadline.Known(ctx, s.db, actor); err != nil {
		return r, err
	}
	arg := db.Args{"id": id}
	queries := []db.Query{
		db.One(&r.Selection, `
			SELECT l.*, coalesce(x.parent_id, 0) AS parent_id, x.basis, x.pass_percent, x.publicity_from, x.publicity_until,
			       x.met_on, coalesce(h.name, '') AS chair, x.met_due, x.met_present, x.met_for,
			       x.announced_on, x.document_number, x.ended_on, x.stopped_why, t.committee, x.version
			FROM (`+selectSelection+` WHERE x.id = @id) AS l
			JOIN selections x ON x.street_id = l.street_id AND x.id = l.id
			JOIN streets t ON t.id = x.street_id
			LEFT JOIN posts p ON p.street_id = x.street_id AND p.id = x.chair_post_id
			LEFT JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id`, arg),
		// Before the recommendations begin, a general selection has its plan only.
		db.Many(&r.Districts, `
			SELECT v.id, v.position, v.name, v.area, coalesce(d.seats, v.quota) AS seats, d.held_on, coalesce(d.place, '') AS place, d.due, d.present, coalesce(d.tied, false) AS tied
			FROM selections x
			JOIN voter_districts v ON v.street_id = x.street_id AND v.selection_id = coalesce(x.parent_id, x.id)
			LEFT JOIN selection_districts d ON d.street_id = x.street_id AND d.selection_id = x.id AND d.district_id = v.id
			WHERE x.id = @id AND (x.kind = 'general' OR d.district_id IS NOT NULL)
			ORDER BY v.position
			LIMIT 50`, arg),
		db.Many(&r.Targets, `
			SELECT t.trait, t.percent
			FROM selections x
			JOIN selection_targets t ON t.street_id = x.street_id AND t.selection_id = coalesce(x.parent_id, x.id)
			WHERE x.id = @id
			LIMIT 20`, arg),
		db.Many(&r.Candidates, `
			SELECT c.id, c.district_id, v.name AS district, c.person_id, p.name, p.sex, p.born, p.work, c.recommended_by, c.recommender, c.signers, c.standing, c.hukou, c.occupation,
			       c.vet_result, c.vet_organs, c.vet_note, c.vet_on, c.dropped_why, c.dropped_note, c.votes, c.runoff, c.place
			FROM selections x
			JOIN selection_candidates c ON c.street_id = x.street_id AND c.selection_id = x.id
			JOIN voter_districts v ON v.street_id = c.street_id AND v.id = c.district_id
			JOIN people p ON p.street_id = c.street_id AND p.id = c.person_id
			WHERE x.id = @id
			ORDER BY v.position, c.dropped_why <> '', c.place, c.votes DESC NULLS LAST, c.id
			LIMIT 500`, arg),
		db.Many(&r.Objections, `
			SELECT o.id, o.candidate_id, p.name, o.received_on, o.from_whom, o.content, o.decision, o.decision_note, o.decided_on
			FROM selections x
			JOIN selection_objections o ON o.street_id = x.street_id AND o.selection_id = x.id
			JOIN selection_candidates c ON c.street_id = o.street_id AND c.id = o.candidate_id
			JOIN people p ON p.street_id = c.street_id AND p.id = c.person_id
			WHERE x.id = @id
			ORDER BY o.id
			LIMIT 200`, arg),
		db.Many(&r.Representatives, selectLine+`
			WHERE r.selection_id = @id AND r.street_id = (SELECT street_id FROM selections WHERE id = @id)`+inOrder, db.Args{"id": id, "limit": MaxCandidates}),
		db.Many(&r.Children, selectSelection+`
			WHERE x.parent_id = @id AND x.street_id = (SELECT street_id FROM selections WHERE id = @id)
			ORDER BY x.created_at DESC, x.id DESC
			LIMIT 100`, arg),
		audit.Timeline(&r.Timeline, kind, id),
	}
	if actor.May(access.ConfirmSelection) {
		queries = append(queries, committee.InPost(&r.Chairs, actor.StreetID, calendar.On(s.now())))
	}
	return r, s.db.Read(ctx, actor, queries...)
}

// Standing lists who still stands, in the order of the record.
func (r *Record) Standing() []Candidate {
	return slices.DeleteFunc(slices.Clone(r.Candidates), func(c Candidate) bool { return c.DroppedWhy != "" })
}

// Undecided lists the objections that wait.
func (r *Record) Undecided() []Objection {
	return slices.DeleteFunc(slices.Clone(r.Objections), func(o Objection) bool { return o.Decision != "" })
}

// Moves lists what the actor may do with the selection now: the moves of the
// procedure, less those that its rules would refuse.
func (r *Record) Moves(actor access.Actor, now time.Time) []procedure.Move {
	return slices.DeleteFunc(Procedure.Open(actor, r.State), func(m procedure.Move) bool { return !r.fits(m.Name, now) })
}

func (r *Record) fits(move string, now time.Time) bool {
	switch move {
	case "opening":
		return len(r.Districts) > 0
	case "vetting", "withdrawal":
		return len(r.Standing()) > 0
	case "review":
		return slices.ContainsFunc(r.Candidates, func(c Candidate) bool { return c.VetResult == "" && c.DroppedWhy == "" })
	case "publicity":
		return len(r.Standing()) > 0 && !slices.ContainsFunc(r.Standing(), func(c Candidate) bool { return c.VetResult == "" })
	case "objection":
		return len(r.Standing()) > 0
	case "objection-decision":
		return len(r.Undecided()) > 0
	case "publicity-end":
		return r.DueOn != nil && calendar.On(now).After(*r.DueOn) && len(r.Undecided()) == 0
	case "runoff":
		return slices.ContainsFunc(r.Districts, func(d District) bool { return d.Tied })
	case "submission":
		return !slices.ContainsFunc(r.Districts, func(d District) bool { return d.HeldOn == nil })
	case "certificates":
		return slices.ContainsFunc(r.Representatives, waitsForCertificate)
	case "closure":
		return !slices.ContainsFunc(r.Representatives, waitsForCertificate)
	}
	return true
}

func waitsForCertificate(l Line) bool { return l.CertificateOn == nil && l.EndedOn == nil }
