package team

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/procedure"
	"portal/internal/team"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// perPage is how many rows a page of a register has.
const perPage = 50

// expertQuery is the address of the register of experts.
type expertQuery struct {
	Street   string `form:"street"`
	Field    string `form:"field"`
	State    string `form:"state"`
	On       string `form:"on"`
	Expiring string `form:"expiring"`
	Text     string `form:"q"`
	After    string `form:"after"`
	Format   string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q expertQuery) filter() team.ExpertFilter {
	var r text.Reader
	return team.ExpertFilter{
		StreetID: page.Int64(q.Street), Field: q.Field, State: q.State, On: r.Date("on", q.On, "日期", false), Expiring: q.Expiring != "",
		Text: r.Line("q", q.Text, "查找", text.Name, false), After: page.Int64(q.After), Limit: perPage,
	}
}

func (q expertQuery) narrowed() bool { return q.Street+q.Field+q.State+q.On+q.Expiring+q.Text != "" }

var expertStates = []ui.Option{
	{Value: "", Label: "在聘"},
	{Value: team.Waiting, Label: "推荐办理中"},
	{Value: team.Former, Label: "不再聘任"},
	{Value: team.Unengaged, Label: "未聘任"},
	{Value: team.Everything, Label: "全部"},
}

// openStates are those that readers of engaged experts can choose among.
func openStates(a access.Actor) []ui.Option {
	if a.StreetID == 0 || a.Role == access.PartyReader {
		return []ui.Option{expertStates[0], expertStates[2], expertStates[4]}
	}
	return expertStates
}

// listView is what a register's page shows, of experts or of officers.
type listView[Q any] struct {
	head        ui.PageHead
	query       Q
	choices     team.Choices
	city        bool
	states      []ui.Option
	table       ui.Table
	next, first string
}

func (h handler) expertList(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[expertQuery](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.exportExperts(w, r, q)
	}
	lines, next, err := h.teams.Experts(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	if actor.Role == access.Expert && len(lines) == 1 && !q.narrowed() {
		return page.Redirect(w, r, page.ExpertURL(lines[0].ID)) // their own is the only one they see
	}
	choices, err := h.teams.ExpertChoices(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := listView[expertQuery]{query: q, choices: choices, city: actor.StreetID == 0, states: openStates(actor)}
	if next != 0 {
		v.next = page.Next(r, page.Number(next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.head = ui.PageHead{Title: "咨询专家", Count: count(choices.Count, "名"), Links: append(exports(r), page.ImportLinks(actor, "experts", "", access.KeepExperts)...)}
	if actor.May(access.KeepExperts) {
		v.head.Primary = &ui.Link{Label: "推荐专家", URL: page.NewExpertURL, Icon: "plus"}
	}
	v.table = experts(lines, v.city)
	return page.OK(w, r, expertListPage(v))
}

func count(n int, unit string) string {
	if n >= team.CountCap {
		return strconv.Itoa(team.CountCap) + " " + unit + "以上"
	}
	return strconv.Itoa(n) + " " + unit
}

func exports(r *http.Request) []ui.Link {
	return []ui.Link{
		{Label: "导出名册", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"},
		{Label: "CSV", URL: page.With(r, "format", "csv", "after", ""), Icon: "export"},
	}
}

func experts(lines []team.ExpertLine, city bool) ui.Table {
	t := ui.Table{Caption: "咨询专家", Columns: []ui.Column{{Label: "姓名"}, {Label: "专业领域"}, {Label: "单位和职务", Less: true}, {Label: "状态"}, {Label: "聘期"}}}
	for _, l := range lines {
		row := ui.Row{URL: page.ExpertURL(l.ID), Cells: []ui.Cell{
			{Text: l.Name, URL: page.ExpertURL(l.ID), Sub: l.Title},
			{Text: choice.Name(team.Fields, l.Field)},
			{Text: l.Work},
			{Status: expertStatus(l.State)},
			{Text: termText(l), Sub: l.Certificate},
		}}
		if l.Open != "" && l.Open != l.State {
			row.Cells[3].Sub = "续聘：" + team.Experts.Info(l.Open).Name
		}
		if city {
			row.Cells[0].Sub = l.Street
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func expertStatus(s procedure.State) *ui.Status {
	tone := ui.ToneWait
	switch s {
	case team.Engaged:
		tone = ui.ToneGo
	case team.Expired, team.Dismissed, team.Declined:
		tone = ui.ToneDone
	}
	return &ui.Status{Text: team.Experts.Info(s).Name, Tone: tone}
}

func termText(l team.ExpertLine) string {
	switch {
	case l.FromOn == nil:
		return ""
	case l.EndedOn != nil:
		return calendar.Date(*l.FromOn) + "至" + page.Day(l.EndedOn)
	}
	return calendar.Date(*l.FromOn) + "至" + page.Day(l.UntilOn)
}

// expertColumns are those of the 专家名册（聘书台账）. Phone numbers are masked.
var expertColumns = []string{"序号", "姓名", "性别", "街道", "单位和职务", "职称", "专业领域", "联系电话", "状态", "聘书编号", "聘期开始", "聘期结束", "解聘日期", "解聘原因"}

func (h handler) exportExperts(w http.ResponseWriter, r *http.Request, q expertQuery) error {
	list, err := h.teams.ExpertRegister(r.Context(), page.Actor(r), q.filter())
	if err != nil {
		return err
	}
	rows := make([][]string, len(list))
	for i, l := range list {
		rows[i] = []string{
			strconv.Itoa(i + 1), l.Name, sex(l.Sex), l.Street, l.Work, l.Title, choice.Name(team.Fields, l.Field), l.PhoneMask,
			team.Experts.Info(l.State).Name, l.Certificate, iso(l.FromOn), iso(l.UntilOn), iso(l.EndedOn), choice.Name(team.DismissedWhy, l.EndedWhy),
		}
	}
	return h.send(w, "专家名册", q.Format, expertColumns, rows)
}

// send writes a register as a file.
func (h handler) send(w http.ResponseWriter, name, format string, columns []string, rows [][]string) error {
	file := name + calendar.ISO(h.teams.Now())
	if format == "csv" {
		page.Attachment(w, file+".csv", document.CSV)
		return document.WriteCSV(w, columns, rows)
	}
	page.Attachment(w, file+".xlsx", document.XLSX)
	return document.WriteXLSX(w, name, columns, rows)
}
