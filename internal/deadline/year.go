package deadline

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/setting"
)

// announceFrom is the month in which people begin to be told that next year is
// not known yet. The State Council's notice comes in October or November.
var announceFrom = setting.Declare(setting.Setting{
	Key: "calendar.announce_month", Room: "节假日", Label: "从几月起提示录入下一年安排", Unit: "月", Default: 10, Min: 1, Max: 12,
	Source: "国务院办公厅一般在 10 月至 11 月公布下一年安排",
})

// Year is what is known of one year.
type Year struct {
	Year      int
	Source    string
	ChangedAt *time.Time
	Changer   string
}

// Overview is the calendar with what is known of its years.
type Overview struct {
	Calendar *calendar.Calendar
	Revision string
	Years    []Year // in order
	Gaps     []string
}

// Overview reads the calendar as it is now.
func (s *Store) Overview(ctx context.Context, actor access.Actor) (o Overview, err error) {
	defer fault.Wrap(&err, "read the calendar")
	if !actor.May(access.SignedIn) {
		return o, fault.Forbidden
	}
	var days []calendar.Exception
	var far *time.Time
	month := 0
	err = s.db.Read(ctx, actor,
		db.Value(&o.Revision, selectRevision, db.Args{}), db.Many(&days, selectDays, db.Args{}),
		db.Many(&o.Years, `SELECT year, source, changed_at, changer FROM calendar_years ORDER BY year LIMIT 200`, db.Args{}),
		announceFrom.Query(&month, actor.StreetID), farthest(&far))
	if err != nil {
		return o, err
	}
	var years []int
	for _, y := range o.Years {
		years = append(years, y.Year)
	}
	o.Calendar = calendar.New(days, years...)
	o.Gaps = gaps(o.Calendar, s.now(), month, far)
	return o, nil
}

// farthest reads the last day on which something that the actor may see is due.
func farthest(day **time.Time) db.Query {
	return db.Value(day, `
		SELECT max(due_on)
		FROM (SELECT due_on
		      FROM deadlines
		      WHERE ended_on IS NULL
		        AND days IS NOT NULL
		      ORDER BY due_on DESC
		      LIMIT 1) AS last`, db.Args{})
}

// gaps says which years are needed and not known: this one at any time, the
// next one from a month of this year on, and any that a deadline reaches into.
func gaps(cal *calendar.Calendar, now time.Time, month int, far *time.Time) []string {
	today := calendar.On(now)
	var list []string
	last := today.Year()
	if far != nil {
		last = max(last, far.Year())
	}
	for y := today.Year(); y <= last; y++ {
		if !cal.Covers(y) && y == today.Year() {
			list = append(list, fmt.Sprintf("%d年的节假日安排还没有录入，期限暂按周末推算，录入后会自动改期。", y))
		} else if !cal.Covers(y) {
			list = append(list, fmt.Sprintf("有办理期限已排到%d年，但%d年的节假日安排还没有录入，这些期限暂按周末推算。", y, y))
		}
	}
	if next := today.Year() + 1; last < next && !cal.Covers(next) && int(today.Month()) >= month {
		list = append(list, fmt.Sprintf("%d年的节假日安排还没有录入，请系统管理员在国务院办公厅通知公布后录入。", next))
	}
	return list
}

// Warnings says which years are needed and not known, for a banner on the desk.
// The answer is kept for a minute for each street.
func (s *Store) Warnings(ctx context.Context, actor access.Actor) ([]string, error) {
	if !actor.May(access.ViewOpinions) && !actor.May(access.ManageCalendar) {
		return nil, nil
	}
	key := warned{actor.CityID, actor.StreetID, actor.Role}
	if w, ok := s.warnings.Load(key); ok && time.Since(w.(warning).at) < fresh {
		return w.(warning).text, nil
	}
	o, err := s.Overview(ctx, actor)
	if err == nil {
		s.warnings.Store(key, warning{time.Now(), o.Gaps})
	}
	return o.Gaps, err
}

// warned is for whom a warning is kept: its wording depends on what the role
// sees in the street, and there are few of them.
type warned struct {
	city, street int64
	role         access.Role
}

type warning struct {
	at   time.Time
	text []string
}
