package station

import (
	"errors"
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/station"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// stationForm is a station's form as it was typed.
type stationForm struct {
	Key       string `form:"key"`
	Version   string `form:"version"`
	Name      string `form:"name"`
	Kind      string `form:"kind"`
	Code      string `form:"code"`
	Community string `form:"community_id"`
	Address   string `form:"address"`
	Hours     string `form:"hours"`
	OpenedOn  string `form:"opened_on"`
	Phone     string `form:"phone"`
	Head      string `form:"head"`
	Liaison   string `form:"liaison"`

	id  int64     // 0 for a new station
	now []ui.Fact // what somebody else saved meanwhile
}

func (f *stationForm) title() string {
	if f.id == 0 {
		return "开设联络站"
	}
	return "修改联络站资料"
}

func (f *stationForm) action() string {
	if f.id == 0 {
		return page.StationsURL
	}
	return page.StationURL(f.id) + "/revision"
}

func (f *stationForm) back() *ui.Link {
	if f.id == 0 {
		return &ui.Link{Label: "联络站", URL: page.StationsURL}
	}
	return &ui.Link{Label: "返回联络站", URL: page.StationURL(f.id)}
}

// parse turns what was typed into a station, or complaints.
func (f *stationForm) parse() (station.NewStation, fault.Fields) {
	var r text.Reader
	n := station.NewStation{
		CommunityID: page.Int64(f.Community),
		Kind:        r.Choice("kind", f.Kind, "类型", choice.Keys(station.Kinds)...),
		Name:        r.Line("name", f.Name, "名称", text.Name, true),
		Code:        r.Line("code", f.Code, "站码", 4, true),
		Address:     r.Line("address", f.Address, "地址", station.MaxPlace, false),
		Hours:       r.Line("hours", f.Hours, "开放时间", station.MaxPlace, false),
		Phone:       r.Phone("phone", f.Phone, "办公电话", false),
		Head:        r.Line("head", f.Head, "站长", text.Name, false),
		Liaison:     r.Line("liaison", f.Liaison, "联络员", text.Name, false),
	}
	if f.id == 0 {
		n.Key = r.Line("key", f.Key, "表单编号", 64, true)
		n.OpenedOn = r.Date("opened_on", f.OpenedOn, "开设日期", true)
	}
	return n, r.Bad
}

func (h handler) newStation(w http.ResponseWriter, r *http.Request) error {
	return h.showStationForm(w, r, http.StatusOK, stationForm{Key: page.Key(), Kind: "community", OpenedOn: calendar.ISO(h.site.Now())}, nil)
}

func (h handler) showStationForm(w http.ResponseWriter, r *http.Request, code int, f stationForm, bad fault.Fields) error {
	choices, err := h.stations.Choices(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	return page.Render(w, r, code, stationFormPage(f, bad, choices))
}

func (h handler) openStation(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[stationForm](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	if len(bad) > 0 {
		return h.showStationForm(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	id, err := h.stations.OpenStation(r.Context(), page.Actor(r), n)
	if bad, ok := page.Complaints(err); ok {
		return h.showStationForm(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.StationURL(id), "联络站已开设。接着安排驻站代表和接待日，打印海报张贴。")
}

func (h handler) editStation(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readStation(r)
	if err != nil {
		return err
	}
	if rec.ClosedOn != nil {
		return fault.NotFound
	}
	return h.showStationForm(w, r, http.StatusOK, stationForm{
		id: rec.ID, Version: strconv.Itoa(rec.Version), Name: rec.Name, Kind: rec.Kind, Code: rec.Code, Community: page.Number(rec.CommunityID),
		Address: rec.Address, Hours: rec.Hours, Phone: rec.Phone, Head: rec.Head, Liaison: rec.Liaison,
	}, nil)
}

func (h handler) reviseStation(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[stationForm](w, r)
	if err != nil {
		return err
	}
	if f.id, err = page.ID(r, "id"); err != nil {
		return err
	}
	n, bad := f.parse()
	if len(bad) > 0 {
		if _, err := h.readStation(r); err != nil {
			return err
		}
		return h.showStationForm(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	err = h.stations.ReviseStation(r.Context(), page.Actor(r), f.id, page.Version(f.Version), n)
	bad, complaints := page.Complaints(err)
	switch {
	case err == nil:
		return page.Done(w, r, page.StationURL(f.id), "联络站资料已保存。")
	case complaints:
		return h.showStationForm(w, r, http.StatusUnprocessableEntity, f, bad)
	case errors.Is(err, fault.Stale):
		return h.staleStation(w, r, f)
	}
	return err
}

// staleStation shows what was typed beside what somebody else saved meanwhile.
func (h handler) staleStation(w http.ResponseWriter, r *http.Request, f stationForm) error {
	rec, err := h.readStation(r)
	if err != nil {
		return err
	}
	f.Version = strconv.Itoa(rec.Version)
	f.now = append([]ui.Fact{
		{Label: "名称", Text: rec.Name}, {Label: "类型", Text: choice.Name(station.Kinds, rec.Kind)}, {Label: "社区", Text: rec.Community},
	}, stationFacts(rec)...)
	return h.showStationForm(w, r, http.StatusConflict, f, nil)
}
