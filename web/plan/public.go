package plan

import (
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/plan"
	"portal/web/page"
	"portal/web/ui"
)

// publicView is the residents' list.
type publicView struct {
	table       ui.Table
	next, first string
}

// published lists the issued plans for anybody.
func (h handler) published(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[query](r)
	list, after, err := h.plans.PublicPlans(r.Context(), place(q.After), perPage)
	if err != nil {
		return err
	}
	v := publicView{next: next(r, after), table: ui.Table{Caption: "年度计划", Columns: []ui.Column{{Label: "计划"}, {Label: "印发"}, {Label: "状态"}}}}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	for _, p := range list {
		url, status := page.PublicPlanURL(p.ID), statusOf(p.State)
		v.table.Rows = append(v.table.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: plan.Title(p.Street, p.Year), URL: url}, {Text: calendar.Date(p.IssuedOn), Sub: p.DocNumber}, {Status: &status}}})
	}
	return page.OK(w, r, publishedPage(v))
}

// publishedView is one plan as residents read it.
type publishedView struct {
	plan  plan.Public
	title string
	facts []ui.Fact
	items ui.Table
}

func (h handler) publishedOne(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	p, err := h.plans.PublicPlan(r.Context(), id)
	if err != nil {
		return err
	}
	v := &publishedView{plan: p, title: plan.Title(p.Street, p.Year)}
	if p.Preamble != "" {
		v.facts = append(v.facts, ui.Fact{Label: "总体要求", Text: p.Preamble, Wide: true})
	}
	v.facts = append(v.facts, ui.Fact{Label: "主任会议通过", Text: calendar.Date(p.PassedOn)}, ui.Fact{Label: "印发", Text: calendar.Date(p.IssuedOn) + "，" + p.DocNumber})
	v.items = ui.Table{Caption: "条目", Columns: []ui.Column{{Label: "月份"}, {Label: "工作内容"}, {Label: "类型", Less: true}, {Label: "预期成果", Less: true}, {Label: "进展"}}}
	for _, i := range p.Items {
		s := progress(&plan.Line{Month: i.Month, Dropped: i.Dropped, Status: i.Status}, p.Year, h.plans.Now())
		v.items.Rows = append(v.items.Rows, ui.Row{Cells: []ui.Cell{{Text: strconv.Itoa(i.Month) + "月"}, {Text: i.Theme}, {Text: choice.Name(plan.Kinds, i.Kind)}, {Text: i.Output}, {Status: &s}}})
	}
	return page.OK(w, r, publishedOnePage(v))
}
