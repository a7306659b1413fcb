// Package reportback keeps deputies' reports to the voters who elected them (述职):
// the session, each deputy's report, the rating without names, and the opinions that
// are answered in writing (law on deputies, art. 58; domain.md §3 g).
package reportback

import (
	"time"

	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/poll"
	"portal/internal/setting"
)

// The time limits of domain.md §3(g) are defaults; the law asks for reports
// regularly, and once a term is a precedent (P22).
var (
	noticeDays = setting.Declare(setting.Setting{
		Key: "reportback.notice_days", Room: "述职", Label: "提前通知", Unit: "天", Default: 5, Min: 0, Max: 30, Source: "系统建议值，不是法定期限",
	})
	textDays = setting.Declare(setting.Setting{
		Key: "reportback.text_days", Room: "述职", Label: "述职前多久交述职报告", Unit: "天", Default: 3, Min: 0, Max: 30, Source: "系统建议值，不是法定期限",
	})
	answerDays = setting.Declare(setting.Setting{
		Key: "reportback.answer_days", Room: "述职", Label: "书面反馈意见", Unit: "个工作日", Default: 20, Min: 1, Max: 120, Source: "系统建议值，不是法定期限",
	})
	dueMonths = setting.Declare(setting.Setting{
		Key: "reportback.due_months", Room: "述职", Label: "任职多久以后还没有述职要提醒", Unit: "个月", Default: 36, Min: 6, Max: 60, Source: "系统建议值：每届一次，留出时间",
	})
)

// Limits of texts, in characters, and of a session, in deputies.
const (
	MaxTitle    = gathering.MaxTitle
	MaxPlace    = gathering.MaxPlace
	MaxDistrict = 100
	MaxText     = 20000
	MaxRemark   = 2000
	MaxAnswer   = 5000
	MaxName     = 50
	MaxWhy      = 500
	MaxDeputies = 20
	MaxGuests   = 200
)

// The kinds of remarks.
const (
	Question = "question" // asked and answered on the spot
	Opinion  = "opinion"  // answered in writing (意见书面反馈)
)

// Remarks names them.
var Remarks = []choice.Term{{Key: Question, Name: "提问"}, {Key: Opinion, Name: "意见"}}

// Store keeps reports to voters.
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

// Step is which session or report a move is about, and the version its maker saw.
type Step struct {
	ID      int64
	Version int
}

// refusals are the database's rules in words.
var refusals = map[string]string{
	"deputy_reports_once_a_term": "有代表本届已经述职，或者已经列入另一次述职会；每届述职一次",
	"deputy_reports_over":        "已经归档或者没有述职，不能再改",
	"deputy_reports_fixed":       "已经口头述职，述职报告不能再改",
	"deputy_reports_forward":     "现在不能这样做",
	"deputy_reports_in_session":  "述职会还没有开始，请先开始签到",
	"deputy_reports_rated":       "测评还没有结束",
	"deputy_reports_answered":    "还有意见没有书面反馈，不能归档",
	"report_sessions_all_heard":  "还有代表没有公布测评结果；没有述职的，请先登记原因",
	"report_sessions_over":       "述职会已经结束，不能再改",
	"report_sessions_forward":    "现在不能这样做",
	"report_remarks_over":        "口头述职以后、归档以前才能登记",
	"report_remarks_fixed":       "已经书面反馈，不能再改",
}

func refused(err error) error {
	for constraint, text := range refusals {
		if db.Violates(err, constraint) {
			return fault.Fields{{Name: "state", Text: text}}
		}
	}
	return err
}
