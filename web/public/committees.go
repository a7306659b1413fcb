package public

import (
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/web/page"
	"portal/web/ui"
)

// committees lists the streets' committees.
func (h handler) committees(w http.ResponseWriter, r *http.Request) error {
	after := page.Query[sought](r).After
	list, next, err := h.Committees.PublicStreets(r.Context(), first(after, 20))
	if err != nil {
		return err
	}
	t := ui.Table{Caption: "人大街道工委", Columns: []ui.Column{{Label: "街道"}, {Label: "工委"}, {Label: "在任组成人员", Number: true}}}
	for _, s := range list {
		url := page.PublicCommitteeURL(s.ID)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: s.Name, URL: url, Sub: s.City}, {Text: s.Committee}, {Text: strconv.Itoa(s.InPost) + " 人"}}})
	}
	back := ""
	if after != "" {
		back = page.With(r, "after", "")
	}
	return page.OK(w, r, committeesPage(t, page.Next(r, next), back))
}

// committee shows who is in post in one street today: name, post and since when,
// and nothing else of them.
func (h handler) committee(w http.ResponseWriter, r *http.Request) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	s, list, err := h.Committees.Public(r.Context(), street)
	if err != nil {
		return err
	}
	t := ui.Table{Caption: "组成人员", Columns: []ui.Column{{Label: "姓名"}, {Label: "职务"}, {Label: "任职"}}}
	for _, o := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: o.Name}, {Text: choice.Name(committee.PostNames, o.Post)}, {Text: calendar.Date(o.Since) + "起"}}})
	}
	id := page.Number(s.ID)
	return page.OK(w, r, committeePage(s, t, []ui.Fact{
		{Label: "街道", Text: s.City + s.Name},
		{Label: "制度", Text: "看本街道的制度", URL: page.FilteredURL(page.PublicInstitutionsURL, "street", id)},
		{Label: "代表", Text: "看本街道的市人大代表", URL: page.FilteredURL(page.PublicDeputiesURL, "street", id)},
		{Label: "联络站", Text: "看本街道的联络站", URL: page.FilteredURL(page.PublicStationsURL, "street", id)},
	}))
}
