package training

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/text"
	"portal/internal/training"
	"portal/web/page"
	"portal/web/ui"
)

const (
	perPage = 50
	most    = 20_000 // rows of an export
)

// query is the list's address.
type query struct {
	Street string `form:"street"`
	State  string `form:"state"`
	Team   string `form:"team"`
	Text   string `form:"q"`
	From   string `form:"from"`
	To     string `form:"to"`
	After  string `form:"after"`
	Format string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter() training.Filter {
	var r text.Reader
	return training.Filter{
		StreetID: page.Int64(q.Street), State: q.State, Team: q.Team, Text: r.Line("q", q.Text, "查找", training.MaxTitle, false),
		From: r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false), After: db.ParseCursor(q.After), Limit: perPage,
	}
}

func (q query) narrowed() bool { return q.Street+q.State+q.Team+q.Text+q.From+q.To != "" }

// listView is what the list's page shows.
type listView struct {
	head        ui.PageHead
	query       query
	streets     []ui.Option // nil for who sees one street
	table       ui.Table
	next, first string
	empty       string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	l, err := h.trainings.Trainings(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := listView{query: q, head: head(r, actor, l.Count), next: page.Next(r, l.Next.String()), table: table(l.Lines, actor)}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	if actor.StreetID == 0 {
		v.streets = page.Rows(l.Streets, "全部")
	}
	v.empty = "有您参加的培训时，通知发出后列在这里，当天在这里签到、测试。"
	if actor.May(access.CountTraining) {
		v.empty = "代表和四支队伍的培训在这里计划：列名单、发通知、签到、测试，学时自动统计。"
	}
	return page.OK(w, r, listPage(v))
}

func head(r *http.Request, actor access.Actor, count int) ui.PageHead {
	head := ui.PageHead{Title: "培训", Count: strconv.Itoa(count) + " 次"}
	if actor.May(access.CountTraining) {
		head.Links = []ui.Link{
			{Label: "学时统计", URL: page.TrainingHoursURL, Icon: "figure"},
			{Label: "导出台账", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"},
		}
	}
	head.Links = append(head.Links, page.ImportLinks(actor, "trainings", "", access.KeepTrainings)...)
	if actor.May(access.JoinTrainings) {
		head.Links = append(head.Links, ui.Link{Label: "我的学时", URL: page.MyTrainingURL, Icon: "figure"})
	}
	if actor.May(access.KeepTrainings) {
		head.Primary = &ui.Link{Label: "计划培训", URL: page.NewTrainingURL, Icon: "plus"}
	}
	return head
}

func table(lines []training.Line, actor access.Actor) ui.Table {
	counts := actor.May(access.CountTraining)
	t := ui.Table{Caption: "培训", Columns: []ui.Column{{Label: "培训"}, {Label: "日期", Day: true}, {Label: "学时", Number: true}, {Label: "参训队伍", Less: true}, {Label: "状态"}}}
	if counts {
		t.Columns = append(t.Columns, ui.Column{Label: "签到（人）", Number: true})
	}
	for _, l := range lines {
		url := page.TrainingURL(l.ID)
		status := statusOf(l.State)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title, URL: url, Sub: l.Theme},
			{Text: calendar.Date(l.HeldOn), Sub: l.StartsAt},
			{Text: training.Written(l.Tenths)},
			{Text: training.TeamNames(l.Audience)},
			{Status: &status},
		}}
		if counts {
			row.Cells = append(row.Cells, ui.Cell{Text: strconv.Itoa(l.Signed) + " / " + strconv.Itoa(l.Listed)})
		}
		if actor.StreetID == 0 {
			row.Cells[1].Sub = l.Street
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

var columns = []string{"序号", "街道", "培训", "主题", "讲师", "日期", "时间", "学时", "地点", "参训队伍", "状态", "应到", "签到"}

// export sends the ledger of the list's filters as a file.
func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	f := q.filter()
	f.After, f.Limit = db.Cursor{}, most
	l, err := h.trainings.Trainings(r.Context(), page.Actor(r), f)
	if err != nil {
		return err
	}
	rows := make([][]any, len(l.Lines))
	for i, x := range l.Lines {
		rows[i] = []any{
			int64(i + 1), x.Street, x.Title, x.Theme, x.Teacher, calendar.ISO(x.HeldOn), x.StartsAt, float64(x.Tenths) / 10, x.Place,
			training.TeamNames(x.Audience), training.Procedure.Info(x.State).Name, int64(x.Listed), int64(x.Signed),
		}
	}
	return send(w, "培训台账"+calendar.ISO(h.trainings.Now()), q.Format, document.Sheet{Name: "培训台账", Head: columns, Rows: rows})
}

// send writes a sheet as a workbook or as comma-separated values.
func send(w http.ResponseWriter, name, format string, s document.Sheet) error {
	if format != "csv" {
		page.Attachment(w, name+".xlsx", document.XLSX)
		return document.WriteWorkbook(w, s)
	}
	rows := make([][]string, len(s.Rows))
	for i, r := range s.Rows {
		for _, v := range r {
			rows[i] = append(rows[i], word(v))
		}
	}
	page.Attachment(w, name+".csv", document.CSV)
	return document.WriteCSV(w, s.Head, rows)
}

func word(v any) string {
	switch v := v.(type) {
	case int64:
		return page.Number(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	}
	return ""
}

var teamOptions = page.Terms(training.Teams, "")

func stateOptions() []ui.Option {
	list := []ui.Option{{Label: "全部"}}
	for _, s := range training.Procedure.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}

func teamName(key string) string { return choice.Name(training.Teams, key) }
