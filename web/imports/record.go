package imports

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/register"
	"portal/web/page"
	"portal/web/ui"
)

// maxReason is the longest reason for an undoing, in characters.
const maxReason = 200

// rowsQuery narrows the rows of an import.
type rowsQuery struct {
	Kind    string `form:"kind"`
	Outcome string `form:"outcome"`
	After   string `form:"after"`
}

// recordView is what the page of one import shows.
type recordView struct {
	m           register.Import
	head        ui.PageHead
	status      ui.Status
	turn        string
	banner      *ui.Flash
	working     bool
	tabs        []tab
	facts       []ui.Fact
	rows        []rowView
	next, first string
	moves       []ui.Move
	events      []ui.Event
	bad         fault.Fields
	changed     string
	left        []ui.Fact // typed for a move that is no longer open
}

// tab is a filter of the rows with how many there are.
type tab struct {
	label, url string
	count      int
	current    bool
}

// rowView is one row of the sheet.
type rowView struct {
	line   string
	status ui.Status
	name   string
	sub    string
	lines  []lineView
	note   string
}

// lineView is one thing that a row says: a complaint, a change, or a cell.
type lineView struct {
	cell, head, before, after, text string
	change                          bool
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	m, err := h.read(r)
	if err != nil {
		return err
	}
	return h.show(w, r, http.StatusOK, m, nil)
}

// refresh is how many seconds pass until a page that shows progress asks again.
const refresh = "2"

func (h handler) show(w http.ResponseWriter, r *http.Request, code int, m register.Import, sent *page.Sent) error {
	v, err := h.view(r, m, sent)
	if err != nil {
		return err
	}
	v.bad = sent.Bad()
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("这次导入"), sent.Left(v.moves)
	}
	if v.working && r.Method == http.MethodGet {
		w.Header().Set("Refresh", refresh)
	}
	return page.Render(w, r, code, recordPage(v))
}

func (h handler) view(r *http.Request, m register.Import, sent *page.Sent) (*recordView, error) {
	q := page.Query[rowsQuery](r)
	silent := m.Silent(h.registers.Now())
	v := &recordView{m: m, events: page.Events(m.Timeline), status: h.status(&m.Line), working: register.Working(m.State) && !silent}
	v.head = ui.PageHead{Title: "导入" + m.Sheet.Title, Sub: m.Street + " · " + m.FileName, Back: &ui.Link{Label: "导入导出", URL: page.ImportsURL}}
	v.turn = register.Procedure.Info(m.State).Turn
	if v.working && m.Total > 0 {
		v.turn += "，" + strconv.Itoa(m.Done) + " / " + strconv.Itoa(m.Total) + " 行。这一页会自动更新。"
	}
	v.banner, v.facts = h.banner(&m, silent), facts(&m)
	if m.Keeps {
		v.moves = h.moves(&m, silent, sent)
		if m.State == register.Preview && m.Counts.Error > 0 {
			v.head.Links = []ui.Link{{Label: "下载标出错误的表格", URL: page.ImportURL(m.ID) + "/corrections", Icon: "export"}}
		}
	}
	if m.State == register.Reading || m.State == register.NotRead || m.State == register.Discarded {
		return v, nil
	}
	v.tabs = tabs(r, &m, q)
	after := int(min(page.Int64(q.After), register.MostLines))
	rows, next, err := h.registers.Rows(r.Context(), page.Actor(r), &m, register.RowFilter{Kind: q.Kind, Outcome: q.Outcome, After: after, Limit: perPage})
	if err != nil {
		return nil, err
	}
	for i := range rows {
		v.rows = append(v.rows, rowOf(&m, &rows[i]))
	}
	if next != 0 {
		v.next = page.Next(r, strconv.Itoa(next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	return v, nil
}

// banner says what the reader should know first.
func (h handler) banner(m *register.Import, silent bool) *ui.Flash {
	switch {
	case silent:
		return &ui.Flash{Tone: ui.ToneStop, Text: "这项工作中断了（例如系统重新启动）。已经处理的行不受影响，点“继续”把剩下的做完。"}
	case m.State == register.NotRead:
		return &ui.Flash{Tone: ui.ToneStop, Text: m.Failure}
	case m.State == register.Preview && m.Counts.New+m.Counts.Changed == 0 && m.Counts.Error == 0:
		return &ui.Flash{Tone: ui.ToneGo, Text: "表格和名册完全相同，不用导入。" + m.Remark}
	case m.State == register.Preview && m.Counts.Error > 0:
		return &ui.Flash{Tone: ui.ToneWait, Text: "有 " + strconv.Itoa(m.Counts.Error) + " 行有错误，不会导入。可以下载标出错误的表格，改好后重新上传；也可以先导入没有错误的行。" + m.Remark}
	case m.State == register.Preview && m.Remark != "":
		return &ui.Flash{Tone: ui.ToneWait, Text: m.Remark}
	case m.State == register.Applied && m.Outcomes.Stale+m.Outcomes.Refused > 0:
		return &ui.Flash{Tone: ui.ToneWait, Text: strconv.Itoa(m.Outcomes.Stale+m.Outcomes.Refused) + " 行没有写入，原因写在各行。核对后可以重新导入同一张表，已写入的行不会重复。"}
	case m.State == register.Undone && m.Outcomes.Kept > 0:
		return &ui.Flash{Tone: ui.ToneWait, Text: strconv.Itoa(m.Outcomes.Kept) + " 行没有撤销，原因写在各行。"}
	}
	return nil
}

func facts(m *register.Import) []ui.Fact {
	list := []ui.Fact{
		{Label: "上传", Text: m.Sender + "，" + calendar.DateTime(m.SentAt)},
		{Label: "行数", Text: strconv.Itoa(m.Counts.New + m.Counts.Changed + m.Counts.Same + m.Counts.Error)},
	}
	if m.ConfirmedAt != nil {
		list = append(list, ui.Fact{Label: "确认", Text: m.Confirmer + "，" + calendar.DateTime(*m.ConfirmedAt)})
		if m.State == register.Applied {
			list = append(list, ui.Fact{Label: "可以撤销到", Text: calendar.Date(m.ConfirmedAt.AddDate(0, 0, register.UndoDays))})
		}
	}
	if m.UndoneAt != nil {
		list = append(list, ui.Fact{Label: "撤销", Text: m.Undoer + "，" + calendar.DateTime(*m.UndoneAt)}, ui.Fact{Label: "撤销理由", Text: m.UndoneWhy})
	}
	return list
}

// moves are what may be done with an import now.
func (h handler) moves(m *register.Import, silent bool, sent *page.Sent) (list []ui.Move) {
	c := m.Counts
	add := func(name string, u ui.Move, controls ...ui.Control) {
		u.Action, u.Version = page.ImportURL(m.ID)+"/"+name, strconv.Itoa(m.Version)
		sent.Fill(&u, name, controls)
		list = append(list, u)
	}
	if m.State == register.Preview && c.New+c.Changed > 0 {
		add("confirmation", ui.Move{Label: "确认导入", Primary: true, Consequence: confirms(c)})
	}
	if m.State == register.Preview || m.State == register.Reading {
		add("discard", ui.Move{Label: "放弃", Grave: true, Button: "放弃这次导入", Consequence: "名册不变。预览的内容会删除，只留下“谁在什么时候上传过”。"})
	}
	if m.State == register.Applied && h.registers.Now().Before(m.ConfirmedAt.AddDate(0, 0, register.UndoDays)) && m.Outcomes.Applied > 0 {
		add("undo", ui.Move{
			Label: "整批撤销", Grave: true, Button: "撤销这次导入",
			Consequence: "把这次修改的 " + m.Sheet.Title + "内容恢复原样，移出这次新增的记录。导入后又改过的、已被别的记录用到的，会保留并说明原因。撤销后不能再恢复，只能重新导入。",
		}, ui.Control{Kind: "input", Field: ui.Field{Name: "why", Label: "撤销理由", Max: maxReason}})
	}
	if silent {
		add("resumption", ui.Move{Label: "继续", Primary: true, Consequence: "从中断的地方接着做。"})
	}
	return list
}

// confirms says what an import will do to its register.
func confirms(c register.Counts) string {
	says := "新增 " + strconv.Itoa(c.New) + " 条，修改 " + strconv.Itoa(c.Changed) + " 条。"
	if c.Error > 0 {
		says += "有错误的 " + strconv.Itoa(c.Error) + " 行跳过。"
	}
	return says + "确认后 " + strconv.Itoa(register.UndoDays) + " 日内可以整批撤销。"
}

func tabs(r *http.Request, m *register.Import, q rowsQuery) (list []tab) {
	add := func(label string, n int, kind, outcome string, always bool) {
		if n > 0 || always {
			list = append(list, tab{label, page.FilteredURL(r.URL.Path, "kind", kind, "outcome", outcome), n, q.Kind == kind && q.Outcome == outcome})
		}
	}
	c, o := m.Counts, m.Outcomes
	add("全部", c.New+c.Changed+c.Same+c.Error, "", "", true)
	add("新增", c.New, register.New, "", true)
	add("修改", c.Changed, register.Changed, "", true)
	add("相同", c.Same, register.Same, "", true)
	add("错误", c.Error, register.Error, "", true)
	add("未覆盖", o.Stale, "", "stale", false)
	add("未接受", o.Refused, "", "refused", false)
	add("未能撤销", o.Kept, "", "kept", false)
	return list
}

var kinds = map[string]ui.Status{
	register.New: {Text: "新增", Tone: ui.ToneGo}, register.Changed: {Text: "修改", Tone: ui.ToneWait},
	register.Same: {Text: "相同", Tone: ui.ToneDone}, register.Error: {Text: "错误", Tone: ui.ToneStop},
}

var outcomes = map[string]ui.Status{
	"applied": {Text: "已写入", Tone: ui.ToneGo}, "stale": {Text: "未覆盖", Tone: ui.ToneWait}, "refused": {Text: "未接受", Tone: ui.ToneStop},
	"undone": {Text: "已撤销", Tone: ui.ToneDone}, "kept": {Text: "未能撤销", Tone: ui.ToneWait},
}

// rowOf says what a row of the sheet is to the register.
func rowOf(m *register.Import, e *register.Entry) rowView {
	v := rowView{line: strconv.Itoa(e.Line), status: kinds[e.Kind], note: e.Note}
	if s, ok := outcomes[e.Outcome]; ok {
		v.status = s
	}
	var more []string
	for i, c := range m.Sheet.Columns {
		switch {
		case !c.Natural:
			if e.Kind == register.New && e.Cells[i] != "" {
				v.lines = append(v.lines, lineView{head: c.Head, text: e.Cells[i]})
			}
		case v.name == "":
			v.name = e.Cells[i]
		case e.Cells[i] != "":
			more = append(more, e.Cells[i])
		}
		if e.Kind == register.Changed && i < len(e.Before) && e.Before[i] != e.Cells[i] {
			v.lines = append(v.lines, lineView{head: c.Head, before: nothing(e.Before[i]), after: nothing(e.Cells[i]), change: true})
		}
	}
	v.sub = strings.Join(more, " · ")
	if e.Kind == register.Changed && len(v.lines) == 0 {
		v.lines = append(v.lines, lineView{text: "联系电话换了号码（中间几位不同）"})
	}
	for _, c := range e.Complaints {
		v.lines = append(v.lines, lineView{cell: c.Cell, text: c.Text})
	}
	return v
}

func nothing(s string) string {
	if s == "" {
		return "（空）"
	}
	return s
}

// act makes one move of an import. said is what the page says afterwards, "" where
// its progress says enough.
type act struct {
	said string
	do   func(ctx context.Context, s *register.Store, actor access.Actor, sent *page.Sent) error
}

var acts = map[string]act{
	"confirmation": {do: func(ctx context.Context, s *register.Store, actor access.Actor, sent *page.Sent) error {
		return s.Confirm(ctx, actor, sent.ID, sent.Version)
	}},
	"discard": {"已放弃，名册没有变。", func(ctx context.Context, s *register.Store, actor access.Actor, sent *page.Sent) error {
		return s.Discard(ctx, actor, sent.ID, sent.Version)
	}},
	"undo": {do: func(ctx context.Context, s *register.Store, actor access.Actor, sent *page.Sent) error {
		why := sent.Line("why", "撤销理由", maxReason, true)
		return sent.Try(func() error { return s.Undo(ctx, actor, sent.ID, sent.Version, why) })
	}},
	"resumption": {do: func(ctx context.Context, s *register.Store, actor access.Actor, sent *page.Sent) error {
		return s.Resume(ctx, actor, sent.ID, sent.Version)
	}},
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		a := acts[name]
		err = a.do(r.Context(), h.registers, page.Actor(r), sent)
		return sent.Answer(w, err, page.ImportURL(sent.ID), a.said, func(code int) error {
			m, err := h.read(r)
			if err != nil {
				return err
			}
			return h.show(w, r, code, m, sent)
		})
	}
}
