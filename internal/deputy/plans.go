package deputy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// The states of a yearly plan.
const (
	Draft  procedure.State = "draft"
	Passed procedure.State = "passed"
	Sent   procedure.State = "sent"
)

// Planning is the way of a group's yearly plan 小组年度计划.
var Planning = procedure.Table{
	Title: "小组年度计划",
	States: []procedure.StateInfo{
		{State: Draft, Name: "草稿", Turn: "待小组讨论通过"},
		{State: Passed, Name: "小组已通过", Turn: "待报送工委"},
		{State: Sent, Name: "已报送工委", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "passage", Label: "登记小组通过", From: states(Draft), To: states(Passed), Need: access.PlanGroup, Needs: "至少一项活动；到会超过全组半数"},
		{Name: "reopening", Label: "退回草稿", From: states(Passed), To: states(Draft), Need: access.PlanGroup, Needs: "理由"},
		{Name: "sending", Label: "报送工委", From: states(Passed), To: states(Sent), Need: access.PlanGroup, Grave: true},
		{Name: "edition", Label: "调整计划", From: states(Sent), To: nil, Need: access.PlanGroup, Needs: "理由；另立一版草稿，原计划保留"},
	},
}

// PlanKinds are the kinds of activity that a plan may hold (domain.md §3 f).
var PlanKinds = []choice.Term{
	{Key: "inspection", Name: "视察"},
	{Key: "study", Name: "专题调研"},
	{Key: "appraisal", Name: "工作评议"},
	{Key: "group_day", Name: "代表活动日"},
	{Key: "walk", Name: "行走街道"},
	{Key: "enterprise", Name: "走访企业"},
	{Key: "training", Name: "学习培训"},
	{Key: "talk", Name: "座谈"},
	{Key: "report", Name: "述职"},
	{Key: "other", Name: "其他"},
}

// Plan is one yearly plan of a group.
type Plan struct {
	ID       int64
	StreetID int64
	Street   string
	GroupID  int64
	Group    string
	Year     int
	Edition  int
	Reason   string
	State    procedure.State
	PassedOn *time.Time
	Present  *int
	Members  *int
	SentOn   *time.Time
	Version  int
	MayPlan  bool
	Items    []Item `db:"-"`
}

// Item is one activity of a plan.
type Item struct {
	ID     int64
	Month  int
	Theme  string
	Kind   string
	Output string
}

// Plan returns one plan with its activities by month.
func (s *Store) Plan(ctx context.Context, actor access.Actor, id int64) (p Plan, err error) {
	defer fault.Wrap(&err, "plan %d", id)
	if !actor.May(access.ViewDeputies) {
		return p, fault.Forbidden
	}
	var items []Item
	err = s.db.Read(ctx, actor,
		db.One(&p, `
			SELECT p.id, p.street_id, s.name AS street, p.group_id, g.name AS "group", p.year, p.edition, p.reason, p.state, p.passed_on, p.present, p.members,
			       p.sent_on, p.version, app.plans_group(p.street_id, p.group_id) AS may_plan
			FROM group_plans p
			JOIN deputy_groups g ON g.street_id = p.street_id AND g.id = p.group_id
			JOIN streets s ON s.id = p.street_id
			WHERE p.id = @id`, db.Args{"id": id}),
		db.Many(&items, `
			SELECT id, month, theme, kind, output
			FROM group_plan_items
			WHERE street_id = (SELECT street_id FROM group_plans WHERE id = @id) AND plan_id = @id
			ORDER BY month, id
			LIMIT 200`, db.Args{"id": id}))
	p.Items, p.MayPlan = items, p.MayPlan && actor.May(access.PlanGroup)
	return p, err
}

// Draft begins the plan of a group for a year and returns its ID. The same form
// sent again returns the ID it made.
func (s *Store) Draft(ctx context.Context, actor access.Actor, group int64, year int, key string) (id int64, err error) {
	defer fault.Wrap(&err, "draft plan of group %d", group)
	if !actor.May(access.PlanGroup) && actor.Role != access.Operator {
		return 0, fault.Forbidden
	}
	if year < 2000 || year > 2100 {
		return 0, fault.Fields{{Name: "year", Text: "请填写四位数的年份"}}
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var g struct {
			StreetID int64
			May      bool
			Made     int64
		}
		err := db.Do(ctx, tx, db.One(&g, `
			SELECT g.street_id, app.plans_group(g.street_id, g.id) AS may,
			       coalesce((SELECT p.id FROM group_plans p WHERE p.street_id = g.street_id AND p.key = @key), 0) AS made
			FROM deputy_groups g
			WHERE g.id = @id`, db.Args{"id": group, "key": key}))
		switch {
		case err != nil:
			return err
		case !g.May:
			return fault.NotFound
		case g.Made != 0:
			id = g.Made
			return nil
		}
		id, err = db.Insert(ctx, tx, `
			INSERT INTO group_plans (street_id, group_id, year, key, created_at)
			VALUES (@street, @group, @year, @key, @now)
			RETURNING id`, db.Args{"street": g.StreetID, "group": group, "year": year, "key": key, "now": s.now()})
		if err != nil {
			return err
		}
		return s.recordGroup(ctx, tx, actor, g.StreetID, group, "plan", fmt.Sprintf("起草%d年度计划", year), "")
	})
	return id, groupFault(err)
}

// AddItem adds an activity to a plan that is a draft.
func (s *Store) AddItem(ctx context.Context, actor access.Actor, plan int64, i Item) (err error) {
	defer fault.Wrap(&err, "add item to plan %d", plan)
	var bad fault.Fields
	if i.Month < 1 || i.Month > 12 {
		bad.Add("month", "请选择月份")
	}
	if choice.Name(PlanKinds, i.Kind) == "" {
		bad.Add("kind", "请选择活动类型")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.plan(ctx, actor, plan, func(tx db.Tx, p Plan) error {
		if p.State != Draft {
			return fault.Stale
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO group_plan_items (street_id, plan_id, month, theme, kind, output)
			VALUES (@street, @plan, @month, @theme, @kind, @output)`,
			db.Args{"street": p.StreetID, "plan": p.ID, "month": i.Month, "theme": i.Theme, "kind": i.Kind, "output": i.Output})
		return err
	})
}

// DropItem takes an activity out of a plan that is a draft.
func (s *Store) DropItem(ctx context.Context, actor access.Actor, plan, item int64) (err error) {
	defer fault.Wrap(&err, "drop item of plan %d", plan)
	return s.plan(ctx, actor, plan, func(tx db.Tx, p Plan) error {
		if p.State != Draft {
			return fault.Stale
		}
		n, err := db.Exec(ctx, tx, `DELETE FROM group_plan_items WHERE street_id = @street AND plan_id = @plan AND id = @id`,
			db.Args{"street": p.StreetID, "plan": p.ID, "id": item})
		if err == nil && n == 0 {
			err = fault.NotFound
		}
		return err
	})
}

// plan runs fn with a plan locked that the actor may write.
func (s *Store) plan(ctx context.Context, actor access.Actor, id int64, fn func(db.Tx, Plan) error) error {
	if !actor.May(access.PlanGroup) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	return groupFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		var p Plan
		err := db.Do(ctx, tx, db.One(&p, `
			SELECT p.id, p.street_id, '' AS street, p.group_id, '' AS "group", p.year, p.edition, p.reason, p.state, p.passed_on, p.present, p.members, p.sent_on, p.version,
			       app.plans_group(p.street_id, p.group_id) AS may_plan
			FROM group_plans p
			WHERE p.id = @id
			FOR UPDATE`, db.Args{"id": id}))
		switch {
		case err != nil:
			return err
		case !p.MayPlan:
			return fault.NotFound
		}
		return fn(tx, p)
	}))
}

// PlanStep is one move of a plan.
type PlanStep struct {
	Version int
	On      time.Time // of the passage
	Present int       // members at the passage
	Reason  string    // of a reopening or a new edition
	Key     string    // of a new edition
}

// MovePlan makes one move of Planning and returns the plan that it leads to,
// another one after edition.
func (s *Store) MovePlan(ctx context.Context, actor access.Actor, move string, id int64, t PlanStep) (to int64, err error) {
	defer fault.Wrap(&err, "%s of plan %d", move, id)
	if t.On.After(calendar.On(s.now())) {
		return 0, fault.Fields{{Name: "on", Text: "日期不能晚于今天"}}
	}
	to = id
	err = s.plan(ctx, actor, id, func(tx db.Tx, p Plan) (err error) {
		switch {
		case p.Version != t.Version:
			return fault.Stale
		case !Planning.Allows(move, p.State):
			return fault.Fields{{Name: "state", Text: fmt.Sprintf("这份计划现在是“%s”，不能%s", Planning.Info(p.State).Name, Planning.Move(move).Label)}}
		case (move == "reopening" || move == "edition") && t.Reason == "":
			return fault.Fields{{Name: "reason", Text: "请填写理由"}}
		}
		args := db.Args{"street": p.StreetID, "id": p.ID}
		sql := ""
		switch move {
		case "passage":
			var items int
			if err := db.Do(ctx, tx, db.Value(&items, `SELECT count(*) FROM group_plan_items WHERE street_id = @street AND plan_id = @id`, args)); err != nil {
				return err
			}
			if items == 0 {
				return fault.Fields{{Name: "state", Text: "计划里还没有活动，请先添加"}}
			}
			args = db.Args{"street": p.StreetID, "id": p.ID, "on": t.On, "present": t.Present, "group": p.GroupID}
			sql = `UPDATE group_plans SET state = 'passed', passed_on = @on, present = @present, version = version + 1,
			       members = (SELECT count(*) FROM group_members m WHERE m.street_id = @street AND m.group_id = @group AND m.from_on <= @on::date AND (m.until_on IS NULL OR m.until_on > @on::date))
			       WHERE street_id = @street AND id = @id`
		case "reopening":
			sql = `UPDATE group_plans SET state = 'draft', passed_on = NULL, present = NULL, members = NULL, version = version + 1 WHERE street_id = @street AND id = @id`
		case "sending":
			args["on"] = calendar.On(s.now())
			sql = `UPDATE group_plans SET state = 'sent', sent_on = @on, version = version + 1 WHERE street_id = @street AND id = @id`
		case "edition":
			if to, err = edition(ctx, tx, p, t, s.now()); err != nil {
				return err
			}
		}
		if sql != "" {
			if _, err := db.Exec(ctx, tx, sql, args); err != nil {
				return err
			}
		}
		if err := s.recordGroup(ctx, tx, actor, p.StreetID, p.GroupID, move, fmt.Sprintf("%d年度计划：%s", p.Year, Planning.Move(move).Label), t.Reason); err != nil || move != "sending" {
			return err
		}
		return notice.Send(ctx, tx, notice.Notice{
			At: s.now(), StreetID: p.StreetID, To: access.Director, Title: fmt.Sprintf("代表小组报送%d年度计划", p.Year), Link: fmt.Sprintf("/groups/plans/%d", p.ID),
		})
	})
	return to, err
}

// edition makes the next edition of a plan that was sent, a draft with the same
// activities.
func edition(ctx context.Context, tx db.Tx, p Plan, t PlanStep, now time.Time) (id int64, err error) {
	id, err = db.Insert(ctx, tx, `
		INSERT INTO group_plans (street_id, group_id, year, edition, reason, key, created_at)
		SELECT street_id, group_id, year, (SELECT max(edition) + 1 FROM group_plans x WHERE x.street_id = p.street_id AND x.group_id = p.group_id AND x.year = p.year), @reason, @key, @now
		FROM group_plans p
		WHERE street_id = @street AND id = @id
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, db.Args{"street": p.StreetID, "id": p.ID, "reason": t.Reason, "key": t.Key, "now": now})
	if errors.Is(err, fault.NotFound) {
		return 0, fault.Stale
	}
	if err != nil {
		return 0, err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO group_plan_items (street_id, plan_id, month, theme, kind, output)
		SELECT street_id, @new, month, theme, kind, output
		FROM group_plan_items
		WHERE street_id = @street AND plan_id = @id
		ORDER BY month, id`, db.Args{"new": id, "street": p.StreetID, "id": p.ID})
	return id, err
}
