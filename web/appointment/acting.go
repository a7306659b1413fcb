package appointment

import (
	"net/http"
	"time"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typedHead is the form that notes who heads a committee, as it was typed.
type typedHead struct {
	Key      string `form:"key"`
	Post     string `form:"post"`
	From     string `form:"from_on"`
	Through  string `form:"through_on"`
	Document string `form:"document"`

	papers []file.Upload
	chosen string
}

func (f *typedHead) parse(street int64) (appointment.NewActingHead, fault.Fields) {
	var r text.Reader
	n := appointment.NewActingHead{
		Key: r.Line("key", f.Key, "表单编号", 64, true), StreetID: street, PostID: page.Int64(f.Post),
		FromOn: r.Date("from_on", f.From, "开始日期", true), Document: r.Line("document", f.Document, "依据的文件", maxDocument, true), Papers: f.papers,
	}
	if day := r.Date("through_on", f.Through, "最后一天", false); !day.IsZero() {
		n.ThroughOn = &day
	}
	if n.PostID == 0 {
		r.Bad.Add("post", "请选择主持工作的副主任")
	}
	return n, r.Bad
}

func headsURL(street int64) string { return page.CommitteeURL(street) + "/acting-heads" }

func (h handler) headForm(w http.ResponseWriter, r *http.Request) error {
	return h.showHeadForm(w, r, http.StatusOK, typedHead{Key: page.Key(), From: calendar.ISO(h.files.Now())}, nil)
}

func (h handler) showHeadForm(w http.ResponseWriter, r *http.Request, code int, f typedHead, bad fault.Fields) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	name, posts, err := h.files.Deputies(r.Context(), page.Actor(r), street)
	if err != nil {
		return err
	}
	in := func(kind string, f ui.Field) ui.Control { return ui.Control{Kind: kind, Field: f.For(bad)} }
	v := paperForm{
		head: ui.PageHead{
			Title: "登记主持工作", Sub: name + "：主任空缺期间，由一名在任的副主任主持工作。", Back: &ui.Link{Label: "组成人员", URL: page.CommitteeURL(street)},
		},
		warning: "登记以后，这名副主任可以主持工委主任会议。新主任到任，或者本人离任，主持工作随即结束。这不是任命，职务仍是副主任。",
		action:  headsURL(street), hidden: []ui.Field{{Name: "key", Value: f.Key}}, button: "登记", bad: bad,
		controls: []ui.Control{
			in("select", ui.Field{Name: "post", Label: "主持工作的副主任", Value: f.Post, Options: page.Rows(committee.PostChoices(posts), "请选择")}),
			in("input", ui.Field{Name: "from_on", Label: "开始日期", Type: "date", Value: f.From}),
			in("input", ui.Field{Name: "through_on", Label: "最后一天", Hint: "不填的，到新主任到任为止", Type: "date", Value: f.Through, Optional: true}),
			in("input", ui.Field{Name: "document", Label: "依据的文件", Hint: "文件的名称和文号", Value: f.Document, Max: maxDocument}),
			in("files", ui.Field{Name: "papers", Label: "文件", Value: f.chosen, Optional: true}),
		},
	}
	return page.Render(w, r, code, paperFormPage(&v))
}

func (h handler) noteHead(w http.ResponseWriter, r *http.Request) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	f, err := page.Upload[typedHead](w, r)
	if err != nil {
		return err
	}
	f.papers, f.chosen = page.Files(r, "papers"), page.Chosen(r, "papers")
	n, bad := f.parse(street)
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.files.NoteActingHead(r.Context(), page.Actor(r), n)
	}
	switch bad, ok := page.Complaints(err); {
	case ok:
		return h.showHeadForm(w, r, http.StatusUnprocessableEntity, f, bad)
	case err != nil:
		return err
	}
	return page.Done(w, r, page.ActingHeadURL(street, id), "已经登记主持工作。")
}

func (h handler) actingHead(w http.ResponseWriter, r *http.Request) error {
	return h.showHead(w, r, http.StatusOK, nil)
}

func (h handler) showHead(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	street, id, err := pair(r)
	if err != nil {
		return err
	}
	a, papers, err := h.files.ActingHead(r.Context(), page.Actor(r), street, id)
	if err != nil {
		return err
	}
	today := calendar.On(h.files.Now())
	v := noteView{
		head:   ui.PageHead{Title: "主持工作", Sub: a.Committee, Back: &ui.Link{Label: "组成人员", URL: page.CommitteeURL(street)}, Print: true},
		status: headStatus(&a, today), none: "没有上传文件。", papers: page.Attachments(papers),
		facts: []ui.Fact{
			{Label: "主持工作", Text: choice.Name(committee.PostNames, committee.DeputyDirector) + a.Name},
			{Label: "期限", Text: a.Span()},
			{Label: "依据的文件", Text: a.Document},
			{Label: "登记", Text: a.Creator + "，" + calendar.DateTime(a.CreatedAt)},
		},
	}
	if a.EndedWhy != "" {
		v.facts = append(v.facts, ui.Fact{Label: "结束", Text: page.Day(a.UntilOn) + "起不再主持工作，" + a.EndedWhy, Wide: true})
	}
	if page.Actor(r).May(access.DecideAppointment) && a.State(today) != committee.Over {
		v.moves = []ui.Move{{
			Label: "结束主持工作", Action: page.ActingHeadURL(street, id) + "/end", Button: "结束", Grave: true,
			Consequence: "从今天起，" + a.Name + "不能再以主持工作的名义主持主任会议。结束后不能恢复，需要的另行登记。",
		}}
		sent.Fill(&v.moves[0], "end", []ui.Control{why("结束的理由")})
	}
	return v.render(w, r, code, sent, "主持工作已经结束，下面是现在的内容。")
}

func headStatus(a *committee.ActingHead, today time.Time) *ui.Status {
	tone := map[string]ui.Tone{committee.Live: ui.ToneGo, committee.Ahead: ui.ToneWait, committee.Over: ui.ToneDone}[a.State(today)]
	return &ui.Status{Text: choice.Name(committee.ActingStates, a.State(today)), Tone: tone}
}

func (h handler) endHead(w http.ResponseWriter, r *http.Request) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	sent, err := page.ReadMove(w, r, "end")
	if err != nil {
		return err
	}
	why := asked{sent}.reason("结束的理由")
	err = sent.Try(func() error { return h.files.EndActingHead(r.Context(), page.Actor(r), street, sent.ID, why) })
	return sent.Answer(w, err, page.ActingHeadURL(street, sent.ID), "主持工作已经结束。", func(code int) error { return h.showHead(w, r, code, sent) })
}
