package suggestion

import (
	"context"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
)

// Suggestion is one suggestion with the names of what it refers to.
type Suggestion struct {
	ID           int64
	StreetID     int64
	Class        string
	Number       string
	Title        string
	Category     string
	Facts        string
	Analysis     string
	Proposals    string
	Open         bool
	Contact      bool
	LeadID       int64
	State        procedure.State
	Round        int
	Refusal      string
	RefusalNote  string
	MergedInto   int64
	MergedNumber string
	LeadUnitID   int64
	Months       int
	FiledAt      time.Time
	SubmittedOn  *time.Time
	AssignedOn   *time.Time
	RepliedOn    *time.Time
	Result       string
	Rating       string
	KeyOn        *time.Time
	KeyBasis     string
	Coordination string
	WithdrawnWhy string
	ClosedOn     *time.Time
	ClosedHow    string
	Creator      string
	Version      int
	Street       string
	Committee    string
	City         string
	Lead         string
	Unit         string
}

const selectSuggestion = `
	SELECT o.id, o.street_id, o.class, coalesce(o.number, '') AS number, o.title, o.category, o.facts, o.analysis, o.proposals, o.open, o.contact, o.lead_id,
	       o.state, o.round, o.refusal, o.refusal_note, coalesce(o.merged_into, 0) AS merged_into,
	       coalesce((SELECT m.number FROM suggestions m WHERE m.street_id = o.street_id AND m.id = o.merged_into), '') AS merged_number,
	       coalesce(o.lead_unit_id, 0) AS lead_unit_id, o.months, o.filed_at, o.submitted_on, o.assigned_on, o.replied_on, o.result, o.rating, o.key_on, o.key_basis,
	       o.coordination, o.withdrawn_why, o.closed_on, o.closed_how, o.creator, o.version,
	       t.name AS street, t.committee, c.name AS city, coalesce(p.name, '') AS lead, coalesce(u.name, '') AS unit
	FROM suggestions o
	JOIN streets t ON t.id = o.street_id
	JOIN cities c ON c.id = t.city_id
	LEFT JOIN deputies p ON p.street_id = o.street_id AND p.id = o.lead_id
	LEFT JOIN units u ON u.street_id = o.street_id AND u.id = o.lead_unit_id`

// Signer is one deputy who signs.
type Signer struct {
	DeputyID    int64
	Name        string
	Lead        bool
	ConfirmedAt *time.Time
	How         string // portal, paper, "" before
	Note        string
}

// Source is a resident's opinion that the suggestion came from.
type Source struct {
	OpinionID int64
	Number    string
	Text      string
	Seen      bool // the reader may open it
}

// AssignmentLine is one unit that a suggestion was assigned to.
type AssignmentLine struct {
	UnitID       int64
	Unit         string
	Part         string
	AssignedAt   time.Time
	SignedAt     *time.Time
	ReturnedAt   *time.Time
	ReturnReason string
	EndedAt      *time.Time
}

// CommentLine is a co-handler's opinion.
type CommentLine struct {
	UnitID int64
	Unit   string
	Round  int
	Text   string
	At     time.Time
	Author string
}

// ContactLine is one contact with the deputies.
type ContactLine struct {
	Unit   string
	Round  int
	HeldOn time.Time
	How    string
	Note   string
	Author string
}

// ReplyLine is one reply as it was signed.
type ReplyLine struct {
	ID        int64
	Unit      string
	Round     int
	Kind      string // reply, fulfilment
	Result    string
	Number    string
	Text      string
	Signer    string
	SignedOn  time.Time
	RepliedAt time.Time
	Replier   string
}

// RatingLine is what the lead said of one reply.
type RatingLine struct {
	Round    int
	Attitude string
	Result   string
	Note     string
	How      string
	RatedAt  time.Time
}

// ExtensionLine is a request for more time: for the reply, or for a promise.
type ExtensionLine struct {
	DueFrom  *time.Time // of a promise
	DueTo    *time.Time
	Reason   string
	Asker    string
	AskedAt  time.Time
	Granted  *bool
	Decider  string
	Decision string
}

// Pledge is one promise of a suggestion.
type Pledge struct {
	ID       int64
	Text     string
	MadeOn   time.Time
	FirstDue time.Time
	DueOn    time.Time
	State    string
	EndedOn  *time.Time
	KeptBy   int64
}

// UrgeLine is one reminder.
type UrgeLine struct {
	Whom  string
	Text  string
	At    time.Time
	Urger string
}

// DeadlineLine is an open deadline.
type DeadlineLine struct {
	ID    int64
	Name  string
	Label string
	DueOn time.Time
}

// MergedLine is a suggestion that was merged into this one.
type MergedLine struct {
	ID     int64
	Number string
	Title  string
}

// Record is everything about one suggestion that its reader may see.
type Record struct {
	Suggestion
	Signers     []Signer
	Sources     []Source
	Assignments []AssignmentLine
	Comments    []CommentLine
	Contacts    []ContactLine
	Replies     []ReplyLine
	Ratings     []RatingLine
	Pledges     []Pledge
	Later       []ExtensionLine // of promises: what was decided, or waits while the promise is open
	Extension   []ExtensionLine // of the reply, at most one: what was decided, or waits while it is first handled
	Urges       []UrgeLine
	Deadlines   []DeadlineLine
	Merged      []MergedLine
	Timeline    []audit.Entry
	Units       []choice.Row // that it may be assigned to
	Files       []file.Attachment
	Proofs      []file.Attachment // of its replies
	Limits      file.Limits
	Led         bool // the reader leads a group of the lead
}

// Record returns a suggestion with everything that belongs to it, in one round trip.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "suggestion %d", id)
	if !actor.May(access.ViewSuggestions) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	return r, s.db.Read(ctx, actor, append(r.Limits.Queries(actor.StreetID),
		db.One(&r.Suggestion, selectSuggestion+` WHERE o.id = @id`, arg),
		db.Many(&r.Signers, `
			SELECT g.deputy_id, p.name, g.lead, g.confirmed_at, g.how, g.note
			FROM suggestion_signers g
			JOIN deputies p ON p.street_id = g.street_id AND p.id = g.deputy_id
			WHERE g.street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND g.suggestion_id = @id
			ORDER BY NOT g.lead, p.name COLLATE "C", g.deputy_id
			LIMIT 100`, arg),
		db.Many(&r.Sources, `
			SELECT x.opinion_id, x.number, '' AS text, EXISTS (SELECT FROM opinions o WHERE o.street_id = x.street_id AND o.id = x.opinion_id) AS seen
			FROM suggestion_sources x
			WHERE x.street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND x.suggestion_id = @id
			ORDER BY x.opinion_id
			LIMIT 100`, arg),
		db.Many(&r.Assignments, `
			SELECT a.unit_id, u.name AS unit, a.part, a.assigned_at, a.signed_at, a.returned_at, a.return_reason, a.ended_at
			FROM suggestion_assignments a
			JOIN units u ON u.street_id = a.street_id AND u.id = a.unit_id
			WHERE a.street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND a.suggestion_id = @id
			ORDER BY a.id
			LIMIT 100`, arg),
		db.Many(&r.Comments, `
			SELECT c.unit_id, u.name AS unit, c.round, c.text, c.at, c.author
			FROM suggestion_comments c
			JOIN units u ON u.street_id = c.street_id AND u.id = c.unit_id
			WHERE c.street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND c.suggestion_id = @id
			ORDER BY c.id
			LIMIT 100`, arg),
		db.Many(&r.Contacts, `
			SELECT u.name AS unit, c.round, c.held_on, c.how, c.note, c.author
			FROM suggestion_contacts c
			JOIN units u ON u.street_id = c.street_id AND u.id = c.unit_id
			WHERE c.street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND c.suggestion_id = @id
			ORDER BY c.held_on, c.id
			LIMIT 100`, arg),
		db.Many(&r.Replies, `
			SELECT r.id, u.name AS unit, r.round, r.kind, r.result, r.number, r.text, r.signer, r.signed_on, r.replied_at, r.replier
			FROM suggestion_replies r
			JOIN units u ON u.street_id = r.street_id AND u.id = r.unit_id
			WHERE r.street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND r.suggestion_id = @id
			ORDER BY r.id
			LIMIT 100`, arg),
		db.Many(&r.Ratings, `
			SELECT round, attitude, result, note, how, rated_at
			FROM suggestion_ratings
			WHERE street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND suggestion_id = @id
			ORDER BY round
			LIMIT 10`, arg),
		db.Many(&r.Pledges, `
			SELECT id, text, made_on, first_due_on AS first_due, due_on, state, ended_on, coalesce(kept_by, 0) AS kept_by
			FROM suggestion_promises
			WHERE street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND suggestion_id = @id
			ORDER BY id
			LIMIT 10`, arg),
		db.Many(&r.Later, `
			SELECT e.due_from, e.due_to, e.reason, e.asker, e.asked_at, e.granted, e.decider, e.decision
			FROM suggestion_promise_extensions e
			JOIN suggestion_promises p ON p.street_id = e.street_id AND p.id = e.promise_id
			WHERE p.street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND p.suggestion_id = @id
			  AND (e.granted IS NOT NULL OR p.state = 'open')
			ORDER BY e.id
			LIMIT 50`, arg),
		db.Many(&r.Extension, `
			SELECT NULL::date AS due_from, NULL::date AS due_to, e.reason, e.asker, e.asked_at, e.granted, e.decider, e.decision
			FROM suggestion_extensions e
			JOIN suggestions x ON x.street_id = e.street_id AND x.id = e.suggestion_id
			WHERE x.id = @id AND (e.granted IS NOT NULL OR x.state = 'handling' AND x.round = 1)
			LIMIT 1`, arg),
		db.Many(&r.Urges, `
			SELECT whom, text, at, urger
			FROM suggestion_urges
			WHERE street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND suggestion_id = @id
			ORDER BY id
			LIMIT 100`, arg),
		db.Many(&r.Deadlines, `
			SELECT id, name, label, due_on
			FROM deadlines
			WHERE kind = 'suggestion' AND subject_id = @id AND ended_on IS NULL
			ORDER BY due_on, id
			LIMIT 20`, arg),
		db.Many(&r.Merged, `
			SELECT id, number, title
			FROM suggestions
			WHERE street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND merged_into = @id
			ORDER BY id
			LIMIT 100`, arg),
		db.Many(&r.Units, `
			SELECT u.id, u.name
			FROM units u
			WHERE u.street_id = (SELECT street_id FROM suggestions WHERE id = @id) AND u.ended_on IS NULL
			ORDER BY u.kind <> 'dispatch', u.id
			LIMIT 500`, arg),
		db.Value(&r.Led, `SELECT coalesce((SELECT lead_id = ANY (app.led_deputies()) FROM suggestions WHERE id = @id), false)`, arg),
		file.Of(&r.Files, "suggestion", id),
		file.OfThose(&r.Proofs, "suggestion_reply", `SELECT id FROM suggestion_replies WHERE suggestion_id = @id`, arg),
		audit.Timeline(&r.Timeline, "suggestion", id))...)
}

// ProofsOf returns the files that came with one reply.
func (r *Record) ProofsOf(reply int64) []file.Attachment {
	return slices.DeleteFunc(slices.Clone(r.Proofs), func(a file.Attachment) bool { return a.OwnerID != reply })
}

// Promise returns the promise that is still to be kept, or nil.
func (r *Record) Promise() *Pledge {
	if i := slices.IndexFunc(r.Pledges, func(p Pledge) bool { return p.State == "open" }); i >= 0 {
		return &r.Pledges[i]
	}
	return nil
}

// Waiting returns the first request for more time that nobody has decided, or nil.
func Waiting(list []ExtensionLine) *ExtensionLine {
	if i := slices.IndexFunc(list, func(x ExtensionLine) bool { return x.Granted == nil }); i >= 0 {
		return &list[i]
	}
	return nil
}

// Due returns the open deadline called name, or nil.
func (r *Record) Due(name string) *DeadlineLine {
	if i := slices.IndexFunc(r.Deadlines, func(d DeadlineLine) bool { return d.Name == name }); i >= 0 {
		return &r.Deadlines[i]
	}
	return nil
}

// Overdue reports whether a deadline of the suggestion has passed.
func (r *Record) Overdue(now time.Time) bool {
	return len(r.Deadlines) > 0 && calendar.On(now).After(r.Deadlines[0].DueOn)
}
