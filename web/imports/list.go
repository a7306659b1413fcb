package imports

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/register"
	"portal/web/page"
	"portal/web/ui"
)

const perPage = 50

// query is the list's address.
type query struct {
	Street   string `form:"street"`
	Register string `form:"register"`
	State    string `form:"state"`
	After    string `form:"after"`
}

func (q query) narrowed() bool { return q.Street+q.Register+q.State != "" }

// listView is what the page of imports shows.
type listView struct {
	head        ui.PageHead
	query       query
	city        bool
	streets     []ui.Option
	registers   []ui.Option
	states      []ui.Option
	sheets      []sheetView
	pick        bool // who acts for the city chooses a street first
	table       ui.Table
	next, first string
}

// sheetView is one register with what can be downloaded of it.
type sheetView struct {
	title, url, template, export, send string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	l, err := h.registers.Imports(r.Context(), actor, register.Filter{
		StreetID: page.Int64(q.Street), Register: q.Register, State: q.State, After: db.ParseCursor(q.After), Limit: perPage,
	})
	if err != nil {
		return err
	}
	v := listView{query: q, city: actor.StreetID == 0, streets: page.Rows(l.Streets, "全部"), states: []ui.Option{{Label: "全部"}}, registers: []ui.Option{{Label: "全部"}}}
	v.head = ui.PageHead{Title: "导入导出", Sub: "名册可以整册下载，也可以用表格成批登记和修改。"}
	if len(h.registers.Keeps(actor)) > 0 {
		v.head.Primary = &ui.Link{Label: "导入名册", URL: page.NewImportURL, Icon: "plus"}
	}
	for _, s := range register.Procedure.States {
		v.states = append(v.states, ui.Option{Value: string(s.State), Label: s.Name})
	}
	v.pick = v.city && q.Street == ""
	for _, sh := range h.registers.Sheets {
		if actor.May(sh.View) {
			v.registers = append(v.registers, ui.Option{Value: sh.Register, Label: sh.Title})
			v.sheets = append(v.sheets, h.sheet(actor, sh, q.Street))
		}
	}
	if !l.Next.IsZero() {
		v.next = page.Next(r, l.Next.String())
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	v.table = h.table(l.Lines, v.city)
	return page.OK(w, r, listPage(v))
}

func (h handler) sheet(actor access.Actor, sh *register.Sheet, street string) sheetView {
	v := sheetView{
		title: sh.Title, url: sh.URL,
		template: page.FilteredURL(page.ImportsURL+"/templates/"+sh.Register, "street", street),
		export:   page.FilteredURL(page.ImportsURL+"/exports/"+sh.Register, "street", street),
	}
	if actor.May(access.ImportRegisters) && actor.May(sh.Keep) {
		v.send = page.FilteredURL(page.NewImportURL, "register", sh.Register, "street", street)
	}
	return v
}

func (h handler) table(lines []register.Line, city bool) ui.Table {
	t := ui.Table{Caption: "导入记录", Columns: []ui.Column{{Label: "名册"}, {Label: "表格"}, {Label: "状态"}, {Label: "行数", Number: true}, {Label: "上传", Less: true}}}
	for i := range lines {
		l := &lines[i]
		title := l.Register
		if sh := h.registers.Sheet(l.Register); sh != nil {
			title = sh.Title
		}
		status := h.status(l)
		row := ui.Row{URL: page.ImportURL(l.ID), Cells: []ui.Cell{
			{Text: title, URL: page.ImportURL(l.ID)},
			{Text: l.FileName},
			{Status: &status},
			{Text: strconv.Itoa(l.Total)},
			{Text: calendar.DateTime(l.SentAt), Sub: l.Sender},
		}}
		if city {
			row.Cells[0].Sub = l.Street
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// status is where an import stands, in words and colour.
func (h handler) status(l *register.Line) ui.Status {
	name := register.Procedure.Info(l.State).Name
	switch {
	case l.Silent(h.registers.Now()):
		return ui.Status{Text: "已中断", Tone: ui.ToneStop}
	case l.State == register.Preview, register.Working(l.State):
		return ui.Status{Text: name, Tone: ui.ToneWait}
	case l.State == register.Applied:
		return ui.Status{Text: name, Tone: ui.ToneGo}
	case l.State == register.NotRead:
		return ui.Status{Text: name, Tone: ui.ToneStop}
	}
	return ui.Status{Text: name, Tone: ui.ToneDone}
}
