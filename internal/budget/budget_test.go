package budget

import (
	"fmt"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func TestAllow(t *testing.T) {
	b := New(3, time.Minute)
	for i, want := range []bool{true, true, true, false, false} {
		if got := b.Allow("a", start); got != want {
			t.Errorf("try %d = %v, want %v", i+1, got, want)
		}
	}
	if !b.Allow("b", start) {
		t.Error("another key pays for the first")
	}
	if later := start.Add(time.Minute); !b.Allow("a", later) || b.Allow("a", later) {
		t.Error("after a minute there is not just one more try")
	}
	b.Return("a", start.Add(time.Minute))
	if later := start.Add(time.Minute); !b.Allow("a", later) || b.Allow("a", later) {
		t.Error("one try was given back, and there is not just one more")
	}
	b.Forget("a")
	if !b.Allow("a", start.Add(time.Minute)) {
		t.Error("a forgotten key has no budget")
	}
}

// TestMemory fills the budget with keys: it stays bounded, and those who spent
// theirs are remembered while there is room.
func TestMemory(t *testing.T) {
	b := New(2, time.Minute)
	for i := range most - 1 {
		b.Allow(fmt.Sprint("once ", i), start)
	}
	later := start.Add(2 * time.Minute)
	b.Allow("spent", later)
	b.Allow("spent", later)
	b.Allow("one more", later)
	if len(b.each) > 2 || b.Allow("spent", later) {
		t.Errorf("%d keys are kept, want those that have spent", len(b.each))
	}
}
