package opinion_test

import (
	"errors"
	"testing"

	"portal/internal/access"
	"portal/internal/fault"
	"portal/internal/opinion"
)

// TestOverdueLadder follows an unanswered opinion up the ladder of domain.md
// §3(j): 催办 from the first working day, 督办 from the fifth, 上报 from the fifteenth.
func TestOverdueLadder(t *testing.T) {
	h := open(t)
	ctx, staff := t.Context(), h.Actor(access.Staff)
	r := h.register(h.new())
	h.must(h.s.Accept(ctx, staff, h.step(r.ID)))
	h.must(h.s.Assign(ctx, staff, h.step(r.ID), opinion.Assignment{Lead: h.Unit, Urgency: "urgent"}))
	h.must(h.s.SignFor(ctx, h.Actor(access.Unit), h.step(r.ID)))
	line := func() opinion.OverdueLine {
		t.Helper()
		list, err := h.s.Overdue(ctx, staff, 0)
		if err != nil || len(list) != 1 {
			t.Fatalf("Overdue = %v, %v, want one line", list, err)
		}
		return list[0]
	}
	if list, err := h.s.Overdue(ctx, staff, 0); err != nil || len(list) != 0 {
		t.Errorf("Overdue before the deadline = %v, %v", list, err)
	}
	var bad fault.Fields
	if err := h.s.Urge(ctx, staff, h.step(r.ID), "report", "早了"); !errors.As(err, &bad) {
		t.Errorf("reported before the deadline: %v, want Fields", err)
	}
	h.pass(8) // due on Monday 9 March; Tuesday 10 March is working day 1 after it
	if l := line(); l.Late != 1 || l.Next != "urge" {
		t.Errorf("on the first day: %d days late, next %q", l.Late, l.Next)
	}
	h.must(h.s.Urge(ctx, staff, h.step(r.ID), "urge", "请尽快答复"))
	if l := line(); l.Next != "" || l.Urged == nil {
		t.Errorf("urged: next %q", l.Next)
	}
	h.pass(6) // Monday 16 March
	if l := line(); l.Late != 5 || l.Next != "supervise" {
		t.Errorf("on the fifth day: %d days late, next %q", l.Late, l.Next)
	}
	h.must(h.s.Urge(ctx, staff, h.step(r.ID), "supervision", "限三日内答复"))
	h.pass(14) // Monday 30 March
	if l := line(); l.Late != 15 || l.Next != "report" || l.Supervised == nil {
		t.Errorf("on the fifteenth day: %d days late, next %q", l.Late, l.Next)
	}
	h.must(h.s.Urge(ctx, staff, h.step(r.ID), "report", "逾期十五个工作日未答复"))
	if l := line(); l.Next != "" || l.Reported == nil {
		t.Errorf("reported: next %q", l.Next)
	}
	for role, want := range map[access.Role]int{access.Director: 1, access.PartyReader: 1, access.CityOffice: 1, access.Unit: 1} {
		list, err := h.s.Overdue(ctx, h.Actor(role), 0)
		if err != nil || len(list) != want {
			t.Errorf("%s sees %d, %v, want %d", role, len(list), err, want)
		}
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Other(access.Unit), h.Far(access.CityOffice)} {
		if list, err := h.s.Overdue(ctx, a, h.Street); err != nil || len(list) != 0 {
			t.Errorf("another street or city sees %v, %v", list, err)
		}
	}
}
