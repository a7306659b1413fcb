package meeting

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
)

// Seat is somebody on the list, as the meeting needs them.
type Seat struct {
	ID        int64 // of the attendance
	Name      string
	Duty      string
	Capacity  string
	Due       bool
	Ceased    bool // was due by the notice, and was no member any more on the day
	Outcome   string
	Leave     bool
	ArrivedAt *time.Time
	LeftAt    *time.Time
	Remote    string // by what they take part from elsewhere
	Mine      bool
	Voice     string // in the open or the closed vote that Voices names
}

// Here reports whether they are in the room, or take part from elsewhere.
func (s *Seat) Here() bool { return s.ArrivedAt != nil && s.LeftAt == nil }

// Verbatim is the record of a meeting (会议记录).
type Verbatim struct {
	Text, Writer, Checker string
	CheckedAt             *time.Time
}

// Linked is an opinion that was raised in the meeting.
type Linked struct {
	ID     int64
	Number string
}

// Record is one meeting with what belongs to it.
type Record struct {
	Line
	Committee     string
	Rules         Rules // frozen with the notice; before, as they are set now
	ChairPostID   int64
	Chair         string
	Sealed        bool
	UrgentWhy     string
	CalledOn      *time.Time
	AgendaFor     *int
	AgendaPresent *int
	BeganAt       *time.Time
	EndedAt       *time.Time
	OutcomeWhy    string
	ClonedFrom    int64
	PlanItemID    int64
	PlanItem      string // 年度计划条目, or
	OutsidePlan   string // why it is outside the plan; both are empty for what was entered from the past
	ArchivedOn    *time.Time
	Version       int
	Due           int // who may vote, by the list; before the notice, by who is in post
	Present       int // of them, who is there now
	Quorum        int
	Needed        int // votes for, now
	Items         []Item
	Seats         []Seat
	Voices        []Spoken
	Open          *Vote // the vote that is open
	Voted         int   // how many have voted in it
	Verbatim      *Verbatim
	Minutes       *Minutes
	Tasks         []Task       // that it decided
	Carried       []Task       // of earlier meetings, still to be done
	Topics        []choice.Row // that may be put on its agenda
	Chairs        []choice.Row // who may preside on its day
	Opinions      []Linked
	Units         []choice.Row
	Files         []file.Attachment
	Limits        file.Limits
	Timeline      []audit.Entry
	Own           *Seat // the actor; nil where they are not called
}

// more is what a Record has beside its Line.
type more struct {
	Committee     string
	ChairPostID   int64
	Chair         string
	Sealed        bool
	UrgentWhy     string
	CalledOn      *time.Time
	AgendaFor     *int
	AgendaPresent *int
	BeganAt       *time.Time
	EndedAt       *time.Time
	OutcomeWhy    string
	ClonedFrom    int64
	PlanItemID    int64
	PlanItem      string
	OutsidePlan   string
	ArchivedOn    *time.Time
	Version       int
	NoticeDays    *int
	QuorumNum     *int
	QuorumDen     *int
	PassBase      string
	PassNum       *int
	PassDen       *int
	ChairRule     string
}

func (m *more) fill(r *Record) {
	r.Committee, r.ChairPostID, r.Chair, r.Sealed, r.UrgentWhy, r.CalledOn = m.Committee, m.ChairPostID, m.Chair, m.Sealed, m.UrgentWhy, m.CalledOn
	r.AgendaFor, r.AgendaPresent, r.BeganAt, r.EndedAt, r.OutcomeWhy, r.ClonedFrom = m.AgendaFor, m.AgendaPresent, m.BeganAt, m.EndedAt, m.OutcomeWhy, m.ClonedFrom
	r.ArchivedOn, r.Version, r.PlanItemID, r.PlanItem, r.OutsidePlan = m.ArchivedOn, m.Version, m.PlanItemID, m.PlanItem, m.OutsidePlan
	if m.NoticeDays != nil {
		r.Rules = Rules{*m.NoticeDays, *m.QuorumNum, *m.QuorumDen, m.PassBase, *m.PassNum, *m.PassDen, m.ChairRule}
	}
}

const selectMore = `
	SELECT s.committee, coalesce(m.chair_post_id, 0) AS chair_post_id,
	       coalesce((SELECT h.name FROM posts p JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id WHERE p.street_id = m.street_id AND p.id = m.chair_post_id), '') AS chair,
	       coalesce(g.sealed, false) AS sealed, m.urgent_why, m.called_on, m.agenda_for, m.agenda_present, m.began_at, m.ended_at, m.outcome_why,
	       coalesce(m.plan_item_id, 0) AS plan_item_id, m.outside_plan_reason AS outside_plan,
	       coalesce((SELECT i.month || '月 ' || i.theme FROM plan_items i WHERE i.street_id = m.street_id AND i.id = m.plan_item_id), '') AS plan_item,
	       coalesce(m.cloned_from, 0) AS cloned_from, m.archived_on, m.version, m.notice_days, m.quorum_num, m.quorum_den, m.pass_base, m.pass_num, m.pass_den, m.chair_rule
	FROM meetings m
	JOIN streets s ON s.id = m.street_id
	LEFT JOIN gatherings g ON g.street_id = m.street_id AND g.id = m.gathering_id
	WHERE m.id = @id`

// Record reads one meeting. Who is called and is not of the committee sees the notice,
// the agenda, votes and issued minutes, not the word-for-word record. It needs
// ViewMeetings.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "meeting %d", id)
	if !may(actor, access.ViewMeetings) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	var (
		rest     more
		votes    []Vote
		recused  []Recuse
		verbatim []Verbatim
		minutes  []Minutes
	)
	queries := []db.Query{
		db.One(&r.Line, selectLine+` WHERE m.id = @id`, arg),
		db.One(&rest, selectMore, arg),
		db.Many(&r.Items, selectItem, arg),
		db.Many(&votes, `SELECT `+voteColumns+` FROM meeting_votes WHERE meeting_id = @id AND state <> 'void' ORDER BY id LIMIT 50`, arg),
		db.Many(&recused, `
			SELECT r.item_id, r.attendance_id, a.name, r.why
			FROM meeting_recusals r
			JOIN attendances a ON a.street_id = r.street_id AND a.id = r.attendance_id
			WHERE r.meeting_id = @id
			ORDER BY r.item_id, r.attendance_id
			LIMIT 500`, arg),
		db.Many(&r.Seats, `
			SELECT a.id, a.name, a.duty, a.capacity, a.due, a.ceased, a.outcome, a.leave_state = 'granted' AS leave, a.arrived_at, a.left_at, coalesce(x.how, '') AS remote,
			       coalesce(a.person_street_id = app.street() AND a.person_id = ANY (app.own_people()), false) AS mine,
			       coalesce((SELECT c.choice FROM meeting_votes v JOIN meeting_voices c ON c.street_id = v.street_id AND c.vote_id = v.id
			                 WHERE v.street_id = a.street_id AND v.meeting_id = m.id AND v.state = 'open' AND c.attendance_id = a.id), '') AS voice
			FROM meetings m
			JOIN attendances a ON a.street_id = m.street_id AND a.gathering_id = m.gathering_id
			LEFT JOIN meeting_remotes x ON x.street_id = m.street_id AND x.meeting_id = m.id AND x.attendance_id = a.id
			WHERE m.id = @id
			ORDER BY a.id
			LIMIT 2000`, arg),
		db.Many(&r.Voices, `
			SELECT c.vote_id, c.attendance_id, a.name, c.choice
			FROM meeting_votes v
			JOIN meeting_voices c ON c.street_id = v.street_id AND c.vote_id = v.id
			JOIN attendances a ON a.street_id = c.street_id AND a.id = c.attendance_id
			WHERE v.meeting_id = @id AND v.state = 'closed'
			ORDER BY c.vote_id, c.attendance_id
			LIMIT 5000`, arg),
		db.Value(&r.Voted, `SELECT coalesce(app.meeting_voted(@id), 0)`, arg),
		db.Many(&verbatim, `SELECT text, writer, checker, checked_at FROM meeting_records WHERE meeting_id = @id`, arg),
		db.Many(&minutes, selectMinutes+` WHERE x.meeting_id = @id`, arg),
		db.Many(&r.Tasks, selectTask+` WHERE k.meeting_id = @id ORDER BY k.due_on, k.id LIMIT 200`, arg),
		db.Many(&r.Carried, carried, arg),
		db.Many(&r.Topics, `
			SELECT t.id, t.title AS name
			FROM meeting_topics t
			JOIN meetings m ON m.street_id = t.street_id AND m.kind = t.kind AND m.id = @id
			WHERE t.state IN ('confirmed', 'postponed') OR m.state = 'sitting' AND t.state IN ('proposed', 'compiled')
			ORDER BY t.created_at, t.id
			LIMIT 100`, arg),
		db.Many(&r.Chairs, chairs("m.held_on", "m.id = @id"), arg),
		db.Many(&r.Opinions, `
			SELECT o.id, o.number
			FROM meeting_opinions x
			JOIN opinions o ON o.street_id = x.street_id AND o.id = x.opinion_id
			WHERE x.meeting_id = @id
			ORDER BY o.id
			LIMIT 200`, arg),
		db.Many(&r.Units, `SELECT u.id, u.name FROM units u JOIN meetings m ON m.street_id = u.street_id AND m.id = @id WHERE u.ended_on IS NULL ORDER BY u.id LIMIT 500`, arg),
		file.Of(&r.Files, "meeting", id),
		audit.Timeline(&r.Timeline, "meeting", id),
	}
	numbers := map[string]*numbers{}
	for _, k := range Kinds {
		n, q := settings[k.Key].queries(actor.StreetID)
		numbers[k.Key], queries = n, append(queries, q...)
	}
	if err := s.db.Read(ctx, actor, append(queries, r.Limits.Queries(actor.StreetID)...)...); err != nil {
		return r, err
	}
	r.Rules = numbers[r.Kind].rules()
	rest.fill(&r)
	r.join(votes, recused)
	if len(verbatim) > 0 {
		r.Verbatim = &verbatim[0]
	}
	if len(minutes) > 0 {
		r.Minutes = &minutes[0]
	}
	return r, s.count(ctx, actor, &r)
}

// join puts votes and recusals to their items, and finds the actor.
func (r *Record) join(votes []Vote, recused []Recuse) {
	for i := range r.Items {
		it := &r.Items[i]
		for v := range votes {
			if votes[v].ItemID == it.ID {
				it.Vote = &votes[v]
			}
		}
		for _, x := range recused {
			if x.ItemID == it.ID {
				it.Recused = append(it.Recused, x)
			}
		}
	}
	for v := range votes {
		if votes[v].State == "open" {
			r.Open = &votes[v]
		}
	}
	for i := range r.Seats {
		if r.Seats[i].Mine && (r.Own == nil || r.Seats[i].Due) {
			r.Own = &r.Seats[i]
		}
	}
}

// count lets the database say what the quorum and the majority are.
func (s *Store) count(ctx context.Context, actor access.Actor, r *Record) error {
	var n struct{ Due, Present, Quorum, Needed int }
	err := s.db.Read(ctx, actor, db.One(&n, `
		SELECT x.due, x.present, app.more_than(x.due, @quorum_num, @quorum_den) AS quorum,
		       app.more_than(CASE WHEN @all::boolean THEN x.due ELSE x.present END, @pass_num, @pass_den) AS needed
		FROM app.meeting_now(@id) AS x`,
		db.Args{
			"id": r.ID, "quorum_num": r.Rules.QuorumNum, "quorum_den": r.Rules.QuorumDen, "all": r.Rules.PassBase == "all", "pass_num": r.Rules.PassNum, "pass_den": r.Rules.PassDen,
		}))
	r.Due, r.Present, r.Quorum, r.Needed = n.Due, n.Present, n.Quorum, n.Needed
	return err
}

// chairs is a SELECT of who may preside on a day over the meetings that a condition
// leaves; both are constants of the code.
func chairs(day, where string) string {
	return `
			SELECT p.id, CASE p.post WHEN 'director' THEN '主任 ' WHEN 'deputy_director' THEN '副主任 ' ELSE '委员 ' END || h.name AS name
			FROM meetings m
			JOIN posts p ON p.street_id = m.street_id AND p.since <= ` + day + ` AND (p.until_on IS NULL OR ` + day + ` < p.until_on)
			JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
			WHERE ` + where + ` AND (m.chair_rule = 'post' OR app.may_preside(p.street_id, p.id, ` + day + `))
			ORDER BY array_position(ARRAY ['director', 'deputy_director', 'member'], p.post), p.id
			LIMIT 100`
}
