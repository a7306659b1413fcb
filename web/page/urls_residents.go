package page

// Addresses of the residents: stations, receptions, opinions and the residents' site.
const (
	VisitsURL             = "/visits"
	OpinionsURL           = "/opinions"
	StationsURL           = "/stations"
	OverdueOpinionsURL    = "/opinions/overdue"
	PublicPlansURL        = "/public/plans"
	PublicSuggestionsURL  = "/public/suggestions"
	PublicActivitiesURL   = "/public/activities"
	ReceptionsURL         = "/receptions"
	NewVisitURL           = "/visits/new"
	NewStationURL         = "/stations/new"
	NewReceptionURL       = "/receptions/new"
	NewOpinionURL         = "/opinions/new"
	PublicOpinionURL      = "/public/opinions/new"
	PublicStatusURL       = "/public/opinions/status"
	PublicStationsURL     = "/public/stations"
	PublicDeputiesURL     = "/public/deputies"
	PublicVotersURL       = "/public/voter-representatives"
	PublicPrivacyURL      = "/public/privacy"
	PublicAccessibility   = "/public/accessibility"
	PublicInstitutionsURL = "/public/institutions"
	PublicCommitteesURL   = "/public/committees"
	PublicReportsBackURL  = "/public/reports-to-voters"
)

// OpinionURL is the record of one opinion.
func OpinionURL(id int64) string { return one("opinions", id) }

// VisitURL is the record of one visit.
func VisitURL(id int64) string { return one("visits", id) }

// ReceptionURL is the record of one planned reception.
func ReceptionURL(id int64) string { return one("receptions", id) }

// StationURL is the record of one station.
func StationURL(id int64) string { return one("stations", id) }

// PublicPlanURL is one issued plan on the residents' site.
func PublicPlanURL(id int64) string { return one("public/plans", id) }

// PublicSuggestionURL is one answered suggestion on the residents' site.
func PublicSuggestionURL(id int64) string { return one("public/suggestions", id) }

// PublicActivityURL is one archived activity on the residents' site.
func PublicActivityURL(id int64) string { return one("public/activities", id) }

// PublicInstitutionURL is one published rule on the residents' site.
func PublicInstitutionURL(id int64) string { return one("public/institutions", id) }

// PublicCommitteeURL is one street's committee on the residents' site.
func PublicCommitteeURL(street int64) string { return one("public/committees", street) }

// PublicStationURL is one station on the residents' site.
func PublicStationURL(id int64) string { return one("public/stations", id) }

// PublicDeputyURL is one deputy on the residents' site.
func PublicDeputyURL(id int64) string { return one("public/deputies", id) }

// PublicOpinionAtURL is the residents' form with a station already chosen, as
// the QR code on its poster opens it.
func PublicOpinionAtURL(station int64) string {
	return PublicOpinionURL + "?station=" + Number(station)
}
