package deputy

import (
	"context"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Member is a deputy in office as a member of a professional group.
type Member struct {
	ID       int64
	Name     string
	District string
	Term     string
	Group    string
}

// membersMost bounds the deputies of one street; a street has some thirty.
const membersMost = 1000

// Members lists the deputies in office of a street by professional group, with
// the street's name. People of a street find no other.
func (s *Store) Members(ctx context.Context, actor access.Actor, street int64) (name string, list []Member, err error) {
	defer fault.Wrap(&err, "members of groups of street %d", street)
	if !actor.May(access.ViewDeputies) {
		return "", nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor,
		db.Value(&name, `SELECT name FROM streets WHERE id = @street AND id = ANY (app.streets())`, db.Args{"street": street}),
		db.Many(&list, `
			SELECT id, name, electoral_district AS district, term, professional_group AS "group"
			FROM deputies
			WHERE street_id = @street AND ended_on IS NULL
			ORDER BY name, id
			LIMIT @limit`, db.Args{"street": street, "limit": membersMost}))
	return name, list, err
}

// StreetGroups counts the deputies in office of a street by group.
type StreetGroups struct {
	StreetID                              int64
	Street                                string
	Law, Finance, Construction, Education int
	Total                                 int
}

// streetsMost bounds the streets of one city.
const streetsMost = 1000

// GroupCounts counts the members of the groups of every street that actor sees.
func (s *Store) GroupCounts(ctx context.Context, actor access.Actor) (list []StreetGroups, err error) {
	defer fault.Wrap(&err, "count members of groups")
	if !actor.May(access.ViewDeputies) {
		return nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT s.id AS street_id, s.name AS street,
		       count(*) FILTER (WHERE d.professional_group = 'law') AS law,
		       count(*) FILTER (WHERE d.professional_group = 'finance') AS finance,
		       count(*) FILTER (WHERE d.professional_group = 'construction') AS construction,
		       count(*) FILTER (WHERE d.professional_group = 'education') AS education,
		       count(d.id) AS total
		FROM streets s
		LEFT JOIN deputies d ON d.street_id = s.id AND d.ended_on IS NULL
		WHERE s.id = ANY ((SELECT app.streets())::bigint[])
		GROUP BY s.id
		ORDER BY s.code
		LIMIT @limit`, db.Args{"limit": streetsMost}))
	return list, err
}
