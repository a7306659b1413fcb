package institution_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/institution"
	"portal/internal/mandate"
)

// city is the city's side of authorisations.
type city struct {
	*house
	s *mandate.Store
}

func (h *house) grounded() *city {
	return &city{h, mandate.NewStore(h.db, file.NewStore(h.db, h.clock), h.clock)}
}

func (c *city) terms(ground int64, number int, streets ...int64) mandate.Terms {
	return mandate.Terms{
		Mode: mandate.Package, Title: "授权开展预算监督", Body: "chairpersons", DecidedOn: c.today(), Streets: streets,
		Ground: institution.Ground{ID: ground, Place: institution.Place{Number: number}},
		Matters: []mandate.Matter{{
			Subject: "budget", Content: "对预算开展监督", Measures: []string{"hear_report"}, FromOn: c.today(), ReportBy: c.today().AddDate(0, 6, 0), Form: "written",
		}},
	}
}

func (c *city) step(id int64) mandate.Step {
	return mandate.Step{ID: id, Version: dbtest.Scan[int](c, c.admin, `SELECT version FROM mandates WHERE id = $1`, id)}
}

// live is an authorisation that the street has signed for.
func (c *city) live(t mandate.Terms) int64 {
	c.Helper()
	ctx, leader := c.Context(), c.Actor(access.CityLeader)
	c.n++
	id, err := c.s.DraftMandate(ctx, c.office, fmt.Sprint("m", c.n), t)
	c.must(err)
	c.must(c.s.Submit(ctx, c.office, c.step(id)))
	c.must(c.s.Approve(ctx, leader, c.step(id)))
	c.must(c.s.Issue(ctx, c.office, c.step(id)))
	c.must(c.s.Receive(ctx, c.staff, mandate.Step{ID: id, StreetID: c.Street, Version: 1}))
	return id
}

// asleep is the list of one street, in words.
func (h *house) asleep(street int64) string {
	h.Helper()
	l, err := h.s.Sleeping(h.Context(), h.office, street, 0)
	h.must(err)
	var got []string
	for _, c := range l.Clauses {
		got = append(got, fmt.Sprint(c.Title, c.Number))
	}
	return strings.Join(got, " ")
}

// What is authorised on the ground of a clause, and each act under it, is done under
// the clause: its page says so, and it sleeps no more in the streets that act.
func TestMandatesRestOnClauses(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	h.now = calendar.Starts(calendar.Day(2024, 1, 2)).Add(9 * time.Hour)
	duties := h.draft(h.office, "5", "duties", "")
	h.ofCity(duties)
	early := h.today().AddDate(0, 0, -1)
	x := h.draft(h.staff, "X", "", "办法")
	h.inForce(x)
	h.now = dbtest.Now
	c := h.grounded()
	if h.asleep(h.Street) != "人大街道工委主要职责2 办法2" || h.asleep(h.OtherStreet) != "人大街道工委主要职责2" {
		t.Fatalf("asleep before = %s, %s", h.asleep(h.Street), h.asleep(h.OtherStreet))
	}
	refused := func(what string, terms mandate.Terms) {
		t.Helper()
		h.n++
		if _, err := c.s.DraftMandate(ctx, h.office, fmt.Sprint("m", h.n), terms); !complaint(err, "ground") {
			t.Errorf("%s: %v, want a complaint", what, err)
		}
	}
	old := c.terms(duties, 2, h.Street)
	old.DecidedOn = early
	refused("a clause that was not in force yet", old)
	refused("a clause that is not there", c.terms(duties, 9, h.Street))
	refused("a rule that is not there", c.terms(999_999, 2, h.Street))
	refused("another street's own rule", c.terms(x, 2, h.OtherStreet))
	refused("a street's own rule for two streets", c.terms(x, 2, h.Street, h.OtherStreet))

	id := c.live(c.terms(duties, 2, h.Street))
	act, err := c.s.RecordAct(ctx, h.staff, mandate.Act{Subject: "budget", Measure: "hear_report", Object: "财政分局", Title: "听取报告", On: h.today(), Key: "a"})
	h.must(err)
	r, err := h.s.Clause(ctx, h.staff, duties, institution.Place{Number: 2})
	h.must(err)
	if len(r.Acts) != 2 || r.Acts[0].Kind+r.Acts[1].Kind != "mandate_actmandate" && r.Acts[0].Kind+r.Acts[1].Kind != "mandatemandate_act" || r.Count != 2 {
		t.Errorf("done under the clause: %+v", r.Acts)
	}
	if h.asleep(h.Street) != "办法2" || h.asleep(h.OtherStreet) != "人大街道工委主要职责2" {
		t.Errorf("asleep = %s, %s", h.asleep(h.Street), h.asleep(h.OtherStreet))
	}
	m, err := c.s.Record(ctx, h.staff, id)
	if err != nil || m.Ground() == nil || m.Ground().Name() != "《人大街道工委主要职责》第二条" || !strings.Contains(m.GroundText, "每季度") {
		t.Errorf("the authorisation rests on %+v %q, %v", m.Ground(), m.GroundText, err)
	}
	// The street's own clause wakes by a record that staff link to it.
	if r, err = h.s.Clause(ctx, h.staff, x, institution.Place{Number: 2}); err != nil || len(r.Linkable) != 2 {
		t.Fatalf("linkable = %+v, %v", r.Linkable, err)
	}
	link := institution.Act{InstitutionID: x, Place: institution.Place{Number: 2}, Kind: "mandate_act", SubjectID: act}
	h.must(h.s.LinkByHand(ctx, h.staff, link))
	h.must(h.s.LinkByHand(ctx, h.staff, link))
	link.SubjectID = 999_999
	if err := h.s.LinkByHand(ctx, h.staff, link); !complaint(err, "record") {
		t.Errorf("linked a record that is not there: %v", err)
	}
	a, err := c.s.Act(ctx, h.staff, act)
	if err != nil || len(a.Clauses) != 2 || a.Clauses[1].Name() != "《办法》第二条" {
		t.Errorf("the act's clauses = %+v, %v", a.Clauses, err)
	}
	const independent = `
		SELECT coalesce(string_agg(i.title || k.number, ' ' ORDER BY i.street_id, i.id, k.number), '')
		FROM institutions i
		JOIN institution_versions v ON v.institution_id = i.id AND v.state = 'in_force'
		JOIN institution_clauses k ON k.version_id = v.id AND k.text LIKE '%应当%'
		WHERE i.street_id IN (0, $1)
		  AND NOT EXISTS (SELECT FROM mandates d JOIN mandate_streets s ON s.mandate_id = d.id AND s.received_on > date '2025-03-02' AND s.street_id = $1
		                  WHERE d.ground_id = i.id AND d.ground_number = k.number)
		  AND NOT EXISTS (SELECT FROM mandates d JOIN mandate_acts b ON b.mandate_id = d.id AND b.street_id = $1 AND b.cancelled_on IS NULL
		                  WHERE d.ground_id = i.id AND d.ground_number = k.number)
		  AND NOT EXISTS (SELECT FROM clause_links l JOIN mandate_acts b ON b.id = l.subject_id AND b.cancelled_on IS NULL
		                  WHERE l.kind = 'mandate_act' AND l.street_id = $1 AND l.institution_id = i.id AND l.number = k.number)`
	for i, street := range []int64{h.Street, h.OtherStreet} {
		want := []string{"", "人大街道工委主要职责2"}[i]
		if got, own := h.asleep(street), dbtest.Scan[string](t, h.admin, independent, street); got != want || own != want {
			t.Errorf("street %d: asleep %q, independently %q, want %q", i, got, own, want)
		}
	}
	h.must(c.s.Cancel(ctx, h.staff, mandate.Step{ID: act, Version: 1}, "改期"))
	if got, own := h.asleep(h.Street), dbtest.Scan[string](t, h.admin, independent, h.Street); got != "办法2" || own != got {
		t.Errorf("with the act cancelled, asleep %q, independently %q", got, own)
	}
	// By SQL as the portal's own role.
	for _, sql := range []struct {
		actor           access.Actor
		text, violation string
	}{
		{h.office, `UPDATE mandates SET ground_number = 3`, "mandates_issued_is_final"},
		{h.staff, `INSERT INTO clause_links (street_id, of_street_id, institution_id, number, kind, subject_id, title, acted_on, linked_by, linker)
			SELECT app.street(), street_id, id, 2, 'training', 7, '培训', '2026-03-02', app.user_id(), 'x' FROM institutions LIMIT 1`, "clause_links_of_record"},
		{h.Far(access.Staff), `INSERT INTO clause_links (street_id, of_street_id, institution_id, number, kind, subject_id, title, acted_on, linked_by, linker)
			SELECT app.street(), street_id, id, 2, 'other', 1, '做了', '2026-03-02', app.user_id(), 'x' FROM institutions WHERE core = 'duties'`, "clause_in_force"},
		{h.Far(access.CityOffice), `INSERT INTO mandates (city_id, mode, title, body, drafter, key, created_at, modified_at, ground_street_id, ground_id, ground_number, ground_suffix)
			SELECT app.city(), 'package', '授权', 'chairpersons', 'x', 'k', '2026-03-02', '2026-03-02', 0, id, 2, 0 FROM institutions WHERE core = 'duties'`, "mandates_ground_in_force"},
	} {
		err := h.db.Write(ctx, sql.actor, func(tx db.Tx) error {
			n, err := db.Exec(ctx, tx, sql.text, db.Args{})
			if err == nil && n == 0 {
				return fault.NotFound
			}
			return err
		})
		if !db.Violates(err, sql.violation) {
			t.Errorf("%s: %v, want %s", sql.text, err, sql.violation)
		}
	}
}
