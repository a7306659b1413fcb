package deputy_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/scale"
	"portal/internal/deputy"
	"portal/internal/fault"
	"portal/internal/secret"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *deputy.Store
	n     int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, s: deputy.NewStore(d, keys, dbtest.Clock)}
}

func (h *house) new(name string) deputy.New {
	h.n++
	return deputy.New{
		Key: fmt.Sprintf("d-%d", h.n), Name: name, Sex: "male", District: "东城第一选区", Term: "市十七届", Group: "law",
		Since: calendar.Day(2021, 12, 1), Intro: "小学教师", Phone: fmt.Sprintf("138001380%02d", h.n-1),
	}
}

func (h *house) enter(a access.Actor, n deputy.New) int64 {
	h.Helper()
	id, err := h.s.Enter(h.Context(), a, n)
	if err != nil {
		h.Fatal(err)
	}
	return id
}

func (h *house) version(id int64) int {
	return dbtest.Scan[int](h, h.admin, `SELECT version FROM deputies WHERE id = $1`, id)
}

func complaint(err error, field string) bool {
	var bad fault.Fields
	return errors.As(err, &bad) && bad.For(field) != ""
}

func TestEnter(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	id := h.enter(staff, h.new("𠮷田光"))
	r, err := h.s.Record(t.Context(), staff, id)
	if err != nil {
		t.Fatal(err)
	}
	want := deputy.Line{
		ID: id, StreetID: h.Street, Street: "东城街道", Name: "𠮷田光", Sex: "male", District: "东城第一选区", Term: "市十七届", Level: "city", Group: "law", How: "general", State: "in_office",
		PhoneMask: "138****8000", Since: calendar.Day(2021, 12, 1), Intro: "小学教师", Version: 1, Stations: []string{},
	}
	if diff := cmp.Diff(want, r.Line); diff != "" {
		t.Error(diff)
	}
	if len(r.Timeline) != 1 || r.Timeline[0].Title != "列入代表名册" {
		t.Errorf("timeline = %+v", r.Timeline)
	}
	if plain := dbtest.Scan[bool](t, h.admin, `SELECT position('13800138000'::bytea IN phone_sealed) > 0 FROM deputies WHERE id = $1`, id); plain {
		t.Error("the number stands in the table")
	}
}

func TestEnterTwentyTimesAtOnce(t *testing.T) {
	h := open(t)
	staff, n, ids := h.Actor(access.Staff), h.new("李䶮"), make([]int64, 20)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var err error
			if ids[i], err = h.s.Enter(t.Context(), staff, n); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] || id == 0 {
			t.Fatalf("ids = %v, want one", ids)
		}
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM audit_events WHERE kind = 'deputy'`); got != 1 {
		t.Errorf("recorded %d times, want once", got)
	}
}

// The city's deputies' work committee chooses the street, of its own city only.
func TestEnterForTheCity(t *testing.T) {
	h := open(t)
	city := h.Actor(access.CityDeputy)
	n := h.new("王志伟")
	n.StreetID = h.OtherStreet
	if got := dbtest.Scan[int64](t, h.admin, `SELECT street_id FROM deputies WHERE id = $1`, h.enter(city, n)); got != h.OtherStreet {
		t.Errorf("street = %d, want %d", got, h.OtherStreet)
	}
	for _, street := range []int64{h.FarStreet, 0, 999_999} {
		n := h.new("王志伟")
		n.StreetID = street
		if _, err := h.s.Enter(t.Context(), city, n); !complaint(err, "street") {
			t.Errorf("entered in street %d: %v", street, err)
		}
	}
	// The street of staff is their own, whatever the form says.
	n = h.new("张三")
	n.StreetID = h.OtherStreet
	if got := dbtest.Scan[int64](t, h.admin, `SELECT street_id FROM deputies WHERE id = $1`, h.enter(h.Actor(access.Staff), n)); got != h.Street {
		t.Errorf("street = %d, want %d", got, h.Street)
	}
}

func TestEnterComplains(t *testing.T) {
	h := open(t)
	for field, change := range map[string]func(*deputy.New){
		"since": func(n *deputy.New) { n.Since = calendar.Day(2026, 3, 3) },
		"group": func(n *deputy.New) { n.Group = "sports" },
		"name":  func(n *deputy.New) { n.Name = "" },
		"sex":   func(n *deputy.New) { n.Sex = "?" },
	} {
		n := h.new("王志伟")
		change(&n)
		if _, err := h.s.Enter(t.Context(), h.Actor(access.Staff), n); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestRevise(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id := h.enter(staff, h.new("王志伟"))
	n := h.new("王志炜")
	n.Phone = ""
	if err := h.s.Revise(ctx, h.Actor(access.CityDeputy), id, 1, n); err != nil {
		t.Fatal(err)
	}
	if err := h.s.Revise(ctx, staff, id, 1, n); !errors.Is(err, fault.Stale) {
		t.Errorf("revised on an old version: %v", err)
	}
	if got, err := h.s.Unmask(ctx, staff, id, "核对"); err != nil || got != "13800138000" {
		t.Errorf("the number was not kept: %q, %v", got, err)
	}
	n.NoPhone = true
	if err := h.s.Revise(ctx, staff, id, 2, n); err != nil {
		t.Fatal(err)
	}
	if got, err := h.s.Unmask(ctx, staff, id, "核对"); err != nil || got != "" {
		t.Errorf("the number was not removed: %q, %v", got, err)
	}
	r, err := h.s.Record(ctx, staff, id)
	if err != nil || r.Name != "王志炜" || r.PhoneMask != "" {
		t.Errorf("deputy = %+v, %v", r.Line, err)
	}
}

func TestEnd(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id := h.enter(staff, h.new("王志伟"))
	today := calendar.Day(2026, 3, 2)
	for field, e := range map[string]deputy.Ending{
		"on":  {On: today.AddDate(0, 0, 1), Why: "resigned"},
		"why": {On: today, Why: "tired"},
	} {
		if err := h.s.End(ctx, h.Actor(access.CityDeputy), id, 1, e); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := h.s.End(ctx, h.Actor(access.CityDeputy), id, 1, deputy.Ending{On: calendar.Day(2020, 1, 1), Why: "resigned"}); !complaint(err, "on") {
		t.Errorf("ended before it began: %v", err)
	}
	if err := h.s.End(ctx, h.Actor(access.CityDeputy), id, 1, deputy.Ending{On: today, Why: "resigned", Note: "常委会公告〔2026〕1号"}); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"ended":   h.s.End(ctx, h.Actor(access.CityDeputy), id, 2, deputy.Ending{On: today, Why: "resigned"}),
		"revised": h.s.Revise(ctx, staff, id, 2, h.new("王志伟")),
	} {
		if !errors.Is(err, fault.Stale) {
			t.Errorf("%s after the end: %v", name, err)
		}
	}
	if list, _, err := h.s.Deputies(ctx, staff, deputy.Filter{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("in office = %v, %v", list, err)
	}
	list, _, err := h.s.Deputies(ctx, staff, deputy.Filter{Ended: true, Limit: 10})
	if err != nil || len(list) != 1 || list[0].EndedWhy != "resigned" || !list[0].EndedOn.Equal(today) {
		t.Errorf("ended = %v, %v", list, err)
	}
	for day, want := range map[time.Time]int{today.AddDate(0, 0, -1): 1, today: 0} {
		if list, _, err := h.s.Deputies(ctx, staff, deputy.Filter{On: day, Limit: 10}); err != nil || len(list) != want {
			t.Errorf("in office at the end of %s = %v, %v, want %d", day, list, err, want)
		}
	}
	if _, err := h.s.Profile(ctx, access.Resident(nil), id); !errors.Is(err, fault.NotFound) {
		t.Errorf("residents still read the profile: %v", err)
	}
}

func TestUnmask(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.enter(h.Actor(access.Staff), h.new("王志伟"))
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		phone, err := h.s.Unmask(ctx, a, id, "通知开会")
		if may := a.May(access.UnmaskDeputy); may != (phone == "13800138000") || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s = %q, %v", info.Role, phone, err)
		}
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM audit_events WHERE action = 'deputy.unmask' AND reason = '通知开会'`); got != 3 {
		t.Errorf("recorded %d times, want 3", got)
	}
}

func TestDeputiesFilters(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	var want []string
	station := dbtest.Scan[int64](t, h.admin, `
		INSERT INTO stations (street_id, kind, name, code, opened_on, key)
		VALUES ($1, 'central', '东城中心站', '01', '2019-07-01', 's') RETURNING id`, h.Street)
	for i := range 7 {
		n := h.new(fmt.Sprintf("代表%d", i))
		if i == 3 {
			n.Group, n.District = "finance", "温塘选区"
		}
		id := h.enter(staff, n)
		want = append(want, n.Name)
		if i == 5 {
			dbtest.Exec(t, h.admin, `INSERT INTO station_deputies (street_id, station_id, deputy_id, from_on) VALUES ($1, $2, $3, '2022-01-01')`, h.Street, station, id)
		}
	}
	h.enter(h.Other(access.Staff), h.new("代表9"))
	var got []string
	f := deputy.Filter{Limit: 3}
	for pages := 0; ; pages++ {
		list, next, err := h.s.Deputies(ctx, staff, f)
		if err != nil || pages > 3 {
			t.Fatal(pages, err)
		}
		for _, l := range list {
			got = append(got, l.Name)
		}
		if f.After = next; next == 0 {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		f     deputy.Filter
		actor access.Actor
		want  string
	}{
		{deputy.Filter{Group: "finance"}, staff, "代表3"},
		{deputy.Filter{StationID: station}, staff, "代表5"},
		{deputy.Filter{Text: "温塘"}, staff, "代表3"},
		{deputy.Filter{Text: "%"}, staff, ""},
		{deputy.Filter{StreetID: h.OtherStreet}, h.Actor(access.CityOffice), "代表9"},
		{deputy.Filter{StreetID: h.OtherStreet, Text: "代表0"}, staff, "代表0"}, // another street's ID widens nothing
	} {
		c.f.Limit = 10
		list, _, err := h.s.Deputies(ctx, c.actor, c.f)
		var names []string
		for _, l := range list {
			names = append(names, l.Name)
		}
		if err != nil || strings.Join(names, " ") != c.want {
			t.Errorf("%+v = %v, %v, want %s", c.f, names, err, c.want)
		}
	}
	if c, err := h.s.Choices(ctx, h.Actor(access.CityOffice), deputy.Filter{}); err != nil || c.Count != 8 || len(c.Streets) != 2 {
		t.Errorf("choices = %+v, %v", c, err)
	}
	if list, err := h.s.Register(ctx, staff, deputy.Filter{}); err != nil || len(list) != 7 || list[0].PhoneMask != "138****8000" {
		t.Errorf("register = %d rows, %v", len(list), err)
	}
}

// An index serves the order of the register, also from the middle.
func TestDeputiesUseTheIndex(t *testing.T) {
	h := open(t)
	scale.Deputies(t, h.admin, []int64{h.Street, h.OtherStreet}, 50_000)
	for _, a := range []access.Actor{h.Actor(access.Staff), h.Actor(access.CityOffice)} {
		f := deputy.Filter{Limit: 50}
		start := time.Now()
		for range 20 {
			list, next, err := h.s.Deputies(t.Context(), a, f)
			if err != nil || len(list) != 50 || next == 0 {
				t.Fatal(len(list), next, err)
			}
			f.After = next
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("20 pages as %s took %v", a.Role, took)
		}
	}
}

// What a deputy did is for the desks and for themselves.
func TestWork(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	id := h.enter(staff, h.new("王志伟"))
	station := dbtest.Scan[int64](t, h.admin, `
		INSERT INTO stations (street_id, kind, name, code, opened_on, key)
		VALUES ($1, 'central', '东城中心站', '01', '2019-07-01', 's') RETURNING id`, h.Street)
	for i, day := range []string{"2025-12-31", "2026-01-05"} {
		visit := dbtest.Scan[int64](t, h.admin, `
			INSERT INTO visits (street_id, station_id, held_on, residents, logged_by, logger, key)
			VALUES ($1, $2, $3::text::date, 4, 1, '王', $3) RETURNING id`, h.Street, station, day)
		dbtest.Exec(t, h.admin, `INSERT INTO visit_deputies (street_id, visit_id, deputy_id) VALUES ($1, $2, $3)`, h.Street, visit, id)
		dbtest.Exec(t, h.admin, `
			INSERT INTO opinions (street_id, number, query_hash, source, visit_id, deputy_id, kind, field, text, anonymous, received_on, received_at, creator, key, state, closed_on)
			VALUES ($1, $2::text, convert_to($2, 'UTF8'), 'reception', $3, $4, 'suggest', 'other', 'x', true, $2::text::date, now(), 'x', $2, $5, $6)`,
			h.Street, day, visit, id, []string{"closed", "registered"}[i], []any{"2026-01-02", nil}[i])
	}
	for _, c := range []struct {
		actor access.Actor
		sees  bool
	}{
		{staff, true}, {h.Actor(access.CityDeputy), true}, {h.as(id), true}, {h.Actor(access.Deputy), false}, {h.Actor(access.Liaison), false},
	} {
		r, err := h.s.Record(t.Context(), c.actor, id)
		if err != nil {
			t.Fatal(err)
		}
		if c.sees != (r.Work != nil) {
			t.Errorf("%s sees the work: %t, want %t", c.actor.Role, r.Work != nil, c.sees)
			continue
		}
		if !c.sees {
			continue
		}
		if r.Work.Visits != (deputy.Tally{Total: 2, Year: 1}) || r.Work.Opinions != (deputy.Tally{Total: 2, Year: 1, Closed: 1}) {
			t.Errorf("%s: work = %+v", c.actor.Role, r.Work)
		}
		if len(r.Work.Latest) != 2 || r.Work.Latest[0].Opinions != 1 || r.Work.Latest[0].Station != "东城中心站" {
			t.Errorf("latest = %+v", r.Work.Latest)
		}
	}
}

func (h *house) as(id int64) access.Actor {
	a := h.Actor(access.Deputy)
	a.DeputyID = id
	return a
}

func TestProfiles(t *testing.T) {
	h := open(t)
	ctx, resident := t.Context(), access.Resident(nil)
	id := h.enter(h.Actor(access.Staff), h.new("王志伟"))
	h.enter(h.Other(access.Staff), h.new("李静"))
	station := dbtest.Scan[int64](t, h.admin, `
		INSERT INTO stations (street_id, kind, name, code, address, opened_on, key)
		VALUES ($1, 'central', '东城中心站', '01', '东城路1号', '2019-07-01', 's') RETURNING id`, h.Street)
	dbtest.Exec(t, h.admin, `INSERT INTO station_deputies (street_id, station_id, deputy_id, from_on) VALUES ($1, $2, $3, '2022-01-01')`, h.Street, station, id)
	list, next, err := h.s.Profiles(ctx, resident, deputy.ProfileFilter{Limit: 1})
	if err != nil || len(list) != 1 || next != id || list[0].Name != "王志伟" || list[0].Stations[0] != "东城中心站" {
		t.Fatalf("profiles = %+v, %d, %v", list, next, err)
	}
	list, next, err = h.s.Profiles(ctx, resident, deputy.ProfileFilter{Limit: 1, After: next})
	if err != nil || len(list) != 1 || next != 0 || list[0].Name != "李静" {
		t.Errorf("the next page = %+v, %d, %v", list, next, err)
	}
	p, err := h.s.Profile(ctx, resident, id)
	if err != nil || p.Intro != "小学教师" || len(p.Places) != 1 || p.Places[0].Address != "东城路1号" || p.Places[0].NextOn != nil {
		t.Errorf("profile = %+v, %v", p, err)
	}
	// Not even SQL tells residents a number.
	var mask string
	err = h.db.Read(ctx, resident, db.Value(&mask, `SELECT phone_mask FROM deputies WHERE id = @id`, db.Args{"id": id}))
	if !db.Refused(err) {
		t.Errorf("residents read phone_mask = %q, %v", mask, err)
	}
}

// Another street's people find and change nothing, not even through SQL.
func TestOtherStreet(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.enter(h.Actor(access.Staff), h.new("王志伟"))
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy), h.Other(access.Deputy)} {
		if _, err := h.s.Record(ctx, a, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s reads the record: %v", a.Role, err)
		}
		if list, _, err := h.s.Deputies(ctx, a, deputy.Filter{StreetID: h.Street, Limit: 10}); err != nil || len(list) != 0 {
			t.Errorf("%s lists %v, %v", a.Role, list, err)
		}
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		for name, err := range map[string]error{
			"revise": h.s.Revise(ctx, a, id, 1, h.new("x")),
			"end":    h.s.End(ctx, a, id, 1, deputy.Ending{On: calendar.Day(2026, 3, 2), Why: "moved"}),
		} {
			if !errors.Is(err, fault.NotFound) && !(name == "end" && a.Role == access.Staff && errors.Is(err, fault.Forbidden)) {
				t.Errorf("%s: %s = %v", a.Role, name, err)
			}
		}
		if _, err := h.s.Unmask(ctx, a, id, "x"); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s unmasks: %v", a.Role, err)
		}
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy), h.Actor(access.Deputy), h.Actor(access.Director), h.Actor(access.CityOffice)} {
		var n int64
		err := h.db.Write(ctx, a, func(tx db.Tx) (err error) {
			n, err = db.Exec(ctx, tx, `UPDATE deputies SET name = 'x' WHERE id = @id`, db.Args{"id": id})
			return err
		})
		if err != nil || n != 0 {
			t.Errorf("%s changed %d rows, %v", a.Role, n, err)
		}
	}
	if v := h.version(id); v != 1 {
		t.Errorf("version = %d, want 1", v)
	}
}

func TestWhoMayNot(t *testing.T) {
	h := open(t)
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		n := h.new("王志伟")
		n.StreetID = h.Street
		_, err := h.s.Enter(t.Context(), a, n)
		if may := a.May(access.KeepDeputies); may != (err == nil) || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s enters a deputy: %v", info.Role, err)
		}
		_, _, err = h.s.Deputies(t.Context(), a, deputy.Filter{Limit: 1})
		if may := a.May(access.ViewDeputies); may != (err == nil) || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s lists deputies: %v", info.Role, err)
		}
	}
}

func TestGroups(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	finance := h.new("李静")
	finance.Group = "finance"
	h.enter(staff, h.new("王志伟"))
	h.enter(staff, finance)
	ended := h.enter(staff, h.new("张三"))
	if err := h.s.End(ctx, h.Actor(access.CityDeputy), ended, 1, deputy.Ending{On: calendar.Day(2026, 3, 2), Why: "resigned"}); err != nil {
		t.Fatal(err)
	}
	name, list, err := h.s.Members(ctx, staff, h.Street)
	if err != nil || name != "东城街道" || len(list) != 2 || list[0].Group != "finance" {
		t.Errorf("members of %s = %+v, %v", name, list, err)
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityOffice)} {
		if _, _, err := h.s.Members(ctx, a, h.Street); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere reads the members: %v", a.Role, err)
		}
	}
	counts, err := h.s.GroupCounts(ctx, h.Actor(access.CityOffice))
	want := []deputy.StreetGroups{{StreetID: h.Street, Street: "东城街道", Law: 1, Finance: 1, Total: 2}, {StreetID: h.OtherStreet, Street: "南城街道"}}
	if diff := cmp.Diff(want, counts); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
