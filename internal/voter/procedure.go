package voter

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a selection.
const (
	Plan         procedure.State = "plan"
	Recommending procedure.State = "recommending"
	Vetting      procedure.State = "vetting"
	Publicity    procedure.State = "publicity"
	Meeting      procedure.State = "meeting"
	Confirming   procedure.State = "confirming"
	Confirmed    procedure.State = "confirmed"
	Announced    procedure.State = "announced"
	Ended        procedure.State = "ended"
	Stopped      procedure.State = "stopped"
)

// Procedure is the table of moves of domain.md §3 h: pages draw their buttons
// from it, a test walks it, docs/procedures.md is generated from it.
var Procedure = procedure.Table{
	Title: "选民代表推选",
	States: []procedure.StateInfo{
		{State: Plan, Name: "名额方案", Turn: "待工委办公室定名额方案"},
		{State: Recommending, Name: "推荐", Turn: "待推荐人选"},
		{State: Vetting, Name: "资格联审", Turn: "待有关部门联审"},
		{State: Publicity, Name: "公示", Turn: "公示中，受理异议"},
		{State: Meeting, Name: "推选会议", Turn: "待各选区开会推选"},
		{State: Confirming, Name: "待确认", Turn: "待工委主任会议确认"},
		{State: Confirmed, Name: "已确认", Turn: "待工委主任签发公告"},
		{State: Announced, Name: "已公告", Turn: "待发证"},
		{State: Ended, Name: "结束", Ended: true},
		{State: Stopped, Name: "终止", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "opening", Label: "开始推荐", From: in(Plan), To: in(Recommending), Need: access.KeepSelections, Needs: "每个选区有名额；方案从此不再改", Grave: true},
		{Name: "recommendation", Label: "推荐人选", From: in(Recommending), Need: access.KeepSelections, Needs: "选区、推荐方；联名的写明人数"},
		{Name: "vetting", Label: "提交联审", From: in(Recommending), To: in(Vetting), Need: access.KeepSelections, Needs: "每个选区都有人选"},
		{Name: "review", Label: "登记联审结果", From: in(Vetting), Need: access.KeepSelections, Needs: "参加联审的部门；三项条件都符合才通过"},
		{Name: "withdrawal", Label: "撤回人选", From: in(Recommending, Vetting, Publicity), Need: access.KeepSelections, Needs: "理由", Grave: true},
		{Name: "publicity", Label: "开始公示", From: in(Vetting), To: in(Publicity), Need: access.KeepSelections, Needs: "人选都已联审，每个选区还有人选", Clock: "公示 5 个工作日"},
		{Name: "objection", Label: "登记异议", From: in(Publicity), Need: access.KeepSelections, Needs: "对哪位人选、什么内容"},
		{Name: "objection-decision", Label: "处理异议", From: in(Publicity), Need: access.KeepSelections, Needs: "核查情况；成立的人选不再列入"},
		{Name: "publicity-end", Label: "公示结束", From: in(Publicity), To: in(Meeting), Need: access.KeepSelections, Needs: "公示期已过，异议都已处理"},
		{Name: "result", Label: "登记推选结果", From: in(Meeting), Need: access.KeepSelections, Needs: "到会超过应到的一半；当选由得票算出"},
		{Name: "runoff", Label: "登记再次投票", From: in(Meeting), Need: access.KeepSelections, Needs: "最后名额上得票相同"},
		{Name: "submission", Label: "提请确认", From: in(Meeting), To: in(Confirming), Need: access.KeepSelections, Needs: "各选区都开过会，至少一人当选"},
		{Name: "confirmation", Label: "确认", From: in(Confirming), To: in(Confirmed), Need: access.ConfirmSelection, Needs: "工委主任会议全体组成人员过半数赞成；主持人当天在任", Grave: true},
		{Name: "announcement", Label: "签发公告", From: in(Confirmed), To: in(Announced), Need: access.ConfirmSelection, Needs: "签发人当天在任；名单从此公开", Grave: true},
		{Name: "certificates", Label: "登记发证", From: in(Announced), Need: access.KeepSelections},
		{Name: "closure", Label: "结束", From: in(Announced), To: in(Ended), Need: access.KeepSelections, Needs: "证书都已发出"},
		{Name: "stop", Label: "终止", From: in(Plan, Recommending, Vetting, Publicity, Meeting, Confirming), To: in(Stopped), Need: access.KeepSelections, Needs: "理由", Grave: true},
	},
}

func in(s ...procedure.State) []procedure.State { return s }
