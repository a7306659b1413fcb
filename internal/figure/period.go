package figure

import (
	"fmt"
	"time"

	"portal/internal/calendar"
	"portal/internal/text"
)

func day(t time.Time) string { return t.Format("2006年1月2日") }

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Preset is a period that people ask for by name.
type Preset struct {
	Name string // 中文
	Note string // 中文: why these days; "" where the name says it
	Period
}

// Presets lists the usual periods on a day: this month, this year, last year,
// and the two of the published figures (domain.md §4).
func Presets(today time.Time) []Preset {
	y, m, d := calendar.On(today).Date()
	return []Preset{
		{"本月", "", Period{date(y, m, 1), date(y, m, d)}},
		{"本年", "", Period{date(y, 1, 1), date(y, m, d)}},
		{"上年", "", Period{date(y-1, 1, 1), date(y-1, 12, 31)}},
		{"口径A：2019年", "按公历 2019 年全年统计，与 2019 年度公开数字同一口径。", Period{date(2019, 1, 1), date(2019, 12, 31)}},
		{
			"口径B：意见实施以来", "从 2019年6月27日《关于加强街道人大工作规范化建设的意见（试行）》通过之日起，到 2020年6月30日。两个口径跨期不同，数字不能相加。",
			Period{date(2019, 6, 27), date(2020, 6, 30)},
		},
	}
}

// LongestYears is how many years one period can span.
const LongestYears = 30

// ParsePeriod reads two days as people type them, such as 2019-01-31. A missing
// first day is 1 January of the last day's year; a missing last day is today.
func ParsePeriod(from, to string, today time.Time) (Period, error) {
	var r text.Reader
	y, m, d := calendar.On(today).Date()
	p := Period{To: r.Date("to", to, "截止日期", false)}
	if p.To.IsZero() {
		p.To = date(y, m, d)
	}
	p.From = r.Date("from", from, "开始日期", false)
	if p.From.IsZero() {
		p.From = date(p.To.Year(), 1, 1)
	}
	switch {
	case r.Bad != nil:
	case p.From.After(p.To):
		r.Bad.Add("from", "开始日期不能晚于截止日期")
	case p.To.Year()-p.From.Year() > LongestYears:
		r.Bad.Add("from", fmt.Sprintf("统计期最长 %d 年", LongestYears))
	}
	return p, r.Bad.Err()
}

// mostMonths is how many months a figure is split into before it is split into
// years.
const mostMonths = 24

// Spans splits p into months or, where there would be more than 24, into years.
// The first and the last end with p.
func (p Period) Spans() (spans []Period, years bool) {
	step := func(t time.Time) time.Time { return date(t.Year(), t.Month()+1, 1) }
	if (p.To.Year()-p.From.Year())*12+int(p.To.Month()-p.From.Month()) >= mostMonths {
		years = true
		step = func(t time.Time) time.Time { return date(t.Year()+1, 1, 1) }
	}
	for from := p.From; !from.After(p.To); {
		next := step(from)
		to := next.AddDate(0, 0, -1)
		if to.After(p.To) {
			to = p.To
		}
		spans = append(spans, Period{from, to})
		from = next
	}
	return spans, years
}

// String writes p as 2019年6月27日至12月31日.
func (p Period) String() string {
	if p.From.Year() == p.To.Year() {
		return day(p.From) + "至" + p.To.Format("1月2日")
	}
	return day(p.From) + "至" + day(p.To)
}
