package notice

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Entry is a notice as its reader sees it.
type Entry struct {
	ID       int64
	StreetID int64
	Street   string
	At       time.Time
	Title    string
	Link     string
	Unread   bool
}

// Cursor marks the entry in the list.
func (e Entry) Cursor() db.Cursor { return db.Cursor{At: e.At, ID: e.ID} }

// remembered is how long a notice counts as unread: what nobody has looked at
// for so long is no news, and counting stays cheap.
const remembered = 90 * 24 * time.Hour

// mine narrows notices n to the actor's. Row-level security says the same; here
// it leads PostgreSQL to the index.
func mine(actor access.Actor) string {
	streets := "n.street_id = @street"
	if actor.StreetID == 0 {
		streets = "n.street_id = ANY ((SELECT app.streets())::bigint[])"
	}
	return streets + " AND n.to_role = ANY (@roles)"
}

// mineArgs are the arguments of mine, and of what is unread at now.
func mineArgs(actor access.Actor, now time.Time) db.Args {
	roles := []string{string(actor.Role)}
	if actor.Role == access.GroupLeader {
		roles = append(roles, string(access.Deputy))
	}
	args := db.Args{"roles": roles, "user": actor.UserID, "since": now.Add(-remembered)}
	if actor.StreetID != 0 {
		args["street"] = actor.StreetID
	}
	return args
}

const unread = `n.at > @since AND NOT EXISTS (
	SELECT FROM notice_reads r
	WHERE r.street_id = n.street_id AND r.notice_id = n.id AND r.user_id = @user)`

// Newest reads the actor's newest notices: those addressed to the role, unit or
// deputy that the actor is.
func Newest(list *[]Entry, actor access.Actor, now time.Time, after db.Cursor, limit int) db.Query {
	args := mineArgs(actor, now)
	where := mine(actor)
	if !after.IsZero() {
		where += " AND (n.at, n.id) < (@after_at, @after_id)"
		args["after_at"], args["after_id"] = after.At, after.ID
	}
	args["limit"] = limit
	return db.Many(list, `
		SELECT n.id, n.street_id, s.name AS street, n.at, n.title, n.link, `+unread+` AS unread
		FROM notices n
		JOIN streets s ON s.id = n.street_id
		WHERE `+where+`
		ORDER BY n.at DESC, n.id DESC
		LIMIT @limit`, args)
}

// UnreadCap is the highest number that Unread counts to.
const UnreadCap = 99

// Unread counts the actor's unread notices, up to UnreadCap.
func Unread(n *int, actor access.Actor, now time.Time) db.Query {
	args := mineArgs(actor, now)
	args["cap"] = UnreadCap
	return db.Value(n, `
		SELECT count(*)
		FROM (SELECT FROM notices n
		      WHERE `+mine(actor)+` AND `+unread+`
		      LIMIT @cap) AS capped`, args)
}

// Store reads people their notices.
type Store struct {
	db  *db.DB
	now func() time.Time
	counts
}

// NewStore returns a Store on d.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{db: d, now: now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Notices lists the actor's notices, newest first, how many of all are unread,
// and the cursor of the next page, which is zero on the last.
func (s *Store) Notices(ctx context.Context, actor access.Actor, after db.Cursor, limit int) (list []Entry, unread int, next db.Cursor, err error) {
	defer fault.Wrap(&err, "list notices")
	if !actor.May(access.SignedIn) {
		return nil, 0, next, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, Newest(&list, actor, s.now(), after, limit+1), Unread(&unread, actor, s.now()))
	list, next = db.Page(list, limit, Entry.Cursor)
	return list, unread, next, err
}

// MarkRead records that the actor has read every notice up to the one that last
// marks; what came after it stays unread.
func (s *Store) MarkRead(ctx context.Context, actor access.Actor, last db.Cursor) (err error) {
	defer fault.Wrap(&err, "mark notices read")
	if !actor.May(access.SignedIn) {
		return fault.Forbidden
	}
	args := mineArgs(actor, s.now())
	args["now"], args["last_at"], args["last_id"] = s.now(), last.At, last.ID
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO notice_reads (street_id, notice_id, user_id, read_at)
			SELECT n.street_id, n.id, @user, @now
			FROM notices n
			WHERE `+mine(actor)+` AND `+unread+`
			  AND (n.at, n.id) <= (@last_at, @last_id)
			LIMIT 10000
			ON CONFLICT DO NOTHING`, args)
		return err
	})
	s.forget(actor)
	return err
}
