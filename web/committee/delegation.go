package committee

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

func delegationsURL(street int64) string { return page.CommitteeURL(street) + "/delegations" }

func delegationURL(street, id int64) string {
	return delegationsURL(street) + "/" + page.Number(id)
}

// powers say who may use the director's powers on the record's day.
func powers(rec *committee.StreetRecord) []ui.Fact {
	var preside, sign []string
	for _, h := range rec.Holders {
		who := choice.Name(committee.PostNames, h.Post) + h.Name
		if h.Presides {
			preside = append(preside, who)
		}
		if h.Sign {
			sign = append(sign, who)
		}
	}
	on := calendar.Date(rec.On)
	return []ui.Fact{
		{Label: on + "可以主持主任会议", Text: someone(preside)},
		{Label: on + "可以签发文件", Text: someone(sign)},
	}
}

func someone(names []string) string {
	if len(names) == 0 {
		return "没有人"
	}
	return strings.Join(names, "、")
}

func delegations(rec *committee.StreetRecord) ui.Table {
	t := ui.Table{Caption: "授权委托书", Columns: []ui.Column{{Label: "受托人"}, {Label: "委托什么"}, {Label: "期限"}, {Label: "状态"}}}
	for i := range rec.Delegations {
		d := &rec.Delegations[i]
		at := delegationURL(d.StreetID, d.ID)
		t.Rows = append(t.Rows, ui.Row{URL: at, Cells: []ui.Cell{
			{Text: receiver(d), Sub: d.Number, URL: at}, {Text: powerNames(d)}, {Text: span(d)}, {Status: delegationStatus(d)},
		}})
	}
	return t
}

func receiver(d *committee.Delegation) string {
	return choice.Name(committee.PostNames, d.ToPost) + d.To
}

func powerNames(d *committee.Delegation) string {
	var names []string
	for _, p := range d.Powers {
		names = append(names, choice.Name(committee.Powers, p))
	}
	return strings.Join(names, "、")
}

func span(d *committee.Delegation) string {
	return calendar.Date(d.FromOn) + "至" + calendar.Date(d.ThroughOn)
}

func delegationStatus(d *committee.Delegation) *ui.Status {
	tone := map[string]ui.Tone{committee.Live: ui.ToneGo, committee.Ahead: ui.ToneWait}[d.State]
	if tone == "" {
		tone = ui.ToneDone
	}
	return &ui.Status{Text: choice.Name(committee.DelegationStates, d.State), Tone: tone}
}

// typedDelegation is the form as it was typed.
type typedDelegation struct {
	Key     string   `form:"key"`
	To      string   `form:"to"`
	Powers  []string `form:"powers"`
	Scope   string   `form:"scope"`
	From    string   `form:"from_on"`
	Through string   `form:"through_on"`
	Reason  string   `form:"reason"`
}

func (f *typedDelegation) parse(street int64) (n committee.NewDelegation, bad fault.Fields) {
	var read text.Reader
	n = committee.NewDelegation{
		StreetID: street, Key: read.Line("key", f.Key, "表单编号", 64, true), ToPostID: page.Int64(f.To),
		Scope:  read.Text("scope", f.Scope, "范围", committee.MaxScope, slices.Contains(f.Powers, "other")),
		FromOn: read.Date("from_on", f.From, "开始日期", true), ThroughOn: read.Date("through_on", f.Through, "最后一天", true),
		Reason: read.Text("reason", f.Reason, "事由", committee.MaxReason, true),
	}
	for _, p := range committee.Powers {
		if slices.Contains(f.Powers, p.Key) {
			n.Powers = append(n.Powers, p.Key)
		}
	}
	if n.ToPostID == 0 {
		read.Bad.Add("to", "请选择受托人")
	}
	if len(n.Powers) == 0 {
		read.Bad.Add("powers", "请选择委托什么")
	}
	return n, read.Bad
}

// delegationForm is the page on which a delegation is signed.
type delegationForm struct {
	head     ui.PageHead
	action   string
	key      string
	controls []ui.Control
	bad      fault.Fields
}

func (h handler) newDelegation(w http.ResponseWriter, r *http.Request) error {
	today := calendar.ISO(h.streets.Now())
	return h.showDelegationForm(w, r, http.StatusOK, typedDelegation{Key: page.Key(), From: today, Powers: []string{"preside"}}, nil)
}

func (h handler) showDelegationForm(w http.ResponseWriter, r *http.Request, code int, f typedDelegation, bad fault.Fields) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(rec.Posts, func(p committee.PostLine) bool { return p.Post == committee.Director })
	in := func(kind string, f ui.Field) ui.Control { return ui.Control{Kind: kind, Field: f.For(bad)} }
	return page.Render(w, r, code, delegationFormPage(&delegationForm{
		head: ui.PageHead{
			Title: "签署授权委托书", Sub: "由在任的主任本人签署，编发文号。签署后不能修改，只能收回。",
			Back: &ui.Link{Label: rec.Committee, URL: page.CommitteeURL(rec.ID)},
		},
		action: delegationsURL(rec.ID), key: f.Key, bad: bad,
		controls: []ui.Control{
			in("select", ui.Field{Name: "to", Label: "受托人", Value: f.To, Options: page.Rows(committee.PostChoices(rest), "请选择")}),
			in("check", ui.Field{Name: "powers", Label: "委托什么", Chosen: f.Powers, Options: page.Terms(committee.Powers, "")}),
			in("text", ui.Field{Name: "scope", Label: "范围", Hint: "选了“其他”的，写明委托的事项", Value: f.Scope, Rows: 2, Max: committee.MaxScope, Optional: true}),
			in("input", ui.Field{Name: "from_on", Label: "开始日期", Type: "date", Value: f.From}),
			in("input", ui.Field{Name: "through_on", Label: "最后一天", Type: "date", Value: f.Through}),
			in("text", ui.Field{Name: "reason", Label: "事由", Hint: "例如 外出学习", Value: f.Reason, Rows: 2, Max: committee.MaxReason}),
		},
	}))
}

func (h handler) delegate(w http.ResponseWriter, r *http.Request) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	f, err := page.Form[typedDelegation](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse(street)
	var id int64
	if err = bad.Err(); err == nil {
		id, err = h.streets.Delegate(r.Context(), page.Actor(r), n)
	}
	if bad, ok := page.Complaints(err); ok {
		return h.showDelegationForm(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, delegationURL(street, id), "授权委托书已签署。")
}

// delegationView is the page of one delegation.
type delegationView struct {
	head     ui.PageHead
	status   ui.Status
	facts    []ui.Fact
	withdraw *panel
	events   []ui.Event
	bad      fault.Fields
	banner   string
}

func (h handler) readDelegation(r *http.Request) (d committee.Delegation, err error) {
	street, err := page.ID(r, "street")
	if err != nil {
		return d, err
	}
	id, err := page.ID(r, "id")
	if err != nil {
		return d, err
	}
	return h.streets.Delegation(r.Context(), page.Actor(r), street, id)
}

func (h handler) delegation(w http.ResponseWriter, r *http.Request) error {
	return h.showDelegation(w, r, http.StatusOK, nil, "")
}

func (h handler) showDelegation(w http.ResponseWriter, r *http.Request, code int, bad fault.Fields, banner string) error {
	d, err := h.readDelegation(r)
	if err != nil {
		return err
	}
	at := delegationURL(d.StreetID, d.ID)
	v := &delegationView{
		head: ui.PageHead{
			Title: "授权委托书", Sub: d.Number, Back: &ui.Link{Label: d.Committee, URL: page.CommitteeURL(d.StreetID)},
			Links: []ui.Link{{Label: "委托书文本", URL: at + "/document.docx", Icon: "document"}},
		},
		status: *delegationStatus(&d), facts: delegationFacts(&d), events: page.Events(d.Timeline), bad: bad, banner: banner,
	}
	if page.Actor(r).May(access.DelegateCommittee) && (d.State == committee.Live || d.State == committee.Ahead) {
		v.withdraw = &panel{Move: ui.Move{
			Label: "收回委托", Action: at + "/withdrawal", Button: "收回", Grave: true, Open: len(bad) > 0,
			Consequence: "从今天起，" + receiver(&d) + "不能再按这份委托书主持或者签发。收回后不能恢复。",
		}, controls: []ui.Control{{"text", ui.Field{
			Name: "why", Label: "收回的理由", Value: r.PostForm.Get("why"), Rows: 2, Max: committee.MaxReason,
		}.For(bad)}}}
	}
	return page.Render(w, r, code, delegationPage(v))
}

func delegationFacts(d *committee.Delegation) []ui.Fact {
	list := []ui.Fact{
		{Label: "委托人", Text: "主任" + d.From},
		{Label: "受托人", Text: receiver(d)},
		{Label: "委托什么", Text: powerNames(d)},
		{Label: "期限", Text: span(d)},
		{Label: "范围", Text: d.Scope, Wide: true},
		{Label: "事由", Text: d.Reason, Wide: true},
		{Label: "签署", Text: calendar.Date(d.SignedOn)},
	}
	if d.WithdrawnOn != nil {
		list = append(list, ui.Fact{Label: "收回", Text: page.Day(d.WithdrawnOn) + "起，" + d.WithdrawnWhy, Wide: true})
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

func (h handler) withdrawDelegation(w http.ResponseWriter, r *http.Request) error {
	d, err := h.readDelegation(r)
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Why string `form:"why"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	why := read.Text("why", f.Why, "收回的理由", committee.MaxReason, true)
	if err = read.Bad.Err(); err == nil {
		err = h.streets.WithdrawDelegation(r.Context(), page.Actor(r), d.StreetID, d.ID, why)
	}
	switch bad, ok := page.Complaints(err); {
	case err == nil:
		return page.Done(w, r, delegationURL(d.StreetID, d.ID), "委托已收回。")
	case ok:
		return h.showDelegation(w, r, http.StatusUnprocessableEntity, bad, "")
	case errors.Is(err, fault.Stale):
		return h.showDelegation(w, r, http.StatusConflict, nil, "这份委托书已经收回，下面是现在的内容。")
	}
	return err
}

func (h handler) delegationPaper(w http.ResponseWriter, r *http.Request) error {
	d, err := h.readDelegation(r)
	if err != nil {
		return err
	}
	page.Attachment(w, "授权委托书 "+d.Number+".docx", document.DOCX)
	return d.Paper().WriteDocx(w)
}
