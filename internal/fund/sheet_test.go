package fund_test

import (
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/internal/dbtest/sheettest"
	"portal/internal/fund"
	"portal/internal/register"
	"portal/internal/secret"
)

func TestFundsBySheet(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s, staff := fund.NewStore(d, dbtest.Clock), w.Actor(access.Staff)
	desk := sheettest.Open(t, d, keys, dbtest.Clock, staff, s.Sheet())
	row := func(year int, reason string, meeting any) []any {
		return []any{year, "街道部门预算", reason, meeting, 12.1, "35", 30.05, 0.07}
	}
	m := desk.Confirm(desk.Send(desk.Fill([][]any{row(2024, "", 8), row(2025, "", "１０"), row(2026, "", 20.5)}), register.Counts{New: 3}), register.Outcomes{Applied: 3})
	said := func(year int) string {
		return dbtest.Scan[string](t, admin, `
			SELECT string_agg(b.number || ': ' || (SELECT string_agg(x.amount::text, ' ' ORDER BY x.item) FROM npc_budget_items x WHERE x.street_id = b.street_id AND x.budget_id = b.id)
			                  || ' ' || b.reason, E'\n' ORDER BY b.number)
			FROM npc_budgets b
			WHERE b.street_id = $1 AND b.year = $2`, w.Street, year)
	}
	if got, want := said(2026), "1: 35.00 20.50 0.07 30.05 12.10 "; got != want {
		t.Errorf("2026 = %q, want %q", got, want)
	}
	content := desk.Export()
	desk.Send(content, register.Counts{Same: 3})
	desk.Unseen(m, w.Other(access.Staff), w.Far(access.CityDeputy))

	// A revision is a version of its own, with a reason of its own.
	wrong := [][]any{row(2024, "", 9), row(2025, "压减会议", 9), row(2030, "", 1), row(2023, "没有必要", 1), row(2022, "", -1), row(2021, "", 1.005), row(2020, "", 100001)}
	x := desk.Send(desk.Fill(wrong), register.Counts{Changed: 1, Error: 6})
	for _, want := range []string{
		"C2：这个年度已有预算，请写明为什么调整", "A4：年度最晚到 2027 年", "C5：这个年度还没有预算", "D6：会议费（万元）请填金额", "D7：会议费（万元）请填金额，最多两位小数", "D8：会议费不能超过",
	} {
		if got := desk.Complaints(x); !strings.Contains(got, want) {
			t.Errorf("complaints lack %s: %s", want, got)
		}
	}
	x = desk.Confirm(x, register.Outcomes{Applied: 1})
	again := desk.Send(desk.Fill([][]any{row(2025, "压减会议", 7)}), register.Counts{Error: 1})
	if got := desk.Complaints(again); !strings.Contains(got, "C2：这是上一次调整的理由") {
		t.Errorf("the reason of the version before: %s", got)
	}
	desk.Undo(x, register.Outcomes{Undone: 1})
	want := "1: 35.00 10.00 0.07 30.05 12.10 \n2: 35.00 9.00 0.07 30.05 12.10 压减会议\n3: 35.00 10.00 0.07 30.05 12.10 撤销导入，恢复第 1 版的金额"
	if got := said(2025); got != want {
		t.Errorf("2025 = %s\nwant %s", got, want)
	}

	// What was spent from or revised since stays; no version is ever removed.
	if err := s.Spend(t.Context(), staff, fund.Spending{Key: "a", StreetID: w.Street, On: calendar.On(dbtest.Now), Item: "meeting", Amount: 100, Purpose: "材料"}); err != nil {
		t.Fatal(err)
	}
	m = desk.Undo(m, register.Outcomes{Undone: 1, Kept: 2})
	for _, want := range []string{"3 kept 这条记录后来又被修改过", "4 kept 这一年已经登记支出"} {
		if got := desk.Notes(m); !strings.Contains(got, want) {
			t.Errorf("notes lack %s:\n%s", want, got)
		}
	}
	if got, want := said(2024), "1: 35.00 8.00 0.07 30.05 12.10 \n2: 0.00 0.00 0.00 0.00 0.00 撤销导入，各项归零"; got != want {
		t.Errorf("2024 = %s, want %s", got, want)
	}
}
