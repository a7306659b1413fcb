package page

// Addresses of the deputies' work: suggestions, reports to voters, performance, training.
const (
	DeputiesURL      = "/deputies"
	GroupsURL        = "/groups"
	SuggestionsURL   = "/suggestions"
	NewSuggestionURL = "/suggestions/new"
	PromisesURL      = "/promises"
	PerformancesURL  = "/performance"
	MyPerformanceURL = "/performance/mine"
	SupplementsURL   = "/performance/supplements"
	NewSupplementURL = "/performance/supplements/new"
	PublicationsURL  = "/performance/publications"
	DisputesURL      = "/performance/disputes"
	NewDisputeURL    = "/performance/disputes/new"
	SchemeURL        = "/performance/scheme"
	TrainingsURL     = "/trainings"
	NewTrainingURL   = "/trainings/new"
	TrainingHoursURL = "/trainings/hours"
	MyTrainingURL    = "/trainings/mine"
	NewDeputyURL     = "/deputies/new"
	ElectionsURL     = "/deputies/elections"
	TermsURL         = "/deputies/terms"
	ReportsBackURL   = "/reports-to-voters"
	ReportsOwingURL  = "/reports-to-voters/owing"
)

// DeputyURL is the record of one deputy.
func DeputyURL(id int64) string { return one("deputies", id) }

// ElectionURL is one election of a deputy that waits or waited for confirmation.
func ElectionURL(id int64) string { return one("deputies/elections", id) }

// GroupURL is one group of deputies.
func GroupURL(id int64) string { return one("groups", id) }

// GroupPlanURL is one yearly plan of a group.
func GroupPlanURL(id int64) string { return one("groups/plans", id) }

// ReportBackURL is one deputy's report to voters.
func ReportBackURL(id int64) string { return one("reports-to-voters", id) }

// ReportSessionURL is one session at which deputies report.
func ReportSessionURL(id int64) string { return one("reports-to-voters/sessions", id) }

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
