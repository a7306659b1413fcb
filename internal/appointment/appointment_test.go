package appointment_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/person"
	"portal/internal/procedure"
	"portal/internal/secret"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *appointment.Store
	now   time.Time
	n     int

	staff, city access.Actor
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	clock := func() time.Time { return h.now }
	h.s = appointment.NewStore(d, person.NewStore(d, keys, clock), file.NewStore(d, clock), clock)
	h.staff, h.city = h.Actor(access.Staff), h.Actor(access.CityDeputy)
	return h
}

func (h *house) today() time.Time { return calendar.On(h.now) }

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func complaint(err error, field string) bool {
	var bad fault.Fields
	return errors.As(err, &bad) && bad.For(field) != ""
}

func paper(name string) []file.Upload {
	content := []byte("任免材料：" + name)
	return []file.Upload{{Name: name + ".txt", Size: int64(len(content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}}
}

// step is the file as it is now.
func (h *house) step(id int64) appointment.Step {
	h.Helper()
	return appointment.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM appointments WHERE id = $1`, id)}
}

func (h *house) state(id int64) procedure.State {
	h.Helper()
	return procedure.State(dbtest.Scan[string](h, h.admin, `SELECT state FROM appointments WHERE id = $1`, id))
}

func (h *house) begin() int64 {
	h.Helper()
	h.n++
	id, err := h.s.Begin(h.Context(), h.staff, appointment.New{Key: fmt.Sprint("file", h.n), Title: "关于任命工委组成人员的议案", Ground: "工作需要"})
	h.must(err)
	return id
}

func (h *house) add(file int64, name, post string) int64 {
	h.Helper()
	h.n++
	id, err := h.s.Add(h.Context(), h.staff, h.step(file), appointment.NewAppointee{
		Key: fmt.Sprint("person", h.n), Act: appointment.Appoint, Post: post, Person: person.New{Name: name},
	})
	h.must(err)
	return id
}

func (h *house) end(file, term int64, act string) int64 {
	h.Helper()
	id, err := h.s.Add(h.Context(), h.staff, h.step(file), appointment.NewAppointee{Key: "x", Act: act, TermID: term})
	h.must(err)
	return id
}

func (h *house) papers(file int64, people ...int64) {
	h.Helper()
	h.must(h.s.Attach(h.Context(), h.staff, h.step(file), appointment.Paper{Kind: appointment.Motion}, "files", paper("任免案")))
	for _, p := range people {
		for _, kind := range []string{appointment.Form, appointment.Review} {
			h.must(h.s.Attach(h.Context(), h.staff, h.step(file), appointment.Paper{Kind: kind, Appointee: p}, "files", paper(kind)))
		}
	}
}

// toVote brings a file with its papers before the vote.
func (h *house) toVote(file int64) {
	h.Helper()
	ctx := h.Context()
	h.must(h.s.Submit(ctx, h.staff, h.step(file), appointment.Submission{SignedBy: "李主任", SessionOn: calendar.AddDays(h.now, 12)}))
	h.must(h.s.Table(ctx, h.city, h.step(file), appointment.Tabling{On: h.today(), Session: "第三十次会议", SessionOn: calendar.AddDays(h.now, 12)}))
	h.must(h.s.Deliberate(ctx, h.city, h.step(file), h.today(), "王部长"))
}

// votes gives everybody in the file so many votes for, of 60 members of whom 50
// are present.
func (h *house) votes(votesFor int, people ...int64) appointment.Result {
	r := appointment.Result{On: h.today(), Total: 60, Present: 50, Counts: map[int64]appointment.Count{}}
	for _, p := range people {
		r.Counts[p] = appointment.Count{For: votesFor, Against: 50 - votesFor}
	}
	return r
}

// appoint appoints somebody through all steps and returns the term.
func (h *house) appoint(name, post string) (file, term int64) {
	h.Helper()
	file = h.begin()
	p := h.add(file, name, post)
	h.papers(file, p)
	h.toVote(file)
	h.must(h.s.Vote(h.Context(), h.city, h.step(file), h.votes(40, p)))
	h.must(h.s.Publish(h.Context(), h.city, h.step(file), h.today(), "常委会公告"))
	h.must(h.s.Certify(h.Context(), h.city, h.step(file), h.today(), "赵主任"))
	return file, dbtest.Scan[int64](h, h.admin, `SELECT id FROM posts WHERE appointee_id = $1`, p)
}

func (h *house) inPost() string {
	h.Helper()
	return dbtest.Scan[string](h, h.admin, `
		SELECT coalesce(string_agg(p.name || t.post || t.since || coalesce('–' || t.until_on || t.ended_why, '') || CASE WHEN t.published_on IS NULL THEN '?' ELSE '' END, ' ' ORDER BY t.id), '')
		FROM posts t JOIN people p ON p.id = t.person_id`)
}

func TestAppointmentFromPapersToCertificate(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.begin()
	director, member := h.add(id, "𠮷田光", committee.Director), h.add(id, "李䶮", committee.Member)
	if err := h.s.Submit(ctx, h.staff, h.step(id), appointment.Submission{SignedBy: "李主任", SessionOn: calendar.AddDays(h.now, 12)}); !complaint(err, "state") {
		t.Errorf("submitted without papers: %v", err)
	}
	h.papers(id, director, member)
	h.toVote(id)
	if got := h.inPost(); got != "" {
		t.Fatalf("in post before the vote: %s", got)
	}
	r := h.votes(30, director, member)
	r.Counts[director] = appointment.Count{For: 31, Against: 10, Abstained: 6, NotPressed: 3}
	h.must(h.s.Vote(ctx, h.city, h.step(id), r))
	// 30 of 60 is half and not more.
	if got := h.inPost(); h.state(id) != appointment.Passed || got != "𠮷田光director2026-03-02?" {
		t.Fatalf("after the vote %s: %s", h.state(id), got)
	}
	var seen []string
	h.must(h.db.Read(ctx, access.Resident(nil), db.Values(&seen, `SELECT name FROM people LIMIT 9`, db.Args{})))
	if len(seen) != 0 {
		t.Errorf("residents see %v before the publication", seen)
	}
	h.must(h.s.Publish(ctx, h.city, h.step(id), h.today(), "常委会公告〔2026〕5号"))
	h.must(h.db.Read(ctx, access.Resident(nil), db.Values(&seen, `SELECT name FROM people LIMIT 9`, db.Args{})))
	if fmt.Sprint(seen) != "[𠮷田光]" {
		t.Errorf("residents see %v, want who was appointed and nobody else", seen)
	}
	h.must(h.s.Certify(ctx, h.city, h.step(id), h.today(), "赵主任"))
	rec, err := h.s.Record(ctx, h.city, id)
	h.must(err)
	if rec.State != appointment.InPost || rec.Person(director).Certificate != "莞人常〔2026〕1号" || rec.Person(member).Certificate != "" || len(rec.Timeline) < 10 {
		t.Errorf("at the end %s, %d events, %+v", rec.State, len(rec.Timeline), rec.People)
	}
}

// The base of the vote is all members of the standing committee, and the sums
// must hold (GDA 20).
func TestVoteIsCounted(t *testing.T) {
	h := open(t)
	id := h.begin()
	p := h.add(id, "李明", committee.Member)
	h.papers(id, p)
	h.toVote(id)
	for _, c := range []struct {
		what string
		r    appointment.Result
	}{
		{"sums do not hold", appointment.Result{On: h.today(), Total: 60, Present: 50, Counts: map[int64]appointment.Count{p: {For: 40, Against: 9}}}},
		{"more present than members", appointment.Result{On: h.today(), Total: 60, Present: 61, Counts: map[int64]appointment.Count{p: {For: 61}}}},
		{"no quorum", appointment.Result{On: h.today(), Total: 60, Present: 30, Counts: map[int64]appointment.Count{p: {For: 30}}}},
		{"nobody is voted on", appointment.Result{On: h.today(), Total: 60, Present: 50}},
		{"tomorrow", appointment.Result{On: calendar.AddDays(h.now, 1), Total: 60, Present: 50, Counts: map[int64]appointment.Count{p: {For: 50}}}},
		{"before the deliberation", appointment.Result{On: calendar.AddDays(h.now, -1), Total: 60, Present: 50, Counts: map[int64]appointment.Count{p: {For: 50}}}},
	} {
		var bad fault.Fields
		if err := h.s.Vote(t.Context(), h.city, h.step(id), c.r); !errors.As(err, &bad) {
			t.Errorf("%s: %v, want a complaint", c.what, err)
		}
	}
	h.must(h.s.Vote(t.Context(), h.city, h.step(id), h.votes(30, p)))
	if h.state(id) != appointment.Failed || h.inPost() != "" {
		t.Errorf("with half of the votes: %s, in post %q", h.state(id), h.inPost())
	}
}

func TestPapersInTime(t *testing.T) {
	h := open(t)
	id := h.begin()
	h.papers(id, h.add(id, "李明", committee.Member))
	n := appointment.Submission{SignedBy: "李主任", SessionOn: calendar.AddDays(h.now, 9)}
	if err := h.s.Submit(t.Context(), h.staff, h.step(id), n); !complaint(err, "late_reason") {
		t.Errorf("nine days before the session: %v", err)
	}
	n.LateReason = "会议提前召开"
	h.must(h.s.Submit(t.Context(), h.staff, h.step(id), n))
}

func TestRemovalAndResignation(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	_, first := h.appoint("李明", committee.Director)
	_, second := h.appoint("王芳", committee.DeputyDirector)
	h.now = h.now.AddDate(0, 2, 0)
	// The director is removed and the deputy director takes the post, in one file.
	id := h.begin()
	out, gone := h.end(id, first, appointment.Remove), h.end(id, second, appointment.Resign)
	in, err := h.s.Add(ctx, h.staff, h.step(id), appointment.NewAppointee{Key: "k", Act: appointment.Appoint, Post: committee.Director, TermID: second})
	h.must(err)
	h.papers(id, out, gone, in)
	h.toVote(id)
	h.must(h.s.Vote(ctx, h.city, h.step(id), h.votes(40, out, gone, in)))
	want := "李明director2026-03-02–2026-05-02removed 王芳deputy_director2026-03-02–2026-05-02resigned 王芳director2026-05-02?"
	if got := h.inPost(); got != want {
		t.Errorf("in post %s, want %s", got, want)
	}
	h.must(h.s.Publish(ctx, h.city, h.step(id), h.today(), "公告"))
	if h.state(id) != appointment.Published {
		t.Errorf("state = %s", h.state(id))
	}
	// A removal by itself ends with its publication.
	h.now = h.now.AddDate(0, 0, 1)
	last := dbtest.Scan[int64](t, h.admin, `SELECT id FROM posts WHERE until_on IS NULL`)
	id = h.begin()
	p := h.end(id, last, appointment.Remove)
	h.papers(id, p)
	h.toVote(id)
	h.must(h.s.Vote(ctx, h.city, h.step(id), h.votes(40, p)))
	h.must(h.s.Publish(ctx, h.city, h.step(id), h.today(), "公告"))
	if h.state(id) != appointment.Concluded {
		t.Errorf("state = %s", h.state(id))
	}
}

// Two posts at once are refused when the vote would be carried out.
func TestOnePostAtATime(t *testing.T) {
	h := open(t)
	_, term := h.appoint("李明", committee.Director)
	h.now = h.now.AddDate(0, 0, 1)
	id := h.begin()
	p, err := h.s.Add(t.Context(), h.staff, h.step(id), appointment.NewAppointee{Key: "k", Act: appointment.Appoint, Post: committee.Member, TermID: term})
	h.must(err)
	q := h.add(id, "王芳", committee.Director)
	h.papers(id, p, q)
	h.toVote(id)
	if err := h.s.Vote(t.Context(), h.city, h.step(id), h.votes(40, p, q)); !complaint(err, "state") {
		t.Errorf("two posts at once, two directors at once: %v", err)
	}
	if h.state(id) != appointment.Deliberated {
		t.Errorf("state = %s", h.state(id))
	}
}

// Each step belongs to the street's people or to the city's: in the store, and in
// the database for whoever gets past it.
func TestEverybodyDoesTheirOwnSteps(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.begin()
	p := h.add(id, "李明", committee.Member)
	h.papers(id, p)
	n := appointment.Submission{SignedBy: "李主任", SessionOn: calendar.AddDays(h.now, 12)}
	steps := []struct {
		name string
		need access.Permission
		do   func(a access.Actor) error
		sql  string
	}{
		{
			"submission", access.SubmitAppointment,
			func(a access.Actor) error { return h.s.Submit(ctx, a, h.step(id), n) },
			`UPDATE appointments SET state = 'submitted', signed_by = 'x', submitted_on = '2026-03-02', session_on = '2026-04-02' WHERE id = @id`,
		},
		{
			"tabling", access.DecideAppointment,
			func(a access.Actor) error {
				return h.s.Table(ctx, a, h.step(id), appointment.Tabling{On: h.today(), Session: "第三十次会议", SessionOn: n.SessionOn})
			},
			`UPDATE appointments SET state = 'tabled', tabled_on = '2026-03-02', session = 'x' WHERE id = @id`,
		},
		{
			"deliberation", access.DecideAppointment,
			func(a access.Actor) error { return h.s.Deliberate(ctx, a, h.step(id), h.today(), "王部长") },
			`UPDATE appointments SET state = 'deliberated', deliberated_on = '2026-03-02', explained_by = 'x' WHERE id = @id`,
		},
		{
			"vote", access.DecideAppointment,
			func(a access.Actor) error { return h.s.Vote(ctx, a, h.step(id), h.votes(40, p)) },
			`WITH v AS (UPDATE appointees SET total = 1, present = 1, votes_for = 1, votes_against = 0, abstained = 0, not_pressed = 0 WHERE appointment_id = @id)
			 UPDATE appointments SET state = 'passed', voted_on = '2026-03-02' WHERE id = @id`,
		},
		{
			"publication", access.DecideAppointment,
			func(a access.Actor) error { return h.s.Publish(ctx, a, h.step(id), h.today(), "公告") },
			`UPDATE appointments SET state = 'published', published_on = '2026-03-02', notice = 'x' WHERE id = @id`,
		},
		{
			"certificate", access.DecideAppointment,
			func(a access.Actor) error { return h.s.Certify(ctx, a, h.step(id), h.today(), "赵主任") },
			`UPDATE appointments SET state = 'in_post', certified_on = '2026-03-02', signer = 'x' WHERE id = @id`,
		},
	}
	for _, s := range steps {
		var right access.Actor
		for _, info := range access.Roles {
			for _, a := range []access.Actor{h.Actor(info.Role), h.Other(info.Role), h.Far(info.Role)} {
				theirs := a.May(s.need) && (a.StreetID == h.Street || a.StreetID == 0 && a.CityID == h.City)
				if theirs {
					right = a
					continue
				}
				if err := s.do(a); !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.NotFound) {
					t.Errorf("%s by %s of street %d: %v", s.name, a.Role, a.StreetID, err)
				}
				var n int64
				err := h.db.Write(ctx, a, func(tx db.Tx) (err error) {
					n, err = db.Exec(ctx, tx, s.sql, db.Args{"id": id})
					return err
				})
				if n != 0 && err == nil {
					t.Errorf("%s by %s of street %d in SQL touched %d files", s.name, a.Role, a.StreetID, n)
				}
			}
		}
		h.must(s.do(right))
	}
	if h.state(id) != appointment.InPost {
		t.Errorf("state = %s", h.state(id))
	}
}

// Not even the city, in SQL, can leave out a step, type a result, or change what
// was voted on.
func TestNoStepIsLeftOut(t *testing.T) {
	h := open(t)
	id := h.begin()
	p := h.add(id, "李明", committee.Member)
	try := func(a access.Actor, sql string) error {
		return h.db.Write(t.Context(), a, func(tx db.Tx) error {
			_, err := db.Exec(t.Context(), tx, sql, db.Args{"id": id})
			return err
		})
	}
	refused := func(what string, err error, constraint string) {
		t.Helper()
		if !db.Violates(err, constraint) && !db.Refused(err) {
			t.Errorf("%s: %v, want %s", what, err, constraint)
		}
	}
	const pass = `UPDATE appointments SET state = 'passed', voted_on = '2026-03-02' WHERE id = @id`
	refused("begins as passed", try(h.staff, `INSERT INTO appointments (street_id, title, state, creator, key, created_at, modified_at)
		SELECT street_id, 'x', 'passed', 'x', 'x', now(), now() FROM appointments WHERE id = @id`), "")
	refused("passes at once", try(h.city, pass), "appointments_step")
	refused("types the result", try(h.city, `UPDATE appointees SET passed = true WHERE appointment_id = @id`), "")
	refused("submits without papers", try(h.staff, `UPDATE appointments SET state = 'submitted', signed_by = 'x', submitted_on = '2026-03-02', session_on = '2026-04-02' WHERE id = @id`), "appointments_papers")
	h.papers(id, p)
	h.toVote(id)
	refused("passes without votes", try(h.city, pass), "appointments_votes")
	refused("fails without votes", try(h.city, `UPDATE appointments SET state = 'failed', voted_on = '2026-03-02' WHERE id = @id`), "appointments_votes")
	refused("changes who it is about", try(h.city, `UPDATE appointees SET post = 'director' WHERE appointment_id = @id`), "appointees_fixed")
	refused("takes somebody out", try(h.staff, `DELETE FROM appointees WHERE appointment_id = @id`), "appointees_fixed")
	refused("adds somebody", try(h.staff, `INSERT INTO appointees (street_id, appointment_id, person_id, act, post, created_at)
		SELECT street_id, appointment_id, person_id, 'appoint', 'director', now() FROM appointees WHERE appointment_id = @id`), "appointees_fixed")
	refused("changes the title", try(h.city, `UPDATE appointments SET title = 'x' WHERE id = @id`), "appointments_step")
	refused("adds a paper", h.db.Write(t.Context(), h.staff, func(tx db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `
			INSERT INTO files (street_id, owner_kind, owner_id, name, media_type, size, sha256, content, creator, created_at)
			SELECT @street, 'appointment', @id, 'x', 'text/plain', 1, sha256('x'), 'x', 'x', now()`, db.Args{"street": h.Street, "id": id})
		return err
	}), "")
	h.must(h.s.Vote(t.Context(), h.city, h.step(id), h.votes(40, p)))
	refused("counts again", try(h.city, `UPDATE appointees SET votes_for = 50, votes_against = 0 WHERE appointment_id = @id`), "appointees_fixed")
	refused("goes back", try(h.city, `UPDATE appointments SET state = 'deliberated' WHERE id = @id`), "appointments_step")
}

// The vote of two files on one post at once brings one director.
func TestTwoDirectorsAtOnce(t *testing.T) {
	h := open(t)
	var files, people [8]int64
	for i := range files {
		files[i] = h.begin()
		people[i] = h.add(files[i], fmt.Sprint("候选", i), committee.Director)
		h.papers(files[i], people[i])
		h.toVote(files[i])
	}
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range files {
		step, votes := h.step(files[i]), h.votes(40, people[i])
		wg.Go(func() {
			err := h.s.Vote(t.Context(), h.city, step, votes)
			if err == nil {
				won.Add(1)
			} else if !complaint(err, "state") {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM posts`); won.Load() != 1 || n != 1 {
		t.Errorf("%d votes were carried out, %d directors", won.Load(), n)
	}
}

// Files are known to those who prepare and decide them, and to nobody else.
func TestWhoKnows(t *testing.T) {
	h := open(t)
	id := h.begin()
	p := h.add(id, "李明", committee.Member)
	h.papers(id, p)
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		rec, err := h.s.Record(t.Context(), a, id)
		if may := a.May(access.ViewAppointments); may != (err == nil) || may && len(rec.Papers) != 2 {
			t.Errorf("%s reads the file: %v, %d papers", info.Role, err, len(rec.Papers))
		}
		l, err := h.s.Files(t.Context(), a, appointment.Filter{Limit: 10})
		if may := a.May(access.ViewAppointments); may != (err == nil && len(l.Lines) == 1) {
			t.Errorf("%s lists %d files, %v", info.Role, len(l.Lines), err)
		}
		if !a.May(access.ViewAppointments) && info.Role != access.AuditAdmin {
			var events, papers int
			h.must(h.db.Read(t.Context(), a,
				db.Value(&events, `SELECT count(*) FROM audit_events WHERE kind LIKE 'appoint%'`, db.Args{}),
				db.Value(&papers, `SELECT count(*) FROM files`, db.Args{})))
			if events+papers != 0 {
				t.Errorf("%s sees %d events and %d papers in SQL", info.Role, events, papers)
			}
		}
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Other(access.Director), h.Far(access.CityDeputy), h.Far(access.Staff)} {
		if _, err := h.s.Record(t.Context(), a, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere reads the file: %v", a.Role, err)
		}
		if l, err := h.s.Files(t.Context(), a, appointment.Filter{Limit: 10}); err != nil || len(l.Lines) != 0 {
			t.Errorf("%s of elsewhere lists %d files, %v", a.Role, len(l.Lines), err)
		}
	}
}

func TestReturnWithdrawTakeOut(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.begin()
	p, q := h.add(id, "李明", committee.Member), h.add(id, "王芳", committee.Member)
	h.papers(id, p)
	h.must(h.s.TakeOut(ctx, h.staff, h.step(id), q))
	n := appointment.Submission{SignedBy: "李主任", SessionOn: calendar.AddDays(h.now, 12)}
	h.must(h.s.Submit(ctx, h.staff, h.step(id), n))
	if err := h.s.TakeOut(ctx, h.staff, h.step(id), p); !complaint(err, "state") {
		t.Errorf("taken out after the submission: %v", err)
	}
	old := h.step(id)
	h.must(h.s.Return(ctx, h.city, old, "考察材料没有写廉的情况"))
	if err := h.s.Table(ctx, h.city, old, appointment.Tabling{On: h.today(), Session: "x", SessionOn: n.SessionOn}); !errors.Is(err, fault.Stale) {
		t.Errorf("tabled on an old page: %v", err)
	}
	h.must(h.s.Submit(ctx, h.staff, h.step(id), n))
	h.must(h.s.Withdraw(ctx, h.staff, h.step(id), "人选调整"))
	if h.state(id) != appointment.Withdrawn {
		t.Errorf("state = %s", h.state(id))
	}
}
