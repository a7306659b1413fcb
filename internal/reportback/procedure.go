package reportback

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a session.
const (
	Planned   procedure.State = "planned"
	Called    procedure.State = "called"
	Opened    procedure.State = "open"
	Closed    procedure.State = "closed"
	Cancelled procedure.State = "cancelled"
)

// The states of a deputy's report.
const (
	Due       procedure.State = "due"
	Written   procedure.State = "written"
	Spoken    procedure.State = "spoken"
	Rating    procedure.State = "rating"
	Published procedure.State = "published"
	Archived  procedure.State = "archived"
	Dropped   procedure.State = "dropped"
)

func states(list ...procedure.State) []procedure.State { return list }

// Sessions is the table of moves of a session.
var Sessions = procedure.Table{
	Title: "述职会",
	States: []procedure.StateInfo{
		{State: Planned, Name: "已计划", Turn: "待邀请选区选民、发通知"},
		{State: Called, Name: "已通知", Turn: "待代表交述职报告，到时开始签到"},
		{State: Opened, Name: "进行中", Turn: "待逐位述职、测评、公布后结束"},
		{State: Closed, Name: "已结束", Ended: true},
		{State: Cancelled, Name: "已取消", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "audience", Label: "邀请选民", From: states(Planned, Called), Need: access.KeepReportsBack, Needs: "原选区的选民代表，或者选民的姓名；发通知以后要写理由"},
		{Name: "notice", Label: "发通知", From: states(Planned), To: states(Called), Need: access.KeepReportsBack, Needs: "已邀请选民，提前的天数符合设置"},
		{Name: "rescheduling", Label: "改期", From: states(Planned, Called), Need: access.KeepReportsBack, Needs: "新的时间、地点；发通知以后要写理由，改日期要来得及再通知"},
		{Name: "opening", Label: "开始述职会", From: states(Called), To: states(Opened), Need: access.KeepReportsBack, Needs: "已到日期；同时开始签到"},
		{Name: "closure", Label: "结束述职会", From: states(Opened), To: states(Closed), Need: access.KeepReportsBack, Needs: "每位代表都已公布测评结果，或者登记了没有述职的原因", Grave: true},
		{Name: "cancellation", Label: "取消述职会", From: states(Planned, Called), To: states(Cancelled), Need: access.KeepReportsBack, Needs: "理由", Grave: true},
	},
}

// Procedure is the table of moves of a deputy's report (domain.md §3 g: 通知→述职报告→
// 口头述职→提问→无记名测评→当场公布→意见书面反馈→归档).
var Procedure = procedure.Table{
	Title: "代表述职",
	States: []procedure.StateInfo{
		{State: Due, Name: "待交报告", Turn: "待代表写述职报告"},
		{State: Written, Name: "已交报告", Turn: "待口头述职"},
		{State: Spoken, Name: "已口头述职", Turn: "待提问、测评"},
		{State: Rating, Name: "测评中", Turn: "待选民测评后当场公布"},
		{State: Published, Name: "已公布", Turn: "待意见书面反馈、归档"},
		{State: Archived, Name: "已归档", Ended: true},
		{State: Dropped, Name: "没有述职", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "text", Label: "交述职报告", From: states(Due, Written), To: states(Written), Need: access.WriteReportBack, Needs: "报告全文，可以附文件"},
		{Name: "speech", Label: "登记口头述职", From: states(Written), To: states(Spoken), Need: access.KeepReportsBack, Needs: "述职会已开始；报告从此不能改"},
		{Name: "question", Label: "登记提问", From: states(Spoken, Rating), Need: access.KeepReportsBack, Needs: "提问和当场的回答"},
		{Name: "rating", Label: "开始测评", From: states(Spoken), To: states(Rating), Need: access.KeepReportsBack, Needs: "在场的选民；不记名"},
		{Name: "publication", Label: "结束测评并公布", From: states(Rating), To: states(Published), Need: access.KeepReportsBack, Needs: "纸质票已录入两次", Grave: true},
		{Name: "repeat", Label: "作废重测", From: states(Rating), To: states(Spoken), Need: access.KeepReportsBack, Needs: "理由；已投的票全部删除", Grave: true},
		{Name: "opinion", Label: "登记意见", From: states(Spoken, Rating, Published), Need: access.KeepReportsBack, Needs: "选民的意见；书面反馈开始计时"},
		{Name: "answer", Label: "书面反馈", From: states(Spoken, Rating, Published), Need: access.WriteReportBack, Needs: "一条还没有反馈的意见"},
		{Name: "archive", Label: "归档", From: states(Published), To: states(Archived), Need: access.KeepReportsBack, Needs: "意见都已书面反馈", Grave: true},
		{Name: "absence", Label: "登记没有述职", From: states(Due, Written), To: states(Dropped), Need: access.KeepReportsBack, Needs: "原因；可以在另一次述职会补", Grave: true},
	},
}
