package performance

import "portal/internal/setting"

// The time limits of domain.md §3(g). A change holds for clocks that start after it.
var (
	disputeDays = days("performance.dispute_days", "公布后提出申诉", 10)
	answerDays  = days("performance.answer_days", "答复申诉", 10)
)

func days(key, label string, n int) setting.Setting {
	return setting.Declare(setting.Setting{
		Key: key, Room: "履职档案", Label: label, Unit: "个工作日", Default: n, Min: 1, Max: 60, Source: "系统建议值，不是法定期限",
	})
}

// Limits of texts, in characters, and of a supplement, in deputies.
const (
	MaxTitle    = 100
	MaxNote     = 500
	MaxWhy      = 500
	MaxReason   = 1000
	MaxAnswer   = 1000
	MaxDeputies = 200
)
