package activity

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/plan"
	"portal/internal/procedure"
)

// Filter narrows a list of activities. Zero fields do not narrow it.
type Filter struct {
	StreetID int64  // whose activity it is
	View     string // one of Views
	State    string // a state, or Counted
	Kind     string
	Class    string
	Theme    string
	GroupID  int64
	UnitID   int64 // supervised, or forwarded to
	From, To time.Time
	Text     string // in title, place or what was visited
	After    db.Cursor
	Limit    int
}

// Counted, as a Filter's State, is what figures count: activities that took place,
// each once. Parts of a week and what a street only takes part in do not count.
const Counted = "counted"

// View is a list that people ask for by name.
type View struct {
	Key, Name string
	where     string
}

// Views are the saved views of the ledger.
var Views = []View{
	{"", "全部", ""},
	{"coming", "将要开展", "a.state IN ('draft', 'approval', 'approved', 'notified', 'open')"},
	{"approval", "待审批", "a.state = 'approval'"},
	{"record", "待登记、报告", "a.state IN ('held', 'recorded', 'reported')"},
	{"forwarded", "待反馈", "a.state = 'forwarded'"},
	{"overdue", "反馈逾期", "a.state = 'forwarded' AND EXISTS (SELECT FROM deadlines d WHERE d.street_id = a.street_id AND d.kind = 'activity' AND d.subject_id = a.id AND d.ended_on IS NULL AND d.due_on < @today::date)"},
	{"supervision", "监督活动", "a.supervises"},
	{"joint", "联合活动", "a.partners <> '{}'"},
}

const countedStates = "a.state IN ('held', 'recorded', 'reported', 'forwarded', 'archived') AND a.parent_id IS NULL"

// Line is one activity in a list.
type Line struct {
	ID         int64
	StreetID   int64
	Street     string
	Kind       string
	Title      string
	Place      string
	HeldOn     time.Time
	StartsAt   time.Time
	State      procedure.State
	GroupName  string
	Unit       string
	Supervises bool
	Part       bool // of a week
	Joint      bool
	DeadlineID int64
	Clock      string
	DueOn      *time.Time
}

const selectLine = `
	SELECT a.id, a.street_id, s.name AS street, a.kind, a.title, a.place, a.held_on, a.starts_at, a.state,
	       coalesce((SELECT g.name FROM deputy_groups g WHERE g.street_id = a.street_id AND g.id = a.group_id), '') AS group_name,
	       coalesce((SELECT u.name FROM units u WHERE u.street_id = a.street_id AND u.id = a.unit_id), '') AS unit,
	       a.supervises, a.parent_id IS NOT NULL AS part, a.partners <> '{}' AS joint, coalesce(c.id, 0) AS deadline_id, coalesce(c.label, '') AS clock, c.due_on
	FROM activities a
	JOIN streets s ON s.id = a.street_id
	LEFT JOIN LATERAL (
		SELECT d.id, d.label, d.due_on
		FROM deadlines d
		WHERE d.street_id = a.street_id AND d.kind = 'activity' AND d.subject_id = a.id AND d.ended_on IS NULL
		ORDER BY d.due_on, d.id
		LIMIT 1) AS c ON true`

// Choices are what the room's forms and filters offer.
type Choices struct {
	Streets []choice.Row // of the city
	Groups  []choice.Row // of the actor's street; who leads groups, those
	Units   []choice.Row
	Weeks   []choice.Row     // that are not over
	Items   []choice.Grouped // of the annual plans, that an activity may carry out
	Limits  file.Limits
}

// Listing is what the page of the ledger shows.
type Listing struct {
	Lines    []Line
	Next     db.Cursor // zero on the last page
	Count    int       // of all pages, up to CountCap
	Choices  Choices
	Calendar *calendar.Calendar
}

// CountCap is the highest number that a listing counts to.
const CountCap = 1000

// Activities reads a page of the ledger, the newest day first.
func (s *Store) Activities(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list activities")
	if !actor.May(access.ViewActivities) {
		return l, fault.Forbidden
	}
	if l.Calendar, err = s.Calendar(ctx, actor); err != nil {
		return l, err
	}
	where, args := f.where(s.today(), true)
	first := f
	first.After = db.Cursor{}
	all, allArgs := first.where(s.today(), true)
	err = s.db.Read(ctx, actor, append(l.Choices.filters(actor, s.today()),
		db.Many(&l.Lines, selectLine+where+"\n\tORDER BY a.held_on DESC, a.id DESC\n\tLIMIT "+strconv.Itoa(f.Limit+1), args),
		db.Value(&l.Count, "SELECT count(*) FROM (SELECT FROM activities a"+all+"\n\tLIMIT "+strconv.Itoa(CountCap)+") AS capped", allArgs))...)
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.HeldOn, ID: x.ID} })
	return l, err
}

// where puts the filter into SQL.
func (f Filter) where(today time.Time, paged bool) (string, db.Args) {
	var b strings.Builder
	args := db.Args{}
	b.WriteString("\n\tWHERE true")
	add := func(is bool, name string, value any, sql string) {
		if is {
			b.WriteString("\n\t  AND " + sql)
			if name != "" {
				args[name] = value
			}
		}
	}
	add(f.StreetID != 0, "street", f.StreetID, "a.street_id = @street")
	if i := slices.IndexFunc(Views, func(v View) bool { return v.Key == f.View && v.where != "" }); i >= 0 {
		add(true, "", nil, "("+Views[i].where+")")
		if strings.Contains(Views[i].where, "@today") {
			args["today"] = today
		}
	}
	switch f.State {
	case "":
	case Counted:
		add(true, "", nil, countedStates+" AND a.street_id = ANY ((SELECT app.streets())::bigint[])")
	default:
		add(true, "state", f.State, "a.state = @state")
	}
	add(f.Kind != "", "kind", f.Kind, "a.kind = @kind")
	add(f.Class != "", "class", f.Class, "a.class = @class")
	add(f.Theme != "", "theme", f.Theme, "@theme = ANY (a.themes)")
	add(f.GroupID != 0, "group", f.GroupID, "a.group_id = @group")
	add(f.UnitID != 0, "unit", f.UnitID, "(a.unit_id = @unit OR @unit = ANY (a.units))")
	add(!f.From.IsZero(), "from", f.From, "a.held_on >= @from::date")
	add(!f.To.IsZero(), "to", f.To, "a.held_on <= @to::date")
	add(f.Text != "", "text", f.Text, "(strpos(a.title, @text) > 0 OR strpos(a.place, @text) > 0 OR strpos(a.visited, @text) > 0 OR strpos(array_to_string(a.themes, ' '), @text) > 0)")
	if paged && !f.After.IsZero() {
		add(true, "after_on", calendar.On(f.After.At), "(a.held_on, a.id) < (@after_on::date, @after_id)")
		args["after_id"] = f.After.ID
	}
	return b.String(), args
}

// filters are the choices by which a list is narrowed, and that a plan is made with.
func (c *Choices) filters(actor access.Actor, today time.Time) []db.Query {
	queries := []db.Query{db.Many(&c.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID})}
	if actor.StreetID == 0 {
		return queries
	}
	street := db.Args{"street": actor.StreetID}
	groups := `SELECT id, name FROM deputy_groups WHERE street_id = @street AND closed_on IS NULL ORDER BY id LIMIT 200`
	if actor.Role == access.GroupLeader {
		groups = `SELECT id, name FROM deputy_groups WHERE street_id = @street AND closed_on IS NULL AND id = ANY ((SELECT app.led_groups())::bigint[]) ORDER BY id LIMIT 200`
	}
	return append(queries,
		db.Many(&c.Groups, groups, street),
		db.Many(&c.Units, `SELECT id, name FROM units WHERE street_id = @street AND ended_on IS NULL ORDER BY kind <> 'dispatch', id LIMIT 500`, street),
		db.Many(&c.Weeks, `
			SELECT id, title AS name
			FROM activities
			WHERE street_id = @street AND kind = 'week' AND state NOT IN ('archived', 'cancelled') AND ends_at >= @today::date
			ORDER BY held_on, id
			LIMIT 50`, db.Args{"street": actor.StreetID, "today": today}))
}

// Choices returns what the actor can choose from when planning for a day, which may be
// zero.
func (s *Store) Choices(ctx context.Context, actor access.Actor, day time.Time) (c Choices, err error) {
	defer fault.Wrap(&err, "read choices of activities")
	return c, s.db.Read(ctx, actor, append(append(c.filters(actor, s.today()), c.Limits.Queries(actor.StreetID)...), plan.Choices(&c.Items, actor.StreetID, s.today(), day))...)
}

// Row is one line of the ledger as a file.
type Row struct {
	Street, Kind, Class, Title, Place, GroupName, Unit, Number string
	Themes, Partners                                           []string
	HeldOn                                                     time.Time
	State                                                      procedure.State
	Part, Supervises                                           bool
	Mandate                                                    string // number of the authorisation
	Due, Present, Leave, Absent, Findings, Forwarded, Answered int
	Visited, OutsidePlan, PlanItem                             string
}

// exportCap is how many rows a file has at most.
const exportCap = 20_000

// Ledger reads the whole list of a filter, the oldest first, for a file; that it was
// exported is recorded. It needs ExportActivities.
func (s *Store) Ledger(ctx context.Context, actor access.Actor, f Filter) (list []Row, err error) {
	defer fault.Wrap(&err, "ledger of activities")
	if !actor.May(access.ExportActivities) {
		return nil, fault.Forbidden
	}
	where, args := f.where(s.today(), false)
	args["limit"] = exportCap
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		err := db.Do(ctx, tx, db.Many(&list, `
			SELECT s.name AS street, a.kind, a.class, a.title, a.place, a.number, a.themes, a.held_on, a.state, a.parent_id IS NOT NULL AS part, a.supervises, a.visited, a.outside_plan_reason AS outside_plan,
			       coalesce((SELECT i.theme FROM plan_items i WHERE i.street_id = a.street_id AND i.id = a.plan_item_id), '') AS plan_item,
			       ARRAY (SELECT x.name FROM streets x WHERE x.id = ANY (a.partners) ORDER BY x.code) AS partners,
			       coalesce((SELECT g.name FROM deputy_groups g WHERE g.street_id = a.street_id AND g.id = a.group_id), '') AS group_name,
			       coalesce((SELECT u.name FROM units u WHERE u.street_id = a.street_id AND u.id = a.unit_id), '') AS unit,
			       coalesce((SELECT d.number FROM mandate_acts m JOIN mandates d ON d.id = m.mandate_id WHERE m.street_id = a.street_id AND m.id = a.act_id), '') AS mandate,
			       t.due, t.present, t.leave, t.absent,
			       (SELECT count(*) FROM activity_findings x WHERE x.street_id = a.street_id AND x.activity_id = a.id) AS findings,
			       (SELECT count(*) FROM activity_forwardings x WHERE x.street_id = a.street_id AND x.activity_id = a.id) AS forwarded,
			       (SELECT count(*) FROM activity_forwardings x WHERE x.street_id = a.street_id AND x.activity_id = a.id AND x.answered_at IS NOT NULL) AS answered
			FROM activities a
			JOIN streets s ON s.id = a.street_id
			CROSS JOIN LATERAL (
				SELECT count(*) FILTER (WHERE x.due) AS due, count(*) FILTER (WHERE x.due AND x.arrived_at IS NOT NULL) AS present,
				       count(*) FILTER (WHERE x.due AND x.outcome = 'leave') AS leave, count(*) FILTER (WHERE x.due AND x.outcome = 'absent') AS absent
				FROM attendances x
				WHERE x.street_id = a.street_id AND x.gathering_id = a.gathering_id) AS t`+where+`
			ORDER BY a.held_on, a.id
			LIMIT @limit`, args))
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: actor.StreetID, Kind: "ledger", Action: "activity.export", Title: "导出活动台账", Detail: map[string]any{"rows": len(list)},
		})
	})
	return list, err
}
