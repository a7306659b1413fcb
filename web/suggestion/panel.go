package suggestion

import (
	"slices"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/procedure"
	"portal/internal/suggestion"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"signature":          "确认后您的姓名列在这件建议下；内容再有改动的，会请您重新确认。",
	"paper-signature":    "代表在纸面上签名的，在这里登记，原件存档。",
	"leave":              "不参加后这件建议不再列您的姓名。",
	"submission":         "提交后内容和署名不能再改。市人大代表建议送市代表工委，街道督办建议送街道工委。",
	"review":             "由小组组长、工委审核；也可以不送审，直接提交。",
	"approval":           "通过后即提交，编号、开始计时。",
	"refusal":            "退回后代表可以修改，再次提交。",
	"letter":             "转为来信处理后不再按建议办理，不能恢复。",
	"merger":             "合并后不再单独办理，答复一并送给署名代表，不能恢复。",
	"assignment":         "自第一次交办之日起计算答复期限。",
	"return":             "不属于本单位职责的，交办后 10 个工作日内可以退回。",
	"comment":            "交主办单位汇总，由主办单位统一答复。",
	"contact":            "答复前至少沟通一次，重新办理的要再次沟通。",
	"extension":          "涉及面广、难度大的，经交办机关同意，可以延至 6 个月，并告知代表。",
	"reply":              "主要负责人签发后答复，送全体署名代表，不能再改。B 类进入承诺台账，到期自动提醒。",
	"rating":             "每次答复只评价一次，不能再改。对结果不满意的，重新办理一次。",
	"urge":               "提醒承办单位；已答复的，催请代表评价。",
	"coordinated":        "登记后办结；还有承诺的，继续跟踪。",
	"promise-extension":  "写明理由和新的日期，经交办机关同意才能延期。",
	"fulfilment":         "再次答复并附证明材料；已评价的即办结，不能再改。",
	"key":                "由市人大常委会主任会议确定。",
	"withdrawal":         "撤回后不再办理，不能恢复。联名的，须全体署名代表书面同意。",
	"promise-decision":   "同意后承诺日期顺延，并告知署名代表。",
	"extension-decision": "同意后自交办之日起 6 个月内答复，并告知署名代表。",
}

// primary are the moves that people come for; of those open, the first is shown
// unfolded.
var primary = []string{
	"signature", "submission", "approval", "acceptance", "assignment", "receipt", "comment", "contact", "reply", "rating", "coordinated", "promise-decision",
	"extension-decision", "fulfilment",
}

// moves are the moves that the reader may make now.
func (h handler) moves(rec *suggestion.Record, open []procedure.Move, sent *page.Sent) []ui.Move {
	var list []ui.Move
	for _, m := range open {
		u := ui.Move{
			Label: m.Label, Action: page.SuggestionURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: slices.Contains(primary, m.Name), Grave: m.Grave, Version: strconv.Itoa(rec.Version),
		}
		switch {
		case m.Name == "assignment" && rec.State == suggestion.Returned:
			u.Label = "重新交办"
		case m.Name == "signature" && rec.Signers[0].ConfirmedAt == nil && len(rec.Signers) == 1:
			u.Label = "确认署名"
		case m.Name == "urge" && rec.State == suggestion.Replied:
			u.Label = "催请评价"
		}
		sent.Fill(&u, m.Name, h.controls(rec, m.Name))
		list = append(list, u)
	}
	sent.Unfold(list)
	return list
}

// controls are the fields of a move's form.
func (h handler) controls(rec *suggestion.Record, name string) []ui.Control {
	input := func(name, label, kind, value string) ui.Control {
		return ui.Control{Kind: "input", Field: ui.Field{Name: name, Label: label, Type: kind, Value: value, Max: suggestion.MaxNote}}
	}
	long := func(name, label string, most int) ui.Control {
		return ui.Control{Kind: "text", Field: ui.Field{Name: name, Label: label, Rows: 5, Max: most}}
	}
	why := func(name, label string, optional bool) ui.Control {
		return ui.Control{Kind: "text", Field: ui.Field{Name: name, Label: label, Rows: 3, Max: suggestion.MaxReason, Optional: optional}}
	}
	radio := func(name, label string, terms []choice.Term) ui.Control {
		return ui.Control{Kind: "radio", Field: ui.Field{Name: name, Label: label, Options: page.Terms(terms, "")}}
	}
	decide := func(x *suggestion.ExtensionLine) []ui.Control {
		hint := ""
		if x != nil {
			hint = asks(*x)
		}
		return []ui.Control{
			{Kind: "radio", Field: ui.Field{Name: "grant", Label: "是否同意", Hint: hint, Options: yesNo("同意", "不同意")}},
			why("reason", "意见", false),
		}
	}
	today := calendar.ISO(h.suggestions.Now())
	switch name {
	case "paper-signature":
		return []ui.Control{{Kind: "select", Field: ui.Field{Name: "deputy", Label: "代表", Options: waiting(rec)}}, input("note", "签名日期和原件存放处", "text", "")}
	case "leave":
		return []ui.Control{why("reason", "说明", true)}
	case "approval":
		return []ui.Control{why("note", "审核意见", true)}
	case "revision":
		return []ui.Control{why("note", "要改什么", false)}
	case "refusal", "letter":
		return []ui.Control{radio("reason", "理由", suggestion.Refusals), why("note", "补充说明", true)}
	case "merger":
		return []ui.Control{input("number", "并入哪一件（编号）", "text", "")}
	case "assignment":
		return []ui.Control{
			{Kind: "select", Field: ui.Field{Name: "lead", Label: "主办单位", Options: page.Rows(rec.Units, "请选择主办单位")}},
			{Kind: "check", Field: ui.Field{Name: "co", Label: "会办单位", Optional: true, Options: page.Rows(rec.Units, "")}},
			{Kind: "box", Field: ui.Field{Name: "long", Label: "涉及面广、处理难度大，答复期限 6 个月（须写明理由）"}},
			why("note", "交办说明", true),
		}
	case "dispatch":
		rows := slices.DeleteFunc(slices.Clone(rec.Units), func(c choice.Row) bool { return c.ID == rec.LeadUnitID })
		return []ui.Control{{Kind: "select", Field: ui.Field{Name: "unit", Label: "转派给", Options: page.Rows(rows, "请选择部门")}}}
	case "return", "extension":
		return []ui.Control{why("reason", "理由", false)}
	case "comment":
		return []ui.Control{long("text", "会办意见", suggestion.MaxText)}
	case "contact":
		return []ui.Control{input("held_on", "沟通日期", "date", today), radio("how", "方式", suggestion.Contacts), why("note", "沟通情况", false)}
	case "extension-decision":
		return decide(suggestion.Waiting(rec.Extension))
	case "promise-decision":
		return decide(suggestion.Waiting(rec.Later))
	case "reply":
		return []ui.Control{
			radio("result", "办理结果", suggestion.Results), long("text", "答复内容", suggestion.MaxReply),
			{Kind: "input", Field: ui.Field{Name: "promise", Label: "承诺的事项（B 类）", Optional: true, Max: suggestion.MaxPromise}},
			{Kind: "input", Field: ui.Field{Name: "promised_on", Label: "承诺完成日期（B 类）", Type: "date", Optional: true}},
			input("signer", "签发人（单位主要负责人）", "text", ""), input("signed_on", "签发日期", "date", today),
			{Kind: "input", Field: ui.Field{Name: "number", Label: "本单位发文字号", Optional: true, Max: 50}},
			{Kind: "files", Field: ui.Field{Name: "proof", Label: "盖章的答复函等附件", Optional: true, Hint: page.UploadHint(rec.Limits)}},
		}
	case "fulfilment":
		return []ui.Control{
			long("text", "兑现情况", suggestion.MaxReply),
			{Kind: "files", Field: ui.Field{Name: "proof", Label: "证明材料", Hint: page.UploadHint(rec.Limits)}},
			input("signer", "签发人（单位主要负责人）", "text", ""), input("signed_on", "签发日期", "date", today),
		}
	case "rating":
		return []ui.Control{radio("attitude", "对办理态度", suggestion.Ratings), radio("result", "对办理结果", suggestion.Ratings), why("note", "意见（不满意的写明）", true)}
	case "urge":
		return []ui.Control{why("text", "内容", false)}
	case "coordinated":
		return []ui.Control{why("text", "协调结果", false)}
	case "promise-extension":
		return []ui.Control{input("promised_on", "新的日期", "date", ""), why("reason", "理由", false)}
	case "key":
		return []ui.Control{input("basis", "依据（哪次主任会议确定）", "text", "")}
	case "withdrawal":
		return []ui.Control{why("reason", "书面申请的理由", false)}
	}
	return nil
}

// waiting are the signers who have not confirmed.
func waiting(rec *suggestion.Record) []ui.Option {
	list := []ui.Option{{Label: "请选择代表"}}
	for _, g := range rec.Signers {
		if g.ConfirmedAt == nil {
			list = append(list, ui.Option{Value: page.Number(g.DeputyID), Label: g.Name})
		}
	}
	return list
}

func asks(x suggestion.ExtensionLine) string {
	if x.DueTo == nil {
		return x.Asker + "申请延至 6 个月：" + x.Reason
	}
	return x.Asker + "申请由" + page.Day(x.DueFrom) + "延至" + page.Day(x.DueTo) + "：" + x.Reason
}
