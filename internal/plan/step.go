package plan

import (
	"context"
	"fmt"
	"slices"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Step is which plan a move is about, and the version its maker was shown.
type Step struct {
	ID      int64
	Version int
}

// locked is a plan that a move holds for itself until it commits.
type locked struct {
	ID       int64
	StreetID int64
	Street   string
	Year     int
	State    procedure.State
	Version  int
}

func (p locked) title() string { return Title(p.Street, p.Year) }

// Title names a plan: 东城街道2020年度人大工作计划.
func Title(street string, year int) string {
	return fmt.Sprintf("%s%d年度人大工作计划", street, year)
}

// done is what a move has to say for the record.
type done struct {
	title, reason string
	detail        map[string]any
}

// together are moves of several people that do not touch each other's: they do not
// ask for the version that was shown.
var together = []string{"progress", "receipt"}

// may reports whether actor makes a move: by permission, or as the operator's shell,
// which loads the demonstration.
func may(actor access.Actor, need access.Permission) bool {
	return actor.May(need) || actor.Role == access.Operator
}

// move runs one move of the procedure in one transaction: permission, the version
// that was shown, the state, the rules in fn, the record.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, p locked) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of plan %d", name, step.ID)
	if !may(actor, Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		p, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case p.Version != step.Version && !slices.Contains(together, name):
			return fault.Stale
		case !Procedure.Allows(name, p.State):
			return tooLate(p, Procedure.Move(name).Label)
		}
		d, err := fn(tx, p)
		if err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, p, name, d)
	})
}

func tooLate(p locked, verb string) error {
	return fault.Fields{{Name: "state", Text: "计划现在是“" + Procedure.Info(p.State).Name + "”，不能" + verb}}
}

func lock(ctx context.Context, tx db.Tx, id int64) (p locked, err error) {
	return p, db.Do(ctx, tx, db.One(&p, `
		SELECT p.id, p.street_id, s.name AS street, p.year, p.state, p.version
		FROM plans p
		JOIN streets s ON s.id = p.street_id
		WHERE p.id = @id
		FOR UPDATE OF p`, db.Args{"id": id}))
}

// record notes that something was done with the plan, and counts its version on.
func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, p locked, name string, d done) error {
	n, err := db.Exec(ctx, tx, `
		UPDATE plans
		SET version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": p.StreetID, "id": p.ID})
	if err == nil && n != 1 {
		err = fault.NotFound
	}
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: p.StreetID, Kind: "plan", ID: p.ID, Action: "plan." + name, Title: d.title, Reason: d.reason, Detail: d.detail,
	})
}

// to moves p to a state; set are further columns of it, a constant of the code.
func (s *Store) to(ctx context.Context, tx db.Tx, p locked, state procedure.State, set string, args db.Args) error {
	all := db.Args{"state": string(state), "street": p.StreetID, "id": p.ID}
	for k, v := range args {
		all[k] = v
	}
	if set != "" {
		set = ", " + set
	}
	_, err := db.Exec(ctx, tx, `UPDATE plans SET state = @state`+set+` WHERE street_id = @street AND id = @id`, all)
	return err
}

// tell sends a notice about the plan.
func (s *Store) tell(ctx context.Context, tx db.Tx, p locked, title string, to ...access.Role) error {
	for _, role := range to {
		err := notice.Send(ctx, tx, notice.Notice{
			At: s.now(), StreetID: p.StreetID, To: role, Title: title + "：" + p.title(), Link: fmt.Sprintf("/plans/%d", p.ID),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// allot numbers a paper of the street about the plan.
func (s *Store) allot(ctx context.Context, tx db.Tx, actor access.Actor, p locked, kind document.Kind, title string) (string, error) {
	return document.Allot(ctx, tx, actor, document.Issue{
		At: s.now(), Street: p.StreetID, Kind: kind, Subject: "plan", SubjectID: p.ID, Title: title, SignedOn: s.today(),
	})
}

// broken are the rules of the schema that people can run into, as they read.
var broken = map[string]fault.Field{
	"plans_consults_on_items":           {Name: "state", Text: "计划还没有条目，请先列条目"},
	"plans_consulted_first":             {Name: "state", Text: "街道党工委还没有书面意见，不能提请审议"},
	"plans_answered_first":              {Name: "state", Text: "党工委的意见还没有逐条说明采纳情况"},
	"plans_changes_decided_first":       {Name: "state", Text: "还有没审议的改动，请先登记审议结果，或者撤回改动"},
	"plans_issued_by_director":          {Name: "state", Text: "由在任的工委主任，或者主任书面委托签署的人办理"},
	"plan_items_supervision_authorised": {Name: "basis", Text: "监督类的条目要有市人大常委会授权；还没有授权的，选择“拟请示授权”"},
	"plan_matter_of_street":             {Name: "matter", Text: "请选择授权给本街道的事项"},
	"plan_items_group":                  {Name: "group", Text: "请选择本街道的代表小组"},
	"plan_changes_group":                {Name: "group", Text: "请选择本街道的代表小组"},
	"plan_changes_one_of_an_item":       {Name: "item", Text: "这一条已经有没审议的改动，请先撤回那一项"},
	"plan_changes_fixed":                {Name: "item", Text: "请选择计划里的条目"},
	"plan_progress_in_turn":             {Name: "item", Text: "请选择正在执行的条目"},
	"plans_ideas_answered_first":        {Name: "state", Text: "还有代表的提议没有答复，请先列入计划，或者说明不采纳的理由"},
	"plan_ideas_in_time":                {Name: "year", Text: "现在不在这一年计划的征集期，或者计划已经提请审议"},
	"plan_ideas_in_office":              {Name: "year", Text: "任职期间才能提议"},
	"plan_ideas_of_year":                {Name: "item", Text: "请选择当年计划里的条目"},
	"plan_decisions_chair":              {Name: "chair", Text: "请选择主持人"},
	"only_in_post":                      {Name: "state", Text: "签署的人当天没有担任本街道工委职务，或者不是本人"},
}

// complaint turns a broken rule of the schema into a sentence.
func complaint(err error) error {
	for name, f := range broken {
		if db.Violates(err, name) {
			return fault.Fields{f}
		}
	}
	return err
}
