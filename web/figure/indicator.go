package figure

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"portal/internal/fault"
	"portal/internal/figure"
	"portal/web/page"
	"portal/web/ui"
)

// indicatorView is what the page of one figure shows.
type indicatorView struct {
	asked
	head    ui.PageHead
	periods []ui.NavItem
	note    string
	facts   []ui.Fact
	big     ui.Figure
	rates   []ui.Figure
	parts   []part
	shares  []ui.Table
}

// part is one way to cut the figure: a chart and its table.
type part struct {
	id, title string
	over      bool // over time
	bars      []ui.Bar
	table     ui.Table
}

func (h handler) indicator(w http.ResponseWriter, r *http.Request) error {
	i := figure.Find(chi.URLParam(r, "key"))
	if i == nil {
		return fault.NotFound
	}
	a, err := h.ask(r, needed(i)...)
	if err != nil {
		return err
	}
	if a.Format == "xlsx" && a.counted != nil {
		return exportIndicator(w, a, i.Key)
	}
	v := indicatorView{asked: a, head: a.head(i.Name)}
	v.head.Back = a.up()
	v.periods, v.note = a.named()
	v.facts = []ui.Fact{
		{Label: "定义", Text: i.Definition, Wide: true}, {Label: "公式", Text: i.Formula}, {Label: "统计期", Text: i.PeriodRule()}, {Label: "单位", Text: i.Unit},
	}
	if a.counted != nil {
		v.show(a.counted.Figure(i.Key))
	}
	return page.Render(w, r, a.code(), indicatorPage(v))
}

// needed are the indicators that the page of i shows: itself and what its rates
// divide it by.
func needed(i *figure.Indicator) []string {
	keys := []string{i.Key}
	for _, r := range figure.Rates {
		if r.Part == i.Key {
			keys = append(keys, r.Whole)
		}
	}
	return keys
}

func (v *indicatorView) show(f *figure.Figure) {
	v.big = ui.Figure{Label: f.Name, Value: f.Text(f.Total()), Unit: f.Unit}
	if v.big.URL = rows(f, figure.Cut{Street: v.street}); v.big.URL != "" {
		v.big.Note = "看明细"
	}
	v.parts = parts(v.counted, f)
	for _, r := range figure.Rates {
		if r.Part != f.Key {
			continue
		}
		s := v.counted.Share(r, 0)
		v.rates = append(v.rates, ui.Figure{Label: r.Name, Value: s.Percent(), Note: both(s) + "，" + r.Formula})
		if len(v.counted.Streets) > 1 {
			v.shares = append(v.shares, shares(v.counted, r))
		}
	}
}

// parts are the ways to cut a figure.
func parts(t *figure.Table, f *figure.Figure) []part {
	var list []part
	streets := byStreet(t)
	if f.Nature == figure.Flow {
		spans, word := bySpan(f.Period)
		g := grid{f.Name + "：" + word + "和街道", word, spans, streets, f}.turned()
		list = append(list, part{"by-time", "按" + word, true, columns(f), g.table()})
	}
	if len(f.Kinds) > 0 {
		g := grid{f.Name + "：类别和街道", "类别", byKind(f), streets, f}.turned()
		list = append(list, part{"by-kind", "按类别", false, bars(f, byKind(f)), g.table()})
	}
	if len(t.Streets) > 1 {
		g := grid{f.Name + "：街道", "街道", streets, []line{{label: f.Unit}}, f}
		list = append(list, part{"by-street", "按街道", false, bars(f, streets), g.table()})
	}
	return list
}

// shares is a rate street by street, always with both numbers.
func shares(t *figure.Table, r figure.Rate) ui.Table {
	part, whole := t.Figure(r.Part), t.Figure(r.Whole)
	table := ui.Table{Caption: r.Name + "：街道", Grid: true, Columns: []ui.Column{
		{Label: "街道"}, {Label: "分子", Number: true}, {Label: "分母", Number: true}, {Label: r.Name, Number: true},
	}}
	for _, s := range byStreet(t) {
		share := t.Share(r, s.cut.Street)
		row := ui.Row{Cells: []ui.Cell{{Text: s.label}, {Text: page.Number(share.Numerator)}, {Text: page.Number(share.Denominator), URL: rows(whole, s.cut)}, {Text: share.Percent()}}}
		if part.Count(s.cut) == share.Numerator {
			row.Cells[1].URL = rows(part, s.cut)
		}
		if s.total {
			table.Total = &row
		} else {
			table.Rows = append(table.Rows, row)
		}
	}
	return table
}
