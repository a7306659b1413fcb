package account_test

import (
	"errors"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
)

func complaints(err error) bool {
	var bad fault.Fields
	return errors.As(err, &bad)
}

func TestAFormSentTwiceMakesOneAccount(t *testing.T) {
	h := open(t)
	system := h.Actor(access.SystemAdmin)
	n := account.NewAccount{Key: "form-1", Login: "Chen.Ming", Name: "𠮷田光"}
	id, password, err := h.s.CreateAccount(t.Context(), system, n)
	if err != nil {
		t.Fatal(err)
	}
	again, same, err := h.s.CreateAccount(t.Context(), system, n)
	if err != nil || again != id || same != password {
		t.Errorf("sent again = %d %q %v, want %d with the same password", again, same, err, id)
	}
	token, err := h.s.SignIn(t.Context(), "chen.ming", password, "", "")
	if err != nil {
		t.Fatalf("the issued password does not open: %v", err)
	}
	x, err := h.s.Session(t.Context(), token)
	if err != nil || x.Actor.Name != "𠮷田光" || x.Actor.Role != access.None || !x.MustChange {
		t.Errorf("session = %+v, %v", x, err)
	}
	if err := h.s.ChangePassword(t.Context(), x, password, "蓝色的河流 2026", "蓝色的河流 2026"); err != nil {
		t.Fatal(err)
	}
	if _, late, err := h.s.CreateAccount(t.Context(), system, n); err != nil || late != "" {
		t.Errorf("sent again after the password was changed = %q, %v", late, err)
	}
	n.Key = "form-2"
	if _, _, err := h.s.CreateAccount(t.Context(), system, n); !complaints(err) {
		t.Errorf("another form with the same login: %v", err)
	}
	if _, _, err := h.s.CreateAccount(t.Context(), h.Far(access.SystemAdmin), account.NewAccount{Key: "form-1", Login: "chen.ming", Name: "甲"}); !complaints(err) {
		t.Errorf("another city with the same login: %v", err)
	}
	for _, login := range []string{"ab", "-abc", "a b c", "李静", strings.Repeat("a", 51)} {
		if _, _, err := h.s.CreateAccount(t.Context(), system, account.NewAccount{Login: login, Name: "甲"}); !complaints(err) {
			t.Errorf("login %q: %v", login, err)
		}
	}
}

func TestAnotherCitySeesNothing(t *testing.T) {
	h := open(t)
	id := h.person("li.jing", access.Staff)
	grant := dbtest.Scan[int64](t, h.admin, `SELECT id FROM role_grants WHERE user_id = $1`, id)
	far, security := h.Far(access.SystemAdmin), h.Far(access.SecurityAdmin)
	if list, count, _, err := h.s.Accounts(t.Context(), far, account.Filter{Limit: 10}); err != nil || len(list) != 0 || count != 0 {
		t.Errorf("accounts = %v, %d, %v", list, count, err)
	}
	_, reset := h.s.ResetPassword(t.Context(), far, id, "k")
	_, read := h.s.Account(t.Context(), far, id)
	_, seen := h.s.GrantRecord(t.Context(), security, grant)
	for what, err := range map[string]error{
		"account": read, "grant": seen, "reset": reset,
		"rename":  h.s.Rename(t.Context(), far, id, 1, "乙"),
		"disable": h.s.Disable(t.Context(), far, id, "x"),
		"enable":  h.s.Enable(t.Context(), far, id),
		"factor":  h.s.ResetSecondFactor(t.Context(), far, id, "x"),
		"request": h.s.RequestGrant(t.Context(), far, id, account.Grant{Role: access.CityOffice}),
		"revoke":  h.s.RevokeGrant(t.Context(), far, id, grant, "x"),
		"decide":  h.s.DecideGrant(t.Context(), security, grant, false, "x"),
	} {
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("%s from another city: %v, want NotFound", what, err)
		}
	}
	if list, _, err := h.s.Grants(t.Context(), security, false, db.Cursor{}, 10); err != nil || len(list) != 0 {
		t.Errorf("grants = %v, %v", list, err)
	}
}

func TestOnlyAdministratorsKeepAccounts(t *testing.T) {
	h := open(t)
	id := h.person("li.jing", access.Staff)
	for _, role := range []access.Role{access.Staff, access.Director, access.CityLeader, access.AuditAdmin, access.SecurityAdmin, access.None} {
		a := h.Actor(role)
		_, _, create := h.s.CreateAccount(t.Context(), a, account.NewAccount{Login: "new.one", Name: "甲"})
		_, _, _, list := h.s.Accounts(t.Context(), a, account.Filter{Limit: 1})
		for what, err := range map[string]error{
			"create": create, "list": list, "disable": h.s.Disable(t.Context(), a, id, "x"), "rename": h.s.Rename(t.Context(), a, id, 1, "乙"),
			"request": h.s.RequestGrant(t.Context(), a, id, account.Grant{Role: access.CityOffice}),
			"grant":   h.s.GrantRole(t.Context(), a, id, account.Grant{Role: access.CityOffice}),
		} {
			if !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s as %s: %v", what, role, err)
			}
		}
	}
}

// A role is bound to what belongs to its street, and only to what it needs.
func TestGrantScope(t *testing.T) {
	h := open(t)
	system := h.Actor(access.SystemAdmin)
	id := h.person("li.jing", access.Staff)
	for name, g := range map[string]account.Grant{
		"unit of another street":        {Role: access.Unit, StreetID: h.Street, UnitID: h.OtherUnit},
		"unit that is the 党政办":          {Role: access.Unit, StreetID: h.Street, UnitID: h.Dispatch},
		"党政办 that is a department":      {Role: access.OfficeDispatch, StreetID: h.Street, UnitID: h.Unit},
		"community of another street":   {Role: access.Liaison, StreetID: h.Street, CommunityID: h.OtherCommunity},
		"deputy who is none":            {Role: access.Deputy, StreetID: h.Street, DeputyID: 99},
		"unit without a unit":           {Role: access.Unit, StreetID: h.Street},
		"staff without a street":        {Role: access.Staff},
		"staff of another city's":       {Role: access.Staff, StreetID: h.FarStreet},
		"role that nobody can be given": {Role: "operator"},
		"the role that is there":        {Role: access.Staff, StreetID: h.Street},
	} {
		if err := h.s.RequestGrant(t.Context(), system, id, g); !complaints(err) {
			t.Errorf("%s: %v, want a complaint", name, err)
		}
	}
	if err := h.s.RequestGrant(t.Context(), system, id, account.Grant{Role: access.Liaison, StreetID: h.Street, CommunityID: h.Community, UnitID: h.Unit}); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.Scan[int64](t, h.admin, `SELECT unit_id FROM role_grants WHERE role = 'liaison'`); got != 0 {
		t.Errorf("a liaison officer's grant has the unit %d", got)
	}
	for role, want := range map[access.Role]int{access.Unit: 2, access.OfficeDispatch: 1, access.Liaison: 2, access.CityLeader: 0, access.Staff: 0, access.Deputy: 0} {
		c, err := h.s.ScopeChoices(t.Context(), system, role, h.Street)
		if err != nil || len(c.Within) != want || len(c.Streets) != 2 {
			t.Errorf("choices for %s = %v, %v, want %d", role, c, err, want)
		}
	}
}

// The database itself refuses a request in somebody else's name, and changes of
// what was requested.
func TestGrantRowsCannotBeForged(t *testing.T) {
	h := open(t)
	id := h.person("li.jing", access.Staff)
	system := h.Actor(access.SystemAdmin)
	for name, sql := range map[string]string{
		"in the operator's name": `INSERT INTO role_grants (user_id, city_id, role, requested_by, requested_at) VALUES (@id, @city, 'city_office', 0, now())`,
		"in another's name":      `INSERT INTO role_grants (user_id, city_id, role, requested_by, requested_at) VALUES (@id, @city, 'city_office', 77, now())`,
		"by changing the role":   `UPDATE role_grants SET role = 'director' WHERE user_id = @id AND city_id = @city`,
	} {
		err := h.db.Write(t.Context(), system, func(tx db.Tx) error {
			_, err := db.Exec(t.Context(), tx, sql, db.Args{"id": id, "city": h.City})
			return err
		})
		if !db.Refused(err) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
	}
}

// One administrator cannot take another's place: only the operator resets what
// they sign in with.
func TestAdministratorsAreReset(t *testing.T) {
	h := open(t)
	system := h.Actor(access.SystemAdmin)
	operator := access.Actor{Role: access.Operator, Name: "服务器操作员", CityID: h.City}
	id, _, err := h.s.CreateAccount(t.Context(), operator, account.NewAccount{Login: "secadmin", Name: "丙"})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.s.GrantRole(t.Context(), operator, id, account.Grant{Role: access.SecurityAdmin}); err != nil {
		t.Fatal(err)
	}
	if err := h.s.GrantRole(t.Context(), operator, id, account.Grant{Role: access.AuditAdmin}); !complaints(err) {
		t.Errorf("the operator makes one person two administrators: %v", err)
	}
	if _, err := h.s.ResetPassword(t.Context(), system, id, "k"); !complaints(err) {
		t.Errorf("the system administrator resets the security administrator's password: %v", err)
	}
	if err := h.s.ResetSecondFactor(t.Context(), system, id, "x"); !complaints(err) {
		t.Errorf("… and second factor: %v", err)
	}
	password, err := h.s.ResetPassword(t.Context(), operator, id, "")
	if err != nil {
		t.Fatal(err)
	}
	token, err := h.s.SignIn(t.Context(), "secadmin", password, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if x, err := h.s.Session(t.Context(), token); err != nil || x.Actor.Role != access.SecurityAdmin || !x.NeedsCode || !x.MustChange {
		t.Errorf("session = %+v, %v", x, err)
	}
	if err := h.s.Disable(t.Context(), operator, id, "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.Session(t.Context(), token); !errors.Is(err, fault.NotFound) {
		t.Errorf("disabled by the operator, and lives: %v", err)
	}
	a, city, err := h.s.AccountByLogin(t.Context(), operator, "SecAdmin")
	if err != nil || a.ID != id || city != h.City || !a.Disabled {
		t.Errorf("by login = %+v, %d, %v", a, city, err)
	}
}

func TestRenameNeedsTheNewest(t *testing.T) {
	h := open(t)
	id := h.person("li.jing", access.Staff)
	system := h.Actor(access.SystemAdmin)
	if err := h.s.Rename(t.Context(), system, id, 1, "李䶮"); err != nil {
		t.Fatal(err)
	}
	if err := h.s.Rename(t.Context(), system, id, 1, "李静"); !errors.Is(err, fault.Stale) {
		t.Errorf("an old version: %v, want Stale", err)
	}
	r, err := h.s.Account(t.Context(), system, id)
	if err != nil || r.Name != "李䶮" || len(r.Timeline) != 1 || r.Timeline[0].Title != "姓名由李静改为李䶮" {
		t.Errorf("account = %q, timeline %v, %v", r.Name, r.Timeline, err)
	}
}

func TestAccountsArePaged(t *testing.T) {
	h := open(t)
	system := h.Actor(access.SystemAdmin)
	for _, login := range []string{"aaa", "bbb", "ccc"} {
		h.person(login, access.Staff)
	}
	id := h.person("ddd", access.Director)
	if err := h.s.Disable(t.Context(), system, id, "x"); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		f     account.Filter
		count int
	}{
		"all": {account.Filter{}, 4}, "role": {account.Filter{Role: "staff"}, 3}, "disabled": {account.Filter{State: "disabled"}, 1},
		"open": {account.Filter{State: "open"}, 3}, "street": {account.Filter{StreetID: h.Street}, 4}, "other street": {account.Filter{StreetID: h.OtherStreet}, 0},
		"text": {account.Filter{Text: "BB"}, 1}, "bare": {account.Filter{State: "bare"}, 0}, "fresh": {account.Filter{State: "fresh"}, 0},
	} {
		c.f.Limit = 10
		if list, count, _, err := h.s.Accounts(t.Context(), system, c.f); err != nil || count != c.count || len(list) != c.count {
			t.Errorf("%s: %d of %d, %v, want %d", name, len(list), count, err, c.count)
		}
	}
	first, _, next, err := h.s.Accounts(t.Context(), system, account.Filter{Limit: 3})
	if err != nil || len(first) != 3 || next != "ccc" {
		t.Fatalf("first page = %v, %q, %v", first, next, err)
	}
	second, _, next, err := h.s.Accounts(t.Context(), system, account.Filter{Limit: 3, After: next})
	if err != nil || len(second) != 1 || next != "" || second[0].Login != "ddd" {
		t.Errorf("second page = %v, %q, %v", second, next, err)
	}
}

// TestOffice signs many in from one address: only tries that fail count.
func TestOffice(t *testing.T) {
	h := open(t)
	h.person("li.jing", access.Staff)
	for i := range 45 {
		if _, err := h.s.SignIn(t.Context(), "li.jing", "correct-horse-9", "10.1.1.1", ""); err != nil {
			t.Fatalf("sign-in %d from one office: %v", i+1, err)
		}
	}
}
