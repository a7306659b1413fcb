package committee

import (
	"net/http"
	"net/url"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// streetView is the page of one street.
type streetView struct {
	rec         committee.StreetRecord
	head        ui.PageHead
	figures     []ui.Figure
	shown       bool // the posts are
	posts       ui.Table
	past        ui.Table
	warnings    []string
	powers      []ui.Fact // who may use the director's powers
	delegations ui.Table
	delegated   bool     // the delegations are shown
	delegate    *ui.Link // to sign one
	heads       ui.Table
	noteHead    *ui.Link // to note who heads the committee
	reports     []ui.Link
	enders      []ui.Option // posts of which the reader may say that they ended by themselves
	units       ui.Table
	communities ui.Table
	noDispatch  bool // nobody receives what is assigned to the office
	postSheet   ui.Link
	unitSheet   []ui.Link
	placeSheet  []ui.Link
	panels      []panel
	jumps       []ui.Move
	events      []ui.Event
	bad         fault.Fields
	changed     string
}

// panel is a move with the fields of its form.
type panel struct {
	ui.Move
	controls []ui.Control
}

func (h handler) street(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("format") == "xlsx" {
		return h.export(w, rec, page.Actor(r).May(access.ViewDeputies))
	}
	return page.OK(w, r, streetPage(view(page.Actor(r), rec, nil, nil)))
}

// view is the page of rec. form is what was typed for a move that was not
// accepted, with its complaints.
func view(actor access.Actor, rec committee.StreetRecord, form url.Values, bad fault.Fields) *streetView {
	v := &streetView{rec: rec, bad: bad, events: page.Events(rec.Timeline), figures: figures(actor, &rec.StreetLine)}
	if v.shown = actor.May(access.ViewDeputies); v.shown { // who may see the people of the street
		v.figures = append(postFigures(actor, &rec), v.figures...)
		v.posts, v.past, v.warnings = posts(actor, &rec), past(actor, &rec), warnings(&rec)
	}
	if v.delegated = actor.May(access.ViewDelegations); v.delegated {
		v.powers, v.delegations, v.heads = powers(&rec), delegations(&rec), heads(&rec)
	}
	if actor.May(access.ViewAppointments) {
		v.reports = reports(&rec)
	}
	if actor.May(access.ReportEnding) {
		v.enders = page.Rows(committee.PostChoices(inPost(&rec)), "请选择")
	}
	if actor.May(access.DecideAppointment) && vacant(&rec) {
		v.noteHead = &ui.Link{Label: "登记主持工作", URL: page.CommitteeURL(rec.ID) + "/acting-heads/new", Icon: "plus"}
	}
	if actor.May(access.DelegateCommittee) {
		v.delegate = &ui.Link{Label: "签署授权委托书", URL: delegationsURL(rec.ID) + "/new", Icon: "plus"}
	}
	v.head = ui.PageHead{
		Title: rec.Committee, Sub: rec.City + " " + rec.Name + "，统计用区划代码 " + rec.Code,
		Links: []ui.Link{{Label: "导出名录", URL: page.CommitteeURL(rec.ID) + "?format=xlsx", Icon: "export"}},
	}
	if actor.StreetID == 0 {
		v.head.Back = &ui.Link{Label: "人大街道工委", URL: page.CommitteesURL}
	}
	keeps := actor.May(access.ManageCommittees)
	v.units, v.communities = units(&rec, keeps), communities(&rec, keeps)
	if actor.May(access.StreetFeed) && actor.StreetID == rec.ID {
		v.head.Links = append(v.head.Links, ui.Link{Label: "订阅会议和活动", URL: page.FilteredURL(page.FeedsURL, "kind", "street"), Icon: "calendar"})
	}
	v.unitSheet = page.SheetLinks(actor, "units", "承办单位", rec.ID, access.ManageCommittees)
	v.placeSheet = page.SheetLinks(actor, "communities", "社区", rec.ID, access.ManageCommittees)
	v.postSheet = ui.Link{Label: "导出任职名册", URL: page.CommitteeURL(rec.ID) + "/posts.xlsx", Icon: "export"}
	v.noDispatch = true
	for _, u := range rec.Units {
		if u.Kind == committee.Dispatch && u.EndedOn == nil {
			v.noDispatch = false
		}
	}
	v.panels = panels(actor, &rec, form, bad)
	for _, p := range v.panels {
		v.jumps = append(v.jumps, p.Move)
	}
	return v
}

func figures(actor access.Actor, s *committee.StreetLine) []ui.Figure {
	list := []ui.Figure{
		{Label: "承办单位", Value: strconv.Itoa(s.Units), Unit: "个", URL: "#units"},
		{Label: "社区", Value: strconv.Itoa(s.Communities), Unit: "个", URL: "#communities"},
	}
	street := page.Number(s.ID)
	if actor.May(access.ViewDeputies) {
		list = append(list, ui.Figure{Label: "市人大代表", Value: strconv.Itoa(s.Deputies), Unit: "名", URL: page.FilteredURL(page.DeputiesURL, "street", street)})
	}
	if actor.May(access.ViewStations) {
		list = append(list, ui.Figure{Label: "联络站", Value: strconv.Itoa(s.Stations), Unit: "个", URL: page.FilteredURL(page.StationsURL, "street", street)})
	}
	return list
}

func units(rec *committee.StreetRecord, keeps bool) ui.Table {
	t := ui.Table{Caption: "承办单位名录", Columns: []ui.Column{{Label: "单位"}, {Label: "类别"}, {Label: "联系方式"}, {Label: "状态"}}}
	for _, u := range rec.Units {
		row := ui.Row{Cells: []ui.Cell{{Text: u.Name}, {Text: choice.Name(committee.Kinds, u.Kind)}, {Text: u.Contact}, {Status: inUse(u.EndedOn != nil, page.Day(u.EndedOn))}}}
		if keeps && u.EndedOn == nil {
			row.URL = unitURL(rec.ID, u.ID)
			row.Cells[0].URL = row.URL
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func communities(rec *committee.StreetRecord, keeps bool) ui.Table {
	t := ui.Table{Caption: "社区名录", Columns: []ui.Column{{Label: "社区"}, {Label: "统计用区划代码"}, {Label: "状态"}}}
	for _, c := range rec.Communities {
		row := ui.Row{Cells: []ui.Cell{{Text: c.Name}, {Text: c.Code}, {Status: inUse(c.EndedOn != nil, page.Day(c.EndedOn))}}}
		if keeps && c.EndedOn == nil {
			row.URL = communityURL(rec.ID, c.ID)
			row.Cells[0].URL = row.URL
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func inUse(ended bool, on string) *ui.Status {
	if ended {
		return &ui.Status{Text: on + "停用", Tone: ui.ToneDone}
	}
	return &ui.Status{Text: "在用", Tone: ui.ToneGo}
}

func unitURL(street, id int64) string {
	return page.CommitteeURL(street) + "/units/" + page.Number(id)
}

func communityURL(street, id int64) string {
	return page.CommitteeURL(street) + "/communities/" + page.Number(id)
}

// panels are the moves that actor may make on the street.
func panels(actor access.Actor, rec *committee.StreetRecord, form url.Values, bad fault.Fields) []panel {
	at := page.CommitteeURL(rec.ID)
	var list []panel
	if actor.May(access.ManageCommittees) {
		list = append(list,
			panel{ui.Move{Label: "新增承办单位", Action: at + "/units", Button: "新增", Consequence: "新增后即可向它交办意见；单位的账号由系统管理员开设。"}, unitControls("", committee.Unit{Kind: "department"})},
			panel{ui.Move{Label: "新增社区", Action: at + "/communities", Button: "新增"}, communityControls(committee.Community{Code: rec.Code}, true)})
	}
	if actor.May(access.NameStreet) {
		list = append(list, panel{ui.Move{
			Label: "修改名称", Action: at + "/name", Button: "保存", Version: strconv.Itoa(rec.Version), Consequence: "各页面和以后印发的表单都用新名称。",
		}, []ui.Control{
			{"input", ui.Field{Name: "street-name", Label: "街道名称", Value: rec.Name, Max: text.Name}},
			{"input", ui.Field{Name: "street-committee", Label: "工委简称", Hint: "例如 人大东城街道工委", Value: rec.Committee, Max: text.Name}},
		}})
	}
	for i := range list {
		refill(&list[i], form, bad)
	}
	return list
}

// refill opens p with what was typed, if form is p's.
func refill(p *panel, form url.Values, bad fault.Fields) {
	for i, c := range p.controls {
		if form.Has(c.Name) {
			p.Open = true
			c.Value = form.Get(c.Name)
			p.controls[i].Field = c.For(bad)
		}
	}
}

// export sends the street's units and communities as a workbook, with who is in
// post for who may see people.
func (h handler) export(w http.ResponseWriter, rec committee.StreetRecord, people bool) error {
	units := document.Sheet{Name: "承办单位", Head: []string{"序号", "单位", "类别", "联系方式", "停用日期"}}
	for i, u := range rec.Units {
		units.Rows = append(units.Rows, []any{int64(i + 1), u.Name, choice.Name(committee.Kinds, u.Kind), u.Contact, page.Day(u.EndedOn)})
	}
	communities := document.Sheet{Name: "社区", Head: []string{"序号", "社区", "统计用区划代码", "停用日期"}}
	for i, c := range rec.Communities {
		communities.Rows = append(communities.Rows, []any{int64(i + 1), c.Name, c.Code, page.Day(c.EndedOn)})
	}
	sheets := []document.Sheet{units, communities}
	posts := document.Sheet{Name: "组成人员", Head: []string{"序号", "姓名", "职务", "任职起"}}
	for i, p := range rec.Posts {
		posts.Rows = append(posts.Rows, []any{int64(i + 1), p.Name, choice.Name(committee.PostNames, p.Post), calendar.ISO(p.Since)})
	}
	if people {
		sheets = append(sheets, posts)
	}
	page.Attachment(w, rec.Name+"名录"+calendar.ISO(h.streets.Now())+".xlsx", document.XLSX)
	return document.WriteWorkbook(w, sheets...)
}
