package plan

import (
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/plan"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

const perPage = 50

// query is the list's address.
type query struct {
	Street string `form:"street"`
	Year   string `form:"year"`
	State  string `form:"state"`
	After  string `form:"after"`
}

func (q query) narrowed() bool { return q.Street+q.Year+q.State != "" }

func place(typed string) plan.Place {
	year, id, _ := strings.Cut(typed, "-")
	return plan.Place{Year: int(page.Int64(year)) % 10000, ID: page.Int64(id)}
}

func next(r *http.Request, p plan.Place) string {
	if p.ID == 0 {
		return ""
	}
	return page.Next(r, strconv.Itoa(p.Year)+"-"+page.Number(p.ID))
}

// listView is what the list's page shows.
type listView struct {
	head        ui.PageHead
	query       query
	streets     []ui.Option // nil for who sees one street
	table       ui.Table
	next, first string
	empty       string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	l, err := h.plans.Plans(r.Context(), actor, plan.Filter{
		StreetID: page.Int64(q.Street), Year: int(page.Int64(q.Year)) % 10000, State: q.State, Limit: perPage, Offset: place(q.After),
	})
	if err != nil {
		return err
	}
	v := listView{query: q, next: next(r, l.Next), table: table(l.Lines, actor)}
	v.head = ui.PageHead{Title: "年度计划", Count: strconv.Itoa(l.Count) + " 份", Print: true}
	if actor.May(access.DraftPlan) {
		v.head.Primary = &ui.Link{Label: "起草计划", URL: page.NewPlanURL, Icon: "plus"}
	}
	if actor.May(access.ViewPlanIdeas) {
		v.head.Links = []ui.Link{{Label: "计划提议", URL: page.PlanIdeasURL, Icon: "opinion"}}
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	if actor.StreetID == 0 {
		v.streets = page.Rows(l.Streets, "全部")
	}
	v.empty = "街道每年的工作计划列在这里，印发后按月登记进度。"
	if actor.May(access.DraftPlan) {
		v.empty = "先起草计划、列条目，再征求街道党工委意见，提请主任会议审议，报市人大常委会，由主任印发。"
	}
	return page.OK(w, r, listPage(v))
}

func table(lines []plan.PlanLine, actor access.Actor) ui.Table {
	t := ui.Table{Caption: "年度计划", Columns: []ui.Column{
		{Label: "计划"}, {Label: "状态"}, {Label: "完成（项）", Number: true}, {Label: "逾期（项）", Number: true}, {Label: "调整（次）", Number: true, Less: true}, {Label: "印发", Less: true},
	}}
	for _, l := range lines {
		url, status := page.PlanURL(l.ID), statusOf(l.State)
		behind := l.Behind
		if !plan.InForce(l.State) && l.State != plan.Concluded && l.State != plan.Archived {
			behind = 0
		}
		name := strconv.Itoa(l.Year) + "年度工作计划"
		if actor.StreetID == 0 {
			name = l.Street + name
		}
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: name, URL: url},
			{Status: &status},
			{Text: strconv.Itoa(l.Done) + " / " + strconv.Itoa(l.Items)},
			{Text: strconv.Itoa(behind)},
			{Text: strconv.Itoa(max(0, l.Editions-1))},
			{Text: page.Day(l.IssuedOn)},
		}})
	}
	return t
}

func statusOf(s procedure.State) ui.Status {
	tone := ui.ToneWait
	switch {
	case s == plan.Executing:
		tone = ui.ToneGo
	case s == plan.Concluded || plan.Procedure.Info(s).Ended:
		tone = ui.ToneDone
	}
	return ui.Status{Text: plan.Procedure.Info(s).Name, Tone: tone}
}

func optionsOf(t procedure.Table) []ui.Option {
	list := []ui.Option{{Label: "全部"}}
	for _, s := range t.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}

var columns = []string{"序号", "月份", "工作内容", "类型", "依据", "代表小组", "责任人", "预期成果", "进展", "完成日期", "调整"}

// export sends the items of a plan as a file.
func (h handler) export(w http.ResponseWriter, rec *plan.Record, format string) error {
	s := document.Sheet{Name: "年度工作计划表", Head: columns}
	for n, i := range rec.Items {
		changed := ""
		switch {
		case i.Dropped:
			changed = "取消"
		case i.Added:
			changed = "增加"
		}
		done := ""
		if i.DoneOn != nil {
			done = calendar.ISO(*i.DoneOn)
		}
		s.Rows = append(s.Rows, []any{
			int64(n + 1), int64(i.Month), i.Theme, choice.Name(plan.Kinds, i.Kind), choice.Name(plan.Bases, i.Basis), i.Group, i.Owner, i.Output, progress(&i, rec.Year, h.plans.Now()).Text, done, changed,
		})
	}
	if format != "csv" {
		page.Attachment(w, rec.Title()+".xlsx", document.XLSX)
		return document.WriteWorkbook(w, s)
	}
	rows := make([][]string, len(s.Rows))
	for i, r := range s.Rows {
		for _, v := range r {
			if n, ok := v.(int64); ok {
				v = page.Number(n)
			}
			rows[i] = append(rows[i], v.(string))
		}
	}
	page.Attachment(w, rec.Title()+".csv", document.CSV)
	return document.WriteCSV(w, s.Head, rows)
}
