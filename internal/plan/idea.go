package plan

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// The states of an idea.
const (
	IdeaOpen     procedure.State = "open"
	IdeaAdopted  procedure.State = "adopted"
	IdeaDeclined procedure.State = "declined"
)

// Ideas is the way of what a deputy proposes for next year's plan (domain.md §3 e:
// Nov solicit; the weeks are a default).
var Ideas = procedure.Table{
	Title: "计划提议",
	States: []procedure.StateInfo{
		{State: IdeaOpen, Name: "待答复", Turn: "待工委办公室列入计划，或者说明理由"},
		{State: IdeaAdopted, Name: "已采纳", Ended: true},
		{State: IdeaDeclined, Name: "未采纳", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "adoption", Label: "列为计划条目", From: states(IdeaOpen), To: states(IdeaAdopted), Need: access.DraftPlan, Needs: "当年的计划在起草、修改；条目的内容"},
		{Name: "inclusion", Label: "并入已有条目", From: states(IdeaOpen), To: states(IdeaAdopted), Need: access.DraftPlan, Needs: "当年计划里的条目"},
		{Name: "declination", Label: "不采纳", From: states(IdeaOpen), To: states(IdeaDeclined), Need: access.DraftPlan, Needs: "理由", Grave: true},
	},
}

// Idea is what a deputy proposes.
type Idea struct {
	Year   int
	Month  int // 0: any time of the year
	Theme  string
	Kind   string // one of Kinds
	Reason string
}

func (i Idea) check() error {
	var bad fault.Fields
	if i.Month < 0 || i.Month > 12 {
		bad.Add("month", "请选择月份")
	}
	if i.Theme == "" {
		bad.Add("theme", "请填写工作内容")
	}
	if choice.Name(Kinds, i.Kind) == "" {
		bad.Add("kind", "请选择类型")
	}
	if i.Reason == "" {
		bad.Add("reason", "请填写理由")
	}
	return bad.Err()
}

// Window is when deputies are asked for ideas for the plan of a year.
type Window struct {
	Year        int
	From, Until time.Time // first and last day
}

// Open reports whether ideas are taken on a day.
func (w Window) Open(day time.Time) bool { return !day.Before(w.From) && !day.After(w.Until) }

// windowOn is the window that is open on a day, or else the next one.
func windowOn(day time.Time, month, days int) Window {
	for year := day.Year(); ; year++ {
		from := calendar.Day(year-1, time.Month(month), 1)
		w := Window{Year: year, From: from, Until: calendar.AddDays(from, days-1)}
		if !day.After(w.Until) {
			return w
		}
	}
}

// Window reads when the actor's street asks for ideas.
func (s *Store) Window(ctx context.Context, actor access.Actor) (Window, error) {
	var month, days int
	err := s.db.Read(ctx, actor, SolicitMonth.Query(&month, actor.StreetID), SolicitDays.Query(&days, actor.StreetID))
	return windowOn(s.today(), month, days), err
}

// Propose keeps an idea of the deputy who asks. The same key makes one. It needs
// ProposePlan, and complains about the fields year, month, theme, kind and reason.
func (s *Store) Propose(ctx context.Context, actor access.Actor, key string, i Idea) (id int64, err error) {
	defer fault.Wrap(&err, "propose for the plan of %d", i.Year)
	if !actor.May(access.ProposePlan) || actor.DeputyID == 0 {
		return 0, fault.Forbidden
	}
	if err := i.check(); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = db.Insert(ctx, tx, `
			INSERT INTO plan_ideas (street_id, year, deputy_id, month, theme, kind, reason, proposed_on, key)
			SELECT @street, @year, @deputy, nullif(@month::integer, 0), @theme, @kind, @reason, @on, @key
			WHERE (SELECT count(*) FROM plan_ideas WHERE street_id = @street AND deputy_id = @deputy AND year = @year AND key <> @key) < `+fmt.Sprint(MaxIdeas)+`
			ON CONFLICT (street_id, deputy_id, key) DO NOTHING
			RETURNING id`, db.Args{
			"street": actor.StreetID, "year": i.Year, "deputy": actor.DeputyID, "month": i.Month, "theme": i.Theme, "kind": i.Kind, "reason": i.Reason, "on": s.today(), "key": key,
		})
		if errors.Is(err, fault.NotFound) {
			return s.proposed(ctx, tx, actor, key, &id)
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: actor.StreetID, Kind: "plan_idea", ID: id, Action: "plan_idea.proposal", Title: fmt.Sprintf("对%d年度计划提议：%s", i.Year, i.Theme), Reason: i.Reason,
		})
	})
	return id, complaint(err)
}

// proposed finds the idea that a form sent before made.
func (s *Store) proposed(ctx context.Context, tx db.Tx, actor access.Actor, key string, id *int64) error {
	err := db.Do(ctx, tx, db.Value(id, `SELECT id FROM plan_ideas WHERE street_id = @street AND deputy_id = @deputy AND key = @key`,
		db.Args{"street": actor.StreetID, "deputy": actor.DeputyID, "key": key}))
	if errors.Is(err, fault.NotFound) {
		return fault.Fields{{Name: "theme", Text: fmt.Sprintf("一年最多提议 %d 项", MaxIdeas)}}
	}
	return err
}

// idea is one that a move holds until it commits.
type idea struct {
	ID       int64
	StreetID int64
	DeputyID int64
	Year     int
	Theme    string
	State    procedure.State
	Version  int
}

// answer makes one move of an idea: fn says which item it became, or why it did not,
// and what to say of it.
func (s *Store) answer(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, x idea) (item int64, why, said string, err error)) (err error) {
	defer fault.Wrap(&err, "%s of idea %d", name, step.ID)
	if !may(actor, Ideas.Move(name).Need) {
		return fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var x idea
		err := db.Do(ctx, tx, db.One(&x, `SELECT id, street_id, deputy_id, year, theme, state, version FROM plan_ideas WHERE id = @id FOR UPDATE`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case x.Version != step.Version:
			return fault.Stale
		case !Ideas.Allows(name, x.State):
			return fault.Fields{{Name: "state", Text: "这项提议" + Ideas.Info(x.State).Name + "，不能" + Ideas.Move(name).Label}}
		}
		item, why, said, err := fn(tx, x)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE plan_ideas
			SET item_id = nullif(@item::bigint, 0), declined_why = @why, answered_on = @on, answerer = @who, version = version + 1
			WHERE street_id = @street AND id = @id`, db.Args{"item": item, "why": why, "on": s.today(), "who": actor.Name, "street": x.StreetID, "id": x.ID})
		if err != nil {
			return err
		}
		return s.answered(ctx, tx, actor, name, x, said, why)
	})
	return complaint(err)
}

// answered notes the answer and tells the deputy.
func (s *Store) answered(ctx context.Context, tx db.Tx, actor access.Actor, name string, x idea, said, why string) error {
	err := audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: x.StreetID, Kind: "plan_idea", ID: x.ID, Action: "plan_idea." + name, Title: said, Reason: why,
	})
	if err != nil {
		return err
	}
	return notice.Send(ctx, tx, notice.Notice{
		At: s.now(), StreetID: x.StreetID, To: access.Deputy, DeputyID: x.DeputyID,
		Title: fmt.Sprintf("您对%d年度计划的提议%s：%s", x.Year, Ideas.Info(Ideas.Move(name).To[0]).Name, x.Theme), Link: fmt.Sprint("/plans/ideas/", x.ID),
	})
}

// Adopt makes an item of an idea, in the plan of its year, which is being drafted. It
// complains about the fields of an item.
func (s *Store) Adopt(ctx context.Context, actor access.Actor, step Step, i Item) error {
	if err := i.check(); err != nil {
		return err
	}
	return s.answer(ctx, actor, "adoption", step, func(tx db.Tx, x idea) (item int64, why, said string, err error) {
		p, err := s.drafting(ctx, tx, x)
		if err != nil {
			return 0, "", "", err
		}
		args := i.args()
		args["street"], args["plan"], args["key"] = p.StreetID, p.ID, fmt.Sprint("idea-", x.ID, "-", x.Version)
		item, err = db.Insert(ctx, tx, `
			INSERT INTO plan_items (street_id, plan_id, month, theme, kind, basis, matter_id, group_id, owner, output, key)
			SELECT @street, @plan, @month, @theme, @kind, @basis, nullif(@matter::bigint, 0), nullif(@group::bigint, 0), @owner, @output, @key
			WHERE (SELECT count(*) FROM plan_items WHERE street_id = @street AND plan_id = @plan) < `+fmt.Sprint(MaxItems)+`
			RETURNING id`, args)
		if errors.Is(err, fault.NotFound) {
			err = fault.Fields{{Name: "theme", Text: fmt.Sprintf("一份计划最多 %d 个条目", MaxItems)}}
		}
		if err == nil {
			err = s.record(ctx, tx, actor, p, "items", done{title: "采纳代表提议，增加条目：" + i.Theme})
		}
		return item, "", "采纳，列为条目：" + i.Theme, err
	})
}

// Include puts an idea under an item that the plan of its year has already. It
// complains about the field item.
func (s *Store) Include(ctx context.Context, actor access.Actor, step Step, item int64) error {
	return s.answer(ctx, actor, "inclusion", step, func(tx db.Tx, x idea) (int64, string, string, error) {
		p, err := s.drafting(ctx, tx, x)
		if err != nil {
			return 0, "", "", err
		}
		var theme string
		err = db.Do(ctx, tx, db.Value(&theme, `SELECT theme FROM plan_items WHERE street_id = @street AND plan_id = @plan AND id = @item`,
			db.Args{"street": p.StreetID, "plan": p.ID, "item": item}))
		if errors.Is(err, fault.NotFound) {
			err = fault.Fields{{Name: "item", Text: "请选择条目"}}
		}
		if err == nil {
			err = s.record(ctx, tx, actor, p, "items", done{title: "采纳代表提议，并入条目：" + theme})
		}
		return item, "", "采纳，并入条目：" + theme, err
	})
}

// Decline says why an idea does not come into the plan. It complains about the field
// why.
func (s *Store) Decline(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.answer(ctx, actor, "declination", step, func(db.Tx, idea) (int64, string, string, error) {
		if why == "" {
			return 0, "", "", fault.Fields{{Name: "why", Text: "请写明不采纳的理由"}}
		}
		return 0, why, "不采纳", nil
	})
}

// drafting locks the plan of the idea's year, whose items may be typed.
func (s *Store) drafting(ctx context.Context, tx db.Tx, x idea) (p locked, err error) {
	var id int64
	err = db.Do(ctx, tx, db.Value(&id, `SELECT id FROM plans WHERE street_id = @street AND year = @year`, db.Args{"street": x.StreetID, "year": x.Year}))
	if errors.Is(err, fault.NotFound) {
		return p, fault.Fields{{Name: "state", Text: fmt.Sprintf("还没有%d年度计划，请先起草", x.Year)}}
	}
	if err == nil {
		p, err = lock(ctx, tx, id)
	}
	if err == nil && !Typing(p.State) {
		err = tooLate(p, "增加条目")
	}
	return p, err
}
