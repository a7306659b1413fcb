package performance

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/performance"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// points writes hundredths of a point: 3.75.
func points(hundredths int) string { return strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64) }

// schemeView is the page of a year's scheme.
type schemeView struct {
	head     ui.PageHead
	parts    []ui.NavItem
	query    query
	years    []ui.Option
	streets  []ui.Option
	status   ui.Status
	says     string
	table    ui.Table
	bands    string
	versions ui.Table
	form     *schemeForm // for who may change it
	bad      fault.Fields
	stale    bool
}

// schemeForm is the form of a new version.
type schemeForm struct {
	action   string
	revision string
	values   url.Values
	bad      fault.Fields
}

func (f *schemeForm) field(name, label string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: f.values.Get(name), Attrs: map[string]any{"inputmode": "decimal"}}.For(f.bad)
}

func (h handler) schemes(w http.ResponseWriter, r *http.Request) error {
	return h.showScheme(w, r, http.StatusOK, yearOf(page.Query[query](r).Year, h.performance.Now()), nil, nil)
}

func (h handler) showScheme(w http.ResponseWriter, r *http.Request, code, year int, typed url.Values, bad fault.Fields) error {
	q, actor := page.Query[query](r), page.Actor(r)
	found, err := h.performance.Schemes(r.Context(), actor, page.Int64(q.Street), year)
	if err != nil {
		return err
	}
	q.Year, q.Street = strconv.Itoa(year), page.Number(found.StreetID)
	v := schemeView{query: q, parts: parts(actor, "积分办法"), years: h.years(), bad: bad, stale: code == http.StatusConflict, status: ui.Status{Text: "未启用", Tone: ui.ToneDone}}
	v.head = ui.PageHead{Title: fmt.Sprintf("%d年履职积分办法", year), Sub: found.Street + "。积分从履职记录算出，不能填写；只在内部使用，不公布。"}
	if actor.StreetID == 0 {
		v.streets = page.Rows(found.Streets, "")
	}
	shown := performance.Preset(year)
	v.says = "这一年没有启用积分。下面是参考办法，由主任或副主任按本街道的规定启用。"
	if len(found.Versions) > 0 {
		shown = found.Versions[0]
		v.says = fmt.Sprintf("第 %d 版，%s%s制定：%s", shown.Revision, shown.Maker, calendar.Date(shown.MadeAt), shown.Reason)
		if shown.Active {
			v.status = ui.Status{Text: "已启用", Tone: ui.ToneGo}
		}
	}
	v.table, v.bands, v.versions = worth(&shown), bands(&shown), versions(found.Versions)
	if actor.May(access.ScorePerformance) {
		if typed == nil {
			typed = valuesOf(&shown)
		}
		v.form = &schemeForm{action: page.FilteredURL(page.SchemeURL, "year", q.Year), revision: strconv.Itoa(len(found.Versions)), values: typed, bad: bad}
	}
	return page.Render(w, r, code, schemePage(&v))
}

func worth(s *performance.Scheme) ui.Table {
	t := ui.Table{Caption: "积分办法", Columns: []ui.Column{{Label: "项目"}, {Label: "满分", Number: true}, {Label: "怎样算"}}}
	for i, item := range performance.Items {
		w := s.Worth[i]
		how := item.Means
		if item.Each != "" {
			how += "；" + item.Each + " " + points(w.Each) + " 分"
		}
		if item.Extra != "" {
			how += "，" + item.Extra + " " + points(w.Extra) + " 分"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: item.Name}, {Text: points(w.Top)}, {Text: how}}})
	}
	return t
}

func bands(s *performance.Scheme) string {
	return fmt.Sprintf("得分占可得分 %d%% 以上为好，%d%% 以上为较好，%d%% 以上为一般，以下为差。当年没有活动、培训、会议记录的，这一项不计入可得分。", s.Good, s.Fair, s.Pass)
}

func versions(list []performance.Scheme) ui.Table {
	t := ui.Table{Caption: "历次版本", Columns: []ui.Column{{Label: "版本"}, {Label: "状态"}, {Label: "制定"}, {Label: "理由"}}}
	for _, s := range list {
		state := "停用积分"
		if s.Active {
			state = "启用"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: fmt.Sprintf("第 %d 版", s.Revision)}, {Text: state}, {Text: s.Maker, Sub: calendar.DateTime(s.MadeAt)}, {Text: s.Reason}}})
	}
	return t
}

func valuesOf(s *performance.Scheme) url.Values {
	v := url.Values{"good": {strconv.Itoa(s.Good)}, "fair": {strconv.Itoa(s.Fair)}, "pass": {strconv.Itoa(s.Pass)}, "active": {"yes"}}
	for _, w := range s.Worth {
		v.Set("top-"+w.Item, points(w.Top))
		v.Set("each-"+w.Item, points(w.Each))
		v.Set("extra-"+w.Item, points(w.Extra))
	}
	return v
}

// parseScheme reads a new version, or complains.
func parseScheme(v url.Values, year int) (performance.Scheme, fault.Fields) {
	var r text.Reader
	s := performance.Scheme{
		Year: year, Active: r.Choice("active", v.Get("active"), "是否启用", "yes", "no") == "yes", Reason: r.Text("reason", v.Get("reason"), "依据或理由", performance.MaxWhy, true),
		Good: r.Int("good", v.Get("good"), "“好”的分数线", 1, 100), Fair: r.Int("fair", v.Get("fair"), "“较好”的分数线", 1, 100), Pass: r.Int("pass", v.Get("pass"), "“一般”的分数线", 1, 100),
	}
	for _, item := range performance.Items {
		w := performance.Worth{Item: item.Key, Top: hundredths(&r, v, "top-"+item.Key, item.Name+"的满分")}
		if item.Each != "" {
			w.Each = hundredths(&r, v, "each-"+item.Key, item.Each)
		}
		if item.Extra != "" {
			w.Extra = hundredths(&r, v, "extra-"+item.Key, item.Extra)
		}
		s.Worth = append(s.Worth, w)
	}
	return s, r.Bad
}

func hundredths(r *text.Reader, v url.Values, name, label string) int {
	x, err := strconv.ParseFloat(strings.TrimSpace(v.Get(name)), 64)
	if err != nil || !(x >= 0 && x <= 100) {
		r.Bad.Add(name, "请填写"+label+"，0 到 100 之间，最多两位小数")
		return 0
	}
	return int(math.Round(x * 100))
}

func (h handler) choose(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[struct {
		Revision string `form:"revision"`
	}](w, r)
	if err != nil {
		return err
	}
	year := yearOf(page.Query[query](r).Year, h.performance.Now())
	s, bad := parseScheme(r.PostForm, year)
	if err = bad.Err(); err == nil {
		err = h.performance.Choose(r.Context(), page.Actor(r), s, int(page.Int64(f.Revision)))
	}
	bad, complaints := page.Complaints(err)
	switch {
	case complaints:
		return h.showScheme(w, r, http.StatusUnprocessableEntity, year, r.PostForm, bad)
	case errors.Is(err, fault.Stale):
		return h.showScheme(w, r, http.StatusConflict, year, r.PostForm, nil)
	case err != nil:
		return err
	}
	said := "已启用。每一分都能点开看依据。"
	if !s.Active {
		said = "已停用积分。"
	}
	return page.Done(w, r, page.FilteredURL(page.SchemeURL, "year", strconv.Itoa(year)), said)
}

// scored is the table of a deputy's points: each with the rows behind it.
func scored(rec *performance.Record) (t ui.Table, sum string) {
	if rec.Scheme == nil {
		return t, ""
	}
	got := rec.Scheme.Score(rec.Cells)
	t = ui.Table{Caption: "积分", Columns: []ui.Column{{Label: "项目"}, {Label: "得分", Number: true}, {Label: "可得", Number: true}, {Label: "依据"}}}
	for _, p := range got.Items {
		row := ui.Row{Cells: []ui.Cell{{Text: p.Item.Name}, {Text: points(p.Got)}, {Text: points(p.Top)}, {Text: evidence(p)}}}
		if p.Top == 0 {
			row.Cells[1].Text, row.Cells[2].Text = "—", "—"
		}
		if p.Counts != (performance.Cell{}) {
			row.Cells[3].URL = page.PerformanceRowsURL("deputy", page.Number(rec.ID), "class", p.Item.Key, "year", strconv.Itoa(rec.Year))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Total = &ui.Row{Cells: []ui.Cell{{Text: "合计"}, {Text: points(got.Got)}, {Text: points(got.Top)}, {Text: grade(got)}}}
	return t, points(got.Got) + " 分，" + grade(got)
}

// evidence says which numbers an item comes from.
func evidence(p performance.Points) string {
	c, _, known := performance.Named(p.Item.Classes[0])
	switch {
	case !known:
		return "还没有这一类记录"
	case p.Top == 0:
		return "当年没有记录，不计入可得分"
	case c.Owed:
		return strings.TrimSpace(done(c, p.Counts) + " " + c.Unit + " " + short(c, p.Counts))
	case p.Counts.Keys > 0:
		return fmt.Sprintf("%d %s，其中重点督办 %d", p.Counts.Done, c.Unit, p.Counts.Keys)
	}
	return fmt.Sprintf("%d %s", p.Counts.Done, c.Unit)
}

func grade(s performance.Score) string {
	return fmt.Sprintf("占可得分 %d.%d%%，%s", s.Cent/10, s.Cent%10, s.Grade)
}
