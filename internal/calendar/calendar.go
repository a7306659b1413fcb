// Package calendar knows days in China: the zone, how dates read in Chinese,
// and which days are working days.
//
// One representation of a day: a [time.Time] at midnight UTC, which is also how
// a PostgreSQL date is read and written. Every function here passes its
// arguments through [On] first, so an instant (which means the day it falls on
// in Shanghai) may be given wherever a day is wanted.
package calendar

import (
	"time"
	_ "time/tzdata" // the zone must be there on a machine without zone files
)

// Zone is Asia/Shanghai, the only zone the portal lives in.
var Zone = func() *time.Location {
	z, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic("calendar: " + err.Error()) // cannot happen: tzdata is linked in
	}
	return z
}()

// On returns the day on which t falls in Shanghai. A day stays as it is, since
// midnight UTC is 08:00 of the same day there: On(On(t)) = On(t).
func On(t time.Time) time.Time {
	y, m, d := t.In(Zone).Date()
	return Day(y, m, d)
}

// Day returns the day with this date.
func Day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// Parse reads a day as date fields of forms and URLs write it: 2019-06-27.
func Parse(s string) (day time.Time, ok bool) {
	day, err := time.Parse(time.DateOnly, s)
	return day, err == nil
}

// Starts returns the instant at which day begins in Shanghai.
func Starts(day time.Time) time.Time {
	y, m, d := On(day).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Zone)
}

// Ends returns the instant at which day is over in Shanghai. What is due on a
// day is in time before this instant.
func Ends(day time.Time) time.Time { return Starts(AddDays(day, 1)) }

// AddDays returns the day n calendar days after day.
func AddDays(day time.Time, n int) time.Time { return On(day).AddDate(0, 0, n) }

// AddMonths returns the day n months after day; where that month is too short,
// its last day (31 January and one month is 28 or 29 February).
func AddMonths(day time.Time, n int) time.Time {
	y, m, d := On(day).Date()
	last := Day(y, m+time.Month(n)+1, 0)
	return Day(last.Year(), last.Month(), min(d, last.Day()))
}

// DaysBetween returns how many calendar days b is after a.
func DaysBetween(a, b time.Time) int { return int(On(b).Sub(On(a)) / (24 * time.Hour)) }
