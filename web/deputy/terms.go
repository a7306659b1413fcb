package deputy

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/deputy"
	"portal/web/page"
	"portal/web/ui"
)

func (h handler) termsView(r *http.Request, sent *page.Sent) (*sheet, error) {
	actor := page.Actor(r)
	list, err := h.deputies.Terms(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	v := &sheet{head: ui.PageHead{Title: "届别和届满", Back: &ui.Link{Label: "当选和补选", URL: page.ElectionsURL}}}
	t := ui.Table{Caption: "届别", Columns: []ui.Column{{Label: "届别"}, {Label: "从"}, {Label: "到（下一届首次会议）"}, {Label: "在任（名）", Number: true}}}
	var open []ui.Option
	for _, x := range list {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: x.Name},
			{Text: calendar.Date(x.FromOn)},
			{Text: calendar.Date(x.UntilOn)},
			{Text: strconv.Itoa(x.Sitting), URL: page.FilteredURL(page.DeputiesURL, "term", x.Name, "level", "city")},
		}})
		if x.Sitting > 0 {
			open = append(open, ui.Option{Value: x.Name + "|" + strconv.Itoa(x.Sitting), Label: x.Name + "：" + strconv.Itoa(x.Sitting) + " 名代表一起届满"})
		}
	}
	v.sections = []section{{id: "terms", title: "届别", table: t, empty: "还没有登记届别。登记以后才能登记代表。"}}
	if !actor.May(access.DecideDeputies) {
		return v, nil
	}
	v.add(sent, ui.Move{Label: "登记届别", Action: page.TermsURL, Button: "保存届别", Consequence: "已有的届别再登记一次就是修改日期。"},
		ui.Control{"input", ui.Field{Name: "name", Label: "届别", Hint: "例如 市十七届", Max: deputy.MaxTerm}},
		ui.Control{"input", ui.Field{Name: "from", Label: "首次会议的日期", Type: "date"}},
		ui.Control{"input", ui.Field{Name: "until", Label: "下一届首次会议的日期", Type: "date"}})
	if open != nil {
		v.add(sent, ui.Move{
			Label: "办理届满", Action: page.TermsURL + "/expiry", Button: "办理届满", Grave: true,
			Consequence: "这一届的全部市人大代表同一天离任，退出小组和驻站，居民网站不再显示。连任的在新一届重新登记。",
		},
			ui.Control{"radio", ui.Field{Name: "term", Label: "哪一届", Options: open}},
			ui.Control{"input", ui.Field{Name: "on", Label: "届满日期", Type: "date"}})
	}
	return v, nil
}

func (h handler) terms(w http.ResponseWriter, r *http.Request) error {
	v, err := h.termsView(r, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, sheetPage(v))
}

func (h handler) addTerm(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadForm(w, r, "terms")
	if err != nil {
		return err
	}
	n := deputy.NewTerm{
		Name:   sent.Line("name", "届别", deputy.MaxTerm, true),
		FromOn: sent.Date("from", "首次会议的日期", true), UntilOn: sent.Date("until", "下一届首次会议的日期", true),
	}
	err = sent.Try(func() error { return h.deputies.AddTerm(r.Context(), page.Actor(r), n) })
	return answer(w, r, sent, err, page.TermsURL, "已登记"+n.Name+"。", h.termsView)
}

func (h handler) expire(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadForm(w, r, "expiry")
	if err != nil {
		return err
	}
	on := sent.Date("on", "届满日期", true)
	term, count := split(sent.Value("term"))
	if term == "" {
		sent.Complain("term", "请选择哪一届")
	}
	err = sent.Try(func() error { return h.deputies.Expire(r.Context(), page.Actor(r), term, on, count) })
	return answer(w, r, sent, err, page.TermsURL, "已办理"+term+"届满，"+strconv.Itoa(count)+" 名代表离任。", h.termsView)
}

// split reads a choice of the form: the term and how many its reader saw.
func split(typed string) (term string, count int) {
	for i, c := range typed {
		if c == '|' {
			count, _ = strconv.Atoi(typed[i+1:]) // another number is noticed
			return typed[:i], count
		}
	}
	return "", 0
}
