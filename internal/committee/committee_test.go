package committee_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *committee.Store
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	return &house{t, dbtest.Seed(t, admin), d, admin, committee.NewStore(d, dbtest.Clock)}
}

var operator = access.Actor{Role: access.Operator, Name: "运维"}

func complaint(err error, field string) bool {
	var bad fault.Fields
	return errors.As(err, &bad) && bad.For(field) != ""
}

func TestFound(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	city, err := h.s.FoundCity(ctx, operator, committee.NewCity{Name: "珠海市", Code: "440400"})
	if err != nil {
		t.Fatal(err)
	}
	street, err := h.s.FoundStreet(ctx, operator, committee.NewStreet{CityID: city, Name: "拱北街道", Code: "440402001", Slug: "gongbei", Committee: "人大拱北街道工委"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.AddCommunity(ctx, operator, street, committee.NewCommunity{Name: "茂盛社区", Code: "440402001001"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.AddUnit(ctx, operator, street, committee.NewUnit{Name: "党政综合办公室", Kind: committee.Dispatch}); err != nil {
		t.Fatal(err)
	}
	leader := h.Actor(access.CityLeader)
	leader.CityID = city
	r, err := h.s.Street(ctx, leader, street)
	if err != nil {
		t.Fatal(err)
	}
	if r.Name != "拱北街道" || r.City != "珠海市" || len(r.Communities) != 1 || len(r.Units) != 1 || len(r.Timeline) != 3 {
		t.Errorf("street = %+v", r)
	}
	for _, a := range []access.Actor{h.Actor(access.SystemAdmin), h.Actor(access.Staff), access.Resident(nil)} {
		if _, err := h.s.FoundCity(ctx, a, committee.NewCity{Name: "假市", Code: "1"}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s founds a city: %v", a.Role, err)
		}
		if _, err := h.s.FoundStreet(ctx, a, committee.NewStreet{CityID: h.City, Name: "假街道", Code: "441900999"}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s founds a street: %v", a.Role, err)
		}
	}
}

func TestUnits(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id, err := h.s.AddUnit(ctx, staff, h.Street, committee.NewUnit{Name: "𠮷字号办公室", Kind: "department", Contact: "22100000"})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.s.AddUnit(ctx, staff, h.Street, committee.NewUnit{Name: "𠮷字号办公室", Kind: "department", Contact: "22100000"}); err != nil || again != id {
		t.Errorf("added again = %d, %v, want %d", again, err, id)
	}
	if _, err := h.s.AddUnit(ctx, staff, h.Street, committee.NewUnit{Name: "𠮷字号办公室", Kind: "other"}); !complaint(err, "name") {
		t.Errorf("same name = %v", err)
	}
	if _, err := h.s.AddUnit(ctx, staff, h.Street, committee.NewUnit{Name: "第二党政办", Kind: committee.Dispatch}); !complaint(err, "kind") {
		t.Errorf("second dispatch office = %v", err)
	}
	if err := h.s.ReviseUnit(ctx, staff, h.Street, id, 1, committee.NewUnit{Name: "城市管理办公室", Kind: "department"}); err != nil {
		t.Fatal(err)
	}
	if err := h.s.ReviseUnit(ctx, staff, h.Street, id, 1, committee.NewUnit{Name: "另一个", Kind: "other"}); !errors.Is(err, fault.Stale) {
		t.Errorf("revised on an old version: %v", err)
	}
	if err := h.s.EndUnit(ctx, staff, h.Street, id, 2, "机构改革"); err != nil {
		t.Fatal(err)
	}
	if err := h.s.EndUnit(ctx, staff, h.Street, id, 3, "再停"); !errors.Is(err, fault.NotFound) {
		t.Errorf("ended twice: %v", err)
	}
	if _, err := h.s.AddUnit(ctx, staff, h.Street, committee.NewUnit{Name: "城市管理办公室", Kind: "department"}); err != nil {
		t.Errorf("the name of an ended unit is not free: %v", err)
	}
	r, err := h.s.Street(ctx, staff, h.Street)
	if err != nil {
		t.Fatal(err)
	}
	var did []string
	for _, e := range r.Timeline {
		did = append(did, e.Title+e.Reason)
	}
	want := []string{"新增承办单位：𠮷字号办公室", "修改承办单位：𠮷字号办公室", "停用承办单位：城市管理办公室机构改革", "新增承办单位：城市管理办公室"}
	if diff := cmp.Diff(want, did); diff != "" {
		t.Error(diff)
	}
	if r.StreetLine.Units != 4 || len(r.Units) != 5 || r.Units[0].Kind != committee.Dispatch || r.Units[4].EndedOn == nil {
		t.Errorf("units = %d in use, %+v", r.StreetLine.Units, r.Units)
	}
}

func TestUnitTwentyTimesAtOnce(t *testing.T) {
	h := open(t)
	staff, ids := h.Actor(access.Staff), make([]int64, 20)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var err error
			if ids[i], err = h.s.AddUnit(t.Context(), staff, h.Street, committee.NewUnit{Name: "司法所", Kind: "stationed"}); err != nil {
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
}

func TestCommunities(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id, err := h.s.AddCommunity(ctx, staff, h.Street, committee.NewCommunity{Name: "䶮塘社区", Code: "441900003005"})
	if err != nil {
		t.Fatal(err)
	}
	for field, n := range map[string]committee.NewCommunity{
		"name": {Name: "䶮塘社区", Code: "441900003006"},
		"code": {Name: "温塘社区", Code: "441900003005"},
	} {
		if _, err := h.s.AddCommunity(ctx, staff, h.Street, n); !complaint(err, field) {
			t.Errorf("%+v = %v, want a complaint about %s", n, err, field)
		}
	}
	if _, err := h.s.AddCommunity(ctx, staff, h.Street, committee.NewCommunity{Name: "温塘社区", Code: "12"}); !complaint(err, "code") {
		t.Errorf("short code = %v", err)
	}
	if err := h.s.RenameCommunity(ctx, staff, h.Street, id, 1, "桑园社区"); err != nil {
		t.Fatal(err)
	}
	if err := h.s.RenameCommunity(ctx, staff, h.Street, id, 2, "岗贝社区"); !complaint(err, "name") {
		t.Errorf("renamed to another's name: %v", err)
	}
	if err := h.s.RenameCommunity(ctx, staff, h.Street, id, 1, "旧页面"); !errors.Is(err, fault.Stale) {
		t.Errorf("renamed on an old version: %v", err)
	}
	if err := h.s.EndCommunity(ctx, staff, h.Street, id, 2, "并入岗贝社区"); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT name || ' ' || ended_on FROM communities WHERE id = $1`, id); got != "桑园社区 2026-03-02" {
		t.Errorf("community = %s", got)
	}
}

func TestNameStreet(t *testing.T) {
	h := open(t)
	ctx, admin := t.Context(), h.Actor(access.SystemAdmin)
	if err := h.s.NameStreet(ctx, admin, h.Street, 1, "东城街道办", "人大东城工委"); err != nil {
		t.Fatal(err)
	}
	if err := h.s.NameStreet(ctx, admin, h.Street, 1, "东城", "人大东城工委"); !errors.Is(err, fault.Stale) {
		t.Errorf("named on an old version: %v", err)
	}
	if err := h.s.NameStreet(ctx, admin, h.Street, 2, "南城街道", "人大东城工委"); !complaint(err, "name") {
		t.Errorf("named like another: %v", err)
	}
	if err := h.s.NameStreet(ctx, admin, h.FarStreet, 1, "石岐", "人大石岐街道工委"); !errors.Is(err, fault.NotFound) {
		t.Errorf("named another city's street: %v", err)
	}
	if err := h.s.NameStreet(ctx, h.Actor(access.Staff), h.Street, 2, "东城", "人大东城工委"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("staff named the street: %v", err)
	}
}

func TestStreets(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		actor access.Actor
		want  []string
	}{
		{h.Actor(access.CityOffice), []string{"东城街道", "南城街道"}},
		{h.Actor(access.SystemAdmin), []string{"东城街道", "南城街道"}},
		{h.Actor(access.Staff), []string{"东城街道"}},
		{h.Far(access.CityOffice), []string{"石岐街道"}},
	} {
		list, next, err := h.s.Streets(t.Context(), c.actor, "")
		if err != nil || next != "" {
			t.Fatal(err, next)
		}
		var names []string
		for _, l := range list {
			names = append(names, l.Name)
		}
		if diff := cmp.Diff(c.want, names); diff != "" {
			t.Errorf("%s: %s", c.actor.Role, diff)
		}
	}
	list, _, err := h.s.Streets(t.Context(), h.Actor(access.CityOffice), "441900003")
	if err != nil || len(list) != 1 || list[0].Name != "南城街道" || list[0].Communities != 1 || list[0].Units != 2 {
		t.Errorf("the next page = %+v, %v", list, err)
	}
}

// Another street's people find nothing and change nothing, not even through SQL.
func TestOtherStreet(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityOffice), h.Far(access.SystemAdmin), h.Far(access.Staff)} {
		if _, err := h.s.Street(ctx, a, h.Street); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere reads the street: %v", a.Role, err)
		}
	}
	unit := committee.NewUnit{Name: "外来单位", Kind: "other"}
	if _, err := h.s.AddUnit(ctx, h.Other(access.Staff), h.Street, unit); !errors.Is(err, fault.Forbidden) {
		t.Errorf("another street's staff add a unit: %v", err)
	}
	if _, err := h.s.AddUnit(ctx, h.Far(access.SystemAdmin), h.Street, unit); !db.Refused(err) {
		t.Errorf("another city's administrator adds a unit: %v", err)
	}
	if err := h.s.ReviseUnit(ctx, h.Far(access.SystemAdmin), h.Street, h.Unit, 1, unit); !errors.Is(err, fault.NotFound) {
		t.Errorf("another city's administrator revises a unit: %v", err)
	}
	if err := h.s.EndCommunity(ctx, h.Far(access.SystemAdmin), h.Street, h.Community, 1, "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another city's administrator ends a community: %v", err)
	}
	// Row-level security by itself, without the room's check.
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.SystemAdmin), h.Actor(access.Unit), h.Actor(access.Deputy), h.Actor(access.CityOffice)} {
		for _, sql := range []string{
			`UPDATE units SET name = 'x' WHERE street_id = @street`,
			`UPDATE communities SET name = 'x' WHERE street_id = @street`,
			`UPDATE streets SET name = 'x' WHERE id = @street`,
		} {
			var n int64
			err := h.db.Write(ctx, a, func(tx db.Tx) (err error) {
				n, err = db.Exec(ctx, tx, sql, db.Args{"street": h.Street})
				return err
			})
			if err != nil || n != 0 {
				t.Errorf("%s: %s touched %d rows, %v", a.Role, sql, n, err)
			}
		}
	}
	var units []committee.Unit
	err := h.db.Read(ctx, h.Other(access.Staff), db.Many(&units, `SELECT id, name, kind, contact, version, ended_on FROM units WHERE street_id = @street`, db.Args{"street": h.Street}))
	if err != nil || len(units) != 0 {
		t.Errorf("another street reads units = %v, %v", units, err)
	}
}

func TestWhoMayNot(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		_, err := h.s.AddUnit(ctx, a, h.Street, committee.NewUnit{Name: "单位" + string(info.Role), Kind: "other"})
		if may := a.May(access.ManageCommittees); may != (err == nil) || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s adds a unit: %v", info.Role, err)
		}
		_, err = h.s.Street(ctx, a, h.Street)
		if may := a.May(access.ViewCommittees); may != (err == nil) || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s reads the street: %v", info.Role, err)
		}
	}
}
