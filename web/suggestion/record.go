package suggestion

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/internal/suggestion"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one suggestion shows.
type recordView struct {
	rec     suggestion.Record
	head    ui.PageHead
	status  *ui.Status
	turn    string
	due     *ui.Due
	steps   []ui.ProcedureStep
	facts   []ui.Fact
	content []ui.Fact
	signers ui.Table
	units   ui.Table
	outcome []ui.Fact
	pledges []pledge
	moves   []ui.Move
	events  []ui.Event
	bad     fault.Fields
	changed string // somebody else changed the record meanwhile
	left    []ui.Fact
}

// pledge is one promise with how it stands.
type pledge struct {
	suggestion.Pledge
	status ui.Status
	due    *ui.Due
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, err := h.view(r, rec, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(v))
}

func (h handler) view(r *http.Request, rec suggestion.Record, sent *page.Sent) (*recordView, error) {
	actor, now := page.Actor(r), h.suggestions.Now()
	cal, err := h.suggestions.Calendar(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	v := &recordView{rec: rec, bad: sent.Bad(), status: status(rec.State, rec.Round), turn: turn(&rec), steps: steps(rec.State), events: page.Events(rec.Timeline)}
	v.head = ui.PageHead{Title: rec.Title, Sub: strings.TrimSpace(rec.Number + " " + choice.Name(suggestion.Classes, rec.Class)), Back: &ui.Link{Label: "代表建议", URL: page.SuggestionsURL}, Links: papers(&rec), Print: true}
	if rec.Revisable(actor) {
		v.head.Links = append(v.head.Links, ui.Link{Label: "修改", URL: page.SuggestionURL(rec.ID) + "/edit"})
	}
	if len(rec.Deadlines) > 0 {
		d := rec.Deadlines[0]
		v.due = page.Due(cal, now, d.Label, d.DueOn, d.ID)
		v.due.Text += "，" + calendar.MonthDay(d.DueOn) + "到期"
	}
	v.facts, v.content, v.outcome = facts(actor, &rec), content(&rec.Suggestion), outcome(&rec)
	v.signers, v.units = signers(&rec), units(&rec)
	for _, p := range rec.Pledges {
		v.pledges = append(v.pledges, standing(p, cal, &rec, h))
	}
	v.moves = h.moves(&rec, rec.Moves(actor, now), sent)
	return v, nil
}

func standing(p suggestion.Pledge, cal *calendar.Calendar, rec *suggestion.Record, h handler) pledge {
	out := pledge{Pledge: p}
	switch {
	case p.State == "kept":
		out.status = ui.Status{Text: "已兑现", Tone: ui.ToneGo}
	case p.State == "replaced":
		out.status = ui.Status{Text: "由重新答复代替", Tone: ui.ToneDone}
	default:
		out.status = ui.Status{Text: "待兑现", Tone: ui.ToneWait}
		if d := rec.Due("promise"); d != nil {
			out.due = page.Due(cal, h.suggestions.Now(), "", d.DueOn, d.ID)
		}
	}
	return out
}

// papers are what can be downloaded of it.
func papers(rec *suggestion.Record) []ui.Link {
	var list []ui.Link
	at := page.SuggestionURL(rec.ID)
	if rec.AssignedOn != nil && len(rec.Assignments) > 0 {
		list = append(list, ui.Link{Label: "交办单", URL: at + "/assignment.docx", Icon: "document"})
	}
	if len(rec.Replies) > 0 {
		list = append(list, ui.Link{Label: "答复函", URL: at + "/document.docx", Icon: "document"})
	}
	return list
}

// turn says whose turn it is.
func turn(rec *suggestion.Record) string {
	t := suggestion.Procedure.Info(rec.State).Turn
	who := "市代表工委"
	if rec.Class == suggestion.Street {
		who = "工委办公室"
	}
	switch rec.State {
	case suggestion.Draft, suggestion.SentBack:
		if n := unsigned(rec); n > 0 {
			return fmt.Sprintf("还有 %d 位代表没有确认署名", n)
		}
		return "待" + rec.Lead + "提交"
	case suggestion.Submitted, suggestion.ToAssign, suggestion.Returned, suggestion.Coordination:
		return "待" + who + strings.TrimPrefix(t, "待")
	case suggestion.Assigned, suggestion.Handling, suggestion.Promised:
		return "待" + rec.Street + rec.Unit + strings.TrimPrefix(t, "待承办单位")
	case suggestion.Replied:
		return "待领衔代表" + rec.Lead + "评价"
	case suggestion.Merged:
		return "已并入 " + rec.MergedNumber + "，一并答复"
	case suggestion.Closed:
		return page.Day(rec.ClosedOn) + "办结：" + rec.ClosedHow
	}
	return t
}

func unsigned(rec *suggestion.Record) (n int) {
	for _, g := range rec.Signers {
		if g.ConfirmedAt == nil {
			n++
		}
	}
	return n
}

// line is the way of a suggestion that goes well.
var line = []struct {
	label  string
	states []procedure.State
}{
	{"起草", []procedure.State{suggestion.Draft, suggestion.Review, suggestion.SentBack}},
	{"受理", []procedure.State{suggestion.Submitted}},
	{"交办", []procedure.State{suggestion.ToAssign, suggestion.Assigned, suggestion.Returned}},
	{"办理", []procedure.State{suggestion.Handling}},
	{"评价", []procedure.State{suggestion.Replied, suggestion.Coordination}},
	{"兑现", []procedure.State{suggestion.Promised}},
	{"办结", []procedure.State{suggestion.Closed}},
}

// steps draws the line; a suggestion that ended otherwise has none.
func steps(state procedure.State) []ui.ProcedureStep {
	now := -1
	for i, s := range line {
		if slices.Contains(s.states, state) {
			now = i
		}
	}
	if now < 0 {
		return nil
	}
	list := make([]ui.ProcedureStep, len(line))
	for i, s := range line {
		list[i].Label = s.label
		switch {
		case i < now, state == suggestion.Closed:
			list[i].State = "past"
		case i == now:
			list[i].State = "now"
		}
	}
	return list
}

// content is what is suggested.
func content(s *suggestion.Suggestion) []ui.Fact {
	return filled([]ui.Fact{
		{Label: "题目", Text: s.Title, Wide: true},
		{Label: "情况和问题", Text: s.Facts, Wide: true},
		{Label: "原因分析", Text: s.Analysis, Wide: true},
		{Label: "具体建议", Text: s.Proposals, Wide: true},
	})
}

func facts(actor access.Actor, rec *suggestion.Record) []ui.Fact {
	list := []ui.Fact{
		{Label: "类别", Text: choice.Name(suggestion.Categories, rec.Category)},
		{Label: "街道", Text: rec.Street},
		{Label: "提交", Text: page.Day(rec.SubmittedOn)},
		{Label: "交办", Text: page.Day(rec.AssignedOn)},
		{Label: "公开", Text: yes(rec.Open, "同意公开", "不公开")},
		{Label: "沟通", Text: yes(rec.Contact, "希望多沟通", "按规定沟通即可")},
	}
	if rec.AssignedOn != nil {
		list = append(list, ui.Fact{Label: "答复期限", Text: fmt.Sprintf("%d 个月，%s", rec.Months, calendar.Date(calendar.AddMonths(*rec.AssignedOn, rec.Months)))})
	}
	for _, s := range rec.Sources {
		f := ui.Fact{Label: "来源意见", Text: s.Number}
		if s.Seen {
			f.URL = page.LinkTo(actor, access.ViewOpinions, s.OpinionID, page.OpinionURL)
		}
		list = append(list, f)
	}
	for _, m := range rec.Merged {
		list = append(list, ui.Fact{Label: "并入的建议", Text: m.Number + " " + m.Title, URL: page.SuggestionURL(m.ID)})
	}
	if rec.MergedInto != 0 {
		list = append(list, ui.Fact{Label: "并入", Text: rec.MergedNumber, URL: page.SuggestionURL(rec.MergedInto)})
	}
	if rec.KeyOn != nil {
		list = append(list, ui.Fact{Label: "重点督办", Text: page.Day(rec.KeyOn) + "，" + rec.KeyBasis, Wide: true})
	}
	return filled(list)
}

func yes(is bool, then, otherwise string) string {
	if is {
		return then
	}
	return otherwise
}

func filled(list []ui.Fact) []ui.Fact {
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

// outcome is what came of the suggestion beside its replies.
func outcome(rec *suggestion.Record) []ui.Fact {
	why := choice.Name(suggestion.Refusals, rec.Refusal)
	if rec.RefusalNote != "" {
		why += "：" + rec.RefusalNote
	}
	list := []ui.Fact{{Label: "退回、转信的理由", Text: why, Wide: true}}
	for _, r := range rec.Ratings {
		label := "代表评价"
		if r.Round == 2 {
			label = "再次评价"
		}
		text := calendar.Date(r.RatedAt) + "　办理态度：" + rated(r.Attitude) + "　办理结果：" + rated(r.Result)
		if r.How == "paper" {
			text += "（书面征询意见表）"
		}
		if r.Note != "" {
			text += "\n" + r.Note
		}
		list = append(list, ui.Fact{Label: label, Text: text, Wide: true})
	}
	if rec.Rating == "none" {
		list = append(list, ui.Fact{Label: "代表评价", Text: "催请后未评价，不计入满意度", Wide: true})
	}
	list = append(list, ui.Fact{Label: "协调结果", Text: rec.Coordination, Wide: true}, ui.Fact{Label: "撤回", Text: rec.WithdrawnWhy, Wide: true})
	return filled(list)
}

func signers(rec *suggestion.Record) ui.Table {
	t := ui.Table{Caption: "署名代表", Columns: []ui.Column{{Label: "代表"}, {Label: "署名"}, {Label: "确认"}}}
	for _, g := range rec.Signers {
		row := ui.Row{Cells: []ui.Cell{{Text: g.Name}, {Text: yes(g.Lead, "领衔", "联名")}, {Status: &ui.Status{Text: "待确认", Tone: ui.ToneWait}}}}
		if g.ConfirmedAt != nil {
			row.Cells[2] = ui.Cell{Text: calendar.Date(*g.ConfirmedAt), Sub: yes(g.How == "paper", "书面签名："+g.Note, "")}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// units is the table of who handles the suggestion.
func units(rec *suggestion.Record) ui.Table {
	t := ui.Table{Caption: "承办单位", Columns: []ui.Column{{Label: "单位"}, {Label: "分工"}, {Label: "交办"}, {Label: "签收"}, {Label: "说明"}}}
	for _, a := range rec.Assignments {
		note := ""
		switch {
		case a.ReturnedAt != nil:
			note = page.Day(a.ReturnedAt) + "退回：" + a.ReturnReason
		case a.EndedAt != nil:
			note = "已改派"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: a.Unit}, {Text: yes(a.Part == "lead", "主办", "会办")}, {Text: calendar.Date(a.AssignedAt)}, {Text: page.Day(a.SignedAt)}, {Text: note},
		}})
	}
	return t
}

// signedBy says which reply it is, and who signed it when.
func signedBy(r suggestion.ReplyLine) string {
	return strings.TrimSpace(replyTitle(r) + "，" + r.Unit + r.Signer + calendar.Date(r.SignedOn) + "签发 " + r.Number)
}

func replyTitle(r suggestion.ReplyLine) string {
	switch {
	case r.Kind == "fulfilment":
		return "兑现承诺的答复"
	case r.Round == 2:
		return "重新办理的答复"
	}
	return "答复"
}
