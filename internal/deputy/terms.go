package deputy

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// Term is a term 届 of the city's congress, from its first day to the day on
// which the next congress first meets.
type Term struct {
	ID      int64
	Name    string
	FromOn  time.Time
	UntilOn time.Time
	Sitting int // deputies of the city in office for it
}

// Terms lists the terms of the actor's city, the latest first.
func (s *Store) Terms(ctx context.Context, actor access.Actor) (list []Term, err error) {
	defer fault.Wrap(&err, "list terms")
	if !actor.May(access.ViewDeputies) && !keeps(actor) {
		return nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, terms(&list, actor.CityID))
	return list, err
}

func terms(list *[]Term, city int64) db.Query {
	return db.Many(list, `
		SELECT t.id, t.name, t.from_on, t.until_on,
		       (SELECT count(*)
		        FROM deputies d
		        WHERE d.street_id = ANY ((SELECT app.streets())::bigint[]) AND d.term = t.name AND d.level = 'city' AND d.ended_on IS NULL) AS sitting
		FROM congress_terms t
		WHERE t.city_id = @city
		ORDER BY t.from_on DESC
		LIMIT 100`, db.Args{"city": city})
}

// NewTerm is a term to add.
type NewTerm struct {
	CityID          int64 // of the operator, who has no city; of others it is their own
	Name            string
	FromOn, UntilOn time.Time
}

// AddTerm adds a term to the actor's city. The same term added again changes its
// dates.
func (s *Store) AddTerm(ctx context.Context, actor access.Actor, n NewTerm) (err error) {
	defer fault.Wrap(&err, "add term")
	if !actor.May(access.DecideDeputies) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	if actor.CityID != 0 {
		n.CityID = actor.CityID
	}
	return deputyFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err := db.Insert(ctx, tx, `
			INSERT INTO congress_terms (city_id, name, from_on, until_on)
			VALUES (@city, @name, @from, @until)
			ON CONFLICT (city_id, name) DO UPDATE SET from_on = @from, until_on = @until, version = congress_terms.version + 1
			RETURNING id`, db.Args{"city": n.CityID, "name": n.Name, "from": n.FromOn, "until": n.UntilOn})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{At: s.now(), Kind: "term", ID: id, Action: "deputy.term", Title: "登记届别：" + n.Name})
	}))
}
