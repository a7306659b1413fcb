package figure

import (
	"net/http"

	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/figure"
	"portal/web/page"
	"portal/web/ui"
)

// query is the address of a page of figures.
type query struct {
	From   string `form:"from"`
	To     string `form:"to"`
	Street string `form:"street"`
	Format string `form:"format"`
}

// asked is what the reader asked for and what was counted. counted is nil where
// the period cannot be read.
type asked struct {
	query
	path    string // of the page
	street  int64
	place   string // whose figures they are: 东城街道
	period  figure.Period
	streets []figure.Street // all that the reader may choose
	counted *figure.Table
	now     string
	bad     fault.Fields
	presets []figure.Preset
}

// ask reads the address and counts.
func (h handler) ask(r *http.Request, keys ...string) (a asked, err error) {
	actor := page.Actor(r)
	a = asked{query: page.Query[query](r), path: r.URL.Path, place: page.VisitorOf(r).Place, presets: figure.Presets(h.figures.Now())}
	a.street = page.Int64(a.Street)
	if a.streets, err = h.figures.Streets(r.Context(), actor); err != nil {
		return a, err
	}
	var bad bool
	if a.period, err = figure.ParsePeriod(a.From, a.To, h.figures.Now()); err != nil {
		if a.bad, bad = page.Complaints(err); bad {
			return a, nil
		}
		return a, err
	}
	a.From, a.To = calendar.ISO(a.period.From), calendar.ISO(a.period.To)
	if a.counted, err = h.figures.Figures(r.Context(), actor, a.period, a.street, keys...); err != nil {
		return a, err
	}
	if len(a.counted.Streets) == 1 {
		a.place = a.counted.Streets[0].Name
	}
	a.now = calendar.DateTime(a.counted.AsOf)
	return a, nil
}

// code is the status of the page: 422 where the period cannot be read.
func (a asked) code() int {
	if a.bad != nil {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// scope says what the page's numbers are of.
func (a asked) scope() string {
	if a.counted == nil {
		return ""
	}
	return a.place + " · " + a.period.String() + " · 截至" + a.now
}

// keep is the address of another page of figures for the same question.
func (a asked) keep(path string) string {
	return page.FilteredURL(path, "from", a.From, "to", a.To, "street", a.Street)
}

// links are what can be done with the whole page.
func (a asked) head(title string) ui.PageHead {
	h := ui.PageHead{Title: title, Sub: a.scope(), Print: a.counted != nil}
	if a.counted != nil {
		h.Links = []ui.Link{{Label: "导出", URL: page.FilteredURL(a.path, "from", a.From, "to", a.To, "street", a.Street, "format", "xlsx"), Icon: "export"}}
	}
	return h
}

// named are the usual periods as links, and the note on the chosen one.
func (a asked) named() (items []ui.NavItem, note string) {
	for _, p := range a.presets {
		from, to := calendar.ISO(p.From), calendar.ISO(p.To)
		item := ui.NavItem{Label: p.Name, URL: page.FilteredURL(a.path, "from", from, "to", to, "street", a.Street)}
		if item.Current = a.bad == nil && from == a.From && to == a.To; item.Current {
			note = p.Note
		}
		items = append(items, item)
	}
	return items, note
}

func (a asked) streetOptions() []ui.Option {
	list := []ui.Option{{Label: "全部街道"}}
	for _, s := range a.streets {
		list = append(list, ui.Option{Value: page.Number(s.ID), Label: s.Name})
	}
	return list
}
