package station

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/station"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// visitForm is the form of a visit as it was typed. It is also what a draft
// keeps.
type visitForm struct {
	Key       string        `form:"key"`
	Station   string        `form:"station_id"`
	Reception string        `form:"reception"`
	HeldOn    string        `form:"held_on"`
	FromTime  string        `form:"from_time"`
	ToTime    string        `form:"to_time"`
	Residents string        `form:"residents"`
	Deputies  []string      `form:"deputies"`
	Staff     string        `form:"staff"`
	Note      string        `form:"note"`
	Opinions  []opinionForm `form:"opinions"`
	Act       string        `form:"act" json:"-"` // the button that was pressed
}

// opinionForm is one opinion of the form as it was typed.
type opinionForm struct {
	Text      string `form:"text"`
	Kind      string `form:"kind"`
	Field     string `form:"field"`
	Location  string `form:"location"`
	Anonymous string `form:"anonymous"`
	Resident  string `form:"resident"`
	Phone     string `form:"phone"`
	Consent   string `form:"consent"`
	Sensitive string `form:"sensitive"`
}

// blank reports whether nothing was said in the row, which is then left out.
func (o *opinionForm) blank() bool {
	return strings.TrimSpace(o.Text+o.Kind+o.Field+o.Location+o.Resident+o.Phone) == ""
}

// more reports whether the seldom used fields hold something.
func (o *opinionForm) more(name string, bad fault.Fields) bool {
	return o.Location+o.Consent+o.Sensitive != "" || bad.For(name+".location") != ""
}

// field is the name of a field of opinion i.
func field(i int, name string) string { return "opinions[" + strconv.Itoa(i) + "]." + name }

// parse turns what was typed into a visit, or complaints. rows tells for each
// opinion of the visit in which row of the form it stands: blank rows are left
// out. files returns what was chosen in a field.
func (f *visitForm) parse(files func(name string) []file.Upload) (v station.NewVisit, rows []int, bad fault.Fields) {
	var r text.Reader
	v = station.NewVisit{
		Key: r.Line("key", f.Key, "表单编号", 60, true), StationID: page.Int64(f.Station), ReceptionID: page.Int64(f.Reception),
		HeldOn:   r.Date("held_on", f.HeldOn, "接待日期", true),
		FromTime: r.Clock("from_time", f.FromTime, "开始时间"), ToTime: r.Clock("to_time", f.ToTime, "结束时间"),
		Deputies: ids(f.Deputies), Staff: r.Line("staff", f.Staff, "工作人员", text.Name, false), Note: r.Text("note", f.Note, "备注", station.MaxNote, false),
	}
	if v.StationID == 0 {
		r.Bad.Add("station_id", "请选择联络站")
	}
	if len(v.Deputies) == 0 {
		r.Bad.Add("deputies", "请选择到场的代表")
	}
	for i := range f.Opinions {
		photos := files(field(i, "photos"))
		if f.Opinions[i].blank() && len(photos) == 0 {
			continue
		}
		n := f.Opinions[i].parse(&r, i)
		n.Files = photos
		v.Opinions, rows = append(v.Opinions, n), append(rows, i)
	}
	v.Residents = len(v.Opinions)
	if typed := strings.TrimSpace(f.Residents); typed != "" || v.Residents == 0 {
		v.Residents = r.Int("residents", typed, "联系群众人次", 0, station.MostResidents)
	}
	return v, rows, r.Bad
}

func (o *opinionForm) parse(r *text.Reader, i int) opinion.New {
	n := opinion.New{
		Text:           r.Text(field(i, "text"), o.Text, "意见内容", opinion.MaxText, true),
		Kind:           r.Choice(field(i, "kind"), o.Kind, "类别", choice.Keys(opinion.Kinds)...),
		Field:          r.Choice(field(i, "field"), o.Field, "领域", choice.Keys(opinion.Fields)...),
		Location:       r.Line(field(i, "location"), o.Location, "地点", opinion.MaxLocation, false),
		Anonymous:      o.Anonymous == "on",
		ConsentContact: o.Consent == "on",
		Sensitive:      o.Sensitive == "on",
	}
	if n.Anonymous {
		return n
	}
	if n.Resident = r.Line(field(i, "resident"), o.Resident, "姓名", text.Name, false); n.Resident == "" && r.Bad.For(field(i, "resident")) == "" {
		r.Bad.Add(field(i, "resident"), "请填写姓名，不愿留名的请勾选匿名")
	}
	n.Phone = r.Phone(field(i, "phone"), o.Phone, "联系电话", false)
	return n
}

// placed moves the room's complaints about opinions to the rows in which they
// stand in the form.
func placed(bad fault.Fields, rows []int) fault.Fields {
	out := slices.Clone(bad)
	for i, b := range out {
		rest, ok := strings.CutPrefix(b.Name, "opinions[")
		n, name, _ := strings.Cut(rest, "].")
		if j, err := strconv.Atoi(n); ok && err == nil && 0 <= j && j < len(rows) {
			out[i].Name = field(rows[j], name)
		}
	}
	return out
}

// visitFormView is what the form of a visit shows.
type visitFormView struct {
	form    visitForm
	bad     fault.Fields
	choices station.Choices
	near    []ui.Option // deputies who are likely there
	others  []ui.Option
	office  bool   // fills it in for a deputy
	person  string // whose device keeps what was typed
	draft   string // when the draft on screen was saved; "" for none
	full    bool   // no more rows
	photos  bool   // photos have to be chosen again
}

// newVisit serves the form: as it was left, or ready for a reception of today.
func (h handler) newVisit(w http.ResponseWriter, r *http.Request) error {
	var f visitForm
	at, err := h.stations.Draft(r.Context(), page.Actor(r), &f)
	if err != nil {
		return err
	}
	choices, err := h.stations.Choices(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	if at.IsZero() {
		if f, err = h.fresh(r, choices); err != nil {
			return err
		}
	}
	return h.showVisitForm(w, r, http.StatusOK, f, nil, choices, at)
}

// fresh is a form with what is likely: today, the planned reception, the
// deputy's own station, oneself.
func (h handler) fresh(r *http.Request, c station.Choices) (visitForm, error) {
	actor := page.Actor(r)
	f := visitForm{Key: page.Key(), HeldOn: calendar.ISO(h.site.Now()), Opinions: make([]opinionForm, 1)}
	at := c.Mine
	if asked := page.Int64(r.URL.Query().Get("station")); asked != 0 {
		at = asked
	}
	rec, err := h.expected(r, c, at)
	if err != nil {
		return f, err
	}
	if rec.ID != 0 {
		at = rec.StationID
		f.Reception, f.HeldOn, f.FromTime, f.ToTime, f.Deputies = page.Number(rec.ID), calendar.ISO(rec.HeldOn), rec.FromTime, rec.ToTime, strs(rec.DeputyIDs)
	}
	if at != 0 {
		f.Station = page.Number(at)
	}
	if me := page.Number(actor.DeputyID); actor.DeputyID != 0 && !slices.Contains(f.Deputies, me) {
		f.Deputies = append(f.Deputies, me)
	}
	if actor.DeputyID == 0 {
		f.Staff = actor.Name
	}
	return f, nil
}

// expected is the planned reception that the visit most likely is: the one asked
// for, or today's at which the actor is due.
func (h handler) expected(r *http.Request, c station.Choices, at int64) (rec station.Reception, err error) {
	actor := page.Actor(r)
	if id := page.Int64(r.URL.Query().Get("reception")); id != 0 {
		return h.stations.Reception(r.Context(), actor, id)
	}
	for _, rec := range c.Receptions {
		due := rec.StationID == at
		if actor.DeputyID != 0 {
			due = slices.Contains(rec.DeputyIDs, actor.DeputyID)
		}
		if due || actor.DeputyID == 0 && at == 0 && len(c.Receptions) == 1 {
			return rec, nil
		}
	}
	return rec, nil
}

func (h handler) showVisitForm(w http.ResponseWriter, r *http.Request, code int, f visitForm, bad fault.Fields, c station.Choices, draft time.Time) error {
	actor := page.Actor(r)
	if len(f.Opinions) == 0 {
		f.Opinions = make([]opinionForm, 1)
	}
	v := visitFormView{
		form: f, bad: bad, choices: c, office: actor.DeputyID == 0, person: page.Number(actor.UserID),
		full: len(f.Opinions) >= station.MostOpinions, photos: code != http.StatusOK || f.Act != "",
	}
	if !draft.IsZero() {
		v.draft = calendar.Near(h.site.Now(), draft) + draft.In(calendar.Zone).Format(" 15:04")
	}
	v.near, v.others = split(c, f, actor)
	return page.Render(w, r, code, visitFormPage(v))
}

// split puts the deputies who are likely there before the others.
func split(c station.Choices, f visitForm, actor access.Actor) (near, others []ui.Option) {
	likely := append(strs(c.At(page.Int64(f.Station))), f.Deputies...)
	if actor.DeputyID != 0 {
		likely = append(likely, page.Number(actor.DeputyID))
	}
	for _, o := range page.Rows(c.Deputies, "") {
		if slices.Contains(likely, o.Value) {
			near = append(near, o)
		} else {
			others = append(others, o)
		}
	}
	if near == nil {
		return others, nil
	}
	return near, others
}

// logVisit logs the visit, or, for a button that only changes the form, shows it
// again with everything that was typed.
func (h handler) logVisit(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Upload[visitForm](w, r)
	if err != nil {
		return err
	}
	if f.Act != "" {
		return h.again(w, r, http.StatusOK, f.act(), nil)
	}
	v, rows, bad := f.parse(func(name string) []file.Upload { return page.Files(r, name) })
	if len(bad) > 0 {
		return h.again(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	id, err := h.stations.LogVisit(r.Context(), page.Actor(r), v)
	if bad, ok := page.Complaints(err); ok {
		return h.again(w, r, http.StatusUnprocessableEntity, f, placed(bad, rows))
	}
	if err != nil {
		return err
	}
	return page.Redirect(w, r, page.VisitURL(id)+"/receipts")
}

func (h handler) again(w http.ResponseWriter, r *http.Request, code int, f visitForm, bad fault.Fields) error {
	choices, err := h.stations.Choices(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	return h.showVisitForm(w, r, code, f, bad, choices, time.Time{})
}

// act does what the pressed button says: one opinion more, or one less.
func (f visitForm) act() visitForm {
	if f.Act == "add" && len(f.Opinions) < station.MostOpinions {
		f.Opinions = append(f.Opinions, opinionForm{})
	}
	if n, ok := strings.CutPrefix(f.Act, "remove-"); ok {
		if i, err := strconv.Atoi(n); err == nil && 0 <= i && i < len(f.Opinions) {
			f.Opinions = slices.Delete(f.Opinions, i, i+1)
		}
	}
	return f
}

// saveDraft keeps what was typed: by a button, or by the page itself from time
// to time.
func (h handler) saveDraft(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Upload[visitForm](w, r)
	if err != nil {
		return err
	}
	if err := h.stations.SaveDraft(r.Context(), page.Actor(r), f.Key, f); err != nil {
		return err
	}
	if f.Act == "autosave" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return page.Done(w, r, page.NewVisitURL, "草稿已保存，什么时候回来都可以接着填。照片要提交时再选。")
}

// dropDraft forgets the draft and starts afresh.
func (h handler) dropDraft(w http.ResponseWriter, r *http.Request) error {
	if err := h.stations.DropDraft(r.Context(), page.Actor(r)); err != nil {
		return err
	}
	return page.Redirect(w, r, page.NewVisitURL)
}
