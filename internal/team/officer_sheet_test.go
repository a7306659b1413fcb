package team_test

import (
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/sheettest"
	"portal/internal/person"
	"portal/internal/register"
	"portal/internal/secret"
	"portal/internal/team"
)

func TestOfficersBySheet(t *testing.T) {
	h := open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := team.NewStore(h.db, person.NewStore(h.db, keys, dbtest.Clock), dbtest.Clock)
	d := sheettest.Open(t, h.db, keys, dbtest.Clock, h.staff, s.OfficerSheet())
	people := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM people`)
	a := dbtest.Scan[string](t, h.admin, `SELECT name FROM communities WHERE id = $1`, h.Community)
	b := "北隅社区"
	dbtest.Exec(t, h.admin, `INSERT INTO communities (street_id, code, name) VALUES ($1, '441900999901', $2)`, h.Street, b)
	row := func(name, phone, roles, at string) []any {
		return []any{name, "女", 1985, "社区居委会委员", phone, roles, at, "社区居委会", "2026-02-20"}
	}
	rows := [][]any{
		row("𠮷田光", "13800130001", "信息员,联络员", b+"；"+a), row("李䶮", "13800130002", "联络员", a), row("何锦泉", "", "信息员", b),
	}
	m := d.Confirm(d.Send(d.Fill(rows), register.Counts{New: 3}), register.Outcomes{Applied: 3})
	posts := `SELECT count(*) FROM officer_posts WHERE state = 'proposed' AND appointed_on IS NULL AND from_on IS NULL`
	if n := dbtest.Scan[int](t, h.admin, posts); n != 6 {
		t.Errorf("%d posts are proposed and nothing more, want 6", n)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM people`); n != people+3 {
		t.Errorf("%d people came, want 3", n-people)
	}
	d.Send(d.Export(), register.Counts{Same: 3})
	d.Send(d.Fill(rows), register.Counts{Same: 3})
	d.Unseen(m, h.Other(access.Staff), h.Far(access.CityDeputy))

	wrong := [][]any{
		row("甲乙", "", "总管", a), row("", "", "联络员", a), row("丙丁", "", "联络员", "天边社区"), row("何锦泉", "", "信息员", b), row("李䶮", "13800130002", "信息员", a), row("戊己", "", "联络员", "、"),
	}
	wrong[3][7], wrong[3][4] = "东正社区", "13800130009"
	x := d.Send(d.Fill(wrong), register.Counts{Changed: 1, Error: 5})
	for _, want := range []string{"F2：岗位请从列表里选", "A3：请填写姓名", "G4：没有叫“天边社区”的社区", "F6：已登记的推荐不能改岗位", "G7：请填写社区"} {
		if got := d.Complaints(x); !strings.Contains(got, want) {
			t.Errorf("complaints lack %s: %s", want, got)
		}
	}
	x = d.Confirm(x, register.Outcomes{Applied: 1})
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM officer_posts WHERE proposer = '东正社区'`); n != 1 {
		t.Errorf("%d proposals were changed, want 1", n)
	}
	d.Undo(x, register.Outcomes{Undone: 1})

	// Who is known by their number has to be written as they are known.
	again := row("李䶮", "13800130002", "信息员", a)
	again[3] = "别处"
	d.Confirm(d.Send(d.Fill([][]any{again}), register.Counts{New: 1}), register.Outcomes{Refused: 1})

	// By SQL nobody is removed; who was appointed since stays, the rest goes.
	for _, table := range []string{"officer_posts", "officers"} {
		err = h.db.Write(t.Context(), h.staff, func(tx db.Tx) error {
			n, err := db.Exec(t.Context(), tx, `DELETE FROM `+table+` WHERE street_id = @street`, db.Args{"street": h.Street})
			if n != 0 {
				t.Errorf("removed %d %s", n, table)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	who := dbtest.Scan[int64](t, h.admin, `SELECT o.id FROM officers o JOIN people p ON p.id = o.person_id WHERE p.name = '李䶮' AND o.key LIKE 'import-%'`)
	post := dbtest.Scan[int64](t, h.admin, `SELECT id FROM officer_posts WHERE officer_id = $1`, who)
	if err := s.Appoint(t.Context(), h.director, team.Step{ID: who, Version: 1}, []int64{post}, today); err != nil {
		t.Fatal(err)
	}
	d.Send(d.Export(), register.Counts{Same: 2})
	// The one whose change was undone has another version than the import left.
	d.Undo(m, register.Outcomes{Undone: 1, Kept: 2})
	if got := dbtest.Scan[string](t, h.admin, `SELECT string_agg(p.name, ' ' ORDER BY p.name COLLATE "C") FROM officers o JOIN people p ON p.id = o.person_id`); got != "何锦泉 李䶮" {
		t.Errorf("left = %s", got)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM people`); n != people+2 {
		t.Errorf("%d people came and stayed, want 2", n-people)
	}
}
