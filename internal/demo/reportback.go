package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/calendar"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/poll"
	"portal/internal/reportback"
)

// hearing is one session at which deputies report, and how far each of them comes:
// the last state of their report.
type hearing struct {
	day      time.Time
	deputies []int // of the street's
	fates    []string
	until    string // the last move of the session; "" for none
}

// hear plans the street's sessions: two of the story, and around today one in each
// state.
func (s *street) hear() {
	today := calendar.On(s.end)
	own := func(who string, otherwise int) int {
		if i := slices.IndexFunc(s.deputies, func(d person) bool { return d.id == s.who[who].DeputyID }); i >= 0 {
			return i
		}
		return otherwise
	}
	one, two := own("deputy", 0), own("leader", 1)
	var free []int // the others, in order
	for i := range s.deputies {
		if i != one && i != two {
			free = append(free, i)
		}
	}
	for _, x := range []hearing{
		{calendar.Day(2019, time.December, 18), free[0:2], []string{"archived", "archived"}, "closure"},
		{calendar.Day(2020, time.June, 18), free[2:3], []string{"archived"}, "closure"},
		{today.AddDate(0, 0, -24), free[3:6], []string{"published", "archived", "dropped"}, "closure"},
		{today, free[6:9], []string{"rating", "spoken", "written"}, "opening"},
		{today.AddDate(0, 0, 9), []int{one, two}, []string{"due", "written"}, "notice"},
		{today.AddDate(0, 0, 30), free[9:10], []string{"due"}, ""},
		{today.AddDate(0, 0, 3), free[10:11], []string{"dropped"}, "cancellation"},
	} {
		s.hearing(x)
	}
}

func (s *street) hearing(x hearing) {
	h := &hall{s: s, hearing: x, reports: reportback.NewStore(s.c.DB, file.NewStore(s.c.DB, s.Now), s.Now), polls: poll.NewStore(s.c.DB, s.Now), gatherings: gathering.NewStore(s.c.DB, s.Now)}
	s.at(clock(x.day.AddDate(0, 0, -15), 9, 10), h.plan)
	if x.until == "" {
		return
	}
	s.at(clock(x.day.AddDate(0, 0, -12), 9, 10), h.call)
	if x.until == "cancellation" {
		s.at(clock(x.day.AddDate(0, 0, -6), 10, 0), func(ctx context.Context) error {
			step, err := h.step(ctx)
			if err != nil {
				return err
			}
			return h.reports.Cancel(ctx, s.who["staff"], step, "场地临时维修，另行安排")
		})
		return
	}
	s.at(clock(x.day.AddDate(0, 0, -10), 20, 0), h.write)
	if x.until == "notice" {
		return
	}
	s.at(clock(x.day, 14, 40), h.open)
	for i := range x.deputies {
		s.at(clock(x.day, 15, 10+20*i), func(ctx context.Context) error { return h.report(ctx, i) })
	}
	if x.until != "closure" {
		return
	}
	s.at(clock(x.day, 17, 0), func(ctx context.Context) error {
		step, err := h.step(ctx)
		if err != nil {
			return err
		}
		return h.reports.Close(ctx, s.who["staff"], step)
	})
	for i, fate := range x.fates {
		if fate == "archived" {
			s.at(clock(x.day.AddDate(0, 0, 14), 10, i), func(ctx context.Context) error { return h.archive(ctx, i) })
		}
	}
}

// hall is a session while it is told.
type hall struct {
	hearing
	s          *street
	reports    *reportback.Store
	polls      *poll.Store
	gatherings *gathering.Store
	id         int64
	list       []int64 // the reports, in the order of deputies
}

func (h *hall) step(ctx context.Context) (reportback.Step, error) {
	x, err := h.reports.Session(ctx, h.s.who["staff"], h.id)
	return reportback.Step{ID: h.id, Version: x.Version}, err
}

// of is a step of one report.
func (h *hall) of(ctx context.Context, i int) (reportback.Step, reportback.Report, error) {
	r, err := h.reports.Report(ctx, h.s.who["staff"], h.list[i])
	return reportback.Step{ID: r.ID, Version: r.Version}, r, err
}

// voters of the district who come to hear.
var hearers = []string{"莫润娣", "黎柱明", "袁惠玲", "叶锦辉", "尹少芬", "卢伟强", "钟淑贞", "邓志坚", "香丽娟", "祁国雄"}

func (h *hall) plan(ctx context.Context) error {
	from := clock(h.day, 15, 0)
	n := reportback.New{
		Key: h.s.key("hearing"), Title: h.s.name + "代表述职会", District: h.s.name + "第一选区", Place: h.s.communities[0].name + "党群服务中心", StartsAt: from, EndsAt: from.Add(2 * time.Hour),
	}
	for _, d := range h.deputies {
		n.Deputies = append(n.Deputies, h.s.deputies[d].id)
	}
	id, err := h.reports.Plan(ctx, h.s.who["staff"], h.s.id, n)
	if err != nil {
		return err
	}
	h.id = id
	x, err := h.reports.Session(ctx, h.s.who["staff"], id)
	if err != nil {
		return err
	}
	for _, d := range n.Deputies {
		for _, r := range x.Reports {
			if r.DeputyID == d {
				h.list = append(h.list, r.ID)
			}
		}
	}
	return nil
}

func (h *hall) call(ctx context.Context) error {
	step, err := h.step(ctx)
	if err != nil {
		return err
	}
	var a reportback.Audience
	for _, name := range hearers {
		a.Guests = append(a.Guests, gathering.Guest{Name: name, Duty: h.s.communities[0].name})
	}
	if err := h.reports.Invite(ctx, h.s.who["staff"], step, a); err != nil {
		return err
	}
	step.Version++
	return h.reports.Notify(ctx, h.s.who["staff"], step)
}

func (h *hall) write(ctx context.Context) error {
	for i, fate := range h.fates {
		if fate == "due" || fate == "dropped" {
			continue
		}
		step, r, err := h.of(ctx, i)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("任职以来，我出席了历次代表大会会议，参加视察和调研 %d 次，到联络站接待群众 %d 次，提出代表建议 %d 件。\n还没有做到的：有的建议跟踪不够，走访老旧小区不够多。下一步按月到站接待，逐件跟踪。", 6+i, 9+2*i, 2+i)
		if err := h.reports.Write(ctx, h.s.as(h.deputies[i]), step, text); err != nil {
			return fmt.Errorf("report of %s: %w", r.Name, err)
		}
	}
	return nil
}

// open opens the door; all but one of the voters come.
func (h *hall) open(ctx context.Context) error {
	staff := h.s.who["staff"]
	step, err := h.step(ctx)
	if err == nil {
		err = h.reports.Open(ctx, staff, step)
	}
	if err != nil {
		return err
	}
	x, err := h.reports.Session(ctx, staff, h.id)
	if err != nil {
		return err
	}
	list, err := h.gatherings.Record(ctx, staff, x.GatheringID, gathering.Filter{})
	if err != nil {
		return err
	}
	var came []int64
	var missing []string // in hospital
	for i, fate := range h.fates {
		if fate == "dropped" {
			missing = append(missing, h.s.deputies[h.deputies[i]].name)
		}
	}
	for _, a := range list.People {
		if a.Name != hearers[len(hearers)-1] && !slices.Contains(missing, a.Name) {
			came = append(came, a.ID)
		}
	}
	_, err = h.gatherings.CheckIn(ctx, staff, x.GatheringID, came, time.Time{})
	return err
}

// report lets one deputy report as far as their fate goes.
func (h *hall) report(ctx context.Context, i int) error {
	staff, fate := h.s.who["staff"], h.fates[i]
	step, _, err := h.of(ctx, i)
	switch {
	case err != nil || fate == "written":
		return err
	case fate == "dropped":
		return h.reports.Miss(ctx, staff, step, "因病住院，已书面请假")
	}
	then := func(fn func(reportback.Step) error) {
		if err == nil {
			err = fn(step)
			step.Version++
		}
	}
	then(func(x reportback.Step) error { return h.reports.Speak(ctx, staff, x) })
	then(func(x reportback.Step) error {
		return h.reports.Ask(ctx, staff, x, reportback.Remark{Text: "加装电梯的建议办得怎么样了？", Author: hearers[i], Answer: "已有三幢开工，其余的在征求住户意见，我每月到现场看一次。"})
	})
	if fate == "spoken" {
		return err
	}
	then(func(x reportback.Step) error { return h.reports.Rate(ctx, staff, x) })
	if err == nil {
		err = h.rate(ctx, i, fate == "rating")
	}
	if fate == "rating" {
		return err
	}
	then(func(x reportback.Step) error { return h.reports.Publish(ctx, staff, x) })
	then(func(x reportback.Step) error {
		return h.reports.Note(ctx, staff, x, reportback.Remark{Text: "请多到城中村走一走，听听租户的意见。"})
	})
	return err
}

// rate casts the slips of who is there; while it is open some have not yet.
func (h *hall) rate(ctx context.Context, i int, open bool) error {
	staff := h.s.who["staff"]
	_, r, err := h.of(ctx, i)
	if err != nil {
		return err
	}
	rec, err := h.polls.Record(ctx, staff, r.Rating.ID)
	if err != nil {
		return err
	}
	var voters []int64
	for _, v := range rec.Voters {
		voters = append(voters, v.ID)
	}
	codes, err := h.polls.IssueSlips(ctx, staff, poll.Step{ID: rec.ID, Version: rec.Version}, voters)
	if err != nil {
		return err
	}
	if open {
		codes = codes[:4]
	}
	for n, code := range codes {
		option := poll.Satisfied
		if (n+i)%4 == 3 {
			option = poll.Basically
		}
		if err := h.polls.CastSlip(ctx, rec.ID, code, []string{option}); err != nil {
			return err
		}
	}
	return nil
}

// archive answers what voters think and ends the report.
func (h *hall) archive(ctx context.Context, i int) error {
	step, r, err := h.of(ctx, i)
	if err != nil {
		return err
	}
	for _, m := range r.Remarks {
		if m.AnsweredAt == nil {
			if err := h.reports.Answer(ctx, h.s.as(h.deputies[i]), step, m.ID, "谢谢您的意见。今后每季度走访一次城中村，走访情况在联络站张贴。"); err != nil {
				return err
			}
			step.Version++
		}
	}
	return h.reports.Archive(ctx, h.s.who["staff"], step)
}
