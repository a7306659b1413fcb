package performance

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a supplement.
const (
	Waiting   procedure.State = "waiting"
	Confirmed procedure.State = "confirmed"
	Refused   procedure.State = "refused"
	Withdrawn procedure.State = "withdrawn"
	Revoked   procedure.State = "revoked"
)

// Supplements is the table of moves of a supplement (domain.md §3 g).
var Supplements = procedure.Table{
	Title: "履职补录",
	States: []procedure.StateInfo{
		{State: Waiting, Name: "待确认", Turn: "待录入人以外的人核对证明后确认"},
		{State: Confirmed, Name: "已确认"},
		{State: Refused, Name: "不予确认", Ended: true},
		{State: Withdrawn, Name: "已撤回", Ended: true},
		{State: Revoked, Name: "已撤销", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "confirmation", Label: "确认", From: []procedure.State{Waiting}, To: []procedure.State{Confirmed}, Need: access.ConfirmPerformance, Needs: "有证明；录入人不能确认自己录入的；同一次人代会一位代表只记一次"},
		{Name: "refusal", Label: "不予确认", From: []procedure.State{Waiting}, To: []procedure.State{Refused}, Need: access.ConfirmPerformance, Needs: "理由", Grave: true},
		{Name: "withdrawal", Label: "撤回", From: []procedure.State{Waiting}, To: []procedure.State{Withdrawn}, Need: access.AddPerformance, Needs: "录入人本人；理由", Grave: true},
		{Name: "revocation", Label: "撤销", From: []procedure.State{Confirmed}, To: []procedure.State{Revoked}, Need: access.ConfirmPerformance, Needs: "理由；正确的另行补录", Grave: true},
	},
}

// The states of a dispute.
const (
	Open    procedure.State = "open"
	Granted procedure.State = "granted"
)

// Disputes is the table of moves of a dispute.
var Disputes = procedure.Table{
	Title: "履职申诉",
	States: []procedure.StateInfo{
		{State: Open, Name: "待答复", Turn: "待工委办公室核实答复"},
		{State: Granted, Name: "申诉成立", Ended: true},
		{State: Refused, Name: "申诉不成立", Ended: true},
		{State: Withdrawn, Name: "已撤回", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "grant", Label: "申诉成立", From: []procedure.State{Open}, To: []procedure.State{Granted}, Need: access.ConfirmPerformance, Needs: "怎样更正：在原记录更正，或者补录；答复", Grave: true},
		{Name: "refusal", Label: "申诉不成立", From: []procedure.State{Open}, To: []procedure.State{Refused}, Need: access.ConfirmPerformance, Needs: "答复", Grave: true},
		{Name: "withdrawal", Label: "撤回申诉", From: []procedure.State{Open}, To: []procedure.State{Withdrawn}, Need: access.DisputePerformance, Needs: "本人", Grave: true},
	},
}
