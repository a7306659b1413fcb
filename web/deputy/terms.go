package deputy

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/deputy"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

func (h handler) termsView(r *http.Request) (*sheet, error) {
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
	if actor.May(access.DecideDeputies) {
		v.panels = append(v.panels, panel{ui.Move{
			Label: "登记届别", Action: page.TermsURL, Button: "保存届别", Consequence: "已有的届别再登记一次就是修改日期。",
		}, []ui.Control{
			{"input", ui.Field{Name: "name", Label: "届别", Hint: "例如 市十七届", Max: deputy.MaxTerm}},
			{"input", ui.Field{Name: "from", Label: "首次会议的日期", Type: "date"}},
			{"input", ui.Field{Name: "until", Label: "下一届首次会议的日期", Type: "date"}},
		}})
		if open != nil {
			v.panels = append(v.panels, panel{ui.Move{
				Label: "办理届满", Action: page.TermsURL + "/expiry", Button: "办理届满", Grave: true,
				Consequence: "这一届的全部市人大代表同一天离任，退出小组和驻站，居民网站不再显示。连任的在新一届重新登记。",
			}, []ui.Control{
				{"radio", ui.Field{Name: "term", Label: "哪一届", Options: open}},
				{"input", ui.Field{Name: "on", Label: "届满日期", Type: "date"}},
			}})
		}
	}
	return v, nil
}

func (h handler) terms(w http.ResponseWriter, r *http.Request) error {
	v, err := h.termsView(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, sheetPage(v))
}

func (h handler) addTerm(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[struct {
		Name  string `form:"name"`
		From  string `form:"from"`
		Until string `form:"until"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	n := deputy.NewTerm{
		Name:   read.Line("name", f.Name, "届别", deputy.MaxTerm, true),
		FromOn: read.Date("from", f.From, "首次会议的日期", true), UntilOn: read.Date("until", f.Until, "下一届首次会议的日期", true),
	}
	err = read.Bad.Err()
	if err == nil {
		err = h.deputies.AddTerm(r.Context(), page.Actor(r), n)
	}
	return h.termsDone(w, r, err, "已登记"+n.Name+"。")
}

func (h handler) expire(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[struct {
		Term string `form:"term"`
		On   string `form:"on"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	on := read.Date("on", f.On, "届满日期", true)
	term, count := split(f.Term)
	if term == "" {
		read.Bad.Add("term", "请选择哪一届")
	}
	err = read.Bad.Err()
	if err == nil {
		err = h.deputies.Expire(r.Context(), page.Actor(r), term, on, count)
	}
	return h.termsDone(w, r, err, "已办理"+term+"届满，"+strconv.Itoa(count)+" 名代表离任。")
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

func (h handler) termsDone(w http.ResponseWriter, r *http.Request, err error, done string) error {
	if err == nil {
		return page.Done(w, r, page.TermsURL, done)
	}
	v, broken := h.termsView(r)
	if broken != nil {
		return broken
	}
	return reject(w, r, v, err)
}
