package demo

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/plan"
	"portal/internal/procedure"
)

// ideas has two deputies propose something in November for the plan of a year, whose
// draft is begun; the plan goes on until a state. Where November is not here yet there
// is nothing.
func (p *planner) ideas(ctx context.Context, year int, begun time.Time, until procedure.State) error {
	on := begun
	if first := calendar.Day(year-1, time.November, 1); on.Before(first) {
		on = first
	}
	if on.After(calendar.On(p.end)) || on.Month() != time.November {
		return nil
	}
	p.on(on)
	light, err := p.propose(ctx, p.who["deputy"], plan.Idea{Year: year, Month: 12, Theme: "背街小巷照明情况视察", Kind: "inspection", Reason: "进站接待时群众多次反映路灯不亮"})
	if err != nil {
		return err
	}
	school, err := p.propose(ctx, p.who["leader"], plan.Idea{Year: year, Theme: "新建一所公办小学", Kind: "other", Reason: "片区学位紧张"})
	if err != nil || until == plan.Draft {
		return err
	}
	if err := p.adopt(ctx, light, year); err != nil || until == plan.Consulting || until == plan.Revising {
		return err
	}
	return p.s.Decline(ctx, p.who["staff"], school, "学校布点由市、街道统一规划，建议作为代表建议向市人大提出")
}

func (p *planner) propose(ctx context.Context, by access.Actor, i plan.Idea) (plan.Step, error) {
	id, err := p.s.Propose(ctx, by, fmt.Sprintf("demo-%d-%d", i.Year, by.DeputyID), i)
	return plan.Step{ID: id, Version: 1}, err
}

// adopt makes an item of the idea or, where the year before left one, puts it there.
func (p *planner) adopt(ctx context.Context, idea plan.Step, year int) error {
	const theme = "背街小巷照明情况视察"
	var item []int64
	err := p.c.DB.Read(ctx, operator, db.Values(&item, `SELECT id FROM plan_items WHERE street_id = @street AND plan_id = @plan AND theme = @theme LIMIT 1`,
		db.Args{"street": p.street.id, "plan": p.id, "theme": theme}))
	switch {
	case err != nil:
		return err
	case len(item) > 0:
		return p.s.Include(ctx, p.who["staff"], idea, item[0])
	}
	return p.s.Adopt(ctx, p.who["staff"], idea, plan.Item{Month: 12, Theme: theme, Kind: "inspection", Basis: plan.Duty, Owner: "城建环资小组组长", Output: "视察报告一份"})
}
