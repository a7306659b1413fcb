package committee

import (
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
)

// ActingHead is a note that a deputy director heads a committee (主持工作) while its
// post of director is vacant.
type ActingHead struct {
	ID        int64
	StreetID  int64
	Committee string
	Name      string
	FromOn    time.Time
	UntilOn   *time.Time // the first day on which it no longer holds; nil: until a director comes into post
	Document  string
	Creator   string
	CreatedAt time.Time
	EndedWhy  string // why it ended before its time, or ""
}

// ActingStates name the states of an ActingHead.
var ActingStates = []choice.Term{{Key: Live, Name: "主持工作"}, {Key: Ahead, Name: "未到期限"}, {Key: Over, Name: "已结束"}}

// State is one of ActingStates, on a day.
func (a *ActingHead) State(on time.Time) string {
	switch {
	case a.UntilOn != nil && !a.UntilOn.After(on):
		return Over
	case a.FromOn.After(on):
		return Ahead
	}
	return Live
}

// Span is its time in words.
func (a *ActingHead) Span() string {
	switch {
	case a.UntilOn == nil:
		return calendar.Date(a.FromOn) + "起，到新主任到任为止"
	case !a.UntilOn.After(a.FromOn):
		return calendar.Date(a.FromOn)
	}
	return calendar.Date(a.FromOn) + "至" + calendar.Date(calendar.AddDays(*a.UntilOn, -1))
}

// SelectActingHead reads ActingHeads, as a.
const SelectActingHead = `
	SELECT a.id, a.street_id, s.committee, h.name, a.from_on, a.until_on, a.document, a.creator, a.created_at, a.ended_why
	FROM acting_heads a
	JOIN streets s ON s.id = a.street_id
	JOIN posts p ON p.street_id = a.street_id AND p.id = a.post_id
	JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id`

// actingHeads reads those of a street, the newest first.
func actingHeads(list *[]ActingHead, street int64) db.Query {
	return db.Many(list, SelectActingHead+` WHERE a.street_id = @street ORDER BY a.from_on DESC, a.id DESC LIMIT 50`, db.Args{"street": street})
}
