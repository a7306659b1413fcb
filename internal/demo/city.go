package demo

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/deputy"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/station"
)

// communities are the 82 communities of the four streets with their national
// division codes.
//
//go:embed communities.csv
var communities string

// issued is when the rules of 27 June 2019 begin to hold and the story begins.
var issued = calendar.Day(2019, time.June, 27)

// street is one street while its story is told.
type street struct {
	split
	agenda
	c           Config
	id          int64
	city        int64
	rng         *rand.Rand
	people      *people
	who         map[string]access.Actor // by the second part of their account's name
	communities []community
	units       map[string]int64
	clerks      map[int64]access.Actor // who acts for a handling unit
	deputies    []person
	sites       []site // the central station first
	opinions    *opinion.Store
	stations    *station.Store
	told        int // matters told so far
	keys        int
}

type community struct {
	id   int64
	name string
}

type person struct {
	id    int64
	name  string
	phone string
}

type site struct {
	id        int64
	name      string
	community community
	deputies  []person // assigned to it
}

// found makes the city, its streets with what belongs to them, and the accounts.
func (c Config) found(ctx context.Context) ([]*street, error) {
	begin := clock(issued, 8, 0)
	places := committee.NewStore(c.DB, func() time.Time { return begin })
	c.Progress("东莞市：街道、社区、承办单位、代表")
	city, err := places.FoundCity(ctx, operator, committee.NewCity{Name: "东莞市", Code: "441900", Demo: true})
	if err != nil {
		return nil, err
	}
	if err := c.openTerm(ctx, city); err != nil {
		return nil, err
	}
	names := newPeople(2019)
	staff := cityPeople(city, names)
	streets := make([]*street, len(splits))
	for i, sp := range splits {
		s := &street{
			c: c, split: sp, city: city, rng: rand.New(rand.NewPCG(2019, uint64(i))), people: names,
			agenda: agenda{now: begin, end: c.Now}, who: map[string]access.Actor{}, units: map[string]int64{}, clerks: map[int64]access.Actor{},
		}
		s.opinions = opinion.NewStore(c.DB, c.Keys, file.NewStore(c.DB, s.Now), s.Now)
		s.stations = station.NewStore(c.DB, s.opinions, c.Keys, s.Now)
		if err := s.found(ctx, places, names); err != nil {
			return nil, fmt.Errorf("%s: %w", sp.name, err)
		}
		s.people = newPeople(uint64(100 + i)) // from here on the streets go on side by side
		staff = append(staff, s.cast(names)...)
		streets[i] = s
	}
	as := operator
	as.CityID = city
	ids, err := account.CreateDemonstration(ctx, c.DB, as, Password, staff, begin)
	if err != nil {
		return nil, err
	}
	for _, s := range streets {
		s.meet(staff, ids)
		s.meetCity(staff, ids)
	}
	clerk := cityActor(city, staff, ids, access.CityDeputy)
	if err := each(ctx, streets, func(ctx context.Context, s *street) error { return s.appointCommittee(ctx, clerk) }); err != nil {
		return nil, err
	}
	return streets, nil
}

// found makes the street, its communities and units, and enters its deputies.
func (s *street) found(ctx context.Context, places *committee.Store, names *people) (err error) {
	s.id, err = places.FoundStreet(ctx, operator, committee.NewStreet{
		CityID: s.city, Name: s.name, Code: s.code, Slug: s.slug, Committee: "人大" + s.name + "工委",
	})
	if err != nil {
		return err
	}
	for line := range strings.Lines(communities) {
		cells := strings.Split(strings.TrimSpace(line), ",")
		if cells[2] != s.code {
			continue
		}
		id, err := places.AddCommunity(ctx, operator, s.id, committee.NewCommunity{Name: cells[3], Code: cells[0]})
		if err != nil {
			return err
		}
		s.communities = append(s.communities, community{id, cells[3]})
	}
	for _, u := range units {
		id, err := places.AddUnit(ctx, operator, s.id, committee.NewUnit{Name: u.name, Kind: u.kind, Contact: "内线 0000"})
		if err != nil {
			return err
		}
		s.units[u.name] = id
		s.clerks[id] = access.Actor{Name: names.name(), Role: access.Unit, CityID: s.city, StreetID: s.id, UnitID: id}
	}
	return s.enterDeputies(ctx, names)
}

func (s *street) enterDeputies(ctx context.Context, names *people) error {
	register := deputy.NewStore(s.c.DB, s.c.Keys, s.Now)
	for g, count := range s.groups {
		for i := range count {
			n := deputy.New{
				Key: fmt.Sprintf("demo-%s-%d-%d", s.slug, g, i), StreetID: s.id, Name: names.name(), Sex: []string{"female", "male"}[s.rng.IntN(2)],
				District: fmt.Sprintf("%s第%d选区", s.name, len(s.deputies)/2+1), Term: "市十六届", Group: deputy.Groups[g].Key,
				Since: calendar.Day(2016, time.December, 30), Phone: names.phone(), Intro: pick(s.rng, intros),
				Elected: calendar.Day(2016, time.November, 8), Credentials: "莞人常公告〔2016〕9号", Confirmed: calendar.Day(2016, time.December, 16),
			}
			enter := func(ctx context.Context, n deputy.New) (int64, error) { return register.Enter(ctx, operator, n) }
			if g == 3 && i == count-3 {
				enter = func(ctx context.Context, n deputy.New) (int64, error) { return s.elect(ctx, register, names, n) }
			}
			id, err := enter(ctx, n)
			if err != nil {
				return err
			}
			s.deputies = append(s.deputies, person{id, n.Name, n.Phone})
		}
	}
	return nil
}
