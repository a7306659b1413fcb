package appointment_test

import (
	"errors"
	"sync"
	"testing"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
)

func (h *house) died(term int64) appointment.NewEnding {
	return appointment.NewEnding{StreetID: h.Street, PostID: term, Why: "died", On: h.today(), Document: "关于李明职务自行终止的报告", Proof: paper("证明")}
}

// The street reports, the city files: with that the post ends, from the day on that
// was reported.
func TestPostEndsByItself(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	_, term := h.appoint("李明", committee.Member)
	n := h.died(term)
	n.On = calendar.AddDays(h.now, 1)
	if _, err := h.s.ReportEnding(ctx, h.staff, n); !complaint(err, "on") {
		t.Errorf("ended tomorrow: %v", err)
	}
	n.On = calendar.AddDays(h.now, -9000)
	if _, err := h.s.ReportEnding(ctx, h.staff, n); !complaint(err, "on") {
		t.Errorf("ended before it began: %v", err)
	}
	n = h.died(term)
	n.Why = "moved"
	if _, err := h.s.ReportEnding(ctx, h.staff, n); !complaint(err, "why") {
		t.Errorf("ended for another reason: %v", err)
	}
	n = h.died(term)
	id, err := h.s.ReportEnding(ctx, h.staff, n)
	h.must(err)
	if again, err := h.s.ReportEnding(ctx, h.staff, n); err != nil || again != id {
		t.Errorf("sent twice = %d, %v, want %d", again, err, id)
	}
	n.Document = "另一份"
	if _, err := h.s.ReportEnding(ctx, h.staff, n); !complaint(err, "") {
		t.Errorf("reported twice: %v", err)
	}
	if got := h.inPost(); got != "李明member2026-03-02" {
		t.Errorf("posts = %s, want nothing ended before the city filed it", got)
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		if _, _, err := h.s.Ending(ctx, a, h.Street, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere reads it: %v", a.Role, err)
		}
		if _, err := h.s.ReportEnding(ctx, a, h.died(term)); err == nil {
			t.Errorf("%s of elsewhere reports", a.Role)
		}
		if err := h.s.FileEnding(ctx, a, h.Street, id); err == nil {
			t.Errorf("%s of elsewhere files it", a.Role)
		}
	}
	if err := h.s.FileEnding(ctx, h.staff, h.Street, id); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the street files it: %v", err)
	}
	h.must(h.s.ReturnEnding(ctx, h.city, h.Street, id, "证明不清楚"))
	if err := h.s.FileEnding(ctx, h.city, h.Street, id); !errors.Is(err, fault.Stale) {
		t.Errorf("filed after it was returned: %v", err)
	}
	id, err = h.s.ReportEnding(ctx, h.staff, h.died(term))
	h.must(err)
	h.must(h.s.FileEnding(ctx, h.city, h.Street, id))
	if got := h.inPost(); got != "李明member2026-03-02–2026-03-02died" {
		t.Errorf("posts = %s", got)
	}
	e, proof, err := h.s.Ending(ctx, h.Actor(access.Director), h.Street, id)
	if err != nil || e.Open() || e.Recorder != h.city.Name || len(proof) != 1 {
		t.Errorf("ending = %+v with %d papers, %v", e, len(proof), err)
	}
	if _, err := h.s.ReportEnding(ctx, h.city, h.died(term)); err == nil {
		t.Error("ended twice")
	}
}

// What the city learns itself is filed at once, and one of two who file at the
// same time is told.
func TestTheCityFilesAtOnce(t *testing.T) {
	h := open(t)
	_, term := h.appoint("李明", committee.Member)
	_, err := h.s.ReportEnding(t.Context(), h.city, h.died(term))
	h.must(err)
	if got := h.inPost(); got != "李明member2026-03-02–2026-03-02died" {
		t.Errorf("posts = %s", got)
	}
	_, term = h.appoint("王芳", committee.Member)
	id, err := h.s.ReportEnding(t.Context(), h.staff, h.died(term))
	h.must(err)
	var wg sync.WaitGroup
	errs := make([]error, 10)
	for i := range errs {
		wg.Go(func() { errs[i] = h.s.FileEnding(t.Context(), h.city, h.Street, id) })
	}
	wg.Wait()
	filed := 0
	for _, err := range errs {
		if err == nil {
			filed++
		} else if !errors.Is(err, fault.Stale) {
			t.Error(err)
		}
	}
	if filed != 1 {
		t.Errorf("filed %d times", filed)
	}
}

// sql runs a statement of the portal's own role as a.
func (h *house) sql(a access.Actor, statement string, args db.Args) error {
	return h.db.Write(h.Context(), a, func(tx db.Tx) error {
		n, err := db.Exec(h.Context(), tx, statement, args)
		if err == nil && n == 0 {
			return fault.NotFound
		}
		return err
	})
}

// No statement of the portal's own role ends a post but the city's filing, and
// what was reported stays as it was.
func TestEndingsBySQL(t *testing.T) {
	h := open(t)
	_, term := h.appoint("李明", committee.Member)
	insert := `
		INSERT INTO post_endings (street_id, post_id, why, ended_on, document, creator, created_at, recorded_on, recorder)
		VALUES (@street, @post, 'died', '2026-03-02', 'x', 'x', @now, CASE WHEN @filed THEN date '2026-03-02' END, CASE WHEN @filed THEN 'x' ELSE '' END)`
	args := func(filed bool) db.Args {
		return db.Args{"street": h.Street, "post": term, "now": dbtest.Now, "filed": filed}
	}
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		city := a.Role == access.CityOffice || a.Role == access.CityDeputy
		if err := h.sql(a, insert, args(true)); city != (err == nil) {
			t.Errorf("%s files: %v", a.Role, err)
		} else if city {
			dbtest.Exec(t, h.admin, `UPDATE posts SET until_on = NULL, ended_why = '' WHERE id = $1`, term)
			dbtest.Exec(t, h.admin, `DELETE FROM post_endings`)
		}
	}
	h.must(h.sql(h.staff, insert, args(false)))
	for _, info := range access.Roles {
		a := h.Actor(info.Role)
		err := h.sql(a, `UPDATE post_endings SET recorded_on = '2026-03-02', recorder = 'x', returned_on = '2026-03-02', returned_why = 'x'`, db.Args{})
		if err == nil {
			t.Errorf("%s filed and returned it", a.Role)
		}
		if err := h.sql(a, `UPDATE post_endings SET ended_on = '2026-03-01'`, db.Args{}); !db.Refused(err) {
			t.Errorf("%s changed the day: %v", a.Role, err)
		}
	}
	if got := h.inPost(); got != "李明member2026-03-02" {
		t.Errorf("posts = %s", got)
	}
}
