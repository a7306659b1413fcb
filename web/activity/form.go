package activity

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/plan"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typed is the form of an activity as it was typed.
type typed struct {
	Key          string   `form:"key"`
	Version      string   `form:"version"`
	Kind         string   `form:"kind"`
	Title        string   `form:"title"`
	Purpose      string   `form:"purpose"`
	Themes       string   `form:"themes"`
	Group        string   `form:"group"`
	Parent       string   `form:"parent"`
	Partners     []string `form:"partners"`
	PlanItem     string   `form:"plan_item"`
	OutsidePlan  string   `form:"outside_plan"`
	Supervises   string   `form:"supervises"`
	Subject      string   `form:"subject"`
	Unit         string   `form:"unit"`
	Concentrated string   `form:"concentrated"`
	Place        string   `form:"place"`
	StartsOn     string   `form:"starts_on"`
	StartsAt     string   `form:"starts_at"`
	EndsOn       string   `form:"ends_on"`
	EndsAt       string   `form:"ends_at"`
	Teams        []string `form:"teams"`
}

// parse turns what was typed into a plan, or complaints.
func (f *typed) parse() (activity.Plan, fault.Fields) {
	var r text.Reader
	p := activity.Plan{
		Kind:    r.Choice("kind", f.Kind, "活动类型", choice.Keys(activity.Kinds)...),
		Title:   r.Line("title", f.Title, "名称", activity.MaxTitle, true),
		Purpose: r.Text("purpose", f.Purpose, "目的和安排", activity.MaxPurpose, false),
		Planned: plan.Link{ItemID: page.Int64(f.PlanItem), Outside: r.Line("outside_plan", f.OutsidePlan, "计划外的理由", plan.MaxOutside, false)},
		Place:   r.Line("place", f.Place, "地点", activity.MaxPlace, true),
		GroupID: page.Int64(f.Group), ParentID: page.Int64(f.Parent), UnitID: page.Int64(f.Unit),
		Supervises: f.Supervises == "on", Subject: f.Subject, Concentrated: f.Concentrated == "on",
	}
	p.Themes = words(r.Line("themes", f.Themes, "主题", 200, false))
	if f.Version == "" {
		p.Key = r.Line("key", f.Key, "表单编号", 64, true)
	}
	for _, v := range f.Partners {
		if id := page.Int64(v); id > 0 && !slices.Contains(p.Partners, id) && len(p.Partners) < 40 {
			p.Partners = append(p.Partners, id)
		}
	}
	for _, t := range f.Teams {
		if (t == activity.OwnGroup || choice.Name(gathering.Teams, t) != "") && !slices.Contains(p.Teams, t) {
			p.Teams = append(p.Teams, t)
		}
	}
	if f.EndsOn == "" {
		f.EndsOn = f.StartsOn
	}
	p.StartsAt = moment(&r, "starts_on", f.StartsOn, "starts_at", f.StartsAt, "开始")
	p.EndsAt = moment(&r, "ends_on", f.EndsOn, "ends_at", f.EndsAt, "结束")
	return p, r.Bad
}

// words are the words of a line that commas or spaces of any kind divide, each once.
func words(line string) (list []string) {
	for _, w := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,，、;；　", r) }) {
		if !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}

// moment reads a day and a time of it.
func moment(r *text.Reader, dayField, day, clockField, clock, what string) time.Time {
	on, at := r.Date(dayField, day, what+"日期", true), r.Clock(clockField, clock, what+"时间")
	if at == "" && clock == "" {
		r.Bad.Add(clockField, "请填写"+what+"时间，例如 15:00")
	}
	t, err := time.Parse("15:04", at)
	if on.IsZero() || err != nil {
		return time.Time{}
	}
	return calendar.Starts(on).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// formView is the page of the form.
type formView struct {
	typed   typed
	bad     fault.Fields
	known   *activity.Record // nil for a new one
	stale   bool
	choices activity.Choices
	leader  bool // the leader of a group plans
	street  int64
}

func (v *formView) title() string {
	if v.known == nil {
		return "策划活动"
	}
	return "修改策划"
}

func (v *formView) head() ui.PageHead {
	head := ui.PageHead{Title: v.title(), Back: &ui.Link{Label: "代表活动", URL: page.ActivitiesURL}}
	if v.known != nil {
		head.Back = &ui.Link{Label: v.known.Title, URL: page.ActivityURL(v.known.ID)}
		if v.known.ReturnedWhy != "" {
			head.Sub = "退回修改：" + v.known.ReturnedWhy
		}
	}
	return head
}

func (v *formView) action() string {
	if v.known != nil {
		return page.ActivityURL(v.known.ID)
	}
	return page.ActivitiesURL
}

// teams are whom a new activity calls at once.
func (v *formView) teams() []ui.Option {
	return append([]ui.Option{{Value: activity.OwnGroup, Label: "本小组代表"}}, page.Terms(gathering.Teams, "")...)
}

func (v *formView) partners() []ui.Option {
	return page.Rows(slices.DeleteFunc(slices.Clone(v.choices.Streets), func(c choice.Row) bool { return c.ID == v.street }), "")
}

// subjects are what an inspection can supervise; of the other kinds the subject is
// the kind.
func subjects() []ui.Option {
	list := slices.DeleteFunc(slices.Clone(activity.Subjects), func(t choice.Term) bool { return t.Key == "election" })
	return page.Terms(list, "与授权书一致")
}

// show fills in what the form offers and shows it.
func (h handler) show(w http.ResponseWriter, r *http.Request, code int, v *formView) error {
	actor := page.Actor(r)
	day, _ := calendar.Parse(v.typed.StartsOn)
	var err error
	if v.choices, err = h.activities.Choices(r.Context(), actor, day); err != nil {
		return err
	}
	v.leader, v.street = actor.Role == access.GroupLeader, actor.StreetID
	if v.leader && len(v.choices.Groups) == 1 && v.typed.Group == "" {
		v.typed.Group = page.Number(v.choices.Groups[0].ID)
	}
	return page.Render(w, r, code, formPage(v))
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		Kind   string `form:"kind"`
		Parent string `form:"parent"`
	}](r)
	v := &formView{typed: typed{Key: page.Key(), Kind: q.Kind, Parent: q.Parent, Teams: []string{"deputy"}, StartsAt: "09:00", EndsAt: "11:30"}}
	if page.Actor(r).Role == access.GroupLeader {
		v.typed.Teams = []string{activity.OwnGroup}
	}
	return h.show(w, r, http.StatusOK, v)
}

func (h handler) plan(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	f.Version = ""
	p, bad := f.parse()
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.activities.Plan(r.Context(), page.Actor(r), p)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.show(w, r, http.StatusUnprocessableEntity, &formView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.ActivityURL(id), "已存为策划。核对名单后送审。")
}

func (h handler) edit(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if !rec.Revisable(page.Actor(r)) {
		return page.Redirect(w, r, page.ActivityURL(rec.ID))
	}
	return h.show(w, r, http.StatusOK, &formView{known: &rec, typed: fromRecord(&rec)})
}

func fromRecord(rec *activity.Record) typed {
	from, to := rec.StartsAt.In(calendar.Zone), rec.EndsAt.In(calendar.Zone)
	f := typed{
		Version: strconv.Itoa(rec.Version), Kind: rec.Kind, Title: rec.Title, Purpose: rec.Purpose, Themes: strings.Join(rec.Themes, "、"), PlanItem: number(rec.PlanItemID), OutsidePlan: rec.OutsidePlan,
		Subject: rec.Subject, Place: rec.Place, StartsOn: calendar.ISO(from), StartsAt: from.Format("15:04"), EndsOn: calendar.ISO(to), EndsAt: to.Format("15:04"),
		Supervises: on(rec.Supervises), Concentrated: on(rec.Concentrated), Group: number(rec.GroupID), Parent: number(rec.ParentID), Unit: number(rec.UnitID),
	}
	for _, p := range rec.Partners {
		f.Partners = append(f.Partners, number(p))
	}
	return f
}

func on(is bool) string {
	if is {
		return "on"
	}
	return ""
}

func number(id int64) string {
	if id == 0 {
		return ""
	}
	return page.Number(id)
}

func (h handler) revise(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	if f.Version == "" {
		f.Version = "0"
	}
	p, bad := f.parse()
	if err = bad.Err(); err == nil {
		err = h.activities.Revise(r.Context(), page.Actor(r), activity.Step{ID: id, Version: page.Version(f.Version)}, p)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.ActivityURL(id), "已保存。")
	case !complaints && !stale:
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, code := &formView{typed: f, bad: bad, known: &rec}, http.StatusUnprocessableEntity
	if stale {
		v.stale, v.typed.Version, code = true, strconv.Itoa(rec.Version), http.StatusConflict
	}
	return h.show(w, r, code, v)
}
