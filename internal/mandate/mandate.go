// Package mandate keeps what the city authorises streets to do (授权交办): the
// authorisations with their matters, where each stands in each street, the reports
// back to the city, and the guard that every act of supervision must pass
// (domain.md §3 b, hard rule 2).
package mandate

import (
	"strconv"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/setting"
)

// What authorisations are made of.
var (
	Modes  = []choice.Term{{Key: Package, Name: "一揽子授权"}, {Key: Project, Name: "项目式授权"}, {Key: OneMatter, Name: "一事一授权"}}
	Bodies = []choice.Term{{Key: "standing_committee", Name: "市人大常委会会议"}, {Key: "chairpersons", Name: "市人大常委会主任会议"}}
	// Subjects are what a matter is about.
	Subjects = []choice.Term{
		{Key: "hear_report", Name: "听取报告"},
		{Key: "budget", Name: "预算监督"},
		{Key: "law_check", Name: "执法检查"},
		{Key: "appraisal", Name: "工作评议"},
		{Key: "inquiry", Name: "专题询问"},
		{Key: "election", Name: "选举事务"},
		{Key: "other", Name: "其他"},
	}
	// Measures are the acts of supervision that need an authorisation (hard rule 2).
	Measures = []choice.Term{
		{Key: "hear_report", Name: "听取报告"},
		{Key: "inspect_appraise", Name: "视察评议"},
		{Key: "law_check", Name: "执法检查"},
		{Key: "budget_supervision", Name: "预算监督"},
		{Key: "inquiry", Name: "专题询问"},
	}
	Forms = []choice.Term{{Key: "written", Name: "书面报告"}, {Key: "oral", Name: "口头报告"}, {Key: "both", Name: "书面并口头报告"}}
)

// The modes.
const (
	Package   = "package"    // 一揽子: standing until revoked, a report each year
	Project   = "project"    // 项目式: one theme, a fixed period
	OneMatter = "one_matter" // 一事一授权: one act
)

// Limits of what can be typed, in characters, and of matters.
const (
	MaxTitle   = 100
	MaxText    = 2000
	MaxReport  = 10_000
	MaxReason  = 500
	MaxObject  = 50
	MaxMatters = 12
	MaxNumber  = 40
)

var (
	receiptDays = setting.Declare(setting.Setting{
		Key: "mandate.receipt_days", Room: "授权交办", Label: "签收授权", Unit: " 个工作日", Default: 3, Min: 1, Max: 30, Source: "默认",
	})
	acceptanceDays = setting.Declare(setting.Setting{
		Key: "mandate.acceptance_days", Room: "授权交办", Label: "市级验收报告", Unit: " 个工作日", Default: 10, Min: 1, Max: 60, Source: "默认",
	})
	supplementDays = setting.Declare(setting.Setting{
		Key: "mandate.supplement_days", Room: "授权交办", Label: "补充后重报", Unit: " 个工作日", Default: 10, Min: 1, Max: 60, Source: "默认",
	})
)

// kind is what the record, the clocks and the files call an authorisation and a request.
const (
	kind        = "mandate"
	kindRequest = "mandate_request"
	kindReport  = "mandate_report"
)

// Store reads and writes authorisations.
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

func itoa(n int) string { return strconv.Itoa(n) }
