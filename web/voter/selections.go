package voter

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/procedure"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// perPage is how many rows a page of a list has.
const perPage = 50

// selectionQuery is the list's address.
type selectionQuery struct {
	Street string `form:"street"`
	State  string `form:"state"`
	Kind   string `form:"kind"`
	After  string `form:"after"`
}

func (q selectionQuery) narrowed() bool { return q.Street+q.State+q.Kind != "" }

// selectionsView is what the list of selections shows.
type selectionsView struct {
	head        ui.PageHead
	query       selectionQuery
	city        bool
	streets     []choice.Row
	vacant      int
	table       ui.Table
	next, first string
}

func (h handler) selections(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[selectionQuery](r), page.Actor(r)
	l, err := h.voters.Selections(r.Context(), actor, voter.SelectionFilter{
		StreetID: page.Int64(q.Street), State: q.State, Kind: q.Kind, After: db.ParseCursor(q.After), Limit: perPage,
	})
	if err != nil {
		return err
	}
	v := selectionsView{query: q, city: actor.StreetID == 0, streets: l.Streets, next: page.Next(r, l.Next.String())}
	v.head = ui.PageHead{Title: "推选工作", Sub: "选民代表在各选区推选产生，是工委听取意见的代表，不是人大代表。"}
	if actor.May(access.KeepSelections) {
		v.head.Primary = &ui.Link{Label: "启动换届推选", URL: page.SelectionsURL + "/new", Icon: "plus"}
		if v.vacant = l.Vacant; v.vacant > 0 {
			v.head.Links = []ui.Link{{Label: "启动补选", URL: page.SelectionsURL + "/by/new"}}
		}
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.table = h.selectionTable(l.Lines, l.Calendar, v.city)
	return page.OK(w, r, selectionsPage(v))
}

func (h handler) selectionTable(lines []voter.SelectionLine, cal *calendar.Calendar, city bool) ui.Table {
	t := ui.Table{Caption: "推选工作", Columns: []ui.Column{
		{Label: "推选"}, {Label: "状态"}, {Label: "期限"}, {Label: "名额", Number: true, Less: true}, {Label: "人选", Number: true, Less: true}, {Label: "当选", Number: true, Less: true},
	}}
	for _, l := range lines {
		url := page.SelectionURL(l.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title(), URL: url, Sub: calendar.Date(l.TermFrom) + "起"},
			{Status: status(l.State), Sub: voter.Procedure.Info(l.State).Turn},
			{},
			{Text: strconv.Itoa(l.Seats)},
			{Text: strconv.Itoa(l.Candidates)},
			{Text: strconv.Itoa(l.Selected)},
		}}
		if city {
			row.Cells[0].Sub = l.Street
		}
		if l.DueOn != nil {
			row.Cells[2].Due = runs(cal, h, l)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// runs says how long the publicity still runs. When it has run it is time to
// go on, not late.
func runs(cal *calendar.Calendar, h handler, l voter.SelectionLine) *ui.Due {
	if now := calendar.On(h.voters.Now()); now.After(*l.DueOn) {
		return &ui.Due{Text: "公示已于" + calendar.MonthDay(*l.DueOn) + "期满", Tone: ui.ToneWait, URL: page.DeadlineURL(l.DeadlineID)}
	}
	d := page.Due(cal, h.voters.Now(), "公示", *l.DueOn, l.DeadlineID)
	d.Tone = ui.ToneGo
	return d
}

func status(s procedure.State) *ui.Status {
	tone := ui.ToneWait
	switch s {
	case voter.Ended, voter.Stopped:
		tone = ui.ToneDone
	case voter.Confirmed, voter.Announced:
		tone = ui.ToneGo
	}
	return &ui.Status{Text: voter.Procedure.Info(s).Name, Tone: tone}
}

func states() []ui.Option {
	list := []ui.Option{{Label: "全部"}}
	for _, s := range voter.Procedure.States {
		list = append(list, ui.Option{Value: string(s.State), Label: s.Name})
	}
	return list
}
