package desk_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/desk"
	"portal/internal/figure"
	"portal/internal/file"
	"portal/internal/opinion"
	web "portal/web/desk"
	webopinion "portal/web/opinion"
	"portal/web/page"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	deputy int64
	table  []page.Route
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	web.Register(h.Routes, desk.NewStore(h.DB, h.Now), figure.NewStore(h.DB, h.Now))
	h.table = h.Routes.Table
	webopinion.Register(h.Routes, opinion.NewStore(h.DB, h.Keys, file.NewStore(h.DB, h.Now), h.Now))
	h.seed()
	return h
}

// seed gives the street opinions in every open state, with clocks from long
// overdue to far ahead, messages and receptions.
func (h *house) seed() {
	h.deputy = dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key)
		VALUES ($1, '王志伟', '一', '十七', 'law', '2025-01-01', 'd') RETURNING id`, h.Street)
	dbtest.Exec(h, h.Admin, `
		WITH o AS (
			INSERT INTO opinions (street_id, number, query_hash, source, kind, field, text, anonymous, resident, state, lead_unit_id, community_id, deputy_id,
			                      received_on, received_at, creator, key, promised_on)
			SELECT $1::bigint, '2026-441900003-01-' || lpad((i * 20 + s.n)::text, 4, '0'), decode(md5(i || '-' || s.n), 'hex'), 'letter', 'complaint', 'construction',
			       (ARRAY ['小区门口的路灯不亮，晚上老人出行不便', '菜市场旁边的排水沟堵塞，下雨天污水漫到人行道', '学校门口早晚高峰车辆乱停，希望有人疏导', '公园健身器材损坏，两个月没有人修'])[1 + (i + s.n) % 4],
			       false, '李䶮', s.state, CASE WHEN s.n BETWEEN 3 AND 7 THEN $2::bigint END, $3::bigint, CASE WHEN i = 1 THEN $4::bigint END,
			       date '2026-02-01' + i, timestamptz '2026-02-01 09:00' + i * interval '1 day', '员', i || '-' || s.n, CASE WHEN s.state = 'promised' THEN date '2026-03-20' END
			FROM generate_series(1, 4) i,
			     unnest(ARRAY ['registered', 'to_assign', 'assigned', 'signed', 'handling', 'replied', 'to_feedback', 'promised', 'to_city']) WITH ORDINALITY AS s (state, n)
			RETURNING street_id, id, state, received_on, lead_unit_id),
		a AS (INSERT INTO opinion_assignments (street_id, opinion_id, unit_id, part, round, assigned_at)
		      SELECT street_id, id, lead_unit_id, 'lead', 1, received_on FROM o WHERE lead_unit_id IS NOT NULL)
		INSERT INTO deadlines (street_id, kind, subject_id, name, label, started_on, days, basis, due_on)
		SELECT o.street_id, 'opinion', o.id, c.name, c.label, o.received_on, CASE WHEN c.name <> 'promise' THEN 3 END, '默认',
		       CASE WHEN c.name = 'promise' THEN date '2026-03-20' ELSE o.received_on + c.days END
		FROM o
		JOIN (VALUES ('registered', 'triage', '研判', 29), ('to_assign', 'assign', '交办', 30), ('assigned', 'sign', '签收', 27), ('assigned', 'reply', '答复', 40), ('signed', 'reply', '答复', 8),
		             ('handling', 'reply', '答复', 45), ('replied', 'review', '审核', 28), ('to_feedback', 'feedback', '反馈群众', 31), ('promised', 'promise', '兑现承诺', 0))
		     AS c (state, name, label, days) ON c.state = o.state`, h.Street, h.Unit, h.Community, h.deputy)
	for i, title := range []string{"承办单位已答复，待审核：2026-441900003-01-0006", "承办单位退回：2026-441900003-01-0012", "新登记意见 2026-441900003-01-0021"} {
		for _, role := range []access.Role{access.Staff, access.Unit, access.Director} {
			dbtest.Exec(h, h.Admin, `INSERT INTO notices (street_id, at, to_role, title, link) VALUES ($1, $2, $3, $4, '/opinions/1')`,
				h.Street, h.Time.AddDate(0, 0, -i), string(role), title)
		}
	}
	station := dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO stations (street_id, community_id, kind, name, code, address, opened_on, key)
		VALUES ($1, $2, 'community', '岗贝社区联络站', '01', '岗贝路 8 号', '2025-01-01', 's') RETURNING id`, h.Street, h.Community)
	for i, r := range []struct{ on, state string }{{"2026-03-20", "planned"}, {"2026-03-04", "published"}, {"2026-02-26", "published"}} {
		dbtest.Exec(h, h.Admin, `
			WITH r AS (
				INSERT INTO receptions (street_id, station_id, held_on, from_time, to_time, state, published_at, key)
				VALUES ($1, $2, $3::date, '09:00', '11:00', $4, CASE WHEN $4 = 'published' THEN now() END, $5) RETURNING street_id, id)
			INSERT INTO reception_deputies (street_id, reception_id, deputy_id) SELECT street_id, id, $6 FROM r`,
			h.Street, station, r.on, r.state, fmt.Sprint("r", i), h.deputy)
	}
}

func (h *house) actor(role access.Role) access.Actor {
	a := h.Actor(role)
	if role == access.Deputy || role == access.GroupLeader {
		a.DeputyID = h.deputy
	}
	return a
}

// TestEveryRole opens the desk of every role, as full and as empty.
func TestEveryRole(t *testing.T) {
	h := open(t)
	for _, info := range access.Roles {
		for _, a := range []access.Actor{h.actor(info.Role), h.Other(info.Role), h.Far(info.Role)} {
			body := h.Get(a, "/desk")
			tasks, empty := strings.Contains(body, `class="tasks"`), strings.Contains(body, `class="empty"`)
			if info.Role != access.AuditAdmin && tasks == empty {
				t.Errorf("%s: shows tasks %t and says that there are none %t", info.Role, tasks, empty)
			}
			for _, route := range []string{"/visits/new", "/opinions/new", "/accounts"} {
				need := map[string]access.Permission{"/visits/new": access.LogVisit, "/opinions/new": access.RegisterOpinion, "/accounts": access.ManageAccounts}[route]
				if strings.Contains(body, `href="`+route+`"`) && !a.May(need) {
					t.Errorf("%s is led to %s, where they may not go", info.Role, route)
				}
			}
		}
	}
	if code, to := h.Do(access.Resident(nil), "GET", "/desk", nil); code != http.StatusSeeOther || !strings.HasPrefix(to, "/login") {
		t.Errorf("a resident at the desk = %d %s", code, to)
	}
}

var (
	link    = regexp.MustCompile(`href="(/opinions\?[^"]+)">([^<]*?)\s*<strong>(\d+)\+?</strong></a>`)
	counted = regexp.MustCompile(`<span class="count">(\d+)`)
)

// TestCountsAreTheLedgers opens every count on every desk: the ledger holds as
// many.
func TestCountsAreTheLedgers(t *testing.T) {
	h := open(t)
	checked := 0
	for _, info := range access.Roles {
		a := h.actor(info.Role)
		for _, m := range link.FindAllStringSubmatch(h.Get(a, "/desk"), -1) {
			got := counted.FindStringSubmatch(h.Get(a, m[1]))
			if got == nil || got[1] != m[3] {
				t.Errorf("%s reads %s %s, but %s holds %v", info.Role, m[2], m[3], m[1], got)
			}
			checked++
		}
	}
	if checked < 40 {
		t.Errorf("only %d counts were opened", checked)
	}
}

func TestGroups(t *testing.T) {
	h := open(t)
	body := h.Get(h.actor(access.Staff), "/desk")
	last := 0
	for _, want := range []string{`id="late"`, `id="soon"`, `id="todo"`, `id="remind"`, `id="news"`} {
		at := strings.Index(body, want)
		if at < last {
			t.Errorf("%s is missing or out of order", want)
		}
		last = at
	}
	for _, want := range []string{"登记意见", "已逾期", "发布接待公告", "代表王志伟", "/visits/new?reception="} {
		if !strings.Contains(body, want) {
			t.Errorf("the office's desk lacks %q", want)
		}
	}
	if body := h.Get(h.Other(access.Staff), "/desk"); strings.Contains(body, "路灯") || strings.Contains(body, "441900003-01") {
		t.Error("another street's desk shows these opinions")
	}
	if body := h.Get(h.actor(access.PartyReader), "/desk"); !strings.Contains(body, "组织代表进站接待群众0次") {
		t.Error("the Party reader has no monthly summary")
	}
}

func TestDesksAreAccessible(t *testing.T) {
	h := open(t)
	for _, role := range []access.Role{access.Staff, access.CityOffice, access.Deputy, access.Expert, access.PartyReader} {
		h.Browser(h.actor(role)).Go("/desk").Accessible()
	}
}
