package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/opinion"
	"portal/internal/station"
)

// item is an opinion on its course.
type item struct {
	matter
	opinion.New
	id      int64
	number  string
	version int
	lead    int64 // the handling unit
	n       int   // its number in the half year of 2019
	long    bool  // takes years
}

func (it *item) step() opinion.Step { return opinion.Step{ID: it.id, Version: it.version} }

// step is one act on an opinion, so many working days after the one before it.
type step struct {
	wait int
	do   func(context.Context, *street, *item) error
}

// next tells the next matter, at a place of the community.
func (s *street) next(c community) *item {
	m := matters[s.told%len(matters)]
	s.told++
	return s.about(m, c)
}

// handleable is the next matter that a unit has to do with, in community i.
func (s *street) handleable(i int) *item {
	for {
		if it := s.next(s.communities[i%len(s.communities)]); it.Kind != "praise" {
			return it
		}
	}
}

// ofUnit is the next matter of one handling unit.
func (s *street) ofUnit(unit string, i int) *item {
	for {
		if it := s.handleable(i); it.unit == unit {
			return it
		}
	}
}

func (s *street) about(m matter, c community) *item {
	place := fmt.Sprintf("%s%s", c.name, pick(s.rng, spots))
	it := &item{matter: m, New: opinion.New{
		Key: s.key("opinion"), StreetID: s.id, CommunityID: c.id, Kind: m.kind, Field: m.field, Location: place, Text: m.text,
		Resident: s.people.resident(), Phone: s.people.phone(), ConsentContact: s.rng.IntN(3) > 0,
	}}
	it.lead = s.units[m.unit]
	return it
}

// anonymous takes the name off an item.
func anonymous(it *item) *item {
	it.Anonymous, it.Resident, it.Phone, it.ConsentContact = true, "", "", false
	return it
}

// visit has a reception logged with what it collected, and returns when the
// items have their numbers.
func (s *street) visit(ctx context.Context, at site, residents int, reception int64, collected []*item) error {
	by, present := s.logger(at)
	v := station.NewVisit{
		Key: s.key("visit"), StationID: at.id, ReceptionID: reception, HeldOn: calendar.On(s.now), FromTime: "09:00", ToTime: "11:30",
		Residents: residents, Deputies: present, Staff: s.people.name(), Note: pick(s.rng, notes),
	}
	for i, it := range collected {
		it.Source, it.Key = "reception", fmt.Sprintf("%s/%d", v.Key, i)
		v.Opinions = append(v.Opinions, it.New)
	}
	id, err := s.stations.LogVisit(ctx, by, v)
	if err != nil || len(collected) == 0 {
		return err
	}
	lines, err := s.opinions.OfVisit(ctx, s.who["staff"], s.id, id)
	if err != nil {
		return err
	}
	for i, l := range lines {
		collected[i].id, collected[i].number, collected[i].version = l.ID, l.Number, 1
		collected[i].StationID, collected[i].DeputyID = at.id, present[0]
		if by.DeputyID != 0 {
			collected[i].DeputyID = by.DeputyID
		}
	}
	return nil
}

// logger is who logs a visit at a station, and the deputies present: those with
// an account log their own, the liaison officer those of the community, the
// office the others.
func (s *street) logger(at site) (access.Actor, []int64) {
	n := 1 + s.rng.IntN(min(3, len(at.deputies)))
	first := s.rng.IntN(len(at.deputies))
	var present []int64
	for i := range n {
		present = append(present, at.deputies[(first+i)%len(at.deputies)].id)
	}
	for _, name := range []string{"deputy", "leader"} {
		if a := s.who[name]; a.DeputyID == present[0] {
			return a, present
		}
	}
	if a := s.who["liaison"]; a.CommunityID == at.community.id {
		return a, present
	}
	return s.who["staff"], present
}

// register registers an item outside a visit: a letter, a walk, or what a
// resident sends from the web.
func (s *street) register(ctx context.Context, it *item, source string) (err error) {
	it.Source, it.ReceivedOn = source, calendar.On(s.now)
	var r opinion.Receipt
	if source == "online" || source == "qr" {
		if source == "qr" {
			at := pick(s.rng, s.sites)
			it.StationID, it.CommunityID = at.id, at.community.id
		}
		r, err = s.opinions.Submit(ctx, it.New)
	} else {
		r, err = s.opinions.RegisterOne(ctx, s.who["staff"], it.New)
	}
	it.id, it.number, it.version = r.ID, r.Number, 1
	return err
}

// follow plans the steps of an item, each when the one before it has been taken.
func (s *street) follow(it *item, steps []step) {
	if len(steps) == 0 {
		return
	}
	at := s.now.Add(time.Duration(20+s.rng.IntN(40)) * time.Minute)
	if steps[0].wait > 0 {
		at = clock(workdays.AddWorkdays(s.now, steps[0].wait), 8+s.rng.IntN(9), 30+s.rng.IntN(30))
	}
	s.at(at, func(ctx context.Context) error {
		if err := steps[0].do(ctx, s, it); err != nil {
			return err
		}
		s.follow(it, steps[1:])
		return nil
	})
}

// days is how many working days the steps take.
func days(steps []step) int {
	n := 0
	for _, st := range steps {
		n += st.wait
	}
	return n
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
