package plan

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
)

// Plan is one plan.
type Plan struct {
	ID          int64
	StreetID    int64
	Street      string
	Committee   string
	Year        int
	State       procedure.State
	Preamble    string
	ConsultedOn *time.Time
	PassedOn    *time.Time
	FiledOn     *time.Time
	IssuedOn    *time.Time
	DocNumber   string
	Issuer      string
	AdjustsWhy  string
	ArchivedOn  *time.Time
	Retention   string
	Version     int
}

// Title names the plan.
func (p *Plan) Title() string { return Title(p.Street, p.Year) }

// Line is one item of a plan, as it is in force.
type Line struct {
	ID       int64
	PlanID   int64
	Month    int
	Theme    string
	Kind     string
	Basis    string
	MatterID int64
	Matter   string // the authorised matter with the number of its document
	GroupID  int64
	Group    string
	Owner    string
	Output   string
	Dropped  bool
	Added    bool // by a change during the year
	Status   string
	DoneOn   *time.Time
	Version  int
	Records  int // that carried it out
}

// Behind reports whether the item's month is over and it is not done.
func (l *Line) Behind(year int, today time.Time) bool {
	return !l.Dropped && l.Status != Done && today.After(lastDay(year, l.Month))
}

func (l *Line) behind(year int, today time.Time) string {
	if l.Behind(year, today) {
		return "，已逾期"
	}
	return ""
}

// Item is the line as it is typed.
func (l *Line) Item() Item {
	return Item{Month: l.Month, Theme: l.Theme, Kind: l.Kind, Basis: l.Basis, MatterID: l.MatterID, GroupID: l.GroupID, Owner: l.Owner, Output: l.Output}
}

// linked counts or lists what carries items out; "" where no room links yet.
func linked() string {
	if len(linkers) == 0 {
		return `SELECT NULL::bigint AS street_id, NULL::bigint AS plan_item_id, ''::text AS kind, NULL::bigint AS id, ''::text AS title, NULL::date AS held_on, false AS held, ''::text AS state WHERE false`
	}
	return strings.Join(linkers, "\nUNION ALL\n")
}

const selectItem = `
	SELECT i.id, i.plan_id, i.month, i.theme, i.kind, i.basis, coalesce(i.matter_id, 0) AS matter_id, coalesce(i.group_id, 0) AS group_id, i.owner, i.output, i.dropped,
	       i.key LIKE 'change-%' AS added, i.status, i.done_on, i.version,
	       coalesce((SELECT m.content FROM mandate_matters m WHERE m.id = i.matter_id), '') AS matter,
	       coalesce((SELECT g.name FROM deputy_groups g WHERE g.street_id = i.street_id AND g.id = i.group_id), '') AS "group"`

// itemsOf reads the items of a plan by month.
func itemsOf(list *[]Line, plan int64) db.Query {
	return db.Many(list, selectItem+`,
		       (SELECT count(*) FROM (`+linked()+`) l WHERE l.street_id = i.street_id AND l.plan_item_id = i.id AND l.held) AS records
		FROM plan_items i
		WHERE i.street_id = (SELECT street_id FROM plans WHERE id = @id) AND i.plan_id = @id
		ORDER BY i.month, i.id
		LIMIT 400`, db.Args{"id": plan})
}

// Edition is the plan as a meeting left it.
type Edition struct {
	ID         int64
	Ordinal    int
	DecidedOn  time.Time
	Reason     string
	Number     string // of the report to the city; "" where it was not filed
	SentOn     *time.Time
	ReceivedOn *time.Time
	Comment    string
}

func editionsOf(list *[]Edition, plan int64) db.Query {
	return db.Many(list, `
		SELECT e.id, e.ordinal, e.decided_on, e.reason, coalesce(f.number, '') AS number, f.sent_on, f.received_on, coalesce(f.comment, '') AS comment
		FROM plan_editions e
		LEFT JOIN plan_filings f ON f.street_id = e.street_id AND f.edition_id = e.id
		WHERE e.street_id = (SELECT street_id FROM plans WHERE id = @id) AND e.plan_id = @id
		ORDER BY e.ordinal
		LIMIT 100`, db.Args{"id": plan})
}

// Consultation is one time the Party working committee was asked.
type Consultation struct {
	ID          int64
	Round       int
	Number      string
	SentOn      time.Time
	DueOn       time.Time
	DeadlineID  int64
	DatedOn     *time.Time
	ReplyNumber string
	Reply       string
	ReceivedOn  *time.Time
	Recorder    string
}

// Point is one point of its opinion, and what became of it.
type Point struct {
	ID             int64
	ConsultationID int64
	Ordinal        int
	Text           string
	Answer         string
	AnswerText     string
}

// Decision is what a directors' meeting decided.
type Decision struct {
	ID      int64
	About   string
	MetOn   time.Time
	Chair   string
	Due     int
	Present int
	InFavor int
	Verdict string
	Note    string
}

// ChangeLine is one change during the year, with the item as it was before.
type ChangeLine struct {
	ID         int64
	Action     string
	ItemID     int64
	Before     string // 5月 视察教育设施; "" of one that was added
	Month      int
	Theme      string
	Kind       string
	Owner      string
	Output     string
	Reason     string
	DecidedOn  *time.Time
	Verdict    string // "" while it is pending
	ProposedOn time.Time
	Proposer   string
}

// Summary is the year's summary.
type Summary struct {
	Text        string
	DraftedOn   time.Time
	ConcludedOn *time.Time
	Concluder   string
}

// Record is one plan with everything that belongs to it.
type Record struct {
	Plan
	Items         []Line
	Editions      []Edition
	Consultations []Consultation
	Points        []Point
	Decisions     []Decision
	Changes       []ChangeLine
	Summary       Summary
	Files         []file.Attachment // papers of the opinions
	Limits        file.Limits
	Timeline      []audit.Entry
	Posts         []committee.PostLine // who may have presided: in post today
	Calendar      *calendar.Calendar
}

const selectPlan = `
	SELECT p.id, p.street_id, s.name AS street, s.committee, p.year, p.state, p.preamble, p.consulted_on, p.passed_on, p.filed_on, p.issued_on, p.doc_number, p.issuer,
	       p.adjusts_why, p.archived_on, p.retention, p.version
	FROM plans p
	JOIN streets s ON s.id = p.street_id`

// Record reads one plan in one round trip. It needs ViewPlans.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "plan %d", id)
	if !may(actor, access.ViewPlans) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	queries := append(r.Limits.Queries(actor.StreetID),
		db.One(&r.Plan, selectPlan+` WHERE p.id = @id`, arg),
		itemsOf(&r.Items, id), editionsOf(&r.Editions, id),
		db.Many(&r.Consultations, `
			SELECT c.id, c.round, c.number, c.sent_on, c.due_on, c.dated_on, c.reply_number, c.reply, c.received_on, c.recorder,
			       coalesce((SELECT d.id FROM deadlines d WHERE d.street_id = c.street_id AND d.kind = 'plan' AND d.subject_id = c.plan_id AND d.ended_on IS NULL), 0) AS deadline_id
			FROM plan_consultations c
			WHERE c.street_id = (SELECT street_id FROM plans WHERE id = @id) AND c.plan_id = @id
			ORDER BY c.round
			LIMIT 50`, arg),
		db.Many(&r.Points, `
			SELECT t.id, t.consultation_id, t.ordinal, t.text, t.answer, t.answer_text
			FROM plan_points t
			JOIN plan_consultations c ON c.street_id = t.street_id AND c.id = t.consultation_id
			WHERE c.street_id = (SELECT street_id FROM plans WHERE id = @id) AND c.plan_id = @id
			ORDER BY c.round, t.ordinal
			LIMIT 500`, arg),
		db.Many(&r.Decisions, `
			SELECT d.id, d.about, d.met_on, h.name AS chair, d.met_due AS due, d.met_present AS present, d.met_for AS in_favor, d.verdict, d.note
			FROM plan_decisions d
			JOIN posts o ON o.street_id = d.street_id AND o.id = d.chair_post_id
			JOIN people h ON h.street_id = o.street_id AND h.id = o.person_id
			WHERE d.street_id = (SELECT street_id FROM plans WHERE id = @id) AND d.plan_id = @id
			ORDER BY d.id
			LIMIT 100`, arg),
		db.Many(&r.Changes, `
			SELECT c.id, c.action, coalesce(c.item_id, 0) AS item_id, c.month, c.theme, c.kind, c.owner, c.output, c.reason, c.proposed_on, c.proposer,
			       d.met_on AS decided_on, coalesce(d.verdict, '') AS verdict,
			       coalesce((SELECT x.month || '月 ' || x.theme
			                 FROM plan_edition_items x
			                 JOIN plan_editions e ON e.street_id = x.street_id AND e.id = x.edition_id
			                 WHERE x.street_id = c.street_id AND x.item_id = c.item_id AND (d.id IS NULL OR e.decision_id < d.id)
			                 ORDER BY e.ordinal DESC LIMIT 1), '') AS before
			FROM plan_changes c
			LEFT JOIN plan_decisions d ON d.street_id = c.street_id AND d.id = c.decision_id
			WHERE c.street_id = (SELECT street_id FROM plans WHERE id = @id) AND c.plan_id = @id
			ORDER BY c.id
			LIMIT 500`, arg),
		db.Maybe(&r.Summary, `
			SELECT text, drafted_on, concluded_on, concluder
			FROM plan_summaries
			WHERE street_id = (SELECT street_id FROM plans WHERE id = @id) AND plan_id = @id`, arg),
		file.OfThose(&r.Files, "plan_consultation", `SELECT c.id FROM plan_consultations c WHERE c.plan_id = @id`, arg),
		audit.Timeline(&r.Timeline, "plan", id),
	)
	if actor.StreetID != 0 {
		queries = append(queries, committee.InPost(&r.Posts, actor.StreetID, s.today()))
	}
	if err := s.db.Read(ctx, actor, queries...); err != nil {
		return r, err
	}
	r.Calendar, err = deadline.Known(ctx, s.db, actor)
	return r, err
}

// Waiting is the consultation that has no answer yet, or nil.
func (r *Record) Waiting() *Consultation {
	for i := range r.Consultations {
		if r.Consultations[i].ReceivedOn == nil {
			return &r.Consultations[i]
		}
	}
	return nil
}

// Unanswered are the points of the opinion that wait for an answer.
func (r *Record) Unanswered() (list []Point) {
	for _, p := range r.Points {
		if p.Answer == "" {
			list = append(list, p)
		}
	}
	return list
}

// Pending are the changes that no meeting has dealt with.
func (r *Record) Pending() (list []ChangeLine) {
	for _, c := range r.Changes {
		if c.Verdict == "" {
			list = append(list, c)
		}
	}
	return list
}

// Unfiled reports whether the newest edition has not been reported to the city.
func (r *Record) Unfiled() bool {
	n := len(r.Editions)
	return n > 0 && r.Editions[n-1].SentOn == nil
}

// Unreceived reports whether the city has not taken in what was reported.
func (r *Record) Unreceived() bool {
	for _, e := range r.Editions {
		if e.SentOn != nil && e.ReceivedOn == nil {
			return true
		}
	}
	return false
}

// Moves lists what the actor may do with the plan now: the moves of the procedure,
// less those that its rules would refuse.
func (r *Record) Moves(actor access.Actor, now time.Time) (list []procedure.Move) {
	for _, m := range Procedure.Open(actor, r.State) {
		if r.fits(m.Name, now) {
			list = append(list, m)
		}
	}
	return list
}

func (r *Record) fits(move string, now time.Time) bool {
	switch move {
	case "removal", "consultation":
		return len(r.Items) > 0
	case "answer":
		return len(r.Points) > 0
	case "submission":
		return len(r.Unanswered()) == 0
	case "receipt":
		return r.Unreceived()
	case "refiling":
		return r.Unfiled()
	case "taking-back", "adjustment-decision":
		return len(r.Pending()) > 0
	case "withdrawal":
		return len(r.Pending()) == 0
	case "summary":
		return !calendar.On(now).Before(calendar.Day(r.Year, time.December, 1))
	}
	return true
}
