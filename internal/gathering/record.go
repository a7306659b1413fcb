package gathering

import (
	"context"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

func link(id int64) string { return "/gatherings/" + strconv.FormatInt(id, 10) }

// Attendance is one person, unit or guest on a list.
type Attendance struct {
	ID             int64
	Number         int // in the list: that of the printed sheet
	PersonStreetID int64
	PersonID       *int64
	DeputyID       *int64
	PostID         *int64
	UnitID         *int64
	Name           string // and duty as of the notice
	Duty           string
	Capacity       string // one of Capacities
	Due            bool   // counts in 应到 and may vote
	Ceased         bool   // was due when the notice of a meeting went out, and no member any more on its day
	AddedWhy       string
	ReceivedAt     *time.Time
	ReceivedHow    string // self or hand
	LeaveState     string
	LeaveWhy       string // "", as LeaveNote, for who neither keeps the gathering nor is this person
	LeaveBy        string
	LeaveAt        *time.Time
	LeaveNote      string // why it was refused
	ArrivedAt      *time.Time
	ArrivedHow     string // qr, code or hand
	LeftAt         *time.Time
	Tries          int
	Outcome        string // one of Outcomes, or ""
	CorrectedWhy   string
	CorrectedAt    *time.Time
	Version        int
	Mine           bool // the actor
}

const selectAttendance = `
	SELECT a.id, a.number, a.person_street_id, a.person_id, a.deputy_id, a.post_id, a.unit_id, a.name, a.duty, a.capacity, a.due, a.ceased, a.added_why,
	       a.received_at, a.received_how, a.leave_state, coalesce(l.why, '') AS leave_why, a.leave_by, a.leave_at, coalesce(l.note, '') AS leave_note,
	       a.arrived_at, a.arrived_how, a.left_at, a.tries, a.outcome, a.corrected_why, a.corrected_at, a.version, ` + isOwn + ` AS mine
	FROM (SELECT x.id, x.street_id, x.person_street_id, x.person_id, x.deputy_id, x.post_id, x.unit_id, x.name, x.duty, x.capacity, x.due, x.ceased, x.added_why,
	             x.received_at, x.received_how, x.leave_state, x.leave_by, x.leave_at, x.arrived_at, x.arrived_how, x.left_at, x.tries, x.outcome,
	             x.corrected_why, x.corrected_at, x.version, row_number() OVER (ORDER BY x.id) AS number
	      FROM gatherings g
	      JOIN attendances x ON x.street_id = g.street_id AND x.gathering_id = g.id
	      WHERE g.id = @id) AS a
	LEFT JOIN app.leave_reasons(@id) AS l ON l.attendance_id = a.id
	WHERE true`

// isOwn tells whether an attendance is the actor's own.
const isOwn = `coalesce(a.person_street_id = (SELECT app.street()) AND a.person_id = ANY ((SELECT app.own_people())::bigint[])
	                 OR a.street_id = (SELECT app.street()) AND a.unit_id = nullif((SELECT app.unit()), 0), false)`

func one(ctx context.Context, tx db.Tx, g *Gathering, id int64) (a Attendance, err error) {
	_, err = db.Exec(ctx, tx, `SELECT FROM attendances WHERE street_id = @street AND id = @who FOR UPDATE`, db.Args{"street": g.StreetID, "who": id})
	if err != nil {
		return a, err
	}
	return a, db.Do(ctx, tx, db.One(&a, selectAttendance+` AND a.id = @who`, db.Args{"id": g.ID, "who": id}))
}

// Filter narrows a list. Zero fields do not narrow it.
type Filter struct {
	Only     string // one of Onlys
	Capacity string
	Text     string // in name or duty
}

// Onlys are the parts of a list that people look for.
var Onlys = []choice.Term{
	{Key: "due", Name: "应到"},
	{Key: "beside", Name: "列席"},
	{Key: "silent", Name: "没有回执"},
	{Key: "asking", Name: "待批请假"},
	{Key: "here", Name: "已签到"},
	{Key: "missing", Name: "未到"},
	{Key: "leave", Name: "请假"},
	{Key: "late", Name: "迟到、早退"},
	{Key: "absent", Name: "缺席"},
}

var only = map[string]string{
	"due": "a.due", "beside": "NOT a.due", "silent": "a.received_at IS NULL", "asking": "a.leave_state = 'asked'",
	"here": "a.arrived_at IS NOT NULL", "missing": "a.arrived_at IS NULL AND a.leave_state <> 'granted'",
	"leave": "a.outcome = 'leave'", "late": "a.outcome IN ('late', 'early')", "absent": "a.outcome = 'absent'",
}

func (f Filter) where() (string, db.Args) {
	sql, args := "", db.Args{}
	if condition := only[f.Only]; condition != "" {
		sql += " AND " + condition
	}
	if f.Capacity != "" {
		sql += " AND a.capacity = @capacity"
		args["capacity"] = f.Capacity
	}
	if f.Text != "" {
		sql += " AND (a.name LIKE @text OR a.duty LIKE @text)"
		args["text"] = "%" + likeEscaper.Replace(f.Text) + "%"
	}
	return sql, args
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Record is one gathering with its list. Who is called and keeps nothing sees only
// themselves on it.
type Record struct {
	Gathering
	Count    Count
	People   []Attendance // that the filter leaves, in the order of the list
	Own      *Attendance  // the actor; nil where they are not called
	Door     Door         // for who keeps the door, once it was opened
	Led      bool         // the actor leads the group that holds it
	Settled  bool         // of Person: nothing more is corrected of them
	Groups   []choice.Row // deputies' groups to call
	Units    []choice.Row // handling units to call
	Streets  []choice.Row // of the city
	Timeline []audit.Entry
}

// Door is the way into an open gathering.
type Door struct{ Code, Token string }

// Record reads one gathering. It needs ViewGatherings.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64, f Filter) (r Record, err error) {
	defer fault.Wrap(&err, "gathering %d", id)
	if !actor.May(access.ViewGatherings) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	where, args := f.where()
	args["id"] = id
	var own []Attendance
	err = s.db.Read(ctx, actor,
		db.One(&r.Gathering, selectGathering+` WHERE g.id = @id`, arg),
		Counts(&r.Count, id),
		db.Many(&r.People, selectAttendance+where+`
			ORDER BY a.id
			LIMIT 2000`, args),
		db.Many(&own, selectAttendance+`
			  AND `+isOwn+`
			ORDER BY a.due DESC, a.id
			LIMIT 1`, arg),
		db.Maybe(&r.Door, `SELECT code, token FROM gathering_doors WHERE gathering_id = @id AND street_id = (SELECT street_id FROM gatherings WHERE id = @id)`, arg),
		db.Value(&r.Led, `SELECT coalesce((SELECT g.group_id = ANY (app.led_groups()) FROM gatherings g WHERE g.id = @id), false)`, arg),
		db.Many(&r.Groups, `
			SELECT x.id, x.name
			FROM deputy_groups x
			JOIN gatherings g ON g.street_id = x.street_id AND g.id = @id
			WHERE x.closed_on IS NULL
			ORDER BY x.id
			LIMIT 200`, arg),
		db.Many(&r.Units, `
			SELECT x.id, x.name
			FROM units x
			JOIN gatherings g ON g.street_id = x.street_id AND g.id = @id
			WHERE x.ended_on IS NULL
			ORDER BY x.id
			LIMIT 500`, arg),
		db.Many(&r.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}),
		audit.TimelineWithout(&r.Timeline, "gathering", id, "gathering.arrival", "gathering.receipt", "gathering.request"))
	if len(own) > 0 {
		r.Own = &own[0]
	}
	return r, err
}

// Moves lists what the actor may do with the list and the people on it now: the
// moves of the procedure that are not the owner's, less those that its rules would
// refuse.
func (r *Record) Moves(actor access.Actor) (list []procedure.Move) {
	for _, m := range Procedure.Open(actor, r.State) {
		if r.fits(actor, m.Name) {
			list = append(list, m)
		}
	}
	return list
}

func (r *Record) fits(actor access.Actor, move string) bool {
	own := r.Own != nil && r.Own.ArrivedAt == nil
	switch move {
	case "receipt":
		return own && (r.Own.ReceivedAt == nil || r.Own.LeaveState != "")
	case "request":
		return own && (r.Own.LeaveState == "" || r.Own.LeaveState == LeaveRefused)
	case "arrival":
		return own
	case "invitation", "addition", "removal", "receipts", "attendance", "departure", "decision":
		return r.Keeps(actor)
	case "correction":
		return r.Keeps(actor) && !r.Sealed && !r.Settled
	}
	return false
}

// Keeps reports whether the actor keeps the gathering, as row-level security has
// it: not another street's, and the leader of a group only what the group holds.
func (r *Record) Keeps(actor access.Actor) bool {
	if actor.Role == access.Operator {
		return true
	}
	return keeps(actor) && actor.StreetID == r.StreetID && (actor.Role != access.GroupLeader || r.Led)
}

// Whole reports whether the actor sees the whole list, not only themselves on it.
func (r *Record) Whole(actor access.Actor) bool { return actor.May(access.ReadLists) || r.Led }

// Person reads one row of a list for who keeps it. It needs KeepGatherings.
func (s *Store) Person(ctx context.Context, actor access.Actor, id, who int64) (r Record, a Attendance, err error) {
	defer fault.Wrap(&err, "attendance %d of gathering %d", who, id)
	if r, err = s.Record(ctx, actor, id, Filter{}); err != nil {
		return r, a, err
	}
	for _, x := range r.People {
		if x.ID == who && r.Keeps(actor) {
			return r, x, s.settled(ctx, actor, &r, x)
		}
	}
	return r, a, fault.NotFound
}

// settled reads whether nothing more is corrected of one person.
func (s *Store) settled(ctx context.Context, actor access.Actor, r *Record, a Attendance) error {
	if r.Kind != Activity || r.State != Closed {
		return nil
	}
	return s.db.Read(ctx, actor, db.Value(&r.Settled, `SELECT app.attendance_settled(@street, @id, @of, @today::date)`,
		db.Args{"street": r.StreetID, "id": r.ID, "of": a.PersonStreetID, "today": calendar.On(s.now())}))
}
