package institution

import (
	"net/http"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/institution"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// perPage is how many rules a page of the list has.
const perPage = 50

// query is the list's address.
type query struct {
	On     string `form:"on"`
	Tier   string `form:"tier"`
	Street string `form:"street"`
	Scope  string `form:"scope"`
	Text   string `form:"q"`
	After  string `form:"after"`
}

func (q query) narrowed() bool { return q.On+q.Tier+q.Street+q.Text != "" }

func (q query) filter() institution.Filter {
	var r text.Reader
	f := institution.Filter{
		StreetID: page.Int64(q.Street), Tier: q.Tier, Text: r.Line("q", q.Text, "查找", institution.MaxTitle, false),
		On: r.Date("on", q.On, "日期", false), After: page.Int64(q.After), Limit: perPage,
	}
	if q.Scope == "others" {
		f.Scope = q.Scope
	}
	return f
}

// listView is what the list shows: rules, or the texts of a day.
type listView struct {
	head        ui.PageHead
	views       []ui.NavItem
	query       query
	streets     []choice.Row
	city        bool
	table       ui.Table
	books       []institution.Book
	on          time.Time
	next, first string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	f := q.filter()
	v := listView{query: q, city: actor.StreetID == 0, on: f.On, views: views(q, actor), head: head(actor)}
	choices, err := h.rules.Choices(r.Context(), actor)
	if err != nil {
		return err
	}
	v.streets = choices.Streets
	if !f.On.IsZero() {
		if v.books, err = h.rules.Books(r.Context(), actor, f); err != nil {
			return err
		}
		v.head.Count, v.head.Sub = strconv.Itoa(len(v.books))+" 项", calendar.Date(f.On)+"施行的制度"
		v.head.Print = true
		return page.OK(w, r, listPage(v))
	}
	lines, next, err := h.rules.Institutions(r.Context(), actor, f)
	if err != nil {
		return err
	}
	if next != 0 {
		v.next = page.Next(r, page.Number(next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.table = h.table(lines)
	return page.OK(w, r, listPage(v))
}

func head(actor access.Actor) ui.PageHead {
	head := ui.PageHead{Title: "制度", Sub: "“1+5+X”：市里的总体制度和五项重点制度，各街道自己的制度。"}
	if makes(actor) {
		head.Primary = &ui.Link{Label: "起草制度", URL: page.NewInstitutionURL, Icon: "plus"}
	}
	if actor.May(access.ViewLanding) {
		head.Links = []ui.Link{{Label: "落实情况", URL: page.LandingsURL}, {Label: "沉睡条款", URL: page.SleepingURL}}
	}
	return head
}

func views(q query, actor access.Actor) []ui.NavItem {
	items := []ui.NavItem{{Label: "全部", URL: page.InstitutionsURL, Current: q.Scope == "" && !q.narrowed()}}
	for _, t := range institution.Tiers {
		items = append(items, ui.NavItem{
			Label: institution.TierLine(t.Key), URL: page.FilteredURL(page.InstitutionsURL, "tier", t.Key),
			Current: q.Tier == t.Key && q.Scope == "" && q.On+q.Street+q.Text == "",
		})
	}
	if actor.StreetID != 0 {
		items = append(items, ui.NavItem{Label: "其他街道", URL: page.FilteredURL(page.InstitutionsURL, "scope", "others"), Current: q.Scope == "others"})
	}
	return items
}

func (h handler) table(lines []institution.Line) ui.Table {
	t := ui.Table{Caption: "制度", Columns: []ui.Column{
		{Label: "名称"}, {Label: "类别", Less: true}, {Label: "制定", Less: true}, {Label: "状态"}, {Label: "现行", Less: true}, {Label: "文号", Less: true},
	}}
	for _, l := range lines {
		url := page.InstitutionURL(l.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title, URL: url, Sub: h.trial(l)},
			{Text: institution.TierLine(l.Tier)},
			{Text: issuer(l.Street)},
			{Status: status(l, h.today())},
			{Text: inForce(l)},
			{Text: l.DocNumber},
		}}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (h handler) today() time.Time { return calendar.On(h.rules.Now()) }

// trial says when a trial period ends.
func (h handler) trial(l institution.Line) string {
	if l.TrialUntil == nil || l.InForce == 0 {
		return ""
	}
	return "试行至" + calendar.Date(*l.TrialUntil)
}

func issuer(street string) string {
	if street == "" {
		return "市人大常委会"
	}
	return street
}

func inForce(l institution.Line) string {
	if l.InForce == 0 {
		return "—"
	}
	return draftName(l.InForce)
}

func status(l institution.Line, today time.Time) *ui.Status {
	v := institution.Version{State: l.State, EffectiveOn: l.EffectiveOn, EndedOn: l.EndedOn}
	return stateTag(l.StreetID, &v, today)
}

// stateTag is where a version stands, in words and colour.
func stateTag(street int64, v *institution.Version, today time.Time) *ui.Status {
	s := &ui.Status{Text: institution.StateName(street, v, today), Tone: ui.TonePlain}
	switch {
	case v.On(today):
		s.Tone = ui.ToneGo
	case v.State == institution.Returned || v.State == institution.Rejected:
		s.Tone = ui.ToneStop
	case !institution.Info(street, v.State).Ended:
		s.Tone = ui.ToneWait
	}
	return s
}
