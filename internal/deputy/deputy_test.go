package deputy_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/deputy"
	"portal/internal/fault"
	"portal/internal/secret"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	keys  *secret.Keys
	s     *deputy.Store
	n     int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, keys: keys, s: deputy.NewStore(d, keys, dbtest.Clock)}
}

func (h *house) new(name string) deputy.New {
	h.n++
	return deputy.New{
		Key: fmt.Sprintf("d-%d", h.n), Name: name, Sex: "male", District: "东城第一选区", Term: "市十七届", Group: "law",
		Since: calendar.Day(2021, 12, 1), Intro: "小学教师", Phone: fmt.Sprintf("138001380%02d", h.n-1),
		Credentials: "公告〔2021〕7号", Confirmed: calendar.Day(2021, 11, 20),
	}
}

// enter enters a deputy as the city does, in a's street.
func (h *house) enter(a access.Actor, n deputy.New) int64 {
	h.Helper()
	if n.StreetID == 0 {
		n.StreetID = h.Street
	}
	if a.StreetID != 0 {
		n.StreetID = a.StreetID
		if a = h.Actor(access.CityDeputy); n.StreetID == h.FarStreet {
			a = h.Far(access.CityDeputy)
		}
	}
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
		ID: id, StreetID: h.Street, Street: "东城街道", Name: "𠮷田光", Sex: "male", District: "东城第一选区", Term: "市十七届", Level: "city", Group: "law", How: "general", Credentials: "公告〔2021〕7号", Confirmed: new(calendar.Day(2021, 11, 20)), State: "in_office",
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
	city, n, ids := h.Actor(access.CityDeputy), h.new("李䶮"), make([]int64, 20)
	n.StreetID = h.Street
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var err error
			if ids[i], err = h.s.Enter(t.Context(), city, n); err != nil {
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
	id, err := h.s.Propose(t.Context(), h.Actor(access.Staff), n)
	if got := dbtest.Scan[int64](t, h.admin, `SELECT street_id FROM deputy_elections WHERE id = $1`, id); got != h.Street || err != nil {
		t.Errorf("street = %d, want %d: %v", got, h.Street, err)
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
		n.StreetID = h.Street
		change(&n)
		if _, err := h.s.Enter(t.Context(), h.Actor(access.CityDeputy), n); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
		n.Key += "p"
		if _, err := h.s.Propose(t.Context(), h.Actor(access.Staff), n); !complaint(err, field) {
			t.Errorf("proposed: %s: %v", field, err)
		}
	}
	for field, change := range map[string]func(*deputy.New){
		"document":  func(n *deputy.New) { n.Credentials = "" },
		"confirmed": func(n *deputy.New) { n.Confirmed = calendar.Day(2021, 12, 2) },
	} {
		n := h.new("王志伟")
		n.StreetID = h.Street
		change(&n)
		if _, err := h.s.Enter(t.Context(), h.Actor(access.CityDeputy), n); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// Nobody is a deputy before the city has confirmed their credentials, whoever
// enters them and however (electoral law, art. 47).
func TestCredentialsComeFirst(t *testing.T) {
	h := open(t)
	ctx, staff, city := t.Context(), h.Actor(access.Staff), h.Actor(access.CityDeputy)
	n := h.new("𠮷田光")
	if _, err := h.s.Enter(ctx, staff, n); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the street entered a deputy: %v", err)
	}
	for name, sql := range map[string]string{
		"by the street": `INSERT INTO deputies (street_id, name, electoral_district, term, since, credentials, confirmed_on, key)
			VALUES (@street, '甲', '东城第一选区', '市十七届', '2021-12-01', '1号', '2021-11-20', 'x')`,
		"without a paper": `INSERT INTO deputies (street_id, name, electoral_district, term, since, key)
			VALUES (@street, '甲', '东城第一选区', '市十七届', '2021-12-01', 'x')`,
		"before the confirmation": `INSERT INTO deputies (street_id, name, electoral_district, term, since, credentials, confirmed_on, key)
			VALUES (@street, '甲', '东城第一选区', '市十七届', '2021-12-01', '1号', '2021-12-02', 'x')`,
	} {
		a := city
		if name == "by the street" {
			a = staff
		}
		if err := h.sql(a, sql); err == nil {
			t.Errorf("entered %s", name)
		}
	}
	id, err := h.s.Propose(ctx, staff, n)
	if again, twice := h.s.Propose(ctx, staff, n); err != nil || again != id || twice != nil {
		t.Fatalf("proposed %d, then %d: %v, %v", id, again, err, twice)
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT (SELECT count(*) FROM deputies) + (SELECT count(*) FROM group_members)`); got != 0 {
		t.Errorf("who waits has %d rows as a deputy", got)
	}
	if _, err := h.s.Propose(ctx, staff, func() deputy.New { again := n; again.Key = "other"; return again }()); !complaint(err, "name") {
		t.Errorf("one person waits twice: %v", err)
	}
	if err := h.sql(staff, `UPDATE deputy_elections SET state = 'void', decided_on = '2026-03-01', document = '1号'`); err == nil {
		t.Error("the street decided by SQL")
	}
	if _, _, err := h.s.Election(ctx, h.Other(access.Staff), id); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street sees who waits: %v", err)
	}
	step := deputy.Step{Version: 1, On: calendar.Day(2021, 11, 20), Document: "公告〔2021〕7号"}
	if _, err := h.s.Decide(ctx, staff, "confirmation", id, step); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the street confirms: %v", err)
	}
	seat, err := h.s.Decide(ctx, city, "confirmation", id, step)
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.s.Record(ctx, staff, seat)
	if err != nil || r.How != "general" || !r.Since.Equal(calendar.Day(2021, 12, 1)) || r.Credentials != "公告〔2021〕7号" || r.Group != "law" || len(r.Steps) != 1 {
		t.Errorf("seat = %+v, %v", r, err)
	}
	if err := h.sql(staff, `UPDATE deputies SET credentials = '2号'`); err == nil {
		t.Error("the street rewrote the paper")
	}
}

// Where the confirmation comes late, nobody was a deputy before it.
func TestConfirmGeneral(t *testing.T) {
	h := open(t)
	ctx, staff, city := t.Context(), h.Actor(access.Staff), h.Actor(access.CityDeputy)
	for _, name := range []string{"甲", "乙", "丙"} {
		if _, err := h.s.Propose(ctx, staff, h.new(name)); err != nil {
			t.Fatal(err)
		}
	}
	step := deputy.Step{On: calendar.Day(2026, 1, 5), Document: "公告〔2026〕1号"}
	if err := h.s.ConfirmGeneral(ctx, staff, h.Street, "市十七届", 3, step); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the street confirms: %v", err)
	}
	if err := h.s.ConfirmGeneral(ctx, city, h.Street, "市十七届", 2, step); !errors.Is(err, fault.Stale) {
		t.Errorf("confirmed another number: %v", err)
	}
	if err := h.s.ConfirmGeneral(ctx, h.Far(access.CityDeputy), h.Street, "市十七届", 3, step); err == nil {
		t.Error("another city confirms")
	}
	waiting, err := h.s.GeneralWaiting(ctx, city)
	if err != nil || len(waiting) != 1 || waiting[0].People != 3 {
		t.Fatalf("waiting = %v, %v", waiting, err)
	}
	if err := h.s.ConfirmGeneral(ctx, city, h.Street, "市十七届", 3, step); err != nil {
		t.Fatal(err)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM deputies WHERE since = '2026-01-05' AND confirmed_on = since AND elected_how = 'general'`); n != 3 {
		t.Errorf("%d are deputies from the confirmation on, want 3", n)
	}
}

// A proposal made by mistake is taken back by who made it, with the reason.
func TestWithdrawal(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	n := h.new("王志伟")
	id, err := h.s.Propose(ctx, staff, n)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.Decide(ctx, staff, "withdrawal", id, deputy.Step{Version: 1, On: calendar.Day(2026, 3, 1)}); !complaint(err, "note") {
		t.Errorf("withdrawn without a reason: %v", err)
	}
	if _, err := h.s.Decide(ctx, staff, "withdrawal", id, deputy.Step{Version: 1, On: calendar.Day(2026, 3, 1), Note: "登记错了"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.Decide(ctx, h.Actor(access.CityDeputy), "confirmation", id, deputy.Step{Version: 2, On: calendar.Day(2026, 3, 1), Document: "1号"}); !errors.Is(err, fault.Stale) {
		t.Errorf("confirmed what was withdrawn: %v", err)
	}
	n.Key = "again"
	if _, err := h.s.Propose(ctx, staff, n); err != nil {
		t.Errorf("not proposed again: %v", err)
	}
}

// sql runs a statement as the portal's own role.
func (h *house) sql(a access.Actor, sql string) error {
	args := db.Args{}
	if strings.Contains(sql, "@street") {
		args["street"] = h.Street
	}
	return h.db.Write(h.Context(), a, func(tx db.Tx) error {
		n, err := db.Exec(h.Context(), tx, sql, args)
		if err == nil && n == 0 {
			err = fault.NotFound
		}
		return err
	})
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

// ends makes the move that ends a deputy's time by an accepted resignation.
func (h *house) ends(id int64, on time.Time) {
	h.Helper()
	h.move(h.Actor(access.Staff), "resignation", id, deputy.Step{On: on})
	h.move(h.Actor(access.CityDeputy), "acceptance", id, deputy.Step{On: on, Document: "常委会公告〔2026〕1号"})
}

func (h *house) move(a access.Actor, move string, id int64, t deputy.Step) {
	h.Helper()
	t.Version = h.version(id)
	if err := h.s.Move(h.Context(), a, move, id, t); err != nil {
		h.Fatal(err)
	}
}

func TestEnd(t *testing.T) {
	h := open(t)
	ctx, staff, city := t.Context(), h.Actor(access.Staff), h.Actor(access.CityDeputy)
	id := h.enter(staff, h.new("王志伟"))
	today := calendar.Day(2026, 3, 2)
	for field, s := range map[string]deputy.Step{
		"on":       {On: today.AddDate(0, 0, 1), Ground: "moved_away", Document: "1号"},
		"ground":   {On: today, Ground: "tired", Document: "1号"},
		"document": {On: today, Ground: "moved_away"},
	} {
		s.Version = 1
		if err := h.s.Move(ctx, city, "termination", id, s); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := h.s.Move(ctx, city, "death", id, deputy.Step{Version: 1, On: calendar.Day(2020, 1, 1)}); !complaint(err, "on") {
		t.Errorf("ended before it began: %v", err)
	}
	h.ends(id, today)
	for name, err := range map[string]error{
		"revised": h.s.Revise(ctx, staff, id, h.version(id), h.new("王志伟")),
		"stale":   h.s.Move(ctx, city, "death", id, deputy.Step{Version: 1, On: today}),
	} {
		if !errors.Is(err, fault.Stale) {
			t.Errorf("%s after the end: %v", name, err)
		}
	}
	if err := h.s.Move(ctx, city, "death", id, deputy.Step{Version: h.version(id), On: today}); !complaint(err, "state") {
		t.Errorf("ended twice: %v", err)
	}
	if list, _, err := h.s.Deputies(ctx, staff, deputy.Filter{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("in office = %v, %v", list, err)
	}
	list, _, err := h.s.Deputies(ctx, staff, deputy.Filter{Ended: true, Limit: 10})
	if err != nil || len(list) != 1 || list[0].EndedWhy != "resigned" || !list[0].EndedOn.Equal(today) {
		t.Errorf("ended = %v, %v", list, err)
	}
	for day, want := range map[time.Time]int{today.AddDate(0, 0, -1): 1, today: 0} {
		if list, _, err := h.s.Deputies(ctx, staff, deputy.Filter{On: day, Group: "law", Limit: 10}); err != nil || len(list) != want {
			t.Errorf("in office at the end of %s = %v, %v, want %d", day, list, err, want)
		}
	}
	if _, err := h.s.Profile(ctx, access.Resident(nil), id); !errors.Is(err, fault.NotFound) {
		t.Errorf("residents still read the profile: %v", err)
	}
}

// Ending a deputy's time ends memberships, leading and stations the same day, and
// taking it back opens them again.
func TestEndsTogether(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id := h.enter(staff, h.new("王志伟"))
	station := dbtest.Scan[int64](t, h.admin, `
		INSERT INTO stations (street_id, kind, name, code, opened_on, key)
		VALUES ($1, 'central', '东城中心站', '01', '2019-07-01', 's') RETURNING id`, h.Street)
	dbtest.Exec(t, h.admin, `INSERT INTO station_deputies (street_id, station_id, deputy_id, from_on) VALUES ($1, $2, $3, '2022-01-01')`, h.Street, station, id)
	group := h.group("law")
	if err := h.s.Lead(ctx, staff, deputy.Change{DeputyID: id, GroupID: group, On: calendar.Day(2022, 1, 1)}); err != nil {
		t.Fatal(err)
	}
	open := func() int {
		return dbtest.Scan[int](t, h.admin, `
			SELECT (SELECT count(*) FROM group_members WHERE deputy_id = $1 AND until_on IS NULL) + (SELECT count(*) FROM group_leaders WHERE deputy_id = $1 AND until_on IS NULL)
			     + (SELECT count(*) FROM station_deputies WHERE deputy_id = $1 AND until_on IS NULL)`, id)
	}
	if open() != 3 {
		t.Fatalf("open before = %d, want 3", open())
	}
	h.ends(id, calendar.Day(2026, 3, 1))
	if n := dbtest.Scan[int](t, h.admin, `
		SELECT (SELECT count(*) FROM group_members WHERE until_on = '2026-03-01') + (SELECT count(*) FROM group_leaders WHERE until_on = '2026-03-01')
		     + (SELECT count(*) FROM station_deputies WHERE until_on = '2026-03-01')`); n != 3 {
		t.Errorf("ended with the deputy = %d, want 3", n)
	}
	h.move(h.Actor(access.CityDeputy), "reinstatement", id, deputy.Step{On: calendar.Day(2026, 3, 2), Note: "登记错了人"})
	if open() != 3 {
		t.Errorf("open again = %d, want 3", open())
	}
}

func (h *house) group(kind string) int64 {
	return dbtest.Scan[int64](h, h.admin, `SELECT id FROM deputy_groups WHERE street_id = $1 AND kind = $2`, h.Street, kind)
}

// The street's office prepares; what the standing committee decides, only the
// city's office enters, and not even SQL gets around that.
func TestOnlyTheCityDecides(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id := h.enter(staff, h.new("王志伟"))
	for _, m := range deputy.Procedure.Moves {
		for _, info := range access.Roles {
			a := h.Actor(info.Role)
			if a.May(m.Need) && m.Name != "expiry" {
				continue
			}
			if err := h.s.Move(ctx, a, m.Name, id, deputy.Step{Version: 1, On: calendar.Day(2026, 3, 1), Ground: "died", Document: "1号"}); !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s as %s: %v", m.Name, info.Role, err)
			}
		}
	}
	for name, sql := range map[string]string{
		"end":     `UPDATE deputies SET ended_on = '2026-03-01', ended_why = 'resigned'`,
		"suspend": `UPDATE deputies SET state = 'suspended'`,
		"regroup": `UPDATE deputies SET professional_group = 'finance'`,
		"step":    `INSERT INTO deputy_steps (street_id, deputy_id, step, on_day, document, actor, created_by) SELECT street_id, id, 'acceptance', '2026-03-01', '1号', '我', 1 FROM deputies`,
		"fill": `INSERT INTO deputies (street_id, name, electoral_district, term, elected_how, since, key)
			SELECT street_id, '补选人', '东城第一选区', '市十七届', 'by_election', '2026-03-01', 'x' FROM deputies`,
		"rewrite": `UPDATE deputy_steps SET note = 'x'`,
		"second membership": `INSERT INTO group_members (street_id, group_id, deputy_id, professional, from_on)
			SELECT d.street_id, g.id, d.id, true, '2026-03-01' FROM deputies d JOIN deputy_groups g ON g.street_id = d.street_id AND g.kind = 'finance'`,
	} {
		err := h.db.Write(ctx, staff, func(tx db.Tx) error {
			_, err := db.Exec(ctx, tx, sql, db.Args{})
			return err
		})
		if err == nil {
			t.Errorf("%s passed as portal_app", name)
		}
	}
}

// A by-election: a vacancy, who was elected, confirmed by the city, published;
// not before, and one seat is filled once.
func TestByElection(t *testing.T) {
	h := open(t)
	ctx, staff, city := t.Context(), h.Actor(access.Staff), h.Actor(access.CityDeputy)
	left := h.enter(staff, h.new("王志伟"))
	h.ends(left, calendar.Day(2026, 1, 10))
	n := deputy.NewElection{
		Key: "e1", Fills: left, Name: "李䶮", Sex: "female", Phone: "13700000001", Group: "finance", ElectedOn: calendar.Day(2026, 2, 1), Voters: 900, Ballots: 600, Votes: 400,
	}
	for field, change := range map[string]func(*deputy.NewElection){
		"elected": func(n *deputy.NewElection) { n.ElectedOn = calendar.Day(2026, 1, 9) },
		"ballots": func(n *deputy.NewElection) { n.Ballots, n.Votes = 450, 400 },
		"votes":   func(n *deputy.NewElection) { n.Votes = 601 },
		"fills":   func(n *deputy.NewElection) { n.Fills = 0 },
		"group":   func(n *deputy.NewElection) { n.Group = "sports" },
	} {
		bad := n
		bad.Key = "bad" + field
		change(&bad)
		if _, err := h.s.Elect(ctx, staff, bad); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	// Ten offices fill the seat at once: one result stands.
	var wg sync.WaitGroup
	ids := make([]int64, 10)
	for i := range ids {
		wg.Go(func() {
			one := n
			one.Key = fmt.Sprint("race", i)
			ids[i], _ = h.s.Elect(ctx, staff, one)
		})
	}
	wg.Wait()
	var id int64
	for _, x := range ids {
		if x != 0 && id != 0 {
			t.Fatalf("the seat is filled twice: %v", ids)
		}
		id += x
	}
	if list, _, _ := h.s.Deputies(ctx, staff, deputy.Filter{Limit: 10}); len(list) != 0 {
		t.Errorf("the elected stands in the register before the confirmation: %v", list)
	}
	step := deputy.Step{Version: 1, On: calendar.Day(2026, 2, 20), Document: "公告〔2026〕3号", Announced: calendar.Day(2026, 2, 21)}
	if _, err := h.s.Decide(ctx, staff, "confirmation", id, step); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the street confirms: %v", err)
	}
	if _, err := h.s.Decide(ctx, h.Far(access.CityDeputy), "confirmation", id, step); !errors.Is(err, fault.NotFound) {
		t.Errorf("another city confirms: %v", err)
	}
	new, err := h.s.Decide(ctx, city, "confirmation", id, step)
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.s.Profile(ctx, access.Resident(nil), new)
	if err != nil || p.Name != "李䶮" || p.District != "东城第一选区" || p.How != "by_election" || p.Group != "finance" {
		t.Errorf("profile = %+v, %v", p, err)
	}
	if phone, err := h.s.Unmask(ctx, staff, new, "通知"); err != nil || phone != "13700000001" {
		t.Errorf("the number was lost: %q, %v", phone, err)
	}
	if _, err := h.s.Decide(ctx, city, "annulment", id, step); !errors.Is(err, fault.Stale) {
		t.Errorf("decided twice: %v", err)
	}
	if err := h.s.Move(ctx, city, "reinstatement", left, deputy.Step{Version: h.version(left), On: calendar.Day(2026, 3, 1)}); !complaint(err, "state") {
		t.Errorf("the filled seat was given back: %v", err)
	}
}

// Who moves to another street of the city is counted once on every day.
func TestTransferBetweenStreets(t *testing.T) {
	h := open(t)
	ctx, city := t.Context(), h.Actor(access.CityDeputy)
	id := h.enter(h.Actor(access.Staff), h.new("王志伟"))
	day := calendar.Day(2026, 2, 1)
	h.move(city, "transfer", id, deputy.Step{On: day, Document: "3号", Street: h.OtherStreet, District: "南城第一选区", Group: "finance"})
	for _, on := range []time.Time{day.AddDate(0, 0, -1), day, day.AddDate(0, 0, 1)} {
		if list, _, err := h.s.Deputies(ctx, city, deputy.Filter{On: on, Limit: 10}); err != nil || len(list) != 1 || (list[0].StreetID == h.Street) != on.Before(day) {
			t.Errorf("on %s = %v, %v", on, list, err)
		}
	}
	if got := dbtest.Scan[int64](t, h.admin, `SELECT moved_from FROM deputies WHERE street_id = $1`, h.OtherStreet); got != id {
		t.Errorf("moved from %d, want %d", got, id)
	}
}

// A deputy belongs to one professional group on every day, whoever moves them
// at the same time.
func TestTransfer(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id := h.enter(staff, h.new("王志伟"))
	day := calendar.Day(2026, 2, 1)
	var wg sync.WaitGroup
	var passed atomic.Int32
	for i := range 12 {
		kind := []string{"finance", "construction", "education"}[i%3]
		group := h.group(kind)
		wg.Go(func() {
			err := h.s.Transfer(ctx, staff, deputy.Change{DeputyID: id, GroupID: group, On: day.AddDate(0, 0, i%4)})
			var bad fault.Fields
			if err == nil {
				passed.Add(1)
			} else if !errors.As(err, &bad) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if passed.Load() == 0 {
		t.Fatal("no transfer passed")
	}
	for d := calendar.Day(2025, 1, 1); d.Before(calendar.Day(2026, 3, 2)); d = d.AddDate(0, 0, 1) {
		groups, err := h.s.Groups(ctx, staff, d)
		n := 0
		for _, g := range groups {
			n += g.Members
		}
		if err != nil || n != 1 {
			t.Fatalf("on %s the deputy belongs to %d groups, %v", d, n, err)
		}
		if d.Before(calendar.Day(2026, 1, 25)) {
			d = d.AddDate(0, 0, 29)
		}
	}
	shown := dbtest.Scan[string](t, h.admin, `SELECT professional_group FROM deputies WHERE id = $1`, id)
	if truth := dbtest.Scan[string](t, h.admin, `
		SELECT g.kind FROM group_members m JOIN deputy_groups g ON g.id = m.group_id WHERE m.deputy_id = $1 AND m.until_on IS NULL`, id); shown != truth {
		t.Errorf("the register says %s, the membership %s", shown, truth)
	}
	if err := h.s.Transfer(ctx, h.Other(access.Staff), deputy.Change{DeputyID: id, GroupID: h.group("law"), On: day}); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street transfers: %v", err)
	}
}

func TestLead(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	a, b := h.enter(staff, h.new("王志伟")), h.enter(staff, h.new("李静"))
	law, day := h.group("law"), calendar.Day(2022, 1, 1)
	for _, c := range []deputy.Change{{DeputyID: a, GroupID: law, On: day}, {DeputyID: b, GroupID: law, On: day.AddDate(1, 0, 0)}} {
		if err := h.s.Lead(ctx, staff, c); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.s.Lead(ctx, staff, deputy.Change{DeputyID: a, GroupID: h.group("finance"), On: day}); !complaint(err, "deputy") {
		t.Errorf("who is no member leads: %v", err)
	}
	for on, want := range map[time.Time]string{day: "王志伟", day.AddDate(2, 0, 0): "李静"} {
		if g, err := h.s.Group(ctx, staff, law, on); err != nil || g.Leader != want || len(g.Leaders) != 2 || g.Members != 2 {
			t.Errorf("on %s = %+v, %v, want %s", on, g, err, want)
		}
	}
	if err := h.s.Transfer(ctx, staff, deputy.Change{DeputyID: b, GroupID: h.group("finance"), On: calendar.Day(2026, 1, 1)}); err != nil {
		t.Fatal(err)
	}
	if g, err := h.s.Group(ctx, staff, law, calendar.Day(2026, 1, 2)); err != nil || g.Leader != "" {
		t.Errorf("who left the group leads it: %+v, %v", g.Leader, err)
	}
}

// A leader plans for their own group only; what was sent stays.
func TestPlan(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id := h.enter(staff, h.new("王志伟"))
	law := h.group("law")
	if err := h.s.Lead(ctx, staff, deputy.Change{DeputyID: id, GroupID: law, On: calendar.Day(2022, 1, 1)}); err != nil {
		t.Fatal(err)
	}
	leader := h.Actor(access.GroupLeader)
	leader.DeputyID = id
	if _, err := h.s.Draft(ctx, leader, h.group("finance"), 2026, "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a leader plans for another group: %v", err)
	}
	plan, err := h.s.Draft(ctx, leader, law, 2026, "p")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.s.Draft(ctx, leader, law, 2026, "p"); err != nil || again != plan {
		t.Errorf("sent twice: %d, %v", again, err)
	}
	if _, err := h.s.Draft(ctx, staff, law, 2026, "q"); !complaint(err, "year") {
		t.Errorf("two plans of a year: %v", err)
	}
	step := deputy.PlanStep{Version: 1, On: calendar.Day(2026, 1, 20), Present: 1}
	if _, err := h.s.MovePlan(ctx, leader, "passage", plan, step); !complaint(err, "state") {
		t.Errorf("an empty plan passed: %v", err)
	}
	if err := h.s.AddItem(ctx, leader, plan, deputy.Item{Month: 3, Theme: "垃圾分类", Kind: "study", Output: "调研报告"}); err != nil {
		t.Fatal(err)
	}
	step.Present = 2
	if _, err := h.s.MovePlan(ctx, leader, "passage", plan, step); !complaint(err, "present") {
		t.Errorf("more came than belong: %v", err)
	}
	step.Present = 1
	for i, move := range []string{"passage", "sending"} {
		step.Version = i + 1
		if _, err := h.s.MovePlan(ctx, leader, move, plan, step); err != nil {
			t.Fatal(move, err)
		}
	}
	if err := h.s.AddItem(ctx, staff, plan, deputy.Item{Month: 4, Theme: "x", Kind: "walk"}); !errors.Is(err, fault.Stale) {
		t.Errorf("a plan that was sent changed: %v", err)
	}
	for _, sql := range []string{`UPDATE group_plan_items SET theme = 'x'`, `DELETE FROM group_plan_items`, `UPDATE group_plans SET year = 2027`} {
		if err := h.db.Write(ctx, staff, func(tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{}); return err }); err == nil {
			t.Errorf("%s passed", sql)
		}
	}
	second, err := h.s.MovePlan(ctx, leader, "edition", plan, deputy.PlanStep{Version: 3, Reason: "增加一项", Key: "e2"})
	if err != nil || second == plan {
		t.Fatal(second, err)
	}
	if p, err := h.s.Plan(ctx, leader, second); err != nil || p.Edition != 2 || len(p.Items) != 1 || p.State != deputy.Draft {
		t.Errorf("second edition = %+v, %v", p, err)
	}
	if _, err := h.s.Plan(ctx, h.Other(access.Staff), plan); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street reads the plan: %v", err)
	}
}

func TestExpire(t *testing.T) {
	h := open(t)
	ctx, city := t.Context(), h.Actor(access.CityDeputy)
	h.enter(h.Actor(access.Staff), h.new("王志伟"))
	h.enter(h.Other(access.Staff), h.new("李静"))
	h.enter(h.Far(access.Staff), h.new("张三"))
	if err := h.s.Expire(ctx, city, "市十七届", calendar.Day(2026, 3, 1), 3); !errors.Is(err, fault.Stale) {
		t.Errorf("another number than was shown: %v", err)
	}
	if err := h.s.Expire(ctx, city, "市十七届", calendar.Day(2026, 3, 1), 2); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM deputies WHERE ended_why = 'expired'`); got != 2 {
		t.Errorf("expired = %d, want those of the city, 2", got)
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM group_members WHERE until_on IS NULL`); got != 1 {
		t.Errorf("open memberships = %d, want 1", got)
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
			"move":   h.s.Move(ctx, a, map[bool]string{true: "report", false: "death"}[a.Role == access.Staff], id, deputy.Step{Version: 1, On: calendar.Day(2026, 3, 2), Ground: "died"}),
		} {
			if !errors.Is(err, fault.NotFound) {
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
		if may := a.May(access.DecideDeputies); may != (err == nil) || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s enters a deputy: %v", info.Role, err)
		}
		n = h.new("王志炜")
		n.StreetID = h.Street
		_, err = h.s.Propose(t.Context(), a, n)
		if may := a.May(access.KeepDeputies); may != (err == nil) || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s proposes a deputy: %v", info.Role, err)
		}
		_, _, err = h.s.Deputies(t.Context(), a, deputy.Filter{Limit: 1})
		if may := a.May(access.ViewDeputies); may != (err == nil) || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s lists deputies: %v", info.Role, err)
		}
	}
}
