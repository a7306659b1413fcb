package poll

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a poll.
const (
	Opened    procedure.State = "open"
	Closed    procedure.State = "closed"
	Cancelled procedure.State = "cancelled"
)

var open = []procedure.State{Opened}

// Procedure is the table of moves of a poll (hard rule 7; domain.md §3 l by analogy).
// It begins, closes and is given up by moves of the record that asks.
var Procedure = procedure.Table{
	Title: "无记名投票和测评",
	States: []procedure.StateInfo{
		{State: Opened, Name: "投票中", Turn: "待投票后结束"},
		{State: Closed, Name: "已结束", Ended: true},
		{State: Cancelled, Name: "已作废", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "ballot", Label: "投票", From: open, Need: access.CastBallot, Needs: "本人在参加投票的名单上；每人一次，投出后不能改", Grave: true},
		{Name: "admission", Label: "补列刚到的人", From: open, Need: access.KeepPolls, Needs: "已签到、应当参加的人"},
		{Name: "slips", Label: "发投票码", From: open, Need: access.KeepPolls, Needs: "没有账号的人；投票码只显示一次，抽取，不登记谁拿哪一张"},
		{Name: "renewal", Label: "作废重印投票码", From: open, Need: access.KeepPolls, Needs: "没有用过的投票码全部作废", Grave: true},
		{Name: "papers", Label: "发纸质票", From: open, Need: access.KeepPolls, Needs: "还没有投票的人"},
		{Name: "count", Label: "唱票人录入", From: open, Need: access.KeepPolls, Needs: "收回的纸质票和各项票数"},
		{Name: "check", Label: "监票人复核", From: open, Need: access.KeepPolls, Needs: "另一人重新清点，两次一致"},
		{Name: "closure", Label: "结束投票", From: open, To: []procedure.State{Closed}, Need: access.KeepPolls, Needs: "纸质票已录入两次；结束后才有结果，不能再投", Grave: true},
		{Name: "cancellation", Label: "作废", From: open, To: []procedure.State{Cancelled}, Need: access.KeepPolls, Needs: "理由；已投的票全部删除", Grave: true},
	},
}
