package gathering

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a gathering.
const (
	Planned   procedure.State = "planned"
	Called    procedure.State = "called"
	Opened    procedure.State = "open"
	Closed    procedure.State = "closed"
	Cancelled procedure.State = "cancelled"
)

var (
	before  = []procedure.State{Planned, Called}
	told    = []procedure.State{Called, Opened}
	running = []procedure.State{Planned, Called, Opened}
	opened  = []procedure.State{Opened}
)

// Procedure is the table of moves of a gathering (domain.md §3 d, f). The moves of
// the whole — rescheduling, notice, opening, closure, cancellation, sealing — are
// made by the activity or meeting that owns it.
var Procedure = procedure.Table{
	Title: "召集和签到",
	States: []procedure.StateInfo{
		{State: Planned, Name: "已计划", Turn: "待列名单、发通知"},
		{State: Called, Name: "已通知", Turn: "待回执、请假，到时开始签到"},
		{State: Opened, Name: "签到中", Turn: "待签到后结束"},
		{State: Closed, Name: "已结束", Ended: true},
		{State: Cancelled, Name: "已取消", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "invitation", Label: "按队伍列入名单", From: running, Need: access.KeepGatherings, Needs: "队伍、小组或承办单位；发通知以后是补充通知，要写理由"},
		{Name: "addition", Label: "单独列入名单", From: running, Need: access.KeepGatherings, Needs: "在册人员的姓名，或来宾；发通知以后是补充通知，要写理由"},
		{Name: "removal", Label: "移出名单", From: []procedure.State{Planned}, Need: access.KeepGatherings},
		{Name: "rescheduling", Label: "改期改地点", From: before, Need: access.KeepGatherings, Needs: "发通知以后要写理由，重新回执"},
		{Name: "notice", Label: "发通知", From: []procedure.State{Planned}, To: []procedure.State{Called}, Need: access.KeepGatherings, Needs: "名单；名单从此固定"},
		{Name: "receipt", Label: "回执", From: told, Need: access.JoinGatherings, Needs: "本人在名单上"},
		{Name: "receipts", Label: "登记回执", From: told, Need: access.KeepGatherings, Needs: "纸质或电话回执"},
		{Name: "request", Label: "请假", From: told, Need: access.JoinGatherings, Needs: "本人在名单上，还没有签到；事由"},
		{Name: "decision", Label: "批准或不批准请假", From: told, Need: access.DecideLeave, Needs: "不批准的要写理由"},
		{Name: "opening", Label: "开始签到", From: []procedure.State{Called}, To: opened, Need: access.KeepGatherings, Needs: "已到日期"},
		{Name: "arrival", Label: "扫码或凭码签到", From: opened, Need: access.JoinGatherings, Needs: "本人在名单上；现场的二维码或四位签到码，输错五次由签到台登记"},
		{Name: "attendance", Label: "登记签到", From: opened, Need: access.KeepGatherings},
		{Name: "departure", Label: "登记早退", From: opened, Need: access.KeepGatherings, Needs: "已签到的人、离开时间"},
		{Name: "closure", Label: "结束签到", From: opened, To: []procedure.State{Closed}, Need: access.KeepGatherings, Needs: "没有签到、没有准假的记为缺席", Grave: true},
		{Name: "cancellation", Label: "取消", From: running, To: []procedure.State{Cancelled}, Need: access.KeepGatherings, Needs: "理由；通知过的人都会收到消息", Grave: true},
		{Name: "correction", Label: "更正签到", From: []procedure.State{Opened, Closed}, Need: access.CorrectAttendance, Needs: "理由；会议纪要印发以后，或者活动归档、季度履职情况公布并且申诉期满以后，不能更正"},
	},
}
