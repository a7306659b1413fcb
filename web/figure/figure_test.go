package figure_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/committee"
	"portal/internal/dbtest"
	"portal/internal/deputy"
	"portal/internal/figure"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/institution"
	"portal/internal/mandate"
	"portal/internal/meeting"
	"portal/internal/opinion"
	"portal/internal/person"
	"portal/internal/station"
	"portal/internal/suggestion"
	"portal/internal/team"
	"portal/internal/voter"
	webactivity "portal/web/activity"
	webcommittee "portal/web/committee"
	webdeputy "portal/web/deputy"
	web "portal/web/figure"
	webinstitution "portal/web/institution"
	webmandate "portal/web/mandate"
	webmeeting "portal/web/meeting"
	webopinion "portal/web/opinion"
	"portal/web/page"
	webstation "portal/web/station"
	websuggestion "portal/web/suggestion"
	webteam "portal/web/team"
	webvoter "portal/web/voter"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	figures *figure.Store
	table   []page.Route
}

// open serves the figures and the ledgers that they lead to.
func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.figures = figure.NewStore(h.DB, h.Now)
	web.Register(h.Routes, h.figures)
	h.table = h.Routes.Table
	files := file.NewStore(h.DB, h.Now)
	opinions := opinion.NewStore(h.DB, h.Keys, files, h.Now)
	webopinion.Register(h.Routes, opinions)
	webstation.Register(h.Routes, station.NewStore(h.DB, opinions, h.Keys, h.Now))
	webvoter.Register(h.Routes, voter.NewStore(h.DB, person.NewStore(h.DB, h.Keys, h.Now), h.Now))
	webteam.Register(h.Routes, team.NewStore(h.DB, person.NewStore(h.DB, h.Keys, h.Now), h.Now))
	webdeputy.Register(h.Routes, deputy.NewStore(h.DB, h.Keys, h.Now))
	webinstitution.Register(h.Routes, institution.NewStore(h.DB, files, h.Now))
	webmandate.Register(h.Routes, mandate.NewStore(h.DB, files, h.Now))
	webcommittee.Register(h.Routes, committee.NewStore(h.DB, h.Now))
	h.seed(h.Street, "东", 3)
	h.seed(h.OtherStreet, "南", 1)
	h.seedTeams(h.Street, h.Community, 5)
	h.seedTeams(h.OtherStreet, h.OtherCommunity, 2)
	websuggestion.Register(h.Routes, suggestion.NewStore(h.DB, files, h.Now))
	webactivity.Register(h.Routes, activity.NewStore(h.DB, file.NewStore(h.DB, h.Now), h.Now))
	webmeeting.Register(h.Routes, meeting.NewStore(h.DB, gathering.NewStore(h.DB, h.Now), files, h.Now))
	h.seedMeetings(h.Street, 4)
	h.seedMeetings(h.OtherStreet, 2)
	h.seedSuggestions(h.Street, 4)
	h.seedActivities(h.Street, 4)
	h.seedSuggestions(h.OtherStreet, 2)
	h.seedActivities(h.OtherStreet, 2)
	h.seedRules(h.Street, 3)
	h.seedRules(h.OtherStreet, 2)
	h.share()
	return h
}

// seed gives a street opinions of every state, kind and rating, and the rows of
// every other figure; n makes the streets differ.
func (h *house) seed(street int64, mark string, n int) {
	h.Helper()
	dbtest.Exec(h, h.Admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, ended_on, ended_why, key)
		SELECT $1::bigint, '代表' || i, '一', '十七', (ARRAY ['law', 'finance', 'construction', 'education'])[1 + i % 4], date '2019-01-01' + i * 40,
		       CASE WHEN i % 5 = 0 THEN date '2025-12-31' END, CASE WHEN i % 5 = 0 THEN 'resigned' ELSE '' END, 'd' || i
		FROM generate_series(1, 10 + $2::int) i`, street, n)
	dbtest.Exec(h, h.Admin, `
		INSERT INTO stations (street_id, kind, name, code, opened_on, closed_on, key)
		SELECT $1::bigint, (ARRAY ['central', 'community', 'contact'])[1 + i % 3], '站' || i, lpad(i::text, 2, '0'), date '2019-01-01' + i * 90,
		       CASE WHEN i = 4 THEN date '2025-06-30' END, 's' || i
		FROM generate_series(1, 5 + $2::int) i`, street, n)
	dbtest.Exec(h, h.Admin, `
		INSERT INTO visits (street_id, station_id, held_on, residents, logged_by, logger, key)
		SELECT $1::bigint, (SELECT min(id) FROM stations WHERE street_id = $1), date '2025-12-01' + i * 5, i, 0, '员', 'v' || i
		FROM generate_series(1, 12 + $2::int) i`, street, n)
	dbtest.Exec(h, h.Admin, `
		INSERT INTO visit_deputies (street_id, visit_id, deputy_id)
		SELECT v.street_id, v.id, d.id
		FROM visits v JOIN deputies d ON d.street_id = v.street_id AND d.key IN ('d1', CASE WHEN v.residents % 2 = 0 THEN 'd2' END)
		WHERE v.street_id = $1`, street)
	dbtest.Exec(h, h.Admin, `
		WITH states AS (
			SELECT row_number() OVER () AS n, state
			FROM unnest(ARRAY ['registered', 'to_assign', 'assigned', 'signed', 'handling', 'returned', 'replied', 'to_feedback', 'to_rate', 'promised',
			                   'to_city', 'closed', 'closed', 'closed', 'declined', 'merged', 'withdrawn']) AS state),
		target AS (
			INSERT INTO opinions (street_id, number, query_hash, source, kind, field, text, anonymous, received_on, received_at, creator, key)
			VALUES ($1, 'target' || $2, decode(md5('target' || $2), 'hex'), 'letter', 'consult', 'other', '并入', true, '2024-01-01', '2024-01-01', '员', 'target')
			RETURNING id)
		INSERT INTO opinions (street_id, number, query_hash, source, kind, field, text, anonymous, state, rating, received_on, received_at, creator, key,
		                      merged_into, declined_why, promised_on, closed_on)
		SELECT $1, $2 || i || '-' || s.n, decode(md5($2 || i || '-' || s.n), 'hex'), 'letter', (ARRAY ['consult', 'suggest', 'complaint', 'praise'])[1 + (i + s.n) % 4],
		       'other', $2 || '街的路灯', true, s.state, (ARRAY [NULL, 'none', 'satisfied', 'basically', 'dissatisfied'])[1 + (i * 3 + s.n) % 5],
		       date '2025-11-25' + (i * 7 + s.n)::int, timestamptz '2025-11-25' + (i * 7 + s.n) * interval '1 day', '员', 'o' || i || '-' || s.n,
		       CASE WHEN s.state = 'merged' THEN (SELECT id FROM target) END, CASE WHEN s.state = 'declined' THEN '不属于' ELSE '' END,
		       CASE WHEN s.state = 'promised' THEN date '2027-01-01' END, CASE WHEN s.state = 'closed' THEN date '2026-02-28' END
		FROM generate_series(1, 2 + $3::int) i, states s`, street, mark, n)
}

// seedTeams gives a street experts and officers, past the guards of the schema: they
// are not what is tested here.
func (h *house) seedTeams(street, community int64, n int) {
	h.Helper()
	dbtest.Exec(h, h.Admin, fmt.Sprintf(`
		DO $$
		BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO people (street_id, name, key) SELECT %[1]d, '队员' || i, 't' || i FROM generate_series(1, %[3]d) i;
			INSERT INTO experts (street_id, person_id, field, since, key)
			SELECT street_id, id, CASE WHEN id %% 2 = 0 THEN 'audit' ELSE 'law' END, '2025-01-01', key FROM people WHERE street_id = %[1]d AND key LIKE 't%%';
			INSERT INTO expert_terms (street_id, expert_id, state, recommended_on, recommender, person_consent_on, no_unit, reviewed_on, met_on, chair_post_id, met_due, met_present,
			                          met_for, certificate, certified_on, certifier_post_id, holder, holder_field, from_on, until_on, ended_on, ended_why, ender_post_id, key)
			SELECT street_id, id, CASE WHEN key = 't1' THEN 'dismissed' ELSE 'engaged' END, '2024-12-01', 'x', '2024-12-01', 'x', '2024-12-01', '2024-12-01', 1, 5, 5,
			       5, key, '2024-12-01', 1, 'x', 'x', '2025-01-01', '2026-12-31',
			       CASE WHEN key = 't1' THEN date '2026-01-31' END, CASE WHEN key = 't1' THEN 'moved' ELSE '' END, CASE WHEN key = 't1' THEN 1 END, key
			FROM experts WHERE street_id = %[1]d;
			INSERT INTO officers (street_id, person_id, key) SELECT street_id, id, key FROM people WHERE street_id = %[1]d AND key LIKE 't%%';
			INSERT INTO officer_posts (street_id, officer_id, role, community_id, state, proposed_on, proposer, appointed_on, appointer_post_id, from_on)
			SELECT o.street_id, o.id, r.role, %[2]d, 'in_post', '2025-01-01', 'x', '2025-01-01', 1, CASE WHEN o.key = 't2' THEN date '2026-02-01' ELSE '2025-01-01' END
			FROM officers o CROSS JOIN (VALUES ('liaison'), ('information')) AS r (role)
			WHERE o.street_id = %[1]d;
		END $$`, street, community, n))
}

// seedSuggestions gives a street suggestions of every state, class and rating, past the
// guards of the schema.
func (h *house) seedSuggestions(street int64, n int) {
	h.Helper()
	dbtest.Exec(h, h.Admin, fmt.Sprintf(`
		DO $$
		BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO suggestions (street_id, class, number, title, category, facts, proposals, open, contact, lead_id, state, rating, refusal, withdrawn_why, lead_unit_id,
			                         merged_into, assigned_on, filed_at, submitted_on, closed_on, creator, key)
			SELECT %[1]d, CASE WHEN (i + s.n) %% 4 = 0 THEN 'street' ELSE 'city' END, CASE WHEN s.state NOT IN ('draft', 'review') THEN 'n' || i || '-' || s.n END, '建议', (ARRAY ['transport', 'health', 'other'])[1 + (i + s.n) %% 3],
			       'x', 'x', true, true, (SELECT min(id) FROM deputies WHERE street_id = %[1]d), s.state, (ARRAY ['', 'none', 'satisfied', 'basically', 'dissatisfied'])[1 + (i * 3 + s.n) %% 5],
			       CASE WHEN s.state = 'to_letter' THEN 'letter' ELSE '' END, CASE WHEN s.state = 'withdrawn' THEN 'x' ELSE '' END, (SELECT min(id) FROM units WHERE street_id = %[1]d),
			       CASE WHEN s.state = 'merged' THEN 1 END, '2025-12-01', timestamptz '2025-11-28 08:00+08' + (i * 9 + s.n * 2) * interval '1 day',
			       CASE WHEN s.state NOT IN ('draft', 'review') THEN date '2025-11-28' + (i * 9 + s.n * 2)::int END, CASE WHEN s.state = 'closed' THEN date '2026-02-01' END, '员', 's' || i || '-' || s.n
			FROM generate_series(1, %[2]d) i,
			     (SELECT row_number() OVER () AS n, state FROM unnest(ARRAY ['draft', 'review', 'sent_back', 'submitted', 'to_assign', 'assigned', 'returned', 'handling', 'replied', 'coordination',
			                                                                  'promised', 'closed', 'closed', 'to_letter', 'merged', 'withdrawn']) AS state) AS s;
		END $$`, street, n))
}

// seedMeetings gives a street meetings of every state and kind, past the guards of the
// schema.
func (h *house) seedMeetings(street int64, n int) {
	h.Helper()
	dbtest.Exec(h, h.Admin, fmt.Sprintf(`
		DO $$
		BEGIN
			SET LOCAL session_replication_role = replica;
			CREATE TEMPORARY TABLE seeded ON COMMIT DROP AS
				SELECT i * 100 + s.n AS id, s.state, (i + s.n) %% 3 AS third, date '2025-11-28' + (i * 9 + s.n * 3)::int AS day
				FROM generate_series(1, %[2]d) i,
				     (SELECT row_number() OVER () AS n, state FROM unnest(ARRAY ['planned', 'called', 'open', 'sitting', 'ended', 'recorded', 'drafting', 'signed', 'issued', 'archived',
				                                                                  'archived', 'failed', 'cancelled']) AS state) AS s;
			INSERT INTO gatherings (street_id, kind, record_id, title, place, held_on, starts_at, ends_at, state)
			SELECT %[1]d, 'meeting', id, '会', '室', day, day + time '09:00' AT TIME ZONE 'Asia/Shanghai', day + time '11:00' AT TIME ZONE 'Asia/Shanghai', 'planned' FROM seeded;
			INSERT INTO meetings (street_id, kind, gathering_id, held_on, state, entered, chair_post_id, called_on, notice_days, quorum_num, quorum_den, pass_base, pass_num, pass_den, chair_rule,
			                      began_at, agenda_for, agenda_present, ended_at, outcome_why, talk, archived_on, creator, key)
			SELECT %[1]d, CASE third WHEN 0 THEN 'representatives' ELSE 'directors' END, g.id, s.day, s.state, true, 1, s.day - 5, 3, 1, 2, 'all', 1, 2, 'presiding',
			       s.day + time '09:00', 6, 6, CASE WHEN s.state IN ('ended', 'recorded', 'drafting', 'signed', 'issued', 'archived', 'failed') THEN s.day + time '11:00' END,
			       CASE WHEN s.state IN ('failed', 'cancelled') OR s.state = 'ended' AND third = 1 THEN '人数不够' ELSE '' END, s.state = 'ended' AND third = 1,
			       CASE WHEN s.state = 'archived' THEN s.day + 60 END, '员', 'm' || s.id
			FROM seeded s
			JOIN gatherings g ON g.street_id = %[1]d AND g.kind = 'meeting' AND g.record_id = s.id;
		END $$`, street, n))
}

// seedActivities gives a street activities of every state and class, some of them parts
// of a week, past the guards of the schema.
func (h *house) seedActivities(street int64, n int) {
	h.Helper()
	dbtest.Exec(h, h.Admin, fmt.Sprintf(`
		DO $$
		BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO activities (street_id, kind, title, supervises, subject, unit_id, act_id, place, held_on, starts_at, ends_at, gathering_id, state, approved_on, entered, notified_on, summary,
			                        report, reported_on, forwarded_on, forward_post_id, archived_on, cancelled_why, parent_id, creator, key)
			SELECT %[1]d, k, '活动', k = 'appraisal', CASE k WHEN 'appraisal' THEN k ELSE '' END, CASE k WHEN 'appraisal' THEN 1 END,
			       CASE WHEN k = 'appraisal' AND s.state NOT IN ('draft', 'cancelled') THEN i * 100 + s.n END, 'x', d, d + time '09:00' AT TIME ZONE 'Asia/Shanghai',
			       d + time '11:00' AT TIME ZONE 'Asia/Shanghai', 1, s.state, CASE WHEN s.state NOT IN ('draft', 'approval') THEN d - 5 END, true, d - 4, '情况', CASE WHEN s.n > 7 THEN '报告' ELSE '' END,
			       CASE WHEN s.n > 7 THEN d END, CASE WHEN s.state = 'forwarded' THEN d END, CASE WHEN s.state = 'forwarded' THEN 1 END, CASE WHEN s.state = 'archived' THEN d + 9 END,
			       CASE WHEN s.state = 'cancelled' THEN 'x' ELSE '' END, CASE WHEN i = 2 AND s.n %% 5 = 0 THEN 1 END, '员', 'a' || i || '-' || s.n
			FROM generate_series(1, 1 + %[2]d) i,
			     (SELECT row_number() OVER () AS n, state FROM unnest(ARRAY ['draft', 'approval', 'approved', 'notified', 'open', 'held', 'recorded', 'reported', 'forwarded', 'archived',
			                                                                  'archived', 'archived', 'cancelled']) AS state) AS s,
			     LATERAL (SELECT (ARRAY ['inspection', 'study', 'appraisal', 'walk', 'forum'])[1 + (i + s.n) %% 5] AS k, date '2025-11-28' + (i * 9 + s.n * 3)::int AS d) AS x;
		END $$`, street, n))
}

// seedRules gives a street rules and acts of supervision, past the guards of the schema.
func (h *house) seedRules(street int64, n int) {
	h.Helper()
	dbtest.Exec(h, h.Admin, fmt.Sprintf(`
		DO $$
		BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO institutions (city_id, street_id, tier, title, opened, key)
			SELECT city_id, %[1]d, 'X', '办法' || i, true, 'r' || i FROM streets, generate_series(1, %[2]d) i WHERE id = %[1]d;
			INSERT INTO institution_versions (street_id, institution_id, ordinal, opened, state, doc_number, signed_on, signer, signer_post_id, recorded_on, effective_on, ended_on, ended_how)
			SELECT street_id, id, 1, true, CASE key WHEN 'r1' THEN 'repealed' ELSE 'in_force' END, key, '2025-01-01', 'x', 1, '2025-01-01', '2025-02-01',
			       CASE key WHEN 'r1' THEN date '2026-01-31' END, CASE key WHEN 'r1' THEN 'repealed' ELSE '' END
			FROM institutions WHERE street_id = %[1]d;
			INSERT INTO mandates (city_id, mode, title, body, decided_on, state, number, issued_on, drafter, key, created_at, modified_at)
			SELECT city_id, 'package', '授权' || id, 'chairpersons', '2025-01-01', 'issued', 'm' || id, '2025-01-01', 'x', 'm' || id, '2025-01-01', '2025-01-01' FROM streets WHERE id = %[1]d;
			INSERT INTO mandate_versions (mandate_id, version, state, effective_on, drafter)
			SELECT id, 1, 'in_force', issued_on, drafter FROM mandates WHERE key = 'm%[1]d';
			INSERT INTO mandate_streets (street_id, mandate_id, state, received_on, receiver, modified_at)
			SELECT %[1]d, id, 'active', '2025-01-01', 'x', '2025-01-01' FROM mandates WHERE key = 'm%[1]d';
			INSERT INTO mandate_matters (mandate_id, mode, version, no, subject, content, measures, from_on, report_by, yearly, form)
			SELECT id, mode, 1, 1, 'appraisal', 'x', '{inspect_appraise}', '2025-01-01', '2026-01-31', true, 'written' FROM mandates WHERE key = 'm%[1]d';
			INSERT INTO mandate_acts (street_id, mandate_id, matter_id, subject, measure, object, title, act_on, cancelled_on, cancelled_why, creator, key, created_at)
			SELECT %[1]d, x.mandate_id, x.id, x.subject, (ARRAY ['inspect_appraise', 'hear_report', 'inquiry'])[1 + i %% 3], '单位', '活动' || i, date '2025-12-01' + i * 7,
			       CASE i WHEN 3 THEN date '2026-01-05' END, CASE i WHEN 3 THEN '改期' ELSE '' END, '员', 'a' || i, '2025-12-01'
			FROM mandates m JOIN mandate_matters x ON x.mandate_id = m.id, generate_series(1, 4 + %[2]d) i WHERE m.key = 'm%[1]d';
		END $$`, street, n))
}

// share gives both streets one authorisation more: in all it counts once.
func (h *house) share() {
	h.Helper()
	dbtest.Exec(h, h.Admin, fmt.Sprintf(`
		DO $$
		BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO mandates (city_id, mode, title, body, decided_on, state, number, issued_on, drafter, key, created_at, modified_at)
			SELECT city_id, 'project', '授权', 'chairpersons', '2025-01-01', 'issued', 'both', '2025-01-01', 'x', 'both', '2025-01-01', '2025-01-01' FROM streets WHERE id = %[1]d;
			INSERT INTO mandate_versions (mandate_id, version, state, effective_on, drafter)
			SELECT id, 1, 'in_force', issued_on, drafter FROM mandates WHERE key = 'both';
			INSERT INTO mandate_streets (street_id, mandate_id, state, received_on, receiver, modified_at)
			SELECT s, id, 'received', '2025-01-01', 'x', '2025-01-01' FROM mandates, unnest(ARRAY [%[1]d, %[2]d]) AS s WHERE key = 'both';
			INSERT INTO mandate_matters (mandate_id, mode, version, no, subject, object, content, measures, from_on, through_on, report_by, form)
			SELECT id, mode, 1, 1, 'appraisal', '单位', 'x', '{inspect_appraise}', '2025-01-01', '2026-01-31', '2026-03-31', 'written' FROM mandates WHERE key = 'both';
		END $$`, h.Street, h.OtherStreet))
}

var counted = regexp.MustCompile(`<span class="count">(\d+)`)

// TestNumbersOpenTheirRows opens the ledger behind every number of every
// indicator and finds as many rows as the number says.
func TestNumbersOpenTheirRows(t *testing.T) {
	h := open(t)
	p, err := figure.ParsePeriod("2025-12-05", "2026-01-31", h.Now())
	if err != nil {
		t.Fatal(err)
	}
	city := h.Actor(access.CityOffice)
	table, err := h.figures.Figures(t.Context(), city, p, 0)
	if err != nil {
		t.Fatal(err)
	}
	if m := table.Figure("mandates"); m.Total() != 3 || m.Street(h.Street) != 2 || m.Street(h.OtherStreet) != 2 || m.Kind("project") != 1 {
		t.Errorf("authorisations in force = %d, %d, %d, want 3 of which two each", m.Total(), m.Street(h.Street), m.Street(h.OtherStreet))
	}
	spans, _ := p.Spans()
	checked := 0
	for _, f := range table.Figures {
		if !f.Ledger() {
			continue
		}
		cuts := []figure.Cut{{}, {Street: h.Street}, {Street: h.OtherStreet}}
		for _, k := range f.Kinds {
			cuts = append(cuts, figure.Cut{Kind: k.Key}, figure.Cut{Kind: k.Key, Street: h.Street})
		}
		if f.Nature == figure.Flow {
			for _, in := range spans {
				cuts = append(cuts, figure.Cut{In: in}, figure.Cut{In: in, Street: h.OtherStreet})
			}
		}
		for _, c := range cuts {
			path, pairs := f.List(c)
			body := h.Get(city, page.FilteredURL(path, pairs...))
			if path == "/committees/"+fmt.Sprint(c.Street) {
				continue // the one row itself
			}
			m := counted.FindStringSubmatch(body)
			if m == nil || m[1] != fmt.Sprint(f.Count(c)) {
				t.Errorf("%s %+v = %d, but %s has %v rows", f.Key, c, f.Count(c), page.FilteredURL(path, pairs...), m)
			}
			checked++
		}
	}
	if checked < 90 {
		t.Errorf("only %d numbers were checked", checked)
	}
}

// TestNumbersLeadWhereReadersMayGo: whoever sees figures opens every ledger that they
// lead to, and sees the numbers of the others without a link.
func TestNumbersLeadWhereReadersMayGo(t *testing.T) {
	h := open(t)
	p, err := figure.ParsePeriod("2025-12-05", "2026-01-31", h.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		if !a.May(access.ViewFigures) {
			continue
		}
		table, err := h.figures.Figures(t.Context(), a, p, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range table.Figures {
			if path, pairs := f.List(figure.Cut{}); path != "" && f.Ledger() {
				if code, _ := h.Do(a, "GET", page.FilteredURL(path, pairs...), nil); code >= 400 {
					t.Errorf("%s leads %s to %s: %d", f.Key, info.Role, path, code)
				}
			}
		}
	}
	const at, ledger = "/figures/meetings?from=2025-12-05&to=2026-01-31", `href="/meetings?`
	if body := h.Get(h.Actor(access.Staff), at); !strings.Contains(body, ledger) {
		t.Error("staff do not reach the meetings from their number")
	}
	if body := h.Get(h.Actor(access.PartyReader), at); strings.Contains(body, ledger) || strings.Contains(body, "看明细") {
		t.Error("the Party working committee is led to meetings that it may not open")
	}
}

func TestOverview(t *testing.T) {
	h := open(t)
	city := h.Actor(access.CityOffice)
	body := h.Get(city, "/figures?from=2025-12-01&to=2026-01-31")
	for _, want := range []string{"2025年12月1日至2026年1月31日", "截至2026年3月2日 10:00", "办结率", "各街道对照", "东城", "南城", `id="sentence"`, `data-copy="sentence"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the overview lacks %q", want)
		}
	}
	if strings.Contains(body, "石岐") {
		t.Error("the overview shows another city's street")
	}
	for name, from := range map[string]string{"口径A：2019年": "from=2019-01-01&to=2019-12-31", "口径B：意见实施以来": "from=2019-06-27&to=2020-06-30"} {
		body := h.Get(city, "/figures?"+from)
		if !strings.Contains(body, `aria-current="page">`+name) || !strings.Contains(body, `class="banner plain"`) {
			t.Errorf("%s is not marked as chosen, or not explained", name)
		}
	}
}

func TestBadPeriodKeepsWhatWasTyped(t *testing.T) {
	h := open(t)
	for _, path := range []string{"/figures", "/figures/opinions"} {
		code, body := h.Do(h.Actor(access.Staff), "GET", path+"?from="+url.QueryEscape("去年夏天")+"&to=2026-01-31", nil)
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写开始日期") || !strings.Contains(body, `value="去年夏天"`) {
			t.Errorf("%s = %d %s", path, code, webtest.Complaints(body))
		}
	}
}

// A street sees its own figures, and learns nothing of its neighbour's.
func TestOtherStreetsSeeNothing(t *testing.T) {
	h := open(t)
	p := "?from=2025-12-01&to=2026-01-31"
	here, there := h.Actor(access.Staff), h.Other(access.Staff)
	for _, path := range []string{"/figures", "/figures/opinions"} {
		if code, _ := h.Do(there, "GET", path+p+fmt.Sprint("&street=", h.Street), nil); code != http.StatusNotFound {
			t.Errorf("%s of another's street = %d, want 404", path, code)
		}
	}
	own := h.Get(there, "/figures/opinions"+p)
	if strings.Contains(own, "东城") && !strings.Contains(own, `class="place">东城街道`) {
		t.Error("the page names the neighbour")
	}
	if own == h.Get(here, "/figures/opinions"+p) {
		t.Error("two streets with different rows see the same page")
	}
	table, err := h.figures.Figures(t.Context(), there, figure.Period{From: h.Time.AddDate(-1, 0, 0), To: h.Time}, 0)
	if err != nil || len(table.Streets) != 1 || table.Streets[0].ID != h.OtherStreet {
		t.Errorf("figures of the other street = %+v, %v", table.Streets, err)
	}
}

func TestEveryRoute(t *testing.T) {
	h := open(t)
	for _, route := range h.table {
		path := strings.Replace(route.Pattern, "{key}", "opinions", 1)
		for _, info := range access.Roles {
			a := h.Actor(info.Role)
			code, _ := h.Do(a, route.Method, path, nil)
			if may := a.May(route.Need); may != (code == http.StatusOK) {
				t.Errorf("%s as %s = %d", path, info.Role, code)
			}
		}
		for _, v := range webtest.Nasty {
			q := url.Values{"from": {v}, "to": {v}, "street": {v}}
			h.Do(h.Actor(access.CityOffice), "GET", path+"?"+q.Encode(), nil)
			q = url.Values{"from": {"2019-01-01"}, "to": {"2049-01-01"}, "street": {v}, "format": {v}}
			h.Do(h.Actor(access.CityOffice), "GET", path+"?"+q.Encode(), nil)
		}
	}
	for _, i := range figure.Indicators {
		h.Get(h.Actor(access.CityLeader), "/figures/"+i.Key)
	}
	for _, v := range append(webtest.Nasty, "streets/1") {
		if v == "" {
			continue
		}
		if code, _ := h.Do(h.Actor(access.CityLeader), "GET", "/figures/"+url.PathEscape(v), nil); code != http.StatusNotFound {
			t.Errorf("figure %q = %d, want 404", v, code)
		}
	}
}

func TestWorkbook(t *testing.T) {
	h := open(t)
	book := h.workbook("/figures?from=2025-12-01&to=2026-01-31&format=xlsx")
	table, err := h.figures.Figures(t.Context(), h.Actor(access.CityOffice), figure.Period{From: day("2025-12-01"), To: day("2026-01-31")}, 0)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("总览")
	if err != nil || len(rows) != 1+len(figure.Indicators)+2*len(figure.Rates) {
		t.Fatalf("the overview has %d rows, %v", len(rows), err)
	}
	for i, f := range table.Figures {
		cell, _ := book.GetCellValue("总览", fmt.Sprint("E", i+2))
		kind, _ := book.GetCellType("总览", fmt.Sprint("E", i+2))
		if rows[i+1][0] != f.Name || cell != f.Text(f.Total()) || kind != excelize.CellTypeUnset {
			t.Errorf("%s = %q of type %d, want the number %s", rows[i+1][0], cell, kind, f.Text(f.Total()))
		}
	}
	if got, _ := book.GetCellValue("群众意见", "D2"); got != fmt.Sprint(table.Figure("opinions").Count(figure.Cut{In: figure.Period{From: day("2025-12-01"), To: day("2025-12-31")}})) {
		t.Errorf("opinions of December = %s", got)
	}
	one := h.workbook("/figures/opinions?from=2025-12-01&to=2026-01-31&format=xlsx")
	if names := strings.Join(one.GetSheetList(), " "); names != "群众意见 按类别 按街道 说明" {
		t.Errorf("sheets = %s", names)
	}
}

func (h *house) workbook(path string) *excelize.File {
	h.Helper()
	w := h.Serve(h.Actor(access.CityOffice), httptest.NewRequest("GET", path, nil))
	f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		h.Fatalf("%s = %d, %v", path, w.Code, err)
	}
	h.Cleanup(func() { f.Close() })
	return f
}

func day(s string) time.Time {
	d, _ := time.Parse(time.DateOnly, s)
	return d
}

func TestPagesAreAccessible(t *testing.T) {
	h := open(t)
	b := h.Browser(h.Actor(access.CityOffice))
	for _, path := range []string{"/figures?from=2025-03-01&to=2026-03-02", "/figures/opinions?from=2024-12-01&to=2026-03-02", "/figures/opinions_closed", "/figures?from=x"} {
		b.Go(path).Accessible()
	}
}
