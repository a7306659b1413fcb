package committee_test

import (
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/sheettest"
	"portal/internal/register"
	"portal/internal/secret"
)

func TestUnitsBySheet(t *testing.T) {
	h := open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := sheettest.Open(t, h.db, keys, dbtest.Clock, h.Actor(access.Staff), h.s.Sheet())
	units := func() int {
		return dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM units WHERE street_id = $1`, h.Street)
	}
	before := units()
	d.Send(d.Export(), register.Counts{Same: before}) // what was there

	m := d.Send(d.Fill([][]any{
		{"河长办𠮷", "街道办部门", "内线 6601"}, {"供电所", "派驻机构", ""}, {"环卫所", "其他单位", "内线 6602"}, {"执法队", "派驻机构", ""},
	}), register.Counts{New: 4})
	if units() != before {
		t.Error("the preview changed the register")
	}
	m = d.Confirm(m, register.Outcomes{Applied: 4})
	d.Send(d.Export(), register.Counts{Same: before + 4})
	d.Unseen(m, h.Other(access.Staff), h.Far(access.CityDeputy))

	wrong := d.Send(d.Fill([][]any{
		{"供电所", "事业单位", ""}, {"", "其他单位", ""}, {"环卫所", "其他单位", "内线 7000"}, {"绿化队", "其他单位", strings.Repeat("长", committee.MaxContact+1)},
	}), register.Counts{Changed: 1, Error: 3})
	for _, want := range []string{"B2：单位类别请从列表里选", "A3：请填写单位名称", "C5：联系方式不能超过"} {
		if got := d.Complaints(wrong); !strings.Contains(got, want) {
			t.Errorf("complaints lack %s: %s", want, got)
		}
	}
	changed := d.Confirm(wrong, register.Outcomes{Applied: 1})
	d.Undo(changed, register.Outcomes{Undone: 1})
	if got := dbtest.Scan[string](t, h.admin, `SELECT contact FROM units WHERE name = '环卫所'`); got != "内线 6602" {
		t.Errorf("undone to %s", got)
	}

	// What was changed since and what an account acts for stays; the rest goes.
	dbtest.Exec(t, h.admin, `
		WITH u AS (INSERT INTO users (city_id, login, name, password_hash) VALUES ($2, 'patrol', '执法队', 'x') RETURNING id)
		INSERT INTO role_grants (user_id, city_id, role, street_id, unit_id, requested_by, requested_at)
		SELECT u.id, $2, 'unit', $1, x.id, 0, now() FROM units x, u WHERE x.name = '执法队'`, h.Street, h.City)
	d.Undo(m, register.Outcomes{Undone: 2, Kept: 2})
	if got := dbtest.Scan[string](t, h.admin, `SELECT string_agg(name, ' ' ORDER BY name) FROM units WHERE name IN ('河长办𠮷', '供电所', '环卫所', '执法队')`); got != "执法队 环卫所" && got != "环卫所 执法队" {
		t.Errorf("left = %s", got)
	}
}

// No unit is removed but by the undoing of the import that added it.
func TestUnitsAreNotRemoved(t *testing.T) {
	h := open(t)
	for _, role := range []access.Role{access.Staff, access.SystemAdmin} {
		err := h.db.Write(t.Context(), h.Actor(role), func(tx db.Tx) error {
			n, err := db.Exec(t.Context(), tx, `DELETE FROM units WHERE street_id = @street`, db.Args{"street": h.Street})
			if n != 0 {
				t.Errorf("%s removed %d units", role, n)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", role, err)
		}
	}
}
