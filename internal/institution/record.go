package institution

import (
	"context"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Institution is one rule.
type Institution struct {
	ID            int64
	CityID        int64
	StreetID      int64
	Tier          string
	Core          string
	Title         string
	City          string
	Street        string // "" of the city's own
	ReplacesID    int64
	Replaces      string
	ReplacedByID  int64
	ReplacedBy    string
	AdoptedID     int64
	Adopted       string
	AdoptedStreet string
	Published     bool
	Version       int // of the record, for moves
}

// Issuer is whose rule it is.
func (i *Institution) Issuer() string {
	if i.Street == "" {
		return i.City + "人大常委会"
	}
	return "人大" + i.Street + "工委"
}

// Version is one text of a rule and where it stands.
type Version struct {
	ID           int64
	Ordinal      int
	State        procedure.State
	Reason       string
	Published    bool
	ConsultedOn  *time.Time
	ConsultUntil *time.Time
	PassedOn     *time.Time
	DocNumber    string
	SignedOn     *time.Time
	Signer       string
	TrialUntil   *time.Time
	RecordedOn   *time.Time
	EffectiveOn  *time.Time
	EndedOn      *time.Time
	EndedHow     string
	EndedWhy     string
	CreatedAt    time.Time
}

// On reports whether the version is in force on a day.
func (v *Version) On(day time.Time) bool {
	return v.EffectiveOn != nil && !v.EffectiveOn.After(day) && (v.EndedOn == nil || v.EndedOn.After(day))
}

// OpinionLine is one opinion on a draft.
type OpinionLine struct {
	ID         int64
	VersionID  int64
	Number     *int
	Suffix     *int
	Source     string
	Author     string
	Text       string
	GivenOn    time.Time
	Answer     string
	AnswerText string
	AnsweredOn *time.Time
	Answerer   string
}

// MeetingLine is one decision of the directors' meeting.
type MeetingLine struct {
	VersionID int64
	MetOn     time.Time
	Chair     string
	Due       int
	Present   int
	For       int
	Verdict   string
	Note      string
}

// VoteLine is one vote of the standing committee.
type VoteLine struct {
	VersionID int64
	Session   string
	VotedOn   time.Time
	Members   int
	Present   int
	InFavour  int
	Against   int
	Abstained int
	Passed    bool
}

// FilingLine is one report to the city with its answer.
type FilingLine struct {
	ID         int64
	VersionID  int64
	Ordinal    int
	DocNumber  string
	SentOn     time.Time
	Sender     string
	AcceptedOn *time.Time
	Acceptor   string
	Verdict    string
	Comment    string
	DecidedOn  *time.Time
	Decider    string
	Reply      string // the number of the city's letter
	Remarks    []Remark
}

type remarkRow struct {
	FilingID       int64
	Number, Suffix int
	Text           string
}

// Record is everything about one rule that its reader may see.
type Record struct {
	Institution
	Versions []Version // the newest first
	Text     []Clause  // of Shown
	Shown    *Version
	Opinions []OpinionLine
	Meetings []MeetingLine
	Votes    []VoteLine
	Filings  []FilingLine
	Timeline []audit.Entry
	Posts    []choice.Row // who may have presided today
}

// Latest is the newest version that the reader sees.
func (r *Record) Latest() *Version { return &r.Versions[0] }

// InForce is the version in force on a day, or nil.
func (r *Record) InForce(day time.Time) *Version {
	if i := slices.IndexFunc(r.Versions, func(v Version) bool { return v.On(day) }); i >= 0 {
		return &r.Versions[i]
	}
	return nil
}

// State is where the rule stands on a day, in words.
func (r *Record) State(day time.Time) string { return StateName(r.StreetID, r.Latest(), day) }

// StateName is where a version stands on a day, in words.
func StateName(street int64, v *Version, day time.Time) string {
	switch {
	case v.EffectiveOn != nil && v.EffectiveOn.After(day):
		return "待施行"
	case v.On(day):
		return "生效"
	}
	return Info(street, v.State).Name
}

// Ask says which text of a rule to show: that of a version's ordinal, else that in
// force on a day, else the newest.
type Ask struct {
	Ordinal int
	On      time.Time
}

const selectInstitution = `
	SELECT i.id, i.city_id, i.street_id, i.tier, i.core, i.title, c.name AS city, coalesce(s.name, '') AS street, i.published, i.version,
	       coalesce(i.replaces_id, 0) AS replaces_id, coalesce(o.title, '') AS replaces, coalesce(n.id, 0) AS replaced_by_id, coalesce(n.title, '') AS replaced_by,
	       coalesce(i.adopted_id, 0) AS adopted_id, coalesce(a.title, '') AS adopted, coalesce(t.name, '') AS adopted_street
	FROM institutions i
	JOIN cities c ON c.id = i.city_id
	LEFT JOIN streets s ON s.id = i.street_id
	LEFT JOIN institutions o ON o.street_id = i.street_id AND o.id = i.replaces_id
	LEFT JOIN LATERAL (SELECT x.id, x.title FROM institutions x WHERE x.street_id = i.street_id AND x.replaces_id = i.id AND x.published LIMIT 1) AS n ON true
	LEFT JOIN institutions a ON a.street_id = i.adopted_street_id AND a.id = i.adopted_id
	LEFT JOIN streets t ON t.id = i.adopted_street_id`

const selectVersions = `
	SELECT v.id, v.ordinal, v.state, v.reason, v.published, v.consulted_on, v.consult_until, v.passed_on, v.doc_number, v.signed_on, v.signer, v.trial_until,
	       v.recorded_on, v.effective_on, v.ended_on, v.ended_how, v.ended_why, v.created_at
	FROM institution_versions v`

// shown is the version that ask means.
const shown = `(SELECT v.id
	FROM institution_versions v
	WHERE v.institution_id = @id
	  AND (@ordinal::integer = 0 OR v.ordinal = @ordinal)
	  AND (@on::date IS NULL OR v.effective_on <= @on AND (v.ended_on IS NULL OR v.ended_on > @on))
	ORDER BY v.ordinal DESC
	LIMIT 1)`

type clauseRow struct {
	Number, Suffix int
	Text           string
	Repealed       bool
	RestsID        *int64
	RestsTitle     string
	RestsNumber    *int
	RestsSuffix    *int
}

const selectClauses = `
	SELECT c.number, c.suffix, c.text, c.repealed, c.rests_id, coalesce(g.title, '') AS rests_title, c.rests_number, c.rests_suffix
	FROM institution_clauses c
	LEFT JOIN institutions g ON g.street_id = c.rests_street_id AND g.id = c.rests_id`

const inOrder = `
	ORDER BY c.number, c.suffix
	LIMIT 2000`

func clauses(rows []clauseRow) []Clause {
	list := make([]Clause, len(rows))
	for i, r := range rows {
		list[i] = Clause{Place: Place{r.Number, r.Suffix}, Text: r.Text, Repealed: r.Repealed}
		if r.RestsID != nil {
			list[i].RestsOn = &Ground{ID: *r.RestsID, Title: r.RestsTitle, Place: Place{*r.RestsNumber, *r.RestsSuffix}}
		}
	}
	return list
}

// Record returns a rule with the text that is asked for, in one round trip. Where no
// version was in force on the day that is asked for, Shown is nil.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64, ask Ask) (r Record, err error) {
	defer fault.Wrap(&err, "institution %d", id)
	if !actor.May(access.ViewInstitutions) && actor.Role != access.Operator {
		return r, fault.Forbidden
	}
	var rows []clauseRow
	var remarks []remarkRow
	var which []int64
	var posts []committee.PostLine
	arg := db.Args{"id": id}
	text := db.Args{"id": id, "ordinal": ask.Ordinal, "on": orNull(ask.On)}
	queries := []db.Query{
		db.One(&r.Institution, selectInstitution+` WHERE i.id = @id`, arg),
		db.Many(&r.Versions, selectVersions+` WHERE v.institution_id = @id ORDER BY v.ordinal DESC LIMIT 200`, arg),
		db.Values(&which, `SELECT x FROM (SELECT `+shown+` AS x) AS y WHERE x IS NOT NULL`, text),
		db.Many(&rows, selectClauses+` WHERE c.version_id = `+shown+inOrder, text),
		db.Many(&r.Opinions, `
			SELECT o.id, o.version_id, o.number, o.suffix, o.source, o.author, o.text, o.given_on, o.answer, o.answer_text, o.answered_on, o.answerer
			FROM institution_opinions o
			JOIN institution_versions v ON v.street_id = o.street_id AND v.id = o.version_id
			WHERE v.institution_id = @id
			ORDER BY o.id
			LIMIT 500`, arg),
		db.Many(&r.Meetings, `
			SELECT m.version_id, m.met_on, coalesce(h.name, '') AS chair, m.met_due AS due, m.met_present AS present, m.met_for AS "for", m.verdict, m.note
			FROM institution_meetings m
			JOIN institution_versions v ON v.street_id = m.street_id AND v.id = m.version_id
			LEFT JOIN posts p ON p.street_id = m.street_id AND p.id = m.chair_post_id
			LEFT JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
			WHERE v.institution_id = @id
			ORDER BY m.id
			LIMIT 200`, arg),
		db.Many(&r.Votes, `
			SELECT t.version_id, t.session, t.voted_on, t.members, t.present, t.in_favour, t.against, t.abstained, t.passed
			FROM institution_votes t
			JOIN institution_versions v ON v.street_id = t.street_id AND v.id = t.version_id
			WHERE v.institution_id = @id
			ORDER BY t.id
			LIMIT 200`, arg),
		db.Many(&r.Filings, `
			SELECT f.id, f.version_id, v.ordinal, f.doc_number, f.sent_on, f.sender, f.accepted_on, f.acceptor, f.verdict, f.comment, f.decided_on, f.decider, f.reply_number AS reply,
			       '[]'::jsonb AS remarks
			FROM institution_filings f
			JOIN institution_versions v ON v.street_id = f.street_id AND v.id = f.version_id
			WHERE v.institution_id = @id
			ORDER BY f.id DESC
			LIMIT 200`, arg),
		db.Many(&remarks, `
			SELECT c.filing_id, c.number, c.suffix, c.text
			FROM institution_filing_comments c
			JOIN institution_filings f ON f.street_id = c.street_id AND f.id = c.filing_id
			JOIN institution_versions v ON v.street_id = f.street_id AND v.id = f.version_id
			WHERE v.institution_id = @id
			ORDER BY c.number, c.suffix
			LIMIT 2000`, arg),
		committee.InPost(&posts, actor.StreetID, s.today()),
		audit.Timeline(&r.Timeline, "institution", id),
	}
	if err := s.db.Read(ctx, actor, queries...); err != nil {
		return r, err
	}
	if len(r.Versions) == 0 {
		return r, fault.NotFound
	}
	r.show(which, rows, remarks)
	r.Posts = committee.PostChoices(posts)
	return r, nil
}

func (r *Record) show(which []int64, rows []clauseRow, remarks []remarkRow) {
	r.Text = clauses(rows)
	for i := range r.Versions {
		if slices.Contains(which, r.Versions[i].ID) {
			r.Shown = &r.Versions[i]
		}
	}
	for _, m := range remarks {
		for i := range r.Filings {
			if f := &r.Filings[i]; f.ID == m.FilingID {
				f.Remarks = append(f.Remarks, Remark{Place{m.Number, m.Suffix}, m.Text})
			}
		}
	}
}

// Moves lists what the actor may do with the rule now.
func (r *Record) Moves(actor access.Actor, day time.Time) []procedure.Move {
	if !OfCity(r.StreetID) && actor.StreetID != 0 && actor.StreetID != r.StreetID {
		return nil
	}
	if OfCity(r.StreetID) && actor.CityID != r.CityID {
		return nil
	}
	return slices.DeleteFunc(table(r.StreetID).Open(actor, r.Latest().State), func(m procedure.Move) bool { return !r.fits(m.Name, day) })
}

func (r *Record) fits(move string, day time.Time) bool {
	switch move {
	case "answer", "city-answer":
		return len(r.Unanswered()) > 0
	case "submission", "city-submission":
		return len(r.Unanswered()) == 0
	case "repeal", "city-repeal":
		return r.InForce(day) != nil
	}
	return true
}

// Unanswered are the opinions on the newest version that have no answer yet.
func (r *Record) Unanswered() []OpinionLine {
	return slices.DeleteFunc(slices.Clone(r.Opinions), func(o OpinionLine) bool { return o.VersionID != r.Latest().ID || o.Answer != "" })
}

// MayWrite reports whether the actor may type the text of the newest version.
func (r *Record) MayWrite(actor access.Actor) bool {
	return mayWrite(actor, r.StreetID) && of(actor) == r.StreetID && Typing(r.Latest().State)
}

// Both returns the clauses of two versions of a rule, which is fault.NotFound where
// the actor does not see them.
func (s *Store) Both(ctx context.Context, actor access.Actor, id int64, a, b int) (before, after []Clause, err error) {
	defer fault.Wrap(&err, "compare versions of institution %d", id)
	var one, two []clauseRow
	const of = ` JOIN institution_versions v ON v.street_id = c.street_id AND v.id = c.version_id WHERE v.institution_id = @id AND v.ordinal = @ordinal` + inOrder
	err = s.db.Read(ctx, actor,
		db.Many(&one, selectClauses+of, db.Args{"id": id, "ordinal": a}), db.Many(&two, selectClauses+of, db.Args{"id": id, "ordinal": b}))
	if err == nil && (len(one) == 0 || len(two) == 0) {
		err = fault.NotFound
	}
	return clauses(one), clauses(two), err
}
