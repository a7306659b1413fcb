// Package person keeps who holds a post or belongs to a team in a street: one
// row a human, whatever they do. Rooms add people in their own transactions and
// refer to them by ID.
package person

import (
	"context"
	"errors"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/secret"
)

// Sexes are as registers have them.
var Sexes = []choice.Term{{Key: "female", Name: "女"}, {Key: "male", Name: "男"}}

const sealedPhone = "people.phone"

// Store reads and writes people.
type Store struct {
	db   *db.DB
	keys *secret.Keys
	now  func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, keys *secret.Keys, now func() time.Time) *Store { return &Store{d, keys, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// New is a person to add, or the new facts of one.
type New struct {
	Key     string // of the form or sheet row: sent twice, it makes one person
	Name    string
	Sex     string // one of Sexes, or "" where it is not known
	Born    int    // year of birth; 0 where it is not known
	Work    string // where they work and as what
	Phone   string // digits; on Revise "" keeps the number there is
	NoPhone bool   // on Revise: remove the number
}

// Add adds a person of street in tx and returns their ID. Who is there already,
// with the same name and the same number, is not added again but returned: a
// liaison officer who becomes an information officer stays one person.
func (s *Store) Add(ctx context.Context, tx db.Tx, actor access.Actor, street int64, n New) (id int64, err error) {
	defer fault.Wrap(&err, "add person")
	args := s.args(street, n)
	args["key"] = n.Key
	err = db.Do(ctx, tx, db.Value(&id, `
		SELECT coalesce(p.merged_into, p.id)
		FROM (
			SELECT id, merged_into FROM people WHERE street_id = @street AND key = @key
			UNION ALL
			SELECT id, merged_into FROM people WHERE street_id = @street AND phone_mark = @mark::bytea AND name = @name) AS p
		ORDER BY p.id
		LIMIT 1`, db.Args{"street": street, "key": n.Key, "mark": args["mark"], "name": n.Name}))
	if !errors.Is(err, fault.NotFound) {
		return id, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO people (street_id, name, sex, born, work, phone_sealed, phone_mask, phone_mark, key, created_at, modified_at)
		VALUES (@street, @name, @sex, @born, @work, @sealed, @mask, @mark, @key, @now, @now)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, args)
	if errors.Is(err, fault.NotFound) { // added by the same form meanwhile
		err = db.Do(ctx, tx, db.Value(&id, `SELECT coalesce(merged_into, id) FROM people WHERE street_id = @street AND key = @key`,
			db.Args{"street": street, "key": n.Key}))
		return id, err
	}
	if err != nil {
		return 0, personFault(err)
	}
	return id, s.record(ctx, tx, actor, street, id, "person.add", "登记人员", "")
}

func (s *Store) args(street int64, n New) db.Args {
	var born *int
	if n.Born != 0 {
		born = &n.Born
	}
	args := db.Args{
		"street": street, "name": n.Name, "sex": n.Sex, "born": born, "work": n.Work, "now": s.now(),
		"sealed": []byte(nil), "mask": "", "mark": []byte(nil),
	}
	if n.Phone != "" {
		args["sealed"], args["mask"], args["mark"] = s.keys.Seal(n.Phone, sealedPhone), secret.MaskPhone(n.Phone), s.keys.Mark(n.Phone, sealedPhone)
	}
	return args
}

// Revise changes in tx what is known of a person of street.
func (s *Store) Revise(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, n New) (err error) {
	defer fault.Wrap(&err, "revise person %d", id)
	if err := s.set(ctx, tx, street, id, n); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, street, id, "person.revise", "修改人员资料", "")
}

func (s *Store) set(ctx context.Context, tx db.Tx, street, id int64, n New) error {
	args := s.args(street, n)
	args["id"], args["phone"] = id, n.Phone != "" || n.NoPhone
	touched, err := db.Exec(ctx, tx, `
		UPDATE people
		SET name = @name, sex = @sex, born = @born, work = @work,
		    phone_sealed = CASE WHEN @phone THEN @sealed::bytea ELSE phone_sealed END,
		    phone_mask = CASE WHEN @phone THEN @mask ELSE phone_mask END,
		    phone_mark = CASE WHEN @phone THEN @mark::bytea ELSE phone_mark END,
		    version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, args)
	switch {
	case err != nil:
		return personFault(err)
	case touched == 0:
		return fault.NotFound
	}
	return nil
}

// Unmask returns in tx the phone number of a person of street to who says why,
// and records it. The calling room checks the permission. The number is "" where
// none is known.
func (s *Store) Unmask(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, reason string) (phone string, err error) {
	defer fault.Wrap(&err, "unmask person %d", id)
	var sealed []byte
	err = db.Do(ctx, tx, db.Value(&sealed, `SELECT phone_sealed FROM people WHERE street_id = @street AND id = @id`,
		db.Args{"street": street, "id": id}))
	if err != nil {
		return "", err
	}
	if err := s.record(ctx, tx, actor, street, id, "person.unmask", "查看电话", reason); err != nil || sealed == nil {
		return "", err
	}
	return s.keys.Open(sealed, sealedPhone)
}

// GiveAccount ties in tx an account to a person of street: whoever signs in with
// it acts as them.
func (s *Store) GiveAccount(ctx context.Context, tx db.Tx, actor access.Actor, street, id, user int64) (err error) {
	defer fault.Wrap(&err, "give person %d an account", id)
	touched, err := db.Exec(ctx, tx, `
		UPDATE people
		SET user_id = @user, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"street": street, "id": id, "user": user, "now": s.now()})
	switch {
	case err != nil:
		return personFault(err)
	case touched == 0:
		return fault.NotFound
	}
	return s.record(ctx, tx, actor, street, id, "person.account", "关联登录账号", "")
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: "person", ID: id, Action: action, Title: title, Reason: reason,
	})
}

func personFault(err error) error {
	switch {
	case db.Violates(err, "people_name_filled"):
		return fault.Fields{{Name: "name", Text: "请填写姓名，最多 50 个字"}}
	case db.Violates(err, "people_sex_known"):
		return fault.Fields{{Name: "sex", Text: "请选择性别"}}
	case db.Violates(err, "people_born_plausible"):
		return fault.Fields{{Name: "born", Text: "请填写四位数的出生年份"}}
	case db.Violates(err, "people_work_short"):
		return fault.Fields{{Name: "work", Text: "工作单位和职务最多 100 个字"}}
	case db.Violates(err, "people_account_once"):
		return fault.Fields{{Name: "account", Text: "这个账号已经属于另一个人"}}
	}
	return err
}

// Phone opens a number that a room has read in its own transaction, to keep it in
// a row of its own.
func (s *Store) Phone(sealed []byte) (string, error) { return s.keys.Open(sealed, sealedPhone) }
