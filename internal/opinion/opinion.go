// Package opinion keeps residents' opinions from registration to feedback: who
// raised what, whose turn it is, by when, what was answered and how the resident
// rated it (domain.md §3 j).
package opinion

import (
	"time"

	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/secret"
)

// The classes of opinions.
var (
	Sources = []choice.Term{
		{"reception", "接待"}, {"visit", "走访"}, {"qr", "扫码"}, {"activity", "活动"}, {"letter", "来信"}, {"voter_meeting", "选民代表会议"}, {"online", "网站"},
	}
	Kinds  = []choice.Term{{"consult", "咨询"}, {"suggest", "建议"}, {"complaint", "投诉求助"}, {"praise", "表扬"}}
	Fields = []choice.Term{
		{"construction", "城建交通"},
		{"environment", "环保"},
		{"education", "教育"},
		{"medical", "医疗"},
		{"social", "社保"},
		{"security", "治安"},
		{"property", "物业"},
		{"business", "营商"},
		{"other", "其他"},
	}
	Urgencies = []choice.Term{{"ordinary", "普通"}, {"complex", "复杂"}, {"urgent", "紧急"}}
	Ratings   = []choice.Term{{"satisfied", "满意"}, {"basically", "基本满意"}, {"dissatisfied", "不满意"}}
	Levels    = []choice.Term{{"urge", "催办"}, {"supervise", "督办"}, {"report", "上报"}}
	// Channels are where matters go that a station does not accept (hard rule 9).
	Channels = []string{
		"涉及诉讼、仲裁的，请向受理的人民法院或仲裁机构反映", "涉及行政复议的，请向行政复议机关申请", "检举控告，请向纪检监察机关反映",
		"个人信访事项，请向街道信访部门提出", "紧急求助请拨打 110、119、120，日常事项可拨打 12345", "不属于本街道，已告知向有管辖权的单位反映",
	}
)

// sealedPhone ties encrypted numbers to their column.
const sealedPhone = "opinions.phone"

// Limits of what can be typed, in characters.
const (
	MaxText     = 2000
	MaxReason   = 500
	MaxLocation = 100
)

// Store reads and writes opinions.
type Store struct {
	db     *db.DB
	keys   *secret.Keys
	files  *file.Store
	now    func() time.Time
	memory memory
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, keys *secret.Keys, files *file.Store, now func() time.Time) *Store {
	return &Store{db: d, keys: keys, files: files, now: now}
}
