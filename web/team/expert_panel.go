package team

import (
	"slices"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/team"
	"portal/web/page"
	"portal/web/ui"
)

// expertSays are what the moves bring about, where that is not plain.
var expertSays = map[string]string{
	"review":           "审核通过后，提交工委主任会议审定。",
	"refusal":          "不予聘任后，这次推荐即告结束；以后可以再次推荐。",
	"decision":         "审定结果登记后不能修改。赞成票超过应到人数一半的为通过，没有超过的这次推荐即告结束。应到人数按会议当天在任的组成人员计算。",
	"publicity":        "公示不是必经程序。截止日期按工作日推算，期满后登记公示结果，再签发聘书。",
	"publicity-result": "没有异议的，接着签发聘书；有异议不予聘任的，这次推荐即告结束。",
	"certificate":      "签发后给出聘书编号，专家即在聘期内在聘、计入统计；编号、聘期和姓名不能再改。日期不填的，从今天（续聘的从原聘期届满次日）起，随市人大届次结束。",
	"renewal":          "另起一段聘期，重新审核、审定、签发聘书；原聘期不变。",
	"dismissal":        "从解聘之日起不再是咨询专家，不能恢复。",
	"statement":        "这次申报代替上一次。以后分派评审时，涉及这些单位和事项的会提示回避。",
	"work":             "涉及应当回避的单位和事项的，不能登记。",
	"phone":            "谁在什么时候为什么查看，都会记录下来。",
}

// expertFirst are the moves that people come for; the first of those open is shown
// unfolded.
var expertFirst = []string{"review", "decision", "publicity-result", "certificate", "consent"}

func (h handler) expertMoves(actor access.Actor, rec *team.ExpertRecord, sent *page.Sent) (list []ui.Move) {
	add := func(name, label, button string, grave bool) {
		m := ui.Move{
			Label: label, Button: button, Action: page.ExpertURL(rec.ID) + "/" + name, Consequence: expertSays[name],
			Primary: slices.Contains(expertFirst, name), Grave: grave, Version: strconv.Itoa(rec.Version),
		}
		sent.Fill(&m, name, h.expertControls(rec, name))
		list = append(list, m)
	}
	for _, m := range rec.Moves(actor, h.teams.Now()) {
		label := m.Label
		if t := rec.Terms[0]; m.Name == "renewal" && (t.State == team.Dismissed || t.State == team.Declined) {
			label = "再次推荐"
		}
		add(m.Name, label, "", m.Grave)
	}
	if actor.May(access.LogExpertWork) && rec.Since != nil {
		add("work", "登记工作记录", "登记", false)
	}
	if actor.May(access.LogExpertWork) {
		add("statement", "申报回避事项", "申报", false)
	}
	if actor.May(access.KeepExperts) && workOptions(rec, "entered") != nil {
		add("work-decision", "确认工作记录", "登记", false)
	}
	if actor.May(access.KeepExperts) && workOptions(rec, "confirmed") != nil {
		add("adoption", "登记采纳情况", "登记", false)
	}
	if actor.May(access.UnmaskTeam) && rec.PhoneMask != "" {
		add("phone", "查看电话", "查看", false)
	}
	sent.Unfold(list)
	return list
}

// expertControls are the fields of a move's form.
func (h handler) expertControls(rec *team.ExpertRecord, name string) []ui.Control {
	today := calendar.ISO(h.teams.Now())
	why := func(label string, optional bool) ui.Control {
		return ui.Control{"text", ui.Field{Name: "why", Label: label, Rows: 3, Max: team.MaxReason, Optional: optional}}
	}
	switch name {
	case "consent":
		return consentControls(rec)
	case "review":
		return []ui.Control{{"text", ui.Field{Name: "note", Label: "审核意见", Optional: true, Rows: 3, Max: team.MaxReason}}}
	case "refusal":
		return []ui.Control{why("理由", false)}
	case "decision":
		return []ui.Control{
			day("on", "会议日期", today, false),
			{"select", ui.Field{Name: "chair", Label: "主持人", Hint: committee.PresidingHint, Options: page.Rows(committee.PostChoices(rec.Posts), "请选择")}},
			number("present", "到会人数"), number("for", "赞成票数"),
		}
	case "publicity":
		return []ui.Control{day("from", "公示开始日期", today, false, "公示 "+strconv.Itoa(rec.Days)+" 个工作日")}
	case "publicity-result":
		return []ui.Control{
			{"radio", ui.Field{Name: "outcome", Label: "公示结果", Options: []ui.Option{{Value: "on", Label: "可以聘任"}, {Value: "off", Label: "有异议，不予聘任"}}}},
			{"text", ui.Field{Name: "result", Label: "公示情况", Hint: "例如 公示期内没有收到异议", Rows: 2, Max: team.MaxReason}},
		}
	case "certificate":
		return []ui.Control{day("from_on", "聘期开始日期", "", true), day("until_on", "聘期结束日期", "", true)}
	case "renewal":
		return append([]ui.Control{
			{"hidden", ui.Field{Name: "key", Value: page.Key()}},
			{"input", ui.Field{Name: "recommender", Label: "推荐人或推荐单位", Max: team.MaxLine}},
			day("on", "推荐日期", today, false),
		}, consentControls(nil)...)
	case "dismissal":
		return []ui.Control{
			day("on", "解聘日期", today, false),
			{"radio", ui.Field{Name: "why", Label: "原因", Options: page.Terms(team.DismissedWhy, "")}},
			{"text", ui.Field{Name: "note", Label: "说明", Optional: true, Rows: 2, Max: team.MaxReason}},
		}
	case "statement":
		return statementControls(rec.Statement)
	case "work":
		return workControls(today)
	case "work-decision":
		return []ui.Control{
			{"radio", ui.Field{Name: "work", Label: "工作记录", Options: workOptions(rec, "entered")}},
			{"radio", ui.Field{Name: "ok", Label: "是否确认", Options: []ui.Option{{Value: "yes", Label: "确认"}, {Value: "no", Label: "不确认"}}}},
			why("不确认的理由", true),
		}
	case "adoption":
		return []ui.Control{
			{"select", ui.Field{Name: "work", Label: "工作记录", Options: append([]ui.Option{{Label: "请选择"}}, workOptions(rec, "confirmed")...)}},
			{"radio", ui.Field{Name: "adoption", Label: "采纳情况", Options: page.Terms(team.Adoptions, "")}},
			why("理由（部分采纳、不采纳的必须填写）", true),
		}
	case "phone":
		return []ui.Control{{"input", ui.Field{Name: "reason", Label: "查看理由", Max: team.MaxReason}}}
	}
	return nil
}

func day(name, label, value string, optional bool, hint ...string) ui.Control {
	return ui.Control{"input", ui.Field{Name: name, Label: label, Type: "date", Value: value, Optional: optional, Hint: strings.Join(hint, "")}}
}

func number(name, label string) ui.Control {
	return ui.Control{"input", ui.Field{Name: name, Label: label, Type: "number", Attrs: map[string]any{"min": "0", "inputmode": "numeric"}}}
}

func consentControls(rec *team.ExpertRecord) []ui.Control {
	var person, unit, none string
	if rec != nil {
		if t := rec.OpenTerm(); t != nil {
			person, unit, none = iso(t.PersonConsentOn), iso(t.UnitConsentOn), t.NoUnit
		}
	}
	return []ui.Control{
		day("person_consent", "本人同意日期", person, true), day("unit_consent", "单位同意日期", unit, true),
		{"input", ui.Field{Name: "no_unit", Label: "不需要单位同意的，说明原因", Optional: true, Hint: "例如 已退休", Value: none, Max: team.MaxLine}},
	}
}

func statementControls(st *team.StatementLine) []ui.Control {
	var units, matters []string
	if st != nil {
		units, matters = st.Units, st.Matters
	}
	return []ui.Control{
		{"hidden", ui.Field{Name: "key", Value: page.Key()}},
		{"text", ui.Field{Name: "units", Label: "需要回避的单位", Hint: "每行一个，例如曾任职、有投资或亲属任职的单位。现在的工作单位不用填。", Optional: true, Rows: 4, Value: strings.Join(units, "\n")}},
		{"text", ui.Field{Name: "matters", Label: "需要回避的事项", Hint: "每行一个，例如正在代理的案件、参与的项目", Optional: true, Rows: 3, Value: strings.Join(matters, "\n")}},
		{"box", ui.Field{Name: "none", Label: "没有需要回避的单位和事项"}},
	}
}

func workControls(today string) []ui.Control {
	return []ui.Control{
		{"hidden", ui.Field{Name: "key", Value: page.Key()}},
		{"radio", ui.Field{Name: "kind", Label: "类别", Options: page.Terms(team.Kinds, "")}},
		{"input", ui.Field{Name: "subject", Label: "事由", Hint: "例如 审阅街道预算草案", Max: team.MaxLine}},
		day("done_on", "日期", today, false),
		{"input", ui.Field{Name: "hours", Label: "用时（小时）", Hint: "例如 2 或 1.5", Max: 5, Attrs: map[string]any{"inputmode": "decimal"}}},
		{"input", ui.Field{Name: "about", Label: "涉及的单位或事项", Optional: true, Max: team.MaxLine}},
		{"text", ui.Field{Name: "text", Label: "意见或说明", Optional: true, Rows: 4, Max: team.MaxText}},
	}
}

// workOptions are the entries in a state.
func workOptions(rec *team.ExpertRecord, state string) []ui.Option {
	var list []ui.Option
	for _, w := range rec.Works {
		if w.State == state {
			list = append(list, ui.Option{Value: page.Number(w.ID), Label: w.Subject, Hint: calendar.MonthDay(w.DoneOn)})
		}
	}
	return list
}
