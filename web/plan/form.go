package plan

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/plan"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// begun is the form of a new plan as it was typed.
type begun struct {
	Key      string `form:"key"`
	Year     string `form:"year"`
	Preamble string `form:"preamble"`
	Copy     string `form:"copy"`
}

// formView is the page of the form of a new plan.
type formView struct {
	typed begun
	bad   fault.Fields
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	now := h.plans.Now().In(calendar.Zone)
	year := now.Year()
	if now.Month() >= time.October {
		year++
	}
	return page.OK(w, r, formPage(&formView{typed: begun{Key: page.Key(), Year: strconv.Itoa(year), Copy: "on"}}))
}

func (h handler) draft(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[begun](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	n := plan.New{
		Key: read.Line("key", f.Key, "表单编号", 64, true), Year: read.Int("year", f.Year, "年份", 2007, 2100),
		Preamble: read.Text("preamble", f.Preamble, "总体要求", plan.MaxPreamble, false), Copy: f.Copy == "on",
	}
	var id int64
	if err = read.Bad.Err(); err == nil {
		id, err = h.plans.Draft(r.Context(), page.Actor(r), n)
	}
	if bad, ok := page.Complaints(err); ok {
		return page.Render(w, r, http.StatusUnprocessableEntity, formPage(&formView{f, bad}))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.PlanURL(id), "已起草。接着列条目，再征求街道党工委意见。")
}

// open saves the preamble.
func (h handler) open(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Version  string `form:"version"`
		Preamble string `form:"preamble"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	t := read.Text("preamble", f.Preamble, "总体要求", plan.MaxPreamble, false)
	if err = read.Bad.Err(); err == nil {
		err = h.plans.Open(r.Context(), page.Actor(r), plan.Step{ID: id, Version: page.Version(f.Version)}, t)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.PlanURL(id), "已保存。")
	case !complaints && !stale:
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, code := h.view(r, rec, nil), http.StatusUnprocessableEntity
	v.bad, v.typed = bad, f.Preamble
	if stale {
		v.changed, code = page.Changed("这份计划"), http.StatusConflict
	}
	if !v.writes {
		v.left = []ui.Fact{{Label: "您填写的", Text: f.Preamble, Wide: true}}
	}
	return page.Render(w, r, code, recordPage(v))
}

// typed is the form of an item as it was typed.
type typed struct {
	Key     string `form:"key"`
	Version string `form:"version"`
	Month   string `form:"month"`
	Theme   string `form:"theme"`
	Kind    string `form:"kind"`
	Basis   string `form:"basis"`
	Matter  string `form:"matter"`
	Group   string `form:"group"`
	Owner   string `form:"owner"`
	Output  string `form:"output"`
	Reason  string `form:"reason"`
}

// parse turns what was typed into an item, or complaints.
func (f *typed) parse(reasoned bool) (plan.Item, string, fault.Fields) {
	var r text.Reader
	r.Line("key", f.Key, "表单编号", 64, true)
	i := plan.Item{
		Month: r.Int("month", f.Month, "月份", 1, 12), Theme: r.Line("theme", f.Theme, "工作内容", plan.MaxTheme, true),
		Kind: f.Kind, Basis: f.Basis, MatterID: page.Int64(f.Matter), GroupID: page.Int64(f.Group),
		Owner: r.Line("owner", f.Owner, "责任人", plan.MaxOwner, true), Output: r.Line("output", f.Output, "预期成果", plan.MaxOutput, true),
	}
	return i, r.Text("reason", f.Reason, "理由", plan.MaxReason, reasoned), r.Bad
}

// itemView is the page of the form of an item.
type itemView struct {
	typed    typed
	bad      fault.Fields
	offer    plan.Offer
	planID   int64
	title    string
	plan     string
	action   string
	known    *plan.ItemRecord // nil for a new item
	reasoned bool             // the plan is being adjusted
	stale    bool
	idea     *ui.Link // the idea that becomes the item
}

func (v *itemView) head() ui.PageHead {
	head := ui.PageHead{Title: v.title, Back: v.idea}
	if v.idea == nil {
		head.Back = &ui.Link{Label: v.plan, URL: page.PlanURL(v.planID)}
	}
	if v.reasoned {
		head.Sub = "计划正在调整：保存后列为改动，经主任会议审议通过后生效。"
	}
	return head
}

// showItem fills in what the form offers and shows it.
func (h handler) showItem(w http.ResponseWriter, r *http.Request, code int, v *itemView) error {
	var err error
	if v.offer, err = h.plans.Offer(r.Context(), page.Actor(r)); err != nil {
		return err
	}
	return page.Render(w, r, code, itemFormPage(v))
}

func newView(rec *plan.Record, f typed) *itemView {
	return &itemView{typed: f, planID: rec.ID, plan: rec.Title(), title: "增加条目", action: page.PlanURL(rec.ID) + "/items", reasoned: rec.State == plan.Adjusting}
}

func (h handler) newItem(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if !plan.Typing(rec.State) && rec.State != plan.Adjusting {
		return page.Redirect(w, r, page.PlanURL(rec.ID))
	}
	return h.showItem(w, r, http.StatusOK, newView(&rec, typed{Key: page.Key(), Basis: plan.Duty}))
}

func (h handler) addItem(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	i, reason, bad := f.parse(rec.State == plan.Adjusting)
	if err = bad.Err(); err == nil {
		err = h.plans.Add(r.Context(), page.Actor(r), rec.ID, f.Key, i, reason)
	}
	if bad, ok := page.Complaints(err); ok {
		v := newView(&rec, f)
		v.bad = bad
		return h.showItem(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.PlanURL(rec.ID), "已增加条目。")
}

func known(one *plan.ItemRecord, f typed) *itemView {
	return &itemView{
		typed: f, known: one, planID: one.PlanID, plan: plan.Title(one.Street, one.Year), title: "修改条目", action: page.PlanItemURL(one.ID), reasoned: one.State == plan.Adjusting,
	}
}

func (h handler) one(r *http.Request) (plan.ItemRecord, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return plan.ItemRecord{}, err
	}
	return h.plans.One(r.Context(), page.Actor(r), id)
}

// alters reports whether the reader may change the item now, or propose it.
func alters(actor access.Actor, one *plan.ItemRecord) bool {
	return actor.May(access.DraftPlan) && !one.Dropped && (plan.Typing(one.State) || one.State == plan.Adjusting)
}

func (h handler) editItem(w http.ResponseWriter, r *http.Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	if !alters(page.Actor(r), &one) {
		return page.Redirect(w, r, page.PlanItemURL(one.ID))
	}
	return h.showItem(w, r, http.StatusOK, known(&one, typed{
		Key: page.Key(), Version: strconv.Itoa(one.Version), Month: strconv.Itoa(one.Month), Theme: one.Theme, Kind: one.Kind, Basis: one.Basis,
		Matter: id(one.MatterID), Group: id(one.GroupID), Owner: one.Owner, Output: one.Output,
	}))
}

func id(n int64) string {
	if n == 0 {
		return ""
	}
	return page.Number(n)
}

func (h handler) alterItem(w http.ResponseWriter, r *http.Request) error {
	one, err := h.one(r)
	if err != nil {
		return err
	}
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	i, reason, bad := f.parse(one.State == plan.Adjusting)
	if err = bad.Err(); err == nil {
		err = h.plans.Alter(r.Context(), page.Actor(r), one.PlanID, plan.Step{ID: one.ID, Version: page.Version(f.Version)}, i, reason, f.Key)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.PlanURL(one.PlanID), "已保存。")
	case !complaints && !stale:
		return err
	}
	v, code := known(&one, f), http.StatusUnprocessableEntity
	v.bad = bad
	if stale {
		if one, err = h.one(r); err != nil {
			return err
		}
		v = known(&one, f)
		v.stale, v.typed.Version, code = true, strconv.Itoa(one.Version), http.StatusConflict
	}
	return h.showItem(w, r, code, v)
}

// itemNow is an item as it is, beside what was typed.
func itemNow(one *plan.ItemRecord) []ui.Fact { return itemTyped(one.Item()) }

// itemTyped is an item as facts.
func itemTyped(i plan.Item) []ui.Fact {
	return []ui.Fact{
		{Label: "月份", Text: strconv.Itoa(i.Month) + "月"},
		{Label: "类型", Text: choice.Name(plan.Kinds, i.Kind)},
		{Label: "工作内容", Text: i.Theme},
		{Label: "预期成果", Text: i.Output},
		{Label: "依据", Text: choice.Name(plan.Bases, i.Basis)},
		{Label: "责任人", Text: i.Owner},
	}
}
