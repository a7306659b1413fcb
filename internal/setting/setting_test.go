package setting_test

import (
	"errors"
	"testing"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/setting"
)

var replyDays = setting.Declare(setting.Setting{
	Key: "test.reply_days", Room: "测试", Label: "答复期限", Unit: "个工作日", Default: 15, Min: 1, Max: 60,
})

// value is what holds in a street.
func value(t *testing.T, d *db.DB, w *dbtest.World, street int64) int {
	t.Helper()
	n := 0
	actor := w.Actor(access.Staff)
	actor.StreetID = street
	if err := d.Read(t.Context(), actor, replyDays.Query(&n, street)); err != nil {
		t.Fatal(err)
	}
	return n
}

func change(street int64, version int) setting.Change {
	return setting.Change{Key: replyDays.Key, StreetID: street, Version: version}
}

func TestChooseAndReset(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s := setting.NewStore(d, dbtest.Clock)
	sysadmin := w.Actor(access.SystemAdmin)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := value(t, d, w, w.Street); got != 15 {
		t.Errorf("default = %d, want 15", got)
	}
	must(s.Choose(t.Context(), sysadmin, change(0, 0), 20))
	must(s.Choose(t.Context(), sysadmin, change(w.Street, 0), 10))
	must(s.Choose(t.Context(), sysadmin, change(w.Street, 1), 12))
	if got := value(t, d, w, w.Street); got != 12 {
		t.Errorf("street's own value = %d, want 12", got)
	}
	if got := value(t, d, w, w.OtherStreet); got != 20 {
		t.Errorf("city's value = %d, want 20", got)
	}
	must(s.Reset(t.Context(), sysadmin, change(w.Street, 2)))
	if got := value(t, d, w, w.Street); got != 20 {
		t.Errorf("after the reset = %d, want the city's 20", got)
	}
	must(s.Reset(t.Context(), sysadmin, change(0, 1)))
	if got := value(t, d, w, w.Street); got != 15 {
		t.Errorf("after the city's reset = %d, want the default 15", got)
	}
	if got := dbtest.Scan[int64](t, admin, `SELECT count(*) FROM audit_events WHERE kind = 'setting'`); got != 5 {
		t.Errorf("audit events = %d, want 5", got)
	}
	if got := dbtest.Scan[string](t, admin, `SELECT title || detail::text FROM audit_events WHERE action = 'setting.reset' ORDER BY id LIMIT 1`); got != `东城街道：答复期限恢复为全市的值{"key": "test.reply_days", "after": null, "before": 12}` {
		t.Errorf("recorded %s", got)
	}
}

func TestChooseRefuses(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s := setting.NewStore(d, dbtest.Clock)
	sysadmin := w.Actor(access.SystemAdmin)
	for _, r := range access.Roles {
		err := s.Choose(t.Context(), w.Actor(r.Role), change(0, 99), 20)
		reset := s.Reset(t.Context(), w.Actor(r.Role), change(0, 99))
		_, read := s.Choices(t.Context(), w.Actor(r.Role))
		for _, err := range []error{err, reset, read} {
			if may := r.Role == access.SystemAdmin; may == errors.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", r.Role, err)
			}
		}
	}
	var bad fault.Fields
	if err := s.Choose(t.Context(), sysadmin, change(0, 0), 99); !errors.As(err, &bad) {
		t.Errorf("out of range: %v, want Fields", err)
	}
	if err := s.Choose(t.Context(), sysadmin, setting.Change{Key: "test.none"}, 20); !errors.Is(err, fault.NotFound) {
		t.Errorf("unknown setting: %v, want NotFound", err)
	}
	if err := s.Choose(t.Context(), sysadmin, change(w.Street, 0), 20); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"set by two as the first": s.Choose(t.Context(), sysadmin, change(w.Street, 0), 21),
		"changed meanwhile":       s.Choose(t.Context(), sysadmin, change(w.Street, 7), 21),
		"reset meanwhile":         s.Choose(t.Context(), sysadmin, change(0, 1), 21),
		"reset of a newer value":  s.Reset(t.Context(), sysadmin, change(w.Street, 7)),
		"reset of nothing":        s.Reset(t.Context(), sysadmin, change(0, 1)),
	} {
		if !errors.Is(err, fault.Stale) {
			t.Errorf("%s: %v, want Stale", name, err)
		}
	}
	if got := value(t, d, w, w.Street); got != 20 {
		t.Errorf("value = %d, want 20", got)
	}
}

func TestOtherCityChangesNothing(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s := setting.NewStore(d, dbtest.Clock)
	if err := s.Choose(t.Context(), w.Actor(access.SystemAdmin), change(w.Street, 0), 20); err != nil {
		t.Fatal(err)
	}
	far := w.Far(access.SystemAdmin)
	for _, err := range []error{s.Choose(t.Context(), far, change(w.Street, 0), 30), s.Choose(t.Context(), far, change(w.Street, 1), 30), s.Reset(t.Context(), far, change(w.Street, 1))} {
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("another city's administrator: %v, want NotFound", err)
		}
	}
	if got := value(t, d, w, w.Street); got != 20 {
		t.Errorf("value = %d, want 20", got)
	}
	c, err := s.Choices(t.Context(), far)
	if err != nil || len(c.Chosen) != 0 || len(c.Streets) != 1 || c.Street(w.Street) != "" {
		t.Errorf("another city's administrator sees %+v, %v", c, err)
	}
}
