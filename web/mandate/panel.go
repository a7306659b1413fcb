package mandate

import (
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/mandate"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"submission":      "交市人大常委会领导审批，审批期间不能修改。",
	"approval":        "批准后由办公室编发文号、下达街道。",
	"refusal":         "退回办公室修改。",
	"issue":           "编发文号，送各街道签收。下达后不能修改，只能变更或者撤回。",
	"change-approval": "从生效日起按变更后的事项。那天起安排的监督活动，不再被覆盖的自动取消。不能恢复。",
	"change-refusal":  "仍按原来的事项。",
	"withdrawal":      "从撤回之日起（含当天）不能再按此授权开展监督，那天起安排的活动自动取消。以前的活动不受影响，仍要报告。不能恢复。",
	"dropping":        "作废后不能恢复。",
	"receipt":         "签收之日起可以按授权事项开展监督。",
	"report":          "报告交市人大常委会办公室验收；勾选事项下还没有报告的监督活动随之上报。",
	"acceptance":      "全部事项报告完毕的即完结，不能恢复；一揽子授权接着计下一年度的报告。",
	"return":          "街道按要求补充后重新报告。",
}

var primary = []string{"submission", "approval", "issue", "receipt", "report", "acceptance", "change-approval"}

// moves are the moves that the reader may make now, of the authorisation and of the
// part of the street at.
func (h handler) moves(actor access.Actor, rec *mandate.Record, at int64, sent *page.Sent) (list []ui.Move) {
	url := page.MandateURL(rec.ID)
	for _, m := range rec.Moves(actor) {
		if m.Name != "change" {
			list = append(list, h.form(rec, m, url, rec.Version, at, sent))
		}
	}
	if p := rec.Street(at); p != nil {
		for _, m := range rec.StreetMoves(actor, at) {
			list = append(list, h.form(rec, m, url+"/streets/"+page.Number(at), p.Version, at, sent))
		}
	}
	sent.Unfold(list)
	return list
}

func (h handler) form(rec *mandate.Record, m procedure.Move, url string, version int, at int64, sent *page.Sent) ui.Move {
	out := ui.Move{
		Label: m.Label, Action: url + "/" + m.Name, Consequence: consequences[m.Name], Primary: slices.Contains(primary, m.Name), Grave: m.Grave,
		Version: strconv.Itoa(version),
	}
	sent.Fill(&out, m.Name, h.controls(rec, m.Name, at))
	return out
}

func why(name, label string, optional bool) ui.Control {
	return control("text", ui.Field{Name: name, Label: label, Rows: 3, Max: mandate.MaxReason, Optional: optional})
}

func (h handler) controls(rec *mandate.Record, name string, at int64) []ui.Control {
	switch name {
	case "refusal", "change-refusal", "dropping":
		return []ui.Control{why("reason", "理由", false)}
	case "withdrawal":
		return []ui.Control{
			control("input", ui.Field{Name: "on", Label: "从哪一天起撤回", Type: "date", Value: calendar.ISO(h.mandates.Now())}), why("reason", "撤回理由", false),
		}
	case "acceptance":
		return []ui.Control{why("note", "验收意见", true)}
	case "return":
		return []ui.Control{why("note", "要补充什么", false)}
	case "report":
		var list []ui.Option
		var all []string
		for _, c := range rec.Owed(at) {
			n := strconv.Itoa(c.No())
			list, all = append(list, ui.Option{Value: n, Label: "第" + n + "项", Hint: calendar.Date(c.DueOn) + "前"}), append(all, n)
		}
		return []ui.Control{
			control("check", ui.Field{Name: "matters", Label: "报告哪些事项", Options: list, Chosen: all}),
			control("text", ui.Field{Name: "text", Label: "报告正文", Hint: "开展了哪些监督、发现什么问题、提出什么意见、整改情况", Rows: 8, Max: mandate.MaxReport}),
			control("files", ui.Field{Name: "files", Label: "附件", Optional: true, Hint: page.UploadHint(rec.Limits)}),
		}
	}
	return nil
}
