package open_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/open"
)

func TestFeed(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s := open.NewStore(d)
	station := func(name, code string, closed *time.Time) int64 {
		return dbtest.Scan[int64](t, admin, `
			INSERT INTO stations (street_id, community_id, kind, name, code, address, opened_on, closed_on, key, created_at, modified_at)
			VALUES ($1, $2, 'community', $3, $4, '岗贝路1号', '2019-06-27', $5, $4, '2019-06-27 00:00+08', '2026-01-05 08:00+08') RETURNING id`,
			w.Street, w.Community, name, code, closed)
	}
	day := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	live, gone := station("岗贝联络站", "01", nil), station("旧联络站", "02", &day)
	last := station("岗贝联络点", "03", nil)
	list, more, err := s.Stations(t.Context(), open.Page{Limit: 2})
	if err != nil || !more {
		t.Fatalf("Stations = %v, more %v, %v", list, more, err)
	}
	at := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	created, modified := "2019-06-27T00:00:00.000000+08:00", "2026-01-05T08:00:00.000000+08:00"
	want := []open.Station{
		{Record: open.Record{ID: live, Created: created, Modified: modified}, StreetID: w.Street, Kind: "community", Name: "岗贝联络站", Community: "岗贝社区", Address: "岗贝路1号", OpenedOn: "2019-06-27"},
		{Record: open.Record{ID: gone, Created: created, Modified: modified, Deleted: true}},
	}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("Stations (-want +got)\n%s", diff)
	}
	list, more, err = s.Stations(t.Context(), open.Page{After: gone, Limit: 2})
	if err != nil || more || len(list) != 1 || list[0].ID != last {
		t.Errorf("second page = %v, more %v, %v", list, more, err)
	}
	for since, n := range map[time.Time]int{at: 3, at.Add(time.Microsecond): 0} {
		if list, _, err = s.Stations(t.Context(), open.Page{Limit: 10, ModifiedSince: since}); err != nil || len(list) != n {
			t.Errorf("modified since %v = %d stations, %v, want %d", since, len(list), err, n)
		}
	}
}

func TestDeputiesWhoLeft(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	dbtest.Exec(t, admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, ended_on, ended_why, phone_mask, key)
		VALUES ($1, '𠮷田光', '东城一选区', '十六届', 'law', '2017-01-01', NULL, '', '138****8000', 'a'),
		       ($1, '李䶮', '东城二选区', '十六届', 'law', '2017-01-01', '2020-01-01', 'resigned', '', 'b')`, w.Street)
	list, _, err := open.NewStore(d).Deputies(t.Context(), open.Page{Limit: 10})
	if err != nil || len(list) != 2 {
		t.Fatalf("Deputies = %v, %v", list, err)
	}
	if list[0].Name != "𠮷田光" || list[0].Deleted || list[1].Name != "" || !list[1].Deleted {
		t.Errorf("Deputies = %+v", list)
	}
	var names []string
	if err := d.Read(t.Context(), access.Resident(nil), db.Values(&names, `SELECT name FROM deputies`, db.Args{})); err != nil || len(names) != 1 {
		t.Errorf("residents see %v, %v", names, err)
	}
	for _, column := range []string{"phone_mask", "phone_sealed::text", "ended_why", "sex"} {
		if err := d.Read(t.Context(), access.Actor{Role: access.Feed}, db.Values(&names, `SELECT `+column+` FROM deputies`, db.Args{})); !db.Refused(err) {
			t.Errorf("the feed reads %s: %v", column, err)
		}
	}
	var n int
	if err := d.Read(t.Context(), access.Actor{Role: access.Feed}, db.Value(&n, `SELECT count(id)::int FROM opinions`, db.Args{})); err != nil || n != 0 {
		t.Errorf("the feed sees %d opinions, %v", n, err)
	}
}

func TestStreetsAndCity(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s := open.NewStore(d)
	list, more, err := s.Streets(t.Context(), open.Page{Limit: 10})
	if err != nil || more || len(list) != 3 || list[0].Name != "东城街道" || list[0].City != "东莞市" {
		t.Errorf("Streets = %+v, %v, %v", list, more, err)
	}
	if id, err := s.City(t.Context(), "442000"); err != nil || id != w.OtherCity {
		t.Errorf("City = %d, %v, want %d", id, err, w.OtherCity)
	}
	if _, err := s.City(t.Context(), "\u202e"); err == nil {
		t.Error("an unknown code is a city")
	}
}

// The feed has who is in post and, without their names, the terms that ended; of
// an appointment that is not published it has nothing.
func TestCommittees(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	dbtest.InPost(t, admin, w.Street, "director", "李䶮", nil, "2019-07-01")
	left := dbtest.InPost(t, admin, w.Street, "member", "离任", nil, "2019-07-01")
	dbtest.Exec(t, admin, `UPDATE posts SET until_on = '2026-03-01', ended_why = 'died' WHERE id = $1`, left)
	hidden := dbtest.InPost(t, admin, w.Street, "member", "未公布", nil, "2026-03-01")
	dbtest.Exec(t, admin, `UPDATE posts SET published_on = NULL WHERE id = $1`, hidden)
	list, more, err := open.NewStore(d).Committees(t.Context(), open.Page{Limit: 10})
	if err != nil || more || len(list) != 2 {
		t.Fatalf("Committees = %+v, %v", list, err)
	}
	if o := list[0]; o.Name != "李䶮" || o.Post != "director" || o.Since != "2019-07-01" || o.StreetID != w.Street || o.Deleted {
		t.Errorf("in post: %+v", o)
	}
	if o := list[1]; o.Name != "" || o.Post != "" || o.Since != "" || o.StreetID != 0 || !o.Deleted {
		t.Errorf("left: %+v", o)
	}
}
