package team

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/team"
	"portal/web/page"
	"portal/web/ui"
)

// overviewView is the page of the four teams side by side.
type overviewView struct {
	head    ui.PageHead
	figures []ui.Figure
	table   ui.Table // of the city's streets
}

func (h handler) overview(w http.ResponseWriter, r *http.Request) error {
	actor := page.Actor(r)
	list, err := h.teams.Teams(r.Context(), actor)
	if err != nil {
		return err
	}
	var sum team.StreetTeams
	for _, s := range list {
		sum.Voters += s.Voters
		sum.Seats += s.Seats
		sum.Experts += s.Experts
		sum.Expiring += s.Expiring
		sum.Officers += s.Officers
		sum.Liaisons += s.Liaisons
		sum.Informers += s.Informers
		sum.Gaps += s.Gaps
		sum.Unconfirmed += s.Unconfirmed
	}
	v := overviewView{head: ui.PageHead{Title: "四支队伍", Sub: "选民代表、咨询专家、联络员、信息员"}, figures: teamFigures(actor, sum)}
	if len(list) == 1 {
		v.head.Sub = list[0].Street + "：" + v.head.Sub
	} else {
		v.table = teamsOfCity(list)
	}
	return page.OK(w, r, overviewPage(v))
}

func teamFigures(actor access.Actor, s team.StreetTeams) []ui.Figure {
	n := strconv.Itoa
	experts := "没有即将届满的聘期"
	if s.Expiring > 0 {
		experts = n(s.Expiring) + " 名聘期即将届满"
	}
	confirm := ""
	if s.Unconfirmed > 0 {
		confirm = "，" + n(s.Unconfirmed) + " 名待年度确认"
	}
	return []ui.Figure{
		{Label: "选民代表", Value: n(s.Voters), Unit: "名", Note: seats(s), URL: page.VotersURL},
		{Label: "咨询专家", Value: n(s.Experts), Unit: "名", Note: experts, URL: page.ExpertsURL},
		{Label: "联络员", Value: n(s.Liaisons), Unit: "名", Note: "社区岗位" + gaps(s.Gaps) + "（含信息员）", URL: page.FilteredURL(page.OfficersURL, "role", team.Liaison)},
		{Label: "信息员", Value: n(s.Informers), Unit: "名", Note: "联络员、信息员合计 " + n(s.Officers) + " 名，一人兼任只计一名" + confirm, URL: page.FilteredURL(page.OfficersURL, "role", team.Information)},
	}
}

// seats says how many seats of the quota plan nobody has.
func seats(s team.StreetTeams) string {
	switch free := s.Seats - s.Voters; {
	case s.Seats == 0:
		return "还没有名额方案"
	case free > 0:
		return "名额 " + strconv.Itoa(s.Seats) + " 名，空缺 " + strconv.Itoa(free) + " 名"
	}
	return "名额 " + strconv.Itoa(s.Seats) + " 名，没有空缺"
}

func teamsOfCity(list []team.StreetTeams) ui.Table {
	t := ui.Table{Caption: "各街道队伍", Columns: []ui.Column{
		{Label: "街道"},
		{Label: "选民代表（名）", Number: true},
		{Label: "咨询专家（名）", Number: true},
		{Label: "联络员（名）", Number: true},
		{Label: "信息员（名）", Number: true},
		{Label: "联络员、信息员合计（名）", Number: true},
		{Label: "社区岗位空缺"},
	}}
	for _, s := range list {
		id := page.Number(s.StreetID)
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: s.Street},
			{Text: strconv.Itoa(s.Voters), URL: page.FilteredURL(page.VotersURL, "street", id)},
			{Text: strconv.Itoa(s.Experts), URL: page.FilteredURL(page.ExpertsURL, "street", id)},
			{Text: strconv.Itoa(s.Liaisons), URL: page.FilteredURL(page.OfficersURL, "street", id, "role", team.Liaison)},
			{Text: strconv.Itoa(s.Informers), URL: page.FilteredURL(page.OfficersURL, "street", id, "role", team.Information)},
			{Text: strconv.Itoa(s.Officers), URL: page.FilteredURL(page.OfficersURL, "street", id)},
			{Text: gaps(s.Gaps), URL: page.FilteredURL(page.CoverageURL, "street", id)},
		}})
	}
	return t
}
