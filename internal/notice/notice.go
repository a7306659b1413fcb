// Package notice tells people what is new for them inside the portal.
package notice

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/db"
)

// Notice is one message to everybody who acts in a role of a street, narrowed
// to one unit, one deputy or one account where these are set.
type Notice struct {
	At       time.Time
	StreetID int64
	To       access.Role
	UnitID   int64
	DeputyID int64
	UserID   int64
	Title    string // 中文, without personal data
	Link     string // where to read on; a path of this portal
}

// Send delivers n in tx: it reaches its readers when tx commits.
func Send(ctx context.Context, tx db.Tx, n Notice) error { return SendAll(ctx, tx, []Notice{n}) }

// SendAll is Send for several, in one round trip.
func SendAll(ctx context.Context, tx db.Tx, list []Notice) error {
	var b db.Batch
	for _, n := range list {
		b.Add(`
			INSERT INTO notices (street_id, at, to_role, to_unit, to_deputy, to_user, title, link)
			VALUES (@street, @at, @role, @unit, @deputy, @user, @title, @link)`,
			db.Args{
				"street": n.StreetID, "at": n.At, "role": string(n.To),
				"unit": n.UnitID, "deputy": n.DeputyID, "user": n.UserID, "title": n.Title, "link": n.Link,
			})
	}
	if err := b.Run(ctx, tx); err != nil {
		return fmt.Errorf("send notice: %w", err)
	}
	return nil
}
