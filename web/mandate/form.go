package mandate

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/institution"
	"portal/internal/mandate"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typed is the form of an authorisation, and that of a change of its matters.
type typed struct {
	Key         string        `form:"key"`
	Version     string        `form:"version"`
	Act         string        `form:"act"`
	Mode        string        `form:"mode"`
	Title       string        `form:"title"`
	Body        string        `form:"body"`
	Meeting     string        `form:"meeting"`
	DecidedOn   string        `form:"decided_on"`
	Ground      string        `form:"ground"`
	Basis       string        `form:"basis"`
	BasisClause string        `form:"basis_clause"`
	Streets     []string      `form:"streets"`
	Matters     []typedMatter `form:"matters"`
	EffectiveOn string        `form:"effective_on"`
	Reason      string        `form:"reason"`
}

type typedMatter struct {
	Subject   string   `form:"subject"`
	Object    string   `form:"object"`
	Content   string   `form:"content"`
	Measures  []string `form:"measures"`
	FromOn    string   `form:"from_on"`
	ThroughOn string   `form:"through_on"`
	ReportBy  string   `form:"report_by"`
	Form      string   `form:"form"`
}

// rows does what the pressed button says: one matter more, or one less.
func (f *typed) rows() bool {
	if len(f.Matters) > mandate.MaxMatters {
		f.Matters = f.Matters[:mandate.MaxMatters]
	}
	if f.Act == "add" && len(f.Matters) < mandate.MaxMatters {
		f.Matters = append(f.Matters, typedMatter{Form: "written"})
		return true
	}
	if n, ok := strings.CutPrefix(f.Act, "remove-"); ok {
		if i, err := strconv.Atoi(n); err == nil && 0 <= i && i < len(f.Matters) {
			f.Matters = slices.Delete(f.Matters, i, i+1)
		}
		return true
	}
	return false
}

func (f *typed) parse() (t mandate.Terms, bad fault.Fields) {
	var r text.Reader
	t = mandate.Terms{
		Mode:        r.Choice("mode", f.Mode, "授权方式", choice.Keys(mandate.Modes)...),
		Title:       r.Line("title", f.Title, "标题", mandate.MaxTitle, true),
		Body:        r.Choice("body", f.Body, "议定机关", choice.Keys(mandate.Bodies)...),
		Meeting:     r.Line("meeting", f.Meeting, "会议", mandate.MaxObject, false),
		DecidedOn:   r.Date("decided_on", f.DecidedOn, "议定日期", false),
		Basis:       r.Line("basis", f.Basis, "依据", mandate.MaxTitle, false),
		BasisClause: r.Line("basis_clause", f.BasisClause, "条款", mandate.MaxObject, false),
	}
	var known bool
	if t.Ground, known = institution.ParseRef(f.Ground); !known {
		r.Bad.Add("ground", "请选择列出的条款")
	}
	for _, s := range f.Streets {
		if id := page.Int64(s); id != 0 {
			t.Streets = append(t.Streets, id)
		}
	}
	t.Matters = f.matters(&r)
	return t, r.Bad
}

func (f *typed) matters(r *text.Reader) (list []mandate.Matter) {
	for i, m := range f.Matters {
		at := func(name string) string { return fmt.Sprintf("matters[%d].%s", i, name) }
		x := mandate.Matter{
			Subject:   r.Choice(at("subject"), m.Subject, "类别", choice.Keys(mandate.Subjects)...),
			Object:    r.Line(at("object"), m.Object, "监督对象", mandate.MaxObject, false),
			Content:   r.Text(at("content"), m.Content, "授权内容", mandate.MaxText, true),
			FromOn:    r.Date(at("from_on"), m.FromOn, "开始日期", true),
			ThroughOn: r.Date(at("through_on"), m.ThroughOn, "截止日期", false),
			ReportBy:  r.Date(at("report_by"), m.ReportBy, "报告期限", true),
			Form:      r.Choice(at("form"), m.Form, "报告形式", choice.Keys(mandate.Forms)...),
		}
		for _, k := range choice.Keys(mandate.Measures) {
			if slices.Contains(m.Measures, k) {
				x.Measures = append(x.Measures, k)
			}
		}
		list = append(list, x)
	}
	return list
}

// fill writes what is known into a form.
func fill(rec *mandate.Record) typed {
	f := typed{
		Version: strconv.Itoa(rec.Version), Mode: rec.Mode, Title: rec.Title, Body: rec.Body, Meeting: rec.Meeting, Basis: rec.Basis, BasisClause: rec.BasisClause,
		DecidedOn: iso(rec.DecidedOn),
	}
	if g := rec.Ground(); g != nil {
		f.Ground = g.Ref()
	}
	for _, s := range rec.Streets {
		f.Streets = append(f.Streets, page.Number(s.StreetID))
	}
	for _, m := range rec.InForce() {
		f.Matters = append(f.Matters, typedMatter{
			Subject: m.Subject, Object: m.Object, Content: m.Content, Measures: m.Measures, FromOn: calendar.ISO(m.FromOn), ThroughOn: iso(m.ThroughOn),
			ReportBy: calendar.ISO(m.ReportBy), Form: m.Form,
		})
	}
	return f
}

func iso(t *time.Time) string {
	if t == nil {
		return ""
	}
	return calendar.ISO(*t)
}

// decided is the day of the decision as far as it can be read.
func (f *typed) decided() time.Time {
	on, _ := calendar.Parse(f.DecidedOn)
	return on
}

func clauses(list []institution.GroundLine) []ui.Option {
	options := []ui.Option{{Label: "没有"}}
	for _, g := range list {
		options = append(options, ui.Option{Value: g.Ground().Ref(), Label: g.Ground().Label() + "　" + g.Text, Group: g.Title})
	}
	return options
}

func (f *typed) head(bad fault.Fields, c mandate.Choices) []section {
	in := func(kind string, x ui.Field) ui.Control { return control(kind, x.For(bad)) }
	return []section{{legend: "授权", controls: []ui.Control{
		in("radio", ui.Field{Name: "mode", Label: "授权方式", Value: f.Mode, Options: []ui.Option{
			{Value: mandate.Package, Label: "一揽子授权", Hint: "多个事项，长期有效到撤回为止，每年至少报告一次"},
			{Value: mandate.Project, Label: "项目式授权", Hint: "一个项目或主题，有起止日期"},
			{Value: mandate.OneMatter, Label: "一事一授权", Hint: "一个事项，每种监督方式用一次"},
		}}),
		in("input", ui.Field{Name: "title", Label: "标题", Hint: "例如 授权街道工委开展街道预算监督", Value: f.Title, Max: mandate.MaxTitle}),
		in("radio", ui.Field{Name: "body", Label: "议定机关", Value: f.Body, Options: page.Terms(mandate.Bodies, "")}),
		in("input", ui.Field{Name: "meeting", Label: "会议", Hint: "例如 十六届第二十四次", Optional: true, Value: f.Meeting, Max: mandate.MaxObject}),
		in("input", ui.Field{Name: "decided_on", Label: "议定日期", Hint: "送审前要填", Optional: true, Type: "date", Value: f.DecidedOn}),
		in("select", ui.Field{Name: "ground", Label: "依据的制度条款", Hint: "议定那天施行的条款；按此授权开展的监督算作执行了这一条", Optional: true, Value: f.Ground, Options: clauses(c.Grounds)}),
		in("input", ui.Field{Name: "basis", Label: "其他依据", Hint: "例如 街道的请示", Optional: true, Value: f.Basis, Max: mandate.MaxTitle}),
		in("input", ui.Field{Name: "basis_clause", Label: "文号或者条款", Optional: true, Value: f.BasisClause, Max: mandate.MaxObject}),
		in("check", ui.Field{Name: "streets", Label: "授权给", Chosen: f.Streets, Options: page.Rows(c.Streets, "")}),
	}}}
}

func (f *typed) rowsOf(bad fault.Fields) (list []section) {
	for i, m := range f.Matters {
		in := func(kind, name string, x ui.Field) ui.Control {
			x.Name = fmt.Sprintf("matters[%d].%s", i, name)
			return control(kind, x.For(bad))
		}
		s := section{legend: "授权事项 第" + strconv.Itoa(i+1) + "项", controls: []ui.Control{
			in("select", "subject", ui.Field{Label: "类别", Value: m.Subject, Options: page.Terms(mandate.Subjects, "请选择")}),
			in("input", "object", ui.Field{Label: "监督对象", Hint: "单位全称；一揽子授权不填就是不限对象", Optional: true, Value: m.Object, Max: mandate.MaxObject}),
			in("text", "content", ui.Field{Label: "授权内容", Value: m.Content, Rows: 4, Max: mandate.MaxText}),
			in("check", "measures", ui.Field{Label: "监督方式", Chosen: m.Measures, Options: page.Terms(mandate.Measures, "")}),
			in("input", "from_on", ui.Field{Label: "授权从", Type: "date", Value: m.FromOn}),
			in("input", "through_on", ui.Field{Label: "到", Hint: "一揽子授权不填，有效到撤回为止", Optional: true, Type: "date", Value: m.ThroughOn}),
			in("input", "report_by", ui.Field{Label: "报告期限", Hint: "一揽子授权填首次报告的期限，以后每年一次", Type: "date", Value: m.ReportBy}),
			in("select", "form", ui.Field{Label: "报告形式", Value: m.Form, Options: page.Terms(mandate.Forms, "")}),
		}}
		if len(f.Matters) > 1 {
			s.remove = "remove-" + strconv.Itoa(i)
		}
		list = append(list, s)
	}
	return list
}

func (h handler) showDraft(w http.ResponseWriter, r *http.Request, code int, f typed, rec *mandate.Record, bad fault.Fields, banner string) error {
	c, err := h.mandates.Choices(r.Context(), page.Actor(r), f.decided())
	if err != nil {
		return err
	}
	v := formView{
		head: ui.PageHead{Title: "起草授权", Back: &ui.Link{Label: "授权交办", URL: page.MandatesURL}}, bad: bad, banner: banner, action: page.MandatesURL,
		hidden: [][2]string{{"key", f.Key}}, add: "再加一个事项", submit: "保存草稿",
	}
	if rec != nil {
		v.head = ui.PageHead{Title: "修改草稿", Sub: rec.Title, Back: &ui.Link{Label: "返回授权", URL: page.MandateURL(rec.ID)}}
		v.action, v.hidden = page.MandateURL(rec.ID), [][2]string{{"version", f.Version}}
		if code == http.StatusConflict {
			v.known = facts(rec)
		}
	}
	if len(f.Matters) >= mandate.MaxMatters {
		v.add = ""
	}
	v.sections = append(f.head(bad, c), f.rowsOf(bad)...)
	return page.Render(w, r, code, formPage(v))
}

func (h handler) newDraft(w http.ResponseWriter, r *http.Request) error {
	today := calendar.ISO(h.mandates.Now())
	f := typed{Key: page.Key(), Mode: mandate.Project, Body: "chairpersons", Matters: []typedMatter{{Form: "written", FromOn: today}}}
	return h.showDraft(w, r, http.StatusOK, f, nil, nil, "")
}

func (h handler) draft(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	if f.rows() {
		return h.showDraft(w, r, http.StatusOK, f, nil, nil, "")
	}
	t, bad := f.parse()
	if f.Key == "" || len(f.Key) > 64 {
		return fault.Malformed
	}
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.mandates.DraftMandate(r.Context(), page.Actor(r), f.Key, t)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showDraft(w, r, http.StatusUnprocessableEntity, f, nil, bad, "")
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.MandateURL(id), "草稿已保存。核对后送审。")
}

func (h handler) edit(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.State != mandate.Draft {
		return page.Done(w, r, page.MandateURL(rec.ID), "只有起草中的授权可以修改。")
	}
	return h.showDraft(w, r, http.StatusOK, fill(&rec), &rec, nil, "")
}

func (h handler) redraft(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if f.rows() {
		return h.showDraft(w, r, http.StatusOK, f, &rec, nil, "")
	}
	t, bad := f.parse()
	if err = bad.Err(); err == nil {
		err = h.mandates.Redraft(r.Context(), page.Actor(r), mandate.Step{ID: rec.ID, Version: page.Version(f.Version)}, t)
	}
	switch bad, ok := page.Complaints(err); {
	case err == nil:
		return page.Done(w, r, page.MandateURL(rec.ID), "草稿已修改。")
	case ok:
		return h.showDraft(w, r, http.StatusUnprocessableEntity, f, &rec, bad, "")
	case errors.Is(err, fault.Stale):
		f.Version = strconv.Itoa(rec.Version)
		return h.showDraft(w, r, http.StatusConflict, f, &rec, nil, "这份草稿刚刚被别人改过，下面先列出现在的内容。您填写的还在，请核对后再决定要不要保存。")
	}
	return err
}

func (h handler) showChange(w http.ResponseWriter, r *http.Request, code int, f typed, rec *mandate.Record, bad fault.Fields, banner string) error {
	v := formView{
		head: ui.PageHead{Title: "变更授权", Sub: rec.Title + " " + rec.Number, Back: &ui.Link{Label: "返回授权", URL: page.MandateURL(rec.ID)}}, bad: bad, banner: banner,
		action: page.MandateURL(rec.ID) + "/change", hidden: [][2]string{{"version", f.Version}}, add: "再加一个事项", submit: "提出变更",
	}
	if rec.Mode == mandate.OneMatter {
		v.add = ""
	}
	v.sections = append([]section{{legend: "变更", controls: []ui.Control{
		control("input", ui.Field{Name: "effective_on", Label: "从哪一天起", Type: "date", Value: f.EffectiveOn, Hint: "领导批准后从这一天起按变更后的事项；这一天起安排的监督活动，不再被覆盖的自动取消"}.For(bad)),
		control("text", ui.Field{Name: "reason", Label: "变更理由", Value: f.Reason, Rows: 3, Max: mandate.MaxReason}.For(bad)),
	}}}, f.rowsOf(bad)...)
	return page.Render(w, r, code, formPage(v))
}

func (h handler) changeForm(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.State != mandate.Issued || rec.Proposed() != nil {
		return page.Done(w, r, page.MandateURL(rec.ID), "现在不能提出变更。")
	}
	f := fill(&rec)
	f.EffectiveOn = calendar.ISO(h.mandates.Now())
	return h.showChange(w, r, http.StatusOK, f, &rec, nil, "")
}

func (h handler) change(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if f.rows() {
		return h.showChange(w, r, http.StatusOK, f, &rec, nil, "")
	}
	var read text.Reader
	from := read.Date("effective_on", f.EffectiveOn, "生效日期", true)
	reason := read.Text("reason", f.Reason, "变更理由", mandate.MaxReason, true)
	matters := f.matters(&read)
	if err = read.Bad.Err(); err == nil {
		err = h.mandates.ProposeChange(r.Context(), page.Actor(r), mandate.Step{ID: rec.ID, Version: page.Version(f.Version)}, from, reason, matters)
	}
	switch bad, ok := page.Complaints(err); {
	case err == nil:
		return page.Done(w, r, page.MandateURL(rec.ID), "变更已提出，待领导审批。批准以前仍按原来的事项。")
	case ok:
		return h.showChange(w, r, http.StatusUnprocessableEntity, f, &rec, bad, "")
	case errors.Is(err, fault.Stale):
		f.Version = strconv.Itoa(rec.Version)
		return h.showChange(w, r, http.StatusConflict, f, &rec, nil, "这件授权刚刚被别人改过。您填写的还在，请先回授权页面核对，再决定要不要提交。")
	}
	return err
}
