package institution

import (
	"errors"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/institution"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// landingView is the matrix streets × core rules.
type landingView struct {
	head   ui.PageHead
	matrix institution.Matrix
	actor  access.Actor
}

func (h handler) landing(w http.ResponseWriter, r *http.Request) error {
	actor := page.Actor(r)
	m, err := h.rules.Landings(r.Context(), actor)
	if err != nil {
		return err
	}
	if page.Query[struct {
		Format string `form:"format"`
	}](r).Format == "xlsx" {
		return exportLanding(w, &m)
	}
	v := landingView{matrix: m, actor: actor}
	v.head = ui.PageHead{
		Title: "重点制度落实情况", Count: strconv.Itoa(m.Gaps()) + " 处未落实", Back: &ui.Link{Label: "制度", URL: page.InstitutionsURL}, Print: true,
		Links: []ui.Link{{Label: "导出", URL: page.LandingsURL + "?format=xlsx", Icon: "export"}},
	}
	return page.OK(w, r, landingPage(v))
}

func exportLanding(w http.ResponseWriter, m *institution.Matrix) error {
	var rows [][]string
	for _, s := range m.Streets {
		for _, rule := range m.Rules {
			c := m.Of(s.ID, rule.ID)
			rows = append(rows, []string{s.Name, rule.Name, c.Name(), page.Day(c.LandedOn), c.Rule, c.Note})
		}
	}
	page.Attachment(w, "重点制度落实情况.xlsx", document.XLSX)
	return document.WriteXLSX(w, "落实情况", []string{"街道", "制度", "落实情况", "日期", "实施细则", "说明"}, rows)
}

// tag is a cell of the matrix in words and colour: gaps stand out.
func tag(l institution.Landing) ui.Status {
	switch l.Status {
	case "detailed":
		return ui.Status{Text: l.Name(), Tone: ui.ToneGo}
	case "forwarded":
		return ui.Status{Text: l.Name(), Tone: ui.TonePlain}
	}
	return ui.Status{Text: l.Name(), Tone: ui.ToneStop}
}

// landTyped is the form of a landing as it was typed.
type landTyped struct {
	Version string `form:"version"`
	Status  string `form:"status"`
	On      string `form:"landed_on"`
	Rule    string `form:"rule"`
	Note    string `form:"note"`
}

type landView struct {
	rule  choice.Row
	known institution.Landing
	typed landTyped
	rules []choice.Row
	bad   fault.Fields
	stale bool
	files string
}

// cell finds the core rule that the address names, and the street's own cell.
func (h handler) cell(r *http.Request) (v landView, err error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return v, err
	}
	m, err := h.rules.Landings(r.Context(), page.Actor(r))
	if err != nil {
		return v, err
	}
	for _, rule := range m.Rules {
		if rule.ID == id {
			v.rule = rule
		}
	}
	if v.rule.ID == 0 {
		return v, fault.NotFound
	}
	v.known = m.Of(page.Actor(r).StreetID, id)
	c, err := h.rules.Choices(r.Context(), page.Actor(r))
	v.rules = c.Rules
	return v, err
}

func (h handler) landForm(w http.ResponseWriter, r *http.Request) error {
	v, err := h.cell(r)
	if err != nil {
		return err
	}
	v.typed = landTyped{Version: strconv.Itoa(v.known.Version), Status: v.known.Status, On: calendar.ISO(h.today()), Note: v.known.Note}
	if v.known.LandedOn != nil {
		v.typed.On = calendar.ISO(*v.known.LandedOn)
	}
	if v.known.RuleID != 0 {
		v.typed.Rule = page.Number(v.known.RuleID)
	}
	return page.OK(w, r, landPage(v))
}

func (h handler) land(w http.ResponseWriter, r *http.Request) error {
	v, err := h.cell(r)
	if err != nil {
		return err
	}
	if v.typed, err = page.Upload[landTyped](w, r); err != nil {
		return err
	}
	var in text.Reader
	n := institution.NewLanding{
		InstitutionID: v.rule.ID, Status: in.Choice("status", v.typed.Status, "落实情况", choice.Keys(institution.Statuses)...),
		On: in.Date("landed_on", v.typed.On, "落实日期", true), Note: in.Text("note", v.typed.Note, "说明", institution.MaxReason, false),
		RuleID: page.Int64(v.typed.Rule), Files: page.Files(r, "files"),
	}
	n.Version, _ = strconv.Atoi(v.typed.Version)
	if err = in.Bad.Err(); err == nil {
		err = h.rules.Land(r.Context(), page.Actor(r), 0, n)
	}
	var complaints bool
	v.bad, complaints = page.Complaints(err)
	v.files = page.Chosen(r, "files")
	switch {
	case err == nil:
		return page.Done(w, r, page.LandingsURL, "《"+v.rule.Name+"》的落实情况已登记。")
	case complaints:
		return page.Render(w, r, http.StatusUnprocessableEntity, landPage(v))
	case errors.Is(err, fault.Stale):
		v.stale, v.typed.Version = true, strconv.Itoa(v.known.Version)
		return page.Render(w, r, http.StatusConflict, landPage(v))
	}
	return err
}
