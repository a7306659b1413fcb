package mandate

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/mandate"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typedAct is an act of supervision as the forms and the address of the check have it.
type typedAct struct {
	Key     string `form:"key"`
	Street  string `form:"street"`
	Subject string `form:"subject"`
	Measure string `form:"measure"`
	Object  string `form:"object"`
	Title   string `form:"title"`
	On      string `form:"on"`
	Version string `form:"version"`
	Content string `form:"content"`
	Reason  string `form:"reason"`
	Missing string `form:"missing"`
}

func (f *typedAct) parse(titled bool) (a mandate.Act, bad fault.Fields) {
	var r text.Reader
	a = mandate.Act{
		Measure: r.Choice("measure", f.Measure, "监督方式", choice.Keys(mandate.Measures)...),
		Subject: r.Choice("subject", f.Subject, "类别", choice.Keys(mandate.Subjects)...),
		Object:  r.Line("object", f.Object, "监督对象", mandate.MaxObject, true),
		On:      r.Date("on", f.On, "日期", true),
	}
	if titled {
		a.Title = r.Line("title", f.Title, "名称", mandate.MaxTitle, true)
	}
	return a, r.Bad
}

func (f *typedAct) fields(bad fault.Fields, units []choice.Row) []ui.Control {
	hint := "单位全称"
	if len(units) > 0 {
		hint = "单位全称，例如 " + units[min(1, len(units)-1)].Name
	}
	return []ui.Control{
		control("select", ui.Field{Name: "measure", Label: "监督方式", Value: f.Measure, Options: page.Terms(mandate.Measures, "请选择")}.For(bad)),
		control("select", ui.Field{Name: "subject", Label: "类别", Value: f.Subject, Options: page.Terms(mandate.Subjects, "请选择")}.For(bad)),
		control("input", ui.Field{Name: "object", Label: "监督对象", Hint: hint, Value: f.Object, Max: mandate.MaxObject}.For(bad)),
		control("input", ui.Field{Name: "on", Label: "哪一天", Type: "date", Value: f.On}.For(bad)),
	}
}

// address is the form in an address.
func (f *typedAct) address(list string) string {
	return page.FilteredURL(list, "measure", f.Measure, "subject", f.Subject, "object", f.Object, "on", f.On, "title", f.Title, "missing", f.Missing)
}

// check answers whether an act may be done, and what is missing where it may not.
func (h handler) check(w http.ResponseWriter, r *http.Request) error {
	f, actor := page.Query[typedAct](r), page.Actor(r)
	c, err := h.mandates.Choices(r.Context(), actor, time.Time{})
	if err != nil {
		return err
	}
	v := checkView{head: ui.PageHead{Title: "能不能做", Sub: "监督要有授权。先查一查，再开展。"}, asked: f.Measure+f.Subject+f.Object != ""}
	var a mandate.Act
	if v.asked {
		a, v.bad = f.parse(false)
	} else {
		f.On = calendar.ISO(h.mandates.Now())
	}
	v.fields = f.fields(v.bad, c.Units)
	a.StreetID = actor.StreetID
	if actor.StreetID == 0 {
		a.StreetID = page.Int64(f.Street)
		field := ui.Field{Name: "street", Label: "街道", Value: f.Street, Options: page.Rows(c.Streets, "请选择")}
		if v.asked && a.StreetID == 0 {
			v.bad.Add("street", "请选择街道")
			field = field.For(v.bad)
		}
		v.fields = append([]ui.Control{control("select", field)}, v.fields...)
	}
	if v.asked && len(v.bad) > 0 {
		v.asked = false
	}
	if v.asked {
		if err := h.answer(r, &v, &f, a); err != nil {
			return err
		}
	}
	return page.OK(w, r, checkPage(v))
}

func (h handler) answer(r *http.Request, v *checkView, f *typedAct, a mandate.Act) error {
	actor := page.Actor(r)
	cover, err := h.mandates.Check(r.Context(), actor, a)
	if err != nil {
		return err
	}
	if m := cover.Matter; m != nil {
		v.tone, v.answer = ui.ToneGo, "可以。由“"+m.Title+"”（"+m.Number+"）第"+strconv.Itoa(m.No)+"项覆盖。"
		if actor.May(access.RecordAct) {
			v.actions = append(v.actions, ui.Link{Label: "登记监督活动", URL: f.address(page.NewMandateActURL)})
		}
		v.actions = append(v.actions, ui.Link{Label: "看这件授权", URL: page.MandateURL(m.MandateID)})
		return nil
	}
	v.tone, v.answer = ui.ToneStop, "不能。"+cover.Refusal.Text+"。"
	if actor.May(access.DraftMandateRequest) {
		f.Missing = cover.Refusal.Text
		v.actions = []ui.Link{{Label: "起草请示", URL: f.address(page.NewMandateRequestURL)}}
	}
	return nil
}

func acts(list []mandate.ActLine, city bool) ui.Table {
	t := ui.Table{Caption: "监督活动", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "活动"}, {Label: "方式"}, {Label: "对象"}, {Label: "授权", Less: true}, {Label: "状态"}, {Label: "报告"}}}
	for _, a := range list {
		sub := ""
		if city {
			sub = a.Street
		}
		t.Rows = append(t.Rows, ui.Row{URL: page.MandateActURL(a.ID), Cells: []ui.Cell{
			{Text: calendar.Date(a.ActOn)},
			{Text: a.Title, Sub: sub, URL: page.MandateActURL(a.ID)},
			{Text: choice.Name(mandate.Measures, a.Measure)},
			{Text: a.Object},
			{Text: a.Number, Sub: "第" + strconv.Itoa(a.No) + "项"},
			{Status: actState(&a)},
			{Text: reported(a.ReportState)},
		}})
	}
	return t
}

func actState(a *mandate.ActLine) *ui.Status {
	switch {
	case a.CancelledOn != nil:
		return &ui.Status{Text: "已取消", Tone: ui.ToneDone}
	case a.Beyond:
		return &ui.Status{Text: "超授权期限", Tone: ui.ToneStop}
	case a.CompletedOn != nil:
		return &ui.Status{Text: "已完成", Tone: ui.ToneDone}
	}
	return &ui.Status{Text: "进行中", Tone: ui.ToneGo}
}

func reported(state string) string {
	switch state {
	case "accepted":
		return "已验收"
	case "submitted":
		return "已报告"
	case "returned":
		return "退回补充"
	}
	return "未报告"
}

func (h handler) acts(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	var read text.Reader
	f := mandate.ActFilter{
		StreetID: page.Int64(q.Street), Measure: q.Measure, Subject: q.Subject, From: read.Date("from", q.From, "", false), To: read.Date("to", q.To, "", false),
		State: q.State, Text: q.text(), After: db.ParseCursor(q.After), Limit: perPage,
	}
	if q.Format != "" {
		f.After, f.Limit = db.Cursor{}, 10_000
	}
	list, count, next, streets, err := h.mandates.Acts(r.Context(), actor, f)
	if err != nil {
		return err
	}
	if q.Format != "" {
		var rows [][]string
		for _, a := range list {
			rows = append(rows, []string{
				a.Street, calendar.ISO(a.ActOn), a.Title, choice.Name(mandate.Measures, a.Measure), choice.Name(mandate.Subjects, a.Subject), a.Object, a.Number, strconv.Itoa(a.No),
				actState(&a).Text, page.Day(a.CompletedOn), reported(a.ReportState), a.Result,
			})
		}
		return export(w, q.Format, "监督活动", calendar.ISO(h.mandates.Now()), []string{"街道", "日期", "活动", "方式", "类别", "对象", "授权文号", "事项", "状态", "完成日期", "报告", "结果"}, rows)
	}
	v := listView{
		head: ui.PageHead{
			Title: "监督活动", Count: strconv.Itoa(count) + " 次", Sub: "按授权开展的听取报告、视察评议、执法检查、预算监督、专题询问",
			Links: []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"}},
		},
		tabs: sections("acts"), action: page.MandateActsURL, narrowed: q.narrowed(), next: page.Next(r, next.String()), start: start(r, q), table: acts(list, actor.StreetID == 0),
		empty: "还没有监督活动", hint: "先查一查能不能做，有授权覆盖的就可以登记。每次活动都要在报告里报给市人大常委会。", first: &ui.Link{Label: "能不能做", URL: page.MandateCheckURL},
		filters: []ui.Control{
			control("input", ui.Field{Name: "q", Label: "查找活动、对象", Type: "search", Value: q.Text, Max: mandate.MaxTitle}),
			control("select", ui.Field{Name: "measure", Label: "方式", Value: q.Measure, Options: page.Terms(mandate.Measures, "全部")}),
			control("select", ui.Field{Name: "state", Label: "状态", Value: q.State, Options: page.Terms(mandate.ActStates, "全部")}),
			control("input", ui.Field{Name: "from", Label: "从", Type: "date", Value: q.From}),
			control("input", ui.Field{Name: "to", Label: "到", Type: "date", Value: q.To}),
		},
	}
	if actor.StreetID == 0 {
		v.filters = append(v.filters, control("select", ui.Field{Name: "street", Label: "街道", Value: q.Street, Options: page.Rows(streets, "全部")}))
	}
	if actor.May(access.RecordAct) {
		v.head.Primary = &ui.Link{Label: "登记监督活动", URL: page.NewMandateActURL, Icon: "plus"}
	}
	return page.OK(w, r, listPage(v))
}

func (h handler) newAct(w http.ResponseWriter, r *http.Request) error {
	f := page.Query[typedAct](r)
	f.Key = page.Key()
	if f.On == "" {
		f.On = calendar.ISO(h.mandates.Now())
	}
	return h.showAct(w, r, http.StatusOK, f, nil, nil)
}

func (h handler) showAct(w http.ResponseWriter, r *http.Request, code int, f typedAct, bad fault.Fields, u *mandate.Uncovered) error {
	c, err := h.mandates.Choices(r.Context(), page.Actor(r), time.Time{})
	if err != nil {
		return err
	}
	v := formView{
		head:   ui.PageHead{Title: "登记监督活动", Sub: "没有授权覆盖的不能登记。", Back: &ui.Link{Label: "监督活动", URL: page.MandateActsURL}},
		action: page.MandateActsURL, hidden: [][2]string{{"key", f.Key}}, submit: "登记", bad: bad,
	}
	if u != nil {
		f.Missing = u.Text
		v.bad = fault.Fields{{Name: "measure", Text: u.Text}}
		v.banner = "这次监督没有授权覆盖，不能登记。需要开展的，可以起草请示，报市人大常委会授权。"
		v.offer = &ui.Link{Label: "起草请示", URL: f.address(page.NewMandateRequestURL)}
	}
	title := control("input", ui.Field{Name: "title", Label: "名称", Hint: "例如 听取上半年预算执行情况报告", Value: f.Title, Max: mandate.MaxTitle}.For(v.bad))
	v.sections = []section{{legend: "活动", controls: append([]ui.Control{title}, f.fields(v.bad, c.Units)...)}}
	return page.Render(w, r, code, formPage(v))
}

func (h handler) recordAct(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typedAct](w, r)
	if err != nil {
		return err
	}
	if f.Key == "" || len(f.Key) > 64 {
		return fault.Malformed
	}
	a, bad := f.parse(true)
	a.Key = f.Key
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.mandates.RecordAct(r.Context(), page.Actor(r), a)
	}
	if u := mandate.Refusal(err); u != nil {
		return h.showAct(w, r, http.StatusUnprocessableEntity, f, nil, u)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showAct(w, r, http.StatusUnprocessableEntity, f, bad, nil)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.MandateActURL(id), "监督活动已登记。")
}

func (h handler) act(w http.ResponseWriter, r *http.Request) error {
	return h.showRecord(w, r, http.StatusOK, nil)
}

func (h handler) showRecord(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	rec, err := h.mandates.Act(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	v := &recordView{
		head: ui.PageHead{Title: rec.Title, Sub: rec.Street, Back: &ui.Link{Label: "监督活动", URL: page.MandateActsURL}}, bad: sent.Bad(),
		status: *actState(&rec.ActLine), turn: reported(rec.ReportState), events: page.Events(rec.Timeline),
		facts: []ui.Fact{
			{Label: "日期", Text: calendar.Date(rec.ActOn)},
			{Label: "方式", Text: choice.Name(mandate.Measures, rec.Measure)},
			{Label: "类别", Text: choice.Name(mandate.Subjects, rec.Subject)},
			{Label: "对象", Text: rec.Object},
			{Label: "授权", Text: rec.Mandate + " " + rec.Number + " 第" + strconv.Itoa(rec.No) + "项", URL: page.MandateURL(rec.MandateID)},
			{Label: "授权内容", Text: rec.Matter, Wide: true},
			{Label: "登记", Text: rec.Creator},
		},
	}
	for _, g := range rec.Clauses {
		v.facts = append(v.facts, ui.Fact{Label: "执行的条款", Text: g.Name(), URL: page.ClauseURL(g.ID, g.Key())})
	}
	if rec.Done() {
		v.facts = append(v.facts, ui.Fact{Label: "完成", Text: page.Day(rec.CompletedOn)}, ui.Fact{Label: "结果", Text: rec.Result, Wide: true})
	}
	if rec.CancelledOn != nil {
		v.facts = append(v.facts, ui.Fact{Label: "取消", Text: page.Day(rec.CancelledOn) + "：" + rec.CancelledWhy})
	}
	if url, label := page.LinkURL(page.Actor(r), rec.Kind, rec.SubjectID); url != "" && rec.SubjectID != 0 {
		v.facts = append(v.facts, ui.Fact{Label: "记录", Text: label, URL: url})
	}
	if page.Actor(r).May(access.RecordAct) && !rec.Over() && rec.Kind == "record" {
		v.moves = h.actMoves(&rec, sent)
	}
	return v.answer(w, r, code, sent, "这次活动")
}

// actMoves are how an act ends.
func (h handler) actMoves(rec *mandate.ActRecord, sent *page.Sent) []ui.Move {
	list := []ui.Move{
		{Label: "完成", Primary: true, Action: "completion", Consequence: "授权到期以后也可以完成已经开始的活动，会标明“超授权期限”。"},
		{Label: "取消", Grave: true, Action: "cancellation", Consequence: "取消后不能恢复，需要的另行登记。"},
	}
	controls := [][]ui.Control{
		{control("input", ui.Field{Name: "on", Label: "完成日期", Type: "date", Value: calendar.ISO(h.mandates.Now())}), why("result", "结果", false)},
		{why("reason", "取消的原因", false)},
	}
	for i := range list {
		sent.Fill(&list[i], list[i].Action, controls[i])
		list[i].Action, list[i].Version = page.MandateActURL(rec.ID)+"/"+list[i].Action, strconv.Itoa(rec.Version)
	}
	return list
}

// endings are what the moves of an act do.
var endings = map[string]act{
	"completion": func(ctx context.Context, s *mandate.Store, actor access.Actor, a asked) error {
		on, result := a.Date("on", "完成日期", true), a.reason("result", "结果", true)
		return a.Try(func() error { return s.Complete(ctx, actor, a.step(), on, result) })
	},
	"cancellation": reasoned("reason", "取消的原因", true, (*mandate.Store).Cancel),
}

func (h handler) moveAct(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = endings[name](r.Context(), h.mandates, page.Actor(r), asked{Sent: sent})
		return sent.Answer(w, err, page.MandateActURL(sent.ID), "已登记。", func(code int) error { return h.showRecord(w, r, code, sent) })
	}
}
