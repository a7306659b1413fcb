package appointment

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one file shows.
type recordView struct {
	rec      appointment.Record
	head     ui.PageHead
	status   *ui.Status
	turn     string
	missing  string // what the papers lack, while they are prepared
	warnings []string
	steps    []ui.ProcedureStep
	facts    []ui.Fact
	people   ui.Table
	votes    *ui.Table
	moves    []ui.Move
	counts   []fieldGroup // of the vote
	add      *ui.Link
	events   []ui.Event
	bad      fault.Fields
	changed  string // somebody else changed the file meanwhile
	left     []ui.Fact
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(h.view(page.Actor(r), rec, nil)))
}

func (h handler) view(actor access.Actor, rec appointment.Record, sent *page.Sent) *recordView {
	v := &recordView{rec: rec, bad: sent.Bad(), status: status(rec.State), events: page.Events(rec.Timeline), warnings: rec.Warnings()}
	v.head = ui.PageHead{Title: rec.Title, Sub: rec.Committee, Back: &ui.Link{Label: "任免", URL: page.AppointmentsURL}, Print: true}
	if rec.PublishedOn != nil || rec.State == appointment.Passed {
		v.head.Links = []ui.Link{{Label: "任免公告", URL: page.AppointmentURL(rec.ID) + "/announcement/document.docx", Icon: "export"}}
	}
	v.turn = turn(&rec)
	v.steps = steps(&rec)
	v.facts = facts(&rec)
	v.people, v.votes = people(&rec), votes(&rec)
	if prepares(actor, &rec) {
		v.head.Links = append(v.head.Links, page.SheetLinks(actor, "appointees", "人选", rec.StreetID, access.PrepareAppointment)...)
		v.add = &ui.Link{Label: "加入任免的人", URL: page.AppointmentURL(rec.ID) + "/people/new", Icon: "plus"}
		v.missing = strings.Join(rec.Missing(), "、")
	}
	v.moves, v.counts = h.moves(actor, &rec, sent), counts(&rec, sent)
	return v
}

func prepares(actor access.Actor, rec *appointment.Record) bool {
	return rec.State == appointment.Preparing && actor.May(access.PrepareAppointment)
}

// turn says whose turn it is.
func turn(rec *appointment.Record) string {
	switch rec.State {
	case appointment.Failed:
		return page.Day(rec.VotedOn) + "表决，没有人获得全体组成人员过半数的赞成"
	case appointment.InPost:
		return "任命书已颁发，自" + page.Day(rec.VotedOn) + "起任职"
	case appointment.Concluded:
		return "自" + page.Day(rec.VotedOn) + "起不再担任职务"
	case appointment.Withdrawn:
		return rec.WithdrawnWhy
	}
	t := appointment.Procedure.Info(rec.State).Turn
	if rec.State == appointment.Preparing && rec.ReturnedWhy != "" {
		t += "。市里退回：" + rec.ReturnedWhy
	}
	return t
}

// line is the way of a file that goes well.
var line = []struct {
	label string
	state procedure.State
}{
	{"材料准备", appointment.Preparing},
	{"主任会议", appointment.Submitted},
	{"常委会审议", appointment.Tabled},
	{"无记名表决", appointment.Deliberated},
	{"公布", appointment.Passed},
	{"任命书", appointment.Published},
	{"在职", appointment.InPost},
}

// steps draws the line; a file that ended otherwise has none.
func steps(rec *appointment.Record) []ui.ProcedureStep {
	now := slices.IndexFunc(line, func(s struct {
		label string
		state procedure.State
	},
	) bool {
		return s.state == rec.State
	})
	if now < 0 {
		return nil
	}
	list := make([]ui.ProcedureStep, len(line))
	for i, s := range line {
		list[i].Label = s.label
		switch {
		case i < now, rec.State == appointment.InPost:
			list[i].State = "past"
		case i == now:
			list[i].State = "now"
		}
	}
	return list
}

func facts(rec *appointment.Record) []ui.Fact {
	session := page.Day(rec.SessionOn)
	if rec.Session != "" {
		session = rec.Session + "，" + session
	}
	list := []ui.Fact{
		{Label: "事由", Text: rec.Ground, Wide: true},
		{Label: "提请", Text: strings.TrimSpace(page.Day(rec.SubmittedOn) + " " + signed(rec.SignedBy))},
		{Label: "提请的常委会会议", Text: session},
		{Label: "没有提前送达的理由", Text: rec.LateReason, Wide: true},
		{Label: "市人大常委会主任会议决定", Text: page.Day(rec.TabledOn)},
		{Label: "常委会审议", Text: strings.TrimSpace(page.Day(rec.DeliberatedOn) + " " + explained(rec.ExplainedBy))},
		{Label: "无记名表决", Text: page.Day(rec.VotedOn)},
		{Label: "公布", Text: strings.TrimSpace(page.Day(rec.PublishedOn) + " " + rec.Notice)},
		{Label: "颁发任命书", Text: strings.TrimSpace(page.Day(rec.CertifiedOn) + " " + signed(rec.Signer))},
		{Label: "撤回的理由", Text: rec.WithdrawnWhy, Wide: true},
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

func signed(name string) string {
	if name == "" {
		return ""
	}
	return name + "签署"
}

func explained(name string) string {
	if name == "" {
		return ""
	}
	return name + "到会说明"
}

func people(rec *appointment.Record) ui.Table {
	t := ui.Table{Caption: "任免的人", Columns: []ui.Column{{Label: "姓名"}, {Label: "任免"}, {Label: "材料"}, {Label: "结果"}}}
	for i := range rec.People {
		a := &rec.People[i]
		url := personURL(rec.ID, a.ID)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: a.Name, URL: url, Sub: a.Work},
			{Text: a.ActName() + a.PostName()},
			{Status: papersOf(a)},
			{Status: outcome(rec, a)},
		}})
	}
	return t
}

func papersOf(a *appointment.Appointee) *ui.Status {
	var lacks []string
	if a.Forms == 0 {
		lacks = append(lacks, "任免呈报表")
	}
	if a.Reviews == 0 {
		lacks = append(lacks, appointment.ReviewName(a.Act))
	}
	if lacks == nil {
		return &ui.Status{Text: "齐备", Tone: ui.ToneGo}
	}
	return &ui.Status{Text: "缺" + strings.Join(lacks, "、"), Tone: ui.ToneWait}
}

// outcome says what became of a person: not yet voted on, refused, in post, or
// out of it since when and why.
func outcome(rec *appointment.Record, a *appointment.Appointee) *ui.Status {
	switch {
	case a.Passed == nil:
		return &ui.Status{Text: "待表决", Tone: ui.TonePlain}
	case !*a.Passed:
		return &ui.Status{Text: "未通过", Tone: ui.ToneStop}
	case a.Act != appointment.Appoint:
		return &ui.Status{Text: page.Day(rec.VotedOn) + "起" + choice.Name(committee.Endings, a.TermWhy), Tone: ui.ToneGo}
	case a.TermUntil != nil:
		return &ui.Status{Text: page.Day(a.TermUntil) + "起" + choice.Name(committee.Endings, a.TermWhy), Tone: ui.ToneDone}
	}
	return &ui.Status{Text: page.Day(a.TermSince) + "起任职", Tone: ui.ToneGo}
}

// votes is the result sheet, once it is there.
func votes(rec *appointment.Record) *ui.Table {
	if rec.VotedOn == nil {
		return nil
	}
	t := &ui.Table{Caption: "表决结果", Columns: []ui.Column{
		{Label: "姓名"},
		{Label: "全体组成人员", Number: true},
		{Label: "出席", Number: true},
		{Label: "赞成", Number: true},
		{Label: "反对", Number: true},
		{Label: "弃权", Number: true},
		{Label: "未按表决器", Number: true},
		{Label: "结果"},
	}}
	for i := range rec.People {
		a := &rec.People[i]
		row := ui.Row{Cells: []ui.Cell{{Text: a.Name, Sub: a.ActName() + a.PostName()}}}
		for _, n := range []*int{a.Total, a.Present, a.VotesFor, a.Against, a.Abstained, a.NotPressed} {
			if n == nil {
				return nil
			}
			row.Cells = append(row.Cells, ui.Cell{Text: strconv.Itoa(*n)})
		}
		s := &ui.Status{Text: "通过", Tone: ui.ToneGo}
		if !*a.Passed {
			s = &ui.Status{Text: "未通过", Tone: ui.ToneStop}
		}
		row.Cells = append(row.Cells, ui.Cell{Status: s})
		t.Rows = append(t.Rows, row)
	}
	return t
}
