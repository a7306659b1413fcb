package deputy

import (
	"cmp"
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/secret"
)

// Enter enters a deputy whose credentials are confirmed into the register of a
// street and returns their ID. Only the city may, and names the paper (electoral
// law, art. 47; domain.md §3 g); everybody else proposes: see Propose. The same form
// sent again returns the ID it made. A street that is not of the actor's city is a
// complaint about the field street.
func (s *Store) Enter(ctx context.Context, actor access.Actor, n New) (id int64, err error) {
	defer fault.Wrap(&err, "enter deputy")
	if !decides(actor) {
		return 0, fault.Forbidden
	}
	if err := cmp.Or(n.check(s.now()), n.confirmed()); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.enter(ctx, tx, actor, n)
		return err
	})
	return id, deputyFault(err)
}

func (s *Store) enter(ctx context.Context, tx db.Tx, actor access.Actor, n New) (id int64, err error) {
	if err := allowed(ctx, tx, n.StreetID, n.Term); err != nil {
		return 0, err
	}
	// Whoever sends the same form meanwhile waits here.
	who, err := s.people.Add(ctx, tx, actor, n.StreetID, person.New{Key: "deputy:" + n.Key, Name: n.Name, Sex: n.Sex, Phone: n.Phone})
	if err != nil {
		return 0, err
	}
	err = db.Do(ctx, tx, db.Value(&id, `SELECT coalesce((SELECT id FROM deputies WHERE street_id = @street AND key = @key), 0)`,
		db.Args{"street": n.StreetID, "key": n.Key}))
	if err != nil || id != 0 { // the form has been sent before
		return id, err
	}
	id, err = s.insert(ctx, tx, n, who, 0)
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, n.StreetID, id, "deputy.enter", "列入代表名册", n.Credentials)
}

// allowed reports what keeps a deputy from being entered in a street.
func allowed(ctx context.Context, tx db.Tx, street int64, term string) error {
	var may struct{ Street, Term bool }
	err := db.Do(ctx, tx, db.One(&may, `
		SELECT @street::bigint = ANY (app.streets()) AS street,
		       EXISTS (SELECT FROM congress_terms t JOIN streets s ON s.city_id = t.city_id WHERE s.id = @street AND t.name = @term) AS term`,
		db.Args{"street": street, "term": term}))
	switch {
	case err != nil:
		return err
	case !may.Street:
		return fault.Fields{{Name: "street", Text: "请选择本市的街道"}}
	case !may.Term:
		return fault.Fields{{Name: "term", Text: "没有登记过这一届，请先由市人大代表工委登记届别"}}
	}
	return nil
}

// insert writes the row of the person who, moved from another street's row or 0.
// The database finds or makes the electoral district, and opens the membership of
// the group.
func (s *Store) insert(ctx context.Context, tx db.Tx, n New, who, moved int64) (id int64, err error) {
	args := n.args(s)
	args["street"], args["key"], args["person"], args["moved"] = n.StreetID, n.Key, who, moved
	args["credentials"], args["confirmed"] = n.Credentials, known(n.Confirmed)
	args["sealed"], args["mask"] = s.sealed(n.Phone), secret.MaskPhone(n.Phone)
	return db.Insert(ctx, tx, `
		INSERT INTO deputies (street_id, person_id, name, sex, electoral_district, term, level, professional_group, since, elected_how, elected_on,
		                      intro, phone_sealed, phone_mask, credentials, confirmed_on, moved_from, key, modified_at)
		VALUES (@street, @person, @name, @sex, @district, @term, @level, @group, @since, @how, @elected,
		        @intro, @sealed, @mask, @credentials, @confirmed::date, nullif(@moved::bigint, 0), @key, @now)
		RETURNING id`, args)
}

func (n New) args(s *Store) db.Args {
	var elected *time.Time
	if !n.Elected.IsZero() {
		elected = &n.Elected
	}
	return db.Args{
		"name": n.Name, "sex": n.Sex, "district": n.District, "term": n.Term, "level": cmp.Or(n.Level, "city"), "group": n.Group, "since": n.Since,
		"how": cmp.Or(n.How, "general"), "elected": elected, "intro": n.Intro, "now": s.now(),
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
	return deputyFault(s.db.Write(ctx, actor, func(tx db.Tx) error { return s.revise(ctx, tx, actor, id, version, n) }))
}

func (s *Store) revise(ctx context.Context, tx db.Tx, actor access.Actor, id int64, version int, n New) error {
	street, err := s.lock(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if err := allowed(ctx, tx, street, n.Term); err != nil {
		return err
	}
	if err := s.revisePerson(ctx, tx, actor, street, id, n); err != nil {
		return err
	}
	args := n.args(s)
	args["street"], args["id"] = street, id
	delete(args, "level")
	delete(args, "group")
	delete(args, "how")
	args["phone"], args["sealed"], args["mask"] = n.Phone != "" || n.NoPhone, s.sealed(n.Phone), secret.MaskPhone(n.Phone)
	_, err = db.Exec(ctx, tx, `
		UPDATE deputies
		SET name = @name, sex = @sex, electoral_district = @district, term = @term, since = @since, elected_on = @elected, intro = @intro,
		    phone_sealed = CASE WHEN @phone THEN @sealed::bytea ELSE phone_sealed END,
		    phone_mask = CASE WHEN @phone THEN @mask ELSE phone_mask END,
		    version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, args)
	if err != nil {
		return err
	}
	return s.record(ctx, tx, actor, street, id, "deputy.revise", "修改代表资料", "")
}

// revisePerson changes what the street knows of the deputy's person.
func (s *Store) revisePerson(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, n New) error {
	var p struct {
		ID   int64
		Born int
		Work string
	}
	err := db.Do(ctx, tx, db.One(&p, `
		SELECT p.id, coalesce(p.born, 0) AS born, p.work
		FROM deputies d
		JOIN people p ON p.street_id = d.street_id AND p.id = d.person_id
		WHERE d.street_id = @street AND d.id = @id`, db.Args{"street": street, "id": id}))
	if err != nil {
		return err
	}
	return s.people.Revise(ctx, tx, actor, street, p.ID, person.New{Name: n.Name, Sex: n.Sex, Born: p.Born, Work: p.Work, Phone: n.Phone, NoPhone: n.NoPhone})
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

func deputyFault(err error) error {
	switch {
	case db.Violates(err, "deputies_ended_after_start"):
		return fault.Fields{{Name: "on", Text: "日期不能早于任职日期"}}
	case db.Violates(err, "deputies_one_seat"):
		return fault.Fields{{Name: "name", Text: "这个人在这段时间已经是市人大代表，不能重复登记"}}
	case db.Violates(err, "deputies_confirmed_by_city"):
		return fault.Fields{{Name: "how", Text: "当选的代表，由市人大常委会确认资格后列入名册"}}
	case db.Violates(err, "deputies_credentials_named"):
		return fault.Fields{{Name: "document", Text: "请填写确认代表资格的公告文号"}}
	case db.Violates(err, "deputies_since_confirmed"):
		return fault.Fields{{Name: "since", Text: "任职日期不能早于确认代表资格的日期"}}
	case db.Violates(err, "deputies_ended_by_city"):
		return fault.Forbidden
	case db.Violates(err, "group_members_dates"), db.Violates(err, "group_members_within_term"):
		return fault.Fields{{Name: "on", Text: "日期和参加小组的日期冲突，请核对"}}
	case db.Violates(err, "congress_terms_dates"):
		return fault.Fields{{Name: "until", Text: "届满日期要晚于开始日期"}}
	case db.Violates(err, "congress_terms_apart"):
		return fault.Fields{{Name: "from", Text: "和已登记的另一届日期重叠"}}
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
