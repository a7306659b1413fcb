package activity

import (
	"net/http"
	"strings"

	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/web/page"
	"portal/web/ui"
)

// publicView is the residents' list.
type publicView struct {
	kind, street string
	streets      []choice.Row
	table        ui.Table
	next, first  string
	narrowed     bool
}

// published lists archived activities for anybody: facts only.
func (h handler) published(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		Street string `form:"street"`
		Kind   string `form:"kind"`
		After  string `form:"after"`
	}](r)
	f := activity.PublicFilter{StreetID: page.Int64(q.Street), After: db.ParseCursor(q.After), Limit: perPage}
	if choice.Name(activity.Kinds, q.Kind) != "" {
		f.Kind = q.Kind
	}
	list, next, streets, err := h.activities.PublicActivities(r.Context(), f)
	if err != nil {
		return err
	}
	v := publicView{
		kind: f.Kind, street: q.Street, streets: streets, next: page.Next(r, next.String()), narrowed: q.Street+q.Kind != "",
		table: ui.Table{Caption: "代表活动", Columns: []ui.Column{{Label: "活动"}, {Label: "类型"}, {Label: "日期", Day: true}, {Label: "街道", Less: true}}},
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	for _, l := range list {
		url := page.PublicActivityURL(l.ID)
		v.table.Rows = append(v.table.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title, URL: url, Sub: strings.Join(l.Themes, "、")}, {Text: choice.Name(activity.Kinds, l.Kind)}, {Text: calendar.Date(l.HeldOn)}, {Text: l.Street},
		}})
	}
	return page.OK(w, r, publishedPage(v))
}

func (h handler) publishedOne(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	p, err := h.activities.PublicActivity(r.Context(), id)
	if err != nil {
		return err
	}
	return page.OK(w, r, publishedOnePage(p))
}

func publicFacts(p activity.PublicLine) []ui.Fact {
	return filled([]ui.Fact{
		{Label: "街道", Text: p.Street},
		{Label: "类型", Text: choice.Name(activity.Kinds, p.Kind)},
		{Label: "日期", Text: calendar.Date(p.HeldOn)},
		{Label: "地点", Text: p.Place},
		{Label: "主题", Text: strings.Join(p.Themes, "、")},
		{Label: "走访的单位和地点", Text: p.Visited, Wide: true},
	})
}
