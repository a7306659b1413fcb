package deadline

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
)

// Store corrects the calendar and explains deadlines.
type Store struct {
	db       *db.DB
	now      func() time.Time
	warnings sync.Map // warned → warning
}

// NewStore returns a Store on d.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{db: d, now: now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Limits of what a correction says.
const (
	MaxName   = 30
	MaxSource = 200
	MaxWhy    = 500
)

// Change is a correction of the calendar, or the arrangement of a new year.
type Change struct {
	Year     int                  // the year of which every day is known from now on; 0 for none
	Days     []calendar.Exception // days that become exceptional, or exceptional in another way
	Plain    []time.Time          // days that become what their place in the week says
	Source   string               // the notice of Year
	Why      string               // why, as typed; recorded with every deadline that moves
	Revision string               // of the calendar that the change was made against
}

// touched lists the days that the change is about.
func (c *Change) touched() []time.Time {
	days := slices.Clone(c.Plain)
	for _, e := range c.Days {
		days = append(days, e.Day)
	}
	return days
}

// apply returns days as they are after the change.
func (c *Change) apply(days []calendar.Exception) []calendar.Exception {
	touched := c.touched()
	kept := slices.DeleteFunc(slices.Clone(days), func(e calendar.Exception) bool {
		return slices.ContainsFunc(touched, func(d time.Time) bool { return calendar.On(d).Equal(e.Day) })
	})
	return append(kept, c.Days...)
}

// Preview says what a change would do.
type Preview struct {
	Revision        string    // of the calendar that it was made against
	Later, Earlier  int       // open deadlines that would be due later, or earlier
	Overdue         int       // of the earlier ones, those that would be overdue at once
	First, Last     time.Time // between which days they are due now
	AlreadyComplete bool      // the year is known already
}

// Moved is how many deadlines the change would move.
func (p Preview) Moved() int { return p.Later + p.Earlier }

// group is open deadlines that were counted alike.
type group struct {
	StartedOn time.Time
	Days      int
	DueOn     time.Time
	N         int
}

// Only deadlines that count over a changed day can move.
const selectGroups = `
	SELECT started_on, days + extended_days AS days, due_on, count(*) AS n
	FROM deadlines
	WHERE ended_on IS NULL
	  AND days IS NOT NULL
	  AND due_on >= @first
	  AND started_on < @last
	GROUP BY 1, 2, 3
	LIMIT 200000`

// span returns the first and the last day of a change that is about any.
func (c *Change) span() db.Args {
	days := c.touched()
	if len(days) == 0 {
		return db.Args{"first": calendar.Day(9999, 1, 1), "last": calendar.Day(1, 1, 1)}
	}
	return db.Args{"first": calendar.On(slices.MinFunc(days, time.Time.Compare)), "last": calendar.On(slices.MaxFunc(days, time.Time.Compare))}
}

// Preview tells what change would do, without doing it.
func (s *Store) Preview(ctx context.Context, actor access.Actor, c Change) (p Preview, err error) {
	defer fault.Wrap(&err, "preview a change of the calendar")
	if !actor.May(access.ManageCalendar) {
		return p, fault.Forbidden
	}
	var days []calendar.Exception
	var years []int
	var groups []group
	err = s.db.Read(ctx, actor,
		db.Value(&p.Revision, selectRevision, db.Args{}), db.Many(&days, selectDays, db.Args{}), db.Values(&years, selectYears, db.Args{}),
		db.Many(&groups, selectGroups, c.span()))
	if err != nil {
		return p, err
	}
	p.AlreadyComplete = slices.Contains(years, c.Year)
	after := calendar.New(c.apply(days))
	today := calendar.On(s.now())
	for _, g := range groups {
		due := after.AddWorkdays(g.StartedOn, g.Days)
		switch {
		case due.Equal(g.DueOn):
			continue
		case due.After(g.DueOn):
			p.Later += g.N
		default:
			p.Earlier += g.N
			if due.Before(today) && !g.DueOn.Before(today) {
				p.Overdue += g.N
			}
		}
		if p.First.IsZero() || g.DueOn.Before(p.First) {
			p.First = g.DueOn
		}
		if g.DueOn.After(p.Last) {
			p.Last = g.DueOn
		}
	}
	return p, nil
}

// Correct makes the change, moves every open deadline that counts over a
// changed day, records each move and tells the streets, in one transaction. It
// returns how many deadlines moved. It is fault.Stale when the calendar is no
// longer what c.Revision says.
func (s *Store) Correct(ctx context.Context, actor access.Actor, c Change) (moved int, err error) {
	defer fault.Wrap(&err, "change the calendar")
	if !actor.May(access.ManageCalendar) {
		return 0, fault.Forbidden
	}
	if c.Why == "" {
		return 0, fault.Fields{{Name: "why", Text: "请填写理由"}}
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var revision string
		if err := db.Do(ctx, tx, holdAlone(), db.Value(&revision, selectRevision, db.Args{})); err != nil {
			return err
		}
		if revision != c.Revision {
			return fault.Stale
		}
		before, err := Calendar(ctx, tx)
		if err != nil {
			return err
		}
		if c.Year != 0 && before.Covers(c.Year) {
			return fault.Fields{{Name: "year", Text: fmt.Sprintf("%d年已经录入，请逐日更正", c.Year)}}
		}
		if err := s.save(ctx, tx, actor, c); err != nil {
			return err
		}
		moves, err := s.redate(ctx, tx, c)
		if err != nil {
			return err
		}
		moved = len(moves)
		return s.tell(ctx, tx, actor, c, before, moves)
	})
	if err == nil {
		forget()
		s.warnings.Clear()
	}
	return moved, err
}

// save writes the changed days and the year.
func (s *Store) save(ctx context.Context, tx db.Tx, actor access.Actor, c Change) error {
	var b db.Batch
	for _, d := range c.Plain {
		b.Add(`DELETE FROM calendar_days WHERE day = @day`, db.Args{"day": calendar.On(d)})
	}
	for _, e := range c.Days {
		b.Add(`
			INSERT INTO calendar_days (day, working, name, source, changed_at, changed_by, changer)
			VALUES (@day, @working, @name, @source, @at, @user, @who)
			ON CONFLICT (day) DO UPDATE
			SET working = excluded.working, name = excluded.name, source = excluded.source, version = calendar_days.version + 1,
			    changed_at = excluded.changed_at, changed_by = excluded.changed_by, changer = excluded.changer`,
			db.Args{
				"day": calendar.On(e.Day), "working": e.Working, "name": e.Name, "source": e.Source,
				"at": s.now(), "user": actor.UserID, "who": actor.Name,
			})
	}
	if c.Year != 0 {
		b.Add(`
			INSERT INTO calendar_years (year, source, changed_at, changed_by, changer)
			VALUES (@year, @source, @at, @user, @who)`,
			db.Args{"year": c.Year, "source": c.Source, "at": s.now(), "user": actor.UserID, "who": actor.Name})
	}
	return b.Run(ctx, tx)
}

// redated is a deadline that has moved.
type redated struct {
	StreetID  int64
	ID        int64
	Kind      string
	SubjectID int64
	Label     string
	DueFrom   time.Time
	DueTo     time.Time
}

// redate moves the open deadlines that the change is about.
func (s *Store) redate(ctx context.Context, tx db.Tx, c Change) (moves []redated, err error) {
	after, err := Calendar(ctx, tx)
	if err != nil {
		return nil, err
	}
	var groups []group
	if err := db.Do(ctx, tx, db.Many(&groups, selectGroups, c.span())); err != nil {
		return nil, err
	}
	var started, from, to []time.Time
	var days []int
	for _, g := range groups {
		if due := after.AddWorkdays(g.StartedOn, g.Days); !due.Equal(g.DueOn) {
			started, days, from, to = append(started, g.StartedOn), append(days, g.Days), append(from, g.DueOn), append(to, due)
		}
	}
	err = db.Do(ctx, tx, db.Many(&moves, `
		UPDATE deadlines d
		SET due_on = g.due_to
		FROM unnest(@started::date[], @days::integer[], @from::date[], @to::date[]) AS g (started_on, days, due_from, due_to)
		WHERE d.ended_on IS NULL
		  AND d.days IS NOT NULL
		  AND d.started_on = g.started_on
		  AND d.days + d.extended_days = g.days
		  AND d.due_on = g.due_from
		RETURNING d.street_id, d.id, d.kind, d.subject_id, d.label, g.due_from, g.due_to`,
		db.Args{"started": started, "days": days, "from": from, "to": to}))
	return moves, err
}

// tell records each move with its deadline and in the record's timeline, the
// change itself, and leaves a notice with every street concerned.
func (s *Store) tell(ctx context.Context, tx db.Tx, actor access.Actor, c Change, before *calendar.Calendar, moves []redated) error {
	var b db.Batch
	events := make([]audit.Event, 0, len(moves)+1)
	perStreet := map[int64]int{}
	for _, m := range moves {
		b.Add(recordMove, db.Args{
			"street": m.StreetID, "id": m.ID, "at": s.now(), "cause": "calendar", "from": m.DueFrom, "to": m.DueTo, "why": c.Why,
			"user": actor.UserID, "name": actor.Name,
		})
		events = append(events, audit.Event{
			At: s.now(), StreetID: m.StreetID, Kind: m.Kind, ID: m.SubjectID, Action: "deadline.redate",
			Title:  fmt.Sprintf("节假日更正，%s期限由%s改为%s", m.Label, calendar.Date(m.DueFrom), calendar.Date(m.DueTo)),
			Reason: c.Why, Detail: map[string]any{"deadline": m.ID, "from": calendar.ISO(m.DueFrom), "to": calendar.ISO(m.DueTo)},
		})
		perStreet[m.StreetID]++
	}
	events = append(events, s.changed(c, before, len(moves)))
	if err := b.Run(ctx, tx); err != nil {
		return err
	}
	if err := audit.RecordAll(ctx, tx, actor, events); err != nil {
		return err
	}
	for street, n := range perStreet {
		for _, role := range []access.Role{access.Staff, access.OfficeDispatch, access.Unit} {
			text := "节假日安排有更正，部分办理期限已改期，请看各件的期限"
			if role == access.Staff {
				text = fmt.Sprintf("节假日安排有更正，本街道 %d 个办理期限已改期", n)
			}
			if err := notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: street, To: role, Title: text, Link: "/calendar"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// changed is the record of the change itself.
func (s *Store) changed(c Change, before *calendar.Calendar, moved int) audit.Event {
	e := audit.Event{At: s.now(), Kind: "calendar", ID: int64(c.Year), Action: "calendar.correct", Reason: c.Why}
	days := c.touched()
	slices.SortFunc(days, time.Time.Compare)
	after := calendar.New(c.Days)
	lines := make([]string, 0, len(days))
	for _, d := range days {
		lines = append(lines, calendar.ISO(d)+" "+word(before, d)+" → "+word(after, d))
	}
	e.Detail = map[string]any{"days": lines, "source": c.Source, "moved": moved}
	switch {
	case c.Year != 0:
		e.Action, e.Title = "calendar.add_year", fmt.Sprintf("录入%d年节假日安排", c.Year)
	case len(days) > 0:
		e.ID, e.Title = int64(days[0].Year()), fmt.Sprintf("更正%s：%s", calendar.Date(days[0]), word(after, days[0]))
	}
	return e
}

func word(c *calendar.Calendar, day time.Time) string {
	kind, name := c.KindOf(day)
	switch kind {
	case calendar.Holiday:
		return name + "放假"
	case calendar.MakeUp:
		return name + "上班"
	case calendar.Weekend:
		return "周末"
	}
	return "工作日"
}
