package account_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/secret"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	keys  *secret.Keys
	now   time.Time
	s     *account.Store
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	var err error
	if h.keys, err = secret.Load("", t.TempDir()); err != nil {
		t.Fatal(err)
	}
	h.s = h.store()
	return h
}

func (h *house) store() *account.Store {
	return account.NewStore(account.Config{DB: h.db, Keys: h.keys, Now: func() time.Time { return h.now }})
}

// person makes an account with a role, as if two administrators had done it.
func (h *house) person(login string, role access.Role) int64 {
	id := dbtest.Scan[int64](h, h.admin, `
		INSERT INTO users (city_id, login, name, password_hash, must_change) VALUES ($1, $2, '李静', $3, false) RETURNING id`,
		h.City, login, account.Hash("correct-horse-9"))
	a := h.Actor(role)
	dbtest.Exec(h, h.admin, `
		INSERT INTO role_grants (user_id, city_id, role, street_id, requested_by, requested_at, decided_by, decided_at, approved)
		VALUES ($1, $2, $3, $4, -1, now(), -2, now(), true)`, id, h.City, string(role), a.StreetID)
	return id
}

func (h *house) signIn(login string) (string, account.Session) {
	h.Helper()
	token, err := h.s.SignIn(h.Context(), login, "correct-horse-9", "127.0.0.1", "test")
	if err != nil {
		h.Fatal(err)
	}
	x, err := h.s.Session(h.Context(), token)
	if err != nil {
		h.Fatal(err)
	}
	return token, x
}

func TestSignIn(t *testing.T) {
	h := open(t)
	h.person("li.jing", access.Staff)
	token, x := h.signIn("Li.Jing")
	if x.Actor.Role != access.Staff || x.Actor.StreetID != h.Street || x.Place != "东城街道" || x.NeedsCode {
		t.Errorf("session = %+v", x)
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*)::int FROM sessions WHERE token_hash = $1::bytea`, []byte(token)); got != 0 {
		t.Error("the cookie stands in the table")
	}
	for _, c := range [][2]string{{"li.jing", "wrong"}, {"nobody", "correct-horse-9"}, {"", ""}, {"' OR 1=1 --", "x"}} {
		_, err := h.s.SignIn(t.Context(), c[0], c[1], "127.0.0.2", "test")
		var bad fault.Fields
		if !errors.As(err, &bad) || bad[0] != account.ErrRefused[0] {
			t.Errorf("SignIn(%q, %q) = %v, want the one refusal", c[0], c[1], err)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	h := open(t)
	h.person("li.jing", access.Staff)
	gone := func(token string) bool {
		_, err := h.s.Session(t.Context(), token)
		return errors.Is(err, fault.NotFound)
	}
	idle, _ := h.signIn("li.jing")
	h.now = h.now.Add(account.Idle + time.Second)
	if !gone(idle) {
		t.Error("an idle session lives")
	}
	busy, _ := h.signIn("li.jing")
	for range 17 {
		h.now = h.now.Add(29 * time.Minute)
		_, _ = h.s.Session(t.Context(), busy)
	}
	if !gone(busy) {
		t.Error("a session lives longer than its absolute limit")
	}
	out, x := h.signIn("li.jing")
	if err := h.s.SignOut(t.Context(), x, out); err != nil || !gone(out) {
		t.Errorf("signed out, and lives: %v", err)
	}
	id := h.person("wang", access.Staff)
	shut, _ := h.signIn("wang")
	if err := h.s.Disable(t.Context(), h.Actor(access.SystemAdmin), id, "离职"); err != nil || !gone(shut) {
		t.Errorf("disabled, and lives: %v", err)
	}
}

// TestRevocationIsHeard ends a session in one process while another remembers it.
func TestRevocationIsHeard(t *testing.T) {
	h := open(t)
	h.person("li.jing", access.Staff)
	other := h.store()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go other.Listen(ctx)
	time.Sleep(200 * time.Millisecond)
	token, _ := h.signIn("li.jing")
	x, err := other.Session(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.s.SignOut(ctx, x, token); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := other.Session(ctx, token); errors.Is(err, fault.NotFound) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("two seconds later the other process still knows the session")
}

func TestGuessingIsLimited(t *testing.T) {
	h := open(t)
	h.person("li.jing", access.Staff)
	var err error
	for range 11 {
		_, err = h.s.SignIn(t.Context(), "li.jing", "guess", "10.0.0.1", "")
	}
	var bad fault.Fields
	if !errors.As(err, &bad) || bad[0] != account.ErrBudget[0] {
		t.Errorf("eleventh try: %v", err)
	}
	if _, err := h.s.SignIn(t.Context(), "li.jing", "correct-horse-9", "10.0.0.2", ""); err == nil {
		t.Error("the right password passes while the account's budget is used up")
	}
	h.now = h.now.Add(16 * time.Minute)
	if _, err := h.s.SignIn(t.Context(), "li.jing", "correct-horse-9", "10.0.0.2", ""); err != nil {
		t.Errorf("after a pause: %v", err)
	}
}

func TestTwoPersonsForARole(t *testing.T) {
	h := open(t)
	system, security := h.Actor(access.SystemAdmin), h.Actor(access.SecurityAdmin)
	id, password, err := h.s.CreateAccount(t.Context(), system, account.NewAccount{Login: "chen.ming", Name: "陈明"})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.s.RequestGrant(t.Context(), system, id, account.Grant{Role: access.Staff, StreetID: h.Street}); err != nil {
		t.Fatal(err)
	}
	waiting, _, err := h.s.Grants(t.Context(), security, true, db.Cursor{}, 50)
	if err != nil || len(waiting) != 1 {
		t.Fatalf("waiting = %v, %v", waiting, err)
	}
	same := security
	same.UserID = system.UserID
	var bad fault.Fields
	if err := h.s.DecideGrant(t.Context(), same, waiting[0].ID, true, ""); !errors.As(err, &bad) {
		t.Errorf("who asked decides: %v, want Fields", err)
	}
	if err := h.s.DecideGrant(t.Context(), h.Far(access.SecurityAdmin), waiting[0].ID, true, ""); !errors.Is(err, fault.NotFound) {
		t.Errorf("another city decides: %v", err)
	}
	if err := h.s.DecideGrant(t.Context(), security, waiting[0].ID, true, ""); err != nil {
		t.Fatal(err)
	}
	token, err := h.s.SignIn(t.Context(), "chen.ming", password, "", "")
	if err != nil {
		t.Fatal(err)
	}
	x, err := h.s.Session(t.Context(), token)
	if err != nil || x.Actor.Role != access.Staff || !x.MustChange {
		t.Errorf("session = %+v, %v", x, err)
	}
	if err := h.s.RevokeGrant(t.Context(), system, id, waiting[0].ID, "调离"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.Session(t.Context(), token); !errors.Is(err, fault.NotFound) {
		t.Errorf("the revoked role's session lives: %v", err)
	}
}

func TestAdministratorsApart(t *testing.T) {
	h := open(t)
	id := h.person("one", access.SystemAdmin)
	for _, role := range []access.Role{access.SecurityAdmin, access.AuditAdmin, access.CityOffice} {
		var bad fault.Fields
		if err := h.s.RequestGrant(t.Context(), h.Actor(access.SystemAdmin), id, account.Grant{Role: role}); !errors.As(err, &bad) {
			t.Errorf("system administrator becomes %s: %v", role, err)
		}
	}
	_, err := h.admin.Exec(t.Context(), `
		INSERT INTO role_grants (user_id, city_id, role, requested_by, requested_at) VALUES ($1, $2, 'audit_admin', 1, now())`, id, h.City)
	if !db.Violates(err, "role_grants_administrators_apart") {
		t.Errorf("not even by SQL: %v", err)
	}
}

func TestSecondFactor(t *testing.T) {
	h := open(t)
	h.person("leader", access.CityLeader)
	_, x := h.signIn("leader")
	if !x.NeedsCode || x.HasTOTP {
		t.Fatalf("a city role signs in without a second factor: %+v", x)
	}
	if e, err := h.s.Enrolment(t.Context(), x); err != nil || e != (account.Enrolment{}) {
		t.Errorf("enrolment before any = %v, %v", e, err)
	}
	made, err := h.s.Enrol(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if e, err := h.s.Enrolment(t.Context(), x); err != nil || e != made {
		t.Errorf("enrolment = %v, %v, want %v", e, err, made)
	}
	key, err := otp.NewKeyFromURL(made.Address)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.s.ConfirmCode(t.Context(), x, "000000"); err == nil {
		t.Error("a wrong code passes")
	}
	code, err := totp.GenerateCode(key.Secret(), h.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.s.ConfirmCode(t.Context(), x, code); err != nil {
		t.Fatal(err)
	}
	if err := h.s.ConfirmCode(t.Context(), x, code); err == nil {
		t.Error("a code passes twice")
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT encode(totp_sealed, 'escape') FROM users WHERE login = 'leader'`); got == key.URL() {
		t.Error("the secret can be read in the table")
	}
}

func TestChangePassword(t *testing.T) {
	h := open(t)
	h.person("li.jing", access.Staff)
	other, _ := h.signIn("li.jing")
	_, x := h.signIn("li.jing")
	for fresh, why := range map[string]string{"short1!": "short", "1234567890123": "one kind", "li.jing-2026!": "the account's name", "password-2026": "common"} {
		var bad fault.Fields
		if err := h.s.ChangePassword(t.Context(), x, "correct-horse-9", fresh, fresh); !errors.As(err, &bad) {
			t.Errorf("%s: %v", why, err)
		}
	}
	h.now = h.now.Add(20 * time.Minute)
	if err := h.s.ChangePassword(t.Context(), x, "correct-horse-9", "蓝色的河 2026", "蓝色的河 2026"); err == nil {
		t.Error("nine characters pass")
	}
	if err := h.s.ChangePassword(t.Context(), x, "correct-horse-9", "蓝色的河流 2026", "蓝色的河流 2026"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.Session(t.Context(), other); !errors.Is(err, fault.NotFound) {
		t.Errorf("another session lives on: %v", err)
	}
}

func TestChooseRole(t *testing.T) {
	h := open(t)
	id := h.person("li.jing", access.Staff)
	second := dbtest.Scan[int64](t, h.admin, `
		INSERT INTO role_grants (user_id, city_id, role, street_id, requested_by, requested_at, decided_by, decided_at, approved)
		VALUES ($1, $2, 'member', $3, -1, now(), -2, now(), true) RETURNING id`, id, h.City, h.Street)
	token, x := h.signIn("li.jing")
	fresh, err := h.s.ChooseRole(t.Context(), x, token, second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.Session(t.Context(), token); !errors.Is(err, fault.NotFound) {
		t.Errorf("the old cookie still works: %v", err)
	}
	if x, err = h.s.Session(t.Context(), fresh); err != nil || x.Actor.Role != access.Member {
		t.Errorf("session = %+v, %v", x, err)
	}
	other := h.person("wang", access.Staff)
	foreign := dbtest.Scan[int64](t, h.admin, `SELECT id FROM role_grants WHERE user_id = $1`, other)
	if _, err := h.s.ChooseRole(t.Context(), x, fresh, foreign); !errors.Is(err, fault.NotFound) {
		t.Errorf("somebody else's role: %v", err)
	}
}
