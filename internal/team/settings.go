package team

import (
	"context"
	"time"

	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/setting"
)

const ours = "系统建议值，不是法定要求"

// The numbers that a city or street may choose (defaults of domain.md §3 i).
var (
	termYears     = declare("team.expert_term_years", "专家聘期，0 为随市人大届次", "年", 0, 0, 10)
	congressYear  = declare("team.congress_year", "市人大换届年份（任意一次，五年一届）", "年", 2021, 2000, 2100)
	publicityDays = declare("team.publicity_days", "专家公示", "个工作日", 5, 1, 60)
	renewAhead    = declare("team.renew_days", "聘期届满前提醒", "天", 60, 1, 365)
	perCommunity  = declare("team.officers_per_community", "每个社区联络员、信息员各至少", "名", 1, 1, 20)
	_             = declare("team.confirm_month", "联络员、信息员年度确认截止月份", "月", 3, 1, 12)
)

func declare(key, label, unit string, n, low, high int) setting.Setting {
	return setting.Declare(setting.Setting{Key: key, Room: "四支队伍", Label: label, Unit: unit, Default: n, Min: low, Max: high, Source: ours})
}

// congressTerm is how many years a city's congress sits (law on local
// organisation; domain.md §1 市人大代表).
const congressTerm = 5

// lastDay is the last day of a term that begins on from: that of the congress term
// which runs then, or so many years later.
func lastDay(from time.Time, years, general int) time.Time {
	if years > 0 {
		return calendar.AddDays(calendar.AddMonths(from, 12*years), -1)
	}
	y := from.Year()
	for (y-general)%congressTerm != 0 {
		y++
	}
	return calendar.Day(y, time.December, 31)
}

// until reads the settings and returns the last day of a term of street that
// begins on from.
func (s *Store) until(ctx context.Context, tx db.Tx, street int64, from time.Time) (time.Time, error) {
	years, general := 0, 0
	err := db.Do(ctx, tx, termYears.Query(&years, street), congressYear.Query(&general, street))
	return lastDay(from, years, general), err
}
