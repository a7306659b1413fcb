package activity

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/plan"
	"portal/internal/procedure"
)

// Step is which activity a move is about, and the version its maker was shown.
type Step struct {
	ID      int64
	Version int
}

// locked is an activity that a move holds for itself until it commits.
type locked struct {
	ID           int64
	StreetID     int64
	Kind         string
	Title        string
	Place        string
	State        procedure.State
	Version      int
	GroupID      int64
	GatheringID  int64
	Supervises   bool
	Subject      string
	UnitID       int64
	ActID        int64
	PlanItemID   int64
	Concentrated bool
	HeldOn       time.Time
	StartsAt     time.Time
	EndsAt       time.Time
	ForwardedOn  *time.Time
}

// done is what a move has to say for the record.
type done struct {
	title, reason string
	detail        map[string]any
}

// move runs one move of the procedure in one transaction: permission, the version
// that was shown, the state, the rules in fn, the record.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, a locked) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of activity %d", name, step.ID)
	if !actor.May(Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		a, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case a.Version != step.Version:
			return fault.Stale
		case !Procedure.Allows(name, a.State):
			return tooLate(a.State, name)
		}
		if err := s.set(ctx, tx, a, `version = version + 1, modified_at = @now`, db.Args{"now": s.now()}); err != nil {
			return err
		}
		d, err := fn(tx, a)
		if err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, a, name, d)
	})
}

func tooLate(state procedure.State, name string) error {
	return fault.Fields{{Name: "state", Text: fmt.Sprintf("这次活动现在是“%s”，不能%s", Procedure.Info(state).Name, Procedure.Move(name).Label)}}
}

// lock holds an activity. Whose list, answer or act of supervision a move is about is
// held after it.
func lock(ctx context.Context, tx db.Tx, id int64) (a locked, err error) {
	return a, db.Do(ctx, tx, db.One(&a, `
		SELECT id, street_id, kind, title, place, state, version, coalesce(group_id, 0) AS group_id, coalesce(gathering_id, 0) AS gathering_id, supervises, subject,
		       coalesce(unit_id, 0) AS unit_id, coalesce(act_id, 0) AS act_id, coalesce(plan_item_id, 0) AS plan_item_id, concentrated, held_on, starts_at, ends_at, forwarded_on
		FROM activities
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": id}))
}

// set changes columns of a. what is a constant of the code.
func (s *Store) set(ctx context.Context, tx db.Tx, a locked, what string, args db.Args) error {
	args["street"], args["id"] = a.StreetID, a.ID
	n, err := db.Exec(ctx, tx, `UPDATE activities SET `+what+` WHERE street_id = @street AND id = @id`, args)
	if err == nil && n != 1 {
		err = fault.NotFound
	}
	return err
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, a locked, name string, d done) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: a.StreetID, Kind: "activity", ID: a.ID, Action: "activity." + name, Title: d.title, Reason: d.reason, Detail: d.detail,
	})
}

func (s *Store) tell(ctx context.Context, tx db.Tx, a locked, title string, to ...access.Role) error {
	for _, role := range to {
		err := notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: a.StreetID, To: role, Title: title + "：" + a.Title, Link: "/activities/" + itoa(a.ID)})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellUnit tells a unit, or the dispatch office where the unit is that.
func (s *Store) tellUnit(ctx context.Context, tx db.Tx, a locked, unit int64, title string) error {
	var kind string
	err := db.Do(ctx, tx, db.Value(&kind, `SELECT kind FROM units WHERE street_id = @street AND id = @unit`, db.Args{"street": a.StreetID, "unit": unit}))
	if err != nil {
		return err
	}
	n := notice.Notice{At: s.now(), StreetID: a.StreetID, To: access.Unit, UnitID: unit, Title: title + "：" + a.Title, Link: "/activities/" + itoa(a.ID)}
	if kind == "dispatch" {
		n.To = access.OfficeDispatch
	}
	return notice.Send(ctx, tx, n)
}

// broken are the rules of the schema that people can run into, as they read.
var broken = map[string]fault.Field{
	"activities_need_authority":             {Name: "mandate", Text: "没有有效的授权覆盖这次活动，不能开展。监督须经市人大常委会授权"},
	"activities_partners_of_city":           {Name: "partners", Text: "联合开展的街道要是本市的街道"},
	"activities_part_of_week":               {Name: "parent", Text: "要在活动周的日期以内，活动周没有取消"},
	"activities_with_gathering":             {Name: "state", Text: "名单和签到的状态不一致，请先到“名单和签到”办理"},
	"activities_answered_by_all":            {Name: "state", Text: "还有单位没有反馈，请等待反馈，或者注明没有反馈的理由"},
	"activities_reported_and_forwarded":     {Name: "unforwarded_why", Text: "视察、调研、评议、执法检查要形成报告并转交有关单位；不转交的请写明理由"},
	"activity_forwardings_answered_once":    {Name: "state", Text: "已经反馈，不能再改"},
	"activity_forwardings_over":             {Name: "state", Text: "活动已经归档"},
	"activity_forwardings_unit_once":        {Name: "units", Text: "每个单位只转交一次"},
	"activity_statements_pkey":              {Name: "state", Text: "已经报送单位汇报"},
	"activity_statements_in_time":           {Name: "state", Text: "现在不能报送单位汇报"},
	"activities_rated_first":                {Name: "state", Text: unrated},
	"activities_end_after_start":            {Name: "ends_at", Text: "结束时间要在开始时间之后，最长 31 天"},
	"activities_themes_short":               {Name: "themes", Text: "主题太长"},
	"activities_no_own_part":                {Name: "parent", Text: "活动周不能属于另一个活动周"},
	"activities_unit":                       {Name: "unit", Text: "请选择本街道的单位"},
	"activities_group":                      {Name: "group", Text: "请选择本街道的小组"},
	"gatherings_group":                      {Name: "group", Text: "请选择本街道的小组"},
	"activity_forwardings_unit":             {Name: "units", Text: "请选择本街道的单位"},
	"mandate_acts_street_id_unit_id_fkey":   {Name: "unit", Text: "请选择本街道的单位"},
	"activity_forwardings_of_reports":       {Name: "state", Text: "由主任、副主任签发转交"},
	"activity_forwardings_rectified":        {Name: "state", Text: "先报送整改方案，再报送整改报告"},
	"activity_findings_text":                {Name: "findings", Text: fmt.Sprintf("每条不能超过 %d 个字", MaxFinding)},
	"activities_concentrated":               {Name: "concentrated", Text: "只有视察可以是集中视察"},
	"activities_rescheduled_in_time":        {Name: "state", Text: "现在不能改期"},
	"activity_forwardings_sent_first":       {Name: "state", Text: "先转交，再登记反馈"},
	"activities_supervision_kinds":          {Name: "kind", Text: "工作评议和执法检查是监督活动"},
	"activity_forwardings_waived_by_whom":   {Name: "state", Text: "由工委注明"},
	"activity_statements_by_whom":           {Name: "state", Text: "单位在平台报送，书面的由工委办公室登记"},
	"activity_forwardings_answered_by_whom": {Name: "state", Text: "单位在平台反馈，书面的由工委办公室登记"},
}

// complaint turns a broken rule of the schema into a sentence.
func complaint(err error) error {
	for name, f := range broken {
		if db.Violates(err, name) {
			return fault.Fields{f}
		}
	}
	return committee.PostFault(plan.Refused(err), "")
}

// reasoned complains about a reason that is missing or too long.
func reasoned(name, label, why string) error {
	switch n := len([]rune(why)); {
	case n == 0:
		return fault.Fields{{Name: name, Text: "请填写" + label}}
	case n > MaxReason:
		return fault.Fields{{Name: name, Text: fmt.Sprintf("%s不能超过 %d 个字", label, MaxReason)}}
	}
	return nil
}

// written complains about a text that is missing or too long.
func written(name, label, text string, most int) error {
	switch n := len([]rune(text)); {
	case n == 0:
		return fault.Fields{{Name: name, Text: "请填写" + label}}
	case n > most:
		return fault.Fields{{Name: name, Text: fmt.Sprintf("%s不能超过 %d 个字", label, most)}}
	}
	return nil
}
