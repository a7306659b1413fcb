package opinion

import (
	"context"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
)

// Choices are what the room's forms and filters offer.
type Choices struct {
	Streets, Units, Stations, Deputies, Communities []choice.Row
	Limits                                          file.Limits
}

// Choices returns what the actor can choose from, in one round trip.
func (s *Store) Choices(ctx context.Context, actor access.Actor) (c Choices, err error) {
	defer fault.Wrap(&err, "read choices of opinions")
	queries := append(c.filters(actor), rows(&c.Communities, "communities", "ended_on", actor))
	if actor.StreetID != 0 {
		queries = append(queries, streets(&c.Streets))
	}
	return c, s.db.Read(ctx, actor, append(queries, c.Limits.Queries(actor.StreetID)...)...)
}

// filters are the choices by which a list is narrowed: streets for the city,
// what belongs to one street for everybody else.
func (c *Choices) filters(actor access.Actor) []db.Query {
	if actor.StreetID == 0 {
		return []db.Query{streets(&c.Streets)}
	}
	return []db.Query{
		rows(&c.Units, "units", "ended_on", actor),
		rows(&c.Stations, "stations", "closed_on", actor),
		rows(&c.Deputies, "deputies", "ended_on", actor),
	}
}

func streets(list *[]choice.Row) db.Query {
	return db.Many(list, `
		SELECT id, name
		FROM streets
		WHERE id = ANY ((SELECT app.streets())::bigint[])
		ORDER BY id
		LIMIT 1000`, db.Args{})
}

// rows reads what there is of a table in the actor's street today.
func rows(list *[]choice.Row, table, ended string, actor access.Actor) db.Query {
	return db.Many(list, `
		SELECT id, name
		FROM `+table+`
		WHERE street_id = @street
		  AND `+ended+` IS NULL
		ORDER BY name, id
		LIMIT 2000`, db.Args{"street": actor.StreetID})
}
