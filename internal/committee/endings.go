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

// Recorded records in tx an act about the committee of a street in its timeline.
func Recorded(ctx context.Context, tx db.Tx, actor access.Actor, at time.Time, street int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{At: at, StreetID: street, Kind: "street", ID: street, Action: action, Title: title, Reason: reason})
}
