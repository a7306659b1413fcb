package voter

import (
	"cmp"
	"slices"
)

// Vote is what a candidate had at the selection meeting of their district.
type Vote struct {
	ID     int64
	Votes  int
	Runoff *int // in the second vote among the tied
}

// passes reports whether votes are more than percent of those present.
func passes(votes, present, percent int) bool { return votes*100 > present*percent }

func (v Vote) compare(w Vote) int {
	second := func(r *int) int {
		if r == nil {
			return 0
		}
		return *r
	}
	return cmp.Or(cmp.Compare(w.Votes, v.Votes), cmp.Compare(second(w.Runoff), second(v.Runoff)))
}

// Elect says who is selected, by votes, and who is tied at the last seat. A
// candidate passes with more than percent of those present (default 50, domain.md
// §3 h); no more are selected than there are seats. Where the last seats fall on
// candidates with equal votes none of these is selected: a second vote among
// them decides, and more votes win (as in domain.md §3 l).
func Elect(list []Vote, present, seats, percent int) (selected, tied []int64) {
	list = slices.DeleteFunc(slices.Clone(list), func(v Vote) bool { return !passes(v.Votes, present, percent) })
	slices.SortFunc(list, func(v, w Vote) int { return cmp.Or(v.compare(w), cmp.Compare(v.ID, w.ID)) })
	cut := min(seats, len(list))
	if cut < len(list) && list[cut-1].compare(list[cut]) == 0 {
		edge := list[cut]
		for _, v := range list {
			if v.compare(edge) == 0 {
				tied = append(tied, v.ID)
			}
		}
		cut = slices.IndexFunc(list, func(v Vote) bool { return v.compare(edge) == 0 })
	}
	for _, v := range list[:cut] {
		selected = append(selected, v.ID)
	}
	return selected, tied
}
