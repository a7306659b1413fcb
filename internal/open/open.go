// Package open is the open data feed: what the residents' site shows of streets,
// stations and deputies, as records that others copy and keep up to date. What
// ended stays in its list, marked as deleted (after OParl 1.1).
package open

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Record is what every record carries. Times are RFC 3339 to the microsecond,
// which is what PostgreSQL keeps: Modified may be handed back as ModifiedSince.
type Record struct {
	ID       int64  `json:"id"`
	Created  string `json:"created"`
	Modified string `json:"modified"`
	Deleted  bool   `json:"deleted"`
}

const record = `
		SELECT r.id,
		       to_char(r.created_at  AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS.US"+08:00"') AS created,
		       to_char(r.modified_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS.US"+08:00"') AS modified,`

// Street is a street with a committee.
type Street struct {
	Record
	City      string `json:"city"`
	Code      string `json:"code"` // 统计用区划代码
	Name      string `json:"name"`
	Committee string `json:"committee"`
}

// Station is a liaison station. Of one that closed only the Record is set.
type Station struct {
	Record
	StreetID  int64  `json:"street_id,omitempty"`
	Kind      string `json:"kind,omitempty"`
	Name      string `json:"name,omitempty"`
	Community string `json:"community,omitempty"`
	Address   string `json:"address,omitempty"`
	Hours     string `json:"hours,omitempty"`
	Phone     string `json:"phone,omitempty"`
	OpenedOn  string `json:"opened_on,omitempty"`
}

// Deputy is a city deputy. Of one who left only the Record is set.
type Deputy struct {
	Record
	StreetID          int64  `json:"street_id,omitempty"`
	Name              string `json:"name,omitempty"`
	ElectoralDistrict string `json:"electoral_district,omitempty"`
	Term              string `json:"term,omitempty"`
	ProfessionalGroup string `json:"professional_group,omitempty"`
	Since             string `json:"since,omitempty"`
}

// Institution is a published rule with its newest published version. Of one that is no
// longer in force only the Record is set.
type Institution struct {
	Record
	StreetID    int64  `json:"street_id,omitempty"` // 0, left out: the city's own
	City        string `json:"city,omitempty"`
	Tier        string `json:"tier,omitempty"`
	Title       string `json:"title,omitempty"`
	Number      string `json:"number,omitempty"`
	EffectiveOn string `json:"effective_on,omitempty"`
	TrialUntil  string `json:"trial_until,omitempty"`
	Text        string `json:"text,omitempty"`
}

// Official is who holds a post in a street's committee. Of one whose term ended only
// the Record is set.
type Official struct {
	Record
	StreetID int64  `json:"street_id,omitempty"`
	Name     string `json:"name,omitempty"`
	Post     string `json:"post,omitempty"`
	Since    string `json:"since,omitempty"`
}

// Page asks for a part of a list, in the order of IDs.
type Page struct {
	After         int64     // the last ID of the page before; 0 for the first page
	Limit         int       // at least 1
	ModifiedSince time.Time // only records modified then or later; zero for all
}

// Store reads the feed.
type Store struct{ db *db.DB }

// NewStore returns a Store on d.
func NewStore(d *db.DB) *Store { return &Store{d} }

// feed is who reads: row-level security shows it what ended, which it shows
// residents not.
var feed = access.Actor{Role: access.Feed, Name: "开放数据"}

// City returns the ID of the city with a code, such as 441900, and
// fault.NotFound where there is none.
func (s *Store) City(ctx context.Context, code string) (id int64, err error) {
	defer fault.Wrap(&err, "city of code")
	err = s.db.Read(ctx, feed, db.Value(&id, `SELECT id FROM cities WHERE code = @code`, db.Args{"code": code}))
	return id, err
}

// Streets lists the streets. more says that there is a next page.
func (s *Store) Streets(ctx context.Context, p Page) (list []Street, more bool, err error) {
	defer fault.Wrap(&err, "open streets")
	err = read(ctx, s.db, p, record+`
		       false AS deleted, y.name AS city, r.code, r.name, r.committee
		FROM streets r
		JOIN cities y ON y.id = r.city_id`, &list, &more)
	return list, more, err
}

// Stations lists the stations, closed ones too. more says that there is a next
// page.
func (s *Store) Stations(ctx context.Context, p Page) (list []Station, more bool, err error) {
	defer fault.Wrap(&err, "open stations")
	err = read(ctx, s.db, p, record+`
		       r.closed_on IS NOT NULL AS deleted,
		       coalesce(t.street_id, 0) AS street_id, coalesce(t.kind, '') AS kind, coalesce(t.name, '') AS name,
		       coalesce(c.name, '') AS community, coalesce(t.address, '') AS address, coalesce(t.hours, '') AS hours,
		       coalesce(t.phone, '') AS phone, coalesce(t.opened_on::text, '') AS opened_on
		FROM stations r
		LEFT JOIN stations t ON t.street_id = r.street_id AND t.id = r.id AND r.closed_on IS NULL
		LEFT JOIN communities c ON c.street_id = t.street_id AND c.id = t.community_id`, &list, &more)
	return list, more, err
}

// Deputies lists the deputies, those who left too. more says that there is a
// next page.
func (s *Store) Deputies(ctx context.Context, p Page) (list []Deputy, more bool, err error) {
	defer fault.Wrap(&err, "open deputies")
	err = read(ctx, s.db, p, record+`
		       r.ended_on IS NOT NULL AS deleted,
		       coalesce(d.street_id, 0) AS street_id, coalesce(d.name, '') AS name, coalesce(d.electoral_district, '') AS electoral_district,
		       coalesce(d.term, '') AS term, coalesce(d.professional_group, '') AS professional_group, coalesce(d.since::text, '') AS since
		FROM deputies r
		LEFT JOIN deputies d ON d.street_id = r.street_id AND d.id = r.id AND r.ended_on IS NULL`, &list, &more)
	return list, more, err
}

// Institutions lists the published rules, repealed ones too. more says that there is
// a next page.
func (s *Store) Institutions(ctx context.Context, p Page) (list []Institution, more bool, err error) {
	defer fault.Wrap(&err, "open institutions")
	err = read(ctx, s.db, p, record+`
		       v.id IS NULL AS deleted,
		       CASE WHEN v.id IS NOT NULL THEN r.street_id ELSE 0 END AS street_id, CASE WHEN v.id IS NOT NULL THEN y.name ELSE '' END AS city,
		       CASE WHEN v.id IS NOT NULL THEN r.tier ELSE '' END AS tier, CASE WHEN v.id IS NOT NULL THEN r.title ELSE '' END AS title,
		       coalesce(v.doc_number, '') AS number, coalesce(v.effective_on::text, '') AS effective_on, coalesce(v.trial_until::text, '') AS trial_until,
		       coalesce((SELECT string_agg('第' || c.number || '条' || CASE WHEN c.suffix > 0 THEN '之' || c.suffix ELSE '' END || ' ' ||
		                                   CASE WHEN c.repealed THEN '（废止）' ELSE c.text END, E'\n' ORDER BY c.number, c.suffix)
		                 FROM institution_clauses c
		                 WHERE c.street_id = v.street_id AND c.version_id = v.id), '') AS text
		FROM institutions r
		JOIN cities y ON y.id = r.city_id
		LEFT JOIN institution_versions v ON v.street_id = r.street_id AND v.institution_id = r.id AND v.state = 'in_force'`, &list, &more)
	return list, more, err
}

// Committees lists who is in post in the streets' committees, and the terms that
// ended; nothing of an appointment that has not been published. more says that
// there is a next page.
func (s *Store) Committees(ctx context.Context, p Page) (list []Official, more bool, err error) {
	defer fault.Wrap(&err, "open committees")
	err = read(ctx, s.db, p, record+`
		       h.id IS NULL AS deleted,
		       CASE WHEN h.id IS NULL THEN 0 ELSE r.street_id END AS street_id, coalesce(h.name, '') AS name,
		       CASE WHEN h.id IS NULL THEN '' ELSE r.post END AS post, CASE WHEN h.id IS NULL THEN '' ELSE r.since::text END AS since
		FROM (SELECT t.id, t.street_id, t.person_id, t.post, t.since, t.created_at, t.until_on,
		             greatest(t.modified_at, q.modified_at) AS modified_at
		      FROM posts t
		      LEFT JOIN people q ON q.street_id = t.street_id AND q.id = t.person_id) r
		LEFT JOIN people h ON h.street_id = r.street_id AND h.id = r.person_id AND (r.until_on IS NULL OR r.until_on > current_date)`, &list, &more)
	return list, more, err
}

// read reads one page of the records r that a statement selects.
func read[T any](ctx context.Context, d *db.DB, p Page, sql string, list *[]T, more *bool) error {
	sql += ` WHERE r.id > @after`
	args := db.Args{"after": p.After, "limit": p.Limit + 1}
	if !p.ModifiedSince.IsZero() {
		sql += ` AND r.modified_at >= @since`
		args["since"] = p.ModifiedSince
	}
	if err := d.Read(ctx, feed, db.Many(list, sql+` ORDER BY r.id LIMIT @limit`, args)); err != nil {
		return err
	}
	if *more = len(*list) > p.Limit; *more {
		*list = (*list)[:p.Limit]
	}
	return nil
}
