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
// to one unit or one deputy where these are set.
type Notice struct {
	At       time.Time
	StreetID int64
	To       access.Role
	UnitID   int64
	DeputyID int64
	Title    string // 中文, without personal data
	Link     string // where to read on; a path of this portal
}

// Send delivers n in tx: it reaches its readers when tx commits.
func Send(ctx context.Context, tx db.Tx, n Notice) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO notices (street_id, at, to_role, to_unit, to_deputy, title, link)
		VALUES (@street, @at, @role, @unit, @deputy, @title, @link)`,
		db.Args{
			"street": n.StreetID, "at": n.At, "role": string(n.To),
			"unit": n.UnitID, "deputy": n.DeputyID, "title": n.Title, "link": n.Link,
		})
	if err != nil {
		return fmt.Errorf("send notice: %w", err)
	}
	return nil
}

// Entry is a notice as its reader sees it.
type Entry struct {
	ID       int64
	StreetID int64
	At       time.Time
	Title    string
	Link     string
	Unread   bool
}

// Newest reads the actor's newest notices. Row-level security narrows them to
// what is addressed to the actor.
func Newest(list *[]Entry, actor access.Actor, after db.Cursor, limit int) db.Query {
	return db.Many(list, `
		SELECT n.id, n.street_id, n.at, n.title, n.link,
		       NOT EXISTS (SELECT FROM notice_reads r
		                   WHERE r.street_id = n.street_id AND r.notice_id = n.id AND r.user_id = @user) AS unread
		FROM notices n
		WHERE n.street_id = @street
		  AND (@after_id = 0 OR (n.at, n.id) < (@after_at, @after_id))
		ORDER BY n.at DESC, n.id DESC
		LIMIT @limit`,
		db.Args{"user": actor.UserID, "street": actor.StreetID, "after_id": after.ID, "after_at": after.At, "limit": limit})
}

// UnreadCap is the highest number that Unread counts to.
const UnreadCap = 99

// Unread counts the actor's unread notices, up to UnreadCap.
func Unread(n *int, actor access.Actor) db.Query {
	return db.Value(n, `
		SELECT count(*)
		FROM (SELECT FROM notices n
		      WHERE n.street_id = @street
		        AND NOT EXISTS (SELECT FROM notice_reads r
		                        WHERE r.street_id = n.street_id AND r.notice_id = n.id AND r.user_id = @user)
		      LIMIT @cap) AS capped`,
		db.Args{"user": actor.UserID, "street": actor.StreetID, "cap": UnreadCap})
}

// MarkRead records that actor has read every notice up to now.
func MarkRead(ctx context.Context, d *db.DB, actor access.Actor, now time.Time) error {
	return d.Write(ctx, actor, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO notice_reads (street_id, notice_id, user_id, read_at)
			SELECT street_id, id, @user, @now
			FROM notices
			WHERE street_id = @street
			ORDER BY at DESC, id DESC
			LIMIT 1000
			ON CONFLICT DO NOTHING`,
			db.Args{"user": actor.UserID, "now": now, "street": actor.StreetID})
		return err
	})
}
