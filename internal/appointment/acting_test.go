package appointment_test

import (
	"errors"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
)

func (h *house) presides(post int64, on time.Time) (may bool) {
	h.Helper()
	h.must(h.db.Write(h.Context(), h.staff, func(tx db.Tx) (err error) {
		may, err = committee.MayPreside(h.Context(), tx, h.Street, post, on)
		return err
	}))
	return may
}

// While the director's post is vacant the deputy director who heads the committee
// presides; with a new director it is over.
func TestActingHead(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	director := dbtest.InPost(t, h.admin, h.Street, committee.Director, "李䶮", nil, "2019-07-01")
	deputy := dbtest.InPost(t, h.admin, h.Street, committee.DeputyDirector, "王芳", nil, "2019-07-01")
	member := dbtest.InPost(t, h.admin, h.Street, committee.Member, "赵南", nil, "2019-07-01")
	n := appointment.NewActingHead{Key: "a", StreetID: h.Street, PostID: deputy, FromOn: h.today(), Document: "东委干〔2026〕7号", Papers: paper("通知")}
	if _, err := h.s.NoteActingHead(ctx, h.city, n); !complaint(err, "from_on") {
		t.Errorf("while the director is in post: %v", err)
	}
	if h.presides(deputy, h.today()) {
		t.Error("a deputy director presides without a delegation")
	}
	dbtest.Exec(t, h.admin, `UPDATE posts SET until_on = '2026-03-01', ended_why = 'removed' WHERE id = $1`, director)
	n.PostID = member
	if _, err := h.s.NoteActingHead(ctx, h.city, n); !complaint(err, "post") {
		t.Errorf("a member heads it: %v", err)
	}
	n.PostID = deputy
	through := calendar.AddDays(h.today(), -1)
	n.ThroughOn = &through
	if _, err := h.s.NoteActingHead(ctx, h.city, n); !complaint(err, "through_on") {
		t.Errorf("it ends before it begins: %v", err)
	}
	n.ThroughOn = nil
	if _, err := h.s.NoteActingHead(ctx, h.staff, n); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the street notes it: %v", err)
	}
	if _, err := h.s.NoteActingHead(ctx, h.Far(access.CityDeputy), n); err == nil {
		t.Error("another city notes it")
	}
	id, err := h.s.NoteActingHead(ctx, h.city, n)
	h.must(err)
	if again, err := h.s.NoteActingHead(ctx, h.city, n); err != nil || again != id {
		t.Errorf("sent twice = %d, %v, want %d", again, err, id)
	}
	second := n
	second.Key = "b"
	if _, err := h.s.NoteActingHead(ctx, h.city, second); !complaint(err, "from_on") {
		t.Errorf("two at once: %v", err)
	}
	for back, want := range map[int]bool{1: false, 0: true, -30: true} {
		if got := h.presides(deputy, calendar.AddDays(h.today(), -back)); got != want {
			t.Errorf("%d days ago the acting head presides: %v", back, got)
		}
	}
	if h.presides(member, h.today()) || h.presides(director, h.today()) {
		t.Error("others preside, too")
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		var seen []int64
		h.must(h.db.Read(ctx, a, db.Values(&seen, `SELECT id FROM acting_heads LIMIT 10`, db.Args{})))
		if len(seen) != 0 {
			t.Errorf("%s of elsewhere sees it", a.Role)
		}
	}

	// A new director comes by a vote; the note ends with that day.
	h.now = h.now.AddDate(0, 0, 7)
	dbtest.Exec(t, h.admin, `ALTER TABLE appointees ALTER COLUMN id RESTART WITH 1000`) // InPost has made up votes of its own
	h.appoint("𠮷田光", committee.Director)
	if h.presides(deputy, h.today()) || !h.presides(deputy, calendar.AddDays(h.today(), -1)) {
		t.Error("the note does not end with the new director")
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT until_on || ended_why FROM acting_heads WHERE id = $1`, id); got != "2026-03-09主任到任" {
		t.Errorf("the note ended %s", got)
	}
}

func TestActingHeadEnds(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	note := func(key, name string) (post, id int64) {
		post = dbtest.InPost(t, h.admin, h.Street, committee.DeputyDirector, name, nil, "2019-07-01")
		id, err := h.s.NoteActingHead(ctx, h.city, appointment.NewActingHead{Key: key, StreetID: h.Street, PostID: post, FromOn: h.today(), Document: "通知"})
		h.must(err)
		return post, id
	}
	post, id := note("a", "王芳")
	h.now = h.now.AddDate(0, 0, 3)
	h.must(h.s.EndActingHead(ctx, h.city, h.Street, id, "另有安排"))
	if err := h.s.EndActingHead(ctx, h.city, h.Street, id, "再结束"); !errors.Is(err, fault.Stale) {
		t.Errorf("ended twice: %v", err)
	}
	if h.presides(post, h.today()) || !h.presides(post, calendar.AddDays(h.today(), -1)) {
		t.Error("an ended note goes on")
	}
	// With the deputy director's term it ends, too.
	post, id = note("b", "李䶮")
	e := h.died(post)
	_, err := h.s.ReportEnding(ctx, h.city, e)
	h.must(err)
	if h.presides(post, h.today()) {
		t.Error("who is dead presides")
	}
	if got := dbtest.Scan[string](t, h.admin, `SELECT ended_why FROM acting_heads WHERE id = $1`, id); got != "离任" {
		t.Errorf("the note of who died ended %q", got)
	}
}

// The rules hold for statements of the portal's own role.
func TestActingHeadsBySQL(t *testing.T) {
	h := open(t)
	post := dbtest.InPost(t, h.admin, h.Street, committee.DeputyDirector, "王芳", nil, "2019-07-01")
	far := dbtest.InPost(t, h.admin, h.OtherStreet, committee.DeputyDirector, "赵南", nil, "2019-07-01")
	insert := func(a access.Actor, post int64) error {
		return h.sql(a, `
			INSERT INTO acting_heads (street_id, post_id, from_on, document, creator, key, created_at)
			VALUES (@street, @post, '2026-03-02', 'x', 'x', gen_random_uuid()::text, @now)`, db.Args{"street": h.Street, "post": post, "now": dbtest.Now})
	}
	for _, info := range access.Roles {
		if a := h.Actor(info.Role); a.Role != access.CityOffice && a.Role != access.CityDeputy {
			if err := insert(a, post); err == nil {
				t.Errorf("%s notes it", a.Role)
			}
		}
	}
	if err := insert(h.city, far); !db.Violates(err, "acting_heads_in_post") {
		t.Errorf("another street's deputy director: %v", err)
	}
	h.must(insert(h.city, post))
	for _, statement := range []string{
		`UPDATE acting_heads SET until_on = '2030-01-01'`, `UPDATE acting_heads SET ended_why = 'x'`, `UPDATE acting_heads SET from_on = '2020-01-01'`,
		`DELETE FROM acting_heads`,
	} {
		for _, info := range access.Roles {
			if err := h.sql(h.Actor(info.Role), statement, db.Args{}); err == nil {
				t.Errorf("%s: %s", info.Role, statement)
			}
		}
	}
}
