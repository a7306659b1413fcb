package opinion

import (
	"context"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Choices are what the room's forms and filters offer.
type Choices struct {
	Streets, Units, Stations, Deputies, Communities []choice.Row
}

// Choices returns what the actor can choose from, in one round trip.
func (s *Store) Choices(ctx context.Context, actor access.Actor) (c Choices, err error) {
	defer fault.Wrap(&err, "read choices of opinions")
	in, args := "street_id = ANY ((SELECT app.streets())::bigint[])", db.Args{}
	if actor.StreetID != 0 {
		in, args = "street_id = @street", db.Args{"street": actor.StreetID}
	}
	const order = ` ORDER BY street_id, name, id LIMIT 2000`
	return c, s.db.Read(ctx, actor,
		db.Many(&c.Streets, `SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY id LIMIT 1000`, db.Args{}),
		db.Many(&c.Units, `SELECT id, name FROM units WHERE ended_on IS NULL AND `+in+order, args),
		db.Many(&c.Stations, `SELECT id, name FROM stations WHERE closed_on IS NULL AND `+in+order, args),
		db.Many(&c.Deputies, `SELECT id, name FROM deputies WHERE ended_on IS NULL AND `+in+order, args),
		db.Many(&c.Communities, `SELECT id, name FROM communities WHERE ended_on IS NULL AND `+in+order, args))
}
