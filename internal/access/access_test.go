package access_test

import (
	"os"
	"testing"

	"portal/internal/access"
)

func TestRulesNameKnownRoles(t *testing.T) {
	known := map[access.Role]bool{}
	for _, r := range access.Roles {
		known[r.Role] = true
	}
	seen := map[access.Permission]bool{}
	for _, rule := range access.Rules {
		if seen[rule.Permission] {
			t.Errorf("%s stands twice in the table", rule.Permission)
		}
		seen[rule.Permission] = true
		if len(rule.Roles) == 0 || rule.Does == "" || rule.Room == "" {
			t.Errorf("%s: incomplete rule", rule.Permission)
		}
		for _, r := range rule.Roles {
			if !known[r] {
				t.Errorf("%s is granted to %q, which nobody can hold", rule.Permission, r)
			}
		}
	}
}

// The three administrators see no business content (domain.md §2, §6).
func TestAdministratorsHaveNoBusinessPermission(t *testing.T) {
	own := map[access.Permission]bool{
		access.ManageAccounts: true, access.ApproveGrants: true, access.ManageSettings: true,
		access.ManageCalendar: true, access.ViewAudit: true,
		access.ViewCommittees: true, access.ManageCommittees: true, access.NameStreet: true,
	}
	for _, rule := range access.Rules {
		for _, r := range rule.Roles {
			if r.Administrator() && !own[rule.Permission] {
				t.Errorf("%s has %s", r, rule.Permission)
			}
		}
	}
}

func TestResidentsMayOnlyWhatAnyoneMay(t *testing.T) {
	for _, a := range []access.Actor{{}, access.Resident(nil)} {
		for _, rule := range access.Rules {
			if a.May(rule.Permission) {
				t.Errorf("%+v may %s", a, rule.Permission)
			}
		}
		if a.May(access.SignedIn) || !a.May(access.Anyone) {
			t.Errorf("%+v: SignedIn or Anyone is wrong", a)
		}
	}
}

// The portal's own parts are no roles that a person could be granted.
func TestOwnPartsHaveNoPermission(t *testing.T) {
	for _, role := range []access.Role{access.Auth, access.Counter, access.Clerk, access.Operator} {
		for _, rule := range access.Rules {
			if access.Granted(role, rule.Permission) {
				t.Errorf("%s has %s", role, rule.Permission)
			}
		}
	}
}

func TestPermissionsDocumentIsFresh(t *testing.T) {
	got, err := os.ReadFile("../../docs/permissions.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != access.Markdown() {
		t.Error("docs/permissions.md is not what the table says: run make generate")
	}
}
