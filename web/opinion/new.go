package opinion

import (
	"net/http"
	"slices"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/opinion"
	"portal/internal/text"
	"portal/web/page"
)

// typed is the form of one opinion as it was typed.
type typed struct {
	Key        string `form:"key"`
	Source     string `form:"source"`
	ReceivedOn string `form:"received_on"`
	Station    string `form:"station"`
	Community  string `form:"community"`
	Deputy     string `form:"deputy"`
	Kind       string `form:"kind"`
	Field      string `form:"field"`
	Location   string `form:"location"`
	Text       string `form:"text"`
	Anonymous  string `form:"anonymous"`
	Resident   string `form:"resident"`
	Phone      string `form:"phone"`
	Consent    string `form:"consent"`
	Sensitive  string `form:"sensitive"`
	Photos     string `form:"-"` // the names of the chosen files
}

// sources are those that a person with an account can register: what comes
// through the residents' site registers itself.
var sources = slices.DeleteFunc(slices.Clone(opinion.Sources), func(t choice.Term) bool { return t.Key == "online" || t.Key == "qr" })

// parse turns what was typed into an opinion, or complaints.
func (f *typed) parse() (opinion.New, fault.Fields) {
	var r text.Reader
	n := opinion.New{
		Key:            r.Line("key", f.Key, "表单编号", 64, true),
		Source:         r.Choice("source", f.Source, "来源", choice.Keys(sources)...),
		ReceivedOn:     r.Date("received_on", f.ReceivedOn, "收到日期", true),
		StationID:      page.Int64(f.Station),
		CommunityID:    page.Int64(f.Community),
		DeputyID:       page.Int64(f.Deputy),
		Kind:           r.Choice("kind", f.Kind, "类别", choice.Keys(opinion.Kinds)...),
		Field:          r.Choice("field", f.Field, "领域", choice.Keys(opinion.Fields)...),
		Location:       r.Line("location", f.Location, "地点", opinion.MaxLocation, false),
		Text:           r.Text("text", f.Text, "意见内容", opinion.MaxText, true),
		Anonymous:      f.Anonymous == "on",
		ConsentContact: f.Consent == "on",
		Sensitive:      f.Sensitive == "on",
	}
	if !n.Anonymous {
		n.Resident = r.Line("resident", f.Resident, "反映人姓名", text.Name, true)
		n.Phone = r.Phone("phone", f.Phone, "联系电话", false)
	}
	return n, r.Bad
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	f := typed{Key: page.Key(), ReceivedOn: calendar.ISO(h.opinions.Now()), Source: "letter"}
	if page.Actor(r).DeputyID != 0 {
		f.Source = "visit"
	}
	return h.showForm(w, r, http.StatusOK, f, nil)
}

func (h handler) showForm(w http.ResponseWriter, r *http.Request, code int, f typed, bad fault.Fields) error {
	choices, err := h.opinions.Choices(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, code, newPage(f, bad, choices, page.Actor(r).Role == access.Staff))
}

func (h handler) register(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Upload[typed](w, r)
	if err != nil {
		return err
	}
	f.Photos = page.Chosen(r, "photos")
	n, bad := f.parse()
	n.Files = page.Files(r, "photos")
	if len(bad) > 0 {
		return h.showForm(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	receipt, err := h.opinions.RegisterOne(r.Context(), page.Actor(r), n)
	if bad, ok := page.Complaints(err); ok {
		return h.showForm(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.OpinionURL(receipt.ID), "已登记，编号 "+receipt.Number+"，查询码 "+receipt.Code+"。请打印回执交给反映人。")
}
