package team

import (
	"time"

	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of an expert's term. Expired is an engaged one whose last day has
// passed; nothing has to be done for it.
const (
	Recommended procedure.State = "recommended"
	Reviewed    procedure.State = "reviewed"
	Approved    procedure.State = "approved"
	Publicised  procedure.State = "publicised"
	Engaged     procedure.State = "engaged"
	Expired     procedure.State = "expired"
	Dismissed   procedure.State = "dismissed"
	Declined    procedure.State = "declined"
)

// Experts is the procedure of experts: 推荐 → 审核 → 主任会议审定 → (公示) → 发聘书 →
// 在聘 → 续聘, 解聘, 期满 (domain.md §3 i). A term that is renewed is followed by
// another one, which goes through it again.
var Experts = procedure.Table{
	Title: "咨询专家",
	States: []procedure.StateInfo{
		{State: Recommended, Name: "已推荐", Turn: "待工委主任或副主任审核"},
		{State: Reviewed, Name: "已审核", Turn: "待工委主任会议审定"},
		{State: Approved, Name: "已审定", Turn: "待公示或由工委主任签发聘书"},
		{State: Publicised, Name: "公示中", Turn: "待登记公示结果"},
		{State: Engaged, Name: "在聘"},
		{State: Expired, Name: "期满", Ended: true},
		{State: Dismissed, Name: "已解聘", Ended: true},
		{State: Declined, Name: "未聘任", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "consent", Label: "登记同意", From: states(Recommended), Need: access.KeepExperts, Needs: "本人同意和单位同意的日期"},
		{Name: "review", Label: "审核通过", From: states(Recommended), To: states(Reviewed), Need: access.ReviewExperts, Needs: "本人及单位同意"},
		{Name: "refusal", Label: "不予聘任", From: states(Recommended, Reviewed), To: states(Declined), Need: access.ReviewExperts, Needs: "理由", Grave: true},
		{Name: "decision", Label: "登记审定结果", From: states(Reviewed), To: states(Approved, Declined), Need: access.KeepExperts, Needs: "工委主任会议：到会超过应到的一半，赞成超过应到的一半为通过", Grave: true},
		{Name: "publicity", Label: "公示", From: states(Approved), To: states(Publicised), Need: access.KeepExperts, Clock: "公示 5 个工作日"},
		{Name: "publicity-result", Label: "登记公示结果", From: states(Publicised), To: states(Approved, Declined), Need: access.KeepExperts, Needs: "公示期满"},
		{Name: "certificate", Label: "签发聘书", From: states(Approved), To: states(Engaged), Need: access.SignExperts, Needs: "工委主任本人，当天在任；聘期不重叠", Clock: "聘期随市人大届次", Grave: true},
		{Name: "renewal", Label: "续聘推荐", From: states(Engaged, Expired, Dismissed, Declined), To: states(Recommended), Need: access.KeepExperts, Needs: "没有在办的推荐"},
		{Name: "dismissal", Label: "解聘", From: states(Engaged), To: states(Dismissed), Need: access.SignExperts, Needs: "工委主任本人，当天在任；原因", Grave: true},
	},
}

// The states of an officer's post.
const (
	Proposed procedure.State = "proposed"
	InPost   procedure.State = "in_post"
)

// Officers is the procedure of officers: 社区推荐 → 工委聘任 → 在任 → 年度确认 → 解聘
// (domain.md §3 i).
var Officers = procedure.Table{
	Title: "联络员和信息员",
	States: []procedure.StateInfo{
		{State: Proposed, Name: "社区已推荐", Turn: "待工委主任聘任"},
		{State: InPost, Name: "在任"},
		{State: Dismissed, Name: "已解聘", Ended: true},
		{State: Declined, Name: "未聘任", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "appointment", Label: "聘任", From: states(Proposed), To: states(InPost), Need: access.SignOfficers, Needs: "工委主任本人，当天在任", Clock: "年度确认：每年 3 月底前"},
		{Name: "refusal", Label: "不予聘任", From: states(Proposed), To: states(Declined), Need: access.SignOfficers, Needs: "理由", Grave: true},
		{Name: "confirmation", Label: "年度确认", From: states(InPost), Need: access.KeepOfficers, Needs: "每个岗位每年一次"},
		{Name: "dismissal", Label: "解聘", From: states(InPost), To: states(Dismissed), Need: access.SignOfficers, Needs: "工委主任本人，当天在任；原因", Grave: true},
	},
}

func states(s ...procedure.State) []procedure.State { return s }

// stateOn is the state of a term on a day: engaged ends by itself.
func stateOn(stored procedure.State, until *time.Time, today time.Time) procedure.State {
	if stored == Engaged && until != nil && until.Before(today) {
		return Expired
	}
	return stored
}
