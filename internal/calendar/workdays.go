package calendar

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Exception is a day that differs from its place in the week: a day off on any
// day of the week, or a weekend day on which people work (调休).
type Exception struct {
	Day     time.Time
	Working bool
	Name    string // 国庆节; of a make-up working day 国庆节调休
	Source  string // the notice that says so
}

// Calendar says which days are working days. It does not change once made, so
// many may use it at once.
type Calendar struct {
	days  map[time.Time]Exception
	years map[int]bool
}

// New returns the calendar with these exceptional days. years are those of
// which every exceptional day is known.
func New(days []Exception, years ...int) *Calendar {
	c := &Calendar{make(map[time.Time]Exception, len(days)), map[int]bool{}}
	for _, e := range days {
		e.Day = On(e.Day)
		c.days[e.Day] = e
	}
	for _, y := range years {
		c.years[y] = true
	}
	return c
}

// Covers reports whether the exceptional days of year are known. In other
// years only the weekend is off, so a deadline may still move.
func (c *Calendar) Covers(year int) bool { return c.years[year] }

// Years lists the covered years in order.
func (c *Calendar) Years() []int { return slices.Sorted(maps.Keys(c.years)) }

// Exceptions lists the exceptional days of year in order.
func (c *Calendar) Exceptions(year int) []Exception {
	var list []Exception
	for d, e := range c.days {
		if d.Year() == year {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b Exception) int { return a.Day.Compare(b.Day) })
	return list
}

// Exception returns what is exceptional about day.
func (c *Calendar) Exception(day time.Time) (e Exception, ok bool) {
	e, ok = c.days[On(day)]
	return e, ok
}

// IsWorkday reports whether day is a working day.
func (c *Calendar) IsWorkday(day time.Time) bool { return c.isWorkday(On(day)) }

func (c *Calendar) isWorkday(day time.Time) bool {
	if e, ok := c.days[day]; ok {
		return e.Working
	}
	return !weekend(day)
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// AddWorkdays returns the day that is n working days after start, the day on
// which a period of n working days is due.
//
//   - The day of the start is not counted, whatever the hour: the first working
//     day after it is working day 1.
//   - A period that starts on a weekend or holiday has day 1 on the next working
//     day, just as if it had started on the last day before it.
//   - The period lasts until the end of the day returned (see [Ends]), which is
//     always a working day. n ≤ 0 returns the day of the start.
func (c *Calendar) AddWorkdays(start time.Time, n int) time.Time {
	day := On(start)
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if c.IsWorkday(day) {
			n--
		}
	}
	return day
}

// WorkdaysBetween counts the working days after a, up to and including b. It is
// negative when b is before a. WorkdaysBetween(s, AddWorkdays(s, n)) = n.
func (c *Calendar) WorkdaysBetween(a, b time.Time) int {
	a, b = On(a), On(b)
	if b.Before(a) {
		return -c.WorkdaysBetween(b, a)
	}
	const day = 24 * time.Hour // days of On have no summer time
	n := 0
	for d := a.Add(day); !d.After(b); d = d.Add(day) {
		if c.isWorkday(d) {
			n++
		}
	}
	return n
}

// Kind says why a day counts or does not.
type Kind string

// The kinds of day.
const (
	Workday Kind = "workday" // an ordinary working day
	MakeUp  Kind = "makeup"  // a working day by way of exception (调休上班)
	Weekend Kind = "weekend"
	Holiday Kind = "holiday"
)

// KindOf returns what day is, and its name if it is exceptional.
func (c *Calendar) KindOf(day time.Time) (Kind, string) {
	e, ok := c.Exception(day)
	switch {
	case ok && e.Working:
		return MakeUp, e.Name
	case ok:
		return Holiday, e.Name
	case weekend(On(day)):
		return Weekend, "周末"
	}
	return Workday, ""
}

// Step is one day on the way to a deadline.
type Step struct {
	Day   time.Time
	Kind  Kind
	Name  string // 国庆节, 周末; "" on an ordinary working day
	Count int    // which working day this is; 0 on the start and on days off
	Known bool   // the year's exceptional days are known
}

// Why says in Chinese how the day was counted.
func (s Step) Why() string {
	switch {
	case s.Count > 0 && s.Kind == MakeUp:
		return fmt.Sprintf("第 %d 个工作日（%s上班）", s.Count, s.Name)
	case s.Count > 0:
		return fmt.Sprintf("第 %d 个工作日", s.Count)
	case s.Kind == Holiday:
		return s.Name + "放假，不计"
	case s.Kind == Weekend:
		return "周末，不计"
	}
	return "起算日，不计"
}

// Explain lists every day from start to the day AddWorkdays(start, n) returns,
// both included, and how each was counted.
func (c *Calendar) Explain(start time.Time, n int) []Step {
	return c.ExplainUntil(start, c.AddWorkdays(start, n))
}

// ExplainUntil lists every day from start to end, both included, and how each
// was counted.
func (c *Calendar) ExplainUntil(start, end time.Time) []Step {
	var steps []Step
	count := 0
	for day := On(start); !day.After(On(end)); day = day.AddDate(0, 0, 1) {
		s := Step{Day: day, Known: c.Covers(day.Year())}
		s.Kind, s.Name = c.KindOf(day)
		if len(steps) > 0 && (s.Kind == Workday || s.Kind == MakeUp) {
			count++
			s.Count = count
		}
		steps = append(steps, s)
	}
	return steps
}
