package figure

import (
	"net/http"

	"portal/internal/figure"
	"portal/web/page"
	"portal/web/ui"
)

// overviewView is what the overview shows.
type overviewView struct {
	asked
	head     ui.PageHead
	periods  []ui.NavItem
	note     string
	sentence string
	whole    string // the rate as some summaries write it
	figures  []ui.Figure
	table    ui.Table
}

func (h handler) overview(w http.ResponseWriter, r *http.Request) error {
	a, err := h.ask(r)
	if err != nil {
		return err
	}
	if a.Format == "xlsx" && a.counted != nil {
		return exportOverview(w, a)
	}
	v := overviewView{asked: a, head: a.head("统计")}
	v.periods, v.note = a.named()
	if a.counted != nil {
		v.sentence = a.counted.Sentence(a.place, 0)
		if s := a.counted.Share(figure.Rates[0], 0); s.Denominator > 0 {
			v.whole = s.Whole()
		}
		v.figures, v.table = a.numbers(), a.compare()
	}
	return page.Render(w, r, a.code(), overviewPage(v))
}

// numbers are the figures of all streets together, each leading to its own page,
// with the rates beside what they are rates of.
func (a asked) numbers() []ui.Figure {
	var list []ui.Figure
	for _, f := range a.counted.Figures {
		list = append(list, ui.Figure{Label: f.Name, Value: f.Text(f.Total()), Unit: f.Unit, URL: a.keep(page.FigureURL(f.Key))})
		for _, rate := range figure.Rates {
			if rate.Part == f.Key {
				s := a.counted.Share(rate, 0)
				list = append(list, ui.Figure{Label: rate.Name, Value: s.Percent(), Note: both(s), URL: a.keep(page.FigureURL(f.Key))})
			}
		}
	}
	return list
}

// compare puts the streets beside each other; every number leads to its rows.
func (a asked) compare() ui.Table {
	streets := byStreet(a.counted)
	t := ui.Table{Caption: "各街道", Columns: []ui.Column{{Label: "指标"}, {Label: "单位"}}, Grid: true}
	for _, s := range streets {
		t.Columns = append(t.Columns, ui.Column{Label: s.label, Number: true})
	}
	for _, f := range a.counted.Figures {
		row := ui.Row{Cells: []ui.Cell{{Text: f.Name, URL: a.keep(page.FigureURL(f.Key))}, {Text: f.Unit}}}
		for _, s := range streets {
			row.Cells = append(row.Cells, number(f, s.cut))
		}
		t.Rows = append(t.Rows, row)
	}
	for _, rate := range figure.Rates {
		row := ui.Row{Cells: []ui.Cell{{Text: rate.Name, URL: a.keep(page.FigureURL(rate.Part))}, {Text: "%"}}}
		for _, s := range streets {
			share := a.counted.Share(rate, s.cut.Street)
			row.Cells = append(row.Cells, ui.Cell{Text: share.Percent(), Sub: both(share)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
