package institution

import (
	"context"
	"errors"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Asleep is a clause under which nothing was done.
type Asleep struct {
	StreetID       int64 // where nothing was done
	Street         string
	InstitutionID  int64
	Tier           string
	Title          string
	Number, Suffix int
	Text           string
	LastOn         *time.Time // when something was done for the last time
}

// Sleeping is the list of sleeping clauses with what it means.
type Sleeping struct {
	Months  int
	Clauses []Asleep
}

// SleepingMost is how many clauses the list holds.
const SleepingMost = 2000

// Sleeping lists the clauses that are in force, have been for so many months, oblige
// somebody, and under which nothing was done in a street for so many months (沉睡条款).
// For the city's rules each street is asked; months 0 takes the setting.
func (s *Store) Sleeping(ctx context.Context, actor access.Actor, street int64, months int) (l Sleeping, err error) {
	defer fault.Wrap(&err, "sleeping clauses")
	if !actor.May(access.ViewLanding) {
		return l, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	if l.Months = months; months == 0 {
		if err := s.db.Read(ctx, actor, sleepMonths.Query(&l.Months, street)); err != nil && !errors.Is(err, fault.NotFound) {
			return l, err
		}
		if l.Months == 0 {
			l.Months = sleepMonths.Default
		}
	}
	err = s.db.Read(ctx, actor, db.Many(&l.Clauses, `
		SELECT s.id AS street_id, s.name AS street, i.id AS institution_id, i.tier, i.title, c.number, c.suffix, left(c.text, 200) AS text,
		       (SELECT max(a.acted_on)
		        FROM clause_acts a
		        WHERE a.street_id = s.id AND a.institution_id = i.id AND a.number = c.number AND a.suffix = c.suffix AND a.acted_on <= @today::date) AS last_on
		FROM streets s
		JOIN institutions i ON i.city_id = s.city_id AND i.street_id IN (0, s.id)
		JOIN institution_versions v ON v.street_id = i.street_id AND v.institution_id = i.id
		     AND v.effective_on <= @today AND (v.ended_on IS NULL OR v.ended_on > @today)
		JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
		LEFT JOIN clause_marks m ON m.street_id = i.street_id AND m.institution_id = i.id AND m.number = c.number AND m.suffix = c.suffix
		WHERE s.id = ANY ((SELECT app.streets())::bigint[])
		  AND (@street::bigint = 0 OR s.id = @street)
		  AND NOT c.repealed
		  AND `+obliging+`
		  AND (SELECT min(x.effective_on)
		       FROM institution_versions x
		       JOIN institution_clauses y ON y.street_id = x.street_id AND y.version_id = x.id
		       WHERE x.street_id = i.street_id AND x.institution_id = i.id AND y.number = c.number AND y.suffix = c.suffix) <= @since::date
		  AND NOT EXISTS (
		      SELECT
		      FROM clause_acts a
		      WHERE a.street_id = s.id AND a.institution_id = i.id AND a.number = c.number AND a.suffix = c.suffix
		        AND a.acted_on > @since AND a.acted_on <= @today)
		ORDER BY i.street_id, i.tier, i.id, c.number, c.suffix, s.id
		LIMIT @most`, db.Args{"today": s.today(), "since": s.today().AddDate(0, -l.Months, 0), "street": street, "most": SleepingMost}))
	return l, err
}
