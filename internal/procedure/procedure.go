// Package procedure describes how a record moves from state to state: one table
// of allowed moves a room. Pages draw their buttons from it, tests walk it and
// docs/procedures.md is generated from it.
package procedure

import (
	"slices"

	"portal/internal/access"
)

// State is where a record stands. Its name on screen is in the Table.
type State string

// Move is one allowed step.
type Move struct {
	Name  string // the noun of its route: POST /opinions/{id}/<name>
	Label string // the verb on its button: 交办
	From  []State
	To    []State // where it may lead; more than one where a rule decides
	Need  access.Permission
	Needs string // 中文: what must be given or hold; "" for nothing
	Clock string // 中文: the deadline it starts; "" for none
	Grave bool   // cannot be undone: the page asks before it
}

// Table is a room's procedure.
type Table struct {
	Title  string      // 中文: what moves
	States []StateInfo // in the order of the procedure
	Moves  []Move
}

// StateInfo names a state and says whose turn it is.
type StateInfo struct {
	State State
	Name  string // 已交办
	Turn  string // 待承办单位签收; "" when nobody's
	Ended bool
}

// Info returns what is known of s.
func (t *Table) Info(s State) StateInfo {
	if i := slices.IndexFunc(t.States, func(x StateInfo) bool { return x.State == s }); i >= 0 {
		return t.States[i]
	}
	return StateInfo{State: s, Name: string(s)}
}

// Open lists the moves that a's role may make from s, in the table's order.
// The room's own rules may forbid one of them still.
func (t *Table) Open(a access.Actor, s State) []Move {
	var open []Move
	for _, m := range t.Moves {
		if slices.Contains(m.From, s) && a.May(m.Need) {
			open = append(open, m)
		}
	}
	return open
}

// Move returns the move called name. It panics on a name that is not in the
// table, which only a programming error can bring.
func (t *Table) Move(name string) Move {
	i := slices.IndexFunc(t.Moves, func(m Move) bool { return m.Name == name })
	if i < 0 {
		panic("procedure: no move " + name)
	}
	return t.Moves[i]
}

// Has reports whether the table has a move called name.
func (t *Table) Has(name string) bool {
	return slices.ContainsFunc(t.Moves, func(m Move) bool { return m.Name == name })
}

// Allows reports whether the move called name may start from s.
func (t *Table) Allows(name string, s State) bool { return slices.Contains(t.Move(name).From, s) }
