package performance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/performance"
	"portal/internal/procedure"
)

func proof() file.Upload {
	return file.Upload{Name: "签到表.txt", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte("签到表"))), nil }}
}

// session is a supplement about a session of the congress that began on a day.
func (h *house) session(day time.Time, attended, excused, missed int, deputies ...int64) performance.Supplement {
	h.n++
	return performance.Supplement{
		Key: fmt.Sprint("s", h.n), Class: "congress", Title: "市十七届人大第" + fmt.Sprint(h.n) + "次会议", HeldOn: day, Attended: attended, Excused: excused, Missed: missed, DeputyIDs: deputies,
	}
}

func (h *house) added(x performance.Supplement) int64 {
	h.Helper()
	id, err := h.s.Add(h.Context(), h.staff, x, proof())
	h.must(err)
	return id
}

func (h *house) step(table string, id int64) performance.Step {
	h.Helper()
	return performance.Step{ID: id, Version: int(h.id(`SELECT version FROM performance_`+table+` WHERE id = $1`, id))}
}

func (h *house) confirmed(x performance.Supplement) int64 {
	h.Helper()
	id := h.added(x)
	h.must(h.s.Confirm(h.Context(), h.Actor(access.DeputyDirector), h.step("supplements", id)))
	return id
}

func complains(err error, name string) bool {
	var bad fault.Fields
	return errors.As(err, &bad) && bad.For(name) != ""
}

func TestSupplement(t *testing.T) {
	h := open(t)
	ctx, staff, head := t.Context(), h.staff, h.Actor(access.DeputyDirector)
	a := h.deputy(h.Street, "李䶮")
	x := h.session(spring, 5, 1, 2, a)
	if _, err := h.s.Add(ctx, staff, x); !complains(err, "files") {
		t.Errorf("added without proof: %v", err)
	}
	gone := h.deputy(h.OtherStreet, "𠮷田")
	other := x
	other.DeputyIDs = []int64{gone}
	if _, err := h.s.Add(ctx, staff, other, proof()); !complains(err, "deputies") {
		t.Errorf("added about another street's deputy: %v", err)
	}
	id := h.added(x)
	if again := h.added(x); again != id {
		t.Errorf("the form sent twice made %d and %d", id, again)
	}
	if got := cells(h.sheet(staff, 2025)); len(got) != 0 {
		t.Errorf("what waits counts: %v", got)
	}
	if err := h.s.Confirm(ctx, staff, h.step("supplements", id)); !complains(err, "state") {
		t.Errorf("confirmed by who entered it: %v", err)
	}
	if err := h.s.Confirm(ctx, head, performance.Step{ID: id, Version: 9}); !errors.Is(err, fault.Stale) {
		t.Errorf("confirmed what was not seen: %v", err)
	}
	h.must(h.s.Confirm(ctx, head, h.step("supplements", id)))
	if diff := cmp.Diff(map[string]performance.Cell{"李䶮 人代会": {Done: 5, Due: 8, Excused: 1}}, cells(h.sheet(staff, 2025))); diff != "" {
		t.Errorf("a confirmed session (-want +got):\n%s", diff)
	}
	twice := h.added(h.session(spring, 8, 0, 0, a))
	if err := h.s.Confirm(ctx, head, h.step("supplements", twice)); !complains(err, "state") {
		t.Errorf("one session twice: %v", err)
	}
	if err := h.s.Revoke(ctx, head, h.step("supplements", id), ""); !complains(err, "why") {
		t.Errorf("revoked without a reason: %v", err)
	}
	h.must(h.s.Revoke(ctx, head, h.step("supplements", id), "天数抄错"))
	h.must(h.s.Confirm(ctx, head, h.step("supplements", twice)))
	if got := cells(h.sheet(staff, 2025))["李䶮 人代会"]; got != (performance.Cell{Done: 8, Due: 8}) {
		t.Errorf("the corrected session = %+v", got)
	}
	award := performance.Supplement{Key: "award", Class: "award", Title: "优秀代表", HeldOn: spring, DeputyIDs: []int64{a}}
	id = h.added(award)
	if err := h.s.Withdraw(ctx, h.Actor(access.CityDeputy), h.step("supplements", id), "不对"); !complains(err, "state") {
		t.Errorf("withdrawn by another: %v", err)
	}
	h.must(h.s.Withdraw(ctx, staff, h.step("supplements", id), "重复"))
	if err := h.s.Confirm(ctx, head, h.step("supplements", id)); !complains(err, "state") {
		t.Errorf("confirmed after its end: %v", err)
	}
}

// Two who confirm two supplements about one session at the same time: one counts.
func TestSessionCountsOnce(t *testing.T) {
	h := open(t)
	a := h.deputy(h.Street, "李䶮")
	ids := []int64{h.added(h.session(spring, 8, 0, 0, a)), h.added(h.session(spring, 6, 2, 0, a))}
	steps := []performance.Step{h.step("supplements", ids[0]), h.step("supplements", ids[1])}
	head, errs := h.Actor(access.DeputyDirector), make([]error, 2)
	var all sync.WaitGroup
	for i := range steps {
		all.Go(func() { errs[i] = h.s.Confirm(context.WithoutCancel(t.Context()), head, steps[i]) })
	}
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || h.id(`SELECT count(*) FROM performance_supplements WHERE state = 'confirmed'`) != 1 {
		t.Errorf("both sides: %v", errs)
	}
}

// What the room forbids, the database forbids too, to whoever reaches it as the portal.
func TestDatabaseHolds(t *testing.T) {
	h := open(t)
	staff, head := h.staff, h.Actor(access.DeputyDirector)
	a := h.deputy(h.Street, "李䶮")
	id := h.added(h.session(spring, 5, 1, 2, a))
	done := h.confirmed(performance.Supplement{Key: "award", Class: "award", Title: "优秀代表", HeldOn: spring, DeputyIDs: []int64{a}})
	pub, err := h.s.Publish(t.Context(), staff, performance.Quarter{Year: 2025, Number: 1}, "")
	h.must(err)
	own := h.Actor(access.Deputy)
	own.DeputyID = a
	h.must(h.s.Choose(t.Context(), head, preset(2025, true), 0))
	try := func(who access.Actor, constraint, sql string, args ...any) {
		t.Helper()
		err := h.db.Write(t.Context(), who, func(tx db.Tx) error {
			tag, err := tx.Exec(t.Context(), sql, args...)
			if err == nil && tag.RowsAffected() == 0 {
				return fault.NotFound
			}
			return err
		})
		switch {
		case constraint == "" && !db.Refused(err) && !errors.Is(err, fault.NotFound), constraint != "" && !db.Violates(err, constraint):
			t.Errorf("%s as %s: %v, want %s", sql, who.Role, err, constraint)
		}
	}
	confirm := `UPDATE performance_supplements SET state = 'confirmed', confirmed_by = $2, confirmer = '某', confirmed_at = now() WHERE id = $1`
	try(staff, "performance_supplements_confirmed_by_another", confirm, id, staff.UserID)
	try(staff, "performance_supplements_decided_by_whom", confirm, id, head.UserID)
	try(h.Actor(access.Member), "", confirm, id, h.Actor(access.Member).UserID)
	try(h.Other(access.Director), "", confirm, id, h.Other(access.Director).UserID)
	try(own, "", confirm, id, own.UserID)
	try(head, "performance_supplements_stay", `UPDATE performance_supplements SET attended = 9, state = 'confirmed', confirmed_by = $2, confirmed_at = now() WHERE id = $1`, id, head.UserID)
	try(head, "performance_supplements_forward", `UPDATE performance_supplements SET state = 'waiting', confirmed_by = NULL, confirmed_at = NULL, confirmer = '' WHERE id = $1`, done)
	try(staff, "performance_supplements_wait", `INSERT INTO performance_supplements (street_id, class, title, held_on, state, entered_by, enterer, entered_at, confirmed_by, confirmed_at, key)
		VALUES ($1, 'award', '优秀', '2025-03-01', 'confirmed', $2, '某', now(), 99, now(), 'x')`, h.Street, staff.UserID)
	try(staff, "", `DELETE FROM performance_supplements WHERE id = $1`, id)
	try(staff, "performance_supplements_stay", `INSERT INTO performance_supplement_deputies (street_id, supplement_id, deputy_id) VALUES ($1, $2, $3)`, h.Street, done, h.deputy(h.Street, "后来的"))

	try(staff, "", `UPDATE performance_publications SET why = '改' WHERE id = $1`, pub)
	try(staff, "", `UPDATE performance_published SET done = 9 WHERE publication_id = $1`, pub)
	try(staff, "", `DELETE FROM performance_published WHERE publication_id = $1`, pub)
	try(staff, "performance_published_frozen", `INSERT INTO performance_published (street_id, publication_id, deputy_id, class, done, due, excused, tenths) VALUES ($1, $2, $3, 'activity', 9, 9, 0, 0)`,
		h.Street, pub, h.id(`SELECT id FROM deputies WHERE name = '后来的'`))
	try(staff, "performance_published_as_counted", `WITH p AS (
		INSERT INTO performance_publications (street_id, year, quarter, revision, published_on, published_at, published_by, publisher)
		VALUES ($1, 2025, 2, 1, '2026-03-02', now(), $2, '某') RETURNING street_id, id)
		INSERT INTO performance_published (street_id, publication_id, deputy_id, class, done, due, excused, tenths) SELECT street_id, id, $3, 'activity', 9, 9, 0, 0 FROM p`,
		h.Street, staff.UserID, a)
	try(staff, "performance_publications_after_the_quarter", `INSERT INTO performance_publications (street_id, year, quarter, revision, published_on, published_at, published_by, publisher)
		VALUES ($1, 2026, 1, 1, '2026-03-02', now(), $2, '某')`, h.Street, staff.UserID)

	try(head, "", `UPDATE performance_schemes SET good = 1 WHERE street_id = $1`, h.Street)
	try(head, "performance_schemes_stay", `INSERT INTO performance_scheme_items (street_id, scheme_id, item, top, each, extra) SELECT street_id, id, 'award', 1, 1, 1 FROM performance_schemes LIMIT 1`)
	try(staff, "", `INSERT INTO performance_schemes (street_id, year, revision, active, good, fair, pass, reason, made_by, maker, made_at) VALUES ($1, 2025, 2, true, 80, 70, 60, '改', $2, '某', now())`, h.Street, staff.UserID)
}

func preset(y int, active bool) performance.Scheme {
	s := performance.Preset(y)
	s.Active, s.Reason = active, "主任会议通过"
	return s
}

func TestPublishAndDispute(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.staff
	a, b := h.deputy(h.Street, "李䶮"), h.deputy(h.Street, "𠮷田")
	id := h.held(h.Street, gathering.Activity, calendar.Day(2025, 11, 4), h.came(a, gathering.Absent), h.came(b, gathering.Present))
	own := h.Actor(access.Deputy)
	own.DeputyID = a
	last := performance.Quarter{Year: 2025, Number: 4}
	for _, q := range []performance.Quarter{{Year: 2026, Number: 1}, {Year: 2025, Number: 5}} {
		if _, err := h.s.Publish(ctx, staff, q, ""); !complains(err, "quarter") {
			t.Errorf("published %v: %v", q, err)
		}
	}
	first, err := h.s.Publish(ctx, staff, last, "")
	h.must(err)
	d, err := h.s.Disputable(ctx, own, 0)
	if err != nil || d.ID != first || len(d.Rows) != 1 || d.DueOn == nil || calendar.ISO(*d.DueOn) != "2026-03-16" {
		t.Fatalf("disputable = %+v, %v", d, err)
	}
	x := performance.Dispute{Key: "one", Publication: first, Class: "activity", Source: "gathering", SourceID: id, Reason: "我签到了"}
	if _, err := h.s.File(ctx, staff, x); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office disputes: %v", err)
	}
	dispute, err := h.s.File(ctx, own, x)
	h.must(err)
	if again, err := h.s.File(ctx, own, x); err != nil || again != dispute {
		t.Errorf("the form sent twice: %d, %v", again, err)
	}
	x.Key = "two"
	if _, err := h.s.File(ctx, own, x); !complains(err, "state") {
		t.Errorf("one entry twice: %v", err)
	}
	x.SourceID = 999
	if _, err := h.s.File(ctx, own, x); !complains(err, "entry") {
		t.Errorf("an entry that is not there: %v", err)
	}
	fellow := h.Actor(access.Deputy)
	fellow.DeputyID = b
	if _, err := h.s.DisputeRecord(ctx, fellow, dispute); !errors.Is(err, fault.NotFound) {
		t.Errorf("a fellow deputy reads it: %v", err)
	}
	if err := h.s.TakeBack(ctx, fellow, performance.Step{ID: dispute, Version: 1}); !errors.Is(err, fault.NotFound) {
		t.Errorf("a fellow deputy takes it back: %v", err)
	}
	if err := h.s.Grant(ctx, staff, h.step("disputes", dispute), performance.Answer{Text: "属实"}); !complains(err, "remedy") {
		t.Errorf("granted without a remedy: %v", err)
	}
	h.must(h.s.Grant(ctx, staff, h.step("disputes", dispute), performance.Answer{Text: "签到表上有签名，已更正", Remedy: "source"}))
	if err := h.s.Deny(ctx, staff, h.step("disputes", dispute), "再想想"); !complains(err, "state") {
		t.Errorf("answered twice: %v", err)
	}
	if got := cells(h.sheet(staff, 2025))["李䶮 其他活动"]; got.Done != 0 {
		t.Errorf("an answer changed a number: %+v", got)
	}
	who := h.id(`SELECT id FROM attendances WHERE gathering_id = $1 AND deputy_id = $2`, id, a)
	h.must(h.g.Correct(ctx, staff, id, gathering.Correction{
		Attendance: who, Version: int(h.id(`SELECT version FROM attendances WHERE id = $1`, who)), ArrivedAt: calendar.Starts(calendar.Day(2025, 11, 4)).Add(9 * time.Hour), Why: "申诉属实",
	}))
	p, err := h.s.Publication(ctx, staff, first)
	h.must(err)
	if l := p.Lines[0]; l.Name != "李䶮" || l.Cells[2] != (performance.Cell{Due: 1}) || l.Now[2] != (performance.Cell{Done: 1, Due: 1}) {
		t.Errorf("what was published moved: %+v", l)
	}
	if _, err := h.s.Publish(ctx, staff, last, ""); !complains(err, "why") {
		t.Errorf("published again without a reason: %v", err)
	}
	second, err := h.s.Publish(ctx, staff, last, "申诉成立，更正一处")
	h.must(err)
	facts, err := h.s.Published(ctx, access.Resident(nil), a)
	if err != nil || len(facts) != 15 {
		t.Fatalf("residents read %d facts, %v", len(facts), err)
	}
	for _, f := range facts {
		if want := f.Class == "activity"; (f.Done == 1) != want {
			t.Errorf("residents read %+v", f)
		}
	}
	if _, err := h.s.File(ctx, own, performance.Dispute{Key: "three", Publication: first, Class: "activity", Reason: "旧的"}); !complains(err, "state") {
		t.Errorf("disputed what no longer stands: %v", err)
	}
	h.now = time.Date(2026, 3, 17, 9, 0, 0, 0, h.now.Location())
	if _, err := h.s.File(ctx, own, performance.Dispute{Key: "late", Publication: second, Class: "activity", Reason: "晚了"}); !complains(err, "state") {
		t.Errorf("disputed after ten working days: %v", err)
	}
}

func TestAbsencesEndangerTheSeat(t *testing.T) {
	h := open(t)
	a, b := h.deputy(h.Street, "李䶮"), h.deputy(h.Street, "𠮷田")
	h.confirmed(h.session(spring, 0, 0, 8, a, b))
	second := h.confirmed(h.session(spring.AddDate(0, 9, 0), 0, 0, 6, a))
	h.confirmed(h.session(spring.AddDate(0, 9, 0), 0, 6, 0, b))
	count := func() (list []int) {
		for _, l := range h.sheet(h.Actor(access.Director), 2025).Lines {
			list = append(list, l.Sessions)
		}
		return list
	}
	if got := count(); !cmp.Equal(got, []int{2, 1}) {
		t.Errorf("sessions stayed away from = %v", got)
	}
	own := h.Actor(access.Deputy)
	own.DeputyID = a
	if r, err := h.s.Record(t.Context(), own, a, 2025); err != nil || r.Sessions != 2 {
		t.Errorf("the deputy reads %d, %v", r.Sessions, err)
	}
	h.must(h.s.Revoke(t.Context(), h.Actor(access.Director), h.step("supplements", second), "请过假"))
	if got := count(); !cmp.Equal(got, []int{1, 1}) {
		t.Errorf("after a correction = %v", got)
	}
}

func TestScheme(t *testing.T) {
	h := open(t)
	ctx, head := t.Context(), h.Actor(access.Director)
	a := h.deputy(h.Street, "李䶮")
	if s := h.sheet(head, 2025); s.Scheme != nil {
		t.Error("points are on by default")
	}
	if err := h.s.Choose(ctx, h.staff, preset(2025, true), 0); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office chooses: %v", err)
	}
	if err := h.s.Choose(ctx, head, performance.Preset(2025), 0); !complains(err, "reason") {
		t.Errorf("without a reason: %v", err)
	}
	h.must(h.s.Choose(ctx, head, preset(2025, true), 0))
	if err := h.s.Choose(ctx, head, preset(2025, true), 0); !errors.Is(err, fault.Stale) {
		t.Errorf("over another version: %v", err)
	}
	h.held(h.Street, gathering.Activity, spring, h.came(a, gathering.Present))
	h.confirmed(h.session(spring, 6, 1, 1, a))
	h.confirmed(performance.Supplement{Key: "award", Class: "award", Title: "优秀代表", HeldOn: spring, DeputyIDs: []int64{a}})
	s := h.sheet(head, 2025)
	if s.Scheme == nil || s.Scheme.Revision != 1 {
		t.Fatalf("the scheme = %+v", s.Scheme)
	}
	got := s.Scheme.Score(s.Lines[0].Cells)
	// 30 − 5 − 1, 20 × 1 ÷ 1 and the award's 5 of the 90 that could be had: no training, and no report to voters was due.
	if got.Got != 4900 || got.Top != 9000 || got.Cent != 544 || got.Grade != "差" {
		t.Errorf("the score = %d of %d, %d, %s", got.Got, got.Top, got.Cent, got.Grade)
	}
	h.must(h.s.Choose(ctx, head, preset(2025, false), 1))
	if s := h.sheet(head, 2025); s.Scheme != nil {
		t.Error("points stay after they are switched off")
	}
	if l, err := h.s.Schemes(ctx, head, 0, 2025); err != nil || len(l.Versions) != 2 || l.Versions[0].Active || !l.Versions[1].Active {
		t.Errorf("the versions = %+v, %v", l.Versions, err)
	}
}

// Points never leave their bounds, more work never costs any, and each item shows the
// numbers that it comes from.
func TestScoreStaysInBounds(t *testing.T) {
	s := preset(2025, true)
	for done := range 12 {
		for due := range 12 {
			for excused := range 4 {
				var cells, more [performance.Columns]performance.Cell
				for i, c := range performance.Classes {
					cells[i] = performance.Cell{Done: done}
					if c.Owed {
						cells[i] = performance.Cell{Done: min(done, due), Due: due + excused, Excused: excused}
					}
					more[i] = cells[i]
					more[i].Done++
					if c.Owed {
						more[i].Due++
					}
				}
				got, then := s.Score(cells), s.Score(more)
				for i, p := range got.Items {
					if p.Got < 0 || p.Got > p.Top || then.Items[i].Got < p.Got {
						t.Fatalf("%s of %+v = %d of %d, one more = %d", p.Item.Key, p.Counts, p.Got, p.Top, then.Items[i].Got)
					}
				}
				if got.Cent < 0 || got.Cent > 1000 {
					t.Fatalf("the score = %+v", got)
				}
			}
		}
	}
}

func TestProcedures(t *testing.T) {
	for _, table := range []*procedure.Table{&performance.Supplements, &performance.Disputes} {
		for _, m := range table.Moves {
			for _, s := range append(m.From, m.To...) {
				if table.Info(s).Turn == "" && !table.Info(s).Ended && s != performance.Confirmed {
					t.Errorf("%s: %s leads to a state that nobody knows: %s", table.Title, m.Name, s)
				}
			}
		}
	}
}

func TestAnotherStreetsProcedures(t *testing.T) {
	h := open(t)
	ctx, other := t.Context(), h.Other(access.Staff)
	a := h.deputy(h.Street, "李䶮")
	id := h.added(h.session(spring, 8, 0, 0, a))
	pub, err := h.s.Publish(ctx, h.staff, performance.Quarter{Year: 2025, Number: 4}, "")
	h.must(err)
	own := h.Actor(access.Deputy)
	own.DeputyID = a
	dispute, err := h.s.File(ctx, own, performance.Dispute{Key: "d", Publication: pub, Class: "activity", Reason: "漏了一次"})
	h.must(err)
	h.must(h.s.Choose(ctx, h.Actor(access.Director), preset(2025, true), 0))
	for what, err := range map[string]error{
		"supplement":  second(h.s.SupplementRecord(ctx, other, id)),
		"publication": second(h.s.Publication(ctx, other, pub)),
		"dispute":     second(h.s.DisputeRecord(ctx, other, dispute)),
		"confirm":     h.s.Confirm(ctx, h.Other(access.Director), performance.Step{ID: id, Version: 1}),
		"answer":      h.s.Deny(ctx, other, performance.Step{ID: dispute, Version: 1}, "不"),
		"far":         second(h.s.SupplementRecord(ctx, h.Far(access.CityDeputy), id)),
	} {
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("another street's %s: %v", what, err)
		}
	}
	l, err := h.s.SupplementList(ctx, other, performance.ListFilter{StreetID: h.Street, Limit: 9})
	d, err2 := h.s.DisputeList(ctx, other, performance.ListFilter{StreetID: h.Street, Limit: 9})
	p, err3 := h.s.PublicationList(ctx, other, performance.ListFilter{StreetID: h.Street, Limit: 9})
	v, err4 := h.s.Schemes(ctx, other, h.Street, 2025)
	if err := errors.Join(err, err2, err3, err4); err != nil || len(l.Lines)+len(d.Lines)+len(p.Lines)+len(v.Versions) != 0 {
		t.Errorf("another street sees %d, %d, %d, %d, %v", len(l.Lines), len(d.Lines), len(p.Lines), len(v.Versions), err)
	}
}

func second[T any](_ T, err error) error { return err }
