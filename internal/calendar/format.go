package calendar

import (
	"fmt"
	"time"
)

// Date writes a day as 2019年6月27日. The zero time gives "".
func Date(t time.Time) string { return format(t, "2006年1月2日") }

// MonthDay writes a day as 6月27日.
func MonthDay(t time.Time) string { return format(t, "1月2日") }

// DateTime writes an instant as 2019年6月27日 15:04, in Shanghai.
func DateTime(t time.Time) string { return format(t, "2006年1月2日 15:04") }

// ISO writes a day as 2019-06-27, for date fields and URLs.
func ISO(t time.Time) string { return format(t, time.DateOnly) }

func format(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(Zone).Format(layout)
}

var weekdays = [...]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}

// Weekday writes the day of the week: 星期四.
func Weekday(t time.Time) string { return weekdays[On(t).Weekday()] }

// Near writes a day as seen from now: 今天, 明天, 昨天, 3天前; MonthDay within the
// same year when it is more than a week away, else Date.
func Near(now, day time.Time) string {
	switch n := DaysBetween(now, day); {
	case n == 0:
		return "今天"
	case n == 1:
		return "明天"
	case n == 2:
		return "后天"
	case n == -1:
		return "昨天"
	case n == -2:
		return "前天"
	case 2 < n && n <= 7:
		return fmt.Sprintf("%d天后", n)
	case -7 <= n && n < -2:
		return fmt.Sprintf("%d天前", -n)
	case On(now).Year() == On(day).Year():
		return MonthDay(day)
	}
	return Date(day)
}
