package demo

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/plan"
	"portal/internal/procedure"
)

// planner makes the annual plans of a street, with a clock of its own.
type planner struct {
	*street
	s   *plan.Store
	now time.Time
	id  int64
}

// planYears has the street plan 2019 and 2020, last year, this year and the next. Every
// state of the procedure is left in one street at least.
func (s *street) planYears(ctx context.Context) error {
	p := &planner{street: s}
	clock := func() time.Time { return p.now }
	p.s = plan.NewStore(s.c.DB, file.NewStore(s.c.DB, clock), clock)
	year := calendar.On(s.end).Year()
	i := s.index()
	last := [4]procedure.State{plan.Archived, plan.Archived, plan.Archived, plan.Concluded}
	recent := [4]procedure.State{plan.Archived, plan.Concluded, plan.Summarising, plan.Archived}
	this := [4]procedure.State{plan.Executing, plan.Adjusting, plan.Filed, plan.Passed}
	coming := [4]procedure.State{plan.Draft, plan.Consulting, plan.Deliberating, plan.Revising}
	day := calendar.Day
	for _, y := range []struct {
		year  int
		begun time.Time // the draft; the steps follow
		until procedure.State
		items []plan.Item
		copy  bool
	}{
		{2019, day(2019, time.July, 25), plan.Archived, planned[6:], false},
		{2020, day(2019, time.November, 20), last[i], planned, false},
		{year - 1, day(year-2, time.November, 20), recent[i], planned, false},
		{year, day(year-1, time.November, 20), this[i], nil, true},
		{year + 1, calendar.AddDays(s.end, -21), coming[i], nil, true},
	} {
		if err := p.year(ctx, y.year, y.begun, y.until, y.items, y.copy); err != nil {
			return fmt.Errorf("plan %d: %w", y.year, err)
		}
	}
	return nil
}

// planned is what a year holds.
var planned = []plan.Item{
	{Month: 1, Theme: "工委主任会议：总结上一年、通过本年计划", Kind: "meeting", Basis: plan.Duty, Owner: "工委主任", Output: "会议纪要一份"},
	{Month: 2, Theme: "节后行走街道，查安全隐患", Kind: "walk", Basis: plan.Duty, Owner: "各代表小组组长", Output: "问题清单一份，转街道办处理"},
	{Month: 3, Theme: "代表联系企业，了解复工复产", Kind: "enterprise", Basis: plan.Duty, Owner: "工委副主任", Output: "走访企业不少于 20 家"},
	{Month: 4, Theme: "城中村消防安全视察", Kind: "inspection", Basis: plan.Duty, Owner: "工委副主任", Output: "视察报告一份"},
	{Month: 5, Theme: "群众关心的民生事专题调研", Kind: "study", Basis: plan.Duty, Owner: "教科文卫小组组长", Output: "调研报告一份，报市人大常委会"},
	{Month: 6, Theme: "代表接待日和履职能力培训", Kind: "training", Basis: plan.Duty, Owner: "工委办公室", Output: "培训一期，学时计入台账"},
	{Month: 7, Theme: "河涌水污染治理视察", Kind: "inspection", Basis: plan.Duty, Owner: "城建环资小组组长", Output: "视察报告一份"},
	{Month: 8, Theme: "街道预算执行情况监督", Kind: "budget", Basis: plan.Request, Owner: "财经小组组长", Output: "审查意见一份，报市人大常委会"},
	{Month: 9, Theme: "代表进站接待群众", Kind: "liaison", Basis: plan.Duty, Owner: "各联络站站长", Output: "每名代表至少进站一次"},
	{Month: 10, Theme: "有关部门的工作评议", Kind: "appraisal", Basis: plan.Request, Owner: "工委主任", Output: "评议意见和整改清单"},
	{Month: 11, Theme: "人大活动周", Kind: "week", Basis: plan.Duty, Owner: "工委办公室", Output: "活动简报一份"},
	{Month: 12, Theme: "选民代表会议", Kind: "voters_meeting", Basis: plan.Duty, Owner: "工委主任", Output: "会议纪要一份"},
}

// on sets the clock: nothing happens after the end.
func (p *planner) on(day time.Time) {
	p.now = clock(calendar.On(day), 10, 0)
	if p.now.After(p.end) {
		p.now = p.end
	}
}

// do makes one move with the version that the plan has now: nobody else works on it.
func (p *planner) do(ctx context.Context, move func(plan.Step) error) error {
	step := plan.Step{ID: p.id}
	err := p.c.DB.Read(ctx, operator, db.Value(&step.Version, `SELECT version FROM plans WHERE id = @id`, db.Args{"id": p.id}))
	if err == nil {
		err = move(step)
	}
	return err
}

// year takes a plan as far as it goes.
func (p *planner) year(ctx context.Context, year int, begun time.Time, until procedure.State, items []plan.Item, again bool) (err error) {
	staff := p.who["staff"]
	p.on(begun)
	p.id, err = p.s.Draft(ctx, staff, plan.New{
		Key: p.key("plan"), Year: year, Copy: again, Preamble: "围绕市人大常委会和街道党工委的中心工作，依法联系代表和群众，开展市人大常委会授权交办的工作。",
	})
	for i, it := range items {
		if err == nil {
			err = p.s.Add(ctx, staff, p.id, fmt.Sprint("demo-", i), it, "")
		}
	}
	if err == nil && year > 2020 {
		err = p.ideas(ctx, year, begun, until)
	}
	if err != nil || until == plan.Draft {
		return err
	}
	p.on(calendar.AddDays(begun, 3))
	if err := p.do(ctx, func(st plan.Step) error { return p.s.Consult(ctx, staff, st) }); err != nil || until == plan.Consulting {
		return err
	}
	if err := p.consulted(ctx, calendar.AddDays(begun, 10), until == plan.Revising); err != nil || until == plan.Revising {
		return err
	}
	p.on(calendar.AddDays(begun, 12))
	if err := p.do(ctx, func(st plan.Step) error { return p.s.Submit(ctx, staff, st) }); err != nil || until == plan.Deliberating {
		return err
	}
	if err := p.decide(ctx, calendar.AddDays(begun, 18), p.s.Deliberate); err != nil || until == plan.Passed {
		return err
	}
	p.on(calendar.AddDays(begun, 20))
	if err := p.do(ctx, func(st plan.Step) error { return p.s.File(ctx, staff, st) }); err != nil || until == plan.Filed {
		return err
	}
	p.on(calendar.AddDays(begun, 22))
	if err := p.do(ctx, func(st plan.Step) error { return p.s.Receive(ctx, p.who["city-office"], st, "已收文。") }); err != nil {
		return err
	}
	p.on(calendar.AddDays(begun, 25))
	if err := p.do(ctx, func(st plan.Step) error { return p.s.Issue(ctx, p.who["director"], st) }); err != nil {
		return err
	}
	return p.carryOut(ctx, year, until)
}

// consulted is the answer of the Party working committee, and what became of it.
func (p *planner) consulted(ctx context.Context, on time.Time, unanswered bool) error {
	p.on(on)
	err := p.do(ctx, func(st plan.Step) error {
		return p.s.Advise(ctx, p.who["party"], st, plan.Opinion{
			DatedOn: calendar.On(p.now), Text: "总体同意，提两点意见。", Points: []string{"突出民生实事，增加养老、消防方面的内容", "代表活动避开防汛和节假日"},
		})
	})
	if err != nil {
		return err
	}
	rec, err := p.s.Record(ctx, p.who["staff"], p.id)
	for i, point := range rec.Unanswered() {
		answer, why := "adopted", "已在 4 月、5 月的条目里写明"
		if i == 1 {
			answer, why = "partly", "11 月的活动周时间由市里统一确定"
		}
		if err == nil && !(unanswered && i == 1) {
			err = p.do(ctx, func(st plan.Step) error { return p.s.Answer(ctx, p.who["staff"], st, point.ID, answer, why) })
		}
	}
	return err
}

// decide is a directors' meeting on a day, in which one member is missing.
func (p *planner) decide(ctx context.Context, on time.Time, move func(context.Context, access.Actor, plan.Step, plan.Meeting) error) error {
	p.on(on)
	var posts []committee.PostLine
	if err := p.c.DB.Read(ctx, operator, committee.InPost(&posts, p.street.id, calendar.On(p.now))); err != nil {
		return err
	}
	n := len(posts)
	return p.do(ctx, func(st plan.Step) error {
		return move(ctx, p.who["staff"], st, plan.Meeting{MetOn: calendar.On(p.now), ChairID: posts[0].ID, Present: n - 1, For: n - 1, Verdict: "passed"})
	})
}

// carryOut reports the progress of the months that are over, changes the plan in the
// middle of the year, and sums it up.
func (p *planner) carryOut(ctx context.Context, year int, until procedure.State) error {
	rec, err := p.s.Record(ctx, p.who["staff"], p.id)
	if err != nil {
		return err
	}
	for i, it := range rec.Items {
		end := calendar.AddDays(calendar.AddMonths(calendar.Day(year, time.Month(it.Month), 1), 1), -1)
		if end.After(calendar.On(p.end)) || until == plan.Executing && i == len(rec.Items)-1 {
			break
		}
		status, note := plan.Done, "已按计划完成，成果已归档"
		switch {
		case year == 2020 && it.Month == 2:
			status, note = plan.Delayed, "受疫情影响推迟"
		case calendar.DaysBetween(end, calendar.On(p.end)) < 40:
			status, note = plan.Going, "正在进行，下月完成"
		}
		p.on(end)
		err := p.do(ctx, func(st plan.Step) error {
			return p.s.Report(ctx, p.who["staff"], st, plan.Progress{ItemID: it.ID, Month: it.Month, Status: status, Note: note})
		})
		if err != nil {
			return err
		}
	}
	if err := p.change(ctx, year, rec.Items, until); err != nil || until == plan.Executing || until == plan.Adjusting {
		return err
	}
	return p.conclude(ctx, year, until)
}

// change alters the plan: in 2020 because of the epidemic, this year ten days ago.
func (p *planner) change(ctx context.Context, year int, items []plan.Line, until procedure.State) error {
	why, on := "市人大常委会部署专项工作，需要相应调整", calendar.AddDays(p.end, -10)
	switch {
	case year == 2020:
		why, on = "受疫情影响，上半年的集中活动改为分散走访", calendar.Day(2020, time.May, 12)
	case until != plan.Executing && until != plan.Adjusting:
		return nil
	}
	staff := p.who["staff"]
	p.on(on)
	if err := p.do(ctx, func(st plan.Step) error { return p.s.Adjust(ctx, staff, st, why) }); err != nil {
		return err
	}
	later := items[9]
	later.Month = 11
	if err := p.s.Alter(ctx, staff, p.id, plan.Step{ID: later.ID, Version: later.Version}, later.Item(), "与人大活动周合并进行", "demo-later"); err != nil {
		return err
	}
	fresh := plan.Item{Month: 12, Theme: "电动自行车充电设施专题调研", Kind: "study", Basis: plan.Duty, Owner: "城建环资小组组长", Output: "调研报告一份"}
	if err := p.s.Add(ctx, staff, p.id, "demo-fresh", fresh, "群众反映集中"); err != nil {
		return err
	}
	if until == plan.Adjusting {
		return nil
	}
	if year == 2020 {
		if err := p.do(ctx, func(st plan.Step) error {
			return p.s.Drop(ctx, staff, st, items[5].ID, "集中培训改为线上自学")
		}); err != nil {
			return err
		}
	}
	if err := p.decide(ctx, calendar.AddDays(on, 6), p.s.Decide); err != nil {
		return err
	}
	p.on(calendar.AddDays(on, 8))
	return p.do(ctx, func(st plan.Step) error { return p.s.Refile(ctx, staff, st) })
}

// conclude sums the year up, as far as it goes.
func (p *planner) conclude(ctx context.Context, year int, until procedure.State) error {
	p.on(calendar.Day(year, time.December, 25))
	if err := p.do(ctx, func(st plan.Step) error { return p.s.Summarise(ctx, p.who["staff"], st) }); err != nil || until == plan.Summarising {
		return err
	}
	p.on(calendar.Day(year, time.December, 29))
	if err := p.do(ctx, func(st plan.Step) error { return p.s.Conclude(ctx, p.who["director"], st) }); err != nil || until == plan.Concluded {
		return err
	}
	p.on(calendar.Day(year, time.December, 31))
	return p.do(ctx, func(st plan.Step) error { return p.s.Archive(ctx, p.who["staff"], st, "permanent") })
}

// inPlan is the item of the year's plan that an activity of a kind on a day carries
// out, the nearest of its kind; otherwise where there is none. What deputies proposed
// is about something else.
func (s *street) inPlan(ctx context.Context, kind string, on time.Time, otherwise plan.Link) (plan.Link, error) {
	var items []int64
	err := s.c.DB.Read(ctx, operator, db.Values(&items, `
		SELECT i.id
		FROM plan_items i
		JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id
		WHERE i.street_id = @street AND p.year = @year AND p.passed_on IS NOT NULL AND NOT i.dropped AND i.kind = @kind
		  AND NOT EXISTS (SELECT FROM plan_ideas d WHERE d.street_id = i.street_id AND d.item_id = i.id)
		ORDER BY abs(i.month - @month), i.id
		LIMIT 1`, db.Args{"street": s.id, "year": on.Year(), "month": int(on.Month()), "kind": kind}))
	if err != nil || len(items) == 0 {
		return otherwise, err
	}
	return plan.Link{ItemID: items[0]}, nil
}
