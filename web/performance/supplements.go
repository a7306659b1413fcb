package performance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/performance"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// listQuery is the address of a list of supplements, publications or disputes.
type listQuery struct {
	State  string `form:"state"`
	Class  string `form:"class"`
	Street string `form:"street"`
	After  string `form:"after"`
}

func (q listQuery) filter() performance.ListFilter {
	return performance.ListFilter{StreetID: page.Int64(q.Street), State: q.State, Class: q.Class, After: db.ParseCursor(q.After), Limit: perPage}
}

// listView is the page of a list of supplements, publications or disputes.
type listView struct {
	head        ui.PageHead
	parts       []ui.NavItem
	intro       string
	url         string
	query       listQuery
	states      []ui.Option // nil where the list has none
	streets     []ui.Option // nil where one street is all there is
	table       ui.Table
	next, first string
	moves       []ui.Move
	bad         fault.Fields
	empty       string
}

// paged fills in what every list has.
func (v *listView) paged(r *http.Request, streets []choice.Row, next db.Cursor) {
	if page.Actor(r).StreetID == 0 {
		v.streets = page.Rows(streets, "全部")
	}
	v.next = page.Next(r, next.String())
	if v.query.After != "" {
		v.first = page.With(r, "after", "")
	}
}

func statesOf(t *procedure.Table) []ui.Option {
	list := []ui.Option{{Label: "全部"}}
	for _, s := range t.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}

func statusOf(t *procedure.Table, s procedure.State) *ui.Status {
	tone := ui.ToneDone
	switch s {
	case performance.Waiting, performance.Open:
		tone = ui.ToneWait
	case performance.Confirmed, performance.Granted:
		tone = ui.ToneGo
	}
	return &ui.Status{Text: t.Info(s).Name, Tone: tone}
}

func (h handler) supplements(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[listQuery](r), page.Actor(r)
	found, err := h.performance.SupplementList(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := listView{
		query: q, url: page.SupplementsURL, parts: parts(actor, "补录"), states: statesOf(&performance.Supplements), head: ui.PageHead{Title: "履职补录"},
		intro: "平台看不到的履职在这里补录：人代会出席情况、市级活动、表彰。要附证明，由录入人以外的人确认后才计入。",
		empty: "补录要附证明，由录入人以外的人确认后才计入履职档案。",
	}
	if actor.May(access.AddPerformance) {
		v.head.Primary = &ui.Link{Label: "补录", URL: page.FilteredURL(page.NewSupplementURL, "street", q.Street), Icon: "plus"}
	}
	v.paged(r, found.Streets, found.Next)
	v.table = ui.Table{Caption: "补录", Columns: []ui.Column{{Label: "事项"}, {Label: "种类", Less: true}, {Label: "日期", Day: true}, {Label: "代表"}, {Label: "状态"}, {Label: "录入", Less: true}}}
	for _, x := range found.Lines {
		url := page.SupplementURL(x.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: x.Title, URL: url, Sub: halves(&x)},
			{Text: choice.Name(performance.Kinds, x.Class)},
			{Text: calendar.Date(x.HeldOn)},
			{Text: whom(&x)},
			{Status: statusOf(&performance.Supplements, x.State)},
			{Text: x.Enterer, Sub: calendar.Date(x.EnteredAt)},
		}}
		if actor.StreetID == 0 {
			row.Cells[3].Sub = x.Street
		}
		v.table.Rows = append(v.table.Rows, row)
	}
	return page.OK(w, r, listPage(v))
}

func whom(x *performance.SupplementLine) string {
	if x.Deputies > 1 {
		return fmt.Sprintf("%s等 %d 人", x.First, x.Deputies)
	}
	return x.First
}

// halves says how much of a session somebody was there.
func halves(x *performance.SupplementLine) string {
	if x.Class != "congress" {
		return ""
	}
	return fmt.Sprintf("出席 %d 个半天，请假 %d，缺席 %d", x.Attended, x.Excused, x.Missed)
}

// supplementTyped is the form of a supplement as it was typed.
type supplementTyped struct {
	Key      string   `form:"key"`
	Street   string   `form:"street"`
	Class    string   `form:"class"`
	Title    string   `form:"title"`
	HeldOn   string   `form:"held_on"`
	Attended string   `form:"attended"`
	Excused  string   `form:"excused"`
	Missed   string   `form:"missed"`
	Note     string   `form:"note"`
	Deputies []string `form:"deputies"`
}

func (f *supplementTyped) parse() (performance.Supplement, fault.Fields) {
	var r text.Reader
	x := performance.Supplement{
		Key: r.Line("key", f.Key, "表单编号", 64, true), StreetID: page.Int64(f.Street),
		Class:  r.Choice("class", f.Class, "种类", choice.Keys(performance.Kinds)...),
		Title:  r.Line("title", f.Title, "事项", performance.MaxTitle, true),
		HeldOn: r.Date("held_on", f.HeldOn, "日期", true),
		Note:   r.Text("note", f.Note, "说明", performance.MaxNote, false),
	}
	if x.Class == "congress" {
		x.Attended, x.Excused, x.Missed = half(&r, "attended", f.Attended, "出席"), half(&r, "excused", f.Excused, "请假"), half(&r, "missed", f.Missed, "缺席")
	}
	for _, v := range f.Deputies {
		if id := page.Int64(v); id > 0 && !slices.Contains(x.DeputyIDs, id) && len(x.DeputyIDs) < performance.MaxDeputies {
			x.DeputyIDs = append(x.DeputyIDs, id)
		}
	}
	if len(x.DeputyIDs) == 0 {
		r.Bad.Add("deputies", "请选择代表")
	}
	return x, r.Bad
}

// half reads a number of half days; nothing is none.
func half(r *text.Reader, name, typed, label string) int {
	if typed == "" {
		return 0
	}
	return r.Int(name, typed, label+"的半天数", 0, 60)
}

// supplementView is the page of the form.
type supplementView struct {
	typed   supplementTyped
	bad     fault.Fields
	choices performance.Choices
	streets []ui.Option
	chosen  string
}

func (h handler) supplementForm(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[query](r)
	return h.showSupplement(w, r, http.StatusOK, &supplementView{typed: supplementTyped{Key: page.Key(), Street: q.Street, Class: "congress"}})
}

func (h handler) showSupplement(w http.ResponseWriter, r *http.Request, code int, v *supplementView) (err error) {
	actor := page.Actor(r)
	if v.choices, err = h.performance.Choices(r.Context(), actor, page.Int64(v.typed.Street)); err != nil {
		return err
	}
	v.typed.Street = page.Number(v.choices.StreetID)
	if actor.StreetID == 0 {
		v.streets = page.Rows(v.choices.Streets, "")
	}
	v.chosen = page.Chosen(r, "files")
	return page.Render(w, r, code, supplementFormPage(v))
}

func (h handler) addSupplement(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Upload[supplementTyped](w, r)
	if err != nil {
		return err
	}
	x, bad := f.parse()
	files := page.Files(r, "files")
	if len(files) == 0 {
		bad.Add("files", "请附上证明材料，例如会议签到表、证书照片")
	}
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.performance.Add(r.Context(), page.Actor(r), x, files...)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showSupplement(w, r, http.StatusUnprocessableEntity, &supplementView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.SupplementURL(id), "已录入。由您以外的人核对证明、确认后计入履职档案。")
}

// filedView is the page of one supplement, publication or dispute.
type filedView struct {
	head        ui.PageHead
	parts       []ui.NavItem
	status      ui.Status
	turn        string
	due         *ui.Due
	facts       []ui.Fact
	files       []ui.Attachment
	tableTitle  string
	table       ui.Table
	moves       []ui.Move
	events      []ui.Event
	bad         fault.Fields
	changed     string
	left        []ui.Fact
	explanation string
}

func (h handler) supplement(w http.ResponseWriter, r *http.Request) error {
	v, err := h.supplementView(r, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, filedPage(v))
}

func (h handler) supplementView(r *http.Request, sent *page.Sent) (*filedView, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return nil, err
	}
	actor := page.Actor(r)
	rec, err := h.performance.SupplementRecord(r.Context(), actor, id)
	if err != nil {
		return nil, err
	}
	v := &filedView{
		parts: parts(actor, "补录"), status: *statusOf(&performance.Supplements, rec.State), turn: performance.Supplements.Info(rec.State).Turn, bad: sent.Bad(),
		files: page.Attachments(rec.Files), events: page.Events(rec.Timeline), tableTitle: "涉及的代表", table: ui.Table{Caption: "涉及的代表", Columns: []ui.Column{{Label: "姓名"}}},
	}
	v.head = ui.PageHead{Title: rec.Title, Sub: choice.Name(performance.Kinds, rec.Class) + "，" + rec.Street, Back: &ui.Link{Label: "补录", URL: page.SupplementsURL}, Print: true}
	if !actor.May(access.ReadPerformance) {
		v.head.Back = &ui.Link{Label: "我的履职", URL: page.MyPerformanceURL}
	}
	v.facts = slices.DeleteFunc([]ui.Fact{
		{Label: "日期", Text: calendar.Date(rec.HeldOn)},
		{Label: "出席情况", Text: halves(&rec.SupplementLine)},
		{Label: "录入", Text: rec.Enterer + "，" + calendar.DateTime(rec.EnteredAt)},
		{Label: "确认", Text: confirmed(&rec)},
		{Label: "说明", Text: rec.Note, Wide: true},
		{Label: "理由", Text: rec.EndedWhy, Wide: true},
	}, func(f ui.Fact) bool { return f.Text == "" })
	for _, d := range rec.Whom {
		url := page.FilteredURL(page.PerformanceURL(d.ID), "year", strconv.Itoa(rec.HeldOn.Year()))
		v.table.Rows = append(v.table.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: d.Name, URL: url}}})
	}
	for _, m := range rec.Moves(actor) {
		u := move(m, page.SupplementURL(rec.ID), rec.Version, supplementConsequences)
		var controls []ui.Control
		if m.Name != "confirmation" {
			controls = []ui.Control{{Kind: "text", Field: ui.Field{Name: "why", Label: "理由", Rows: 3, Max: performance.MaxWhy}}}
		}
		sent.Fill(&u, m.Name, controls)
		v.moves = append(v.moves, u)
	}
	sent.Unfold(v.moves)
	return v, nil
}

var supplementConsequences = map[string]string{
	"confirmation": "请核对证明材料。确认后计入各位代表的履职档案，代表会收到消息。",
	"refusal":      "不予确认的不计入，不能恢复；要改的请重新补录。",
	"withdrawal":   "撤回后不能恢复；要改的请重新补录。",
	"revocation":   "撤销后不再计入，不能恢复；正确的请重新补录，再由他人确认。",
}

func confirmed(rec *performance.SupplementRecord) string {
	if rec.ConfirmedAt == nil {
		return ""
	}
	return rec.Confirmer + "，" + calendar.DateTime(*rec.ConfirmedAt)
}

// move is a move of one of the room's procedures, without its fields.
func move(m procedure.Move, at string, version int, consequences map[string]string) ui.Move {
	return ui.Move{
		Label: m.Label, Action: at + "/" + m.Name, Consequence: consequences[m.Name], Primary: m.Name == "confirmation" || m.Name == "grant", Grave: m.Grave, Version: strconv.Itoa(version),
	}
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *performance.Store, actor access.Actor, a *page.Sent, step performance.Step) error

var supplementActs = map[string]act{
	"confirmation": func(ctx context.Context, s *performance.Store, actor access.Actor, _ *page.Sent, step performance.Step) error {
		return s.Confirm(ctx, actor, step)
	},
	"refusal":    why((*performance.Store).Refuse),
	"withdrawal": why((*performance.Store).Withdraw),
	"revocation": why((*performance.Store).Revoke),
}

func why(do func(*performance.Store, context.Context, access.Actor, performance.Step, string) error) act {
	return func(ctx context.Context, s *performance.Store, actor access.Actor, a *page.Sent, step performance.Step) error {
		t := a.Text("why", "理由", performance.MaxWhy, true)
		return a.Try(func() error { return do(s, ctx, actor, step, t) })
	}
}

func (h handler) moveSupplement(name string) page.Handler {
	label := performance.Supplements.Move(name).Label
	return h.move(name, label, "这条补录", supplementActs[name], page.SupplementURL, h.supplementView)
}

// move serves one move of one of the room's procedures.
func (h handler) move(name, label, what string, do act, url func(int64) string, view func(*http.Request, *page.Sent) (*filedView, error)) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = do(r.Context(), h.performance, page.Actor(r), sent, performance.Step{ID: sent.ID, Version: sent.Version})
		return sent.Answer(w, err, url(sent.ID), "“"+label+"”已完成。", func(code int) error {
			v, err := view(r, sent)
			if err != nil {
				return err
			}
			if code == http.StatusConflict {
				v.changed, v.left = page.Changed(what), sent.Left(v.moves)
			}
			return page.Render(w, r, code, filedPage(v))
		})
	}
}
