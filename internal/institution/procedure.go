package institution

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// The states of a version.
const (
	Draft        procedure.State = "draft"
	Consulting   procedure.State = "consulting"
	Deliberating procedure.State = "deliberating"
	Revising     procedure.State = "revising"
	Rejected     procedure.State = "rejected"
	Passed       procedure.State = "passed"
	Signed       procedure.State = "signed"
	Filed        procedure.State = "filed"
	Accepted     procedure.State = "accepted"
	Returned     procedure.State = "returned"
	Reworked     procedure.State = "reworked"
	Recorded     procedure.State = "recorded"
	InForce      procedure.State = "in_force"
	Revised      procedure.State = "revised"
	Repealed     procedure.State = "repealed"
)

func states(list ...procedure.State) []procedure.State { return list }

// Procedure is the way of a street's own rule (domain.md §3 a). It is about the
// newest version: a revision is a new version that begins as a draft.
var Procedure = procedure.Table{
	Title: "街道制度（X）",
	States: []procedure.StateInfo{
		{State: Draft, Name: "起草", Turn: "待工委办公室征求意见"},
		{State: Consulting, Name: "征求意见", Turn: "待党工委、市对口工委和代表提意见"},
		{State: Deliberating, Name: "主任会议审议", Turn: "待工委主任会议审议"},
		{State: Revising, Name: "修改后再议", Turn: "待工委办公室修改"},
		{State: Rejected, Name: "不通过", Ended: true},
		{State: Passed, Name: "通过", Turn: "待工委主任签发"},
		{State: Signed, Name: "已签发", Turn: "待工委办公室报备案"},
		{State: Filed, Name: "已报备案", Turn: "待市人大常委会受理"},
		{State: Accepted, Name: "已受理", Turn: "待市人大常委会审查"},
		{State: Returned, Name: "退回", Turn: "待工委办公室按意见修改"},
		{State: Reworked, Name: "已另行修改", Ended: true},
		{State: Recorded, Name: "已备案", Turn: "待工委办公室公布施行"},
		{State: InForce, Name: "生效"},
		{State: Revised, Name: "已被修订", Ended: true},
		{State: Repealed, Name: "废止", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "consultation", Label: "征求意见", From: states(Draft), To: states(Consulting), Need: access.DraftInstitution, Needs: "截止日期"},
		{Name: "opinion", Label: "提出意见", From: states(Consulting), Need: access.CommentInstitution, Needs: "意见内容"},
		{Name: "answer", Label: "答复意见", From: states(Consulting), Need: access.DraftInstitution, Needs: "采纳或者不采纳；不采纳的写理由"},
		{Name: "submission", Label: "提请主任会议审议", From: states(Consulting, Revising), To: states(Deliberating), Need: access.DraftInstitution, Needs: "意见都有答复"},
		{Name: "deliberation", Label: "登记审议结果", From: states(Deliberating), To: states(Passed, Revising, Rejected), Need: access.DeliberateInstitution, Needs: "出席过半数；通过的，赞成超过全体组成人员半数"},
		{Name: "signature", Label: "签发", From: states(Passed), To: states(Signed), Need: access.SignInstitution, Needs: "工委主任本人在任", Grave: true},
		{Name: "filing", Label: "报备案", From: states(Signed), To: states(Filed), Need: access.DraftInstitution},
		{Name: "acceptance", Label: "受理", From: states(Filed), To: states(Accepted), Need: access.ReviewInstitution},
		{Name: "return", Label: "退回并提意见", From: states(Accepted), To: states(Returned), Need: access.ReviewInstitution, Needs: "意见，可以逐条提"},
		{Name: "record", Label: "备案", From: states(Accepted), To: states(Recorded), Need: access.ReviewInstitution},
		{Name: "rework", Label: "按意见修改", From: states(Returned), To: states(Draft), Need: access.DraftInstitution},
		{Name: "effect", Label: "公布施行", From: states(Recorded), To: states(InForce), Need: access.DraftInstitution, Needs: "施行日期", Grave: true},
		{Name: "revision", Label: "修订", From: states(InForce, Rejected), To: states(Draft), Need: access.DraftInstitution, Needs: "理由"},
		{Name: "repeal", Label: "废止", From: states(InForce), To: states(Repealed), Need: access.SignInstitution, Needs: "理由、失效日期", Grave: true},
	},
}

// CityProcedure is the way of the city's own rules, the 1 and the 5: they are
// passed by the standing committee in session (ORG51).
var CityProcedure = procedure.Table{
	Title: "市级制度（1、5）",
	States: []procedure.StateInfo{
		{State: Draft, Name: "起草", Turn: "待市人大常委会办公室征求意见"},
		{State: Consulting, Name: "征求意见", Turn: "待各街道和代表提意见"},
		{State: Deliberating, Name: "常委会会议审议", Turn: "待市人大常委会会议表决"},
		{State: Revising, Name: "修改后再议", Turn: "待市人大常委会办公室修改"},
		{State: Rejected, Name: "不通过", Ended: true},
		{State: Passed, Name: "通过", Turn: "待市人大常委会办公室签发"},
		{State: Signed, Name: "已签发", Turn: "待公布施行"},
		{State: InForce, Name: "生效"},
		{State: Revised, Name: "已被修订", Ended: true},
		{State: Repealed, Name: "废止", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "city-consultation", Label: "征求意见", From: states(Draft), To: states(Consulting), Need: access.DraftCityInstitution, Needs: "截止日期"},
		{Name: "opinion", Label: "提出意见", From: states(Consulting), Need: access.CommentInstitution, Needs: "意见内容"},
		{Name: "city-answer", Label: "答复意见", From: states(Consulting), Need: access.DraftCityInstitution, Needs: "采纳或者不采纳；不采纳的写理由"},
		{Name: "city-submission", Label: "提请常委会会议审议", From: states(Consulting, Revising), To: states(Deliberating), Need: access.DraftCityInstitution, Needs: "意见都有答复"},
		{Name: "vote", Label: "登记表决结果", From: states(Deliberating), To: states(Passed, Revising, Rejected), Need: access.DraftCityInstitution, Needs: "出席过半数；赞成超过常委会全体组成人员半数为通过"},
		{Name: "issue", Label: "签发", From: states(Passed), To: states(Signed), Need: access.DraftCityInstitution, Grave: true},
		{Name: "city-effect", Label: "公布施行", From: states(Signed), To: states(InForce), Need: access.DraftCityInstitution, Needs: "施行日期", Grave: true},
		{Name: "city-revision", Label: "修订", From: states(InForce, Rejected), To: states(Draft), Need: access.DraftCityInstitution, Needs: "理由"},
		{Name: "city-repeal", Label: "废止", From: states(InForce), To: states(Repealed), Need: access.DraftCityInstitution, Needs: "理由、失效日期", Grave: true},
	},
}

// Info returns what is known of a state of a rule of street, 0 for the city's.
func Info(street int64, s procedure.State) procedure.StateInfo { return table(street).Info(s) }

// Typing reports whether the text may be typed in s.
func Typing(s procedure.State) bool { return s == Draft || s == Consulting || s == Revising }

// Before reports whether a version has not been signed in s.
func Before(s procedure.State) bool {
	return Typing(s) || s == Deliberating || s == Rejected || s == Passed
}
