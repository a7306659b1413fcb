package training

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// TeamHours is what a team was trained in a period.
type TeamHours struct {
	Team      string
	Trainings int // in which the team took part
	People    int // different persons who came
	Times     int // 人次
	Tenths    int // of an hour, over all who came
}

// PersonHours is what one person was trained in a period.
type PersonHours struct {
	StreetID int64
	Street   string
	PersonID int64
	Team     string
	Name     string
	Times    int
	Tenths   int
	Passed   int // tests
}

// Hours are the hours of a period, from closed trainings and those being held.
type Hours struct {
	Teams   []TeamHours
	People  []PersonHours
	Streets []choice.Row
	More    bool // there are more people than are shown
}

// shown is how many people the page of hours shows.
const shown = 500

const came = `
	FROM training_participants p
	JOIN trainings t ON t.street_id = p.street_id AND t.id = p.training_id
	JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
	WHERE p.signed_at IS NOT NULL AND t.held_on BETWEEN @from::date AND @to::date AND (@street = 0 OR p.street_id = @street)`

const whoIs = `coalesce(h.merged_into, h.id)`

// Hours adds up who was trained from one day to another, in one street or, for
// the city, in all where street is 0. all lists everybody. It needs CountTraining.
func (s *Store) Hours(ctx context.Context, actor access.Actor, street int64, from, to time.Time, all bool) (h Hours, err error) {
	defer fault.Wrap(&err, "hours of training")
	if !actor.May(access.CountTraining) {
		return h, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	args := db.Args{"street": street, "from": from, "to": to}
	limit := shown
	if all {
		limit = 100_000
	}
	listed := db.Args{"street": street, "from": from, "to": to, "limit": limit + 1}
	err = s.db.Read(ctx, actor,
		db.Many(&h.Teams, `
			SELECT p.team, count(DISTINCT (p.street_id, p.training_id)) AS trainings, count(DISTINCT (p.street_id, `+whoIs+`)) AS people,
			       count(*) AS times, (sum(t.hours) * 10)::integer AS tenths`+came+`
			GROUP BY p.team
			ORDER BY p.team`, args),
		db.Many(&h.People, `
			SELECT p.street_id, (SELECT s.name FROM streets s WHERE s.id = p.street_id) AS street, `+whoIs+` AS person_id,
			       min(p.team) AS team, min(h.name) AS name, count(*) AS times, (sum(t.hours) * 10)::integer AS tenths,
			       count(*) FILTER (WHERE EXISTS (SELECT FROM training_tests x WHERE x.street_id = p.street_id AND x.participant_id = p.id AND x.passed)) AS passed`+came+`
			GROUP BY p.street_id, `+whoIs+`
			ORDER BY tenths DESC, p.street_id, person_id
			LIMIT @limit`, listed),
		db.Many(&h.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}))
	if len(h.People) > limit {
		h.People, h.More = h.People[:limit], true
	}
	return h, err
}

// Person is one person's training.
type Person struct {
	Name   string
	Work   string
	Team   string
	Tenths int
	Lines  []PersonLine
}

// PersonLine is one training of a person.
type PersonLine struct {
	ID       int64
	Title    string
	HeldOn   time.Time
	Tenths   int
	State    string
	SignedAt *time.Time
	Score    *int
	Passed   bool
}

// Person reads the training of one person of a street, of whom duplicates count as
// one; 0 for the actor's own. It needs CountTraining, but for the actor's own
// ViewTrainings.
func (s *Store) Person(ctx context.Context, actor access.Actor, person int64) (p Person, err error) {
	defer fault.Wrap(&err, "training of person %d", person)
	own := person == 0
	if own && !actor.May(access.ViewTrainings) || !own && !actor.May(access.CountTraining) {
		return p, fault.Forbidden
	}
	whose, args := "app.is_participant(p.street_id, p.person_id)", db.Args{}
	if !own {
		whose, args["id"] = "@id IN (h.id, h.merged_into)", person
	}
	var named struct{ Name, Work, Team string }
	err = s.db.Read(ctx, actor,
		db.Maybe(&named, `SELECT x.name, x.work, x.team FROM (`+selectParticipant+` WHERE `+whose+`) x ORDER BY x.id DESC LIMIT 1`, args),
		db.Many(&p.Lines, `
			SELECT t.id, t.title, t.held_on, (t.hours * 10)::integer AS tenths, t.state, p.signed_at,
			       (SELECT max(x.score) FROM training_tests x WHERE x.street_id = p.street_id AND x.participant_id = p.id) AS score,
			       EXISTS (SELECT FROM training_tests x WHERE x.street_id = p.street_id AND x.participant_id = p.id AND x.passed) AS passed
			FROM training_participants p
			JOIN trainings t ON t.street_id = p.street_id AND t.id = p.training_id
			JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
			WHERE `+whose+`
			ORDER BY t.held_on DESC, t.id DESC
			LIMIT 500`, args))
	if err == nil && !own && named.Name == "" {
		err = fault.NotFound
	}
	p.Name, p.Work, p.Team = named.Name, named.Work, named.Team
	for _, l := range p.Lines {
		if l.SignedAt != nil {
			p.Tenths += l.Tenths
		}
	}
	return p, err
}
