package page

import "portal/internal/access"

// Record is a kind of record that other rooms lead to.
type Record struct {
	Need  access.Permission // of its route
	URL   func(id int64) string
	Label string // of a link to it
}

// Records are the kinds that have a page, by the names that rows bear in the database.
var Records = map[string]Record{
	"gathering":               {access.ViewGatherings, GatheringURL, "查看名单和签到"},
	"deputy_report":           {access.ViewReportsBack, ReportBackURL, "查看这次述职"},
	"report_session":          {access.ViewReportsBack, ReportSessionURL, "查看这次述职会"},
	"reports_owing":           {access.KeepReportsBack, at(ReportsOwingURL), "查看尚未述职的代表"},
	"poll":                    {access.ViewPolls, PollURL, "去投票"},
	"plan":                    {access.ViewPlans, PlanURL, "查看这份计划"},
	"plan_missing":            {access.DraftPlan, at(NewPlanURL), "起草计划"},
	"plan_idea":               {access.ViewPlanIdeas, PlanIdeaURL, "查看这项提议"},
	"plan_ideas_asked":        {access.ProposePlan, at(NewPlanIdeaURL), "提议一项工作"},
	"meeting":                 {access.ViewMeetings, MeetingURL, "查看这次会议"},
	"meeting_missing":         {access.KeepMeetings, at(NewMeetingURL), "拟开会议"},
	"meeting_topic":           {access.ViewTopics, MeetingTopicURL, "查看这个议题"},
	"meeting_task":            {access.ReadMeetings, MeetingTaskURL, "查看这项议定事项"},
	"training":                {access.ViewTrainings, TrainingURL, "查看这次培训"},
	"activity":                {access.ViewActivities, ActivityURL, "查看这次活动"},
	"suggestion":              {access.ViewSuggestions, SuggestionURL, "查看这件代表建议"},
	"opinion":                 {access.ViewOpinions, OpinionURL, "查看这条群众意见"},
	"visit":                   {access.ViewVisits, VisitURL, "查看这次接待"},
	"reception":               {access.ViewStations, ReceptionURL, "查看这个接待日"},
	"coverage":                {access.ViewTeams, at(CoverageURL), "查看社区覆盖图"},
	"confirmations":           {access.KeepOfficers, at(ConfirmationsURL), "年度确认"},
	"expert":                  {access.ViewExperts, ExpertURL, "查看这位专家"},
	"officer":                 {access.ViewOfficers, OfficerURL, "查看这位联络员、信息员"},
	"mandate":                 {access.ViewMandates, MandateURL, "查看这件授权"},
	"mandate_request":         {access.ViewMandates, MandateRequestURL, "查看这件请示"},
	"mandate_act":             {access.ViewMandates, MandateActURL, "查看这次监督活动"},
	"selection":               {access.ViewSelections, SelectionURL, "查看这项推选工作"},
	"voter_representative":    {access.ViewVoters, VoterURL, "查看这位选民代表"},
	"own_voter":               {access.OwnVoter, at(OwnVoterURL), "查看我的任职"},
	"voter_vacancy":           {access.ViewSelections, at(CompositionURL), "查看名额"},
	"appointment":             {access.ViewAppointments, AppointmentURL, "查看这件任免"},
	"street":                  {access.ViewCommittees, CommitteeURL, "查看组成人员"},
	"fund":                    {access.ViewFunds, fundsOf, "查看经费"},
	"import":                  {access.ViewImports, ImportURL, "查看这次导入"},
	"person_pair":             {access.MergePeople, PairURL, "核对这两条"},
	"person":                  {access.ViewPeople, PersonURL, "查看这个人"},
	"institution":             {access.ViewInstitutions, InstitutionURL, "查看这项制度"},
	"performance":             {access.ViewPerformance, PerformanceURL, "查看履职档案"},
	"performance_supplement":  {access.ViewPerformance, SupplementURL, "查看补录"},
	"performance_publication": {access.ViewPerformance, PublicationURL, "查看公布"},
	"performance_dispute":     {access.ViewPerformance, DisputeURL, "查看申诉"},
}

// at is the page of a record that has none of its own.
func at(url string) func(int64) string { return func(int64) string { return url } }

// RecordURL is the record of some kind, with the words for a link to it; "" for a
// kind that has no page of its own.
func RecordURL(kind string, id int64) (url, label string) {
	r, known := Records[kind]
	if !known {
		return "", ""
	}
	return r.URL(id), r.Label
}

// LinkURL is RecordURL for who may open the record, and "" for others.
func LinkURL(actor access.Actor, kind string, id int64) (url, label string) {
	if !actor.May(Records[kind].Need) {
		return "", ""
	}
	return RecordURL(kind, id)
}
