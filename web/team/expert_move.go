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
	"consent": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		c := a.consent()
		return a.Try(func() error { return s.AgreeTo(ctx, actor, a.step(), c) })
	},
	"review": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		note := a.reason("note", "审核意见", false)
		return a.Try(func() error { return s.Review(ctx, actor, a.step(), note) })
	},
	"refusal": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		why := a.reason("why", "理由", true)
		return a.Try(func() error { return s.Decline(ctx, actor, a.step(), why) })
	},
	"decision": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		d := team.Decision{On: a.Date("on", "会议日期", true), Chair: a.Row("chair", "主持人"), Present: a.count("present", "到会人数"), For: a.count("for", "赞成票数")}
		return a.Try(func() error { return s.Decide(ctx, actor, a.step(), d) })
	},
	"publicity": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		from := a.Date("from", "公示开始日期", true)
		return a.Try(func() error { return s.Publicise(ctx, actor, a.step(), from) })
	},
	"publicity-result": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		on := a.Word("outcome", "公示结果", "on", "off") == "on"
		result := a.reason("result", "公示情况", true)
		return a.Try(func() error { return s.EndPublicity(ctx, actor, a.step(), on, result) })
	},
	"certificate": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		from, until := a.Date("from_on", "聘期开始日期", false), a.Date("until_on", "聘期结束日期", false)
		return a.Try(func() error { return s.Certify(ctx, actor, a.step(), from, until) })
	},
	"renewal": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		who, on, c := a.Line("recommender", "推荐人或推荐单位", team.MaxLine, true), a.Date("on", "推荐日期", true), a.consent()
		return a.Try(func() error { return s.Renew(ctx, actor, a.step(), a.Value("key"), who, on, c) })
	},
	"dismissal": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		d := team.Dismissal{On: a.Date("on", "解聘日期", true), Why: a.Choice("why", "原因", team.DismissedWhy), Note: a.reason("note", "说明", false)}
		return a.Try(func() error { return s.Dismiss(ctx, actor, a.step(), d) })
	},
	"statement": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		st := team.Statement{Key: a.Value("key"), Units: a.lines("units", "回避的单位", team.MaxLine), Matters: a.lines("matters", "回避的事项", team.MaxLine)}
		if len(st.Units)+len(st.Matters) == 0 && a.Value("none") != "on" {
			a.Complain("none", "没有需要回避的，请勾选这一项")
		}
		return a.Try(func() error { return s.Declare(ctx, actor, a.ID, st) })
	},
	"work": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		w := team.Work{
			Key: a.Value("key"), Kind: a.Choice("kind", "类别", team.Kinds), On: a.Date("done_on", "日期", true), Subject: a.Line("subject", "事由", team.MaxLine, true),
			About: a.Line("about", "涉及的单位", team.MaxLine, false), Text: a.Text("text", "意见或说明", team.MaxText, false), Tenths: a.hours(),
		}
		return a.Try(func() error { return s.LogWork(ctx, actor, a.ID, w) })
	},
	"work-decision": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		ok := a.Word("ok", "是否确认", "yes", "no") == "yes"
		why := a.reason("why", "理由", !ok)
		return a.Try(func() error { return s.ConfirmWork(ctx, actor, a.ID, page.Int64(a.Value("work")), ok, why) })
	},
	"adoption": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		adoption := a.Choice("adoption", "采纳情况", team.Adoptions)
		why := a.reason("why", "理由", false)
		return a.Try(func() error { return s.Adopt(ctx, actor, a.ID, page.Int64(a.Value("work")), adoption, why) })
	},
}

func (a asked) consent() team.Consent {
	return team.Consent{
		Person: a.Date("person_consent", "本人同意日期", false), Unit: a.Date("unit_consent", "单位同意日期", false),
		NoUnit: a.Line("no_unit", "说明", team.MaxLine, false),
	}
}

// hours reads hours with at most one decimal, as tenths.
func (a asked) hours() int {
	var r text.Reader
	whole, part, _ := strings.Cut(r.Line("", a.Value("hours"), "", 10, false), ".")
	n, err := strconv.Atoi(whole)
	m := 0
	if err == nil && part != "" {
		m, err = strconv.Atoi(part)
	}
	if t := 10*n + m; err == nil && len(part) <= 1 && m >= 0 && n >= 0 && n <= 200 && 0 < t && t <= 2000 {
		return t
	}
	a.Complain("hours", "请填写用时，例如 2 或 1.5")
	return 0
}
