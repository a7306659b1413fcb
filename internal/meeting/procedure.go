package meeting

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a meeting.
const (
	Planned   procedure.State = "planned"
	Called    procedure.State = "called"
	Opened    procedure.State = "open"
	Sitting   procedure.State = "sitting"
	Talk      procedure.State = "talk"
	Ended     procedure.State = "ended"
	Recorded  procedure.State = "recorded"
	Drafting  procedure.State = "drafting"
	Signed    procedure.State = "signed"
	Issued    procedure.State = "issued"
	Archived  procedure.State = "archived"
	Failed    procedure.State = "failed"
	Cancelled procedure.State = "cancelled"
)

type states = []procedure.State

// Procedure is the table of moves of a meeting (domain.md §3 d).
var Procedure = procedure.Table{
	Title: "会议",
	States: []procedure.StateInfo{
		{State: Planned, Name: "拟开", Turn: "待列议程、发通知"},
		{State: Called, Name: "已通知", Turn: "待回执，到时开始签到"},
		{State: Opened, Name: "签到", Turn: "待到会人数够了宣布开会"},
		{State: Sitting, Name: "进行中", Turn: "待逐项审议后散会"},
		{State: Talk, Name: "座谈会", Turn: "人数不够，只讨论，不表决"},
		{State: Ended, Name: "已散会", Turn: "待整理、核定会议记录"},
		{State: Recorded, Name: "记录已核", Turn: "待起草会议纪要"},
		{State: Drafting, Name: "纪要起草", Turn: "待主任签发会议纪要"},
		{State: Signed, Name: "纪要已签发", Turn: "待印发"},
		{State: Issued, Name: "已印发", Turn: "议定事项办理中，办完后归档"},
		{State: Archived, Name: "已归档", Ended: true},
		{State: Failed, Name: "流会", Ended: true},
		{State: Cancelled, Name: "已取消", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "agenda", Label: "列入议程", From: states{Planned}, Need: access.KeepMeetings, Needs: "主任确定的议题，或上次缓议的"},
		{Name: "strike", Label: "移出议程", From: states{Planned}, Need: access.KeepMeetings},
		{Name: "notice", Label: "发通知", From: states{Planned}, To: states{Called}, Need: access.KeepMeetings, Needs: "议程、主持人；应到的是当天全体成员；提前的天数，不够的要写理由；监督议题有有效授权", Grave: true},
		{Name: "papers", Label: "上传会议材料", From: states{Planned, Called, Opened, Sitting}, Need: access.KeepMeetings},
		{Name: "chair", Label: "更换主持人", From: states{Called, Opened}, Need: access.KeepMeetings, Needs: "当天可以主持的人"},
		{Name: "opening", Label: "开始签到", From: states{Called}, To: states{Opened}, Need: access.KeepMeetings, Needs: "已到日期"},
		{Name: "beginning", Label: "宣布开会", From: states{Opened}, To: states{Sitting}, Need: access.KeepMeetings, Needs: "应到的是当天在任的全体成员；到会人数够；主持人当天可以主持，已到；到会的过半数同意议程"},
		{Name: "remote", Label: "登记远程参会", From: states{Called, Opened, Sitting, Talk}, Need: access.KeepMeetings},
		{Name: "recusal", Label: "登记回避", From: states{Sitting}, Need: access.KeepMeetings, Needs: "表决以前；回避的人不表决，基数不变"},
		{Name: "hands", Label: "举手表决", From: states{Sitting}, Need: access.KeepMeetings, Needs: "赞成、反对、弃权人数；到会人数仍够", Grave: true},
		{Name: "roll", Label: "开始记名表决", From: states{Sitting}, Need: access.KeepMeetings, Needs: "到会人数仍够"},
		{Name: "ballot", Label: "开始无记名表决", From: states{Sitting}, Need: access.KeepMeetings, Needs: "到会人数仍够；每人一票，谁投了什么不留记录"},
		{Name: "voice", Label: "表决", From: states{Sitting}, Need: access.CastVote, Needs: "本人应到、已签到、没有回避；结束以前可以改"},
		{Name: "roll-entry", Label: "登记记名表决", From: states{Sitting}, Need: access.EnterVotes, Needs: "唱名表决的，由办公室逐人登记"},
		{Name: "roll-closure", Label: "结束表决", From: states{Sitting}, Need: access.KeepMeetings, Grave: true},
		{Name: "roll-void", Label: "作废这次表决", From: states{Sitting}, Need: access.KeepMeetings, Needs: "还没有结束的表决"},
		{Name: "conclusion", Label: "登记审议结果", From: states{Sitting, Talk}, Need: access.KeepMeetings, Needs: "结果与表决一致；座谈会只能听取、缓议、撤回"},
		{Name: "temporary", Label: "增加临时议题", From: states{Sitting}, Need: access.KeepMeetings, Needs: "到会的过半数同意"},
		{Name: "decided", Label: "登记议定事项", From: states{Sitting, Ended, Recorded, Drafting}, Need: access.KeepMeetings, Needs: "已通过的议题；负责人、完成日期"},
		{Name: "talk", Label: "转为座谈会", From: states{Opened, Sitting}, To: states{Talk}, Need: access.KeepMeetings, Needs: "到会人数不够", Grave: true},
		{Name: "failure", Label: "宣布流会", From: states{Opened}, To: states{Failed}, Need: access.KeepMeetings, Needs: "到会人数不够", Grave: true},
		{Name: "closing", Label: "散会", From: states{Sitting, Talk}, To: states{Ended}, Need: access.KeepMeetings, Needs: "每个议题都有结果", Grave: true},
		{Name: "record", Label: "填写会议记录", From: states{Opened, Sitting, Talk, Ended}, Need: access.KeepMeetings},
		{Name: "check", Label: "核定会议记录", From: states{Ended}, To: states{Recorded}, Need: access.KeepMeetings, Needs: "会议记录", Grave: true},
		{Name: "minutes", Label: "起草会议纪要", From: states{Recorded}, To: states{Drafting}, Need: access.KeepMeetings},
		{Name: "minutes-text", Label: "修改会议纪要", From: states{Drafting}, Need: access.KeepMeetings},
		{Name: "signature", Label: "签发会议纪要", From: states{Drafting}, To: states{Signed}, Need: access.SignMinutes, Needs: "在任的主任，或受委托签发的人；编发文号", Grave: true},
		{Name: "issue", Label: "印发会议纪要", From: states{Signed}, To: states{Issued}, Need: access.KeepMeetings, Needs: "签到记录从此不能更正", Grave: true},
		{Name: "archive", Label: "归档", From: states{Issued}, To: states{Archived}, Need: access.KeepMeetings, Needs: "议定事项都已办完或调整"},
		{Name: "opinion", Label: "关联群众意见", From: states{Sitting, Talk, Ended, Recorded, Drafting, Signed, Issued}, Need: access.KeepMeetings, Needs: "选民代表会议上提出、已登记的群众意见的编号"},
		{Name: "cancellation", Label: "取消会议", From: states{Planned, Called}, To: states{Cancelled}, Need: access.KeepMeetings, Needs: "理由；通知过的人都会收到消息", Grave: true},
	},
}

// The states of a topic.
const (
	Proposed   procedure.State = "proposed"
	Compiled   procedure.State = "compiled"
	Confirmed  procedure.State = "confirmed"
	Scheduled  procedure.State = "scheduled"
	Considered procedure.State = "considered"
	PutOff     procedure.State = "postponed"
	TakenBack  procedure.State = "withdrawn"
	Declined   procedure.State = "declined"
)

// TopicProcedure is the table of moves of a topic (domain.md §3 d): collected, compiled
// by the office, put through by the director, on an agenda, considered.
var TopicProcedure = procedure.Table{
	Title: "会议议题",
	States: []procedure.StateInfo{
		{State: Proposed, Name: "已征集", Turn: "待工委办公室汇总"},
		{State: Compiled, Name: "已汇总", Turn: "待主任确定"},
		{State: Confirmed, Name: "已确定", Turn: "待列入议程"},
		{State: Scheduled, Name: "已列入议程", Turn: "待会议审议"},
		{State: PutOff, Name: "缓议", Turn: "可以列入以后的议程"},
		{State: Considered, Name: "已审议", Ended: true},
		{State: TakenBack, Name: "已撤回", Ended: true},
		{State: Declined, Name: "不列入", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "compilation", Label: "汇总", From: states{Proposed}, To: states{Compiled}, Need: access.KeepMeetings},
		{Name: "party", Label: "登记先报党工委", From: states{Proposed, Compiled}, Need: access.KeepMeetings, Needs: "重大事项先报街道党工委；日期和意见"},
		{Name: "confirmation", Label: "确定议题", From: states{Compiled}, To: states{Confirmed}, Need: access.ConfirmTopics, Needs: "在任的主任，或受委托主持的人"},
		{Name: "refusal", Label: "不列入", From: states{Proposed, Compiled}, To: states{Declined}, Need: access.ConfirmTopics, Needs: "理由"},
		{Name: "withdrawal", Label: "撤回", From: states{Proposed, Compiled, Confirmed, PutOff}, To: states{TakenBack}, Need: access.KeepMeetings, Needs: "理由"},
		{Name: "retabling", Label: "再次提请", From: states{Considered}, To: states{Compiled}, Need: access.KeepMeetings, Needs: "上次没有通过的议题"},
	},
}

// The states of what is to be done. Overdue is no state: not done, and past the day.
const (
	Waiting  procedure.State = "waiting"
	Doing    procedure.State = "doing"
	Done     procedure.State = "done"
	Adjusted procedure.State = "adjusted"
)

// TaskProcedure is the table of moves of a decided item (议定事项, domain.md §3 d).
var TaskProcedure = procedure.Table{
	Title: "议定事项",
	States: []procedure.StateInfo{
		{State: Waiting, Name: "未启动", Turn: "待负责人启动"},
		{State: Doing, Name: "办理中", Turn: "待负责人办完"},
		{State: Done, Name: "完成", Ended: true},
		{State: Adjusted, Name: "已调整", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "progress", Label: "登记进展", From: states{Waiting, Doing}, To: states{Doing}, Need: access.KeepMeetings},
		{Name: "completion", Label: "登记完成", From: states{Waiting, Doing}, To: states{Done}, Need: access.KeepMeetings, Needs: "办理结果", Grave: true},
		{Name: "adjustment", Label: "调整", From: states{Waiting, Doing}, To: states{Adjusted}, Need: access.KeepMeetings, Needs: "以后一次会议通过的议题；新的要求和日期"},
	},
}
