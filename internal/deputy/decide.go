package deputy

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Decide enters what the standing committee decided about an election: confirmed,
// the elected is a deputy, in the register and on the residents' site, from t.On
// after a by-election, and after a general one from the day that was proposed or,
// where that is later, t.On. A withdrawal takes a proposal back, with the reason in
// t.Note. It returns the deputy, or 0.
func (s *Store) Decide(ctx context.Context, actor access.Actor, move string, id int64, t Step) (deputy int64, err error) {
	defer fault.Wrap(&err, "%s of election %d", move, id)
	if !actor.May(Credentials.Move(move).Need) && actor.Role != access.Operator {
		return 0, fault.Forbidden
	}
	switch {
	case move == "withdrawal" && t.Note == "":
		return 0, fault.Fields{{Name: "note", Text: "请填写撤回的理由"}}
	case move != "withdrawal" && t.Document == "":
		return 0, fault.Fields{{Name: "document", Text: "请填写决定或公告的文号"}}
	}
	if err := t.check(move, s.now()); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		deputy, err = s.decide(ctx, tx, actor, move, id, t)
		return err
	})
	return deputy, electionFault(err)
}

type decided struct {
	ID, StreetID, PersonID, Fills     int64
	How, District, Term, Group, Intro string
	Key, Name, Sex                    string
	PhoneSealed                       []byte
	ElectedOn, Since                  *time.Time
	State                             procedure.State
	Version                           int
}

const selectDecided = `
	SELECT e.id, e.street_id, e.person_id, coalesce(e.fills, 0) AS fills, e.how, c.name AS district, c.term, e.group_kind AS "group", e.intro, e.key,
	       p.name, p.sex, p.phone_sealed, e.elected_on, e.since, e.state, e.version
	FROM deputy_elections e
	JOIN electoral_districts c ON c.street_id = e.street_id AND c.id = e.district_id
	JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id`

func (s *Store) decide(ctx context.Context, tx db.Tx, actor access.Actor, move string, id int64, t Step) (deputy int64, err error) {
	var e decided
	err = db.Do(ctx, tx, db.One(&e, selectDecided+`
		WHERE e.id = @id
		FOR UPDATE OF e`, db.Args{"id": id}))
	switch {
	case err != nil:
		return 0, err
	case e.Version != t.Version || e.State != Elected:
		return 0, fault.Stale
	}
	if deputy, err = s.settle(ctx, tx, actor, move, e, t); err != nil {
		return 0, err
	}
	n := notice.Notice{At: s.now(), StreetID: e.StreetID, To: access.Staff, Title: outcomes[move].title + "：" + e.Name, Link: fmt.Sprintf("/deputies/elections/%d", id)}
	if move == "withdrawal" {
		n.To = access.CityDeputy
	}
	return deputy, notice.Send(ctx, tx, n)
}

// outcomes are what the moves of Credentials lead to.
var outcomes = map[string]struct {
	state procedure.State
	title string
}{"confirmation": {Confirmed, "代表资格有效"}, "annulment": {Void, "当选无效"}, "withdrawal": {Withdrawn, "当选登记已撤回"}}

// settle ends the wait of an election by move.
func (s *Store) settle(ctx context.Context, tx db.Tx, actor access.Actor, move string, e decided, t Step) (deputy int64, err error) {
	on := &t.On
	switch {
	case move == "withdrawal":
		on = nil
	case e.ElectedOn != nil && t.On.Before(*e.ElectedOn):
		return 0, fault.Fields{{Name: "on", Text: "确认日期不能早于当选日期"}}
	case move == "confirmation":
		if deputy, err = s.seatElected(ctx, tx, actor, e, t); err != nil {
			return 0, err
		}
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE deputy_elections
		SET state = @state, decided_on = @on::date, document = @document, announced_on = @announced::date, note = @note, deputy_id = nullif(@deputy::bigint, 0), version = version + 1
		WHERE street_id = @street AND id = @id`, db.Args{
		"state": string(outcomes[move].state), "on": on, "document": t.Document, "announced": known(t.Announced), "note": t.Note, "deputy": deputy,
		"street": e.StreetID, "id": e.ID,
	})
	if err != nil {
		return 0, err
	}
	return deputy, s.recordElection(ctx, tx, actor, e.StreetID, e.ID, move, outcomes[move].title+"："+calendar.Date(t.On), t.reason(move))
}

// Waiting counts who waits for a confirmation after the general election of a term
// in a street.
type Waiting struct {
	StreetID int64
	Street   string
	Term     string
	People   int
}

// GeneralWaiting lists who waits after general elections, by street and term.
func (s *Store) GeneralWaiting(ctx context.Context, actor access.Actor) (list []Waiting, err error) {
	defer fault.Wrap(&err, "count who waits for confirmation")
	if !actor.May(access.ViewDeputies) {
		return nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT e.street_id, s.name AS street, c.term, count(*) AS people
		FROM deputy_elections e
		JOIN streets s ON s.id = e.street_id
		JOIN electoral_districts c ON c.street_id = e.street_id AND c.id = e.district_id
		WHERE e.street_id = ANY ((SELECT app.streets())::bigint[]) AND e.state = 'elected' AND e.how = 'general'
		GROUP BY e.street_id, s.name, s.code, c.term
		ORDER BY s.code, c.term
		LIMIT 1000`, db.Args{}))
	return list, err
}

// ConfirmGeneral confirms the credentials of all who wait after the general election
// of a term in a street, by one paper. expect is how many there are: somebody who saw
// another number is told that it changed.
func (s *Store) ConfirmGeneral(ctx context.Context, actor access.Actor, street int64, term string, expect int, t Step) (err error) {
	defer fault.Wrap(&err, "confirm credentials of %s", term)
	if !actor.May(access.DecideDeputies) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	if t.Document == "" {
		return fault.Fields{{Name: "document", Text: "请填写公告的文号"}}
	}
	if err := t.check("confirmation", s.now()); err != nil {
		return err
	}
	return electionFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		var list []decided
		err := db.Do(ctx, tx, db.Many(&list, selectDecided+`
			WHERE e.street_id = @street AND e.street_id = ANY (app.streets()) AND e.state = 'elected' AND e.how = 'general' AND c.term = @term
			ORDER BY e.id
			LIMIT @most
			FOR UPDATE OF e`, db.Args{"street": street, "term": term, "most": confirmMost + 1}))
		switch {
		case err != nil:
			return err
		case len(list) != expect:
			return fault.Stale
		}
		for _, e := range list {
			if _, err := s.settle(ctx, tx, actor, "confirmation", e, t); err != nil {
				return fmt.Errorf("%s: %w", e.Name, err)
			}
		}
		return notice.Send(ctx, tx, notice.Notice{
			At: s.now(), StreetID: street, To: access.Staff, Title: fmt.Sprintf("%s换届当选人 %d 名代表资格有效", term, len(list)), Link: "/deputies/elections",
		})
	}))
}

// confirmMost bounds how many are confirmed by one paper in one street.
const confirmMost = 2000

// seatElected enters the elected into the register.
func (s *Store) seatElected(ctx context.Context, tx db.Tx, actor access.Actor, e decided, t Step) (id int64, err error) {
	n := New{
		Key: "elected:" + e.Key, StreetID: e.StreetID, Name: e.Name, Sex: e.Sex, District: e.District, Term: e.Term, Group: e.Group, Since: t.On,
		How: e.How, Intro: e.Intro, Credentials: t.Document, Confirmed: t.On,
	}
	if e.ElectedOn != nil {
		n.Elected = *e.ElectedOn
	}
	if e.Since != nil && e.Since.After(t.On) {
		n.Since = *e.Since
	}
	if e.PhoneSealed != nil {
		if n.Phone, err = s.people.Phone(e.PhoneSealed); err != nil {
			return 0, err
		}
	}
	if id, err = s.insert(ctx, tx, n, e.PersonID, 0); err != nil {
		return 0, err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE deputies
		SET fills = nullif(@fills::bigint, 0)
		WHERE street_id = @street AND id = @id`, db.Args{"fills": e.Fills, "street": e.StreetID, "id": id})
	if err != nil {
		return 0, err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO deputy_steps (street_id, deputy_id, step, on_day, document, announced_on, note, actor, created_by, created_at)
		VALUES (@street, @id, 'confirmation', @on, @document, @announced::date, @note, @actor, @user, @now)`, db.Args{
		"street": e.StreetID, "id": id, "on": t.On, "document": t.Document, "announced": known(t.Announced), "note": t.Note,
		"actor": actor.Name, "user": actor.UserID, "now": s.now(),
	})
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, e.StreetID, id, "deputy.confirmation", "确认代表资格："+calendar.Date(t.On), t.Document)
}
