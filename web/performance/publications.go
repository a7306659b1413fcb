package performance

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/performance"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// publishTyped is the form that publishes a quarter.
type publishTyped struct {
	Quarter string `form:"quarter"`
	Why     string `form:"why"`
}

func (h handler) publications(w http.ResponseWriter, r *http.Request) error {
	return h.showPublications(w, r, http.StatusOK, publishTyped{}, nil)
}

func (h handler) showPublications(w http.ResponseWriter, r *http.Request, code int, f publishTyped, bad fault.Fields) error {
	q, actor := page.Query[listQuery](r), page.Actor(r)
	found, err := h.performance.PublicationList(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := listView{
		query: q, url: page.PublicationsURL, parts: parts(actor, "季度公布"), bad: bad, head: ui.PageHead{Title: "季度公布"},
		intro: "每季度公布代表履职的事实，不公布积分和名次。公布的内容不再变动，居民可以在“找代表”里看到；代表有出入的可以申诉。",
		empty: "季度结束后，由工委办公室公布上一季度的履职情况。",
	}
	v.paged(r, found.Streets, found.Next)
	v.table = ui.Table{Caption: "季度公布", Columns: []ui.Column{{Label: "季度"}, {Label: "公布"}, {Label: "申诉期限"}, {Label: "申诉（件）", Number: true}}}
	for _, x := range found.Lines {
		url := page.PublicationURL(x.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: x.Quarter().Name(), URL: url, Sub: versionOf(&x)}, {Text: calendar.Date(x.PublishedAt), Sub: x.Publisher}, {Text: "—"}, {Text: strconv.Itoa(x.Disputes)},
		}}
		if x.DueOn != nil && x.Latest {
			row.Cells[2] = h.window(&x, found.Calendar)
		}
		if actor.StreetID == 0 {
			row.Cells[1].Sub = x.Street + " " + x.Publisher
		}
		v.table.Rows = append(v.table.Rows, row)
	}
	if actor.May(access.PublishPerformance) {
		v.moves = []ui.Move{h.publishMove(f, bad)}
	}
	return page.Render(w, r, code, listPage(v))
}

func (h handler) window(x *performance.PublicationLine, cal *calendar.Calendar) ui.Cell {
	if calendar.On(h.performance.Now()).After(*x.DueOn) {
		return ui.Cell{Text: "已截止"}
	}
	return ui.Cell{Due: page.Due(cal, h.performance.Now(), "", *x.DueOn, x.DeadlineID)}
}

func versionOf(x *performance.PublicationLine) string {
	switch {
	case !x.Latest:
		return "已由新的公布代替"
	case x.Revision > 1:
		return fmt.Sprintf("第 %d 次公布", x.Revision)
	}
	return ""
}

func (h handler) publishMove(f publishTyped, bad fault.Fields) ui.Move {
	var quarters []ui.Option
	for _, q := range performance.Ended(calendar.On(h.performance.Now()), 8) {
		quarters = append(quarters, ui.Option{Value: fmt.Sprintf("%d-%d", q.Year, q.Number), Label: q.Name()})
	}
	return ui.Move{
		Label: "公布一个季度", Action: page.PublicationsURL, Button: "公布", Grave: true, Open: len(bad) > 0,
		Consequence: "按现在的记录公布，公布后这一版不能修改；居民可以看到，代表从公布次日起有 10 个工作日（以期限设置为准）可以申诉。",
		Controls: []ui.Control{
			{Kind: "select", Field: ui.Field{Name: "quarter", Label: "季度", Value: f.Quarter, Options: quarters}.For(bad)},
			{Kind: "text", Field: ui.Field{Name: "why", Label: "为什么重新公布", Hint: "第一次公布的不用填", Optional: true, Value: f.Why, Rows: 2, Max: performance.MaxWhy}.For(bad)},
		},
	}
}

func (h handler) publish(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[publishTyped](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	why := read.Text("why", f.Why, "理由", performance.MaxWhy, false)
	year, number, _ := strings.Cut(f.Quarter, "-")
	q := performance.Quarter{Year: int(page.Int64(year) % 10_000), Number: int(page.Int64(number) % 10)}
	var id int64
	if err = read.Bad.Err(); err == nil {
		id, err = h.performance.Publish(r.Context(), page.Actor(r), q, why)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showPublications(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.PublicationURL(id), "已公布。代表已收到消息，有出入的可以申诉。")
}

func (h handler) publication(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	actor := page.Actor(r)
	p, err := h.performance.Publication(r.Context(), actor, id)
	if err != nil {
		return err
	}
	v := &filedView{parts: parts(actor, "季度公布"), status: ui.Status{Text: "已公布", Tone: ui.ToneGo}, events: page.Events(p.Timeline), tableTitle: "公布的内容"}
	v.head = ui.PageHead{Title: p.Quarter().Name() + "履职情况", Sub: p.Street + "，" + calendar.Date(p.PublishedAt) + "公布", Back: &ui.Link{Label: "季度公布", URL: page.PublicationsURL}, Print: true}
	if !p.Latest {
		v.status = ui.Status{Text: "已由新的公布代替", Tone: ui.ToneDone}
	} else if p.DueOn != nil && !calendar.On(h.performance.Now()).After(*p.DueOn) {
		v.turn, v.due = "代表可以申诉", page.Due(p.Calendar, h.performance.Now(), "申诉", *p.DueOn, p.DeadlineID)
		if actor.May(access.DisputePerformance) {
			v.head.Primary = &ui.Link{Label: "申诉", URL: page.FilteredURL(page.NewDisputeURL, "publication", page.Number(p.ID))}
		}
	}
	v.facts = slices.DeleteFunc([]ui.Fact{
		{Label: "公布人", Text: p.Publisher}, {Label: "申诉", Text: fmt.Sprintf("%d 件", p.Disputes), URL: page.DisputesURL}, {Label: "为什么重新公布", Text: p.Why, Wide: true},
	}, func(f ui.Fact) bool { return f.Text == "" })
	v.table = published(&p, actor.May(access.ReadPerformance))
	v.explanation = "这里是公布时的数字，不再变动。后来更正的，在数字下面注明现在的数。"
	return page.OK(w, r, filedPage(v))
}

// published is what was published; compared says what is counted today where that differs.
func published(p *performance.Publication, compared bool) ui.Table {
	t := ui.Table{Caption: "公布的履职情况", Grid: true, Columns: []ui.Column{{Label: "代表"}}}
	for _, c := range performance.Classes {
		t.Columns = append(t.Columns, ui.Column{Label: c.Name, Number: true})
	}
	for _, l := range p.Lines {
		url := page.FilteredURL(page.PerformanceURL(l.ID), "year", strconv.Itoa(p.Year))
		row := ui.Row{Cells: []ui.Cell{{Text: l.Name, URL: url}}}
		for i, c := range performance.Classes {
			x := cell(c, l.Cells[i], "")
			if compared && l.Now[i] != l.Cells[i] {
				x.Sub = "现为 " + done(c, l.Now[i])
			}
			row.Cells = append(row.Cells, x)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
