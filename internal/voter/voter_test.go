package voter_test

import (
	"errors"
	"fmt"
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
	"portal/internal/procedure"
	"portal/internal/secret"
	"portal/internal/voter"
)

type house struct {
	*testing.T
	*dbtest.World
	db       *db.DB
	admin    *pgxpool.Pool
	s        *voter.Store
	now      time.Time
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
	h.s = voter.NewStore(d, person.NewStore(d, keys, clock), clock)
	h.staff, h.director = h.Actor(access.Staff), h.Actor(access.Director)
	h.chair = dbtest.InPost(t, admin, h.Street, committee.Director, "黄振邦", &h.director, "2020-01-01")
	for i := range 4 {
		dbtest.InPost(t, admin, h.Street, committee.Member, fmt.Sprint("委员", i), nil, "2020-01-01")
	}
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) key() string { h.n++; return fmt.Sprint("k", h.n) }

// step is the selection as it stands.
func (h *house) step(id int64) voter.Step {
	return voter.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM selections WHERE id = $1`, id)}
}

func (h *house) plan() voter.PlanNew {
	return voter.PlanNew{
		Key: h.key(), Term: "第一届", From: calendar.Day(2026, 3, 1),
		Districts: []voter.DistrictNew{{"第一选区", "岗贝社区", 2}, {"第二选区", "花园新村社区", 1}},
		Targets:   map[string]int{"women": 30, "non_hukou": 20},
	}
}

// opened is a selection that takes recommendations.
func (h *house) opened() (id int64) {
	h.Helper()
	id, err := h.s.OpenSelection(h.Context(), h.staff, h.plan())
	h.must(err)
	h.must(h.s.Open(h.Context(), h.staff, h.step(id)))
	return id
}

// districts are those in which the selection fills seats.
func (h *house) districts(id int64) []int64 {
	h.Helper()
	return dbtest.Scan[[]int64](h, h.admin, `SELECT array_agg(district_id ORDER BY district_id) FROM selection_districts WHERE selection_id = $1`, id)
}

func (h *house) candidate(name string, district int64) voter.CandidateNew {
	return voter.CandidateNew{
		Key: h.key(), DistrictID: district, Person: person.New{Name: name, Sex: "female", Born: 1985, Work: "社区网格员", Phone: fmt.Sprintf("1370000%04d", h.n)},
		RecommendedBy: "organisation", Recommender: "社区党委", Standing: "voter", Hukou: true, Occupation: "community",
	}
}

// recommend recommends people in a district and returns the candidates.
func (h *house) recommend(id, district int64, names ...string) (list []int64) {
	h.Helper()
	for _, n := range names {
		h.must(h.s.Recommend(h.Context(), h.staff, h.step(id), h.candidate(n, district)))
		list = append(list, dbtest.Scan[int64](h, h.admin, `SELECT max(id) FROM selection_candidates WHERE selection_id = $1`, id))
	}
	return list
}

func (h *house) vet(id int64) {
	h.Helper()
	h.must(h.s.Vet(h.Context(), h.staff, h.step(id)))
	all := dbtest.Scan[[]int64](h, h.admin, `SELECT array_agg(id) FROM selection_candidates WHERE selection_id = $1 AND dropped_why = ''`, id)
	h.must(h.s.RecordReview(h.Context(), h.staff, h.step(id), voter.Review{Candidates: all, Adult: true, Standing: true, Clear: true, Organs: "纪检监察、公安"}))
}

// publish runs the whole publicity.
func (h *house) publish(id int64) {
	h.Helper()
	h.must(h.s.Publish(h.Context(), h.staff, h.step(id)))
	h.now = h.now.AddDate(0, 0, 8)
	h.must(h.s.EndPublicity(h.Context(), h.staff, h.step(id)))
}

func (h *house) result(id, district int64, present int, votes map[int64]int) {
	h.Helper()
	h.must(h.s.RecordResult(h.Context(), h.staff, h.step(id), voter.Result{
		DistrictID: district, HeldOn: calendar.On(h.now), Place: "社区会议室", Due: 40, Present: present, Votes: votes,
	}))
}

func (h *house) confirmation() voter.Confirmation {
	return voter.Confirmation{MetOn: calendar.On(h.now), Chair: h.chair, Present: 4, For: 3}
}

// submitted is a general selection with results, before the directors' meeting.
func (h *house) submitted() (id int64) {
	h.Helper()
	id = h.opened()
	d := h.districts(id)
	first, second := h.recommend(id, d[0], "𠮷田光", "李䶮", "王芳"), h.recommend(id, d[1], "陈㛃")
	h.vet(id)
	h.publish(id)
	h.result(id, d[0], 30, map[int64]int{first[0]: 28, first[1]: 20, first[2]: 12})
	h.result(id, d[1], 25, map[int64]int{second[0]: 20})
	h.must(h.s.Submit(h.Context(), h.staff, h.step(id)))
	return id
}

// selected is a general selection that has been announced.
func (h *house) selected() (id int64) {
	h.Helper()
	id = h.submitted()
	h.must(h.s.Confirm(h.Context(), h.director, h.step(id), h.confirmation()))
	h.must(h.s.Announce(h.Context(), h.director, h.step(id)))
	return id
}

func (h *house) inOffice() int {
	h.Helper()
	list, _, err := h.s.Representatives(h.Context(), h.staff, voter.Filter{Limit: 100})
	h.must(err)
	return len(list)
}

func (h *house) state(id int64) procedure.State {
	return procedure.State(dbtest.Scan[string](h, h.admin, `SELECT state FROM selections WHERE id = $1`, id))
}

func complaint(err error, field string) bool {
	var bad fault.Fields
	return errors.As(err, &bad) && bad.For(field) != ""
}

// From the quota plan to the certificates.
func TestSelection(t *testing.T) {
	h := open(t)
	id := h.submitted()
	if got := h.inOffice(); got != 0 {
		t.Errorf("before the confirmation %d are in office", got)
	}
	h.must(h.s.Confirm(t.Context(), h.director, h.step(id), h.confirmation()))
	r, err := h.s.Record(t.Context(), h.staff, id)
	h.must(err)
	if len(r.Representatives) != 3 || r.State != voter.Confirmed || *r.MetDue != 5 || r.Chair != "黄振邦" {
		t.Errorf("record = %+v", r.Selection)
	}
	for _, l := range r.Representatives {
		if !l.Since.Equal(calendar.On(h.now)) || !l.UntilOn.Equal(calendar.Day(2031, 2, 28)) || l.AnnouncedOn != nil {
			t.Errorf("in office: %+v", l)
		}
	}
	if list, _, err := h.s.Known(t.Context(), voter.KnownFilter{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("residents see %v, %v before the announcement", list, err)
	}
	h.must(h.s.Announce(t.Context(), h.director, h.step(id)))
	list, _, err := h.s.Known(t.Context(), voter.KnownFilter{Limit: 10})
	if err != nil || len(list) != 3 || list[0].Name != "𠮷田光" || list[0].District != "第一选区" {
		t.Errorf("residents see %+v, %v", list, err)
	}
	if err := h.s.Close(t.Context(), h.staff, h.step(id)); !complaint(err, "state") {
		t.Errorf("closed without certificates: %v", err)
	}
	var all []int64
	for _, l := range r.Representatives {
		all = append(all, l.ID)
	}
	h.must(h.s.HandOut(t.Context(), h.staff, h.step(id), all, calendar.On(h.now)))
	h.must(h.s.Close(t.Context(), h.staff, h.step(id)))
	if got := h.state(id); got != voter.Ended {
		t.Errorf("state = %s", got)
	}
	r, err = h.s.Record(t.Context(), h.staff, id)
	if err != nil || len(r.Timeline) != 17 {
		t.Errorf("timeline has %d entries, %v", len(r.Timeline), err)
	}
}

// Each move is the procedure's: from another state it is refused, and who has
// not its permission is, too.
func TestMovesInTheirStatesOnly(t *testing.T) {
	h := open(t)
	id := h.opened()
	moves := map[string]func(access.Actor, voter.Step) error{
		"opening": func(a access.Actor, st voter.Step) error { return h.s.Open(t.Context(), a, st) },
		"recommendation": func(a access.Actor, st voter.Step) error {
			return h.s.Recommend(t.Context(), a, st, h.candidate("甲", 1))
		},
		"vetting":    func(a access.Actor, st voter.Step) error { return h.s.Vet(t.Context(), a, st) },
		"review":     func(a access.Actor, st voter.Step) error { return h.s.RecordReview(t.Context(), a, st, voter.Review{}) },
		"withdrawal": func(a access.Actor, st voter.Step) error { return h.s.Withdraw(t.Context(), a, st, 0, "x") },
		"publicity":  func(a access.Actor, st voter.Step) error { return h.s.Publish(t.Context(), a, st) },
		"objection": func(a access.Actor, st voter.Step) error {
			return h.s.Object(t.Context(), a, st, voter.ObjectionNew{Key: h.key(), Content: "x"})
		},
		"objection-decision": func(a access.Actor, st voter.Step) error {
			return h.s.DecideObjection(t.Context(), a, st, 0, false, "x")
		},
		"publicity-end": func(a access.Actor, st voter.Step) error { return h.s.EndPublicity(t.Context(), a, st) },
		"result":        func(a access.Actor, st voter.Step) error { return h.s.RecordResult(t.Context(), a, st, voter.Result{}) },
		"runoff":        func(a access.Actor, st voter.Step) error { return h.s.RecordRunoff(t.Context(), a, st, 0, nil) },
		"submission":    func(a access.Actor, st voter.Step) error { return h.s.Submit(t.Context(), a, st) },
		"confirmation":  func(a access.Actor, st voter.Step) error { return h.s.Confirm(t.Context(), a, st, h.confirmation()) },
		"announcement":  func(a access.Actor, st voter.Step) error { return h.s.Announce(t.Context(), a, st) },
		"certificates":  func(a access.Actor, st voter.Step) error { return h.s.HandOut(t.Context(), a, st, nil, h.now) },
		"closure":       func(a access.Actor, st voter.Step) error { return h.s.Close(t.Context(), a, st) },
		"stop":          func(a access.Actor, st voter.Step) error { return h.s.Stop(t.Context(), a, st, "") },
	}
	if len(moves) != len(voter.Procedure.Moves) {
		t.Errorf("%d moves are tried, the procedure has %d", len(moves), len(voter.Procedure.Moves))
	}
	for _, m := range voter.Procedure.Moves {
		for _, info := range access.Roles {
			a := h.Actor(info.Role)
			if err := moves[m.Name](a, h.step(id)); a.May(m.Need) == errors.Is(err, fault.Forbidden) {
				t.Errorf("%s by %s: %v", m.Name, info.Role, err)
			}
		}
	}
	other := h.Other(access.Staff)
	if err := h.s.Vet(t.Context(), other, h.step(id)); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street's office moves it: %v", err)
	}
	if err := h.s.Vet(t.Context(), h.staff, voter.Step{ID: id, Version: 1}); !errors.Is(err, fault.Stale) {
		t.Errorf("a move on what was seen before: %v", err)
	}
	if got := h.state(id); got != voter.Recommending {
		t.Errorf("state = %s", got)
	}
}

// The clock of the publicity must have run, and objections be decided.
func TestPublicityRunsItsTime(t *testing.T) {
	h := open(t)
	id := h.opened()
	for i, d := range h.districts(id) {
		h.recommend(id, d, fmt.Sprint("人选", i), fmt.Sprint("候补", i))
	}
	h.vet(id)
	h.must(h.s.Publish(t.Context(), h.staff, h.step(id)))
	notices, err := h.s.Notices(t.Context(), 0)
	if err != nil || len(notices) != 1 || len(notices[0].Candidates) != 4 || !notices[0].DueOn.Equal(calendar.Day(2026, 3, 9)) {
		t.Fatalf("residents see %+v, %v", notices, err)
	}
	first := dbtest.Scan[int64](t, h.admin, `SELECT min(id) FROM selection_candidates`)
	h.must(h.s.Object(t.Context(), h.staff, h.step(id), voter.ObjectionNew{Key: h.key(), Candidate: first, Content: "不住在本选区"}))
	for now, want := range map[time.Time]bool{calendar.Day(2026, 3, 9).Add(2 * time.Hour): true, calendar.Day(2026, 3, 10).Add(2 * time.Hour): true} {
		h.now = now
		if err := h.s.EndPublicity(t.Context(), h.staff, h.step(id)); complaint(err, "state") != want {
			t.Errorf("ended on %s with an objection: %v", now, err)
		}
	}
	objection := dbtest.Scan[int64](t, h.admin, `SELECT id FROM selection_objections`)
	h.must(h.s.DecideObjection(t.Context(), h.staff, h.step(id), objection, true, "核实不住在本选区"))
	h.now = calendar.Day(2026, 3, 9).Add(2 * time.Hour)
	if err := h.s.EndPublicity(t.Context(), h.staff, h.step(id)); !complaint(err, "state") {
		t.Errorf("ended on its last day: %v", err)
	}
	h.now = calendar.Day(2026, 3, 10).Add(2 * time.Hour)
	h.must(h.s.EndPublicity(t.Context(), h.staff, h.step(id)))
	r, err := h.s.Record(t.Context(), h.staff, id)
	if err != nil || len(r.Standing()) != 3 || !r.PublicityUntil.Equal(calendar.Day(2026, 3, 9)) {
		t.Errorf("%d stand, publicity until %v, %v", len(r.Standing()), r.PublicityUntil, err)
	}
	if notices, err := h.s.Notices(t.Context(), 0); err != nil || len(notices) != 0 {
		t.Errorf("after the publicity residents see %+v, %v", notices, err)
	}
	err = h.s.RecordResult(t.Context(), h.staff, h.step(id), voter.Result{DistrictID: r.Districts[1].ID, HeldOn: calendar.Day(2026, 3, 9), Due: 9, Present: 5, Votes: map[int64]int{
		r.Candidates[2].ID: 3, r.Candidates[3].ID: 2, first: 1,
	}})
	if !complaint(err, "held_on") && !complaint(err, fmt.Sprintf("votes-%d", r.Candidates[1].ID)) {
		t.Errorf("a meeting on the last day of the publicity: %v", err)
	}
}

func TestWhoFailsVettingDoesNotStand(t *testing.T) {
	h := open(t)
	id := h.opened()
	d := h.districts(id)
	list := h.recommend(id, d[0], "甲", "乙")
	young := h.candidate("丙", d[1])
	young.Person.Born = 2010
	h.must(h.s.Recommend(t.Context(), h.staff, h.step(id), young))
	h.must(h.s.Vet(t.Context(), h.staff, h.step(id)))
	third := dbtest.Scan[int64](t, h.admin, `SELECT max(id) FROM selection_candidates`)
	ok := voter.Review{Adult: true, Standing: true, Clear: true, Organs: "公安"}
	ok.Candidates = []int64{third}
	if err := h.s.RecordReview(t.Context(), h.staff, h.step(id), ok); !complaint(err, "age") {
		t.Errorf("a minor passed: %v", err)
	}
	bad := voter.Review{Candidates: []int64{list[0]}, Adult: true, Standing: true, Organs: "公安"}
	if err := h.s.RecordReview(t.Context(), h.staff, h.step(id), bad); !complaint(err, "note") {
		t.Errorf("failed without a reason: %v", err)
	}
	bad.Note = "正在被采取强制措施"
	h.must(h.s.RecordReview(t.Context(), h.staff, h.step(id), bad))
	ok.Candidates = []int64{list[1]}
	h.must(h.s.RecordReview(t.Context(), h.staff, h.step(id), ok))
	if err := h.s.Publish(t.Context(), h.staff, h.step(id)); err == nil {
		t.Error("published before all are vetted")
	}
	bad.Candidates, bad.Note = []int64{third}, "未满十八周岁"
	h.must(h.s.RecordReview(t.Context(), h.staff, h.step(id), bad))
	if err := h.s.Publish(t.Context(), h.staff, h.step(id)); !complaint(err, "state") {
		t.Errorf("published with a district without candidates: %v", err)
	}
}

// The directors' meeting decides by more than half of all in post, under who is
// in post.
func TestConfirmByMajorityOfAll(t *testing.T) {
	h := open(t)
	id := h.submitted()
	for field, change := range map[string]func(*voter.Confirmation){
		"met_present": func(c *voter.Confirmation) { c.Present, c.For = 2, 2 },
		"met_for":     func(c *voter.Confirmation) { c.Present, c.For = 5, 2 },
		"met_on":      func(c *voter.Confirmation) { c.MetOn = c.MetOn.AddDate(0, 0, 1) },
		"chair":       func(c *voter.Confirmation) { c.Chair = 0 },
	} {
		c := h.confirmation()
		change(&c)
		err := h.s.Confirm(t.Context(), h.director, h.step(id), c)
		if !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	late := h.confirmation()
	late.MetOn = calendar.Day(2026, 3, 9) // the last day of the publicity
	if err := h.s.Confirm(t.Context(), h.director, h.step(id), late); !complaint(err, "met_on") {
		t.Errorf("before the publicity ended: %v", err)
	}
	if h.state(id) != voter.Confirming || h.inOffice() != 0 {
		t.Error("something was confirmed")
	}
	h.must(h.s.Confirm(t.Context(), h.director, h.step(id), h.confirmation()))
	unknown := h.Actor(access.Director)
	if err := h.s.Announce(t.Context(), unknown, h.step(id)); !complaint(err, "") {
		t.Errorf("signed by who is not in post: %v", err)
	}
}

func TestRunoff(t *testing.T) {
	h := open(t)
	id := h.opened()
	d := h.districts(id)
	first, second := h.recommend(id, d[0], "甲", "乙", "丙"), h.recommend(id, d[1], "丁")
	h.vet(id)
	h.publish(id)
	h.result(id, d[0], 30, map[int64]int{first[0]: 28, first[1]: 16, first[2]: 16})
	h.result(id, d[1], 30, map[int64]int{second[0]: 30})
	if err := h.s.Submit(t.Context(), h.staff, h.step(id)); !complaint(err, "state") {
		t.Errorf("submitted with a tie: %v", err)
	}
	h.must(h.s.RecordRunoff(t.Context(), h.staff, h.step(id), d[0], map[int64]int{first[1]: 12, first[2]: 18}))
	h.must(h.s.Submit(t.Context(), h.staff, h.step(id)))
	got := dbtest.Scan[[]int64](t, h.admin, `SELECT array_agg(id ORDER BY place) FROM selection_candidates WHERE district_id = $1 AND place IS NOT NULL`, d[0])
	if len(got) != 2 || got[0] != first[0] || got[1] != first[2] {
		t.Errorf("selected %v of %v", got, first)
	}
}
