package team

import (
	"context"
	"maps"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/procedure"
)

// What a list of experts holds where it does not hold those engaged today.
const (
	Waiting    = "waiting"    // a recommendation is under way
	Former     = "former"     // no longer engaged
	Unengaged  = "unengaged"  // was not engaged after all
	Everything = "everything" // whoever has a record
)

// ExpertFilter narrows the list of experts. Zero fields do not narrow it, but that
// without State it holds those engaged on the day On, which is today where it is
// zero.
type ExpertFilter struct {
	StreetID int64
	Field    string
	State    string // Waiting, Former, Unengaged, Everything or ""
	On       time.Time
	Expiring bool   // of those engaged, whose term ends within the reminder's days
	Text     string // in the name or, from two characters on, where they work
	After    int64  // the expert that the page before ended with
	Limit    int
}

// ExpertLine is one expert in a list.
type ExpertLine struct {
	ID          int64
	StreetID    int64
	Street      string
	Name        string
	Sex         string
	Work        string
	PhoneMask   string
	Field       string
	Title       string
	Version     int
	State       procedure.State // of the term that shows
	Certificate string
	FromOn      *time.Time
	UntilOn     *time.Time
	EndedOn     *time.Time
	EndedWhy    string
	Open        procedure.State // of the recommendation under way, "" for none
}

const selectExpert = `
	SELECT e.id, e.street_id, s.name AS street, p.name, p.sex, p.work, p.phone_mask, e.field, e.title, e.version,
	       coalesce(t.state, '') AS state, coalesce(t.certificate, '') AS certificate, t.from_on, t.until_on, t.ended_on, coalesce(t.ended_why, '') AS ended_why,
	       coalesce((SELECT o.state FROM expert_terms o
	                 WHERE o.street_id = e.street_id AND o.expert_id = e.id AND o.state IN ('recommended', 'reviewed', 'approved', 'publicised')
	                 LIMIT 1), '') AS open
	FROM experts e
	JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id
	JOIN streets s ON s.id = e.street_id
	LEFT JOIN LATERAL (
		SELECT *
		FROM expert_terms x
		WHERE x.street_id = e.street_id AND x.expert_id = e.id
		ORDER BY x.certified_on IS NOT NULL AND @today::date BETWEEN x.from_on AND x.until_on AND (x.ended_on IS NULL OR x.ended_on > @today::date) DESC, x.id DESC
		LIMIT 1) AS t ON true`

// engagedOn holds for an expert e on the day @on.
const engagedOn = `EXISTS (
		SELECT FROM expert_terms x
		WHERE x.street_id = e.street_id AND x.expert_id = e.id AND x.certified_on IS NOT NULL
		  AND @on::date BETWEEN x.from_on AND x.until_on AND (x.ended_on IS NULL OR x.ended_on > @on::date))`

// Experts lists experts in the order in which they came, and the ID to ask the next
// page after, which is 0 on the last. Experts themselves find their own record only.
func (s *Store) Experts(ctx context.Context, actor access.Actor, f ExpertFilter) (list []ExpertLine, next int64, err error) {
	defer fault.Wrap(&err, "list experts")
	if !may(actor, access.ViewExperts) {
		return nil, 0, fault.Forbidden
	}
	where, args := f.where(actor, s.now())
	args["today"] = calendar.On(s.now())
	err = s.db.Read(ctx, actor, db.Many(&list, selectExpert+where+`
		ORDER BY e.street_id, e.id
		LIMIT `+itoa(f.Limit+1), args))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	s.show(list)
	return list, next, err
}

func (s *Store) show(list []ExpertLine) {
	today := calendar.On(s.now())
	for i := range list {
		list[i].State = stateOn(list[i].State, list[i].UntilOn, today)
	}
}

// where puts the conditions together from constant pieces.
func (f ExpertFilter) where(actor access.Actor, now time.Time) (string, db.Args) {
	var b strings.Builder
	args := db.Args{}
	b.WriteString("\nWHERE true")
	add := func(on bool, name string, value any, condition string) {
		if on {
			b.WriteString("\n  AND " + condition)
			if name != "" {
				args[name] = value
			}
		}
	}
	if f.On.IsZero() {
		f.On = calendar.On(now)
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	add(f.StreetID != 0, "street", f.StreetID, "e.street_id = @street")
	add(f.State == "", "on", f.On, engagedOn)
	add(f.State == Waiting, "", nil, `(e.street_id, e.id) IN (
		SELECT x.street_id, x.expert_id FROM expert_terms x WHERE x.state IN ('recommended', 'reviewed', 'approved', 'publicised'))`)
	add(f.State == Former, "on", f.On, "e.since <= @on::date AND NOT "+engagedOn)
	add(f.State == Unengaged, "", nil, `e.since IS NULL AND (e.street_id, e.id) IN (SELECT x.street_id, x.expert_id FROM expert_terms x WHERE x.state = 'declined')`)
	add(f.Expiring, "within", calendar.On(now), `(e.street_id, e.id) IN (
		SELECT x.street_id, x.expert_id FROM expert_terms x
		WHERE x.state = 'engaged' AND x.until_on >= @within::date AND x.until_on <= @within::date + `+renewAhead.SQL("x.street_id")+`)`)
	add(f.Field != "", "field", f.Field, "e.field = @field")
	if f.Text != "" {
		found, of := person.Found("e", f.Text)
		add(true, "", nil, found)
		maps.Copy(args, of)
	}
	add(f.After != 0, "after", f.After, "(e.street_id, e.id) > (SELECT a.street_id, a.id FROM experts a WHERE a.id = @after)")
	return b.String(), args
}

// CountCap is the highest number that counts of lists reach.
const CountCap = 10_000

// Choices are what the lists of the teams offer to filter by.
type Choices struct {
	Count       int          // of the filter, up to CountCap
	Streets     []choice.Row // of the actor's city, or the actor's own
	Communities []choice.Row // of the filter's street, without those that ended
}

// ExpertChoices counts the experts of a filter and returns what to filter by.
func (s *Store) ExpertChoices(ctx context.Context, actor access.Actor, f ExpertFilter) (c Choices, err error) {
	defer fault.Wrap(&err, "read choices of experts")
	if !may(actor, access.ViewExperts) {
		return c, fault.Forbidden
	}
	f.After = 0
	where, args := f.where(actor, s.now())
	return c, s.db.Read(ctx, actor,
		db.Value(&c.Count, `SELECT count(*) FROM (SELECT FROM experts e`+where+` LIMIT `+itoa(CountCap)+`) AS capped`, args),
		streets(&c.Streets))
}

func streets(list *[]choice.Row) db.Query {
	return db.Many(list, `SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY code LIMIT 1000`, db.Args{})
}

// RegisterMost is how many rows one exported register holds.
const RegisterMost = 100_000

// ExpertRegister returns the 专家名册 (聘书台账) of a filter for export, numbers
// masked. That it was exported is recorded.
func (s *Store) ExpertRegister(ctx context.Context, actor access.Actor, f ExpertFilter) (list []ExpertLine, err error) {
	defer fault.Wrap(&err, "register of experts")
	if !may(actor, access.ViewExperts) {
		return nil, fault.Forbidden
	}
	f.After = 0
	where, args := f.where(actor, s.now())
	args["today"] = calendar.On(s.now())
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		err := db.Do(ctx, tx, db.Many(&list, selectExpert+where+`
			ORDER BY e.street_id, e.id
			LIMIT `+itoa(RegisterMost), args))
		if err != nil {
			return err
		}
		s.show(list)
		return s.exported(ctx, tx, actor, "expert.export", "导出专家名册", len(list))
	})
	return list, err
}

func (s *Store) exported(ctx context.Context, tx db.Tx, actor access.Actor, action, title string, rows int) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: actor.StreetID, Kind: "ledger", Action: action, Title: title, Detail: map[string]any{"rows": rows},
	})
}
