package opinion

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of an opinion.
const (
	Registered procedure.State = "registered"
	ToAssign   procedure.State = "to_assign"
	Assigned   procedure.State = "assigned"
	Signed     procedure.State = "signed"
	Handling   procedure.State = "handling"
	Returned   procedure.State = "returned"
	Replied    procedure.State = "replied"
	ToFeedback procedure.State = "to_feedback"
	ToRate     procedure.State = "to_rate"
	Promised   procedure.State = "promised"
	ToCity     procedure.State = "to_city"
	Closed     procedure.State = "closed"
	Declined   procedure.State = "declined"
	Merged     procedure.State = "merged"
	Withdrawn  procedure.State = "withdrawn"
)

var (
	withUnit = []procedure.State{Assigned, Signed, Handling}
	waiting  = []procedure.State{Registered, ToAssign, Returned}
	open     = []procedure.State{Registered, ToAssign, Assigned, Signed, Handling, Returned, Replied, ToFeedback, ToRate, Promised, ToCity}
)

// Procedure is the table of moves of domain.md §3(j): pages draw their buttons
// from it, a test walks it, docs/procedures.md is generated from it.
var Procedure = procedure.Table{
	Title: "群众意见",
	States: []procedure.StateInfo{
		{State: Registered, Name: "已登记", Turn: "待工委办公室研判"},
		{State: ToAssign, Name: "待交办", Turn: "待工委办公室交办"},
		{State: Assigned, Name: "已交办", Turn: "待承办单位签收"},
		{State: Signed, Name: "已签收", Turn: "待承办单位办理"},
		{State: Handling, Name: "办理中", Turn: "待承办单位答复"},
		{State: Returned, Name: "已退回", Turn: "待工委办公室改办"},
		{State: Replied, Name: "已答复", Turn: "待工委办公室审核"},
		{State: ToFeedback, Name: "待反馈", Turn: "待反馈群众"},
		{State: ToRate, Name: "待评价", Turn: "待群众评价"},
		{State: Promised, Name: "挂账", Turn: "待兑现承诺"},
		{State: ToCity, Name: "已转市级", Turn: "待市级研究"},
		{State: Closed, Name: "办结", Ended: true},
		{State: Declined, Name: "不予受理", Ended: true},
		{State: Merged, Name: "已合并", Ended: true},
		{State: Withdrawn, Name: "已撤回", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "acceptance", Label: "受理", From: states(Registered), To: states(ToAssign), Need: access.TriageOpinion, Clock: "交办 3 个工作日"},
		{Name: "answer", Label: "当场答复", From: states(Registered), To: states(ToFeedback, Closed), Need: access.TriageOpinion, Needs: "答复内容", Clock: "反馈 3 个工作日"},
		{Name: "merger", Label: "合并", From: waiting, To: states(Merged), Need: access.TriageOpinion, Needs: "同一街道、未结束的另一条意见", Grave: true},
		{Name: "refusal", Label: "不予受理", From: states(Registered), To: states(Declined), Need: access.TriageOpinion, Needs: "告知的途径", Grave: true},
		{Name: "assignment", Label: "交办", From: states(ToAssign, Returned), To: states(Assigned), Need: access.AssignOpinion, Needs: "主办单位", Clock: "签收 2 个工作日；答复 15、30 或 5 个工作日"},
		{Name: "receipt", Label: "签收", From: states(Assigned), To: states(Signed), Need: access.HandleOpinion, Needs: "主办单位"},
		{Name: "dispatch", Label: "转派", From: states(Assigned, Signed), To: states(Assigned), Need: access.DispatchOpinion, Needs: "街道办的部门"},
		{Name: "return", Label: "退回", From: states(Assigned, Signed), To: states(Returned), Need: access.HandleOpinion, Needs: "理由；签收后 5 个工作日内", Clock: "改办 3 个工作日"},
		{Name: "handling", Label: "开始办理", From: states(Signed), To: states(Handling), Need: access.HandleOpinion, Needs: "主办单位"},
		{Name: "comment", Label: "会办意见", From: withUnit, To: nil, Need: access.HandleOpinion, Needs: "会办单位"},
		{Name: "extension", Label: "申请延期", From: states(Signed, Handling), To: nil, Need: access.HandleOpinion, Needs: "到期前，一件一次，最多 15 个工作日"},
		{Name: "extension-decision", Label: "决定延期", From: states(Signed, Handling), To: nil, Need: access.ExtendOpinion, Needs: "已申请"},
		{Name: "reply", Label: "答复", From: states(Signed, Handling), To: states(Replied), Need: access.HandleOpinion, Needs: "主办单位的一份答复", Clock: "审核 3 个工作日"},
		{Name: "approval", Label: "审核通过", From: states(Replied), To: states(ToFeedback, Closed), Need: access.ReviewOpinion, Needs: "匿名件直接办结", Clock: "反馈 3 个工作日"},
		{Name: "rework", Label: "退回重办", From: states(Replied), To: states(Handling), Need: access.ReviewOpinion, Needs: "要补什么", Clock: "答复 5 个工作日"},
		{Name: "feedback", Label: "反馈群众", From: states(ToFeedback), To: states(ToRate), Need: access.FeedBackOpinion, Needs: "告知方式", Clock: "评价 7 个工作日"},
		{Name: "rating", Label: "代群众登记评价", From: states(ToRate), To: states(Closed, Handling), Need: access.FeedBackOpinion, Needs: "不满意的二次办理，只有一次", Clock: "二次办理 15 个工作日"},
		{Name: "urge", Label: "催办", From: withUnit, To: nil, Need: access.UrgeOpinion},
		{Name: "supervision", Label: "督办", From: withUnit, To: nil, Need: access.UrgeOpinion, Needs: "已逾期"},
		{Name: "report", Label: "上报", From: withUnit, To: nil, Need: access.EscalateOpinion, Needs: "已逾期"},
		{Name: "promise", Label: "挂账", From: states(Replied, ToFeedback, ToRate), To: states(Promised), Need: access.EscalateOpinion, Needs: "承诺日期", Clock: "承诺日期"},
		{Name: "promise-extension", Label: "挂账延期", From: states(Promised), To: nil, Need: access.ExtendOpinion, Needs: "新的日期、理由"},
		{Name: "fulfilment", Label: "承诺已兑现", From: states(Promised), To: states(ToFeedback, Closed), Need: access.EscalateOpinion, Needs: "兑现情况", Clock: "反馈 3 个工作日"},
		{Name: "city", Label: "转市级", From: waiting, To: states(ToCity), Need: access.EscalateOpinion, Needs: "理由"},
		{Name: "city-answer", Label: "登记市级答复", From: states(ToCity), To: states(ToFeedback, Closed), Need: access.EscalateOpinion, Needs: "答复内容", Clock: "反馈 3 个工作日"},
		{Name: "withdrawal", Label: "撤回", From: open, To: states(Withdrawn), Need: access.WithdrawOpinion, Needs: "反映人要求", Grave: true},
		{Name: "closure", Label: "逾期办结", From: states(ToFeedback, ToRate), To: states(Closed), Need: access.CloseOverdue, Needs: "已逾期；写明理由", Grave: true},
	},
}

func states(s ...procedure.State) []procedure.State { return s }
