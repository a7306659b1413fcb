package deputy

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/procedure"
)

// Filter narrows the register. Zero fields do not narrow it, but that without
// Ended it holds those in office.
type Filter struct {
	StreetID  int64
	Group     string // that they belong to, or belonged to on the day On
	Level     string // one of Levels
	Term      string
	State     string // such as suspended, among those in office
	StationID int64
	Text      string    // in the name, where they work or the electoral district
	Ended     bool      // those no longer in office instead
	On        time.Time // those in office at the end of this day instead
	After     int64     // the deputy that the page before ended with
	Limit     int
	common    bool // so many have Text that a page is soon full
}

// Line is one deputy in a list.
type Line struct {
	ID       int64
	StreetID int64
	Street   string
	Name     string
	Sex      string
	District string
	Term     string
	Level    string
	Group    string
	How      string
	Elected  *time.Time
	// The paper that confirmed the credentials, and its day; "" of older seats.
	Credentials string
	Confirmed   *time.Time
	State       procedure.State
	PhoneMask   string
	Since       time.Time
	EndedOn     *time.Time
	EndedWhy    string
	Intro       string
	Version     int
	Stations    []string
}

const selectLine = `
	SELECT d.id, d.street_id, s.name AS street, d.name, d.sex, d.electoral_district AS district, d.term, d.level, d.professional_group AS "group",
	       d.elected_how AS how, d.elected_on AS elected, d.credentials, d.confirmed_on AS confirmed, d.state, d.phone_mask, d.since, d.ended_on, d.ended_why, d.intro, d.version,
	       ARRAY (SELECT t.name
	              FROM station_deputies sd
	              JOIN stations t ON t.street_id = sd.street_id AND t.id = sd.station_id
	              WHERE sd.street_id = d.street_id AND sd.deputy_id = d.id AND sd.until_on IS NULL AND t.closed_on IS NULL
	              ORDER BY t.code
	              LIMIT 20) AS stations
	FROM deputies d
	JOIN streets s ON s.id = d.street_id`

const order = `
	ORDER BY d.street_id, d.name COLLATE "C", d.id
	LIMIT @limit`

// Deputies lists deputies by street and name, and the ID to ask the next page
// after, which is 0 on the last.
func (s *Store) Deputies(ctx context.Context, actor access.Actor, f Filter) (list []Line, next int64, err error) {
	defer fault.Wrap(&err, "list deputies")
	if !actor.May(access.ViewDeputies) {
		return nil, 0, fault.Forbidden
	}
	if err := s.weigh(ctx, actor, &f); err != nil {
		return nil, 0, err
	}
	where, args := f.where(actor)
	args["limit"] = f.Limit + 1
	err = s.db.Read(ctx, actor, db.Many(&list, selectLine+where+order, args))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	return list, next, err
}

// where puts the conditions together from constant pieces.
func (f Filter) where(actor access.Actor) (string, db.Args) {
	var b strings.Builder
	args := db.Args{}
	switch {
	case !f.On.IsZero():
		b.WriteString("\nWHERE d.since <= @on::date AND (d.ended_on IS NULL OR d.ended_on > @on::date) AND d.ended_why <> 'duplicate'")
		args["on"] = f.On
	case f.Ended:
		b.WriteString("\nWHERE d.ended_on IS NOT NULL")
	default:
		b.WriteString("\nWHERE d.ended_on IS NULL")
	}
	add := func(on bool, name string, value any, condition string) {
		if on {
			b.WriteString("\n  AND " + condition)
			args[name] = value
		}
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID // the index leads with the street
	}
	add(f.StreetID != 0, "street", f.StreetID, "d.street_id = @street")
	if f.On.IsZero() {
		add(f.Group != "", "group", f.Group, "d.professional_group = @group")
	} else {
		add(f.Group != "", "group", f.Group, `EXISTS (
		SELECT FROM group_members m
		JOIN deputy_groups g ON g.street_id = m.street_id AND g.id = m.group_id AND g.kind = @group
		WHERE m.street_id = d.street_id AND m.deputy_id = d.id AND m.from_on <= @on::date AND (m.until_on IS NULL OR m.until_on > @on::date))`)
	}
	add(f.Level != "", "level", f.Level, "d.level = @level")
	add(f.Term != "", "term", f.Term, "d.term = @term")
	add(f.State != "", "state", f.State, "d.state = @state")
	add(f.StationID != 0, "station", f.StationID, `EXISTS (
		SELECT FROM station_deputies sd
		WHERE sd.street_id = d.street_id AND sd.deputy_id = d.id AND sd.station_id = @station AND sd.until_on IS NULL)`)
	if f.Text != "" {
		text, of := f.matches()
		b.WriteString("\n  AND " + text)
		maps.Copy(args, of)
	}
	add(f.After != 0, "after", f.After, "(d.street_id, d.name COLLATE \"C\", d.id) > (SELECT a.street_id, a.name COLLATE \"C\", a.id FROM deputies a WHERE a.id = @after)")
	return b.String(), args
}

// matches holds for who has the text in their name, where they work, or the name of
// their electoral district. What few have, two indexes find; what many have is looked
// for in the order of the list.
func (f Filter) matches() (string, db.Args) {
	if f.common {
		has, args := person.Has("d", f.Text)
		return "(strpos(d.electoral_district, @found_text) > 0 OR " + has + ")", args
	}
	found, args := person.Found("n", f.Text)
	return `d.id IN (
		SELECT n.id FROM deputies n WHERE ` + found + `
		UNION ALL
		SELECT n.id FROM deputies n
		JOIN electoral_districts e ON e.street_id = n.street_id AND e.id = n.district_id
		WHERE e.street_id = ANY ((SELECT app.streets())::bigint[]) AND strpos(e.name, @found_text) > 0)`, args
}

// weigh learns how many have the text.
func (s *Store) weigh(ctx context.Context, actor access.Actor, f *Filter) error {
	if f.Text == "" {
		return nil
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	var named, elected int
	err := s.db.Read(ctx, actor, person.Known(&named, f.StreetID, f.Text), db.Value(&elected, `
		SELECT count(*) FROM (
			SELECT FROM electoral_districts e
			JOIN deputies n ON n.street_id = e.street_id AND n.district_id = e.id
			WHERE e.street_id = ANY ((SELECT app.streets())::bigint[]) AND strpos(e.name, @text) > 0
			LIMIT `+strconv.Itoa(person.Common)+`) AS capped`, db.Args{"text": f.Text}))
	f.common = max(named, elected) == person.Common
	return err
}

// CountCap is the highest number that Count counts to.
const CountCap = 10_000

// Choices are what filters and forms offer.
type Choices struct {
	Count    int          // deputies of the filter, up to CountCap
	Streets  []choice.Row // of the actor's city, or the actor's own
	Stations []choice.Row // of the filter's street
}

// Choices counts the deputies of a filter and returns what to filter by, in one
// round trip.
func (s *Store) Choices(ctx context.Context, actor access.Actor, f Filter) (c Choices, err error) {
	defer fault.Wrap(&err, "read choices of deputies")
	if !actor.May(access.ViewDeputies) && !keeps(actor) {
		return c, fault.Forbidden
	}
	f.After = 0
	if err := s.weigh(ctx, actor, &f); err != nil {
		return c, err
	}
	where, args := f.where(actor)
	args["cap"] = CountCap
	street := f.StreetID
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	return c, s.db.Read(ctx, actor,
		db.Value(&c.Count, `SELECT count(*) FROM (SELECT FROM deputies d`+where+` LIMIT @cap) AS capped`, args),
		db.Many(&c.Streets, `SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY code LIMIT 1000`, db.Args{}),
		db.Many(&c.Stations, `
			SELECT id, name
			FROM stations
			WHERE street_id = @street AND closed_on IS NULL
			ORDER BY code, id
			LIMIT 500`, db.Args{"street": street}))
}

// RegisterMost is how many rows one exported register holds.
const RegisterMost = 100_000

// Register returns the 代表名册 of a filter for export, phone numbers masked.
// That it was exported is recorded.
func (s *Store) Register(ctx context.Context, actor access.Actor, f Filter) (list []Line, err error) {
	defer fault.Wrap(&err, "register of deputies")
	if !actor.May(access.ViewDeputies) {
		return nil, fault.Forbidden
	}
	f.After = 0
	if err := s.weigh(ctx, actor, &f); err != nil {
		return nil, err
	}
	where, args := f.where(actor)
	args["limit"] = RegisterMost
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if err := db.Do(ctx, tx, db.Many(&list, selectLine+where+order, args)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: actor.StreetID, Kind: "ledger", Action: "deputy.export", Title: "导出代表名册", Detail: map[string]any{"rows": len(list)},
		})
	})
	return list, err
}
