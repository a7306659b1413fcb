package plan

import (
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/plan"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// ideasView is what the list of ideas shows.
type ideasView struct {
	head        ui.PageHead
	query       query
	table       ui.Table
	next, first string
	empty       string
}

func (h handler) ideas(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	format := page.Query[struct {
		Format string `form:"format"`
	}](r).Format
	f := plan.IdeaFilter{Year: int(page.Int64(q.Year)) % 10000, State: q.State, After: page.Int64(q.After), Limit: perPage}
	if format == "xlsx" {
		f.After, f.Limit = 0, 5000
	}
	l, err := h.plans.Ideas(r.Context(), actor, f)
	if err != nil {
		return err
	}
	if format == "xlsx" {
		return exportIdeas(w, l.Lines)
	}
	window, err := h.plans.Window(r.Context(), actor)
	if err != nil {
		return err
	}
	v := ideasView{query: q, table: ideaTable(l.Lines, actor)}
	if l.Next != 0 {
		v.next = page.Next(r, page.Number(l.Next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.head = ui.PageHead{Title: "计划提议", Count: strconv.Itoa(l.Count) + " 项", Sub: solicits(window, h), Back: &ui.Link{Label: "年度计划", URL: page.PlansURL}, Print: true}
	v.empty = "征集期内，代表可以对下一年的计划提议，列在这里。"
	switch {
	case actor.May(access.ProposePlan):
		v.empty = "您还没有提议。"
		if window.Open(calendar.On(h.plans.Now())) {
			v.head.Primary = &ui.Link{Label: "提议一项工作", URL: page.NewPlanIdeaURL, Icon: "plus"}
		}
	case len(l.Lines) > 0:
		v.head.Links = []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"}}
	}
	return page.OK(w, r, ideasPage(v))
}

// solicits says when ideas are asked for.
func solicits(x plan.Window, h handler) string {
	if x.Open(calendar.On(h.plans.Now())) {
		return fmt.Sprintf("正在征集%d年度计划的提议，%s截止。", x.Year, calendar.MonthDay(x.Until))
	}
	return fmt.Sprintf("%d年度计划的提议，%s至%s征集。", x.Year, calendar.Date(x.From), calendar.Date(x.Until))
}

func ideaTable(lines []plan.IdeaLine, actor access.Actor) ui.Table {
	t := ui.Table{Caption: "计划提议", Columns: []ui.Column{{Label: "提议"}, {Label: "年度", Number: true}, {Label: "类型", Less: true}, {Label: "提出", Less: true}, {Label: "答复"}, {Label: "结果"}}}
	for _, l := range lines {
		url, status := page.PlanIdeaURL(l.ID), ideaStatus(l.State)
		by := l.Deputy
		if actor.DeputyID != 0 {
			by = ""
		}
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Theme, URL: url, Sub: by}, {Text: strconv.Itoa(l.Year)}, {Text: choice.Name(plan.Kinds, l.Kind)}, {Text: calendar.Date(l.ProposedOn)}, {Status: &status}, {Text: became(&l)},
		}})
	}
	return t
}

func ideaStatus(s procedure.State) ui.Status {
	tone := map[procedure.State]ui.Tone{plan.IdeaOpen: ui.ToneWait, plan.IdeaAdopted: ui.ToneGo, plan.IdeaDeclined: ui.ToneDone}[s]
	return ui.Status{Text: plan.Ideas.Info(s).Name, Tone: tone}
}

// became says what became of an idea, as far as the reader may know: an item is named
// once they see the plan.
func became(l *plan.IdeaLine) string {
	switch {
	case l.State == plan.IdeaDeclined:
		return l.DeclinedWhy
	case l.State == plan.IdeaOpen:
		return "—"
	case l.ItemID == 0:
		return "已列入草案，计划通过后可以查看"
	case l.Dropped:
		return strconv.Itoa(l.ItemMonth) + "月 " + l.Item + "（年中已取消）"
	case l.Status == plan.Done:
		return strconv.Itoa(l.ItemMonth) + "月 " + l.Item + "（已完成）"
	}
	return strconv.Itoa(l.ItemMonth) + "月 " + l.Item
}

func exportIdeas(w http.ResponseWriter, lines []plan.IdeaLine) error {
	s := document.Sheet{Name: "计划提议", Head: []string{"序号", "年度", "代表", "提出日期", "工作内容", "类型", "建议月份", "理由", "答复", "结果", "答复日期"}}
	for n, l := range lines {
		on := ""
		if l.AnsweredOn != nil {
			on = calendar.ISO(*l.AnsweredOn)
		}
		s.Rows = append(s.Rows, []any{
			int64(n + 1), int64(l.Year), l.Deputy, calendar.ISO(l.ProposedOn), l.Theme, choice.Name(plan.Kinds, l.Kind), anyMonth(l.Month), l.Reason, ideaStatus(l.State).Text, became(&l), on,
		})
	}
	page.Attachment(w, "计划提议.xlsx", document.XLSX)
	return document.WriteWorkbook(w, s)
}

func anyMonth(m int) string {
	if m == 0 {
		return "不限"
	}
	return strconv.Itoa(m) + "月"
}
