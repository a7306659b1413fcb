package desk

import (
	"portal/internal/access"
	"portal/internal/db"
)

// plan is what the desk of one role gathers.
type plan struct {
	sources []source
	counts  []count
	streets bool // the city's streets at a glance
	events  bool // the newest records
}

var (
	cityPlan    = plan{sources: []source{escalated}, counts: []count{handle, overdue, promised, toCity}, streets: true}
	deputyPlan  = plan{sources: []source{ownFeedback, ownReceptions, ownMissed, draft}, counts: []count{feedback, handle, promised}}
	handlerCuts = []count{toSign, handle, overdue}
)

// plans says for each role what stands on its desk (domain.md §2). Roles that
// are not here have nothing to do in the portal yet.
var plans = map[access.Role]plan{
	access.CityLeader: cityPlan, access.CityOffice: cityPlan, access.CityDeputy: cityPlan, access.CityFinance: cityPlan,
	access.Director: {
		sources: []source{extensions, sensitive, closable, chased, promisesDue},
		counts:  []count{triage, handle, overdue, promised, toCity},
	},
	access.DeputyDirector: {
		sources: []source{reviews, officeLate, chased, promisesDue},
		counts:  []count{review, handle, overdue, promised, toCity},
	},
	access.Member:      {sources: []source{published}, counts: []count{handle, overdue, promised}},
	access.PartyReader: {sources: []source{reported}, counts: []count{handle, overdue, promised, toCity}},
	access.Staff: {
		sources: []source{office, chased, promisesDue, cityWaits, unpublished, missed, draft},
		counts:  []count{triage, assign, handle, review, feedback, overdue, promised, toCity},
	},
	access.OfficeDispatch: {sources: []source{handling, comments, departments}, counts: handlerCuts},
	access.Unit:           {sources: []source{handling, comments}, counts: handlerCuts},
	access.Deputy:         deputyPlan,
	access.GroupLeader:    deputyPlan,
	access.Liaison: {
		sources: []source{communityFeedback, communityReceptions, communityMissed, draft},
		counts:  []count{feedback, handle, promised},
	},
	access.SystemAdmin:   {sources: []source{grants}},
	access.SecurityAdmin: {sources: []source{grants}},
	access.AuditAdmin:    {events: true},
}

// source is one kind of task: a SELECT of Tasks and the arguments that it takes
// beside street and today.
type source struct {
	sql  string
	more func(access.Actor) db.Args

	do, turn string // 中文; "" where word finds them
	remind   bool
}

func (s source) args(a access.Actor, common db.Args) db.Args {
	args := db.Args{}
	for _, name := range named(s.sql) {
		args[name] = common[name]
	}
	if s.more != nil {
		more := s.more(a)
		for name := range args {
			if v, ok := more[name]; ok {
				args[name] = v
			}
		}
	}
	return args
}

func (s source) read(list *[]Task, a access.Actor, common db.Args) db.Query {
	args := s.args(a, common)
	args["limit"] = Most + 1
	return db.Many(list, s.sql+" ORDER BY due_on, at, id LIMIT @limit", args)
}

func (s source) count(n *int, a access.Actor, common db.Args) db.Query {
	args := s.args(a, common)
	args["cap"] = CountCap
	return db.Value(n, "SELECT count(*) FROM ("+s.sql+" LIMIT @cap) AS capped", args)
}

// count is one filter of the opinions' ledger and the same filter in SQL.
type count struct {
	label  string
	filter []string
	sql    string
	unit   bool // narrowed to the actor's own unit
}

const (
	running  = `o.state NOT IN ('closed', 'declined', 'merged', 'withdrawn')`
	openLate = `EXISTS (SELECT FROM deadlines d WHERE d.street_id = o.street_id AND d.kind = 'opinion' AND d.subject_id = o.id AND d.ended_on IS NULL AND d.due_on < @today::date)`
)

// The filters. Their conditions are those of the views of the opinions' ledger;
// a test opens each and compares.
var (
	triage   = count{"待研判", []string{"view", "triage"}, `o.state = 'registered'`, false}
	assign   = count{"待交办", []string{"view", "assign"}, `o.state IN ('to_assign', 'returned')`, false}
	handle   = count{"办理中", []string{"view", "handle"}, `o.state IN ('assigned', 'signed', 'handling')`, true}
	review   = count{"待审核", []string{"view", "review"}, `o.state = 'replied'`, false}
	feedback = count{"待反馈", []string{"view", "feedback"}, `(o.state = 'to_feedback' OR o.state = 'merged' AND o.merged_into IS NOT NULL AND o.answer <> '' AND o.told_on IS NULL AND NOT o.anonymous)`, false}
	overdue  = count{"已逾期", []string{"view", "overdue"}, running + ` AND ` + openLate, true}
	promised = count{"挂账", []string{"view", "promised"}, `o.state = 'promised'`, false}
	toCity   = count{"转市级", []string{"view", "city"}, `o.state = 'to_city'`, false}
	toSign   = count{"待签收", []string{"state", "assigned"}, `o.state = 'assigned'`, true}
)

func (c count) ofUnit(a access.Actor) bool { return c.unit && a.Role == access.Unit }

func (c count) of(a access.Actor) Count {
	n := Count{Label: c.label, Filter: c.filter}
	if c.ofUnit(a) {
		n.Filter = append([]string{"unit", itoa(a.UnitID)}, n.Filter...)
	}
	return n
}

func (c count) read(n *int, a access.Actor, common db.Args) db.Query {
	where := c.sql
	if a.StreetID != 0 {
		where += ` AND o.street_id = @street`
	} else {
		where += ` AND o.street_id = ANY ((SELECT app.streets())::bigint[])`
	}
	if c.ofUnit(a) {
		where += ` AND o.lead_unit_id = @unit`
	}
	sql := `SELECT count(*) FROM (SELECT FROM opinions o WHERE ` + where + ` LIMIT @cap) AS capped`
	args := db.Args{"cap": CountCap}
	for _, name := range named(sql) {
		switch name {
		case "unit":
			args[name] = a.UnitID
		case "cap":
		default:
			args[name] = common[name]
		}
	}
	return db.Value(n, sql, args)
}
