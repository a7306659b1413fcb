package committee_test

import (
	"errors"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
)

func (h *house) presides(a access.Actor, post int64, on time.Time) (may bool) {
	h.Helper()
	err := h.db.Write(h.Context(), a, func(tx db.Tx) (err error) {
		may, err = committee.MayPreside(h.Context(), tx, h.Street, post, on)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return may
}

func TestDelegation(t *testing.T) {
	h := open(t)
	ctx, director, deputy := t.Context(), h.Actor(access.Director), h.Actor(access.DeputyDirector)
	own := dbtest.InPost(t, h.admin, h.Street, committee.Director, "李䶮", &director, "2019-07-01")
	to := dbtest.InPost(t, h.admin, h.Street, committee.DeputyDirector, "王芳", &deputy, "2019-07-01")
	other := dbtest.InPost(t, h.admin, h.Street, committee.Member, "𠮷田光", nil, "2019-07-01")
	late := dbtest.InPost(t, h.admin, h.Street, committee.Member, "未到任", nil, "2026-12-01")
	today := calendar.On(dbtest.Now)
	day := func(n int) time.Time { return calendar.AddDays(today, n) }
	n := committee.NewDelegation{
		Key: "a", StreetID: h.Street, ToPostID: to, Powers: []string{"preside", "other"}, Scope: "接待来访", FromOn: day(1), ThroughOn: day(10), Reason: "外出学习",
	}
	for field, change := range map[string]func(*committee.NewDelegation){
		"to":         func(n *committee.NewDelegation) { n.ToPostID = late },
		"powers":     func(n *committee.NewDelegation) { n.Powers = []string{} },
		"scope":      func(n *committee.NewDelegation) { n.Scope = "" },
		"from_on":    func(n *committee.NewDelegation) { n.FromOn = day(-1) },
		"through_on": func(n *committee.NewDelegation) { n.ThroughOn = day(0) },
	} {
		bad := n
		change(&bad)
		if _, err := h.s.Delegate(ctx, director, bad); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	id, err := h.s.Delegate(ctx, director, n)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.s.Delegate(ctx, director, n); err != nil || again != id {
		t.Errorf("sent twice = %d, %v, want %d", again, err, id)
	}
	for _, c := range []struct {
		post int64
		on   int
		want bool
	}{{own, 0, true}, {own, -9000, false}, {to, 0, false}, {to, 1, true}, {to, 10, true}, {to, 11, false}, {other, 1, false}} {
		if got := h.presides(h.Actor(access.Staff), c.post, day(c.on)); got != c.want {
			t.Errorf("post %d presides on day %d: %v", c.post, c.on, got)
		}
	}
	d, err := h.s.Delegation(ctx, h.Actor(access.CityOffice), h.Street, id)
	if err != nil || d.Number == "" || d.To != "王芳" || d.State != committee.Ahead || len(d.Timeline) != 1 {
		t.Errorf("delegation = %+v, %v", d, err)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM notices WHERE to_role = 'deputy_director'`); n != 1 {
		t.Errorf("%d notices", n)
	}
	for _, a := range []access.Actor{h.Other(access.Director), h.Far(access.CityOffice)} {
		if _, err := h.s.Delegation(ctx, a, h.Street, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere reads it: %v", a.Role, err)
		}
		if err := h.s.WithdrawDelegation(ctx, a, h.Street, id, "x"); err == nil {
			t.Errorf("%s of elsewhere withdraws it", a.Role)
		}
		if h.presides(a, to, day(1)) {
			t.Errorf("%s of elsewhere sees who presides", a.Role)
		}
	}
	// With the director's term, or that of who received it, the delegation ends.
	for _, post := range []int64{own, to} {
		dbtest.Exec(t, h.admin, `UPDATE posts SET until_on = $2, ended_why = 'resigned' WHERE id = $1`, post, day(5))
		if !h.presides(director, to, day(4)) || h.presides(director, to, day(5)) {
			t.Error("a delegation outlives a term")
		}
		dbtest.Exec(t, h.admin, `UPDATE posts SET until_on = NULL, ended_why = '' WHERE id = $1`, post)
	}
	if err := h.s.WithdrawDelegation(ctx, director, h.Street, id, "不再外出"); err != nil {
		t.Fatal(err)
	}
	if err := h.s.WithdrawDelegation(ctx, director, h.Street, id, "再收回"); !errors.Is(err, fault.Stale) {
		t.Errorf("withdrawn twice: %v", err)
	}
	if h.presides(director, to, day(1)) {
		t.Error("who received it still presides after it was withdrawn")
	}
}

// The rules hold for statements that the portal's own role sends, too.
func TestDelegationsBySQL(t *testing.T) {
	h := open(t)
	director, deputy, staff := h.Actor(access.Director), h.Actor(access.DeputyDirector), h.Actor(access.Staff)
	own := dbtest.InPost(t, h.admin, h.Street, committee.Director, "李明", &director, "2019-07-01")
	to := dbtest.InPost(t, h.admin, h.Street, committee.DeputyDirector, "王芳", &deputy, "2019-07-01")
	far := dbtest.InPost(t, h.admin, h.OtherStreet, committee.DeputyDirector, "赵南", nil, "2019-07-01")
	insert := func(a access.Actor, from, to int64, signed string) error {
		return h.db.Write(t.Context(), a, func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO delegations (street_id, from_post_id, to_post_id, powers, from_on, through_on, reason, signed_on, number, key, created_at)
				VALUES ($1, $2, $3, '{preside}', $4::text::date, '2026-03-31', 'x', $4::text::date, 'n', gen_random_uuid()::text, $5)`, h.Street, from, to, signed, dbtest.Now)
			return err
		})
	}
	for _, c := range []struct {
		what     string
		who      access.Actor
		from, to int64
		signed   string
		breaks   string // "": row-level security refuses it
	}{
		{"staff sign", staff, own, to, "2026-03-01", "only_in_post"},
		{"the deputy director signs for the director", deputy, own, to, "2026-03-01", "only_in_post"},
		{"signed before the appointment", director, own, to, "2019-06-30", "only_in_post"},
		{"the operator lets a deputy director delegate", operator, to, to, "2026-03-01", "delegations_by_director"},
		{"to oneself", director, own, own, "2026-03-01", "delegations_to_in_post"},
		{"to another street", director, own, far, "2026-03-01", "delegations_to_in_post"},
		{"signed tomorrow", director, own, to, "2026-03-03", "delegations_not_ahead"},
	} {
		if err := insert(c.who, c.from, c.to, c.signed); !db.Violates(err, c.breaks) {
			t.Errorf("%s: %v, want %s broken", c.what, err, c.breaks)
		}
	}
	if err := insert(director, own, to, "2026-03-01"); err != nil {
		t.Fatal(err)
	}
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		for sql, granted := range map[string]bool{
			`UPDATE delegations SET through_on = '2030-01-01'`: false,
			`DELETE FROM delegations`:                          false,
			`UPDATE delegations SET number = 'y'`:              true,
		} {
			err := h.db.Write(t.Context(), a, func(tx db.Tx) error { _, err := db.Exec(t.Context(), tx, sql, db.Args{}); return err })
			if !granted && !db.Refused(err) || a.Role == access.Director && err == nil {
				t.Errorf("%s: %s: %v, want a refusal", a.Role, sql, err)
			}
		}
	}
	if n := dbtest.Scan[string](t, h.admin, `SELECT number FROM delegations`); n != "n" {
		t.Errorf("the number became %s", n)
	}
}

// Every table on which a directors' meeting decides asks whether its chair may
// preside; meetings ask by the rule that their notice froze.
func TestEveryChairMayPreside(t *testing.T) {
	h := open(t)
	tables := dbtest.Scan[string](t, h.admin, `
		SELECT coalesce(string_agg(c.table_name || CASE WHEN EXISTS (
		           SELECT FROM pg_trigger g WHERE g.tgrelid = c.table_name::regclass AND g.tgfoid IN ('app.only_presiding()'::regprocedure, 'app.guard_meeting()'::regprocedure)) THEN '' ELSE ' unguarded' END,
		           ', ' ORDER BY c.table_name), '')
		FROM information_schema.columns c
		WHERE c.table_schema = 'public' AND c.column_name = 'chair_post_id'`)
	if want := "expert_terms, institution_meetings, meetings, plan_decisions, selections"; tables != want {
		t.Errorf("tables with a chair: %s, want %s", tables, want)
	}
}
