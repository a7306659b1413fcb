package opinion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/setting"
)

// OverdueLine is an opinion that a unit has not answered in time, with what the
// committee has done about it and what the ladder of domain.md §3(j) asks next.
type OverdueLine struct {
	ID         int64
	StreetID   int64
	Number     string
	Text       string
	Street     string
	Unit       string
	DeadlineID int64
	Clock      string
	DueOn      time.Time
	Urged      *time.Time // the newest 催办
	Supervised *time.Time // the newest 督办
	Reported   *time.Time // the newest 上报
	Late       int        `db:"-"` // working days since the deadline
	Next       string     `db:"-"` // a key of Levels; "" where nothing is due
}

// OverdueMost is how many items the list of overdue ones holds.
const OverdueMost = 500

// Overdue lists the opinions that handling units have not signed for or answered
// in time, the longest overdue first. street 0 means every street in sight.
func (s *Store) Overdue(ctx context.Context, actor access.Actor, street int64) (list []OverdueLine, err error) {
	defer fault.Wrap(&err, "list overdue opinions")
	if !actor.May(access.ViewOpinions) {
		return nil, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	rungs := make([]int, len(ladder))
	queries := []db.Query{db.Many(&list, `
		SELECT o.id, o.street_id, o.number, left(o.text, 120) AS text, s.name AS street, coalesce(u.name, '') AS unit,
		       d.id AS deadline_id, d.label AS clock, d.due_on,
		       (SELECT max(x.at) FROM opinion_urges x WHERE x.street_id = o.street_id AND x.opinion_id = o.id AND x.level = 'urge') AS urged,
		       (SELECT max(x.at) FROM opinion_urges x WHERE x.street_id = o.street_id AND x.opinion_id = o.id AND x.level = 'supervise') AS supervised,
		       (SELECT max(x.at) FROM opinion_urges x WHERE x.street_id = o.street_id AND x.opinion_id = o.id AND x.level = 'report') AS reported
		FROM deadlines d
		JOIN opinions o ON o.street_id = d.street_id AND o.id = d.subject_id
		JOIN streets s ON s.id = o.street_id
		LEFT JOIN units u ON u.street_id = o.street_id AND u.id = o.lead_unit_id
		WHERE d.street_id = ANY ((SELECT app.streets())::bigint[])
		  AND (@street::bigint = 0 OR d.street_id = @street)
		  AND d.kind = 'opinion'
		  AND d.name IN ('sign', 'reply')
		  AND d.ended_on IS NULL
		  AND d.due_on < @today::date
		  AND o.state IN ('assigned', 'signed', 'handling')
		  AND NOT EXISTS (SELECT FROM deadlines e
		                  WHERE e.street_id = d.street_id AND e.kind = 'opinion' AND e.subject_id = d.subject_id AND e.ended_on IS NULL
		                    AND e.name IN ('sign', 'reply') AND (e.due_on, e.id) < (d.due_on, d.id))
		ORDER BY d.due_on, d.id
		LIMIT @limit`, db.Args{"street": street, "today": today(s.now()), "limit": OverdueMost})}
	for i, r := range ladder {
		queries = append(queries, r.after.Query(&rungs[i], street))
	}
	cal, err := deadline.Known(ctx, s.db, actor)
	if err != nil {
		return nil, err
	}
	if err := s.db.Read(ctx, actor, queries...); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].climb(cal, s.now(), rungs)
	}
	return list, nil
}

// ladder is what to do about an overdue item, after how many working days:
// 催办, 督办, 上报 (domain.md §3 j).
var ladder = []struct {
	level string
	after setting.Setting
	done  func(*OverdueLine) *time.Time
}{
	{"urge", urgeAfter, func(l *OverdueLine) *time.Time { return l.Urged }},
	{"supervise", superviseAfter, func(l *OverdueLine) *time.Time { return l.Supervised }},
	{"report", reportAfter, func(l *OverdueLine) *time.Time { return l.Reported }},
}

// climb finds the highest rung that is due and has not been taken since the
// deadline passed.
func (l *OverdueLine) climb(cal *calendar.Calendar, now time.Time, rungs []int) {
	l.Late = -cal.Left(now, l.DueOn)
	for i, r := range ladder {
		if l.Late < rungs[i] {
			continue
		}
		if at := r.done(l); at == nil || !calendar.On(*at).After(l.DueOn) {
			l.Next = r.level
		} else {
			l.Next = ""
		}
	}
}
