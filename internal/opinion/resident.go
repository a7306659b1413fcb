package opinion

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
	"portal/internal/secret"
)

// Place is a community that a resident may live in, with its street.
type Place struct {
	City     string
	StreetID int64
	Street   string
	ID       int64
	Name     string
}

// Places lists the communities of every street, street by street, for anybody.
func (s *Store) Places(ctx context.Context) (list []Place, err error) {
	defer fault.Wrap(&err, "list places")
	err = s.db.Read(ctx, access.Resident(nil), db.Many(&list, `
		SELECT y.name AS city, s.id AS street_id, s.name AS street, c.id, c.name
		FROM communities c
		JOIN streets s ON s.id = c.street_id
		JOIN cities y ON y.id = s.city_id
		WHERE c.ended_on IS NULL
		ORDER BY s.code, c.code
		LIMIT 10000`, db.Args{}))
	return list, err
}

// Submit registers what a resident sends from the public site. Sent again with
// the same key it returns the same number and code.
func (s *Store) Submit(ctx context.Context, n New) (r Receipt, err error) {
	defer fault.Wrap(&err, "submit opinion")
	code := s.keys.QueryCode(n.Key)
	resident := access.Resident(secret.QueryHash(code))
	if err := s.Prepare(ctx, resident, n); err != nil {
		return r, err
	}
	err = s.db.Write(ctx, resident, func(tx db.Tx) error {
		r, err = s.Register(ctx, tx, resident, n)
		return err
	})
	if db.Violates(err, "opinions_key_once") || db.Violates(err, "opinions_query_hash_once") {
		return s.again(ctx, resident, code) // the same form, sent twice at once
	}
	return r, err
}

func (s *Store) again(ctx context.Context, resident access.Actor, code string) (r Receipt, err error) {
	err = s.db.Read(ctx, resident, db.One(&r, `
		SELECT id, number, @code::text AS code
		FROM opinions
		WHERE query_hash = @hash`, db.Args{"code": code, "hash": resident.QueryHash}))
	return r, err
}

// Status is what a resident sees of their item.
type Status struct {
	ID          int64
	StreetID    int64
	Number      string
	State       procedure.State
	Kind        string
	Field       string
	Location    string
	Text        string
	Anonymous   bool
	Round       int
	ReceivedOn  time.Time
	Answer      string
	DeclinedWhy string
	PromisedOn  *time.Time
	ToldOn      *time.Time
	Rating      *string
	FirstRating *string
	RatedOn     *time.Time
	ClosedOn    *time.Time
	Street      string
	Community   string
	Station     string
	Unit        string       // the lead unit, "" before there is one
	Steps       []StatusStep `db:"-"`
	Due         []StatusDue  `db:"-"` // what is still open, the nearest first
}

// StatusStep is something that was done. Action is that of the audit record,
// such as "opinion.assignment": names and reasons are not for residents.
type StatusStep struct {
	At     time.Time
	Action string
}

// StatusDue is what is to be done by when. Name is that of the deadline, such
// as "reply".
type StatusDue struct {
	Name  string
	DueOn time.Time
}

// Status returns the item that number and code open, and fault.NotFound where
// they open none. People may write both without hyphens, in full-width
// characters and with spaces.
func (s *Store) Status(ctx context.Context, number, code string) (st Status, err error) {
	defer fault.Wrap(&err, "status of opinion")
	const mine = `query_hash = @hash AND replace(number, '-', '') = @digits`
	args := db.Args{"hash": secret.QueryHash(code), "digits": Digits(number)}
	err = s.db.Read(ctx, access.Resident(secret.QueryHash(code)),
		db.One(&st, `
			SELECT o.id, o.street_id, o.number, o.state, o.kind, o.field, o.location, o.text, o.anonymous, o.round, o.received_on, o.answer,
			       o.declined_why, o.promised_on, o.told_on, o.rating, o.first_rating, o.rated_on, o.closed_on, s.name AS street,
			       coalesce(c.name, '') AS community, coalesce(t.name, '') AS station, coalesce(u.name, '') AS unit
			FROM opinions o
			JOIN streets s ON s.id = o.street_id
			LEFT JOIN communities c ON c.street_id = o.street_id AND c.id = o.community_id
			LEFT JOIN stations t ON t.street_id = o.street_id AND t.id = o.station_id
			LEFT JOIN units u ON u.street_id = o.street_id AND u.id = o.lead_unit_id
			WHERE `+mine, args),
		db.Many(&st.Steps, `
			SELECT at, action
			FROM audit_events
			WHERE kind = 'opinion'
			  AND subject_id = (SELECT id FROM opinions WHERE `+mine+`)
			ORDER BY at, id
			LIMIT 200`, args),
		db.Many(&st.Due, `
			SELECT name, due_on
			FROM deadlines
			WHERE kind = 'opinion'
			  AND subject_id = (SELECT id FROM opinions WHERE `+mine+`)
			  AND ended_on IS NULL
			ORDER BY due_on, name
			LIMIT 20`, args))
	return st, err
}

// Digits keeps the digits of an opinion's number, which has nothing else but
// hyphens.
func Digits(number string) string {
	return strings.Map(func(r rune) rune {
		if '０' <= r && r <= '９' {
			r -= '０' - '0'
		}
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}

// Rate is a resident's own rating, with the number and the query code, once.
func (s *Store) Rate(ctx context.Context, number, code, rating, note string) (err error) {
	defer fault.Wrap(&err, "rate opinion")
	st, err := s.Status(ctx, number, code)
	if err != nil {
		return err
	}
	if st.State != ToRate {
		return fault.Fields{{Name: "rating", Text: "现在不能评价：评价只能做一次，并且在反馈后的评价期内"}}
	}
	// The resident is who the code shows; the portal's clerk acts for them.
	clerk := access.Actor{Role: access.Clerk, Name: "反映人（凭查询码）", StreetID: st.StreetID}
	return s.db.Write(ctx, clerk, func(tx db.Tx) error {
		o, err := lock(ctx, tx, st.ID)
		if err != nil {
			return err
		}
		if o.State != ToRate {
			return fault.Stale
		}
		d, err := s.rated(ctx, tx, o, rating, note)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, clerk, o, "rating", d)
	})
}

// Limits are what a resident may attach to an opinion of a street.
func (s *Store) Limits(ctx context.Context, street int64) (l file.Limits, err error) {
	defer fault.Wrap(&err, "limits of attachments")
	return l, s.db.Read(ctx, access.Resident(nil), l.Queries(street)...)
}
