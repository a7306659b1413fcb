package committee

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Street is a street with its committee's short name.
type Street struct {
	ID        int64
	CityID    int64
	Name      string
	Code      string
	Committee string
	Version   int
	City      string
}

// StreetLine is a street in a list, with what it has. Deputies and Stations are
// counted only for who may see them.
type StreetLine struct {
	Street
	Communities, Units, Deputies, Stations int
}

const selectStreet = `
	SELECT s.id, s.city_id, s.name, s.code, s.committee, s.version, c.name AS city`

const selectCounts = `,
	       (SELECT count(*) FROM communities x WHERE x.street_id = s.id AND x.ended_on IS NULL) AS communities,
	       (SELECT count(*) FROM units x WHERE x.street_id = s.id AND x.ended_on IS NULL) AS units,
	       (SELECT count(*) FROM deputies x WHERE x.street_id = s.id AND x.level = 'city' AND x.ended_on IS NULL) AS deputies,
	       (SELECT count(*) FROM stations x WHERE x.street_id = s.id AND x.closed_on IS NULL) AS stations`

const fromStreets = `
	FROM streets s
	JOIN cities c ON c.id = s.city_id`

// StreetsMost is how many streets one page of the list has.
const StreetsMost = 100

// Streets lists the streets of actor's city by their code, or actor's own one.
// after is the code that the page before ended with, "" for the first; next is
// "" on the last.
func (s *Store) Streets(ctx context.Context, actor access.Actor, after string) (list []StreetLine, next string, err error) {
	defer fault.Wrap(&err, "list streets")
	if !actor.May(access.ViewCommittees) {
		return nil, "", fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, selectStreet+selectCounts+fromStreets+`
		WHERE s.city_id = @city AND @own::bigint IN (0, s.id) AND s.code > @after
		ORDER BY s.code
		LIMIT @limit`, db.Args{"city": actor.CityID, "own": actor.StreetID, "after": after, "limit": StreetsMost + 1}))
	if len(list) > StreetsMost {
		list = list[:StreetsMost]
		next = list[StreetsMost-1].Code
	}
	return list, next, err
}

// StreetRecord is a street with everything of it that its page shows.
type StreetRecord struct {
	StreetLine
	Communities []Community  // in use first
	Units       []Unit       // in use first, the dispatch office before all
	On          time.Time    // the day that Posts are of
	Posts       []PostLine   // who is in post on that day, the director first
	Past        []PostLine   // terms that ended, the newest first
	Delegations []Delegation // as they stand on that day, for who may see them
	Holders     []Holder     // who may use the director's powers on that day
	Heads       []ActingHead // who headed it while the post of director was vacant, for who may see delegations
	Reports     []Report     // posts said to have ended by themselves, which the city has yet to file
	TermUntil   *time.Time   // the end of the congress's term that On lies in, where it is known
	Timeline    []audit.Entry
}

// Street returns one street of actor's city. People of a street find no other.
//
// on is the day to tell the posts of; zero is today.
func (s *Store) Street(ctx context.Context, actor access.Actor, id int64, on ...time.Time) (r StreetRecord, err error) {
	defer fault.Wrap(&err, "street %d", id)
	if !actor.May(access.ViewCommittees) {
		return r, fault.Forbidden
	}
	if actor.StreetID != 0 && actor.StreetID != id {
		return r, fault.NotFound
	}
	arg := db.Args{"id": id}
	r.On = calendar.On(s.now())
	var term struct{ UntilOn *time.Time }
	if len(on) > 0 && !on[0].IsZero() {
		r.On = on[0]
	}
	err = s.db.Read(ctx, actor,
		db.One(&r.StreetLine, selectStreet+selectCounts+fromStreets+` WHERE s.id = @id AND s.city_id = @city`, db.Args{"id": id, "city": actor.CityID}),
		db.Many(&r.Communities, selectCommunity+` WHERE c.street_id = @id ORDER BY c.ended_on IS NOT NULL, c.code, c.id LIMIT 500`, arg),
		db.Many(&r.Units, selectUnit+` WHERE u.street_id = @id ORDER BY u.ended_on IS NOT NULL, u.kind <> 'dispatch', u.kind, u.id LIMIT 500`, arg),
		InPost(&r.Posts, id, r.On),
		db.Many(&r.Past, selectPost+` WHERE p.street_id = @id AND p.until_on IS NOT NULL ORDER BY p.until_on DESC, p.id DESC LIMIT 200`, arg),
		delegations(&r.Delegations, id, r.On),
		holders(&r.Holders, id, r.On),
		actingHeads(&r.Heads, id),
		reports(&r.Reports, id),
		db.Maybe(&term, `SELECT t.until_on FROM congress_terms t JOIN streets s ON s.city_id = t.city_id WHERE s.id = @id AND t.from_on <= @on::date AND @on::date < t.until_on`,
			db.Args{"id": id, "on": r.On}),
		audit.Timeline(&r.Timeline, "street", id))
	r.TermUntil = term.UntilOn
	return r, err
}

// NameStreet changes the names of a street and of its committee. version is the
// one that was shown.
func (s *Store) NameStreet(ctx context.Context, actor access.Actor, id int64, version int, name, committee string) (err error) {
	defer fault.Wrap(&err, "name street %d", id)
	if !actor.May(access.NameStreet) {
		return fault.Forbidden
	}
	err = s.change(ctx, actor, change{
		street: id, version: version, at: db.Args{"id": id, "city": actor.CityID},
		lock: `SELECT version, name FROM streets WHERE id = @id AND city_id = @city FOR UPDATE`,
		update: `
			UPDATE streets
			SET name = @name, committee = @committee, version = version + 1, modified_at = @now
			WHERE id = @id AND city_id = @city`,
		set:    db.Args{"name": name, "committee": committee, "now": s.now()},
		action: "committee.name_street", title: "街道名称改为" + name + "，工委简称改为" + committee + "；原名：",
	})
	if db.Violates(err, "streets_name_once") {
		return fault.Fields{{Name: "name", Text: "本市已有同名的街道"}}
	}
	return err
}
