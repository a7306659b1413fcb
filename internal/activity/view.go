package activity

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
	"portal/internal/gathering"
	"portal/internal/mandate"
	"portal/internal/poll"
	"portal/internal/procedure"
)

// Activity is one activity with the names of what it refers to.
type Activity struct {
	ID             int64
	StreetID       int64
	Kind           string
	Class          string
	Title          string
	Purpose        string
	Themes         []string
	GroupID        int64
	GroupName      string
	ParentID       int64
	Parent         string
	Partners       []int64
	PartnerNames   []string
	PlanItemID     int64
	PlanItem       string
	PlanID         int64
	OutsidePlan    string
	Entered        bool
	Supervises     bool
	Subject        string
	UnitID         int64
	Unit           string // that is supervised
	ActID          int64
	Concentrated   bool
	Place          string
	HeldOn         time.Time
	StartsAt       time.Time
	EndsAt         time.Time
	GatheringID    int64
	State          procedure.State
	ReturnedWhy    string
	Approver       string
	ApprovedOn     *time.Time
	NotifiedOn     *time.Time
	Survey         string
	Visited        string
	Summary        string
	Report         string
	ReportedOn     *time.Time
	Number         string
	Forwarder      string
	ForwardedOn    *time.Time
	UnforwardedWhy string
	ArchivedOn     *time.Time
	CancelledWhy   string
	Creator        string
	Version        int
	Street         string
	Committee      string
	City           string
}

const selectActivity = `
	SELECT a.id, a.street_id, a.kind, a.class, a.title, a.purpose, a.themes, coalesce(a.group_id, 0) AS group_id,
	       coalesce((SELECT g.name FROM deputy_groups g WHERE g.street_id = a.street_id AND g.id = a.group_id), '') AS group_name,
	       coalesce(a.parent_id, 0) AS parent_id, coalesce((SELECT p.title FROM activities p WHERE p.street_id = a.street_id AND p.id = a.parent_id), '') AS parent,
	       a.partners, ARRAY (SELECT x.name FROM streets x WHERE x.id = ANY (a.partners) ORDER BY x.code) AS partner_names,
	       coalesce(a.plan_item_id, 0) AS plan_item_id, coalesce(i.month || '月 ' || i.theme, '') AS plan_item, coalesce(i.plan_id, 0) AS plan_id,
	       a.outside_plan_reason AS outside_plan, a.entered, a.supervises, a.subject, coalesce(a.unit_id, 0) AS unit_id,
	       coalesce((SELECT u.name FROM units u WHERE u.street_id = a.street_id AND u.id = a.unit_id), '') AS unit, coalesce(a.act_id, 0) AS act_id, a.concentrated,
	       a.place, a.held_on, a.starts_at, a.ends_at, coalesce(a.gathering_id, 0) AS gathering_id, a.state, a.returned_why,
	       coalesce((SELECT h.name FROM posts t JOIN people h ON h.street_id = t.street_id AND h.id = t.person_id WHERE t.street_id = a.street_id AND t.id = a.approver_post_id), '') AS approver,
	       a.approved_on, a.notified_on, a.survey, a.visited, a.summary, a.report, a.reported_on, a.number,
	       coalesce((SELECT h.name FROM posts t JOIN people h ON h.street_id = t.street_id AND h.id = t.person_id WHERE t.street_id = a.street_id AND t.id = a.forward_post_id), '') AS forwarder,
	       a.forwarded_on, a.unforwarded_why, a.archived_on, a.cancelled_why, a.creator, a.version, s.name AS street, s.committee, c.name AS city
	FROM activities a
	JOIN streets s ON s.id = a.street_id
	JOIN cities c ON c.id = s.city_id
	LEFT JOIN plan_items i ON i.street_id = a.street_id AND i.id = a.plan_item_id`

// Finding is something that was found or is suggested.
type Finding struct {
	No   int
	Text string
}

// Forwarding is what one unit was sent, with what it answered.
type Forwarding struct {
	ID            int64
	UnitID        int64
	Unit          string
	Content       string
	SentOn        time.Time
	DueOn         time.Time
	Answer        string
	AnsweredAt    *time.Time
	AnsweredHow   string // portal, paper
	Answerer      string
	RectifyBy     *time.Time
	Rectification string
	RectifiedAt   *time.Time
	RectifiedHow  string
	Rectifier     string
	WaivedWhy     string
	WaivedAt      *time.Time
}

// Settled reports whether nothing is owed any more.
func (f *Forwarding) Settled() bool {
	return f.WaivedAt != nil || f.AnsweredAt != nil && (f.RectifyBy == nil || f.RectifiedAt != nil)
}

// Statement is what the appraised unit says of its work.
type Statement struct {
	Text   string
	How    string
	Author string
	At     time.Time
}

// DeadlineLine is an open deadline.
type DeadlineLine struct {
	ID    int64
	Name  string
	Label string
	DueOn time.Time
}

// Part is an activity of a week.
type Part struct {
	ID     int64
	Kind   string
	Title  string
	HeldOn time.Time
	State  procedure.State
}

// Record is everything about one activity that its reader may see.
type Record struct {
	Activity
	Count       gathering.Count
	Gathered    procedure.State // of its gathering; "" where the reader does not see it
	Chain       mandate.Chain   // zero where there is none, or the reader may not see it
	Findings    []Finding
	Forwardings []Forwarding
	Statement   []Statement // at most one
	Deadlines   []DeadlineLine
	Parts       []Part        // of a week
	Ratings     []poll.Result // of an appraisal, the latest first; without what was chosen while one runs
	Files       []file.Attachment
	Answers     []file.Attachment // of its forwardings
	Units       []choice.Row      // that it may be forwarded to
	Limits      file.Limits
	Timeline    []audit.Entry
	Led         bool // the reader leads the group that holds it
}

// Look returns an activity with everything that belongs to it, in one round trip.
func (s *Store) Look(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "activity %d", id)
	if !actor.May(access.ViewActivities) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	queries := append(r.Limits.Queries(actor.StreetID),
		db.One(&r.Activity, selectActivity+` WHERE a.id = @id`, arg),
		counted(&r.Count, actor, arg),
		db.Value(&r.Gathered, `SELECT coalesce((SELECT g.state FROM gatherings g WHERE g.kind = 'activity' AND g.record_id = @id), '')`, arg),
		db.Many(&r.Findings, `
			SELECT no, text
			FROM activity_findings
			WHERE street_id = (SELECT street_id FROM activities WHERE id = @id) AND activity_id = @id
			ORDER BY no
			LIMIT 50`, arg),
		db.Many(&r.Forwardings, `
			SELECT f.id, f.unit_id, u.name AS unit, f.content, f.sent_on, f.due_on, f.answer, f.answered_at, f.answered_how, f.answerer, f.rectify_by, f.rectification,
			       f.rectified_at, f.rectified_how, f.rectifier, f.waived_why, f.waived_at
			FROM activity_forwardings f
			JOIN units u ON u.street_id = f.street_id AND u.id = f.unit_id
			WHERE f.street_id = (SELECT street_id FROM activities WHERE id = @id) AND f.activity_id = @id
			ORDER BY f.id
			LIMIT 50`, arg),
		db.Many(&r.Statement, `
			SELECT text, how, author, at
			FROM activity_statements
			WHERE street_id = (SELECT street_id FROM activities WHERE id = @id) AND activity_id = @id
			LIMIT 1`, arg),
		db.Many(&r.Deadlines, `
			SELECT id, name, label, due_on
			FROM deadlines
			WHERE kind = 'activity' AND subject_id = @id AND ended_on IS NULL
			ORDER BY due_on, id
			LIMIT 50`, arg),
		db.Many(&r.Parts, `
			SELECT id, kind, title, held_on, state
			FROM activities
			WHERE street_id = (SELECT street_id FROM activities WHERE id = @id) AND parent_id = @id
			ORDER BY starts_at, id
			LIMIT 100`, arg),
		db.Many(&r.Units, `
			SELECT u.id, u.name
			FROM units u
			WHERE u.street_id = (SELECT street_id FROM activities WHERE id = @id) AND u.ended_on IS NULL
			ORDER BY u.kind <> 'dispatch', u.id
			LIMIT 500`, arg),
		db.Value(&r.Led, `SELECT coalesce((SELECT group_id = ANY (app.led_groups()) FROM activities WHERE id = @id), false)`, arg),
		file.Of(&r.Files, "activity", id),
		file.OfThose(&r.Answers, "activity_forwarding", `SELECT id FROM activity_forwardings WHERE activity_id = @id`, arg),
		audit.Timeline(&r.Timeline, "activity", id))
	var polls []poll.Poll
	queries = append(queries, poll.Of(&polls, poll.Appraisal, id))
	queries = append(queries, mandate.ChainOf(&r.Chain, `SELECT act_id FROM activities WHERE id = @id`, arg)...)
	if err = s.db.Read(ctx, actor, queries...); err != nil || len(polls) == 0 {
		return r, err
	}
	r.Ratings = make([]poll.Result, len(polls))
	queries = nil
	for i, p := range polls {
		queries = append(queries, r.Ratings[i].Queries(p.ID)...)
	}
	return r, s.db.Read(ctx, actor, queries...)
}

// Rating returns the rating that runs, or nil.
func (r *Record) Rating() *poll.Result {
	if i := slices.IndexFunc(r.Ratings, func(p poll.Result) bool { return p.State == poll.Opened }); i >= 0 {
		return &r.Ratings[i]
	}
	return nil
}

// counted is who was due and who came: whoever sees the activity reads the numbers,
// who reads lists also those of leave and absence.
func counted(c *gathering.Count, actor access.Actor, arg db.Args) db.Query {
	if actor.May(access.ReadLists) {
		return db.One(c, `
			SELECT count(*) FILTER (WHERE t.due) AS due,
			       count(*) FILTER (WHERE t.due AND t.arrived_at IS NOT NULL) AS present,
			       count(*) FILTER (WHERE t.due AND t.arrived_at IS NOT NULL AND t.left_at IS NULL) AS here,
			       count(*) FILTER (WHERE t.due AND t.outcome = 'leave') AS leave,
			       count(*) FILTER (WHERE t.due AND t.outcome = 'absent') AS absent,
			       count(*) FILTER (WHERE t.due AND t.outcome = 'late') AS late,
			       count(*) FILTER (WHERE t.due AND t.outcome = 'early') AS early,
			       count(*) FILTER (WHERE NOT t.due) AS beside,
			       count(*) FILTER (WHERE NOT t.due AND t.arrived_at IS NOT NULL) AS there,
			       count(*) FILTER (WHERE t.received_at IS NOT NULL) AS received,
			       count(*) FILTER (WHERE t.leave_state = 'asked') AS asking
			FROM activities a
			JOIN attendances t ON t.street_id = a.street_id AND t.gathering_id = a.gathering_id
			WHERE a.id = @id`, arg)
	}
	return db.Maybe(c, `
		SELECT coalesce(p.due, 0) AS due, coalesce(p.present, 0) AS present, coalesce(p.here, 0) AS here, 0 AS leave, 0 AS absent, 0 AS late, 0 AS early, 0 AS beside, 0 AS there,
		       0 AS received, 0 AS asking
		FROM activities a
		CROSS JOIN LATERAL app.gathering_present(a.street_id, a.gathering_id) AS p
		WHERE a.id = @id`, arg)
}

// AnswersOf returns the files that came with one answer.
func (r *Record) AnswersOf(forwarding int64) []file.Attachment {
	return slices.DeleteFunc(slices.Clone(r.Answers), func(a file.Attachment) bool { return a.OwnerID != forwarding })
}

// Own returns what the unit was sent, or nil.
func (r *Record) Own(unit int64) *Forwarding {
	if i := slices.IndexFunc(r.Forwardings, func(f Forwarding) bool { return unit != 0 && f.UnitID == unit }); i >= 0 {
		return &r.Forwardings[i]
	}
	return nil
}

// Due returns the open clock called name of a forwarding, or nil.
func (r *Record) Due(name string, forwarding int64) *DeadlineLine {
	if i := slices.IndexFunc(r.Deadlines, func(d DeadlineLine) bool { return d.Name == clockName(name, forwarding) }); i >= 0 {
		return &r.Deadlines[i]
	}
	return nil
}

// Joined reports whether the reader's street only takes part.
func (r *Record) Joined(actor access.Actor) bool {
	return actor.StreetID != 0 && actor.StreetID != r.StreetID
}

// When writes when it is: 2026年3月2日（星期一）15:00—17:00.
func (a *Activity) When() string {
	g := gathering.Gathering{StartsAt: a.StartsAt, EndsAt: a.EndsAt}
	return g.When()
}

// Uncovered reports whether the act of supervision has been called off by a
// withdrawal or change of its authorisation, so that the activity cannot go ahead.
func (r *Record) Uncovered() bool {
	return r.Chain.ActID != 0 && r.Chain.CancelledOn != nil && !Procedure.Info(r.State).Ended
}

// Moves lists what the actor may do with the activity now: the moves of the
// procedure, less those that its rules would refuse.
func (r *Record) Moves(actor access.Actor, now time.Time) []procedure.Move {
	if r.Joined(actor) {
		return nil
	}
	return slices.DeleteFunc(Procedure.Open(actor, r.State), func(m procedure.Move) bool { return !r.fits(actor, m.Name, now) })
}

func (r *Record) fits(actor access.Actor, move string, now time.Time) bool {
	if actor.Role == access.GroupLeader && !r.Led {
		return false
	}
	owed := slices.ContainsFunc(r.Forwardings, func(f Forwarding) bool { return !f.Settled() })
	own := r.Own(actor.UnitID)
	switch move {
	case "notice":
		return !r.Uncovered()
	case "opening":
		return !r.Uncovered() && !calendar.On(now).Before(r.HeldOn)
	case "statement":
		return r.Kind == Appraisal && actor.UnitID == r.UnitID && len(r.Statement) == 0
	case "paper-statement":
		return r.Kind == Appraisal && len(r.Statement) == 0
	case "rating":
		return r.Kind == Appraisal && r.Rating() == nil && (r.State == Open || !slices.ContainsFunc(r.Forwardings, func(f Forwarding) bool { return f.RectifyBy != nil && f.RectifiedAt == nil && f.WaivedAt == nil }))
	case "rating-closure", "rating-cancellation":
		return r.Rating() != nil
	case "closure", "cancellation":
		return r.Rating() == nil
	case "survey":
		return r.Kind == Appraisal
	case "feedback":
		return own != nil && own.AnsweredAt == nil && own.WaivedAt == nil
	case "rectification":
		return own != nil && own.AnsweredAt != nil && own.RectifyBy != nil && own.RectifiedAt == nil && own.WaivedAt == nil
	case "paper-feedback":
		return len(r.Owing("feedback")) > 0
	case "paper-rectification":
		return len(r.Owing("rectification")) > 0
	case "waiver":
		return owed
	case "archive":
		return !owed && r.Rating() == nil && (r.State != Recorded || !Reports(r.Kind))
	}
	return true
}

// Owing are the units that owe their feedback, or their report of rectification.
func (r *Record) Owing(what string) (list []choice.Row) {
	for _, f := range r.Forwardings {
		if f.WaivedAt == nil && (what == "feedback" && f.AnsweredAt == nil || what == "rectification" && f.AnsweredAt != nil && f.RectifyBy != nil && f.RectifiedAt == nil ||
			what == "" && !f.Settled()) {
			list = append(list, choice.Row{ID: f.ID, Name: f.Unit})
		}
	}
	return list
}

// Revisable reports whether the actor may change the plan now.
func (r *Record) Revisable(actor access.Actor) bool {
	return actor.May(access.KeepActivities) && !r.Joined(actor) && r.State == Draft && (actor.Role != access.GroupLeader || r.Led)
}
