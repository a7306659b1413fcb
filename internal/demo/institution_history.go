package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/institution"
)

// Titles of rules that others refer to.
const (
	ballotTitle    = "东城街道重大民生实事项目代表票选制工作实施方案"
	teamTitle      = "东城街道“四支队伍”管理办法"
	budgetTitle    = "莞城街道预算监督工作办法"
	receptionTitle = "南城街道代表进站接待实施细则"
	oldGroupTitle  = "南城街道代表小组活动暂行办法"
	groupTitle     = "南城街道代表小组活动办法"
	meetingTitle   = "万江街道工委主任会议议事细则"
	walkTitle      = "万江街道“行走街道”活动办法（试行）"
)

// histories are the streets' rules that are or were in force.
func (b *lawbook) histories(ctx context.Context, streets []*street) error {
	day := calendar.Day
	for _, r := range []rule{
		{
			street: "dongcheng", title: teamTitle, text: teamMethod, begun: day(2019, time.August, 5), until: institution.InForce, back: true,
			rests: map[int]ground{2: {"1", 6}, 4: {"voters", 4}},
		},
		{
			street: "nancheng", title: receptionTitle, text: receptionRules, begun: day(2019, time.August, 12), until: institution.InForce,
			rests: map[int]ground{2: {"voters", 2}, 3: {"voters", 4}, 4: {"voters", 3}},
		},
		{
			street: "wanjiang", title: meetingTitle, text: meetingRules, begun: day(2019, time.September, 2), until: institution.InForce,
			rests: map[int]ground{2: {"meeting", 2}, 4: {"meeting", 4}},
		},
		{
			street: "guancheng", title: budgetTitle, text: budgetMethod, begun: day(2019, time.September, 16), until: institution.InForce,
			rests: map[int]ground{2: {"1", 6}, 3: {"1", 9}, 5: {"1", 10}},
		},
		{
			street: "nancheng", title: oldGroupTitle, text: groupRules, begun: day(2019, time.October, 14), until: institution.InForce,
			rests: map[int]ground{2: {"groups", 3}},
		},
		{
			street: "dongcheng", title: ballotTitle, text: ballotScheme, begun: day(2019, time.November, 4), until: institution.InForce,
			rests: map[int]ground{3: {"1", 5}, 4: {"duties", 2}},
		},
		{
			street: "guancheng", title: "莞城街道“四支队伍”管理办法", text: strings.Replace(teamMethod, "每月走访", "每两周走访", 1), begun: day(2020, time.September, 7), until: institution.InForce,
			adopts: teamTitle, rests: map[int]ground{2: {"1", 6}},
		},
		{
			street: "nancheng", title: groupTitle, text: strings.Replace(groupRules, "每半年至少开展一次专题活动", "应当每季度至少开展一次专题活动", 1), begun: day(2021, time.March, 1),
			until: institution.InForce, replaces: oldGroupTitle, rests: map[int]ground{2: {"groups", 3}},
		},
		{
			street: "wanjiang", title: walkTitle, text: walkRules, begun: calendar.AddDays(b.c.Now, -700), until: institution.InForce, trial: calendar.AddDays(calendar.On(b.c.Now), 40),
			rests: map[int]ground{3: {"voters", 4}},
		},
	} {
		if err := b.make(ctx, streets, r); err != nil {
			return fmt.Errorf("%s: %w", r.title, err)
		}
	}
	// 莞城街道 revised its own after the first year.
	guancheng := bySlug(streets, "guancheng")
	b.now = clock(calendar.Day(2021, time.January, 11), 9, 0)
	err := b.revise(ctx, guancheng.who["staff"], b.own[budgetTitle], "总结2020年预算监督经验", strings.NewReplacer("每年组织一次", "每年预算编制前组织一次"))
	if err == nil {
		err = b.take(ctx, guancheng, b.own[budgetTitle], calendar.On(b.now), institution.InForce, time.Time{})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", budgetTitle, err)
	}
	for slug, marks := range map[string]map[string]map[int][]string{
		"nancheng":  {receptionTitle: {2: {"visit"}, 3: {"opinion"}}},
		"dongcheng": {teamTitle: {4: {"opinion"}}, ballotTitle: {5: nil}},
	} {
		if err := b.mark(ctx, bySlug(streets, slug).who["staff"], marks, b.own); err != nil {
			return err
		}
	}
	return nil
}

// land fills most of the matrix of streets and core rules.
func (b *lawbook) land(ctx context.Context, streets []*street) error {
	details := map[string]string{"nancheng voters": receptionTitle, "nancheng groups": oldGroupTitle, "wanjiang meeting": meetingTitle}
	gaps := map[string]bool{"nancheng director": true, "wanjiang groups": true, "guancheng director": true, "guancheng groups": true}
	for i, s := range streets {
		for j, core := range institution.Cores {
			cell := s.slug + " " + core.Key
			if gaps[cell] {
				continue
			}
			on := forward(calendar.Day(2019, time.July, 15), 3*i+2*j)
			n := institution.NewLanding{InstitutionID: b.city[core.Key], Status: "forwarded", On: on, Note: "已转发各社区和驻街道代表。"}
			if title := details[cell]; title != "" {
				on = calendar.Day(2019, time.December, 2+j)
				n.Status, n.On, n.Note, n.RuleID = "detailed", on, "", b.own[title]
			}
			if cell == "dongcheng duties" {
				n.Files = sheet("转发通知")
			}
			b.now = clock(on, 16, 0)
			if err := b.s.Land(ctx, s.who["staff"], 0, n); err != nil {
				return fmt.Errorf("%s: %w", cell, err)
			}
		}
	}
	return nil
}
