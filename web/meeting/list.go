package meeting

import (
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/meeting"
	"portal/internal/procedure"
	"portal/internal/text"
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
	Kind   string `form:"kind"`
	State  string `form:"state"`
	Year   string `form:"year"`
	Text   string `form:"q"`
	From   string `form:"from"`
	To     string `form:"to"`
	After  string `form:"after"`
	Format string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter() meeting.Filter {
	var r text.Reader
	f := meeting.Filter{
		StreetID: page.Int64(q.Street), Kind: q.Kind, State: q.State, Text: r.Line("q", q.Text, "查找", 100, false),
		From: r.Date("from", q.From, "起始日期", false), To: r.Date("to", q.To, "截止日期", false), After: db.ParseCursor(q.After), Limit: perPage,
	}
	if y := page.Int64(q.Year); y > 1900 && y < 3000 {
		f.Year = int(y)
	}
	return f
}

func (q query) narrowed() bool { return q.Street+q.Kind+q.State+q.Year+q.Text+q.From+q.To != "" }

// listView is what the list's page shows.
type listView struct {
	head        ui.PageHead
	query       query
	streets     []ui.Option // nil for who sees one street
	years       []ui.Option
	table       ui.Table
	next, first string
	empty       string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	l, err := h.meetings.Meetings(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := listView{query: q, head: ui.PageHead{Title: "会议", Count: counted(l.Count, " 次"), Print: actor.May(access.ReadMeetings)}, next: page.Next(r, l.Next.String()), table: table(l.Lines, actor)}
	if actor.May(access.ReadMeetings) {
		v.head.Links = append(v.head.Links, ui.Link{Label: "导出台账", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"})
	}
	v.empty = "有您参加的会议时，通知发出后列在这里。"
	if actor.May(access.KeepMeetings) {
		v.head.Primary = &ui.Link{Label: "拟开会议", URL: page.NewMeetingURL, Icon: "plus"}
		v.empty = "主任会议和选民代表会议在这里开：先征集、确定议题，再拟开会议、列议程、发通知。"
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	if actor.StreetID == 0 {
		v.streets = page.Rows(l.Streets, "全部")
	}
	v.years = years(h.meetings.Now().Year())
	return page.OK(w, r, listPage(v))
}

func counted(n int, of string) string {
	if n >= meeting.CountCap {
		of += "以上"
	}
	return strconv.Itoa(n) + of
}

func years(now int) []ui.Option {
	list := []ui.Option{{Label: "全部"}}
	for y := now + 1; y >= 2019; y-- {
		list = append(list, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + " 年"})
	}
	return list
}

func statusOf(s procedure.State) ui.Status {
	tone := ui.ToneWait
	switch s {
	case meeting.Opened, meeting.Sitting, meeting.Talk:
		tone = ui.ToneGo
	case meeting.Failed:
		tone = ui.ToneStop
	case meeting.Issued, meeting.Archived, meeting.Cancelled:
		tone = ui.ToneDone
	}
	return ui.Status{Text: meeting.Procedure.Info(s).Name, Tone: tone}
}

// came writes how many of those due have come: 9 / 11.
func came(l *meeting.Line) string {
	if l.DueCount == 0 {
		return "—"
	}
	return fmt.Sprintf("%d / %d", l.CameCount, l.DueCount)
}

func table(lines []meeting.Line, actor access.Actor) ui.Table {
	reads := actor.May(access.ReadMeetings)
	t := ui.Table{Caption: "会议", Columns: []ui.Column{{Label: "会议"}, {Label: "时间"}, {Label: "地点", Less: true}, {Label: "议题（个）", Number: true}, {Label: "状态"}}}
	if reads {
		t.Columns = append(t.Columns, ui.Column{Label: "实到 / 应到（人）", Number: true})
	}
	for i := range lines {
		l := &lines[i]
		url := page.MeetingURL(l.ID)
		status := statusOf(l.State)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title, URL: url, Sub: meeting.KindName(l.Kind)},
			{Text: calendar.Date(l.HeldOn), Sub: l.StartsAt.In(calendar.Zone).Format("15:04")},
			{Text: l.Place},
			{Text: strconv.Itoa(l.ItemCount)},
			{Status: &status, Sub: l.Number},
		}}
		if reads {
			row.Cells = append(row.Cells, ui.Cell{Text: came(l)})
		}
		if actor.StreetID == 0 {
			row.Cells[0].Sub = l.Street + "，" + row.Cells[0].Sub
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

var columns = []string{"序号", "街道", "会议", "种类", "日期", "时间", "地点", "状态", "议题", "通过", "应到", "实到", "纪要文号"}

// export sends the ledger of the list's filters as a file.
func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	f := q.filter()
	f.After, f.Limit = db.Cursor{}, most
	l, err := h.meetings.Meetings(r.Context(), page.Actor(r), f)
	if err != nil {
		return err
	}
	rows := make([][]any, len(l.Lines))
	for i, x := range l.Lines {
		rows[i] = []any{
			int64(i + 1), x.Street, x.Title, meeting.KindName(x.Kind), calendar.ISO(x.HeldOn), x.StartsAt.In(calendar.Zone).Format("15:04"), x.Place,
			meeting.Procedure.Info(x.State).Name, int64(x.ItemCount), int64(x.PassedCount), int64(x.DueCount), int64(x.CameCount), x.Number,
		}
	}
	return send(w, "会议台账"+calendar.ISO(h.meetings.Now()), q.Format, document.Sheet{Name: "会议台账", Head: columns, Rows: rows})
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
			rows[i] = append(rows[i], fmt.Sprint(v))
		}
	}
	page.Attachment(w, name+".csv", document.CSV)
	return document.WriteCSV(w, s.Head, rows)
}

func stateOptions(t *procedure.Table, more ...ui.Option) []ui.Option {
	list := append([]ui.Option{{Label: "全部"}}, more...)
	for _, s := range t.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}
