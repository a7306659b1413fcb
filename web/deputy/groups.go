package deputy

import (
	"net/http"
	"strconv"

	"portal/internal/deputy"
	"portal/web/page"
	"portal/web/ui"
)

// groupsView is the page of the professional groups: the city's table of
// streets, or the members of one street's.
type groupsView struct {
	head   ui.PageHead
	table  ui.Table
	groups []group
}

// group is one professional group of a street.
type group struct {
	key, name string
	members   ui.Table
}

func (h handler) groups(w http.ResponseWriter, r *http.Request) error {
	actor := page.Actor(r)
	street := actor.StreetID
	if street == 0 {
		street = page.Int64(page.Query[query](r).Street)
	}
	if street == 0 {
		return h.cityGroups(w, r)
	}
	name, members, err := h.deputies.Members(r.Context(), actor, street)
	if err != nil {
		return err
	}
	v := groupsView{head: ui.PageHead{Title: "专业小组", Count: strconv.Itoa(len(members)) + " 名代表", Sub: name}}
	if actor.StreetID == 0 {
		v.head.Back = &ui.Link{Label: "各街道专业小组", URL: page.GroupsURL}
	}
	for _, t := range deputy.Groups {
		g := group{key: t.Key, name: t.Name, members: ui.Table{
			Caption: t.Name + "小组成员", Columns: []ui.Column{{Label: "姓名"}, {Label: "选区"}, {Label: "届别", Less: true}},
		}}
		for _, m := range members {
			if m.Group == t.Key {
				g.members.Rows = append(g.members.Rows, ui.Row{URL: page.DeputyURL(m.ID), Cells: []ui.Cell{
					{Text: m.Name, URL: page.DeputyURL(m.ID)}, {Text: m.District}, {Text: m.Term},
				}})
			}
		}
		v.groups = append(v.groups, g)
	}
	return page.OK(w, r, groupsPage(v))
}

// cityGroups shows how many members each street's groups have.
func (h handler) cityGroups(w http.ResponseWriter, r *http.Request) error {
	counts, err := h.deputies.GroupCounts(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	v := groupsView{head: ui.PageHead{Title: "专业小组", Sub: "各街道各专业小组在任代表人数（名）"}}
	v.table = ui.Table{Caption: "各街道专业小组", Columns: []ui.Column{{Label: "街道"}}}
	for _, t := range deputy.Groups {
		v.table.Columns = append(v.table.Columns, ui.Column{Label: t.Name, Number: true})
	}
	v.table.Columns = append(v.table.Columns, ui.Column{Label: "合计", Number: true})
	total := 0
	for _, c := range counts {
		url := page.FilteredURL(page.GroupsURL, "street", itoa(c.StreetID))
		row := ui.Row{URL: url, Cells: []ui.Cell{{Text: c.Street, URL: url}}}
		for i, n := range []int{c.Law, c.Finance, c.Construction, c.Education} {
			row.Cells = append(row.Cells, ui.Cell{
				Text: strconv.Itoa(n), URL: page.FilteredURL(page.DeputiesURL, "street", itoa(c.StreetID), "group", deputy.Groups[i].Key),
			})
		}
		row.Cells = append(row.Cells, ui.Cell{Text: strconv.Itoa(c.Total)})
		v.table.Rows = append(v.table.Rows, row)
		total += c.Total
	}
	v.head.Count = strconv.Itoa(total) + " 名代表"
	return page.OK(w, r, groupsPage(v))
}
