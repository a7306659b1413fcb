package appointment_test

import (
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/sheettest"
	"portal/internal/register"
	"portal/internal/secret"
)

func TestAppointeesBySheet(t *testing.T) {
	h := open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dbtest.InPost(t, h.admin, h.Street, "member", "何锦泉", nil, "2024-01-10")
	dbtest.Exec(t, h.admin, `ALTER TABLE appointees ALTER COLUMN id RESTART WITH 5000`) // apart from what the post above says it came by
	people := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM people`)
	posts := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM posts`)
	d := sheettest.Open(t, h.db, keys, dbtest.Clock, h.staff, h.s.Sheet())
	const title = "关于任命工委组成人员的议案"
	file := h.begin()
	fresh := func(name, post, phone string) []any {
		return []any{title, "任命", "", name, post, "女", 1975, "东莞理工学院副教授", phone, ""}
	}
	held := func(act, holder, post string) []any { return []any{title, act, holder, "", post, "", "", "", "", ""} }
	content := d.Fill([][]any{
		fresh("𠮷田光", "委员", "13800130001"), fresh("李䶮", "副主任", "13800130002"), fresh("王志伟", "委员", ""), held("免职", "委员 何锦泉", ""), held("任命", "委员 何锦泉", "副主任"),
	})
	m := d.Confirm(d.Send(content, register.Counts{New: 5}), register.Outcomes{Applied: 5})
	said := func() string {
		return dbtest.Scan[string](t, h.admin, `
			SELECT string_agg(concat_ws(' ', p.act, h.name, p.post, p.post_id IS NOT NULL), E'\n' ORDER BY p.id)
			FROM appointees p JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
			WHERE p.appointment_id = $1`, file)
	}
	want := "appoint 𠮷田光 member f\nappoint 李䶮 deputy_director f\nappoint 王志伟 member f\nremove 何锦泉 member t\nappoint 何锦泉 deputy_director f"
	if got := said(); got != want {
		t.Errorf("in the file:\n%s\nwant\n%s", got, want)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM posts`); n != posts || h.state(file) != appointment.Preparing {
		t.Errorf("a sheet made %d posts; the file is %s", n-posts, h.state(file))
	}
	d.Send(d.Export(), register.Counts{Same: 5})
	d.Send(content, register.Counts{Same: 5})
	d.Unseen(m, h.Other(access.Staff), h.Far(access.CityDeputy))

	wrong := [][]any{
		fresh("甲乙", "委员", "x"), held("免职", "", ""), held("接受辞职", "委员 何锦泉", "委员"), fresh("", "委员", ""), fresh("王志伟", "副主任", ""), fresh("丙丁", "", ""), held("任命", "委员 无此人", "副主任"),
	}
	wrong[0][0], wrong[0][8] = "没有的文件", ""
	x := d.Send(d.Fill(wrong), register.Counts{Changed: 1, Error: 6})
	for _, want := range []string{
		"A2：没有叫“没有的文件”的任免文件", "C3：请从列表里选要免职或者辞职的现任人员", "E4：免职和接受辞职不填拟任职务", "D5：请填写姓名", "E7：请选择拟任职务", "C8：没有叫“委员 无此人”的现任人员",
	} {
		if got := d.Complaints(x); !strings.Contains(got, want) {
			t.Errorf("complaints lack %s: %s", want, got)
		}
	}
	x = d.Confirm(x, register.Outcomes{Applied: 1})
	if got := said(); !strings.Contains(got, "appoint 王志伟 deputy_director") {
		t.Errorf("not put right: %s", got)
	}
	d.Undo(x, register.Outcomes{Undone: 1})
	if got := said(); got != want {
		t.Errorf("undone to\n%s", got)
	}

	// By SQL no vote is put in beside what may be put right.
	for _, a := range []access.Actor{h.staff, h.Actor(access.Director), h.Other(access.Staff), h.city} {
		err := h.db.Write(t.Context(), a, func(tx db.Tx) error {
			n, err := db.Exec(t.Context(), tx, `UPDATE appointees SET post = 'director', certificate = 'x' WHERE appointment_id = @file`, db.Args{"file": file})
			if n != 0 {
				t.Errorf("%s changed %d persons", a.Role, n)
			}
			return err
		})
		if err != nil && !db.Violates(err, "appointees_fixed") {
			t.Errorf("%s: %v", a.Role, err)
		}
	}

	// For whom papers were uploaded, who was changed since and who was submitted stays.
	at := dbtest.Scan[int64](t, h.admin, `SELECT p.id FROM appointees p JOIN people h ON h.id = p.person_id WHERE h.name = '李䶮'`)
	h.must(h.s.Attach(t.Context(), h.staff, h.step(file), appointment.Paper{Kind: appointment.Form, Appointee: at}, "files", paper("呈报表")))
	m = d.Undo(m, register.Outcomes{Undone: 3, Kept: 2})
	for _, want := range []string{"3 kept 已经为李䶮上传了材料", "4 kept 这条记录后来又被修改过"} {
		if got := d.Notes(m); !strings.Contains(got, want) {
			t.Errorf("notes lack %s:\n%s", want, got)
		}
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM people`); n != people+2 {
		t.Errorf("%d people came and stayed, want 2", n-people)
	}
	m = d.Confirm(d.Send(d.Fill([][]any{fresh("戊己", "委员", "13800130005")}), register.Counts{New: 1}), register.Outcomes{Applied: 1})
	h.must(h.s.Withdraw(t.Context(), h.staff, h.step(file), "另行考虑"))
	m = d.Undo(m, register.Outcomes{Kept: 1})
	if got := d.Notes(m); !strings.Contains(got, "任免文件已经提请或者撤回") {
		t.Errorf("notes: %s", got)
	}
}
