package plan

import (
	"context"
	"errors"
	"fmt"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
)

// Adjust begins a change of the plan during the year. What is in force stays in force
// until a directors' meeting has passed the changes.
func (s *Store) Adjust(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "adjustment", step, func(tx db.Tx, p locked) (done, error) {
		if why == "" {
			return done{}, fault.Fields{{Name: "why", Text: "请填写调整的理由"}}
		}
		return done{title: "提出调整", reason: why}, s.to(ctx, tx, p, Adjusting, "adjusts_why = @why", db.Args{"why": why})
	})
}

// Change is one change of the plan as it is proposed.
type Change struct {
	Key    string
	Action string // one of Actions
	ItemID int64  // 0 where one is added
	Item   Item   // as it is to be; of one that is dropped, as it is
	Reason string
}

// propose adds a change to those that the meeting will deal with.
func (s *Store) propose(ctx context.Context, actor access.Actor, plan int64, c Change) error {
	if c.Reason == "" {
		return fault.Fields{{Name: "reason", Text: "请写明为什么改"}}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		p, err := lock(ctx, tx, plan)
		if err != nil {
			return err
		}
		if p.State != Adjusting {
			return tooLate(p, "提出改动")
		}
		args := c.Item.args()
		args["street"], args["plan"], args["action"], args["item"], args["reason"] = p.StreetID, p.ID, c.Action, c.ItemID, c.Reason
		args["on"], args["who"], args["key"] = s.today(), actor.Name, c.Key
		_, err = db.Exec(ctx, tx, `
			INSERT INTO plan_changes (street_id, plan_id, action, item_id, month, theme, kind, basis, matter_id, group_id, owner, output, reason, proposed_on, proposer, key)
			VALUES (@street, @plan, @action, nullif(@item::bigint, 0), @month, @theme, @kind, @basis, nullif(@matter::bigint, 0), nullif(@group::bigint, 0), @owner, @output,
			        @reason, @on, @who, @key)
			ON CONFLICT (street_id, plan_id, key) DO NOTHING`, args)
		if err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, p, "change", done{title: "拟" + choice.Name(Actions, c.Action) + "条目：" + c.Item.Theme, reason: c.Reason})
	})
}

// Drop proposes that an item is given up.
func (s *Store) Drop(ctx context.Context, actor access.Actor, step Step, item int64, reason string) error {
	return s.move(ctx, actor, "dropping", step, func(tx db.Tx, p locked) (done, error) {
		if reason == "" {
			return done{}, fault.Fields{{Name: "reason", Text: "请写明为什么取消"}}
		}
		var theme string
		err := db.Do(ctx, tx, db.Value(&theme, `
			INSERT INTO plan_changes (street_id, plan_id, action, item_id, month, theme, kind, basis, matter_id, group_id, owner, output, reason, proposed_on, proposer, key)
			SELECT i.street_id, i.plan_id, 'drop', i.id, i.month, i.theme, i.kind, i.basis, i.matter_id, i.group_id, i.owner, i.output, @reason, @on, @who, 'drop-' || i.id || '-' || @version::integer
			FROM plan_items i
			WHERE i.street_id = @street AND i.plan_id = @plan AND i.id = @item
			RETURNING theme`, db.Args{
			"reason": reason, "on": s.today(), "who": actor.Name, "version": p.Version, "street": p.StreetID, "plan": p.ID, "item": item,
		}))
		if errors.Is(err, fault.NotFound) {
			err = fault.Fields{{Name: "item", Text: "请选择条目"}}
		}
		return done{title: "拟取消条目：" + theme, reason: reason}, err
	})
}

// TakeBack takes a change back that no meeting has dealt with.
func (s *Store) TakeBack(ctx context.Context, actor access.Actor, step Step, change int64) error {
	return s.move(ctx, actor, "taking-back", step, func(tx db.Tx, p locked) (done, error) {
		var theme string
		err := db.Do(ctx, tx, db.Value(&theme, `
			DELETE FROM plan_changes
			WHERE street_id = @street AND plan_id = @plan AND id = @id AND decision_id IS NULL
			RETURNING theme`, db.Args{"street": p.StreetID, "plan": p.ID, "id": change}))
		if errors.Is(err, fault.NotFound) {
			err = fault.Fields{{Name: "change", Text: "请选择改动"}}
		}
		return done{title: "撤回改动：" + theme}, err
	})
}

// Withdraw ends a change of the plan without a meeting: there must be no changes left.
func (s *Store) Withdraw(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "withdrawal", step, func(tx db.Tx, p locked) (done, error) {
		return done{title: "不再调整"}, s.to(ctx, tx, p, Executing, "adjusts_why = ''", nil)
	})
}

// Decide keeps the decision of the directors' meeting on the changes. What is passed
// is in force at once, as the next edition; the edition before stays to be read.
func (s *Store) Decide(ctx context.Context, actor access.Actor, step Step, m Meeting) error {
	err := s.move(ctx, actor, "adjustment-decision", step, func(tx db.Tx, p locked) (done, error) {
		id, d, err := s.keep(ctx, tx, p, "adjustment", m, Changed)
		if err != nil || m.Verdict == "revise" {
			d.title = "工委主任会议审议调整：" + d.title
			return d, err
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE plan_changes
			SET decision_id = @decision
			WHERE street_id = @street AND plan_id = @plan AND decision_id IS NULL`, db.Args{"decision": id, "street": p.StreetID, "plan": p.ID})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "state", Text: "还没有改动可以审议"}}
		}
		if err == nil {
			err = s.to(ctx, tx, p, Executing, "adjusts_why = ''", nil)
		}
		if err != nil {
			return done{}, err
		}
		d.title = fmt.Sprintf("工委主任会议审议 %d 项改动：%s", n, d.title)
		return d, s.tell(ctx, tx, p, "计划调整的审议结果："+choice.Name(Changed, m.Verdict), access.Staff, access.Member)
	})
	return committee.PostFault(err, "chair")
}
