package committee

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
)

// How many members a committee has beside its director and deputy directors
// (domain.md §2: 7 to 9). Other numbers are warned of.
const (
	MembersLeast = 7
	MembersMost  = 9
)

// Endings are the ways in which a term ends.
var Endings = []choice.Term{
	{Key: "removed", Name: "免职"},
	{Key: "resigned", Name: "辞职"},
	{Key: "died", Name: "去世"},
	{Key: "abolished", Name: "机构撤销或者合并"},
}

// Report says that a post has ended by itself; the city has yet to file it.
type Report struct {
	ID         int64
	Name, Post string
	EndedOn    time.Time
}

// reports reads those of a street that wait for the city.
func reports(list *[]Report, street int64) db.Query {
	return db.Many(list, `
		SELECT e.id, h.name, p.post, e.ended_on
		FROM post_endings e
		JOIN posts p ON p.street_id = e.street_id AND p.id = e.post_id
		JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
		WHERE e.street_id = @street AND e.recorded_on IS NULL AND e.returned_on IS NULL
		ORDER BY e.created_at, e.id
		LIMIT 50`, db.Args{"street": street})
}

// Recorded records in tx an act about the committee of a street in its timeline.
func Recorded(ctx context.Context, tx db.Tx, actor access.Actor, at time.Time, street int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{At: at, StreetID: street, Kind: "street", ID: street, Action: action, Title: title, Reason: reason})
}
