package person

import (
	"context"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// current is a person as a correction finds them.
type current struct {
	StreetID int64
	Name     string
	Version  int
	Merged   bool
	Tied     bool
}

// held locks a person for a correction. version is the one that was shown:
// another is fault.Stale.
func held(ctx context.Context, tx db.Tx, id int64, version int) (c current, err error) {
	err = db.Do(ctx, tx, db.One(&c, `
		SELECT street_id, name, version, merged_into IS NOT NULL AS merged, user_id IS NOT NULL AS tied
		FROM people
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": id}))
	switch {
	case err != nil:
		return c, err
	case c.Version != version:
		return c, fault.Stale
	case c.Merged:
		return c, fault.Fields{{Text: "这条重复记录已经合并，请修改合并后的人员"}}
	}
	return c, nil
}

// Correct changes what is known of a person. Another name needs a reason, which
// stands in the record with both names. Without n.Phone the number stays.
func (s *Store) Correct(ctx context.Context, actor access.Actor, id int64, version int, n New, reason string) (err error) {
	defer fault.Wrap(&err, "correct person %d", id)
	if !actor.May(access.KeepPeople) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		c, err := held(ctx, tx, id, version)
		if err != nil {
			return err
		}
		title := "修改人员资料"
		if n.Name != c.Name {
			title = "更正姓名：" + c.Name + " → " + n.Name
			if reason == "" {
				return fault.Fields{{Name: "reason", Text: "更正姓名要写明理由"}}
			}
		}
		if err := s.set(ctx, tx, c.StreetID, id, n); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, c.StreetID, id, "person.revise", title, reason)
	})
}

// TieAccount ties the account with that login to a person: whoever signs in with it
// acts as them, and signs and presides by their post. "" unties what there is. The
// account has a role in the person's street, belongs to nobody else there and is not
// the actor's own.
func (s *Store) TieAccount(ctx context.Context, actor access.Actor, id int64, version int, login, reason string) (err error) {
	defer fault.Wrap(&err, "tie an account to person %d", id)
	if !actor.May(access.AccountPerson) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	if reason == "" {
		return fault.Fields{{Name: "account-reason", Text: "请填写关联的依据"}}
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		c, err := held(ctx, tx, id, version)
		if err != nil {
			return err
		}
		var user *int64
		title := "解除登录账号"
		if login != "" {
			title = "关联登录账号 " + login
			err = db.Do(ctx, tx, db.Value(&user, `SELECT app.street_account(@street::bigint, @login::text)`, db.Args{"street": c.StreetID, "login": login}))
			if err == nil && user == nil {
				err = fault.Fields{{Name: "account", Text: "本街道没有这个登录名的账号。账号由系统管理员开设，安全管理员批准角色"}}
			}
		} else if !c.Tied {
			err = fault.Fields{{Name: "account", Text: "请填写登录名"}}
		}
		if err == nil && user != nil && *user == actor.UserID {
			err = fault.Fields{{Name: "account", Text: "不能关联自己的账号，请由另一名工作人员办理"}}
		}
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE people SET user_id = @user, version = version + 1, modified_at = @now WHERE street_id = @street AND id = @id`,
			db.Args{"user": user, "now": s.now(), "street": c.StreetID, "id": id})
		if err != nil {
			return personFault(err)
		}
		return s.record(ctx, tx, actor, c.StreetID, id, "person.account", title, reason)
	})
	return err
}
