package deputy_test

import (
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/dbtest/sheettest"
	"portal/internal/register"
)

// A street's sheet proposes, the city's enters where it names the paper that
// confirmed the credentials (electoral law, art. 47).
func TestSheetProposes(t *testing.T) {
	h := open(t)
	count := func() (deputies, waiting int) {
		return dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM deputies`), dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM deputy_elections WHERE state = 'elected'`)
	}
	row := func(name, document, confirmed string) []any {
		return []any{name, "女", "东城第一选区", "市十七届", "财经", "2021-12-01", "", "", document, confirmed}
	}
	street := sheettest.Open(t, h.db, h.keys, dbtest.Clock, h.Actor(access.Staff), h.s.Sheet())
	m := street.Send(street.Fill([][]any{row("甲", "公告〔2021〕7号", "2021-11-20")}), register.Counts{Error: 1})
	if said := street.Complaints(m); !strings.Contains(said, "请留空") {
		t.Errorf("the street named the paper: %s", said)
	}
	m = street.Confirm(street.Send(street.Fill([][]any{row("甲", "", ""), row("𠮷田", "", "")}), register.Counts{New: 2}), register.Outcomes{Applied: 2})
	if d, w := count(); d != 0 || w != 2 {
		t.Fatalf("%d deputies, %d waiting, want 0 and 2", d, w)
	}
	street.Send(street.Export(), register.Counts{Same: 2})
	street.Undo(m, register.Outcomes{Undone: 2})
	if d, w := count(); d != 0 || w != 0 {
		t.Errorf("after undoing: %d deputies, %d waiting", d, w)
	}
	street.Confirm(street.Send(street.Fill([][]any{row("甲", "", "")}), register.Counts{New: 1}), register.Outcomes{Applied: 1})

	keeper := h.Actor(access.CityDeputy)
	keeper.StreetID = 0
	city := sheettest.Open(t, h.db, h.keys, dbtest.Clock, keeper, h.s.Sheet())
	city.Street = h.Street
	city.Confirm(city.Send(city.Fill([][]any{row("甲", "公告〔2021〕7号", "2021-11-20"), row("乙", "公告〔2021〕7号", "2021-11-20")}), register.Counts{New: 1, Changed: 1}), register.Outcomes{Applied: 2})
	if d, w := count(); d != 2 || w != 0 {
		t.Errorf("%d deputies, %d waiting, want 2 and 0", d, w)
	}
	street.Send(street.Export(), register.Counts{Same: 2})
}
