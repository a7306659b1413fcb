package activity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/plan"
)

// Plan is an activity as it is planned. It can be revised until it is sent for
// approval.
type Plan struct {
	Key          string // of the form: sent twice, it makes one activity
	Kind         string // one of Kinds
	Title        string
	Purpose      string
	Themes       []string
	GroupID      int64     // the deputies' group that holds it, fixed once planned; 0 for the committee
	ParentID     int64     // the 人大活动周 it is part of, or 0
	Partners     []int64   // other streets that take part
	Planned      plan.Link // the item of the annual plan it carries out, or why it is outside the plan (计划外)
	Supervises   bool      // see Supervises and MaySupervise
	Subject      string    // one of Subjects, where it supervises
	UnitID       int64     // the unit that is supervised or appraised
	Concentrated bool      // 集中视察
	Place        string
	StartsAt     time.Time
	EndsAt       time.Time
	Teams        []string // whom to put on the list at once: keys of gathering.Teams, or OwnGroup
}

// OwnGroup, as one of a Plan's Teams, is the members of the group that holds the
// activity.
const OwnGroup = "group"

// check complains about the fields of a plan.
func (p *Plan) check() error {
	var bad fault.Fields
	limit := func(name, label, text string, most int) {
		if len([]rune(text)) > most {
			bad.Add(name, fmt.Sprintf("%s不能超过 %d 个字", label, most))
		}
	}
	if choice.Name(Kinds, p.Kind) == "" {
		bad.Add("kind", "请选择活动类型")
	}
	switch n := len([]rune(p.Title)); {
	case n == 0:
		bad.Add("title", "请填写名称")
	case n > MaxTitle:
		bad.Add("title", fmt.Sprintf("名称不能超过 %d 个字", MaxTitle))
	}
	switch n := len([]rune(p.Place)); {
	case n == 0:
		bad.Add("place", "请填写地点")
	case n > MaxPlace:
		bad.Add("place", fmt.Sprintf("地点不能超过 %d 个字", MaxPlace))
	}
	if p.StartsAt.IsZero() || p.EndsAt.IsZero() {
		bad.Add("starts_on", "请填写开始和结束的时间")
	} else if !p.EndsAt.After(p.StartsAt) || p.EndsAt.After(p.StartsAt.Add(31*24*time.Hour)) {
		bad.Add("ends_on", "结束时间要在开始时间之后，最长 31 天")
	}
	limit("purpose", "目的和安排", p.Purpose, MaxPurpose)
	if len(p.Themes) > MaxThemes {
		bad.Add("themes", fmt.Sprintf("主题不能超过 %d 个", MaxThemes))
	}
	for _, t := range p.Themes {
		limit("themes", "每个主题", t, MaxTheme)
	}
	if p.ParentID != 0 && p.Kind == Week {
		bad.Add("parent", "活动周不能再属于另一个活动周")
	}
	p.Supervises = p.Supervises && MaySupervise(p.Kind) || Supervises(p.Kind)
	p.Concentrated = p.Concentrated && p.Kind == Inspection
	switch {
	case !p.Supervises:
		p.Subject, p.UnitID = "", 0
	default:
		if Supervises(p.Kind) {
			p.Subject = p.Kind // the subjects of authorisations bear the same names
		}
		if p.UnitID == 0 {
			bad.Add("unit", "请选择被监督的单位")
		}
		if choice.Name(Subjects, p.Subject) == "" || p.Subject == "election" {
			bad.Add("subject", "请选择监督事项")
		}
	}
	return bad.Err()
}

// Plan plans an activity of the actor's street with its gathering. A key that was
// used before returns what it made then. It needs KeepActivities; the leader of a
// group plans for the group. It complains about the fields kind, title, purpose,
// themes, plan_item, outside_plan, group, parent, partners, unit, subject, place, starts_at and ends_at.
func (s *Store) Plan(ctx context.Context, actor access.Actor, p Plan) (id int64, err error) {
	defer fault.Wrap(&err, "plan activity")
	if !actor.May(access.KeepActivities) {
		return 0, fault.Forbidden
	}
	if err := p.check(); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var had []int64
		err := db.Do(ctx, tx, db.Values(&had, `SELECT id FROM activities WHERE street_id = @street AND key = @key`, db.Args{"street": actor.StreetID, "key": p.Key}))
		if err != nil {
			return err
		}
		if len(had) > 0 {
			id = had[0]
			return nil
		}
		id, err = s.insert(ctx, tx, actor, p)
		return complaint(err)
	})
	return id, err
}

func (p *Plan) args() db.Args {
	return db.Args{
		"kind": p.Kind, "title": p.Title, "purpose": p.Purpose, "themes": append([]string{}, p.Themes...), "parent": p.ParentID,
		"partners": append([]int64{}, p.Partners...), "item": p.Planned.ItemID, "outside": p.Planned.Outside, "supervises": p.Supervises, "subject": p.Subject, "unit": p.UnitID,
		"concentrated": p.Concentrated, "place": p.Place, "day": calendar.On(p.StartsAt), "from": p.StartsAt, "to": p.EndsAt,
	}
}

func (s *Store) insert(ctx context.Context, tx db.Tx, actor access.Actor, p Plan) (id int64, err error) {
	if err := s.fits(ctx, tx, actor, &p); err != nil {
		return 0, err
	}
	if err := plan.Require(ctx, tx, actor.StreetID, p.Planned, p.StartsAt.In(calendar.Zone)); err != nil {
		return 0, err
	}
	args := p.args()
	args["street"], args["group"], args["name"], args["key"], args["now"] = actor.StreetID, p.GroupID, actor.Name, p.Key, s.now()
	id, err = db.Insert(ctx, tx, `
		INSERT INTO activities (street_id, kind, title, purpose, themes, group_id, parent_id, partners, plan_item_id, outside_plan_reason, supervises, subject, unit_id, concentrated, place, held_on,
		                        starts_at, ends_at, creator, key, created_at, modified_at)
		VALUES (@street, @kind, @title, @purpose, @themes, nullif(@group::bigint, 0), nullif(@parent::bigint, 0), @partners, nullif(@item::bigint, 0), @outside, @supervises, @subject,
		        nullif(@unit::bigint, 0), @concentrated, @place, @day, @from, @to, @name, @key, @now, @now)
		RETURNING id`, args)
	if err != nil {
		return 0, err
	}
	at, err := s.gatherings.Plan(ctx, tx, actor, gathering.New{
		StreetID: actor.StreetID, Kind: gathering.Activity, RecordID: id, GroupID: p.GroupID, Title: p.Title, Place: p.Place, StartsAt: p.StartsAt, EndsAt: p.EndsAt,
	})
	if err != nil {
		return 0, err
	}
	_, err = db.Exec(ctx, tx, `UPDATE activities SET gathering_id = @gathering WHERE street_id = @street AND id = @id`, db.Args{"gathering": at, "street": actor.StreetID, "id": id})
	if err != nil {
		return 0, err
	}
	if err := s.invite(ctx, tx, actor, at, &p); err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, locked{ID: id, StreetID: actor.StreetID}, "plan", done{title: "策划活动：" + p.Title})
}

// fits refuses a group that the actor does not keep activities of, and names of
// another street.
func (s *Store) fits(ctx context.Context, tx db.Tx, actor access.Actor, p *Plan) error {
	if actor.Role == access.GroupLeader {
		if len(p.Partners) > 0 {
			return fault.Fields{{Name: "partners", Text: "与其他街道联合开展的活动由工委办公室组织"}}
		}
		var led bool
		err := db.Do(ctx, tx, db.Value(&led, `SELECT @group = ANY (app.led_groups())`, db.Args{"group": p.GroupID}))
		if err == nil && !led {
			err = fault.Fields{{Name: "group", Text: "组长只能组织本小组的活动，请选择本小组"}}
		}
		return err
	}
	return nil
}

// invite puts on the list whom the plan names.
func (s *Store) invite(ctx context.Context, tx db.Tx, actor access.Actor, at int64, p *Plan) error {
	inv := gathering.Invitation{Teams: slices.DeleteFunc(slices.Clone(p.Teams), func(t string) bool { return t == OwnGroup }), Due: true}
	if p.GroupID != 0 && slices.Contains(p.Teams, OwnGroup) {
		inv.Groups = []int64{p.GroupID}
	}
	if len(inv.Teams)+len(inv.Groups) > 0 {
		if _, err := s.gatherings.Invite(ctx, tx, actor, at, inv); err != nil {
			return err
		}
	}
	if p.UnitID != 0 {
		if _, err := s.gatherings.Invite(ctx, tx, actor, at, gathering.Invitation{Units: []int64{p.UnitID}}); err != nil {
			return err
		}
	}
	if !slices.Contains(p.Teams, "deputy") {
		return nil
	}
	for _, street := range p.Partners {
		if _, err := s.gatherings.Invite(ctx, tx, actor, at, gathering.Invitation{StreetID: street, Teams: []string{"deputy"}, Due: true}); err != nil {
			return err
		}
	}
	return nil
}

// Revise changes an activity that has not been sent for approval. Group and list
// stay. Its complaints are those of Plan.
func (s *Store) Revise(ctx context.Context, actor access.Actor, step Step, p Plan) (err error) {
	defer fault.Wrap(&err, "revise activity %d", step.ID)
	if !actor.May(access.KeepActivities) {
		return fault.Forbidden
	}
	if err := p.check(); err != nil {
		return err
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		a, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case a.Version != step.Version:
			return fault.Stale
		case a.State != Draft:
			return fault.Fields{{Name: "title", Text: fmt.Sprintf("这次活动现在是“%s”，不能再修改", Procedure.Info(a.State).Name)}}
		case actor.Role == access.GroupLeader && len(p.Partners) > 0:
			return fault.Fields{{Name: "partners", Text: "与其他街道联合开展的活动由工委办公室组织"}}
		}
		if err := plan.Require(ctx, tx, a.StreetID, p.Planned, p.StartsAt.In(calendar.Zone)); err != nil {
			return err
		}
		err = s.gatherings.Reschedule(ctx, tx, actor, a.GatheringID, gathering.Change{Title: p.Title, Place: p.Place, StartsAt: p.StartsAt, EndsAt: p.EndsAt})
		if err != nil {
			return err
		}
		args := p.args()
		args["street"], args["id"], args["now"] = a.StreetID, a.ID, s.now()
		_, err = db.Exec(ctx, tx, `
			UPDATE activities
			SET kind = @kind, title = @title, purpose = @purpose, themes = @themes, parent_id = nullif(@parent::bigint, 0), partners = @partners, plan_item_id = nullif(@item::bigint, 0), outside_plan_reason = @outside,
			    supervises = @supervises, subject = @subject, unit_id = nullif(@unit::bigint, 0), concentrated = @concentrated, place = @place, held_on = @day,
			    starts_at = @from, ends_at = @to, version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`, args)
		if err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, a, "revise", done{title: "修改策划"})
	})
}
