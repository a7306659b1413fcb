package team

import (
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/team"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// officerQuery is the address of the register of officers.
type officerQuery struct {
	Street    string `form:"street"`
	Role      string `form:"role"`
	Community string `form:"community"`
	State     string `form:"state"`
	On        string `form:"on"`
	Text      string `form:"q"`
	After     string `form:"after"`
	Format    string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q officerQuery) filter() team.OfficerFilter {
	var r text.Reader
	return team.OfficerFilter{
		StreetID: page.Int64(q.Street), Role: q.Role, CommunityID: page.Int64(q.Community), State: q.State, Unconfirmed: q.State == unconfirmed,
		On: r.Date("on", q.On, "日期", false), Text: r.Line("q", q.Text, "查找", text.Name, false), After: page.Int64(q.After), Limit: perPage,
	}
}

func (q officerQuery) narrowed() bool {
	return q.Street+q.Role+q.Community+q.State+q.On+q.Text != ""
}

// unconfirmed is the state of those whose confirmation of this year is due.
const unconfirmed = "unconfirmed"

var officerStates = []ui.Option{
	{Value: "", Label: "在任"},
	{Value: team.Waiting, Label: "有待聘任的推荐"},
	{Value: unconfirmed, Label: "待年度确认"},
	{Value: team.Former, Label: "不再担任"},
	{Value: team.Everything, Label: "全部"},
}

func (h handler) officerList(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[officerQuery](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.exportOfficers(w, r, q)
	}
	lines, next, err := h.teams.Officers(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	if !actor.May(access.ViewTeams) && len(lines) == 1 && !q.narrowed() {
		return page.Redirect(w, r, page.OfficerURL(lines[0].ID)) // their own is the only one they see
	}
	choices, err := h.teams.OfficerChoices(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := listView[officerQuery]{query: q, choices: choices, city: actor.StreetID == 0, states: officerStates}
	if next != 0 {
		v.next = page.Next(r, page.Number(next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.head = ui.PageHead{Title: "联络员、信息员", Count: count(choices.Count, "名"), Sub: "一人担任几个岗位的，只计一名"}
	if actor.May(access.ViewTeams) {
		v.head.Links = append(v.head.Links, ui.Link{Label: "社区覆盖图", URL: page.FilteredURL(page.CoverageURL, "street", q.Street)})
	}
	v.head.Links = append(append(v.head.Links, exports(r)...), page.ImportLinks(actor, "officers", "", access.KeepOfficers)...)
	if actor.May(access.KeepOfficers) {
		v.head.Primary = &ui.Link{Label: "登记社区推荐", URL: page.NewOfficerURL, Icon: "plus"}
		v.head.Links = append([]ui.Link{{Label: "年度确认", URL: page.ConfirmationsURL}}, v.head.Links...)
	}
	v.table = officers(lines, v.city)
	return page.OK(w, r, officerListPage(v))
}

func officers(lines []team.OfficerLine, city bool) ui.Table {
	t := ui.Table{Caption: "联络员、信息员", Columns: []ui.Column{{Label: "姓名"}, {Label: "岗位"}, {Label: "单位和职务", Less: true}, {Label: "任职"}, {Label: "状态"}}}
	for _, l := range lines {
		since := ""
		if l.Since != nil {
			since = page.Day(l.Since) + "起"
		}
		row := ui.Row{URL: page.OfficerURL(l.ID), Cells: []ui.Cell{
			{Text: l.Name, URL: page.OfficerURL(l.ID)}, {Text: strings.Join(l.Posts, "、")}, {Text: l.Work}, {Text: since}, {Status: officerStatus(l)},
		}}
		if city {
			row.Cells[0].Sub = l.Street
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func officerStatus(l team.OfficerLine) *ui.Status {
	switch {
	case l.Waiting:
		return &ui.Status{Text: "推荐待聘任", Tone: ui.ToneWait}
	case l.Unconfirmed:
		return &ui.Status{Text: "待年度确认", Tone: ui.ToneWait}
	case l.Since == nil:
		return &ui.Status{Text: "不在任", Tone: ui.ToneDone}
	}
	return &ui.Status{Text: "在任", Tone: ui.ToneGo}
}

// officerColumns are those of the 联络员信息员名册. Phone numbers are masked.
var officerColumns = []string{"序号", "姓名", "性别", "街道", "岗位", "单位和职务", "联系电话", "任职日期", "状态"}

func (h handler) exportOfficers(w http.ResponseWriter, r *http.Request, q officerQuery) error {
	list, err := h.teams.OfficerRegister(r.Context(), page.Actor(r), q.filter())
	if err != nil {
		return err
	}
	rows := make([][]string, len(list))
	for i, l := range list {
		rows[i] = []string{
			strconv.Itoa(i + 1), l.Name, sex(l.Sex), l.Street, strings.Join(l.Posts, "、"), l.Work, l.PhoneMask, iso(l.Since), officerStatus(l).Text,
		}
	}
	return h.send(w, "联络员信息员名册", q.Format, officerColumns, rows)
}

// coverageView is the page of the coverage map: the city's table of streets, or one
// street's communities.
type coverageView struct {
	head  ui.PageHead
	table ui.Table
	chart *team.Coverage
	on    string
	city  bool
}

type coverageQuery struct {
	Street string `form:"street"`
	On     string `form:"on"`
}

func (h handler) coverage(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[coverageQuery](r), page.Actor(r)
	street := actor.StreetID
	if street == 0 {
		street = page.Int64(q.Street)
	}
	v := coverageView{on: q.On, city: actor.StreetID == 0, head: ui.PageHead{Title: "社区覆盖图", Back: &ui.Link{Label: "联络员、信息员", URL: page.OfficersURL}}}
	if street == 0 {
		list, err := h.teams.Teams(r.Context(), actor)
		if err != nil {
			return err
		}
		v.head.Sub, v.table = "各街道每个社区应当有联络员和信息员，选一个街道看空缺", coverageOfCity(list)
		return page.OK(w, r, coveragePage(v))
	}
	var read text.Reader
	c, err := h.teams.Coverage(r.Context(), actor, street, read.Date("on", q.On, "日期", false))
	if err != nil {
		return err
	}
	v.chart = &c
	v.head.Sub = c.Street + "，" + calendar.Date(c.On)
	v.head.Count = strconv.Itoa(c.Persons) + " 名，" + gaps(c.Gaps())
	v.head.Print = true
	if v.city {
		v.head.Back = &ui.Link{Label: "各街道覆盖情况", URL: page.CoverageURL}
	}
	if actor.May(access.KeepOfficers) {
		v.head.Primary = &ui.Link{Label: "登记社区推荐", URL: page.NewOfficerURL, Icon: "plus"}
	}
	return page.OK(w, r, coveragePage(v))
}

func gaps(n int) string {
	if n == 0 {
		return "没有空缺"
	}
	return strconv.Itoa(n) + " 个空缺"
}

func coverageOfCity(list []team.StreetTeams) ui.Table {
	t := ui.Table{Caption: "各街道覆盖情况", Columns: []ui.Column{
		{Label: "街道"}, {Label: "社区（个）", Number: true}, {Label: "联络员（名）", Number: true}, {Label: "信息员（名）", Number: true}, {Label: "合计（名）", Number: true}, {Label: "空缺"},
	}}
	for _, s := range list {
		url := page.FilteredURL(page.CoverageURL, "street", page.Number(s.StreetID))
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: s.Street, URL: url},
			{Text: strconv.Itoa(s.Communities)},
			{Text: strconv.Itoa(s.Liaisons)},
			{Text: strconv.Itoa(s.Informers)},
			{Text: strconv.Itoa(s.Officers)},
			{Status: gapStatus(s.Gaps)},
		}})
	}
	return t
}

func gapStatus(n int) *ui.Status {
	if n == 0 {
		return &ui.Status{Text: gaps(0), Tone: ui.ToneGo}
	}
	return &ui.Status{Text: gaps(n), Tone: ui.ToneStop}
}
