package opinion

import (
	"context"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
	"portal/internal/secret"
)

// Record is everything about one opinion that its reader may see.
type Record struct {
	Opinion
	Assignments []AssignmentLine
	Replies     []ReplyLine
	Urges       []UrgeLine
	Extension   *ExtensionLine
	Deadlines   []DeadlineLine
	Merged      []MergedLine
	Raised      []RaisedLine
	Timeline    []audit.Entry
	Units       []choice.Row // that it may be assigned to
	Files       []file.Attachment
	Limits      file.Limits       // of files that its reader may add
	Proofs      []file.Attachment // of its replies
	Phone       string            // in clear, only for a unit that the resident released it to
}

// Opinion is one opinion with the names of what it refers to.
type Opinion struct {
	ID             int64
	StreetID       int64
	Number         string
	Source         string
	State          procedure.State
	Kind           string
	Field          string
	Location       string
	Text           string
	Urgency        string
	Anonymous      bool
	ForgottenOn    *time.Time // name and number were removed
	Resident       string
	PhoneMask      string
	ConsentContact bool
	Sensitive      bool
	Round          int
	ReceivedOn     time.Time
	DeclinedWhy    string
	Answer         string
	PromisedOn     *time.Time
	ToldOn         *time.Time
	ToldHow        string
	Rating         *string
	RatingNote     string
	FirstRating    *string
	ClosedOn       *time.Time
	ClosedHow      string
	Creator        string
	Version        int
	Key            string
	VisitID        int64
	StationID      int64
	DeputyID       int64
	LeadUnitID     int64
	MergedInto     int64
	MergedNumber   string
	Street         string
	Community      string
	Station        string
	Deputy         string
	Unit           string
}

// AssignmentLine is one unit that an opinion was assigned to.
type AssignmentLine struct {
	UnitID       int64
	Unit         string
	Part         string
	Round        int
	AssignedAt   time.Time
	SignedAt     *time.Time
	ReturnedAt   *time.Time
	ReturnReason string
	Comment      string
	EndedAt      *time.Time
}

// ReplyLine is one reply and its review.
type ReplyLine struct {
	ID         int64
	Unit       string
	Round      int
	Text       string
	RepliedAt  time.Time
	Replier    string
	Verdict    *string
	ReviewNote string
}

// UrgeLine is one reminder.
type UrgeLine struct {
	Level string
	Text  string
	At    time.Time
	Urger string
}

// ExtensionLine is the request for more time.
type ExtensionLine struct {
	Days     int
	Reason   string
	Asker    string
	AskedAt  time.Time
	Granted  *bool
	Decider  string
	Decision string
}

// DeadlineLine is an open deadline.
type DeadlineLine struct {
	ID    int64
	Name  string
	Label string
	DueOn time.Time
}

// MergedLine is a repeated opinion that was merged into this one.
type MergedLine struct {
	ID     int64
	Number string
	ToldOn *time.Time
}

// RaisedLine is a deputy's suggestion that came from this opinion.
type RaisedLine struct {
	ID     int64
	Number string // "" of a draft
	Title  string
}

// Raisable reports whether the actor may make a deputy's suggestion of the opinion.
func (r *Record) Raisable(actor access.Actor) bool {
	return actor.May(access.DraftSuggestion) && !r.Sensitive && r.State != Declined && r.State != Merged && r.State != Withdrawn
}

// Record returns the opinion with everything that belongs to it, in one round
// trip. Names of residents are masked for who needs no more.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "opinion %d", id)
	if !actor.May(access.ViewOpinions) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	var extensions []ExtensionLine
	var sealed []byte
	err = s.db.Read(ctx, actor, append(r.Limits.Queries(actor.StreetID),
		db.One(&r.Opinion, selectOpinion+` WHERE o.id = @id`, arg),
		db.Many(&r.Assignments, `
			SELECT a.unit_id, u.name AS unit, a.part, a.round, a.assigned_at, a.signed_at, a.returned_at, a.return_reason, a.comment, a.ended_at
			FROM opinion_assignments a
			JOIN units u ON u.street_id = a.street_id AND u.id = a.unit_id
			WHERE a.opinion_id = @id
			ORDER BY a.id
			LIMIT 100`, arg),
		db.Many(&r.Replies, `
			SELECT r.id, coalesce(u.name, '') AS unit, r.round, r.text, r.replied_at, r.replier, r.verdict, r.review_note
			FROM opinion_replies r
			LEFT JOIN units u ON u.street_id = r.street_id AND u.id = r.unit_id
			WHERE r.opinion_id = @id
			ORDER BY r.id
			LIMIT 100`, arg),
		db.Many(&r.Urges, `SELECT level, text, at, urger FROM opinion_urges WHERE opinion_id = @id ORDER BY id LIMIT 100`, arg),
		db.Many(&extensions, `
			SELECT days, reason, asker, asked_at, granted, decider, decision
			FROM opinion_extensions
			WHERE opinion_id = @id
			LIMIT 1`, arg),
		db.Many(&r.Deadlines, `
			SELECT id, name, label, due_on
			FROM deadlines
			WHERE kind = 'opinion' AND subject_id = @id AND ended_on IS NULL
			ORDER BY due_on, id
			LIMIT 20`, arg),
		db.Many(&r.Merged, `SELECT id, number, told_on FROM opinions WHERE merged_into = @id ORDER BY id LIMIT 100`, arg),
		db.Many(&r.Raised, `
			SELECT s.id, coalesce(s.number, '') AS number, s.title
			FROM suggestion_sources x
			JOIN suggestions s ON s.street_id = x.street_id AND s.id = x.suggestion_id
			WHERE x.street_id = (SELECT street_id FROM opinions WHERE id = @id) AND x.opinion_id = @id
			ORDER BY s.id
			LIMIT 20`, arg),
		db.Many(&r.Units, `
			SELECT u.id, u.name
			FROM units u
			WHERE u.street_id = (SELECT street_id FROM opinions WHERE id = @id) AND u.ended_on IS NULL
			ORDER BY u.kind <> 'dispatch', u.id
			LIMIT 200`, arg),
		db.Value(&sealed, `SELECT CASE WHEN consent_contact THEN phone_sealed END FROM opinions WHERE id = @id`, arg),
		file.Of(&r.Files, "opinion", id),
		file.OfThose(&r.Proofs, "opinion_reply", `SELECT id FROM opinion_replies WHERE opinion_id = @id`, arg),
		audit.Timeline(&r.Timeline, "opinion", id))...)
	if err != nil {
		return r, err
	}
	if len(extensions) > 0 {
		r.Extension = &extensions[0]
	}
	return r, s.show(&r, actor, sealed)
}

// ProofsOf returns the files that came with one reply.
func (r *Record) ProofsOf(reply int64) []file.Attachment {
	return slices.DeleteFunc(slices.Clone(r.Proofs), func(a file.Attachment) bool { return a.OwnerID != reply })
}

// show hides what the reader has no need to see: a unit learns the contact only
// where the resident released it, others see names and numbers masked
// (domain.md §2, §6).
func (s *Store) show(r *Record, actor access.Actor, sealed []byte) error {
	switch actor.Role {
	case access.Director, access.Staff, access.Liaison, access.Deputy, access.GroupLeader:
		return nil
	case access.Unit, access.OfficeDispatch:
		if r.ConsentContact && sealed != nil {
			var err error
			r.Phone, err = s.keys.Open(sealed, sealedPhone)
			return err
		}
		r.PhoneMask = ""
	}
	r.Resident = secret.MaskName(r.Resident)
	return nil
}

const selectOpinion = `
	SELECT o.id, o.street_id, o.number, o.source, o.state, o.kind, o.field, o.location, o.text, o.urgency, o.anonymous, o.forgotten_on, o.resident, o.phone_mask,
	       o.consent_contact, o.sensitive, o.round, o.received_on, o.declined_why, o.answer, o.promised_on, o.told_on, o.told_how,
	       o.rating, o.rating_note, o.first_rating, o.closed_on, o.closed_how, o.creator, o.version, o.key,
	       coalesce(o.visit_id, 0) AS visit_id, coalesce(o.station_id, 0) AS station_id, coalesce(o.deputy_id, 0) AS deputy_id,
	       coalesce(o.lead_unit_id, 0) AS lead_unit_id, coalesce(o.merged_into, 0) AS merged_into, coalesce(m.number, '') AS merged_number,
	       s.name AS street, coalesce(c.name, '') AS community, coalesce(st.name, '') AS station,
	       coalesce(d.name, '') AS deputy, coalesce(u.name, '') AS unit
	FROM opinions o
	JOIN streets s ON s.id = o.street_id
	LEFT JOIN opinions m ON m.street_id = o.street_id AND m.id = o.merged_into
	LEFT JOIN communities c ON c.street_id = o.street_id AND c.id = o.community_id
	LEFT JOIN stations st ON st.street_id = o.street_id AND st.id = o.station_id
	LEFT JOIN deputies d ON d.street_id = o.street_id AND d.id = o.deputy_id
	LEFT JOIN units u ON u.street_id = o.street_id AND u.id = o.lead_unit_id`

// Code returns the query code for the receipt slip of an opinion.
func (s *Store) Code(o Opinion) string { return s.keys.QueryCode(o.Key) }

// LedgerRow is one line of the ledger 意见台账 (domain.md §5).
type LedgerRow struct {
	Number     string
	ReceivedOn time.Time
	Street     string
	Station    string
	Deputy     string
	Resident   string
	Text       string
	Kind       string
	Unit       string
	AssignedOn *time.Time
	DueOn      *time.Time
	RepliedOn  *time.Time
	Answer     string
	ToldOn     *time.Time
	Rating     *string
	State      procedure.State
}

// LedgerMost is how many rows one ledger holds.
const LedgerMost = 100_000

// Ledger returns the rows of a filter for export. Residents' names are masked.
func (s *Store) Ledger(ctx context.Context, actor access.Actor, f Filter) (rows []LedgerRow, err error) {
	defer fault.Wrap(&err, "ledger of opinions")
	if !actor.May(access.ExportOpinions) {
		return nil, fault.Forbidden
	}
	f.After = db.Cursor{}
	where, args := f.where(actor, s.now())
	args["limit"] = LedgerMost
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		err := db.Do(ctx, tx, db.Many(&rows, `
			SELECT o.number, o.received_on, s.name AS street, coalesce(st.name, '') AS station, coalesce(d.name, '') AS deputy, o.resident, o.text, o.kind,
			       coalesce(u.name, '') AS unit,
			       (SELECT max(a.assigned_at) FROM opinion_assignments a WHERE a.street_id = o.street_id AND a.opinion_id = o.id) AS assigned_on,
			       (SELECT max(x.due_on) FROM deadlines x WHERE x.street_id = o.street_id AND x.kind = 'opinion' AND x.subject_id = o.id AND x.name = 'reply') AS due_on,
			       (SELECT max(r.replied_at) FROM opinion_replies r WHERE r.street_id = o.street_id AND r.opinion_id = o.id) AS replied_on,
			       o.answer, o.told_on, o.rating, o.state
			FROM opinions o
			JOIN streets s ON s.id = o.street_id
			LEFT JOIN stations st ON st.street_id = o.street_id AND st.id = o.station_id
			LEFT JOIN deputies d ON d.street_id = o.street_id AND d.id = o.deputy_id
			LEFT JOIN units u ON u.street_id = o.street_id AND u.id = o.lead_unit_id`+where+`
			ORDER BY o.received_at DESC, o.id DESC
			LIMIT @limit`, args))
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].Resident = secret.MaskName(rows[i].Resident)
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: actor.StreetID, Kind: "ledger", Action: "opinion.export", Title: "导出意见台账",
			Detail: map[string]any{"rows": len(rows), "view": f.View},
		})
	})
	return rows, err
}
