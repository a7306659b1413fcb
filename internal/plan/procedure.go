package plan

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a plan.
const (
	Draft        procedure.State = "draft"
	Consulting   procedure.State = "consulting"
	Revising     procedure.State = "revising"
	Deliberating procedure.State = "deliberating"
	Passed       procedure.State = "passed"
	Filed        procedure.State = "filed"
	Executing    procedure.State = "executing"
	Adjusting    procedure.State = "adjusting"
	Summarising  procedure.State = "summarising"
	Concluded    procedure.State = "concluded"
	Archived     procedure.State = "archived"
)

func states(list ...procedure.State) []procedure.State { return list }

// Procedure is the way of an annual plan (domain.md §3 e: 草案, 征求党工委意见, 修改,
// 审议, 报备, 执行, 调整, 总结). That the Party working committee is consulted before the
// meeting is the source's (三个关系); the rest of the steps' conditions are defaults. A
// change during the year needs a new decision of the meeting (mid-year adjust,
// re-decision) and is filed again; that the Party working committee is asked once more is
// not demanded, so it is not enforced: it reads the plan with its changes.
var Procedure = procedure.Table{
	Title: "年度工作计划",
	States: []procedure.StateInfo{
		{State: Draft, Name: "草案", Turn: "待工委办公室列条目、征求党工委意见"},
		{State: Consulting, Name: "征求党工委意见", Turn: "待街道党工委书面反馈意见"},
		{State: Revising, Name: "修改", Turn: "待工委办公室逐条说明采纳情况，提请主任会议审议"},
		{State: Deliberating, Name: "审议", Turn: "待工委主任会议审议"},
		{State: Passed, Name: "已通过", Turn: "待工委办公室报市人大常委会"},
		{State: Filed, Name: "已报备", Turn: "待工委主任印发"},
		{State: Executing, Name: "执行", Turn: "每月登记进度"},
		{State: Adjusting, Name: "调整", Turn: "待工委主任会议审议调整"},
		{State: Summarising, Name: "总结", Turn: "待工委主任审定总结"},
		{State: Concluded, Name: "已总结", Turn: "待工委办公室归档"},
		{State: Archived, Name: "已归档", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "removal", Label: "删除条目", From: states(Draft, Revising), Need: access.DraftPlan},
		{Name: "consultation", Label: "征求党工委意见", From: states(Draft, Revising), To: states(Consulting), Need: access.DraftPlan, Needs: "至少一个条目", Clock: "反馈 10 个工作日"},
		{Name: "opinion", Label: "反馈书面意见", From: states(Consulting), To: states(Revising), Need: access.AdvisePlan, Needs: "意见的日期、正文；逐条意见；可附原件"},
		{Name: "answer", Label: "说明采纳情况", From: states(Revising), Need: access.DraftPlan, Needs: "逐条；部分采纳、不采纳的写理由"},
		{Name: "submission", Label: "提请主任会议审议", From: states(Revising), To: states(Deliberating), Need: access.DraftPlan, Needs: "党工委有书面意见，每条都有采纳情况"},
		{Name: "deliberation", Label: "登记审议结果", From: states(Deliberating), To: states(Passed, Revising), Need: access.DeliberatePlan, Needs: "出席过半数；通过的，赞成超过全体组成人员半数"},
		{Name: "filing", Label: "报市人大常委会", From: states(Passed), To: states(Filed), Need: access.DraftPlan},
		{Name: "receipt", Label: "收文", From: states(Filed, Executing, Adjusting, Summarising), Need: access.ReceivePlan, Needs: "有报来未收文的；可以提意见"},
		{Name: "issue", Label: "印发", From: states(Filed), To: states(Executing), Need: access.SignPlan, Needs: "工委主任本人在任", Grave: true},
		{Name: "progress", Label: "登记进度", From: states(Executing, Adjusting, Summarising), Need: access.ReportPlan, Needs: "条目、月份、进展"},
		{Name: "adjustment", Label: "提出调整", From: states(Executing), To: states(Adjusting), Need: access.DraftPlan, Needs: "理由"},
		{Name: "dropping", Label: "取消条目", From: states(Adjusting), Need: access.DraftPlan, Needs: "条目、理由"},
		{Name: "taking-back", Label: "撤回一项改动", From: states(Adjusting), Need: access.DraftPlan},
		{Name: "adjustment-decision", Label: "登记调整的审议结果", From: states(Adjusting), To: states(Executing), Need: access.DeliberatePlan, Needs: "至少一项改动；出席和赞成同审议计划"},
		{Name: "withdrawal", Label: "不再调整", From: states(Adjusting), To: states(Executing), Need: access.DraftPlan},
		{Name: "refiling", Label: "报备调整后的计划", From: states(Executing, Adjusting, Summarising), Need: access.DraftPlan, Needs: "调整后还没有报备"},
		{Name: "summary", Label: "起草总结", From: states(Executing), To: states(Summarising), Need: access.DraftPlan, Needs: "当年 12 月起"},
		{Name: "wording", Label: "修改总结", From: states(Summarising), Need: access.DraftPlan},
		{Name: "conclusion", Label: "审定总结", From: states(Summarising), To: states(Concluded), Need: access.SignPlan, Needs: "工委主任本人在任", Grave: true},
		{Name: "archive", Label: "归档", From: states(Concluded), To: states(Archived), Need: access.DraftPlan, Needs: "保管期限", Grave: true},
	},
}

// Typing reports whether items may be typed in s without a decision.
func Typing(s procedure.State) bool { return s == Draft || s == Revising }

// InForce reports whether a plan in s is carried out.
func InForce(s procedure.State) bool { return s == Executing || s == Adjusting || s == Summarising }
