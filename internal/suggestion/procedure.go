package suggestion

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a suggestion.
const (
	Draft        procedure.State = "draft"
	Review       procedure.State = "review"
	SentBack     procedure.State = "sent_back"
	Submitted    procedure.State = "submitted"
	ToAssign     procedure.State = "to_assign"
	Assigned     procedure.State = "assigned"
	Returned     procedure.State = "returned"
	Handling     procedure.State = "handling"
	Replied      procedure.State = "replied"
	Coordination procedure.State = "coordination"
	Promised     procedure.State = "promised"
	Closed       procedure.State = "closed"
	ToLetter     procedure.State = "to_letter"
	Merged       procedure.State = "merged"
	Withdrawn    procedure.State = "withdrawn"
)

var (
	drafts     = states(Draft, SentBack)
	withUnit   = states(Assigned, Handling)
	pledged    = states(Handling, Replied, Coordination, Promised)
	unanswered = states(Draft, Review, SentBack, Submitted, ToAssign, Assigned, Returned, Handling)
	open       = states(Submitted, ToAssign, Assigned, Returned, Handling, Replied, Coordination, Promised)
)

// Procedure is the table of moves of domain.md §3(k). Whose suggestion it is narrows
// who may: the city's body for deputies decides about those of the city, the street
// about its own.
var Procedure = procedure.Table{
	Title: "代表建议",
	States: []procedure.StateInfo{
		{State: Draft, Name: "草稿", Turn: "待代表署名、提交"},
		{State: Review, Name: "待审核", Turn: "待小组、工委审核"},
		{State: SentBack, Name: "退回代表", Turn: "待代表修改"},
		{State: Submitted, Name: "待受理", Turn: "待受理复核"},
		{State: ToAssign, Name: "待交办", Turn: "待交办"},
		{State: Assigned, Name: "已交办", Turn: "待承办单位签收"},
		{State: Returned, Name: "退回重定", Turn: "待重新确定承办单位"},
		{State: Handling, Name: "办理中", Turn: "待承办单位答复"},
		{State: Replied, Name: "待评价", Turn: "待领衔代表评价"},
		{State: Coordination, Name: "协调", Turn: "待协调"},
		{State: Promised, Name: "承诺跟踪", Turn: "待承办单位兑现承诺"},
		{State: Closed, Name: "办结", Ended: true},
		{State: ToLetter, Name: "转来信", Ended: true},
		{State: Merged, Name: "已合并", Ended: true},
		{State: Withdrawn, Name: "已撤回", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "signature", Label: "确认联名", From: drafts, To: nil, Need: access.DraftSuggestion, Needs: "本人"},
		{Name: "paper-signature", Label: "登记书面签名", From: drafts, To: nil, Need: access.DraftSuggestion, Needs: "工委办公室，写明原件"},
		{Name: "leave", Label: "不参加联名", From: drafts, To: nil, Need: access.DraftSuggestion, Needs: "联名代表本人"},
		{Name: "submission", Label: "提交", From: drafts, To: states(Submitted), Need: access.DraftSuggestion, Needs: "署名的代表都已确认", Clock: "受理交办 10 个工作日", Grave: true},
		{Name: "review", Label: "送审", From: drafts, To: states(Review), Need: access.DraftSuggestion, Needs: "署名的代表都已确认", Clock: "审核 5 个工作日"},
		{Name: "approval", Label: "审核通过并提交", From: states(Review), To: states(Submitted), Need: access.ReviewSuggestion, Needs: "不是领衔代表本人", Clock: "受理交办 10 个工作日"},
		{Name: "revision", Label: "退回修改", From: states(Review), To: states(SentBack), Need: access.ReviewSuggestion, Needs: "要改什么"},
		{Name: "acceptance", Label: "受理", From: states(Submitted), To: states(ToAssign), Need: access.DecideSuggestion},
		{Name: "refusal", Label: "退回代表", From: states(Submitted), To: states(SentBack), Need: access.DecideSuggestion, Needs: "不予受理的理由"},
		{Name: "letter", Label: "转来信", From: states(Submitted), To: states(ToLetter), Need: access.DecideSuggestion, Needs: "不予受理的理由", Grave: true},
		{Name: "merger", Label: "合并", From: states(Submitted, ToAssign), To: states(Merged), Need: access.DecideSuggestion, Needs: "同类、未答复的另一件建议", Grave: true},
		{Name: "assignment", Label: "交办", From: states(ToAssign, Returned), To: states(Assigned), Need: access.DecideSuggestion, Needs: "主办单位", Clock: "签收或退回 10 个工作日；沟通 20 个工作日；会办 1 个月；答复 3 个月，疑难的 6 个月"},
		{Name: "receipt", Label: "签收", From: states(Assigned), To: states(Handling), Need: access.HandleSuggestion, Needs: "主办单位"},
		{Name: "dispatch", Label: "转派", From: states(Assigned), To: nil, Need: access.DispatchSuggestion, Needs: "街道办的部门"},
		{Name: "return", Label: "退回重定", From: states(Assigned), To: states(Returned), Need: access.HandleSuggestion, Needs: "理由；交办后 10 个工作日内", Clock: "改办 10 个工作日"},
		{Name: "comment", Label: "会办意见", From: withUnit, To: nil, Need: access.HandleSuggestion, Needs: "会办单位"},
		{Name: "contact", Label: "登记与代表沟通", From: states(Handling), To: nil, Need: access.HandleSuggestion, Needs: "主办单位"},
		{Name: "extension", Label: "申请延至 6 个月", From: states(Handling), To: nil, Need: access.HandleSuggestion, Needs: "到期前，一件一次"},
		{Name: "extension-decision", Label: "决定延期", From: states(Handling), To: nil, Need: access.DecideSuggestion, Needs: "已申请"},
		{Name: "reply", Label: "答复", From: states(Handling), To: states(Replied), Need: access.HandleSuggestion, Needs: "本次办理至少沟通过一次；主要负责人签发；B 类写明承诺", Clock: "评价 20 个工作日", Grave: true},
		{Name: "rating", Label: "评价", From: states(Replied), To: states(Closed, Promised, Handling, Coordination), Need: access.RateSuggestion, Needs: "领衔代表；不满意的重新办理一次", Clock: "重新办理 1 个月", Grave: true},
		{Name: "urge", Label: "催办", From: states(Assigned, Handling, Replied, Promised), To: nil, Need: access.UrgeSuggestion},
		{Name: "coordinated", Label: "登记协调结果", From: states(Coordination), To: states(Closed, Promised), Need: access.DecideSuggestion, Needs: "协调结果", Grave: true},
		{Name: "promise-extension", Label: "申请承诺延期", From: pledged, To: nil, Need: access.HandleSuggestion, Needs: "理由、新的日期"},
		{Name: "promise-decision", Label: "决定承诺延期", From: pledged, To: nil, Need: access.DecideSuggestion, Needs: "已申请"},
		{Name: "fulfilment", Label: "兑现承诺", From: pledged, To: states(Closed), Need: access.HandleSuggestion, Needs: "第二次答复和证明材料；还没有评价的，评价后办结", Grave: true},
		{Name: "key", Label: "列为重点督办", From: open, To: nil, Need: access.KeySuggestion, Needs: "市人大常委会主任会议确定"},
		{Name: "withdrawal", Label: "撤回", From: unanswered, To: states(Withdrawn), Need: access.DraftSuggestion, Needs: "书面申请；联名的经全体署名代表同意", Grave: true},
	},
}

func states(s ...procedure.State) []procedure.State { return s }
