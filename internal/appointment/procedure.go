package appointment

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a file.
const (
	Preparing   procedure.State = "preparing"
	Submitted   procedure.State = "submitted"
	Tabled      procedure.State = "tabled"
	Deliberated procedure.State = "deliberated"
	Passed      procedure.State = "passed"
	Failed      procedure.State = "failed"
	Published   procedure.State = "published"
	InPost      procedure.State = "in_post"
	Concluded   procedure.State = "concluded"
	Withdrawn   procedure.State = "withdrawn"
)

// Procedure is the table of moves of domain.md §3(c). app.appointment_moves holds
// the same in the database.
var Procedure = procedure.Table{
	Title: "任免",
	States: []procedure.StateInfo{
		{State: Preparing, Name: "材料准备", Turn: "待工委办公室备齐材料并提请"},
		{State: Submitted, Name: "已提请", Turn: "待市人大常委会主任会议决定提请审议"},
		{State: Tabled, Name: "已决定提请审议", Turn: "待市人大常委会会议审议"},
		{State: Deliberated, Name: "已审议", Turn: "待市人大常委会会议无记名表决"},
		{State: Passed, Name: "已通过", Turn: "待市人大常委会公布"},
		{State: Published, Name: "已公布", Turn: "待市人大常委会颁发任命书"},
		{State: InPost, Name: "已任职", Ended: true},
		{State: Concluded, Name: "已公布免职", Ended: true},
		{State: Failed, Name: "未通过", Ended: true},
		{State: Withdrawn, Name: "已撤回", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "submission", Label: "提请", From: states(Preparing), To: states(Submitted), Need: access.SubmitAppointment, Needs: "任免案，每人的任免呈报表和考察材料、免职理由或辞职书；距会议不足 10 天的写明理由"},
		{Name: "return", Label: "退回补充", From: states(Submitted), To: states(Preparing), Need: access.DecideAppointment, Needs: "要补什么"},
		{Name: "tabling", Label: "决定提请审议", From: states(Submitted), To: states(Tabled), Need: access.DecideAppointment, Needs: "市人大常委会主任会议的日期，提请哪次常委会会议"},
		{Name: "deliberation", Label: "登记审议", From: states(Tabled), To: states(Deliberated), Need: access.DecideAppointment, Needs: "到会说明的人"},
		{Name: "vote", Label: "登记表决结果", From: states(Deliberated), To: states(Passed, Failed), Need: access.DecideAppointment, Needs: "每人的票数；赞成超过常委会全体组成人员半数的通过", Grave: true},
		{Name: "publication", Label: "公布", From: states(Passed), To: states(Published, Concluded), Need: access.DecideAppointment, Needs: "公布的方式", Grave: true},
		{Name: "certificate", Label: "颁发任命书", From: states(Published), To: states(InPost), Need: access.DecideAppointment, Needs: "签署任命书的常委会主任", Grave: true},
		{Name: "withdrawal", Label: "撤回", From: states(Preparing, Submitted), To: states(Withdrawn), Need: access.SubmitAppointment, Needs: "理由", Grave: true},
	},
}

func states(s ...procedure.State) []procedure.State { return s }
