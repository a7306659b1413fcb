package opinion_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/procedure"
	"portal/internal/secret"
)

// house is a portal with one clock that tests turn.
type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	now   time.Time
	s     *opinion.Store
	n     int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return h.now }
	h.s = opinion.NewStore(d, keys, file.NewStore(d, clock), clock)
	return h
}

func (h *house) pass(days int) { h.now = h.now.AddDate(0, 0, days) }

func (h *house) key() string { h.n++; return fmt.Sprintf("key-%d", h.n) }

func (h *house) new() opinion.New {
	return opinion.New{
		StreetID: h.Street, Key: h.key(), Source: "reception", CommunityID: h.Community, Kind: "complaint", Field: "construction",
		Text: "路灯不亮", Resident: "𠮷田光", Phone: "13800138000", ReceivedOn: calendar.On(h.now),
	}
}

func (h *house) register(n opinion.New) opinion.Receipt {
	h.Helper()
	r, err := h.s.RegisterOne(h.Context(), h.Actor(access.Staff), n)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

func (h *house) step(id int64) opinion.Step {
	return opinion.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM opinions WHERE id = $1`, id)}
}

func (h *house) state(id int64) procedure.State {
	return procedure.State(dbtest.Scan[string](h, h.admin, `SELECT state FROM opinions WHERE id = $1`, id))
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) want(id int64, want procedure.State) {
	h.Helper()
	if got := h.state(id); got != want {
		h.Fatalf("state = %s, want %s", got, want)
	}
}

// replied brings a new opinion as far as a reply that waits for review.
func (h *house) replied(n opinion.New) opinion.Receipt {
	h.Helper()
	r := h.register(n)
	ctx, staff, unit := h.Context(), h.Actor(access.Staff), h.Actor(access.Unit)
	h.must(h.s.Accept(ctx, staff, h.step(r.ID)))
	h.must(h.s.Assign(ctx, staff, h.step(r.ID), opinion.Assignment{Lead: h.Unit, Urgency: "ordinary"}))
	h.must(h.s.SignFor(ctx, unit, h.step(r.ID)))
	h.must(h.s.Reply(ctx, unit, h.step(r.ID), "已修复"))
	return r
}

func TestFollowedToItsEnd(t *testing.T) {
	h := open(t)
	ctx, staff, unit := t.Context(), h.Actor(access.Staff), h.Actor(access.Unit)
	r := h.replied(h.new())
	if r.Number != "2026-441900003-00-0001" {
		t.Errorf("number = %s", r.Number)
	}
	h.must(h.s.SendBack(ctx, staff, h.step(r.ID), "请写明更换数量"))
	h.want(r.ID, opinion.Handling)
	h.must(h.s.Reply(ctx, unit, h.step(r.ID), "已更换三套灯具"))
	h.must(h.s.Approve(ctx, staff, h.step(r.ID), ""))
	h.want(r.ID, opinion.ToFeedback)
	h.must(h.s.FeedBack(ctx, staff, h.step(r.ID), "电话", calendar.On(h.now)))
	h.must(h.s.Rate(ctx, r.Number, r.Code, "dissatisfied", "又坏了"))
	h.want(r.ID, opinion.Handling)
	var bad fault.Fields
	if err := h.s.Rate(ctx, r.Number, r.Code, "satisfied", ""); !errors.As(err, &bad) {
		t.Errorf("rating twice: %v, want Fields", err)
	}
	h.must(h.s.Reply(ctx, unit, h.step(r.ID), "已换线路"))
	h.must(h.s.Approve(ctx, staff, h.step(r.ID), ""))
	h.must(h.s.FeedBack(ctx, staff, h.step(r.ID), "上门", calendar.On(h.now)))
	h.must(h.s.RecordRating(ctx, staff, h.step(r.ID), "dissatisfied", "仍不满意"))
	h.want(r.ID, opinion.Closed)
	rec, err := h.s.Record(ctx, staff, r.ID)
	h.must(err)
	if rec.ClosedHow != "二次办理后群众仍不满意，办结并注明" || len(rec.Replies) != 3 || len(rec.Deadlines) != 0 {
		t.Errorf("record = %q, %d replies, %d open deadlines", rec.ClosedHow, len(rec.Replies), len(rec.Deadlines))
	}
	if len(rec.Timeline) < 12 {
		t.Errorf("timeline has %d entries", len(rec.Timeline))
	}
}

func TestAnonymousIsClosedAtApproval(t *testing.T) {
	h := open(t)
	n := h.new()
	n.Anonymous = true
	r := h.replied(n)
	h.must(h.s.Approve(t.Context(), h.Actor(access.Staff), h.step(r.ID), ""))
	h.want(r.ID, opinion.Closed)
	st, err := h.s.Status(t.Context(), r.Number, r.Code)
	h.must(err)
	if st.Answer != "已修复" {
		t.Errorf("answer = %q", st.Answer)
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT resident || phone_mask FROM opinions WHERE id = $1`, r.ID); got != "" {
		t.Errorf("an anonymous opinion keeps %q", got)
	}
}

func TestMergedResidentStillGetsAnAnswer(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	first := h.replied(h.new())
	second := h.register(h.new())
	h.must(h.s.Merge(ctx, staff, h.step(second.ID), first.Number))
	h.must(h.s.Approve(ctx, staff, h.step(first.ID), ""))
	list, _, err := h.s.Opinions(ctx, staff, opinion.Filter{View: "feedback", Limit: 10})
	h.must(err)
	if len(list) != 2 {
		t.Errorf("waiting for feedback = %d, want both", len(list))
	}
	h.must(h.s.TellMerged(ctx, staff, h.step(second.ID), "电话"))
	st, err := h.s.Status(ctx, second.Number, second.Code)
	h.must(err)
	if st.Answer != "已修复" || st.ToldOn == nil {
		t.Errorf("merged item: answer %q, told %v", st.Answer, st.ToldOn)
	}
}

func TestExtension(t *testing.T) {
	h := open(t)
	ctx, staff, unit, director := t.Context(), h.Actor(access.Staff), h.Actor(access.Unit), h.Actor(access.Director)
	r := h.register(h.new())
	h.must(h.s.Accept(ctx, staff, h.step(r.ID)))
	h.must(h.s.Assign(ctx, staff, h.step(r.ID), opinion.Assignment{Lead: h.Unit, Urgency: "urgent"}))
	h.must(h.s.SignFor(ctx, unit, h.step(r.ID)))
	due := func() string {
		return dbtest.Scan[string](t, h.admin, `SELECT due_on::text FROM deadlines WHERE subject_id = $1 AND name = 'reply' AND ended_on IS NULL`, r.ID)
	}
	if due() != "2026-03-09" {
		t.Errorf("due %s, want five working days after Monday 2 March", due())
	}
	var bad fault.Fields
	if err := h.s.RequestExtension(ctx, unit, h.step(r.ID), 16, "需购置设备"); !errors.As(err, &bad) {
		t.Errorf("16 days: %v, want Fields", err)
	}
	h.must(h.s.RequestExtension(ctx, unit, h.step(r.ID), 10, "需购置设备"))
	if err := h.s.DecideExtension(ctx, staff, h.step(r.ID), true, "同意"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("staff decides: %v, want Forbidden", err)
	}
	h.must(h.s.DecideExtension(ctx, director, h.step(r.ID), true, "同意"))
	if due() != "2026-03-23" {
		t.Errorf("due %s after ten more days", due())
	}
	if err := h.s.RequestExtension(ctx, unit, h.step(r.ID), 1, "再来一次"); !errors.As(err, &bad) {
		t.Errorf("second extension: %v, want Fields", err)
	}
}

func TestExtensionMustBeAskedInTime(t *testing.T) {
	h := open(t)
	ctx, staff, unit := t.Context(), h.Actor(access.Staff), h.Actor(access.Unit)
	r := h.register(h.new())
	h.must(h.s.Accept(ctx, staff, h.step(r.ID)))
	h.must(h.s.Assign(ctx, staff, h.step(r.ID), opinion.Assignment{Lead: h.Unit, Urgency: "urgent"}))
	h.must(h.s.SignFor(ctx, unit, h.step(r.ID)))
	h.pass(8)
	var bad fault.Fields
	if err := h.s.RequestExtension(ctx, unit, h.step(r.ID), 5, "晚了"); !errors.As(err, &bad) {
		t.Errorf("after the deadline: %v, want Fields", err)
	}
}

func TestReturnAndReassign(t *testing.T) {
	h := open(t)
	ctx, staff, unit := t.Context(), h.Actor(access.Staff), h.Actor(access.Unit)
	r := h.register(h.new())
	h.must(h.s.Accept(ctx, staff, h.step(r.ID)))
	h.must(h.s.Assign(ctx, staff, h.step(r.ID), opinion.Assignment{Lead: h.Unit, Urgency: "ordinary"}))
	h.must(h.s.Return(ctx, unit, h.step(r.ID), "属公安职责"))
	h.want(r.ID, opinion.Returned)
	h.must(h.s.Assign(ctx, staff, h.step(r.ID), opinion.Assignment{Lead: h.SecondUnit, Co: []int64{h.Unit}, Urgency: "ordinary"}))
	var bad fault.Fields
	if err := h.s.SignFor(ctx, unit, h.step(r.ID)); !errors.As(err, &bad) {
		t.Errorf("co-handler signs: %v, want Fields", err)
	}
	h.must(h.s.Comment(ctx, unit, h.step(r.ID), "配合现场处理"))
	second := unit
	second.UnitID = h.SecondUnit
	h.must(h.s.SignFor(ctx, second, h.step(r.ID)))
	h.pass(14)
	if err := h.s.Return(ctx, second, h.step(r.ID), "太晚"); !errors.As(err, &bad) {
		t.Errorf("return after five working days: %v, want Fields", err)
	}
}

func TestSweepClosesWhatNobodyRated(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	r := h.replied(h.new())
	h.must(h.s.Approve(ctx, staff, h.step(r.ID), ""))
	h.must(h.s.FeedBack(ctx, staff, h.step(r.ID), "电话", calendar.On(h.now)))
	h.pass(9) // Wednesday, 11 March: the last day of the window
	if n, err := h.s.Sweep(ctx); n != 0 || err != nil {
		t.Fatalf("Sweep on the last day = %d, %v", n, err)
	}
	h.pass(1)
	if n, err := h.s.Sweep(ctx); n != 1 || err != nil {
		t.Fatalf("Sweep = %d, %v", n, err)
	}
	h.want(r.ID, opinion.Closed)
}

func TestOthersSeeNothing(t *testing.T) {
	h := open(t)
	r := h.replied(h.new())
	secondUnit := h.Actor(access.Unit)
	secondUnit.UnitID = h.SecondUnit
	otherCommunity := h.Actor(access.Liaison)
	otherCommunity.CommunityID = h.SecondCommunity
	for name, a := range map[string]access.Actor{
		"another street's staff": h.Other(access.Staff), "another city": h.Far(access.CityOffice), "another unit": secondUnit,
		"another community": otherCommunity, "a deputy who was not there": h.Actor(access.Deputy), "another street's unit": h.Other(access.Unit),
	} {
		if _, err := h.s.Record(t.Context(), a, r.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s reads it: %v, want NotFound", name, err)
		}
		list, _, err := h.s.Opinions(t.Context(), a, opinion.Filter{Limit: 10})
		if err != nil || len(list) != 0 {
			t.Errorf("%s lists %d, %v", name, len(list), err)
		}
	}
	if err := h.s.Accept(t.Context(), h.Other(access.Staff), h.step(r.ID)); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street acts: %v, want NotFound", err)
	}
	if rec, err := h.s.Record(t.Context(), h.Actor(access.CityOffice), r.ID); err != nil || rec.Resident != "𠮷**" {
		t.Errorf("the city reads %q, %v", rec.Resident, err)
	}
}

// events counts what the database lets a role read of an opinion's record.
func (h *house) events(role access.Role, id int64) (n int) {
	h.Helper()
	h.must(h.db.Read(h.Context(), h.Actor(role), db.Value(&n, `
		SELECT count(*) FROM audit_events WHERE kind = 'opinion' AND subject_id = @id`, db.Args{"id": id})))
	return n
}

func TestSensitiveIsForTheDirector(t *testing.T) {
	h := open(t)
	n := h.new()
	n.Source, n.Sensitive = "online", true
	r, err := h.s.Submit(t.Context(), n)
	h.must(err)
	for _, role := range []access.Role{access.Staff, access.Member, access.DeputyDirector, access.CityOffice, access.Liaison} {
		if _, err := h.s.Record(t.Context(), h.Actor(role), r.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s reads a sensitive complaint: %v", role, err)
		}
		if n := h.events(role, r.ID); n != 0 {
			t.Errorf("%s reads %d records of what was done about it", role, n)
		}
	}
	if n := h.events(access.Director, r.ID); n == 0 {
		t.Error("the director reads no record of what was done about it")
	}
	if _, err := h.s.Record(t.Context(), h.Actor(access.Director), r.ID); err != nil {
		t.Error(err)
	}
	h.must(h.s.Answer(t.Context(), h.Actor(access.Director), h.step(r.ID), "已核实处理"))
}

func TestTwoPeopleAtOnce(t *testing.T) {
	h := open(t)
	r := h.register(h.new())
	step := h.step(r.ID)
	errs := make(chan error, 2)
	for range 2 {
		go func() { errs <- h.s.Accept(t.Context(), h.Actor(access.Staff), step) }()
	}
	a, b := <-errs, <-errs
	if (a == nil) == (b == nil) || !errors.Is(errors.Join(a, b), fault.Stale) {
		t.Errorf("two people accept: %v and %v, want one Stale", a, b)
	}
}

// TestDatabaseRefuses writes as the portal's own role what its code never would.
func TestDatabaseRefuses(t *testing.T) {
	h := open(t)
	r := h.replied(h.new())
	write := func(a access.Actor, sql string) error {
		return h.db.Write(t.Context(), a, func(tx db.Tx) error {
			n, err := db.Exec(t.Context(), tx, sql, db.Args{"id": r.ID})
			if err == nil && n == 0 {
				return fault.NotFound
			}
			return err
		})
	}
	if err := write(h.Actor(access.Unit), `UPDATE opinions SET state = 'closed', closed_on = current_date, told_on = current_date WHERE id = @id`); !db.Violates(err, "opinions_unit_never_closes") {
		t.Errorf("a unit closes: %v", err)
	}
	if err := write(h.Actor(access.Staff), `UPDATE opinions SET state = 'closed', closed_on = current_date WHERE id = @id`); !db.Violates(err, "opinions_closed_when_told") {
		t.Errorf("closed without telling the resident: %v", err)
	}
	if err := write(h.Other(access.Staff), `UPDATE opinions SET text = 'x' WHERE id = @id`); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street writes: %v", err)
	}
	h.must(write(h.Actor(access.Staff), `UPDATE opinions SET state = 'closed', closed_on = current_date, told_on = current_date WHERE id = @id`))
	if err := write(h.Actor(access.Staff), `UPDATE opinions SET text = 'x' WHERE id = @id`); !db.Violates(err, "opinions_ended_is_final") {
		t.Errorf("a closed opinion changes: %v", err)
	}
	if err := write(h.Actor(access.Staff), `UPDATE opinions SET round = 3 WHERE id = @id`); err == nil {
		t.Error("a third handling passes")
	}
}

func TestUnmaskNeedsAReasonAndIsRecorded(t *testing.T) {
	h := open(t)
	r := h.register(h.new())
	var bad fault.Fields
	if _, err := h.s.Unmask(t.Context(), h.Actor(access.Staff), r.ID, ""); !errors.As(err, &bad) {
		t.Errorf("no reason: %v, want Fields", err)
	}
	phone, err := h.s.Unmask(t.Context(), h.Actor(access.Staff), r.ID, "回访")
	if phone != "13800138000" || err != nil {
		t.Errorf("Unmask = %q, %v", phone, err)
	}
	if _, err := h.s.Unmask(t.Context(), h.Actor(access.Member), r.ID, "看看"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("member: %v, want Forbidden", err)
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*)::int FROM audit_events WHERE action = 'opinion.unmask' AND reason = '回访'`); got != 1 {
		t.Errorf("recorded %d times", got)
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*)::int FROM audit_events WHERE detail::text LIKE '%13800138000%'`); got != 0 {
		t.Error("the record holds the number in clear")
	}
}

// TestMovesNeedTheirState tries every move of the table from a state that it
// does not start from.
func TestMovesNeedTheirState(t *testing.T) {
	for _, m := range opinion.Procedure.Moves {
		if len(m.From) == 0 || m.Label == "" {
			t.Errorf("%s: incomplete", m.Name)
		}
		for _, s := range opinion.Procedure.States {
			if s.Ended && opinion.Procedure.Allows(m.Name, s.State) {
				t.Errorf("%s starts from the ended state %s", m.Name, s.State)
			}
		}
	}
	h := open(t)
	r := h.register(h.new())
	var bad fault.Fields
	for name, err := range map[string]error{
		"approval": h.s.Approve(t.Context(), h.Actor(access.Staff), h.step(r.ID), ""),
		"feedback": h.s.FeedBack(t.Context(), h.Actor(access.Staff), h.step(r.ID), "电话", calendar.On(h.now)),
		"promise":  h.s.Promise(t.Context(), h.Actor(access.Staff), h.step(r.ID), calendar.On(h.now).AddDate(1, 0, 0), "x"),
	} {
		if !errors.As(err, &bad) {
			t.Errorf("%s of a registered opinion: %v, want Fields", name, err)
		}
	}
}
