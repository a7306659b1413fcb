package team

import (
	"errors"
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/team"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typedOfficer is the form of an officer as it was typed.
type typedOfficer struct {
	human
	Key         string   `form:"key"`
	Version     string   `form:"version"`
	Roles       []string `form:"roles"`
	Communities []string `form:"communities"`
	Proposer    string   `form:"proposer"`
	On          string   `form:"on"`
}

// officerFormView is the page with the form of an officer, new or known.
type officerFormView struct {
	typed       typedOfficer
	bad         fault.Fields
	known       *team.OfficerRecord // nil for a new one
	communities []ui.Option
	stale       bool
}

func (v *officerFormView) title() string {
	if v.known != nil {
		return "修改人员资料"
	}
	return "登记社区推荐"
}

func (v *officerFormView) action() string {
	if v.known != nil {
		return page.OfficerURL(v.known.ID)
	}
	return page.OfficersURL
}

func (v *officerFormView) mask() string {
	if v.known != nil {
		return v.known.PhoneMask
	}
	return ""
}

func (v *officerFormView) head() ui.PageHead {
	if v.known != nil {
		return ui.PageHead{Title: v.title(), Back: &ui.Link{Label: v.known.Name, URL: page.OfficerURL(v.known.ID)}}
	}
	return ui.PageHead{Title: v.title(), Sub: "社区推荐 → 工委聘任 → 在任 → 年度确认", Back: &ui.Link{Label: "联络员、信息员", URL: page.OfficersURL}}
}

func (h handler) officerForm(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[officerQuery](r)
	f := typedOfficer{Key: page.Key(), On: calendar.ISO(h.teams.Now())}
	if q.Role != "" {
		f.Roles = []string{q.Role}
	}
	if q.Community != "" {
		f.Communities = []string{q.Community}
	}
	return h.showOfficerForm(w, r, http.StatusOK, &officerFormView{typed: f})
}

func (h handler) showOfficerForm(w http.ResponseWriter, r *http.Request, code int, v *officerFormView) error {
	if v.known == nil {
		c, err := h.teams.OfficerChoices(r.Context(), page.Actor(r), team.OfficerFilter{})
		if err != nil {
			return err
		}
		v.communities = page.Rows(c.Communities, "")
	}
	return page.Render(w, r, code, officerFormPage(v))
}

func (h handler) propose(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typedOfficer](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	n := team.Proposal{
		Key: f.Key, Person: f.parse(&read, h.teams.Now()), Roles: f.Roles, Communities: numbers(f.Communities),
		Proposer: read.Line("proposer", f.Proposer, "推荐的社区", team.MaxLine, true), On: read.Date("on", f.On, "推荐日期", true),
	}
	err = read.Bad.Err()
	var id int64
	if err == nil {
		id, err = h.teams.Propose(r.Context(), page.Actor(r), n)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showOfficerForm(w, r, http.StatusUnprocessableEntity, &officerFormView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.OfficerURL(id), "已登记 "+n.Person.Name+"，待工委主任聘任。")
}

func (h handler) editOfficer(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readOfficer(r)
	if err != nil {
		return err
	}
	return h.showOfficerForm(w, r, http.StatusOK, &officerFormView{known: &rec, typed: typedOfficer{
		human: human{Name: rec.Name, Sex: rec.Sex, Born: deref(rec.Born), Work: rec.Work}, Version: strconv.Itoa(rec.Version),
	}})
}

func (h handler) reviseOfficer(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[typedOfficer](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	p := f.parse(&read, h.teams.Now())
	err = read.Bad.Err()
	if err == nil {
		err = h.teams.ReviseOfficer(r.Context(), page.Actor(r), team.Step{ID: id, Version: page.Version(f.Version)}, p, f.NoPhone == "on")
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	if !complaints && !stale {
		if err != nil {
			return err
		}
		return page.Done(w, r, page.OfficerURL(id), "已保存。")
	}
	rec, err := h.readOfficer(r)
	if err != nil {
		return err
	}
	v, code := &officerFormView{typed: f, bad: bad, known: &rec, stale: stale}, http.StatusUnprocessableEntity
	if stale {
		code, v.typed.Version = http.StatusConflict, strconv.Itoa(rec.Version)
	}
	return h.showOfficerForm(w, r, code, v)
}
