package poll_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/poll"
)

type house struct {
	*testing.T
	*dbtest.World
	db         *db.DB
	admin      *pgxpool.Pool
	gatherings *gathering.Store
	s          *poll.Store
	staff      access.Actor
	n          int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, gatherings: gathering.NewStore(d, dbtest.Clock), s: poll.NewStore(d, dbtest.Clock)}
	h.staff = h.Actor(access.Staff)
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) complains(err error, field string) {
	h.Helper()
	var bad fault.Fields
	if !errors.As(err, &bad) || bad.For(field) == "" {
		h.Errorf("err = %v, want a complaint about %s", err, field)
	}
}

// in runs fn as the owner of a poll would, in a transaction of its own.
func (h *house) in(fn func(ctx context.Context, tx db.Tx) error) error {
	return h.db.Write(h.Context(), h.staff, func(tx db.Tx) error { return fn(h.Context(), tx) })
}

// voter is somebody with an account.
func (h *house) voter(name string) (a access.Actor, person int64) {
	h.Helper()
	h.n++
	a = h.Actor(access.VoterRep)
	person = dbtest.Scan[int64](h, h.admin, `INSERT INTO people (street_id, name, work, user_id, key) VALUES ($1, $2, '岗贝小学', $3, $4) RETURNING id`,
		h.Street, name, a.UserID, fmt.Sprint("p", h.n))
	return a, person
}

func (h *house) voters(n int) (list []access.Actor, people []int64) {
	h.Helper()
	for i := range n {
		a, p := h.voter(fmt.Sprintf("选民%d", i+1))
		list, people = append(list, a), append(people, p)
	}
	return list, people
}

var twoQuestions = []poll.Question{{Text: "对履职情况", Scale: poll.Rating}, {Text: "同意推荐", Scale: poll.Vote}}

func (h *house) new(people []int64, questions ...poll.Question) poll.New {
	h.n++
	return poll.New{StreetID: h.Street, Kind: poll.Report, RecordID: int64(h.n), Title: "述职测评", Link: "/desk", Questions: questions, People: people}
}

func (h *house) open(n poll.New) (id int64) {
	h.Helper()
	h.must(h.try(n, &id))
	return id
}

func (h *house) try(n poll.New, id *int64) error {
	return h.in(func(ctx context.Context, tx db.Tx) (err error) {
		*id, err = h.s.Open(ctx, tx, h.staff, n)
		return err
	})
}

func (h *house) close(id int64) (r poll.Result, err error) {
	err = h.in(func(ctx context.Context, tx db.Tx) (err error) {
		r, err = h.s.Close(ctx, tx, h.staff, id)
		return err
	})
	return r, err
}

func (h *house) closed(id int64) poll.Result {
	h.Helper()
	r, err := h.close(id)
	h.must(err)
	return r
}

func (h *house) record(a access.Actor, id int64) poll.Record {
	h.Helper()
	r, err := h.s.Record(h.Context(), a, id)
	h.must(err)
	return r
}

func (h *house) step(id int64) poll.Step {
	return poll.Step{ID: id, Version: h.record(h.staff, id).Version}
}

// rows of the circle by name.
func (h *house) circle(id int64, names ...string) (ids []int64) {
	h.Helper()
	for _, v := range h.record(h.staff, id).Voters {
		for _, n := range names {
			if v.Name == n {
				ids = append(ids, v.ID)
			}
		}
	}
	return ids
}

func TestPoll(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(4)
	stranger, _ := h.voter("外人")
	id := h.open(h.new(ids, twoQuestions...))
	h.complains(h.s.Cast(ctx, people[0], id, []string{"satisfied"}), "state")
	h.complains(h.s.Cast(ctx, people[0], id, []string{"satisfied", "satisfied"}), "state")
	h.complains(h.s.Cast(ctx, people[0], id, nil), "state")
	if err := h.s.Cast(ctx, stranger, id, []string{"satisfied", "for"}); !errors.Is(err, fault.NotFound) {
		t.Errorf("a stranger casts: %v", err)
	}
	if err := h.s.Cast(ctx, h.staff, id, []string{"satisfied", "for"}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office casts: %v", err)
	}
	for i, v := range []string{"satisfied", "satisfied", "basically"} {
		h.must(h.s.Cast(ctx, people[i], id, []string{v, "for"}))
	}
	h.complains(h.s.Cast(ctx, people[0], id, []string{"dissatisfied", "for"}), "state")
	r := h.record(people[0], id)
	if r.Split() || r.Cast() != 3 || r.Waiting() != 1 || r.Own == nil || !r.Own.TookPart || len(r.Voters) != 0 {
		t.Errorf("before it is closed a voter reads %+v", r)
	}
	if r := h.record(h.staff, id); r.Split() || len(r.Voters) != 4 || !r.Voters[0].TookPart || r.Voters[3].TookPart {
		t.Errorf("before it is closed the office reads %+v", r)
	}
	res := h.closed(id)
	want := []poll.Total{
		{Number: 1, Option: "satisfied", Votes: 2},
		{1, "basically", 1},
		{1, "dissatisfied", 0},
		{1, "invalid", 0},
		{2, "for", 3},
		{2, "against", 0},
		{2, "abstain", 0},
		{2, "invalid", 0},
	}
	if diff := cmp.Diff(want, res.Totals); diff != "" || res.Circle != 4 || res.Verdict(1) != "基本满意" {
		t.Errorf("result (-want +got):\n%s %s", diff, res.Verdict(1))
	}
	if diff := cmp.Diff(want, h.record(people[3], id).Totals); diff != "" {
		t.Errorf("a voter reads another result:\n%s", diff)
	}
	h.complains(h.s.Cast(ctx, people[3], id, []string{"satisfied", "for"}), "state")
	if _, err := h.close(id); err == nil {
		t.Error("closed twice")
	}
}

// Of fewer than three ballots nobody learns the split, in whatever ways they came.
func TestFewBallots(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(3)
	id := h.open(h.new(ids, twoQuestions[0]))
	h.must(h.s.Cast(ctx, people[0], id, []string{"dissatisfied"}))
	h.must(h.s.Cast(ctx, people[1], id, []string{"satisfied"}))
	r := h.closed(id)
	if r.Split() || r.Cast() != 2 || r.Verdict(1) != "" {
		t.Errorf("two ballots are shown split: %+v", r.Totals)
	}
}

// A record asks one thing at a time; given up, what was chosen is gone and it may
// ask again.
func TestRounds(t *testing.T) {
	h := open(t)
	people, ids := h.voters(3)
	n := h.new(ids, twoQuestions[0])
	id := h.open(n)
	var again int64
	h.complains(h.try(n, &again), "state")
	h.must(h.s.Cast(t.Context(), people[0], id, []string{"satisfied"}))
	cancel := func(why string) error {
		return h.in(func(ctx context.Context, tx db.Tx) error { return h.s.Cancel(ctx, tx, h.staff, id, why) })
	}
	h.complains(cancel(""), "why")
	h.must(cancel("问题写错了"))
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM poll_choices`); n != 0 {
		t.Errorf("%d choices outlive their poll", n)
	}
	again = h.open(n)
	var list []poll.Poll
	h.must(h.db.Read(t.Context(), h.staff, poll.Of(&list, n.Kind, n.RecordID)))
	if len(list) != 2 || list[0].ID != again || list[0].Round != 2 || list[1].State != poll.Cancelled {
		t.Errorf("Of = %+v", list)
	}
	n = h.new(nil, twoQuestions[0])
	h.complains(h.try(n, &again), "state")
	n.Questions = nil
	h.complains(h.try(n, &again), "questions")
}

// The circle of a gathering is who is due and there, without those who are recused;
// who comes later is admitted, who never came is not.
func TestCircleOfGathering(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(4)
	from := dbtest.Now.Add(-time.Hour)
	var g int64
	h.must(h.in(func(ctx context.Context, tx db.Tx) (err error) {
		if g, err = h.gatherings.Plan(ctx, tx, h.staff, gathering.New{
			StreetID: h.Street, Kind: gathering.Meeting, RecordID: 1, Title: "主任会议", Place: "会议室", StartsAt: from, EndsAt: from.Add(3 * time.Hour),
		}); err != nil {
			return err
		}
		_, err = h.gatherings.Invite(ctx, tx, h.staff, g, gathering.Invitation{People: ids, Due: true, Capacity: "representative"})
		if err == nil {
			_, err = h.gatherings.Invite(ctx, tx, h.staff, g, gathering.Invitation{Guests: []gathering.Guest{{Name: "列席的人"}}})
		}
		if err == nil {
			err = h.gatherings.Call(ctx, tx, h.staff, g)
		}
		if err == nil {
			err = h.gatherings.Open(ctx, tx, h.staff, g)
		}
		return err
	}))
	here := func(names ...string) {
		t.Helper()
		for _, name := range names {
			dbtest.Exec(t, h.admin, `UPDATE attendances SET arrived_at = $1, arrived_how = 'hand' WHERE gathering_id = $2 AND name = $3`, dbtest.Now, g, name)
		}
	}
	here("选民1", "选民2", "列席的人")
	n := h.new(nil, twoQuestions[1])
	n.GatheringID, n.Recused = g, ids[1:2]
	id := h.open(n)
	if r := h.record(h.staff, id); r.Circle != 1 || r.Voters[0].Name != "选民1" || !r.Voters[0].Account {
		t.Errorf("the circle is %+v", r.Voters)
	}
	h.complains(h.s.Admit(ctx, h.staff, h.step(id)), "state")
	here("选民3")
	h.must(h.s.Admit(ctx, h.staff, h.step(id)))
	if err := h.s.Admit(ctx, h.staff, poll.Step{ID: id, Version: 1}); !errors.Is(err, fault.Stale) {
		t.Errorf("a stale move: %v", err)
	}
	h.must(h.s.Cast(ctx, people[2], id, []string{"for"}))
	for _, a := range []access.Actor{people[1], people[3]} {
		if err := h.s.Cast(ctx, a, id, []string{"for"}); !errors.Is(err, fault.NotFound) {
			t.Errorf("who is recused or not there casts: %v", err)
		}
	}
	// What the code refuses, the database does, too.
	err := h.in(func(ctx context.Context, tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO poll_voters (street_id, poll_id, attendance_id, name)
			SELECT street_id, @id, id, name FROM attendances WHERE gathering_id = @g AND name IN ('选民2', '选民4', '列席的人')`, db.Args{"id": id, "g": g})
		return err
	})
	if !db.Violates(err, "poll_voters_of_circle") {
		t.Errorf("who is not of the circle is put into it: %v", err)
	}
}

// Whoever has no account draws a slip or marks a paper ballot; the ways add up and
// never exceed the circle.
func TestSlipsAndPaper(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(7)
	id := h.open(h.new(ids, twoQuestions...))
	h.must(h.s.Cast(ctx, people[0], id, []string{"satisfied", "for"}))
	_, err := h.s.IssueSlips(ctx, h.staff, h.step(id), h.circle(id, "选民1"))
	h.complains(err, "voters")
	codes, err := h.s.IssueSlips(ctx, h.staff, h.step(id), h.circle(id, "选民1", "选民2", "选民3"))
	if h.must(err); len(codes) != 2 {
		t.Fatalf("codes = %q", codes)
	}
	h.must(h.s.HandPapers(ctx, h.staff, h.step(id), h.circle(id, "选民4", "选民5", "选民6")))
	h.complains(h.s.Cast(ctx, people[1], id, []string{"satisfied", "for"}), "state")
	h.complains(h.s.Cast(ctx, people[3], id, []string{"satisfied", "for"}), "state")
	slip, err := h.s.Slip(ctx, id, strings.ToLower(strings.ReplaceAll(codes[0], "-", " ")))
	if err != nil || slip.Title != "述职测评" || len(slip.Questions) != 2 || !slip.Open || slip.Used {
		t.Errorf("Slip = %+v, %v", slip, err)
	}
	h.must(h.s.CastSlip(ctx, id, codes[0], []string{"dissatisfied", "against"}))
	h.complains(h.s.CastSlip(ctx, id, codes[0], []string{"satisfied", "for"}), "state")
	h.complains(h.s.CastSlip(ctx, id, "2222-2222-2222-2222", []string{"satisfied", "for"}), "code")
	renewed, err := h.s.RenewSlips(ctx, h.staff, h.step(id))
	if h.must(err); len(renewed) != 1 {
		t.Errorf("renewed = %q", renewed)
	}
	h.complains(h.s.CastSlip(ctx, id, codes[1], []string{"satisfied", "for"}), "code")
	h.must(h.s.CastSlip(ctx, id, renewed[0], []string{"basically", "for"}))

	if _, err := h.close(id); err == nil {
		t.Error("closed before the paper is counted")
	}
	count := poll.Count{Counter: "陈唱票", Collected: 2, Votes: []map[string]int{{"satisfied": 1, "invalid": 1}, {"for": 1, "abstain": 1}}}
	tooMany := count
	tooMany.Collected = 4
	h.complains(h.s.CountPapers(ctx, h.staff, h.step(id), tooMany), "collected")
	odd := count
	odd.Votes = []map[string]int{{"satisfied": 1}, {"for": 1, "abstain": 1}}
	h.complains(h.s.CountPapers(ctx, h.staff, h.step(id), odd), "state")
	h.must(h.s.CountPapers(ctx, h.staff, h.step(id), count))
	h.complains(h.s.CheckPapers(ctx, h.staff, h.step(id), count), "counter")
	check := poll.Count{Counter: "李监票", Collected: 2, Votes: []map[string]int{{"satisfied": 2}, {"for": 1, "abstain": 1}}}
	h.complains(h.s.CheckPapers(ctx, h.staff, h.step(id), check), "state")
	check.Votes = count.Votes
	h.must(h.s.CheckPapers(ctx, h.staff, h.step(id), check))
	h.complains(h.s.HandPapers(ctx, h.staff, h.step(id), h.circle(id, "选民7")), "state")
	r := h.closed(id)
	if r.Cast() != 5 || r.Circle != 7 || r.Votes(1, "satisfied") != 2 || r.Votes(1, "basically") != 1 || r.Votes(1, "dissatisfied") != 1 || r.Votes(1, "invalid") != 1 ||
		r.Votes(2, "for") != 3 || r.Votes(2, "against") != 1 || r.Votes(2, "abstain") != 1 {
		t.Errorf("result = %+v", r)
	}
}

// What the database refuses whoever asks.
func TestClosedStays(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(4)
	id := h.open(h.new(ids, twoQuestions[0]))
	for _, p := range people[:3] {
		h.must(h.s.Cast(ctx, p, id, []string{"satisfied"}))
	}
	for _, sql := range []string{
		`SELECT * FROM poll_choices`, `SELECT * FROM poll_slips`, `SELECT * FROM poll_counts`, `DELETE FROM polls`, `UPDATE polls SET state = 'closed'`,
		`UPDATE poll_voters SET took_part = false`, `DELETE FROM poll_voters`, `SELECT app.poll_sums(1, 1)`, `SELECT app.add_choices(1, 1, '{}')`, `SELECT app.replay_ballots(1, 1, '{}', 1)`,
	} {
		err := h.in(func(ctx context.Context, tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{}); return err })
		if !db.Refused(err) {
			t.Errorf("the portal may %s: %v", sql, err)
		}
	}
	var none []poll.Total
	h.must(h.db.Read(ctx, h.staff, poll.Totals(&none, id)))
	if len(none) > 0 {
		t.Errorf("totals before the end: %+v", none)
	}
	h.closed(id)
	for _, sql := range []string{
		`UPDATE polls SET title = 'x'`, `DELETE FROM polls`, `UPDATE poll_questions SET text = 'x'`, `UPDATE poll_choices SET option = 'dissatisfied'`, `DELETE FROM poll_choices`,
		`INSERT INTO poll_choices (street_id, poll_id, number, option) SELECT street_id, id, 1, 'satisfied' FROM polls`,
		`UPDATE poll_voters SET took_part = true`, `DELETE FROM poll_voters`, `UPDATE poll_voters SET channel = 'paper' WHERE NOT took_part`,
		`INSERT INTO poll_slips (street_id, poll_id, hash) SELECT street_id, id, sha256('x') FROM polls`,
		`INSERT INTO poll_counts (street_id, poll_id, entry, counter, collected, totals) SELECT street_id, id, 1, 'x', 0, '{}' FROM polls`,
	} {
		if _, err := h.admin.Exec(ctx, sql); !db.Violates(err, "polls_over") {
			t.Errorf("%s after the end: %v", sql, err)
		}
	}
}

func TestOtherStreet(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	people, ids := h.voters(3)
	id := h.open(h.new(ids, twoQuestions[0]))
	for _, p := range people {
		h.must(h.s.Cast(ctx, p, id, []string{"satisfied"}))
	}
	h.closed(id)
	for _, role := range []access.Role{access.Director, access.Staff, access.VoterRep, access.Deputy} {
		if _, err := h.s.Record(ctx, h.Other(role), id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of another street reads it: %v", role, err)
		}
		var totals []poll.Total
		h.must(h.db.Read(ctx, h.Other(role), db.Many(&totals, `SELECT * FROM app.poll_result(@street, @id)`, db.Args{"street": h.Street, "id": id})))
		var turnout poll.Turnout
		h.must(h.db.Read(ctx, h.Other(role), db.One(&turnout, `SELECT * FROM app.poll_turnout(@street, @id)`, db.Args{"street": h.Street, "id": id})))
		if len(totals) > 0 || turnout != (poll.Turnout{}) {
			t.Errorf("%s of another street reads %+v %+v", role, totals, turnout)
		}
	}
	if _, err := h.s.Record(ctx, h.Far(access.CityOffice), id); !errors.Is(err, fault.NotFound) {
		t.Errorf("another city reads it: %v", err)
	}
	if r := h.record(h.Actor(access.CityOffice), id); !r.Split() || len(r.Voters) != 0 {
		t.Errorf("the city reads %+v", r)
	}
	other := h.Other(access.Staff)
	err := h.db.Write(ctx, other, func(tx db.Tx) error { _, err := h.s.Open(ctx, tx, other, h.new(ids, twoQuestions[0])); return err })
	if !db.Refused(err) {
		t.Errorf("another street opens a poll here: %v", err)
	}
	if list, _, err := h.s.Mine(ctx, other, db.Cursor{}, 10); err != nil || len(list) > 0 {
		t.Errorf("another street lists %+v, %v", list, err)
	}
	if list, _, err := h.s.Mine(ctx, people[0], db.Cursor{}, 10); err != nil || len(list) != 1 {
		t.Errorf("a voter lists %+v, %v", list, err)
	}
}
