package deputy

import (
	"context"
	"errors"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/secret"
)

// Enter enters a deputy into the register of a street and returns their ID. The
// same form sent again returns the ID it made. A street that is not the actor's,
// or not of the actor's city, is a complaint about the field street.
func (s *Store) Enter(ctx context.Context, actor access.Actor, n New) (id int64, err error) {
	defer fault.Wrap(&err, "enter deputy")
	if !keeps(actor) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		n.StreetID = actor.StreetID
	}
	if err := n.check(s.now()); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.enter(ctx, tx, actor, n)
		return err
	})
	return id, deputyFault(err)
}

func (s *Store) enter(ctx context.Context, tx db.Tx, actor access.Actor, n New) (id int64, err error) {
	var street bool
	err = db.Do(ctx, tx, db.Value(&street, `SELECT @street::bigint = ANY (app.streets())`, db.Args{"street": n.StreetID}))
	if err != nil {
		return 0, err
	}
	if !street {
		return 0, fault.Fields{{Name: "street", Text: "请选择本市的街道"}}
	}
	args := n.args(s)
	args["street"], args["key"] = n.StreetID, n.Key
	args["sealed"], args["mask"] = s.sealed(n.Phone), secret.MaskPhone(n.Phone)
	id, err = db.Insert(ctx, tx, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, intro, phone_sealed, phone_mask, key, modified_at)
		VALUES (@street, @name, @sex, @district, @term, @group, @since, @intro, @sealed, @mask, @key, @now)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, args)
	if errors.Is(err, fault.NotFound) { // the form has been sent before
		err = db.Do(ctx, tx, db.Value(&id, `SELECT id FROM deputies WHERE street_id = @street AND key = @key`,
			db.Args{"street": n.StreetID, "key": n.Key}))
		return id, err
	}
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, n.StreetID, id, "deputy.enter", "列入代表名册", "")
}

func (n New) args(s *Store) db.Args {
	return db.Args{
		"name": n.Name, "sex": n.Sex, "district": n.District, "term": n.Term, "group": n.Group, "since": n.Since, "intro": n.Intro, "now": s.now(),
	}
}

func (s *Store) sealed(phone string) []byte {
	if phone == "" {
		return nil
	}
	return s.keys.Seal(phone, sealedPhone)
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: "deputy", ID: id, Action: action, Title: title, Reason: reason,
	})
}

// Revise changes what the register says of a deputy. version is the one that
// was shown. The street stays: who moves to another one ends here and is
// entered there.
func (s *Store) Revise(ctx context.Context, actor access.Actor, id int64, version int, n New) (err error) {
	defer fault.Wrap(&err, "revise deputy %d", id)
	if !keeps(actor) {
		return fault.Forbidden
	}
	if err := n.check(s.now()); err != nil {
		return err
	}
	return deputyFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := s.lock(ctx, tx, id, version)
		if err != nil {
			return err
		}
		args := n.args(s)
		args["street"], args["id"] = street, id
		args["phone"], args["sealed"], args["mask"] = n.Phone != "" || n.NoPhone, s.sealed(n.Phone), secret.MaskPhone(n.Phone)
		_, err = db.Exec(ctx, tx, `
			UPDATE deputies
			SET name = @name, sex = @sex, electoral_district = @district, term = @term, professional_group = @group, since = @since, intro = @intro,
			    phone_sealed = CASE WHEN @phone THEN @sealed::bytea ELSE phone_sealed END,
			    phone_mask = CASE WHEN @phone THEN @mask ELSE phone_mask END,
			    version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`, args)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, street, id, "deputy.revise", "修改代表资料", "")
	}))
}

// lock locks a deputy that is still in office as it was shown and returns its
// street.
func (s *Store) lock(ctx context.Context, tx db.Tx, id int64, version int) (street int64, err error) {
	var now struct {
		StreetID int64
		Version  int
		Ended    bool
	}
	err = db.Do(ctx, tx, db.One(&now, `
		SELECT street_id, version, ended_on IS NOT NULL AS ended
		FROM deputies
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": id}))
	if err == nil && (now.Version != version || now.Ended) {
		err = fault.Stale
	}
	return now.StreetID, err
}

// Ending is the end of a deputy's time in a street.
type Ending struct {
	On   time.Time
	Why  string // one of Endings
	Note string // the document or the circumstances
}

// End ends a deputy's time in the street. Their record stays, and the
// residents' site no longer shows them.
func (s *Store) End(ctx context.Context, actor access.Actor, id int64, version int, e Ending) (err error) {
	defer fault.Wrap(&err, "end deputy %d", id)
	if !keeps(actor) {
		return fault.Forbidden
	}
	if err := e.check(s.now()); err != nil {
		return err
	}
	return deputyFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := s.lock(ctx, tx, id, version)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE deputies
			SET ended_on = @on, ended_why = @why, version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`,
			db.Args{"on": e.On, "why": e.Why, "now": s.now(), "street": street, "id": id})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, street, id, "deputy.end", "不再担任代表："+choice.Name(Endings, e.Why), e.Note)
	}))
}

func (e Ending) check(now time.Time) error {
	var bad fault.Fields
	if e.On.After(calendar.On(now)) {
		bad.Add("on", "日期不能晚于今天")
	}
	if choice.Name(Endings, e.Why) == "" {
		bad.Add("why", "请选择原因")
	}
	return bad.Err()
}

func deputyFault(err error) error {
	switch {
	case db.Violates(err, "deputies_ended_after_start"):
		return fault.Fields{{Name: "on", Text: "日期不能早于任职日期"}}
	case db.Violates(err, "deputies_name_filled"):
		return fault.Fields{{Name: "name", Text: "请填写姓名"}}
	case db.Violates(err, "deputies_sex_known"):
		return fault.Fields{{Name: "sex", Text: "请选择性别"}}
	}
	return err
}

// Unmask returns a deputy's phone number to who says why, and records it. It is
// "" where the register has none.
func (s *Store) Unmask(ctx context.Context, actor access.Actor, id int64, reason string) (phone string, err error) {
	defer fault.Wrap(&err, "unmask deputy %d", id)
	if !actor.May(access.UnmaskDeputy) {
		return "", fault.Forbidden
	}
	var d struct {
		StreetID    int64
		PhoneSealed []byte
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if err := db.Do(ctx, tx, db.One(&d, `SELECT street_id, phone_sealed FROM deputies WHERE id = @id`, db.Args{"id": id})); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, d.StreetID, id, "deputy.unmask", "查看代表电话", reason)
	})
	if err != nil || d.PhoneSealed == nil {
		return "", err
	}
	return s.keys.Open(d.PhoneSealed, sealedPhone)
}
