package mandate

import (
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
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

func (h handler) panels(actor access.Actor, rec *mandate.Record, at int64, a *asked, bad fault.Fields) (list []panel) {
	for _, m := range rec.Moves(actor) {
		if m.Name == "change" {
			continue
		}
		list = append(list, h.panel(rec, m, page.MandateURL(rec.ID)+"/"+m.Name, rec.Version, at, a, bad))
	}
	if p := rec.Street(at); p != nil {
		for _, m := range rec.StreetMoves(actor, at) {
			list = append(list, h.panel(rec, m, page.MandateURL(rec.ID)+"/streets/"+itoa(at)+"/"+m.Name, p.Version, at, a, bad))
		}
	}
	if i := slices.IndexFunc(list, func(p panel) bool { return p.Primary }); i >= 0 && a == nil {
		list[i].Open = true
	}
	return list
}

func (h handler) panel(rec *mandate.Record, m procedure.Move, action string, version int, at int64, a *asked, bad fault.Fields) panel {
	p := panel{Move: ui.Move{
		Label: m.Label, Action: action, Consequence: consequences[m.Name], Primary: slices.Contains(primary, m.Name), Grave: m.Grave, Version: strconv.Itoa(version),
	}}
	p.controls, p.Open = dress(m.Name, h.controls(rec, m.Name, at), a, bad)
	p.Upload = m.Name == "report"
	return p
}

// dress names a form's fields after its move, and fills in what was typed.
func dress(name string, list []ui.Control, a *asked, bad fault.Fields) (out []ui.Control, open bool) {
	for _, c := range list {
		c.Name = name + "-" + c.Name
		if a != nil && a.name == name {
			c.Value, c.Chosen = a.values.Get(c.Name), a.values[c.Name]
			if c.Kind == "files" && a.chosen != nil {
				c.Value = a.chosen(c.Name)
			}
			c.Field = c.For(bad)
		}
		out = append(out, c)
	}
	return out, a != nil && a.name == name
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
