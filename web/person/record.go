package person

import (
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// recordView is what the page of one person shows.
type recordView struct {
	rec      person.Record
	head     ui.PageHead
	facts    []ui.Fact
	parts    ui.Table
	merged   *ui.Link // to the person whom this row is the same as
	panels   []panel
	jumps    []ui.Move
	events   []ui.Event
	bad      fault.Fields
	unmasked string
	changed  string // somebody else changed it meanwhile
}

type panel struct {
	ui.Move
	controls []ui.Control
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(h.view(r, rec)))
}

func (h handler) view(r *http.Request, rec person.Record) *recordView {
	actor := page.Actor(r)
	v := &recordView{rec: rec, facts: facts(&rec), parts: partsTable(actor, rec.Parts), events: page.Events(rec.Timeline)}
	v.head = ui.PageHead{Title: rec.Name, Sub: rec.Street, Back: &ui.Link{Label: "人员", URL: page.PeopleURL}}
	if rec.MergedInto != 0 {
		v.merged = &ui.Link{Label: "这条重复记录已经合并，看合并后的人员", URL: page.PersonURL(rec.MergedInto)}
	}
	if actor.May(access.UnmaskPerson) && rec.PhoneMask != "" {
		v.panels = append(v.panels, panel{ui.Move{
			Label: "查看电话", Action: page.PersonURL(rec.ID) + "/phone", Button: "查看", Consequence: "谁在什么时候为什么查看，都会记录下来。",
		}, []ui.Control{{Kind: "input", Field: ui.Field{Name: "phone-reason", Label: "查看理由", Max: person.MaxReason}}}})
	}
	if actor.May(access.AccountPerson) && rec.MergedInto == 0 {
		v.panels = append(v.panels, accountPanel(&rec))
	}
	if actor.May(access.KeepPeople) && rec.MergedInto == 0 {
		v.head.Links = append(v.head.Links, ui.Link{Label: "修改资料", URL: page.PersonURL(rec.ID) + "/edit", Icon: "document"})
	}
	for _, m := range rec.Merges {
		if actor.May(access.MergePeople) && m.Undoable(h.people.Now()) {
			v.panels = append(v.panels, parting(&m))
		}
	}
	for i := range v.panels {
		v.jumps = append(v.jumps, v.panels[i].Move)
	}
	return v
}

func parting(m *person.Merge) panel {
	return panel{ui.Move{
		Label: "撤销与 " + m.Name + " 的合并", Action: page.PeopleURL + "/merges/" + page.Number(m.ID) + "/undo", Button: "撤销合并",
		Consequence: m.Merger + "于 " + calendar.Date(m.MergedAt) + " 合并（" + m.Why + "）。撤销后两条记录恢复原样；" + calendar.Date(m.MergedAt.AddDate(0, 0, person.UndoDays)) + " 之前可以撤销。",
	}, []ui.Control{{Kind: "input", Field: ui.Field{Name: "part-why", ID: "part-why-" + page.Number(m.ID), Label: "撤销理由", Max: person.MaxReason}}}}
}

func facts(rec *person.Record) []ui.Fact {
	list := []ui.Fact{
		{Label: "性别", Text: choice.Name(person.Sexes, rec.Sex)},
		{Label: "出生年份", Text: year(rec.Born)},
		{Label: "工作单位和职务", Text: rec.Work},
		{Label: "联系电话", Text: rec.PhoneMask},
		{Label: "登录账号", Text: map[bool]string{true: "已关联", false: "没有"}[rec.HasAccount]},
		{Label: "编号", Text: page.Number(rec.ID)},
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

// addresses are the pages of the rooms in which a person is something, with the
// permission to open them.
var addresses = map[string]struct {
	need access.Permission
	url  func(int64) string
}{
	"deputy": {access.ViewDeputies, page.DeputyURL}, "expert": {access.ViewExperts, page.ExpertURL}, "officer": {access.ViewOfficers, page.OfficerURL},
	"voter": {access.ViewVoters, page.VoterURL},
}

func partsTable(actor access.Actor, parts []person.Part) ui.Table {
	t := ui.Table{Caption: "各项身份", Columns: []ui.Column{{Label: "身份"}, {Label: "从"}, {Label: "到"}}}
	for _, p := range parts {
		url := ""
		if a, ok := addresses[p.Kind]; ok {
			url = page.LinkTo(actor, a.need, p.ID, a.url)
		}
		until := page.Day(p.UntilOn)
		if until == "" && p.Current {
			until = "今"
		}
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: p.What, Sub: p.More, URL: url}, {Text: page.Day(p.Since)}, {Text: until}}})
	}
	return t
}

// phone shows the person's number once, to who says why.
func (h handler) phone(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Reason string `form:"phone-reason"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	reason := read.Line("phone-reason", f.Reason, "查看理由", person.MaxReason, true)
	if bad := read.Bad; len(bad) > 0 {
		return h.again(w, r, rec, bad)
	}
	phone, err := h.people.UnmaskPhone(r.Context(), page.Actor(r), rec.ID, reason)
	if err != nil {
		return err
	}
	if rec, err = h.read(r); err != nil {
		return err
	}
	v := h.view(r, rec)
	v.unmasked = rec.Name + "的电话：" + phone + "。查看已记录，请只用于工作联系。"
	if phone == "" {
		v.unmasked = "没有登记电话。"
	}
	return page.OK(w, r, recordPage(v))
}

// again shows the record with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, rec person.Record, bad fault.Fields) error {
	return page.Render(w, r, http.StatusUnprocessableEntity, recordPage(h.filled(r, rec, bad)))
}

func (h handler) filled(r *http.Request, rec person.Record, bad fault.Fields) *recordView {
	v := h.view(r, rec)
	v.bad = bad
	for i := range v.panels {
		for j, c := range v.panels[i].controls {
			if r.PostForm.Has(c.Name) || bad.For(c.Name) != "" {
				c.Value = r.PostForm.Get(c.Name)
				v.panels[i].Open, v.panels[i].controls[j].Field = true, c.For(bad)
			}
		}
	}
	return v
}

func (h handler) part(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Why string `form:"part-why"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	why := read.Line("part-why", f.Why, "撤销理由", person.MaxReason, true)
	kept, err := int64(0), read.Bad.Err()
	if err == nil {
		kept, err = h.people.Part(r.Context(), page.Actor(r), id, why)
	} else if kept, err = h.people.Kept(r.Context(), page.Actor(r), id); err == nil {
		err = read.Bad
	}
	bad, ok := page.Complaints(err)
	if err != nil && !ok {
		return err
	}
	if ok {
		rec, err := h.people.Record(r.Context(), page.Actor(r), kept)
		if err != nil {
			return err
		}
		return h.again(w, r, rec, bad)
	}
	return page.Done(w, r, page.PersonURL(kept), "已撤销合并，两条记录恢复原样。")
}

func count(n int) string { return strconv.Itoa(n) }
