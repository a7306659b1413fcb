package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *audit.Store
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	return &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, s: audit.NewStore(d, dbtest.Clock)}
}

func (h *house) record(a access.Actor, events ...audit.Event) error {
	return h.db.Write(h.Context(), a, func(tx db.Tx) error { return audit.RecordAll(h.Context(), tx, a, events) })
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) titles(f audit.Filter) []string {
	h.Helper()
	f.Limit = 50
	l, err := h.s.Entries(h.Context(), h.Actor(access.AuditAdmin), f)
	h.must(err)
	titles := []string{}
	for _, e := range l.Lines {
		titles = append(titles, e.Title)
	}
	return titles
}

// seed records four acts on four days.
func (h *house) seed() {
	at := func(day int) time.Time { return dbtest.Now.AddDate(0, 0, day) }
	staff, other, admin := h.Actor(access.Staff), h.Other(access.Staff), h.Actor(access.SystemAdmin)
	staff.Name = "𠮷田光"
	h.must(h.record(staff, audit.Event{At: at(0), StreetID: h.Street, Kind: "opinion", ID: 1, Action: "opinion.assignment", Title: "交办给城建办", Reason: "属市政设施"}))
	h.must(h.record(other, audit.Event{At: at(1), StreetID: h.OtherStreet, Kind: "visit", ID: 1, Action: "visit.log", Title: "登记接待"}))
	h.must(h.record(admin, audit.Event{At: at(2), Kind: "setting", Action: "setting.choose", Title: "设置", Detail: map[string]any{"after": 20}}))
	far := h.Far(access.Staff)
	h.must(h.record(far, audit.Event{At: at(3), StreetID: h.FarStreet, Kind: "opinion", ID: 9, Action: "opinion.assignment", Title: "外市"}))
}

func TestEntries(t *testing.T) {
	h := open(t)
	h.seed()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		f    audit.Filter
		want []string
	}{
		"all":            {audit.Filter{}, []string{"设置", "登记接待", "交办给城建办"}},
		"street":         {audit.Filter{StreetID: h.OtherStreet}, []string{"登记接待"}},
		"foreign street": {audit.Filter{StreetID: h.FarStreet}, []string{}},
		"kind":           {audit.Filter{Kind: "opinion"}, []string{"交办给城建办"}},
		"words":          {audit.Filter{Action: "接待"}, []string{"登记接待"}},
		"action":         {audit.Filter{Action: "setting."}, []string{"设置"}},
		"person":         {audit.Filter{Person: "𠮷"}, []string{"交办给城建办"}},
		"period":         {audit.Filter{From: day(3), To: day(3)}, []string{"登记接待"}},
	} {
		if d := cmp.Diff(c.want, h.titles(c.f)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	l, err := h.s.Entries(t.Context(), h.Actor(access.AuditAdmin), audit.Filter{Limit: 2})
	h.must(err)
	if len(l.Lines) != 2 || l.Lines[1].Street != "南城街道" || len(l.Streets) != 2 {
		t.Errorf("first page = %+v", l)
	}
	rest, err := h.s.Entries(t.Context(), h.Actor(access.AuditAdmin), audit.Filter{Limit: 2, After: l.Next})
	h.must(err)
	if len(rest.Lines) != 1 || !rest.Next.IsZero() {
		t.Errorf("second page = %+v", rest)
	}
	one, err := h.s.Entry(t.Context(), h.Actor(access.AuditAdmin), rest.Lines[0].ID)
	if err != nil || one.Reason != "属市政设施" {
		t.Errorf("Entry = %+v, %v", one, err)
	}
	if _, err := h.s.Entry(t.Context(), h.Far(access.AuditAdmin), one.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("another city's auditor: %v, want NotFound", err)
	}
}

func TestExportIsRecorded(t *testing.T) {
	h := open(t)
	h.seed()
	lines, err := h.s.Export(t.Context(), h.Actor(access.AuditAdmin), audit.Filter{Person: "𠮷", Limit: 1})
	h.must(err)
	if len(lines) != 1 {
		t.Errorf("Export = %d lines, want 1", len(lines))
	}
	got := dbtest.Scan[string](t, h.admin, `SELECT detail::text FROM audit_events WHERE action = 'audit.export'`)
	if got != `{"rows": 1, "person": "𠮷"}` {
		t.Errorf("recorded %s", got)
	}
}

func TestOnlyTheAuditorReads(t *testing.T) {
	h := open(t)
	for _, r := range access.Roles {
		_, list := h.s.Entries(t.Context(), h.Actor(r.Role), audit.Filter{Limit: 1})
		_, one := h.s.Entry(t.Context(), h.Actor(r.Role), 1)
		_, export := h.s.Export(t.Context(), h.Actor(r.Role), audit.Filter{})
		for _, err := range []error{list, one, export} {
			if may := r.Role == access.AuditAdmin; may == errors.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", r.Role, err)
			}
		}
	}
}

func TestRecordIsInOnesOwnNameAndStays(t *testing.T) {
	h := open(t)
	h.seed()
	staff, forged := h.Actor(access.Staff), h.Actor(access.Staff)
	forged.UserID = 1
	err := h.db.Write(t.Context(), staff, func(tx db.Tx) error {
		return audit.Record(t.Context(), tx, forged, audit.Event{At: dbtest.Now, StreetID: h.Street, Kind: "opinion", Action: "x", Title: "x"})
	})
	if !db.Refused(err) {
		t.Errorf("in another's name: %v, want a refusal", err)
	}
	for _, sql := range []string{"UPDATE audit_events SET title = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events"} {
		if _, err := h.admin.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestRecordAllFailsWhole(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	events := []audit.Event{{At: dbtest.Now, Kind: "opinion", Action: "a", Title: "a"}, {At: dbtest.Now, Kind: "opinion", Action: "b", Title: "b", Detail: make(chan int)}}
	if err := h.record(staff, events...); err == nil || !strings.Contains(fmt.Sprint(err), "record b") {
		t.Errorf("RecordAll = %v", err)
	}
	if n := dbtest.Scan[int64](t, h.admin, `SELECT count(*) FROM audit_events`); n != 0 {
		t.Errorf("%d events of a failed act", n)
	}
}
