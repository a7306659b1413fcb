package team_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/secret"
	"portal/internal/team"
)

// house is a street whose committee has a director and four members, so that five
// vote.
type house struct {
	*testing.T
	*dbtest.World
	db       *db.DB
	admin    *pgxpool.Pool
	now      time.Time
	s        *team.Store
	staff    access.Actor
	director access.Actor
	chair    int64
	n        int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	clock := func() time.Time { return h.now }
	h.s = team.NewStore(d, person.NewStore(d, keys, clock), clock)
	h.staff, h.director = h.Actor(access.Staff), h.Actor(access.Director)
	h.chair = dbtest.InPost(t, admin, h.Street, committee.Director, "李䶮", &h.director, "2019-07-01")
	for i := range 4 {
		dbtest.InPost(t, admin, h.Street, committee.Member, fmt.Sprint("委员", i), nil, "2019-07-01")
	}
	return h
}

func day(s string) time.Time {
	d, _ := calendar.Parse(s)
	return d
}

var today = calendar.On(dbtest.Now)

func (h *house) person(name string) team.Person {
	h.n++
	return team.Person{Name: name, Sex: "female", Born: 1978, Work: "东莞市正衡会计师事务所合伙人", Phone: fmt.Sprintf("1380013%04d", h.n)}
}

func (h *house) recommendation(name string) team.Recommendation {
	p := h.person(name)
	return team.Recommendation{
		Key: fmt.Sprint("r-", h.n), Person: p, Field: "audit", Title: "高级会计师", Recommender: "市注册会计师协会", On: today,
		Consent: team.Consent{Person: today, Unit: today},
	}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) recommend(name string) int64 {
	h.Helper()
	id, err := h.s.Recommend(h.Context(), h.staff, h.recommendation(name))
	h.must(err)
	return id
}

func (h *house) step(id int64) team.Step {
	return team.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM experts WHERE id = $1`, id)}
}

func (h *house) officerStep(id int64) team.Step {
	return team.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM officers WHERE id = $1`, id)}
}

func (h *house) passed() team.Decision {
	return team.Decision{On: calendar.On(h.now), Chair: h.chair, Present: 4, For: 3}
}

func (h *house) approve(id int64) {
	h.Helper()
	h.must(h.s.Review(h.Context(), h.director, h.step(id), "同意"))
	h.must(h.s.Decide(h.Context(), h.staff, h.step(id), h.passed()))
}

func (h *house) engage(name string) int64 {
	h.Helper()
	id := h.recommend(name)
	h.approve(id)
	h.must(h.s.Certify(h.Context(), h.director, h.step(id), time.Time{}, time.Time{}))
	return id
}

func (h *house) expert(a access.Actor, id int64) team.ExpertRecord {
	h.Helper()
	r, err := h.s.Expert(h.Context(), a, id)
	h.must(err)
	return r
}

func complaint(err error, field string) bool {
	var bad fault.Fields
	return errors.As(err, &bad) && bad.For(field) != ""
}

// as runs a statement as the portal's own role does for actor, and returns what the
// database says.
func (h *house) as(a access.Actor, sql string) error {
	return h.db.Write(h.Context(), a, func(tx db.Tx) error {
		n, err := db.Exec(h.Context(), tx, sql, nil)
		if err == nil && n == 0 {
			err = fault.NotFound
		}
		return err
	})
}

func (h *house) names(a access.Actor, f team.ExpertFilter) (names []string) {
	h.Helper()
	f.Limit = 100
	list, _, err := h.s.Experts(h.Context(), a, f)
	h.must(err)
	for _, l := range list {
		names = append(names, l.Name)
	}
	return names
}

func TestAnExpertFromRecommendationToCertificate(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.recommend("𠮷田光")
	if r := h.expert(h.staff, id); r.State != team.Recommended || r.Open != team.Recommended || r.Since != nil {
		t.Errorf("recommended = %+v", r.ExpertLine)
	}
	h.approve(id)
	h.must(h.s.Publicise(ctx, h.staff, h.step(id), today))
	if err := h.s.EndPublicity(ctx, h.staff, h.step(id), true, "没有异议"); !complaint(err, "result") {
		t.Errorf("publicity ended before its last day: %v", err)
	}
	h.now = h.now.AddDate(0, 0, 8) // five working days later
	h.must(h.s.EndPublicity(ctx, h.staff, h.step(id), true, "没有异议"))
	if err := h.s.Publicise(ctx, h.staff, h.step(id), today); !complaint(err, "state") {
		t.Errorf("publicised twice: %v", err)
	}
	if err := h.s.Certify(ctx, h.Actor(access.Director), h.step(id), time.Time{}, time.Time{}); !complaint(err, "") {
		t.Errorf("certified by who is not in post: %v", err)
	}
	h.must(h.s.Certify(ctx, h.director, h.step(id), time.Time{}, time.Time{}))
	r := h.expert(h.Actor(access.CityDeputy), id)
	term := r.Terms[0]
	if r.State != team.Engaged || term.Holder != "𠮷田光" || term.Certificate != "莞人东城工委〔2026〕1号" || !term.UntilOn.Equal(day("2026-12-31")) || *term.MetDue != 5 {
		t.Errorf("engaged = %+v %+v", r.ExpertLine, term)
	}
	h.engage("李芳")
	if got := dbtest.Scan[string](t, h.admin, `SELECT max(certificate) FROM expert_terms`); got != "莞人东城工委〔2026〕2号" {
		t.Errorf("the second certificate is %s", got)
	}
}

func TestDecideCountsVotes(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.recommend("李芳")
	if err := h.s.Decide(ctx, h.staff, h.step(id), h.passed()); !complaint(err, "state") {
		t.Errorf("decided before the review: %v", err)
	}
	h.must(h.s.Review(ctx, h.director, h.step(id), ""))
	for field, d := range map[string]team.Decision{
		"on":      {On: today.AddDate(0, 0, 1), Chair: h.chair, Present: 4, For: 4},
		"present": {On: today, Chair: h.chair, Present: 2, For: 2}, // two of five are no quorum
		"for":     {On: today, Chair: h.chair, Present: 3, For: 4},
		"chair":   {On: today, Chair: 999_999, Present: 4, For: 4},
	} {
		if err := h.s.Decide(ctx, h.staff, h.step(id), d); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := h.s.Decide(ctx, h.staff, h.step(id), team.Decision{On: today, Chair: h.chair, Present: 6, For: 3}); !complaint(err, "present") {
		t.Errorf("more present than due: %v", err)
	}
	h.must(h.s.Decide(ctx, h.staff, h.step(id), team.Decision{On: today, Chair: h.chair, Present: 4, For: 2})) // two of five: not passed
	if r := h.expert(h.staff, id); r.State != team.Declined {
		t.Errorf("state = %s, want declined", r.State)
	}
}

func TestReviewNeedsConsent(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	n := h.recommendation("李芳")
	n.Consent = team.Consent{Person: today}
	id, err := h.s.Recommend(ctx, h.staff, n)
	h.must(err)
	if err := h.s.Review(ctx, h.director, h.step(id), ""); !complaint(err, "state") {
		t.Errorf("reviewed without the unit's consent: %v", err)
	}
	h.must(h.s.AgreeTo(ctx, h.staff, h.step(id), team.Consent{Person: today, NoUnit: "已退休"}))
	h.must(h.s.Review(ctx, h.director, h.step(id), ""))
}

func TestRenewal(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.engage("李芳")
	c := team.Consent{Person: today, Unit: today}
	h.must(h.s.Renew(ctx, h.staff, h.step(id), "k", "工委办公室", today, c))
	if err := h.s.Renew(ctx, h.staff, h.step(id), "k2", "工委办公室", today, c); !complaint(err, "state") {
		t.Errorf("renewed twice: %v", err)
	}
	h.approve(id)
	if err := h.s.Certify(ctx, h.director, h.step(id), day("2026-12-31"), day("2030-01-01")); !complaint(err, "from_on") {
		t.Errorf("terms overlap: %v", err)
	}
	h.must(h.s.Certify(ctx, h.director, h.step(id), time.Time{}, time.Time{}))
	r := h.expert(h.staff, id)
	if len(r.Terms) != 2 || !r.Terms[0].FromOn.Equal(day("2027-01-01")) || !r.Terms[0].UntilOn.Equal(day("2031-12-31")) {
		t.Errorf("terms = %+v", r.Terms)
	}
	for on, want := range map[string]int{"2026-03-01": 0, "2026-03-02": 1, "2026-12-31": 1, "2027-01-01": 1, "2032-01-01": 0} {
		if got := h.names(h.Actor(access.CityOffice), team.ExpertFilter{On: day(on)}); len(got) != want {
			t.Errorf("engaged on %s: %v, want %d", on, got, want)
		}
	}
	h.must(h.s.Dismiss(ctx, h.director, h.step(id), team.Dismissal{On: today, Why: "moved", Note: "调往外市"}))
	if r := h.expert(h.staff, id); r.Terms[0].State != team.Dismissed || r.Terms[1].State != team.Dismissed || h.names(h.staff, team.ExpertFilter{On: day("2027-06-01")}) != nil {
		t.Errorf("the renewal outlives the dismissal: %+v", r.Terms)
	}
}

func TestConflictsAndWork(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.engage("李芳")
	self := h.Actor(access.Expert)
	dbtest.Exec(t, h.admin, `UPDATE people SET user_id = $1 WHERE name = '李芳'`, self.UserID)
	if r := h.expert(self, id); r.Name != "李芳" || r.Timeline != nil {
		t.Errorf("own record = %+v", r.ExpertLine)
	}
	h.must(h.s.Declare(ctx, self, id, team.Statement{Key: "s1", Units: []string{"城市建设办公室"}, Matters: []string{"温塘旧改项目"}}))
	h.must(h.s.Declare(ctx, self, id, team.Statement{Key: "s1", Units: []string{"城市建设办公室"}}))
	for named, want := range map[string]int{"东城街道城市建设办公室": 1, "温塘旧改项目": 1, "教育管理中心": 0, "正衡会计师事务所": 1, "": 0} {
		h.must(h.db.Write(ctx, h.staff, func(tx db.Tx) error {
			why, err := team.Conflicts(ctx, tx, h.Street, id, named)
			if len(why) != want {
				t.Errorf("conflicts with %q = %v, want %d", named, why, want)
			}
			return err
		}))
	}
	work := team.Work{Key: "w1", Kind: "review", On: today, Subject: "审阅预算草案", About: "教育管理中心", Text: "建议压减", Tenths: 25}
	h.must(h.s.LogWork(ctx, self, id, work))
	h.must(h.s.LogWork(ctx, self, id, work))
	for field, change := range map[string]func(*team.Work){
		"about":   func(w *team.Work) { w.About = "城市建设办公室" },
		"done_on": func(w *team.Work) { w.On = today.AddDate(0, 0, -1) }, // before the term
	} {
		w := work
		w.Key = "w-" + field
		change(&w)
		if err := h.s.LogWork(ctx, self, id, w); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	r := h.expert(h.staff, id)
	if len(r.Works) != 1 || r.Works[0].State != "entered" || r.Hours != "0" {
		t.Fatalf("works = %+v, %s hours", r.Works, r.Hours)
	}
	if err := h.s.Adopt(ctx, h.staff, id, r.Works[0].ID, "adopted", ""); !complaint(err, "work") {
		t.Errorf("adopted before it was confirmed: %v", err)
	}
	h.must(h.s.ConfirmWork(ctx, h.staff, id, r.Works[0].ID, true, ""))
	if err := h.s.Adopt(ctx, h.staff, id, r.Works[0].ID, "not", ""); !complaint(err, "why") {
		t.Errorf("not adopted without a reason: %v", err)
	}
	h.must(h.s.Adopt(ctx, h.staff, id, r.Works[0].ID, "partly", "资金不足"))
	if r := h.expert(h.staff, id); r.Hours != "2.5" || r.Works[0].Adoption != "partly" {
		t.Errorf("works = %+v, %s hours", r.Works, r.Hours)
	}
	other := h.Actor(access.Expert)
	if err := h.s.LogWork(ctx, other, id, work); !errors.Is(err, fault.NotFound) {
		t.Errorf("somebody else's log: %v", err)
	}
}

// Nobody is shown or counted as an expert before the decision and the certificate,
// not even by SQL as the portal's own role.
func TestNoExpertBeforeTheCertificate(t *testing.T) {
	h := open(t)
	id := h.recommend("李芳")
	h.must(h.s.Review(t.Context(), h.director, h.step(id), ""))
	for _, role := range []access.Role{access.CityLeader, access.CityOffice, access.CityDeputy, access.CityFinance, access.PartyReader, access.Expert} {
		for _, f := range []team.ExpertFilter{{}, {State: team.Everything}, {State: team.Waiting}} {
			if got := h.names(h.Actor(role), f); got != nil {
				t.Errorf("%s sees %v", role, got)
			}
		}
	}
	if got := h.names(h.staff, team.ExpertFilter{}); got != nil {
		t.Errorf("engaged = %v", got)
	}
	broken := func(err error, constraint string) {
		t.Helper()
		if !db.Violates(err, constraint) {
			t.Errorf("%v, want %s to refuse", err, constraint)
		}
	}
	const term = `UPDATE expert_terms SET `
	const met = `met_on = '2026-03-02', met_due = 5, met_present = 4, `
	chair := fmt.Sprintf("chair_post_id = %d, ", h.chair)
	const signed = `certificate = 'x', certified_on = '2026-03-02', holder = 'x', holder_field = 'x', from_on = '2026-03-02', until_on = '2026-12-31', `
	certifier := fmt.Sprintf("certifier_post_id = %d, ", h.chair)
	broken(h.as(h.staff, term+`state = 'engaged'`), "expert_terms_certified")
	broken(h.as(h.staff, term+met+chair+`met_for = 2, state = 'approved'`), "expert_terms_met_passed")
	broken(h.as(h.staff, term+chair+`met_on = '2026-03-02', met_due = 3, met_present = 2, met_for = 2, state = 'approved'`), "only_all_due")
	broken(h.as(h.staff, term+met+`chair_post_id = 999, met_for = 3, state = 'approved'`), "only_presiding")
	broken(h.as(h.staff, term+met+chair+certifier+signed+`met_for = 3, state = 'engaged'`), "only_in_post") // staff sign nothing
	broken(h.as(h.director, term+certifier+signed+`state = 'engaged'`), "expert_terms_met_passed")
	broken(h.as(h.director, term+met+chair+signed+`met_for = 3, state = 'engaged'`), "expert_terms_certified_whole")
	broken(h.as(h.staff, `UPDATE experts SET since = '2026-03-02'`), "experts_since_certified")
	h.must(h.s.Decide(t.Context(), h.staff, h.step(id), h.passed()))
	broken(h.as(h.staff, term+`met_for = 4`), "expert_terms_signed")
	h.must(h.s.Certify(t.Context(), h.director, h.step(id), time.Time{}, time.Time{}))
	broken(h.as(h.director, term+`until_on = '2030-12-31'`), "expert_terms_signed")
	broken(h.as(h.staff, term+`holder = '别人'`), "expert_terms_signed")
	if err := h.as(h.staff, `DELETE FROM expert_terms`); !errors.Is(err, fault.NotFound) { // only an import being undone reaches one
		t.Errorf("deleted a term: %v", err)
	}
	for _, role := range []access.Role{access.CityOffice, access.Expert, access.Liaison, access.Unit} {
		if err := h.as(h.Actor(role), term+`version = version + 1`); err == nil {
			t.Errorf("%s writes terms", role)
		}
	}
}

// A list finds people by any part of their name; a row that was merged into another
// by what that one is called.
func TestSearch(t *testing.T) {
	h := open(t)
	h.recommend("李芳")
	h.recommend("𠮷田光")
	find := func(text string, want ...string) {
		t.Helper()
		got := h.names(h.staff, team.ExpertFilter{State: team.Everything, Text: text})
		if !slices.Equal(got, want) {
			t.Errorf("found by %q: %v, want %v", text, got, want)
		}
	}
	find("芳", "李芳")
	find("𠮷田", "𠮷田光")
	find("田光", "𠮷田光")
	find("李光")
	dbtest.Exec(t, h.admin, `
		DO $$
		DECLARE
			merged people := (SELECT p FROM people p WHERE name = '李芳');
			kept   bigint;
		BEGIN
			INSERT INTO people (street_id, name, key) VALUES (merged.street_id, '李芳婷', 'kept') RETURNING id INTO kept;
			SET LOCAL session_replication_role = replica;
			UPDATE people SET merged_into = kept WHERE id = merged.id;
			DELETE FROM people_grams WHERE person_id = merged.id;
		END $$`)
	find("芳婷", "李芳")
}

func (h *house) propose(name string, roles []string, communities ...int64) int64 {
	h.Helper()
	p := h.person(name)
	id, err := h.s.Propose(h.Context(), h.staff, team.Proposal{
		Key: fmt.Sprint("o-", h.n), Person: p, Roles: roles, Communities: communities, Proposer: "岗贝社区居委会", On: calendar.On(h.now),
	})
	h.must(err)
	return id
}

func (h *house) posts(id int64) (ids []int64) {
	h.Helper()
	r, err := h.s.Officer(h.Context(), h.staff, id)
	h.must(err)
	for _, p := range r.All {
		ids = append(ids, p.ID)
	}
	return ids
}

func (h *house) appoint(id int64) {
	h.Helper()
	h.must(h.s.Appoint(h.Context(), h.director, h.officerStep(id), h.posts(id), time.Time{}))
}

var both = []string{team.Liaison, team.Information}

func TestOfficersCountOnce(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.propose("𠮷田光", both, h.Community, h.SecondCommunity)
	cover := func() team.Coverage {
		c, err := h.s.Coverage(ctx, h.staff, 0, time.Time{})
		h.must(err)
		return c
	}
	if c := cover(); c.Persons != 0 || c.Gaps() != 4 {
		t.Errorf("before the appointment: %+v", c)
	}
	h.appoint(id)
	if c := cover(); c.Persons != 1 || c.Gaps() != 0 || len(c.Lines) != 2 {
		t.Errorf("after it: %+v", c)
	}
	c, err := h.s.OfficerChoices(ctx, h.staff, team.OfficerFilter{})
	h.must(err)
	if c.Count != 1 {
		t.Errorf("count = %d, want the person once", c.Count)
	}
	h.must(h.s.DismissOfficer(ctx, h.director, h.officerStep(id), h.posts(id)[:1], team.Leaving{On: today, Why: "request"}))
	if c := cover(); c.Persons != 1 || c.Gaps() != 1 {
		t.Errorf("with one post less: %+v", c)
	}
	teams, err := h.s.Teams(ctx, h.Actor(access.CityOffice))
	h.must(err)
	if len(teams) != 2 || teams[0].Officers != 1 || teams[0].Gaps != 1 || teams[1].Gaps != 2 {
		t.Errorf("teams = %+v", teams)
	}
	h.must(h.s.ProposeMore(ctx, h.staff, h.officerStep(id), team.Proposal{Roles: both, Communities: []int64{h.Community, h.SecondCommunity}, Proposer: "x", On: today}))
	if n := len(h.posts(id)); n != 5 {
		t.Errorf("%d posts, want the one that was free proposed again", n)
	}
}

func TestYearlyConfirmation(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	h.now = time.Date(2025, 11, 3, 10, 0, 0, 0, calendar.Zone)
	id := h.propose("李芳", both, h.Community)
	h.appoint(id)
	h.now = dbtest.Now
	fresh := h.propose("王芳", both, h.SecondCommunity)
	h.appoint(fresh)
	due := func() (ids []int64) {
		list, _, err := h.s.Officers(ctx, h.staff, team.OfficerFilter{Unconfirmed: true, Limit: 10})
		h.must(err)
		for _, l := range list {
			ids = append(ids, l.ID)
		}
		return ids
	}
	if got := due(); len(got) != 1 || got[0] != id {
		t.Errorf("due = %v, want who was in post when the year began", got)
	}
	if n, err := h.s.ConfirmAll(ctx, h.staff, []int64{id, fresh, 999}); err != nil || n != 2 {
		t.Errorf("confirmed %d posts, %v", n, err)
	}
	if got := due(); got != nil {
		t.Errorf("still due: %v", got)
	}
	h.now = h.now.AddDate(1, 0, 0)
	if got := due(); len(got) != 2 {
		t.Errorf("due in the next year: %v", got)
	}
}

func TestOfficerRulesHoldInTheDatabase(t *testing.T) {
	h := open(t)
	id := h.propose("李芳", both, h.Community)
	broken := func(err error, constraint string) {
		t.Helper()
		if !db.Violates(err, constraint) {
			t.Errorf("%v, want %s to refuse", err, constraint)
		}
	}
	appoint := fmt.Sprintf(`UPDATE officer_posts SET state = 'in_post', appointed_on = '2026-03-02', from_on = '2026-03-02', appointer_post_id = %d`, h.chair)
	broken(h.as(h.staff, `UPDATE officer_posts SET state = 'in_post'`), "officer_posts_appointed")
	broken(h.as(h.staff, appoint), "only_in_post") // staff appoint nobody
	broken(h.as(h.Actor(access.Director), appoint), "only_in_post")
	broken(h.as(h.staff, fmt.Sprintf(`INSERT INTO officer_confirmations (street_id, post_id, year, confirmed_on, confirmer)
		SELECT street_id, id, 2026, '2026-03-02', 'x' FROM officer_posts WHERE officer_id = %d`, id)), "officer_confirmations_in_post")
	h.appoint(id)
	broken(h.as(h.director, `UPDATE officer_posts SET from_on = '2026-04-01'`), "officer_posts_signed")
	broken(h.as(h.director, fmt.Sprintf(`INSERT INTO officer_posts (street_id, officer_id, role, community_id, proposed_on, proposer)
		SELECT street_id, officer_id, role, community_id, proposed_on, proposer FROM officer_posts WHERE officer_id = %d`, id)), "")
}

// Another street sees nothing, and neither does somebody else's account.
func TestAnotherStreetSeesNothing(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	expert, officer := h.engage("李芳"), h.propose("王芳", both, h.Community)
	h.appoint(officer)
	self := h.Actor(access.InfoOfficer)
	dbtest.Exec(t, h.admin, `UPDATE people SET user_id = $1 WHERE name = '王芳'`, self.UserID)
	if r, err := h.s.Officer(ctx, self, officer); err != nil || len(r.All) != 2 {
		t.Errorf("own record = %+v, %v", r, err)
	}
	for _, a := range []access.Actor{
		h.Other(access.Staff), h.Other(access.Director), h.Other(access.PartyReader), h.Far(access.CityOffice), h.Other(access.Expert), h.Other(access.Liaison),
		h.Actor(access.Liaison), h.Actor(access.Expert),
	} {
		if a.May(access.ViewExperts) {
			if got := h.names(a, team.ExpertFilter{State: team.Everything}); got != nil {
				t.Errorf("%s sees %v", a.Role, got)
			}
			if _, err := h.s.Expert(ctx, a, expert); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s opens the expert: %v", a.Role, err)
			}
		}
		if a.May(access.ViewOfficers) {
			if list, _, err := h.s.Officers(ctx, a, team.OfficerFilter{State: team.Everything, Limit: 10}); err != nil || len(list) != 0 {
				t.Errorf("%s sees %v, %v", a.Role, list, err)
			}
			if _, err := h.s.Officer(ctx, a, officer); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s opens the officer: %v", a.Role, err)
			}
		}
	}
	if err := h.s.Dismiss(ctx, h.Other(access.Director), h.step(expert), team.Dismissal{On: today, Why: "moved"}); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street's director dismisses: %v", err)
	}
	if _, err := h.s.Coverage(ctx, h.Far(access.CityOffice), h.Street, time.Time{}); !errors.Is(err, fault.NotFound) {
		t.Errorf("another city reads the coverage: %v", err)
	}
}
