package committee

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// PublicStreet is a street with its committee, for residents.
type PublicStreet struct {
	ID        int64
	City      string
	Name      string
	Code      string
	Committee string
	InPost    int // how many are in post today and published
}

// Official is who is in post, as residents see them: no more than they need.
type Official struct {
	Name  string
	Post  string // one of PostNames
	Since time.Time
}

// resident is who asks, whoever is signed in.
var resident = access.Resident(nil)

// published is a post in effect on the day @on. The rows that residents see at all,
// published ones in effect, row-level security decides (domain.md hard rule 5).
const published = `p.published_on <= @on::date AND p.since <= @on::date AND (p.until_on IS NULL OR @on::date < p.until_on)`

const selectPublicStreet = `
	SELECT s.id, c.name AS city, s.name, s.code, s.committee,
	       (SELECT count(*) FROM posts p WHERE p.street_id = s.id AND ` + published + `) AS in_post
	FROM streets s
	JOIN cities c ON c.id = s.city_id`

// PublicStreets lists the streets for residents, by city and code. after is the
// code that the page before ended with; next is "" on the last.
func (s *Store) PublicStreets(ctx context.Context, after string) (list []PublicStreet, next string, err error) {
	defer fault.Wrap(&err, "list streets for residents")
	err = s.db.Read(ctx, resident, db.Many(&list, selectPublicStreet+`
		WHERE s.code > @after
		ORDER BY s.code
		LIMIT @limit`, db.Args{"after": after, "on": s.today(), "limit": StreetsMost + 1}))
	if len(list) > StreetsMost {
		list = list[:StreetsMost]
		next = list[StreetsMost-1].Code
	}
	return list, next, err
}

// Public returns a street with who is in post today, the director first, as
// residents see them.
func (s *Store) Public(ctx context.Context, street int64) (p PublicStreet, list []Official, err error) {
	defer fault.Wrap(&err, "street %d for residents", street)
	args := db.Args{"street": street, "on": calendar.On(s.now())}
	err = s.db.Read(ctx, resident,
		db.One(&p, selectPublicStreet+` WHERE s.id = @street`, args),
		db.Many(&list, `
			SELECT h.name, p.post, p.since
			FROM posts p
			JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
			WHERE p.street_id = @street AND `+published+byRank+`
			LIMIT 200`, args))
	return p, list, err
}
