package institution

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/institution"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typed is the form of a draft as it was typed.
type typed struct {
	Key      string `form:"key"`
	Version  string `form:"version"`
	Tier     string `form:"tier"`
	Core     string `form:"core"`
	Title    string `form:"title"`
	Text     string `form:"text"`
	Replaces string `form:"replaces"`
	Adopts   string `form:"adopts"`
}

func (f *typed) parse(actor access.Actor) (institution.New, fault.Fields) {
	var r text.Reader
	n := institution.New{
		Key: r.Line("key", f.Key, "表单", 100, true), Tier: "X", ReplacesID: page.Int64(f.Replaces), AdoptsID: page.Int64(f.Adopts),
		Text: r.Text("text", f.Text, "条文", institution.MaxText, true),
	}
	if actor.StreetID == 0 {
		n.Tier = r.Choice("tier", f.Tier, "类别", "1", "5")
	}
	if n.Tier == "5" {
		n.Core = r.Choice("core", f.Core, "重点制度", choice.Keys(institution.Cores)...)
	} else {
		n.Title = r.Line("title", f.Title, "制度名称", institution.MaxTitle, true)
	}
	return n, r.Bad
}

// formView is the page with the text of a draft, new or known.
type formView struct {
	typed   typed
	bad     fault.Fields
	known   *institution.Record // nil for a new one
	city    bool
	cores   []ui.Option
	rules   []choice.Row
	adopted string // the rule of another street whose text it begins with
	stale   []institution.Change
}

func (v *formView) title() string {
	if v.known != nil {
		return "修改条文"
	}
	return "起草制度"
}

func (v *formView) head() ui.PageHead {
	if v.known != nil {
		return ui.PageHead{Title: v.title(), Back: &ui.Link{Label: v.known.Title, URL: page.InstitutionURL(v.known.ID)}}
	}
	return ui.PageHead{Title: v.title(), Back: &ui.Link{Label: "制度", URL: page.InstitutionsURL}}
}

func (v *formView) action() string {
	if v.known != nil {
		return page.InstitutionURL(v.known.ID) + "/text"
	}
	return page.InstitutionsURL
}

func (v *formView) hint() string {
	s := "每条另起一段，从“第一条”写起；一条里可以分款、分项。"
	if v.known != nil && v.known.Latest().Ordinal > 1 {
		s += "原有各条保留编号：不再适用的写“第三条　（废止）”，两条之间插入的写“第三条之一”。"
	}
	return s
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		From string `form:"from"`
	}](r)
	f := typed{Key: page.Key()}
	if id := page.Int64(q.From); id != 0 && page.Actor(r).StreetID != 0 {
		rec, err := h.rules.Record(r.Context(), page.Actor(r), id, institution.Ask{On: h.today()})
		if err != nil {
			return err
		}
		f.Adopts, f.Title, f.Text = q.From, rec.Title, institution.TypeText(renumbered(rec.Text))
	}
	return h.showForm(w, r, http.StatusOK, &formView{typed: f})
}

// renumbered counts the clauses of another rule's text anew, leaving out what was
// repealed: a new rule's numbers begin at one.
func renumbered(clauses []institution.Clause) []institution.Clause {
	var list []institution.Clause
	for _, c := range clauses {
		if !c.Repealed {
			c.Place = institution.Place{Number: len(list) + 1}
			list = append(list, c)
		}
	}
	return list
}

func (h handler) showForm(w http.ResponseWriter, r *http.Request, code int, v *formView) error {
	actor := page.Actor(r)
	v.city = actor.StreetID == 0
	if v.known == nil {
		c, err := h.rules.Choices(r.Context(), actor)
		if err != nil {
			return err
		}
		v.rules = c.Rules
		for _, t := range institution.Cores {
			if slices.Contains(c.Cores, t.Key) {
				v.cores = append(v.cores, ui.Option{Value: t.Key, Label: t.Name})
			}
		}
		if id := page.Int64(v.typed.Adopts); id != 0 {
			rec, err := h.rules.Record(r.Context(), actor, id, institution.Ask{})
			switch {
			case err == nil:
				v.adopted = rec.Street + "《" + rec.Title + "》"
			case !errors.Is(err, fault.NotFound):
				return err
			}
		}
	}
	return page.Render(w, r, code, formPage(v))
}

func (h handler) draft(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse(page.Actor(r))
	var id int64
	if len(bad) == 0 {
		id, err = h.rules.Draft(r.Context(), page.Actor(r), n)
		bad, _ = page.Complaints(err)
	}
	switch {
	case len(bad) > 0:
		return h.showForm(w, r, http.StatusUnprocessableEntity, &formView{typed: f, bad: bad})
	case err != nil:
		return err
	}
	return page.Done(w, r, page.InstitutionURL(id), "草案已保存。")
}

func (h handler) textForm(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r, institution.Ask{})
	if err != nil {
		return err
	}
	if !rec.MayWrite(page.Actor(r)) {
		return page.Redirect(w, r, page.InstitutionURL(rec.ID))
	}
	return h.showForm(w, r, http.StatusOK, &formView{known: &rec, typed: typed{
		Version: strconv.Itoa(rec.Version), Title: rec.Title, Text: institution.TypeText(rec.Text),
	}})
}

func (h handler) write(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r, institution.Ask{})
	if err != nil {
		return err
	}
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	var in text.Reader
	title := in.Line("title", f.Title, "制度名称", institution.MaxTitle, false)
	body := in.Text("text", f.Text, "条文", institution.MaxText, true)
	version, _ := strconv.Atoi(f.Version)
	err = in.Bad.Err()
	if err == nil {
		err = h.rules.Write(r.Context(), page.Actor(r), institution.Step{ID: rec.ID, Version: version}, title, body)
	}
	v := &formView{known: &rec, typed: f}
	var complaints bool
	v.bad, complaints = page.Complaints(err)
	switch {
	case err == nil:
		return page.Done(w, r, page.InstitutionURL(rec.ID), "条文已保存。")
	case complaints:
		return h.showForm(w, r, http.StatusUnprocessableEntity, v)
	case errors.Is(err, fault.Stale):
		mine, _ := institution.ReadText(body, nil)
		v.typed.Version, v.stale = strconv.Itoa(rec.Version), institution.Compare(rec.Text, mine)
		return h.showForm(w, r, http.StatusConflict, v)
	}
	return err
}
