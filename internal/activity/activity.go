// Package activity keeps what deputies do together, from the plan to the feedback of
// the units: inspections, studies, appraisals, activity days (domain.md §3 f).
package activity

import (
	"context"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/mandate"
	"portal/internal/poll"
	"portal/internal/setting"
)

// The kinds of activities that rules name.
const (
	Inspection = "inspection"
	Study      = "study"
	Appraisal  = "appraisal"
	LawCheck   = "law_check"
	Week       = "week"
)

// Kinds are the kinds of activities; an activity has one.
var Kinds = []choice.Term{
	{Key: Inspection, Name: "视察"},
	{Key: Study, Name: "专题调研"},
	{Key: Appraisal, Name: "工作评议"},
	{Key: LawCheck, Name: "执法检查"},
	{Key: "day", Name: "代表活动日"},
	{Key: Week, Name: "人大活动周"},
	{Key: "walk", Name: "行走街道"},
	{Key: "enterprise", Name: "走访企业"},
	{Key: "training", Name: "学习培训"},
	{Key: "forum", Name: "座谈"},
	{Key: "report_back", Name: "述职"},
	{Key: "other", Name: "其他"},
}

// Classes are the statistic classes: 视察调研 is 视察 and 专题调研.
var Classes = []choice.Term{{Key: "inspection", Name: "视察调研"}, {Key: "appraisal", Name: "工作评议"}, {Key: "other", Name: "其他活动"}}

// Subjects are what an act of supervision is about, as authorisations name it.
var Subjects = mandate.Subjects

// Supervises reports whether a kind always is an act of supervision, which needs an
// authorisation (hard rule 2). 视察 is one where it supervises a unit.
func Supervises(kind string) bool { return kind == Appraisal || kind == LawCheck }

// MaySupervise reports whether a kind can be an act of supervision.
func MaySupervise(kind string) bool { return Supervises(kind) || kind == Inspection }

// Reports reports whether an activity of the kind ends with a report that units get
// and answer (DEP31).
func Reports(kind string) bool {
	return kind == Inspection || kind == Study || kind == Appraisal || kind == LawCheck
}

// measure is what an activity of the kind does, as authorisations name it.
func measure(kind string) string {
	if kind == LawCheck {
		return "law_check"
	}
	return "inspect_appraise"
}

// The settings of the room.
var (
	noticeDays  = days("activity.notice_days", "通知提前", 3, " 天", "先例：提前 3 天通知")
	inspectDays = days("activity.inspection_notice_days", "集中视察通知提前", 10, " 天", "先例：集中视察提前 10 天通知")
	feedback    = days("activity.feedback_days", "单位反馈", 30, " 个工作日", "系统建议值，不是法定期限")
	planDays    = days("activity.rectification_plan_days", "评议后报送整改方案", 30, " 天", "系统建议值，不是法定期限")
	rectifyDays = days("activity.rectification_days", "评议后报送整改报告", 90, " 天", "系统建议值，不是法定期限")
)

func days(key, label string, n int, unit, source string) setting.Setting {
	return setting.Declare(setting.Setting{Key: key, Room: "代表活动", Label: label, Unit: unit, Default: n, Min: 1, Max: 365, Source: source})
}

// Limits of what can be typed, in characters, and of how many there are.
const (
	MaxTitle    = 100
	MaxPlace    = 100
	MaxPurpose  = 2000
	MaxTheme    = 20
	MaxThemes   = 10
	MaxReason   = 500
	MaxText     = 4000
	MaxReport   = 8000
	MaxVisited  = 1000
	MaxContent  = 2000
	MaxFinding  = 500
	MaxFindings = 50
	MaxUnits    = 20
)

// Store reads and writes activities.
type Store struct {
	db         *db.DB
	files      *file.Store
	gatherings *gathering.Store
	polls      *poll.Store
	now        func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, files *file.Store, now func() time.Time) *Store {
	return &Store{d, files, gathering.NewStore(d, now), poll.NewStore(d, now), now}
}

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

func (s *Store) today() time.Time { return calendar.On(s.now()) }

// Calendar returns the working-day calendar, to say how much time is left.
func (s *Store) Calendar(ctx context.Context, actor access.Actor) (*calendar.Calendar, error) {
	return deadline.Known(ctx, s.db, actor)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
