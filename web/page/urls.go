package page

import (
	"net/url"
	"strconv"

	"portal/internal/access"
)

// Addresses that more than one room links to.
const (
	HomeURL     = "/"
	DeskURL     = "/desk"
	LoginURL    = "/login"
	LogoutURL   = "/logout"
	RoleURL     = "/role"
	ProfileURL  = "/profile"
	PasswordURL = "/profile/password"
	CodeURL     = "/profile/code"
	AccountsURL = "/accounts"
	GrantsURL   = "/grants"
	DisplayURL  = "/display"
	NoticesURL  = "/notices"
	VisitsURL   = "/visits"
	OpinionsURL = "/opinions"
	StationsURL = "/stations"
	DeputiesURL = "/deputies"
	GroupsURL   = "/groups"
	FiguresURL  = "/figures"
	SettingsURL = "/settings"
	CalendarURL = "/calendar"
	AuditURL    = "/audit"

	ImportsURL    = "/imports"
	NewImportURL  = "/imports/new"
	PeopleURL     = "/people"
	DuplicatesURL = "/people/duplicates"

	OverdueOpinionsURL = "/opinions/overdue"
	CommitteesURL      = "/committees"
	PapersURL          = "/papers"
	SuggestionsURL     = "/suggestions"
	NewSuggestionURL   = "/suggestions/new"
	PromisesURL        = "/promises"

	PerformancesURL  = "/performance"
	MyPerformanceURL = "/performance/mine"
	SupplementsURL   = "/performance/supplements"
	NewSupplementURL = "/performance/supplements/new"
	PublicationsURL  = "/performance/publications"
	DisputesURL      = "/performance/disputes"
	NewDisputeURL    = "/performance/disputes/new"
	SchemeURL        = "/performance/scheme"

	FeedsURL             = "/feeds"
	PlansURL             = "/plans"
	NewPlanURL           = "/plans/new"
	PublicPlansURL       = "/public/plans"
	PublicSuggestionsURL = "/public/suggestions"
	ActivitiesURL        = "/activities"
	NewActivityURL       = "/activities/new"
	PublicActivitiesURL  = "/public/activities"
	TrainingsURL         = "/trainings"
	NewTrainingURL       = "/trainings/new"
	TrainingHoursURL     = "/trainings/hours"
	MyTrainingURL        = "/trainings/mine"
	PaperPrefixURL       = "/papers/prefix"
	AppointmentsURL      = "/appointments"
	NewAppointmentURL    = "/appointments/new"
	FundsURL             = "/funds"
	NewDeputyURL         = "/deputies/new"
	ElectionsURL         = "/deputies/elections"
	TermsURL             = "/deputies/terms"
	VotersURL            = "/voter-representatives"
	CompositionURL       = "/voter-representatives/composition"
	OwnVoterURL          = "/voter-representatives/own"
	SelectionsURL        = "/selections"
	TeamsURL             = "/teams"
	ExpertsURL           = "/experts"
	NewExpertURL         = "/experts/new"
	OfficersURL          = "/officers"
	NewOfficerURL        = "/officers/new"
	CoverageURL          = "/officers/coverage"
	ConfirmationsURL     = "/officers/confirmations"
	ReceptionsURL        = "/receptions"
	NewVisitURL          = "/visits/new"
	NewStationURL        = "/stations/new"
	NewReceptionURL      = "/receptions/new"
	NewOpinionURL        = "/opinions/new"
	PublicOpinionURL     = "/public/opinions/new"
	PublicStatusURL      = "/public/opinions/status"
	PublicStationsURL    = "/public/stations"
	PublicDeputiesURL    = "/public/deputies"
	PublicVotersURL      = "/public/voter-representatives"
	PublicPrivacyURL     = "/public/privacy"
	PublicAccessibility  = "/public/accessibility"

	MandatesURL          = "/mandates"
	NewMandateURL        = "/mandates/new"
	MandateCoverageURL   = "/mandates/coverage"
	MandateCheckURL      = "/mandates/check"
	MandateActsURL       = "/mandates/acts"
	NewMandateActURL     = "/mandates/acts/new"
	MandateRequestsURL   = "/mandate-requests"
	NewMandateRequestURL = "/mandate-requests/new"

	InstitutionsURL       = "/institutions"
	NewInstitutionURL     = "/institutions/new"
	LandingsURL           = "/institutions/landing"
	SleepingURL           = "/institutions/sleeping"
	PublicInstitutionsURL = "/public/institutions"
	PublicCommitteesURL   = "/public/committees"

	PollsURL             = "/polls"
	MyGatheringsURL      = "/gatherings/mine"
	MeetingsURL          = "/meetings"
	NewMeetingURL        = "/meetings/new"
	MeetingTopicsURL     = "/meetings/topics"
	NewMeetingTopicURL   = "/meetings/topics/new"
	MeetingTasksURL      = "/meetings/tasks"
	ReportsBackURL       = "/reports-to-voters"
	ReportsOwingURL      = "/reports-to-voters/owing"
	PublicReportsBackURL = "/public/reports-to-voters"
	CheckInURL           = "/check-in"

	OpenURL = "/open/v1/" // open data
)

func one(noun string, id int64) string { return "/" + noun + "/" + strconv.FormatInt(id, 10) }

// OpinionURL is the record of one opinion.
func OpinionURL(id int64) string { return one("opinions", id) }

// VisitURL is the record of one visit.
func VisitURL(id int64) string { return one("visits", id) }

// ReceptionURL is the record of one planned reception.
func ReceptionURL(id int64) string { return one("receptions", id) }

// StationURL is the record of one station.
func StationURL(id int64) string { return one("stations", id) }

// SelectionURL is the record of one selection of voter representatives.
func SelectionURL(id int64) string { return one("selections", id) }

// VoterURL is the record of one voter representative.
func VoterURL(id int64) string { return one("voter-representatives", id) }

// DeputyURL is the record of one deputy.
func DeputyURL(id int64) string { return one("deputies", id) }

// ExpertURL is the record of one expert.
func ExpertURL(id int64) string { return one("experts", id) }

// OfficerURL is the record of one liaison or information officer.
func OfficerURL(id int64) string { return one("officers", id) }

// ElectionURL is one election of a deputy that waits or waited for confirmation.
func ElectionURL(id int64) string { return one("deputies/elections", id) }

// GroupURL is one group of deputies.
func GroupURL(id int64) string { return one("groups", id) }

// GroupPlanURL is one yearly plan of a group.
func GroupPlanURL(id int64) string { return one("groups/plans", id) }

// CommitteeURL is the page of one street.
func CommitteeURL(street int64) string { return one("committees", street) }

// EndingURL is the report that a post of a street ended by itself.
func EndingURL(street, id int64) string { return CommitteeURL(street) + one("endings", id) }

// ActingHeadURL is the note of who heads a street's committee without a director.
func ActingHeadURL(street, id int64) string { return CommitteeURL(street) + one("acting-heads", id) }

// AppointmentURL is one file of appointment or removal.
func AppointmentURL(id int64) string { return one("appointments", id) }

// GatheringURL is the list of one gathering: who is called, who came.
func GatheringURL(id int64) string { return one("gatherings", id) }

// MeetingURL is the record of one meeting.
func MeetingURL(id int64) string { return one("meetings", id) }

// MeetingScreenURL is what the hall sees of one meeting.
func MeetingScreenURL(id int64) string { return MeetingURL(id) + "/screen" }

// MeetingTopicURL is the record of one topic.
func MeetingTopicURL(id int64) string { return one("meetings/topics", id) }

// MeetingTaskURL is the record of one decided item.
func MeetingTaskURL(id int64) string { return one("meetings/tasks", id) }

// AttendanceURL is one person on the list of a gathering.
func AttendanceURL(id, who int64) string {
	return GatheringURL(id) + "/people/" + strconv.FormatInt(who, 10)
}

// DoorURL is where the QR code of a gathering's door leads.
func DoorURL(token string) string { return CheckInURL + "/" + token }

// ReportBackURL is one deputy's report to voters.
func ReportBackURL(id int64) string { return one("reports-to-voters", id) }

// ReportSessionURL is one session at which deputies report.
func ReportSessionURL(id int64) string { return one("reports-to-voters/sessions", id) }

// PollURL is one anonymous poll: the ballot, and its result once it is closed.
func PollURL(id int64) string { return one("polls", id) }

// CalendarFeedURL is the calendar behind a secret token.
func CalendarFeedURL(token string) string { return "/calendars/" + token + ".ics" }

// PlanURL is one annual plan.
func PlanURL(id int64) string { return one("plans", id) }

// PlanItemURL is one item of an annual plan.
func PlanItemURL(id int64) string { return one("plans/items", id) }

// PublicPlanURL is one issued plan on the residents' site.
func PublicPlanURL(id int64) string { return one("public/plans", id) }

// PublicSuggestionURL is one answered suggestion on the residents' site.
func PublicSuggestionURL(id int64) string { return one("public/suggestions", id) }

// ActivityURL is the record of one activity.
func ActivityURL(id int64) string { return one("activities", id) }

// PublicActivityURL is one archived activity on the residents' site.
func PublicActivityURL(id int64) string { return one("public/activities", id) }

// SuggestionURL is the record of one suggestion.
func SuggestionURL(id int64) string { return one("suggestions", id) }

// PerformanceURL is the performance record of one deputy.
func PerformanceURL(deputy int64) string { return DeputyURL(deputy) + "/performance" }

// SupplementURL is one supplement to the performance record.
func SupplementURL(id int64) string { return one("performance/supplements", id) }

// PublicationURL is one quarter of the performance record as it was published.
func PublicationURL(id int64) string { return one("performance/publications", id) }

// DisputeURL is one dispute about what was published.
func DisputeURL(id int64) string { return one("performance/disputes", id) }

// PerformanceRowsURL is the rows behind a cell of the yearly sheet: pairs of deputy or
// street, class and year.
func PerformanceRowsURL(pairs ...string) string {
	return FilteredURL(PerformancesURL+"/rows", pairs...)
}

// TrainingURL is the record of one training.
func TrainingURL(id int64) string { return one("trainings", id) }

// PersonTrainingURL is the training of one person.
func PersonTrainingURL(id int64) string { return one("trainings/people", id) }

// FundURL is what a street's committee may spend in a year and spends.
func FundURL(street int64, year int) string {
	return FilteredURL(FundsURL, "street", strconv.FormatInt(street, 10), "year", strconv.Itoa(year))
}

// InstitutionURL is the record of one rule.
func InstitutionURL(id int64) string { return one("institutions", id) }

// ClauseURL is one clause of a rule; key is as in institution.Place.
func ClauseURL(id int64, key string) string { return InstitutionURL(id) + "/clauses/" + key }

// LandingURL is the form on which a street says how far it has carried out a core rule.
func LandingURL(rule int64) string { return LandingsURL + "/" + strconv.FormatInt(rule, 10) }

// PublicInstitutionURL is one published rule on the residents' site.
func PublicInstitutionURL(id int64) string { return one("public/institutions", id) }

// PublicCommitteeURL is one street's committee on the residents' site.
func PublicCommitteeURL(street int64) string { return one("public/committees", street) }

// DeadlineURL explains one deadline day by day.
func DeadlineURL(id int64) string { return one("deadlines", id) }

// MandateURL is the record of one authorisation.
func MandateURL(id int64) string { return one("mandates", id) }

// MandateActURL is the record of one act of supervision.
func MandateActURL(id int64) string { return one("mandates/acts", id) }

// MandateRequestURL is the record of one request for authority.
func MandateRequestURL(id int64) string { return one("mandate-requests", id) }

// RecordURL is the record of some kind, with the words for a link to it; "" for a
// kind that has no page of its own.
func RecordURL(kind string, id int64) (url, label string) {
	switch kind {
	case "gathering":
		return GatheringURL(id), "查看名单和签到"
	case "deputy_report":
		return ReportBackURL(id), "查看这次述职"
	case "reports_owing":
		return ReportsOwingURL, "查看尚未述职的代表"
	case "report_session":
		return ReportSessionURL(id), "查看这次述职会"
	case "poll":
		return PollURL(id), "去投票"
	case "plan":
		return PlanURL(id), "查看这份计划"
	case "plan_missing":
		return NewPlanURL, "起草计划"
	case "meeting":
		return MeetingURL(id), "查看这次会议"
	case "meeting_missing":
		return NewMeetingURL, "拟开会议"
	case "meeting_topic":
		return MeetingTopicURL(id), "查看这个议题"
	case "meeting_task":
		return MeetingTaskURL(id), "查看这项议定事项"
	case "training":
		return TrainingURL(id), "查看这次培训"
	case "activity":
		return ActivityURL(id), "查看这次活动"
	case "suggestion":
		return SuggestionURL(id), "查看这件代表建议"
	case "opinion":
		return OpinionURL(id), "查看这条群众意见"
	case "visit":
		return VisitURL(id), "查看这次接待"
	case "reception":
		return ReceptionURL(id), "查看这个接待日"
	case "coverage":
		return CoverageURL, "查看社区覆盖图"
	case "confirmations":
		return ConfirmationsURL, "年度确认"
	case "expert":
		return ExpertURL(id), "查看这位专家"
	case "officer":
		return OfficerURL(id), "查看这位联络员、信息员"
	case "mandate":
		return MandateURL(id), "查看这件授权"
	case "mandate_request":
		return MandateRequestURL(id), "查看这件请示"
	case "mandate_act":
		return MandateActURL(id), "查看这次监督活动"
	case "selection":
		return SelectionURL(id), "查看这项推选工作"
	case "voter_representative":
		return VoterURL(id), "查看这位选民代表"
	case "own_voter":
		return OwnVoterURL, "查看我的任职"
	case "voter_vacancy":
		return CompositionURL, "查看名额"
	case "appointment":
		return AppointmentURL(id), "查看这件任免"
	case "street":
		return CommitteeURL(id), "查看组成人员"
	case "fund":
		return FilteredURL(FundsURL, "street", strconv.FormatInt(id, 10)), "查看经费"
	case "import":
		return ImportURL(id), "查看这次导入"
	case "person_pair":
		return DuplicatesURL + "/" + strconv.FormatInt(id, 10), "核对这两条"
	case "person":
		return PersonURL(id), "查看这个人"
	case "institution":
		return InstitutionURL(id), "查看这项制度"
	case "performance":
		return PerformanceURL(id), "查看履职档案"
	case "performance_supplement":
		return SupplementURL(id), "查看补录"
	case "performance_publication":
		return PublicationURL(id), "查看公布"
	case "performance_dispute":
		return DisputeURL(id), "查看申诉"
	}
	return "", ""
}

// Opens says for each kind of RecordURL what the record's route needs. A kind that it
// does not know is open to who sees the link.
var Opens = map[string]access.Permission{
	"gathering":            access.ViewGatherings,
	"poll":                 access.ViewPolls,
	"meeting":              access.ViewMeetings,
	"meeting_missing":      access.KeepMeetings,
	"meeting_topic":        access.ViewTopics,
	"meeting_task":         access.ReadMeetings,
	"deputy_report":        access.ViewReportsBack,
	"report_session":       access.ViewReportsBack,
	"reports_owing":        access.KeepReportsBack,
	"training":             access.ViewTrainings,
	"plan":                 access.ViewPlans,
	"plan_missing":         access.DraftPlan,
	"suggestion":           access.ViewSuggestions,
	"activity":             access.ViewActivities,
	"opinion":              access.ViewOpinions,
	"visit":                access.ViewVisits,
	"reception":            access.ViewStations,
	"coverage":             access.ViewTeams,
	"confirmations":        access.KeepOfficers,
	"expert":               access.ViewExperts,
	"officer":              access.ViewOfficers,
	"mandate":              access.ViewMandates,
	"mandate_request":      access.ViewMandates,
	"mandate_act":          access.ViewMandates,
	"selection":            access.ViewSelections,
	"voter_representative": access.ViewVoters,
	"own_voter":            access.OwnVoter,
	"voter_vacancy":        access.ViewSelections,
	"appointment":          access.ViewAppointments,
	"street":               access.ViewCommittees,
	"fund":                 access.ViewFunds,
	"import":               access.ViewImports,
	"person_pair":          access.MergePeople,
	"person":               access.ViewPeople,
	"institution":          access.ViewInstitutions,

	"performance":             access.ViewPerformance,
	"performance_supplement":  access.ViewPerformance,
	"performance_publication": access.ViewPerformance,
	"performance_dispute":     access.ViewPerformance,
}

// LinkURL is RecordURL for who may open the record, and "" for others.
func LinkURL(actor access.Actor, kind string, id int64) (url, label string) {
	if need, known := Opens[kind]; known && !actor.May(need) {
		return "", ""
	}
	return RecordURL(kind, id)
}

// SettingURL is one setting, for the whole city or for one street.
func SettingURL(key string, street int64) string {
	if street == 0 {
		return SettingsURL + "/" + url.PathEscape(key)
	}
	return SettingsURL + "/" + url.PathEscape(key) + "?street=" + strconv.FormatInt(street, 10)
}

// CalendarYearURL is one year of the calendar.
func CalendarYearURL(year int) string { return CalendarURL + "?year=" + strconv.Itoa(year) }

// CalendarDayURL is one day of the calendar, as 2026-10-01.
func CalendarDayURL(day string) string { return CalendarURL + "/days/" + day }

// AuditEventURL is one event of the record.
func AuditEventURL(id int64) string { return one("audit", id) }

// AccountURL is the record of one account.
func AccountURL(id int64) string { return one("accounts", id) }

// FigureURL is the page of one indicator.
func FigureURL(key string) string { return FiguresURL + "/" + key }

// GrantURL is one request for a role.
func GrantURL(id int64) string { return one("grants", id) }

// FileURL is one attachment.
func FileURL(id int64) string { return one("files", id) }

// PreviewURL is a small picture of one attachment.
func PreviewURL(id int64) string { return FileURL(id) + "/preview" }

// PublicStationURL is one station on the residents' site.
func PublicStationURL(id int64) string { return one("public/stations", id) }

// PublicDeputyURL is one deputy on the residents' site.
func PublicDeputyURL(id int64) string { return one("public/deputies", id) }

// PublicOpinionAtURL is the residents' form with a station already chosen, as
// the QR code on its poster opens it.
func PublicOpinionAtURL(station int64) string {
	return PublicOpinionURL + "?station=" + strconv.FormatInt(station, 10)
}

// ImportURL is one import of a register.
func ImportURL(id int64) string { return one("imports", id) }

// ImportRegisterURL is the form that imports one register.
func ImportRegisterURL(register string) string { return NewImportURL + "?register=" + register }

// PersonURL is the record of one person.
func PersonURL(id int64) string { return one("people", id) }

// FilteredURL is a list with filters set: pairs of parameter and value.
func FilteredURL(list string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return list
	}
	return list + "?" + q.Encode()
}
