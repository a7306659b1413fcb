package voter_test

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
	"portal/internal/voter"
)

func TestCandidatesBySheet(t *testing.T) {
	h := open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h.s = voter.NewStore(h.db, person.NewStore(h.db, keys, dbtest.Clock), dbtest.Clock)
	d := sheettest.Open(t, h.db, keys, dbtest.Clock, h.staff, h.s.Sheet())
	selection := h.opened()
	people := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM people`)
	row := func(place, name, phone string) []any {
		return []any{place, name, "女", 1985, "社区网格员", phone, "本选区选民", "非户籍人口", "社区、物业、志愿服务", "选民联名推荐", "王芳", 12}
	}
	const first, second = "第一届换届推选 第一选区", "第一届换届推选 第二选区"
	rows := [][]any{row(first, "𠮷田光", "13700010001"), row(second, "李䶮", "13700010002"), row(second, "何锦泉", "")}
	m := d.Confirm(d.Send(d.Fill(rows), register.Counts{New: 3}), register.Outcomes{Applied: 3})
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM selection_candidates WHERE vet_result = '' AND votes IS NULL AND selection_id = $1`, selection); n != 3 {
		t.Errorf("%d are recommended and nothing more, want 3", n)
	}
	if n := h.inOffice(); n != 0 {
		t.Errorf("%d came into office by a sheet", n)
	}
	d.Send(d.Export(), register.Counts{Same: 3})
	d.Send(d.Fill(rows), register.Counts{Same: 3})
	d.Unseen(m, h.Other(access.Staff), h.Far(access.CityDeputy))

	wrong := [][]any{
		row("第二届换届推选 第一选区", "甲乙", ""), row(first, "", ""), row(first, "丙丁", ""), row(first, "戊己", ""), row(first, "庚辛", ""), row(second, "何锦泉", ""),
	}
	wrong[2][11], wrong[3][9], wrong[4][3] = 3, "组织推荐", 1800
	wrong[5][9], wrong[5][11], wrong[5][10] = "组织推荐", "", "社区党委"
	x := d.Send(d.Fill(wrong), register.Counts{Changed: 1, Error: 5})
	for _, want := range []string{"A2：没有叫", "B3：请填写姓名", "L4：联名推荐至少 10 人", "L5：组织推荐的，不填联名人数", "D6：出生年份请填"} {
		if got := d.Complaints(x); !strings.Contains(got, want) {
			t.Errorf("complaints lack %s: %s", want, got)
		}
	}
	d.Undo(d.Confirm(x, register.Outcomes{Applied: 1}), register.Outcomes{Undone: 1})

	// Nobody stands twice in one selection.
	d.Confirm(d.Send(d.Fill([][]any{row(first, "李䶮", "13700010002")}), register.Counts{New: 1}), register.Outcomes{Refused: 1})

	// By SQL nobody is removed; the one whose change was undone has another version
	// than the import left.
	err = h.db.Write(t.Context(), h.staff, func(tx db.Tx) error {
		n, err := db.Exec(t.Context(), tx, `DELETE FROM selection_candidates WHERE street_id = @street`, db.Args{"street": h.Street})
		if n != 0 {
			t.Errorf("removed %d candidates", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	d.Undo(m, register.Outcomes{Undone: 2, Kept: 1})
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM people`); n != people+1 {
		t.Errorf("%d people came and stayed, want 1", n-people)
	}

	// What the selection has gone on with stays.
	later := d.Confirm(d.Send(d.Fill([][]any{row(first, "𠮷田光", "13700010001")}), register.Counts{New: 1}), register.Outcomes{Applied: 1})
	h.must(h.s.Vet(t.Context(), h.staff, h.step(selection)))
	d.Undo(later, register.Outcomes{Kept: 1})
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM selection_candidates WHERE selection_id = $1`, selection); n != 2 {
		t.Errorf("%d candidates are left, want 2", n)
	}
}
