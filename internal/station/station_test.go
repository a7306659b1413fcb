package station_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/secret"
	"portal/internal/station"
)

type house struct {
	*testing.T
	*dbtest.World
	admin   *pgxpool.Pool
	now     time.Time
	s       *station.Store
	station int64
	deputy  access.Actor
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), admin: admin, now: dbtest.Now}
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return h.now }
	h.s = station.NewStore(d, opinion.NewStore(d, keys, file.NewStore(d, clock), clock), keys, clock)
	h.deputy = h.Actor(access.Deputy)
	h.deputy.DeputyID = dbtest.Scan[int64](t, admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key)
		VALUES ($1, '王志伟', '东城第一选区', '市十六届', 'law', '2016-12-01', 'd1') RETURNING id`, h.Street)
	h.station, err = h.s.OpenStation(t.Context(), h.Actor(access.Staff), h.newStation("01", "岗贝社区联络站"))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) newStation(code, name string) station.NewStation {
	return station.NewStation{Key: "s-" + code, CommunityID: h.Community, Kind: "community", Name: name, Code: code, OpenedOn: calendar.Day(2019, 7, 1)}
}

func (h *house) visit() station.NewVisit {
	return station.NewVisit{
		Key: "v-1", StationID: h.station, HeldOn: calendar.On(h.now), FromTime: "09:00", ToTime: "11:00", Residents: 3,
		Deputies: []int64{h.deputy.DeputyID},
		Opinions: []opinion.New{
			{Kind: "complaint", Field: "construction", Text: "路灯不亮", Resident: "张三", Phone: "13800138000"},
			{Kind: "suggest", Field: "education", Text: "学位紧张", Anonymous: true},
		},
	}
}

func TestLogVisit(t *testing.T) {
	h := open(t)
	id, err := h.s.LogVisit(t.Context(), h.deputy, h.visit())
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.s.Visit(t.Context(), h.deputy, id)
	if err != nil {
		t.Fatal(err)
	}
	if r.Residents != 3 || len(r.Collected) != 2 || r.Collected[0].Number != "2026-441900003-01-0001" || r.Deputies[0] != "王志伟" {
		t.Errorf("visit = %+v", r)
	}
	if got := dbtest.Scan[int64](t, h.admin, `SELECT community_id FROM opinions ORDER BY id LIMIT 1`); got != h.Community {
		t.Errorf("community of the opinion = %d, want the station's", got)
	}
}

func TestLogVisitTwentyTimesAtOnce(t *testing.T) {
	h := open(t)
	ids := make([]int64, 20)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var err error
			if ids[i], err = h.s.LogVisit(t.Context(), h.deputy, h.visit()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("ids = %v, want one", ids)
		}
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT (SELECT count(*) FROM visits) || ' ' || (SELECT count(*) FROM opinions)`); got != "1 2" {
		t.Errorf("visits and opinions = %s, want 1 2", got)
	}
}

func TestLogVisitComplains(t *testing.T) {
	h := open(t)
	for field, change := range map[string]func(*station.NewVisit){
		"held_on":              func(v *station.NewVisit) { v.HeldOn = calendar.On(h.now).AddDate(0, 0, 1) },
		"to_time":              func(v *station.NewVisit) { v.ToTime = "08:00" },
		"deputies":             func(v *station.NewVisit) { v.Deputies = nil },
		"station_id":           func(v *station.NewVisit) { v.StationID = 999 },
		"opinions[0].resident": func(v *station.NewVisit) { v.Opinions[0].Resident = "" },
	} {
		v := h.visit()
		change(&v)
		_, err := h.s.LogVisit(t.Context(), h.deputy, v)
		var bad fault.Fields
		if !errors.As(err, &bad) || bad.For(field) == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	v := h.visit()
	v.HeldOn = calendar.On(h.now).AddDate(0, 0, -90)
	if _, err := h.s.LogVisit(t.Context(), h.deputy, v); err == nil {
		t.Error("a deputy logs a visit of three months ago")
	}
	if _, err := h.s.LogVisit(t.Context(), h.Actor(access.Staff), v); err != nil {
		t.Errorf("the office enters an old ledger: %v", err)
	}
	v.Key, v.Deputies = "v-2", []int64{999}
	if _, err := h.s.LogVisit(t.Context(), h.Actor(access.Staff), v); err == nil {
		t.Error("a deputy that is not there was present")
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*)::int FROM visits`); got != 1 {
		t.Errorf("visits = %d, want 1: a refused visit leaves nothing", got)
	}
}

func TestOthersSeeNoVisit(t *testing.T) {
	h := open(t)
	id, err := h.s.LogVisit(t.Context(), h.deputy, h.visit())
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := h.Actor(access.Liaison)
	elsewhere.CommunityID = h.SecondCommunity
	for name, a := range map[string]access.Actor{
		"another street": h.Other(access.Staff), "another city": h.Far(access.CityOffice),
		"a deputy who was not there": h.Actor(access.Deputy), "another community": elsewhere,
	} {
		if _, err := h.s.Visit(t.Context(), a, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: %v, want NotFound", name, err)
		}
		if list, _, err := h.s.Visits(t.Context(), a, station.VisitFilter{Limit: 5}); err != nil || len(list) > 0 {
			t.Errorf("%s lists %d, %v", name, len(list), err)
		}
	}
	for _, a := range []access.Actor{h.Actor(access.Liaison), h.Actor(access.Member), h.Actor(access.CityOffice)} {
		if _, err := h.s.Visit(t.Context(), a, id); err != nil {
			t.Errorf("%s: %v", a.Role, err)
		}
	}
}

func TestCorrectVisit(t *testing.T) {
	h := open(t)
	id, err := h.s.LogVisit(t.Context(), h.deputy, h.visit())
	if err != nil {
		t.Fatal(err)
	}
	c := station.Correction{Version: 1, FromTime: "09:00", ToTime: "11:30", Residents: 5, Reason: "数错"}
	if err := h.s.CorrectVisit(t.Context(), h.deputy, id, c); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a deputy corrects: %v", err)
	}
	if err := h.s.CorrectVisit(t.Context(), h.Other(access.Staff), id, c); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street corrects: %v", err)
	}
	staff := h.Actor(access.Staff)
	if err := h.s.CorrectVisit(t.Context(), staff, id, c); err != nil {
		t.Fatal(err)
	}
	if err := h.s.CorrectVisit(t.Context(), staff, id, c); !errors.Is(err, fault.Stale) {
		t.Errorf("stale version: %v", err)
	}
	r, err := h.s.Visit(t.Context(), staff, id)
	if err != nil || r.Residents != 5 || r.ToTime != "11:30" || r.Timeline[1].Title != "更正接待登记：联系群众 3 → 5 人次、起止时间" {
		t.Errorf("corrected = %+v, %v", r, err)
	}
}

func TestDraft(t *testing.T) {
	h := open(t)
	type form struct{ Text, Phone string }
	want := form{"路灯", "13800138000"}
	if err := h.s.SaveDraft(t.Context(), h.deputy, "v-1", want); err != nil {
		t.Fatal(err)
	}
	var got form
	if at, err := h.s.Draft(t.Context(), h.deputy, &got); at.IsZero() || err != nil || got != want {
		t.Errorf("Draft = %+v, %v, %v", got, at, err)
	}
	if dbtest.Scan[bool](t, h.admin, `SELECT position('13800138000' IN encode(sealed, 'escape')) > 0 FROM visit_drafts`) {
		t.Error("the draft can be read in the table")
	}
	var other form
	if at, _ := h.s.Draft(t.Context(), h.Actor(access.Staff), &other); !at.IsZero() {
		t.Error("somebody else reads the draft")
	}
	if err := h.s.DropDraft(t.Context(), h.deputy); err != nil {
		t.Fatal(err)
	}
	if at, _ := h.s.Draft(t.Context(), h.deputy, &got); !at.IsZero() {
		t.Error("the draft is still there")
	}
}

func TestLoggingEndsTheDraft(t *testing.T) {
	h := open(t)
	var got string
	if err := h.s.SaveDraft(t.Context(), h.deputy, "v-1", "路灯"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.LogVisit(t.Context(), h.deputy, h.visit()); err != nil {
		t.Fatal(err)
	}
	if err := h.s.SaveDraft(t.Context(), h.deputy, "v-1", "路灯"); err != nil { // overtaken by the form itself
		t.Fatal(err)
	}
	if at, _ := h.s.Draft(t.Context(), h.deputy, &got); !at.IsZero() {
		t.Error("a draft is left of a visit that was logged")
	}
	if err := h.s.SaveDraft(t.Context(), h.deputy, "v-2", "学位"); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.AddDate(0, 0, 40)
	if at, _ := h.s.Draft(t.Context(), h.deputy, &got); !at.IsZero() {
		t.Error("a draft of forty days ago is offered")
	}
}

func TestTotals(t *testing.T) {
	h := open(t)
	for i := range 3 {
		v := h.visit()
		v.Key, v.HeldOn = fmt.Sprint("v", i), calendar.AddDays(h.now, -i)
		if _, err := h.s.LogVisit(t.Context(), h.deputy, v); err != nil {
			t.Fatal(err)
		}
	}
	f := station.VisitFilter{From: calendar.AddDays(h.now, -1), Limit: 1}
	for name, c := range map[string]struct {
		actor access.Actor
		want  station.Totals
	}{
		"the street":     {h.Actor(access.Staff), station.Totals{Visits: 2, Deputies: 2, Residents: 6, Opinions: 4}},
		"the city":       {h.Actor(access.CityOffice), station.Totals{Visits: 2, Deputies: 2, Residents: 6, Opinions: 4}},
		"another street": {h.Other(access.Staff), station.Totals{}},
	} {
		if got, err := h.s.Totals(t.Context(), c.actor, f); err != nil || got != c.want {
			t.Errorf("%s: Totals = %+v, %v, want %+v", name, got, err, c.want)
		}
	}
	if rows, err := h.s.VisitLedger(t.Context(), h.Actor(access.Staff), f); err != nil || len(rows) != 2 {
		t.Errorf("VisitLedger = %d rows, %v, want 2", len(rows), err)
	}
}

func TestChoices(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	if err := h.s.AssignDeputies(t.Context(), staff, h.station, 1, []int64{h.deputy.DeputyID}); err != nil {
		t.Fatal(err)
	}
	plan := station.NewReception{Key: "r", StationID: h.station, HeldOn: calendar.On(h.now), FromTime: "09:00", ToTime: "11:30", Deputies: []int64{h.deputy.DeputyID}}
	if _, err := h.s.PlanReception(t.Context(), staff, plan); err != nil {
		t.Fatal(err)
	}
	c, err := h.s.Choices(t.Context(), h.deputy)
	if err != nil || c.Mine != h.station || len(c.Receptions) != 1 || len(c.At(h.station)) != 1 || len(c.Deputies) != 1 {
		t.Fatalf("Choices = %+v, %v", c, err)
	}
	v := h.visit()
	v.ReceptionID = c.Receptions[0].ID
	id, err := h.s.LogVisit(t.Context(), h.deputy, v)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := h.s.Reception(t.Context(), staff, v.ReceptionID); err != nil || len(r.Visits) != 1 || r.Visits[0] != id {
		t.Errorf("reception = %+v, %v", r, err)
	}
	if c, _ = h.s.Choices(t.Context(), h.deputy); len(c.Receptions) != 0 {
		t.Error("a reception that was logged is offered again")
	}
	if c, err = h.s.Choices(t.Context(), h.Other(access.Staff)); err != nil || len(c.Stations)+len(c.Deputies)+len(c.Assigned)+len(c.Receptions) != 0 {
		t.Errorf("another street chooses from %+v, %v", c, err)
	}
}

func TestAssignAndClose(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	if err := h.s.AssignDeputies(t.Context(), h.Other(access.Staff), h.station, 1, nil); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street assigns: %v", err)
	}
	for i, deputies := range [][]int64{{h.deputy.DeputyID}, {h.deputy.DeputyID}, nil, {h.deputy.DeputyID}} {
		if err := h.s.AssignDeputies(t.Context(), staff, h.station, i+1, deputies); err != nil {
			t.Fatal(err)
		}
		if err := h.s.AssignDeputies(t.Context(), staff, h.station, i+1, nil); !errors.Is(err, fault.Stale) {
			t.Errorf("who saw the station before the others assigned: %v, want stale", err)
		}
		if r, err := h.s.Station(t.Context(), staff, h.station); err != nil || len(r.Assigned) != len(deputies) {
			t.Errorf("assigned %v, %v, want %v", r.Assigned, err, deputies)
		}
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::int FROM notices WHERE to_deputy = $1`, h.deputy.DeputyID); n != 2 {
		t.Errorf("notices = %d, want one each time the deputy came", n)
	}
	plan := station.NewReception{Key: "r", StationID: h.station, HeldOn: calendar.AddDays(h.now, 9), FromTime: "09:00", ToTime: "11:30", Deputies: []int64{h.deputy.DeputyID}}
	if _, err := h.s.PlanReception(t.Context(), staff, plan); err != nil {
		t.Fatal(err)
	}
	if n, err := h.s.PublishReceptions(t.Context(), staff, h.now, calendar.AddDays(h.now, 30), 0); n != 1 || err != nil {
		t.Errorf("published %d, %v", n, err)
	}
	if err := h.s.CloseStation(t.Context(), staff, h.station, 5, "社区合并"); err != nil {
		t.Fatal(err)
	}
	list, err := h.s.Receptions(t.Context(), staff, station.ReceptionFilter{From: h.now, To: calendar.AddDays(h.now, 30)})
	if err != nil || len(list) != 1 || list[0].State != "cancelled" {
		t.Errorf("receptions of a closed station = %+v, %v", list, err)
	}
	if open, _ := h.s.Stations(t.Context(), staff, station.Filter{}); len(open) != 0 {
		t.Errorf("a closed station is listed: %v", open)
	}
	if closed, _ := h.s.Stations(t.Context(), staff, station.Filter{Closed: true}); len(closed) != 1 {
		t.Errorf("closed stations = %v", closed)
	}
	for days, want := range map[int]int{-1: 1, 0: 0} {
		if list, err := h.s.Stations(t.Context(), staff, station.Filter{On: calendar.AddDays(h.now, days)}); err != nil || len(list) != want {
			t.Errorf("open %d days from its closing = %v, %v, want %d", days, list, err, want)
		}
	}
}

func TestReceptions(t *testing.T) {
	h := open(t)
	liaison := h.Actor(access.Liaison)
	plan := station.NewReception{
		Key: "r", StationID: h.station, HeldOn: calendar.Day(2026, 3, 31), FromTime: "09:00", ToTime: "11:30",
		Deputies: []int64{h.deputy.DeputyID}, Monthly: true,
	}
	n, err := h.s.PlanReception(t.Context(), liaison, plan)
	if n != 10 || err != nil {
		t.Fatalf("planned %d, %v, want one a month from March to December", n, err)
	}
	soon := plan
	soon.Key, soon.HeldOn, soon.Monthly = "soon", calendar.Day(2026, 3, 3), false
	if _, err := h.s.PlanReception(t.Context(), liaison, soon); err != nil {
		t.Fatal(err)
	}
	r, err := h.s.Station(t.Context(), liaison, h.station)
	if err != nil || len(r.Receptions) != 11 {
		t.Fatalf("receptions = %d, %v", len(r.Receptions), err)
	}
	var bad fault.Fields
	if err := h.s.PublishReception(t.Context(), liaison, r.Receptions[0].ID, 1); !errors.As(err, &bad) {
		t.Errorf("published a day before: %v, want Fields", err)
	}
	if err := h.s.PublishReception(t.Context(), liaison, r.Receptions[1].ID, 1); err != nil {
		t.Fatal(err)
	}
	public, err := h.s.Station(t.Context(), access.Resident(nil), h.station)
	if err != nil || len(public.Receptions) != 1 || fmt.Sprint(public.Receptions[0].Deputies) != "[王志伟]" {
		t.Errorf("residents see %+v, %v", public.Receptions, err)
	}
	elsewhere := h.Actor(access.Liaison)
	elsewhere.CommunityID = h.SecondCommunity
	if err := h.s.CancelReception(t.Context(), elsewhere, r.Receptions[1].ID, 2, "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another community cancels: %v", err)
	}
	plan.Key, plan.HeldOn, plan.Monthly = "elsewhere", calendar.Day(2026, 5, 5), false
	if _, err := h.s.PlanReception(t.Context(), elsewhere, plan); !errors.As(err, &bad) || bad.For("station_id") == "" {
		t.Errorf("another community plans: %v", err)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::int FROM notices WHERE to_deputy = $1`, h.deputy.DeputyID); n != 1 {
		t.Errorf("notices = %d, want 1 for the reception that was published", n)
	}
	if err := h.s.CancelReception(t.Context(), h.Other(access.Staff), r.Receptions[1].ID, 2, "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street cancels: %v", err)
	}
}

func TestStationCodeOnce(t *testing.T) {
	h := open(t)
	n := h.newStation("01", "另一个站")
	n.Key = "another"
	var bad fault.Fields
	if _, err := h.s.OpenStation(t.Context(), h.Actor(access.Staff), n); !errors.As(err, &bad) || bad.For("code") == "" {
		t.Errorf("same code: %v", err)
	}
	if id, err := h.s.OpenStation(t.Context(), h.Actor(access.Staff), h.newStation("01", "岗贝社区联络站")); id != h.station || err != nil {
		t.Errorf("same form again = %d, %v, want %d", id, err, h.station)
	}
}
