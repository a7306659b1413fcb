package demo

import (
	"context"
	"fmt"
	"time"

	"portal/internal/calendar"
	"portal/internal/station"
)

// openStations opens the central station, one in every second community, the
// liaison officer's among them, and three contact points.
func (s *street) openStations(ctx context.Context) error {
	list := []station.NewStation{{
		Kind: "central", Name: s.name + "代表中心联络站", CommunityID: s.communities[1].id, Address: s.name + "办事处一楼",
		Hours: "工作日 8:30–12:00，14:30–17:30", OpenedOn: calendar.Day(2018, time.July, 5),
	}}
	at := []community{s.communities[1]}
	for i := 0; i < len(s.communities); i += 2 {
		list = append(list, station.NewStation{
			Kind: "community", Name: s.communities[i].name + "联络站", CommunityID: s.communities[i].id, Address: s.communities[i].name + "居委会一楼",
			Hours: "每周三 9:00–11:30", OpenedOn: calendar.AddDays(calendar.Day(2018, time.September, 3), 9*i),
		})
		at = append(at, s.communities[i])
	}
	for i, place := range []string{"市民服务中心", "文化活动中心", "商会"} {
		c := s.communities[2*i+1]
		list = append(list, station.NewStation{
			Kind: "contact", Name: s.name + place + "联络点", CommunityID: c.id, Address: s.name + place, Hours: "每月第一个周五 15:00–17:00",
			OpenedOn: calendar.Day(2019, time.March, 1+i),
		})
		at = append(at, c)
	}
	for i, n := range list {
		if err := s.openStation(ctx, i, n, at[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *street) openStation(ctx context.Context, i int, n station.NewStation, at community) error {
	here := site{name: n.Name, community: at}
	count := 2
	if i == 0 {
		count = 4
	}
	var ids []int64
	for k := range count {
		d := s.deputies[(i*2+k)%len(s.deputies)]
		here.deputies = append(here.deputies, d)
		ids = append(ids, d.id)
	}
	n.Key, n.Code = s.key("station"), fmt.Sprintf("%02d", i+1)
	n.Phone, n.Head, n.Liaison = fmt.Sprintf("0769-0000%04d", i+1), here.deputies[0].name, s.people.name()
	if at == s.communities[0] {
		n.Liaison = s.who["liaison"].Name
	}
	var err error
	if here.id, err = s.stations.OpenStation(ctx, s.who["staff"], n); err != nil {
		return err
	}
	s.sites = append(s.sites, here)
	return s.stations.AssignDeputies(ctx, s.who["staff"], here.id, 1, ids)
}

// key is that of the next form that is sent in the street.
func (s *street) key(what string) string {
	s.keys++
	return fmt.Sprintf("demo-%s-%s-%d", s.slug, what, s.keys)
}

// plan plans and publishes a reception at a station and, when its day has come,
// has the visit logged.
func (s *street) plan(at site, day time.Time, theme string, held func(ctx context.Context, reception int64) error) {
	s.at(clock(calendar.AddDays(day, -12), 9, 30), func(ctx context.Context) error {
		if err := s.planReception(ctx, at, day, theme); err != nil {
			return err
		}
		_, err := s.stations.PublishReceptions(ctx, s.who["staff"], day, day, at.id)
		return err
	})
	s.at(clock(day, 11, 40), func(ctx context.Context) error {
		r, err := s.reception(ctx, at, day)
		if err != nil {
			return err
		}
		return held(ctx, r.ID)
	})
}

func (s *street) planReception(ctx context.Context, at site, day time.Time, theme string) error {
	_, err := s.stations.PlanReception(ctx, s.who["staff"], station.NewReception{
		Key: s.key("reception"), StationID: at.id, HeldOn: day, FromTime: "09:00", ToTime: "11:30", Theme: theme,
		Deputies: []int64{at.deputies[0].id, at.deputies[1].id},
	})
	return err
}

func (s *street) reception(ctx context.Context, at site, day time.Time) (station.Reception, error) {
	list, err := s.stations.Receptions(ctx, s.who["staff"], station.ReceptionFilter{StationID: at.id, From: day, To: day})
	if err != nil {
		return station.Reception{}, err
	}
	if len(list) == 0 {
		return station.Reception{}, fmt.Errorf("no reception at %s on %s", at.name, calendar.ISO(day))
	}
	return list[0], nil
}
