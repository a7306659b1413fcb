package figure

import (
	"fmt"
	"strings"

	"portal/internal/figure"
	"portal/web/page"
	"portal/web/ui"
)

// line is a row or a column of a table of numbers.
type line struct {
	label string
	cut   figure.Cut
	total bool
}

// grid is a figure cut both ways.
type grid struct {
	caption, corner string
	rows, columns   []line
	f               *figure.Figure
}

// widest is how many columns of streets a table has before it is turned.
const widest = 8

// turned puts the longer side down, so that the table fits a page.
func (g grid) turned() grid {
	if len(g.columns) > widest+1 {
		g.rows, g.columns = g.columns, g.rows
	}
	return g
}

func (g grid) cut(row, column line) figure.Cut {
	c := row.cut
	if column.cut.Street != 0 {
		c.Street = column.cut.Street
	}
	if column.cut.Kind != "" {
		c.Kind = column.cut.Kind
	}
	if !column.cut.In.From.IsZero() {
		c.In = column.cut.In
	}
	return c
}

// table draws the grid; each number leads to its rows.
func (g grid) table() ui.Table {
	t := ui.Table{Caption: g.caption, Columns: []ui.Column{{Label: g.corner}}, Grid: true}
	for _, c := range g.columns {
		t.Columns = append(t.Columns, ui.Column{Label: c.label, Number: true})
	}
	for _, r := range g.rows {
		row := ui.Row{Cells: []ui.Cell{{Text: r.label}}}
		for _, c := range g.columns {
			row.Cells = append(row.Cells, number(g.f, g.cut(r, c)))
		}
		if r.total {
			t.Total = &row
		} else {
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// number is a cut of a figure that leads to its rows.
func number(f *figure.Figure, c figure.Cut) ui.Cell {
	n := f.Count(c)
	cell := ui.Cell{Text: f.Text(n)}
	if n > 0 {
		cell.URL = rows(f, c)
	}
	return cell
}

// rows is the address of the rows behind a cut; "" where the reader may not open them.
func rows(f *figure.Figure, c figure.Cut) string {
	path, pairs := f.List(c)
	if path == "" {
		return ""
	}
	return page.FilteredURL(path, pairs...)
}

var total = line{label: "合计", total: true}

func byStreet(t *figure.Table) []line {
	var list []line
	for _, s := range t.Streets {
		list = append(list, line{label: strings.TrimSuffix(s.Name, "街道"), cut: figure.Cut{Street: s.ID}})
	}
	if len(list) == 1 {
		list[0].label = t.Streets[0].Name
		return list
	}
	return append(list, total)
}

func byKind(f *figure.Figure) []line {
	var list []line
	for _, k := range f.Kinds {
		list = append(list, line{label: k.Name, cut: figure.Cut{Kind: k.Key}})
	}
	return append(list, total)
}

// bySpan are the months of a period, or its years; the word for one of them.
func bySpan(p figure.Period) (list []line, word string) {
	spans, years := p.Spans()
	for _, in := range spans {
		label := in.From.Format("2006年1月")
		if years {
			label = in.From.Format("2006年")
		}
		list = append(list, line{label: label, cut: figure.Cut{In: in}})
	}
	if len(list) == 1 {
		return list, "月份"
	}
	if years {
		return append(list, total), "年份"
	}
	return append(list, total), "月份"
}

// bars draws lines but the total.
func bars(f *figure.Figure, lines []line) []ui.Bar {
	var list []ui.Bar
	for _, l := range lines {
		if !l.total {
			list = append(list, ui.Bar{Label: l.label, Value: float64(f.Count(l.cut)), Text: f.Text(f.Count(l.cut))})
		}
	}
	return list
}

// columns draws months; the first and every January bear their year.
func columns(f *figure.Figure) []ui.Bar {
	spans, years := f.Period.Spans()
	list := make([]ui.Bar, len(spans))
	for i, in := range spans {
		list[i] = ui.Bar{Label: in.From.Format("1月"), Value: float64(f.Count(figure.Cut{In: in})), Text: f.Text(f.Count(figure.Cut{In: in}))}
		switch {
		case years:
			list[i].Label = in.From.Format("2006")
		case i == 0 || in.From.Month() == 1:
			list[i].Under = in.From.Format("2006")
		}
	}
	return list
}

// both writes the two numbers of a rate.
func both(s figure.Share) string { return fmt.Sprintf("%d/%d", s.Numerator, s.Denominator) }
