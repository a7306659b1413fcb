package station

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/station"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// stationQuery is the address of the list of stations.
type stationQuery struct {
	Text      string `form:"q"`
	Street    string `form:"street"`
	Community string `form:"community"`
	Kind      string `form:"kind"`
	State     string `form:"state"`
	On        string `form:"on"` // open at the end of this day, as figures count
	Format    string `form:"format"`
}

func (q stationQuery) filter() station.Filter {
	var r text.Reader
	return station.Filter{
		StreetID: page.Int64(q.Street), CommunityID: page.Int64(q.Community), Kind: q.Kind, Closed: q.State == "closed", On: r.Date("on", q.On, "日期", false),
		Text: r.Line("q", q.Text, "查找", text.Name, false),
	}
}

func (q stationQuery) narrowed() bool { return q.Text+q.Street+q.Community+q.Kind+q.State+q.On != "" }

// stationLedger is what the list of stations shows.
type stationLedger struct {
	head    ui.PageHead
	query   stationQuery
	choices station.Choices
	city    bool
	table   ui.Table
}

func (h handler) stationList(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[stationQuery](r), page.Actor(r)
	list, err := h.stations.Stations(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.exportStations(w, q.Format, list)
	}
	choices, err := h.stations.Choices(r.Context(), actor)
	if err != nil {
		return err
	}
	l := stationLedger{query: q, choices: choices, city: actor.StreetID == 0}
	l.head = ui.PageHead{Title: "联络站", Count: strconv.Itoa(len(list)) + " 个", Links: []ui.Link{
		{Label: "导出", URL: page.With(r, "format", "xlsx"), Icon: "export"}, {Label: "CSV", URL: page.With(r, "format", "csv"), Icon: "export"},
	}}
	l.head.Links = append(l.head.Links, page.ImportLinks(actor, "stations", "", access.KeepStations)...)
	if actor.May(access.KeepStations) {
		l.head.Primary = &ui.Link{Label: "开设联络站", URL: page.NewStationURL, Icon: "plus"}
	}
	l.table = stationTable(list, l.city, h.site)
	return page.OK(w, r, stationsPage(l))
}

func stationTable(list []station.Station, city bool, site page.Site) ui.Table {
	t := ui.Table{Caption: "联络站", Columns: []ui.Column{
		{Label: "联络站"}, {Label: "类型", Less: true}, {Label: "开放时间"}, {Label: "驻站代表", Less: true}, {Label: "下次接待"},
	}}
	for _, s := range list {
		place := s.Community
		if city {
			place = s.Street + " " + s.Community
		}
		row := ui.Row{URL: page.StationURL(s.ID), Cells: []ui.Cell{
			{Text: s.Name, URL: page.StationURL(s.ID), Sub: s.Code + " " + place},
			{Text: choice.Name(station.Kinds, s.Kind)},
			{Text: s.Hours, Sub: s.Address},
			{Text: crowd(s.Deputies)},
			{Text: next(s, site)},
		}}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// crowd names a few and counts the rest.
func crowd(list []string) string {
	const some = 4
	if len(list) <= some {
		return names(list)
	}
	return names(list[:some]) + "等 " + strconv.Itoa(len(list)) + " 人"
}

func next(s station.Station, site page.Site) string {
	switch {
	case s.ClosedOn != nil:
		return page.Day(s.ClosedOn) + "撤销"
	case s.NextOn == nil:
		return "没有安排"
	}
	if near := calendar.Near(site.Now(), *s.NextOn); near != calendar.MonthDay(*s.NextOn) && near != calendar.Date(*s.NextOn) {
		return calendar.MonthDay(*s.NextOn) + "（" + near + "）"
	}
	return weekday(*s.NextOn)
}

var stationColumns = []string{
	"序号", "街道", "站码", "名称", "类型", "社区", "地址", "开放时间", "电话", "站长", "联络员", "驻站代表", "开设日期", "下次接待", "撤销日期",
}

// exportStations sends the register of the list's filters as a file.
func (h handler) exportStations(w http.ResponseWriter, format string, list []station.Station) error {
	rows := make([][]string, len(list))
	for i, s := range list {
		rows[i] = []string{
			strconv.Itoa(i + 1), s.Street, s.Code, s.Name, choice.Name(station.Kinds, s.Kind), s.Community, s.Address, s.Hours, s.Phone, s.Head, s.Liaison,
			names(s.Deputies), calendar.ISO(s.OpenedOn), page.Day(s.NextOn), page.Day(s.ClosedOn),
		}
	}
	return h.download(w, format, "联络站名册", stationColumns, rows)
}

// download sends a ledger as a workbook or as comma-separated values.
func (h handler) download(w http.ResponseWriter, format, title string, head []string, rows [][]string) error {
	name := title + calendar.ISO(h.site.Now())
	if format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, head, rows)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteXLSX(w, title, head, rows)
}
