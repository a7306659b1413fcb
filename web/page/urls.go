package page

import (
	"net/url"
	"strconv"
)

// Addresses of the house itself. Those of its wings are in the files beside this one.
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
	FiguresURL  = "/figures"
	SettingsURL = "/settings"
	CalendarURL = "/calendar"
	AuditURL    = "/audit"
	FeedsURL    = "/feeds"
	OpenURL     = "/open/v1/" // open data
)

func one(noun string, id int64) string { return "/" + noun + "/" + Number(id) }

// CalendarFeedURL is the calendar behind a secret token.
func CalendarFeedURL(token string) string { return "/calendars/" + token + ".ics" }

// DeadlineURL explains one deadline day by day.
func DeadlineURL(id int64) string { return one("deadlines", id) }

// SettingURL is one setting, for the whole city or for one street.
func SettingURL(key string, street int64) string {
	if street == 0 {
		return SettingsURL + "/" + url.PathEscape(key)
	}
	return SettingsURL + "/" + url.PathEscape(key) + "?street=" + Number(street)
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
