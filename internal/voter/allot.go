package voter

import (
	"context"
	"fmt"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
)

// allot gives the announcement its number.
func (s *Store) allot(ctx context.Context, tx db.Tx, _ access.Actor, l locked) (string, error) {
	year := calendar.On(s.now()).Year()
	var n int
	err := db.Do(ctx, tx, db.Value(&n, `
		SELECT count(*) + 1
		FROM selections
		WHERE street_id = @street AND announced_on BETWEEN @from::date AND @to::date`,
		db.Args{"street": l.StreetID, "from": calendar.Day(year, 1, 1), "to": calendar.Day(year, 12, 31)}))
	return fmt.Sprintf("选民代表公告〔%d〕%d号", year, n), err
}
