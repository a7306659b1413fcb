package opinion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// Raise records in tx that an opinion became part of a deputy's suggestion, and
// returns the opinion's number. The opinion goes on by its own procedure: its
// resident still gets an answer. What is about a deputy or the committee's own staff
// is not raised; neither is what was declined, merged or withdrawn.
func Raise(ctx context.Context, tx db.Tx, actor access.Actor, at time.Time, street, id int64, title string) (number string, err error) {
	defer fault.Wrap(&err, "raise opinion %d", id)
	o, err := lock(ctx, tx, id)
	switch {
	case err != nil:
		return "", err
	case o.StreetID != street:
		return "", fault.NotFound
	case o.Sensitive, o.State == Declined, o.State == Merged, o.State == Withdrawn:
		return "", fault.Fields{{Name: "opinions", Text: "这条意见不能转为代表建议：" + o.Number}}
	}
	return o.Number, audit.Record(ctx, tx, actor, audit.Event{At: at, StreetID: o.StreetID, Kind: "opinion", ID: o.ID, Action: "opinion.raise", Title: title})
}
