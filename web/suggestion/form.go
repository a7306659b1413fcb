package suggestion

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/suggestion"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typed is the form of a suggestion as it was typed.
type typed struct {
	Key       string   `form:"key"`
	Version   string   `form:"version"`
	Class     string   `form:"class"`
	Lead      string   `form:"lead"`
	Title     string   `form:"title"`
	Category  string   `form:"category"`
	Facts     string   `form:"facts"`
	Analysis  string   `form:"analysis"`
	Proposals string   `form:"proposals"`
	Open      string   `form:"open"`
	Contact   string   `form:"contact"`
	Signers   []string `form:"signers"`
	Opinions  []string `form:"opinions"`
}

// parse turns what was typed into a text, or complaints. Class and lead are asked of a
// new one only.
func (f *typed) parse(actor access.Actor, fresh bool) (suggestion.Text, fault.Fields) {
	var r text.Reader
	t := suggestion.Text{
		Title:     r.Line("title", f.Title, "题目", suggestion.MaxTitle, true),
		Category:  r.Choice("category", f.Category, "类别", choice.Keys(suggestion.Categories)...),
		Facts:     r.Text("facts", f.Facts, "情况和问题", suggestion.MaxText, true),
		Analysis:  r.Text("analysis", f.Analysis, "原因分析", suggestion.MaxText, false),
		Proposals: r.Text("proposals", f.Proposals, "具体建议", suggestion.MaxText, true),
		Open:      f.Open == "yes", Contact: f.Contact == "yes",
		Signers: ids(f.Signers, suggestion.MaxSigners), Opinions: ids(f.Opinions, suggestion.MaxSources),
	}
	r.Choice("open", f.Open, "是否公开", "yes", "no")
	r.Choice("contact", f.Contact, "是否希望沟通", "yes", "no")
	if !fresh {
		return t, r.Bad
	}
	t.Key = r.Line("key", f.Key, "表单编号", 64, true)
	t.Class = r.Choice("class", f.Class, "种类", choice.Keys(suggestion.Classes)...)
	if actor.DeputyID == 0 {
		if t.LeadID = page.Int64(f.Lead); t.LeadID == 0 {
			r.Bad.Add("lead", "请选择领衔代表")
		}
	}
	return t, r.Bad
}

func ids(list []string, most int) (out []int64) {
	for _, v := range list {
		if id := page.Int64(v); id > 0 && !slices.Contains(out, id) && len(out) < most {
			out = append(out, id)
		}
	}
	return out
}

// formView is the page of the form.
type formView struct {
	typed   typed
	bad     fault.Fields
	known   *suggestion.Record // nil for a new one
	stale   bool
	choices suggestion.Choices
	sources []suggestion.Source
	leads   bool // the form asks who leads
	own     int64
	chosen  string // the files that were chosen
}

func (v *formView) title() string {
	if v.known == nil {
		return "起草代表建议"
	}
	return "修改建议"
}

func (v *formView) head() ui.PageHead {
	head := ui.PageHead{Title: v.title(), Back: &ui.Link{Label: "代表建议", URL: page.SuggestionsURL}}
	if v.known != nil {
		head.Back = &ui.Link{Label: v.known.Title, URL: page.SuggestionURL(v.known.ID)}
		if len(v.known.Signers) > 1 {
			head.Sub = "内容有改动的，其他署名代表要重新确认。"
		}
	}
	return head
}

func (v *formView) action() string {
	if v.known != nil {
		return page.SuggestionURL(v.known.ID)
	}
	return page.SuggestionsURL
}

// signers are who may be asked to sign: the deputies but the lead.
func (v *formView) signers() []ui.Option {
	rows := slices.DeleteFunc(slices.Clone(v.choices.Deputies), func(c choice.Row) bool { return c.ID == v.own })
	return page.Rows(rows, "")
}

func yesNo(yes, no string) []ui.Option {
	return []ui.Option{{Value: "yes", Label: yes}, {Value: "no", Label: no}}
}

var classHints = map[string]string{
	suggestion.City:   "经市人大常委会代表工作机构受理、交办",
	suggestion.Street: "只涉及本街道的事项，由街道工委交办、督办；与市人大代表建议分开统计",
}

func classes() []ui.Option {
	list := page.Terms(suggestion.Classes, "")
	for i := range list {
		list[i].Hint = classHints[list[i].Value]
	}
	return list
}

// show fills in what the form offers and shows it.
func (h handler) show(w http.ResponseWriter, r *http.Request, code int, v *formView) error {
	actor := page.Actor(r)
	var err error
	if v.choices, err = h.suggestions.Choices(r.Context(), actor); err != nil {
		return err
	}
	if v.known == nil {
		if v.sources, err = h.suggestions.Sources(r.Context(), actor, ids(v.typed.Opinions, suggestion.MaxSources)); err != nil {
			return err
		}
	}
	v.leads, v.own = v.known == nil && actor.DeputyID == 0, actor.DeputyID
	if v.known != nil {
		v.own = v.known.LeadID
	}
	v.chosen = page.Chosen(r, "files")
	return page.Render(w, r, code, formPage(v))
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		Opinion string `form:"opinion"`
	}](r)
	v := &formView{typed: typed{Key: page.Key(), Class: suggestion.City, Open: "yes", Contact: "yes"}}
	if page.Int64(q.Opinion) != 0 {
		v.typed.Opinions = []string{q.Opinion}
		from, err := h.suggestions.Sources(r.Context(), page.Actor(r), ids(v.typed.Opinions, 1))
		if err != nil {
			return err
		}
		if len(from) == 0 {
			return fault.NotFound
		}
		v.typed.Facts = from[0].Text
	}
	return h.show(w, r, http.StatusOK, v)
}

func (h handler) draft(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Upload[typed](w, r)
	if err != nil {
		return err
	}
	actor := page.Actor(r)
	t, bad := f.parse(actor, true)
	var id int64
	if err = bad.Err(); err == nil {
		t.Files = page.Files(r, "files")
		id, err = h.suggestions.Draft(r.Context(), actor, t)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.show(w, r, http.StatusUnprocessableEntity, &formView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	said := "已存为草稿。接着可以提交，也可以先送小组、工委审核。"
	if len(t.Signers) > 0 {
		said = "已存为草稿，并已请联名代表确认。全部确认后提交。"
	}
	return page.Done(w, r, page.SuggestionURL(id), said)
}

func (h handler) edit(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if !rec.Revisable(page.Actor(r)) {
		return page.Redirect(w, r, page.SuggestionURL(rec.ID))
	}
	f := typed{
		Version: strconv.Itoa(rec.Version), Title: rec.Title, Category: rec.Category, Facts: rec.Facts, Analysis: rec.Analysis, Proposals: rec.Proposals,
		Open: said(rec.Open), Contact: said(rec.Contact),
	}
	for _, g := range rec.Signers {
		if !g.Lead {
			f.Signers = append(f.Signers, page.Number(g.DeputyID))
		}
	}
	return h.show(w, r, http.StatusOK, &formView{known: &rec, typed: f})
}

func said(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func (h handler) revise(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Upload[typed](w, r)
	if err != nil {
		return err
	}
	actor := page.Actor(r)
	t, bad := f.parse(actor, false)
	if err = bad.Err(); err == nil {
		t.Files = page.Files(r, "files")
		err = h.suggestions.Revise(r.Context(), actor, suggestion.Step{ID: id, Version: page.Version(f.Version)}, t)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.SuggestionURL(id), "已保存。")
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
