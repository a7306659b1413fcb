package station

import (
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/station"
	"portal/web/page"
	"portal/web/ui"
)

// scheduleQuery is the address of a month's schedule.
type scheduleQuery struct {
	Month   string `form:"month"`
	Street  string `form:"street"`
	Station string `form:"station"`
	Deputy  string `form:"deputy"`
	State   string `form:"state"`
}

// month is the first day of the month asked for, or of this one.
func (q scheduleQuery) month(now time.Time) time.Time {
	if t, err := time.Parse("2006-01", q.Month); err == nil && t.Year() >= 1990 && t.Year() <= 2100 {
		return t
	}
	today := calendar.On(now)
	return calendar.Day(today.Year(), today.Month(), 1)
}

func (q scheduleQuery) filter(now time.Time) station.ReceptionFilter {
	first := q.month(now)
	return station.ReceptionFilter{
		StreetID: page.Int64(q.Street), StationID: page.Int64(q.Station), DeputyID: page.Int64(q.Deputy), State: q.State,
		From: first, To: first.AddDate(0, 1, -1),
	}
}

func (q scheduleQuery) narrowed() bool { return q.Street+q.Station+q.Deputy+q.State != "" }

// scheduleView is what a month's schedule shows.
type scheduleView struct {
	head    ui.PageHead
	query   scheduleQuery
	month   string // as the field for months writes it
	choices station.Choices
	city    bool
	turns   []ui.Link // to the months before and after
	views   []ui.NavItem
	table   ui.Table
	publish *ui.Move // publishes what is planned; nil where nothing is or the reader may not
}

func (h handler) schedule(w http.ResponseWriter, r *http.Request) error {
	q, actor, now := page.Query[scheduleQuery](r), page.Actor(r), h.site.Now()
	f := q.filter(now)
	list, err := h.stations.Receptions(r.Context(), actor, f)
	if err != nil {
		return err
	}
	choices, err := h.stations.Choices(r.Context(), actor)
	if err != nil {
		return err
	}
	v := scheduleView{query: q, month: f.From.Format("2006-01"), choices: choices, city: actor.StreetID == 0, table: scheduleTable(list, actor.StreetID == 0)}
	v.head = ui.PageHead{Title: "接待安排", Count: f.From.Format("2006年1月") + "，" + strconv.Itoa(len(list)) + " 场"}
	if len(list) > 0 {
		v.head.Links = []ui.Link{{Label: "打印公告", URL: page.FilteredURL("/receptions/notice", "month", v.month, "station", q.Station, "street", q.Street), Icon: "print"}}
	}
	if actor.May(access.PlanReception) {
		v.head.Primary = &ui.Link{Label: "安排接待日", URL: page.FilteredURL(page.NewReceptionURL, "station", q.Station), Icon: "plus"}
		v.publish = publishMove(list, q, v.month)
	}
	before, after := calendar.AddMonths(f.From, -1), calendar.AddMonths(f.From, 1)
	v.turns = []ui.Link{
		{Label: "‹ " + before.Format("2006年1月"), URL: page.With(r, "month", before.Format("2006-01"))},
		{Label: after.Format("2006年1月") + " ›", URL: page.With(r, "month", after.Format("2006-01"))},
	}
	if actor.DeputyID != 0 {
		mine := page.Number(actor.DeputyID)
		v.views = []ui.NavItem{
			{Label: "全部站点", URL: page.With(r, "deputy", ""), Current: q.Deputy == ""},
			{Label: "我的接待", URL: page.With(r, "deputy", mine), Current: q.Deputy == mine},
		}
	}
	return page.OK(w, r, schedulePage(v))
}

func scheduleTable(list []station.Reception, city bool) ui.Table {
	t := ui.Table{Caption: "接待安排", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "时间"}, {Label: "联络站"}, {Label: "接待代表"}, {Label: "状态"}}}
	for _, r := range list {
		place := r.Address
		if city {
			place = r.Street
		}
		t.Rows = append(t.Rows, ui.Row{URL: page.ReceptionURL(r.ID), Cells: []ui.Cell{
			{Text: weekday(r.HeldOn), URL: page.ReceptionURL(r.ID), Sub: r.Theme},
			{Text: hours(r.FromTime, r.ToTime)},
			{Text: r.Station, Sub: place},
			{Text: names(r.Deputies)},
			{Status: state(r)},
		}})
	}
	return t
}

// publishMove publishes what the month still has unpublished.
func publishMove(list []station.Reception, q scheduleQuery, month string) *ui.Move {
	n := 0
	for _, r := range list {
		if r.State == "planned" {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return &ui.Move{
		Label: "发布本月公告（" + strconv.Itoa(n) + " 场未发布）", Button: "发布",
		Action:      page.FilteredURL("/receptions/publication", "month", month, "station", q.Station),
		Consequence: "公布到居民网站，并通知接待的代表。已经来不及提前公告的，不会发布。",
	}
}

// publishMonth publishes the month's planned receptions.
func (h handler) publishMonth(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[scheduleQuery](r)
	if _, err := page.Form[struct{}](w, r); err != nil {
		return err
	}
	f := q.filter(h.site.Now())
	n, err := h.stations.PublishReceptions(r.Context(), page.Actor(r), f.From, f.To, f.StationID)
	if err != nil {
		return err
	}
	back := page.FilteredURL(page.ReceptionsURL, "month", f.From.Format("2006-01"), "station", q.Station)
	if n == 0 {
		page.Flash(w, r, ui.ToneWait, "没有可以发布的安排：余下的已经来不及提前公告，请改期。")
		return page.Redirect(w, r, back)
	}
	return page.Done(w, r, back, "已发布 "+strconv.Itoa(n)+" 场接待公告。")
}

// noticeView is the announcement 接待日安排公告.
type noticeView struct {
	title string
	back  string
	by    string
	list  []station.Reception
	today string
}

// monthNotice serves the announcement of a month.
func (h handler) monthNotice(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[scheduleQuery](r)
	f := q.filter(h.site.Now())
	f.State = "published"
	list, err := h.stations.Receptions(r.Context(), page.Actor(r), f)
	if err != nil {
		return err
	}
	month := f.From.Format("2006-01")
	return h.showNotice(w, r, f.From.Format("2006年1月"), page.FilteredURL(page.ReceptionsURL, "month", month, "station", q.Station, "street", q.Street), list)
}

// notice serves the announcement of one reception.
func (h handler) notice(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	rec, err := h.stations.Reception(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	return h.showNotice(w, r, calendar.Date(rec.HeldOn), page.ReceptionURL(id), []station.Reception{rec})
}

func (h handler) showNotice(w http.ResponseWriter, r *http.Request, when, back string, list []station.Reception) error {
	v := noticeView{title: when + "代表接待日安排公告", back: back, list: list, today: calendar.Date(h.site.Now()), by: page.VisitorOf(r).Place}
	if len(list) > 0 && page.Actor(r).StreetID != 0 {
		v.by = "人大" + list[0].Street + "工委"
	}
	return page.OK(w, r, noticePage(v))
}
