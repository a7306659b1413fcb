// Package gathering keeps what an activity and a meeting have in common: people
// called to a place at a time, who answered, who came, and who was missed.
//
// An activity or a meeting owns one gathering and moves it in its own transaction:
// Plan, Invite, Reschedule, Call, Open, Close, Cancel, Seal. What happens to single
// people in between — receipts, leave, checking in, corrections — is asked of the
// Store directly, by the pages at /gatherings.
package gathering

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/internal/setting"
)

// The kinds of records that own gatherings.
const (
	Activity      = "activity"
	Meeting       = "meeting"
	ReportSession = "report_session"
)

// Kinds names the owners of gatherings.
var Kinds = []choice.Term{{Key: Activity, Name: "代表活动"}, {Key: Meeting, Name: "会议"}, {Key: ReportSession, Name: "述职会"}}

// Capacities are in which part somebody is called.
var Capacities = []choice.Term{
	{Key: "deputy", Name: "市人大代表"},
	{Key: "member", Name: "工委组成人员"},
	{Key: "representative", Name: "选民代表"},
	{Key: "expert", Name: "咨询专家"},
	{Key: "officer", Name: "联络员、信息员"},
	{Key: "staff", Name: "工作人员"},
	{Key: "unit", Name: "承办单位"},
	{Key: "guest", Name: "来宾"},
}

// The outcomes of an attendance (domain.md §3 f), which the database computes.
const (
	Present = "present"
	Late    = "late"
	Early   = "early"
	OnLeave = "leave" // excused leave is no absence
	Absent  = "absent"
)

// Outcomes names them.
var Outcomes = []choice.Term{
	{Key: Present, Name: "出席"}, {Key: Late, Name: "迟到"}, {Key: Early, Name: "早退"}, {Key: OnLeave, Name: "请假"}, {Key: Absent, Name: "缺席"},
}

// The states of a request for leave; "" is none.
const (
	LeaveAsked   = "asked"
	LeaveGranted = "granted"
	LeaveRefused = "refused"
)

// Grace is how many minutes after the beginning somebody still is in time, and
// before the end does not leave early. A gathering takes it when it is planned.
var Grace = setting.Declare(setting.Setting{
	Key: "gathering.grace_minutes", Room: "活动和会议", Label: "迟到、早退的宽限", Unit: "分钟", Default: 10, Min: 0, Max: 120, Source: "默认值",
})

// Limits of texts, in characters, and of a list, in people.
const (
	MaxTitle  = 100
	MaxPlace  = 100
	MaxWhy    = 500
	MaxReason = 200
	MaxName   = 50
	MaxDuty   = 100
	MaxList   = 2000
	MaxTries  = 5 // wrong codes, after which only the office checks a person in (default)
)

// Store keeps gatherings.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Gathering is people called to a place at a time.
type Gathering struct {
	ID        int64
	StreetID  int64
	Kind      string // one of Kinds
	RecordID  int64  // the activity or meeting that owns it
	GroupID   *int64 // the deputies' group that holds it, whose leader keeps it too
	Title     string
	Place     string
	HeldOn    time.Time // the day of StartsAt
	StartsAt  time.Time
	EndsAt    time.Time
	Grace     int // minutes
	State     procedure.State
	CalledAt  *time.Time
	OpenedAt  *time.Time
	ClosedAt  *time.Time
	Why       string // why it was cancelled, or moved the last time
	Sequence  int    // raised by every change after the notice: SEQUENCE of iCalendar
	Sealed    bool   // not even a correction is possible
	Version   int
	Street    string
	Committee string
}

// When writes when it is: 2026年3月2日（星期一）15:00—17:00.
func (g *Gathering) When() string {
	from, to := g.StartsAt.In(calendar.Zone), g.EndsAt.In(calendar.Zone)
	text := calendar.Date(from) + "（" + calendar.Weekday(from) + "）" + from.Format("15:04") + "—"
	if !calendar.On(from).Equal(calendar.On(to)) {
		return text + calendar.Date(to) + to.Format(" 15:04")
	}
	return text + to.Format("15:04")
}

const selectGathering = `
	SELECT g.id, g.street_id, g.kind, g.record_id, g.group_id, g.title, g.place, g.held_on, g.starts_at, g.ends_at, g.grace, g.state,
	       g.called_at, g.opened_at, g.closed_at, g.why, g.sequence, g.sealed, g.version, s.name AS street, s.committee
	FROM gatherings g
	JOIN streets s ON s.id = g.street_id`

// Of reads the gathering of an activity or meeting as part of a batch, and leaves
// *g alone where there is none that the actor may see.
func Of(g *Gathering, kind string, record int64) db.Query {
	return db.Maybe(g, selectGathering+` WHERE g.kind = @kind AND g.record_id = @record`, db.Args{"kind": kind, "record": record})
}

// keeps reports whether actor keeps gatherings: the office, the heads of the
// committee, the leader of the group that holds it, or the operator's shell, which
// loads the demonstration. Row-level security says of which.
func keeps(actor access.Actor) bool {
	return actor.May(access.KeepGatherings) || actor.Role == access.Operator
}

// hold reads a gathering and holds it until tx commits: exclusively for a move of
// the whole, shared for what happens to single people, for which a closing waits.
// It comes before any lock of an attendance.
func hold(ctx context.Context, tx db.Tx, id int64, exclusively bool) (g Gathering, err error) {
	lock := ` FOR SHARE OF g`
	if exclusively {
		lock = ` FOR UPDATE OF g`
	}
	return g, db.Do(ctx, tx, db.One(&g, selectGathering+` WHERE g.id = @id`+lock, db.Args{"id": id}))
}

// move holds a gathering that a move called name may start from.
func (s *Store) move(ctx context.Context, tx db.Tx, actor access.Actor, name string, id int64) (g Gathering, err error) {
	if !keeps(actor) {
		return g, fault.Forbidden
	}
	if g, err = hold(ctx, tx, id, true); err == nil && !Procedure.Allows(name, g.State) {
		err = tooLate(&g, Procedure.Move(name).Label)
	}
	return g, err
}

func tooLate(g *Gathering, verb string) error {
	return fault.Fields{{Name: "state", Text: Procedure.Info(g.State).Name + "，不能" + verb}}
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, g *Gathering, name, title, reason string, detail any) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: g.StreetID, Kind: "gathering", ID: g.ID, Action: "gathering." + name, Title: title, Reason: reason, Detail: detail,
	})
}

// Settled says why an archived activity's list is no longer corrected.
const Settled = "活动已经归档，这个季度的履职情况已经公布、申诉期已满，签到记录不能再改"

// refusals are the database's rules in words.
var refusals = map[string]string{
	"gatherings_over": "已经结束，不能再改", "gatherings_sealed": "会议纪要已经印发，签到记录不能再改", "gatherings_forward": "现在不能这样改",
	"gatherings_change_told": "发出通知以后改动，要写明理由", "gatherings_somebody_called": "名单上还没有人，请先列名单",
	"gatherings_opened_on_the_day": "还没有到日期，不能开始签到", "attendances_frozen": "已经发出通知，名单不能再改；要加人的请补充通知",
	"attendances_over": "已经结束，只能由工委办公室说明理由后更正", "attendances_added_with_reason": "已经发出通知，补充通知要写明理由",
	"attendances_sealed": "会议纪要已经印发，签到记录不能再改", "attendances_not_open": "还没有开始签到",
	"attendances_settled":             Settled,
	"meeting_due_are_members":         "应到的只能是会议的成员，其他人请作为列席列入",
	"attendances_correct_with_reason": "已有签到记录，只能由工委办公室说明理由后更正",
}

func refused(err error) error {
	for constraint, text := range refusals {
		if db.Violates(err, constraint) {
			return fault.Fields{{Name: "state", Text: text}}
		}
	}
	return err
}
