package demo

import (
	"context"
	"time"

	"portal/internal/calendar"
	"portal/internal/deputy"
)

// sixteenth is the term of the source's story.
const sixteenth = "市十六届"

// openTerm opens the term in which the source's story takes place. Its deputies
// are still in office on the day of the demonstration, so it ends soon after that
// and not when it did.
func (c Config) openTerm(ctx context.Context, city int64) error {
	register := deputy.NewStore(c.DB, c.Keys, func() time.Time { return clock(issued, 8, 0) })
	return register.AddTerm(ctx, operator, deputy.NewTerm{
		CityID: city, Name: sixteenth, FromOn: calendar.Day(2016, time.December, 30), UntilOn: calendar.On(c.Now).AddDate(0, 2, 0),
	})
}
