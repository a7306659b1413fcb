package person

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/person"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

const perPage = 50

// query is the list's address.
type query struct {
	Street string `form:"street"`
	Text   string `form:"q"`
	After  string `form:"after"`
}

// listView is what the page of people shows.
type listView struct {
	head        ui.PageHead
	query       query
	streets     []ui.Option // for who acts for the city
	pairs       string
	table       ui.Table
	next, first string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	var read text.Reader
	l, err := h.people.People(r.Context(), actor, person.Filter{
		StreetID: page.Int64(q.Street), Text: read.Line("q", q.Text, "查找", text.Name, false), After: page.Int64(q.After), Limit: perPage,
	})
	if err != nil {
		return err
	}
	v := listView{query: q, head: ui.PageHead{Title: "人员", Sub: "在本街道担任职务、当选代表或参加队伍的人。一个人只有一条，身份再多也算一个人。"}}
	if actor.StreetID == 0 {
		v.query.Street, v.streets = page.Number(l.StreetID), page.Rows(l.Streets, "")
	}
	if l.Pairs > 0 && actor.May(access.MergePeople) {
		v.pairs = "有 " + strconv.Itoa(l.Pairs) + " 组可能重复的人员"
	}
	if l.Next != 0 {
		v.next = page.Next(r, page.Number(l.Next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.table = table(l.Lines)
	return page.OK(w, r, listPage(v))
}

func table(lines []person.Line) ui.Table {
	t := ui.Table{Caption: "人员", Columns: []ui.Column{{Label: "姓名"}, {Label: "性别", Less: true}, {Label: "出生年份", Number: true, Less: true}, {Label: "工作单位和职务"}, {Label: "联系电话"}}}
	for _, l := range lines {
		t.Rows = append(t.Rows, ui.Row{URL: page.PersonURL(l.ID), Cells: []ui.Cell{
			{Text: l.Name, URL: page.PersonURL(l.ID)}, {Text: choice.Name(person.Sexes, l.Sex)}, {Text: year(l.Born)}, {Text: l.Work}, {Text: l.PhoneMask},
		}})
	}
	return t
}

func year(born *int) string {
	if born == nil {
		return ""
	}
	return strconv.Itoa(*born)
}
