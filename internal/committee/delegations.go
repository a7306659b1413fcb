package committee

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Powers are what a director may delegate in writing.
var Powers = []choice.Term{{Key: "preside", Name: "主持主任会议"}, {Key: "sign", Name: "签发文件"}, {Key: "other", Name: "其他"}}

// The states of a delegation on a day.
const (
	Live      = "live"
	Ahead     = "ahead"     // signed, not begun
	Over      = "over"      // its time is over
	Withdrawn = "withdrawn" // by a director
	Lapsed    = "lapsed"    // who gave or has it is no longer in post
)

// DelegationStates name the states on screen.
var DelegationStates = []choice.Term{
	{Key: Live, Name: "有效"}, {Key: Ahead, Name: "未到期限"}, {Key: Over, Name: "期满"}, {Key: Withdrawn, Name: "已收回"}, {Key: Lapsed, Name: "因离任失效"},
}

// Delegation is what a director delegated in writing, as it stands on a day.
type Delegation struct {
	ID, StreetID  int64
	Committee     string
	Number        string
	From, To      string // names
	ToPost        string // one of PostNames
	Powers        []string
	Scope, Reason string
	FromOn        time.Time
	ThroughOn     time.Time // the last day
	SignedOn      time.Time
	WithdrawnOn   *time.Time
	WithdrawnWhy  string
	State         string
	Timeline      []audit.Entry `db:"-"`
}

const selectDelegation = `
	SELECT d.id, d.street_id, s.committee, d.number, g.name AS "from", h.name AS "to", t.post AS to_post, d.powers, d.scope, d.reason,
	       d.from_on, d.through_on, d.signed_on, d.withdrawn_on, d.withdrawn_why,
	       CASE WHEN d.withdrawn_on <= @on::date THEN 'withdrawn'
	            WHEN d.through_on < @on::date THEN 'over'
	            WHEN least(f.until_on, t.until_on) <= @on::date THEN 'lapsed'
	            WHEN d.from_on > @on::date THEN 'ahead'
	            ELSE 'live' END AS state
	FROM delegations d
	JOIN streets s ON s.id = d.street_id
	JOIN posts f ON f.street_id = d.street_id AND f.id = d.from_post_id
	JOIN people g ON g.street_id = f.street_id AND g.id = f.person_id
	JOIN posts t ON t.street_id = d.street_id AND t.id = d.to_post_id
	JOIN people h ON h.street_id = t.street_id AND h.id = t.person_id`

// delegations reads those of a street, the newest first.
func delegations(list *[]Delegation, street int64, on time.Time) db.Query {
	return db.Many(list, selectDelegation+`
		WHERE d.street_id = @street
		ORDER BY d.signed_on DESC, d.id DESC
		LIMIT 200`, db.Args{"street": street, "on": on})
}

// Holder is somebody in post, with the director's powers that they may use.
type Holder struct {
	PostID         int64
	Name, Post     string
	Presides, Sign bool
}

// holders reads who may use a power of the director on a day.
func holders(list *[]Holder, street int64, on time.Time) db.Query {
	return db.Many(list, `
		SELECT x.post_id, x.name, x.post, x.presides, x.sign
		FROM (SELECT p.id AS post_id, h.name, p.post, p.since,
		             app.may_preside(p.street_id, p.id, @on::date) AS presides, app.holds_power(p.street_id, p.id, 'sign', @on::date) AS sign
		      FROM posts p
		      JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
		      WHERE p.street_id = @street AND p.since <= @on::date AND (p.until_on IS NULL OR @on::date < p.until_on)) x
		WHERE x.presides OR x.sign
		ORDER BY array_position(ARRAY ['director', 'deputy_director', 'member'], x.post), x.since, x.post_id
		LIMIT 200`, db.Args{"street": street, "on": on})
}

// Delegation returns one of a street, with what happened to it.
func (s *Store) Delegation(ctx context.Context, actor access.Actor, street, id int64) (d Delegation, err error) {
	defer fault.Wrap(&err, "delegation %d", id)
	if !actor.May(access.ViewDelegations) {
		return d, fault.Forbidden
	}
	var did []audit.Entry
	err = s.db.Read(ctx, actor,
		db.One(&d, selectDelegation+` WHERE d.street_id = @street AND d.id = @id`, db.Args{"street": street, "id": id, "on": s.today()}),
		audit.Timeline(&did, kindDelegation, id))
	d.Timeline = did
	return d, err
}

// MayPreside reports whether who holds the post may preside over the street's
// directors' meeting on that day: the director in post, or whom the director
// delegated it to in writing (domain.md §3(d)). Nobody may whose appointment the
// standing committee has not passed.
func MayPreside(ctx context.Context, tx db.Tx, street, post int64, on time.Time) (may bool, err error) {
	defer fault.Wrap(&err, "who presides in street %d", street)
	return may, db.Do(ctx, tx, db.Value(&may, `SELECT app.may_preside(@street::bigint, @post::bigint, @on::date)`,
		db.Args{"street": street, "post": post, "on": on}))
}
