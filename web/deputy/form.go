package deputy

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/deputy"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typed is the form of a deputy as it was typed.
type typed struct {
	Key      string `form:"key"`
	Version  string `form:"version"`
	Street   string `form:"street"`
	Name     string `form:"name"`
	Sex      string `form:"sex"`
	District string `form:"district"`
	Term     string `form:"term"`
	Level    string `form:"level"`
	How      string `form:"how"`
	Elected  string `form:"elected"`
	Group    string `form:"group"`
	Since    string `form:"since"`
	Intro    string `form:"intro"`
	Phone    string `form:"phone"`
	NoPhone  string `form:"no_phone"`

	Document  string `form:"document"`
	Confirmed string `form:"confirmed"`
}

// parse turns what was typed into a deputy, or complaints.
func (f *typed) parse() (deputy.New, fault.Fields) {
	var r text.Reader
	n := deputy.New{
		Key: f.Key, StreetID: page.Int64(f.Street),
		Name:     r.Line("name", f.Name, "姓名", text.Name, true),
		Sex:      r.Choice("sex", f.Sex, "性别", choice.Keys(deputy.Sexes)...),
		District: r.Line("district", f.District, "选区", deputy.MaxDistrict, true),
		Term:     r.Line("term", f.Term, "届别", deputy.MaxTerm, true),
		Group:    f.Group,
		Since:    r.Date("since", f.Since, "任职日期", true),
		Intro:    r.Text("intro", f.Intro, "简介", deputy.MaxIntro, false),
		Phone:    r.Phone("phone", f.Phone, "联系电话", false),
		NoPhone:  f.NoPhone == "on",

		Credentials: r.Line("document", f.Document, "公告文号", deputy.MaxDistrict, false),
		Confirmed:   r.Date("confirmed", f.Confirmed, "确认日期", false),
	}
	if f.Level != "" {
		n.Level = r.Choice("level", f.Level, "级别", choice.Keys(deputy.Levels)...)
	}
	if f.How != "" {
		n.How = r.Choice("how", f.How, "当选方式", choice.Keys(deputy.Elections)...)
	}
	n.Elected = r.Date("elected", f.Elected, "当选日期", false)
	if n.NoPhone && n.Phone != "" {
		r.Bad.Add("no_phone", "填了新号码就不要勾选删除")
	}
	return n, r.Bad
}

// formView is the page with the form of a deputy, new or known.
type formView struct {
	typed   typed
	bad     fault.Fields
	known   *deputy.Record // nil for a new one
	streets []ui.Option    // to choose from, for who acts for the city
	terms   []ui.Option
	decides bool // may name the paper that confirms the credentials
	stale   bool
}

func (v *formView) title() string {
	if v.known != nil {
		return "修改代表资料"
	}
	return "登记当选代表"
}

func (v *formView) submit() string {
	if v.known == nil && !v.decides {
		return "提请确认代表资格"
	}
	return "保存"
}

func (v *formView) action() string {
	if v.known != nil {
		return page.DeputyURL(v.known.ID)
	}
	return page.DeputiesURL
}

func (v *formView) head() ui.PageHead {
	if v.known != nil {
		return ui.PageHead{Title: v.title(), Sub: v.known.Street, Back: &ui.Link{Label: v.known.Name, URL: page.DeputyURL(v.known.ID)}}
	}
	return ui.PageHead{Title: v.title(), Back: &ui.Link{Label: "代表名册", URL: page.DeputiesURL}}
}

func (v *formView) phoneHint() string {
	if v.known != nil && v.known.PhoneMask != "" {
		return "已登记 " + v.known.PhoneMask + "，不改就留空"
	}
	return "加密保存，不对外公开"
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	return h.showForm(w, r, http.StatusOK, &formView{typed: typed{Key: page.Key()}})
}

func (h handler) showForm(w http.ResponseWriter, r *http.Request, code int, v *formView) error {
	actor := page.Actor(r)
	v.decides = actor.May(access.DecideDeputies)
	if actor.StreetID == 0 && v.known == nil {
		choices, err := h.deputies.Choices(r.Context(), actor, deputy.Filter{})
		if err != nil {
			return err
		}
		v.streets = page.Rows(choices.Streets, "请选择街道")
	}
	terms, err := h.deputies.Terms(r.Context(), actor)
	if err != nil {
		return err
	}
	v.terms = []ui.Option{{Label: "请选择届别"}}
	for _, t := range terms {
		v.terms = append(v.terms, ui.Option{Value: t.Name, Label: t.Name})
	}
	return page.Render(w, r, code, formPage(v))
}

func (h handler) enter(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	if len(bad) > 0 {
		return h.showForm(w, r, http.StatusUnprocessableEntity, &formView{typed: f, bad: bad})
	}
	to, done, err := h.enterOrPropose(r, n)
	if bad, ok := page.Complaints(err); ok {
		return h.showForm(w, r, http.StatusUnprocessableEntity, &formView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, to, done)
}

// enterOrPropose enters a deputy whose credentials the city says are confirmed, and
// else somebody who waits for that.
func (h handler) enterOrPropose(r *http.Request, n deputy.New) (to, done string, err error) {
	actor := page.Actor(r)
	if actor.May(access.DecideDeputies) && n.Credentials != "" {
		id, err := h.deputies.Enter(r.Context(), actor, n)
		return page.DeputyURL(id), "已登记 " + n.Name + "。接着可以在联络站页面安排驻站。", err
	}
	id, err := h.deputies.Propose(r.Context(), actor, n)
	return page.ElectionURL(id), "已登记 " + n.Name + "，待市人大常委会确认代表资格。", err
}

func (h handler) edit(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.EndedOn != nil {
		return page.Redirect(w, r, page.DeputyURL(rec.ID))
	}
	return h.showForm(w, r, http.StatusOK, &formView{known: &rec, typed: typed{
		Version: strconv.Itoa(rec.Version), Name: rec.Name, Sex: rec.Sex, District: rec.District, Term: rec.Term, Level: rec.Level, Group: rec.Group, Elected: isoOf(rec.Elected),
		Since: calendar.ISO(rec.Since), Intro: rec.Intro,
	}})
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
	n, bad := f.parse()
	err = bad.Err()
	if err == nil {
		err = h.deputies.Revise(r.Context(), page.Actor(r), id, page.Version(f.Version), n)
	}
	bad, complaints := page.Complaints(err)
	switch {
	case complaints:
		return h.reviseAgain(w, r, http.StatusUnprocessableEntity, f, bad)
	case errors.Is(err, fault.Stale):
		return h.reviseAgain(w, r, http.StatusConflict, f, nil)
	case err != nil:
		return err
	}
	return page.Done(w, r, page.DeputyURL(id), "已保存。")
}

func isoOf(day *time.Time) string {
	if day == nil {
		return ""
	}
	return calendar.ISO(*day)
}

// reviseAgain shows the form as it was typed; where somebody else saved
// meanwhile, beside what is there now.
func (h handler) reviseAgain(w http.ResponseWriter, r *http.Request, code int, f typed, bad fault.Fields) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := &formView{typed: f, bad: bad, known: &rec}
	if code == http.StatusConflict {
		v.stale = true
		v.typed.Version = strconv.Itoa(rec.Version)
	}
	return h.showForm(w, r, code, v)
}
