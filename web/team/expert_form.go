package team

import (
	"errors"
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/team"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typedExpert is the form of an expert as it was typed.
type typedExpert struct {
	human
	Key           string `form:"key"`
	Version       string `form:"version"`
	Field         string `form:"field"`
	Title         string `form:"title"`
	Recommender   string `form:"recommender"`
	On            string `form:"on"`
	PersonConsent string `form:"person_consent"`
	UnitConsent   string `form:"unit_consent"`
	NoUnit        string `form:"no_unit"`
}

func (f *typedExpert) about(r *text.Reader) (field, title string) {
	return r.Choice("field", f.Field, "专业领域", choice.Keys(team.Fields)...), r.Line("title", f.Title, "职称", team.MaxTitle, false)
}

// expertFormView is the page with the form of an expert, new or known.
type expertFormView struct {
	typed typedExpert
	bad   fault.Fields
	known *team.ExpertRecord // nil for a new one
	stale bool
}

func (v *expertFormView) title() string {
	if v.known != nil {
		return "修改专家资料"
	}
	return "推荐专家"
}

func (v *expertFormView) action() string {
	if v.known != nil {
		return page.ExpertURL(v.known.ID)
	}
	return page.ExpertsURL
}

func (v *expertFormView) mask() string {
	if v.known != nil {
		return v.known.PhoneMask
	}
	return ""
}

func (v *expertFormView) head() ui.PageHead {
	if v.known != nil {
		return ui.PageHead{Title: v.title(), Back: &ui.Link{Label: v.known.Name, URL: page.ExpertURL(v.known.ID)}}
	}
	return ui.PageHead{Title: v.title(), Sub: "推荐 → 审核 → 工委主任会议审定 → 公示 → 发聘书", Back: &ui.Link{Label: "咨询专家", URL: page.ExpertsURL}}
}

func (h handler) expertForm(w http.ResponseWriter, r *http.Request) error {
	return page.OK(w, r, expertFormPage(&expertFormView{typed: typedExpert{Key: page.Key(), On: calendar.ISO(h.teams.Now())}}))
}

func (h handler) recommend(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typedExpert](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	n := team.Recommendation{
		Key: f.Key, Person: f.parse(&read, h.teams.Now()),
		Recommender: read.Line("recommender", f.Recommender, "推荐人或推荐单位", team.MaxLine, true),
		On:          read.Date("on", f.On, "推荐日期", true),
		Consent: team.Consent{
			Person: read.Date("person_consent", f.PersonConsent, "本人同意日期", false), Unit: read.Date("unit_consent", f.UnitConsent, "单位同意日期", false),
			NoUnit: read.Line("no_unit", f.NoUnit, "说明", team.MaxLine, false),
		},
	}
	n.Field, n.Title = f.about(&read)
	err = read.Bad.Err()
	var id int64
	if err == nil {
		id, err = h.teams.Recommend(r.Context(), page.Actor(r), n)
	}
	if bad, ok := page.Complaints(err); ok {
		return page.Render(w, r, http.StatusUnprocessableEntity, expertFormPage(&expertFormView{typed: f, bad: bad}))
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.ExpertURL(id), "已推荐 "+n.Person.Name+"，待审核。")
}

func (h handler) editExpert(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readExpert(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, expertFormPage(&expertFormView{known: &rec, typed: typedExpert{
		human:   human{Name: rec.Name, Sex: rec.Sex, Born: deref(rec.Born), Work: rec.Work},
		Version: strconv.Itoa(rec.Version), Field: rec.Field, Title: rec.Title,
	}}))
}

func (h handler) reviseExpert(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[typedExpert](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	n := team.Revision{Person: f.parse(&read, h.teams.Now()), NoPhone: f.NoPhone == "on"}
	n.Field, n.Title = f.about(&read)
	err = read.Bad.Err()
	if err == nil {
		err = h.teams.Revise(r.Context(), page.Actor(r), team.Step{ID: id, Version: page.Version(f.Version)}, n)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	if !complaints && !stale {
		if err != nil {
			return err
		}
		return page.Done(w, r, page.ExpertURL(id), "已保存。")
	}
	rec, err := h.readExpert(r)
	if err != nil {
		return err
	}
	v, code := &expertFormView{typed: f, bad: bad, known: &rec, stale: stale}, http.StatusUnprocessableEntity
	if stale {
		code, v.typed.Version = http.StatusConflict, strconv.Itoa(rec.Version)
	}
	return page.Render(w, r, code, expertFormPage(v))
}
