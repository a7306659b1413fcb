package deputy

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// GroupLine is a group 代表小组 of a street with who leads it and how many belong
// to it on a day.
type GroupLine struct {
	ID       int64
	StreetID int64
	Street   string
	Kind     string
	Name     string
	Leader   string
	Members  int
	Plan     string // state of this year's plan, "" where there is none
}

// streetsMost bounds the streets of one city.
const streetsMost = 1000

// Groups lists the groups of all streets that the actor sees, as they were at the
// end of a day.
func (s *Store) Groups(ctx context.Context, actor access.Actor, on time.Time) (list []GroupLine, err error) {
	defer fault.Wrap(&err, "list groups")
	if !actor.May(access.ViewDeputies) {
		return nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT g.id, g.street_id, s.name AS street, g.kind, g.name,
		       coalesce((SELECT d.name
		                 FROM group_leaders l
		                 JOIN deputies d ON d.street_id = l.street_id AND d.id = l.deputy_id
		                 WHERE l.street_id = g.street_id AND l.group_id = g.id AND l.from_on <= @on::date AND (l.until_on IS NULL OR l.until_on > @on::date)), '') AS leader,
		       (SELECT count(*)
		        FROM group_members m
		        WHERE m.street_id = g.street_id AND m.group_id = g.id AND m.from_on <= @on::date AND (m.until_on IS NULL OR m.until_on > @on::date)) AS members,
		       coalesce((SELECT p.state
		                 FROM group_plans p
		                 WHERE p.street_id = g.street_id AND p.group_id = g.id AND p.year = extract(year FROM @on::date)
		                 ORDER BY p.edition DESC
		                 LIMIT 1), '') AS plan
		FROM deputy_groups g
		JOIN streets s ON s.id = g.street_id
		WHERE g.street_id = ANY ((SELECT app.streets())::bigint[]) AND g.closed_on IS NULL
		ORDER BY s.code, g.kind = 'joint', g.id
		LIMIT @limit`, db.Args{"on": on, "limit": streetsMost}))
	return list, err
}

// GroupRecord is one group on a day.
type GroupRecord struct {
	GroupLine
	On       time.Time
	List     []Member
	Leaders  []Leader
	Plans    []PlanLine
	Others   []GroupLine // of the street, to move to
	Timeline []audit.Entry
	MayPlan  bool // the actor may write the group's plan
}

// Member is a deputy who belongs to a group on a day.
type Member struct {
	ID       int64
	Name     string
	District string
	Term     string
	FromOn   time.Time
	Leads    bool
	Version  int
}

// Leader is a time as leader of a group.
type Leader struct {
	DeputyID int64
	Name     string
	FromOn   time.Time
	UntilOn  *time.Time
}

// PlanLine is a yearly plan in a list.
type PlanLine struct {
	ID       int64
	Year     int
	Edition  int
	State    string
	PassedOn *time.Time
	SentOn   *time.Time
	Items    int
}

// membersMost bounds the members of one group.
const membersMost = 1000

// Group returns one group as it was at the end of a day, in one round trip.
func (s *Store) Group(ctx context.Context, actor access.Actor, id int64, on time.Time) (r GroupRecord, err error) {
	defer fault.Wrap(&err, "group %d", id)
	if !actor.May(access.ViewDeputies) {
		return r, fault.Forbidden
	}
	r.On = on
	args := db.Args{"id": id, "on": on, "limit": membersMost}
	queries := []db.Query{
		db.One(&r.GroupLine, `
			SELECT g.id, g.street_id, s.name AS street, g.kind, g.name, '' AS leader, 0 AS members, '' AS plan
			FROM deputy_groups g
			JOIN streets s ON s.id = g.street_id
			WHERE g.id = @id`, db.Args{"id": id}),
		db.Many(&r.List, `
			SELECT d.id, d.name, d.electoral_district AS district, d.term, m.from_on, d.version,
			       EXISTS (SELECT FROM group_leaders l
			               WHERE l.street_id = m.street_id AND l.group_id = m.group_id AND l.deputy_id = d.id
			                 AND l.from_on <= @on::date AND (l.until_on IS NULL OR l.until_on > @on::date)) AS leads
			FROM group_members m
			JOIN deputies d ON d.street_id = m.street_id AND d.id = m.deputy_id
			WHERE m.street_id = (SELECT street_id FROM deputy_groups WHERE id = @id) AND m.group_id = @id
			  AND m.from_on <= @on::date AND (m.until_on IS NULL OR m.until_on > @on::date)
			ORDER BY leads DESC, d.name COLLATE "C", d.id
			LIMIT @limit`, args),
		db.Many(&r.Leaders, `
			SELECT l.deputy_id, d.name, l.from_on, l.until_on
			FROM group_leaders l
			JOIN deputies d ON d.street_id = l.street_id AND d.id = l.deputy_id
			WHERE l.street_id = (SELECT street_id FROM deputy_groups WHERE id = @id) AND l.group_id = @id
			ORDER BY l.from_on DESC
			LIMIT 50`, db.Args{"id": id}),
		db.Many(&r.Plans, `
			SELECT p.id, p.year, p.edition, p.state, p.passed_on, p.sent_on,
			       (SELECT count(*) FROM group_plan_items i WHERE i.street_id = p.street_id AND i.plan_id = p.id) AS items
			FROM group_plans p
			WHERE p.street_id = (SELECT street_id FROM deputy_groups WHERE id = @id) AND p.group_id = @id
			ORDER BY p.year DESC, p.edition DESC
			LIMIT 50`, db.Args{"id": id}),
		db.Many(&r.Others, `
			SELECT o.id, o.street_id, '' AS street, o.kind, o.name, '' AS leader, 0 AS members, '' AS plan
			FROM deputy_groups g
			JOIN deputy_groups o ON o.street_id = g.street_id AND o.id <> g.id AND o.professional AND o.closed_on IS NULL
			WHERE g.id = @id
			ORDER BY o.id
			LIMIT 10`, db.Args{"id": id}),
		audit.Timeline(&r.Timeline, "deputy_group", id),
		db.Value(&r.MayPlan, `SELECT coalesce((SELECT app.plans_group(street_id, id) FROM deputy_groups WHERE id = @id), false)`, db.Args{"id": id}),
	}
	err = s.db.Read(ctx, actor, queries...)
	r.Members, r.MayPlan = len(r.List), r.MayPlan && actor.May(access.PlanGroup)
	for _, m := range r.List {
		if m.Leads {
			r.Leader = m.Name
		}
	}
	return r, err
}

// Change is a change of membership or leadership.
type Change struct {
	DeputyID int64
	GroupID  int64 // that they join, or lead
	On       time.Time
	Note     string
}

// Transfer moves a deputy to another professional group of their street: the one
// membership ends on the day on which the other begins, so that they belong to one
// group on every day. Of two at once the database lets one pass.
func (s *Store) Transfer(ctx context.Context, actor access.Actor, c Change) (err error) {
	defer fault.Wrap(&err, "transfer deputy %d to group %d", c.DeputyID, c.GroupID)
	if !keeps(actor) {
		return fault.Forbidden
	}
	if c.On.After(calendar.On(s.now())) {
		return fault.Fields{{Name: "on", Text: "日期不能晚于今天"}}
	}
	return groupFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		var d struct {
			StreetID int64
			Name     string
			Group    string
		}
		err := db.Do(ctx, tx, db.One(&d, `
			SELECT d.street_id, d.name, g.name AS "group"
			FROM deputies d
			JOIN deputy_groups g ON g.street_id = d.street_id AND g.id = @group AND g.professional AND g.closed_on IS NULL
			WHERE d.id = @id AND d.ended_on IS NULL
			FOR UPDATE OF d`, db.Args{"id": c.DeputyID, "group": c.GroupID}))
		if err != nil {
			return err
		}
		args := db.Args{"street": d.StreetID, "id": c.DeputyID, "on": c.On}
		if _, err := db.Exec(ctx, tx, `
			UPDATE group_members
			SET until_on = @on
			WHERE street_id = @street AND deputy_id = @id AND professional AND until_on IS NULL`, args); err != nil {
			return err
		}
		args["group"], args["note"] = c.GroupID, c.Note
		if _, err := db.Exec(ctx, tx, `
			INSERT INTO group_members (street_id, group_id, deputy_id, professional, from_on, note)
			VALUES (@street, @group, @id, true, @on, @note)`, args); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE deputies SET version = version + 1, modified_at = @now WHERE street_id = @street AND id = @id`,
			db.Args{"now": s.now(), "street": d.StreetID, "id": c.DeputyID}); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, d.StreetID, c.DeputyID, "deputy.group", calendar.Date(c.On)+"起参加"+d.Group+"小组", c.Note)
	}))
}

// Lead makes a member the leader of their group from a day on; who led it before
// leads it until then.
func (s *Store) Lead(ctx context.Context, actor access.Actor, c Change) (err error) {
	defer fault.Wrap(&err, "make deputy %d leader of group %d", c.DeputyID, c.GroupID)
	if !keeps(actor) {
		return fault.Forbidden
	}
	if c.On.After(calendar.On(s.now())) {
		return fault.Fields{{Name: "on", Text: "日期不能晚于今天"}}
	}
	return groupFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		var g struct {
			StreetID int64
			Name     string
		}
		err := db.Do(ctx, tx, db.One(&g, `
			SELECT g.street_id, coalesce((SELECT d.name FROM deputies d WHERE d.street_id = g.street_id AND d.id = @deputy), '') AS name
			FROM deputy_groups g
			WHERE g.id = @id AND g.street_id = ANY (app.streets())
			FOR UPDATE OF g`, db.Args{"id": c.GroupID, "deputy": c.DeputyID}))
		switch {
		case err != nil:
			return err
		case g.Name == "":
			return fault.Fields{{Name: "deputy", Text: "请选择本组的代表"}}
		}
		args := db.Args{"street": g.StreetID, "group": c.GroupID, "on": c.On}
		if _, err := db.Exec(ctx, tx, `
			UPDATE group_leaders
			SET until_on = @on
			WHERE street_id = @street AND group_id = @group AND until_on IS NULL`, args); err != nil {
			return err
		}
		args["deputy"] = c.DeputyID
		if _, err := db.Exec(ctx, tx, `
			INSERT INTO group_leaders (street_id, group_id, deputy_id, from_on)
			VALUES (@street, @group, @deputy, @on)`, args); err != nil {
			return err
		}
		return s.recordGroup(ctx, tx, actor, g.StreetID, c.GroupID, "lead", g.Name+"任组长："+calendar.Date(c.On), c.Note)
	}))
}

func (s *Store) recordGroup(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: "deputy_group", ID: id, Action: "group." + action, Title: title, Reason: reason,
	})
}

func groupFault(err error) error {
	switch {
	case db.Violates(err, "group_members_dates"), db.Violates(err, "group_members_within_term"), db.Violates(err, "group_members_one_professional"):
		return fault.Fields{{Name: "on", Text: "日期要晚于参加现在小组的日期；同一天只能参加一个专业小组"}}
	case db.Violates(err, "group_leaders_dates"), db.Violates(err, "group_leaders_one"):
		return fault.Fields{{Name: "on", Text: "日期要晚于现任组长开始的日期"}}
	case db.Violates(err, "group_leaders_member"):
		return fault.Fields{{Name: "deputy", Text: "那一天不是本组的代表，不能任组长"}}
	case db.Violates(err, "group_plans_one_draft"), db.Violates(err, "group_plans_once"):
		return fault.Fields{{Name: "year", Text: "这一年的计划已经有了"}}
	case db.Violates(err, "group_plans_quorum"):
		return fault.Fields{{Name: "present", Text: "到会的代表要超过全组的半数，也不能多于全组人数"}}
	case db.Violates(err, "group_plan_items_draft"), db.Violates(err, "group_plans_final"):
		return fault.Stale
	}
	return err
}
