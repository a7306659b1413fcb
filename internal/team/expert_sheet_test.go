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

func TestExpertsBySheet(t *testing.T) {
	h := open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := team.NewStore(h.db, person.NewStore(h.db, keys, dbtest.Clock), dbtest.Clock)
	d := sheettest.Open(t, h.db, keys, dbtest.Clock, h.staff, s.ExpertSheet())
	people := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM people`)
	row := func(name, phone string) []any {
		return []any{name, "女", 1975, "东莞理工学院副教授", phone, "环保", "副教授", "市环境科学学会", "2026-02-20", "2026-02-21", "", "已退休"}
	}
	rows := [][]any{row("𠮷田光", "13800130001"), row("李䶮", "13800130002"), row("何锦泉", "")}
	m := d.Confirm(d.Send(d.Fill(rows), register.Counts{New: 3}), register.Outcomes{Applied: 3})
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM expert_terms t JOIN experts e ON e.id = t.expert_id WHERE t.state = 'recommended' AND e.since IS NULL AND t.certified_on IS NULL`); n != 3 {
		t.Errorf("%d are recommended and nothing more, want 3", n)
	}
	d.Send(d.Export(), register.Counts{Same: 3})
	d.Unseen(m, h.Other(access.Staff), h.Far(access.CityDeputy))

	wrong := [][]any{row("甲乙", ""), row("", ""), row("丙丁", ""), row("何锦泉", "")}
	wrong[0][5], wrong[2][8] = "烹饪", "2099-01-01"
	wrong[3][6], wrong[3][4] = "教授", "13800130009"
	x := d.Send(d.Fill(wrong), register.Counts{Changed: 1, Error: 3})
	for _, want := range []string{"F2：专业领域请从列表里选", "A3：请填写姓名", "I4：推荐日期不能晚于今天"} {
		if got := d.Complaints(x); !strings.Contains(got, want) {
			t.Errorf("complaints lack %s: %s", want, got)
		}
	}
	d.Undo(d.Confirm(x, register.Outcomes{Applied: 1}), register.Outcomes{Undone: 1})

	// By SQL nobody is removed; what was reviewed since stays, the rest goes.
	err = h.db.Write(t.Context(), h.staff, func(tx db.Tx) error {
		n, err := db.Exec(t.Context(), tx, `DELETE FROM expert_terms WHERE street_id = @street`, db.Args{"street": h.Street})
		if n != 0 {
			t.Errorf("removed %d terms", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	id := dbtest.Scan[int64](t, h.admin, `SELECT e.id FROM experts e JOIN people p ON p.id = e.person_id WHERE p.name = '李䶮' AND e.key LIKE 'import-%'`)
	if err := s.Review(t.Context(), h.director, team.Step{ID: id, Version: 1}, ""); err != nil {
		t.Fatal(err)
	}
	// The one whose change was undone has another version than the import left.
	d.Undo(m, register.Outcomes{Undone: 1, Kept: 2})
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM experts`); n != 2 {
		t.Errorf("%d experts are left, want 2", n)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM people`); n != people+2 {
		t.Errorf("%d people came and stayed, want 2", n-people)
	}
}
