package committee

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/web/page"
	"portal/web/ui"
)

// listView is the list of a city's streets.
type listView struct {
	head        ui.PageHead
	table       ui.Table
	next, first string
}

// list shows the city's people the streets; people of a street go to theirs.
func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	actor := page.Actor(r)
	if actor.StreetID != 0 {
		return page.Redirect(w, r, page.CommitteeURL(actor.StreetID))
	}
	after := page.Query[struct {
		After string `form:"after"`
	}](r).After
	lines, next, err := h.streets.Streets(r.Context(), actor, after)
	if err != nil {
		return err
	}
	v := listView{
		head:  ui.PageHead{Title: "人大街道工委", Count: strconv.Itoa(len(lines)) + " 个"},
		table: streets(actor, lines), next: page.Next(r, next),
	}
	if after != "" {
		v.first = page.With(r, "after", "")
	}
	if next != "" || after != "" {
		v.head.Count = ""
	}
	return page.OK(w, r, listPage(v))
}

func streets(actor access.Actor, lines []committee.StreetLine) ui.Table {
	t := ui.Table{Caption: "各街道", Columns: []ui.Column{{Label: "街道"}, {Label: "工委"}, {Label: "社区", Number: true}, {Label: "承办单位", Number: true}}}
	deputies, stations := actor.May(access.ViewDeputies), actor.May(access.ViewStations)
	if deputies {
		t.Columns = append(t.Columns, ui.Column{Label: "代表", Number: true})
	}
	if stations {
		t.Columns = append(t.Columns, ui.Column{Label: "联络站", Number: true})
	}
	for _, l := range lines {
		row := ui.Row{URL: page.CommitteeURL(l.ID), Cells: []ui.Cell{
			{Text: l.Name, URL: page.CommitteeURL(l.ID), Sub: l.Code},
			{Text: l.Committee},
			{Text: strconv.Itoa(l.Communities)},
			{Text: strconv.Itoa(l.Units)},
		}}
		if deputies {
			row.Cells = append(row.Cells, ui.Cell{Text: strconv.Itoa(l.Deputies)})
		}
		if stations {
			row.Cells = append(row.Cells, ui.Cell{Text: strconv.Itoa(l.Stations)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
