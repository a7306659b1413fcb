package deputy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/person"
)

// Propose registers somebody elected at a general election, who waits for the
// standing committee to confirm their credentials, and returns the election's ID.
// Until then they are no deputy: not in the register, not counted, not public
// (electoral law, art. 47; domain.md §3 g). The same form sent again returns the ID
// it made. n.Credentials it leaves alone: see Enter.
func (s *Store) Propose(ctx context.Context, actor access.Actor, n New) (id int64, err error) {
	defer fault.Wrap(&err, "propose deputy")
	if !keeps(actor) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		n.StreetID = actor.StreetID
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.propose(ctx, tx, actor, n)
		return err
	})
	return id, electionFault(err)
}

func (n New) proposable(now time.Time) error {
	var bad fault.Fields
	if n.How == "by_election" {
		bad.Add("how", "补选当选的，请在补选页面按出缺的席位登记")
	}
	if n.Level != "" && n.Level != "city" {
		bad.Add("level", "省和全国人大代表由市人大代表工委按公告登记")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return n.check(now)
}

func (s *Store) propose(ctx context.Context, tx db.Tx, actor access.Actor, n New) (id int64, err error) {
	if err := n.proposable(s.now()); err != nil {
		return 0, err
	}
	if err := allowed(ctx, tx, n.StreetID, n.Term); err != nil {
		return 0, err
	}
	who, err := s.people.Add(ctx, tx, actor, n.StreetID, person.New{Key: "elected:" + n.Key, Name: n.Name, Sex: n.Sex, Phone: n.Phone})
	if err != nil {
		return 0, err
	}
	err = db.Do(ctx, tx, db.Value(&id, `SELECT coalesce((SELECT id FROM deputy_elections WHERE street_id = @street AND key = @key), 0)`,
		db.Args{"street": n.StreetID, "key": n.Key}))
	if err != nil || id != 0 { // the form has been sent before
		return id, err
	}
	district, err := placeDistrict(ctx, tx, n.StreetID, n.Term, n.District)
	if err != nil {
		return 0, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO deputy_elections (street_id, district_id, person_id, how, group_kind, elected_on, since, intro, key, created_at)
		VALUES (@street, @district, @person, 'general', @group, @elected::date, @since, @intro, @key, @now)
		RETURNING id`, db.Args{
		"street": n.StreetID, "district": district, "person": who, "group": n.Group, "elected": known(n.Elected), "since": n.Since,
		"intro": n.Intro, "key": n.Key, "now": s.now(),
	})
	if err != nil {
		return 0, err
	}
	if err := s.recordElection(ctx, tx, actor, n.StreetID, id, "propose", "登记换届当选人", ""); err != nil || actor.Role != access.Staff {
		return id, err
	}
	return id, notice.Send(ctx, tx, notice.Notice{
		At: s.now(), StreetID: n.StreetID, To: access.CityDeputy, Title: "换届当选人待确认代表资格：" + n.Name, Link: fmt.Sprintf("/deputies/elections/%d", id),
	})
}

// placeDistrict finds or makes an electoral district of a term.
func placeDistrict(ctx context.Context, tx db.Tx, street int64, term, name string) (id int64, err error) {
	args := db.Args{"street": street, "term": term, "name": name}
	if _, err := db.Exec(ctx, tx, `
		INSERT INTO electoral_districts (street_id, term, name)
		VALUES (@street, @term, @name)
		ON CONFLICT (street_id, term, name) DO NOTHING`, args); err != nil {
		return 0, err
	}
	err = db.Do(ctx, tx, db.Value(&id, `SELECT id FROM electoral_districts WHERE street_id = @street AND term = @term AND name = @name`, args))
	return id, err
}

// amend makes a proposal that waits say what n says.
func (s *Store) amend(ctx context.Context, tx db.Tx, actor access.Actor, id int64, version int, n New) error {
	if err := n.check(s.now()); err != nil {
		return err
	}
	var e struct {
		StreetID, PersonID int64
		Elected            *time.Time
	}
	err := db.Do(ctx, tx, db.One(&e, `
		SELECT street_id, person_id, elected_on AS elected
		FROM deputy_elections
		WHERE id = @id AND version = @version AND state = 'elected'
		FOR UPDATE`, db.Args{"id": id, "version": version}))
	switch {
	case errors.Is(err, fault.NotFound):
		return fault.Stale
	case err != nil:
		return err
	case e.Elected != nil && e.Elected.After(n.Since):
		return fault.Fields{{Name: "since", Text: "任职日期不能早于当选日期 " + calendar.Date(*e.Elected)}}
	}
	err = s.people.Revise(ctx, tx, actor, e.StreetID, e.PersonID, person.New{Name: n.Name, Sex: n.Sex, Phone: n.Phone, NoPhone: n.NoPhone})
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE deputy_elections
		SET group_kind = @group, since = @since, intro = @intro, version = version + 1
		WHERE street_id = @street AND id = @id`,
		db.Args{"group": n.Group, "since": n.Since, "intro": n.Intro, "street": e.StreetID, "id": id})
	if err != nil {
		return err
	}
	return s.recordElection(ctx, tx, actor, e.StreetID, id, "amend", "修改当选人资料", "")
}
