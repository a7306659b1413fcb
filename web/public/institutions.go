package public

import (
	"net/http"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/institution"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// rulesAtOnce is how many rules a page lists.
const rulesAtOnce = 50

// ruleQuery is the list's address.
type ruleQuery struct {
	Street string `form:"street"`
	Tier   string `form:"tier"`
	Text   string `form:"q"`
	On     string `form:"on"`
	After  string `form:"after"`
}

func (q ruleQuery) on() time.Time {
	var r text.Reader
	return r.Date("on", q.On, "日期", false)
}

func (q ruleQuery) words() string {
	var r text.Reader
	return r.Line("q", q.Text, "名称", institution.MaxTitle, false)
}

type rulesView struct {
	query       ruleQuery
	streets     []ui.Option
	table       ui.Table
	next, first string
}

func (h handler) institutions(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[ruleQuery](r)
	streets, err := h.streets(r.Context())
	if err != nil {
		return err
	}
	list, next, err := h.Rules.PublicRules(r.Context(), institution.PublicFilter{
		StreetID: page.Int64(q.Street), Tier: q.Tier, Text: q.words(), On: q.on(), After: page.Int64(q.After), Limit: rulesAtOnce,
	})
	if err != nil {
		return err
	}
	v := rulesView{query: q, streets: streets, table: ui.Table{
		Caption: "制度", Columns: []ui.Column{{Label: "名称"}, {Label: "制定"}, {Label: "类别"}, {Label: "现在"}},
	}}
	for _, l := range list {
		url := page.PublicInstitutionURL(l.ID)
		if on := q.on(); !on.IsZero() {
			url += "?on=" + calendar.ISO(on)
		}
		v.table.Rows = append(v.table.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title, URL: url}, {Text: issuerName(l.Street)}, {Text: choice.Name(institution.Tiers, l.Tier)}, {Text: h.standing(l)},
		}})
	}
	if next != 0 {
		v.next = page.Next(r, page.Number(next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	return page.OK(w, r, institutionsPage(v))
}

func issuerName(street string) string {
	if street == "" {
		return "市人大常委会"
	}
	return "人大" + street + "工委"
}

// standing is where a rule stands today, for residents.
func (h handler) standing(l institution.Line) string {
	v := institution.Version{State: l.State, EffectiveOn: l.EffectiveOn, EndedOn: l.EndedOn}
	name := institution.StateName(l.StreetID, &v, calendar.On(h.site.Now()))
	if l.InForce > 0 && l.TrialUntil != nil {
		return name + "，试行至" + calendar.Date(*l.TrialUntil)
	}
	return name
}

type ruleView struct {
	rule     institution.Public
	on       string
	facts    []ui.Fact
	versions ui.Table
}

func (h handler) institution(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	q := page.Query[ruleQuery](r)
	rule, err := h.Rules.PublicRule(r.Context(), id, q.on())
	if err != nil {
		return err
	}
	v := ruleView{rule: rule, on: q.On, facts: []ui.Fact{{Label: "制定", Text: rule.Issuer()}, {Label: "类别", Text: institution.TierLine(rule.Tier)}}}
	if s := rule.Shown; s != nil {
		v.facts = append(v.facts, given([]ui.Fact{
			{Label: "文号", Text: s.DocNumber},
			{Label: "施行", Text: page.Day(s.EffectiveOn)},
			{Label: "试行期满", Text: page.Day(s.TrialUntil)},
			{Label: "失效", Text: page.Day(s.EndedOn)},
		})...)
	}
	if rule.ReplacesID != 0 {
		v.facts = append(v.facts, ui.Fact{Label: "替代", Text: rule.Replaces, URL: page.PublicInstitutionURL(rule.ReplacesID)})
	}
	if rule.ReplacedByID != 0 {
		v.facts = append(v.facts, ui.Fact{Label: "被替代", Text: rule.ReplacedBy, URL: page.PublicInstitutionURL(rule.ReplacedByID)})
	}
	v.versions = ui.Table{Caption: "历次文本", Columns: []ui.Column{{Label: "施行"}, {Label: "失效"}, {Label: "文号"}, {Label: "修订原因"}}}
	for _, x := range rule.Versions {
		if x.EffectiveOn == nil {
			continue
		}
		url := page.PublicInstitutionURL(id) + "?on=" + calendar.ISO(*x.EffectiveOn)
		v.versions.Rows = append(v.versions.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: page.Day(x.EffectiveOn), URL: url}, {Text: page.Day(x.EndedOn)}, {Text: x.DocNumber}, {Text: x.Reason},
		}})
	}
	return page.OK(w, r, institutionPage(v))
}
