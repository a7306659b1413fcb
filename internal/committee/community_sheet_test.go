package committee_test

import (
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/sheettest"
	"portal/internal/register"
	"portal/internal/secret"
)

func TestCommunitiesBySheet(t *testing.T) {
	h := open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := sheettest.Open(t, h.db, keys, dbtest.Clock, h.Actor(access.Staff), h.s.CommunitySheet())
	names := func() string {
		return dbtest.Scan[string](t, h.admin, `SELECT coalesce(string_agg(name, ' ' ORDER BY code), '') FROM communities WHERE street_id = $1 AND code LIKE '4419000039%'`, h.Street)
	}
	before := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM communities WHERE street_id = $1`, h.Street)
	d.Send(d.Export(), register.Counts{Same: before})

	m := d.Send(d.Fill([][]any{{"441900003901", "𠮷祥社区"}, {"441900003902", "䶮湖社区"}, {"441900003903", "花园社区"}, {"441900003904", "新城社区"}}), register.Counts{New: 4})
	m = d.Confirm(m, register.Outcomes{Applied: 4})
	if got := names(); got != "𠮷祥社区 䶮湖社区 花园社区 新城社区" {
		t.Errorf("communities = %s", got)
	}
	d.Send(d.Export(), register.Counts{Same: before + 4})
	d.Unseen(m, h.Other(access.Staff), h.Far(access.CityDeputy))

	// A code that is there with another name is a new name; no two have one name.
	wrong := d.Send(d.Fill([][]any{
		{"441900003903", "花园北里社区"}, {"44190000390", "短码社区"}, {"441900003905", ""}, {"441900003906", "新城社区"}, {"441900003907", "双名社区"}, {"441900003908", "双名社区"},
	}), register.Counts{New: 1, Changed: 1, Error: 4})
	for _, want := range []string{"A3：区划代码是 12 位数字", "B4：请填写社区名称", "B5：名册里另一条记录的社区名称也是“新城社区”", "B7：社区名称和第 6 行相同"} {
		if got := d.Complaints(wrong); !strings.Contains(got, want) {
			t.Errorf("complaints lack %s: %s", want, got)
		}
	}
	d.Undo(d.Confirm(wrong, register.Outcomes{Applied: 2}), register.Outcomes{Undone: 2})
	if got := names(); got != "𠮷祥社区 䶮湖社区 花园社区 新城社区" {
		t.Errorf("undone to %s", got)
	}

	// What a station lies in, what an account works for and what has ended stays.
	dbtest.Exec(t, h.admin, `
		INSERT INTO stations (street_id, community_id, kind, name, code, opened_on, key)
		SELECT street_id, id, 'community', '𠮷祥联络站', '91', '2026-01-01', 'x' FROM communities WHERE code = '441900003901'`)
	dbtest.Exec(t, h.admin, `
		WITH u AS (INSERT INTO users (city_id, login, name, password_hash) VALUES ($1, 'helper', '联络员', 'x') RETURNING id)
		INSERT INTO role_grants (user_id, city_id, role, street_id, community_id, requested_by, requested_at)
		SELECT u.id, $1, 'liaison', c.street_id, c.id, 0, now() FROM communities c, u WHERE c.code = '441900003902'`, h.City)
	dbtest.Exec(t, h.admin, `UPDATE communities SET ended_on = $1 WHERE code = '441900003904'`, calendar.On(dbtest.Now))
	id := dbtest.Scan[int64](t, h.admin, `SELECT id FROM communities WHERE code = '441900003903'`)
	if got := dbtest.Scan[int](t, h.admin, `SELECT version FROM communities WHERE id = $1`, id); got != 3 {
		t.Fatalf("renamed and back is version %d, want 3", got)
	}
	dbtest.Exec(t, h.admin, `UPDATE communities SET version = 1 WHERE id = $1`, id)
	m = d.Undo(m, register.Outcomes{Undone: 1, Kept: 3})
	for _, want := range []string{"2 kept 已经有联络站、意见、联络员或账号属于这个社区", "3 kept 已经有联络站", "5 kept 这个社区已经撤销"} {
		if got := d.Notes(m); !strings.Contains(got, want) {
			t.Errorf("notes lack %s:\n%s", want, got)
		}
	}
	if got := names(); got != "𠮷祥社区 䶮湖社区 新城社区" {
		t.Errorf("left = %s", got)
	}
}

// No community is removed but by the undoing of the import that added it, and
// another street's keeper changes none.
func TestCommunitiesAreNotRemoved(t *testing.T) {
	h := open(t)
	for _, a := range []access.Actor{h.Actor(access.Staff), h.Actor(access.SystemAdmin), operator, h.Other(access.Staff)} {
		err := h.db.Write(t.Context(), a, func(tx db.Tx) error {
			n, err := db.Exec(t.Context(), tx, `DELETE FROM communities WHERE street_id = @street`, db.Args{"street": h.Street})
			if n != 0 {
				t.Errorf("%s removed %d communities", a.Role, n)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", a.Role, err)
		}
	}
	if err := h.s.RenameCommunity(t.Context(), h.Other(access.Staff), h.Street, h.Community, 1, "别街社区"); err == nil {
		t.Error("another street renames a community")
	}
}
