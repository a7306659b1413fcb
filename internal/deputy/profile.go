package deputy

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Profile is what the residents' site says of a deputy in office: what the law
// makes public (domain.md §6), no phone number.
type Profile struct {
	ID       int64
	StreetID int64
	Street   string
	Name     string
	District string
	Term     string
	Group    string
	Intro    string
	Since    time.Time
	Level    string
	How      string
	State    string
	Photo    bool // residents may see a photograph
	Stations []string
}

// ProfileFilter narrows the profiles. Zero fields do not narrow them.
type ProfileFilter struct {
	StreetID int64
	Group    string
	Text     string // in the name or the electoral district
	After    int64  // the deputy that the page before ended with
	Limit    int
}

const selectProfile = `
	SELECT d.id, d.street_id, s.name AS street, d.name, d.electoral_district AS district, d.term, d.professional_group AS "group", d.intro, d.since, d.level, d.elected_how AS how, d.state,
	       d.photo_id IS NOT NULL AND d.photo_consent_on IS NOT NULL AS photo,
	       ARRAY (SELECT t.name
	              FROM station_deputies sd
	              JOIN stations t ON t.street_id = sd.street_id AND t.id = sd.station_id
	              WHERE sd.street_id = d.street_id AND sd.deputy_id = d.id AND sd.until_on IS NULL AND t.closed_on IS NULL
	              ORDER BY t.code
	              LIMIT 20) AS stations
	FROM deputies d
	JOIN streets s ON s.id = d.street_id
	WHERE d.ended_on IS NULL`

// Profiles lists the deputies in office for the residents' site, by street and
// name, and the ID to ask the next page after, which is 0 on the last. Anyone
// may read it: row-level security shows residents every street.
func (s *Store) Profiles(ctx context.Context, actor access.Actor, f ProfileFilter) (list []Profile, next int64, err error) {
	defer fault.Wrap(&err, "list profiles of deputies")
	sql, args := selectProfile, db.Args{"limit": f.Limit + 1}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += "\n  AND " + condition
			args[name] = value
		}
	}
	add(f.StreetID != 0, "street", f.StreetID, "d.street_id = @street")
	add(f.Group != "", "group", f.Group, "d.professional_group = @group")
	add(f.Text != "", "text", f.Text, "(strpos(d.name, @text) > 0 OR strpos(d.electoral_district, @text) > 0)")
	add(f.After != 0, "after", f.After, "(d.street_id, d.name COLLATE \"C\", d.id) > (SELECT a.street_id, a.name COLLATE \"C\", a.id FROM deputies a WHERE a.id = @after)")
	err = s.db.Read(ctx, actor, db.Many(&list, sql+order, args))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	return list, next, err
}

// ProfileRecord is one profile with where and when to meet the deputy.
type ProfileRecord struct {
	Profile
	Places []Place
}

// Place is a station where residents can meet a deputy.
type Place struct {
	StationID int64
	Name      string
	Address   string
	Hours     string
	NextOn    *time.Time // the next published reception at which they will be there
}

// Profile returns one deputy in office for the residents' site.
func (s *Store) Profile(ctx context.Context, actor access.Actor, id int64) (p ProfileRecord, err error) {
	defer fault.Wrap(&err, "profile of deputy %d", id)
	err = s.db.Read(ctx, actor,
		db.One(&p.Profile, selectProfile+` AND d.id = @id`, db.Args{"id": id}),
		db.Many(&p.Places, `
			SELECT t.id AS station_id, t.name, t.address, t.hours,
			       (SELECT min(r.held_on)
			        FROM receptions r
			        JOIN reception_deputies rd ON rd.street_id = r.street_id AND rd.reception_id = r.id AND rd.deputy_id = @id
			        WHERE r.street_id = t.street_id AND r.station_id = t.id AND r.state = 'published' AND r.held_on >= @today::date) AS next_on
			FROM station_deputies sd
			JOIN stations t ON t.street_id = sd.street_id AND t.id = sd.station_id
			WHERE sd.street_id = (SELECT street_id FROM deputies WHERE id = @id) AND sd.deputy_id = @id AND sd.until_on IS NULL AND t.closed_on IS NULL
			ORDER BY t.code
			LIMIT 20`, db.Args{"id": id, "today": calendar.On(s.now())}))
	return p, err
}
