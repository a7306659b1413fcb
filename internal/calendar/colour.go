package calendar

import (
	"fmt"
	"time"
)

// Colour is how near a deadline is: the three colours of domain.md §3(j).
type Colour string

// The colours. A colour is never shown without its word or shape.
const (
	Green  Colour = "green"  // in time
	Yellow Colour = "yellow" // due soon
	Red    Colour = "red"    // the day it was due is over
)

// YellowDays is how many working days before it is due a deadline turns yellow,
// where the street has not chosen another number [D].
const YellowDays = 3

// Left returns how many working days remain after today until due: 0 on the day
// itself, negative once it is past. Sort a desk by it.
func (c *Calendar) Left(now, due time.Time) int { return c.WorkdaysBetween(now, due) }

// Colour returns the colour of something due on due: red when that day is over,
// yellow when at most yellow working days are left, else green.
func (c *Calendar) Colour(now, due time.Time, yellow int) Colour {
	switch {
	case On(now).After(On(due)):
		return Red
	case c.Left(now, due) <= yellow:
		return Yellow
	}
	return Green
}

// LeftText says how much time is left: 剩 3 个工作日, 今天到期, 已逾期 2 个工作日.
func (c *Calendar) LeftText(now, due time.Time) string {
	left, days := c.Left(now, due), DaysBetween(now, due)
	switch {
	case days == 0:
		return "今天到期"
	case left > 0:
		return fmt.Sprintf("剩 %d 个工作日", left)
	case left < 0:
		return fmt.Sprintf("已逾期 %d 个工作日", -left)
	case days > 0:
		return fmt.Sprintf("%d 天后到期", days) // a fixed date on a day off
	}
	return fmt.Sprintf("已逾期 %d 天", -days) // only days off since
}
