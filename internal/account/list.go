package account

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Account is one account in a list.
type Account struct {
	ID         int64
	Login      string
	Name       string
	Disabled   bool
	Demo       bool
	HasTOTP    bool `db:"has_totp"`
	MustChange bool
	Version    int
	CreatedAt  time.Time
	Roles      []access.Role
	Places     []string // of each role, the street or the city
}

// Administrator reports whether the account is one of the three administrators'.
func (a *Account) Administrator() bool {
	for _, r := range a.Roles {
		if r.Administrator() {
			return true
		}
	}
	return false
}

// States are what a list of accounts can be narrowed to.
var States = []choice.Term{
	{Key: "open", Name: "正常"},
	{Key: "fresh", Name: "还没有改初始密码"},
	{Key: "bare", Name: "还没有身份"},
	{Key: "disabled", Name: "已停用"},
}

var stateConditions = map[string]string{
	"open":     "u.disabled_at IS NULL",
	"fresh":    "u.must_change AND u.disabled_at IS NULL",
	"bare":     "NOT EXISTS (SELECT FROM role_grants g WHERE g.user_id = u.id AND g.approved AND g.revoked_at IS NULL)",
	"disabled": "u.disabled_at IS NOT NULL",
}

// Filter narrows a list of accounts.
type Filter struct {
	Text     string // in the login or the name
	Role     string
	State    string // one of States
	StreetID int64
	After    string // logins after this one
	Limit    int
}

const selectAccount = `
	SELECT u.id, u.login, u.name, u.disabled_at IS NOT NULL AS disabled, u.demo, u.totp_at IS NOT NULL AS has_totp, u.must_change, u.version,
	       u.created_at, h.roles, h.places
	FROM users u
	CROSS JOIN LATERAL (
	    SELECT coalesce(array_agg(g.role ORDER BY g.id), '{}') AS roles,
	           coalesce(array_agg(coalesce(s.name, c.name) ORDER BY g.id), '{}') AS places
	    FROM role_grants g
	    JOIN cities c ON c.id = g.city_id
	    LEFT JOIN streets s ON s.id = g.street_id
	    WHERE g.user_id = u.id AND g.approved AND g.revoked_at IS NULL) h`

// CountCap is as far as accounts are counted.
const CountCap = 10_000

// Accounts lists the accounts of actor's city by login, and counts all that fit
// the filter, to CountCap. next is where the next page starts, "" on the last.
func (s *Store) Accounts(ctx context.Context, actor access.Actor, f Filter) (list []Account, count int, next string, err error) {
	defer fault.Wrap(&err, "list accounts")
	if !manages(actor) {
		return nil, 0, "", fault.Forbidden
	}
	where, args := f.where(actor)
	counting := db.Args{"cap": CountCap}
	page := db.Args{"after": f.After, "limit": f.Limit + 1}
	for k, v := range args {
		counting[k], page[k] = v, v
	}
	err = s.db.Read(ctx, actor,
		db.Many(&list, selectAccount+where+` AND u.login > @after ORDER BY u.login LIMIT @limit`, page),
		db.Value(&count, `SELECT count(*)::int FROM (SELECT FROM users u`+where+` LIMIT @cap) n`, counting))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].Login
	}
	return list, count, next, err
}

func (f Filter) where(actor access.Actor) (string, db.Args) {
	sql, args := ` WHERE u.city_id = @city`, db.Args{"city": actor.CityID}
	if f.Text != "" {
		sql += ` AND (strpos(u.login, lower(@text)) > 0 OR strpos(u.name, @text) > 0)`
		args["text"] = f.Text
	}
	if f.Role != "" {
		sql += ` AND EXISTS (SELECT FROM role_grants g WHERE g.user_id = u.id AND g.role = @role AND g.approved AND g.revoked_at IS NULL)`
		args["role"] = f.Role
	}
	if f.StreetID != 0 {
		sql += ` AND EXISTS (SELECT FROM role_grants g WHERE g.user_id = u.id AND g.street_id = @street AND g.approved AND g.revoked_at IS NULL)`
		args["street"] = f.StreetID
	}
	if c, ok := stateConditions[f.State]; ok {
		sql += ` AND ` + c
	}
	return sql, args
}

// AccountRecord is an account with its grants.
type AccountRecord struct {
	Account
	Grants   []GrantLine
	SignedIn *time.Time // last
	Timeline []audit.Entry
}

// Account returns one account of actor's city.
func (s *Store) Account(ctx context.Context, actor access.Actor, id int64) (r AccountRecord, err error) {
	defer fault.Wrap(&err, "account %d", id)
	if !manages(actor) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	err = s.db.Read(ctx, actor,
		db.One(&r.Account, selectAccount+` WHERE u.id = @id AND u.city_id = @city`, db.Args{"id": id, "city": actor.CityID}),
		db.Many(&r.Grants, selectGrantLine+` WHERE g.user_id = @id ORDER BY g.id DESC LIMIT 100`, arg),
		db.Value(&r.SignedIn, `SELECT max(created_at) FROM sessions WHERE user_id = @id`, arg),
		audit.TimelineWithout(&r.Timeline, "account", id, "account.sign_in", "account.sign_out", "account.second_factor", "account.choose_role"))
	return r, err
}

// AccountByLogin returns the account with the login, of any city. Only the
// operator looks accounts up by that.
func (s *Store) AccountByLogin(ctx context.Context, actor access.Actor, login string) (a Account, city int64, err error) {
	defer fault.Wrap(&err, "account %s", login)
	if actor.Role != access.Operator {
		return a, 0, fault.Forbidden
	}
	arg := db.Args{"login": plain(login)}
	err = s.db.Read(ctx, actor,
		db.One(&a, selectAccount+` WHERE u.login = @login`, arg),
		db.Value(&city, `SELECT city_id FROM users WHERE login = @login`, arg))
	return a, city, err
}
