package person_test

import (
	"errors"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/person"
)

func (m *merging) known(n person.New) int64 {
	m.Helper()
	id, err := m.add(m.Actor(access.Staff), m.Street, n)
	if err != nil {
		m.Fatal(err)
	}
	return id
}

func TestCorrect(t *testing.T) {
	h := openMerging(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id := h.known(person.New{Key: "a", Name: "李龙", Phone: "13800138000"})
	n := person.New{Name: "李䶮", Sex: "female", Born: 1980, Work: "东城中学"}
	var bad fault.Fields
	if err := h.s.Correct(ctx, staff, id, 1, n, ""); !errors.As(err, &bad) || bad.For("reason") == "" {
		t.Errorf("another name without a reason: %v", err)
	}
	if err := h.s.Correct(ctx, staff, id, 1, n, "身份证"); err != nil {
		t.Fatal(err)
	}
	if err := h.s.Correct(ctx, staff, id, 1, n, "身份证"); !errors.Is(err, fault.Stale) {
		t.Errorf("on an old version: %v", err)
	}
	r, err := h.s.Record(ctx, staff, id)
	if err != nil || r.Name != "李䶮" || r.Work != "东城中学" || r.PhoneMask != "138****8000" {
		t.Errorf("record = %+v, %v", r, err)
	}
	if e := r.Timeline[len(r.Timeline)-1]; e.Title != "更正姓名：李龙 → 李䶮" || e.Reason != "身份证" {
		t.Errorf("recorded %s because %s", e.Title, e.Reason)
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		if err := h.s.Correct(ctx, a, id, 2, n, "x"); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere corrects: %v", a.Role, err)
		}
	}
	if err := h.s.Correct(ctx, h.Actor(access.Director), id, 2, n, "x"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the director corrects: %v", err)
	}
}

func TestTieAccount(t *testing.T) {
	h := openMerging(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	account := func(login string, street int64, approved bool) int64 {
		return dbtest.Scan[int64](t, h.admin, `
			WITH u AS (INSERT INTO users (city_id, login, name, password_hash) VALUES ($1, $2, '账号', 'x') RETURNING id)
			INSERT INTO role_grants (user_id, city_id, role, street_id, requested_by, requested_at, decided_by, decided_at, approved)
			SELECT id, $1, 'member', $3, 0, now(), CASE WHEN $4 THEN 999999::bigint END, CASE WHEN $4 THEN now() END, $4 FROM u RETURNING user_id`, h.City, login, street, approved)
	}
	user := account("lilong", h.Street, true)
	account("waits", h.Street, false)
	account("far", h.OtherStreet, true)
	a, b := h.known(person.New{Key: "a", Name: "李龙"}), h.known(person.New{Key: "b", Name: "王芳"})
	var bad fault.Fields
	for _, login := range []string{"nobody", "waits", "far"} {
		if err := h.s.TieAccount(ctx, staff, a, 1, login, "任命"); !errors.As(err, &bad) || bad.For("account") == "" {
			t.Errorf("tied %s: %v", login, err)
		}
	}
	if err := h.s.TieAccount(ctx, staff, a, 1, "lilong", ""); !errors.As(err, &bad) || bad.For("account-reason") == "" {
		t.Errorf("without a reason: %v", err)
	}
	own := staff
	own.UserID = user
	if err := h.s.TieAccount(ctx, own, a, 1, "lilong", "任命"); !errors.As(err, &bad) || bad.For("account") == "" {
		t.Errorf("tied one's own: %v", err)
	}
	if err := h.s.TieAccount(ctx, staff, a, 1, "lilong", "任命"); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.Scan[int64](t, h.admin, `SELECT user_id FROM people WHERE id = $1`, a); got != user {
		t.Errorf("tied %d, want %d", got, user)
	}
	if err := h.s.TieAccount(ctx, staff, b, 1, "lilong", "任命"); !errors.As(err, &bad) || bad.For("account") == "" {
		t.Errorf("two people share an account: %v", err)
	}
	if err := h.s.TieAccount(ctx, staff, a, 1, "", "离任"); !errors.Is(err, fault.Stale) {
		t.Errorf("on an old version: %v", err)
	}
	if err := h.s.TieAccount(ctx, h.Other(access.Staff), a, 2, "", "离任"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street unties: %v", err)
	}
	if err := h.s.TieAccount(ctx, h.Actor(access.CityDeputy), a, 2, "", "离任"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the city unties: %v", err)
	}
	if err := h.s.TieAccount(ctx, staff, a, 2, "", "离任"); err != nil {
		t.Fatal(err)
	}
	if err := h.s.TieAccount(ctx, staff, b, 1, "lilong", "任命"); err != nil {
		t.Errorf("a free account: %v", err)
	}
}
