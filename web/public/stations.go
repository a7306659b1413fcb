package public

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/opinion"
	"portal/internal/station"
	"portal/web/page"
	"portal/web/ui"
)

// sought is what a list is narrowed to.
type sought struct {
	Street string `form:"street"`
	Group  string `form:"group"`
	Text   string `form:"q"`
	After  string `form:"after"`
}

// words are what is looked for in texts: no more than a name is long.
func (q *sought) words() string { return first(q.Text, 50) }

func (q *sought) narrowed() bool { return q.Street != "" || q.Group != "" || q.words() != "" }

// streets are the streets to choose from.
func (h handler) streets(ctx context.Context) ([]ui.Option, error) {
	places, err := h.Opinions.Places(ctx)
	list := []ui.Option{{Label: "全部街道"}}
	for i, p := range places {
		if i == 0 || places[i-1].StreetID != p.StreetID {
			list = append(list, ui.Option{Value: page.Number(p.StreetID), Label: p.Street})
		}
	}
	return list, err
}

// part is the stations of one street.
type part struct {
	street string
	table  ui.Table
}

func (h handler) stations(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[sought](r)
	streets, err := h.streets(r.Context())
	if err != nil {
		return err
	}
	list, err := h.Stations.Stations(r.Context(), resident, station.Filter{StreetID: page.Int64(q.Street), Text: q.words()})
	if err != nil {
		return err
	}
	var parts []part
	for _, s := range list {
		if len(parts) == 0 || parts[len(parts)-1].street != s.Street {
			parts = append(parts, part{s.Street, ui.Table{
				Caption: s.Street + "的联络站",
				Columns: []ui.Column{{Label: "联络站"}, {Label: "地址"}, {Label: "开放时间"}, {Label: "下次接待"}},
			}})
		}
		next := ui.Cell{Text: "未公布"}
		if s.NextOn != nil {
			next.Text = calendar.MonthDay(*s.NextOn) + " " + calendar.Weekday(*s.NextOn)
		}
		t := &parts[len(parts)-1].table
		t.Rows = append(t.Rows, ui.Row{URL: page.PublicStationURL(s.ID), Cells: []ui.Cell{
			{Text: s.Name, URL: page.PublicStationURL(s.ID), Sub: join(choice.Name(station.Kinds, s.Kind), s.Community)}, {Text: s.Address}, {Text: s.Hours}, next,
		}})
	}
	return page.OK(w, r, stationsPage(q, streets, parts, strconv.Itoa(len(list))+" 个"))
}

// join writes the parts that there are.
func join(parts ...string) string {
	return strings.Trim(strings.Join(parts, " · "), " ·")
}

func (h handler) station(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	s, err := h.Stations.Station(r.Context(), resident, id)
	if err != nil {
		return err
	}
	facts := given([]ui.Fact{
		{Label: "地址", Text: s.Address},
		{Label: "开放时间", Text: s.Hours},
		{Label: "电话", Text: s.Phone, URL: tel(s.Phone)},
		{Label: "站长", Text: s.Head},
		{Label: "街道和社区", Text: join(s.Street, s.Community)},
	})
	var deputies []ui.Option
	for _, d := range s.Assigned {
		deputies = append(deputies, ui.Option{Value: page.PublicDeputyURL(d.DeputyID), Label: d.Name})
	}
	return page.OK(w, r, stationPage(s, facts, deputies, receptions(s.Receptions, false)))
}

// given leaves out the facts that nobody has entered.
func given(list []ui.Fact) []ui.Fact {
	var out []ui.Fact
	for _, f := range list {
		if f.Text != "" {
			out = append(out, f)
		}
	}
	return out
}

// tel is the address that dials a number on a phone.
func tel(phone string) string {
	n := opinion.Digits(phone)
	if len(n) < 5 {
		return ""
	}
	return "tel:" + n
}
