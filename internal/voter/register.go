package voter

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Filter narrows the register. Zero fields do not narrow it, but that without
// Ended and On it holds those in office.
type Filter struct {
	StreetID   int64
	DistrictID int64
	Trait      string    // the key of a Trait
	Text       string    // how the name begins
	Ended      bool      // those no longer in office instead
	On         time.Time // those in office at the end of this day instead
	After      int64     // the representative that the page before ended with
	Limit      int
}

// Line is one representative in a list.
type Line struct {
	ID                int64
	StreetID          int64
	Street            string
	PersonID          int64
	Name              string
	Sex               string
	Born              *int
	Work              string
	DistrictID        int64
	District          string
	SelectionID       int64
	Term              string
	Kind              string
	Seat              int
	Hukou             *bool
	Occupation        string
	PhoneMask         string
	Since             time.Time
	UntilOn           time.Time
	AnnouncedOn       *time.Time
	CertificateNumber string
	CertificateOn     *time.Time
	EndedOn           *time.Time
	EndedWhy          string
	EndedNote         string
	Version           int
}

// What candidates were asked is for the desks; where that is hidden it reads as
// not known.
const selectLine = `
	SELECT r.id, r.street_id, s.name AS street, r.person_id, p.name, p.sex, p.born, p.work, r.district_id, v.name AS district, r.selection_id, x.term, x.kind, r.seat,
	       c.hukou, coalesce(c.occupation, '') AS occupation, p.phone_mask, r.since, r.until_on, r.announced_on, r.certificate_number, r.certificate_on,
	       r.ended_on, r.ended_why, r.ended_note, r.version
	FROM voter_representatives r
	JOIN streets s ON s.id = r.street_id
	JOIN people p ON p.street_id = r.street_id AND p.id = r.person_id
	JOIN voter_districts v ON v.street_id = r.street_id AND v.id = r.district_id
	JOIN selections x ON x.street_id = r.street_id AND x.id = r.selection_id
	LEFT JOIN selection_candidates c ON c.street_id = r.street_id AND c.id = r.candidate_id`

// inOrder is the order of the register: by district and seat. byName is that of
// those whose name begins with a text.
const (
	inOrder = `
	ORDER BY r.street_id, r.district_id, r.seat, r.since, r.id
	LIMIT @limit`
	byName = `
	ORDER BY p.street_id, p.name COLLATE "C", p.id, r.id
	LIMIT @limit`
)

// Representatives lists representatives by district and seat, or by name where a
// name is looked for, and the ID to ask the next page after, which is 0 on the
// last.
func (s *Store) Representatives(ctx context.Context, actor access.Actor, f Filter) (list []Line, next int64, err error) {
	defer fault.Wrap(&err, "list voter representatives")
	if !actor.May(access.ViewVoters) {
		return nil, 0, fault.Forbidden
	}
	streets := []int64{f.StreetID}
	if actor.StreetID == 0 && f.StreetID == 0 {
		// A street at a time, in their order: each is read along its index.
		err = s.db.Read(ctx, actor, db.Values(&streets, `
			SELECT id
			FROM streets
			WHERE id = ANY ((SELECT app.streets())::bigint[])
			  AND id >= coalesce((SELECT street_id FROM voter_representatives WHERE id = @after), 0)
			ORDER BY id
			LIMIT 1000`, db.Args{"after": f.After}))
	}
	for _, street := range streets {
		if err != nil || len(list) > f.Limit {
			break
		}
		var more []Line
		f.StreetID = street
		where, order, args := f.where(actor, s.now())
		args["limit"] = f.Limit + 1 - len(list)
		err = s.db.ReadAlong(ctx, actor, db.Many(&more, selectLine+where+order, args))
		list = append(list, more...)
	}
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	return list, next, err
}

// where puts the conditions together from constant pieces, with the order that
// an index has.
func (f Filter) where(actor access.Actor, now time.Time) (where, order string, args db.Args) {
	var b strings.Builder
	args = db.Args{}
	switch {
	case !f.On.IsZero():
		b.WriteString("\nWHERE r.since <= @on::date AND (r.ended_on IS NULL OR r.ended_on > @on::date)")
		args["on"] = f.On
	case f.Ended:
		b.WriteString("\nWHERE r.ended_on IS NOT NULL")
	default:
		b.WriteString("\nWHERE r.ended_on IS NULL")
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
	add(f.StreetID != 0, "street", f.StreetID, "r.street_id = @street AND p.street_id = @street")
	add(f.DistrictID != 0, "district", f.DistrictID, "r.district_id = @district")
	for _, t := range Traits {
		if t.Key == f.Trait {
			b.WriteString("\n  AND " + t.counts)
			if strings.Contains(t.counts, "@today") {
				args["today"] = calendar.On(now)
			}
		}
	}
	if f.Text != "" {
		add(true, "text", f.Text, `p.name COLLATE "C" >= @text`)
		add(true, "beyond", f.Text+"\U0010FFFF", `p.name COLLATE "C" < @beyond`)
		add(f.After != 0, "after", f.After, `(p.street_id, p.name COLLATE "C", p.id, r.id) > (
			SELECT q.street_id, q.name, q.id, a.id
			FROM voter_representatives a
			JOIN people q ON q.street_id = a.street_id AND q.id = a.person_id
			WHERE a.id = @after)`)
		return b.String(), byName, args
	}
	add(f.After != 0, "after", f.After, `(r.street_id, r.district_id, r.seat, r.since, r.id) > (
		SELECT a.street_id, a.district_id, a.seat, a.since, a.id FROM voter_representatives a WHERE a.id = @after)`)
	return b.String(), inOrder, args
}

// CountCap is the highest number that Choices counts to.
const CountCap = 10_000

// Choices are what the register's filters offer.
type Choices struct {
	Count     int // representatives of the filter, up to CountCap
	Streets   []choice.Row
	Districts []choice.Row // of the street's current term
}

// Choices counts the representatives of a filter and returns what to filter by.
func (s *Store) Choices(ctx context.Context, actor access.Actor, f Filter) (c Choices, err error) {
	defer fault.Wrap(&err, "read choices of voter representatives")
	if !actor.May(access.ViewVoters) {
		return c, fault.Forbidden
	}
	f.After = 0
	where, _, args := f.where(actor, s.now())
	args["cap"] = CountCap
	street := f.StreetID
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	return c, s.db.Read(ctx, actor,
		db.Value(&c.Count, `
			SELECT count(*)
			FROM (SELECT
			      FROM voter_representatives r
			      JOIN people p ON p.street_id = r.street_id AND p.id = r.person_id
			      LEFT JOIN selection_candidates c ON c.street_id = r.street_id AND c.id = r.candidate_id`+where+`
			      LIMIT @cap) AS capped`, args),
		db.Many(&c.Streets, selectStreets, db.Args{}),
		db.Many(&c.Districts, `
			SELECT v.id, v.name
			FROM voter_districts v
			WHERE v.street_id = @street AND v.selection_id = `+current+`
			ORDER BY v.position
			LIMIT 50`, db.Args{"street": street}))
}

// RegisterMost is how many rows one exported register holds.
const RegisterMost = 100_000

// Register returns the 选民代表名册 of a filter for export, phone numbers masked.
// That it was exported is recorded.
func (s *Store) Register(ctx context.Context, actor access.Actor, f Filter) (list []Line, err error) {
	defer fault.Wrap(&err, "register of voter representatives")
	if !actor.May(access.ViewVoters) {
		return nil, fault.Forbidden
	}
	f.After = 0
	where, order, args := f.where(actor, s.now())
	args["limit"] = RegisterMost
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if err := db.Do(ctx, tx, db.Many(&list, selectLine+where+order, args)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: actor.StreetID, Kind: "ledger", Action: "voter.export", Title: "导出选民代表名册", Detail: map[string]any{"rows": len(list)},
		})
	})
	return list, err
}
