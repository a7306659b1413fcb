package voter_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/voter"
)

// by is SQL by the portal's own role, as actor.
func (h *house) by(a access.Actor, sql string, args db.Args) error {
	return h.db.Write(h.Context(), a, func(tx db.Tx) error {
		n, err := db.Exec(h.Context(), tx, sql, args)
		if err == nil && n == 0 {
			err = fault.NotFound
		}
		return err
	})
}

// Nobody is in office but through a confirmed selection, not even by SQL as the
// portal's own role; what was confirmed and announced does not change.
func TestTheDatabaseHoldsTheRules(t *testing.T) {
	h := open(t)
	id := h.submitted()
	operator := access.Actor{Role: access.Operator, Name: "演示数据", CityID: h.City, StreetID: h.Street}
	insert := `
		INSERT INTO voter_representatives (street_id, person_id, selection_id, candidate_id, district_id, seat, since, until_on)
		SELECT c.street_id, c.person_id, c.selection_id, c.id, c.district_id, 1, '2026-03-10', s.term_until
		FROM selection_candidates c
		JOIN selections s ON s.street_id = c.street_id AND s.id = c.selection_id
		WHERE c.street_id = @street
		ORDER BY c.id
		LIMIT 1`
	for _, a := range []access.Actor{h.staff, h.director, h.Actor(access.CityOffice), operator} {
		if err := h.by(a, insert, db.Args{"street": h.Street}); err == nil {
			t.Errorf("%s put a candidate into office", a.Role)
		}
	}
	which := db.Args{"id": id}
	for name, sql := range map[string]string{
		"confirmed without a meeting": `UPDATE selections SET state = 'confirmed' WHERE id = @id`,
		"confirmed by a minority": `UPDATE selections SET state = 'confirmed', met_on = '2026-03-10', met_due = 5, met_present = 3, met_for = 2,
			chair_post_id = (SELECT min(id) FROM posts) WHERE id = @id`,
		"confirmed on the last day of the publicity": `UPDATE selections SET state = 'confirmed', met_on = publicity_until, met_due = 5, met_present = 5, met_for = 5,
			chair_post_id = (SELECT min(id) FROM posts) WHERE id = @id`,
		"confirmed under nobody in post": `UPDATE selections SET state = 'confirmed', met_on = '2026-03-10', met_due = 5, met_present = 5, met_for = 5, chair_post_id = 0 WHERE id = @id`,
		"back to the plan":               `UPDATE selections SET state = 'plan' WHERE id = @id`,
		"another term":                   `UPDATE selections SET term_until = term_until + 1 WHERE id = @id`,
		"a shorter publicity":            `UPDATE selections SET publicity_until = publicity_from + 1 WHERE id = @id`,
		"more seats":                     `UPDATE selection_districts SET seats = 9 WHERE selection_id = @id`,
		"a larger quota":                 `UPDATE voter_districts SET quota = 9 WHERE selection_id = @id`,
		"other votes":                    `UPDATE selection_candidates SET votes = 29 WHERE selection_id = @id`,
		"one more selected":              `UPDATE selection_candidates SET place = 3 WHERE selection_id = @id AND place IS NULL`,
	} {
		for _, a := range []access.Actor{h.staff, h.director, operator} {
			if err := h.by(a, sql, which); err == nil {
				t.Errorf("%s by %s", name, a.Role)
			}
		}
	}
	if err := h.by(h.director, `UPDATE selections SET state = 'confirmed', met_on = '2026-03-10', met_due = 3, met_present = 2, met_for = 2,
		chair_post_id = (SELECT min(id) FROM posts) WHERE id = @id`, which); !db.Violates(err, "only_all_due") {
		t.Errorf("confirmed by a majority of some members: %v", err)
	}
	if err := h.by(h.staff, `UPDATE selections SET state = 'confirmed', met_on = '2026-03-10', met_due = 5, met_present = 5, met_for = 5,
		chair_post_id = (SELECT min(id) FROM posts) WHERE id = @id`, which); !db.Violates(err, "selections_step_of_role") {
		t.Errorf("the office confirmed: %v", err)
	}
	h.must(h.s.Confirm(t.Context(), h.director, h.step(id), h.confirmation()))
	h.must(h.s.Announce(t.Context(), h.director, h.step(id)))
	for name, sql := range map[string]string{
		"the vote":     `UPDATE selections SET met_for = 5 WHERE id = @id`,
		"the number":   `UPDATE selections SET document_number = 'x' WHERE id = @id`,
		"the term":     `UPDATE voter_representatives SET until_on = until_on + 1 WHERE selection_id = @id`,
		"the seat":     `UPDATE voter_representatives SET seat = 2 WHERE selection_id = @id`,
		"the person":   `UPDATE voter_representatives SET person_id = (SELECT max(id) FROM people) WHERE selection_id = @id`,
		"announced_on": `UPDATE voter_representatives SET announced_on = announced_on - 1 WHERE selection_id = @id`,
	} {
		for _, a := range []access.Actor{h.staff, h.director, operator} {
			if err := h.by(a, sql, which); err == nil {
				t.Errorf("%s changed by %s after the announcement", name, a.Role)
			}
		}
	}
}

// vacated is a selection that was announced and a seat that somebody left.
func (h *house) vacated() (id, district int64) {
	h.Helper()
	id = h.selected()
	r, err := h.s.Record(h.Context(), h.staff, id)
	h.must(err)
	l := r.Representatives[0]
	h.now = h.now.AddDate(0, 1, 0)
	h.must(h.s.Leave(h.Context(), h.staff, l.ID, l.Version, voter.Leaving{On: calendar.On(h.now), Why: "resigned", Note: "本人申请"}))
	return id, l.DistrictID
}

func TestBySelection(t *testing.T) {
	h := open(t)
	id, district := h.vacated()
	if got := h.inOffice(); got != 2 {
		t.Fatalf("%d in office, want 2", got)
	}
	n := voter.ByNew{Key: h.key(), DistrictID: district, Seats: 2}
	if _, err := h.s.OpenBySelection(t.Context(), h.staff, n); !complaint(err, "seats") {
		t.Errorf("more seats than are vacant: %v", err)
	}
	n.Seats = 1
	by, err := h.s.OpenBySelection(t.Context(), h.staff, n)
	h.must(err)
	if again, err := h.s.OpenBySelection(t.Context(), h.staff, n); err != nil || again != by {
		t.Errorf("the form sent twice made %d and %d, %v", by, again, err)
	}
	n.Key = h.key()
	if _, err := h.s.OpenBySelection(t.Context(), h.staff, n); !complaint(err, "seats") {
		t.Errorf("a second by-selection for the same seat: %v", err)
	}
	h.must(h.s.Open(t.Context(), h.staff, h.step(by)))
	held := h.candidate("李䶮", district) // in office already: the same name and number
	held.Person.Phone, err = h.s.Unmask(t.Context(), h.staff, dbtest.Scan[int64](t, h.admin, `
		SELECT r.id FROM voter_representatives r JOIN people p ON p.id = r.person_id WHERE p.name = '李䶮'`), "核对")
	h.must(err)
	if err := h.s.Recommend(t.Context(), h.staff, h.step(by), held); !complaint(err, "name") {
		t.Errorf("who is in office stands in a by-selection: %v", err)
	}
	list := h.recommend(by, district, "新人")
	h.vet(by)
	h.publish(by)
	h.result(by, district, 30, map[int64]int{list[0]: 25})
	h.must(h.s.Submit(t.Context(), h.staff, h.step(by)))
	h.must(h.s.Confirm(t.Context(), h.director, h.step(by), h.confirmation()))
	h.must(h.s.Announce(t.Context(), h.director, h.step(by)))
	if got := h.inOffice(); got != 3 {
		t.Errorf("%d in office, want 3", got)
	}
	c, err := h.s.Composition(t.Context(), h.staff, 0)
	if err != nil || len(c.Districts) != 2 || c.Districts[0].Vacant() != 0 || c.Shares[0].N != 3 || c.Shares[0].Of != 3 || c.Shares[0].Percent() != "100.0%" {
		t.Errorf("composition = %+v, %v", c, err)
	}
	// On any day: who was in office then.
	first := dbtest.Scan[string](t, h.admin, `SELECT min(since)::text FROM voter_representatives`)
	for on, want := range map[string]int{"2026-03-01": 0, first: 3} {
		d, _ := calendar.Parse(on)
		if list, _, err := h.s.Representatives(t.Context(), h.staff, voter.Filter{On: d, Limit: 10}); err != nil || len(list) != want {
			t.Errorf("on %s %d in office, %v; want %d", on, len(list), err, want)
		}
	}
	if list, _, err := h.s.Representatives(t.Context(), h.staff, voter.Filter{Ended: true, Limit: 10}); err != nil || len(list) != 1 || list[0].EndedWhy != "resigned" {
		t.Errorf("no longer in office: %+v, %v", list, err)
	}
	r, err := h.s.Record(t.Context(), h.staff, id)
	if err != nil || len(r.Children) != 1 || r.Children[0].ID != by {
		t.Errorf("by-selections of the term = %+v, %v", r.Children, err)
	}
}

// A new term ends the old one: nobody is in office twice.
func TestTheNextTerm(t *testing.T) {
	h := open(t)
	id := h.selected()
	h.must(h.s.HandOut(t.Context(), h.staff, h.step(id), dbtest.Scan[[]int64](t, h.admin, `SELECT array_agg(id) FROM voter_representatives`), calendar.On(h.now)))
	h.must(h.s.Close(t.Context(), h.staff, h.step(id)))
	h.now = time.Date(2030, 11, 4, 9, 0, 0, 0, calendar.Zone)
	plan := h.plan()
	plan.From = calendar.Day(2031, 3, 1)
	next, err := h.s.OpenSelection(t.Context(), h.staff, plan)
	h.must(err)
	h.must(h.s.Open(t.Context(), h.staff, h.step(next)))
	d := h.districts(next)
	// Who is in office stands again: the same name and number are the same person.
	held := dbtest.Scan[int64](t, h.admin, `SELECT r.id FROM voter_representatives r JOIN people p ON p.id = r.person_id WHERE p.name = '李䶮'`)
	again := h.candidate("李䶮", d[0])
	again.Person.Phone, err = h.s.Unmask(t.Context(), h.staff, held, "核对")
	h.must(err)
	h.must(h.s.Recommend(t.Context(), h.staff, h.step(next), again))
	h.recommend(next, d[1], "又一人")
	h.vet(next)
	h.publish(next)
	for _, dd := range d {
		votes := map[int64]int{}
		for _, c := range dbtest.Scan[[]int64](t, h.admin, `SELECT array_agg(id) FROM selection_candidates WHERE selection_id = $1 AND district_id = $2`, next, dd) {
			votes[c] = 30
		}
		h.result(next, dd, 30, votes)
	}
	h.must(h.s.Submit(t.Context(), h.staff, h.step(next)))
	h.must(h.s.Confirm(t.Context(), h.director, h.step(next), h.confirmation()))
	for on, want := range map[string]int{"2031-02-28": 3, "2031-03-01": 2} {
		d, _ := calendar.Parse(on)
		if list, _, err := h.s.Representatives(t.Context(), h.staff, voter.Filter{On: d, Limit: 10}); err != nil || len(list) != want {
			t.Errorf("on %s %d in office, %v; want %d", on, len(list), err, want)
		}
	}
	r, err := h.s.Representative(t.Context(), h.staff, held)
	if err != nil || r.EndedWhy != "expired" || len(r.Others) != 1 {
		t.Errorf("the first term = %+v, %v", r, err)
	}
}

// Many selections for one seat and for one person at once: one wins.
func TestOneSeatOnePersonRace(t *testing.T) {
	h := open(t)
	_, district := h.vacated()
	// Two by-selections for one seat can only be made behind the room's back.
	var ids []int64
	for i := range 8 {
		by := dbtest.Scan[int64](t, h.admin, `
			INSERT INTO selections (street_id, kind, parent_id, term, term_from, term_until, key)
			SELECT street_id, 'by', id, term, term_from, term_until, $1 FROM selections WHERE kind = 'general' RETURNING id`, fmt.Sprint("race", i))
		dbtest.Exec(t, h.admin, `INSERT INTO selection_districts (street_id, selection_id, district_id, seats) VALUES ($1, $2, $3, 1)`, h.Street, by, district)
		h.must(h.s.Open(t.Context(), h.staff, h.step(by)))
		list := h.recommend(by, district, fmt.Sprint("人选", i))
		h.vet(by)
		h.must(h.s.Publish(t.Context(), h.staff, h.step(by)))
		ids = append(ids, by, list[0])
	}
	h.now = h.now.AddDate(0, 0, 9)
	for i := 0; i < len(ids); i += 2 {
		h.must(h.s.EndPublicity(t.Context(), h.staff, h.step(ids[i])))
		h.result(ids[i], district, 30, map[int64]int{ids[i+1]: 25})
		h.must(h.s.Submit(t.Context(), h.staff, h.step(ids[i])))
	}
	var all sync.WaitGroup
	var won atomic.Int32
	for i := 0; i < len(ids); i += 2 {
		st := h.step(ids[i])
		all.Go(func() {
			err := h.s.Confirm(context.Background(), h.director, st, h.confirmation())
			if err == nil {
				won.Add(1)
			} else if !complaint(err, "state") {
				t.Errorf("lost with %v", err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || h.inOffice() != 3 {
		t.Errorf("%d of 8 confirmations won, %d in office", won.Load(), h.inOffice())
	}
}

// A person cannot hold two seats at once, in the same district or another.
func TestOnePersonOneSeat(t *testing.T) {
	h := open(t)
	h.vacated()
	err := func() error {
		_, err := h.admin.Exec(t.Context(), `
			INSERT INTO voter_representatives (street_id, person_id, selection_id, candidate_id, district_id, seat, since, until_on)
			SELECT r.street_id, r.person_id, r.selection_id, (SELECT min(id) FROM selection_candidates WHERE place IS NULL), r.district_id, 9, r.since + 3, r.until_on
			FROM voter_representatives r WHERE r.ended_on IS NULL LIMIT 1`)
		return err
	}()
	if !db.Violates(err, "voter_representatives_confirmed") {
		t.Errorf("the guard let a second seat through: %v", err)
	}
	dbtest.Exec(t, h.admin, `ALTER TABLE voter_representatives DISABLE TRIGGER voter_representatives_guard`)
	_, err = h.admin.Exec(t.Context(), `
		INSERT INTO voter_representatives (street_id, person_id, selection_id, candidate_id, district_id, seat, since, until_on)
		SELECT r.street_id, r.person_id, r.selection_id, (SELECT min(id) FROM selection_candidates WHERE place IS NULL), r.district_id, 9, r.since + 3, r.until_on
		FROM voter_representatives r WHERE r.ended_on IS NULL LIMIT 1`)
	if !db.Violates(err, "voter_representatives_person_once") {
		t.Errorf("without the guard a person holds two seats: %v", err)
	}
}

// Another street, another city and roles without a desk see nothing; residents
// see name, sex and district of who was announced.
func TestOthersSeeNothing(t *testing.T) {
	h := open(t)
	id := h.submitted()
	for _, a := range []access.Actor{h.Other(access.Staff), h.Other(access.Director), h.Far(access.CityOffice)} {
		if _, err := h.s.Record(t.Context(), a, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere reads the selection: %v", a.Role, err)
		}
		if l, err := h.s.Selections(t.Context(), a, voter.SelectionFilter{Limit: 10}); err != nil || len(l.Lines) != 0 {
			t.Errorf("%s of elsewhere lists %+v, %v", a.Role, l.Lines, err)
		}
	}
	tables := []string{"selections", "voter_districts", "selection_targets", "selection_districts", "selection_candidates", "selection_objections", "voter_representatives"}
	blind := []access.Actor{
		h.Other(access.Staff), h.Far(access.CityDeputy), h.Actor(access.Unit), h.Actor(access.OfficeDispatch), h.Actor(access.Expert),
		h.Actor(access.InfoOfficer), h.Actor(access.VoterRep), h.Actor(access.SystemAdmin),
		{},
	}
	for _, a := range blind {
		for _, table := range tables {
			var n []int
			err := h.db.Read(t.Context(), a, db.Values(&n, `SELECT 1 FROM `+table+` LIMIT 1`, db.Args{}))
			if len(n) != 0 || err != nil && !db.Refused(err) {
				t.Errorf("%s sees %s: %v", a.Role, table, err)
			}
		}
	}
	h.must(h.s.Confirm(t.Context(), h.director, h.step(id), h.confirmation()))
	h.must(h.s.Announce(t.Context(), h.director, h.step(id)))
	var names []string
	if err := h.db.Read(t.Context(), access.Resident(nil), db.Values(&names, `SELECT name FROM people ORDER BY name LIMIT 20`, db.Args{})); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if n == "王芳" {
			t.Error("residents see a candidate who was not selected")
		}
	}
	var born []int
	if err := h.db.Read(t.Context(), access.Resident(nil), db.Values(&born, `SELECT born FROM people LIMIT 1`, db.Args{})); !db.Refused(err) {
		t.Errorf("residents read the year of birth: %v, %v", born, err)
	}
	// Who has an account sees their own term.
	me := h.Actor(access.VoterRep)
	dbtest.Exec(t, h.admin, `UPDATE people SET user_id = $1 WHERE name = '𠮷田光'`, me.UserID)
	if o, err := h.s.Own(t.Context(), me); err != nil || len(o.Terms) != 1 || o.Terms[0].Name != "𠮷田光" || len(o.Announcements) != 1 {
		t.Errorf("own = %+v, %v", o, err)
	}
	if o, err := h.s.Own(t.Context(), h.Actor(access.VoterRep)); err != nil || len(o.Terms) != 0 {
		t.Errorf("somebody else's = %+v, %v", o, err)
	}
}

func TestUnmask(t *testing.T) {
	h := open(t)
	h.selected()
	id := dbtest.Scan[int64](t, h.admin, `SELECT min(id) FROM voter_representatives`)
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		phone, err := h.s.Unmask(t.Context(), a, id, "通知开会")
		if may := a.May(access.UnmaskVoter); may != (len(phone) == 11) || !may && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s = %q, %v", info.Role, phone, err)
		}
	}
	if _, err := h.s.Unmask(t.Context(), h.Other(access.Staff), id, "试一试"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street's office: %v", err)
	}
}

// A register of 100,000 pages, filters and searches as fast as a small one.
func TestLargeRegister(t *testing.T) {
	h := open(t)
	h.selected()
	dbtest.Exec(t, h.admin, `
		ALTER TABLE voter_representatives DISABLE TRIGGER ALL;
		ALTER TABLE selection_candidates DISABLE TRIGGER ALL;
		ALTER TABLE voter_representatives DROP CONSTRAINT voter_representatives_seat_once, DROP CONSTRAINT voter_representatives_person_once;`)
	dbtest.Exec(t, h.admin, `
		WITH p AS (
			INSERT INTO people (street_id, name, sex, born, key)
			SELECT s, chr(19968 + i % 5000) || chr(20000 + i / 50) || i, CASE WHEN i % 3 = 0 THEN 'female' ELSE 'male' END, 1950 + i % 50, 'many' || i
			FROM unnest(ARRAY [$1]::bigint[]) s, generate_series(1, 100000) i
			RETURNING street_id, id),
		c AS (
			INSERT INTO selection_candidates (street_id, selection_id, district_id, person_id, recommended_by, recommender, standing, hukou, occupation, key)
			SELECT p.street_id, v.selection_id, v.id, p.id, 'organisation', 'x', 'voter', true, 'other', 'many' || p.id
			FROM p
			JOIN (SELECT id, selection_id FROM voter_districts WHERE street_id = $1 ORDER BY id LIMIT 1) v ON true
			RETURNING street_id, id, selection_id, district_id, person_id)
		INSERT INTO voter_representatives (street_id, person_id, selection_id, candidate_id, district_id, seat, since, until_on, announced_on)
		SELECT street_id, person_id, selection_id, id, district_id, 10 + id, '2026-03-10', '2031-02-28', '2026-03-10'
		FROM c`, h.Street)
	dbtest.Exec(t, h.admin, `ANALYZE people, selection_candidates, voter_representatives`)
	for _, a := range []access.Actor{h.staff, h.Actor(access.CityOffice)} {
		for name, f := range map[string]voter.Filter{
			"all": {}, "on a day": {On: calendar.Day(2026, 6, 1)}, "a name": {Text: "𠮷"}, "a common surname": {Text: "丁"}, "nobody": {Text: "𬎆"}, "women": {Trait: "women"}, "ended": {Ended: true},
		} {
			f.Limit = 50
			start := time.Now()
			for range 10 {
				_, next, err := h.s.Representatives(t.Context(), a, f)
				h.must(err)
				if f.After = next; next == 0 {
					break
				}
			}
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("%s as %s: 10 pages took %v", name, a.Role, took)
			}
		}
	}
	start := time.Now()
	var after int64
	for range 10 {
		list, next, err := h.s.Known(t.Context(), voter.KnownFilter{Limit: 50, After: after})
		if err != nil || len(list) != 50 {
			t.Fatal(len(list), err)
		}
		after = next
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("10 pages for residents took %v", took)
	}
}
