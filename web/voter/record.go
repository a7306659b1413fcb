package voter

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/procedure"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one selection shows.
type recordView struct {
	rec        voter.Record
	head       ui.PageHead
	status     *ui.Status
	turn       string
	due        *ui.Due
	steps      []ui.ProcedureStep
	facts      []ui.Fact
	decision   []ui.Fact
	districts  ui.Table
	candidates ui.Table
	selected   ui.Table
	children   ui.Table
	moves      []ui.Move
	events     []ui.Event
	bad        fault.Fields
	changed    string
	left       []ui.Fact
}

func (h handler) selection(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(h.view(r, rec, nil)))
}

func (h handler) view(r *http.Request, rec voter.Record, sent *page.Sent) *recordView {
	actor, now := page.Actor(r), h.voters.Now()
	v := &recordView{rec: rec, bad: sent.Bad(), status: status(rec.State), events: page.Events(rec.Timeline), turn: turn(&rec)}
	v.head = ui.PageHead{Title: rec.Title(), Sub: rec.Street, Back: &ui.Link{Label: "推选工作", URL: page.SelectionsURL}}
	if actor.May(access.KeepSelections) && rec.State == voter.Plan && rec.Kind == voter.General {
		v.head.Links = append(v.head.Links, ui.Link{Label: "修改方案", URL: page.SelectionURL(rec.ID) + "/plan", Icon: "document"})
	}
	if rec.State == voter.Recommending {
		v.head.Links = append(v.head.Links, page.SheetLinks(actor, "voter-candidates", "人选", rec.StreetID, access.KeepSelections)...)
	}
	if rec.AnnouncedOn != nil {
		v.head.Links = append(v.head.Links, ui.Link{Label: "公告（Word）", URL: page.SelectionURL(rec.ID) + "/document.docx", Icon: "document"})
	}
	if rec.DueOn != nil {
		v.due = runs(rec.Calendar, h, rec.SelectionLine)
	}
	v.steps, v.facts, v.decision = steps(&rec), facts(&rec), decision(&rec)
	v.districts = districtTable(&rec, actor.May(access.KeepSelections) && rec.State == voter.Meeting)
	v.candidates, v.selected = candidateTable(&rec), selectedTable(&rec)
	v.children = h.selectionTable(rec.Children, rec.Calendar, false)
	v.moves = h.moves(&rec, rec.Moves(actor, now), sent)
	return v
}

// turn says whose turn it is.
func turn(rec *voter.Record) string {
	switch {
	case rec.State == voter.Stopped:
		return page.Day(rec.EndedOn) + "终止：" + rec.StoppedWhy
	case rec.State == voter.Ended:
		return page.Day(rec.EndedOn) + "结束"
	}
	return voter.Procedure.Info(rec.State).Turn
}

// line is the way of a selection that goes well.
var line = []procedure.State{
	voter.Plan, voter.Recommending, voter.Vetting, voter.Publicity, voter.Meeting, voter.Confirming, voter.Confirmed, voter.Announced, voter.Ended,
}

var lineNames = map[procedure.State]string{voter.Confirming: "主任会议确认", voter.Confirmed: "公告", voter.Announced: "发证"}

func steps(rec *voter.Record) []ui.ProcedureStep {
	now := slices.Index(line, rec.State)
	if now < 0 {
		return nil
	}
	list := make([]ui.ProcedureStep, len(line))
	for i, s := range line {
		list[i].Label = voter.Procedure.Info(s).Name
		if name := lineNames[s]; name != "" {
			list[i].Label = name
		}
		switch {
		case i < now, rec.State == voter.Ended:
			list[i].State = "past"
		case i == now:
			list[i].State = "now"
		}
	}
	return list
}

func facts(rec *voter.Record) []ui.Fact {
	var targets []string
	for _, t := range rec.Targets {
		targets = append(targets, fmt.Sprintf("%s %d%%", voter.TraitName(t.Trait), t.Percent))
	}
	list := []ui.Fact{
		{Label: "种类", Text: choice.Name(voter.Kinds, rec.Kind)},
		{Label: "任期", Text: calendar.Date(rec.TermFrom) + "至" + calendar.Date(rec.TermUntil)},
		{Label: "名额", Text: strconv.Itoa(rec.Seats) + " 名"},
		{Label: "通过标准", Text: fmt.Sprintf("得票超过到会人数的 %d%%，按得票从高到低，不超过名额", rec.PassPercent)},
		{Label: "代表性目标", Text: strings.Join(targets, "，")},
		{Label: "公示", Text: publicity(rec)},
		{Label: "依据和说明", Text: rec.Basis, Wide: true},
	}
	if rec.ParentID != 0 {
		list = append(list, ui.Fact{Label: "所属换届推选", Text: "查看", URL: page.SelectionURL(rec.ParentID)})
	}
	return filled(list)
}

func publicity(rec *voter.Record) string {
	until := rec.PublicityUntil
	if until == nil {
		until = rec.DueOn
	}
	if rec.PublicityFrom == nil || until == nil {
		return ""
	}
	return calendar.Date(*rec.PublicityFrom) + "至" + calendar.Date(*until)
}

func decision(rec *voter.Record) []ui.Fact {
	if rec.MetOn == nil {
		return nil
	}
	return filled([]ui.Fact{
		{Label: "工委主任会议", Text: calendar.Date(*rec.MetOn) + "，" + rec.Chair + "主持"},
		{Label: "表决", Text: fmt.Sprintf("全体组成人员 %d 人，到会 %d 人，赞成 %d 人，通过", *rec.MetDue, *rec.MetPresent, *rec.MetFor)},
		{Label: "公告", Text: strings.TrimSpace(page.Day(rec.AnnouncedOn) + " " + rec.DocumentNumber)},
	})
}

func filled(list []ui.Fact) []ui.Fact {
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

// districtTable is the plan with what the meetings counted; counts leads to the
// form of each meeting.
func districtTable(rec *voter.Record, counts bool) ui.Table {
	t := ui.Table{Caption: "选区", Columns: []ui.Column{{Label: "选区"}, {Label: "名额", Number: true}, {Label: "人选", Number: true}, {Label: "推选会议"}, {Label: "到会", Less: true}}}
	for _, d := range rec.Districts {
		stand := 0
		for _, c := range rec.Candidates {
			if c.DistrictID == d.ID && c.DroppedWhy == "" {
				stand++
			}
		}
		row := ui.Row{Cells: []ui.Cell{{Text: d.Name, Sub: d.Area}, {Text: strconv.Itoa(d.Seats)}, {Text: strconv.Itoa(stand)}, {}, {}}}
		if d.HeldOn != nil {
			row.Cells[3] = ui.Cell{Text: calendar.Date(*d.HeldOn), Sub: d.Place}
			row.Cells[4].Text = fmt.Sprintf("应到 %d，实到 %d", *d.Due, *d.Present)
			if d.Tied {
				row.Cells[3].Status = &ui.Status{Text: "得票相同", Tone: ui.ToneWait}
			}
		}
		if counts {
			row.URL = page.SelectionURL(rec.ID) + "/meetings/" + page.Number(d.ID)
			switch {
			case d.HeldOn == nil:
				row.Cells[3] = ui.Cell{Text: "登记推选结果", URL: row.URL}
			case d.Tied:
				row.Cells[3] = ui.Cell{Text: "登记再次投票", URL: row.URL, Sub: "最后的名额得票相同"}
			default:
				row.Cells[3].URL = row.URL
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// candidateTable lists who was recommended, with what vetting found and how
// many votes they had.
func candidateTable(rec *voter.Record) ui.Table {
	t := ui.Table{Caption: "人选", Columns: []ui.Column{{Label: "姓名"}, {Label: "选区"}, {Label: "推荐方"}, {Label: "联审"}, {Label: "得票", Number: true}, {Label: "结果"}}}
	for _, c := range rec.Candidates {
		row := ui.Row{Cells: []ui.Cell{
			{Text: c.Name, Sub: about(c)},
			{Text: c.District, Sub: choice.Name(voter.Standings, c.Standing)},
			{Text: c.Recommender, Sub: recommended(c)},
			{Text: vetted(c), Sub: c.VetOrgans},
			{},
			{Status: outcome(rec, c)},
		}}
		if c.Votes != nil {
			row.Cells[4].Text = strconv.Itoa(*c.Votes)
			if c.Runoff != nil {
				row.Cells[4].Sub = "再次投票 " + strconv.Itoa(*c.Runoff)
			}
		}
		if c.DroppedNote != "" {
			row.Cells[5].Sub = c.DroppedNote
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func about(c voter.Candidate) string {
	parts := []string{choice.Name(person.Sexes, c.Sex)}
	if c.Born != nil {
		parts = append(parts, strconv.Itoa(*c.Born)+"年生")
	}
	if !c.Hukou {
		parts = append(parts, "非户籍")
	}
	return strings.Join(append(parts, choice.Name(voter.Occupations, c.Occupation)), " · ")
}

func recommended(c voter.Candidate) string {
	if c.Signers > 0 {
		return fmt.Sprintf("%d 人联名", c.Signers)
	}
	return choice.Name(voter.Recommenders, c.RecommendedBy)
}

func vetted(c voter.Candidate) string {
	switch c.VetResult {
	case "passed":
		return "通过"
	case "failed":
		return "未通过"
	}
	return "待联审"
}

func outcome(rec *voter.Record, c voter.Candidate) *ui.Status {
	switch {
	case c.DroppedWhy != "":
		return &ui.Status{Text: choice.Name(voter.Drops, c.DroppedWhy), Tone: ui.ToneDone}
	case c.Place != nil && rec.MetOn != nil:
		return &ui.Status{Text: "当选，已确认", Tone: ui.ToneGo}
	case c.Place != nil:
		return &ui.Status{Text: "当选，待确认", Tone: ui.ToneWait}
	case c.Votes != nil:
		return &ui.Status{Text: "未当选", Tone: ui.ToneDone}
	}
	return &ui.Status{Text: "人选", Tone: ui.TonePlain}
}

// selectedTable lists who came into office, with their certificates.
func selectedTable(rec *voter.Record) ui.Table {
	t := ui.Table{Caption: "当选的选民代表", Columns: []ui.Column{{Label: "姓名"}, {Label: "选区"}, {Label: "任职"}, {Label: "证书"}}}
	for _, l := range rec.Representatives {
		row := ui.Row{URL: page.VoterURL(l.ID), Cells: []ui.Cell{
			{Text: l.Name, URL: page.VoterURL(l.ID)}, {Text: l.District}, {Text: calendar.Date(l.Since) + "起"}, {Text: handed(l)},
		}}
		if l.EndedOn != nil {
			row.Cells[2].Sub = page.Day(l.EndedOn) + choice.Name(voter.AllEndings, l.EndedWhy)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func handed(l voter.Line) string {
	switch {
	case l.CertificateOn != nil:
		return page.Day(l.CertificateOn) + "发证，第 " + l.CertificateNumber + " 号"
	case l.CertificateNumber != "":
		return "待发证，第 " + l.CertificateNumber + " 号"
	}
	return "待公告"
}
