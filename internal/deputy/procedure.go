package deputy

import (
	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/procedure"
)

// The states of a deputy's seat. Before their credentials are confirmed nobody is
// in the register: see Elections.
const (
	InOffice  procedure.State = "in_office"
	Suspended procedure.State = "suspended"
	Resigning procedure.State = "resigning"
	Ended     procedure.State = "ended"
)

func states(s ...procedure.State) []procedure.State { return s }

// Procedure is what happens to a seat (law on deputies, arts 61–63): the street's
// office reports and prepares, the city enters what the standing committee decided
// and announced.
var Procedure = procedure.Table{
	Title: "代表任职",
	States: []procedure.StateInfo{
		{State: InOffice, Name: "在任"},
		{State: Suspended, Name: "暂停执行代表职务", Turn: "待情形消失后恢复，或者终止代表资格"},
		{State: Resigning, Name: "已提出辞职", Turn: "待市人大常委会决定是否接受"},
		{State: Ended, Name: "已离任", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "report", Label: "上报情况", From: states(InOffice, Suspended, Resigning), Need: access.KeepDeputies, Needs: "情形、日期"},
		{Name: "resignation", Label: "登记辞职书", From: states(InOffice, Suspended), To: states(Resigning), Need: access.KeepDeputies, Needs: "书面提出辞职的日期"},
		{Name: "retraction", Label: "撤回辞职", From: states(Resigning), To: states(InOffice), Need: access.KeepDeputies, Needs: "常委会决定之前"},
		{Name: "acceptance", Label: "接受辞职", From: states(Resigning), To: states(Ended), Need: access.DecideDeputies, Needs: "常委会决定的文号", Grave: true},
		{Name: "suspension", Label: "暂停执行代表职务", From: states(InOffice), To: states(Suspended), Need: access.DecideDeputies, Needs: "代表法第六十一条的情形、文号"},
		{Name: "resumption", Label: "恢复执行代表职务", From: states(Suspended), To: states(InOffice), Need: access.DecideDeputies, Needs: "文号"},
		{Name: "termination", Label: "终止代表资格", From: states(InOffice, Suspended, Resigning), To: states(Ended), Need: access.DecideDeputies, Needs: "代表法第六十二条的情形、公告文号", Grave: true},
		{Name: "recall", Label: "登记罢免", From: states(InOffice, Suspended, Resigning), To: states(Ended), Need: access.DecideDeputies, Needs: "罢免决议的文号", Grave: true},
		{Name: "transfer", Label: "调到其他街道", From: states(InOffice), To: states(Ended), Need: access.DecideDeputies, Needs: "另一个街道、文号；同一天在那里开始", Grave: true},
		{Name: "death", Label: "登记去世", From: states(InOffice, Suspended, Resigning), To: states(Ended), Need: access.DecideDeputies, Needs: "日期", Grave: true},
		{Name: "expiry", Label: "届满", From: states(InOffice, Suspended, Resigning), To: states(Ended), Need: access.DecideDeputies, Needs: "一届代表一起办理", Grave: true},
		{Name: "reinstatement", Label: "更正离任登记", From: states(Ended), To: states(InOffice), Need: access.DecideDeputies, Needs: "席位没有补选，也不是调动"},
	},
}

// Suspensions are the grounds of a suspension (law on deputies, art. 61).
var Suspensions = []choice.Term{
	{Key: "detained", Name: "因刑事案件被羁押，正在受侦查、起诉、审判"},
	{Key: "serving", Name: "被判处管制、拘役或者有期徒刑而没有附加剥夺政治权利，正在服刑"},
}

// Terminations are the grounds of a termination (law on deputies, art. 62); an
// accepted resignation and a recall are moves of their own.
var Terminations = []choice.Term{
	{Key: "moved_away", Name: "迁出或者调离本行政区域"},
	{Key: "absent_twice", Name: "未经批准两次不出席本级人民代表大会会议"},
	{Key: "lost_nationality", Name: "丧失中华人民共和国国籍"},
	{Key: "lost_rights", Name: "依照法律被剥夺政治权利"},
	{Key: "lost_capacity", Name: "丧失行为能力"},
}

// Reports are what the street's office may report to the city.
var Reports = append(append([]choice.Term{}, Suspensions...), append([]choice.Term{{Key: "released", Name: "暂停执行代表职务的情形已经消失"}},
	append(append([]choice.Term{}, Terminations...), choice.Term{Key: "died", Name: "去世"})...)...)

// Grounds are the choices of a move; nil where it has none.
func Grounds(move string) []choice.Term {
	switch move {
	case "suspension":
		return Suspensions
	case "termination":
		return Terminations
	case "report":
		return Reports
	}
	return nil
}

// endings are why somebody left, by the move that ended their time.
var endings = map[string]string{
	"acceptance": "resigned", "termination": "terminated", "recall": "recalled", "transfer": "moved", "death": "died", "expiry": "expired",
}

// Documented reports whether the decision that a move enters must have a number.
func Documented(move string) bool { return documented[move] }

var documented = map[string]bool{"acceptance": true, "suspension": true, "resumption": true, "termination": true, "recall": true, "transfer": true}
