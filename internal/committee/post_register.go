package committee

import (
	"context"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// PostRegister returns who holds and who held which post in a street, from when to
// when: those in post first, by rank. That it was exported is recorded. People of a
// street find no other.
func (s *Store) PostRegister(ctx context.Context, actor access.Actor, street int64) (of Street, list []PostLine, err error) {
	defer fault.Wrap(&err, "register of posts of street %d", street)
	if !actor.May(access.ViewDeputies) {
		return of, nil, fault.Forbidden
	}
	if actor.StreetID != 0 && actor.StreetID != street {
		return of, nil, fault.NotFound
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		err := db.Do(ctx, tx,
			db.One(&of, selectStreet+fromStreets+` WHERE s.id = @street AND s.city_id = @city`, db.Args{"street": street, "city": actor.CityID}),
			db.Many(&list, selectPost+`
				WHERE p.street_id = @street
				ORDER BY p.until_on IS NOT NULL, array_position(ARRAY ['director', 'deputy_director', 'member'], p.post), p.since, p.id
				LIMIT 10000`, db.Args{"street": street}))
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: street, Kind: "ledger", Action: "post.export", Title: "导出任职名册", Detail: map[string]any{"rows": len(list)},
		})
	})
	return of, list, err
}
