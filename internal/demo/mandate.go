package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/mandate"
)

// meetCity learns who has which account of the city.
func (s *street) meetCity(people []account.DemoPerson, ids []int64) {
	for i, p := range cityPosts {
		s.who["city-"+p.name] = access.Actor{UserID: ids[i], Name: people[i].Name, Role: p.role, CityID: s.city, Demo: true}
	}
}

// authority is an authorisation of the demonstration: what it says, when it was
// issued, and how far it has come in its streets.
type authority struct {
	id      int64
	terms   mandate.Terms
	on      time.Time
	streets []string         // slugs; nil for all
	course  string           // how far each street takes it: a state, or "stands"
	asked   *mandate.Request // what its street asked for, where it answers a request
	doing   string           // what the street does under it
	outcome string
}

// cityHall is the city's side, with a clock of its own.
type cityHall struct {
	office, leader access.Actor
	now            time.Time
	s              *mandate.Store
	db             *db.DB
	laws           *lawbook
}

func (c Config) hall(streets []*street, laws *lawbook) *cityHall {
	h := &cityHall{office: streets[0].who["city-office"], leader: streets[0].who["city-leader"], db: c.DB, laws: laws}
	clock := func() time.Time { return h.now }
	h.s = mandate.NewStore(c.DB, file.NewStore(c.DB, clock), clock)
	return h
}

// authorise has the city issue its authorisations, one after the other so that
// their numbers follow their days, and plans what each street does under them.
func (c Config) authorise(ctx context.Context, streets []*street, laws *lawbook) error {
	h := c.hall(streets, laws)
	for i, a := range h.authorities(c.Now) {
		for _, s := range streets {
			if a.streets == nil || slices.Contains(a.streets, s.slug) {
				a.terms.Streets = append(a.terms.Streets, s.id)
			}
		}
		if err := h.issue(ctx, fmt.Sprint("demo-", i), a, streets); err != nil {
			return fmt.Errorf("%s: %w", a.terms.Title, err)
		}
		for _, s := range streets {
			if slices.Contains(a.terms.Streets, s.id) {
				s.obey(a)
			}
		}
	}
	return nil
}

// step is the version that the record has now: nobody else works on it meanwhile.
func (h *cityHall) step(ctx context.Context, id int64) (mandate.Step, error) {
	st := mandate.Step{ID: id}
	return st, h.db.Read(ctx, h.office, db.Value(&st.Version, `SELECT version FROM mandates WHERE id = @id`, db.Args{"id": id}))
}

func (h *cityHall) do(ctx context.Context, id int64, moves ...func(mandate.Step) error) error {
	for _, m := range moves {
		st, err := h.step(ctx, id)
		if err == nil {
			err = m(st)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *cityHall) issue(ctx context.Context, key string, a *authority, streets []*street) (err error) {
	if a.asked != nil {
		if a.id, err = h.ask(ctx, bySlug(streets, a.streets[0]), a); err != nil {
			return err
		}
	}
	h.now = clock(a.on, 9, 0)
	if a.asked == nil {
		a.id, err = h.s.DraftMandate(ctx, h.office, key, a.terms)
	} else {
		err = h.do(ctx, a.id, func(st mandate.Step) error { return h.s.Redraft(ctx, h.office, st, a.terms) })
	}
	if err != nil {
		return err
	}
	return h.do(ctx, a.id,
		func(st mandate.Step) error { return h.s.Submit(ctx, h.office, st) },
		func(st mandate.Step) error { return h.s.Approve(ctx, h.leader, st) },
		func(st mandate.Step) error { return h.s.Issue(ctx, h.office, st) })
}

// forward is the working day n working days after a day; with 0 that day itself
// or the next working day.
func forward(day time.Time, n int) time.Time {
	day = calendar.On(day)
	for !workdays.IsWorkday(day) {
		day = calendar.AddDays(day, 1)
	}
	if n == 0 {
		return day
	}
	return workdays.AddWorkdays(day, n)
}
