package dbtest

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
)

// World is the least that tests of rooms need: a city with two streets, and
// another city with one.
type World struct {
	City, OtherCity            int64
	Street, OtherStreet        int64 // 东城街道 and 南城街道 of City
	FarStreet                  int64 // the street of OtherCity
	Community, SecondCommunity int64 // of Street
	OtherCommunity             int64 // of OtherStreet
	Dispatch, Unit, SecondUnit int64 // of Street
	OtherDispatch, OtherUnit   int64 // of OtherStreet
	nextUser                   int64
}

// Seed makes a World.
func Seed(t testing.TB, admin *pgxpool.Pool) *World {
	t.Helper()
	w := &World{nextUser: 1000}
	city := func(name, code string) int64 {
		id := Scan[int64](t, admin, `INSERT INTO cities (name, code) VALUES ($1, $2) RETURNING id`, name, code)
		Exec(t, admin, `
			INSERT INTO congress_terms (city_id, name, from_on, until_on)
			VALUES ($1, '市十六届', '2016-12-30', '2021-12-01'), ($1, '市十七届', '2021-12-01', '2026-12-01')`, id)
		return id
	}
	street := func(city int64, name, code, slug string) int64 {
		return Scan[int64](t, admin, `
			INSERT INTO streets (city_id, name, code, slug, committee)
			VALUES ($1, $2, $3, $4, '人大' || $2 || '工委') RETURNING id`, city, name, code, slug)
	}
	community := func(street int64, name, code string) int64 {
		return Scan[int64](t, admin, `INSERT INTO communities (street_id, name, code) VALUES ($1, $2, $3) RETURNING id`, street, name, code)
	}
	unit := func(street int64, name, kind string) int64 {
		return Scan[int64](t, admin, `INSERT INTO units (street_id, name, kind) VALUES ($1, $2, $3) RETURNING id`, street, name, kind)
	}
	w.City, w.OtherCity = city("东莞市", "441900"), city("中山市", "442000")
	w.Street = street(w.City, "东城街道", "441900003", "dongcheng")
	w.OtherStreet = street(w.City, "南城街道", "441900004", "nancheng")
	w.FarStreet = street(w.OtherCity, "石岐街道", "442000001", "shiqi")
	w.Community = community(w.Street, "岗贝社区", "441900003001")
	w.SecondCommunity = community(w.Street, "花园新村社区", "441900003002")
	w.OtherCommunity = community(w.OtherStreet, "鸿福社区", "441900004003")
	w.Dispatch, w.Unit, w.SecondUnit = unit(w.Street, "党政综合办公室", "dispatch"), unit(w.Street, "城市建设办公室", "department"), unit(w.Street, "公安分局", "stationed")
	w.OtherDispatch, w.OtherUnit = unit(w.OtherStreet, "党政综合办公室", "dispatch"), unit(w.OtherStreet, "城市建设办公室", "department")
	return w
}

// Actor returns a new person acting in role in w.Street, or in w.City for city
// roles and administrators.
func (w *World) Actor(role access.Role) access.Actor { return w.in(role, w.City, w.Street) }

// Other returns a new person acting in role in w.OtherStreet.
func (w *World) Other(role access.Role) access.Actor { return w.in(role, w.City, w.OtherStreet) }

// Far returns a new person acting in role in the other city.
func (w *World) Far(role access.Role) access.Actor { return w.in(role, w.OtherCity, w.FarStreet) }

func (w *World) in(role access.Role, city, street int64) access.Actor {
	w.nextUser++
	a := access.Actor{UserID: w.nextUser, Name: role.Name(), Role: role, CityID: city}
	if s := role.Info().Scope; s != access.ScopeCity && s != access.ScopeAdmin {
		a.StreetID = street
	}
	switch {
	case street == w.Street && role == access.Unit:
		a.UnitID = w.Unit
	case street == w.Street && role == access.OfficeDispatch:
		a.UnitID = w.Dispatch
	case street == w.Street && role == access.Liaison:
		a.CommunityID = w.Community
	case street == w.OtherStreet && role == access.Unit:
		a.UnitID = w.OtherUnit
	case street == w.OtherStreet && role == access.OfficeDispatch:
		a.UnitID = w.OtherDispatch
	case street == w.OtherStreet && role == access.Liaison:
		a.CommunityID = w.OtherCommunity
	}
	return a
}

// InPost puts a new person into a post of street, as a passed appointment would,
// and returns the post's ID. actor's account is that person's; nil gives none.
func InPost(t testing.TB, admin *pgxpool.Pool, street int64, post, name string, actor *access.Actor, since string) int64 {
	t.Helper()
	var user *int64
	if actor != nil {
		user = &actor.UserID
	}
	person := Scan[int64](t, admin, `
		INSERT INTO people (street_id, name, user_id, key)
		VALUES ($1, $2, $3, gen_random_uuid()::text) RETURNING id`, street, name, user)
	// The file by which they came is left out, and the rules that ask for it with it.
	return Scan[int64](t, admin, `
		WITH rules AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', true))
		INSERT INTO posts (street_id, person_id, post, appointee_id, since, published_on)
		SELECT $1, $2, $3, $2, $4::date, $4::date FROM rules RETURNING id`, street, person, post, since)
}

// PassedItem makes a plan of street and year with one item, as one that was passed, and
// returns the item's ID.
func PassedItem(t testing.TB, admin *pgxpool.Pool, street int64, year int, theme string) int64 {
	t.Helper()
	// The plan's way is left out, and the rules that ask for it with it.
	const rules = `WITH rules AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', true)) `
	id := Scan[int64](t, admin, rules+`
		INSERT INTO plans (street_id, year, state, consulted_on, passed_on, key)
		SELECT $1, $2, 'passed', make_date($2, 1, 4), make_date($2, 1, 8), $3 FROM rules RETURNING id`, street, year, theme)
	return Scan[int64](t, admin, rules+`
		INSERT INTO plan_items (street_id, plan_id, month, theme, kind, basis, owner, output, key)
		SELECT $1, $2, 5, $3, 'study', 'duty', '工委办公室', '调研报告', $3 FROM rules RETURNING id`, street, id, theme)
}
