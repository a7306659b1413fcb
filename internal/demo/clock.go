package demo

import (
	"container/heap"
	"context"
	"time"

	"portal/internal/calendar"
)

// workdays are those of the State Council's notices.
var workdays = calendar.National()

// agenda is a street's clock and what is to happen in it. The clock stands at
// each event while it happens and never goes back.
type agenda struct {
	now   time.Time
	end   time.Time // nothing happens later
	queue events
	n     int
}

type event struct {
	at time.Time
	n  int // events of one moment happen in the order they were planned in
	do func(context.Context) error
}

// Now tells the time to the rooms.
func (a *agenda) Now() time.Time { return a.now }

// at plans an event. What would be after the end happens at the end, and what
// would be in the past now.
func (a *agenda) at(t time.Time, do func(context.Context) error) {
	if t.After(a.end) {
		t = a.end
	}
	if t.Before(a.now) {
		t = a.now
	}
	a.n++
	heap.Push(&a.queue, event{t, a.n, do})
}

// run lets everything happen that is planned before a moment.
func (a *agenda) run(ctx context.Context, until time.Time) error {
	for len(a.queue) > 0 && a.queue[0].at.Before(until) {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		e := heap.Pop(&a.queue).(event) //nolint:forcetypeassert // a queue of events
		a.now = e.at
		if err := e.do(ctx); err != nil {
			return err
		}
	}
	a.now = until
	return nil
}

// clock is a time of a day in Dongguan.
func clock(day time.Time, hour, minute int) time.Time {
	return calendar.Starts(day).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// back is the working day n working days before a day; with 0 that day itself
// or the last working day before it.
func back(day time.Time, n int) time.Time {
	day = calendar.On(day)
	for {
		if workdays.IsWorkday(day) {
			if n == 0 {
				return day
			}
			n--
		}
		day = calendar.AddDays(day, -1)
	}
}

// events is a heap, the earliest first.
type events []event

func (q events) Len() int { return len(q) }
func (q events) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}
func (q events) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *events) Push(e any)   { *q = append(*q, e.(event)) } //nolint:forcetypeassert // a queue of events
func (q *events) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
