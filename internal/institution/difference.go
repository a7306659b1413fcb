package institution

import (
	"github.com/sergi/go-diff/diffmatchpatch"
)

// Piece is a run of a clause's text that both versions have, or only one.
type Piece struct {
	Text    string
	Changed bool
}

// Change is one clause in two versions, each in its pieces. Where one version
// lacks the clause its side is nil.
type Change struct {
	Place
	Before, After []Piece
	How           string // 中文: 新增, 修改, 废止; "" where nothing changed
}

// Compare puts two versions side by side, clause by clause.
func Compare(before, after []Clause) []Change {
	var list []Change
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		switch {
		case j == len(after) || i < len(before) && before[i].less(after[j].Place):
			list = append(list, Change{Place: before[i].Place, Before: whole(before[i], true), How: "删去"})
			i++
		case i == len(before) || after[j].less(before[i].Place):
			list = append(list, Change{Place: after[j].Place, After: whole(after[j], true), How: "新增"})
			j++
		default:
			list = append(list, compare(before[i], after[j]))
			i, j = i+1, j+1
		}
	}
	return list
}

func compare(a, b Clause) Change {
	c := Change{Place: a.Place}
	switch {
	case a.Text == b.Text && a.Repealed == b.Repealed:
		c.Before, c.After = whole(a, false), whole(b, false)
	case b.Repealed:
		c.Before, c.After, c.How = whole(a, true), whole(b, true), "废止"
	case a.Repealed:
		c.Before, c.After, c.How = whole(a, true), whole(b, true), "恢复"
	default:
		c.Before, c.After = pieces(a.Text, b.Text)
		c.How = "修改"
	}
	return c
}

func whole(c Clause, changed bool) []Piece {
	if c.Repealed {
		return []Piece{{repealedText, changed}}
	}
	return []Piece{{c.Text, changed}}
}

// pieces marks what changed in a clause, in runs that people can read.
func pieces(a, b string) (before, after []Piece) {
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // the same answer on every machine; clauses are short
	for _, x := range d.DiffCleanupSemantic(d.DiffMainRunes([]rune(a), []rune(b), false)) {
		if x.Type != diffmatchpatch.DiffInsert {
			before = append(before, Piece{x.Text, x.Type == diffmatchpatch.DiffDelete})
		}
		if x.Type != diffmatchpatch.DiffDelete {
			after = append(after, Piece{x.Text, x.Type == diffmatchpatch.DiffInsert})
		}
	}
	return before, after
}
