package mandate

import (
	"context"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/institution"
	"portal/internal/procedure"
)

// Mandate is one authorisation.
type Mandate struct {
	ID              int64
	Mode            string
	Title           string
	Body            string
	Meeting         string
	DecidedOn       *time.Time
	Basis           string
	BasisClause     string
	GroundID        int64 // the clause that it rests on; 0 where none
	GroundTitle     string
	GroundNumber    int
	GroundSuffix    int
	GroundText      string // as it read on the day of the decision
	State           procedure.State
	Number          string
	IssuedOn        *time.Time
	WithdrawnOn     *time.Time
	Why             string
	Rule            int
	Drafter         string
	Approver        string
	ApprovedOn      *time.Time
	RequestID       int64
	RequestStreetID int64
	City            string
	Version         int
}

// MatterLine is one matter of one version.
type MatterLine struct {
	ID        int64
	Version   int
	No        int
	Subject   string
	Object    string
	Content   string
	Measures  []string
	FromOn    time.Time
	ThroughOn *time.Time
	ReportBy  time.Time
	Yearly    bool
	Form      string
}

// VersionLine is one version of the matters.
type VersionLine struct {
	Version     int
	State       string
	EffectiveOn *time.Time
	UntilOn     *time.Time
	Reason      string
	Drafter     string
	Approver    string
}

// StreetLine is where an authorisation stands in one street.
type StreetLine struct {
	StreetID    int64
	Street      string
	State       procedure.State
	ReceivedOn  *time.Time
	Receiver    string
	WithdrawnOn *time.Time
	ConcludedOn *time.Time
	Version     int
	Acts        int
	Beyond      int
}

// ReportLine is one report to the city.
type ReportLine struct {
	ID          int64
	StreetID    int64
	Street      string
	Round       int
	Nos         []int32
	Text        string
	State       string // submitted, accepted or returned
	SubmittedOn time.Time
	Reporter    string
	DecidedOn   *time.Time
	Decider     string
	Note        string
}

// Clock is a deadline that runs in one street.
type Clock struct {
	ID       int64
	StreetID int64
	Name     string
	Label    string
	DueOn    time.Time
}

// Record is everything about one authorisation that its reader may see.
type Record struct {
	Mandate
	Versions []VersionLine
	Matters  []MatterLine // of all versions that the reader sees
	Streets  []StreetLine
	Reports  []ReportLine
	Files    []file.Attachment // of the reports
	Acts     []ActLine         // the newest ActsShown
	Clocks   []Clock
	Timeline []audit.Entry
	Limits   file.Limits
}

// ActsShown is how many acts a record shows.
const ActsShown = 50

// Record returns one authorisation, in one round trip.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "mandate %d", id)
	if !actor.May(access.ViewMandates) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	err = s.db.Read(ctx, actor, append(r.Limits.Queries(actor.StreetID),
		db.One(&r.Mandate, `
			SELECT d.id, d.mode, d.title, d.body, d.meeting, d.decided_on, d.basis, d.basis_clause, d.state, d.number, d.issued_on, d.withdrawn_on, d.why, d.rule,
			       d.drafter, d.approver, d.approved_on, coalesce(d.request_id, 0) AS request_id, coalesce(d.request_street_id, 0) AS request_street_id,
			       coalesce(d.ground_id, 0) AS ground_id, coalesce(g.title, '') AS ground_title,
			       coalesce(d.ground_number, 0) AS ground_number, coalesce(d.ground_suffix, 0) AS ground_suffix,
			       coalesce((SELECT x.text
			                 FROM institution_versions v
			                 JOIN institution_clauses x ON x.street_id = v.street_id AND x.version_id = v.id AND x.number = d.ground_number AND x.suffix = d.ground_suffix
			                 WHERE v.street_id = d.ground_street_id AND v.institution_id = d.ground_id
			                   AND v.effective_on <= d.decided_on AND (v.ended_on IS NULL OR v.ended_on > d.decided_on)), '') AS ground_text,
			       c.name AS city, d.version
			FROM mandates d
			JOIN cities c ON c.id = d.city_id
			LEFT JOIN institutions g ON g.street_id = d.ground_street_id AND g.id = d.ground_id
			WHERE d.id = @id`, arg),
		db.Many(&r.Versions, `
			SELECT version, state, effective_on, until_on, reason, drafter, approver
			FROM mandate_versions
			WHERE mandate_id = @id
			ORDER BY version DESC
			LIMIT 50`, arg),
		db.Many(&r.Matters, `
			SELECT id, version, no, subject, object, content, measures, from_on, through_on, report_by, yearly, form
			FROM mandate_matters
			WHERE mandate_id = @id
			ORDER BY version DESC, no
			LIMIT 200`, arg),
		db.Many(&r.Streets, `
			SELECT s.street_id, t.name AS street, s.state, s.received_on, s.receiver, s.withdrawn_on, s.concluded_on, s.version,
			       (SELECT count(*) FROM mandate_acts a WHERE a.street_id = s.street_id AND a.mandate_id = s.mandate_id AND a.cancelled_on IS NULL) AS acts,
			       (SELECT count(*) FROM mandate_acts a WHERE a.street_id = s.street_id AND a.mandate_id = s.mandate_id AND a.beyond) AS beyond
			FROM mandate_streets s
			JOIN streets t ON t.id = s.street_id
			WHERE s.mandate_id = @id
			ORDER BY t.code
			LIMIT 500`, arg),
		db.Many(&r.Reports, `
			SELECT r.id, r.street_id, t.name AS street, r.round,
			       ARRAY (SELECT m.no FROM mandate_report_matters m WHERE m.street_id = r.street_id AND m.report_id = r.id ORDER BY m.no) AS nos,
			       r.text, r.state, r.submitted_on, r.reporter, r.decided_on, r.decider, r.note
			FROM mandate_reports r
			JOIN streets t ON t.id = r.street_id
			WHERE r.mandate_id = @id
			ORDER BY r.id DESC
			LIMIT 100`, arg),
		file.OfThose(&r.Files, kindReport, `SELECT id FROM mandate_reports WHERE mandate_id = @id`, arg),
		db.Many(&r.Acts, selectAct+`
			WHERE a.mandate_id = @id
			ORDER BY a.act_on DESC, a.id DESC
			LIMIT @limit`, db.Args{"id": id, "limit": ActsShown}),
		db.Many(&r.Clocks, `
			SELECT id, street_id, name, label, due_on
			FROM deadlines
			WHERE kind = 'mandate' AND subject_id = @id AND ended_on IS NULL
			ORDER BY due_on, id
			LIMIT 500`, arg),
		audit.Timeline(&r.Timeline, kind, id))...)
	return r, err
}

// Ground is the clause that it rests on, or nil.
func (m *Mandate) Ground() *institution.Ground {
	if m.GroundID == 0 {
		return nil
	}
	return &institution.Ground{ID: m.GroundID, Title: m.GroundTitle, Place: institution.Place{Number: m.GroundNumber, Suffix: m.GroundSuffix}}
}

// InForce are the matters that hold now, or of a draft, those written.
func (r *Record) InForce() []MatterLine { return r.Of(r.Rule) }

// Of are the matters of one version.
func (r *Record) Of(version int) (list []MatterLine) {
	for _, m := range r.Matters {
		if m.Version == version {
			list = append(list, m)
		}
	}
	return list
}

// Proposed is the change that waits for approval, or nil.
func (r *Record) Proposed() *VersionLine {
	i := slices.IndexFunc(r.Versions, func(v VersionLine) bool { return v.State == "draft" && v.Version > 1 })
	if i < 0 {
		return nil
	}
	return &r.Versions[i]
}

// Street is where it stands in one street, or nil.
func (r *Record) Street(id int64) *StreetLine {
	if i := slices.IndexFunc(r.Streets, func(s StreetLine) bool { return s.StreetID == id }); i >= 0 {
		return &r.Streets[i]
	}
	return nil
}

// Owed are the clocks of reports that run in a street.
func (r *Record) Owed(street int64) (list []Clock) {
	for _, c := range r.Clocks {
		if c.StreetID == street && len(c.Name) > 7 && c.Name[:7] == "report-" {
			list = append(list, c)
		}
	}
	return list
}

// No is the number of the matter whose report c is, or 0.
func (c *Clock) No() int {
	n := 0
	if len(c.Name) > 7 && c.Name[:7] == "report-" {
		for _, d := range c.Name[7:] {
			n = n*10 + int(d-'0')
		}
	}
	return n
}

// FilesOf are the attachments of one report.
func (r *Record) FilesOf(report int64) (list []file.Attachment) {
	for _, f := range r.Files {
		if f.OwnerID == report {
			list = append(list, f)
		}
	}
	return list
}

// Moves lists the moves of the city that actor may make now.
func (r *Record) Moves(actor access.Actor) []procedure.Move {
	proposed := r.Proposed() != nil
	return slices.DeleteFunc(Procedure.Open(actor, r.State), func(m procedure.Move) bool {
		switch m.Name {
		case "change":
			return proposed
		case "change-approval", "change-refusal":
			return !proposed
		}
		return false
	})
}

// StreetMoves lists the moves that actor may make in one street now.
func (r *Record) StreetMoves(actor access.Actor, street int64) []procedure.Move {
	p := r.Street(street)
	if p == nil || actor.StreetID != 0 && actor.StreetID != street {
		return nil
	}
	return slices.DeleteFunc(StreetProcedure.Open(actor, p.State), func(m procedure.Move) bool {
		return m.Name == "report" && len(r.Owed(street)) == 0
	})
}

// Calendar returns the working-day calendar, to say how much time is left.
func (s *Store) Calendar(ctx context.Context, actor access.Actor) (*calendar.Calendar, error) {
	return deadline.Known(ctx, s.db, actor)
}

// Choices are what forms let people choose from.
type Choices struct {
	Streets []choice.Row             // of the city
	Units   []choice.Row             // of the actor's street
	Grounds []institution.GroundLine // clauses of the city and its streets
	Limits  file.Limits
}

// Choices reads them. on is the day on which clauses, which the city may choose, must
// be in force; zero is today.
func (s *Store) Choices(ctx context.Context, actor access.Actor, on time.Time) (c Choices, err error) {
	if on.IsZero() {
		on = s.today()
	}
	queries := append(c.Limits.Queries(actor.StreetID), streetsOf(&c.Streets, actor), db.Many(&c.Units, `
		SELECT id, name
		FROM units
		WHERE street_id = @street AND ended_on IS NULL
		ORDER BY kind <> 'dispatch', id
		LIMIT 200`, db.Args{"street": actor.StreetID}))
	if actor.StreetID == 0 {
		queries = append(queries, institution.Grounds(&c.Grounds, actor, on))
	}
	return c, s.db.Read(ctx, actor, queries...)
}
