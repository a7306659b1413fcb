package activity

import (
	"slices"
	"strconv"
	"strings"

	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"submission":          "送审后内容不能再改；退回的可以修改。监督活动在这里核对授权，没有有效授权的不能送审。",
	"approval":            "同意后可以发通知。",
	"notice":              "名单上的人都会收到消息，名单从此固定，再加人是补充通知。",
	"rescheduling":        "已经通知的，所有人会收到变动的消息并重新回执。监督活动改日期的，按新的日期重新核对授权。",
	"opening":             "名单上的人可以扫码、凭码签到，也可以在签到台登记。",
	"rating":              "无记名，结束前没有结果。在手机上测评，也可以领投票码或者纸质票。",
	"rating-closure":      "结束后不能再投，结果不能再改。",
	"rating-cancellation": "作废后投票全部删除，可以重新测评。",
	"closure":             "没有签到也没有准假的，记为缺席。结束后不能恢复，签到有误的由工委办公室更正。",
	"record":              "形成报告或者归档以前，可以再次登记。",
	"report":              "报告形成后不能再改。",
	"forwarding":          "各单位分别收到转交函，分别反馈、分别计时。代表不直接处理问题。签发后编发文号，不能恢复。",
	"feedback":            "只反馈一次，不能再改。",
	"rectification":       "只报送一次，不能再改。",
	"paper-feedback":      "单位在纸面上反馈的，在这里登记，原件作为附件。",
	"paper-rectification": "单位在纸面上报送的，在这里登记，原件作为附件。",
	"waiver":              "注明后这个单位不再计时，不能恢复。",
	"archive":             "归档后不能再改。签到有误的还可以说明理由更正，到这个季度的履职情况公布、申诉期满为止。居民可以在平台上看到活动的基本情况。",
	"cancellation":        "取消后不能恢复；已经通知的，所有人会收到消息，不记缺席。",
	"statement":           "在评议前报送，代表据此评议。",
}

// primary are the moves that people come for; of those open, the first is shown
// unfolded.
var primary = []string{"submission", "approval", "notice", "opening", "rating-closure", "closure", "record", "report", "forwarding", "feedback", "rectification", "statement", "archive"}

// moves are the moves that the reader may make now.
func (h handler) moves(rec *activity.Record, open []procedure.Move, sent *page.Sent) []ui.Move {
	var list []ui.Move
	for _, m := range open {
		u := ui.Move{
			Label: label(rec, m), Action: page.ActivityURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: slices.Contains(primary, m.Name) && (m.Name != "record" || rec.State == activity.Held) && (m.Name != "report" || activity.Reports(rec.Kind)),
			Grave:   m.Grave, Version: strconv.Itoa(rec.Version),
		}
		sent.Fill(&u, m.Name, h.controls(rec, m.Name))
		list = append(list, u)
	}
	slices.SortStableFunc(list, func(a, b ui.Move) int { return rank(a) - rank(b) })
	sent.Unfold(list)
	return list
}

func rank(m ui.Move) int {
	if m.Primary {
		return 0
	}
	return 1
}

// label is what a move is called in this activity.
func label(rec *activity.Record, m procedure.Move) string {
	switch {
	case m.Name == "feedback" && rec.Kind == activity.Appraisal:
		return "报送整改方案"
	case m.Name == "paper-feedback" && rec.Kind == activity.Appraisal:
		return "登记书面整改方案"
	case m.Name == "rating" && rec.State == activity.Forwarded:
		return "开始跟踪测评"
	case m.Name == "record" && rec.State == activity.Recorded:
		return "修改活动情况"
	}
	return m.Label
}

// controls are the fields of a move's form.
func (h handler) controls(rec *activity.Record, name string) []ui.Control {
	why := func(name, label string, optional bool) ui.Control {
		return ui.Control{Kind: "text", Field: ui.Field{Name: name, Label: label, Rows: 3, Max: activity.MaxReason, Optional: optional}}
	}
	long := func(name, label string, rows, most int) ui.Control {
		return ui.Control{Kind: "text", Field: ui.Field{Name: name, Label: label, Rows: rows, Max: most}}
	}
	input := func(name, label, kind, value string) ui.Control {
		return ui.Control{Kind: "input", Field: ui.Field{Name: name, Label: label, Type: kind, Value: value}}
	}
	files := ui.Control{Kind: "files", Field: ui.Field{Name: "files", Label: "附件", Optional: true, Hint: page.UploadHint(rec.Limits)}}
	whose := func(what string) ui.Control {
		return ui.Control{Kind: "select", Field: ui.Field{Name: "forwarding", Label: "单位", Options: page.Rows(rec.Owing(what), "请选择单位")}}
	}
	signer := ui.Control{Kind: "input", Field: ui.Field{Name: "who", Label: "签发人（单位主要负责人）", Max: text.Name}}
	switch name {
	case "approval":
		return []ui.Control{why("note", "审批意见", true)}
	case "revision":
		return []ui.Control{why("reason", "要改什么", false)}
	case "rescheduling":
		from, to := rec.StartsAt.In(calendar.Zone), rec.EndsAt.In(calendar.Zone)
		return []ui.Control{
			input("starts_on", "开始日期", "date", calendar.ISO(from)), input("starts_at", "开始时间", "time", from.Format("15:04")),
			input("ends_on", "结束日期", "date", calendar.ISO(to)), input("ends_at", "结束时间", "time", to.Format("15:04")),
			{Kind: "input", Field: ui.Field{Name: "place", Label: "地点", Value: rec.Place, Max: activity.MaxPlace}},
			why("why", "改期的理由", false),
		}
	case "statement":
		return []ui.Control{long("text", "单位汇报", 8, activity.MaxText)}
	case "paper-statement":
		return []ui.Control{long("text", "单位汇报", 6, activity.MaxText), signer}
	case "survey":
		c := long("text", "调查情况", 5, activity.MaxText)
		c.Value = rec.Survey
		return []ui.Control{c}
	case "record":
		return []ui.Control{
			{Kind: "text", Field: ui.Field{Name: "summary", Label: "活动情况", Rows: 5, Max: activity.MaxText, Value: rec.Summary}},
			{Kind: "text", Field: ui.Field{Name: "visited", Label: "走访的单位和地点", Optional: true, Hint: "一行一个", Rows: 2, Max: activity.MaxVisited, Value: rec.Visited}},
			{Kind: "text", Field: ui.Field{Name: "findings", Label: "发现的问题和意见建议", Optional: true, Hint: "一行一条，转交时逐条列出", Rows: 5, Value: found(rec)}},
			{Kind: "files", Field: ui.Field{Name: "files", Label: "照片和材料", Optional: true, Hint: page.UploadHint(rec.Limits)}},
		}
	case "photos":
		files.Label, files.Optional = "照片和材料", false
		return []ui.Control{files}
	case "report":
		return []ui.Control{long("text", "报告", 10, activity.MaxReport)}
	case "forwarding":
		units := ui.Control{Kind: "check", Field: ui.Field{Name: "units", Label: "转交的单位", Options: page.Rows(rec.Units, "")}}
		if rec.UnitID != 0 {
			units.Chosen = []string{number(rec.UnitID)}
		}
		content := long("content", "要求", 4, activity.MaxContent)
		content.Value = "请研究处理活动中提出的意见建议，按期书面反馈。"
		list := []ui.Control{units, content}
		for _, u := range rec.Units {
			own := ui.Field{Name: activity.OwnField(u.ID), Label: u.Name, Optional: true, Rows: 2, Max: activity.MaxContent, Fold: "个别单位另写要求（不写的用上面的）"}
			list = append(list, ui.Control{Kind: "text", Field: own})
		}
		return list
	case "feedback":
		what := "反馈内容"
		if rec.Kind == activity.Appraisal {
			what = "整改方案"
		}
		return []ui.Control{long("text", what, 8, activity.MaxText), files}
	case "rectification":
		return []ui.Control{long("text", "整改情况", 8, activity.MaxText), files}
	case "paper-feedback", "paper-rectification":
		return []ui.Control{whose(strings.TrimPrefix(name, "paper-")), long("text", "内容", 6, activity.MaxText), signer, files}
	case "waiver":
		return []ui.Control{whose(""), why("why", "没有反馈的理由", false)}
	case "archive":
		if rec.State == activity.Reported {
			return []ui.Control{why("unforwarded_why", "不转交的理由", false)}
		}
	case "rating-cancellation":
		return []ui.Control{why("why", "作废的理由", false)}
	case "cancellation":
		return []ui.Control{why("why", "取消的理由", false)}
	}
	return nil
}

// found are the findings as they are typed.
func found(rec *activity.Record) string {
	var list []string
	for _, f := range rec.Findings {
		list = append(list, f.Text)
	}
	return strings.Join(list, "\n")
}
