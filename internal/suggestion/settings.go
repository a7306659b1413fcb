package suggestion

import "portal/internal/setting"

// The time limits of domain.md §3(k). A change holds for clocks that start after it.
var (
	reviewDays   = days("suggestion.review_days", "审核草稿", 5)
	assignDays   = days("suggestion.assign_days", "受理交办", 10)
	returnDays   = days("suggestion.return_days", "签收或退回", 10)
	reassignDays = days("suggestion.reassign_days", "改办", 10)
	contactDays  = days("suggestion.contact_days", "与代表沟通", 20)
	rateDays     = days("suggestion.rate_days", "代表评价", 20)
	urgedDays    = days("suggestion.urged_days", "催请评价后再等", 10)
	settleDays   = days("suggestion.coordinate_days", "协调", 20)

	commentMonths = months("suggestion.comment_months", "会办意见", 1, "系统建议值")
	replyMonths   = months("suggestion.reply_months", "答复", 3, "代表法：自交办之日起三个月")
	longMonths    = months("suggestion.long_months", "答复（涉及面广、难度大）", 6, "代表法：经交办机关同意，自交办之日起六个月")
	reworkMonths  = months("suggestion.rework_months", "重新办理", 1, "系统建议值")
)

func days(key, label string, n int) setting.Setting {
	return setting.Declare(setting.Setting{
		Key: key, Room: "代表建议", Label: label, Unit: "个工作日", Default: n, Min: 1, Max: 120, Source: "系统建议值，不是法定期限",
	})
}

func months(key, label string, n int, source string) setting.Setting {
	return setting.Declare(setting.Setting{Key: key, Room: "代表建议", Label: label, Unit: "个月", Default: n, Min: 1, Max: 12, Source: source})
}

// clocks names the deadlines of a suggestion.
var clocks = map[string]string{
	"review": "审核", "assign": "受理交办", "sign": "签收或退回", "reassign": "改办", "contact": "与代表沟通", "comment": "会办意见", "reply": "答复",
	"rating": "代表评价", "coordinate": "协调", "promise": "兑现承诺",
}
