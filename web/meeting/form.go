package meeting

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/meeting"
	"portal/internal/plan"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typed is the form of a meeting as it was typed.
type typed struct {
	Key      string `form:"key"`
	Version  string `form:"version"`
	From     string `form:"from"`
	Kind     string `form:"kind"`
	Title    string `form:"title"`
	Place    string `form:"place"`
	HeldOn   string `form:"held_on"`
	StartsAt string `form:"starts_at"`
	EndsAt   string `form:"ends_at"`
	Chair    string `form:"chair"`
	Why      string `form:"why"`
	Urgent   string `form:"urgent"`
	Item     string `form:"plan_item"`
	Outside  string `form:"outside_plan"`
}

// parse turns what was typed into a plan, or complaints.
func (f *typed) parse() (meeting.Plan, fault.Fields) {
	var r text.Reader
	p := meeting.Plan{
		Key: r.Line("key", f.Key, "表单编号", 64, f.Version == ""), Title: r.Line("title", f.Title, "会议名称", gathering.MaxTitle, true),
		Place: r.Line("place", f.Place, "地点", gathering.MaxPlace, true), ChairID: page.Int64(f.Chair), From: page.Int64(f.From),
		Why: r.Text("why", f.Why, "变动的理由", meeting.MaxWhy, false), Urgent: r.Text("urgent", f.Urgent, "紧急开会的理由", meeting.MaxWhy, false),
		Planned: plan.Link{ItemID: page.Int64(f.Item), Outside: r.Line("outside_plan", f.Outside, "计划外的理由", plan.MaxOutside, false)},
	}
	if f.Version == "" {
		p.Kind = r.Choice("kind", f.Kind, "会议的种类", choice.Keys(meeting.Kinds)...)
	}
	day := r.Date("held_on", f.HeldOn, "日期", true)
	p.StartsAt, p.EndsAt = at(&r, "starts_at", f.StartsAt, "开始时间", day), at(&r, "ends_at", f.EndsAt, "结束时间", day)
	return p, r.Bad
}

// at reads a time of a day.
func at(r *text.Reader, name, typed, label string, day time.Time) time.Time {
	clock := r.Clock(name, typed, label)
	hour, minute, ok := strings.Cut(clock, ":")
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	if !ok {
		if r.Bad.For(name) == "" {
			r.Bad.Add(name, "请填写"+label+"，例如 15:00")
		}
		return time.Time{}
	}
	return calendar.Starts(day).Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)
}

// formView is the page of the form.
type formView struct {
	typed  typed
	bad    fault.Fields
	known  *meeting.Record // nil for a new meeting
	chairs []ui.Option
	plan   []ui.Control
	stale  bool
	now    []ui.Fact
}

func (v *formView) title() string {
	if v.known == nil {
		return "拟开会议"
	}
	return "修改安排"
}

func (v *formView) head() ui.PageHead {
	head := ui.PageHead{Title: v.title(), Back: &ui.Link{Label: "会议", URL: page.MeetingsURL}}
	if v.known != nil {
		head.Back = &ui.Link{Label: v.known.Title, URL: page.MeetingURL(v.known.ID)}
		if v.told() {
			head.Sub = "通知已经发出，保存后名单上的人会收到变动的消息，要重新回执。"
		}
	} else if v.typed.From != "" {
		head.Sub = "照上次再开：没有审议的、缓议的议题和列席的来宾、单位一并带过来，应到的人按开会当天重新列。"
	}
	return head
}

func (v *formView) told() bool { return v.known != nil && v.known.State == meeting.Called }

func (v *formView) action() string {
	if v.known == nil {
		return page.MeetingsURL
	}
	return page.MeetingURL(v.known.ID)
}

// show fills in who may preside and shows the form.
func (h handler) show(w http.ResponseWriter, r *http.Request, code int, v *formView) error {
	day, _ := calendar.Parse(v.typed.HeldOn)
	c, err := h.meetings.Choices(r.Context(), page.Actor(r), day)
	if err != nil {
		return err
	}
	v.chairs, v.plan = page.Rows(c.Chairs, "以后再定"), page.PlanFields(c.Items, "held_on", v.typed.Item, v.typed.Outside, v.bad)
	return page.Render(w, r, code, formPage(v))
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		From string `form:"from"`
		Kind string `form:"kind"`
	}](r)
	actor, now := page.Actor(r), h.meetings.Now()
	f := typed{Key: page.Key(), Kind: meeting.Directors, StartsAt: "15:00", EndsAt: "17:00", HeldOn: calendar.ISO(calendar.AddDays(calendar.On(now), 7))}
	if choice.Name(meeting.Kinds, q.Kind) != "" {
		f.Kind = q.Kind
	}
	if from := page.Int64(q.From); from != 0 {
		rec, err := h.meetings.Record(r.Context(), actor, from)
		if err != nil {
			return err
		}
		f.From, f.Kind, f.Place = q.From, rec.Kind, rec.Place
		f.StartsAt, f.EndsAt = rec.StartsAt.In(calendar.Zone).Format("15:04"), rec.EndsAt.In(calendar.Zone).Format("15:04")
		if rec.ChairPostID != 0 {
			f.Chair = page.Number(rec.ChairPostID)
		}
	}
	title, err := h.meetings.Next(r.Context(), actor, f.Kind, now)
	if err != nil {
		return err
	}
	f.Title = title
	return h.show(w, r, http.StatusOK, &formView{typed: f})
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
		id, err = h.meetings.Plan(r.Context(), page.Actor(r), 0, p)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.show(w, r, http.StatusUnprocessableEntity, &formView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.MeetingURL(id), "已拟开。接着把主任确定的议题列入议程，再发通知。")
}

func (h handler) edit(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.State != meeting.Planned && rec.State != meeting.Called {
		return page.Redirect(w, r, page.MeetingURL(rec.ID))
	}
	return h.show(w, r, http.StatusOK, &formView{known: &rec, typed: ofRecord(&rec)})
}

func ofRecord(rec *meeting.Record) typed {
	f := typed{
		Version: strconv.Itoa(rec.Version), Kind: rec.Kind, Title: rec.Title, Place: rec.Place, HeldOn: calendar.ISO(rec.HeldOn),
		StartsAt: rec.StartsAt.In(calendar.Zone).Format("15:04"), EndsAt: rec.EndsAt.In(calendar.Zone).Format("15:04"), Urgent: rec.UrgentWhy, Outside: rec.OutsidePlan,
	}
	if rec.PlanItemID != 0 {
		f.Item = page.Number(rec.PlanItemID)
	}
	if rec.ChairPostID != 0 {
		f.Chair = page.Number(rec.ChairPostID)
	}
	return f
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
		err = h.meetings.Revise(r.Context(), page.Actor(r), meeting.Step{ID: id, Version: page.Version(f.Version)}, p)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.MeetingURL(id), "已保存。")
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
		v.now = []ui.Fact{{Label: "会议名称", Text: rec.Title}, {Label: "时间", Text: when(&rec)}, {Label: "地点", Text: rec.Place}, {Label: "主持人", Text: rec.Chair}}
	}
	return h.show(w, r, code, v)
}
