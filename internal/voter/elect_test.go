package voter_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"portal/internal/voter"
)

// Whatever the votes: nobody is selected without more than half of those
// present, no more than there are seats, and nobody who had more votes than
// somebody selected is passed over.
func TestElect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		present, seats, percent := rapid.IntRange(1, 60).Draw(t, "present"), rapid.IntRange(1, 5).Draw(t, "seats"), rapid.IntRange(50, 80).Draw(t, "percent")
		var list []voter.Vote
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, present), 0, 9).Draw(t, "votes") {
			list = append(list, voter.Vote{ID: int64(i + 1), Votes: n})
		}
		selected, tied := voter.Elect(list, present, seats, percent)
		if len(selected) > seats {
			t.Fatalf("%d selected for %d seats", len(selected), seats)
		}
		least, passed := present+1, 0
		for _, v := range list {
			if v.Votes*100 > present*percent {
				passed++
			}
			if slices.Contains(selected, v.ID) {
				least = min(least, v.Votes)
				if v.Votes*100 <= present*percent {
					t.Fatalf("%d of %d selected", v.Votes, present)
				}
			}
		}
		for _, v := range list {
			if !slices.Contains(selected, v.ID) && v.Votes >= least {
				t.Fatalf("%+v is passed over: %v of %v", v, selected, list)
			}
		}
		if len(tied) == 0 && len(selected) != min(seats, passed) || len(tied) == 1 || len(tied) > 0 && len(selected)+len(tied) <= seats {
			t.Fatalf("selected %v, tied %v of %v for %d seats", selected, tied, list, seats)
		}
	})
}
