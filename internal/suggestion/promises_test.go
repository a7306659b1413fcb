package suggestion_test

import (
	"fmt"
	"testing"

	"portal/internal/dbtest"
	"portal/internal/suggestion"
)

// The promise ledger is paged by the promise that a page ends with: every promise of
// both rooms stands on one page, even where several fall due on a day, and what is kept
// meanwhile moves nothing.
func TestPromisesArePaged(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	var ids []int64
	for _, days := range []int{30, 30, 60, 30} {
		ids = append(ids, h.replied(h.promising(days)))
	}
	for i := range 3 {
		dbtest.Exec(t, h.admin, `
			INSERT INTO opinions (street_id, number, query_hash, source, kind, field, text, anonymous, state, lead_unit_id, promised_on, received_on, received_at, creator, key)
			VALUES ($1, $2, $3, 'letter', 'suggest', 'construction', '路灯不亮', true, 'promised', $4, '2026-04-01', '2026-02-01', now(), '员', $2)`,
			h.Street, fmt.Sprintf("2026-441900003-00-%04d", i+1), []byte{byte(i)}, h.Unit)
	}
	all, err := h.s.Promises(ctx, h.city, suggestion.PromiseFilter{Limit: 10})
	h.must(err)
	if len(all.Lines) != 7 || all.Count != 7 || all.Next != (suggestion.PromisePlace{}) {
		t.Fatalf("%d promises of %d, next %v, want 7 on one page", len(all.Lines), all.Count, all.Next)
	}
	var paged []suggestion.PromiseLine
	f := suggestion.PromiseFilter{Limit: 2}
	for pages := 1; ; pages++ {
		l, err := h.s.Promises(ctx, h.city, f)
		h.must(err)
		paged = append(paged, l.Lines...)
		if l.Count != 7 {
			t.Errorf("page %d counts %d promises, want 7", pages, l.Count)
		}
		if f.After = suggestion.ParsePromisePlace(l.Next.String()); f.After.ID == 0 {
			break
		}
		if pages > 4 {
			t.Fatal("the pages do not end")
		}
	}
	if len(paged) != len(all.Lines) {
		t.Errorf("the pages have %d promises, want %d", len(paged), len(all.Lines))
	}
	for i := range all.Lines {
		want := all.Lines[i]
		if i >= len(paged) || paged[i].Of != want.Of || paged[i].Promise != want.Promise {
			t.Fatalf("promise %d is not %s %d: %+v", i, want.Of, want.Promise, paged)
		}
	}

	// Kept between two pages: the second page goes on where the first ended.
	first, err := h.s.Promises(ctx, h.city, suggestion.PromiseFilter{Of: "suggestion", Limit: 2})
	h.must(err)
	h.must(h.s.Rate(ctx, h.lead, h.step(ids[0]), suggestion.Rating{Attitude: "satisfied", Result: "satisfied"}))
	kept := h.answer("")
	kept.Proof = append(kept.Proof, photo("建成.png"))
	h.must(h.s.Fulfil(ctx, h.unit, h.step(ids[0]), kept))
	second, err := h.s.Promises(ctx, h.city, suggestion.PromiseFilter{Of: "suggestion", Limit: 2, After: first.Next})
	h.must(err)
	if len(second.Lines) != 2 || second.Lines[0].ID != ids[3] || second.Lines[1].ID != ids[2] {
		t.Errorf("the second page = %+v, want the suggestions %d and %d", second.Lines, ids[3], ids[2])
	}
	for _, bad := range []string{"x", "2026-04-01.suggestion", "2026-04-01.x.7", "2026-13-01.opinion.7", "2026-04-01.opinion.-7", "0.opinion.99999999999999999999"} {
		if p := suggestion.ParsePromisePlace(bad); p != (suggestion.PromisePlace{}) {
			t.Errorf("%q is the place %v", bad, p)
		}
	}
}

// An extended promise of an opinion keeps its first day in the ledger.
func TestLedgerKeepsTheFirstDay(t *testing.T) {
	h := open(t)
	dbtest.Exec(t, h.admin, `
		WITH o AS (
			INSERT INTO opinions (street_id, number, query_hash, source, kind, field, text, anonymous, state, lead_unit_id, promised_on, received_on, received_at, creator, key)
			VALUES ($1, '2026-441900003-00-0001', '\x01', 'letter', 'suggest', 'construction', '路灯不亮', true, 'promised', $2, '2026-05-31', '2026-02-01', now(), '员', 'o') RETURNING id)
		INSERT INTO opinion_promise_extensions (street_id, opinion_id, first_due, due_from, due_to, reason, extended_at, extender)
		SELECT $1, id, '2026-04-01', '2026-04-01', '2026-05-31', '施工推迟', now(), '赵主任' FROM o`, h.Street, h.Unit)
	l, err := h.s.Promises(t.Context(), h.city, suggestion.PromiseFilter{Limit: 10})
	h.must(err)
	if len(l.Lines) != 1 || l.Lines[0].Delay() != "原定2026年4月1日" {
		t.Errorf("promises = %+v, want one that was first due on 1 April", l.Lines)
	}
}
