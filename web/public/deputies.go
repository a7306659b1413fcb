package public

import (
	"fmt"
	"net/http"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/deputy"
	"portal/internal/performance"
	"portal/web/page"
	"portal/web/ui"
)

// deputiesAtOnce is how many deputies a page lists.
const deputiesAtOnce = 50

func (h handler) deputies(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[sought](r)
	streets, err := h.streets(r.Context())
	if err != nil {
		return err
	}
	list, next, err := h.Deputies.Profiles(r.Context(), resident, deputy.ProfileFilter{
		StreetID: page.Int64(q.Street), Group: q.Group, Text: q.words(), After: page.Int64(q.After), Limit: deputiesAtOnce,
	})
	if err != nil {
		return err
	}
	t := ui.Table{
		Caption: "市人大代表",
		Columns: []ui.Column{{Label: "姓名"}, {Label: "街道"}, {Label: "选区"}, {Label: "专业小组"}, {Label: "在哪里能见到"}},
	}
	for _, d := range list {
		t.Rows = append(t.Rows, ui.Row{URL: page.PublicDeputyURL(d.ID), Cells: []ui.Cell{
			{Text: d.Name, URL: page.PublicDeputyURL(d.ID)},
			{Text: d.Street},
			{Text: d.District},
			{Text: choice.Name(deputy.Groups, d.Group)},
			{Text: strings.Join(d.Stations, "、")},
		}})
	}
	v := deputiesView{query: q, streets: streets, table: t}
	if next != 0 {
		v.next = page.Next(r, page.Number(next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	return page.OK(w, r, deputiesPage(v))
}

// photo sends a deputy's photograph, which they agreed to have shown.
func (h handler) photo(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	jpeg, err := h.Deputies.Photograph(r.Context(), resident, id)
	if err != nil {
		return err
	}
	page.Inline(w, "photo.jpg", "image/jpeg")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, err = w.Write(jpeg)
	return err
}

type deputiesView struct {
	query       sought
	streets     []ui.Option
	table       ui.Table
	next, first string
}

func (h handler) deputy(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	d, err := h.Deputies.Profile(r.Context(), resident, id)
	if err != nil {
		return err
	}
	facts := given([]ui.Fact{
		{Label: "街道", Text: d.Street, URL: page.PublicCommitteeURL(d.StreetID)},
		{Label: "选区", Text: d.District},
		{Label: "届次", Text: d.Term},
		{Label: "当选", Text: choice.Name(deputy.Elections, d.How)},
		{Label: "专业小组", Text: choice.Name(deputy.Groups, d.Group)},
		{Label: "任职", Text: calendar.Date(d.Since) + "起"},
		{Label: "简介", Text: d.Intro, Wide: true},
	})
	t := ui.Table{
		Caption: "在哪里能见到",
		Columns: []ui.Column{{Label: "联络站"}, {Label: "地址"}, {Label: "开放时间"}, {Label: "下次到站接待"}},
	}
	for _, p := range d.Places {
		next := "未公布"
		if p.NextOn != nil {
			next = calendar.MonthDay(*p.NextOn) + " " + calendar.Weekday(*p.NextOn)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: p.Name, URL: page.PublicStationURL(p.StationID)}, {Text: p.Address}, {Text: p.Hours}, {Text: next},
		}})
	}
	published, err := h.Performance.Published(r.Context(), resident, id)
	if err != nil {
		return err
	}
	return page.OK(w, r, deputyPage(d, facts, t, did(published)))
}

// did are the facts that the street published of a deputy, a line a quarter: no points
// and no ranking.
func did(list []performance.Fact) (out []ui.Fact) {
	for _, f := range list {
		c, _, known := performance.Named(f.Class)
		label := performance.Quarter{Year: f.Year, Number: f.Number}.Name() + "（" + calendar.Date(f.PublishedOn) + "公布）"
		if len(out) == 0 || out[len(out)-1].Label != label {
			if len(out) == 8 {
				break
			}
			out = append(out, ui.Fact{Label: label, Wide: true})
		}
		if known && f.Cell != (performance.Cell{}) {
			at := &out[len(out)-1]
			at.Text += told(c, f.Cell)
		}
	}
	for i := range out {
		if out[i].Text = strings.TrimPrefix(out[i].Text, "；"); out[i].Text == "" {
			out[i].Text = "这个季度没有记录"
		}
	}
	return out
}

func told(c performance.Class, x performance.Cell) string {
	if !c.Owed {
		return fmt.Sprintf("；%s %d %s", c.Name, x.Done, c.Unit)
	}
	s := fmt.Sprintf("；%s %d %s（应 %d", c.Name, x.Done, c.Unit, x.Due)
	if x.Excused > 0 {
		s += fmt.Sprintf("，请假 %d", x.Excused)
	}
	return s + "）"
}
