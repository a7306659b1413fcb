package voter

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// typedPlan is the form of a quota plan as it was typed.
type typedPlan struct {
	Key       string          `form:"key"`
	Version   string          `form:"version"`
	Term      string          `form:"term"`
	From      string          `form:"from"`
	Basis     string          `form:"basis"`
	Districts []typedDistrict `form:"districts"`
	Targets   map[string]string
}

type typedDistrict struct {
	Name  string `form:"name"`
	Area  string `form:"area"`
	Quota string `form:"quota"`
}

func (d typedDistrict) empty() bool { return d.Name+d.Area+d.Quota == "" }

// blanks are the empty rows that the form offers beside those filled in.
const blanks = 3

// rows are those filled in and some blank ones.
func (f *typedPlan) rows() []typedDistrict {
	rows := slices.Clone(f.Districts)
	for n := 0; n < blanks && len(rows) < voter.MaxDistricts; n++ {
		rows = append(rows, typedDistrict{})
	}
	return rows
}

// parse turns what was typed into a plan, or complaints. Empty rows are left out.
func (f *typedPlan) parse() (voter.PlanNew, fault.Fields) {
	var r text.Reader
	p := voter.PlanNew{
		Key:   f.Key,
		Term:  r.Line("term", f.Term, "届次", voter.MaxTerm, true),
		From:  r.Date("from", f.From, "任期开始的日期", true),
		Basis: r.Text("basis", f.Basis, "依据和说明", voter.MaxBasis, false), Targets: map[string]int{},
	}
	f.Districts = slices.DeleteFunc(f.Districts, typedDistrict.empty)
	for i, d := range f.Districts {
		at := fmt.Sprintf("districts[%d].", i)
		p.Districts = append(p.Districts, voter.DistrictNew{
			Name:  r.Line(at+"name", d.Name, "选区名称", text.Name, true),
			Area:  r.Line(at+"area", d.Area, "范围", voter.MaxArea, false),
			Quota: r.Int(at+"quota", d.Quota, "名额", 1, 99),
		})
	}
	for _, t := range voter.Traits {
		if typed := f.Targets[t.Key]; typed != "" {
			p.Targets[t.Key] = r.Int("target-"+t.Key, typed, t.Name+"目标", 1, 100)
		}
	}
	return p, r.Bad
}

// planView is the page with the form of a plan, new or known.
type planView struct {
	typed typedPlan
	bad   fault.Fields
	known *voter.Record // nil for a new one
	stale bool
	back  *ui.Link
}

func (v *planView) action() string {
	if v.known != nil {
		return page.SelectionURL(v.known.ID) + "/plan"
	}
	return page.SelectionsURL
}

func (v *planView) title() string {
	if v.known != nil {
		return "修改名额方案"
	}
	return "启动换届推选"
}

func (h handler) newPlan(w http.ResponseWriter, r *http.Request) error {
	before, err := h.voters.ForForm(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	f := typedPlan{Key: page.Key(), From: calendar.ISO(h.voters.Now()), Targets: map[string]string{}}
	for _, d := range before {
		f.Districts = append(f.Districts, typedDistrict{d.Name, d.Area, strconv.Itoa(d.Quota)})
	}
	for _, t := range voter.Traits {
		f.Targets[t.Key] = strconv.Itoa(t.Usual)
	}
	return h.showPlan(w, r, http.StatusOK, &planView{typed: f})
}

func (h handler) showPlan(w http.ResponseWriter, r *http.Request, code int, v *planView) error {
	v.back = &ui.Link{Label: "推选工作", URL: page.SelectionsURL}
	if v.known != nil {
		v.back = &ui.Link{Label: v.known.Title(), URL: page.SelectionURL(v.known.ID)}
	}
	return page.Render(w, r, code, planPage(v))
}

func (h handler) planForm(w http.ResponseWriter, r *http.Request) (typedPlan, error) {
	f, err := page.Form[typedPlan](w, r)
	f.Targets = map[string]string{}
	for _, t := range voter.Traits {
		f.Targets[t.Key] = r.PostForm.Get("target-" + t.Key)
	}
	return f, err
}

func (h handler) openSelection(w http.ResponseWriter, r *http.Request) error {
	f, err := h.planForm(w, r)
	if err != nil {
		return err
	}
	p, bad := f.parse()
	if len(bad) > 0 {
		return h.showPlan(w, r, http.StatusUnprocessableEntity, &planView{typed: f, bad: bad})
	}
	id, err := h.voters.OpenSelection(r.Context(), page.Actor(r), p)
	if bad, ok := page.Complaints(err); ok {
		return h.showPlan(w, r, http.StatusUnprocessableEntity, &planView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.SelectionURL(id), "名额方案已保存。核对无误后开始推荐。")
}

func (h handler) editPlan(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.State != voter.Plan || rec.Kind != voter.General {
		return page.Redirect(w, r, page.SelectionURL(rec.ID))
	}
	f := typedPlan{
		Version: strconv.Itoa(rec.Version), Term: rec.Term, From: calendar.ISO(rec.TermFrom), Basis: rec.Basis, Targets: map[string]string{},
	}
	for _, d := range rec.Districts {
		f.Districts = append(f.Districts, typedDistrict{d.Name, d.Area, strconv.Itoa(d.Seats)})
	}
	for _, t := range rec.Targets {
		f.Targets[t.Trait] = strconv.Itoa(t.Percent)
	}
	return h.showPlan(w, r, http.StatusOK, &planView{known: &rec, typed: f})
}

func (h handler) revisePlan(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := h.planForm(w, r)
	if err != nil {
		return err
	}
	p, bad := f.parse()
	err = bad.Err()
	if err == nil {
		err = h.voters.RevisePlan(r.Context(), page.Actor(r), voter.Step{ID: id, Version: page.Version(f.Version)}, p)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.SelectionURL(id), "名额方案已保存。")
	case !complaints && !stale:
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, code := &planView{typed: f, bad: bad, known: &rec}, http.StatusUnprocessableEntity
	if stale {
		v.stale, code = true, http.StatusConflict
		v.typed.Version = strconv.Itoa(rec.Version)
	}
	return h.showPlan(w, r, code, v)
}

// typedBy is the form of a by-selection as it was typed.
type typedBy struct {
	Key      string `form:"key"`
	District string `form:"district"`
	Seats    string `form:"seats"`
	Basis    string `form:"basis"`
}

// byView is the page on which a by-selection begins.
type byView struct {
	typed     typedBy
	bad       fault.Fields
	districts []choice.Row
}

func (h handler) newBy(w http.ResponseWriter, r *http.Request) error {
	return h.showBy(w, r, http.StatusOK, &byView{typed: typedBy{Key: page.Key(), District: r.URL.Query().Get("district"), Seats: "1"}})
}

func (h handler) showBy(w http.ResponseWriter, r *http.Request, code int, v *byView) (err error) {
	if v.districts, err = h.voters.Vacancies(r.Context(), page.Actor(r)); err != nil {
		return err
	}
	return page.Render(w, r, code, byPage(v))
}

func (h handler) openBy(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typedBy](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	n := voter.ByNew{
		Key: f.Key, DistrictID: page.Int64(f.District), Seats: read.Int("seats", f.Seats, "补选名额", 1, 99),
		Basis: read.Text("basis", f.Basis, "说明", voter.MaxBasis, false),
	}
	if n.DistrictID == 0 {
		read.Bad.Add("district", "请选择有空缺的选区")
	}
	var id int64
	err = read.Bad.Err()
	if err == nil {
		id, err = h.voters.OpenBySelection(r.Context(), page.Actor(r), n)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showBy(w, r, http.StatusUnprocessableEntity, &byView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.SelectionURL(id), "补选已启动。核对无误后开始推荐。")
}
