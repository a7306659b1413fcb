package plan

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// ItemRecord is one item with what was reported of it, what it was in each edition,
// and what carries it out.
type ItemRecord struct {
	Line
	Street   string
	Year     int
	State    procedure.State // of the plan
	Progress []ProgressLine
	Versions []EditionItem
	Linked   []Linked
	Sources  []Source // the deputies' ideas that it came from
}

// ProgressLine is one report.
type ProgressLine struct {
	Month      int
	Status     string
	Note       string
	ReportedOn time.Time
	Reporter   string
}

// EditionItem is an item as an edition has it.
type EditionItem struct {
	Ordinal   int
	DecidedOn time.Time
	Reason    string // why the item was changed; "" of the first edition
	ItemID    int64
	Month     int
	Theme     string
	Kind      string
	Basis     string
	Group     string
	Owner     string
	Output    string
	Dropped   bool
}

// One reads an item in one round trip. It needs ViewPlans.
func (s *Store) One(ctx context.Context, actor access.Actor, id int64) (r ItemRecord, err error) {
	defer fault.Wrap(&err, "plan item %d", id)
	if !may(actor, access.ViewPlans) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	var of struct {
		Street string
		Year   int
		State  procedure.State
	}
	err = s.db.Read(ctx, actor,
		db.One(&r.Line, selectItem+`, 0 AS records FROM plan_items i WHERE i.id = @id`, arg),
		db.One(&of, `
			SELECT s.name AS street, p.year, p.state
			FROM plan_items i
			JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id
			JOIN streets s ON s.id = i.street_id
			WHERE i.id = @id`, arg),
		db.Many(&r.Progress, `
			SELECT x.month, x.status, x.note, x.reported_on, x.reporter
			FROM plan_progress x
			WHERE x.street_id = (SELECT street_id FROM plan_items WHERE id = @id) AND x.item_id = @id
			ORDER BY x.id DESC
			LIMIT 200`, arg),
		db.Many(&r.Versions, selectEditionItem+`
			WHERE x.street_id = (SELECT street_id FROM plan_items WHERE id = @id) AND x.item_id = @id
			ORDER BY e.ordinal
			LIMIT 100`, arg),
		db.Many(&r.Linked, `
			SELECT l.kind, l.id, l.title, l.held_on, l.state
			FROM (`+linked()+`) l
			WHERE l.street_id = (SELECT street_id FROM plan_items WHERE id = @id) AND l.plan_item_id = @id
			ORDER BY l.held_on DESC, l.id DESC
			LIMIT 200`, arg),
		sourcesOf(&r.Sources, id))
	r.Street, r.Year, r.State = of.Street, of.Year, of.State
	return r, err
}

const selectEditionItem = `
	SELECT e.ordinal, e.decided_on, x.item_id, x.month, x.theme, x.kind, x.basis, x.owner, x.output, x.dropped,
	       coalesce((SELECT g.name FROM deputy_groups g WHERE g.street_id = x.street_id AND g.id = x.group_id), '') AS "group",
	       coalesce((SELECT c.reason FROM plan_changes c WHERE c.street_id = x.street_id AND c.decision_id = e.decision_id AND c.item_id = x.item_id), e.reason) AS reason
	FROM plan_edition_items x
	JOIN plan_editions e ON e.street_id = x.street_id AND e.id = x.edition_id`

// Edition reads the plan as an edition has it, with the edition. It needs ViewPlans.
func (s *Store) Edition(ctx context.Context, actor access.Actor, plan int64, ordinal int) (p Plan, e Edition, items []EditionItem, err error) {
	defer fault.Wrap(&err, "edition %d of plan %d", ordinal, plan)
	if !may(actor, access.ViewPlans) {
		return p, e, nil, fault.Forbidden
	}
	var all []Edition
	err = s.db.Read(ctx, actor,
		db.One(&p, selectPlan+` WHERE p.id = @id`, db.Args{"id": plan}),
		editionsOf(&all, plan),
		db.Many(&items, selectEditionItem+`
			WHERE x.street_id = (SELECT street_id FROM plans WHERE id = @id) AND e.plan_id = @id AND e.ordinal = @ordinal
			ORDER BY x.month, x.item_id
			LIMIT 400`, db.Args{"id": plan, "ordinal": ordinal}))
	if err != nil {
		return p, e, nil, err
	}
	for _, x := range all {
		if x.Ordinal == ordinal {
			return p, x, items, nil
		}
	}
	return p, e, nil, fault.NotFound
}

// Offer is what the form of an item lets choose.
type Offer struct {
	Matters []choice.Row // matters that the city authorised for the street
	Groups  []choice.Row // the deputies' groups
}

// Offer reads it. It needs DraftPlan.
func (s *Store) Offer(ctx context.Context, actor access.Actor) (o Offer, err error) {
	if !may(actor, access.DraftPlan) {
		return o, fault.Forbidden
	}
	return o, s.db.Read(ctx, actor,
		db.Many(&o.Matters, `
			SELECT m.id, left(CASE m.object WHEN '' THEN '' ELSE m.object || '：' END || m.content, 60) AS name
			FROM mandate_matters m
			JOIN mandates d ON d.id = m.mandate_id
			JOIN mandate_streets s ON s.mandate_id = m.mandate_id
			WHERE s.street_id = @street AND s.state IN ('issued', 'received', 'active', 'reported', 'returned')
			ORDER BY m.from_on DESC, m.id DESC
			LIMIT 200`, db.Args{"street": actor.StreetID}),
		db.Many(&o.Groups, `SELECT id, name FROM deputy_groups WHERE street_id = @street AND closed_on IS NULL ORDER BY id LIMIT 50`, db.Args{"street": actor.StreetID}))
}
