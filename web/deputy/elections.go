package deputy

import (
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/deputy"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// elections shows the seats that fell vacant and who was elected to them.
func (h handler) elections(w http.ResponseWriter, r *http.Request) error {
	v, err := h.electionsView(r, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, sheetPage(v))
}

func (h handler) electionsView(r *http.Request, sent *page.Sent) (*sheet, error) {
	actor := page.Actor(r)
	vacant, list, err := h.deputies.Elections(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	v := &sheet{head: ui.PageHead{
		Title: "当选和补选", Sub: "当选人由市人大常委会确认代表资格后列入名册；确认以前不计数、不公开",
		Links: []ui.Link{{Label: "届别和届满", URL: page.TermsURL, Icon: "calendar"}},
	}}
	if actor.May(access.KeepDeputies) {
		v.head.Primary = &ui.Link{Label: "登记当选代表", URL: page.NewDeputyURL, Icon: "plus"}
	}
	open := ui.Table{Caption: "出缺的席位", Columns: []ui.Column{{Label: "离任代表"}, {Label: "选区"}, {Label: "出缺"}, {Label: "补选"}}}
	for _, x := range vacant {
		row := ui.Row{Cells: []ui.Cell{
			{Text: x.Name, URL: page.DeputyURL(x.DeputyID), Sub: x.Street},
			{Text: x.District, Sub: x.Term},
			{Text: calendar.Date(x.EndedOn), Sub: choice.Name(deputy.Endings, x.EndedWhy)},
			{Text: "还没有补选"},
		}}
		switch {
		case x.ElectionID != 0:
			row.Cells[3] = ui.Cell{Text: "查看", URL: page.ElectionURL(x.ElectionID)}
		case actor.May(access.KeepDeputies):
			row.Cells[3] = ui.Cell{Text: "登记补选结果", URL: page.FilteredURL(page.ElectionsURL+"/new", "fills", page.Number(x.DeputyID))}
		}
		open.Rows = append(open.Rows, row)
	}
	columns := []ui.Column{{Label: "当选人"}, {Label: "选区"}, {Label: "当选"}, {Label: "状态"}}
	waiting, done := ui.Table{Caption: "待确认代表资格", Columns: columns}, ui.Table{Caption: "已办结的当选登记", Columns: columns}
	for _, e := range list {
		t := &done
		if e.State == deputy.Elected {
			t = &waiting
		}
		t.Rows = append(t.Rows, ui.Row{URL: page.ElectionURL(e.ID), Cells: []ui.Cell{
			{Text: e.Name, URL: page.ElectionURL(e.ID), Sub: e.Street},
			{Text: e.District, Sub: e.Term},
			{Text: page.Day(e.ElectedOn), Sub: choice.Name(deputy.Elections, e.How)},
			{Text: deputy.Credentials.Info(e.State).Name},
		}})
	}
	if actor.May(access.DecideDeputies) {
		waiting, err := h.deputies.GeneralWaiting(r.Context(), actor)
		if err != nil {
			return nil, err
		}
		h.confirmAll(v, waiting, sent)
	}
	v.sections = []section{
		{id: "waiting", title: "待确认代表资格", table: waiting, empty: "没有待确认的当选人。"},
		{id: "vacant", title: "出缺的席位", table: open, empty: "没有出缺的席位。代表辞职、终止资格、被罢免或者去世以后，席位列在这里。"},
		{id: "elected", title: "已办结的登记", table: done, empty: "还没有办结的当选登记。"},
	}
	return v, nil
}

// confirmAll is the form by which the city confirms by one paper all who wait after
// the general election of a term in a street.
func (h handler) confirmAll(v *sheet, list []deputy.Waiting, sent *page.Sent) {
	var open []ui.Option
	for _, x := range list {
		n := strconv.Itoa(x.People)
		open = append(open, ui.Option{Value: page.Number(x.StreetID) + "|" + x.Term + "|" + n, Label: x.Street + x.Term + "：" + n + " 名当选人"})
	}
	if open == nil {
		return
	}
	v.add(sent, ui.Move{
		Label: "一并确认换届当选人", Action: page.ElectionsURL + "/confirmations", Button: "确认代表资格", Grave: true,
		Consequence: "同一份公告确认的一起登记：列入名册和小组，计入人数，居民网站公布。不能撤回。",
	},
		ui.Control{"radio", ui.Field{Name: "who", Label: "哪些当选人", Options: open}},
		ui.Control{"input", ui.Field{Name: "on", Label: "确认日期", Type: "date", Value: calendar.ISO(h.deputies.Now())}},
		ui.Control{"input", ui.Field{Name: "document", Label: "公告文号", Max: deputy.MaxDistrict}},
		ui.Control{"input", ui.Field{Name: "announced", Label: "公告日期", Optional: true, Type: "date"}})
}

func (h handler) confirm(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadForm(w, r, "confirmations")
	if err != nil {
		return err
	}
	t := step(sent)
	who := strings.Split(sent.Value("who")+"||", "|")
	if who[2] == "" {
		sent.Complain("who", "请选择哪些当选人")
	}
	count, _ := strconv.Atoi(who[2]) // another number is noticed
	err = sent.Try(func() error {
		return h.deputies.ConfirmGeneral(r.Context(), page.Actor(r), page.Int64(who[0]), who[1], count, t)
	})
	return answer(w, r, sent, err, page.ElectionsURL, "已确认 "+who[2]+" 名当选人的代表资格。", h.electionsView)
}

// electionForm shows the form for the result of a by-election.
func (h handler) electionForm(w http.ResponseWriter, r *http.Request) error {
	v, err := h.electionSheet(r, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, sheetPage(v))
}

func (h handler) electionSheet(r *http.Request, sent *page.Sent) (*sheet, error) {
	vacant, _, err := h.deputies.Elections(r.Context(), page.Actor(r))
	if err != nil {
		return nil, err
	}
	seats := []ui.Option{{Label: "请选择出缺的席位"}}
	for _, x := range vacant {
		if x.ElectionID == 0 {
			seats = append(seats, ui.Option{Value: page.Number(x.DeputyID), Label: x.District + "，原" + x.Name, Group: x.Street})
		}
	}
	fills := page.Query[struct {
		Fills string `form:"fills"`
	}](r).Fills
	number := func(name, label string) ui.Control {
		return ui.Control{"input", ui.Field{Name: name, Label: label, Optional: true, Type: "number"}}
	}
	v := &sheet{head: ui.PageHead{Title: "登记补选结果", Back: &ui.Link{Label: "当选和补选", URL: page.ElectionsURL}}}
	v.add(sent, ui.Move{
		Label: "补选结果", Action: page.ElectionsURL, Button: "登记补选结果", Primary: true, Open: true,
		Consequence: "登记后待市人大常委会确认代表资格。确认以前不是代表，不公开、不计数。",
	},
		ui.Control{"select", ui.Field{Name: "fills", Label: "席位", Value: fills, Options: seats}},
		ui.Control{"input", ui.Field{Name: "name", Label: "当选人姓名", Max: text.Name}},
		ui.Control{"radio", ui.Field{Name: "sex", Label: "性别", Options: page.Terms(deputy.Sexes, "")}},
		ui.Control{"input", ui.Field{Name: "elected", Label: "当选日期", Type: "date"}},
		number("voters", "选区选民数"), number("ballots", "参加投票人数"), number("votes", "得票数"),
		ui.Control{"check", ui.Field{Name: "rerun", Label: "选举情况", Optional: true, Options: []ui.Option{{Value: "on", Label: "另行选举当选（得票不少于选票的三分之一）"}}}},
		ui.Control{"select", ui.Field{Name: "group", Label: "专业小组", Options: page.Terms(deputy.Groups, "请选择")}},
		ui.Control{"input", ui.Field{Name: "phone", Label: "联系电话", Optional: true, Type: "tel", Max: 30, Hint: "加密保存，不对外公开"}},
		ui.Control{"text", ui.Field{Name: "intro", Label: "简介", Optional: true, Rows: 3, Max: deputy.MaxIntro, Hint: "确认资格后在居民网站公开"}},
		ui.Control{"hidden", ui.Field{Name: "key", Value: page.Key()}})
	return v, nil
}

func (h handler) elect(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadForm(w, r, "elections")
	if err != nil {
		return err
	}
	count := func(name, label string) int {
		if sent.Value(name) == "" {
			return 0
		}
		return sent.Int(name, label, 1, 1_000_000)
	}
	n := deputy.NewElection{
		Key: sent.Value("key"), Fills: page.Int64(sent.Value("fills")), Name: sent.Line("name", "姓名", text.Name, true),
		Sex: sent.Choice("sex", "性别", deputy.Sexes), ElectedOn: sent.Date("elected", "当选日期", true),
		Voters: count("voters", "选民数"), Ballots: count("ballots", "投票人数"), Votes: count("votes", "得票数"), Rerun: sent.Has("rerun", "on"),
		Group: sent.Choice("group", "专业小组", deputy.Groups), Phone: sent.Phone("phone", "联系电话", false),
		Intro: sent.Text("intro", "简介", deputy.MaxIntro, false),
	}
	id := int64(0)
	err = sent.Try(func() error {
		id, err = h.deputies.Elect(r.Context(), page.Actor(r), n)
		return err
	})
	return answer(w, r, sent, err, page.ElectionURL(id), "已登记，待市人大常委会确认代表资格。", h.electionSheet)
}

func (h handler) electionView(r *http.Request, sent *page.Sent) (*sheet, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return nil, err
	}
	e, timeline, err := h.deputies.Election(r.Context(), page.Actor(r), id)
	if err != nil {
		return nil, err
	}
	info := deputy.Credentials.Info(e.State)
	v := &sheet{
		head:   ui.PageHead{Title: e.Name, Sub: e.Street + e.District + choice.Name(deputy.Elections, e.How) + "当选", Back: &ui.Link{Label: "当选和补选", URL: page.ElectionsURL}},
		events: page.Events(timeline), status: &ui.Status{Text: info.Name, Tone: ui.ToneDone},
	}
	if info.Turn != "" {
		*v.status = ui.Status{Text: info.Name + "，" + info.Turn, Tone: ui.ToneWait}
	}
	if e.DeputyID != 0 {
		v.head.Links = []ui.Link{{Label: "代表名册里的记录", URL: page.DeputyURL(e.DeputyID), Icon: "deputy"}}
	}
	v.facts = []ui.Fact{
		{Label: "选区", Text: e.District},
		{Label: "届别", Text: e.Term},
		{Label: "补谁的缺", Text: e.FillsName},
		{Label: "当选", Text: page.Day(e.ElectedOn)},
		{Label: "拟任职日期", Text: page.Day(e.Since)},
		{Label: "选民、投票、得票", Text: counted(e)},
		{Label: "专业小组", Text: choice.Name(deputy.Groups, e.Group)},
		{Label: "联系电话", Text: e.PhoneMask},
		{Label: "决定", Text: page.Day(e.DecidedOn)},
		{Label: "文号", Text: e.Document},
		{Label: "公告", Text: page.Day(e.AnnouncedOn)},
		{Label: "说明", Text: e.Note},
		{Label: "简介", Text: e.Intro, Wide: true},
	}
	v.facts = filled(v.facts)
	for _, m := range deputy.Credentials.Open(page.Actor(r), e.State) {
		consequence := "列入名册和小组，计入人数，居民网站公布。补选的从确认之日起任职，换届的从拟任职日期起，不早于确认之日。"
		controls := []ui.Control{
			{"input", ui.Field{Name: "on", Label: "确认日期", Type: "date", Value: calendar.ISO(h.deputies.Now())}},
			{"input", ui.Field{Name: "document", Label: "公告文号", Max: deputy.MaxDistrict}},
			{"input", ui.Field{Name: "announced", Label: "公告日期", Optional: true, Type: "date"}},
			{"text", ui.Field{Name: "note", Label: "说明", Optional: true, Rows: 2, Max: deputy.MaxReason}},
		}
		switch m.Name {
		case "annulment":
			consequence = "当选无效，不列入名册；席位仍然出缺，可以再登记选举结果。"
		case "withdrawal":
			consequence = "用于登记错误。撤回后不再提请确认；要登记的，重新登记。"
			controls = []ui.Control{
				{"hidden", ui.Field{Name: "on", Value: calendar.ISO(h.deputies.Now())}},
				{"text", ui.Field{Name: "note", Label: "撤回理由", Rows: 2, Max: deputy.MaxReason}},
			}
		}
		v.add(sent, ui.Move{
			Label: m.Label, Action: page.ElectionURL(e.ID) + "/" + m.Name, Button: m.Label, Grave: m.Grave, Version: strconv.Itoa(e.Version), Consequence: consequence,
		}, controls...)
	}
	return v, nil
}

func counted(e deputy.ElectionLine) string {
	if e.Voters == nil || e.Ballots == nil || e.Votes == nil {
		return ""
	}
	said := strconv.Itoa(*e.Voters) + " 人、" + strconv.Itoa(*e.Ballots) + " 人、" + strconv.Itoa(*e.Votes) + " 票"
	if e.Rerun {
		said += "（另行选举）"
	}
	return said
}

// filled are the facts that say something.
func filled(list []ui.Fact) (facts []ui.Fact) {
	for _, f := range list {
		if f.Text != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

func (h handler) election(w http.ResponseWriter, r *http.Request) error {
	v, err := h.electionView(r, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, sheetPage(v))
}

func (h handler) decide(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		t := step(sent)
		err = sent.Try(func() error {
			_, err := h.deputies.Decide(r.Context(), page.Actor(r), name, sent.ID, t)
			return err
		})
		return answer(w, r, sent, err, page.ElectionURL(sent.ID), "已登记："+deputy.Credentials.Move(name).Label+"。", h.electionView)
	}
}
