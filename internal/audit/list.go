package audit

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Filter narrows the record. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	Kind     string
	Action   string // the action, or its beginning
	Person   string
	From, To time.Time // from the first instant to before the last
	After    db.Cursor
	Limit    int
}

// Entries lists what happened in the auditor's city, newest first, and the
// cursor of the next page, which is zero on the last. It needs ViewAudit.
func Entries(ctx context.Context, d *db.DB, actor access.Actor, f Filter) (list []Entry, next db.Cursor, err error) {
	defer fault.Wrap(&err, "list audit events")
	if !actor.May(access.ViewAudit) {
		return nil, next, fault.Forbidden
	}
	sql, args := selectEntry+` WHERE city_id = @city`, db.Args{"city": actor.CityID, "limit": f.Limit + 1}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += " AND " + condition
			args[name] = value
		}
	}
	add(f.StreetID != 0, "street", f.StreetID, "street_id = @street")
	add(f.Kind != "", "kind", f.Kind, "kind = @kind")
	add(f.Action != "", "action", f.Action, "starts_with(action, @action)")
	add(f.Person != "", "person", f.Person, "strpos(user_name, @person) > 0")
	add(!f.From.IsZero(), "from", f.From, "at >= @from")
	add(!f.To.IsZero(), "to", f.To, "at < @to")
	if !f.After.IsZero() {
		args["after_at"] = f.After.At
		add(true, "after_id", f.After.ID, "(at, id) < (@after_at, @after_id)")
	}
	err = d.Read(ctx, actor, db.Many(&list, sql+` ORDER BY at DESC, id DESC LIMIT @limit`, args))
	list, next = db.Page(list, f.Limit, func(e Entry) db.Cursor { return db.Cursor{At: e.At, ID: e.ID} })
	return list, next, err
}
