package account

import (
	"context"
	"slices"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// manages reports whether actor keeps accounts: the system administrator of the
// account's city, and whoever has a shell on the server.
func manages(actor access.Actor) bool {
	return actor.Role == access.Operator || actor.May(access.ManageAccounts)
}

func (s *Store) note(ctx context.Context, tx db.Tx, actor access.Actor, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{At: s.now(), Kind: "account", ID: id, Action: action, Title: title, Reason: reason})
}

// NewAccount is an account to make.
type NewAccount struct {
	Key   string // of the form: sent twice, it makes one account; "" where there is none
	Login string
	Name  string
	Demo  bool // has DemoPassword, which need not be changed; only the operator makes such
}

// CreateAccount makes an account in actor's city with a password to hand over,
// which its person changes first. A form that is sent again gets the account it
// made, with the same password as long as that counts, and "" afterwards.
func (s *Store) CreateAccount(ctx context.Context, actor access.Actor, n NewAccount) (id int64, password string, err error) {
	defer fault.Wrap(&err, "create account %s", n.Login)
	if !manages(actor) || n.Demo && actor.Role != access.Operator {
		return 0, "", fault.Forbidden
	}
	password = s.issue(n.Key)
	if n.Demo {
		password = DemoPassword
	}
	n.Login = plain(n.Login)
	id, err = s.create(ctx, actor, n, Hash(password))
	switch {
	case db.Violates(err, "users_form_once"), db.Violates(err, "users_login_once"):
		return s.created(ctx, actor, n, password)
	case db.Violates(err, "users_login_shape"):
		err = fault.Fields{{Name: "login", Text: "账号用小写字母、数字、点、横线，3 到 50 个字符，以字母或数字开头和结尾"}}
	}
	return id, password, err
}

func (s *Store) create(ctx context.Context, actor access.Actor, n NewAccount, hash string) (id int64, err error) {
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = db.Insert(ctx, tx, `
			INSERT INTO users (city_id, login, name, password_hash, must_change, demo, form_key, created_at)
			VALUES (@city, @login, @name, @hash, NOT @demo::boolean, @demo, nullif(@key, ''), @now)
			RETURNING id`,
			db.Args{"city": actor.CityID, "login": n.Login, "name": n.Name, "hash": hash, "demo": n.Demo, "key": n.Key, "now": s.now()})
		if err != nil {
			return err
		}
		return s.note(ctx, tx, actor, id, "account.create", "建立账号", "")
	})
	return id, err
}

// created finds the account that the same form made before.
func (s *Store) created(ctx context.Context, actor access.Actor, n NewAccount, password string) (int64, string, error) {
	var u struct {
		ID         int64
		MustChange bool
	}
	err := s.db.Read(ctx, actor, db.Maybe(&u, `
		SELECT id, must_change
		FROM users
		WHERE city_id = @city AND form_key = @key AND login = @login`,
		db.Args{"city": actor.CityID, "key": n.Key, "login": n.Login}))
	switch {
	case err != nil:
		return 0, "", err
	case u.ID == 0:
		return 0, "", fault.Fields{{Name: "login", Text: "这个账号已经有人用，请换一个"}}
	case !u.MustChange:
		return u.ID, "", nil
	}
	return u.ID, password, nil
}

// issue makes a password for somebody else. The same form gets the same one.
func (s *Store) issue(key string) string {
	if key == "" {
		return IssuedPassword()
	}
	return s.keys.Password(key)
}

// Rename corrects the name of an account's person. version is the one that was
// shown; where somebody changed the account meanwhile, it is fault.Stale.
func (s *Store) Rename(ctx context.Context, actor access.Actor, id int64, version int, name string) (err error) {
	defer fault.Wrap(&err, "rename account %d", id)
	if !manages(actor) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var now struct {
			Name    string
			Version int
		}
		err := db.Do(ctx, tx, db.One(&now, `SELECT name, version FROM users WHERE id = @id AND city_id = @city FOR UPDATE`,
			db.Args{"id": id, "city": actor.CityID}))
		switch {
		case err != nil:
			return err
		case now.Version != version:
			return fault.Stale
		case now.Name == name:
			return nil
		}
		_, err = db.Exec(ctx, tx, `UPDATE users SET name = @name, version = version + 1 WHERE id = @id`, db.Args{"name": name, "id": id})
		if err != nil {
			return err
		}
		s.forgetAll()
		return s.note(ctx, tx, actor, id, "account.rename", "姓名由"+now.Name+"改为"+name, "")
	})
}

// ResetPassword gives an account a new password to hand over. Its sessions end.
// key is the form's: sent twice, it gives the same password. An administrator's
// password, with which roles could be granted, only the operator resets.
func (s *Store) ResetPassword(ctx context.Context, actor access.Actor, id int64, key string) (password string, err error) {
	defer fault.Wrap(&err, "reset password of account %d", id)
	password = s.issue(key)
	return password, s.change(ctx, actor, id, change{
		action: "account.reset_password", title: "重设密码", guarded: true,
		sql:  `UPDATE users SET password_hash = @hash, must_change = true, version = version + 1 WHERE id = @id AND city_id = @city`,
		args: db.Args{"hash": Hash(password)},
	})
}

// ResetSecondFactor forgets an account's second factor, as when a phone was
// lost; the person sets a new one up. Its sessions end. An administrator's only
// the operator resets.
func (s *Store) ResetSecondFactor(ctx context.Context, actor access.Actor, id int64, reason string) (err error) {
	defer fault.Wrap(&err, "reset second factor of account %d", id)
	return s.change(ctx, actor, id, change{
		action: "account.reset_second_factor", title: "重设动态口令", reason: reason, guarded: true,
		sql:  `UPDATE users SET totp_sealed = NULL, totp_at = NULL, version = version + 1 WHERE id = @id AND city_id = @city`,
		args: db.Args{},
	})
}

// Disable shuts an account; its sessions end at once. Enable opens it again.
func (s *Store) Disable(ctx context.Context, actor access.Actor, id int64, reason string) (err error) {
	defer fault.Wrap(&err, "disable account %d", id)
	if id == actor.UserID {
		return fault.Fields{{Name: "reason", Text: "不能停用自己的账号"}}
	}
	return s.change(ctx, actor, id, change{
		action: "account.disable", title: "停用账号", reason: reason,
		sql:  `UPDATE users SET disabled_at = coalesce(disabled_at, @now), version = version + 1 WHERE id = @id AND city_id = @city`,
		args: db.Args{"now": s.now()},
	})
}

// Enable opens a disabled account again.
func (s *Store) Enable(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "enable account %d", id)
	return s.change(ctx, actor, id, change{
		action: "account.enable", title: "恢复账号",
		sql:  `UPDATE users SET disabled_at = NULL, version = version + 1 WHERE id = @id AND city_id = @city`,
		args: db.Args{},
	})
}

// change is a change of an account after which its sessions are worth nothing.
type change struct {
	action, title, reason string
	guarded               bool // not by one administrator to another
	sql                   string
	args                  db.Args
}

func (s *Store) change(ctx context.Context, actor access.Actor, id int64, c change) error {
	if !manages(actor) {
		return fault.Forbidden
	}
	c.args["id"], c.args["city"] = id, actor.CityID
	defer s.forgetAll()
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var held []access.Role
		if err := db.Do(ctx, tx, db.Values(&held, `SELECT role FROM role_grants WHERE user_id = @id AND revoked_at IS NULL AND approved`, db.Args{"id": id})); err != nil {
			return err
		}
		if c.guarded && actor.Role != access.Operator && slices.ContainsFunc(held, access.Role.Administrator) {
			return fault.Fields{{Name: "reason", Text: "管理员的密码和动态口令由服务器操作员用 portal account 命令重设"}}
		}
		n, err := db.Exec(ctx, tx, c.sql, c.args)
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
		return s.note(ctx, tx, actor, id, c.action, c.title, c.reason)
	})
}
