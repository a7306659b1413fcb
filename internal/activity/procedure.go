package activity

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of an activity.
const (
	Draft     procedure.State = "draft"
	Approval  procedure.State = "approval"
	Approved  procedure.State = "approved"
	Notified  procedure.State = "notified"
	Open      procedure.State = "open"
	Held      procedure.State = "held"
	Recorded  procedure.State = "recorded"
	Reported  procedure.State = "reported"
	Forwarded procedure.State = "forwarded"
	Archived  procedure.State = "archived"
	Cancelled procedure.State = "cancelled"
)

// Procedure is the table of moves of an activity (domain.md §3 f). Who is called, who
// answers, asks for leave and checks in is the procedure of its gathering.
var Procedure = procedure.Table{
	Title: "代表活动",
	States: []procedure.StateInfo{
		{State: Draft, Name: "策划", Turn: "待列名单、送审"},
		{State: Approval, Name: "待审批", Turn: "待副主任、主任审批"},
		{State: Approved, Name: "待通知", Turn: "待发通知"},
		{State: Notified, Name: "已通知", Turn: "待回执、请假，到时开始签到"},
		{State: Open, Name: "进行中", Turn: "待签到、开展后结束"},
		{State: Held, Name: "已开展", Turn: "待登记活动情况"},
		{State: Recorded, Name: "已登记", Turn: "待形成报告，或者归档"},
		{State: Reported, Name: "已报告", Turn: "待转交有关单位"},
		{State: Forwarded, Name: "已转交", Turn: "待单位反馈后归档"},
		{State: Archived, Name: "已归档", Ended: true},
		{State: Cancelled, Name: "已取消", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "submission", Label: "送审", From: states(Draft), To: states(Approval), Need: access.KeepActivities, Needs: "监督活动要有有效的授权"},
		{Name: "approval", Label: "同意开展", From: states(Approval), To: states(Approved), Need: access.ApproveActivity, Needs: "在任的主任、副主任本人"},
		{Name: "revision", Label: "退回修改", From: states(Approval), To: states(Draft), Need: access.ApproveActivity, Needs: "理由"},
		{Name: "notice", Label: "发通知", From: states(Approved), To: states(Notified), Need: access.KeepActivities, Needs: "名单上有人；提前 3 天，集中视察提前 10 天"},
		{Name: "rescheduling", Label: "改期", From: states(Approved, Notified), Need: access.KeepActivities, Needs: "理由；监督活动改日期的，要有那天有效的授权"},
		{Name: "statement", Label: "报送单位汇报", From: states(Notified, Open, Held), Need: access.AnswerActivity, Needs: "被评议单位"},
		{Name: "paper-statement", Label: "登记单位汇报", From: states(Notified, Open, Held), Need: access.KeepActivities, Needs: "工作评议"},
		{Name: "survey", Label: "登记评议调查", From: states(Notified, Open, Held), Need: access.KeepActivities, Needs: "工作评议"},
		{Name: "opening", Label: "开始签到", From: states(Notified), To: states(Open), Need: access.KeepActivities, Needs: "活动当天"},
		{Name: "rating", Label: "开始无记名测评", From: states(Open, Forwarded), Need: access.ArchiveActivity, Needs: "工作评议；评议当天在场的人测评，整改以后由评议时到场的人跟踪测评"},
		{Name: "rating-closure", Label: "结束测评", From: states(Open, Forwarded), Need: access.ArchiveActivity, Needs: "正在测评", Grave: true},
		{Name: "rating-cancellation", Label: "作废测评", From: states(Open, Forwarded), Need: access.ArchiveActivity, Needs: "正在测评；理由", Grave: true},
		{Name: "closure", Label: "结束活动", From: states(Open), To: states(Held), Need: access.KeepActivities, Needs: "有人签到，没有正在进行的测评", Grave: true},
		{Name: "record", Label: "登记活动情况", From: states(Held, Recorded), To: states(Recorded), Need: access.KeepActivities, Needs: "活动情况；发现的问题和建议逐条写"},
		{Name: "photos", Label: "上传照片和材料", From: states(Open, Held, Recorded, Reported, Forwarded), Need: access.KeepActivities},
		{Name: "report", Label: "形成报告", From: states(Recorded), To: states(Reported), Need: access.KeepActivities, Needs: "报告正文", Grave: true},
		{Name: "forwarding", Label: "转交有关单位", From: states(Reported), To: states(Forwarded), Need: access.ApproveActivity, Needs: "在任的主任、副主任签发，编发文号", Clock: "反馈 30 个工作日；评议整改方案 30 天、整改报告 90 天", Grave: true},
		{Name: "feedback", Label: "反馈", From: states(Forwarded), Need: access.AnswerActivity, Needs: "收到转交的单位，一次", Grave: true},
		{Name: "rectification", Label: "报送整改报告", From: states(Forwarded), Need: access.AnswerActivity, Needs: "被评议单位，报送整改方案以后", Grave: true},
		{Name: "paper-feedback", Label: "登记书面反馈", From: states(Forwarded), Need: access.ArchiveActivity, Needs: "单位的书面反馈"},
		{Name: "paper-rectification", Label: "登记书面整改报告", From: states(Forwarded), Need: access.ArchiveActivity, Needs: "单位的书面整改报告"},
		{Name: "waiver", Label: "注明没有反馈", From: states(Forwarded), Need: access.ArchiveActivity, Needs: "理由", Grave: true},
		{Name: "archive", Label: "归档", From: states(Recorded, Reported, Forwarded), To: states(Archived), Need: access.ArchiveActivity, Needs: "各单位都已反馈，或者写明理由；不转交的写明理由；以后只有签到还可以说明理由更正，到这个季度的履职情况公布、申诉期满为止", Grave: true},
		{Name: "cancellation", Label: "取消活动", From: states(Draft, Approval, Approved, Notified, Open), To: states(Cancelled), Need: access.KeepActivities, Needs: "理由，没有正在进行的测评；已经签到的也不计", Grave: true},
	},
}

func states(s ...procedure.State) []procedure.State { return s }
