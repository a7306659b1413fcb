package training_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
	"portal/internal/training"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *training.Store
	now   time.Time
	n     int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	clock := func() time.Time { return h.now }
	h.s = training.NewStore(d, file.NewStore(d, clock), clock)
	return h
}

func (h *house) plan() training.Plan {
	h.n++
	return training.Plan{
		Key: fmt.Sprint("k", h.n), Title: "预算监督培训", Theme: "看懂部门预算表", Teacher: "王教授", HeldOn: calendar.Day(2026, 3, 2), StartsAt: "09:00",
		Tenths: 25, Place: "三楼会议室", Audience: []string{"deputy", "voter"}, PassMark: 60,
	}
}

func (h *house) deputy(name string) int64 {
	h.Helper()
	h.n++
	return dbtest.Scan[int64](h, h.admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '东城第一选区', '市十七届', 'law', '2021-12-01', $3) RETURNING id`, h.Street, name, fmt.Sprint("d", h.n))
}

func (h *house) person(street int64, name string, user int64) int64 {
	h.Helper()
	h.n++
	return dbtest.Scan[int64](h, h.admin, `INSERT INTO people (street_id, name, user_id, key) VALUES ($1, $2, nullif($3::bigint, 0), $4) RETURNING id`, street, name, user, fmt.Sprint("p", h.n))
}

func (h *house) step(id int64) training.Step {
	h.Helper()
	return training.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM trainings WHERE id = $1`, id)}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) planned() int64 {
	h.Helper()
	id, err := h.s.Plan(h.Context(), h.Actor(access.Staff), 0, h.plan())
	h.must(err)
	return id
}

// begun is a training on whose list are a deputy and a voter representative, both
// with an account, and that has begun.
func (h *house) begun() (id int64, deputy, voter access.Actor) {
	h.Helper()
	ctx, staff := h.Context(), h.Actor(access.Staff)
	id = h.planned()
	deputy, voter = h.Actor(access.Deputy), h.Actor(access.VoterRep)
	deputy.DeputyID = h.deputy("陈某")
	h.person(h.Street, "李䶮", voter.UserID)
	h.must(h.s.List(ctx, staff, h.step(id), []string{"deputy"}))
	h.must(h.s.Add(ctx, staff, h.step(id), training.Attendee{Team: "voter", Name: "李䶮"}))
	h.must(h.s.Ask(ctx, staff, h.step(id), questions))
	h.must(h.s.Notify(ctx, staff, h.step(id)))
	h.must(h.s.Open(ctx, staff, h.step(id)))
	return id, deputy, voter
}

var questions = []training.Question{{"预算由谁批准？", []string{"工委", "市人民代表大会"}, 2}, {"多久答复？", []string{"三个月", "一年"}, 1}}

func (h *house) code(id int64) string {
	h.Helper()
	r, err := h.s.Record(h.Context(), h.Actor(access.Staff), id)
	h.must(err)
	if len(r.Code) != 6 {
		h.Fatalf("code = %q", r.Code)
	}
	return r.Code
}

func TestStory(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id, deputy, voter := h.begun()
	if r, err := h.s.Record(ctx, voter, id); err != nil || len(r.Participants) != 1 || r.Own == nil || r.Code != "" || len(r.Asked) != 2 || r.Asked[0].Answer != 0 {
		t.Errorf("who is to come reads %+v, %v", r, err)
	}
	if _, _, err := h.s.Answer(ctx, voter, id, []int{2, 1}); !errors.As(err, &fault.Fields{}) {
		t.Errorf("tested before signing in: %v", err)
	}
	h.must(h.s.SignIn(ctx, voter, id, h.code(id)))
	if score, passed, err := h.s.Answer(ctx, voter, id, []int{1, 1}); err != nil || score != 50 || passed {
		t.Errorf("half right = %d, %v, %v", score, passed, err)
	}
	if score, passed, err := h.s.Answer(ctx, voter, id, []int{2, 1}); err != nil || score != 100 || !passed {
		t.Errorf("all right = %d, %v, %v", score, passed, err)
	}
	if _, _, err := h.s.Answer(ctx, voter, id, []int{2, 1}); !errors.As(err, &fault.Fields{}) {
		t.Errorf("tested after passing: %v", err)
	}
	r, err := h.s.Record(ctx, staff, id)
	h.must(err)
	h.must(h.s.Attend(ctx, staff, h.step(id), []int64{r.Participants[0].ID}))
	h.must(h.s.Score(ctx, staff, h.step(id), r.Participants[0].ID, 55))
	h.must(h.s.Close(ctx, staff, h.step(id), "效果好"))
	hours, err := h.s.Hours(ctx, h.Actor(access.Director), 0, calendar.Day(2026, 1, 1), calendar.Day(2026, 12, 31), false)
	h.must(err)
	want := []training.TeamHours{{"deputy", 1, 1, 1, 25}, {"voter", 1, 1, 1, 25}}
	if diff := cmp.Diff(want, hours.Teams); diff != "" || len(hours.People) != 2 || hours.People[0].Passed+hours.People[1].Passed != 1 {
		t.Errorf("hours: %s %+v", diff, hours.People)
	}
	p, err := h.s.Person(ctx, deputy, 0)
	if err != nil || p.Tenths != 25 || len(p.Lines) != 1 || *p.Lines[0].Score != 55 || p.Lines[0].Passed {
		t.Errorf("the deputy's own training = %+v, %v", p, err)
	}
	if p, err := h.s.Person(ctx, staff, dbtest.Scan[int64](t, h.admin, `SELECT person_id FROM deputies WHERE id = $1`, deputy.DeputyID)); err != nil || p.Name != "陈某" || p.Tenths != 25 {
		t.Errorf("the deputy's training = %+v, %v", p, err)
	}
	// Nothing of it changes any more, not even by SQL as the office.
	for _, sql := range []string{
		`UPDATE trainings SET hours = 9`, `UPDATE training_participants SET signed_at = NULL, signed_way = ''`, `DELETE FROM training_participants`,
		`DELETE FROM training_questions`, `INSERT INTO training_tests (street_id, training_id, participant_id, way, score, entered_by) SELECT street_id, training_id, id, 'desk', 100, 1 FROM training_participants`,
		`UPDATE training_tests SET score = 100`,
	} {
		if err := h.db.Write(ctx, staff, func(tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{}); return err }); err == nil {
			t.Errorf("a closed training was changed: %s", sql)
		}
	}
}

// Who reads a training reads under which clause it was held.
func TestClauses(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id, _, voter := h.begun()
	_, err := h.admin.Exec(ctx, fmt.Sprintf(`
		BEGIN;
		SET LOCAL session_replication_role = replica;
		INSERT INTO institutions (city_id, tier, title, opened, published, key) SELECT city_id, '1', '街道人大工作办法', true, true, 'k' FROM streets WHERE id = %d;
		INSERT INTO clause_links (street_id, of_street_id, institution_id, number, suffix, kind, subject_id, title, acted_on, linked_by, linker)
		SELECT %[1]d, 0, i.id, 6, 1, 'training', %[2]d, '预算监督培训', '2026-03-02', 1, 'x' FROM institutions i;
		COMMIT`, h.Street, id))
	h.must(err)
	for _, actor := range []access.Actor{staff, voter} {
		r, err := h.s.Record(ctx, actor, id)
		if err != nil || len(r.Clauses) != 1 || r.Clauses[0].Name() != "《街道人大工作办法》第六条之一" {
			t.Errorf("%s: the clauses are %+v, %v", actor.Role, r.Clauses, err)
		}
	}
}

// The right code signs one's own person in and nobody else; five wrong ones lock.
func TestSignIn(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id, deputy, voter := h.begun()
	code := h.code(id)
	wrong := "000000"
	if code == wrong {
		wrong = "111111"
	}
	for range 5 {
		if err := h.s.SignIn(ctx, deputy, id, wrong); !errors.As(err, &fault.Fields{}) {
			t.Errorf("a wrong code: %v", err)
		}
	}
	if err := h.s.SignIn(ctx, deputy, id, code); !errors.As(err, &fault.Fields{}) {
		t.Errorf("the right code after five wrong ones: %v", err)
	}
	stranger := h.Actor(access.Expert)
	if err := h.s.SignIn(ctx, stranger, id, code); !errors.Is(err, fault.NotFound) {
		t.Errorf("who is not on the list: %v", err)
	}
	h.must(h.s.SignIn(ctx, voter, id, code))
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM training_participants WHERE signed_at IS NOT NULL`); n != 1 {
		t.Errorf("%d signed in, want 1", n)
	}
	// By SQL nobody signs in, tests another, reads the code or the answers.
	for _, sql := range []string{
		`UPDATE training_participants SET signed_at = now(), signed_way = 'code'`, `SELECT code FROM training_codes`, `SELECT answer FROM training_answers`,
		`UPDATE trainings SET state = 'closed', closed_at = now()`,
	} {
		var n int64
		err := h.db.Write(ctx, deputy, func(tx db.Tx) (err error) { n, err = db.Exec(ctx, tx, sql, db.Args{}); return err })
		if err == nil && n > 0 {
			t.Errorf("a participant may %s", sql)
		}
	}
	for _, a := range []access.Actor{deputy, stranger, h.Other(access.VoterRep)} {
		err := h.db.Write(ctx, a, func(tx db.Tx) error {
			_, err := db.Exec(ctx, tx, `
				INSERT INTO training_tests (street_id, training_id, participant_id, way, chosen, entered_by)
				SELECT @street, @id, @participant, 'portal', ARRAY [2, 1], 1`, db.Args{
				"street": h.Street, "id": id,
				"participant": dbtest.Scan[int64](t, h.admin, `SELECT id FROM training_participants WHERE signed_at IS NOT NULL`),
			})
			return err
		})
		if !db.Refused(err) {
			t.Errorf("%s takes the test of another: %v", a.Role, err)
		}
	}
}

// Every move of the table starts only from its states.
func TestProcedure(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	makes := map[string]func(step training.Step) error{
		"listing": func(s training.Step) error { return h.s.List(ctx, staff, s, []string{"deputy"}) },
		"attendee": func(s training.Step) error {
			return h.s.Add(ctx, staff, s, training.Attendee{Team: "deputy", Name: "陈某"})
		},
		"questions": func(s training.Step) error { return h.s.Ask(ctx, staff, s, questions) },
		"notice":    func(s training.Step) error { return h.s.Notify(ctx, staff, s) },
		"opening":   func(s training.Step) error { return h.s.Open(ctx, staff, s) },
		"attendance": func(s training.Step) error {
			return h.s.Attend(ctx, staff, s, dbtest.Scan[[]int64](t, h.admin, `SELECT coalesce(array_agg(id), '{}') FROM training_participants WHERE training_id = $1`, s.ID))
		},
		"closure":      func(s training.Step) error { return h.s.Close(ctx, staff, s, "") },
		"cancellation": func(s training.Step) error { return h.s.Cancel(ctx, staff, s, "讲师生病") },
	}
	h.deputy("陈某")
	ways := map[procedure.State][]string{
		training.Planned: nil, training.Notified: {"listing", "notice"}, training.Held: {"listing", "notice", "opening"},
		training.Closed: {"listing", "notice", "opening", "attendance", "closure"}, training.Cancelled: {"cancellation"},
	}
	for _, st := range training.Procedure.States {
		for name, do := range makes {
			id := h.planned()
			for _, w := range ways[st.State] {
				h.must(makes[w](h.step(id)))
			}
			err := do(h.step(id))
			var bad fault.Fields
			if !training.Procedure.Allows(name, st.State) {
				if !errors.As(err, &bad) || bad.For("state") == "" {
					t.Errorf("%s from %s: %v, want a complaint about the state", name, st.State, err)
				}
				continue
			}
			if err != nil && !errors.As(err, &bad) { // a list that is empty, or full
				t.Errorf("%s from %s: %v", name, st.State, err)
			}
		}
	}
}

func TestRules(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	id := h.planned()
	if err := h.s.Notify(ctx, staff, h.step(id)); !errors.As(err, &fault.Fields{}) {
		t.Errorf("nobody was told: %v", err)
	}
	h.deputy("陈某")
	h.must(h.s.List(ctx, staff, h.step(id), []string{"deputy", "member", "voter"}))
	p := h.plan()
	p.HeldOn = calendar.Day(2026, 3, 3)
	h.must(h.s.Revise(ctx, staff, h.step(id), p))
	h.must(h.s.Notify(ctx, staff, h.step(id)))
	if err := h.s.Open(ctx, staff, h.step(id)); !errors.As(err, &fault.Fields{}) {
		t.Errorf("begun before its day: %v", err)
	}
	if err := h.s.Notify(ctx, staff, training.Step{ID: id, Version: 1}); !errors.Is(err, fault.Stale) {
		t.Errorf("a stale move: %v", err)
	}
	h.now = h.now.AddDate(0, 0, 1)
	h.must(h.s.Open(ctx, staff, h.step(id)))
	if err := h.s.Close(ctx, staff, h.step(id), ""); !errors.As(err, &fault.Fields{}) {
		t.Errorf("closed with nobody there: %v", err)
	}
	key := h.plan()
	first, err := h.s.Plan(ctx, staff, 0, key)
	h.must(err)
	if again, err := h.s.Plan(ctx, staff, 0, key); err != nil || again != first {
		t.Errorf("the same form again = %d, %v, want %d", again, err, first)
	}
	for name, change := range map[string]func(p *training.Plan){
		"hours": func(p *training.Plan) { p.Tenths = 0 }, "audience": func(p *training.Plan) { p.Audience = []string{"x"} }, "pass_mark": func(p *training.Plan) { p.PassMark = 101 },
	} {
		p := h.plan()
		change(&p)
		var bad fault.Fields
		if _, err := h.s.Plan(ctx, staff, 0, p); !errors.As(err, &bad) || bad.For(name) == "" {
			t.Errorf("a plan with bad %s: %v", name, err)
		}
	}
}

func TestOtherStreet(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id, _, _ := h.begun()
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityOffice), h.Other(access.VoterRep), h.Actor(access.Expert)} {
		if _, err := h.s.Record(ctx, a, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s reads the training: %v", a.Role, err)
		}
		if l, err := h.s.Trainings(ctx, a, training.Filter{StreetID: h.Street, Limit: 9}); err != nil || len(l.Lines)+l.Count != 0 {
			t.Errorf("%s lists %v, %v", a.Role, l.Lines, err)
		}
	}
	for name, err := range map[string]error{
		"close":  h.s.Close(ctx, h.Other(access.Staff), h.step(id), ""),
		"revise": h.s.Revise(ctx, h.Other(access.Staff), h.step(id), h.plan()),
		"sign":   h.s.SignIn(ctx, h.Other(access.VoterRep), id, "000000"),
	} {
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("%s from another street: %v", name, err)
		}
	}
	if hours, err := h.s.Hours(ctx, h.Other(access.Director), h.Street, calendar.Day(2026, 1, 1), calendar.Day(2026, 12, 31), true); err != nil || len(hours.People) != 0 {
		t.Errorf("another street's hours = %+v, %v", hours, err)
	}
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		_, err := h.s.Plan(ctx, a, h.Street, h.plan())
		if may := info.Role == access.Staff; may != (err == nil) {
			t.Errorf("%s plans: %v", info.Role, err)
		}
	}
}

func TestParseQuestions(t *testing.T) {
	typed := "预算由谁批准？\nA. 工委\n*B. 市人民代表大会\n\n多久答复？\n＊Ａ、三个月\nＢ、一年"
	got, err := training.ParseQuestions(typed)
	if diff := cmp.Diff(questions, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if again, err := training.ParseQuestions(training.WriteQuestions(got)); err != nil || !cmp.Equal(again, got) {
		t.Errorf("written and read again: %v, %v", again, err)
	}
	for _, bad := range []string{"题\nA. 一\nB. 二", "题\n*A. 一", "*A. 一\nB. 二", "题\n*A. 一\n*B. 二", "题\n*A. 一\n乱写\nB. 二"} {
		if q, err := training.ParseQuestions(bad); !errors.As(err, &fault.Fields{}) {
			t.Errorf("%q = %v, %v", bad, q, err)
		}
	}
	if q, err := training.ParseQuestions(" \n"); err != nil || len(q) != 0 {
		t.Errorf("nothing = %v, %v", q, err)
	}
}
