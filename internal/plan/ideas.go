package plan

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// IdeaLine is one idea in a list.
type IdeaLine struct {
	ID          int64
	Year        int
	DeputyID    int64
	Deputy      string
	Month       int // 0: any time
	Theme       string
	Kind        string
	Reason      string
	ProposedOn  time.Time
	State       procedure.State
	DeclinedWhy string
	AnsweredOn  *time.Time
	Answerer    string
	Version     int
	ItemID      int64 // what it became; 0 where the reader does not see the plan yet
	Item        string
	ItemMonth   int
	Status      string // of the item
	Dropped     bool
	PlanID      int64
	Passed      bool // the plan with the item was passed
}

const selectIdea = `
	SELECT x.id, x.year, x.deputy_id, d.name AS deputy, coalesce(x.month, 0) AS month, x.theme, x.kind, x.reason, x.proposed_on, x.state, x.declined_why, x.answered_on, x.answerer, x.version,
	       coalesce(i.id, 0) AS item_id, coalesce(i.theme, '') AS item, coalesce(i.month, 0) AS item_month, coalesce(i.status, '') AS status, coalesce(i.dropped, false) AS dropped,
	       coalesce(p.id, 0) AS plan_id, p.passed_on IS NOT NULL AS passed
	FROM plan_ideas x
	JOIN deputies d ON d.street_id = x.street_id AND d.id = x.deputy_id
	LEFT JOIN plan_items i ON i.street_id = x.street_id AND i.id = x.item_id
	LEFT JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id`

// IdeaFilter narrows a list of ideas. Zero fields do not narrow it.
type IdeaFilter struct {
	Year  int
	State string
	After int64 // the last idea of the page before
	Limit int
}

// IdeaListing is a page of ideas, newest first.
type IdeaListing struct {
	Lines []IdeaLine
	Next  int64 // 0 on the last page
	Count int
}

// Ideas reads a page of ideas: a deputy's own, or those of the street. It needs
// ViewPlanIdeas.
func (s *Store) Ideas(ctx context.Context, actor access.Actor, f IdeaFilter) (l IdeaListing, err error) {
	defer fault.Wrap(&err, "list ideas")
	if !may(actor, access.ViewPlanIdeas) {
		return l, fault.Forbidden
	}
	const where = `
		WHERE x.street_id = @street AND (@deputy::bigint = 0 OR x.deputy_id = @deputy) AND (@year::integer = 0 OR x.year = @year) AND (@state::text = '' OR x.state = @state)`
	args := db.Args{"street": actor.StreetID, "deputy": actor.DeputyID, "year": f.Year, "state": f.State, "after": f.After, "limit": f.Limit + 1}
	err = s.db.Read(ctx, actor,
		db.Many(&l.Lines, selectIdea+where+` AND (@after::bigint = 0 OR x.id < @after)
			ORDER BY x.id DESC
			LIMIT @limit`, args),
		db.Value(&l.Count, `SELECT count(*) FROM plan_ideas x`+where, db.Args{"street": actor.StreetID, "deputy": actor.DeputyID, "year": f.Year, "state": f.State}))
	if len(l.Lines) > f.Limit {
		l.Lines = l.Lines[:f.Limit]
		l.Next = l.Lines[f.Limit-1].ID
	}
	return l, err
}

// IdeaRecord is one idea with what the office chooses from to answer it.
type IdeaRecord struct {
	IdeaLine
	Draft    int64        // the plan of its year, where its items may be typed
	Items    []choice.Row // of that plan
	Timeline []audit.Entry
}

// Idea reads one idea in one round trip. It needs ViewPlanIdeas.
func (s *Store) Idea(ctx context.Context, actor access.Actor, id int64) (r IdeaRecord, err error) {
	defer fault.Wrap(&err, "idea %d", id)
	if !may(actor, access.ViewPlanIdeas) {
		return r, fault.Forbidden
	}
	const draft = `
		FROM plan_ideas x
		JOIN plans p ON p.street_id = x.street_id AND p.year = x.year AND p.state IN ('draft', 'revising')`
	arg := db.Args{"id": id}
	return r, s.db.Read(ctx, actor,
		db.One(&r.IdeaLine, selectIdea+` WHERE x.id = @id`, arg),
		db.Value(&r.Draft, `SELECT coalesce((SELECT p.id`+draft+` WHERE x.id = @id), 0)`, arg),
		db.Many(&r.Items, `
			SELECT i.id, i.month || '月 ' || i.theme AS name`+draft+`
			JOIN plan_items i ON i.street_id = p.street_id AND i.plan_id = p.id
			WHERE x.id = @id
			ORDER BY i.month, i.id
			LIMIT 200`, arg),
		audit.Timeline(&r.Timeline, "plan_idea", id))
}

// Moves lists what the actor may do with the idea now.
func (r *IdeaRecord) Moves(actor access.Actor) (list []procedure.Move) {
	for _, m := range Ideas.Open(actor, r.State) {
		if m.Name == "declination" || r.Draft != 0 && (m.Name != "inclusion" || len(r.Items) > 0) {
			list = append(list, m)
		}
	}
	return list
}

// Source is an idea that an item came from.
type Source struct {
	ID         int64
	Deputy     string
	ProposedOn time.Time
}

// sourcesOf reads from whom an item came: who may see the ideas sees them.
func sourcesOf(list *[]Source, item int64) db.Query {
	return db.Many(list, `
		SELECT x.id, d.name AS deputy, x.proposed_on
		FROM plan_ideas x
		JOIN deputies d ON d.street_id = x.street_id AND d.id = x.deputy_id
		WHERE x.street_id = (SELECT street_id FROM plan_items WHERE id = @id) AND x.item_id = @id
		ORDER BY x.id
		LIMIT 100`, db.Args{"id": item})
}
