package ui

import (
	"context"
	"html"
	"io"
	"sync"

	"github.com/a-h/templ"
)

// What repeats most on a page, the cells of a ledger and the options of a choice,
// is written by hand: templates take several times as long for it.

// markup is HTML that is being put together.
type markup struct{ b []byte }

func (m *markup) raw(s string) *markup {
	m.b = append(m.b, s...)
	return m
}

// text adds s as text or as the value of an attribute.
func (m *markup) text(s string) *markup {
	for i := range len(s) {
		switch s[i] {
		case '&', '<', '>', '"', '\'':
			return m.raw(html.EscapeString(s))
		}
	}
	return m.raw(s)
}

// attr adds an attribute; one without a value is left out.
func (m *markup) attr(name, value string) *markup {
	if value == "" {
		return m
	}
	return m.raw(" ").raw(name).raw(`="`).text(value).raw(`"`)
}

var markups = sync.Pool{New: func() any { return &markup{make([]byte, 0, 32<<10)} }}

// written is a component that write puts together.
func written(write func(*markup)) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m := markups.Get().(*markup) //nolint:forcetypeassert // a pool of these
		defer markups.Put(m)
		m.b = m.b[:0]
		write(m)
		_, err := w.Write(m.b)
		return err
	})
}

// ledgerRows are the rows of a ledger under their columns.
func ledgerRows(columns []Column, rows []Row) templ.Component {
	classes := make([]string, len(columns))
	for j := range columns {
		classes[j] = columns[j].cellClass()
	}
	return written(func(m *markup) {
		for i := range rows {
			m.raw("<tr").attr("data-href", rows[i].URL).raw(">")
			for j := range rows[i].Cells {
				m.cell(columns[j].Label, classes[j], &rows[i].Cells[j], j == 0)
			}
			m.raw("</tr>")
		}
	})
}

func (m *markup) cell(label, class string, c *Cell, first bool) {
	if first {
		m.raw(`<th scope="row"`).attr("class", class).raw(">").value(c)
		m.raw("</th>")
		return
	}
	m.raw("<td").attr("class", class).attr("data-label", label).raw(">").value(c)
	m.raw("</td>")
}

func (m *markup) value(c *Cell) {
	if c.URL != "" {
		m.raw("<a").attr("href", c.URL).raw(">").text(c.Text).raw("</a>")
	} else {
		m.text(c.Text)
	}
	if c.Status != nil {
		m.raw(`<span class="status `).text(string(c.Status.Tone)).raw(`">`).text(c.Status.Text).raw("</span>")
	}
	if c.Due != nil {
		m.due(c.Due)
	}
	if c.Sub != "" {
		m.raw(`<span class="sub">`).text(c.Sub).raw("</span>")
	}
}

func (m *markup) due(d *Due) {
	if d.URL != "" {
		m.raw(`<a class="due `).text(string(d.Tone)).raw(`"`).attr("href", d.URL).raw(">").text(d.Text).raw("</a>")
		return
	}
	m.raw(`<span class="due `).text(string(d.Tone)).raw(`">`).text(d.Text).raw("</span>")
}

// options are those of a select; the one with the value is chosen.
func options(list []Option, value string) templ.Component {
	return written(func(m *markup) {
		for _, o := range list {
			m.raw(`<option value="`).text(o.Value).raw(`"`)
			if o.Value == value {
				m.raw(" selected")
			}
			m.raw(">").text(o.Label).raw("</option>")
		}
	})
}
