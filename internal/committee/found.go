package committee

import (
	"context"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// NewCity is a city to found. Code is its six-digit division code.
type NewCity struct {
	Name, Code string
	Demo       bool // the demonstration city
}

// FoundCity makes a city and returns its ID. Only the operator does that, from
// the server's shell.
func (s *Store) FoundCity(ctx context.Context, actor access.Actor, n NewCity) (id int64, err error) {
	defer fault.Wrap(&err, "found city %s", n.Code)
	if actor.Role != access.Operator {
		return 0, fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = db.Insert(ctx, tx, `INSERT INTO cities (name, code, demo) VALUES (@name, @code, @demo) RETURNING id`,
			db.Args{"name": n.Name, "code": n.Code, "demo": n.Demo})
		if err != nil {
			return err
		}
		actor.CityID = id
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), Kind: "city", ID: id, Action: "committee.found_city", Title: "设立城市：" + n.Name,
		})
	})
	return id, foundFault(err)
}

func foundFault(err error) error {
	switch {
	case db.Violates(err, "cities_code_once"), db.Violates(err, "streets_code_once"):
		return fault.Fields{{Name: "code", Text: "这个区划代码已经有了"}}
	case db.Violates(err, "streets_name_once"):
		return fault.Fields{{Name: "name", Text: "本市已有同名的街道"}}
	}
	return err
}

// City is a city with its streets, by their codes.
type City struct {
	ID      int64
	Name    string
	Code    string
	Streets []string
	Codes   []string // of Streets
}

// Cities lists all cities of the installation for the operator.
func (s *Store) Cities(ctx context.Context, actor access.Actor) (list []City, err error) {
	defer fault.Wrap(&err, "list cities")
	if actor.Role != access.Operator {
		return nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT c.id, c.name, c.code,
		       ARRAY (SELECT s.name FROM streets s WHERE s.city_id = c.id ORDER BY s.code) AS streets,
		       ARRAY (SELECT s.code FROM streets s WHERE s.city_id = c.id ORDER BY s.code) AS codes
		FROM cities c
		ORDER BY c.code
		LIMIT 1000`, db.Args{}))
	return list, err
}

// NewStreet is a street to found. Code is its nine-digit division code, Slug
// its Latin name, Committee the short name of its committee.
type NewStreet struct {
	CityID                      int64
	Name, Code, Slug, Committee string
}

// FoundStreet makes a street of a city and returns its ID. Only the operator
// does that, from the server's shell.
func (s *Store) FoundStreet(ctx context.Context, actor access.Actor, n NewStreet) (id int64, err error) {
	defer fault.Wrap(&err, "found street %s", n.Code)
	if actor.Role != access.Operator {
		return 0, fault.Forbidden
	}
	actor.CityID = n.CityID
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = db.Insert(ctx, tx, `
			INSERT INTO streets (city_id, name, code, slug, committee, modified_at)
			VALUES (@city, @name, @code, @slug, @committee, @now)
			RETURNING id`,
			db.Args{"city": n.CityID, "name": n.Name, "code": n.Code, "slug": n.Slug, "committee": n.Committee, "now": s.now()})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: id, Kind: "street", ID: id, Action: "committee.found_street", Title: "设立街道：" + n.Name,
		})
	})
	return id, foundFault(err)
}
