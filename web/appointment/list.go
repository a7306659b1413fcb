package appointment

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

const (
	perPage    = 50
	perExport  = 5000
	maxFinding = 50
)

// query is the list's address.
type query struct {
	State  string `form:"state"`
	Street string `form:"street"`
	Text   string `form:"q"`
	After  string `form:"after"`
	Format string `form:"format"`
}

func (q query) filter(limit int) appointment.Filter {
	var r text.Reader
	return appointment.Filter{
		State: q.State, StreetID: page.Int64(q.Street), Text: r.Line("q", q.Text, "查找", maxFinding, false), After: db.ParseCursor(q.After), Limit: limit,
	}
}

func (q query) narrowed() bool { return q.State+q.Street+q.Text != "" }

// listing is what the list page shows.
type listing struct {
	head  ui.PageHead
	query query
	table ui.Table
	next  string
	first string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	found, err := h.files.Files(r.Context(), actor, q.filter(perPage))
	if err != nil {
		return err
	}
	v := listing{query: q, table: table(found.Lines, actor.StreetID == 0), next: page.Next(r, found.Next.String())}
	v.head = ui.PageHead{Title: "任免", Links: []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"}}}
	if actor.May(access.PrepareAppointment) {
		v.head.Primary = &ui.Link{Label: "准备任免案", URL: page.NewAppointmentURL, Icon: "plus"}
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	return page.OK(w, r, listPage(v))
}

func table(lines []appointment.Line, city bool) ui.Table {
	t := ui.Table{Caption: "任免", Columns: []ui.Column{{Label: "任免案"}, {Label: "任免的人"}, {Label: "状态"}, {Label: "常委会会议"}, {Label: "表决", Less: true}}}
	for _, l := range lines {
		url := page.AppointmentURL(l.ID)
		place := ""
		if city {
			place = l.Street
		}
		people := l.People
		if l.Count > 5 {
			people += "等 " + strconv.Itoa(l.Count) + " 人"
		}
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title, URL: url, Sub: place},
			{Text: people},
			{Status: status(l.State)},
			{Text: page.Day(l.SessionOn)},
			{Text: page.Day(l.VotedOn)},
		}})
	}
	return t
}

func status(s procedure.State) *ui.Status {
	info := appointment.Procedure.Info(s)
	tone := ui.ToneWait
	switch s {
	case appointment.InPost, appointment.Concluded:
		tone = ui.ToneGo
	case appointment.Failed:
		tone = ui.ToneStop
	case appointment.Withdrawn:
		tone = ui.ToneDone
	}
	return &ui.Status{Text: info.Name, Tone: tone}
}

func stateOptions() []ui.Option {
	list := []ui.Option{{Label: "全部"}, {Value: "open", Label: "没有办完的"}}
	for _, s := range appointment.Procedure.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}

func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	q.After = ""
	found, err := h.files.Files(r.Context(), page.Actor(r), q.filter(perExport))
	if err != nil {
		return err
	}
	head := []string{"序号", "街道", "任免案", "任免的人", "人数", "状态", "常委会会议日期", "表决日期"}
	rows := make([][]string, len(found.Lines))
	for i, l := range found.Lines {
		rows[i] = []string{
			strconv.Itoa(i + 1), l.Street, l.Title, l.People, strconv.Itoa(l.Count), appointment.Procedure.Info(l.State).Name, page.Day(l.SessionOn), page.Day(l.VotedOn),
		}
	}
	name := "任免一览表" + calendar.ISO(h.files.Now())
	if q.Format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, head, rows)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteXLSX(w, "任免一览表", head, rows)
}
