package committee_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/dbtest"
)

// The register of posts says who holds and who held which, to who may see the
// people of the street, and to no other street.
func TestPostRegister(t *testing.T) {
	h := open(t)
	dbtest.InPost(t, h.Admin, h.Street, "director", "𠮷田光", nil, "2019-08-01")
	left := dbtest.InPost(t, h.Admin, h.Street, "member", "李䶮", nil, "2019-08-01")
	dbtest.Exec(t, h.Admin, `UPDATE people SET sex = 'male', work = '街道党工委副书记' WHERE name = '𠮷田光'`)
	dbtest.Exec(t, h.Admin, `UPDATE posts SET until_on = '2025-06-30', ended_why = 'removed' WHERE id = $1`, left)
	at := h.at() + "/posts.xlsx"
	for _, a := range []access.Actor{h.Actor(access.Staff), h.Actor(access.CityOffice)} {
		f, err := excelize.OpenReader(bytes.NewReader(h.Raw(a, at)))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("任职名册")
		if err != nil || len(rows) != 3 {
			t.Fatalf("%s reads %d rows, %v", a.Role, len(rows), err)
		}
		for i, want := range []string{"1 𠮷田光 男 街道党工委副书记 主任 2019-08-01   2019-08-01", "2 李䶮   委员 2019-08-01 2025-06-30 免职 2019-08-01"} {
			if got := strings.Join(rows[i+1], " "); got != want {
				t.Errorf("%s reads %q, want %q", a.Role, got, want)
			}
		}
		f.Close()
	}
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM audit_events WHERE action = 'post.export'`); n != 2 {
		t.Errorf("%d exports are recorded, want 2", n)
	}
	if code, _ := h.Do(h.Other(access.Staff), "GET", at, nil); code != http.StatusNotFound {
		t.Errorf("another street reads it: %d", code)
	}
	if code, _ := h.Do(h.Far(access.CityOffice), "GET", at, nil); code != http.StatusNotFound {
		t.Errorf("another city reads it: %d", code)
	}
	if code, _ := h.Do(h.Actor(access.Unit), "GET", at, nil); code != http.StatusForbidden {
		t.Errorf("a unit reads it: %d", code)
	}
	if body := h.Get(h.Actor(access.Staff), h.at()); !strings.Contains(body, at) || !strings.Contains(body, "/imports/new?register=communities") || !strings.Contains(body, "/imports/exports/units?street=") {
		t.Error("the page lacks the links to its sheets")
	}
	if body := h.Get(h.Actor(access.Unit), h.at()); strings.Contains(body, "/imports/") || strings.Contains(body, at) {
		t.Error("a unit is shown links that it cannot follow")
	}
	// The list of the street has who is in post for those only who see people.
	for _, c := range []struct {
		role access.Role
		want bool
	}{{access.Staff, true}, {access.Unit, false}, {access.SystemAdmin, false}} {
		f, err := excelize.OpenReader(bytes.NewReader(h.Raw(h.Actor(c.role), h.at()+"?format=xlsx")))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(f.GetSheetList(), " "), "组成人员"); got != c.want {
			t.Errorf("%s is sent who is in post: %v", c.role, got)
		}
		f.Close()
	}
}
