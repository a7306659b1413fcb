package gathering_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/gathering"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *gathering.Store
	now   time.Time
	staff access.Actor
	n     int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	h.s = gathering.NewStore(d, func() time.Time { return h.now })
	h.staff = h.Actor(access.Staff)
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// clock is a moment of the day of dbtest.Now, such as "15:00".
func clock(hm string) time.Time {
	t, err := time.Parse("15:04", hm)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 3, 2, t.Hour(), t.Minute(), 0, 0, dbtest.Now.Location())
}

func (h *house) new() gathering.New {
	h.n++
	return gathering.New{
		StreetID: h.Street, Kind: gathering.Activity, RecordID: int64(h.n), Title: "视察河涌整治", Place: "黄旗山", StartsAt: clock("15:00"), EndsAt: clock("17:00"),
	}
}

// in runs fn as the owner of a gathering would, in a transaction of its own.
func (h *house) in(a access.Actor, fn func(context.Context, db.Tx) error) error {
	return h.db.Write(h.Context(), a, func(tx db.Tx) error { return fn(h.Context(), tx) })
}

func (h *house) plan(n gathering.New) (id int64) {
	h.Helper()
	h.must(h.in(h.staff, func(ctx context.Context, tx db.Tx) (err error) {
		id, err = h.s.Plan(ctx, tx, h.staff, n)
		return err
	}))
	return id
}

func (h *house) invite(id int64, inv gathering.Invitation) (added int, err error) {
	err = h.in(h.staff, func(ctx context.Context, tx db.Tx) (err error) {
		added, err = h.s.Invite(ctx, tx, h.staff, id, inv)
		return err
	})
	return added, err
}

// do makes a move of the whole as the office.
func (h *house) do(move func(context.Context, db.Tx, access.Actor, int64) error, id int64) error {
	return h.in(h.staff, func(ctx context.Context, tx db.Tx) error { return move(ctx, tx, h.staff, id) })
}

func (h *house) deputy(street int64, name string) (a access.Actor) {
	h.Helper()
	h.n++
	a = h.Actor(access.Deputy)
	a.StreetID = street
	a.DeputyID = dbtest.Scan[int64](h, h.admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '第一选区', '市十七届', 'law', '2021-12-01', $3) RETURNING id`, street, name, fmt.Sprint("d", h.n))
	return a
}

func (h *house) person(name string, a *access.Actor) int64 {
	h.Helper()
	h.n++
	var user *int64
	if a != nil {
		user = &a.UserID
	}
	return dbtest.Scan[int64](h, h.admin, `INSERT INTO people (street_id, name, work, user_id, key) VALUES ($1, $2, '岗贝小学', $3, $4) RETURNING id`,
		h.Street, name, user, fmt.Sprint("p", h.n))
}

func (h *house) record(a access.Actor, id int64) gathering.Record {
	h.Helper()
	r, err := h.s.Record(h.Context(), a, id, gathering.Filter{})
	h.must(err)
	return r
}

// of is the row of somebody on the list.
func (h *house) of(id int64, name string) gathering.Attendance {
	h.Helper()
	for _, a := range h.record(h.staff, id).People {
		if a.Name == name {
			return a
		}
	}
	h.Fatalf("%s is not on the list", name)
	return gathering.Attendance{}
}

// scene is a gathering that has been called: two deputies, one voters'
// representative found by name, two committee members, a unit and a guest.
type scene struct {
	id                                 int64
	chen, zhou, voter, director, unit_ access.Actor
}

func (h *house) called() scene {
	h.Helper()
	sc := scene{chen: h.deputy(h.Street, "陈某"), zhou: h.deputy(h.Street, "周𠮷"), voter: h.Actor(access.VoterRep), director: h.Actor(access.Director), unit_: h.Actor(access.Unit)}
	h.person("李䶮", &sc.voter)
	dbtest.InPost(h, h.admin, h.Street, "director", "黄主任", &sc.director, "2021-12-01")
	dbtest.InPost(h, h.admin, h.Street, "member", "何委员", nil, "2021-12-01")
	sc.id = h.plan(h.new())
	for _, inv := range []gathering.Invitation{
		{Teams: []string{"deputy", "member"}, Due: true},
		{Named: []gathering.Named{{Name: "李䶮"}}, Due: true, Capacity: "representative"},
		{Units: []int64{h.Unit}},
		{Guests: []gathering.Guest{{Name: "王教授", Duty: "东莞理工学院"}}},
	} {
		if n, err := h.invite(sc.id, inv); err != nil || n == 0 {
			h.Fatalf("Invite(%+v) = %d, %v", inv, n, err)
		}
	}
	h.must(h.do(h.s.Call, sc.id))
	return sc
}

func (h *house) opened() scene {
	h.Helper()
	sc := h.called()
	h.must(h.do(h.s.Open, sc.id))
	return sc
}

func (h *house) complains(err error, field string) {
	h.Helper()
	var bad fault.Fields
	if !errors.As(err, &bad) || bad.For(field) == "" {
		h.Errorf("err = %v, want a complaint about %s", err, field)
	}
}

func (h *house) outcomes(id int64) map[string]string {
	h.Helper()
	m := map[string]string{}
	for _, a := range h.record(h.staff, id).People {
		m[a.Name] = a.Outcome
	}
	return m
}
