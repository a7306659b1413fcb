package mandate

import (
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/mandate"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

const perPage = 50

// query is the address of a list of the room.
type query struct {
	Mode    string `form:"mode"`
	State   string `form:"state"`
	Street  string `form:"street"`
	Year    string `form:"year"`
	On      string `form:"on"`
	Subject string `form:"subject"`
	Measure string `form:"measure"`
	From    string `form:"from"`
	To      string `form:"to"`
	Gaps    string `form:"gaps"`
	Text    string `form:"q"`
	After   string `form:"after"`
	Format  string `form:"format"`
}

func (q query) narrowed() bool {
	return q.Mode+q.State+q.Street+q.Year+q.On+q.Subject+q.Measure+q.From+q.To+q.Gaps+q.Text != ""
}

func (q query) year() int {
	n, err := strconv.Atoi(q.Year)
	if err != nil || n < 2000 || n > 2100 {
		return 0
	}
	return n
}

func (q query) text() string {
	var r text.Reader
	return r.Line("q", q.Text, "查找", mandate.MaxTitle, false)
}

// sections are the pages of the room.
func sections(current string) []ui.NavItem {
	list := []ui.NavItem{
		{Label: "授权", URL: page.MandatesURL},
		{Label: "覆盖表", URL: page.MandateCoverageURL},
		{Label: "监督活动", URL: page.MandateActsURL},
		{Label: "能不能做", URL: page.MandateCheckURL},
		{Label: "请示", URL: page.MandateRequestsURL},
	}
	for i, key := range []string{"list", "coverage", "acts", "check", "requests"} {
		list[i].Current = key == current
	}
	return list
}

func tone(s procedure.State) ui.Tone {
	switch s {
	case mandate.Concluded, mandate.Granted:
		return ui.ToneDone
	case mandate.Withdrawn, mandate.Declined, mandate.Dropped, mandate.Expired:
		return ui.ToneStop
	case mandate.Active, mandate.Received:
		return ui.ToneGo
	case mandate.Draft, mandate.Planned:
		return ui.TonePlain
	}
	return ui.ToneWait
}

func tag(t *procedure.Table, s procedure.State) *ui.Status {
	return &ui.Status{Text: t.Info(s).Name, Tone: tone(s)}
}

func stateOptions(t *procedure.Table) []ui.Option {
	list := []ui.Option{{Label: "全部"}}
	for _, s := range t.States {
		if s.State != mandate.Planned {
			list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
		}
	}
	return list
}

func control(kind string, f ui.Field) ui.Control { return ui.Control{Kind: kind, Field: f} }

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	var read text.Reader
	f := mandate.Filter{
		On: read.Date("on", q.On, "有效日期", false), Mode: q.Mode, State: q.State, StreetID: page.Int64(q.Street), Year: q.year(), Text: q.text(), After: db.ParseCursor(q.After), Limit: perPage,
	}
	if q.Format != "" {
		f.After, f.Limit = db.Cursor{}, 10_000
	}
	l, err := h.mandates.Mandates(r.Context(), actor, f)
	if err != nil {
		return err
	}
	if q.Format != "" {
		return exportMandates(w, q.Format, calendar.ISO(h.mandates.Now()), l.Lines)
	}
	cal, err := h.mandates.Calendar(r.Context(), actor)
	if err != nil {
		return err
	}
	v := listView{
		head: ui.PageHead{Title: "授权交办", Count: strconv.Itoa(l.Count) + " 件", Sub: "市人大常委会授权街道工委做什么、对谁、到什么时候、什么时候报告"}, tabs: sections("list"), action: page.MandatesURL,
		narrowed: q.narrowed(), next: page.Next(r, l.Next.String()), start: start(r, q),
		empty: "还没有授权", hint: "市人大常委会下达的一揽子授权、项目式授权和一事一授权列在这里，从下达、签收一直跟到报告验收。",
	}
	if actor.May(access.DraftMandate) {
		v.head.Primary = &ui.Link{Label: "起草授权", URL: page.NewMandateURL, Icon: "plus"}
		v.first = v.head.Primary
	} else if actor.May(access.DraftMandateRequest) {
		v.first = &ui.Link{Label: "起草请示", URL: page.NewMandateRequestURL}
	}
	v.head.Links = []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"}}
	states := &mandate.Procedure
	if actor.StreetID != 0 {
		states = &mandate.StreetProcedure
	}
	v.filters = []ui.Control{
		control("input", ui.Field{Name: "q", Label: "查找标题、文号", Type: "search", Value: q.Text, Max: mandate.MaxTitle}),
		control("select", ui.Field{Name: "mode", Label: "方式", Value: q.Mode, Options: page.Terms(mandate.Modes, "全部")}),
		control("select", ui.Field{Name: "state", Label: "状态", Value: q.State, Options: stateOptions(states)}),
		control("input", ui.Field{Name: "on", Label: "哪一天有效", Type: "date", Value: q.On}),
		control("input", ui.Field{Name: "year", Label: "下达年份", Value: q.Year, Max: 4, Attrs: map[string]any{"inputmode": "numeric"}}),
	}
	if actor.StreetID == 0 {
		v.filters = append(v.filters, control("select", ui.Field{Name: "street", Label: "街道", Value: q.Street, Options: page.Rows(l.Streets, "全部")}))
	}
	v.table = ui.Table{Caption: "授权", Columns: []ui.Column{
		{Label: "授权"}, {Label: "方式"}, {Label: "状态"}, {Label: "街道", Less: true}, {Label: "事项", Number: true, Less: true}, {Label: "监督活动（次）", Number: true}, {Label: "期限"},
	}}
	for _, m := range l.Lines {
		sub := m.Number
		if m.IssuedOn != nil {
			sub += " · " + calendar.Date(*m.IssuedOn)
		}
		state := tag(&mandate.Procedure, m.State)
		if m.Part != "" {
			state = tag(&mandate.StreetProcedure, m.Part)
		}
		row := ui.Row{URL: page.MandateURL(m.ID), Cells: []ui.Cell{
			{Text: m.Title, Sub: sub, URL: page.MandateURL(m.ID)},
			{Text: choice.Name(mandate.Modes, m.Mode)},
			{Status: state},
			{Text: strings.Join(m.Streets, "、")},
			{Text: strconv.Itoa(m.Matters)},
			{Text: strconv.Itoa(m.Acts)},
			{},
		}}
		if m.DueOn != nil {
			row.Cells[6].Due = page.Due(cal, h.mandates.Now(), m.Clock, *m.DueOn, m.DeadlineID)
		}
		v.table.Rows = append(v.table.Rows, row)
	}
	return page.OK(w, r, listPage(v))
}

func start(r *http.Request, q query) string {
	if q.After == "" {
		return ""
	}
	return page.With(r, "after", "")
}

func export(w http.ResponseWriter, format, name, today string, head []string, rows [][]string) error {
	if format == "csv" {
		page.Attachment(w, name+today+".csv", document.CSV)
		return document.WriteCSV(w, head, rows)
	}
	page.Attachment(w, name+today+".xlsx", document.XLSX)
	return document.WriteXLSX(w, name, head, rows)
}

func exportMandates(w http.ResponseWriter, format, today string, list []mandate.Line) error {
	var rows [][]string
	for _, m := range list {
		state := mandate.Procedure.Info(m.State).Name
		if m.Part != "" {
			state = mandate.StreetProcedure.Info(m.Part).Name
		}
		rows = append(rows, []string{
			m.Number, m.Title, choice.Name(mandate.Modes, m.Mode), state, page.Day(m.IssuedOn), strings.Join(m.Streets, "、"), strconv.Itoa(m.Matters), strconv.Itoa(m.Acts), m.Clock, page.Day(m.DueOn),
		})
	}
	return export(w, format, "授权台账", today, []string{"文号", "标题", "方式", "状态", "下达日期", "街道", "事项", "监督活动（次）", "待办", "期限"}, rows)
}

// gaps name what a matter lacks.
var gaps = map[string]ui.Status{"receipt": {Text: "未签收", Tone: ui.ToneWait}, "overdue": {Text: "报告逾期", Tone: ui.ToneStop}, "idle": {Text: "未行使", Tone: ui.ToneWait}}

func (h handler) coverage(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	street := page.Int64(q.Street)
	list, streets, err := h.mandates.Coverage(r.Context(), actor, mandate.CoverFilter{
		StreetID: street, Mode: q.Mode, Subject: q.Subject, Open: q.State != "all", Gaps: q.Gaps == "on",
	})
	if err != nil {
		return err
	}
	today := calendar.On(h.mandates.Now())
	if q.Format != "" {
		var rows [][]string
		for _, c := range list {
			rows = append(rows, []string{
				c.Street, c.Number, c.Title, choice.Name(mandate.Modes, c.Mode), strconv.Itoa(c.No), choice.Name(mandate.Subjects, c.Subject), object(c.Object),
				mandate.StreetProcedure.Info(c.State).Name, strconv.Itoa(c.Acts), strconv.Itoa(c.Unreported), strconv.Itoa(c.Beyond), strconv.Itoa(c.Accepted),
				page.Day(c.LastOn), page.Day(c.DueOn), gaps[c.Gap(today)].Text,
			})
		}
		return export(w, q.Format, "授权覆盖表", calendar.ISO(h.mandates.Now()), []string{
			"街道", "文号", "授权", "方式", "事项", "类别", "对象", "状态", "已行使（次）", "未报告（次）", "超授权期限（次）", "已验收报告（次）", "最近验收", "下次报告期限", "缺口",
		}, rows)
	}
	cal, err := h.mandates.Calendar(r.Context(), actor)
	if err != nil {
		return err
	}
	lacking := 0
	v := listView{
		tabs: sections("coverage"), action: page.MandateCoverageURL, narrowed: q.narrowed(),
		empty: "还没有下达的授权事项", hint: "每个授权事项在每个街道有没有行使、有没有报告，列成一张表，缺口一眼可见。",
		filters: []ui.Control{
			control("select", ui.Field{Name: "mode", Label: "方式", Value: q.Mode, Options: page.Terms(mandate.Modes, "全部")}),
			control("select", ui.Field{Name: "subject", Label: "类别", Value: q.Subject, Options: page.Terms(mandate.Subjects, "全部")}),
			control("select", ui.Field{Name: "state", Label: "范围", Value: q.State, Options: []ui.Option{{Label: "有效和待报告的"}, {Value: "all", Label: "全部，含完结和撤回"}}}),
			control("box", ui.Field{Name: "gaps", Label: "只看有缺口的", Value: q.Gaps}),
		},
		table: ui.Table{Caption: "授权覆盖表", Columns: []ui.Column{
			{Label: "授权事项"}, {Label: "街道"}, {Label: "授权"}, {Label: "行使（次）", Number: true}, {Label: "未报告（次）", Number: true}, {Label: "已验收（份）", Number: true}, {Label: "下次报告"}, {Label: "缺口"},
		}},
	}
	if actor.StreetID == 0 {
		v.filters = append(v.filters, control("select", ui.Field{Name: "street", Label: "街道", Value: q.Street, Options: page.Rows(streets, "全部")}))
	}
	for _, c := range list {
		url := page.MandateURL(c.MandateID)
		if actor.StreetID == 0 {
			url = page.FilteredURL(url, "street", page.Number(c.StreetID))
		}
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: c.Title + " 第" + strconv.Itoa(c.No) + "项", Sub: choice.Name(mandate.Subjects, c.Subject) + " · " + object(c.Object) + " · " + c.Number, URL: url},
			{Text: c.Street},
			{Status: tag(&mandate.StreetProcedure, c.State)},
			{Text: strconv.Itoa(c.Acts)},
			{Text: strconv.Itoa(c.Unreported)},
			{Text: strconv.Itoa(c.Accepted)},
			{},
			{},
		}}
		if c.DueOn != nil {
			row.Cells[6].Due = page.Due(cal, h.mandates.Now(), "", *c.DueOn, c.DeadlineID)
		}
		if s, ok := gaps[c.Gap(today)]; ok {
			lacking++
			row.Cells[7].Status = &s
		}
		v.table.Rows = append(v.table.Rows, row)
	}
	v.head = ui.PageHead{
		Title: "授权覆盖表", Count: strconv.Itoa(len(list)) + " 项，" + strconv.Itoa(lacking) + " 项有缺口", Sub: "每个授权事项在每个街道：授权 × 行使 × 报告", Print: true,
		Links: []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx"), Icon: "export"}},
	}
	return page.OK(w, r, listPage(v))
}

func object(s string) string {
	if s == "" {
		return "不限对象"
	}
	return s
}
