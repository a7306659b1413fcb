package public

import (
	"slices"
	"testing"

	"portal/internal/opinion"
)

// TestEveryStateAndMoveHasWords: what residents follow has words for them, but
// for what does not change their item.
func TestEveryStateAndMoveHasWords(t *testing.T) {
	for _, s := range opinion.Procedure.States {
		if turns[s.State] == "" {
			t.Errorf("state %s has no words", s.State)
		}
	}
	inside := []string{"comment", "extension", "extension-decision"}
	for _, m := range opinion.Procedure.Moves {
		if _, ok := steps["opinion."+m.Name]; ok == slices.Contains(inside, m.Name) {
			t.Errorf("move %s: has words %v", m.Name, ok)
		}
	}
}
