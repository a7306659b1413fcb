package deadline_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/secret"
)

// house has opinions whose clocks run: deadlines show with their record.
type house struct {
	*testing.T
	*dbtest.World
	db       *db.DB
	admin    *pgxpool.Pool
	s        *deadline.Store
	opinions *opinion.Store
	now      time.Time
	n        int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return h.now }
	h.s, h.opinions = deadline.NewStore(d, clock), opinion.NewStore(d, keys, file.NewStore(d, clock), clock)
	return h
}

// register registers an opinion and returns it with its clock for triage.
func (h *house) register(a access.Actor, sensitive bool) (opinionID, deadlineID int64) {
	h.Helper()
	h.n++
	r, err := h.opinions.RegisterOne(h.Context(), a, opinion.New{
		StreetID: a.StreetID, Key: fmt.Sprint("key-", h.n), Source: "letter", Kind: "complaint", Field: "construction",
		Text: "路灯不亮", Anonymous: true, ReceivedOn: calendar.On(h.now), Sensitive: sensitive,
	})
	if err != nil {
		h.Fatal(err)
	}
	return r.ID, dbtest.Scan[int64](h, h.admin, `SELECT id FROM deadlines WHERE kind = 'opinion' AND subject_id = $1 AND ended_on IS NULL`, r.ID)
}

func (h *house) due(id int64) string {
	h.Helper()
	return calendar.ISO(dbtest.Scan[time.Time](h, h.admin, `SELECT due_on FROM deadlines WHERE id = $1`, id))
}

func (h *house) preview(c deadline.Change) deadline.Preview {
	h.Helper()
	p, err := h.s.Preview(h.Context(), h.Actor(access.SystemAdmin), c)
	if err != nil {
		h.Fatal(err)
	}
	return p
}

// correct makes the change as it was previewed.
func (h *house) correct(c deadline.Change) int {
	h.Helper()
	p := h.preview(c)
	c.Revision = p.Revision
	n, err := h.s.Correct(h.Context(), h.Actor(access.SystemAdmin), c)
	if err != nil {
		h.Fatal(err)
	}
	if n != p.Moved() {
		h.Errorf("the preview said %d deadlines, %d moved", p.Moved(), n)
	}
	return n
}

func dayOff(day string) deadline.Change {
	d, _ := calendar.Parse(day)
	return deadline.Change{Days: []calendar.Exception{{Day: d, Name: "临时放假", Source: "市政府通知"}}, Why: "台风停工"}
}

func TestSeededCalendarIsNational(t *testing.T) {
	h := open(t)
	o, err := h.s.Overview(t.Context(), h.Actor(access.Staff))
	if err != nil {
		t.Fatal(err)
	}
	want := calendar.National()
	if d := cmp.Diff(want.Years(), o.Calendar.Years()); d != "" {
		t.Errorf("years (-national +rows):\n%s", d)
	}
	for y := 2018; y < 2028; y++ {
		if d := cmp.Diff(want.Exceptions(y), o.Calendar.Exceptions(y)); d != "" {
			t.Errorf("%d (-national +rows):\n%s", y, d)
		}
	}
}

func TestCorrectMovesOpenDeadlines(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	op, mine := h.register(staff, false)
	_, theirs := h.register(h.Far(access.Staff), false)
	done, ended := h.register(staff, false)
	if err := h.opinions.Withdraw(t.Context(), staff, opinion.Step{ID: done, Version: 1}, "反映人撤回"); err != nil {
		t.Fatal(err)
	}
	if got := h.due(mine); got != "2026-03-05" {
		t.Fatalf("due = %s, want the third working day", got)
	}
	if p := h.preview(dayOff("2026-03-04")); p.Later != 2 || p.Earlier != 0 || h.due(mine) != "2026-03-05" {
		t.Errorf("Preview = %+v", p)
	}
	if n := h.correct(dayOff("2026-03-04")); n != 2 {
		t.Errorf("Correct moved %d, want both open ones", n)
	}
	if got := [3]string{h.due(mine), h.due(theirs), h.due(ended)}; got != [3]string{"2026-03-06", "2026-03-06", "2026-03-05"} {
		t.Errorf("due = %v", got)
	}
	r, err := h.s.Deadline(t.Context(), staff, mine)
	if err != nil || len(r.Moves) != 1 || r.Moves[0].Why != "台风停工" || calendar.ISO(r.Moves[0].DueTo) != "2026-03-06" {
		t.Errorf("Deadline = %+v, %v", r, err)
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT title FROM audit_events WHERE action = 'deadline.redate' AND subject_id = $1`, op); !strings.Contains(got, "由2026年3月5日改为2026年3月6日") {
		t.Errorf("timeline says %q", got)
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT detail ->> 'moved' FROM audit_events WHERE action = 'calendar.correct'`); got != "2" {
		t.Errorf("recorded moves = %s, want 2", got)
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT title FROM notices WHERE street_id = $1 AND to_role = 'staff' AND link = '/calendar'`, h.Street); !strings.Contains(got, "1 个办理期限") {
		t.Errorf("notice = %q", got)
	}
	cal, err := deadline.Known(t.Context(), h.db, staff)
	if err != nil || cal.IsWorkday(calendar.Day(2026, 3, 4)) {
		t.Errorf("lists still count 4 March: %v", err)
	}
	// Back to what the week says: earlier again, and the next verb counts so too.
	if n := h.correct(deadline.Change{Plain: []time.Time{calendar.Day(2026, 3, 4)}, Why: "更正"}); n != 2 || h.due(mine) != "2026-03-05" {
		t.Errorf("moved back %d, due %s", n, h.due(mine))
	}
	if _, again := h.register(staff, false); h.due(again) != "2026-03-05" {
		t.Errorf("a new deadline is due %s", h.due(again))
	}
}

func TestCorrectCountsWhatFallsOverdue(t *testing.T) {
	h := open(t)
	h.now = time.Date(2026, 9, 18, 10, 0, 0, 0, calendar.Zone) // Friday before the make-up Sunday
	_, id := h.register(h.Actor(access.Staff), false)
	h.correct(dayOff("2026-09-21"))
	h.now = time.Date(2026, 9, 23, 10, 0, 0, 0, calendar.Zone)
	if got := h.due(id); got != "2026-09-23" { // Sunday 20, Tuesday 22, Wednesday 23
		t.Fatalf("due = %s", got)
	}
	p := h.preview(deadline.Change{Plain: []time.Time{calendar.Day(2026, 9, 21)}, Why: "x"})
	if p.Earlier != 1 || p.Overdue != 1 || calendar.ISO(p.First) != "2026-09-23" {
		t.Errorf("Preview = %+v", p)
	}
}

func TestAddYear(t *testing.T) {
	h := open(t)
	h.now = time.Date(2026, 12, 30, 10, 0, 0, 0, calendar.Zone)
	_, id := h.register(h.Actor(access.Staff), false) // 31 December, 1 January (unknown), 4 January
	days, complaints := calendar.ParseNotice(2027, "元旦：1月1日至3日放假。", "国办发明电〔2026〕8号")
	if len(complaints) > 0 || h.due(id) != "2027-01-04" {
		t.Fatal(complaints, h.due(id))
	}
	staff := h.Actor(access.Staff)
	warn, err := h.s.Warnings(t.Context(), staff)
	if err != nil || len(warn) != 1 || !strings.Contains(warn[0], "已排到2027年") {
		t.Errorf("Warnings = %v, %v", warn, err)
	}
	c := deadline.Change{Year: 2027, Days: days, Source: "国办发明电〔2026〕8号", Why: "录入"}
	if n := h.correct(c); n != 1 || h.due(id) != "2027-01-05" {
		t.Errorf("moved %d, due %s", n, h.due(id))
	}
	if warn, err := h.s.Warnings(t.Context(), staff); err != nil || len(warn) != 0 {
		t.Errorf("Warnings = %v, %v", warn, err)
	}
	c.Revision = h.preview(c).Revision
	var bad fault.Fields
	if _, err := h.s.Correct(t.Context(), h.Actor(access.SystemAdmin), c); !errors.As(err, &bad) {
		t.Errorf("the same year twice: %v, want Fields", err)
	}
}

func TestYearsAreAnnounced(t *testing.T) {
	h := open(t)
	for day, want := range map[string]string{"2026-09-30": "", "2026-10-01": "2027年的节假日安排还没有录入", "2027-02-01": "2027年的节假日安排还没有录入，期限暂按周末推算"} {
		h.now, _ = calendar.Parse(day)
		o, err := h.s.Overview(t.Context(), h.Actor(access.Member))
		if err != nil || strings.Join(o.Gaps, "")[:len(want)] != want || want == "" && len(o.Gaps) > 0 {
			t.Errorf("%s: %v, %v, want %q", day, o.Gaps, err, want)
		}
	}
	if warn, err := h.s.Warnings(t.Context(), h.Actor(access.VoterRep)); err != nil || warn != nil {
		t.Errorf("who has no clocks is warned: %v, %v", warn, err)
	}
}

func TestCorrectRefuses(t *testing.T) {
	h := open(t)
	c := dayOff("2026-03-04")
	for _, r := range access.Roles {
		_, err := h.s.Correct(t.Context(), h.Actor(r.Role), c)
		_, looked := h.s.Preview(t.Context(), h.Actor(r.Role), c)
		if may := r.Role == access.SystemAdmin; may == errors.Is(err, fault.Forbidden) || may == errors.Is(looked, fault.Forbidden) {
			t.Errorf("%s: %v, %v", r.Role, err, looked)
		}
	}
	c.Revision = h.preview(c).Revision
	h.correct(dayOff("2026-03-05"))
	if _, err := h.s.Correct(t.Context(), h.Actor(access.SystemAdmin), c); !errors.Is(err, fault.Stale) {
		t.Errorf("somebody else corrected meanwhile: %v, want Stale", err)
	}
}

// TestCorrectWaitsForWriters holds a verb between counting and committing: the
// correction must wait for it and then move what it has started.
func TestCorrectWaitsForWriters(t *testing.T) {
	h := open(t)
	op, _ := h.register(h.Actor(access.Staff), false)
	counted, corrected := make(chan struct{}), make(chan error, 1)
	c := dayOff("2026-03-04")
	c.Revision = h.preview(c).Revision
	err := h.db.Write(t.Context(), h.Actor(access.Staff), func(tx db.Tx) error {
		due, err := deadline.Start(t.Context(), tx, deadline.New{
			StreetID: h.Street, Kind: "opinion", SubjectID: op, Name: "other", Label: "其他", From: h.now, Days: 3, Basis: "测试",
		})
		if err != nil || calendar.ISO(due) != "2026-03-05" {
			t.Errorf("Start = %v, %v", due, err)
		}
		go func() {
			close(counted)
			_, err := h.s.Correct(t.Context(), h.Actor(access.SystemAdmin), c)
			corrected <- err
		}()
		<-counted
		time.Sleep(200 * time.Millisecond)
		select {
		case err := <-corrected:
			t.Errorf("the correction did not wait: %v", err)
			corrected <- err
		default:
		}
		return deadline.EndNamed(t.Context(), tx, h.Street, "opinion", op, "triage", h.now)
	})
	if err := errors.Join(err, <-corrected); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.Scan[time.Time](t, h.admin, `SELECT due_on FROM deadlines WHERE name = 'other'`); calendar.ISO(got) != "2026-03-06" {
		t.Errorf("due = %s: the correction missed it", calendar.ISO(got))
	}
}

func TestDeadlineShowsWithItsRecord(t *testing.T) {
	h := open(t)
	op, id := h.register(h.Actor(access.Staff), false)
	_, hidden := h.register(h.Actor(access.Staff), true)
	see := func(a access.Actor, id int64, want error) {
		t.Helper()
		if _, err := h.s.Deadline(t.Context(), a, id); !errors.Is(err, want) {
			t.Errorf("%s of street %d: %v, want %v", a.Role, a.StreetID, err, want)
		}
	}
	for _, r := range []access.Role{access.Staff, access.Director, access.PartyReader, access.CityOffice} {
		see(h.Actor(r), id, nil)
	}
	for _, a := range []access.Actor{
		h.Other(access.Staff), h.Far(access.Staff), h.Far(access.CityOffice), h.Actor(access.Unit), h.Actor(access.Deputy),
		h.Actor(access.SystemAdmin), h.Actor(access.AuditAdmin), h.Actor(access.Expert),
	} {
		see(a, id, fault.NotFound)
	}
	see(h.Actor(access.Director), hidden, nil)
	see(h.Actor(access.Staff), hidden, fault.NotFound)
	see(h.Actor(access.CityOffice), hidden, fault.NotFound)
	see(access.Resident(nil), id, fault.Forbidden)

	step := opinion.Step{ID: op, Version: 1}
	if err := h.opinions.Accept(t.Context(), h.Actor(access.Staff), step); err != nil {
		t.Fatal(err)
	}
	step.Version++
	if err := h.opinions.Assign(t.Context(), h.Actor(access.Staff), step, opinion.Assignment{Lead: h.Unit, Urgency: "ordinary"}); err != nil {
		t.Fatal(err)
	}
	see(h.Actor(access.Unit), id, nil)
	other := h.Actor(access.Unit)
	other.UnitID = h.SecondUnit
	see(other, id, fault.NotFound)
	n := 0
	if err := h.db.Read(t.Context(), other, db.Value(&n, `SELECT count(*) FROM deadlines`, db.Args{})); err != nil || n != 0 {
		t.Errorf("a unit without the opinion counts %d clocks, %v", n, err)
	}
}

func TestExplain(t *testing.T) {
	h := open(t)
	h.now = time.Date(2026, 9, 24, 10, 0, 0, 0, calendar.Zone) // Thursday before Mid-Autumn
	_, id := h.register(h.Actor(access.Staff), false)
	r, err := h.s.Deadline(t.Context(), h.Actor(access.Staff), id)
	if err != nil {
		t.Fatal(err)
	}
	var why []string
	for _, s := range r.Steps() {
		why = append(why, s.Why())
	}
	want := []string{"起算日，不计", "中秋节放假，不计", "中秋节放假，不计", "中秋节放假，不计", "第 1 个工作日", "第 2 个工作日", "第 3 个工作日"}
	if d := cmp.Diff(want, why); d != "" {
		t.Errorf("Steps (-want +got):\n%s", d)
	}
}
