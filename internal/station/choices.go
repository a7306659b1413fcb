package station

import (
	"context"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Choices are what the room's forms and filters offer.
type Choices struct {
	Streets     []choice.Row
	Communities []choice.Row
	Stations    []choice.Row // open ones; those of a liaison officer's community first
	Deputies    []choice.Row // in office
	Mine        int64        // the station that the actor is most likely at; 0 where nothing tells
	Assigned    []Assignment // which deputy is at which station
	Receptions  []Reception  // of today, not yet logged as far as the actor sees
}

// Assignment is a deputy at a station.
type Assignment struct{ StationID, DeputyID int64 }

// At lists the deputies assigned to a station.
func (c *Choices) At(station int64) (deputies []int64) {
	for _, a := range c.Assigned {
		if a.StationID == station {
			deputies = append(deputies, a.DeputyID)
		}
	}
	return deputies
}

// Choices reads what forms and filters offer to actor. It is one round trip.
func (s *Store) Choices(ctx context.Context, actor access.Actor) (c Choices, err error) {
	defer fault.Wrap(&err, "choices of stations")
	in, args := "street_id = ANY ((SELECT app.streets())::bigint[])", db.Args{}
	if actor.StreetID != 0 {
		in, args = "street_id = @street", db.Args{"street": actor.StreetID}
	}
	mine := db.Args{"street": actor.StreetID, "deputy": actor.DeputyID, "community": actor.CommunityID}
	err = s.db.Read(ctx, actor,
		db.Many(&c.Streets, `SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY code LIMIT 1000`, db.Args{}),
		db.Many(&c.Communities, `SELECT id, name FROM communities WHERE ended_on IS NULL AND `+in+` ORDER BY street_id, code LIMIT 2000`, args),
		db.Many(&c.Stations, `
			SELECT id, name
			FROM stations
			WHERE closed_on IS NULL AND `+in+`
			ORDER BY street_id, (community_id = @community) IS NOT TRUE, code, id
			LIMIT 2000`, with(args, "community", actor.CommunityID)),
		db.Many(&c.Deputies, `SELECT id, name FROM deputies WHERE ended_on IS NULL AND `+in+` ORDER BY street_id, name, id LIMIT 2000`, args),
		db.Value(&c.Mine, `
			SELECT coalesce(
				(SELECT sd.station_id
				 FROM station_deputies sd
				 JOIN stations t ON t.street_id = sd.street_id AND t.id = sd.station_id AND t.closed_on IS NULL
				 WHERE sd.street_id = @street AND sd.deputy_id = @deputy AND sd.until_on IS NULL
				 ORDER BY sd.from_on DESC, sd.id DESC
				 LIMIT 1),
				(SELECT t.id
				 FROM stations t
				 WHERE t.street_id = @street AND t.community_id = @community AND t.closed_on IS NULL
				 ORDER BY t.code
				 LIMIT 1),
				(SELECT min(t.id)
				 FROM stations t
				 WHERE t.street_id = @street AND t.closed_on IS NULL
				 HAVING count(*) = 1), 0)`, mine),
		db.Many(&c.Assigned, `SELECT station_id, deputy_id FROM station_deputies WHERE street_id = @street AND until_on IS NULL ORDER BY id LIMIT 5000`,
			db.Args{"street": actor.StreetID}),
		db.Many(&c.Receptions, selectReception+`
			WHERE r.street_id = @street AND r.held_on = @today::date AND r.state <> 'cancelled'
			  AND NOT EXISTS (SELECT FROM visits v WHERE v.street_id = r.street_id AND v.reception_id = r.id)
			ORDER BY r.from_time, r.id
			LIMIT 200`, db.Args{"street": actor.StreetID, "today": calendar.On(s.now())}))
	return c, err
}

func with(args db.Args, name string, value any) db.Args {
	out := db.Args{name: value}
	for k, v := range args {
		out[k] = v
	}
	return out
}
