package register_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/deputy"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/internal/register"
	"portal/internal/secret"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *register.Store
	now   time.Time
	sent  int
}

func openHouse(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	clock := func() time.Time { return h.now }
	h.s = register.NewStore(d, keys, slog.New(slog.DiscardHandler), clock, deputy.NewStore(d, keys, clock).Sheet())
	t.Cleanup(h.s.Wait)
	return h
}

var heads = []string{"姓名", "性别", "选区", "届别", "专业小组", "任职日期", "联系电话", "简介", "确认文号", "确认日期"}

// deputies are n rows of a filled sheet.
func deputies(n int) [][]any {
	groups := []string{"法制与社会建设", "财经", "城建环境与资源保护", "教科文卫华侨外事"}
	var rows [][]any
	for i := range n {
		rows = append(rows, []any{
			fmt.Sprintf("代表%05d", i), []string{"女", "男"}[i%2], fmt.Sprintf("东城第%d选区", i/20+1), "市十七届", groups[i%4],
			"2021-12-01", fmt.Sprintf("138%08d", i), "小学教师", "公告〔2021〕7号", "2021-11-20",
		})
	}
	return rows
}

func workbook(t testing.TB, head []string, rows [][]any, more ...func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetRow("Sheet1", "A1", &head); err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	for _, fn := range more {
		fn(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// send sends a sheet and waits until it was read.
func (h *house) send(a access.Actor, content []byte) register.Import {
	h.Helper()
	h.sent++
	id, err := h.s.Send(h.Context(), a, register.Sending{Key: fmt.Sprint("k", h.sent), StreetID: h.Street, Register: "deputies", Name: "名册.xlsx", Content: content})
	if err != nil {
		h.Fatal(err)
	}
	return h.read(a, id)
}

func (h *house) read(a access.Actor, id int64) register.Import {
	h.Helper()
	h.s.Wait()
	m, err := h.s.Import(h.Context(), a, id)
	if err != nil {
		h.Fatal(err)
	}
	return m
}

func (h *house) confirm(a access.Actor, m register.Import) register.Import {
	h.Helper()
	if err := h.s.Confirm(h.Context(), a, m.ID, m.Version); err != nil {
		h.Fatal(err)
	}
	return h.read(a, m.ID)
}

func (h *house) undo(a access.Actor, m register.Import) register.Import {
	h.Helper()
	if err := h.s.Undo(h.Context(), a, m.ID, m.Version, "表格发错了"); err != nil {
		h.Fatal(err)
	}
	return h.read(a, m.ID)
}

func (h *house) export(a access.Actor) []byte {
	h.Helper()
	d, err := h.s.Export(h.Context(), a, "deputies", h.Street)
	if err != nil {
		h.Fatal(err)
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		h.Fatal(err)
	}
	return b.Bytes()
}

func (h *house) want(m register.Import, state procedure.State, c register.Counts) {
	h.Helper()
	if m.State != state || m.Counts != c {
		h.Fatalf("import is %s with %+v (%s), want %s with %+v", m.State, m.Counts, m.Failure, state, c)
	}
}

func (h *house) count() int { return dbtest.Scan[int](h, h.admin, `SELECT count(*) FROM deputies`) }

// complaints lists what is wrong, a line each.
func (h *house) complaints(a access.Actor, m register.Import) string {
	h.Helper()
	rows, _, err := h.s.Rows(h.Context(), a, &m, register.RowFilter{Kind: register.Error, Limit: 100})
	if err != nil {
		h.Fatal(err)
	}
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(register.Words(r.Complaints) + "\n")
	}
	return b.String()
}

func TestFillsARegister(t *testing.T) {
	h := openHouse(t)
	staff := h.Actor(access.CityDeputy)
	rows := deputies(120)
	rows[0][0], rows[1][0] = "𠮷田光", "李䶮"
	m := h.send(staff, workbook(t, heads, rows))
	h.want(m, register.Preview, register.Counts{New: 120})
	if h.count() != 0 {
		t.Error("the preview changed the register")
	}
	m = h.confirm(staff, m)
	if m.State != register.Applied || m.Outcomes.Applied != 120 || h.count() != 120 {
		t.Fatalf("applied = %+v, %d deputies", m.Outcomes, h.count())
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM deputies WHERE name IN ('𠮷田光', '李䶮')`); n != 2 {
		t.Error("rare names were lost")
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM import_rows WHERE cells::text || coalesce(before::text, '') LIKE '%13800000%'`); n != 0 {
		t.Errorf("%d rows hold a number in clear", n)
	}
	// The same file again, and the register's own export, change nothing.
	h.want(h.send(staff, workbook(t, heads, rows)), register.Preview, register.Counts{Same: 120})
	h.want(h.send(staff, h.export(staff)), register.Preview, register.Counts{Same: 120})

	rows[2][5], rows[3][6], rows[4][7] = "2021-12-02", "13912345678", ""
	m = h.send(staff, workbook(t, heads, rows))
	h.want(m, register.Preview, register.Counts{Same: 117, Changed: 3})
	list, _, err := h.s.Rows(t.Context(), staff, &m, register.RowFilter{Kind: register.Changed, Limit: 10})
	if err != nil || list[0].Before[5] != "2021-12-01" || list[0].Cells[5] != "2021-12-02" || list[1].Before[6] != "138****0003" || list[1].Cells[6] != "139****5678" {
		t.Errorf("changes = %+v, %v", list, err)
	}
	m = h.confirm(staff, m)
	h.want(h.send(staff, workbook(t, heads, rows)), register.Preview, register.Counts{Same: 120})
	other := deputies(120)
	other[7][4], other[8][3] = "法制与社会建设", "市九十九届"
	wrong := h.send(staff, workbook(t, heads, append(other[5:7], other[7], other[8])))
	h.want(wrong, register.Preview, register.Counts{Same: 2, Error: 2})
	if got := h.complaints(staff, wrong); !strings.Contains(got, "E4：专业小组的变动") || !strings.Contains(got, "D5：没有叫“市九十九届”的届别") {
		t.Errorf("complaints = %s", got)
	}

	m = h.undo(staff, m)
	if m.State != register.Undone || m.Outcomes.Undone != 3 {
		t.Errorf("undone = %+v", m.Outcomes)
	}
	h.want(h.send(staff, workbook(t, heads, rows)), register.Preview, register.Counts{Same: 117, Changed: 3})
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM audit_events WHERE kind = 'import' AND action IN ('import.send', 'import.confirm', 'import.applied', 'import.undo', 'import.undone')`); n != 13 {
		t.Errorf("recorded %d events, want 13", n)
	}
}

func TestComplaintsNameTheCell(t *testing.T) {
	h := openHouse(t)
	staff := h.Actor(access.CityDeputy)
	rows := deputies(14)
	rows[0][5] = "二〇二一年冬"
	rows[1][0] = ""
	rows[2][4] = "体育"
	rows[3][6] = "12ab"
	rows[4][2] = strings.Repeat("长", 51)
	rows[5] = rows[6]
	rows[7][5] = "2099-01-01"
	rows[8][6] = "138****0008"
	rows[9][5] = "２０２１－１２－０１"
	rows[10][5] = time.Date(2021, 12, 1, 0, 0, 0, 0, time.UTC)
	rows[11][6] = 13800000011
	m := h.send(staff, workbook(t, heads, rows, func(f *excelize.File) {
		if err := f.SetCellFormula("Sheet1", "H14", "1+1"); err != nil {
			t.Fatal(err)
		}
		if err := f.MergeCell("Sheet1", "A15", "B15"); err != nil {
			t.Fatal(err)
		}
	}))
	h.want(m, register.Preview, register.Counts{New: 4, Error: 10})
	want := []string{
		"F2：任职日期不是日期", "A3：请填写姓名", "E4：专业小组请从列表里选：法制与社会建设、", "G5：请填写正确的联系电话", "C6：选区不能超过 50 个字",
		"第 8 行：和第 7 行的姓名、选区、届别相同", "F9：任职日期不能晚于今天", "G10：联系电话里有 *", "H14：简介是公式", "A15:B15：请取消合并单元格",
	}
	got := h.complaints(staff, m)
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("lacks %s", w)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
	m = h.confirm(staff, m)
	if m.Outcomes.Applied != 4 || h.count() != 4 {
		t.Errorf("applied = %+v", m.Outcomes)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM deputies WHERE since = '2021-12-01' AND phone_mask LIKE '138%'`); n != 4 {
		t.Errorf("%d of 4 were read right", n)
	}
}

func TestUnreadable(t *testing.T) {
	h := openHouse(t)
	staff := h.Actor(access.CityDeputy)
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"text":           {[]byte("姓名,性别"), "不是 .xlsx"},
		"a missing head": {workbook(t, heads[:6], deputies(1)), "缺少这些列：联系电话、简介、确认文号、确认日期"},
		"another sheet":  {workbook(t, []string{"a", "b"}, deputies(1)), "不是代表名册的表头"},
		"a head twice":   {workbook(t, append(append([]string{}, heads...), "姓名"), deputies(1)), "不止一次：姓名"},
		"nothing":        {workbook(t, heads, nil), "没有内容"},
		"a bomb":         {bomb(t), "太大"},
		"macros":         {repack(t, workbook(t, heads, deputies(1)), "xl/vbaProject.bin", "x"), "宏"},
	} {
		m := h.send(staff, c.content)
		if m.State != register.NotRead || !strings.Contains(m.Failure, c.want) {
			t.Errorf("%s: %s %q, want %q", name, m.State, m.Failure, c.want)
		}
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM imports WHERE file_sealed IS NOT NULL`); n != 0 {
		t.Errorf("%d sheets are kept after they were read", n)
	}
}

// What others changed since the preview is not overwritten; what they changed
// since the import is not undone, and neither is what others refer to.
func TestOthersMeanwhile(t *testing.T) {
	h := openHouse(t)
	staff := h.Actor(access.CityDeputy)
	h.confirm(staff, h.send(staff, workbook(t, heads, deputies(2))))
	rows := deputies(6)
	rows[0][7], rows[1][7] = "医生", "医生"
	m := h.send(staff, workbook(t, heads, rows))
	h.want(m, register.Preview, register.Counts{New: 4, Changed: 2})
	dbtest.Exec(t, h.admin, `UPDATE deputies SET version = version + 1, intro = '律师' WHERE name = '代表00000'`)
	dbtest.Exec(t, h.admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key)
		VALUES ($1, '代表00005', '东城第1选区', '市十七届', 'law', '2021-12-01', 'other')`, h.Street)
	m = h.confirm(staff, m)
	if m.Outcomes != (register.Outcomes{Applied: 4, Stale: 2}) {
		t.Fatalf("outcomes = %+v", m.Outcomes)
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT intro FROM deputies WHERE name = '代表00000'`); got != "律师" {
		t.Errorf("overwrote what was changed since: %s", got)
	}
	dbtest.Exec(t, h.admin, `UPDATE deputies SET version = version + 1, intro = '会计' WHERE name = '代表00002'`)
	station := dbtest.Scan[int64](t, h.admin, `
		INSERT INTO stations (street_id, kind, name, code, opened_on, key) VALUES ($1, 'central', '站', '01', '2019-07-01', 's') RETURNING id`, h.Street)
	dbtest.Exec(t, h.admin, `
		INSERT INTO station_deputies (street_id, station_id, deputy_id, from_on) SELECT street_id, $1, id, '2022-01-01' FROM deputies WHERE name = '代表00003'`, station)
	m = h.undo(staff, m)
	if m.Outcomes != (register.Outcomes{Undone: 2, Kept: 2, Stale: 2}) {
		t.Fatalf("outcomes = %+v", m.Outcomes)
	}
	list, _, err := h.s.Rows(t.Context(), staff, &m, register.RowFilter{Outcome: "kept", Limit: 10})
	if err != nil || len(list) != 2 || !strings.Contains(list[0].Note, "又被修改过") || !strings.Contains(list[1].Note, "别的记录用到它") {
		t.Errorf("kept = %+v, %v", list, err)
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT string_agg(name || intro, ' ' ORDER BY name) FROM deputies`); got != "代表00000律师 代表00001小学教师 代表00002会计 代表00003小学教师 代表00005" {
		t.Errorf("register = %s", got)
	}
}

func TestUndoEndsAfterThirtyDays(t *testing.T) {
	h := openHouse(t)
	staff := h.Actor(access.CityDeputy)
	m := h.confirm(staff, h.send(staff, workbook(t, heads, deputies(1))))
	h.now = h.now.AddDate(0, 0, register.UndoDays+1)
	var bad fault.Fields
	if err := h.s.Undo(t.Context(), staff, m.ID, m.Version, "太晚"); !errors.As(err, &bad) {
		t.Errorf("undone after %d days: %v", register.UndoDays+1, err)
	}
	// Not by SQL either.
	err := h.db.Write(t.Context(), staff, func(tx db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `UPDATE imports SET state = 'undoing', undone_by = 1, undone_at = @now, undone_why = 'x' WHERE id = @id`, db.Args{"id": m.ID, "now": h.now})
		return err
	})
	if !db.Violates(err, "imports_undone_within") {
		t.Errorf("SQL: %v", err)
	}
}

// Work that a restart interrupted is told and can be taken up again.
func TestResume(t *testing.T) {
	h := openHouse(t)
	staff := h.Actor(access.CityDeputy)
	m := h.send(staff, workbook(t, heads, deputies(70)))
	dbtest.Exec(t, h.admin, `UPDATE imports SET state = 'applying', confirmed_by = 1, confirmer = 'x', confirmed_at = $1, beat_at = $1, total = 70`, h.now)
	m = h.read(staff, m.ID)
	if m.Silent(h.now) {
		t.Error("work that has just begun is called interrupted")
	}
	if err := h.s.Resume(t.Context(), staff, m.ID, m.Version); !errors.Is(err, fault.Stale) {
		t.Errorf("resumed while it works: %v", err)
	}
	h.now = h.now.Add(2 * time.Minute)
	if !m.Silent(h.now) {
		t.Error("silent work is not called interrupted")
	}
	if err := h.s.Resume(t.Context(), staff, m.ID, m.Version); err != nil {
		t.Fatal(err)
	}
	m = h.read(staff, m.ID)
	if m.State != register.Applied || m.Outcomes.Applied != 70 || h.count() != 70 {
		t.Errorf("resumed to %s, %+v", m.State, m.Outcomes)
	}
}

func TestOtherStreetSeesNothing(t *testing.T) {
	h := openHouse(t)
	staff := h.Actor(access.CityDeputy)
	m := h.send(staff, workbook(t, heads, deputies(2)))
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		if _, err := h.s.Import(t.Context(), a, m.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s reads the import: %v", a.Role, err)
		}
		if l, err := h.s.Imports(t.Context(), a, register.Filter{Limit: 10}); err != nil || len(l.Lines) != 0 {
			t.Errorf("%s lists %+v, %v", a.Role, l.Lines, err)
		}
		if rows, _, err := h.s.Rows(t.Context(), a, &m, register.RowFilter{Limit: 10}); err != nil || len(rows) != 0 {
			t.Errorf("%s reads %d rows, %v", a.Role, len(rows), err)
		}
		if err := h.s.Confirm(t.Context(), a, m.ID, m.Version); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s confirms: %v", a.Role, err)
		}
	}
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		_, err := h.s.Send(t.Context(), a, register.Sending{Key: "x" + string(info.Role), StreetID: h.Street, Register: "deputies", Name: "x.xlsx", Content: []byte("x")})
		if may := a.May(access.ImportRegisters); may != (err == nil) || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s sends: %v", info.Role, err)
		}
		_, err = h.s.Import(t.Context(), a, m.ID)
		if may := a.May(access.ViewImports); may != (err == nil) {
			t.Errorf("%s reads: %v", info.Role, err)
		}
	}
}
