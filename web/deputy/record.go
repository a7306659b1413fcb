package deputy

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/deputy"
	"portal/internal/fault"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one deputy shows.
type recordView struct {
	rec      deputy.Record
	head     ui.PageHead
	status   ui.Status
	facts    []ui.Fact
	figures  []ui.Figure
	stations ui.Table
	attended ui.Table
	groups   ui.Table
	steps    ui.Table
	photo    string // address of a small picture, or ""
	filled   *ui.Link
	moves    []ui.Move
	events   []ui.Event
	bad      fault.Fields
	changed  string
	left     []ui.Fact // typed for a move that is no longer open
	unmasked string
	alert    string // that the seat is endangered
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(h.view(r, rec, nil)))
}

func (h handler) view(r *http.Request, rec deputy.Record, sent *page.Sent) *recordView {
	actor := page.Actor(r)
	// The name is the title already.
	v := &recordView{rec: rec, facts: facts(&rec)[1:], events: page.Events(rec.Timeline), status: status(&rec), bad: sent.Bad(), moves: h.moves(actor, &rec, sent)}
	v.head = ui.PageHead{Title: rec.Name, Sub: rec.Street + "，" + choice.Name(deputy.Levels, rec.Level), Back: &ui.Link{Label: "代表名册", URL: page.DeputiesURL}}
	if rec.Level == "city" && (actor.May(access.ReadPerformance) || actor.DeputyID == rec.ID) {
		v.head.Links = []ui.Link{{Label: "履职档案", URL: page.PerformanceURL(rec.ID), Icon: "figure"}}
	}
	keeps := actor.May(access.KeepDeputies) && rec.EndedOn == nil
	if keeps {
		v.head.Links = append(v.head.Links, ui.Link{Label: "修改资料", URL: page.DeputyURL(rec.ID) + "/edit", Icon: "document"})
	}
	v.stations = stations(actor, &rec)
	if rec.Work != nil {
		v.figures, v.attended = figures(actor, &rec), attended(actor, rec.Work)
		if n := rec.Work.Sessions; n >= 2 {
			v.alert = "未经批准缺席人代会 " + strconv.Itoa(n) + " 次。依照代表法，未经批准两次不出席本级人民代表大会会议的，代表资格终止；由市人大常委会依法处理，请先核实。"
		}
	}
	v.groups, v.steps = memberships(actor, &rec), steps(&rec)
	if rec.Photo.FileID != 0 {
		v.photo = page.PreviewURL(rec.Photo.FileID)
	}
	if rec.Filled.ID != 0 {
		v.filled = &ui.Link{Label: "这个席位由" + rec.Filled.Name + "补选", URL: page.ElectionURL(rec.Filled.ID)}
	}
	return v
}

func status(rec *deputy.Record) ui.Status {
	if rec.EndedOn != nil {
		return ui.Status{Text: page.Day(rec.EndedOn) + "离任：" + choice.Name(deputy.Endings, rec.EndedWhy), Tone: ui.ToneDone}
	}
	info := deputy.Procedure.Info(rec.State)
	switch {
	case rec.State == deputy.InOffice:
		return ui.Status{Text: info.Name, Tone: ui.ToneGo}
	default:
		return ui.Status{Text: info.Name + "，" + info.Turn, Tone: ui.ToneWait}
	}
}

func facts(rec *deputy.Record) []ui.Fact {
	list := []ui.Fact{
		{Label: "姓名", Text: rec.Name},
		{Label: "性别", Text: choice.Name(deputy.Sexes, rec.Sex)},
		{Label: "选区", Text: rec.District},
		{Label: "届别", Text: rec.Term},
		{Label: "级别", Text: choice.Name(deputy.Levels, rec.Level)},
		{Label: "当选", Text: elected(rec)},
		{Label: "确认代表资格", Text: strings.TrimSpace(rec.Credentials + " " + page.Day(rec.Confirmed))},
		{Label: "专业小组", Text: choice.Name(deputy.Groups, rec.Group)},
		{Label: "任职日期", Text: calendar.Date(rec.Since)},
		{Label: "联系电话", Text: rec.PhoneMask},
		{Label: "简介（居民网站公开）", Text: rec.Intro, Wide: true},
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

// elected says how and when the deputy was elected.
func elected(rec *deputy.Record) string {
	return strings.TrimSpace(choice.Name(deputy.Elections, rec.How) + " " + page.Day(rec.Elected))
}

// figures are what the deputy did, each with its rows.
func figures(actor access.Actor, rec *deputy.Record) []ui.Figure {
	w, id := rec.Work, page.Number(rec.ID)
	visits, opinions := page.FilteredURL(page.VisitsURL, "deputy", id), page.FilteredURL(page.OpinionsURL, "deputy", id)
	if !actor.May(access.ViewVisits) {
		visits = ""
	}
	if !actor.May(access.ViewOpinions) {
		opinions = ""
	}
	return []ui.Figure{
		{Label: "进站接待", Value: strconv.Itoa(w.Visits.Total), Unit: "次", Note: "今年 " + strconv.Itoa(w.Visits.Year) + " 次", URL: visits},
		{Label: "收集群众意见", Value: strconv.Itoa(w.Opinions.Total), Unit: "条", Note: "今年 " + strconv.Itoa(w.Opinions.Year) + " 条，累计办结 " + strconv.Itoa(w.Opinions.Closed) + " 条", URL: opinions},
	}
}

func stations(actor access.Actor, rec *deputy.Record) ui.Table {
	t := ui.Table{Caption: "驻站安排", Columns: []ui.Column{{Label: "联络站"}, {Label: "从"}, {Label: "到"}}}
	for _, a := range rec.Assigned {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: a.Station, URL: page.LinkTo(actor, access.ViewStations, a.StationID, page.StationURL)},
			{Text: calendar.Date(a.FromOn)},
			{Text: untilNow(page.Day(a.UntilOn))},
		}})
	}
	return t
}

func untilNow(day string) string {
	if day == "" {
		return "今"
	}
	return day
}

func attended(actor access.Actor, w *deputy.Work) ui.Table {
	t := ui.Table{Caption: "近期接待", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "联络站"}, {Label: "接待群众（人次）", Number: true}, {Label: "收集意见（条）", Number: true}}}
	for _, a := range w.Latest {
		url := page.LinkTo(actor, access.ViewVisits, a.VisitID, page.VisitURL)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: calendar.Date(a.HeldOn), URL: url}, {Text: a.Station}, {Text: strconv.Itoa(a.Residents)}, {Text: strconv.Itoa(a.Opinions)},
		}})
	}
	return t
}

// answer ends a move: the record again, as it was typed, where it was not accepted.
func (h handler) answer(w http.ResponseWriter, r *http.Request, sent *page.Sent, err error, said string) error {
	return sent.Answer(w, err, page.DeputyURL(sent.ID), said, func(code int) error {
		rec, err := h.read(r)
		if err != nil {
			return err
		}
		v := h.view(r, rec, sent)
		if code == http.StatusConflict {
			v.changed, v.left = page.Changed("这位代表的资料"), sent.Left(v.moves)
		}
		return page.Render(w, r, code, recordPage(v))
	})
}

// phone shows the deputy's number once, to who says why.
func (h handler) phone(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "phone")
	if err != nil {
		return err
	}
	phone, reason := "", sent.Line("reason", "查看理由", deputy.MaxReason, true)
	err = sent.Try(func() error {
		phone, err = h.deputies.Unmask(r.Context(), page.Actor(r), sent.ID, reason)
		return err
	})
	if err != nil {
		return h.answer(w, r, sent, err, "")
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := h.view(r, rec, nil)
	v.unmasked = rec.Name + "的电话：" + phone + "。查看已记录，请只用于工作联系。"
	if phone == "" {
		v.unmasked = "名册里没有登记电话。"
	}
	return page.OK(w, r, recordPage(v))
}
