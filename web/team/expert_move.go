package team

import (
	"context"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/team"
	"portal/internal/text"
	"portal/web/page"
)

// expertActs are what the moves on an expert's page do. A test finds a move that is
// not here.
var expertActs = map[string]act{
	"consent": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		c := a.consent()
		return a.try(func() error { return s.AgreeTo(ctx, actor, a.step, c) })
	},
	"review": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		note := a.text("note", "审核意见", team.MaxReason, false)
		return a.try(func() error { return s.Review(ctx, actor, a.step, note) })
	},
	"refusal": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		why := a.text("why", "理由", team.MaxReason, true)
		return a.try(func() error { return s.Decline(ctx, actor, a.step, why) })
	},
	"decision": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		d := team.Decision{On: a.date("on", "会议日期", true), Chair: page.Int64(a.value("chair")), Present: a.count("present", "到会人数"), For: a.count("for", "赞成票数")}
		if d.Chair == 0 {
			a.read.Bad.Add(a.field("chair"), "请选择主持人")
		}
		return a.try(func() error { return s.Decide(ctx, actor, a.step, d) })
	},
	"publicity": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		from := a.date("from", "公示开始日期", true)
		return a.try(func() error { return s.Publicise(ctx, actor, a.step, from) })
	},
	"publicity-result": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		on := a.read.Choice(a.field("outcome"), a.value("outcome"), "公示结果", "on", "off") == "on"
		result := a.text("result", "公示情况", team.MaxReason, true)
		return a.try(func() error { return s.EndPublicity(ctx, actor, a.step, on, result) })
	},
	"certificate": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		from, until := a.date("from_on", "聘期开始日期", false), a.date("until_on", "聘期结束日期", false)
		return a.try(func() error { return s.Certify(ctx, actor, a.step, from, until) })
	},
	"renewal": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		who, on, c := a.line("recommender", "推荐人或推荐单位", team.MaxLine, true), a.date("on", "推荐日期", true), a.consent()
		return a.try(func() error { return s.Renew(ctx, actor, a.step, a.values.Get("renewal-key"), who, on, c) })
	},
	"dismissal": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		d := team.Dismissal{On: a.date("on", "解聘日期", true), Why: a.choice("why", "原因", team.DismissedWhy), Note: a.text("note", "说明", team.MaxReason, false)}
		return a.try(func() error { return s.Dismiss(ctx, actor, a.step, d) })
	},
	"statement": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		st := team.Statement{Key: a.value("key"), Units: a.lines("units", "回避的单位", team.MaxLine), Matters: a.lines("matters", "回避的事项", team.MaxLine)}
		if len(st.Units)+len(st.Matters) == 0 && a.value("none") != "on" {
			a.read.Bad.Add(a.field("none"), "没有需要回避的，请勾选这一项")
		}
		return a.try(func() error { return s.Declare(ctx, actor, a.step.ID, st) })
	},
	"work": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		w := team.Work{
			Key: a.value("key"), Kind: a.choice("kind", "类别", team.Kinds), On: a.date("done_on", "日期", true), Subject: a.line("subject", "事由", team.MaxLine, true),
			About: a.line("about", "涉及的单位", team.MaxLine, false), Text: a.text("text", "意见或说明", team.MaxText, false), Tenths: a.hours(),
		}
		return a.try(func() error { return s.LogWork(ctx, actor, a.step.ID, w) })
	},
	"work-decision": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		ok := a.read.Choice(a.field("ok"), a.value("ok"), "是否确认", "yes", "no") == "yes"
		why := a.text("why", "理由", team.MaxReason, !ok)
		return a.try(func() error { return s.ConfirmWork(ctx, actor, a.step.ID, page.Int64(a.value("work")), ok, why) })
	},
	"adoption": func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error {
		adoption := a.choice("adoption", "采纳情况", team.Adoptions)
		why := a.text("why", "理由", team.MaxReason, false)
		return a.try(func() error { return s.Adopt(ctx, actor, a.step.ID, page.Int64(a.value("work")), adoption, why) })
	},
}

func (a *asked) consent() team.Consent {
	return team.Consent{
		Person: a.date("person_consent", "本人同意日期", false), Unit: a.date("unit_consent", "单位同意日期", false),
		NoUnit: a.line("no_unit", "说明", team.MaxLine, false),
	}
}

// hours reads hours with at most one decimal, as tenths.
func (a *asked) hours() int {
	var r text.Reader
	whole, part, _ := strings.Cut(r.Line("", a.value("hours"), "", 10, false), ".")
	n, err := strconv.Atoi(whole)
	m := 0
	if err == nil && part != "" {
		m, err = strconv.Atoi(part)
	}
	if t := 10*n + m; err == nil && len(part) <= 1 && m >= 0 && n >= 0 && n <= 200 && 0 < t && t <= 2000 {
		return t
	}
	a.read.Bad.Add(a.field("hours"), "请填写用时，例如 2 或 1.5")
	return 0
}
