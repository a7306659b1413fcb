package performance_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/performance"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *performance.Store
	g     *gathering.Store
	staff access.Actor
	now   time.Time
	n     int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	clock := func() time.Time { return h.now }
	h.s, h.g = performance.NewStore(d, file.NewStore(d, clock), clock), gathering.NewStore(d, clock)
	h.staff = h.Actor(access.Staff)
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) exec(sql string, args ...any) {
	h.Helper()
	dbtest.Exec(h, h.admin, sql, args...)
}

func (h *house) id(sql string, args ...any) int64 {
	h.Helper()
	return dbtest.Scan[int64](h, h.admin, sql, args...)
}

// deputy is a deputy of a street, whose row in people the database makes.
func (h *house) deputy(street int64, name string) int64 {
	h.Helper()
	h.n++
	return h.id(`
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '第一选区', '市十七届', 'law', '2021-12-01', $3) RETURNING id`, street, name, fmt.Sprint("d", h.n))
}

func (h *house) person(deputy int64) int64 {
	h.Helper()
	return h.id(`SELECT person_id FROM deputies WHERE id = $1`, deputy)
}

// held is a gathering of the past with the deputies' outcomes, as kind.
func (h *house) held(street int64, kind string, on time.Time, people ...gathering.HeldPerson) int64 {
	h.Helper()
	h.n++
	n := gathering.New{StreetID: street, Kind: kind, RecordID: int64(h.n), Title: fmt.Sprint("视察学校", h.n), Place: "东城", StartsAt: calendar.Starts(on).Add(9 * time.Hour), EndsAt: calendar.Starts(on).Add(11 * time.Hour)}
	var ids []int64
	op := access.Actor{UserID: 1, Role: access.Operator, Name: "演示", CityID: h.City, StreetID: street}
	h.must(h.db.Write(h.Context(), op, func(tx db.Tx) (err error) {
		ids, err = h.g.Replay(h.Context(), tx, op, []gathering.Held{{New: n, People: people}})
		return err
	}))
	return ids[0]
}

func (h *house) came(deputy int64, outcome string) gathering.HeldPerson {
	h.Helper()
	return gathering.HeldPerson{PersonID: h.person(deputy), DeputyID: deputy, Name: "代表", Capacity: "deputy", Due: true, Outcome: outcome}
}

func (h *house) sheet(a access.Actor, y int) performance.Sheet {
	h.Helper()
	s, err := h.s.Sheet(h.Context(), a, performance.Query{Year: y})
	h.must(err)
	return s
}

func cells(s performance.Sheet) map[string]performance.Cell {
	m := map[string]performance.Cell{}
	for _, l := range s.Lines {
		for i, c := range performance.Classes {
			if l.Cells[i] != (performance.Cell{}) {
				m[fmt.Sprint(l.Name, " ", c.Name)] = l.Cells[i]
			}
		}
	}
	return m
}

var spring = calendar.Day(2025, 3, 4)

func TestSheet(t *testing.T) {
	h := open(t)
	a, b := h.deputy(h.Street, "李䶮"), h.deputy(h.Street, "𠮷田")
	h.held(h.Street, gathering.Activity, spring, h.came(a, gathering.Present), h.came(b, gathering.Absent))
	h.held(h.Street, gathering.Activity, spring, h.came(a, gathering.Late), h.came(b, gathering.OnLeave))
	h.held(h.Street, gathering.Meeting, spring, h.came(a, gathering.Early), gathering.HeldPerson{PersonID: h.person(b), Name: "𠮷田", Capacity: "guest", Outcome: gathering.Present})
	h.held(h.Street, gathering.Meeting, calendar.Day(2024, 12, 31), h.came(a, gathering.Present))
	want := map[string]performance.Cell{
		"李䶮 其他活动": {Done: 2, Due: 2}, "𠮷田 其他活动": {Due: 2, Excused: 1}, "李䶮 会议": {Done: 1, Due: 1}, "𠮷田 列席": {Done: 1},
	}
	got := h.sheet(h.Actor(access.Staff), 2025)
	if diff := cmp.Diff(want, cells(got)); diff != "" {
		t.Errorf("the sheet differs (-want +got):\n%s", diff)
	}
	if x := got.Total[2]; x != (performance.Cell{Done: 2, Due: 4, Excused: 1}) || x.Missed() != 1 {
		t.Errorf("activities add up to %+v", x)
	}
	if diff := cmp.Diff(map[string]performance.Cell{"李䶮 会议": {Done: 1, Due: 1}}, cells(h.sheet(h.Actor(access.CityDeputy), 2024))); diff != "" {
		t.Errorf("the year before (-want +got):\n%s", diff)
	}
}

// One human with two rows in people has one record, and one place at a gathering.
func TestOneHuman(t *testing.T) {
	h := open(t)
	a := h.deputy(h.Street, "李䶮")
	twin := h.id(`INSERT INTO people (street_id, name, key) VALUES ($1, '李䶮', 'twin') RETURNING id`, h.Street)
	as := func(outcome string) gathering.HeldPerson {
		return gathering.HeldPerson{PersonID: twin, Name: "李䶮", Capacity: "member", Due: true, Outcome: outcome}
	}
	h.held(h.Street, gathering.Meeting, spring, as(gathering.Present))
	h.held(h.Street, gathering.Activity, spring, h.came(a, gathering.Absent), as(gathering.Present))
	if got := cells(h.sheet(h.Actor(access.Staff), 2025)); got["李䶮 会议"].Done != 0 {
		t.Errorf("a stranger's attendance counts: %v", got)
	}
	h.exec(`INSERT INTO person_merges (street_id, kept_id, merged_id, why, name, sex, work, merged_by, merger, merged_at) VALUES ($1, $2, $3, '同一人', '李䶮', '', '', 1, '张三', now())`, h.Street, h.person(a), twin)
	h.exec(`UPDATE people SET merged_into = $1 WHERE id = $2`, h.person(a), twin)
	want := map[string]performance.Cell{"李䶮 会议": {Done: 1, Due: 1}, "李䶮 其他活动": {Done: 1, Due: 1}}
	if diff := cmp.Diff(want, cells(h.sheet(h.Actor(access.Staff), 2025))); diff != "" {
		t.Errorf("one human (-want +got):\n%s", diff)
	}
}

// Correcting one check-in changes one cell of the whole sheet and adds one record.
func TestCorrectionChangesOneCell(t *testing.T) {
	h := open(t)
	a, b := h.deputy(h.Street, "李䶮"), h.deputy(h.Street, "𠮷田")
	id := h.held(h.Street, gathering.Activity, spring, h.came(a, gathering.Present), h.came(b, gathering.Absent))
	h.held(h.Street, gathering.Meeting, spring, h.came(a, gathering.Present), h.came(b, gathering.Present))
	staff := h.Actor(access.Staff)
	before, events := cells(h.sheet(staff, 2025)), h.id(`SELECT count(*) FROM audit_events`)
	who := h.id(`SELECT id FROM attendances WHERE gathering_id = $1 AND deputy_id = $2`, id, b)
	h.must(h.g.Correct(t.Context(), staff, id, gathering.Correction{
		Attendance: who, Version: int(h.id(`SELECT version FROM attendances WHERE id = $1`, who)), ArrivedAt: calendar.Starts(spring).Add(9 * time.Hour), Why: "签到表上有签名",
	}))
	after := cells(h.sheet(staff, 2025))
	changed := 0
	for k := range after {
		if before[k] != after[k] {
			changed++
		}
	}
	if changed != 1 || len(before) != len(after) || after["𠮷田 其他活动"] != (performance.Cell{Done: 1, Due: 1}) {
		t.Errorf("%d cells changed: %v", changed, cmp.Diff(before, after))
	}
	if n := h.id(`SELECT count(*) FROM audit_events`) - events; n != 1 {
		t.Errorf("%d records were added, want 1", n)
	}
}

func TestRecord(t *testing.T) {
	h := open(t)
	a, b := h.deputy(h.Street, "李䶮"), h.deputy(h.Street, "𠮷田")
	h.held(h.Street, gathering.Activity, spring, h.came(a, gathering.Present), h.came(b, gathering.Absent))
	own := h.Actor(access.Deputy)
	own.DeputyID = a
	got, err := h.s.Record(t.Context(), own, a, 2025)
	h.must(err)
	if got.Name != "李䶮" || len(got.Rows) != 1 || got.Rows[0].Source != "gathering" || got.Cells[2] != (performance.Cell{Done: 1, Due: 1}) {
		t.Errorf("own record = %+v", got)
	}
	if _, err := h.s.Record(t.Context(), own, b, 2025); !errors.Is(err, fault.NotFound) {
		t.Errorf("another deputy's record: %v", err)
	}
	if _, err := h.s.Rows(t.Context(), own, performance.Filter{DeputyID: b, Year: 2025, Class: "activity", Limit: 9}); !errors.Is(err, fault.NotFound) {
		t.Errorf("another deputy's rows: %v", err)
	}
	if _, err := h.s.Rows(t.Context(), own, performance.Filter{Year: 2025, Class: "activity", Limit: 9}); !errors.Is(err, fault.NotFound) {
		t.Errorf("everybody's rows: %v", err)
	}
	if _, err := h.s.Sheet(t.Context(), own, performance.Query{Year: 2025}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the street's sheet: %v", err)
	}
}

func TestAnotherStreetSeesNothing(t *testing.T) {
	h := open(t)
	a := h.deputy(h.Street, "李䶮")
	h.held(h.Street, gathering.Activity, spring, h.came(a, gathering.Present))
	for _, other := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		if _, err := h.s.Record(t.Context(), other, a, 2025); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere reads a record: %v", other.Role, err)
		}
		if _, err := h.s.Rows(t.Context(), other, performance.Filter{DeputyID: a, Year: 2025, Class: "activity", Limit: 9}); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere reads rows: %v", other.Role, err)
		}
	}
	if s, err := h.s.Sheet(t.Context(), h.Other(access.Staff), performance.Query{StreetID: h.Street, Year: 2025}); err != nil || s.StreetID != h.OtherStreet || len(cells(s)) != 0 {
		t.Errorf("another street's sheet = %v, %v", cells(s), err)
	}
	if _, err := h.s.Sheet(t.Context(), h.Far(access.CityDeputy), performance.Query{StreetID: h.Street, Year: 2025}); !errors.Is(err, fault.NotFound) {
		t.Errorf("another city's sheet: %v", err)
	}
}

func TestRowsPage(t *testing.T) {
	h := open(t)
	a, b := h.deputy(h.Street, "李䶮"), h.deputy(h.Street, "𠮷田")
	for i := range 3 {
		h.held(h.Street, gathering.Activity, spring.AddDate(0, 0, i), h.came(a, gathering.Present), h.came(b, gathering.Absent))
	}
	seen, f := map[string]bool{}, performance.Filter{Year: 2025, Class: "activity", Limit: 4}
	for range 9 {
		r, err := h.s.Rows(t.Context(), h.Actor(access.Staff), f)
		h.must(err)
		if r.Cell != (performance.Cell{Done: 3, Due: 6}) {
			t.Errorf("the rows add up to %+v", r.Cell)
		}
		for _, x := range r.Rows {
			seen[fmt.Sprint(x.Deputy, x.SourceID)] = true
		}
		if f.After = performance.ParsePlace(r.Next.String()); f.After == (performance.Place{}) {
			break
		}
	}
	if len(seen) != 6 {
		t.Errorf("paging shows %d rows, want 6", len(seen))
	}
}
