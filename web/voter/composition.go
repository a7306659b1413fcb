package voter

import (
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// compositionView is the page of quotas and shares.
type compositionView struct {
	head    ui.PageHead
	streets ui.Table
	chosen  bool // one street is shown
	figures []ui.Figure
	bars    []ui.Bar
	shares  ui.Table
	quotas  ui.Table
	gaps    int
}

func (h handler) composition(w http.ResponseWriter, r *http.Request) error {
	actor, street := page.Actor(r), page.Int64(r.URL.Query().Get("street"))
	c, err := h.voters.Composition(r.Context(), actor, street)
	if err != nil {
		return err
	}
	today := calendar.Date(h.voters.Now())
	v := compositionView{chosen: c.Street.ID != 0, head: ui.PageHead{Title: "名额和结构", Sub: "按" + today + "在任的选民代表计算", Print: true}}
	if actor.StreetID == 0 {
		v.streets = streetTable(c.Streets)
	}
	if v.chosen {
		v.head.Title = c.Street.Name + "选民代表名额和结构"
		v.show(actor, &c)
	}
	return page.OK(w, r, compositionPage(v))
}

func (v *compositionView) show(actor access.Actor, c *voter.Composition) {
	street := ""
	if actor.StreetID == 0 {
		street = page.Number(c.Street.ID)
	}
	quota, filled := 0, 0
	v.quotas = ui.Table{Caption: "选区名额", Columns: []ui.Column{{Label: "选区"}, {Label: "名额", Number: true}, {Label: "在任", Number: true}, {Label: "空缺", Number: true}, {Label: "补选"}}}
	for _, d := range c.Districts {
		quota, filled = quota+d.Quota, filled+d.Filled
		url := page.FilteredURL(page.VotersURL, "street", street, "district", page.Number(d.ID))
		row := ui.Row{Cells: []ui.Cell{{Text: d.Name, Sub: d.Area}, {Text: strconv.Itoa(d.Quota)}, {Text: strconv.Itoa(d.Filled), URL: url}, {Text: strconv.Itoa(d.Vacant())}, {}}}
		if d.Vacant() > 0 {
			v.gaps += d.Vacant()
			row.Cells[3] = ui.Cell{Status: &ui.Status{Text: fmt.Sprintf("空缺 %d", d.Vacant()), Tone: ui.ToneStop}}
			switch {
			case d.Filling >= d.Vacant():
				row.Cells[4].Status = &ui.Status{Text: "补选中", Tone: ui.ToneWait}
			case actor.May(access.KeepSelections):
				row.Cells[4] = ui.Cell{Text: "启动补选", URL: page.FilteredURL(page.SelectionsURL+"/by/new", "district", page.Number(d.ID))}
			default:
				row.Cells[4].Text = "待补选"
			}
		}
		v.quotas.Rows = append(v.quotas.Rows, row)
	}
	v.figures = []ui.Figure{
		{Label: "名额", Value: strconv.Itoa(quota), Unit: "名", Note: fmt.Sprintf("%d 个选区", len(c.Districts))},
		{Label: "在任", Value: strconv.Itoa(filled), Unit: "名", Note: "占名额", URL: page.FilteredURL(page.VotersURL, "street", street)},
		{Label: "空缺", Value: strconv.Itoa(quota - filled), Unit: "名", Note: "由补选补足"},
	}
	v.shares = ui.Table{Caption: "代表性", Columns: []ui.Column{{Label: "结构"}, {Label: "人数", Number: true}, {Label: "在任", Number: true}, {Label: "占比", Number: true}, {Label: "目标", Number: true}, {Label: "差距"}}}
	if len(c.Shares) > 0 && c.Shares[0].Of > 0 {
		v.bars = []ui.Bar{{Label: "在任选民代表", Value: 100, Text: fmt.Sprintf("100.0%%（%d/%d）", c.Shares[0].Of, c.Shares[0].Of)}}
	}
	for _, s := range c.Shares {
		target, gap := "—", ui.Cell{Text: "没有设目标"}
		switch {
		case s.Target > 0 && s.Missing() > 0:
			target, gap = strconv.Itoa(s.Target)+"%", ui.Cell{Status: &ui.Status{Text: fmt.Sprintf("还差 %d 名", s.Missing()), Tone: ui.ToneWait}}
		case s.Target > 0:
			target, gap = strconv.Itoa(s.Target)+"%", ui.Cell{Status: &ui.Status{Text: "达到", Tone: ui.ToneGo}}
		}
		v.shares.Rows = append(v.shares.Rows, ui.Row{Cells: []ui.Cell{
			{Text: s.Trait.Name},
			{Text: strconv.Itoa(s.N), URL: page.FilteredURL(page.VotersURL, "street", street, "trait", s.Trait.Key)},
			{Text: strconv.Itoa(s.Of)},
			{Text: s.Percent()},
			{Text: target},
			gap,
		}})
		v.bars = append(v.bars, ui.Bar{Label: s.Trait.Name + "（目标 " + target + "）", Value: share(s), Text: fmt.Sprintf("%s（%d/%d）", s.Percent(), s.N, s.Of)})
	}
}

func share(s voter.Share) float64 {
	if s.Of == 0 {
		return 0
	}
	return float64(s.N) * 100 / float64(s.Of)
}

func streetTable(list []voter.StreetLine) ui.Table {
	t := ui.Table{Caption: "各街道", Columns: []ui.Column{{Label: "街道"}, {Label: "选区", Number: true}, {Label: "名额", Number: true}, {Label: "在任", Number: true}, {Label: "空缺"}}}
	for _, l := range list {
		url := page.FilteredURL(page.CompositionURL, "street", page.Number(l.ID))
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Name, URL: url}, {Text: strconv.Itoa(l.Districts)}, {Text: strconv.Itoa(l.Quota)}, {Text: strconv.Itoa(l.Filled)}, {Text: "—"},
		}}
		switch {
		case l.Quota == 0:
			row.Cells[4].Text = "还没有推选"
		case l.Filled < l.Quota:
			row.Cells[4] = ui.Cell{Status: &ui.Status{Text: fmt.Sprintf("空缺 %d", l.Quota-l.Filled), Tone: ui.ToneStop}}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
