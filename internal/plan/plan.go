// Package plan keeps the annual plan of a street's committee: its items, the written
// opinion of the Party working committee, the decision of the directors' meeting, its
// filing with the city, monthly progress and changes during the year (domain.md §3 e).
package plan

import (
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/setting"
)

// The terms that forms and pages choose from.
var (
	// Kinds are what an item plans: the kinds of activities (domain.md §3 f), of
	// supervision and of meetings.
	Kinds = []choice.Term{
		{Key: "inspection", Name: "视察"},
		{Key: "study", Name: "专题调研"},
		{Key: "appraisal", Name: "工作评议"},
		{Key: "law_check", Name: "执法检查"},
		{Key: "report", Name: "听取报告"},
		{Key: "inquiry", Name: "专题询问"},
		{Key: "budget", Name: "预算监督"},
		{Key: "meeting", Name: "工委主任会议"},
		{Key: "voters_meeting", Name: "选民代表会议"},
		{Key: "liaison", Name: "联系群众"},
		{Key: "walk", Name: "行走街道"},
		{Key: "enterprise", Name: "走访企业"},
		{Key: "activity_day", Name: "代表活动日"},
		{Key: "week", Name: "人大活动周"},
		{Key: "training", Name: "学习培训"},
		{Key: "reporting", Name: "代表述职"},
		{Key: "team", Name: "队伍和制度建设"},
		{Key: "project", Name: "民生实事"},
		{Key: "other", Name: "其他"},
	}
	Bases    = []choice.Term{{Key: Duty, Name: "工委法定职责"}, {Key: Mandate, Name: "市人大常委会授权交办"}, {Key: Request, Name: "拟请示授权"}}
	Answers  = []choice.Term{{Key: "adopted", Name: "采纳"}, {Key: "partly", Name: "部分采纳"}, {Key: "not_adopted", Name: "不采纳"}}
	Verdicts = []choice.Term{{Key: "passed", Name: "通过"}, {Key: "revise", Name: "修改后再议"}}
	// Changed are what a meeting may say of changes during the year.
	Changed    = []choice.Term{{Key: "passed", Name: "通过"}, {Key: "revise", Name: "修改后再议"}, {Key: "rejected", Name: "不同意调整"}}
	Actions    = []choice.Term{{Key: "add", Name: "增加"}, {Key: "alter", Name: "修改"}, {Key: "drop", Name: "取消"}}
	Progresses = []choice.Term{{Key: Going, Name: "进行中"}, {Key: Delayed, Name: "推迟"}, {Key: Done, Name: "已完成"}}
	Retentions = []choice.Term{{Key: "permanent", Name: "永久"}, {Key: "30", Name: "30 年"}, {Key: "10", Name: "10 年"}}
)

// What an item rests on.
const (
	Duty    = "duty"    // the committee's own duty by law
	Mandate = "mandate" // a matter that the city authorised
	Request = "request" // authority is yet to be asked for
)

// How far an item is.
const (
	Waiting = "open"
	Going   = "going"
	Delayed = "delayed"
	Done    = "done"
)

// Supervising are the kinds that need authority (domain.md hard rule 2).
var Supervising = []string{"appraisal", "law_check", "report", "inquiry", "budget"}

// Limits of texts, in characters, and of a plan, in items.
const (
	MaxPreamble = 2000
	MaxTheme    = 100
	MaxOwner    = 50
	MaxOutput   = 300
	MaxOpinion  = 4000
	MaxPoint    = 500
	MaxPoints   = 50
	MaxReason   = 500
	MaxComment  = 2000
	MaxNote     = 500
	MaxSummary  = 20_000
	MaxNumber   = 50
	MaxItems    = 200
	MaxIdeas    = 20 // of a deputy, for a year
)

// Settings, defaults of ours (domain.md §3 e, [D]).
var (
	ConsultDays = setting.Declare(setting.Setting{
		Key: "plan.consult_days", Room: "年度计划", Label: "党工委反馈意见", Unit: "个工作日", Default: 10, Min: 1, Max: 60, Source: "系统建议值",
	})
	// SolicitMonth is when next year's plan is begun and deputies are asked for ideas, for
	// SolicitDays (the trigger app.guard_plan_idea knows both defaults); DraftMonth by the end of which its
	// draft goes out, IssueMonth by the end of which it is issued.
	SolicitMonth = setting.Declare(setting.Setting{
		Key: "plan.solicit_month", Room: "年度计划", Label: "开始征集下一年计划的月份", Unit: "月", Default: 11, Min: 6, Max: 12, Source: "系统建议值",
	})
	SolicitDays = setting.Declare(setting.Setting{
		Key: "plan.solicit_days", Room: "年度计划", Label: "征集代表提议的天数，从开始的月份的1日起", Unit: "天", Default: 30, Min: 5, Max: 90, Source: "系统建议值",
	})
	DraftMonth = setting.Declare(setting.Setting{
		Key: "plan.draft_month", Room: "年度计划", Label: "草案送党工委征求意见的月份（上一年）", Unit: "月", Default: 12, Min: 6, Max: 12, Source: "系统建议值",
	})
	IssueMonth = setting.Declare(setting.Setting{
		Key: "plan.issue_month", Room: "年度计划", Label: "最迟印发的月份（当年）", Unit: "月", Default: 3, Min: 1, Max: 12, Source: "系统建议值",
	})
)

// Store reads and writes plans.
type Store struct {
	db    *db.DB
	files *file.Store
	now   func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, files *file.Store, now func() time.Time) *Store { return &Store{d, files, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

func (s *Store) today() time.Time { return calendar.On(s.now()) }
