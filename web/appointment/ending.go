package appointment

import (
	"net/http"
	"slices"

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

// maxDocument is how long the name of a paper may be, in characters.
const maxDocument = 100

// typedEnding is the form that reports the end of a post, as it was typed.
type typedEnding struct {
	Post     string `form:"post"`
	Why      string `form:"why"`
	On       string `form:"on"`
	Document string `form:"document"`
	Sure     string `form:"sure"`

	proof  []file.Upload
	chosen string // the names of the files
}

func (f *typedEnding) parse(street int64) (appointment.NewEnding, fault.Fields) {
	var r text.Reader
	n := appointment.NewEnding{
		StreetID: street, PostID: page.Int64(f.Post), On: r.Date("on", f.On, "终止日期", true),
		Why: f.Why, Document: r.Line("document", f.Document, "报备文件", maxDocument, true), Proof: f.proof,
	}
	if choice.Name(appointment.Endings, f.Why) == "" {
		r.Bad.Add("why", "请选择终止的原因")
	}
	if len(f.proof) == 0 {
		r.Bad.Add("proof", "请上传证明材料")
	}
	if f.Sure != "on" {
		r.Bad.Add("sure", "请确认：已经核对，职务确实自行终止")
	}
	return n, r.Bad
}

// paperForm is a page that notes something about a post, with its papers.
type paperForm struct {
	head     ui.PageHead
	warning  string
	facts    []ui.Fact
	action   string
	hidden   []ui.Field
	controls []ui.Control
	button   string
	bad      fault.Fields
}

func (h handler) endingForm(w http.ResponseWriter, r *http.Request) error {
	return h.showEndingForm(w, r, http.StatusOK, typedEnding{Post: r.URL.Query().Get("post")}, nil)
}

func (h handler) showEndingForm(w http.ResponseWriter, r *http.Request, code int, f typedEnding, bad fault.Fields) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	term, err := h.files.Term(r.Context(), page.Actor(r), street, page.Int64(f.Post))
	if err != nil {
		return err
	}
	v := paperForm{
		head: ui.PageHead{
			Title: "职务自行终止", Sub: choice.Name(committee.PostNames, term.Post) + term.Name, Back: &ui.Link{Label: "组成人员", URL: page.CommitteeURL(street)},
		},
		facts: []ui.Fact{
			{Label: "姓名", Text: term.Name}, {Label: "职务", Text: choice.Name(committee.PostNames, term.Post)}, {Label: "任职起", Text: calendar.Date(term.Since)},
		},
		action: endingsURL(street), hidden: []ui.Field{{Name: "post", Value: f.Post}}, bad: bad,
	}
	day := "从填写的日期起"
	v.warning = "报备后由市人大常委会备案。备案以后，" + term.Name + day + "不再担任职务：不能签署、主持，不计入应到人数，居民网站不再列出。备案后不能恢复，重新任职要重新任命。"
	v.button = "报备"
	if page.Actor(r).May(access.DecideAppointment) {
		v.warning = "登记即备案。" + term.Name + day + "不再担任职务：不能签署、主持，不计入应到人数，居民网站不再列出。备案后不能恢复，重新任职要重新任命。"
		v.button = "登记并备案"
	}
	in := func(kind string, f ui.Field) ui.Control { return ui.Control{Kind: kind, Field: f.For(bad)} }
	v.controls = []ui.Control{
		in("radio", ui.Field{Name: "why", Label: "终止的原因", Hint: "免职、辞职要由市人大常委会表决，不在这里办理。换届、机构改名的，职务不终止", Value: f.Why, Options: page.Terms(appointment.Endings, "")}),
		in("input", ui.Field{Name: "on", Label: "终止日期", Hint: "去世、撤销或者合并的日期，从这一天起不再担任职务", Type: "date", Value: f.On}),
		in("input", ui.Field{Name: "document", Label: "报备文件", Hint: "文件的名称和文号", Value: f.Document, Max: maxDocument}),
		in("files", ui.Field{Name: "proof", Label: "证明材料", Hint: "例如 死亡证明、机构撤销的决定", Value: f.chosen}),
		in("box", ui.Field{Name: "sure", Label: "已经核对，职务确实自行终止", Value: f.Sure}),
	}
	return page.Render(w, r, code, paperFormPage(&v))
}

func endingsURL(street int64) string { return page.CommitteeURL(street) + "/endings" }

func (h handler) reportEnding(w http.ResponseWriter, r *http.Request) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	f, err := page.Upload[typedEnding](w, r)
	if err != nil {
		return err
	}
	f.proof, f.chosen = page.Files(r, "proof"), page.Chosen(r, "proof")
	n, bad := f.parse(street)
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.files.ReportEnding(r.Context(), page.Actor(r), n)
	}
	switch bad, ok := page.Complaints(err); {
	case ok:
		return h.showEndingForm(w, r, http.StatusUnprocessableEntity, f, bad)
	case err != nil:
		return err
	}
	if page.Actor(r).May(access.DecideAppointment) {
		return page.Done(w, r, page.EndingURL(street, id), "已经备案，职务终止。")
	}
	return page.Done(w, r, page.EndingURL(street, id), "已经报备，等市人大常委会备案。")
}

// noteView is the page of a report or a note about a post.
type noteView struct {
	head   ui.PageHead
	status *ui.Status
	turn   string
	facts  []ui.Fact
	papers []ui.Attachment
	none   string // instead of papers
	moves  []ui.Move
	again  *ui.Link

	bad     fault.Fields
	changed string // somebody else settled it meanwhile
	left    []ui.Fact
}

// render shows the page with the move that was not accepted, as it was sent;
// changed says what happened meanwhile.
func (v *noteView) render(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent, changed string) error {
	v.bad = sent.Bad()
	if code == http.StatusConflict {
		v.changed, v.left = changed, sent.Left(v.moves)
	}
	return page.Render(w, r, code, notePage(v))
}

func (h handler) ending(w http.ResponseWriter, r *http.Request) error {
	return h.showEnding(w, r, http.StatusOK, nil)
}

func (h handler) showEnding(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	street, id, err := pair(r)
	if err != nil {
		return err
	}
	e, proof, err := h.files.Ending(r.Context(), page.Actor(r), street, id)
	if err != nil {
		return err
	}
	v := noteView{
		head: ui.PageHead{Title: "职务自行终止", Sub: e.Committee, Back: &ui.Link{Label: "组成人员", URL: page.CommitteeURL(street)}, Print: true},
		none: "没有证明材料。", papers: page.Attachments(proof),
	}
	v.status, v.turn = endingState(&e)
	v.facts = slices.DeleteFunc([]ui.Fact{
		{Label: "姓名", Text: e.Name},
		{Label: "职务", Text: e.PostName()},
		{Label: "任职起", Text: calendar.Date(e.Since)},
		{Label: "终止的原因", Text: choice.Name(appointment.Endings, e.Why)},
		{Label: "终止日期", Text: calendar.Date(e.EndedOn)},
		{Label: "报备文件", Text: e.Document},
		{Label: "报备", Text: e.Creator + "，" + calendar.DateTime(e.CreatedAt)},
		{Label: "备案", Text: joinDay(e.Recorder, page.Day(e.RecordedOn))},
		{Label: "退回的理由", Text: e.ReturnedWhy, Wide: true},
	}, func(f ui.Fact) bool { return f.Text == "" })
	actor := page.Actor(r)
	at := page.EndingURL(street, id)
	if e.Open() && actor.May(access.DecideAppointment) {
		v.moves = []ui.Move{
			{
				Label: "备案", Action: at + "/filing", Button: "备案，职务终止", Grave: true,
				Consequence: e.Name + "的职务从" + calendar.Date(e.EndedOn) + "起终止：不能签署、主持，不计入应到人数，居民网站不再列出。备案后不能恢复。",
			},
			{Label: "退回", Action: at + "/return", Consequence: "退回以后职务不终止，由街道重新报备。"},
		}
		sent.Fill(&v.moves[1], "return", []ui.Control{why("退回的理由")})
	}
	if e.ReturnedOn != nil && e.Held && actor.May(access.ReportEnding) {
		v.again = &ui.Link{Label: "重新报备", URL: endingsURL(street) + "/new?post=" + page.Number(e.PostID)}
	}
	return v.render(w, r, code, sent, "这件报备刚刚被别人办过，下面是现在的内容。")
}

func joinDay(who, day string) string {
	if day == "" {
		return ""
	}
	return who + "，" + day
}

func endingState(e *appointment.Ending) (*ui.Status, string) {
	switch {
	case e.RecordedOn != nil:
		return &ui.Status{Text: "已备案", Tone: ui.ToneDone}, "职务从" + calendar.Date(e.EndedOn) + "起终止"
	case e.ReturnedOn != nil:
		return &ui.Status{Text: "已退回", Tone: ui.ToneStop}, page.Day(e.ReturnedOn) + "市人大常委会退回，职务没有终止"
	}
	return &ui.Status{Text: "待备案", Tone: ui.ToneWait}, "待市人大常委会备案，备案以前仍是在任"
}

// pair reads the street and the ID that the address names.
func pair(r *http.Request) (street, id int64, err error) {
	if street, err = page.ID(r, "street"); err != nil {
		return 0, 0, err
	}
	id, err = page.ID(r, "id")
	return street, id, err
}

func (h handler) fileEnding(w http.ResponseWriter, r *http.Request) error {
	return h.settle(w, r, "filing", "已经备案，职务终止。", func(street int64, a asked) error {
		return h.files.FileEnding(r.Context(), page.Actor(r), street, a.ID)
	})
}

func (h handler) returnEnding(w http.ResponseWriter, r *http.Request) error {
	return h.settle(w, r, "return", "已经退回。", func(street int64, a asked) error {
		why := a.reason("退回的理由")
		return a.Try(func() error { return h.files.ReturnEnding(r.Context(), page.Actor(r), street, a.ID, why) })
	})
}

// settle serves the city's step on a report.
func (h handler) settle(w http.ResponseWriter, r *http.Request, name, said string, do func(street int64, a asked) error) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	sent, err := page.ReadMove(w, r, name)
	if err != nil {
		return err
	}
	return sent.Answer(w, do(street, asked{sent}), page.EndingURL(street, sent.ID), said, func(code int) error { return h.showEnding(w, r, code, sent) })
}
