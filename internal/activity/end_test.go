package activity_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/performance"
)

func (h *house) gathering(id int64) int64 {
	h.Helper()
	return dbtest.Scan[int64](h, h.admin, `SELECT gathering_id FROM activities WHERE id = $1`, id)
}

// opened is an activity whose door is open.
func (h *house) opened(kind string) int64 {
	h.Helper()
	id := h.planned(kind, 4)
	h.approved(id)
	h.must(h.s.Notify(h.Context(), h.staff, h.step(id)))
	h.pass(4)
	h.must(h.s.Open(h.Context(), h.staff, h.step(id)))
	return id
}

// reported is a study that is reported on and can be archived.
func (h *house) reported() int64 {
	h.Helper()
	id := h.planned(activity.Study, 4)
	h.approved(id)
	h.took(id, 4)
	h.must(h.s.Record(h.Context(), h.staff, h.step(id), activity.Outcome{Summary: "看了三处排口。", Findings: []string{"一处错接"}}))
	h.must(h.s.Report(h.Context(), h.staff, h.step(id), "报告正文"))
	return id
}

// attendance is the row of a deputy.
func (h *house) attendance(id, deputy int64) (c gathering.Correction) {
	h.Helper()
	h.must(h.admin.QueryRow(h.Context(), `SELECT id, version FROM attendances WHERE gathering_id = $1 AND deputy_id = $2`, h.gathering(id), deputy).Scan(&c.Attendance, &c.Version))
	c.ArrivedAt, c.Why = h.now, "签到台漏登"
	return c
}

// writes runs one statement as the portal does for an actor.
func (h *house) writes(a access.Actor, sql string, args db.Args) error {
	return h.db.Write(h.Context(), a, func(tx db.Tx) error { _, err := db.Exec(h.Context(), tx, sql, args); return err })
}

// An archived activity's list is corrected with a reason while the deputies' quarter
// can still change: before it is published, within the days for disputes, and after
// them where a dispute about it was right, until it is published again.
func TestCorrectedUntilSettled(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.reported()
	h.must(h.s.Archive(ctx, h.staff, h.step(id), "没有要单位办的"))
	at := h.gathering(id)
	second := dbtest.Scan[int64](t, h.admin, `SELECT id FROM deputies WHERE name = '䶮明'`)
	held := h.now
	correct := func() error {
		c := h.attendance(id, second)
		c.ArrivedAt = held
		return h.g.Correct(ctx, h.staff, at, c)
	}
	settled := func(want bool) {
		t.Helper()
		c := h.attendance(id, second)
		r, _, err := h.g.Person(ctx, h.staff, at, c.Attendance)
		if err != nil || r.Settled != want {
			t.Errorf("the page says settled = %v, %v, want %v", r.Settled, err, want)
		}
		if want {
			h.complains("the quarter is settled", correct(), "state", "申诉期已满")
			err := h.writes(h.staff, `UPDATE attendances SET arrived_at = NULL, arrived_how = '', left_at = NULL, corrected_why = '改', corrected_at = @now WHERE id = @id`, db.Args{"now": h.now, "id": c.Attendance})
			if !db.Violates(err, "attendances_settled") {
				t.Errorf("corrected by SQL: %v", err)
			}
			return
		}
		if err := correct(); err != nil {
			t.Errorf("corrected while the quarter can change: %v", err)
		}
	}
	settled(false) // archived, not published
	records := performance.NewStore(h.db, nil, func() time.Time { return h.now })
	h.now = time.Date(2026, 4, 2, 9, 0, 0, 0, h.now.Location())
	publication, err := records.Publish(ctx, h.staff, performance.Quarter{Year: 2026, Number: 1}, "")
	h.must(err)
	settled(false) // can be disputed
	own := h.Actor(access.Deputy)
	own.DeputyID = second
	dispute, err := records.File(ctx, own, performance.Dispute{Key: "one", Publication: publication, Class: "inspection", Source: "gathering", SourceID: at, Reason: "我到了"})
	h.must(err)
	h.now = time.Date(2026, 4, 24, 9, 0, 0, 0, h.now.Location())
	settled(false) // disputed in time, not answered
	h.must(records.Grant(ctx, h.staff, performance.Step{ID: dispute, Version: 1}, performance.Answer{Text: "签到表上有签名", Remedy: "source"}))
	settled(false) // to be put right
	_, err = records.Publish(ctx, h.staff, performance.Quarter{Year: 2026, Number: 1}, "申诉属实")
	h.must(err)
	settled(false)
	h.now = time.Date(2026, 5, 29, 9, 0, 0, 0, h.now.Location())
	settled(true)
	// An activity that is not archived is not settled, whatever is published.
	h.must(dropped(h, `ALTER TABLE activities DISABLE TRIGGER USER`))
	h.must(dropped(h, `UPDATE activities SET state = 'reported', archived_on = NULL, unforwarded_why = ''`))
	settled(false)
}

func dropped(h *house, sql string) error { _, err := h.admin.Exec(h.Context(), sql); return err }

// What is called off after the door was opened was not held: nobody is absent,
// everybody called is told, and it counts for nobody.
func TestCancelledAfterOpening(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	h.authorised("appraisal", "inspect_appraise")
	id := h.opened(activity.Appraisal)
	h.checkIn(id)
	h.must(h.s.Rate(ctx, h.staff, h.step(id)))
	h.complains("cancelled while it is rated", h.s.Cancel(ctx, h.staff, h.step(id), "台风"), "state", "测评还没有结束")
	for _, state := range []string{"held", "cancelled"} {
		if err := dropped(h, `UPDATE activities SET cancelled_why = CASE WHEN '`+state+`' = 'cancelled' THEN '台风' ELSE '' END, state = '`+state+`'`); !db.Violates(err, "activities_rated_first") {
			t.Errorf("%s by SQL while it is rated: %v", state, err)
		}
	}
	h.must(h.s.CancelRating(ctx, h.staff, h.step(id), "台风"))
	if err := dropped(h, `UPDATE activities SET cancelled_why = '台风', state = 'cancelled'`); !db.Violates(err, "activities_with_gathering") {
		t.Errorf("cancelled by SQL without its list: %v", err)
	}
	before := dbtest.Scan[int](t, h.admin, `SELECT sequence FROM gatherings WHERE id = $1`, h.gathering(id))
	h.must(h.s.Cancel(ctx, h.staff, h.step(id), "台风"))
	h.want(id, activity.Cancelled)
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM attendances WHERE outcome = 'absent'`); n != 0 {
		t.Errorf("%d are absent from what was not held", n)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM performance_rows`); n != 0 {
		t.Errorf("%d rows of performance come of it", n)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer - (SELECT count(*) FROM attendances)::integer FROM notices WHERE title LIKE '已取消：%'`); n != 0 {
		t.Errorf("%d more or less were told than called", n)
	}
	if after := dbtest.Scan[int](t, h.admin, `SELECT sequence FROM gatherings WHERE id = $1`, h.gathering(id)); after != before+1 {
		t.Errorf("sequence = %d after %d", after, before)
	}
	if dbtest.Scan[bool](t, h.admin, `SELECT cancelled_on IS NULL FROM mandate_acts`) {
		t.Error("the act of supervision stands")
	}
}

// Two archive at once: one does, once.
func TestArchivedTwiceAtOnce(t *testing.T) {
	h := open(t)
	id := h.reported()
	step := h.step(id)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = h.s.Archive(t.Context(), h.staff, step, "没有要单位办的") })
	}
	wg.Wait()
	ok := 0
	for _, err := range errs {
		if err == nil {
			ok++
		} else if !errors.Is(err, fault.Stale) {
			t.Errorf("the other: %v, want Stale", err)
		}
	}
	n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM audit_events WHERE kind = 'activity' AND action = 'activity.archive'`)
	if ok != 1 || n != 1 {
		t.Errorf("%d archived it with %d records, want one", ok, n)
	}
}

// People come to the door while the activity is called off: nobody comes to what is
// cancelled, and whoever came before is not absent.
func TestCheckInWhileCancelled(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	came, late := 0, 0
	for range 6 {
		id := h.opened("walk")
		at, step := h.gathering(id), h.step(id)
		who := dbtest.Scan[int64](t, h.admin, `SELECT id FROM attendances WHERE gathering_id = $1 AND due ORDER BY id LIMIT 1`, at)
		var wg sync.WaitGroup
		var cancelled, arrived error
		wg.Go(func() { cancelled = h.s.Cancel(ctx, h.staff, step, "台风") })
		wg.Go(func() { _, arrived = h.g.CheckIn(ctx, h.staff, at, []int64{who}, time.Time{}) })
		wg.Wait()
		h.must(cancelled)
		var bad fault.Fields
		switch {
		case arrived == nil:
			came++
		case errors.As(arrived, &bad) && bad.For("state") != "":
			late++
		default:
			t.Fatal(arrived)
		}
		if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM attendances WHERE gathering_id = $1 AND (arrived_at IS NOT NULL) <> $2 AND id = $3`, at, arrived == nil, who); n != 0 {
			t.Fatal("what the door said is not what is written")
		}
		if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM performance_rows`); n != 0 {
			t.Fatalf("%d rows of performance come of what was cancelled", n)
		}
	}
	t.Logf("%d came first, %d were too late", came, late)
}

// Attendance is corrected while the activity is archived: both stand, each recorded
// once, whichever comes first.
func TestCorrectedWhileArchived(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	second := dbtest.Scan[int64](t, h.admin, `SELECT id FROM deputies WHERE name = '䶮明'`)
	for range 4 {
		id := h.reported()
		at, step, c := h.gathering(id), h.step(id), h.attendance(id, second)
		var wg sync.WaitGroup
		var archived, corrected error
		wg.Go(func() { archived = h.s.Archive(ctx, h.staff, step, "没有要单位办的") })
		wg.Go(func() { corrected = h.g.Correct(ctx, h.staff, at, c) })
		wg.Wait()
		h.must(archived)
		h.must(corrected)
		h.want(id, activity.Archived)
		if got := dbtest.Scan[string](t, h.admin, `SELECT outcome FROM attendances WHERE id = $1`, c.Attendance); got != gathering.Present {
			t.Errorf("outcome = %s", got)
		}
		if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM audit_events WHERE kind = 'gathering' AND subject_id = $1 AND action = 'gathering.correction'`, at); n != 1 {
			t.Errorf("%d records of one correction", n)
		}
	}
}
