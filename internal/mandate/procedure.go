package mandate

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of an authorisation, of one in a street, and of a request.
const (
	Draft      procedure.State = "draft"
	InApproval procedure.State = "in_approval"
	Approved   procedure.State = "approved"
	Issued     procedure.State = "issued"
	Withdrawn  procedure.State = "withdrawn"
	Concluded  procedure.State = "concluded"
	Dropped    procedure.State = "dropped"

	Planned  procedure.State = "planned"
	Received procedure.State = "received"
	Active   procedure.State = "active"
	Reported procedure.State = "reported"
	Returned procedure.State = "returned"
	Expired  procedure.State = "expired"

	Signed    procedure.State = "signed"
	Submitted procedure.State = "submitted"
	Handling  procedure.State = "handling"
	Granted   procedure.State = "granted"
	Declined  procedure.State = "declined"
)

func states(list ...procedure.State) []procedure.State { return list }

// Procedure is the city's part: from draft to issue, change and withdrawal (domain.md §3 b).
var Procedure = procedure.Table{
	Title: "授权交办（市级）",
	States: []procedure.StateInfo{
		{State: Draft, Name: "起草", Turn: "待市人大常委会办公室送审"},
		{State: InApproval, Name: "审批中", Turn: "待市人大常委会领导审批"},
		{State: Approved, Name: "已批准", Turn: "待市人大常委会办公室下达"},
		{State: Issued, Name: "已下达", Turn: "各街道办理中"},
		{State: Withdrawn, Name: "已撤回", Ended: true},
		{State: Concluded, Name: "完结", Ended: true},
		{State: Dropped, Name: "已作废", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "submission", Label: "送审", From: states(Draft), To: states(InApproval), Need: access.DraftMandate, Needs: "议定日期、街道、授权事项"},
		{Name: "approval", Label: "批准", From: states(InApproval), To: states(Approved), Need: access.ApproveMandate},
		{Name: "refusal", Label: "退回修改", From: states(InApproval), To: states(Draft), Need: access.ApproveMandate, Needs: "理由"},
		{Name: "issue", Label: "下达", From: states(Approved), To: states(Issued), Need: access.DraftMandate, Needs: "编发文号", Clock: "签收 3 个工作日；按事项报告", Grave: true},
		{Name: "change", Label: "变更", From: states(Issued), To: states(Issued), Need: access.DraftMandate, Needs: "理由、生效日期、变更后的事项"},
		{Name: "change-approval", Label: "批准变更", From: states(Issued), To: states(Issued), Need: access.ApproveMandate, Grave: true},
		{Name: "change-refusal", Label: "不同意变更", From: states(Issued), To: states(Issued), Need: access.ApproveMandate, Needs: "理由"},
		{Name: "withdrawal", Label: "撤回", From: states(Issued), To: states(Withdrawn), Need: access.ApproveMandate, Needs: "理由、撤回日期", Grave: true},
		{Name: "dropping", Label: "作废", From: states(Draft), To: states(Dropped), Need: access.DraftMandate, Needs: "理由", Grave: true},
	},
}

// StreetProcedure is the part of each street, and the city's answer to it.
var StreetProcedure = procedure.Table{
	Title: "授权交办（街道）",
	States: []procedure.StateInfo{
		{State: Planned, Name: "未下达"},
		{State: Issued, Name: "已下达", Turn: "待人大街道工委签收"},
		{State: Received, Name: "已签收", Turn: "待人大街道工委执行"},
		{State: Active, Name: "执行中", Turn: "人大街道工委执行中，按期报告"},
		{State: Reported, Name: "已报告", Turn: "待市人大常委会办公室验收"},
		{State: Returned, Name: "退回补充", Turn: "待人大街道工委补充报告"},
		{State: Expired, Name: "到期", Turn: "授权期限已满，待人大街道工委报告"},
		{State: Withdrawn, Name: "撤回", Turn: "授权已撤回"},
		{State: Concluded, Name: "完结", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "receipt", Label: "签收", From: states(Issued), To: states(Received), Need: access.ReceiveMandate},
		{Name: "report", Label: "提交报告", From: states(Received, Active, Returned, Expired, Withdrawn), To: states(Reported), Need: access.ReportMandate, Needs: "报告的事项、报告正文", Clock: "验收 10 个工作日"},
		{Name: "acceptance", Label: "验收", From: states(Reported), To: states(Active, Concluded), Need: access.ReviewMandate, Clock: "一揽子授权：下一年度报告", Grave: true},
		{Name: "return", Label: "退回补充", From: states(Reported), To: states(Returned), Need: access.ReviewMandate, Needs: "要补充什么", Clock: "补充 10 个工作日"},
	},
}

// RequestProcedure is that of a street's request for authority (请示).
var RequestProcedure = procedure.Table{
	Title: "授权请示",
	States: []procedure.StateInfo{
		{State: Draft, Name: "起草", Turn: "待工委主任签发"},
		{State: Signed, Name: "已签发", Turn: "待报送市人大常委会"},
		{State: Submitted, Name: "已报送", Turn: "待市人大常委会研究"},
		{State: Handling, Name: "拟授权", Turn: "市人大常委会办公室正在起草授权"},
		{State: Granted, Name: "已授权", Ended: true},
		{State: Declined, Name: "不予授权", Ended: true},
		{State: Dropped, Name: "已撤销", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "signature", Label: "签发", From: states(Draft), To: states(Signed), Need: access.SignMandateRequest, Needs: "工委主任在任", Grave: true},
		{Name: "submission", Label: "报送", From: states(Signed), To: states(Submitted), Need: access.DraftMandateRequest},
		{Name: "grant", Label: "起草授权", From: states(Submitted), To: states(Handling), Need: access.DraftMandate},
		{Name: "decline", Label: "不予授权", From: states(Submitted), To: states(Declined), Need: access.ApproveMandate, Needs: "理由", Grave: true},
		{Name: "dropping", Label: "撤销", From: states(Draft), To: states(Dropped), Need: access.DraftMandateRequest, Grave: true},
	},
}
