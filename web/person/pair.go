package person

import (
	"net/http"
	"strings"

	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// same names what two rows have in common beside the name.
var same = map[string]string{"phone": "号码", "born": "出生年份", "work": "工作单位"}

func (h handler) pairs(w http.ResponseWriter, r *http.Request) error {
	list, err := h.people.Pairs(r.Context(), page.Actor(r), 0)
	if err != nil {
		return err
	}
	t := ui.Table{Caption: "可能重复的人员", Columns: []ui.Column{{Label: "姓名"}, {Label: "相同的"}, {Label: "一条"}, {Label: "另一条"}}}
	for _, p := range list {
		var what []string
		for _, s := range p.Same {
			what = append(what, same[s])
		}
		url := page.PairURL(p.ID)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: p.Name, URL: url}, {Text: "姓名、" + strings.Join(what, "、")}, {Text: roleless(p.FirstRoles), Sub: p.FirstWork}, {Text: roleless(p.SecondRoles), Sub: p.SecondWork},
		}})
	}
	return page.OK(w, r, pairsPage(t))
}

func roleless(roles string) string {
	if roles == "" {
		return "没有身份"
	}
	return roles
}

// pairView is the page that shows two rows side by side.
type pairView struct {
	id            int64
	first, second person.Record
	rows          []pairRow
	table         [2]ui.Table
	merge, apart  panel
	done          bool
	bad           fault.Fields
}

// pairRow is one fact of both.
type pairRow struct {
	label, first, second string
	equal                bool
}

func (h handler) pair(w http.ResponseWriter, r *http.Request) error {
	return h.showPair(w, r, http.StatusOK, nil)
}

func (h handler) showPair(w http.ResponseWriter, r *http.Request, code int, bad fault.Fields) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	actor := page.Actor(r)
	v := &pairView{id: id, bad: bad}
	if v.first, v.second, err = h.people.Pair(r.Context(), actor, id); err != nil {
		return err
	}
	v.done = v.first.MergedInto != 0 || v.second.MergedInto != 0
	a, b := facts(&v.first), facts(&v.second)
	for _, label := range []string{"性别", "出生年份", "工作单位和职务", "联系电话", "登录账号", "编号"} {
		x, y := factOf(a, label), factOf(b, label)
		v.rows = append(v.rows, pairRow{label, x, y, x == y && x != ""})
	}
	v.table = [2]ui.Table{partsTable(actor, v.first.Parts), partsTable(actor, v.second.Parts)}
	v.merge = panel{ui.Move{
		Label: "是同一个人，合并", Action: page.PairURL(id) + "/merge", Primary: true, Grave: true, Button: "合并",
		Consequence: "合并后各名册都显示保留的姓名，两条记录的身份归到一个人名下，统计只算一人。30 日内可以撤销。",
	}, []ui.Control{
		{Kind: "radio", Field: ui.Field{Name: "keep", Label: "保留哪一条", Value: r.PostFormValue("keep"), Options: []ui.Option{
			{Value: "first", Label: "编号 " + page.Number(v.first.ID), Hint: v.first.Work}, {Value: "second", Label: "编号 " + page.Number(v.second.ID), Hint: v.second.Work},
		}}.For(bad)},
		{Kind: "input", Field: ui.Field{Name: "why", Label: "合并依据", Hint: "例如 本人确认，或身份证件核对一致", Value: r.PostFormValue("why"), Max: person.MaxReason}.For(bad)},
	}}
	v.apart = panel{ui.Move{Label: "不是同一个人", Action: page.PairURL(id) + "/apart", Consequence: "以后不再提示这两条。"}, []ui.Control{
		{Kind: "input", Field: ui.Field{Name: "apart-why", Label: "依据", Value: r.PostFormValue("apart-why"), Max: person.MaxReason}.For(bad)},
	}}
	v.merge.Open = bad.For("keep")+bad.For("why") != ""
	v.apart.Open = bad.For("apart-why") != ""
	return page.Render(w, r, code, pairPage(v))
}

func factOf(list []ui.Fact, label string) string {
	for _, f := range list {
		if f.Label == label {
			return f.Text
		}
	}
	return ""
}

func (h handler) merge(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Keep string `form:"keep"`
		Why  string `form:"why"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	keep := read.Choice("keep", f.Keep, "保留哪一条", "first", "second")
	why := read.Line("why", f.Why, "合并依据", person.MaxReason, true)
	first, second, err := h.people.Pair(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	kept, other := first.ID, second.ID
	if keep == "second" {
		kept, other = other, kept
	}
	err = read.Bad.Err()
	if err == nil {
		err = h.people.Merge(r.Context(), page.Actor(r), kept, other, why)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showPair(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.PersonURL(kept), "已合并。30 日内可以撤销。")
}

func (h handler) apart(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Why string `form:"apart-why"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	why := read.Line("apart-why", f.Why, "依据", person.MaxReason, true)
	err = read.Bad.Err()
	if err == nil {
		err = h.people.Two(r.Context(), page.Actor(r), id, why)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showPair(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.DuplicatesURL, "已记下：不是同一个人。")
}
