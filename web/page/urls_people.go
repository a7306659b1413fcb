package page

import "strconv"

// Addresses of the people: committees, voter representatives, teams, and the register of persons.
const (
	ImportsURL        = "/imports"
	NewImportURL      = "/imports/new"
	PeopleURL         = "/people"
	DuplicatesURL     = "/people/duplicates"
	CommitteesURL     = "/committees"
	PapersURL         = "/papers"
	PaperPrefixURL    = "/papers/prefix"
	AppointmentsURL   = "/appointments"
	NewAppointmentURL = "/appointments/new"
	FundsURL          = "/funds"
	VotersURL         = "/voter-representatives"
	CompositionURL    = "/voter-representatives/composition"
	OwnVoterURL       = "/voter-representatives/own"
	SelectionsURL     = "/selections"
	TeamsURL          = "/teams"
	ExpertsURL        = "/experts"
	NewExpertURL      = "/experts/new"
	OfficersURL       = "/officers"
	NewOfficerURL     = "/officers/new"
	CoverageURL       = "/officers/coverage"
	ConfirmationsURL  = "/officers/confirmations"
)

// SelectionURL is the record of one selection of voter representatives.
func SelectionURL(id int64) string { return one("selections", id) }

// VoterURL is the record of one voter representative.
func VoterURL(id int64) string { return one("voter-representatives", id) }

// ExpertURL is the record of one expert.
func ExpertURL(id int64) string { return one("experts", id) }

// OfficerURL is the record of one liaison or information officer.
func OfficerURL(id int64) string { return one("officers", id) }

// CommitteeURL is the page of one street.
func CommitteeURL(street int64) string { return one("committees", street) }

// EndingURL is the report that a post of a street ended by itself.
func EndingURL(street, id int64) string { return CommitteeURL(street) + one("endings", id) }

// ActingHeadURL is the note of who heads a street's committee without a director.
func ActingHeadURL(street, id int64) string { return CommitteeURL(street) + one("acting-heads", id) }

// AppointmentURL is one file of appointment or removal.
func AppointmentURL(id int64) string { return one("appointments", id) }

// FundURL is what a street's committee may spend in a year and spends.
func FundURL(street int64, year int) string {
	return FilteredURL(FundsURL, "street", Number(street), "year", strconv.Itoa(year))
}

// fundsOf is the list of one street's funds.
func fundsOf(street int64) string {
	return FilteredURL(FundsURL, "street", Number(street))
}

// ImportURL is one import of a register.
func ImportURL(id int64) string { return one("imports", id) }

// ImportRegisterURL is the form that imports one register.
func ImportRegisterURL(register string) string { return NewImportURL + "?register=" + register }

// PersonURL is the record of one person.
func PersonURL(id int64) string { return one("people", id) }

// PairURL compares two rows that may be one human.
func PairURL(id int64) string { return one("people/duplicates", id) }
