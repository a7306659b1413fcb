package page

// Addresses of supervision: authorisations, plans, activities, meetings and the rules.
const (
	PlansURL             = "/plans"
	NewPlanURL           = "/plans/new"
	PlanIdeasURL         = "/plans/ideas"
	NewPlanIdeaURL       = "/plans/ideas/new"
	ActivitiesURL        = "/activities"
	NewActivityURL       = "/activities/new"
	MandatesURL          = "/mandates"
	NewMandateURL        = "/mandates/new"
	MandateCoverageURL   = "/mandates/coverage"
	MandateCheckURL      = "/mandates/check"
	MandateActsURL       = "/mandates/acts"
	NewMandateActURL     = "/mandates/acts/new"
	MandateRequestsURL   = "/mandate-requests"
	NewMandateRequestURL = "/mandate-requests/new"
	InstitutionsURL      = "/institutions"
	NewInstitutionURL    = "/institutions/new"
	LandingsURL          = "/institutions/landing"
	SleepingURL          = "/institutions/sleeping"
	PollsURL             = "/polls"
	MyGatheringsURL      = "/gatherings/mine"
	MeetingsURL          = "/meetings"
	NewMeetingURL        = "/meetings/new"
	MeetingTopicsURL     = "/meetings/topics"
	NewMeetingTopicURL   = "/meetings/topics/new"
	MeetingTasksURL      = "/meetings/tasks"
	CheckInURL           = "/check-in"
)

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
	return GatheringURL(id) + "/people/" + Number(who)
}

// DoorURL is where the QR code of a gathering's door leads.
func DoorURL(token string) string { return CheckInURL + "/" + token }

// PollURL is one anonymous poll: the ballot, and its result once it is closed.
func PollURL(id int64) string { return one("polls", id) }

// PlanURL is one annual plan.
func PlanURL(id int64) string { return one("plans", id) }

// PlanIdeaURL is one idea of a deputy for an annual plan.
func PlanIdeaURL(id int64) string { return one("plans/ideas", id) }

// PlanItemURL is one item of an annual plan.
func PlanItemURL(id int64) string { return one("plans/items", id) }

// ActivityURL is the record of one activity.
func ActivityURL(id int64) string { return one("activities", id) }

// InstitutionURL is the record of one rule.
func InstitutionURL(id int64) string { return one("institutions", id) }

// ClauseURL is one clause of a rule; key is as in institution.Place.
func ClauseURL(id int64, key string) string { return InstitutionURL(id) + "/clauses/" + key }

// LandingURL is the form on which a street says how far it has carried out a core rule.
func LandingURL(rule int64) string { return LandingsURL + "/" + Number(rule) }

// MandateURL is the record of one authorisation.
func MandateURL(id int64) string { return one("mandates", id) }

// MandateActURL is the record of one act of supervision.
func MandateActURL(id int64) string { return one("mandates/acts", id) }

// MandateRequestURL is the record of one request for authority.
func MandateRequestURL(id int64) string { return one("mandate-requests", id) }
