package committee_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestActingPost(t *testing.T) {
	h := open(t)
	director, stranger := h.Actor(access.Director), h.Actor(access.Director)
	id := dbtest.InPost(t, h.admin, h.Street, committee.Director, "李䶮", &director, "2019-07-01")
	dbtest.Exec(t, h.admin, `UPDATE posts SET until_on = '2021-01-01', ended_why = 'removed' WHERE id = $1`, id)
	for _, c := range []struct {
		who    access.Actor
		street int64
		on     string
		want   int64
	}{
		{director, h.Street, "2019-06-30", 0}, // not before it passed
		{director, h.Street, "2019-07-01", id},
		{director, h.Street, "2020-12-31", id},
		{director, h.Street, "2021-01-01", 0}, // not from the day it ended
		{director, h.OtherStreet, "2020-01-01", 0},
		{stranger, h.Street, "2020-01-01", 0}, // the role alone is not a post
	} {
		err := h.db.Write(t.Context(), c.who, func(tx db.Tx) error {
			got, err := committee.ActingPost(t.Context(), tx, c.who, c.street, day(c.on))
			if got != c.want {
				t.Errorf("ActingPost of %s on %s = %d, want %d", c.who.Name, c.on, got, c.want)
			}
			return err
		})
		if c.want == 0 && !complaint(err, "") || c.want != 0 && err != nil {
			t.Errorf("ActingPost on %s = %v", c.on, err)
		}
	}
}

func TestMembersOnCountsPersonsOnce(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	dbtest.InPost(t, h.admin, h.Street, committee.Director, "李明", nil, "2019-07-01")
	dbtest.InPost(t, h.admin, h.Street, committee.DeputyDirector, "王芳", nil, "2019-08-01")
	dbtest.InPost(t, h.admin, h.Street, committee.Member, "王芳", nil, "2019-09-01")
	dbtest.InPost(t, h.admin, h.OtherStreet, committee.Director, "𠮷田光", nil, "2019-07-01")
	// Merged by hand: the room of people has its own rules for that.
	dbtest.Exec(t, h.admin, `
		DO $$ BEGIN
			SET LOCAL session_replication_role = replica;
			UPDATE people SET merged_into = (SELECT min(id) FROM people WHERE name = '王芳')
			WHERE name = '王芳' AND id > (SELECT min(id) FROM people WHERE name = '王芳');
		END $$`)
	for on, want := range map[string]int{"2019-06-30": 0, "2019-07-01": 1, "2019-08-01": 2, "2019-09-01": 2} {
		err := h.db.Write(t.Context(), staff, func(tx db.Tx) error {
			n, err := committee.MembersOn(t.Context(), tx, h.Street, day(on))
			if n != want {
				t.Errorf("MembersOn %s = %d, want %d", on, n, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Nobody comes into a post, or out of one, but by a vote: not even by SQL as the
// portal's own role.
func TestNobodyWritesPosts(t *testing.T) {
	h := open(t)
	id := dbtest.InPost(t, h.admin, h.Street, committee.Director, "李明", nil, "2019-07-01")
	actors := []access.Actor{operator, h.Actor(access.SystemAdmin), access.Resident(nil)}
	for _, info := range access.Roles {
		actors = append(actors, h.Actor(info.Role))
	}
	for _, a := range actors {
		for _, sql := range []string{
			`INSERT INTO posts (street_id, person_id, post, appointee_id, since) SELECT street_id, person_id, 'member', 1, '2019-08-01' FROM posts WHERE id = @id`,
			`UPDATE posts SET until_on = NULL, ended_why = '' WHERE id = @id`,
			`DELETE FROM posts WHERE id = @id`,
		} {
			err := h.db.Write(t.Context(), a, func(tx db.Tx) error {
				_, err := db.Exec(t.Context(), tx, sql, db.Args{"id": id})
				return err
			})
			if !db.Refused(err) {
				t.Errorf("%s: %s: %v, want a refusal", a.Role, sql, err)
			}
		}
	}
}

// Of the people of a street residents see those in post, once it is published.
func TestResidentsSeeWhoIsInPost(t *testing.T) {
	h := open(t)
	dbtest.InPost(t, h.admin, h.Street, committee.Director, "在任", nil, "2019-07-01")
	left := dbtest.InPost(t, h.admin, h.Street, committee.Member, "离任", nil, "2019-07-01")
	dbtest.Exec(t, h.admin, `UPDATE posts SET until_on = '2020-01-01', ended_why = 'resigned' WHERE id = $1`, left)
	unpublished := dbtest.InPost(t, h.admin, h.Street, committee.Member, "未公布", nil, "2019-07-01")
	dbtest.Exec(t, h.admin, `UPDATE posts SET published_on = NULL WHERE id = $1`, unpublished)
	dbtest.Exec(t, h.admin, `INSERT INTO people (street_id, name, key) VALUES ($1, '旁人', 'x')`, h.Street)
	var names []string
	err := h.db.Read(t.Context(), access.Resident(nil), db.Values(&names, `SELECT name FROM people ORDER BY id LIMIT 10`, db.Args{}))
	if err != nil || fmt.Sprint(names) != "[在任]" {
		t.Errorf("residents see %v, %v; want who is in post only", names, err)
	}
	err = h.db.Read(t.Context(), h.Other(access.Staff), db.Values(&names, `SELECT p.post FROM posts p LIMIT 10`, db.Args{}))
	if err != nil || len(names) != 0 {
		t.Errorf("another street sees posts %v, %v", names, err)
	}
}

// Terms that overlap do not exist, however many try at once.
func TestTermsDoNotOverlap(t *testing.T) {
	h := open(t)
	dbtest.InPost(t, h.admin, h.Street, committee.Director, "李明", nil, "2019-07-01")
	person := dbtest.Scan[int64](t, h.admin, `SELECT person_id FROM posts LIMIT 1`)
	other := dbtest.Scan[int64](t, h.admin, `INSERT INTO people (street_id, name, key) VALUES ($1, '王芳', 'w') RETURNING id`, h.Street)
	insert := func(person int64, post, since string, until any, vote int64) error {
		why := ""
		if until != nil {
			why = "removed"
		}
		_, err := h.admin.Exec(t.Context(), `
			WITH rules AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', true))
			INSERT INTO posts (street_id, person_id, post, appointee_id, since, until_on, ended_why)
			SELECT $1, $2, $3, $4, $5::text::date, $6::text::date, $7 FROM rules`, h.Street, person, post, vote, since, until, why)
		return err
	}
	if err := insert(person, committee.Member, "2020-01-01", nil, 9001); !db.Violates(err, "posts_one_at_a_time") {
		t.Errorf("two posts at once: %v", err)
	}
	if err := insert(other, committee.Director, "2019-12-31", nil, 9002); !db.Violates(err, "posts_one_director") {
		t.Errorf("two directors at once: %v", err)
	}
	if err := insert(other, committee.Director, "2019-06-01", "2019-07-01", 9003); err != nil {
		t.Errorf("the term before: %v, want no overlap on the day of change", err)
	}
	var wg sync.WaitGroup
	var won atomic.Int32
	for i := range 20 {
		wg.Go(func() {
			if insert(other, committee.Member, "2021-01-01", nil, int64(9100+i)) == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 20 equal terms exist, want 1", won.Load())
	}
}

// The guard that other rooms put on their tables.
func TestOnlyInPost(t *testing.T) {
	h := open(t)
	director, deputy := h.Actor(access.Director), h.Actor(access.DeputyDirector)
	own := dbtest.InPost(t, h.admin, h.Street, committee.Director, "李明", &director, "2019-07-01")
	dbtest.InPost(t, h.admin, h.Street, committee.DeputyDirector, "王芳", &deputy, "2019-07-01")
	far := dbtest.InPost(t, h.admin, h.OtherStreet, committee.Director, "赵南", nil, "2019-07-01")
	dbtest.Exec(t, h.admin, `
		CREATE TABLE signed (street_id bigint NOT NULL, signer bigint, chair bigint, signed_on date);
		CREATE TRIGGER signed_in_post BEFORE INSERT OR UPDATE ON signed FOR EACH ROW EXECUTE FUNCTION app.only_in_post('signer', 'signed_on', 'self');
		CREATE TRIGGER chaired_in_post BEFORE INSERT OR UPDATE ON signed FOR EACH ROW EXECUTE FUNCTION app.only_in_post('chair', 'signed_on', 'any');
		GRANT SELECT, INSERT, UPDATE ON signed TO portal_app`)
	for _, c := range []struct {
		what   string
		who    access.Actor
		column string
		post   int64
		on     any
		want   bool
	}{
		{"signs", director, "signer", own, "2019-07-01", true},
		{"signs before the appointment", director, "signer", own, "2019-06-30", false},
		{"signs without a date", director, "signer", own, nil, false},
		{"signs for the director", deputy, "signer", own, "2020-01-01", false},
		{"signs with another street's post", director, "signer", far, "2020-01-01", false},
		{"names the chair", deputy, "chair", own, "2020-01-01", true},
		{"names a chair of another street", deputy, "chair", far, "2020-01-01", false},
		{"names a chair before the appointment", deputy, "chair", own, "2019-06-30", false},
		{"the operator signs for the director", operator, "signer", own, "2020-01-01", true},
		{"the operator signs for who is not in post", operator, "signer", own, "2019-06-30", false},
	} {
		err := h.db.Write(t.Context(), c.who, func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO signed (street_id, `+c.column+`, signed_on) VALUES ($1, $2, $3::text::date)`, h.Street, c.post, c.on)
			return err
		})
		if c.want != (err == nil) || !c.want && !db.Violates(err, "only_in_post") {
			t.Errorf("%s %s: %v, want %v", c.who.Role, c.what, err, c.want)
		}
		var bad fault.Fields
		if !c.want && !errors.As(committee.PostFault(err, "chair"), &bad) {
			t.Errorf("%s %s: no complaint", c.who.Role, c.what)
		}
	}
}
