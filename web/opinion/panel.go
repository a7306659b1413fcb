package opinion

import (
	"slices"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/opinion"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"acceptance":        "受理后进入待交办。",
	"answer":            "不经承办单位，由工委直接答复；审核即通过，接着反馈群众。匿名意见即办结。",
	"merger":            "合并后不再单独办理，也不能恢复；两边的反映人都要反馈。",
	"refusal":           "不予受理后不能恢复。要把可以反映的途径告诉反映人。",
	"return":            "不属于本单位职责的，签收后 5 个工作日内可以退回，由工委改办。",
	"comment":           "交主办单位汇总，由主办单位统一答复。",
	"extension":         "每条意见只能延期一次，要在到期前申请，由工委主任决定。",
	"reply":             "答复交工委审核，审核通过后反馈群众。有会办单位的，请把会办意见写进同一份答复。",
	"approval":          "通过后进入反馈群众；匿名意见即办结。",
	"rework":            "承办单位按要求重新办理、重新答复。",
	"feedback":          "反馈后进入评价期，反映人可凭编号和查询码评价，期满未评价的办结。",
	"merged-feedback":   "所合并的意见已有答复，请告知这位反映人。",
	"rating":            "只在反映人亲口评价时登记。不满意的二次办理一次。",
	"report":            "告知工委主任和街道党工委，并列入下次主任会议。",
	"promise":           "需要较长时间解决的，写明承诺日期，到期前一直挂账、不算办结。",
	"promise-extension": "原定的日期留在承诺台账上。",
	"fulfilment":        "登记后反馈群众。",
	"city":              "超出街道权限的，由工委报市人大常委会办公室转办。",
	"withdrawal":        "只在反映人自己要求时撤回。撤回后不能恢复。",
	"closure":           "由工委主任对逾期未反馈、未评价的意见办结，写明理由，不能恢复。",
}

// primary are the moves that people come for; of those open, the first is shown
// unfolded.
var primary = []string{"acceptance", "assignment", "receipt", "reply", "approval", "feedback", "rating", "fulfilment", "city-answer", "merged-feedback", "extension-decision", "dispatch"}

// moves are the moves that the reader may make now.
func (h handler) moves(rec *opinion.Record, open []procedure.Move, sent *page.Sent) []ui.Move {
	var list []ui.Move
	for _, m := range open {
		u := ui.Move{
			Label: m.Label, Action: page.OpinionURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: slices.Contains(primary, m.Name), Grave: m.Grave, Version: strconv.Itoa(rec.Version),
		}
		if m.Name == "assignment" && rec.State == opinion.Returned {
			u.Label = "改办"
		}
		sent.Fill(&u, m.Name, h.controls(rec, m.Name))
		list = append(list, u)
	}
	sent.Unfold(list)
	return list
}

// controls are the fields of a move's form.
func (h handler) controls(rec *opinion.Record, name string) []ui.Control {
	long := func(label string) ui.Control {
		return ui.Control{"text", ui.Field{Name: "text", Label: label, Rows: 5, Max: opinion.MaxText}}
	}
	why := func(name, label string, optional bool) ui.Control {
		return ui.Control{"text", ui.Field{Name: name, Label: label, Rows: 3, Max: opinion.MaxReason, Optional: optional}}
	}
	today := calendar.ISO(h.opinions.Now())
	switch name {
	case "answer":
		return []ui.Control{long("答复内容")}
	case "merger":
		return []ui.Control{{"input", ui.Field{Name: "number", Label: "并入哪一条（编号）", Hint: "同一街道、还没有结束的意见，例如 2026-441900003-01-0001", Max: opinion.MaxLocation}}}
	case "refusal":
		return []ui.Control{{"radio", ui.Field{Name: "channel", Label: "告知的途径", Options: refusals()}}, why("other", "其他途径", true)}
	case "assignment":
		return assignmentControls(rec)
	case "dispatch":
		return []ui.Control{{"select", ui.Field{Name: "unit", Label: "转派给", Options: page.Rows(others(rec), "请选择部门")}}}
	case "return":
		return []ui.Control{why("reason", "退回理由", false)}
	case "comment":
		return []ui.Control{long("会办意见")}
	case "extension":
		return []ui.Control{{"input", ui.Field{Name: "days", Label: "延长几个工作日", Type: "number", Attrs: map[string]any{"min": "1", "inputmode": "numeric"}}}, why("reason", "延期理由", false)}
	case "extension-decision":
		return []ui.Control{
			{"radio", ui.Field{Name: "grant", Label: "是否同意", Hint: asks(rec.Extension), Options: []ui.Option{{Value: "yes", Label: "同意"}, {Value: "no", Label: "不同意"}}}},
			why("reason", "意见（不同意的写明理由）", true),
		}
	case "reply":
		return []ui.Control{long("答复内容"), {"files", ui.Field{Name: "proof", Label: "办理前后的照片等证明", Optional: true, Hint: page.UploadHint(rec.Limits)}}}
	case "approval":
		return []ui.Control{why("note", "审核意见", true)}
	case "rework":
		return []ui.Control{why("note", "要补办什么", false)}
	case "feedback":
		return []ui.Control{told(), {"input", ui.Field{Name: "told_on", Label: "告知日期", Type: "date", Value: today}}}
	case "merged-feedback":
		return []ui.Control{told()}
	case "rating":
		return []ui.Control{{"radio", ui.Field{Name: "rating", Label: "评价", Options: page.Terms(opinion.Ratings, "")}}, why("note", "反映人的话", true)}
	case "urge":
		return []ui.Control{why("text", "催办内容", false)}
	case "supervision":
		return []ui.Control{why("text", "督办意见", false)}
	case "report":
		return []ui.Control{why("text", "上报内容", false)}
	case "promise":
		return []ui.Control{{"input", ui.Field{Name: "promised_on", Label: "承诺日期", Type: "date"}}, why("reason", "承诺的事项", false)}
	case "promise-extension":
		return []ui.Control{{"input", ui.Field{Name: "promised_on", Label: "新的日期", Type: "date"}}, why("reason", "延期的理由", false)}
	case "fulfilment":
		return []ui.Control{long("兑现情况（反馈给群众）")}
	case "city-answer":
		return []ui.Control{long("市级答复（反馈给群众）")}
	case "city", "withdrawal", "closure":
		return []ui.Control{why("reason", "理由", false)}
	}
	return nil
}

func told() ui.Control {
	return ui.Control{"radio", ui.Field{Name: "how", Label: "告知方式", Options: page.Words(channels)}}
}

func refusals() []ui.Option {
	return append(page.Words(opinion.Channels), ui.Option{Value: "other", Label: "其他，写在下面"})
}

func assignmentControls(rec *opinion.Record) []ui.Control {
	return []ui.Control{
		{"select", ui.Field{Name: "lead", Label: "主办单位", Options: page.Rows(rec.Units, "请选择主办单位")}},
		{"check", ui.Field{Name: "co", Label: "会办单位", Optional: true, Options: page.Rows(rec.Units, "")}},
		{"radio", ui.Field{Name: "urgency", Label: "缓急", Hint: "决定答复期限，默认普通 15、复杂 30、紧急 5 个工作日", Value: rec.Urgency, Options: page.Terms(opinion.Urgencies, "")}},
		{"text", ui.Field{Name: "note", Label: "交办说明", Optional: true, Rows: 3, Max: opinion.MaxReason}},
	}
}

// others are the units but the one that has the opinion now.
func others(rec *opinion.Record) []choice.Row {
	return slices.DeleteFunc(slices.Clone(rec.Units), func(c choice.Row) bool { return c.ID == rec.LeadUnitID })
}

func asks(x *opinion.ExtensionLine) string {
	if x == nil {
		return ""
	}
	return x.Asker + "申请延长 " + strconv.Itoa(x.Days) + " 个工作日：" + x.Reason
}
