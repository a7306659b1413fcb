package opinion_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/opinion"
	"portal/internal/secret"
)

func TestSubmitTwiceIsOne(t *testing.T) {
	h := open(t)
	n := h.new()
	n.Source = "online"
	var receipts [2]opinion.Receipt
	errs := make(chan error, 2)
	for i := range receipts {
		go func() {
			var err error
			receipts[i], err = h.s.Submit(t.Context(), n)
			errs <- err
		}()
	}
	h.must(<-errs)
	h.must(<-errs)
	if receipts[0] != receipts[1] {
		t.Errorf("receipts differ: %+v", receipts)
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*)::int FROM opinions`); got != 1 {
		t.Errorf("opinions = %d", got)
	}
	if _, err := h.s.Status(t.Context(), receipts[0].Number, "AAAAA-AAAAA"); !errors.Is(err, fault.NotFound) {
		t.Errorf("wrong code: %v, want NotFound", err)
	}
}

func TestResidentFollowsTheirOwn(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	n := h.new()
	n.Source = "online"
	r, err := h.s.Submit(ctx, n)
	h.must(err)
	h.must(h.s.Accept(ctx, h.Actor(access.Staff), h.step(r.ID)))
	h.must(h.s.Assign(ctx, h.Actor(access.Staff), h.step(r.ID), opinion.Assignment{Lead: h.Unit, Urgency: "urgent"}))
	h.must(h.s.SignFor(ctx, h.Actor(access.Unit), h.step(r.ID)))
	spelled := strings.ReplaceAll(r.Number, "-", " ") + "　"
	st, err := h.s.Status(ctx, spelled, strings.ToLower(strings.ReplaceAll(r.Code, "-", "")))
	h.must(err)
	var done []string
	for _, s := range st.Steps {
		done = append(done, s.Action)
	}
	if want := []string{"opinion.register", "opinion.acceptance", "opinion.assignment", "opinion.receipt"}; !slices.Equal(done, want) {
		t.Errorf("steps = %v, want %v", done, want)
	}
	if st.Unit != "城市建设办公室" || len(st.Due) != 1 || st.Due[0].Name != "reply" || calendar.ISO(st.Due[0].DueOn) != "2026-03-09" {
		t.Errorf("unit %q, due %v", st.Unit, st.Due)
	}
	if err := h.s.Rate(ctx, r.Number, r.Code, "satisfied", ""); !errors.As(err, &fault.Fields{}) {
		t.Errorf("rate before the answer = %v, want a complaint", err)
	}
}

// TestResidentsSeeNobodyElses asks for everything there is, with the code of
// one opinion and with none.
func TestResidentsSeeNobodyElses(t *testing.T) {
	h := open(t)
	mine, err := h.s.Submit(t.Context(), func() opinion.New { n := h.new(); n.Source = "online"; return n }())
	h.must(err)
	other := h.replied(h.new())
	count := func(a access.Actor, table string) (n int) {
		t.Helper()
		h.must(h.db.Read(t.Context(), a, db.Value(&n, `SELECT count(id)::int FROM `+table, db.Args{})))
		return n
	}
	for _, c := range []struct {
		who                     string
		code                    string
		opinions, events, units int
	}{{"with a code", mine.Code, 1, 1, 0}, {"with another's", other.Code, 1, dbtest.Scan[int](t, h.admin, `SELECT count(*)::int FROM audit_events WHERE subject_id = $1`, other.ID), 1}, {"with none", "", 0, 0, 0}} {
		a := access.Resident(secret.QueryHash(c.code))
		if o, e, u := count(a, "opinions"), count(a, "audit_events"), count(a, "units"); o != c.opinions || e != c.events || u != c.units {
			t.Errorf("a resident %s sees %d opinions, %d events, %d units", c.who, o, e, u)
		}
	}
	for name, sql := range map[string]string{
		"who raised it": `SELECT resident FROM opinions`, "a telephone number": `SELECT phone_mask FROM opinions`,
		"who did what": `SELECT user_name FROM audit_events`, "why": `SELECT reason FROM audit_events`, "a unit's person": `SELECT contact FROM units`,
	} {
		var got []string
		if err := h.db.Read(t.Context(), access.Resident(secret.QueryHash(other.Code)), db.Values(&got, sql, db.Args{})); !db.Refused(err) {
			t.Errorf("a resident reads %s: %v %v", name, got, err)
		}
	}
	if _, err := h.s.Status(t.Context(), other.Number, mine.Code); !errors.Is(err, fault.NotFound) {
		t.Errorf("another's number with one's own code = %v, want NotFound", err)
	}
}

func TestRateOnceAndSecondHandling(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	r := h.replied(h.new())
	told := func() {
		h.must(h.s.Approve(ctx, staff, h.step(r.ID), ""))
		h.must(h.s.FeedBack(ctx, staff, h.step(r.ID), "电话", calendar.On(h.now)))
	}
	told()
	h.must(h.s.Rate(ctx, r.Number, r.Code, "dissatisfied", "又坏了"))
	h.want(r.ID, opinion.Handling)
	if err := h.s.Rate(ctx, r.Number, r.Code, "satisfied", ""); !errors.As(err, &fault.Fields{}) {
		t.Errorf("rate while it is handled again = %v, want a complaint", err)
	}
	h.must(h.s.Reply(ctx, h.Actor(access.Unit), h.step(r.ID), "已换线路"))
	told()
	h.must(h.s.Rate(ctx, r.Number, r.Code, "dissatisfied", ""))
	h.want(r.ID, opinion.Closed)
	st, err := h.s.Status(ctx, r.Number, r.Code)
	h.must(err)
	if st.Round != 2 || st.Answer != "已换线路" || *st.Rating != "dissatisfied" || *st.FirstRating != "dissatisfied" {
		t.Errorf("status = %+v", st)
	}
}

func TestPlaces(t *testing.T) {
	h := open(t)
	dbtest.Exec(t, h.admin, `UPDATE communities SET ended_on = '2026-01-01' WHERE id = $1`, h.SecondCommunity)
	list, err := h.s.Places(t.Context())
	h.must(err)
	var names []string
	for _, p := range list {
		names = append(names, p.Street+p.Name)
	}
	if want := []string{"东城街道岗贝社区", "南城街道鸿福社区"}; !slices.Equal(names, want) {
		t.Errorf("Places = %v, want %v", names, want)
	}
}
