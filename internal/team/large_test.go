package team_test

import (
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/team"
)

// Lists of 100,000 people page, filter and search as fast as small ones.
func TestLargeRegisters(t *testing.T) {
	h := open(t)
	dbtest.Exec(t, h.admin, `
		DO $$
		DECLARE
			mine bigint := (SELECT id FROM streets WHERE slug = 'dongcheng');
			here bigint := (SELECT min(id) FROM communities WHERE street_id = mine);
		BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO people (street_id, name, key) SELECT mine, '人' || i, 'p' || i FROM generate_series(1, 100000) i;
			INSERT INTO people_grams (street_id, gram, name, person_id)
			SELECT p.street_id, g, p.name, p.id FROM people p, app.grams(p.name, p.work) AS g WHERE p.street_id = mine AND p.key LIKE 'p%';
			INSERT INTO experts (street_id, person_id, field, since, key)
			SELECT street_id, id, CASE WHEN id % 1000 = 0 THEN 'law' ELSE 'audit' END, '2022-01-01', key FROM people WHERE street_id = mine AND key LIKE 'p%';
			INSERT INTO expert_terms (street_id, expert_id, state, recommended_on, recommender, person_consent_on, no_unit, reviewed_on, met_on, chair_post_id, met_due,
			                          met_present, met_for, certificate, certified_on, certifier_post_id, holder, holder_field, from_on, until_on, key)
			SELECT street_id, id, 'engaged', '2021-12-01', 'x', '2021-12-01', 'x', '2021-12-01', '2021-12-01', 1, 5, 5, 5, key, '2021-12-01', 1, 'x', 'x', '2022-01-01', '2026-12-31', key
			FROM experts WHERE street_id = mine;
			INSERT INTO officers (street_id, person_id, key) SELECT street_id, person_id, key FROM experts WHERE street_id = mine;
			INSERT INTO officer_posts (street_id, officer_id, role, community_id, state, proposed_on, proposer, appointed_on, appointer_post_id, from_on)
			SELECT street_id, id, 'liaison', here, 'in_post', '2022-01-01', 'x', '2022-01-01', 1, '2022-01-01' FROM officers WHERE street_id = mine;
		END $$`)
	dbtest.Exec(t, h.admin, `ANALYZE`)
	fast := func(what string, most time.Duration, read func() int) {
		t.Helper()
		at := time.Now()
		got := read()
		if took := time.Since(at); took > most || got == 0 {
			t.Errorf("%s: %d rows in %v, want some in %v", what, got, took, most)
		}
	}
	for _, a := range []access.Actor{h.staff, h.Actor(access.CityOffice)} {
		var after int64
		for _, f := range []team.ExpertFilter{{}, {}, {Text: "人77777"}, {Field: "law"}, {State: team.Everything}} {
			if f.Text == "" {
				f.After = after
			}
			f.Limit = 50
			fast("experts", time.Second, func() int {
				list, next, err := h.s.Experts(t.Context(), a, f)
				h.must(err)
				after = next
				return len(list)
			})
		}
		after = 0
		for _, f := range []team.OfficerFilter{{}, {}, {Text: "人77777"}, {Role: team.Liaison}, {State: team.Everything}, {Unconfirmed: true}} {
			if f.Text == "" {
				f.After = after
			}
			f.Limit = 50
			fast("officers", time.Second, func() int {
				list, next, err := h.s.Officers(t.Context(), a, f)
				h.must(err)
				after = next
				return len(list)
			})
		}
		fast("count", time.Second, func() int {
			c, err := h.s.ExpertChoices(t.Context(), a, team.ExpertFilter{})
			h.must(err)
			return c.Count
		})
		fast("count of officers", time.Second, func() int {
			c, err := h.s.OfficerChoices(t.Context(), a, team.OfficerFilter{})
			h.must(err)
			return c.Count
		})
	}
}
