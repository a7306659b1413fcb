package desk

import (
	"portal/internal/access"
	"portal/web/page"
	"portal/web/ui"
)

// role is what differs from desk to desk in words.
type role struct {
	actions []action // the first is the one most people come for
	clear   string   // 中文: what usually comes here
	summary bool     // this month's and last month's figures
}

// action is something to start from the desk.
type action struct {
	ui.Link
	need access.Permission
}

var (
	logVisit  = action{ui.Link{Label: "登记接待", URL: page.NewVisitURL, Icon: "plus"}, access.LogVisit}
	register  = action{ui.Link{Label: "登记意见", URL: page.NewOpinionURL, Icon: "plus"}, access.RegisterOpinion}
	late      = action{ui.Link{Label: "逾期清单", URL: page.OverdueOpinionsURL}, access.ViewOpinions}
	opinions  = action{ui.Link{Label: "群众意见", URL: page.OpinionsURL}, access.ViewOpinions}
	inHand    = action{ui.Link{Label: "办理意见", URL: page.FilteredURL(page.OpinionsURL, "view", "handle")}, access.HandleOpinion}
	figures   = action{ui.Link{Label: "看统计", URL: page.FiguresURL}, access.ViewFigures}
	deputies  = action{ui.Link{Label: "代表名册", URL: page.DeputiesURL}, access.ViewDeputies}
	accounts  = action{ui.Link{Label: "账号", URL: page.AccountsURL}, access.ManageAccounts}
	approvals = action{ui.Link{Label: "审批授权", URL: page.GrantsURL}, access.ApproveGrants}
	records   = action{ui.Link{Label: "查操作记录", URL: page.AuditURL}, access.ViewAudit}
	residents = action{ui.Link{Label: "居民网站", URL: page.HomeURL}, access.SignedIn}
	myTerm    = action{ui.Link{Label: "我的任职", URL: page.OwnVoterURL}, access.OwnVoter}
	own       = action{ui.Link{Label: "我的账号", URL: page.ProfileURL}, access.SignedIn}
)

// roles are the words of each role's desk (domain.md §2).
var roles = map[access.Role]role{
	access.CityLeader:     {actions: []action{figures, late}, clear: "街道转市级研究的意见会列在这里。"},
	access.CityOffice:     {actions: []action{figures, late, opinions}, clear: "街道转市级研究的意见会列在这里。"},
	access.CityDeputy:     {actions: []action{deputies, figures, late}, clear: "街道转市级研究的意见会列在这里。"},
	access.CityFinance:    {actions: []action{figures, opinions}, clear: "街道转市级研究的意见会列在这里。预算审查报告的接收随预算监督一起开放。"},
	access.Director:       {actions: []action{late, figures}, clear: "延期申请、涉及代表和工委人员的投诉、逾期要上报的和可以逾期办结的意见会列在这里。"},
	access.DeputyDirector: {actions: []action{late, figures}, clear: "待审核的答复、逾期的意见和到期的承诺会列在这里。"},
	access.Member:         {actions: []action{opinions, figures}, clear: "近期的接待日会列在这里。会议通知和文件随工委会议一起开放。", summary: true},
	access.Staff:          {actions: []action{register, logVisit, late}, clear: "要研判、交办、审核、反馈和催办的意见，要发布的接待公告，到期的承诺会列在这里。"},
	access.PartyReader:    {actions: []action{figures, opinions}, clear: "工委上报的逾期意见会列在这里。送来征求意见的计划和报告随年度计划一起开放。", summary: true},
	access.OfficeDispatch: {actions: []action{inHand, late}, clear: "交办给街道办、要签收、转派或答复的意见，以及各部门快到期的意见会列在这里。"},
	access.Unit:           {actions: []action{inHand, late}, clear: "交给本单位、要签收、答复或提会办意见的意见会列在这里。"},
	access.Deputy:         {actions: []action{logVisit, register}, clear: "您的接待日、要由您反馈群众的意见会列在这里。"},
	access.GroupLeader:    {actions: []action{logVisit, register, deputies}, clear: "您的接待日、要由您反馈群众的意见会列在这里。"},
	access.VoterRep:       {actions: []action{myTerm, residents, own}, clear: "您的任职、证书和任期，选民代表会议的通知、民生实事票选和满意度测评会列在这里。现在可以在居民网站提意见、查进度、找代表。"},
	access.Expert:         {actions: []action{residents, own}, clear: "请您评议的材料、回避声明和意见提交期限会列在这里。现在可以在居民网站看联络站和代表。"},
	access.Liaison:        {actions: []action{logVisit, register}, clear: "本社区站点的接待日、要反馈群众的意见会列在这里。"},
	access.InfoOfficer:    {actions: []action{residents, own}, clear: "您的稿件和审稿意见会列在这里。现在可以在居民网站看已经公开的内容。"},
	access.SystemAdmin:    {actions: []action{accounts}, clear: "待批准的授权申请、还没有录入的节假日会列在这里。"},
	access.SecurityAdmin:  {actions: []action{approvals}, clear: "系统管理员申请、等您批准的授权会列在这里。"},
	access.AuditAdmin:     {actions: []action{records}, clear: "最近的操作记录会列在这里。"},
}

// allowed are the actions that the actor may start: the main one and others.
func (r role) allowed(a access.Actor) (main *ui.Link, others []ui.Link) {
	for _, act := range r.actions {
		if !a.May(act.need) {
			continue
		}
		if main == nil {
			main = &act.Link
		} else {
			others = append(others, act.Link)
		}
	}
	return main, others
}
