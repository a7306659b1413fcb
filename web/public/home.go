package public

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"portal/internal/calendar"
	"portal/internal/figure"
	"portal/internal/station"
	"portal/web/page"
	"portal/web/ui"
)

// upcoming is how many receptions the home page shows.
const upcoming = 6

func (h handler) home(w http.ResponseWriter, r *http.Request) error {
	next, err := h.Stations.Upcoming(r.Context(), resident, 0, upcoming)
	if err != nil {
		return err
	}
	t, err := h.year.table(r.Context(), h.Figures, h.site.Now())
	if err != nil {
		return err
	}
	return page.OK(w, r, homePage(receptions(next, true), numbers(t), sentence(t)))
}

// memo keeps the figures of the year: counting reads every row of the year, and
// the page says as of when they are.
type memo struct {
	sync.Mutex
	t        *figure.Table
	counting bool
}

const memoFor = time.Minute

// table returns the figures of this year, about a minute old at most: while one
// request counts anew, the others get the former ones.
func (m *memo) table(ctx context.Context, s *figure.Store, now time.Time) (*figure.Table, error) {
	m.Lock()
	t := m.t
	if t != nil && (m.counting || now.Sub(t.AsOf) < memoFor) {
		m.Unlock()
		return t, nil
	}
	m.counting = true
	m.Unlock()
	t, err := s.Open(ctx, 0, figure.Presets(calendar.On(now))[thisYear].Period)
	m.Lock()
	defer m.Unlock()
	m.counting = false
	if err == nil {
		m.t = t
	}
	return t, err
}

// thisYear is the place of 本年 among the presets.
const thisYear = 1

// numbers are the few that a resident may want to know, each with its unit and
// period. A rate stands with both its numbers.
func numbers(t *figure.Table) []ui.Figure {
	since := calendar.MonthDay(t.Period.From) + "至" + calendar.MonthDay(t.Period.To)
	n := func(label, key, note string) ui.Figure {
		f := t.Figure(key)
		return ui.Figure{Label: label, Value: page.Number(f.Total()), Unit: f.Unit, Note: note}
	}
	rate := t.Share(figure.Rates[0], 0)
	return []ui.Figure{
		n("代表联络站", "stations", calendar.MonthDay(t.Period.To)+"开放"),
		n("接待群众", "residents_received", since),
		n("收到意见", "opinions", since+"受理"),
		{Label: "办结率", Value: rate.Percent(), Note: fmt.Sprintf("%s受理的 %d 条中已办结 %d 条", since, rate.Denominator, rate.Numerator)},
	}
}

// sentence says whose figures they are and as of when.
func sentence(t *figure.Table) string {
	names := make([]string, len(t.Streets))
	for i, s := range t.Streets {
		names[i] = s.Name
	}
	where := strings.Join(names, "、")
	if len(names) > 6 {
		where = fmt.Sprintf("全市 %d 个街道", len(names))
	}
	return t.Sentence(where, 0) + "统计截至" + calendar.DateTime(t.AsOf) + "，由台账逐条计算。"
}

// receptions are a ledger of planned receptions; where names their station.
func receptions(list []station.Reception, where bool) ui.Table {
	t := ui.Table{Caption: "接待安排", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "时间"}, {Label: "联络站"}, {Label: "接待代表"}}}
	if !where {
		t.Columns[2].Label = "主题"
	}
	for _, r := range list {
		day := ui.Cell{Text: calendar.MonthDay(r.HeldOn) + " " + calendar.Weekday(r.HeldOn)}
		if r.State == "cancelled" {
			day.Status, day.Sub = &ui.Status{Text: "已取消", Tone: ui.ToneStop}, r.CancelReason
		}
		place := ui.Cell{Text: r.Theme}
		if where {
			place = ui.Cell{Text: r.Station, URL: page.PublicStationURL(r.StationID), Sub: r.Address}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{day, {Text: r.FromTime + "–" + r.ToTime}, place, {Text: strings.Join(r.Deputies, "、")}}})
	}
	return t
}
