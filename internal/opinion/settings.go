package opinion

import "portal/internal/setting"

// The time limits, defaults of domain.md §3(j). A change holds for clocks that
// start after it.
var (
	triageDays     = days("opinion.triage_days", "研判", 3)
	assignDays     = days("opinion.assign_days", "交办", 3)
	signDays       = days("opinion.sign_days", "签收", 2)
	returnDays     = days("opinion.return_days", "签收后可退回", 5)
	reassignDays   = days("opinion.reassign_days", "改办", 3)
	ordinaryDays   = days("opinion.reply_days_ordinary", "答复（普通）", 15)
	complexDays    = days("opinion.reply_days_complex", "答复（复杂）", 30)
	urgentDays     = days("opinion.reply_days_urgent", "答复（紧急）", 5)
	reworkDays     = days("opinion.rework_days", "退回重办后答复", 5)
	secondDays     = days("opinion.second_days", "二次办理答复", 15)
	reviewDays     = days("opinion.review_days", "审核", 3)
	feedbackDays   = days("opinion.feedback_days", "反馈群众", 3)
	ratingDays     = days("opinion.rating_days", "群众评价", 7)
	extendMost     = days("opinion.extend_days", "延期最多", 15)
	urgeAfter      = days("opinion.urge_after", "逾期几日催办", 1)
	superviseAfter = days("opinion.supervise_after", "逾期几日督办", 5)
	reportAfter    = days("opinion.report_after", "逾期几日上报", 15)
)

// keepContact is how long a resident's name and number are kept after the item has
// ended (domain.md §6, PIPL).
var keepContact = setting.Declare(setting.Setting{
	Key: "opinion.keep_contact_months", Room: "群众意见", Label: "办结后保存反映人姓名和电话", Unit: "个月", Default: 36, Min: 1, Max: 600, Source: "domain.md §6",
})

func days(key, label string, n int) setting.Setting {
	return setting.Declare(setting.Setting{
		Key: key, Room: "群众意见", Label: label, Unit: "个工作日", Default: n, Min: 1, Max: 120, Source: "系统建议值，不是法定期限",
	})
}

// replyDays is the setting for an urgency.
func replyDays(urgency string) setting.Setting {
	switch urgency {
	case "complex":
		return complexDays
	case "urgent":
		return urgentDays
	}
	return ordinaryDays
}
