package plan

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/plan"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// proposed is the form of an idea as it was typed.
type proposed struct {
	Key    string `form:"key"`
	Year   string `form:"year"`
	Month  string `form:"month"`
	Theme  string `form:"theme"`
	Kind   string `form:"kind"`
	Reason string `form:"reason"`
}

func (f *proposed) parse() (plan.Idea, fault.Fields) {
	var r text.Reader
	r.Line("key", f.Key, "表单编号", 64, true)
	i := plan.Idea{
		Year: r.Int("year", f.Year, "年度", 2007, 2100), Theme: r.Line("theme", f.Theme, "工作内容", plan.MaxTheme, true), Kind: f.Kind,
		Reason: r.Text("reason", f.Reason, "理由", plan.MaxReason, true),
	}
	if f.Month != "" {
		i.Month = r.Int("month", f.Month, "月份", 1, 12)
	}
	if choice.Name(plan.Kinds, f.Kind) == "" {
		r.Bad.Add("kind", "请选择类型")
	}
	return i, r.Bad
}

// proposeView is the page of that form.
type proposeView struct {
	typed proposed
	bad   fault.Fields
	sub   string
}

func (h handler) newIdea(w http.ResponseWriter, r *http.Request) error {
	x, err := h.plans.Window(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	if !x.Open(calendar.On(h.plans.Now())) {
		return page.Redirect(w, r, page.PlanIdeasURL)
	}
	return page.OK(w, r, proposePage(&proposeView{typed: proposed{Key: page.Key(), Year: strconv.Itoa(x.Year)}, sub: solicits(x, h)}))
}

func (h handler) propose(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[proposed](w, r)
	if err != nil {
		return err
	}
	var id int64
	i, bad := f.parse()
	if err = bad.Err(); err == nil {
		id, err = h.plans.Propose(r.Context(), page.Actor(r), f.Key, i)
	}
	if bad, ok := page.Complaints(err); ok {
		x, err := h.plans.Window(r.Context(), page.Actor(r))
		if err != nil {
			return err
		}
		return page.Render(w, r, http.StatusUnprocessableEntity, proposePage(&proposeView{typed: f, bad: bad, sub: solicits(x, h)}))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.PlanIdeaURL(id), "已提交。工委办公室答复后，您会收到消息。")
}

// ideaView is what the page of one idea shows.
type ideaView struct {
	one     plan.IdeaRecord
	head    ui.PageHead
	status  ui.Status
	turn    string
	facts   []ui.Fact
	moves   []ui.Move
	adopt   *ui.Link
	events  []ui.Event
	bad     fault.Fields
	changed string
	left    []ui.Fact
}

func (h handler) readIdea(r *http.Request) (plan.IdeaRecord, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return plan.IdeaRecord{}, err
	}
	return h.plans.Idea(r.Context(), page.Actor(r), id)
}

func (h handler) idea(w http.ResponseWriter, r *http.Request) error {
	one, err := h.readIdea(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, ideaPage(viewIdea(page.Actor(r), &one, nil)))
}

func viewIdea(actor access.Actor, one *plan.IdeaRecord, sent *page.Sent) *ideaView {
	v := &ideaView{one: *one, status: ideaStatus(one.State), turn: plan.Ideas.Info(one.State).Turn, facts: ideaFacts(actor, one), bad: sent.Bad()}
	v.head = ui.PageHead{Title: one.Theme, Sub: strconv.Itoa(one.Year) + "年度计划 · " + choice.Name(plan.Kinds, one.Kind), Back: &ui.Link{Label: "计划提议", URL: page.PlanIdeasURL}, Print: true}
	for _, m := range one.Moves(actor) {
		if m.Name == "adoption" {
			v.adopt = &ui.Link{Label: m.Label, URL: page.PlanIdeaURL(one.ID) + "/adoption"}
			continue
		}
		u := ui.Move{Label: m.Label, Action: page.PlanIdeaURL(one.ID) + "/" + m.Name, Consequence: ideaConsequences[m.Name], Grave: m.Grave, Version: strconv.Itoa(one.Version)}
		sent.Fill(&u, m.Name, ideaControls(one, m.Name))
		v.moves = append(v.moves, u)
	}
	if one.State == plan.IdeaOpen && one.Draft == 0 && actor.May(access.DraftPlan) {
		v.turn = "当年的计划还没有起草，或者正在征求意见；可以修改时再列入"
	}
	if actor.Role.Info().Scope != access.ScopeSelf {
		v.events = page.Events(one.Timeline)
	}
	return v
}

var ideaConsequences = map[string]string{
	"inclusion":   "代表收到消息，计划通过后可以查看这个条目。",
	"declination": "代表收到消息，看到理由；答复后不能再改。",
}

func ideaControls(one *plan.IdeaRecord, name string) []ui.Control {
	if name == "inclusion" {
		return []ui.Control{{Kind: "select", Field: ui.Field{Name: "item", Label: "条目", Options: page.Rows(one.Items, "请选择")}}}
	}
	return []ui.Control{{Kind: "text", Field: ui.Field{Name: "why", Label: "不采纳的理由", Rows: 3, Max: plan.MaxReason}}}
}

func ideaFacts(actor access.Actor, one *plan.IdeaRecord) []ui.Fact {
	list := []ui.Fact{
		{Label: "提议的代表", Text: one.Deputy, URL: page.LinkTo(actor, access.ViewDeputies, one.DeputyID, page.DeputyURL)},
		{Label: "提出", Text: calendar.Date(one.ProposedOn)},
		{Label: "建议的月份", Text: anyMonth(one.Month)},
		{Label: "理由", Text: one.Reason, Wide: true},
	}
	if one.AnsweredOn != nil {
		list = append(list, ui.Fact{Label: "答复", Text: calendar.Date(*one.AnsweredOn) + "，工委办公室 " + one.Answerer})
	}
	switch one.State {
	case plan.IdeaAdopted:
		f := ui.Fact{Label: "列入的条目", Text: became(&one.IdeaLine), Wide: true}
		if one.ItemID != 0 {
			f.URL = page.PlanItemURL(one.ItemID)
		}
		list = append(list, f)
	case plan.IdeaDeclined:
		list = append(list, ui.Fact{Label: "不采纳的理由", Text: one.DeclinedWhy, Wide: true})
	}
	return list
}

// answerIdea serves one move whose form is on the page of the idea.
func (h handler) answerIdea(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		step, actor := plan.Step{ID: sent.ID, Version: sent.Version}, page.Actor(r)
		if name == "inclusion" {
			item := sent.Row("item", "条目")
			err = sent.Try(func() error { return h.plans.Include(r.Context(), actor, step, item) })
		} else {
			why := sent.Text("why", "不采纳的理由", plan.MaxReason, true)
			err = sent.Try(func() error { return h.plans.Decline(r.Context(), actor, step, why) })
		}
		return sent.Answer(w, err, page.PlanIdeaURL(sent.ID), "“"+plan.Ideas.Move(name).Label+"”已完成。", func(code int) error {
			one, err := h.readIdea(r)
			if err != nil {
				return err
			}
			v := viewIdea(actor, &one, sent)
			if code == http.StatusConflict {
				v.changed, v.left = page.Changed("这项提议"), sent.Left(v.moves)
			}
			return page.Render(w, r, code, ideaPage(v))
		})
	}
}

// adopting is the form of the item that an idea becomes.
func adopting(one *plan.IdeaRecord, f typed) *itemView {
	return &itemView{
		typed: f, planID: one.Draft, title: "列为计划条目", action: page.PlanIdeaURL(one.ID) + "/adoption",
		idea: &ui.Link{Label: "计划提议：" + one.Theme, URL: page.PlanIdeaURL(one.ID)},
	}
}

func (h handler) adoptForm(w http.ResponseWriter, r *http.Request) error {
	one, err := h.readIdea(r)
	if err != nil {
		return err
	}
	if one.State != plan.IdeaOpen || one.Draft == 0 {
		return page.Redirect(w, r, page.PlanIdeaURL(one.ID))
	}
	f := typed{Key: page.Key(), Version: strconv.Itoa(one.Version), Month: id(int64(one.Month)), Theme: one.Theme, Kind: one.Kind, Basis: plan.Duty}
	if slices.Contains(plan.Supervising, one.Kind) {
		f.Basis = plan.Request
	}
	return h.showItem(w, r, http.StatusOK, adopting(&one, f))
}

func (h handler) adopt(w http.ResponseWriter, r *http.Request) error {
	one, err := h.readIdea(r)
	if err != nil {
		return err
	}
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	i, _, bad := f.parse(false)
	if err = bad.Err(); err == nil {
		err = h.plans.Adopt(r.Context(), page.Actor(r), plan.Step{ID: one.ID, Version: page.Version(f.Version)}, i)
	}
	if bad, ok := page.Complaints(err); ok {
		v := adopting(&one, f)
		v.bad = bad
		return h.showItem(w, r, http.StatusUnprocessableEntity, v)
	}
	if errors.Is(err, fault.Stale) {
		if one, err = h.readIdea(r); err != nil {
			return err
		}
		v := viewIdea(page.Actor(r), &one, nil)
		v.changed, v.left = page.Changed("这项提议"), itemTyped(i)
		return page.Render(w, r, http.StatusConflict, ideaPage(v))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.PlanIdeaURL(one.ID), "已列为计划条目，代表会收到消息。")
}
