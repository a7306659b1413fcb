package training

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a training.
const (
	Planned   procedure.State = "planned"
	Notified  procedure.State = "notified"
	Held      procedure.State = "held"
	Closed    procedure.State = "closed"
	Cancelled procedure.State = "cancelled"
)

var (
	before = []procedure.State{Planned, Notified}
	open   = []procedure.State{Planned, Notified, Held}
	held   = []procedure.State{Held}
)

// Procedure is the table of moves of a training (domain.md §3 i; the states are a
// default).
var Procedure = procedure.Table{
	Title: "培训",
	States: []procedure.StateInfo{
		{State: Planned, Name: "已计划", Turn: "待工委办公室列名单、发通知"},
		{State: Notified, Name: "已通知", Turn: "待开班签到"},
		{State: Held, Name: "举办中", Turn: "待签到、测试后结束"},
		{State: Closed, Name: "已结束", Ended: true},
		{State: Cancelled, Name: "已取消", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "listing", Label: "按队伍列入名单", From: open, Need: access.KeepTrainings, Needs: "参训队伍"},
		{Name: "attendee", Label: "增加一人", From: open, Need: access.KeepTrainings, Needs: "在册人员的姓名"},
		{Name: "questions", Label: "出测试题", From: before, Need: access.KeepTrainings, Needs: "单选题，最多 50 道"},
		{Name: "notice", Label: "发通知", From: []procedure.State{Planned}, To: []procedure.State{Notified}, Need: access.KeepTrainings, Needs: "参训名单"},
		{Name: "opening", Label: "开始签到", From: []procedure.State{Notified}, To: held, Need: access.KeepTrainings, Needs: "已到培训日期"},
		{Name: "sign-in", Label: "凭码签到", From: held, Need: access.JoinTrainings, Needs: "本人在名单上；现场的六位签到码"},
		{Name: "test", Label: "交测试卷", From: held, Need: access.JoinTrainings, Needs: "已签到；不及格的可以补考一次"},
		{Name: "attendance", Label: "登记签到", From: held, Need: access.KeepTrainings},
		{Name: "score", Label: "登记成绩", From: held, Need: access.KeepTrainings, Needs: "已签到的人"},
		{Name: "materials", Label: "上传资料", From: open, Need: access.KeepTrainings},
		{Name: "closure", Label: "结束培训", From: held, To: []procedure.State{Closed}, Need: access.KeepTrainings, Needs: "至少一人签到", Grave: true},
		{Name: "cancellation", Label: "取消培训", From: before, To: []procedure.State{Cancelled}, Need: access.KeepTrainings, Needs: "理由", Grave: true},
	},
}
