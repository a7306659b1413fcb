package deputy

import (
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/deputy"
	"portal/internal/document"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

func (h handler) planView(r *http.Request, sent *page.Sent) (*sheet, deputy.Plan, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return nil, deputy.Plan{}, err
	}
	p, err := h.deputies.Plan(r.Context(), page.Actor(r), id)
	if err != nil {
		return nil, p, err
	}
	info := deputy.Planning.Info(p.State)
	v := &sheet{
		head: ui.PageHead{
			Title: p.Group + "小组" + planTitle(p.Year, p.Edition) + "计划", Sub: p.Street, Back: &ui.Link{Label: p.Group + "小组", URL: page.GroupURL(p.GroupID)},
			Links: []ui.Link{{Label: "导出计划", URL: page.With(r, "format", "xlsx"), Icon: "export"}},
		},
		status: &ui.Status{Text: info.Name, Tone: ui.ToneGo}, facts: planFacts(&p),
	}
	if info.Turn != "" {
		*v.status = ui.Status{Text: info.Name + "，" + info.Turn, Tone: ui.ToneWait}
	}
	v.sections = []section{h.items(&p)}
	if p.MayPlan {
		h.planMoves(v, page.Actor(r), &p, sent)
	}
	return v, p, nil
}

func planFacts(p *deputy.Plan) []ui.Fact {
	passed := ""
	if p.PassedOn != nil && p.Present != nil && p.Members != nil {
		passed = fmt.Sprintf("%s，全组 %d 名，到会 %d 名", page.Day(p.PassedOn), *p.Members, *p.Present)
	}
	return filled([]ui.Fact{{Label: "小组通过", Text: passed}, {Label: "报送工委", Text: page.Day(p.SentOn)}, {Label: "调整理由", Text: p.Reason, Wide: true}})
}

// items are the activities, with a button to take each out of a draft.
func (h handler) items(p *deputy.Plan) section {
	s := section{id: "items", title: "活动安排", empty: "还没有活动。在下面添加，至少一项才能提交小组讨论。"}
	s.table = ui.Table{Caption: "活动安排", Columns: []ui.Column{{Label: "月份"}, {Label: "主题"}, {Label: "类型"}, {Label: "预期成果"}}}
	for _, i := range p.Items {
		kind := choice.Name(deputy.PlanKinds, i.Kind)
		s.table.Rows = append(s.table.Rows, ui.Row{Cells: []ui.Cell{{Text: strconv.Itoa(i.Month) + "月"}, {Text: i.Theme}, {Text: kind}, {Text: i.Output}}})
		if p.MayPlan && p.State == deputy.Draft {
			s.drops = append(s.drops, drop{strconv.Itoa(i.Month) + "月 " + i.Theme, kind + " " + i.Output, page.GroupPlanURL(p.ID) + "/items/" + page.Number(i.ID) + "/removal"})
		}
	}
	return s
}

func (h handler) planMoves(v *sheet, actor access.Actor, p *deputy.Plan, sent *page.Sent) {
	at := page.GroupPlanURL(p.ID) + "/"
	if p.State == deputy.Draft {
		var months []ui.Option
		for m := 1; m <= 12; m++ {
			months = append(months, ui.Option{Value: strconv.Itoa(m), Label: strconv.Itoa(m) + "月"})
		}
		v.add(sent, ui.Move{Label: "添加活动", Action: at + "items", Button: "添加", Primary: true, Open: len(p.Items) == 0},
			ui.Control{"select", ui.Field{Name: "month", Label: "月份", Options: months}},
			ui.Control{"input", ui.Field{Name: "theme", Label: "主题", Max: 100}},
			ui.Control{"select", ui.Field{Name: "kind", Label: "类型", Options: page.Terms(deputy.PlanKinds, "请选择")}},
			ui.Control{"input", ui.Field{Name: "output", Label: "预期成果", Optional: true, Max: 200}})
	}
	for _, m := range deputy.Planning.Open(actor, p.State) {
		v.add(sent, ui.Move{Label: m.Label, Action: at + m.Name, Button: m.Label, Grave: m.Grave, Version: strconv.Itoa(p.Version), Consequence: planConsequences[m.Name]}, h.planControls(m)...)
	}
}

var planConsequences = map[string]string{
	"passage": "通过以后不能再改活动；要改先退回草稿。", "sending": "报送以后这一版不能再改；要调整另立一版，原计划保留。", "edition": "复制成新的一版草稿，写明理由，通过后再报送。",
}

func (h handler) planControls(m procedure.Move) []ui.Control {
	switch m.Name {
	case "passage":
		return []ui.Control{
			{"input", ui.Field{Name: "on", Label: "通过的日期", Type: "date", Value: calendar.ISO(h.deputies.Now())}},
			{"input", ui.Field{Name: "present", Label: "到会代表（名）", Type: "number"}},
		}
	case "reopening", "edition":
		return []ui.Control{{"input", ui.Field{Name: "reason", Label: "理由", Max: deputy.MaxReason}}, {"hidden", ui.Field{Name: "key", Value: page.Key()}}}
	}
	return nil
}

func (h handler) plan(w http.ResponseWriter, r *http.Request) error {
	v, p, err := h.planView(r, nil)
	if err != nil {
		return err
	}
	if page.Query[query](r).Format != "xlsx" {
		return page.OK(w, r, sheetPage(v))
	}
	rows := make([][]string, len(p.Items))
	for i, x := range p.Items {
		rows[i] = []string{strconv.Itoa(i + 1), strconv.Itoa(x.Month) + "月", x.Theme, choice.Name(deputy.PlanKinds, x.Kind), x.Output}
	}
	page.Attachment(w, v.head.Title+".xlsx", document.XLSX)
	return document.WriteXLSX(w, planTitle(p.Year, p.Edition), []string{"序号", "月份", "主题", "类型", "预期成果"}, rows)
}

func (h handler) addItem(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "items")
	if err != nil {
		return err
	}
	i := deputy.Item{
		Month: sent.Int("month", "月份", 1, 12), Theme: sent.Line("theme", "主题", 100, true),
		Kind: sent.Choice("kind", "类型", deputy.PlanKinds), Output: sent.Line("output", "预期成果", 200, false),
	}
	err = sent.Try(func() error { return h.deputies.AddItem(r.Context(), page.Actor(r), sent.ID, i) })
	return h.planAnswer(w, r, sent, err, sent.ID, "已添加。")
}

func (h handler) dropItem(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "removal")
	if err != nil {
		return err
	}
	item, err := page.ID(r, "item")
	if err != nil {
		return err
	}
	return h.planAnswer(w, r, sent, h.deputies.DropItem(r.Context(), page.Actor(r), sent.ID, item), sent.ID, "已删除。")
}

func (h handler) movePlan(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		t := deputy.PlanStep{Version: sent.Version, Key: sent.Value("key"), Reason: sent.Line("reason", "理由", deputy.MaxReason, name == "reopening" || name == "edition")}
		if name == "passage" {
			t.On, t.Present = sent.Date("on", "通过的日期", true), sent.Int("present", "到会代表", 1, 10_000)
		}
		to := sent.ID
		err = sent.Try(func() error {
			to, err = h.deputies.MovePlan(r.Context(), page.Actor(r), name, sent.ID, t)
			return err
		})
		return h.planAnswer(w, r, sent, err, to, "已登记："+deputy.Planning.Move(name).Label+"。")
	}
}

func (h handler) planAnswer(w http.ResponseWriter, r *http.Request, sent *page.Sent, err error, to int64, said string) error {
	return answer(w, r, sent, err, page.GroupPlanURL(to), said, func(r *http.Request, sent *page.Sent) (*sheet, error) {
		v, _, err := h.planView(r, sent)
		return v, err
	})
}
