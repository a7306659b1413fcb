package person_test

import (
	"errors"
	"testing"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/secret"
)

type house struct {
	*testing.T
	*dbtest.World
	db *db.DB
	s  *person.Store
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &house{t, dbtest.Seed(t, admin), d, person.NewStore(d, keys, dbtest.Clock)}
}

func (h *house) add(a access.Actor, street int64, n person.New) (id int64, err error) {
	return id, h.db.Write(h.Context(), a, func(tx db.Tx) error {
		id, err = h.s.Add(h.Context(), tx, a, street, n)
		return err
	})
}

func TestAddKnowsThePersonAgain(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	first, err := h.add(staff, h.Street, person.New{Key: "a", Name: "李䶮", Phone: "13700001111"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		n    person.New
		same bool
	}{
		{"the same form", person.New{Key: "a", Name: "李䶮"}, true},
		{"the same name and number", person.New{Key: "b", Name: "李䶮", Phone: "13700001111"}, true},
		{"the same name, another number", person.New{Key: "c", Name: "李䶮", Phone: "13700002222"}, false},
		{"the same name, no number", person.New{Key: "d", Name: "李䶮"}, false},
		{"the same number, another name", person.New{Key: "e", Name: "𠮷田光", Phone: "13700001111"}, false},
	} {
		id, err := h.add(staff, h.Street, c.n)
		if err != nil || (id == first) != c.same {
			t.Errorf("%s: person %d, %v; the first is %d, same = %v", c.what, id, err, first, c.same)
		}
	}
	other, err := h.add(h.Other(access.Staff), h.OtherStreet, person.New{Key: "a", Name: "李䶮", Phone: "13700001111"})
	if err != nil || other == first {
		t.Errorf("the same person in another street: %d, %v; want a row of its own", other, err)
	}
}

func TestPeopleOfOneStreetOnly(t *testing.T) {
	h := open(t)
	id, err := h.add(h.Actor(access.Staff), h.Street, person.New{Key: "a", Name: "王芳", Phone: "13700001111"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.add(h.Other(access.Staff), h.Street, person.New{Key: "x", Name: "王芳"}); !db.Refused(err) {
		t.Errorf("another street's staff adds a person: %v, want a refusal by the database", err)
	}
	if _, err := h.add(h.Actor(access.Member), h.Street, person.New{Key: "y", Name: "王芳"}); !db.Refused(err) {
		t.Errorf("a member adds a person: %v, want a refusal by the database", err)
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityOffice), h.Actor(access.Unit), access.Resident(nil)} {
		err := h.db.Write(h.Context(), a, func(tx db.Tx) error {
			_, err := h.s.Unmask(h.Context(), tx, a, h.Street, id, "试一试")
			return err
		})
		if !errors.Is(err, fault.NotFound) && !db.Refused(err) {
			t.Errorf("%s opens the number: %v", a.Name, err)
		}
	}
	staff := h.Actor(access.Staff)
	err = h.db.Write(h.Context(), staff, func(tx db.Tx) error {
		phone, err := h.s.Unmask(h.Context(), tx, staff, h.Street, id, "联系开会")
		if phone != "13700001111" {
			t.Errorf("Unmask = %q", phone)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestGiveAccount(t *testing.T) {
	h := open(t)
	staff, member := h.Actor(access.Staff), h.Actor(access.VoterRep)
	a, _ := h.add(staff, h.Street, person.New{Key: "a", Name: "王芳"})
	b, err := h.add(staff, h.Street, person.New{Key: "b", Name: "李明"})
	if err != nil {
		t.Fatal(err)
	}
	give := func(id int64) error {
		return h.db.Write(t.Context(), staff, func(tx db.Tx) error {
			return h.s.GiveAccount(t.Context(), tx, staff, h.Street, id, member.UserID)
		})
	}
	if err := give(a); err != nil {
		t.Fatal(err)
	}
	var fields fault.Fields
	if err := give(b); !errors.As(err, &fields) {
		t.Errorf("one account for two persons: %v, want a complaint", err)
	}
	var names []string
	if err := h.db.Read(t.Context(), member, db.Values(&names, `SELECT name FROM people LIMIT 10`, db.Args{})); err != nil || len(names) != 1 || names[0] != "王芳" {
		t.Errorf("who has the account sees %v, %v; want themselves only", names, err)
	}
}
