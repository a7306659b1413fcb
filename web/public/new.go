package public

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/station"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typed is a resident's form as it was typed.
type typed struct {
	Key       string `form:"key"`
	Station   string `form:"station"`
	Kind      string `form:"kind"`
	Field     string `form:"field"`
	Text      string `form:"text"`
	Location  string `form:"location"`
	Place     string `form:"place"`
	Who       string `form:"who"`
	Resident  string `form:"resident"`
	Phone     string `form:"phone"`
	Consent   string `form:"consent"`
	Sensitive string `form:"sensitive"`
	Notice    string `form:"notice"`
	Step      string `form:"step"`
	Photos    string `form:"-"` // the names of those chosen
}

// filing is a form with what it is checked against and shown with.
type filing struct {
	typed
	opinion.New
	bad     fault.Fields
	places  []opinion.Place
	station *station.StationRecord // as the QR code on its poster says; nil without
	limits  file.Limits
}

var wholeKey = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// open reads what the form needs: the places and the station.
func (h handler) open(ctx context.Context, f typed) (*filing, error) {
	fl := &filing{typed: f}
	if !wholeKey.MatchString(fl.typed.Key) {
		fl.typed.Key = page.Key()
	}
	var err error
	if fl.places, err = h.Opinions.Places(ctx); err != nil {
		return nil, err
	}
	if id := page.Int64(f.Station); id != 0 {
		s, err := h.Stations.Station(ctx, resident, id)
		switch {
		case err == nil:
			fl.station = &s
		case !errors.Is(err, fault.NotFound): // a poster of a station that has closed
			return nil, err
		}
	}
	return fl, nil
}

// parse turns what was typed into an opinion, or complaints.
func (fl *filing) parse(today string) {
	f, r := &fl.typed, text.Reader{}
	fl.New = opinion.New{
		Key: f.Key, Source: "online",
		Kind:      r.Choice("kind", f.Kind, "哪一类", choice.Keys(opinion.Kinds)...),
		Text:      r.Text("text", f.Text, "您要反映的事", opinion.MaxText, true),
		Field:     r.Choice("field", f.Field, "哪个方面", choice.Keys(opinion.Fields)...),
		Location:  r.Line("location", f.Location, "地点", opinion.MaxLocation, false),
		Sensitive: f.Sensitive == "on",
	}
	fl.New.ReceivedOn, _ = calendar.Parse(today)
	if fl.station != nil {
		fl.New.Source, fl.New.StationID = "qr", fl.station.ID
	}
	if i := slices.IndexFunc(fl.options(), func(o ui.Option) bool { return o.Value == f.Place && o.Value != "" }); i >= 0 {
		fmt.Sscanf(f.Place, "%d-%d", &fl.New.StreetID, &fl.New.CommunityID)
	} else {
		r.Bad.Add("place", "请选择街道和社区")
	}
	switch f.Who {
	case "anonymous":
		fl.New.Anonymous = true
	case "named":
		fl.New.Resident = r.Line("resident", f.Resident, "姓名", text.Name, true)
		fl.New.Phone = r.Phone("phone", f.Phone, "电话", true)
		fl.New.ConsentContact = f.Consent == "on"
	default:
		r.Bad.Add("who", "请选择留姓名电话，还是匿名")
	}
	fl.bad = r.Bad
}

// options are the communities by street; of a station's poster, those of its
// street. Who does not know theirs chooses the street alone.
func (fl *filing) options() []ui.Option {
	list := []ui.Option{{Label: "请选择"}}
	several := slices.ContainsFunc(fl.places, func(p opinion.Place) bool { return p.City != fl.places[0].City })
	for i, p := range fl.places {
		if fl.station != nil && p.StreetID != fl.station.StreetID {
			continue
		}
		group := p.Street
		if several {
			group = p.City + p.Street
		}
		list = append(list, ui.Option{Value: fmt.Sprintf("%d-%d", p.StreetID, p.ID), Label: p.Name, Group: group})
		if i+1 == len(fl.places) || fl.places[i+1].StreetID != p.StreetID {
			list = append(list, ui.Option{Value: fmt.Sprintf("%d-0", p.StreetID), Label: p.Street + "，不清楚是哪个社区", Group: group})
		}
	}
	return list
}

// where is the chosen place in words.
func (fl *filing) where() string {
	for _, p := range fl.places {
		if p.StreetID == fl.New.StreetID && (p.ID == fl.New.CommunityID || fl.New.CommunityID == 0) {
			if fl.New.CommunityID == 0 {
				return p.Street
			}
			return p.Street + " " + p.Name
		}
	}
	return ""
}

// form shows the empty form.
func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[typed](r)
	fl, err := h.open(r.Context(), typed{Station: q.Station, Who: "named"})
	if err != nil {
		return err
	}
	if fl.station != nil {
		fl.Place = fmt.Sprintf("%d-%d", fl.station.StreetID, fl.station.CommunityID)
	}
	return page.OK(w, r, newPage(fl))
}

// review shows what was typed for a last look, or, with complaints or at the
// resident's wish, the form again.
func (h handler) review(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Upload[typed](w, r)
	if err != nil {
		return err
	}
	fl, err := h.open(r.Context(), f)
	if err != nil {
		return err
	}
	if f.Step == "edit" {
		return page.OK(w, r, newPage(fl))
	}
	fl.parse(calendar.ISO(h.site.Now()))
	if len(fl.bad) > 0 {
		return page.Render(w, r, http.StatusUnprocessableEntity, newPage(fl))
	}
	return h.showReview(w, r, http.StatusOK, fl)
}

func (h handler) showReview(w http.ResponseWriter, r *http.Request, code int, fl *filing) (err error) {
	if fl.limits, err = h.Opinions.Limits(r.Context(), fl.New.StreetID); err != nil {
		return err
	}
	return page.Render(w, r, code, reviewPage(fl))
}

// send registers the opinion and shows its number and code. The same form sent
// twice leads to the same ones.
func (h handler) send(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Upload[typed](w, r)
	if err != nil {
		return err
	}
	f.Photos = page.Chosen(r, "photos")
	fl, err := h.open(r.Context(), f)
	if err != nil {
		return err
	}
	if fl.parse(calendar.ISO(h.site.Now())); len(fl.bad) > 0 {
		return page.Render(w, r, http.StatusUnprocessableEntity, newPage(fl))
	}
	if f.Notice != "on" {
		fl.bad.Add("notice", "请先看个人信息保护说明，再勾选这一项")
		return h.showReview(w, r, http.StatusUnprocessableEntity, fl)
	}
	if !h.sending.Allow(h.Address(r), h.site.Now()) {
		fl.bad.Add("notice", "从这个网络提交的意见太多，请过几分钟再提交；急事请打 12345，或到联络站当面反映")
		return h.showReview(w, r, http.StatusUnprocessableEntity, fl)
	}
	fl.New.Files = page.Files(r, "photos")
	receipt, err := h.Opinions.Submit(r.Context(), fl.New)
	if bad, ok := page.Complaints(err); ok {
		h.sending.Return(h.Address(r), h.site.Now())
		fl.bad = bad
		return h.showReview(w, r, http.StatusUnprocessableEntity, fl)
	}
	if err != nil {
		return err
	}
	remember(w, r, mine{receipt.Number, receipt.Code})
	return page.Redirect(w, r, receiptURL)
}

// facts are what the resident looks at once more.
func (fl *filing) facts() []ui.Fact {
	list := []ui.Fact{
		{Label: "哪一类", Text: choice.Name(opinion.Kinds, fl.New.Kind)},
		{Label: "哪个方面", Text: choice.Name(opinion.Fields, fl.New.Field)},
		{Label: "要反映的事", Text: fl.New.Text, Wide: true},
	}
	if fl.New.Location != "" {
		list = append(list, ui.Fact{Label: "地点", Text: fl.New.Location})
	}
	list = append(list, ui.Fact{Label: "街道和社区", Text: fl.where()})
	if fl.station != nil {
		list = append(list, ui.Fact{Label: "联络站", Text: fl.station.Name})
	}
	switch {
	case fl.New.Anonymous:
		list = append(list, ui.Fact{Label: "您是谁", Text: "匿名"})
	case fl.New.ConsentContact:
		list = append(list, ui.Fact{Label: "您是谁", Text: fl.New.Resident + "，" + fl.New.Phone + "（可以告诉承办单位）"})
	default:
		list = append(list, ui.Fact{Label: "您是谁", Text: fl.New.Resident + "，" + fl.New.Phone + "（不告诉承办单位）"})
	}
	if fl.New.Sensitive {
		list = append(list, ui.Fact{Label: "保密", Text: "反映的是代表或者工委工作人员，只有工委主任能看到"})
	}
	return list
}

// carried are the fields that the last page carries on.
func (fl *filing) carried() [][2]string {
	f := fl.typed
	return slices.DeleteFunc([][2]string{
		{"key", f.Key},
		{"station", f.Station},
		{"kind", f.Kind},
		{"field", f.Field},
		{"text", f.Text},
		{"location", f.Location},
		{"place", f.Place},
		{"who", f.Who},
		{"resident", f.Resident},
		{"phone", f.Phone},
		{"consent", f.Consent},
		{"sensitive", f.Sensitive},
	}, func(p [2]string) bool { return strings.TrimSpace(p[1]) == "" })
}
