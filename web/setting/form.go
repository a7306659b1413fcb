package setting

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"portal/internal/fault"
	"portal/internal/setting"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typed is the form of one value.
type typed struct {
	Street  string `form:"street"`
	Version string `form:"version"`
	Value   string `form:"value"`
}

// view is the page of one setting, for the whole city or one street.
type view struct {
	setting setting.Setting
	place   string // 全市 or the street
	typed   typed
	bad     fault.Fields
	changed string // what somebody else did meanwhile
	note    string // which value holds here now
	set     bool   // a value is set here, which can be removed
	back    string // what removing it leads to
	scopes  ui.Table
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	f := page.Query[typed](r)
	return h.show(w, r, http.StatusOK, f, nil)
}

// show draws the page. A form that was just opened gets the value that is set
// and its version; one that was refused keeps what was typed.
func (h handler) show(w http.ResponseWriter, r *http.Request, code int, f typed, bad fault.Fields) error {
	s, ok := setting.Named(chi.URLParam(r, "key"))
	if !ok {
		return fault.NotFound
	}
	c, err := h.settings.Choices(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	street := page.Int64(f.Street)
	v := view{setting: s, place: "全市", typed: f, bad: bad}
	if street != 0 {
		if v.place = c.Street(street); v.place == "" {
			return fault.NotFound
		}
	}
	x := c.Of(s.Key, street)
	now, from := inForce(s, &c, street)
	v.set, v.note = x.Version != 0, fmt.Sprintf("现在是 %d %s（%s）。", now, s.Unit, from)
	if code == http.StatusConflict {
		v.changed = fmt.Sprintf("这个设置刚刚被别人改过，现在是 %d %s（%s）。您填写的还在，请核对后再保存。", now, s.Unit, from)
	}
	if code == http.StatusOK {
		v.typed.Value = strconv.Itoa(now)
	}
	if code != http.StatusUnprocessableEntity {
		v.typed.Version = strconv.Itoa(x.Version)
	}
	v.back = fmt.Sprintf("恢复后用默认的 %d %s。", s.Default, s.Unit)
	if street != 0 {
		city, _ := inForce(s, &c, 0)
		v.back = fmt.Sprintf("恢复后用全市的 %d %s。", city, s.Unit)
	}
	v.scopes = scopes(s, &c)
	return page.Render(w, r, code, formPage(v))
}

// inForce returns the value that holds for a street, or the city, and where it
// comes from.
func inForce(s setting.Setting, c *setting.Choices, street int64) (int, string) {
	if x := c.Of(s.Key, street); x.Version != 0 {
		if street == 0 {
			return x.Value, "全市设置"
		}
		return x.Value, "本街道设置"
	}
	if x := c.Of(s.Key, 0); x.Version != 0 {
		return x.Value, "全市设置"
	}
	return s.Default, "默认"
}

// scopes lists what holds for the city and in each street.
func scopes(s setting.Setting, c *setting.Choices) ui.Table {
	t := ui.Table{Caption: "各处现在的值", Columns: []ui.Column{{Label: "范围"}, {Label: "现在的值", Number: true}, {Label: "来自"}}}
	add := func(id int64, name string) {
		n, from := inForce(s, c, id)
		url := page.SettingURL(s.Key, id)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: name, URL: url}, {Text: strconv.Itoa(n)}, {Text: from}}})
	}
	add(0, "全市")
	for _, st := range c.Streets {
		add(st.ID, st.Name)
	}
	return t
}

// change reads what the form is about.
func (f typed) change(r *http.Request) setting.Change {
	version, err := strconv.ParseInt(f.Version, 10, 32)
	if err != nil {
		version = -1 // which no value has
	}
	return setting.Change{Key: chi.URLParam(r, "key"), StreetID: page.Int64(f.Street), Version: int(version)}
}

func (h handler) choose(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	s, ok := setting.Named(chi.URLParam(r, "key"))
	if !ok {
		return fault.NotFound
	}
	var read text.Reader
	value := read.Int("value", f.Value, s.Label, s.Min, s.Max)
	if err = read.Bad.Err(); err == nil {
		err = h.settings.Choose(r.Context(), page.Actor(r), f.change(r), value)
	}
	return h.answer(w, r, f, err, "已保存。已经在走的期限不变。")
}

func (h handler) reset(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	return h.answer(w, r, f, h.settings.Reset(r.Context(), page.Actor(r), f.change(r)), "已恢复。已经在走的期限不变。")
}

func (h handler) answer(w http.ResponseWriter, r *http.Request, f typed, err error, done string) error {
	bad, complaints := page.Complaints(err)
	switch {
	case err == nil:
		return page.Done(w, r, page.SettingURL(chi.URLParam(r, "key"), page.Int64(f.Street)), done)
	case complaints:
		return h.show(w, r, http.StatusUnprocessableEntity, f, bad)
	case errors.Is(err, fault.Stale):
		return h.show(w, r, http.StatusConflict, f, nil)
	}
	return err
}
