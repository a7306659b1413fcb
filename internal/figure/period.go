package figure

import (
	"time"

	"portal/internal/fault"
)

func day(t time.Time) string { return t.Format("2006年1月2日") }

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Preset is a period that people ask for by name.
type Preset struct {
	Name string // 中文
	Period
}

// Presets lists the usual periods on a day: this year, last year, this month,
// and the two of the published figures (domain.md §4).
func Presets(today time.Time) []Preset {
	y, m, d := today.Date()
	return []Preset{
		{"本月", Period{date(y, m, 1), date(y, m, d)}},
		{"本年", Period{date(y, 1, 1), date(y, m, d)}},
		{"上年", Period{date(y-1, 1, 1), date(y-1, 12, 31)}},
		{"口径A：2019年", Period{date(2019, 1, 1), date(2019, 12, 31)}},
		{"口径B：意见实施以来", Period{date(2019, 6, 27), date(2020, 6, 30)}},
	}
}

// ParsePeriod reads two days written 2019-01-31. A missing first day is 1
// January of the last day's year; a missing last day is today.
func ParsePeriod(from, to string, today time.Time) (Period, error) {
	y, m, d := today.Date()
	p := Period{To: date(y, m, d)}
	var bad fault.Fields
	var err error
	if to != "" {
		if p.To, err = time.Parse(time.DateOnly, to); err != nil {
			bad.Add("to", "请填写截止日期，例如 2019-12-31")
		}
	}
	p.From = date(p.To.Year(), 1, 1)
	if from != "" {
		if p.From, err = time.Parse(time.DateOnly, from); err != nil {
			bad.Add("from", "请填写开始日期，例如 2019-01-01")
		}
	}
	if bad == nil && p.From.After(p.To) {
		bad.Add("from", "开始日期不能晚于截止日期")
	}
	if bad == nil && p.To.Year()-p.From.Year() > 30 {
		bad.Add("from", "统计期最长 30 年")
	}
	return p, bad.Err()
}
