package station

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/station"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// maxTheme is the longest theme of a reception, in characters.
const maxTheme = 100

// receptionForm is the form that plans receptions, as it was typed.
type receptionForm struct {
	Key      string   `form:"key"`
	Station  string   `form:"station_id"`
	HeldOn   string   `form:"held_on"`
	FromTime string   `form:"from_time"`
	ToTime   string   `form:"to_time"`
	Theme    string   `form:"theme"`
	Deputies []string `form:"deputies"`
	Monthly  string   `form:"monthly"`
}

// parse turns what was typed into a reception to plan, or complaints.
func (f *receptionForm) parse() (station.NewReception, fault.Fields) {
	var r text.Reader
	n := station.NewReception{
		Key: r.Line("key", f.Key, "表单编号", 60, true), StationID: page.Int64(f.Station),
		HeldOn:   r.Date("held_on", f.HeldOn, "接待日期", true),
		FromTime: r.Clock("from_time", f.FromTime, "开始时间"), ToTime: r.Clock("to_time", f.ToTime, "结束时间"),
		Theme: r.Line("theme", f.Theme, "主题", maxTheme, false), Deputies: ids(f.Deputies), Monthly: f.Monthly == "on",
	}
	if n.StationID == 0 {
		r.Bad.Add("station_id", "请选择联络站")
	}
	for name, typed := range map[string]string{"from_time": n.FromTime, "to_time": n.ToTime} {
		if typed == "" && r.Bad.For(name) == "" {
			r.Bad.Add(name, "请填写开始和结束时间，例如 09:00")
		}
	}
	if len(n.Deputies) == 0 {
		r.Bad.Add("deputies", "请选择接待的代表，公告要写明代表姓名")
	}
	return n, r.Bad
}

func (h handler) newReception(w http.ResponseWriter, r *http.Request) error {
	choices, err := h.stations.Choices(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	at := page.Int64(r.URL.Query().Get("station"))
	if at == 0 {
		at = choices.Mine
	}
	f := receptionForm{Key: page.Key(), FromTime: "09:00", ToTime: "11:30", Deputies: strs(choices.At(at))}
	if at != 0 {
		f.Station = page.Number(at)
	}
	return page.OK(w, r, receptionFormPage(f, nil, choices))
}

func (h handler) planReception(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[receptionForm](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	planned := 0
	if len(bad) == 0 {
		planned, err = h.stations.PlanReception(r.Context(), page.Actor(r), n)
		bad, _ = page.Complaints(err)
	}
	if len(bad) > 0 {
		choices, err := h.stations.Choices(r.Context(), page.Actor(r))
		if err != nil {
			return err
		}
		return page.Render(w, r, http.StatusUnprocessableEntity, receptionFormPage(f, bad, choices))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.FilteredURL(page.ReceptionsURL, "month", n.HeldOn.Format("2006-01"), "station", f.Station),
		"已安排 "+strconv.Itoa(planned)+" 场接待。核对后发布公告。")
}

// receptionView is what the page of one planned reception shows.
type receptionView struct {
	rec     station.Reception
	head    ui.PageHead
	status  *ui.Status
	turn    string
	facts   []ui.Fact
	moves   []ui.Move
	bad     fault.Fields
	changed string
	left    []ui.Fact // typed for a move that is no longer open
	log     string
}

func (h handler) reception(w http.ResponseWriter, r *http.Request) error {
	return h.showReception(w, r, http.StatusOK, nil)
}

func (h handler) showReception(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	actor := page.Actor(r)
	rec, err := h.stations.Reception(r.Context(), actor, id)
	if err != nil {
		return err
	}
	v := receptionView{rec: rec, status: state(rec), bad: sent.Bad(), turn: receptionTurn(rec), facts: receptionFacts(rec)}
	v.head = ui.PageHead{
		Title: weekday(rec.HeldOn), Sub: rec.Station,
		Back:  &ui.Link{Label: "接待安排", URL: page.FilteredURL(page.ReceptionsURL, "month", rec.HeldOn.Format("2006-01"))},
		Links: []ui.Link{{Label: "打印公告", URL: page.ReceptionURL(id) + "/notice", Icon: "print"}},
	}
	due := !rec.HeldOn.After(calendar.On(h.site.Now()))
	if due && rec.State != "cancelled" && len(rec.Visits) == 0 && actor.May(access.LogVisit) {
		v.log = page.FilteredURL(page.NewVisitURL, "reception", page.Number(id))
	}
	if h.mayPlanAt(r, rec) {
		v.moves = receptionMoves(rec, sent)
	}
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("这场接待"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, receptionPage(v))
}

// mayPlanAt reports whether the reader plans receptions at rec's station.
func (h handler) mayPlanAt(r *http.Request, rec station.Reception) bool {
	actor := page.Actor(r)
	if !actor.May(access.PlanReception) {
		return false
	}
	if actor.CommunityID == 0 {
		return true
	}
	s, err := h.stations.Station(r.Context(), actor, rec.StationID)
	return err == nil && s.CommunityID == actor.CommunityID
}

func receptionTurn(rec station.Reception) string {
	switch rec.State {
	case "planned":
		return "核对后发布，居民网站才看得到"
	case "cancelled":
		return rec.CancelReason
	}
	return "已公布在居民网站"
}

func receptionFacts(rec station.Reception) []ui.Fact {
	list := []ui.Fact{
		{Label: "日期", Text: calendar.Date(rec.HeldOn) + " " + calendar.Weekday(rec.HeldOn)},
		{Label: "时间", Text: hours(rec.FromTime, rec.ToTime)},
		{Label: "联络站", Text: rec.Station, URL: page.StationURL(rec.StationID)},
		{Label: "地址", Text: rec.Address},
		{Label: "接待代表", Text: names(rec.Deputies)},
		{Label: "主题", Text: rec.Theme},
	}
	for _, id := range rec.Visits {
		list = append(list, ui.Fact{Label: "接待登记", Text: "查看这次接待", URL: page.VisitURL(id)})
	}
	return filled(list)
}

func receptionMoves(rec station.Reception, sent *page.Sent) (list []ui.Move) {
	add := func(name string, m ui.Move, controls ...ui.Control) {
		m.Action, m.Version = page.ReceptionURL(rec.ID)+"/"+name, strconv.Itoa(rec.Version)
		sent.Fill(&m, name, controls)
		list = append(list, m)
	}
	if rec.State == "planned" {
		add("publication", ui.Move{Label: "发布公告", Button: "发布", Primary: true, Open: true, Consequence: "公布到居民网站，并通知接待的代表。"})
	}
	if rec.State != "cancelled" {
		add("cancellation", ui.Move{Label: "取消接待", Grave: true, Consequence: "取消后不能恢复。已发布的，居民网站标明取消，并通知接待的代表。"},
			ui.Control{Kind: "text", Field: ui.Field{Name: "reason", Label: "取消的原因", Rows: 3, Max: maxReason}})
	}
	return list
}

// publishReception serves 发布公告.
func (h handler) publishReception(w http.ResponseWriter, r *http.Request) error {
	return h.moveReception(w, r, "publication", "公告已发布，已通知接待的代表。", func(sent *page.Sent) error {
		return h.stations.PublishReception(r.Context(), page.Actor(r), sent.ID, sent.Version)
	})
}

// cancelReception serves 取消接待.
func (h handler) cancelReception(w http.ResponseWriter, r *http.Request) error {
	return h.moveReception(w, r, "cancellation", "接待已取消。", func(sent *page.Sent) error {
		reason := sent.Text("reason", "取消的原因", maxReason, true)
		return sent.Try(func() error {
			return h.stations.CancelReception(r.Context(), page.Actor(r), sent.ID, sent.Version, reason)
		})
	})
}

// moveReception makes a move of a planned reception.
func (h handler) moveReception(w http.ResponseWriter, r *http.Request, name, done string, act func(*page.Sent) error) error {
	sent, err := page.ReadMove(w, r, name)
	if err != nil {
		return err
	}
	return sent.Answer(w, act(sent), page.ReceptionURL(sent.ID), done, func(code int) error { return h.showReception(w, r, code, sent) })
}
