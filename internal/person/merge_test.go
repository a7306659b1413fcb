package person_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/secret"
)

type merging struct {
	*house
	admin *pgxpool.Pool
	now   time.Time
}

func openMerging(t *testing.T) *merging {
	d, admin := dbtest.Open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := &merging{admin: admin, now: dbtest.Now}
	m.house = &house{t, dbtest.Seed(t, admin), d, person.NewStore(d, keys, func() time.Time { return m.now })}
	return m
}

func (m *merging) names(a access.Actor, text string) string {
	m.Helper()
	l, err := m.s.People(m.Context(), a, person.Filter{Text: text, Limit: 10})
	if err != nil {
		m.Fatal(err)
	}
	var names []string
	for _, p := range l.Lines {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

func TestSearch(t *testing.T) {
	m := openMerging(t)
	staff := m.Actor(access.Staff)
	for _, n := range []person.New{{Key: "a", Name: "王小芳", Work: "东城中学教师"}, {Key: "b", Name: "李䶮", Work: "东城医院"}, {Key: "c", Name: "𠮷田光"}, {Key: "d", Name: "芳草", Work: "东城中心小学"}} {
		if _, err := m.add(staff, m.Street, n); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := m.add(m.Other(access.Staff), m.OtherStreet, person.New{Key: "a", Name: "王芳"}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"": "李䶮 王小芳 芳草 𠮷田光", "芳": "王小芳 芳草", "小芳": "王小芳", "䶮": "李䶮", "𠮷": "𠮷田光", "中学教": "王小芳", "东城中": "王小芳 芳草", "%": "", "不在": "", "城中心小": "芳草",
	} {
		if got := m.names(staff, text); got != want {
			t.Errorf("search %q = %q, want %q", text, got, want)
		}
	}
	if got := m.names(m.Other(access.Staff), "芳"); got != "王芳" {
		t.Errorf("another street finds %q", got)
	}
}

// A page of the list, and of a search, takes as long with many people as with few.
func TestSearchAmongMany(t *testing.T) {
	m := openMerging(t)
	staff := m.Actor(access.Staff)
	dbtest.Exec(t, m.admin, `
		INSERT INTO people (street_id, name, work, key)
		SELECT $1, '陈' || substr('伟芳静杰强敏磊洋', i % 8 + 1, 1) || substr('一二三四五六七八九十', i % 10 + 1, 1), '东城第' || i || '小学', 'k' || i
		FROM generate_series(1, 20000) i`, m.Street)
	dbtest.Exec(t, m.admin, `ANALYZE people`)
	dbtest.Exec(t, m.admin, `ANALYZE people_grams`)
	for _, text := range []string{"", "陈", "伟", "伟一", "小学", "东城第19999小"} {
		f := person.Filter{Text: text, Limit: 50}
		start, pages := time.Now(), 0
		for ; pages < 5; pages++ {
			l, err := m.s.People(t.Context(), staff, f)
			if err != nil {
				t.Fatal(err)
			}
			if f.After = l.Next; l.Next == 0 {
				break
			}
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%d pages of %q took %v", pages, text, took)
		} else {
			t.Logf("%d pages of %q: %v", pages, text, took)
		}
	}
}

func TestMerge(t *testing.T) {
	m := openMerging(t)
	staff := m.Actor(access.Staff)
	a, _ := m.add(staff, m.Street, person.New{Key: "a", Name: "王芳", Born: 1980, Work: "东城中学", Phone: "13700001111"})
	b, _ := m.add(staff, m.Street, person.New{Key: "b", Name: "王芳", Born: 1980, Phone: "13700002222"})
	if _, err := m.add(staff, m.Street, person.New{Key: "c", Name: "王芳", Born: 1990}); err != nil {
		t.Fatal(err)
	}
	pairs, err := m.s.Pairs(t.Context(), staff, 0)
	if err != nil || len(pairs) != 1 || pairs[0].FirstID != a || pairs[0].SecondID != b || strings.Join(pairs[0].Same, " ") != "born" {
		t.Fatalf("pairs = %+v, %v", pairs, err)
	}
	seat := func(who int64, key, term string) {
		dbtest.Exec(t, m.admin, `
			INSERT INTO deputies (street_id, person_id, name, electoral_district, term, professional_group, since, key)
			VALUES ($1, $2, '王芳', '东城第一选区', $4, 'law', '2022-01-01', $3)`, m.Street, who, key, term)
	}
	term := dbtest.Scan[string](t, m.admin, `SELECT name FROM congress_terms ORDER BY from_on DESC LIMIT 1`)
	seat(a, "x", term)
	seat(b, "y", term)
	var bad fault.Fields
	if err := m.s.Merge(t.Context(), staff, a, b, "本人确认"); !errors.As(err, &bad) || !strings.Contains(bad[0].Text, "都是市人大代表") {
		t.Fatalf("merged two seats: %v", err)
	}
	dbtest.Exec(t, m.admin, `UPDATE deputies SET ended_on = '2026-03-02', ended_why = 'duplicate' WHERE key = 'y'`)
	if err := m.s.Merge(t.Context(), staff, a, b, ""); !errors.As(err, &bad) {
		t.Errorf("merged without a reason: %v", err)
	}
	// Not by SQL without a record.
	err = m.db.Write(t.Context(), staff, func(tx db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `UPDATE people SET merged_into = @a WHERE id = @b`, db.Args{"a": a, "b": b})
		return err
	})
	if !db.Violates(err, "people_merge_recorded") {
		t.Errorf("SQL merges: %v", err)
	}
	for _, other := range []access.Actor{m.Other(access.Staff), m.Far(access.CityDeputy)} {
		if err := m.s.Merge(t.Context(), other, a, b, "x"); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere merges: %v", other.Role, err)
		}
	}
	if err := m.s.Merge(t.Context(), staff, a, b, "本人确认"); err != nil {
		t.Fatal(err)
	}
	count := func() int {
		return dbtest.Scan[int](t, m.admin, `SELECT count(DISTINCT coalesce(merged_into, id)) FROM people`)
	}
	if got := m.names(staff, "王芳"); got != "王芳 王芳" || count() != 2 {
		t.Errorf("after merging: %q, %d persons", got, count())
	}
	if got := dbtest.Scan[string](t, m.admin, `SELECT work FROM people WHERE id = $1`, b); got != "东城中学" {
		t.Errorf("the merged row says %q", got)
	}
	r, err := m.s.Record(t.Context(), staff, a)
	if err != nil || len(r.Merges) != 1 || len(r.Parts) != 1 {
		t.Fatalf("record = %+v, %v", r, err)
	}
	m.now = m.now.AddDate(0, 0, 31)
	if _, err := m.s.Part(t.Context(), staff, r.Merges[0].ID, "弄错了"); !errors.As(err, &bad) {
		t.Errorf("undone after 31 days: %v", err)
	}
	m.now = m.now.AddDate(0, 0, -2)
	if _, err := m.s.Part(t.Context(), staff, r.Merges[0].ID, "弄错了"); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.Scan[string](t, m.admin, `SELECT name || work FROM people WHERE id = $1`, b); got != "王芳" || count() != 3 {
		t.Errorf("after undoing: %q, %d persons", got, count())
	}
	if err := m.s.Two(t.Context(), staff, pairs[0].ID, "两个人"); err != nil {
		t.Error(err)
	}
	if pairs, err := m.s.Pairs(t.Context(), staff, 0); err != nil || len(pairs) != 0 {
		t.Errorf("pairs told apart = %+v, %v", pairs, err)
	}
}
