package figure

import (
	"net/http"

	"portal/internal/document"
	"portal/internal/figure"
	"portal/web/page"
)

// exportOverview sends every figure as a workbook: an explanation, the overview,
// and one sheet for each figure that has months.
func exportOverview(w http.ResponseWriter, a asked) error {
	sheets := []document.Sheet{overviewSheet(a), aboutSheet(a)}
	for _, f := range a.counted.Figures {
		if f.Nature == figure.Flow {
			sheets = append(sheets, timeSheet(a.counted, f))
		}
	}
	return send(w, a, "统计", sheets)
}

// exportIndicator sends one figure with its parts.
func exportIndicator(w http.ResponseWriter, a asked, key string) error {
	f := a.counted.Figure(key)
	var sheets []document.Sheet
	if f.Nature == figure.Flow {
		sheets = append(sheets, timeSheet(a.counted, f))
	}
	if len(f.Kinds) > 0 {
		sheets = append(sheets, sheet(grid{"按类别", "类别", byKind(f), byStreet(a.counted), f}))
	}
	sheets = append(sheets, sheet(grid{"按街道", "街道", byStreet(a.counted), []line{{label: f.Name + "（" + f.Unit + "）"}}, f}), aboutSheet(a))
	return send(w, a, f.Name, sheets)
}

func send(w http.ResponseWriter, a asked, what string, sheets []document.Sheet) error {
	page.Attachment(w, a.place+what+a.From+"至"+a.To+".xlsx", document.XLSX)
	return document.WriteWorkbook(w, sheets...)
}

func timeSheet(t *figure.Table, f *figure.Figure) document.Sheet {
	spans, word := bySpan(f.Period)
	return sheet(grid{f.Name, word, spans, byStreet(t), f})
}

func sheet(g grid) document.Sheet {
	s := document.Sheet{Name: g.caption, Head: []string{g.corner}}
	for _, c := range g.columns {
		s.Head = append(s.Head, c.label)
	}
	for _, r := range g.rows {
		row := []any{r.label}
		for _, c := range g.columns {
			row = append(row, amount(g.f, g.cut(r, c)))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// amount is a cut of a figure for a sheet.
func amount(f *figure.Figure, c figure.Cut) any {
	if f.Money {
		return document.Money(f.Count(c))
	}
	return f.Count(c)
}

func overviewSheet(a asked) document.Sheet {
	streets := byStreet(a.counted)
	s := document.Sheet{Name: "总览", Head: []string{"指标", "单位"}}
	for _, l := range streets {
		s.Head = append(s.Head, l.label)
	}
	for _, f := range a.counted.Figures {
		row := []any{f.Name, f.Unit}
		for _, l := range streets {
			row = append(row, amount(f, l.cut))
		}
		s.Rows = append(s.Rows, row)
	}
	for _, r := range figure.Rates {
		rate, numbers := []any{r.Name, "%"}, []any{r.Name + "的分子、分母", ""}
		for _, l := range streets {
			share := a.counted.Share(r, l.cut.Street)
			rate, numbers = append(rate, ratio(share)), append(numbers, both(share))
		}
		s.Rows = append(s.Rows, rate, numbers)
	}
	return s
}

func ratio(s figure.Share) any {
	if s.Denominator == 0 {
		return "—"
	}
	return document.Percent(float64(s.Numerator) / float64(s.Denominator))
}

// aboutSheet says what the numbers are: whose, of which days, as of when, and
// what each counts.
func aboutSheet(a asked) document.Sheet {
	s := document.Sheet{Name: "说明", Head: []string{"项目", "说明"}, Rows: [][]any{
		{"统计范围", a.place}, {"统计期", a.period.String()}, {"截至", a.now}, {"总结用语", ""},
	}}
	if len(a.counted.Figures) == len(figure.Indicators) {
		s.Rows[3][1] = a.counted.Sentence(a.place, 0)
	} else {
		s.Rows = s.Rows[:3]
	}
	if _, note := a.named(); note != "" {
		s.Rows = append(s.Rows, []any{"统计口径", note})
	}
	for _, f := range a.counted.Figures {
		s.Rows = append(s.Rows, []any{f.Name, f.Definition + " 公式：" + f.Formula + "。" + f.PeriodRule() + "。"})
	}
	for _, r := range figure.Rates {
		if a.counted.Figure(r.Part) != nil && a.counted.Figure(r.Whole) != nil {
			s.Rows = append(s.Rows, []any{r.Name, r.Formula})
		}
	}
	return s
}
