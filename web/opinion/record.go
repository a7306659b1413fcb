package opinion

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/opinion"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one opinion shows.
type recordView struct {
	rec      opinion.Record
	head     ui.PageHead
	status   *ui.Status
	turn     string
	due      *ui.Due
	steps    []ui.ProcedureStep
	facts    []ui.Fact
	result   []ui.Fact
	moves    []ui.Move
	reveal   *ui.Move // shows the phone number
	events   []ui.Event
	bad      fault.Fields
	changed  string // somebody else changed the record meanwhile
	left     []ui.Fact
	unmasked string
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

func (h handler) view(r *http.Request, rec opinion.Record, sent *page.Sent) (*recordView, error) {
	actor, now := page.Actor(r), h.opinions.Now()
	cal, err := h.opinions.Calendar(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	v := &recordView{rec: rec, bad: sent.Bad(), status: status(rec.State, rec.Round), events: page.Events(rec.Timeline)}
	v.head = ui.PageHead{Title: rec.Number, Back: &ui.Link{Label: "群众意见", URL: page.OpinionsURL}, Links: prints(actor, &rec)}
	if len(rec.Deadlines) > 0 {
		d := rec.Deadlines[0]
		v.due = page.Due(cal, now, d.Label, d.DueOn, d.ID)
		v.due.Text += "，" + calendar.MonthDay(d.DueOn) + "到期"
	}
	v.turn = turn(&rec)
	v.steps = steps(&rec)
	v.facts, v.result = facts(actor, &rec), result(&rec)
	open := rec.Moves(actor, now)
	if rec.Owed() && actor.May(access.FeedBackOpinion) {
		open = append(open, procedure.Move{Name: "merged-feedback", Label: "反馈群众"})
	}
	v.moves = h.moves(&rec, open, sent)
	if actor.May(access.UnmaskResident) && rec.PhoneMask != "" {
		v.reveal = reveal(&rec, sent)
	}
	return v, nil
}

func reveal(rec *opinion.Record, sent *page.Sent) *ui.Move {
	m := &ui.Move{Label: "查看反映人电话", Action: page.OpinionURL(rec.ID) + "/phone", Consequence: "谁在什么时候为什么查看，都会记录下来。", Button: "查看"}
	sent.Fill(m, "phone", []ui.Control{{"input", ui.Field{Name: "reason", Label: "查看理由", Max: opinion.MaxReason}}})
	return m
}

// turn says whose turn it is.
func turn(rec *opinion.Record) string {
	t := opinion.Procedure.Info(rec.State).Turn
	if rec.Unit != "" && strings.HasPrefix(t, "待承办单位") {
		return "待" + rec.Street + rec.Unit + strings.TrimPrefix(t, "待承办单位")
	}
	switch {
	case rec.Owed():
		return "已合并到 " + rec.MergedNumber + "，答复还没有告知这位反映人"
	case rec.State == opinion.Merged:
		return "已合并到 " + rec.MergedNumber + "，随该件办理"
	case rec.State == opinion.Promised && rec.PromisedOn != nil:
		return "挂账，承诺 " + page.Day(rec.PromisedOn) + "前完成"
	case rec.State == opinion.Closed:
		return page.Day(rec.ClosedOn) + "办结：" + rec.ClosedHow
	case t == "":
		return opinion.Procedure.Info(rec.State).Name
	}
	return t
}

// line is the way of an opinion that goes well.
var line = []struct {
	label  string
	states []procedure.State
}{
	{"登记", []procedure.State{opinion.Registered}},
	{"交办", []procedure.State{opinion.ToAssign, opinion.Assigned, opinion.Returned}},
	{"办理", []procedure.State{opinion.Signed, opinion.Handling, opinion.Promised, opinion.ToCity}},
	{"审核", []procedure.State{opinion.Replied}},
	{"反馈", []procedure.State{opinion.ToFeedback}},
	{"评价", []procedure.State{opinion.ToRate}},
	{"办结", []procedure.State{opinion.Closed}},
}

// steps draws the line; an opinion that ended otherwise has none.
func steps(rec *opinion.Record) []ui.ProcedureStep {
	now := slices.IndexFunc(line, func(s struct {
		label  string
		states []procedure.State
	},
	) bool {
		return slices.Contains(s.states, rec.State)
	})
	if now < 0 {
		return nil
	}
	list := make([]ui.ProcedureStep, len(line))
	for i, s := range line {
		list[i].Label = s.label
		switch {
		case i < now, rec.State == opinion.Closed:
			list[i].State = "past"
		case i == now:
			list[i].State = "now"
		}
	}
	return list
}

func facts(actor access.Actor, rec *opinion.Record) []ui.Fact {
	list := []ui.Fact{
		{Label: "意见内容", Text: rec.Text, Wide: true},
		{Label: "类别", Text: choice.Name(opinion.Kinds, rec.Kind) + " · " + choice.Name(opinion.Fields, rec.Field)},
		{Label: "缓急", Text: choice.Name(opinion.Urgencies, rec.Urgency)},
		{Label: "收到", Text: calendar.Date(rec.ReceivedOn) + "，" + choice.Name(opinion.Sources, rec.Source)},
		{Label: "地点", Text: rec.Location},
		{Label: "社区", Text: strings.TrimSpace(rec.Street + " " + rec.Community)},
		{Label: "反映人", Text: resident(rec)},
		{Label: "联系电话", Text: rec.PhoneMask},
		{Label: "联系电话（反映人同意告知承办单位）", Text: rec.Phone},
		{Label: "联络站", Text: rec.Station, URL: page.LinkTo(actor, access.ViewStations, rec.StationID, page.StationURL)},
		{Label: "代表", Text: rec.Deputy, URL: page.LinkTo(actor, access.ViewDeputies, rec.DeputyID, page.DeputyURL)},
		{Label: "登记人", Text: rec.Creator},
	}
	if rec.VisitID != 0 {
		list = append(list, ui.Fact{Label: "接待登记", Text: "查看这次接待", URL: page.LinkTo(actor, access.ViewVisits, rec.VisitID, page.VisitURL)})
	}
	if rec.Sensitive {
		list = append(list, ui.Fact{Label: "可见范围", Text: "涉及代表或工委人员，只有工委主任和登记人可见"})
	}
	return filled(list)
}

func resident(rec *opinion.Record) string {
	if rec.ForgottenOn != nil {
		return "保存期限已到，" + page.Day(rec.ForgottenOn) + "去除"
	}
	if rec.Anonymous {
		return "匿名"
	}
	if rec.ConsentContact {
		return rec.Resident + "（同意把联系方式告诉承办单位）"
	}
	return rec.Resident
}

// result is what came of the opinion.
func result(rec *opinion.Record) []ui.Fact {
	list := []ui.Fact{
		{Label: "不予受理，告知的途径", Text: rec.DeclinedWhy, Wide: true},
		{Label: "给群众的答复", Text: rec.Answer, Wide: true},
		{Label: "反馈", Text: strings.TrimSpace(page.Day(rec.ToldOn) + " " + rec.ToldHow)},
		{Label: "评价", Text: rated(rec.Rating)},
		{Label: "反映人的话", Text: rec.RatingNote},
		{Label: "第一次评价", Text: rated(rec.FirstRating)},
		{Label: "办结", Text: strings.TrimSpace(page.Day(rec.ClosedOn) + " " + rec.ClosedHow)},
	}
	if rec.MergedInto != 0 {
		list = append(list, ui.Fact{Label: "合并到", Text: rec.MergedNumber, URL: page.OpinionURL(rec.MergedInto)})
	}
	for _, s := range rec.Raised {
		list = append(list, ui.Fact{Label: "转为代表建议", Text: strings.TrimSpace(s.Number + " " + s.Title), URL: page.SuggestionURL(s.ID)})
	}
	for _, m := range rec.Merged {
		text := m.Number + "，反映人还没有告知"
		if m.ToldOn != nil {
			text = m.Number + "，" + page.Day(m.ToldOn) + "已反馈"
		}
		list = append(list, ui.Fact{Label: "并入的意见", Text: text, URL: page.OpinionURL(m.ID)})
	}
	return filled(list)
}

func rated(r *string) string {
	switch {
	case r == nil:
		return ""
	case *r == "none":
		return "未评价"
	}
	return choice.Name(opinion.Ratings, *r)
}

func filled(list []ui.Fact) []ui.Fact {
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

// prints are the forms that the reader may print.
func prints(actor access.Actor, rec *opinion.Record) []ui.Link {
	var list []ui.Link
	at := page.OpinionURL(rec.ID)
	if rec.Raisable(actor) {
		list = append(list, ui.Link{Label: "转代表建议", URL: page.FilteredURL(page.NewSuggestionURL, "opinion", page.Number(rec.ID)), Icon: "deputy"})
	}
	if actor.May(access.RegisterOpinion) {
		list = append(list, ui.Link{Label: "回执", URL: at + "/receipt", Icon: "print"})
	}
	if len(rec.Assignments) > 0 {
		list = append(list, ui.Link{Label: "交办单", URL: at + "/assignment-form", Icon: "print"})
	}
	if actor.May(access.UrgeOpinion) && slices.ContainsFunc(rec.Urges, func(u opinion.UrgeLine) bool { return u.Level == "supervise" }) {
		list = append(list, ui.Link{Label: "督办函", URL: at + "/supervision-letter", Icon: "print"})
	}
	return list
}

// units is the table of who handles the opinion.
func units(rec *opinion.Record) ui.Table {
	t := ui.Table{Caption: "承办单位", Columns: []ui.Column{{Label: "单位"}, {Label: "分工"}, {Label: "交办"}, {Label: "签收"}, {Label: "说明"}}}
	for _, a := range rec.Assignments {
		part, note := "主办", a.Comment
		if a.Part == "co" {
			part = "会办"
		}
		switch {
		case a.ReturnedAt != nil:
			note = page.Day(a.ReturnedAt) + "退回：" + a.ReturnReason
		case a.EndedAt != nil:
			note = strings.TrimSpace("已改派 " + note)
		}
		if a.Round == 2 {
			part += fmt.Sprintf("（第 %d 次办理）", a.Round)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: a.Unit}, {Text: part}, {Text: calendar.Date(a.AssignedAt)}, {Text: page.Day(a.SignedAt)}, {Text: note}}})
	}
	return t
}

// verdict says what the committee said of a reply.
func verdict(r opinion.ReplyLine) string {
	switch {
	case r.Verdict == nil:
		return ""
	case *r.Verdict == "rework":
		return "退回重办：" + r.ReviewNote
	case r.ReviewNote != "":
		return "审核通过：" + r.ReviewNote
	}
	return "审核通过"
}
