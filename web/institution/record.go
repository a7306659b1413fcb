package institution

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/institution"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// asking is which text of a rule an address asks for.
type asking struct {
	On      string `form:"on"`
	Ordinal string `form:"v"`
}

func (h handler) ask(q asking) institution.Ask {
	var r text.Reader
	a := institution.Ask{On: r.Date("on", q.On, "日期", false)}
	if n, err := strconv.Atoi(q.Ordinal); err == nil && n > 0 && n < 1_000_000 {
		a.Ordinal, a.On = n, time.Time{}
	}
	return a
}

// recordView is what the page of one rule shows.
type recordView struct {
	rec      institution.Record
	actor    access.Actor
	asked    asking
	head     ui.PageHead
	status   *ui.Status
	turn     string
	steps    []ui.ProcedureStep
	facts    []ui.Fact
	moves    []ui.Move
	versions ui.Table
	opinions ui.Table
	meetings ui.Table
	filings  []institution.FilingLine
	events   []ui.Event
	links    bool // clauses lead to their own pages
	bad      fault.Fields
	changed  string
	left     []ui.Fact
	today    time.Time
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[asking](r)
	rec, err := h.read(r, h.ask(q))
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(h.view(r, rec, q, nil)))
}

func (h handler) view(r *http.Request, rec institution.Record, q asking, sent *page.Sent) *recordView {
	actor, today := page.Actor(r), h.today()
	v := &recordView{rec: rec, actor: actor, asked: q, bad: sent.Bad(), today: today, events: page.Events(rec.Timeline), links: true}
	v.status = stateTag(rec.StreetID, rec.Latest(), today)
	v.turn = h.turn(&rec)
	v.head = h.head(&rec, actor)
	v.facts = facts(&rec, today)
	if !rec.Latest().Published {
		v.steps = steps(&rec)
	}
	v.moves = h.forms(&rec, rec.Moves(actor, today), sent)
	if actor.May(access.ViewLanding) {
		v.filings = rec.Filings
	}
	v.versions, v.opinions, v.meetings = h.versionTable(&rec), opinionTable(&rec), meetingTable(&rec)
	return v
}

func (h handler) head(rec *institution.Record, actor access.Actor) ui.PageHead {
	head := ui.PageHead{Title: rec.Title, Sub: institution.TierLine(rec.Tier) + " · " + rec.Issuer(), Back: &ui.Link{Label: "制度", URL: page.InstitutionsURL}, Print: true}
	url := page.InstitutionURL(rec.ID)
	if rec.MayWrite(actor) {
		head.Primary = &ui.Link{Label: "修改条文", URL: url + "/text"}
	}
	if rec.Shown != nil {
		head.Links = append(head.Links, ui.Link{Label: "Word", URL: url + "/document.docx?v=" + strconv.Itoa(rec.Shown.Ordinal), Icon: "export"})
	}
	if rec.Latest().Ordinal > 1 {
		head.Links = append(head.Links, ui.Link{Label: "比较条文", URL: url + "/changes"})
	}
	if rec.StreetID != 0 && actor.StreetID != 0 && rec.StreetID != actor.StreetID && makes(actor) && rec.InForce(h.today()) != nil {
		head.Links = append(head.Links, ui.Link{Label: "借鉴起草", URL: page.FilteredURL(page.NewInstitutionURL, "from", page.Number(rec.ID)), Icon: "plus"})
	}
	return head
}

// turn says whose turn it is, or since when and until when the rule is in force.
func (h handler) turn(rec *institution.Record) string {
	v := rec.Latest()
	switch {
	case v.EndedOn != nil && !v.EndedOn.After(h.today()):
		return page.Day(v.EndedOn) + "起失效：" + v.EndedWhy
	case v.EndedOn != nil:
		return "将于" + page.Day(v.EndedOn) + "失效：" + v.EndedWhy
	case v.EffectiveOn != nil && v.TrialUntil != nil:
		return page.Day(v.EffectiveOn) + "起施行，试行至" + page.Day(v.TrialUntil) + "，" + calendar.Near(h.rules.Now(), *v.TrialUntil) + "期满"
	case v.EffectiveOn != nil:
		return page.Day(v.EffectiveOn) + "起施行"
	case v.State == institution.Consulting && v.ConsultUntil != nil:
		return institution.Info(rec.StreetID, v.State).Turn + "，" + page.Day(v.ConsultUntil) + "截止"
	}
	return institution.Info(rec.StreetID, v.State).Turn
}

// The ways of a rule that go well.
var (
	streetLine = []struct {
		label  string
		states []procedure.State
	}{
		{"起草", []procedure.State{institution.Draft}},
		{"征求意见", []procedure.State{institution.Consulting}},
		{"主任会议审议", []procedure.State{institution.Deliberating, institution.Revising, institution.Rejected}},
		{"签发", []procedure.State{institution.Passed}},
		{"备案", []procedure.State{institution.Signed, institution.Filed, institution.Accepted, institution.Returned}},
		{"公布施行", []procedure.State{institution.Recorded}},
	}
	cityLine = []struct {
		label  string
		states []procedure.State
	}{
		{"起草", []procedure.State{institution.Draft}},
		{"征求意见", []procedure.State{institution.Consulting}},
		{"常委会会议表决", []procedure.State{institution.Deliberating, institution.Revising, institution.Rejected}},
		{"签发", []procedure.State{institution.Passed}},
		{"公布施行", []procedure.State{institution.Signed}},
	}
)

func steps(rec *institution.Record) []ui.ProcedureStep {
	line := streetLine
	if institution.OfCity(rec.StreetID) {
		line = cityLine
	}
	now := slices.IndexFunc(line, func(s struct {
		label  string
		states []procedure.State
	},
	) bool {
		return slices.Contains(s.states, rec.Latest().State)
	})
	if now < 0 {
		return nil
	}
	list := make([]ui.ProcedureStep, len(line))
	for i, s := range line {
		list[i] = ui.ProcedureStep{Label: s.label}
		switch {
		case i < now:
			list[i].State = "past"
		case i == now:
			list[i].State = "now"
		}
	}
	return list
}

func facts(rec *institution.Record, today time.Time) []ui.Fact {
	v := rec.Shown
	if v == nil {
		v = rec.Latest()
	}
	list := []ui.Fact{{Label: "制定", Text: rec.Issuer()}, {Label: "文本", Text: draftName(v.Ordinal) + "，" + institution.StateName(rec.StreetID, v, today)}}
	add := func(label, text, url string) {
		if text != "" {
			list = append(list, ui.Fact{Label: label, Text: text, URL: url})
		}
	}
	add("文号", v.DocNumber, "")
	add("通过", page.Day(v.PassedOn), "")
	if v.SignedOn != nil {
		add("签发", page.Day(v.SignedOn)+"，"+v.Signer, "")
	}
	add("备案", page.Day(v.RecordedOn), "")
	add("施行", page.Day(v.EffectiveOn), "")
	add("试行期满", page.Day(v.TrialUntil), "")
	add("失效", page.Day(v.EndedOn), "")
	add("修订原因", v.Reason, "")
	if rec.ReplacesID != 0 {
		add("替代", rec.Replaces, page.InstitutionURL(rec.ReplacesID))
	}
	if rec.ReplacedByID != 0 {
		add("被替代", rec.ReplacedBy, page.InstitutionURL(rec.ReplacedByID))
	}
	if rec.AdoptedID != 0 && rec.Adopted != "" {
		add("借鉴自", rec.AdoptedStreet+"《"+rec.Adopted+"》", page.InstitutionURL(rec.AdoptedID))
	}
	return list
}

func (h handler) versionTable(rec *institution.Record) ui.Table {
	t := ui.Table{Caption: "各稿", Columns: []ui.Column{{Label: "稿次"}, {Label: "状态"}, {Label: "文号", Less: true}, {Label: "施行"}, {Label: "失效"}, {Label: "原因", Less: true}}}
	for i := range rec.Versions {
		v := &rec.Versions[i]
		url := page.InstitutionURL(rec.ID) + "?v=" + strconv.Itoa(v.Ordinal)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: draftName(v.Ordinal), URL: url},
			{Status: stateTag(rec.StreetID, v, h.today())},
			{Text: v.DocNumber},
			{Text: page.Day(v.EffectiveOn)},
			{Text: page.Day(v.EndedOn)},
			{Text: v.Reason},
		}})
	}
	return t
}

func opinionTable(rec *institution.Record) ui.Table {
	t := ui.Table{Caption: "征求意见", Columns: []ui.Column{{Label: "谁"}, {Label: "条"}, {Label: "意见"}, {Label: "是否采纳"}}}
	for _, o := range rec.Opinions {
		answer := ui.Cell{Status: &ui.Status{Text: "待答复", Tone: ui.ToneWait}}
		if o.Answer != "" {
			answer = ui.Cell{Text: choice.Name(institution.Answers, o.Answer), Sub: o.AnswerText}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: o.Author, Sub: choice.Name(institution.Sources, o.Source) + "，" + calendar.Date(o.GivenOn)}, {Text: where(o)}, {Text: o.Text}, answer,
		}})
	}
	return t
}

func where(o institution.OpinionLine) string {
	if o.Number == nil {
		return "全文"
	}
	return institution.Place{Number: *o.Number, Suffix: *o.Suffix}.Label()
}

func meetingTable(rec *institution.Record) ui.Table {
	t := ui.Table{Caption: "审议", Columns: []ui.Column{
		{Label: "日期", Day: true}, {Label: "会议"}, {Label: "应到", Number: true}, {Label: "实到", Number: true}, {Label: "赞成", Number: true}, {Label: "结果"},
	}}
	row := func(on time.Time, what, sub string, due, present, yes int, verdict, note string) {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: calendar.Date(on)}, {Text: what, Sub: sub}, {Text: strconv.Itoa(due)}, {Text: strconv.Itoa(present)}, {Text: strconv.Itoa(yes)}, {Text: verdict, Sub: note},
		}})
	}
	for _, m := range rec.Meetings {
		row(m.MetOn, "工委主任会议", "主持："+m.Chair, m.Due, m.Present, m.For, choice.Name(institution.Verdicts, m.Verdict), m.Note)
	}
	for _, m := range rec.Votes {
		verdict := "未通过"
		if m.Passed {
			verdict = "通过"
		}
		row(m.VotedOn, m.Session, fmt.Sprintf("反对 %d，弃权 %d", m.Against, m.Abstained), m.Members, m.Present, m.InFavour, verdict, "过全体组成人员半数为通过")
	}
	return t
}
