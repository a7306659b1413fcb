package performance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/performance"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

func (h handler) disputes(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[listQuery](r), page.Actor(r)
	found, err := h.performance.DisputeList(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	v := listView{
		query: q, url: page.DisputesURL, parts: parts(actor, "申诉"), states: statesOf(&performance.Disputes), head: ui.PageHead{Title: "履职申诉"},
		intro: "代表对公布的本人履职情况有出入的，在期限内申诉。成立的在原记录更正，或者补录；申诉本身不改数字。",
		empty: "公布以后，代表对自己的记录有出入的，在期限内提出。",
	}
	if actor.May(access.DisputePerformance) {
		v.head.Primary = &ui.Link{Label: "提出申诉", URL: page.NewDisputeURL, Icon: "plus"}
	}
	v.paged(r, found.Streets, found.Next)
	v.table = ui.Table{Caption: "申诉", Columns: []ui.Column{{Label: "代表"}, {Label: "哪一条"}, {Label: "公布的季度", Less: true}, {Label: "状态"}, {Label: "期限"}, {Label: "提出", Less: true}}}
	for _, x := range found.Lines {
		url := page.DisputeURL(x.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: x.Deputy, URL: url}, {Text: about(&x)}, {Text: x.Quarter().Name()}, {Status: statusOf(&performance.Disputes, x.State)}, {}, {Text: calendar.Date(x.FiledAt)},
		}}
		if x.DueOn != nil {
			row.Cells[4].Due = page.Due(found.Calendar, h.performance.Now(), "答复", *x.DueOn, x.DeadlineID)
		}
		if actor.StreetID == 0 {
			row.Cells[0].Sub = x.Street
		}
		v.table.Rows = append(v.table.Rows, row)
	}
	return page.OK(w, r, listPage(v))
}

// about says which entry a dispute is about.
func about(x *performance.DisputeLine) string {
	c, _, _ := performance.Named(x.Class)
	if x.Source == "" {
		return "漏记：" + c.Name
	}
	return c.Name + "：" + x.Entry
}

// disputeTyped is the form of a dispute as it was typed.
type disputeTyped struct {
	Key         string `form:"key"`
	Publication string `form:"publication"`
	Entry       string `form:"entry"`
	Reason      string `form:"reason"`
}

// disputeView is the page of the form.
type disputeView struct {
	typed   disputeTyped
	bad     fault.Fields
	of      performance.Disputable
	entries []ui.Option
	closed  string // why nothing can be disputed
}

func (h handler) disputeForm(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[disputeTyped](r)
	return h.showDispute(w, r, http.StatusOK, &disputeView{typed: disputeTyped{Key: page.Key(), Publication: q.Publication}})
}

func (h handler) showDispute(w http.ResponseWriter, r *http.Request, code int, v *disputeView) (err error) {
	v.of, err = h.performance.Disputable(r.Context(), page.Actor(r), page.Int64(v.typed.Publication))
	if page.Int64(v.typed.Publication) == 0 && isMissing(err) {
		v.closed = "还没有公布过履职情况。公布以后，有出入的可以在期限内申诉。"
		return page.Render(w, r, code, disputeFormPage(v))
	}
	if err != nil {
		return err
	}
	if !v.of.Latest || v.of.DueOn == nil || calendar.On(h.performance.Now()).After(*v.of.DueOn) {
		v.closed = v.of.Quarter().Name() + "的申诉期限已过。有出入的，请联系工委办公室在原记录更正。"
	}
	v.typed.Publication = page.Number(v.of.ID)
	v.entries = entries(v.of.Rows)
	return page.Render(w, r, code, disputeFormPage(v))
}

// entries are what can be disputed: each row, and for each class that one is missing.
func entries(rows []performance.Row) []ui.Option {
	list := []ui.Option{{Label: "请选择"}}
	for _, x := range rows {
		c, _, _ := performance.Named(x.Class)
		list = append(list, ui.Option{
			Value: fmt.Sprintf("%s:%s:%d", x.Class, x.Source, x.SourceID), Label: calendar.MonthDay(x.HeldOn) + " " + x.Title + "（" + outcome(x) + "）", Group: c.Name,
		})
	}
	for _, c := range performance.Classes {
		list = append(list, ui.Option{Value: c.Key, Label: "漏记了一次：" + c.Name, Group: "漏记的"})
	}
	return list
}

// parse turns what was typed into a dispute, or complaints.
func (f *disputeTyped) parse() (performance.Dispute, fault.Fields) {
	var r text.Reader
	x := performance.Dispute{
		Key: r.Line("key", f.Key, "表单编号", 64, true), Publication: page.Int64(f.Publication), Reason: r.Text("reason", f.Reason, "哪里有出入", performance.MaxReason, true),
	}
	parts := strings.Split(f.Entry, ":")
	if _, _, known := performance.Named(parts[0]); !known || len(parts) != 1 && len(parts) != 3 || len(f.Entry) > 200 || strings.ToValidUTF8(f.Entry, "") != f.Entry || strings.ContainsRune(f.Entry, 0) {
		r.Bad.Add("entry", "请选择有出入的一条，或者漏记的类别")
		return x, r.Bad
	}
	x.Class = parts[0]
	if len(parts) == 3 {
		x.Source, x.SourceID = parts[1], page.Int64(parts[2])
	}
	return x, r.Bad
}

func (h handler) fileDispute(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[disputeTyped](w, r)
	if err != nil {
		return err
	}
	x, bad := f.parse()
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.performance.File(r.Context(), page.Actor(r), x)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showDispute(w, r, http.StatusUnprocessableEntity, &disputeView{typed: f, bad: bad})
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.DisputeURL(id), "申诉已提交，工委办公室会在期限内答复。")
}

func (h handler) dispute(w http.ResponseWriter, r *http.Request) error {
	v, err := h.disputeRecord(r, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, filedPage(v))
}

func (h handler) disputeRecord(r *http.Request, sent *page.Sent) (*filedView, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return nil, err
	}
	actor := page.Actor(r)
	rec, err := h.performance.DisputeRecord(r.Context(), actor, id)
	if err != nil {
		return nil, err
	}
	v := &filedView{
		parts: parts(actor, "申诉"), status: *statusOf(&performance.Disputes, rec.State), turn: performance.Disputes.Info(rec.State).Turn, bad: sent.Bad(), events: page.Events(rec.Timeline),
	}
	v.head = ui.PageHead{Title: rec.Deputy + "的申诉", Sub: rec.Street + "，" + rec.Quarter().Name(), Back: &ui.Link{Label: "申诉", URL: page.DisputesURL}, Print: true}
	if rec.DueOn != nil {
		v.due = page.Due(rec.Calendar, h.performance.Now(), "答复", *rec.DueOn, rec.DeadlineID)
	}
	v.facts = disputeFacts(actor, &rec)
	for _, m := range performance.Disputes.Open(actor, rec.State) {
		u := move(m, page.DisputeURL(rec.ID), rec.Version, disputeConsequences)
		sent.Fill(&u, m.Name, disputeControls(m.Name, &rec))
		v.moves = append(v.moves, u)
	}
	sent.Unfold(v.moves)
	return v, nil
}

func disputeFacts(actor access.Actor, rec *performance.DisputeRecord) []ui.Fact {
	source, _ := page.LinkURL(actor, rec.Source, rec.SourceID)
	list := []ui.Fact{
		{Label: "公布", Text: rec.Quarter().Name(), URL: page.PublicationURL(rec.PublicationID)},
		{Label: "提出", Text: calendar.DateTime(rec.FiledAt)},
		{Label: "哪一条", Text: about(&rec.DisputeLine), URL: source, Wide: true},
		{Label: "哪里有出入", Text: rec.Reason, Wide: true},
		{Label: "答复", Text: rec.Answer, Wide: true},
	}
	if rec.AnsweredAt != nil {
		list = append(list, ui.Fact{Label: "答复人", Text: rec.Answerer + "，" + calendar.DateTime(*rec.AnsweredAt)})
	}
	switch rec.Remedy {
	case "source":
		list = append(list, ui.Fact{Label: "怎样更正", Text: "在原记录更正", URL: source})
	case "supplement":
		list = append(list, ui.Fact{Label: "怎样更正", Text: "补录，他人确认后计入", URL: page.LinkTo(actor, access.ReadPerformance, *rec.SupplementID, page.SupplementURL)})
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

var disputeConsequences = map[string]string{
	"grant":      "答复发给代表后不能修改。答复本身不改数字：请到原记录更正（例如更正签到），或者先补录再选这条补录。",
	"refusal":    "答复发给代表后不能修改。",
	"withdrawal": "撤回后这件申诉结束；期限内可以重新提出。",
}

func disputeControls(name string, rec *performance.DisputeRecord) []ui.Control {
	answer := ui.Control{Kind: "text", Field: ui.Field{Name: "answer", Label: "答复", Rows: 4, Max: performance.MaxAnswer}}
	switch name {
	case "grant":
		remedies := page.Terms(performance.Remedies, "")
		if rec.Source == "" {
			remedies = remedies[1:]
		}
		list := []ui.Control{{Kind: "radio", Field: ui.Field{Name: "remedy", Label: "怎样更正", Options: remedies}}}
		list = append(list, ui.Control{Kind: "select", Field: ui.Field{
			Name: "supplement", Label: "补录", Optional: true, Hint: "选“补录”的，先在“补录”里录入，再在这里选", Options: page.Rows(rec.Supplements, "不用补录"),
		}})
		return append(list, answer)
	case "refusal":
		return []ui.Control{answer}
	}
	return nil
}

var disputeActs = map[string]act{
	"grant": func(ctx context.Context, s *performance.Store, actor access.Actor, a *page.Sent, step performance.Step) error {
		x := performance.Answer{
			Remedy: a.Choice("remedy", "怎样更正", performance.Remedies), SupplementID: page.Int64(a.Value("supplement")), Text: a.Text("answer", "答复", performance.MaxAnswer, true),
		}
		return a.Try(func() error { return s.Grant(ctx, actor, step, x) })
	},
	"refusal": func(ctx context.Context, s *performance.Store, actor access.Actor, a *page.Sent, step performance.Step) error {
		t := a.Text("answer", "答复", performance.MaxAnswer, true)
		return a.Try(func() error { return s.Deny(ctx, actor, step, t) })
	},
	"withdrawal": func(ctx context.Context, s *performance.Store, actor access.Actor, _ *page.Sent, step performance.Step) error {
		return s.TakeBack(ctx, actor, step)
	},
}

func (h handler) moveDispute(name string) page.Handler {
	return h.move(name, performance.Disputes.Move(name).Label, "这件申诉", disputeActs[name], page.DisputeURL, h.disputeRecord)
}

func (v *disputeView) sub() string {
	if v.closed != "" {
		return ""
	}
	return v.of.Quarter().Name() + "的公布，" + calendar.Date(*v.of.DueOn) + "前可以申诉。"
}

func isMissing(err error) bool { return errors.Is(err, fault.NotFound) }
