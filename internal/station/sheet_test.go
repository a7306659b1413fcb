package station_test

import (
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/sheettest"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/register"
	"portal/internal/secret"
	"portal/internal/station"
)

func TestStationsBySheet(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := station.NewStore(d, opinion.NewStore(d, keys, file.NewStore(d, dbtest.Clock), dbtest.Clock), keys, dbtest.Clock)
	staff := w.Actor(access.Staff)
	desk := sheettest.Open(t, d, keys, dbtest.Clock, staff, s.Sheet())
	community := dbtest.Scan[string](t, admin, `SELECT name FROM communities WHERE id = $1`, w.Community)
	row := func(code, name string) []any {
		return []any{code, name, "社区联络站", community, "东城大道 8 号", "每月 15 日 9:00—11:30", "0769 2210-0000", "王志伟", "𠮷田光", "2026-02-01"}
	}
	rows := [][]any{row("11", "䶮湖联络站"), row("12", "花园联络站"), row("13", "新城联络站"), row("0014", "中心联络站")}
	rows[3][2], rows[3][3], rows[3][6] = "中心联络站", "", ""
	content := desk.Fill(rows)
	m := desk.Confirm(desk.Send(content, register.Counts{New: 4}), register.Outcomes{Applied: 4})
	said := func(code string) string {
		return dbtest.Scan[string](t, admin, `
			SELECT concat_ws('|', t.name, t.kind, c.name, t.phone, t.liaison, t.opened_on, t.version)
			FROM stations t
			LEFT JOIN communities c ON c.street_id = t.street_id AND c.id = t.community_id
			WHERE t.street_id = $1 AND t.code = $2`, w.Street, code)
	}
	if got, want := said("11"), "䶮湖联络站|community|"+community+"|076922100000|𠮷田光|2026-02-01|1"; got != want {
		t.Errorf("station 11 = %s, want %s", got, want)
	}
	desk.Send(desk.Export(), register.Counts{Same: 4}) // the line of the office is whole in it
	desk.Send(content, register.Counts{Same: 4})
	desk.Unseen(m, w.Other(access.Staff), w.Far(access.CityDeputy))

	wrong := [][]any{row("1", "短码"), row("12", "花园联络站"), row("13", "新城联络站"), row("15", "花园联络站"), row("16", "无社区"), row("17", "号码")}
	wrong[1][5], wrong[2][9], wrong[4][3], wrong[5][6] = "每周三 14:30—17:00", "2026-02-03", "没有的社区", "138****0000"
	x := desk.Send(desk.Fill(wrong), register.Counts{Changed: 1, Error: 5})
	for _, want := range []string{"A2：站码是 2 到 4 位数字", "J4：开设日期登记以后不再修改", "B5：名称和第 3 行相同", "D6：没有叫“没有的社区”的社区", "G7：请填写正确的办公电话"} {
		if got := desk.Complaints(x); !strings.Contains(got, want) {
			t.Errorf("complaints lack %s: %s", want, got)
		}
	}
	x = desk.Confirm(x, register.Outcomes{Applied: 1})
	if got := said("12"); !strings.HasSuffix(got, "|2") {
		t.Errorf("station 12 = %s", got)
	}
	desk.Undo(x, register.Outcomes{Undone: 1})
	if got := dbtest.Scan[string](t, admin, `SELECT hours FROM stations WHERE code = '12'`); got != "每月 15 日 9:00—11:30" {
		t.Errorf("undone to %s", got)
	}

	// By SQL nobody removes a station; what has a reception, was changed since or
	// closed stays.
	for _, a := range []access.Actor{staff, w.Actor(access.Director), w.Other(access.Staff)} {
		err := d.Write(t.Context(), a, func(tx db.Tx) error {
			n, err := db.Exec(t.Context(), tx, `DELETE FROM stations WHERE street_id = @street`, db.Args{"street": w.Street})
			if n != 0 {
				t.Errorf("%s removed %d stations", a.Role, n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	dbtest.Exec(t, admin, `
		INSERT INTO receptions (street_id, station_id, held_on, from_time, to_time, key)
		SELECT street_id, id, '2026-03-10', '09:00', '11:00', 'r' FROM stations WHERE code = '11'`)
	id := dbtest.Scan[int64](t, admin, `SELECT id FROM stations WHERE code = '13'`)
	if err := s.CloseStation(t.Context(), staff, id, 1, "并入花园联络站"); err != nil {
		t.Fatal(err)
	}
	m = desk.Undo(m, register.Outcomes{Undone: 1, Kept: 3})
	for _, want := range []string{"2 kept 已经安排驻站代表、接待日", "3 kept 这条记录后来又被修改过", "4 kept 这个联络站已经撤销"} {
		if got := desk.Notes(m); !strings.Contains(got, want) {
			t.Errorf("notes lack %s:\n%s", want, got)
		}
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(*) FROM stations WHERE street_id = $1 AND code = '0014'`, w.Street); n != 0 {
		t.Error("the central station is still there")
	}
	// A closed station's code is not given again.
	desk.Send(desk.Fill([][]any{row("13", "再开")}), register.Counts{Error: 1})
}
