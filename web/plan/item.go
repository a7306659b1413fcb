package plan

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/plan"
	"portal/web/page"
	"portal/web/ui"
)

// onePage is what the page of one item shows.
type oneView struct {
	one      plan.ItemRecord
	head     ui.PageHead
	status   ui.Status
	facts    []ui.Fact
	linked   ui.Table
	progress ui.Table
	versions ui.Table
	report   *ui.Link // where progress is entered
}

func (h handler) item(w http.ResponseWriter, r *http.Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	actor := page.Actor(r)
	v := &oneView{one: one, status: progress(&one.Line, one.Year, h.plans.Now()), facts: itemFacts(actor, &one)}
	v.head = ui.PageHead{Title: one.Theme, Sub: strconv.Itoa(one.Month) + "月 · " + choice.Name(plan.Kinds, one.Kind), Back: &ui.Link{Label: plan.Title(one.Street, one.Year), URL: page.PlanURL(one.PlanID)}}
	if alters(actor, &one) {
		v.head.Links = append(v.head.Links, ui.Link{Label: "修改条目", URL: page.PlanItemURL(one.ID) + "/edit"})
	}
	if actor.May(access.ReportPlan) && plan.InForce(one.State) && !one.Dropped {
		v.report = &ui.Link{Label: "登记进度", URL: page.PlanURL(one.PlanID) + "#do-progress"}
	}
	v.linked = linkedTable(actor, one.Linked)
	v.progress = ui.Table{Caption: "进度", Columns: []ui.Column{{Label: "月份"}, {Label: "进展"}, {Label: "情况"}, {Label: "登记", Less: true}}}
	for _, p := range one.Progress {
		v.progress.Rows = append(v.progress.Rows, ui.Row{Cells: []ui.Cell{
			{Text: strconv.Itoa(p.Month) + "月"}, {Text: choice.Name(plan.Progresses, p.Status)}, {Text: p.Note}, {Text: calendar.Date(p.ReportedOn), Sub: p.Reporter},
		}})
	}
	if len(one.Versions) > 1 {
		v.versions = versionTable(one.PlanID, one.Versions)
	}
	return page.OK(w, r, onePage(v))
}

func itemFacts(actor access.Actor, one *plan.ItemRecord) []ui.Fact {
	done := ""
	if one.DoneOn != nil {
		done = calendar.Date(*one.DoneOn)
	}
	list := []ui.Fact{
		{Label: "依据", Text: choice.Name(plan.Bases, one.Basis)},
		{Label: "授权事项", Text: one.Matter, Wide: true},
		{Label: "代表小组", Text: one.Group, URL: page.LinkTo(actor, access.ViewDeputies, one.GroupID, page.GroupURL)},
		{Label: "责任人", Text: one.Owner},
		{Label: "预期成果", Text: one.Output},
		{Label: "完成", Text: done},
	}
	for _, x := range one.Sources {
		list = append(list, ui.Fact{Label: "代表提议", Text: x.Deputy + "，" + calendar.Date(x.ProposedOn), URL: page.LinkTo(actor, access.ViewPlanIdeas, x.ID, page.PlanIdeaURL)})
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

// linkedTable lists what carries the item out.
func linkedTable(actor access.Actor, list []plan.Linked) ui.Table {
	t := ui.Table{Caption: "开展情况", Columns: []ui.Column{{Label: "活动、会议"}, {Label: "日期", Day: true}, {Label: "状态"}}}
	for _, l := range list {
		url, _ := page.LinkURL(actor, l.Kind, l.ID)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: l.Title, URL: url}, {Text: calendar.Date(l.HeldOn)}, {Text: l.State}}})
	}
	return t
}

func versionTable(planID int64, list []plan.EditionItem) ui.Table {
	t := ui.Table{Caption: "各版", Columns: []ui.Column{{Label: "版次"}, {Label: "内容"}, {Label: "责任人", Less: true}, {Label: "预期成果", Less: true}, {Label: "改动的理由"}}}
	for _, e := range list {
		url := page.PlanURL(planID) + "/editions/" + strconv.Itoa(e.Ordinal)
		what := strconv.Itoa(e.Month) + "月 " + e.Theme
		if e.Dropped {
			what += "（已取消）"
		}
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: fmt.Sprintf("第%d版", e.Ordinal), URL: url, Sub: calendar.Date(e.DecidedOn)}, {Text: what, Sub: choice.Name(plan.Kinds, e.Kind)}, {Text: e.Owner, Sub: e.Group}, {Text: e.Output}, {Text: e.Reason},
		}})
	}
	return t
}

// editionView is what the page of one edition shows.
type editionView struct {
	head  ui.PageHead
	facts []ui.Fact
	items ui.Table
}

// edition shows the plan as a meeting left it.
func (h handler) edition(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	n, err := page.ID(r, "ordinal")
	if err != nil || n > 1000 {
		return fault.NotFound
	}
	p, e, list, err := h.plans.Edition(r.Context(), page.Actor(r), id, int(n))
	if err != nil {
		return err
	}
	v := &editionView{head: ui.PageHead{Title: fmt.Sprintf("%s（第%d版）", p.Title(), e.Ordinal), Back: &ui.Link{Label: p.Title(), URL: page.PlanURL(p.ID)}, Print: true}}
	v.facts = []ui.Fact{{Label: "主任会议", Text: calendar.Date(e.DecidedOn)}}
	if e.Number != "" {
		v.facts = append(v.facts, ui.Fact{Label: "报备文号", Text: e.Number})
	}
	if e.Reason != "" {
		v.facts = append(v.facts, ui.Fact{Label: "调整的理由", Text: e.Reason, Wide: true})
	}
	if e.Comment != "" {
		v.facts = append(v.facts, ui.Fact{Label: "市人大常委会的意见", Text: e.Comment, Wide: true})
	}
	v.items = ui.Table{Caption: "条目", Columns: []ui.Column{{Label: "月份"}, {Label: "工作内容"}, {Label: "类型", Less: true}, {Label: "责任人"}, {Label: "预期成果", Less: true}}}
	for _, i := range list {
		url, sub := page.PlanItemURL(i.ItemID), ""
		if i.Dropped {
			sub = "已取消"
		}
		v.items.Rows = append(v.items.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: strconv.Itoa(i.Month) + "月"}, {Text: i.Theme, URL: url, Sub: sub}, {Text: choice.Name(plan.Kinds, i.Kind)}, {Text: i.Owner, Sub: i.Group}, {Text: i.Output},
		}})
	}
	return page.OK(w, r, editionPage(v))
}
