package training_test

import (
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/sheettest"
	"portal/internal/register"
	"portal/internal/secret"
	"portal/internal/training"
)

func TestTrainingsBySheet(t *testing.T) {
	h := open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	staff := h.Actor(access.Staff)
	d := sheettest.Open(t, h.db, keys, dbtest.Clock, staff, h.s.Sheet())
	row := func(title, on string) []any {
		return []any{title, on, "9：30", "看懂部门预算表", "王教授䶮", 2.5, "三楼会议室", "选民代表，市人大代表", 60}
	}
	rows := [][]any{row("预算监督𠮷", "2026-06-02"), row("法律常识", "2026-07-02"), row("怎样走访", "2026-08-02")}
	rows[1][2], rows[1][5] = "", "3"
	m := d.Confirm(d.Send(d.Fill(rows), register.Counts{New: 3}), register.Outcomes{Applied: 3})
	got := dbtest.Scan[string](t, h.admin, `SELECT string_agg(concat_ws(' ', state, starts_at, hours, audience), '; ' ORDER BY held_on) FROM trainings`)
	if want := "planned 09:30 2.5 {deputy,voter}; planned  3.0 {deputy,voter}; planned 09:30 2.5 {deputy,voter}"; got != want {
		t.Errorf("planned %s, want %s", got, want)
	}
	d.Send(d.Export(), register.Counts{Same: 3})
	d.Send(d.Fill(rows), register.Counts{Same: 3})
	d.Unseen(m, h.Other(access.Staff), h.Far(access.CityDeputy))

	wrong := [][]any{row("甲", "2026-06-31"), row("乙", "2026-06-03"), row("丙", "2026-06-03"), row("丁", "2026-06-03"), row("戊", "2026-06-03"), row("怎样走访", "2026-08-02")}
	wrong[1][2], wrong[2][5], wrong[3][7], wrong[4][8], wrong[5][6] = "早上", "2.55", "选民代表、厨师", 101, "二楼"
	x := d.Send(d.Fill(wrong), register.Counts{Changed: 1, Error: 5})
	for _, want := range []string{"B2：培训日期不是日期", "C3：请填写开始时间", "F4：学时请填", "H5：参训队伍请从列表里选", "I6：及格线请填"} {
		if got := d.Complaints(x); !strings.Contains(got, want) {
			t.Errorf("complaints lack %s: %s", want, got)
		}
	}
	d.Undo(d.Confirm(x, register.Outcomes{Applied: 1}), register.Outcomes{Undone: 1})

	// By SQL nothing is removed; what has a list since stays, the rest goes.
	err = h.db.Write(t.Context(), staff, func(tx db.Tx) error {
		n, err := db.Exec(t.Context(), tx, `DELETE FROM trainings WHERE street_id = @street`, db.Args{"street": h.Street})
		if n != 0 {
			t.Errorf("removed %d trainings", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	h.deputy("𠮷田光")
	id := dbtest.Scan[int64](t, h.admin, `SELECT id FROM trainings WHERE title = '法律常识'`)
	if err := h.s.List(t.Context(), staff, training.Step{ID: id, Version: 1}, []string{"deputy"}); err != nil {
		t.Fatal(err)
	}
	// The one whose change was undone has another version than the import left.
	d.Undo(m, register.Outcomes{Undone: 1, Kept: 2})
	if got := dbtest.Scan[string](t, h.admin, `SELECT string_agg(title, ' ' ORDER BY held_on) FROM trainings`); got != "法律常识 怎样走访" {
		t.Errorf("left = %s", got)
	}
}
