package deputy

import (
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/deputy"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// groups lists the groups of the street, or of all streets of the city, on a day.
func (h handler) groups(w http.ResponseWriter, r *http.Request) error {
	actor := page.Actor(r)
	list, err := h.deputies.Groups(r.Context(), actor, h.day(r))
	if err != nil {
		return err
	}
	only := page.Int64(page.Query[query](r).Street)
	v := &sheet{head: ui.PageHead{Title: "代表小组", Sub: calendar.Date(h.day(r)) + "的组长和成员人数（名）"}}
	total, street := 0, ""
	var t *ui.Table
	for _, g := range list {
		if only != 0 && g.StreetID != only {
			continue
		}
		if g.Street != street {
			street = g.Street
			v.sections = append(v.sections, section{id: "s" + page.Number(g.StreetID), title: g.Street, table: ui.Table{Caption: g.Street + "代表小组", Columns: []ui.Column{
				{Label: "小组"}, {Label: "组长"}, {Label: "成员", Number: true}, {Label: "年度计划"},
			}}})
			t = &v.sections[len(v.sections)-1].table
		}
		t.Rows = append(t.Rows, ui.Row{URL: page.GroupURL(g.ID), Cells: []ui.Cell{
			{Text: g.Name, URL: page.GroupURL(g.ID)}, {Text: orElse(g.Leader, "还没有组长")}, {Text: strconv.Itoa(g.Members)}, {Text: planName(g.Plan)},
		}})
		total += g.Members
	}
	if only != 0 && len(v.sections) == 0 {
		return fault.NotFound
	}
	v.head.Count = strconv.Itoa(total) + " 名代表"
	return page.OK(w, r, sheetPage(v))
}

// day is the day that the address asks for, or today.
func (h handler) day(r *http.Request) (day time.Time) {
	var read text.Reader
	if day = read.Date("on", page.Query[query](r).On, "日期", false); day.IsZero() {
		day = calendar.On(h.deputies.Now())
	}
	return day
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func planName(state string) string {
	if state == "" {
		return "还没有"
	}
	return deputy.Planning.Info(procedure.State(state)).Name
}

func (h handler) groupView(r *http.Request, sent *page.Sent) (*sheet, deputy.GroupRecord, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return nil, deputy.GroupRecord{}, err
	}
	actor, on := page.Actor(r), h.day(r)
	g, err := h.deputies.Group(r.Context(), actor, id, on)
	if err != nil {
		return nil, g, err
	}
	v := &sheet{
		head: ui.PageHead{
			Title: g.Name + "小组", Count: strconv.Itoa(g.Members) + " 名", Sub: g.Street + "，" + calendar.Date(on) + "的情况",
			Back: &ui.Link{Label: "代表小组", URL: page.GroupsURL},
			Links: []ui.Link{
				{Label: "导出成员", URL: page.With(r, "format", "xlsx"), Icon: "export"},
				{Label: "年初的成员", URL: page.With(r, "on", calendar.ISO(calendar.Day(on.Year(), 1, 1))), Icon: "calendar"},
			},
		},
		events: page.Events(g.Timeline),
		facts:  []ui.Fact{{Label: "组长", Text: orElse(g.Leader, "还没有组长")}, {Label: "成员", Text: strconv.Itoa(g.Members) + " 名"}},
	}
	members := ui.Table{Caption: "成员", Columns: []ui.Column{{Label: "姓名"}, {Label: "选区"}, {Label: "参加", Less: true}}}
	for _, m := range g.List {
		name := m.Name
		if m.Leads {
			name += "（组长）"
		}
		members.Rows = append(members.Rows, ui.Row{URL: page.DeputyURL(m.ID), Cells: []ui.Cell{
			{Text: name, URL: page.DeputyURL(m.ID)}, {Text: m.District}, {Text: calendar.Date(m.FromOn) + "起"},
		}})
	}
	leaders := ui.Table{Caption: "历任组长", Columns: []ui.Column{{Label: "组长"}, {Label: "从"}, {Label: "到"}}}
	for _, l := range g.Leaders {
		leaders.Rows = append(leaders.Rows, ui.Row{Cells: []ui.Cell{{Text: l.Name, URL: page.DeputyURL(l.DeputyID)}, {Text: calendar.Date(l.FromOn)}, {Text: untilNow(page.Day(l.UntilOn))}}})
	}
	plans := ui.Table{Caption: "年度计划", Columns: []ui.Column{{Label: "年度"}, {Label: "活动（项）", Number: true}, {Label: "状态"}}}
	for _, p := range g.Plans {
		plans.Rows = append(plans.Rows, ui.Row{URL: page.GroupPlanURL(p.ID), Cells: []ui.Cell{
			{Text: planTitle(p.Year, p.Edition), URL: page.GroupPlanURL(p.ID)}, {Text: strconv.Itoa(p.Items)}, {Text: planName(p.State)},
		}})
	}
	v.sections = []section{
		{id: "members", title: "成员", table: members, empty: "这一天没有成员。在代表名册登记代表时选择专业小组，或者从其他小组调入。"},
		{id: "plans", title: "年度计划", table: plans, empty: "还没有年度计划。组长或者工委办公室可以起草。"},
		{id: "leaders", title: "历任组长", table: leaders, empty: "还没有登记过组长。"},
	}
	h.groupMoves(v, actor, &g, sent)
	return v, g, nil
}

func planTitle(year, edition int) string {
	if edition > 1 {
		return strconv.Itoa(year) + "年度（第" + strconv.Itoa(edition) + "版）"
	}
	return strconv.Itoa(year) + "年度"
}

func (h handler) groupMoves(v *sheet, actor access.Actor, g *deputy.GroupRecord, sent *page.Sent) {
	today := calendar.ISO(h.deputies.Now())
	members := []ui.Option{{Label: "请选择代表"}}
	for _, m := range g.List {
		members = append(members, ui.Option{Value: page.Number(m.ID), Label: m.Name})
	}
	if actor.May(access.KeepDeputies) && len(g.List) > 0 {
		var others []ui.Option
		for _, o := range g.Others {
			others = append(others, ui.Option{Value: page.Number(o.ID), Label: o.Name})
		}
		v.add(sent, ui.Move{Label: "登记组长", Action: page.GroupURL(g.ID) + "/leader", Button: "登记组长", Consequence: "现任组长到这一天为止。"},
			ui.Control{"select", ui.Field{Name: "deputy", Label: "新组长", Options: members}},
			ui.Control{"input", ui.Field{Name: "on", Label: "从哪一天起", Type: "date", Value: today}},
			ui.Control{"input", ui.Field{Name: "note", Label: "依据", Optional: true, Max: deputy.MaxReason}})
		v.add(sent, ui.Move{Label: "调到其他小组", Action: page.GroupURL(g.ID) + "/transfer", Button: "调组", Consequence: "从这一天起计入另一个小组；是组长的，组长也到这一天为止。"},
			ui.Control{"select", ui.Field{Name: "deputy", Label: "代表", Options: members}},
			ui.Control{"radio", ui.Field{Name: "to", Label: "调到", Options: others}},
			ui.Control{"input", ui.Field{Name: "on", Label: "从哪一天起", Type: "date", Value: today}},
			ui.Control{"input", ui.Field{Name: "note", Label: "说明", Optional: true, Max: deputy.MaxReason}})
	}
	if g.MayPlan {
		v.add(sent, ui.Move{Label: "起草年度计划", Action: page.GroupURL(g.ID) + "/plans", Button: "起草计划"},
			ui.Control{"input", ui.Field{Name: "year", Label: "年度", Type: "number", Value: strconv.Itoa(h.deputies.Now().Year())}},
			ui.Control{"hidden", ui.Field{Name: "key", Value: page.Key()}})
	}
}

func (h handler) group(w http.ResponseWriter, r *http.Request) error {
	v, g, err := h.groupView(r, nil)
	if err != nil {
		return err
	}
	if page.Query[query](r).Format != "xlsx" {
		return page.OK(w, r, sheetPage(v))
	}
	rows := make([][]string, len(g.List))
	for i, m := range g.List {
		rows[i] = []string{strconv.Itoa(i + 1), m.Name, m.District, m.Term, calendar.ISO(m.FromOn), map[bool]string{true: "组长"}[m.Leads]}
	}
	page.Attachment(w, g.Name+"小组成员"+calendar.ISO(g.On)+".xlsx", document.XLSX)
	return document.WriteXLSX(w, g.Name+"小组成员", []string{"序号", "姓名", "选区", "届别", "参加日期", "组长"}, rows)
}

func (h handler) transfer(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "transfer")
	if err != nil {
		return err
	}
	c := deputy.Change{
		DeputyID: sent.Row("deputy", "代表"), GroupID: sent.Row("to", "调到哪个小组"),
		On: sent.Date("on", "日期", true), Note: sent.Line("note", "说明", deputy.MaxReason, false),
	}
	err = sent.Try(func() error { return h.deputies.Transfer(r.Context(), page.Actor(r), c) })
	return h.groupAnswer(w, r, sent, err, page.GroupURL(sent.ID), "已调组。")
}

func (h handler) lead(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "leader")
	if err != nil {
		return err
	}
	c := deputy.Change{
		DeputyID: sent.Row("deputy", "代表"), GroupID: sent.ID,
		On: sent.Date("on", "日期", true), Note: sent.Line("note", "依据", deputy.MaxReason, false),
	}
	err = sent.Try(func() error { return h.deputies.Lead(r.Context(), page.Actor(r), c) })
	return h.groupAnswer(w, r, sent, err, page.GroupURL(sent.ID), "已登记组长。")
}

func (h handler) draft(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "plans")
	if err != nil {
		return err
	}
	year, plan := sent.Int("year", "年度", 2000, 2100), int64(0)
	err = sent.Try(func() error {
		plan, err = h.deputies.Draft(r.Context(), page.Actor(r), sent.ID, year, sent.Value("key"))
		return err
	})
	return h.groupAnswer(w, r, sent, err, page.GroupPlanURL(plan), "已起草，请添加活动。")
}

func (h handler) groupAnswer(w http.ResponseWriter, r *http.Request, sent *page.Sent, err error, to, said string) error {
	return answer(w, r, sent, err, to, said, func(r *http.Request, sent *page.Sent) (*sheet, error) {
		v, _, err := h.groupView(r, sent)
		return v, err
	})
}
