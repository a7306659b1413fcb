package setting_test

import (
	"errors"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/setting"
)

var replyDays = setting.Declare(setting.Setting{
	Key: "test.reply_days", Room: "测试", Label: "答复期限", Unit: "个工作日", Default: 15, Min: 1, Max: 60,
})

func TestChoose(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s := setting.NewStore(d, dbtest.Clock)
	sysadmin := w.Actor(access.SystemAdmin)
	value := func(street int64) int {
		t.Helper()
		n := 0
		actor := w.Actor(access.Staff)
		actor.StreetID = street
		if err := d.Read(t.Context(), actor, replyDays.Query(&n, street)); err != nil {
			t.Fatal(err)
		}
		return n
	}
	choose := func(street int64, n int) {
		t.Helper()
		if err := s.Choose(t.Context(), sysadmin, replyDays.Key, street, n); err != nil {
			t.Fatal(err)
		}
	}
	if got := value(w.Street); got != 15 {
		t.Errorf("default = %d, want 15", got)
	}
	choose(0, 20)
	choose(w.Street, 10)
	choose(w.Street, 12)
	if got := value(w.Street); got != 12 {
		t.Errorf("street's own value = %d, want 12", got)
	}
	if got := value(w.OtherStreet); got != 20 {
		t.Errorf("city's value = %d, want 20", got)
	}
	if got := dbtest.Scan[int64](t, admin, `SELECT count(*) FROM audit_events WHERE action = 'setting.choose'`); got != 3 {
		t.Errorf("audit events = %d, want 3", got)
	}
}

func TestChooseRefuses(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s := setting.NewStore(d, dbtest.Clock)
	if err := s.Choose(t.Context(), w.Actor(access.Staff), replyDays.Key, 0, 20); !errors.Is(err, fault.Forbidden) {
		t.Errorf("staff: %v, want Forbidden", err)
	}
	var bad fault.Fields
	if err := s.Choose(t.Context(), w.Actor(access.SystemAdmin), replyDays.Key, 0, 99); !errors.As(err, &bad) {
		t.Errorf("out of range: %v, want Fields", err)
	}
	if err := s.Choose(t.Context(), w.Far(access.SystemAdmin), replyDays.Key, w.Street, 20); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := d.Read(t.Context(), w.Actor(access.Staff), replyDays.Query(&n, w.Street)); err != nil || n != 15 {
		t.Errorf("another city's administrator changed it to %d, %v", n, err)
	}
}
