package committee

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/document"
	"portal/internal/person"
	"portal/web/page"
	"portal/web/ui"
)

// posts lists who is in post on the record's day.
func posts(actor access.Actor, rec *committee.StreetRecord) ui.Table {
	t := ui.Table{Caption: "组成人员", Columns: []ui.Column{{Label: "姓名"}, {Label: "职务"}, {Label: "任职起"}, {Label: "到"}}}
	for _, p := range rec.Posts {
		t.Rows = append(t.Rows, termRow(actor, p))
	}
	return t
}

// past lists the terms that ended.
func past(actor access.Actor, rec *committee.StreetRecord) ui.Table {
	t := ui.Table{Caption: "离任人员", Columns: []ui.Column{{Label: "姓名"}, {Label: "职务"}, {Label: "任职起"}, {Label: "到"}}}
	for _, p := range rec.Past {
		t.Rows = append(t.Rows, termRow(actor, p))
	}
	return t
}

func termRow(actor access.Actor, p committee.PostLine) ui.Row {
	until := ""
	if p.UntilOn != nil {
		until = page.Day(p.UntilOn) + "起" + choice.Name(committee.Endings, p.EndedWhy)
	}
	url := page.LinkTo(actor, access.ViewPeople, p.PersonID, page.PersonURL)
	return ui.Row{URL: url, Cells: []ui.Cell{{Text: p.Name, Sub: p.Work, URL: url}, {Text: choice.Name(committee.PostNames, p.Post)}, {Text: calendar.Date(p.Since)}, {Text: until}}}
}

// warnings say what is not as it should be on the record's day, and forbid
// nothing (domain.md §3(c)).
func warnings(rec *committee.StreetRecord) (list []string) {
	count := map[string]int{}
	for _, p := range rec.Posts {
		count[p.Post]++
	}
	if count[committee.Director] == 0 {
		list = append(list, vacancy(rec))
	}
	if count[committee.DeputyDirector] == 0 {
		list = append(list, "没有工委副主任。")
	}
	if n := count[committee.Member]; n < committee.MembersLeast || n > committee.MembersMost {
		list = append(list, fmt.Sprintf("委员 %d 名。每个街道应有 %d 至 %d 名。", n, committee.MembersLeast, committee.MembersMost))
	}
	if rec.TermUntil != nil && calendar.DaysBetween(rec.On, *rec.TermUntil) <= termWarning {
		list = append(list, "本届市人民代表大会到"+page.Day(rec.TermUntil)+"届满。职务没有变动的，换届后不需要重新任命。")
	}
	return list
}

// vacancy says that there is no director, and who heads the committee instead.
func vacancy(rec *committee.StreetRecord) string {
	for i := range rec.Heads {
		if h := &rec.Heads[i]; h.State(rec.On) == committee.Live {
			return "工委主任空缺，由副主任" + h.Name + "主持工作（" + h.Document + "）。"
		}
	}
	return "工委主任空缺。"
}

// heads lists who headed the committee while it had no director.
func heads(rec *committee.StreetRecord) ui.Table {
	t := ui.Table{Caption: "主持工作", Columns: []ui.Column{{Label: "主持工作"}, {Label: "期限"}, {Label: "状态"}}}
	for i := range rec.Heads {
		h := &rec.Heads[i]
		at := page.ActingHeadURL(h.StreetID, h.ID)
		state := h.State(rec.On)
		tone := map[string]ui.Tone{committee.Live: ui.ToneGo, committee.Ahead: ui.ToneWait, committee.Over: ui.ToneDone}[state]
		t.Rows = append(t.Rows, ui.Row{URL: at, Cells: []ui.Cell{
			{Text: "副主任" + h.Name, Sub: h.Document, URL: at}, {Text: h.Span()}, {Status: &ui.Status{Text: choice.Name(committee.ActingStates, state), Tone: tone}},
		}})
	}
	return t
}

// reports are links to what is said to have ended by itself.
func reports(rec *committee.StreetRecord) (list []ui.Link) {
	for _, e := range rec.Reports {
		list = append(list, ui.Link{
			Label: choice.Name(committee.PostNames, e.Post) + e.Name + "的职务自行终止，待市人大常委会备案", URL: page.EndingURL(rec.ID, e.ID),
		})
	}
	return list
}

// termWarning is how many days before the end of a congress's term the page says
// so (default).
const termWarning = 180

func postFigures(actor access.Actor, rec *committee.StreetRecord) []ui.Figure {
	members := 0
	for _, p := range rec.Posts {
		if p.Post == committee.Member {
			members++
		}
	}
	list := []ui.Figure{{Label: "委员", Value: strconv.Itoa(members), Unit: "名", URL: "#posts"}}
	if actor.May(access.ViewFunds) {
		list = append(list, ui.Figure{Label: "经费", Value: "看本年", URL: page.FundURL(rec.ID, rec.On.Year())})
	}
	return list
}

// exportPosts sends the register of posts: who holds and who held which, from when
// to when.
func (h handler) exportPosts(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	street, list, err := h.streets.PostRegister(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	sheet := document.Sheet{Name: "任职名册", Head: []string{"序号", "姓名", "性别", "工作单位和职务", "职务", "任职起", "不再任职起", "原因", "公布日期"}}
	for i, p := range list {
		until, published := "", ""
		if p.UntilOn != nil {
			until = calendar.ISO(*p.UntilOn)
		}
		if p.PublishedOn != nil {
			published = calendar.ISO(*p.PublishedOn)
		}
		sheet.Rows = append(sheet.Rows, []any{
			int64(i + 1), p.Name, choice.Name(person.Sexes, p.Sex), p.Work, choice.Name(committee.PostNames, p.Post), calendar.ISO(p.Since), until,
			choice.Name(committee.Endings, p.EndedWhy), published,
		})
	}
	page.Attachment(w, street.Committee+"任职名册"+calendar.ISO(h.streets.Now())+".xlsx", document.XLSX)
	return document.WriteWorkbook(w, sheet)
}

// inPost are those of the record's posts that nobody has ended.
func inPost(rec *committee.StreetRecord) []committee.PostLine {
	return slices.DeleteFunc(slices.Clone(rec.Posts), func(p committee.PostLine) bool { return p.UntilOn != nil })
}

// vacant reports whether nobody is director on the record's day.
func vacant(rec *committee.StreetRecord) bool {
	return !slices.ContainsFunc(rec.Posts, func(p committee.PostLine) bool { return p.Post == committee.Director })
}
