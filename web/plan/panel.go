package plan

import (
	"slices"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/plan"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"consultation":        "编发征求意见函，街道党工委收到消息，反馈期限开始计算；反馈前不能再改条目。",
	"opinion":             "反馈后不能改动。没有修改意见的，逐条意见不用填。",
	"answer":              "每条意见都要说明；部分采纳、不采纳的写理由。",
	"submission":          "提请后条目不能再改，除非主任会议要求修改后再议。",
	"deliberation":        "通过后条目不能再改，要改的按“调整”重新审议。",
	"filing":              "编发报告，市人大常委会办公室收到消息。备案不是批准。",
	"receipt":             "收文、提意见不是批准。",
	"issue":               "编发文号印发，计划向社会公开；印发后不能撤回，要改的按“调整”重新审议。",
	"progress":            "写错了的，重新登记一次，两次都留着。",
	"adjustment":          "现行计划继续执行；改动经主任会议审议通过后才生效。",
	"dropping":            "取消的条目留在计划里，注明已取消。",
	"adjustment-decision": "通过的，改动马上生效，成为新的一版；原来的一版仍可查看。",
	"withdrawal":          "回到执行，不作改动。",
	"summary":             "按条目、进度、调整和关联的活动自动生成初稿，可以再改。",
	"conclusion":          "审定后总结不能再改，并向社会公开。",
	"archive":             "归档后全部内容只能查看。",
}

// primary are the moves that people come for; of those open, the first is shown
// unfolded.
var primary = []string{"consultation", "opinion", "answer", "submission", "deliberation", "filing", "receipt", "issue", "adjustment-decision", "conclusion", "archive"}

// moves are the moves that the reader may make now.
func (h handler) moves(rec *plan.Record, open []procedure.Move, sent *page.Sent) []ui.Move {
	var list []ui.Move
	for _, m := range open {
		u := ui.Move{
			Label: m.Label, Action: page.PlanURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: slices.Contains(primary, m.Name), Grave: m.Grave, Version: strconv.Itoa(rec.Version),
		}
		sent.Fill(&u, m.Name, h.controls(rec, m.Name))
		list = append(list, u)
	}
	sent.Unfold(list)
	return list
}

// controls are the fields of a move's form.
func (h handler) controls(rec *plan.Record, name string) []ui.Control {
	var list []ui.Control
	add := func(kind string, f ui.Field) {
		list = append(list, ui.Control{Kind: kind, Field: f})
	}
	switch name {
	case "removal":
		add("select", ui.Field{Name: "item", Label: "条目", Options: itemOptions(rec)})
	case "opinion":
		add("input", ui.Field{Name: "dated_on", Label: "意见的日期", Type: "date", Value: calendar.ISO(h.plans.Now())})
		add("input", ui.Field{Name: "number", Label: "文号", Optional: true, Max: plan.MaxNumber})
		add("text", ui.Field{Name: "text", Label: "意见正文", Rows: 4, Max: plan.MaxOpinion})
		add("text", ui.Field{Name: "points", Label: "逐条意见", Hint: "要修改的，一行写一条", Optional: true, Rows: 4})
		add("files", ui.Field{Name: "paper", Label: "书面意见原件", Optional: true, Hint: page.UploadHint(rec.Limits)})
	case "answer":
		f := ui.Field{Name: "point", Label: "意见", Options: []ui.Option{{Label: "请选择"}}}
		for _, p := range rec.Points {
			done := ""
			if p.Answer != "" {
				done = "（" + choice.Name(plan.Answers, p.Answer) + "）"
			}
			f.Options = append(f.Options, ui.Option{Value: page.Number(p.ID), Label: strconv.Itoa(p.Ordinal) + ". " + short(p.Text) + done})
		}
		if open := rec.Unanswered(); len(open) > 0 {
			f.Value = page.Number(open[0].ID)
		}
		add("select", f)
		add("radio", ui.Field{Name: "answer", Label: "是否采纳", Options: page.Terms(plan.Answers, "")})
		add("text", ui.Field{Name: "reason", Label: "理由、怎样采纳的", Optional: true, Rows: 2, Max: plan.MaxReason})
	case "deliberation":
		list = append(list, meeting(rec, plan.Verdicts, h)...)
	case "adjustment-decision":
		list = append(list, meeting(rec, plan.Changed, h)...)
	case "receipt":
		add("text", ui.Field{Name: "comment", Label: "意见", Optional: true, Rows: 3, Max: plan.MaxComment})
	case "progress":
		add("select", ui.Field{Name: "item", Label: "条目", Options: itemOptions(rec)})
		month := int(h.plans.Now().In(calendar.Zone).Month())
		if h.plans.Now().In(calendar.Zone).Year() > rec.Year {
			month = 12
		}
		add("select", ui.Field{Name: "month", Label: "月份", Options: monthOptions(), Value: strconv.Itoa(month)})
		add("radio", ui.Field{Name: "status", Label: "进展", Options: page.Terms(plan.Progresses, "")})
		add("text", ui.Field{Name: "note", Label: "进展情况", Rows: 3, Max: plan.MaxNote})
	case "adjustment":
		add("text", ui.Field{Name: "why", Label: "调整的理由", Rows: 3, Max: plan.MaxReason})
	case "dropping":
		add("select", ui.Field{Name: "item", Label: "条目", Options: itemOptions(rec)})
		add("text", ui.Field{Name: "reason", Label: "取消的理由", Rows: 2, Max: plan.MaxReason})
	case "taking-back":
		f := ui.Field{Name: "change", Label: "改动", Options: []ui.Option{{Label: "请选择"}}}
		for _, c := range rec.Pending() {
			f.Options = append(f.Options, ui.Option{Value: page.Number(c.ID), Label: choice.Name(plan.Actions, c.Action) + "：" + short(c.Theme)})
		}
		add("select", f)
	case "wording":
		add("text", ui.Field{Name: "text", Label: "总结", Rows: 16, Value: rec.Summary.Text, Max: plan.MaxSummary})
	case "archive":
		add("radio", ui.Field{Name: "retention", Label: "保管期限", Value: "permanent", Options: page.Terms(plan.Retentions, "")})
	}
	return list
}

func meeting(rec *plan.Record, verdicts []choice.Term, h handler) []ui.Control {
	number := map[string]any{"inputmode": "numeric"}
	return []ui.Control{
		{Kind: "input", Field: ui.Field{Name: "met_on", Label: "会议日期", Type: "date", Value: calendar.ISO(h.plans.Now())}},
		{Kind: "select", Field: ui.Field{Name: "chair", Label: "主持人", Hint: committee.PresidingHint, Options: page.Rows(committee.PostChoices(rec.Posts), "请选择")}},
		{Kind: "input", Field: ui.Field{Name: "present", Label: "实到人数", Hint: "应到是当天在任的全体组成人员，过半数出席才能开会", Attrs: number}},
		{Kind: "input", Field: ui.Field{Name: "for", Label: "赞成人数", Hint: "通过要超过全体组成人员的半数", Attrs: number}},
		{Kind: "radio", Field: ui.Field{Name: "verdict", Label: "审议结果", Options: page.Terms(verdicts, "")}},
		{Kind: "text", Field: ui.Field{Name: "note", Label: "修改意见或者理由", Hint: "通过的可以不填", Optional: true, Rows: 3, Max: plan.MaxReason}},
	}
}

func itemOptions(rec *plan.Record) []ui.Option {
	list := []ui.Option{{Label: "请选择"}}
	for _, i := range rec.Items {
		if !i.Dropped {
			list = append(list, ui.Option{Value: page.Number(i.ID), Label: strconv.Itoa(i.Month) + "月 " + short(i.Theme)})
		}
	}
	return list
}

func monthOptions() (list []ui.Option) {
	for m := 1; m <= 12; m++ {
		list = append(list, ui.Option{Value: strconv.Itoa(m), Label: strconv.Itoa(m) + "月"})
	}
	return list
}

// short cuts a text for an option.
func short(text string) string {
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return text
}
