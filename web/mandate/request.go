package mandate

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/mandate"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

func (h handler) requests(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	list, next, err := h.mandates.Requests(r.Context(), actor, q.State, db.ParseCursor(q.After), perPage)
	if err != nil {
		return err
	}
	v := listView{
		head: ui.PageHead{Title: "授权请示", Sub: "没有授权覆盖的监督，请示市人大常委会"}, tabs: sections("requests"), action: page.MandateRequestsURL, narrowed: q.State != "",
		next: page.Next(r, next.String()), start: start(r, q),
		empty: "还没有请示", hint: "要开展的监督没有授权覆盖时，起草请示，由工委主任签发，报市人大常委会授权。", first: &ui.Link{Label: "能不能做", URL: page.MandateCheckURL},
		filters: []ui.Control{control("select", ui.Field{Name: "state", Label: "状态", Value: q.State, Options: stateOptions(&mandate.RequestProcedure)})},
		table:   ui.Table{Caption: "请示", Columns: []ui.Column{{Label: "请示"}, {Label: "方式"}, {Label: "对象"}, {Label: "拟开展"}, {Label: "状态"}}},
	}
	if actor.May(access.DraftMandateRequest) {
		v.head.Primary = &ui.Link{Label: "起草请示", URL: page.NewMandateRequestURL, Icon: "plus"}
	}
	for _, x := range list {
		v.table.Rows = append(v.table.Rows, ui.Row{URL: page.MandateRequestURL(x.ID), Cells: []ui.Cell{
			{Text: x.Title, Sub: x.Street + " " + x.Number, URL: page.MandateRequestURL(x.ID)},
			{Text: choice.Name(mandate.Measures, x.Measure)},
			{Text: x.Object},
			{Text: calendar.Date(x.ActOn)},
			{Status: tag(&mandate.RequestProcedure, x.State)},
		}})
	}
	return page.OK(w, r, listPage(v))
}

func (f *typedAct) request() (q mandate.Request, bad fault.Fields) {
	a, bad := f.parse(true)
	r := text.Reader{Bad: bad}
	q = mandate.Request{
		Title: a.Title, Subject: a.Subject, Measure: a.Measure, Object: a.Object, ActOn: a.On,
		Content: r.Text("content", f.Content, "拟开展的监督", mandate.MaxText, true), Reason: r.Text("reason", f.Reason, "理由", mandate.MaxText, true),
	}
	var m text.Reader
	q.Missing = m.Line("missing", f.Missing, "", mandate.MaxReason, false)
	return q, r.Bad
}

func (h handler) showRequest(w http.ResponseWriter, r *http.Request, code int, f typedAct, rec *mandate.RequestRecord, bad fault.Fields, banner string) error {
	c, err := h.mandates.Choices(r.Context(), page.Actor(r), time.Time{})
	if err != nil {
		return err
	}
	v := formView{
		head:   ui.PageHead{Title: "起草请示", Sub: "一文一事：只请示一次监督。", Back: &ui.Link{Label: "授权请示", URL: page.MandateRequestsURL}},
		action: page.MandateRequestsURL, hidden: [][2]string{{"key", f.Key}, {"missing", f.Missing}}, submit: "保存草稿", bad: bad, banner: banner,
	}
	if banner == "" && f.Missing != "" {
		v.banner = "缺的授权：" + f.Missing
	}
	if rec != nil {
		v.head.Title, v.head.Back = "修改请示", &ui.Link{Label: "返回请示", URL: page.MandateRequestURL(rec.ID)}
		v.action, v.hidden = page.MandateRequestURL(rec.ID), [][2]string{{"version", f.Version}, {"missing", f.Missing}}
		if code == http.StatusConflict {
			v.known = requestFacts(rec)
		}
	}
	v.sections = []section{
		{legend: "请示授权的监督", controls: append([]ui.Control{
			control("input", ui.Field{Name: "title", Label: "标题", Hint: "例如 开展街道预算专题询问", Value: f.Title, Max: mandate.MaxTitle}.For(bad)),
		}, f.fields(bad, c.Units)...)},
		{legend: "内容", controls: []ui.Control{
			control("text", ui.Field{Name: "content", Label: "拟开展的监督", Value: f.Content, Rows: 5, Max: mandate.MaxText}.For(bad)),
			control("text", ui.Field{Name: "reason", Label: "理由", Value: f.Reason, Rows: 4, Max: mandate.MaxText}.For(bad)),
		}},
	}
	return page.Render(w, r, code, formPage(v))
}

func (h handler) newRequest(w http.ResponseWriter, r *http.Request) error {
	f := page.Query[typedAct](r)
	f.Key = page.Key()
	if f.On == "" {
		f.On = calendar.ISO(h.mandates.Now())
	}
	if f.Title == "" && f.Measure != "" && f.Object != "" {
		f.Title = "对" + f.Object + "开展" + choice.Name(mandate.Measures, f.Measure)
	}
	return h.showRequest(w, r, http.StatusOK, f, nil, nil, "")
}

func (h handler) draftRequest(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typedAct](w, r)
	if err != nil {
		return err
	}
	if f.Key == "" || len(f.Key) > 64 {
		return fault.Malformed
	}
	q, bad := f.request()
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.mandates.DraftRequest(r.Context(), page.Actor(r), f.Key, q)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showRequest(w, r, http.StatusUnprocessableEntity, f, nil, bad, "")
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.MandateRequestURL(id), "请示已起草，待工委主任签发。")
}

func (h handler) readRequest(r *http.Request) (mandate.RequestRecord, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return mandate.RequestRecord{}, err
	}
	return h.mandates.Request(r.Context(), page.Actor(r), id)
}

func (h handler) editRequest(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readRequest(r)
	if err != nil {
		return err
	}
	if rec.State != mandate.Draft {
		return page.Done(w, r, page.MandateRequestURL(rec.ID), "请示已经签发，不能再修改。")
	}
	f := typedAct{
		Version: strconv.Itoa(rec.Version), Title: rec.Title, Subject: rec.Subject, Measure: rec.Measure, Object: rec.Object, On: calendar.ISO(rec.ActOn),
		Content: rec.Content, Reason: rec.Reason, Missing: rec.Missing,
	}
	return h.showRequest(w, r, http.StatusOK, f, &rec, nil, "")
}

func (h handler) redraftRequest(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typedAct](w, r)
	if err != nil {
		return err
	}
	rec, err := h.readRequest(r)
	if err != nil {
		return err
	}
	q, bad := f.request()
	if err = bad.Err(); err == nil {
		err = h.mandates.RedraftRequest(r.Context(), page.Actor(r), mandate.Step{ID: rec.ID, Version: page.Version(f.Version)}, q)
	}
	switch bad, ok := page.Complaints(err); {
	case err == nil:
		return page.Done(w, r, page.MandateRequestURL(rec.ID), "请示已修改。")
	case ok:
		return h.showRequest(w, r, http.StatusUnprocessableEntity, f, &rec, bad, "")
	case errors.Is(err, fault.Stale):
		f.Version = strconv.Itoa(rec.Version)
		return h.showRequest(w, r, http.StatusConflict, f, &rec, nil, "这份请示刚刚被别人改过，下面先列出现在的内容。您填写的还在，请核对后再决定要不要保存。")
	}
	return err
}

func requestFacts(rec *mandate.RequestRecord) []ui.Fact {
	list := []ui.Fact{
		{Label: "文号", Text: rec.Number},
		{Label: "方式", Text: choice.Name(mandate.Measures, rec.Measure)},
		{Label: "类别", Text: choice.Name(mandate.Subjects, rec.Subject)},
		{Label: "对象", Text: rec.Object},
		{Label: "拟开展", Text: calendar.Date(rec.ActOn)},
		{Label: "拟开展的监督", Text: rec.Content, Wide: true},
		{Label: "理由", Text: rec.Reason, Wide: true},
		{Label: "缺的授权", Text: rec.Missing, Wide: true},
		{Label: "起草", Text: rec.Creator},
	}
	if rec.SignedOn != nil {
		list = append(list, ui.Fact{Label: "签发", Text: rec.Signer + " " + page.Day(rec.SignedOn)})
	}
	if rec.SubmittedOn != nil {
		list = append(list, ui.Fact{Label: "报送", Text: page.Day(rec.SubmittedOn)})
	}
	if rec.Mandate != "" {
		list = append(list, ui.Fact{Label: "授权", Text: rec.Mandate, URL: page.MandateURL(rec.MandateID)})
	}
	if rec.DecidedOn != nil {
		list = append(list, ui.Fact{Label: "答复", Text: rec.Decider + " " + page.Day(rec.DecidedOn) + " " + rec.Decision, Wide: true})
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

func (h handler) request(w http.ResponseWriter, r *http.Request) error {
	return h.showRequestRecord(w, r, http.StatusOK, nil)
}

var requestConsequences = map[string]string{
	"signature":  "编发文号。签发后不能修改。",
	"submission": "报送市人大常委会，由办公室和领导研究。",
	"grant":      "按请示起草一份一事一授权，经领导批准、下达后生效。",
	"decline":    "告知街道理由，不能恢复。",
	"dropping":   "撤销后不能恢复。",
}

func (h handler) showRequestRecord(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.readRequest(r)
	if err != nil {
		return err
	}
	actor := page.Actor(r)
	v := &recordView{
		head: ui.PageHead{Title: rec.Title, Sub: rec.Street, Back: &ui.Link{Label: "授权请示", URL: page.MandateRequestsURL}}, bad: sent.Bad(),
		status: *tag(&mandate.RequestProcedure, rec.State), turn: mandate.RequestProcedure.Info(rec.State).Turn, facts: requestFacts(&rec), events: page.Events(rec.Timeline),
	}
	v.head.Links = append(v.head.Links, ui.Link{Label: "请示文本", URL: page.MandateRequestURL(rec.ID) + "/document.docx", Icon: "document"})
	if rec.State == mandate.Draft && actor.May(access.DraftMandateRequest) {
		v.head.Links = append(v.head.Links, ui.Link{Label: "修改", URL: page.MandateRequestURL(rec.ID) + "/edit"})
	}
	if rec.MandateID != 0 && actor.StreetID == 0 {
		v.head.Links = append(v.head.Links, ui.Link{Label: "授权草稿", URL: page.MandateURL(rec.MandateID)})
	}
	v.moves = requestMoves(actor, &rec, sent)
	return v.answer(w, r, code, sent, "这份请示")
}

func requestMoves(actor access.Actor, rec *mandate.RequestRecord, sent *page.Sent) (list []ui.Move) {
	for _, m := range mandate.RequestProcedure.Open(actor, rec.State) {
		var controls []ui.Control
		if m.Name == "decline" {
			controls = []ui.Control{why("reason", "理由", false)}
		}
		out := ui.Move{
			Label: m.Label, Action: page.MandateRequestURL(rec.ID) + "/" + m.Name, Consequence: requestConsequences[m.Name], Grave: m.Grave,
			Primary: m.Name != "decline" && m.Name != "dropping", Version: strconv.Itoa(rec.Version),
		}
		sent.Fill(&out, m.Name, controls)
		list = append(list, out)
	}
	sent.Unfold(list)
	return list
}

// requestActs are what the moves of a request do, but for the grant, which leads to
// the draft that it makes.
var requestActs = map[string]act{
	"signature":  plain((*mandate.Store).SignRequest),
	"submission": plain((*mandate.Store).SubmitRequest),
	"dropping":   plain((*mandate.Store).DropRequest),
	"decline":    reasoned("reason", "理由", true, (*mandate.Store).Decline),
}

func (h handler) moveRequest(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		a, to := asked{Sent: sent}, page.MandateRequestURL(sent.ID)
		if name == "grant" {
			var draft int64
			draft, err = h.mandates.Grant(r.Context(), page.Actor(r), a.step())
			to = page.MandateURL(draft)
		} else {
			err = requestActs[name](r.Context(), h.mandates, page.Actor(r), a)
		}
		said := "“" + mandate.RequestProcedure.Move(name).Label + "”已完成。"
		return sent.Answer(w, err, to, said, func(code int) error { return h.showRequestRecord(w, r, code, sent) })
	}
}

func (h handler) requestPaper(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readRequest(r)
	if err != nil {
		return err
	}
	return send(w, rec.Title, rec.Paper())
}
