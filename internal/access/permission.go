// Package access says who may do what: roles, their data scope, the one table
// of permissions, and the Actor who is asking.
package access

import "slices"

// Permission names one thing a person may do.
type Permission string

// Anyone needs no account; SignedIn needs one, in any role.
const (
	Anyone   Permission = "anyone"
	SignedIn Permission = "signed_in"
)

// The permissions, by room. The table below says what each means and which
// roles have it.
const (
	ViewCommittees    Permission = "committee.view"
	ManageCommittees  Permission = "committee.manage"
	NameStreet        Permission = "committee.name"
	ViewDelegations   Permission = "delegation.view"
	DelegateCommittee Permission = "delegation.sign"

	ViewDeputies   Permission = "deputy.view"
	KeepDeputies   Permission = "deputy.keep"
	UnmaskDeputy   Permission = "deputy.unmask"
	DecideDeputies Permission = "deputy.decide"
	PlanGroup      Permission = "group.plan"
	ViewStations   Permission = "station.view"
	KeepStations   Permission = "station.keep"
	PlanReception  Permission = "station.plan"

	ViewAppointments   Permission = "appointment.view"
	PrepareAppointment Permission = "appointment.prepare"
	SubmitAppointment  Permission = "appointment.submit"
	DecideAppointment  Permission = "appointment.decide"
	ReportEnding       Permission = "appointment.ending"
	ViewFunds          Permission = "fund.view"
	KeepFunds          Permission = "fund.keep"

	ViewVisits   Permission = "visit.view"
	LogVisit     Permission = "visit.log"
	CorrectVisit Permission = "visit.correct"

	ViewOpinions     Permission = "opinion.view"
	RegisterOpinion  Permission = "opinion.register"
	TriageOpinion    Permission = "opinion.triage"
	AssignOpinion    Permission = "opinion.assign"
	DispatchOpinion  Permission = "opinion.dispatch"
	HandleOpinion    Permission = "opinion.handle"
	ReviewOpinion    Permission = "opinion.review"
	FeedBackOpinion  Permission = "opinion.feedback"
	ExtendOpinion    Permission = "opinion.extend"
	UrgeOpinion      Permission = "opinion.urge"
	EscalateOpinion  Permission = "opinion.escalate"
	CloseOverdue     Permission = "opinion.close_overdue"
	WithdrawOpinion  Permission = "opinion.withdraw"
	UnmaskResident   Permission = "opinion.unmask"
	ExportOpinions   Permission = "opinion.export"
	SensitiveOpinion Permission = "opinion.sensitive"

	ViewSuggestions    Permission = "suggestion.view"
	DraftSuggestion    Permission = "suggestion.draft"
	ReviewSuggestion   Permission = "suggestion.review"
	DecideSuggestion   Permission = "suggestion.decide"
	DispatchSuggestion Permission = "suggestion.dispatch"
	HandleSuggestion   Permission = "suggestion.handle"
	RateSuggestion     Permission = "suggestion.rate"
	UrgeSuggestion     Permission = "suggestion.urge"
	KeySuggestion      Permission = "suggestion.key"
	ExportSuggestions  Permission = "suggestion.export"

	ViewActivities   Permission = "activity.view"
	KeepActivities   Permission = "activity.keep"
	ApproveActivity  Permission = "activity.approve"
	AnswerActivity   Permission = "activity.answer"
	ArchiveActivity  Permission = "activity.archive"
	ExportActivities Permission = "activity.export"

	ViewTrainings Permission = "training.view"
	KeepTrainings Permission = "training.keep"
	JoinTrainings Permission = "training.join"
	CountTraining Permission = "training.count"

	ViewPlans      Permission = "plan.view"
	DraftPlan      Permission = "plan.draft"
	AdvisePlan     Permission = "plan.advise"
	DeliberatePlan Permission = "plan.deliberate"
	SignPlan       Permission = "plan.sign"
	ReceivePlan    Permission = "plan.receive"
	ReportPlan     Permission = "plan.report"
	ViewPlanIdeas  Permission = "plan.ideas"
	ProposePlan    Permission = "plan.propose"

	OwnFeed     Permission = "feed.own"
	StreetFeed  Permission = "feed.street"
	StationFeed Permission = "feed.station"

	ViewGatherings    Permission = "gathering.view"
	ReadLists         Permission = "gathering.list"
	KeepGatherings    Permission = "gathering.keep"
	JoinGatherings    Permission = "gathering.join"
	DecideLeave       Permission = "gathering.leave"
	CorrectAttendance Permission = "gathering.correct"

	ReadPerformance    Permission = "performance.read"
	ViewPerformance    Permission = "performance.view"
	OwnPerformance     Permission = "performance.own"
	AddPerformance     Permission = "performance.add"
	ConfirmPerformance Permission = "performance.confirm"
	PublishPerformance Permission = "performance.publish"
	DisputePerformance Permission = "performance.dispute"
	ScorePerformance   Permission = "performance.score"

	ViewPolls  Permission = "poll.view"
	KeepPolls  Permission = "poll.keep"
	CastBallot Permission = "poll.cast"

	ViewMeetings  Permission = "meeting.view"
	ReadMeetings  Permission = "meeting.read"
	KeepMeetings  Permission = "meeting.keep"
	ProposeTopics Permission = "meeting.propose"
	ViewTopics    Permission = "meeting.topics"
	ConfirmTopics Permission = "meeting.confirm"
	CastVote      Permission = "meeting.vote"
	EnterVotes    Permission = "meeting.roll"
	SignMinutes   Permission = "meeting.sign"

	ViewReportsBack Permission = "report_back.view"
	KeepReportsBack Permission = "report_back.keep"
	WriteReportBack Permission = "report_back.write"

	ViewPapers       Permission = "paper.view"
	KeepPapers       Permission = "paper.keep"
	ViewVoters       Permission = "voter.view"
	KeepSelections   Permission = "voter.keep"
	ViewSelections   Permission = "voter.selections"
	ConfirmSelection Permission = "voter.confirm"
	UnmaskVoter      Permission = "voter.unmask"
	OwnVoter         Permission = "voter.own"
	ViewImports      Permission = "import.view"
	ImportRegisters  Permission = "import.keep"

	ViewPeople    Permission = "person.view"
	KeepPeople    Permission = "person.keep"
	UnmaskPerson  Permission = "person.unmask"
	MergePeople   Permission = "person.merge"
	AccountPerson Permission = "person.account"

	ViewInstitutions      Permission = "institution.view"
	MakeInstitution       Permission = "institution.make"
	DraftInstitution      Permission = "institution.draft"
	CommentInstitution    Permission = "institution.comment"
	DeliberateInstitution Permission = "institution.deliberate"
	SignInstitution       Permission = "institution.sign"
	ReviewInstitution     Permission = "institution.review"
	DraftCityInstitution  Permission = "institution.draft_city"
	ViewLanding           Permission = "institution.landing"
	KeepLanding           Permission = "institution.land"
	ViewMandates          Permission = "mandate.view"
	DraftMandate          Permission = "mandate.draft"
	ApproveMandate        Permission = "mandate.approve"
	ReviewMandate         Permission = "mandate.review"
	ReceiveMandate        Permission = "mandate.receive"
	ReportMandate         Permission = "mandate.report"
	RecordAct             Permission = "mandate.act"
	DraftMandateRequest   Permission = "mandate.request"
	SignMandateRequest    Permission = "mandate.sign"

	ViewTeams     Permission = "team.view"
	UnmaskTeam    Permission = "team.unmask"
	ViewExperts   Permission = "expert.view"
	KeepExperts   Permission = "expert.keep"
	ReviewExperts Permission = "expert.review"
	SignExperts   Permission = "expert.sign"
	LogExpertWork Permission = "expert.log"
	ViewOfficers  Permission = "officer.view"
	KeepOfficers  Permission = "officer.keep"
	SignOfficers  Permission = "officer.sign"

	ViewFigures Permission = "figure.view"

	ManageAccounts Permission = "account.manage"
	ApproveGrants  Permission = "account.approve"
	ManageSettings Permission = "setting.manage"
	ManageCalendar Permission = "calendar.manage"
	ViewAudit      Permission = "audit.view"
)

// Rule is one line of the permission table.
type Rule struct {
	Permission Permission
	Room       string // 中文, for the generated document
	Does       string // 中文: what it allows
	Roles      []Role
}

var (
	cityRoles   = []Role{CityLeader, CityOffice, CityDeputy, CityFinance}
	heads       = []Role{Director, DeputyDirector}
	deputies    = []Role{Deputy, GroupLeader}
	handlers    = []Role{OfficeDispatch, Unit}
	fieldStaff  = []Role{Staff, Liaison}
	streetDesks = []Role{Director, DeputyDirector, Member, Staff, PartyReader}
)

func roles(sets ...[]Role) []Role { return slices.Concat(sets...) }

// Rules is the permission table: the only place that grants anything.
// docs/permissions.md is generated from it.
var Rules = []Rule{
	{ViewCommittees, "人大街道工委", "查看街道、社区和承办单位", roles(cityRoles, streetDesks, deputies, handlers, []Role{Liaison, SystemAdmin})},
	{ManageCommittees, "人大街道工委", "维护社区和承办单位", []Role{Staff, SystemAdmin}},
	{NameStreet, "人大街道工委", "修改街道和工委名称", []Role{SystemAdmin}},
	{ViewDelegations, "人大街道工委", "查看主任的授权委托书", roles(cityRoles, streetDesks)},
	{DelegateCommittee, "人大街道工委", "签署、收回授权委托书（限在任的主任）", []Role{Director}},

	{ViewAppointments, "任免", "查看任免材料", roles([]Role{CityLeader, CityOffice, CityDeputy}, heads, []Role{Staff})},
	{PrepareAppointment, "任免", "准备任免材料", []Role{Staff}},
	{SubmitAppointment, "任免", "提请、撤回任免案", []Role{Director, Staff}},
	{DecideAppointment, "任免", "登记市级的决定、表决、公布和任命书，备案职务自行终止，登记主持工作", []Role{CityOffice, CityDeputy}},
	{ReportEnding, "任免", "报备职务自行终止（市级登记即备案）", []Role{CityOffice, CityDeputy, Staff}},
	{ViewFunds, "经费", "查看工委经费", roles(cityRoles, streetDesks)},
	{KeepFunds, "经费", "登记经费预算和支出", []Role{Staff}},

	{ViewDeputies, "代表", "查看代表名册", roles(cityRoles, streetDesks, deputies, []Role{Liaison})},
	{KeepDeputies, "代表", "维护代表名册", []Role{CityDeputy, Staff}},
	{DecideDeputies, "代表", "登记市人大常委会的决定：确认资格、暂停、接受辞职、终止、罢免、调动、届满", []Role{CityDeputy}},
	{PlanGroup, "代表", "制订小组年度计划（组长限本组）", []Role{Staff, GroupLeader}},
	{UnmaskDeputy, "代表", "说明理由后查看代表电话", []Role{CityDeputy, Director, Staff}},

	{ViewStations, "联络站", "查看联络站和接待安排", roles(cityRoles, streetDesks, deputies, []Role{Liaison})},
	{KeepStations, "联络站", "维护联络站", []Role{Staff}},
	{PlanReception, "联络站", "安排接待日并发布公告", fieldStaff},

	{ViewVisits, "联络站", "查看接待登记", roles(cityRoles, streetDesks, deputies, []Role{Liaison})},
	{LogVisit, "联络站", "登记接待", roles(deputies, fieldStaff)},
	{CorrectVisit, "联络站", "更正接待登记", []Role{Staff}},

	{ViewOpinions, "群众意见", "查看群众意见（范围内）", roles(cityRoles, streetDesks, deputies, handlers, []Role{Liaison})},
	{RegisterOpinion, "群众意见", "登记群众意见", roles(deputies, fieldStaff)},
	{TriageOpinion, "群众意见", "研判：受理、不予受理、当场答复、合并", roles(heads, []Role{Staff})},
	{AssignOpinion, "群众意见", "交办、改办", roles(heads, []Role{Staff})},
	{DispatchOpinion, "群众意见", "党政办转派部门", []Role{OfficeDispatch}},
	{HandleOpinion, "群众意见", "签收、退回、办理、答复、申请延期", handlers},
	{ReviewOpinion, "群众意见", "审核答复、退回重办", roles(heads, []Role{Staff})},
	{FeedBackOpinion, "群众意见", "反馈群众并登记评价", roles(heads, deputies, fieldStaff)},
	{ExtendOpinion, "群众意见", "批准延期", []Role{Director}},
	{UrgeOpinion, "群众意见", "催办、督办", roles(heads, []Role{Staff})},
	{EscalateOpinion, "群众意见", "上报、转市级、挂账", roles(heads, []Role{Staff})},
	{CloseOverdue, "群众意见", "逾期办结", []Role{Director}},
	{WithdrawOpinion, "群众意见", "按反映人要求撤回", roles(heads, []Role{Staff})},
	{UnmaskResident, "群众意见", "说明理由后查看反映人电话", []Role{Director, Staff}},
	{ExportOpinions, "群众意见", "导出台账", roles([]Role{CityOffice, CityDeputy}, heads, []Role{Staff})},
	{SensitiveOpinion, "群众意见", "查看涉及代表和工委人员的投诉", []Role{Director}},

	{ViewSuggestions, "代表建议", "查看代表建议和承诺台账（范围内；草稿只有署名代表和工委办公室可见，市级只看已提交的）", roles(cityRoles, streetDesks, deputies, handlers)},
	{DraftSuggestion, "代表建议", "起草、修改、确认联名、送审、提交、撤回（代表限本人领衔或联名的）", roles(deputies, []Role{Staff})},
	{ReviewSuggestion, "代表建议", "审核草稿（组长限本组代表的）", roles(heads, []Role{GroupLeader, Staff})},
	{DecideSuggestion, "代表建议", "受理、退回、转来信、合并、交办、同意延期、协调（市级建议限市代表工委，街道督办建议限街道）", roles([]Role{CityDeputy}, heads, []Role{Staff})},
	{DispatchSuggestion, "代表建议", "党政办转派部门", []Role{OfficeDispatch}},
	{HandleSuggestion, "代表建议", "签收、退回、会办、与代表沟通、答复、兑现承诺、申请延期", handlers},
	{RateSuggestion, "代表建议", "评价办理态度和办理结果（限领衔代表；工委办公室只登记书面征询意见表）", roles(deputies, []Role{Staff})},
	{UrgeSuggestion, "代表建议", "催办、催请评价", roles([]Role{CityDeputy}, heads, []Role{Staff})},
	{KeySuggestion, "代表建议", "确定重点督办建议", []Role{CityLeader, CityDeputy}},
	{ExportSuggestions, "代表建议", "导出办理情况一览表和承诺台账", roles([]Role{CityOffice, CityDeputy}, heads, []Role{Staff})},
	{ViewActivities, "代表活动", "查看代表活动（范围内；市级只看已批准的，代表只看已通知的，单位只看转交本单位和评议本单位的）", roles(cityRoles, streetDesks, deputies, handlers)},
	{KeepActivities, "代表活动", "策划、送审、通知、改期、取消、签到、登记情况、形成报告（组长限本小组）", roles(heads, []Role{GroupLeader, Staff})},
	{ApproveActivity, "代表活动", "审批活动、签发转交（限在任本人）", heads},
	{AnswerActivity, "代表活动", "反馈转交的报告，报送单位汇报、整改方案、整改报告", handlers},
	{ArchiveActivity, "代表活动", "登记书面反馈、注明没有反馈、归档", roles(heads, []Role{Staff})},
	{ExportActivities, "代表活动", "导出活动台账", roles([]Role{CityOffice, CityDeputy}, heads, []Role{Staff})},

	{ViewTrainings, "培训", "查看培训（本人参加的，或本街道的）", roles(cityRoles, heads, deputies, []Role{Member, Staff, VoterRep, Expert, Liaison, InfoOfficer})},
	{KeepTrainings, "培训", "计划培训、列名单、发通知、登记签到和成绩", []Role{Staff}},
	{JoinTrainings, "培训", "凭码签到、参加测试", roles(heads, deputies, []Role{Member, VoterRep, Expert, Liaison, InfoOfficer})},
	{CountTraining, "培训", "查看各人、各队伍的学时", roles(cityRoles, heads, []Role{Staff})},

	{ViewPlans, "年度计划", "查看年度计划（党工委从征求意见起，代表从主任会议通过起，市级从报备起）", roles(cityRoles, streetDesks, deputies)},
	{DraftPlan, "年度计划", "起草、修改、征求党工委意见、说明采纳情况、提请审议、报备、调整、总结、归档", []Role{Staff}},
	{AdvisePlan, "年度计划", "反馈街道党工委的书面意见（工委办公室按原件登记）", []Role{PartyReader, Staff}},
	{DeliberatePlan, "年度计划", "登记主任会议对计划和调整的审议结果", roles(heads, []Role{Staff})},
	{SignPlan, "年度计划", "印发计划、审定总结（限在任的主任）", []Role{Director}},
	{ReceivePlan, "年度计划", "市级收文、提意见", []Role{CityOffice, CityDeputy}},
	{ReportPlan, "年度计划", "登记条目进度", roles(heads, []Role{Member, Staff})},
	{ViewPlanIdeas, "年度计划", "查看代表对计划的提议（代表限本人）", roles(heads, deputies, []Role{Member, Staff})},
	{ProposePlan, "年度计划", "对下一年的计划提议一项工作", deputies},

	{OwnFeed, "日历订阅", "建立、撤销自己的日历订阅地址", roles(heads, deputies, handlers, []Role{Member, Staff, VoterRep, Expert, Liaison, InfoOfficer})},
	{StreetFeed, "日历订阅", "订阅本街道的会议和活动", roles(heads, []Role{Member, Staff})},
	{StationFeed, "日历订阅", "订阅联络站的接待日", fieldStaff},

	{ViewGatherings, "召集和签到", "查看名单和签到（本人参加的，或本街道的）", roles(cityRoles, heads, deputies, handlers, []Role{Member, Staff, VoterRep, Expert, Liaison, InfoOfficer})},
	{ReadLists, "召集和签到", "查看本街道的名单和签到", roles(cityRoles, heads, []Role{Member, Staff})},
	{KeepGatherings, "召集和签到", "列名单、发通知、开始和结束签到、登记签到（组长限本组）", roles(heads, []Role{Staff, GroupLeader})},
	{JoinGatherings, "召集和签到", "回执、请假、签到（限本人）", roles(heads, deputies, handlers, []Role{Member, Staff, VoterRep, Expert, Liaison, InfoOfficer})},
	{DecideLeave, "召集和签到", "批准请假（组长限本组）", roles(heads, []Role{Staff, GroupLeader})},
	{CorrectAttendance, "召集和签到", "说明理由后更正签到", []Role{Staff}},

	{ReadPerformance, "履职档案", "查看本街道（市级：各街道）的履职年度表和每位代表的履职档案", roles([]Role{CityLeader, CityOffice, CityDeputy}, heads, []Role{Staff})},
	{ViewPerformance, "履职档案", "查看履职档案（代表只看本人）", roles([]Role{CityLeader, CityOffice, CityDeputy}, heads, deputies, []Role{Staff})},
	{OwnPerformance, "履职档案", "查看本人的履职档案", deputies},
	{AddPerformance, "履职档案", "补录平台看不到的履职（附证明）", []Role{CityDeputy, Staff}},
	{ConfirmPerformance, "履职档案", "确认、退回、更正补录（限录入人以外的人），答复申诉", roles([]Role{CityDeputy}, heads, []Role{Staff})},
	{PublishPerformance, "履职档案", "按季度公布履职情况", roles(heads, []Role{Staff})},
	{DisputePerformance, "履职档案", "对公布的本人履职情况提出、撤回申诉", deputies},
	{ScorePerformance, "履职档案", "制定、停用履职积分办法", heads},

	{ViewPolls, "无记名投票", "查看投票和结果（本人参加的，或本街道的；结束前没有结果）", roles(cityRoles, heads, deputies, []Role{Member, Staff, VoterRep, Expert, Liaison, InfoOfficer})},
	{KeepPolls, "无记名投票", "开始、结束投票，发投票码和纸质票，录入纸质票（看不到谁投了什么）", roles(heads, []Role{Staff})},
	{CastBallot, "无记名投票", "投票（限参加投票的本人）", roles(heads, deputies, []Role{Member, VoterRep, Expert, Liaison, InfoOfficer})},

	{ViewMeetings, "会议", "查看会议（本人参加的，或本街道的；市级看已发通知的）", roles(cityRoles, heads, deputies, handlers, []Role{Member, Staff, VoterRep, Expert, Liaison, InfoOfficer})},
	{ReadMeetings, "会议", "查看会议台账、议定事项", roles(cityRoles, heads, []Role{Member, Staff})},
	{KeepMeetings, "会议", "拟开会议、列议程、发通知、主持会务、登记表决、记录和纪要、办理议定事项", roles(heads, []Role{Staff})},
	{ViewTopics, "会议", "查看议题（本人提出的，或本街道的）", roles(heads, deputies, []Role{Member, Staff, VoterRep})},
	{ProposeTopics, "会议", "提出议题", roles(heads, deputies, []Role{Member, Staff, VoterRep})},
	{ConfirmTopics, "会议", "确定议题、不列入（限在任的主任或受委托主持的人）", heads},
	{CastVote, "会议", "在会议上表决（限本人应到、已签到）", roles(heads, []Role{Member, VoterRep})},
	{EnterVotes, "会议", "登记唱名表决", []Role{Staff}},
	{SignMinutes, "会议", "签发会议纪要（限在任的主任或受委托签发的人）", heads},

	{ViewReportsBack, "述职", "查看述职会和述职（代表看本人的和已公布的）", roles(cityRoles, heads, deputies, []Role{Member, Staff})},
	{KeepReportsBack, "述职", "召集述职会，登记口头述职、提问和意见，组织测评，当场公布，归档", roles(heads, []Role{Staff})},
	{WriteReportBack, "述职", "写述职报告、书面反馈意见（代表限本人；工委办公室代录）", roles(deputies, []Role{Staff})},

	{ViewPapers, "发文", "查看发文登记簿", roles(cityRoles, heads, []Role{Member, Staff})},
	{KeepPapers, "发文", "修改本机关发文代字", []Role{CityOffice, Staff}},
	{ViewVoters, "选民代表", "查看选民代表名册、名额和结构", roles(cityRoles, streetDesks, deputies, []Role{Liaison})},
	{ViewSelections, "选民代表", "查看推选工作和人选", roles(cityRoles, streetDesks)},
	{KeepSelections, "选民代表", "组织推选、补选，登记离任和发证", []Role{Staff}},
	{ConfirmSelection, "选民代表", "按工委主任会议的决定确认推选结果", []Role{Director}},
	{UnmaskVoter, "选民代表", "说明理由后查看选民代表电话", []Role{Director, Staff}},
	{OwnVoter, "选民代表", "查看本人的任职情况和公告", []Role{VoterRep}},
	{ViewInstitutions, "制度", "查看制度（未公布的，范围内）", roles(cityRoles, streetDesks, deputies, handlers, []Role{VoterRep, Expert, Liaison, InfoOfficer})},
	{MakeInstitution, "制度", "填写本级制度的条文，设定条款怎样算执行", []Role{CityOffice, Staff}},
	{DraftInstitution, "制度", "起草、修改、征求意见、提请审议、报备案、公布街道制度", []Role{Staff}},
	{CommentInstitution, "制度", "对草案提出意见", roles([]Role{CityOffice, CityDeputy, CityFinance}, heads, deputies, []Role{Staff, PartyReader})},
	{DeliberateInstitution, "制度", "登记主任会议审议结果", roles(heads, []Role{Staff})},
	{SignInstitution, "制度", "签发、废止街道制度", []Role{Director}},
	{ReviewInstitution, "制度", "受理、退回、备案街道制度", []Role{CityOffice, CityDeputy}},
	{DraftCityInstitution, "制度", "起草、表决、签发、公布市级制度", []Role{CityOffice}},
	{ViewLanding, "制度", "查看落实情况和沉睡条款", roles(cityRoles, streetDesks)},
	{KeepLanding, "制度", "登记本街道落实情况、条款执行情况", []Role{Staff}},
	{ViewImports, "导入导出", "查看导入记录", []Role{CityOffice, CityDeputy, Director, Staff}},
	{ImportRegisters, "导入导出", "导入自己维护的名册、整批撤销", []Role{CityDeputy, Staff}},

	{ViewPeople, "人员", "查找人员，查看某人的各项身份", roles([]Role{CityLeader, CityOffice, CityDeputy}, heads, []Role{Staff})},
	{KeepPeople, "人员", "修改人员资料", []Role{CityDeputy, Staff}},
	{UnmaskPerson, "人员", "说明理由后查看人员电话", []Role{CityDeputy, Director, Staff}},
	{MergePeople, "人员", "合并重复人员、撤销合并", []Role{CityDeputy, Staff}},
	{AccountPerson, "人员", "关联登录账号", []Role{Staff}},

	{ViewMandates, "授权交办", "查看授权、监督活动和请示", roles(cityRoles, streetDesks, []Role{GroupLeader})},
	{DraftMandate, "授权交办", "起草、送审、下达、变更授权", []Role{CityOffice}},
	{ApproveMandate, "授权交办", "审批授权和变更、撤回授权、不予授权", []Role{CityLeader}},
	{ReviewMandate, "授权交办", "验收报告、退回补充", []Role{CityOffice}},
	{ReceiveMandate, "授权交办", "签收授权", roles(heads, []Role{Staff})},
	{ReportMandate, "授权交办", "向市人大常委会报告", roles(heads, []Role{Staff})},
	{RecordAct, "授权交办", "登记监督活动", roles(heads, []Role{Staff})},
	{DraftMandateRequest, "授权交办", "起草、报送授权请示", roles(heads, []Role{Staff})},
	{SignMandateRequest, "授权交办", "签发授权请示", []Role{Director}},

	{ViewTeams, "四支队伍", "查看四支队伍总览", roles(cityRoles, streetDesks)},
	{UnmaskTeam, "四支队伍", "说明理由后查看专家、联络员、信息员电话", []Role{Director, Staff}},
	{ViewExperts, "四支队伍", "查看咨询专家（专家只看本人）", roles(cityRoles, streetDesks, []Role{Expert})},
	{KeepExperts, "四支队伍", "推荐专家，登记审定、公示、续聘和工作记录", []Role{Staff}},
	{ReviewExperts, "四支队伍", "审核专家推荐", heads},
	{SignExperts, "四支队伍", "签发聘书、解聘专家", []Role{Director}},
	{LogExpertWork, "四支队伍", "申报回避事项、填写工作记录（专家限本人）", []Role{Staff, Expert}},
	{ViewOfficers, "四支队伍", "查看联络员、信息员（联络员、信息员只看本人）", roles(cityRoles, streetDesks, []Role{Liaison, InfoOfficer})},
	{KeepOfficers, "四支队伍", "登记社区推荐、年度确认", []Role{Staff}},
	{SignOfficers, "四支队伍", "聘任、解聘联络员和信息员", []Role{Director}},

	{ViewFigures, "统计", "查看统计和明细", roles(cityRoles, streetDesks)},

	{ManageAccounts, "账号", "维护账号、申请授予角色", []Role{SystemAdmin}},
	{ApproveGrants, "账号", "批准授予角色", []Role{SecurityAdmin}},
	{ManageSettings, "设置", "修改办理期限等设置", []Role{SystemAdmin}},
	{ManageCalendar, "节假日", "维护节假日和调休", []Role{SystemAdmin}},
	{ViewAudit, "审计", "查看和导出操作记录", []Role{AuditAdmin}},
}

var granted = func() map[Permission]map[Role]bool {
	m := map[Permission]map[Role]bool{}
	for _, r := range Rules {
		m[r.Permission] = map[Role]bool{}
		for _, role := range r.Roles {
			m[r.Permission][role] = true
		}
	}
	return m
}()

// Granted reports whether role has permission p.
func Granted(role Role, p Permission) bool { return granted[p][role] }
