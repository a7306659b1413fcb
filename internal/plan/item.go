package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// New is a plan to begin.
type New struct {
	Key      string // of the form: sent twice, it makes one plan
	StreetID int64  // of the operator only; of others it is their own
	Year     int
	Preamble string
	Copy     bool // begin with the items of the year before
}

// Draft begins the plan of a street for a year. It needs DraftPlan.
func (s *Store) Draft(ctx context.Context, actor access.Actor, n New) (id int64, err error) {
	defer fault.Wrap(&err, "draft plan")
	if !may(actor, access.DraftPlan) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		n.StreetID = actor.StreetID
	}
	if y := s.today().Year(); n.Year < 2007 || n.Year > y+1 {
		return 0, fault.Fields{{Name: "year", Text: fmt.Sprintf("请填写年份，不晚于 %d", y+1)}}
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.draft(ctx, tx, actor, n)
		return err
	})
	if db.Violates(err, "plans_year_once") {
		return 0, fault.Fields{{Name: "year", Text: "这一年已经有计划"}}
	}
	return id, err
}

func (s *Store) draft(ctx context.Context, tx db.Tx, actor access.Actor, n New) (id int64, err error) {
	id, err = db.Insert(ctx, tx, `
		INSERT INTO plans (street_id, year, preamble, key, created_at, modified_at)
		VALUES (@street, @year, @preamble, @key, @now, @now)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, db.Args{"street": n.StreetID, "year": n.Year, "preamble": n.Preamble, "key": n.Key, "now": s.now()})
	if errors.Is(err, fault.NotFound) { // the form has been sent before
		return id, db.Do(ctx, tx, db.Value(&id, `SELECT id FROM plans WHERE street_id = @street AND key = @key`, db.Args{"street": n.StreetID, "key": n.Key}))
	}
	if err == nil && n.Copy {
		_, err = db.Exec(ctx, tx, `
			INSERT INTO plan_items (street_id, plan_id, month, theme, kind, basis, group_id, owner, output, key)
			SELECT i.street_id, @plan::bigint, i.month, i.theme, i.kind, CASE i.basis WHEN 'mandate' THEN 'request' ELSE i.basis END, i.group_id, i.owner, i.output, 'copy-' || i.id
			FROM plan_items i
			JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id
			WHERE p.street_id = @street AND p.year = @year - 1 AND NOT i.dropped
			ORDER BY i.month, i.id`, db.Args{"plan": id, "street": n.StreetID, "year": n.Year})
	}
	if err != nil {
		return 0, err
	}
	return id, audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: n.StreetID, Kind: "plan", ID: id, Action: "plan.draft", Title: fmt.Sprintf("起草%d年度计划", n.Year), Detail: map[string]any{"copied": n.Copy},
	})
}

// Open writes the preamble of a plan that has not been passed.
func (s *Store) Open(ctx context.Context, actor access.Actor, step Step, preamble string) (err error) {
	defer fault.Wrap(&err, "open plan %d", step.ID)
	return s.typing(ctx, actor, step.ID, "修改", func(tx db.Tx, p locked) (done, error) {
		if p.Version != step.Version {
			return done{}, fault.Stale
		}
		_, err := db.Exec(ctx, tx, `UPDATE plans SET preamble = @text WHERE street_id = @street AND id = @id`, db.Args{"text": preamble, "street": p.StreetID, "id": p.ID})
		return done{title: "修改总体要求"}, err
	})
}

// typing runs fn with a plan whose items may be typed.
func (s *Store) typing(ctx context.Context, actor access.Actor, id int64, verb string, fn func(tx db.Tx, p locked) (done, error)) error {
	if !may(actor, access.DraftPlan) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		p, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if !Typing(p.State) {
			return tooLate(p, verb)
		}
		d, err := fn(tx, p)
		if err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, p, "items", d)
	})
}

// Item is what one line of a plan says.
type Item struct {
	Month    int
	Theme    string
	Kind     string // one of Kinds
	Basis    string // one of Bases
	MatterID int64  // the authorised matter, of basis Mandate
	GroupID  int64  // the deputies' group that does it; 0 for the committee
	Owner    string
	Output   string // what is to come of it
}

func (i Item) check() error {
	var bad fault.Fields
	if i.Month < 1 || i.Month > 12 {
		bad.Add("month", "请选择月份")
	}
	if choice.Name(Kinds, i.Kind) == "" {
		bad.Add("kind", "请选择类型")
	}
	switch {
	case choice.Name(Bases, i.Basis) == "":
		bad.Add("basis", "请选择依据")
	case i.Basis == Mandate && i.MatterID == 0:
		bad.Add("matter", "请选择授权事项")
	case i.Basis == Duty && slices.Contains(Supervising, i.Kind):
		bad.Add("basis", broken["plan_items_supervision_authorised"].Text)
	}
	return bad.Err()
}

func (i Item) args() db.Args {
	if i.Basis != Mandate {
		i.MatterID = 0
	}
	return db.Args{
		"month": i.Month, "theme": i.Theme, "kind": i.Kind, "basis": i.Basis, "matter": i.MatterID, "group": i.GroupID, "owner": i.Owner, "output": i.Output,
	}
}

// Add adds an item to a plan that has not been passed; while the plan is being
// adjusted it proposes it, for which it needs a reason. The same key makes one.
func (s *Store) Add(ctx context.Context, actor access.Actor, plan int64, key string, i Item, reason string) (err error) {
	defer fault.Wrap(&err, "add item to plan %d", plan)
	if err := i.check(); err != nil {
		return err
	}
	state, err := s.state(ctx, actor, plan)
	if err != nil {
		return err
	}
	if state == Adjusting {
		return s.propose(ctx, actor, plan, Change{Key: key, Action: "add", Item: i, Reason: reason})
	}
	return s.typing(ctx, actor, plan, "增加条目", func(tx db.Tx, p locked) (done, error) {
		args := i.args()
		args["street"], args["plan"], args["key"] = p.StreetID, p.ID, key
		_, err := db.Exec(ctx, tx, `
			INSERT INTO plan_items (street_id, plan_id, month, theme, kind, basis, matter_id, group_id, owner, output, key)
			SELECT @street, @plan, @month, @theme, @kind, @basis, nullif(@matter::bigint, 0), nullif(@group::bigint, 0), @owner, @output, @key
			WHERE (SELECT count(*) FROM plan_items WHERE street_id = @street AND plan_id = @plan) < `+fmt.Sprint(MaxItems)+`
			ON CONFLICT (street_id, plan_id, key) DO NOTHING`, args)
		return done{title: "增加条目：" + i.Theme}, err
	})
}

func (s *Store) state(ctx context.Context, actor access.Actor, plan int64) (state procedure.State, err error) {
	if !may(actor, access.DraftPlan) {
		return "", fault.Forbidden
	}
	return state, s.db.Read(ctx, actor, db.Value(&state, `SELECT state FROM plans WHERE id = @id`, db.Args{"id": plan}))
}

// Alter changes an item of a plan that has not been passed; while the plan is being
// adjusted it proposes the change, with a reason.
func (s *Store) Alter(ctx context.Context, actor access.Actor, plan int64, step Step, i Item, reason, key string) (err error) {
	defer fault.Wrap(&err, "alter item %d of plan %d", step.ID, plan)
	if err := i.check(); err != nil {
		return err
	}
	state, err := s.state(ctx, actor, plan)
	if err != nil {
		return err
	}
	if state == Adjusting {
		return s.propose(ctx, actor, plan, Change{Key: key, Action: "alter", ItemID: step.ID, Item: i, Reason: reason})
	}
	return s.typing(ctx, actor, plan, "修改条目", func(tx db.Tx, p locked) (done, error) {
		args := i.args()
		args["street"], args["plan"], args["id"], args["version"] = p.StreetID, p.ID, step.ID, step.Version
		n, err := db.Exec(ctx, tx, `
			UPDATE plan_items
			SET month = @month, theme = @theme, kind = @kind, basis = @basis, matter_id = nullif(@matter::bigint, 0), group_id = nullif(@group::bigint, 0),
			    owner = @owner, output = @output, version = version + 1
			WHERE street_id = @street AND plan_id = @plan AND id = @id AND version = @version`, args)
		if err == nil && n != 1 {
			err = fault.Stale
		}
		return done{title: "修改条目：" + i.Theme}, err
	})
}

// Remove takes an item out of a plan that has not been passed.
func (s *Store) Remove(ctx context.Context, actor access.Actor, step Step, item int64) error {
	return s.move(ctx, actor, "removal", step, func(tx db.Tx, p locked) (done, error) {
		var theme string
		err := db.Do(ctx, tx, db.Value(&theme, `DELETE FROM plan_items WHERE street_id = @street AND plan_id = @plan AND id = @id RETURNING theme`,
			db.Args{"street": p.StreetID, "plan": p.ID, "id": item}))
		if errors.Is(err, fault.NotFound) {
			err = fault.Fields{{Name: "item", Text: "请选择条目"}}
		}
		return done{title: "删除条目：" + theme}, err
	})
}

// lastDay is the last day of a month.
func lastDay(year, month int) time.Time {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC)
}
