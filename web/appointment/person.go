package appointment

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/appointment"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typedPerson is the form of a person to add, as it was typed.
type typedPerson struct {
	Key         string `form:"key"`
	Version     string `form:"version"`
	Act         string `form:"act"`
	Term        string `form:"term"`
	Post        string `form:"post"`
	Name        string `form:"name"`
	Sex         string `form:"sex"`
	Born        string `form:"born"`
	Work        string `form:"work"`
	Phone       string `form:"phone"`
	OtherOffice string `form:"other_office"`
}

func (f *typedPerson) parse() (appointment.NewAppointee, fault.Fields) {
	var r text.Reader
	n := appointment.NewAppointee{
		Key:         r.Line("key", f.Key, "表单编号", 64, true),
		Act:         r.Choice("act", f.Act, "任免", choice.Keys(appointment.Acts)...),
		TermID:      page.Int64(f.Term),
		OtherOffice: r.Line("other_office", f.OtherOffice, "担任的其他职务", appointment.MaxOffice, false),
	}
	switch {
	case n.Act == appointment.Appoint:
		n.Post = r.Choice("post", f.Post, "职务", choice.Keys(committee.PostNames)...)
		if n.TermID == 0 {
			n.Person = f.person(&r)
		}
	case n.TermID == 0:
		r.Bad.Add("term", "请选择要免职或辞职的人")
	}
	return n, r.Bad
}

func (f *typedPerson) person(r *text.Reader) person.New {
	p := person.New{
		Name: r.Line("name", f.Name, "姓名", text.Name, true), Work: r.Line("work", f.Work, "工作单位和职务", appointment.MaxOffice, true),
		Phone: r.Phone("phone", f.Phone, "电话", false),
	}
	p.Sex = r.Choice("sex", f.Sex, "性别", choice.Keys(person.Sexes)...)
	if f.Born != "" {
		p.Born = r.Int("born", f.Born, "出生年份", 1920, 2020)
	}
	return p
}

func (h handler) personForm(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if rec.State != appointment.Preparing {
		return page.Redirect(w, r, page.AppointmentURL(rec.ID))
	}
	return page.OK(w, r, personFormPage(&rec, typedPerson{Key: page.Key(), Act: appointment.Appoint, Post: committee.Member}, nil))
}

func (h handler) addPerson(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	f, err := page.Form[typedPerson](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	var id int64
	if len(bad) == 0 {
		id, err = h.files.Add(r.Context(), page.Actor(r), appointment.Step{ID: rec.ID, Version: page.Version(f.Version)}, n)
		bad, _ = page.Complaints(err)
	}
	switch {
	case errors.Is(err, fault.Stale):
		bad.Add("name", "这件任免刚刚被别人改过，已经换成最新的内容。请核对名单后再加入。")
		return page.Render(w, r, http.StatusConflict, personFormPage(&rec, f, bad))
	case len(bad) > 0:
		return page.Render(w, r, http.StatusUnprocessableEntity, personFormPage(&rec, f, bad))
	case err != nil:
		return err
	}
	return page.Done(w, r, personURL(rec.ID, id), "已加入。请上传任免呈报表和"+appointment.ReviewName(n.Act)+"。")
}

// terms are the people in post, to choose who leaves or changes posts.
func terms(rec *appointment.Record) []ui.Option {
	return page.Rows(committee.PostChoices(rec.InPost), "不是现任成员")
}

// personView is the page of one person in a file.
type personView struct {
	rec      appointment.Record
	who      *appointment.Appointee
	head     ui.PageHead
	result   *ui.Status
	facts    []ui.Fact
	forms    []ui.Attachment
	reviews  []ui.Attachment
	moves    []ui.Move
	bad      fault.Fields
	changed  string
	warnings []string
}

func (h handler) readPerson(r *http.Request, sent *page.Sent) (*personView, error) {
	rec, err := h.read(r)
	if err != nil {
		return nil, err
	}
	id, err := page.ID(r, "person")
	if err != nil {
		return nil, err
	}
	v := &personView{rec: rec, who: rec.Person(id), bad: sent.Bad()}
	if v.who == nil {
		return nil, fault.NotFound
	}
	v.show()
	if prepares(page.Actor(r), &rec) {
		v.moves = v.open(sent)
	}
	return v, nil
}

func (v *personView) show() {
	a := v.who
	v.head = ui.PageHead{Title: a.Name, Sub: a.ActName() + a.PostName(), Back: &ui.Link{Label: v.rec.Title, URL: page.AppointmentURL(v.rec.ID)}}
	if a.Certificate != "" {
		v.head.Links = []ui.Link{{Label: "任命书", URL: personURL(v.rec.ID, a.ID) + "/document.docx", Icon: "export"}}
	}
	v.result = outcome(&v.rec, a)
	born := ""
	if a.Born != nil {
		born = strconv.Itoa(*a.Born) + " 年"
	}
	v.facts = slices.DeleteFunc([]ui.Fact{
		{Label: "性别", Text: choice.Name(person.Sexes, a.Sex)},
		{Label: "出生", Text: born},
		{Label: "工作单位和职务", Text: a.Work},
		{Label: "行政、监察、审判、检察职务", Text: a.OtherOffice},
		{Label: "任命书", Text: a.Certificate},
	}, func(f ui.Fact) bool { return f.Text == "" })
	if a.Act == appointment.Appoint && a.OtherOffice != "" {
		v.warnings = []string{"工委组成人员担任行政、监察、审判、检察职务的，请先核对是否允许。"}
	}
	v.forms = page.Attachments(v.rec.Of(a.ID, appointment.Form))
	v.reviews = page.Attachments(v.rec.Of(a.ID, appointment.Review))
}

func (v *personView) open(sent *page.Sent) []ui.Move {
	at, version := personURL(v.rec.ID, v.who.ID), strconv.Itoa(v.rec.Version)
	papers := ui.Move{Label: "上传材料", Action: at + "/papers", Button: "上传", Primary: true, Open: true, Version: version}
	sent.Fill(&papers, "papers", []ui.Control{
		{"radio", ui.Field{Name: "kind", Label: "哪种材料", Value: firstLacking(v.who), Options: []ui.Option{
			{Value: appointment.Form, Label: "任免呈报表"}, {Value: appointment.Review, Label: appointment.ReviewName(v.who.Act)},
		}}},
		{"files", ui.Field{Name: "files", Label: "文件", Hint: page.UploadHint(v.rec.Limits)}},
	})
	return []ui.Move{papers, {Label: "移出", Action: at + "/removal", Grave: true, Consequence: "移出这件任免案。已经上传的材料不再显示。", Version: version}}
}

func firstLacking(a *appointment.Appointee) string {
	if a.Forms > 0 && a.Reviews == 0 {
		return appointment.Review
	}
	return appointment.Form
}

func (h handler) person(w http.ResponseWriter, r *http.Request) error {
	v, err := h.readPerson(r, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, personPage(v))
}

// personMove serves what is done with one person while the file is prepared.
func (h handler) personMove(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := h.readPerson(r, nil)
		if err != nil {
			return err
		}
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		a, back, said := asked{sent}, personURL(v.rec.ID, v.who.ID), "材料已上传。"
		if name == "removal" {
			back, said = page.AppointmentURL(v.rec.ID), v.who.Name+"已移出。"
			err = h.files.TakeOut(r.Context(), page.Actor(r), a.step(), v.who.ID)
		} else {
			kind := a.Word("kind", "哪种材料", appointment.Form, appointment.Review)
			err = a.Try(func() error {
				return h.files.Attach(r.Context(), page.Actor(r), a.step(), appointment.Paper{Kind: kind, Appointee: v.who.ID}, a.Field("files"), a.Files("files"))
			})
		}
		return sent.Answer(w, err, back, said, func(code int) error {
			v, err := h.readPerson(r, sent)
			if err != nil {
				return err
			}
			if code == http.StatusConflict {
				v.changed = changed
			}
			return page.Render(w, r, code, personPage(v))
		})
	}
}
