package desk

import (
	"slices"

	"portal/internal/access"
	"portal/internal/db"
)

// matter is something of a room that waits for people in some roles. Each room
// lists its own in a file of this package; what is not set reads as nothing.
type matter struct {
	subject string // the kind of record: page.RecordURL knows its page
	do      string // 中文: the verb
	turn    string // 中文: whose turn it is
	remind  bool   // good to know; nothing is to be done by who reads it
	to      []access.Role

	// SQL. from is FROM and WHERE with the record as x, and names only what the
	// actor may act on: @street is theirs (0 for the city), @today the day. The
	// others are expressions over it.
	from               string
	text, number, at   string // at: when it came, a timestamptz
	place, due, street string // due: a date
}

// matters are those of all rooms.
var matters = slices.Concat(
	deputyMatters,
	appointmentMatters,
	voterMatters,
	teamMatters,
	peopleMatters,
	mandateMatters,
	institutionMatters,
	gatheringMatters,
	meetingMatters,
	pollMatters,
	reportMatters,
	trainingMatters,
	suggestionMatters,
	performanceMatters,
	planMatters,
	activityMatters,
)

func (m matter) source() source {
	or := func(expression, otherwise string) string {
		if expression == "" {
			return otherwise
		}
		return expression
	}
	return source{do: m.do, turn: m.turn, remind: m.remind, sql: `
	SELECT '` + m.subject + `' AS subject, x.id, ` + or(m.street, "x.street_id") + ` AS street_id, '' AS clock, ` + m.text + ` AS text, ` + or(m.number, "''") + ` AS number,
	       ` + or(m.place, "''") + ` AS place, '' AS unit, '' AS deputy,
	       false AS again, false AS sensitive, false AS theirs, false AS waiting, 0 AS rung, ` + m.at + ` AS at, ` + or(m.due, "NULL::date") + ` AS due_on, 0::bigint AS deadline_id
	` + m.from, more: who}
}

// who are the arguments by which a matter may find what is the actor's own.
func who(a access.Actor) db.Args {
	return db.Args{"user": a.UserID, "unit": a.UnitID, "deputy": a.DeputyID, "community": a.CommunityID}
}

// planOf returns the plan of a role with the matters of all rooms that are its.
func planOf(role access.Role) plan {
	p := plans[role]
	p.sources = slices.Clone(p.sources)
	for _, m := range matters {
		if slices.Contains(m.to, role) {
			p.sources = append(p.sources, m.source())
		}
	}
	return p
}
