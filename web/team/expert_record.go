package team

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/internal/team"
	"portal/web/page"
	"portal/web/ui"
)

// expertView is what the page of one expert shows.
type expertView struct {
	rec       team.ExpertRecord
	head      ui.PageHead
	status    ui.Status
	turn      string
	steps     []ui.ProcedureStep
	facts     []ui.Fact
	statement []ui.Fact
	hours     string
	works     ui.Table
	terms     []termView
	moves     []ui.Move
	events    []ui.Event
	bad       fault.Fields
	changed   string
	left      []ui.Fact
	unmasked  string
}

// termView is one engagement with what was done for it.
type termView struct {
	title  string
	status ui.Status
	facts  []ui.Fact
}

func (h handler) expert(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readExpert(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, expertPage(h.expertView(r, rec, nil)))
}

func (h handler) expertView(r *http.Request, rec team.ExpertRecord, sent *page.Sent) *expertView {
	actor := page.Actor(r)
	v := &expertView{
		rec: rec, bad: sent.Bad(), status: *expertStatus(rec.State), turn: expertTurn(&rec), steps: expertSteps(&rec),
		facts: expertFacts(&rec)[1:], statement: statement(rec.Statement), hours: strings.TrimSuffix(rec.Hours, ".0"), works: works(rec.Works), events: page.Events(rec.Timeline),
	}
	v.head = ui.PageHead{Title: rec.Name, Sub: rec.Street + "咨询专家", Back: &ui.Link{Label: "咨询专家", URL: page.ExpertsURL}}
	if actor.Role == access.Expert {
		v.head.Back = nil
	}
	if actor.May(access.KeepExperts) {
		v.head.Links = []ui.Link{{Label: "修改资料", URL: page.ExpertURL(rec.ID) + "/edit", Icon: "document"}}
	}
	if rec.Certified() != nil {
		v.head.Links = append(v.head.Links, ui.Link{Label: "聘书（Word）", URL: page.ExpertURL(rec.ID) + "/document.docx", Icon: "export"})
	}
	for i := range rec.Terms {
		t := &rec.Terms[i]
		v.terms = append(v.terms, termView{termTitle(t), *expertStatus(t.State), termFacts(t)})
	}
	v.moves = h.expertMoves(actor, &rec, sent)
	return v
}

// expertTurn says whose turn it is, or until when they are engaged.
func expertTurn(rec *team.ExpertRecord) string {
	var parts []string
	if t := rec.Certified(); t != nil && t.State == team.Engaged {
		parts = append(parts, "聘期至"+page.Day(t.UntilOn))
	}
	if t := rec.OpenTerm(); t != nil {
		turn := team.Experts.Info(t.State).Turn
		switch {
		case t.State == team.Recommended && !t.Consented():
			turn = "待登记本人和单位同意"
		case t.State == team.Publicised:
			turn = "公示到" + page.Day(t.PublicUntil) + "，期满后登记结果"
		case t.State == team.Approved && t.PublicFrom != nil:
			turn = "公示期满，待工委主任签发聘书"
		}
		if len(rec.Terms) > 1 {
			turn = "续聘：" + turn
		}
		parts = append(parts, turn)
	}
	return strings.Join(parts, "；")
}

// expertLine is the way of a recommendation that goes well.
var expertLine = []struct {
	label  string
	states []procedure.State
}{
	{"推荐", []procedure.State{team.Recommended}},
	{"审核", []procedure.State{team.Reviewed}},
	{"审定、公示", []procedure.State{team.Publicised}},
	{"发聘书", []procedure.State{team.Approved}},
	{"在聘", []procedure.State{team.Engaged}},
}

// expertSteps draws the line of the newest term; one that ended has none. What a
// state names has been done: what comes next is now.
func expertSteps(rec *team.ExpertRecord) []ui.ProcedureStep {
	if len(rec.Terms) == 0 {
		return nil
	}
	state := rec.Terms[0].State
	now := map[procedure.State]int{team.Recommended: 1, team.Reviewed: 2, team.Publicised: 2, team.Approved: 3, team.Engaged: 5}[state]
	if now == 0 {
		return nil
	}
	var list []ui.ProcedureStep
	for i, s := range expertLine {
		step := ui.ProcedureStep{Label: s.label}
		switch {
		case i < now:
			step.State = "past"
		case i == now:
			step.State = "now"
		}
		list = append(list, step)
	}
	return list
}

func expertFacts(rec *team.ExpertRecord) []ui.Fact {
	return filled([]ui.Fact{
		{Label: "姓名", Text: rec.Name},
		{Label: "专业领域", Text: choice.Name(team.Fields, rec.Field)},
		{Label: "职称", Text: rec.Title},
		{Label: "工作单位和职务", Text: rec.Work},
		{Label: "性别", Text: sex(rec.Sex)},
		{Label: "出生年份", Text: year(rec.Born)},
		{Label: "联系电话", Text: rec.PhoneMask},
		{Label: "首次受聘", Text: page.Day(rec.Since)},
	})
}

func statement(st *team.StatementLine) []ui.Fact {
	if st == nil {
		return nil
	}
	by := "，" + st.Declarant + "登记"
	if st.ByExpert {
		by = "，本人申报"
	}
	units, matters := strings.Join(st.Units, "\n"), strings.Join(st.Matters, "\n")
	if units+matters == "" {
		units = "没有需要回避的单位和事项"
	}
	return filled([]ui.Fact{
		{Label: "回避的单位", Text: units, Wide: true},
		{Label: "回避的事项", Text: matters, Wide: true},
		{Label: "申报", Text: calendar.Date(st.DeclaredOn) + by},
	})
}

func works(list []team.WorkLine) ui.Table {
	t := ui.Table{Caption: "工作记录", Columns: []ui.Column{{Label: "事由"}, {Label: "日期", Day: true}, {Label: "类别"}, {Label: "用时（小时）", Number: true}, {Label: "状态"}, {Label: "采纳情况"}}}
	for _, w := range list {
		state := ui.Status{Text: "已确认", Tone: ui.ToneGo}
		note := ""
		switch w.State {
		case "entered":
			state = ui.Status{Text: "待确认", Tone: ui.ToneWait}
		case "refused":
			state, note = ui.Status{Text: "未确认", Tone: ui.ToneDone}, w.RefusedWhy
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: w.Subject, Sub: strings.TrimSpace(w.About + " " + w.Text)},
			{Text: calendar.Date(w.DoneOn)},
			{Text: choice.Name(team.Kinds, w.Kind)},
			{Text: strings.TrimSuffix(w.Hours, ".0")},
			{Status: &state, Sub: note},
			{Text: choice.Name(team.Adoptions, w.Adoption), Sub: w.AdoptionWhy},
		}})
	}
	return t
}

func termTitle(t *team.TermLine) string {
	if t.CertifiedOn != nil {
		return t.Certificate
	}
	return calendar.Date(t.RecommendedOn) + "推荐"
}

func termFacts(t *team.TermLine) []ui.Fact {
	unit := page.Day(t.UnitConsentOn)
	if t.NoUnit != "" {
		unit = "不需要：" + t.NoUnit
	}
	met := ""
	if t.MetOn != nil {
		met = fmt.Sprintf("%s，%s主持，应到 %s 人，到会 %s 人，赞成 %s 票", page.Day(t.MetOn), t.Chair, deref(t.MetDue), deref(t.MetPresent), deref(t.MetFor))
	}
	public := ""
	if t.PublicFrom != nil {
		public = page.Day(t.PublicFrom) + "至" + page.Day(t.PublicUntil)
	}
	signed, term := "", ""
	if t.CertifiedOn != nil {
		signed = page.Day(t.CertifiedOn) + "，" + t.Certifier
		term = page.Day(t.FromOn) + "至" + page.Day(t.UntilOn)
	}
	ended := ""
	if t.EndedOn != nil {
		ended = page.Day(t.EndedOn) + "，" + choice.Name(team.DismissedWhy, t.EndedWhy)
	}
	reviewed := ""
	if t.ReviewedOn != nil {
		reviewed = page.Day(t.ReviewedOn) + "，" + t.Reviewer
	}
	return filled([]ui.Fact{
		{Label: "推荐", Text: calendar.Date(t.RecommendedOn) + "，" + t.Recommender},
		{Label: "本人同意", Text: page.Day(t.PersonConsentOn)},
		{Label: "单位同意", Text: unit},
		{Label: "审核", Text: reviewed},
		{Label: "审核意见", Text: t.Review},
		{Label: "工委主任会议审定", Text: met, Wide: true},
		{Label: "公示", Text: public},
		{Label: "公示结果", Text: t.PublicResult},
		{Label: "聘期", Text: term},
		{Label: "签发", Text: signed},
		{Label: "未聘任", Text: strings.Trim(page.Day(t.DeclinedOn)+"，"+t.DeclinedWhy, "，"), Wide: true},
		{Label: "解聘", Text: ended},
		{Label: "解聘说明", Text: t.EndedNote},
	})
}

// expertMove serves one move.
func (h handler) expertMove(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = expertActs[name](r.Context(), h.teams, page.Actor(r), asked{sent})
		return sent.Answer(w, err, page.ExpertURL(sent.ID), expertSaid(name), func(code int) error { return h.expertAgain(w, r, code, sent) })
	}
}

func expertSaid(name string) string {
	switch name {
	case "statement":
		return "回避事项已申报。"
	case "work":
		return "工作记录已登记。"
	case "work-decision":
		return "工作记录已处理。"
	case "adoption":
		return "采纳情况已登记。"
	}
	return "“" + team.Experts.Move(name).Label + "”已完成。"
}

// expertAgain shows the record with the form that was not accepted, as it was typed.
func (h handler) expertAgain(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.readExpert(r)
	if err != nil {
		return err
	}
	v := h.expertView(r, rec, sent)
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("这位专家的记录"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, expertPage(v))
}

// expertPhone shows the number once, to who says why.
func (h handler) expertPhone(w http.ResponseWriter, r *http.Request) error {
	sent, reason, err := readPhone(w, r)
	if err != nil {
		return err
	}
	var phone string
	err = sent.Try(func() (err error) {
		phone, err = h.teams.Unmask(r.Context(), page.Actor(r), sent.ID, reason)
		return err
	})
	if err != nil {
		return sent.Answer(w, err, "", "", func(code int) error { return h.expertAgain(w, r, code, sent) })
	}
	rec, err := h.readExpert(r)
	if err != nil {
		return err
	}
	v := h.expertView(r, rec, nil)
	v.unmasked = unmasked(rec.Name, phone)
	return page.OK(w, r, expertPage(v))
}

func unmasked(name, phone string) string {
	if phone == "" {
		return "没有登记电话。"
	}
	return name + "的电话：" + phone + "。查看已记录，请只用于工作联系。"
}

// certificate sends the 聘书 of a term, the newest where none is named.
func (h handler) certificate(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readExpert(r)
	if err != nil {
		return err
	}
	t := rec.Certified()
	if id := page.Int64(r.URL.Query().Get("term")); id != 0 {
		i := slices.IndexFunc(rec.Terms, func(t team.TermLine) bool { return t.ID == id && t.CertifiedOn != nil })
		if i < 0 {
			return fault.NotFound
		}
		t = &rec.Terms[i]
	}
	if t == nil {
		return fault.NotFound
	}
	paper := rec.Paper(t)
	page.Attachment(w, "聘书-"+t.Holder+".docx", document.DOCX)
	return paper.WriteDocx(w)
}
