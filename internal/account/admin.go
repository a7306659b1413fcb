package account

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
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
	Roles      []string // acting roles as stored
}

// Filter narrows a list of accounts.
type Filter struct {
	Text  string // in the login or the name
	Role  string
	After string // logins after this one
	Limit int
}

const selectAccount = `
	SELECT u.id, u.login, u.name, u.disabled_at IS NOT NULL AS disabled, u.demo, u.totp_at IS NOT NULL AS has_totp, u.must_change, u.version,
	       ARRAY (SELECT DISTINCT g.role FROM role_grants g WHERE g.user_id = u.id AND g.approved AND g.revoked_at IS NULL) AS roles
	FROM users u`

// Accounts lists the accounts of actor's city by login; next is where the next
// page starts, "" on the last.
func (s *Store) Accounts(ctx context.Context, actor access.Actor, f Filter) (list []Account, next string, err error) {
	defer fault.Wrap(&err, "list accounts")
	if !actor.May(access.ManageAccounts) {
		return nil, "", fault.Forbidden
	}
	sql, args := selectAccount+` WHERE u.city_id = @city AND u.login > @after`, db.Args{"city": actor.CityID, "after": f.After, "limit": f.Limit + 1}
	if f.Text != "" {
		sql += ` AND (strpos(u.login, lower(@text)) > 0 OR strpos(u.name, @text) > 0)`
		args["text"] = f.Text
	}
	if f.Role != "" {
		sql += ` AND EXISTS (SELECT FROM role_grants g WHERE g.user_id = u.id AND g.role = @role AND g.approved AND g.revoked_at IS NULL)`
		args["role"] = f.Role
	}
	err = s.db.Read(ctx, actor, db.Many(&list, sql+` ORDER BY u.login LIMIT @limit`, args))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].Login
	}
	return list, next, err
}

// GrantLine is a grant with its history.
type GrantLine struct {
	Grant
	UserID      int64
	Login       string
	Person      string
	RequestedAt time.Time
	Requester   string
	DecidedAt   *time.Time
	Approved    bool
	Reason      string
	RevokedAt   *time.Time
}

const selectGrantLine = `
	SELECT g.id, g.role, g.city_id, g.street_id, g.community_id, g.unit_id, g.deputy_id, coalesce(s.name, c.name) AS place,
	       g.user_id, u.login, u.name AS person, g.requested_at, coalesce(q.name, '') AS requester, g.decided_at, g.approved, g.reason, g.revoked_at
	FROM role_grants g
	JOIN users u ON u.id = g.user_id
	JOIN cities c ON c.id = g.city_id
	LEFT JOIN users q ON q.id = g.requested_by
	LEFT JOIN streets s ON s.id = g.street_id`

// AccountRecord is an account with its grants.
type AccountRecord struct {
	Account
	Grants   []GrantLine
	Timeline []audit.Entry
}

// Account returns one account of actor's city.
func (s *Store) Account(ctx context.Context, actor access.Actor, id int64) (r AccountRecord, err error) {
	defer fault.Wrap(&err, "account %d", id)
	if !actor.May(access.ManageAccounts) {
		return r, fault.Forbidden
	}
	err = s.db.Read(ctx, actor,
		db.One(&r.Account, selectAccount+` WHERE u.id = @id AND u.city_id = @city`, db.Args{"id": id, "city": actor.CityID}),
		db.Many(&r.Grants, selectGrantLine+` WHERE g.user_id = @id ORDER BY g.id LIMIT 100`, db.Args{"id": id}),
		audit.Timeline(&r.Timeline, "account", id))
	return r, err
}

// CreateAccount makes an account in actor's city with a password to hand over,
// which its person changes first.
func (s *Store) CreateAccount(ctx context.Context, actor access.Actor, login, name string) (id int64, password string, err error) {
	defer fault.Wrap(&err, "create account")
	if actor.Role != access.Operator && !actor.May(access.ManageAccounts) {
		return 0, "", fault.Forbidden
	}
	password = IssuedPassword()
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = db.Insert(ctx, tx, `
			INSERT INTO users (city_id, login, name, password_hash)
			VALUES (@city, lower(@login), @name, @hash)
			RETURNING id`, db.Args{"city": actor.CityID, "login": login, "name": name, "hash": Hash(password)})
		if err != nil {
			return err
		}
		return s.note(ctx, tx, actor, id, "account.create", "建立账号", "")
	})
	switch {
	case db.Violates(err, "users_login_once"):
		return 0, "", fault.Fields{{Name: "login", Text: "这个账号已经有人用，请换一个"}}
	case db.Violates(err, "users_login_shape"):
		return 0, "", fault.Fields{{Name: "login", Text: "账号用小写字母、数字、点、横线，3 到 50 个字符"}}
	}
	return id, password, err
}

func (s *Store) note(ctx context.Context, tx db.Tx, actor access.Actor, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{At: s.now(), Kind: "account", ID: id, Action: action, Title: title, Reason: reason})
}

// ResetPassword gives an account a new password to hand over. Its sessions end.
func (s *Store) ResetPassword(ctx context.Context, actor access.Actor, id int64) (password string, err error) {
	defer fault.Wrap(&err, "reset password of account %d", id)
	password = IssuedPassword()
	return password, s.change(ctx, actor, id, "account.reset_password", "重设密码", "", `
		UPDATE users
		SET password_hash = @hash, must_change = true, version = version + 1
		WHERE id = @id AND city_id = @city`, db.Args{"hash": Hash(password)})
}

// Disable shuts an account; its sessions end at once. Enable opens it again.
func (s *Store) Disable(ctx context.Context, actor access.Actor, id int64, reason string) (err error) {
	defer fault.Wrap(&err, "disable account %d", id)
	if id == actor.UserID {
		return fault.Fields{{Name: "reason", Text: "不能停用自己的账号"}}
	}
	return s.change(ctx, actor, id, "account.disable", "停用账号", reason, `
		UPDATE users
		SET disabled_at = @now, version = version + 1
		WHERE id = @id AND city_id = @city`, db.Args{"now": s.now()})
}

// Enable opens a disabled account again.
func (s *Store) Enable(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "enable account %d", id)
	return s.change(ctx, actor, id, "account.enable", "恢复账号", "", `
		UPDATE users
		SET disabled_at = NULL, version = version + 1
		WHERE id = @id AND city_id = @city`, db.Args{})
}

func (s *Store) change(ctx context.Context, actor access.Actor, id int64, action, title, reason, sql string, args db.Args) error {
	if !actor.May(access.ManageAccounts) {
		return fault.Forbidden
	}
	args["id"], args["city"] = id, actor.CityID
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, sql, args)
		if err == nil && n == 0 {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE sessions SET ended_at = @now WHERE user_id = @id AND ended_at IS NULL`,
			db.Args{"now": s.now(), "id": id})
		if err != nil {
			return err
		}
		s.forgetAll()
		return s.note(ctx, tx, actor, id, action, title, reason)
	})
}

// RequestGrant asks for a role for an account; somebody else decides.
func (s *Store) RequestGrant(ctx context.Context, actor access.Actor, user int64, g Grant) (err error) {
	defer fault.Wrap(&err, "request grant for account %d", user)
	if !actor.May(access.ManageAccounts) {
		return fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO role_grants (user_id, city_id, role, street_id, community_id, unit_id, deputy_id, requested_by, requested_at)
			SELECT id, city_id, @role, @street::bigint, @community::bigint, @unit::bigint, @deputy::bigint, @by::bigint, @now
			FROM users
			WHERE id = @user AND city_id = @city
			  AND (@street::bigint = 0 OR EXISTS (SELECT FROM streets WHERE id = @street AND city_id = @city))`,
			db.Args{
				"role": string(g.Role), "street": g.StreetID, "community": g.CommunityID, "unit": g.UnitID, "deputy": g.DeputyID,
				"by": actor.UserID, "now": s.now(), "user": user, "city": actor.CityID,
			})
		if err != nil {
			return err
		}
		return s.note(ctx, tx, actor, user, "account.request_grant", "申请授予身份："+g.Role.Name(), "")
	})
	return grantFault(err)
}

func grantFault(err error) error {
	switch {
	case db.Violates(err, "role_grants_administrators_apart"):
		return fault.Fields{{Name: "role", Text: "三类管理员不能兼任，也不能兼有业务身份"}}
	case db.Violates(err, "role_grants_scope"):
		return fault.Fields{{Name: "role", Text: "请为这个身份选择街道，以及单位、社区或代表"}}
	case db.Violates(err, "role_grants_once"):
		return fault.Fields{{Name: "role", Text: "已有相同的身份，或正在审批"}}
	case db.Violates(err, "role_grants_two_persons"), db.Violates(err, "role_grants_not_for_oneself"):
		return fault.Fields{{Name: "reason", Text: "申请和审批不能是同一人，也不能审批自己的身份"}}
	}
	return err
}

// Waiting lists the requests that wait for a decision.
func (s *Store) Waiting(ctx context.Context, actor access.Actor) (list []GrantLine, err error) {
	defer fault.Wrap(&err, "list requested grants")
	if !actor.May(access.ApproveGrants) {
		return nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, selectGrantLine+`
		WHERE g.city_id = @city AND g.decided_at IS NULL AND g.revoked_at IS NULL
		ORDER BY g.requested_at, g.id
		LIMIT 200`, db.Args{"city": actor.CityID}))
	return list, err
}

// DecideGrant approves or refuses a requested role (the second person).
func (s *Store) DecideGrant(ctx context.Context, actor access.Actor, id int64, approve bool, reason string) (err error) {
	defer fault.Wrap(&err, "decide grant %d", id)
	if !actor.May(access.ApproveGrants) {
		return fault.Forbidden
	}
	if !approve && strings.TrimSpace(reason) == "" {
		return fault.Fields{{Name: "reason", Text: "请填写不同意的理由"}}
	}
	title := map[bool]string{true: "批准授予身份：", false: "不同意授予身份："}[approve]
	return grantFault(s.decide(ctx, actor, "account.decide_grant", title, reason, `
		UPDATE role_grants
		SET decided_by = @by, decided_at = @now, approved = @approve, reason = @reason
		WHERE id = @id AND city_id = @city AND decided_at IS NULL AND revoked_at IS NULL
		RETURNING user_id, role`,
		db.Args{"by": actor.UserID, "now": s.now(), "approve": approve, "reason": reason, "id": id, "city": actor.CityID}))
}

// RevokeGrant takes a role away; sessions that act in it end at once.
func (s *Store) RevokeGrant(ctx context.Context, actor access.Actor, id int64, reason string) (err error) {
	defer fault.Wrap(&err, "revoke grant %d", id)
	if !actor.May(access.ManageAccounts) {
		return fault.Forbidden
	}
	return s.decide(ctx, actor, "account.revoke_grant", "收回身份：", reason, `
		UPDATE role_grants
		SET revoked_by = @by, revoked_at = @now
		WHERE id = @id AND city_id = @city AND revoked_at IS NULL
		RETURNING user_id, role`,
		db.Args{"by": actor.UserID, "now": s.now(), "id": id, "city": actor.CityID})
}

func (s *Store) decide(ctx context.Context, actor access.Actor, action, title, reason, sql string, args db.Args) error {
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var g struct {
			UserID int64
			Role   access.Role
		}
		if err := db.Do(ctx, tx, db.One(&g, sql, args)); err != nil {
			return err
		}
		if action == "account.revoke_grant" {
			_, err := db.Exec(ctx, tx, `UPDATE sessions SET ended_at = @now WHERE grant_id = @id AND ended_at IS NULL`,
				db.Args{"now": s.now(), "id": args["id"]})
			if err != nil {
				return err
			}
		}
		s.forgetAll()
		return s.note(ctx, tx, actor, g.UserID, action, title+g.Role.Name(), reason)
	})
}
