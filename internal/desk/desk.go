// Package desk gathers what each role has to do now and what is new for it. It
// reads the tables of all rooms and changes nothing.
package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/notice"
)

// What a task leads to.
const (
	Opinion   = "opinion"
	Reception = "reception" // a planned time at a station
	Missed    = "missed"    // a reception that was published and not logged
	Draft     = "draft"     // a visit that was typed and not yet saved
	Grant     = "grant"
	Year      = "year" // ID is the year
)

// Task is one thing that somebody has to do.
type Task struct {
	Subject    string // what ID is the ID of
	ID         int64
	StreetID   int64
	Clock      string // the name of the deadline that runs; "" where none does
	Text       string // 中文: the thing
	Number     string // its number, or its day and hour
	Place      string // 中文: the community, or the street for the city
	Unit       string // the unit that has it
	Deputy     string // the deputy through whom it came
	Again      bool   // second handling
	Sensitive  bool   // about a deputy or the committee's own staff
	Theirs     bool   // another unit's than the actor's
	Waiting    bool   // an extension that was asked for is not decided
	Rung       int    // the highest urging since it was due: 1 催办, 2 督办, 3 上报
	At         time.Time
	DueOn      *time.Time
	DeadlineID int64
	Do         string `db:"-"` // 中文: the verb
	Turn       string `db:"-"` // 中文: whose turn it is
	Remind     bool   `db:"-"` // good to know; nothing is to be done yet, or by others
}

// Count is how many records one filter of the opinions' ledger has now, up to
// CountCap.
type Count struct {
	Label  string
	Filter []string // pairs of parameter and value of /opinions
	N      int
}

// Street is one street at a glance, for the city.
type Street struct {
	ID       int64
	Name     string
	Open     int
	Overdue  int
	Promised int
	ToCity   int
}

// Desk is what a person sees first.
type Desk struct {
	Tasks   []Task // the nearest due first, at most Most
	More    int    // how many tasks there are beyond these, up to CountCap
	Counts  []Count
	News    []notice.Entry
	Streets []Street     // for city roles
	Events  []audit.Line // for the audit administrator
	Now     time.Time
	Cal     *calendar.Calendar
}

// Most is how many tasks one desk shows; CountCap is where counting stops.
const (
	Most     = 50
	CountCap = 1000
	newsMost = 8
)

// Store reads desks.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Desk returns the desk of whoever acts, in one round trip, or two where there
// is more than a desk holds.
func (s *Store) Desk(ctx context.Context, actor access.Actor) (d Desk, err error) {
	defer fault.Wrap(&err, "desk")
	if actor.UserID == 0 {
		return d, fault.Forbidden
	}
	d.Now = s.now()
	if d.Cal, err = deadline.Known(ctx, s.db, actor); err != nil {
		return d, err
	}
	p := planOf(actor.Role)
	args := db.Args{"street": actor.StreetID, "today": calendar.On(d.Now)}
	sources := make([][]Task, len(p.sources))
	var queries []db.Query
	for i, src := range p.sources {
		queries = append(queries, src.read(&sources[i], actor, args))
	}
	for _, c := range p.counts {
		d.Counts = append(d.Counts, c.of(actor))
	}
	for i, c := range p.counts {
		queries = append(queries, c.read(&d.Counts[i].N, actor, args))
	}
	rungs := make([]int, len(ladder))
	queries = append(queries, s.rest(&d, p, actor, rungs)...)
	if err := s.db.Read(ctx, actor, queries...); err != nil {
		return d, err
	}
	if err := s.more(ctx, actor, &d, p, sources, args); err != nil {
		return d, err
	}
	d.arrange(actor, p, sources, rungs)
	if p.events {
		var l audit.Listing
		l, err = audit.NewStore(s.db, s.now).Entries(ctx, actor, audit.Filter{Limit: newsMost})
		d.Events = l.Lines
	}
	return d, err
}

// rest is what a desk reads beside its tasks and counts.
func (s *Store) rest(d *Desk, p plan, actor access.Actor, rungs []int) []db.Query {
	queries := []db.Query{notice.Newest(&d.News, actor, d.Now, db.Cursor{}, newsMost)}
	if actor.StreetID != 0 {
		for i, r := range ladder {
			queries = append(queries, r.after().Query(&rungs[i], actor.StreetID))
		}
	}
	if p.streets {
		queries = append(queries, db.Many(&d.Streets, selectStreets, db.Args{"today": calendar.On(d.Now)}))
	}
	return queries
}

// more counts the tasks beyond what was read, where anything is.
func (s *Store) more(ctx context.Context, actor access.Actor, d *Desk, p plan, sources [][]Task, args db.Args) error {
	counts := make([]int, len(sources))
	var queries []db.Query
	total := 0
	for i, list := range sources {
		counts[i] = len(list)
		if len(list) > Most {
			queries = append(queries, p.sources[i].count(&counts[i], actor, args))
		}
	}
	if queries != nil {
		if err := s.db.Read(ctx, actor, queries...); err != nil {
			return err
		}
	}
	for _, n := range counts {
		total += n
	}
	d.More = max(total-Most, 0)
	return nil
}

// arrange words the tasks and puts them in the order of what is due next.
func (d *Desk) arrange(actor access.Actor, p plan, sources [][]Task, rungs []int) {
	type thing struct {
		subject string
		id      int64
	}
	seen := map[thing]bool{} // one record may wait for two things: the first source's counts
	for i, list := range sources {
		for _, t := range list {
			t.Do, t.Turn, t.Remind = p.sources[i].do, p.sources[i].turn, p.sources[i].remind
			if k := (thing{t.Subject, t.ID}); !seen[k] {
				seen[k] = true
				d.Tasks = append(d.Tasks, t)
			}
		}
	}
	for i := range d.Tasks {
		d.word(&d.Tasks[i], actor, rungs)
	}
	d.Tasks = append(d.Tasks, d.years(actor)...)
	slices.SortStableFunc(d.Tasks, func(a, b Task) int {
		switch {
		case a.DueOn != nil && b.DueOn != nil:
			return a.DueOn.Compare(*b.DueOn)
		case a.DueOn != nil:
			return -1
		case b.DueOn != nil:
			return 1
		}
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	if len(d.Tasks) > Most {
		d.Tasks = d.Tasks[:Most]
	}
}

// years are the years of the calendar that are missing and soon needed.
func (d *Desk) years(actor access.Actor) (list []Task) {
	if !actor.May(access.ManageCalendar) {
		return nil
	}
	const ahead = 90 // days: the longest reply with its extension
	for y := calendar.On(d.Now).Year(); y <= calendar.AddDays(d.Now, ahead).Year(); y++ {
		if !d.Cal.Covers(y) {
			due := calendar.Day(y-1, time.December, 31)
			list = append(list, Task{Subject: Year, ID: int64(y), Do: "录入节假日", DueOn: &due, Turn: "系统管理员"})
		}
	}
	return list
}
