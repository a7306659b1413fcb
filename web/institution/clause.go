package institution

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/institution"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// clauseView is the page of one clause.
type clauseView struct {
	rec      institution.ClauseRecord
	head     ui.PageHead
	readings ui.Table
	acts     ui.Table
	grounds  []ui.Option
	records  []ui.Option // that may be linked
	mark     bool        // the reader may say how it is carried out
	rest     bool        // the reader may say on what it rests
	link     bool
	typed    map[string]string // a form that was not accepted
	kinds    []string
	bad      fault.Fields
	version  string
	today    string
}

func (h handler) readClause(r *http.Request) (institution.ClauseRecord, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return institution.ClauseRecord{}, err
	}
	p, ok := institution.ParsePlace(chi.URLParam(r, "clause"))
	if !ok {
		return institution.ClauseRecord{}, fault.NotFound
	}
	return h.rules.Clause(r.Context(), page.Actor(r), id, p)
}

func (h handler) clause(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readClause(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, clausePage(h.clauseView(r, rec)))
}

func (h handler) clauseView(r *http.Request, rec institution.ClauseRecord) *clauseView {
	actor := page.Actor(r)
	v := &clauseView{rec: rec, version: strconv.Itoa(rec.Version), today: calendar.ISO(h.today()), typed: map[string]string{}, kinds: rec.Mark.Kinds}
	v.head = ui.PageHead{Title: rec.Label(), Sub: rec.Title, Back: &ui.Link{Label: rec.Title, URL: page.InstitutionURL(rec.ID)}}
	v.mark = rec.MayMark(actor)
	v.rest = v.mark && rec.StreetID != 0 && institution.Typing(rec.Latest)
	v.link = rec.MayLink(actor)
	v.grounds = []ui.Option{{Label: "没有"}}
	for _, g := range rec.Grounds {
		v.grounds = append(v.grounds, ui.Option{Value: g.Ground().Ref(), Label: g.Ground().Label() + "　" + g.Text, Group: g.Title})
	}
	if rec.RestsOn != nil {
		v.typed["on"] = rec.RestsOn.Ref()
	}
	v.records = []ui.Option{{Label: "没有，在下面填写"}}
	for _, x := range rec.Linkable {
		v.records = append(v.records, ui.Option{
			Value: x.Kind + "." + page.Number(x.SubjectID), Label: calendar.Date(x.ActedOn) + "　" + x.Title, Group: choice.Name(institution.Records, x.Kind),
		})
	}
	v.readings = ui.Table{Caption: "各稿", Columns: []ui.Column{{Label: "稿次"}, {Label: "施行"}, {Label: "失效"}, {Label: "条文"}}}
	for _, x := range rec.Readings {
		body := x.Text
		if x.Repealed {
			body = "（废止）"
		}
		v.readings.Rows = append(v.readings.Rows, ui.Row{Cells: []ui.Cell{{Text: draftName(x.Ordinal)}, {Text: page.Day(x.EffectiveOn)}, {Text: page.Day(x.EndedOn)}, {Text: body}}})
	}
	v.acts = actTable(rec.Acts, actor)
	return v
}

func actTable(acts []institution.ActLine, actor access.Actor) ui.Table {
	t := ui.Table{Caption: "执行情况", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "做了什么"}, {Label: "街道"}}}
	for _, a := range acts {
		kind := choice.Name(slices.Concat(institution.Kinds, institution.Records), a.Kind)
		what := ui.Cell{Text: a.Title, Sub: kind}
		if a.Title == "" {
			what = ui.Cell{Text: kind}
		}
		what.URL, _ = page.LinkURL(actor, a.Kind, a.SubjectID)
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: calendar.Date(a.ActedOn)}, what, {Text: a.Street}}})
	}
	return t
}

// acted shows the clause again with what was typed, or says what was done.
func (h handler) acted(w http.ResponseWriter, r *http.Request, rec institution.ClauseRecord, err error, said string, typed map[string]string, kinds []string) error {
	bad, complaints := page.Complaints(err)
	switch {
	case err == nil:
		return page.Done(w, r, page.ClauseURL(rec.ID, rec.Key()), said)
	case complaints:
		v := h.clauseView(r, rec)
		v.bad, v.typed, v.kinds = bad, typed, kinds
		return page.Render(w, r, http.StatusUnprocessableEntity, clausePage(v))
	}
	return err
}

func (h handler) rest(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readClause(r)
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Version string `form:"version"`
		On      string `form:"on"`
	}](w, r)
	if err != nil {
		return err
	}
	var on institution.Ground
	for _, g := range rec.Grounds {
		if g.Ground().Ref() == f.On {
			on = g.Ground()
		}
	}
	if f.On != "" && on.ID == 0 {
		err = fault.Fields{{Name: "rests", Text: "请选择市级制度的条款"}}
	} else {
		err = h.rules.Rest(r.Context(), page.Actor(r), institution.Step{ID: rec.ID, Version: page.Version(f.Version)}, rec.Place, on)
	}
	return h.acted(w, r, rec, err, "依据已注明。", map[string]string{"on": f.On}, rec.Mark.Kinds)
}

func (h handler) mark(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readClause(r)
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Obliging string   `form:"obliging"`
		Kinds    []string `form:"kinds"`
	}](w, r)
	if err != nil {
		return err
	}
	m := institution.Mark{Obliging: f.Obliging == "on", Kinds: slices.Compact(slices.Sorted(slices.Values(f.Kinds)))}
	err = h.rules.SetMark(r.Context(), page.Actor(r), rec.ID, rec.Place, m)
	return h.acted(w, r, rec, err, "已保存。", map[string]string{}, f.Kinds)
}

func (h handler) link(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readClause(r)
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Record string `form:"record"`
		Title  string `form:"title"`
		On     string `form:"acted_on"`
	}](w, r)
	if err != nil {
		return err
	}
	var in text.Reader
	a := institution.Act{InstitutionID: rec.ID, Place: rec.Place}
	if kind, id, ok := strings.Cut(f.Record, "."); ok {
		a.Kind, a.SubjectID = in.Choice("record", kind, "记录", choice.Keys(institution.Records)...), page.Int64(id)
	} else {
		a.Title, a.On = in.Line("title", f.Title, "做了什么", institution.MaxTitle, true), in.Date("acted_on", f.On, "日期", true)
	}
	if err = in.Bad.Err(); err == nil {
		err = h.rules.LinkByHand(r.Context(), page.Actor(r), a)
	}
	return h.acted(w, r, rec, err, "执行情况已登记。", map[string]string{"record": f.Record, "title": f.Title, "acted_on": f.On}, rec.Mark.Kinds)
}

func (v *clauseView) on() string {
	if s, ok := v.typed["acted_on"]; ok {
		return s
	}
	return v.today
}

func (v *clauseView) obliging() string {
	if v.rec.Mark.Obliging {
		return "on"
	}
	return ""
}

// linking reports whether the form of what was done has complaints.
func (v *clauseView) linking() bool {
	return v.bad.For("record")+v.bad.For("title")+v.bad.For("acted_on") != ""
}

func (v *clauseView) restField() ui.Field {
	return ui.Field{Name: "on", ID: "rests", Label: "市级制度的条款", Value: v.typed["on"], Options: v.grounds, Bad: v.bad.For("rests")}
}
