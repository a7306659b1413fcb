package committee

import (
	"net/http"
	"slices"
	"strconv"

	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typedUnit is the form of a unit as it was typed.
type typedUnit struct {
	Version string `form:"version"`
	Name    string `form:"unit-name"`
	Kind    string `form:"unit-kind"`
	Contact string `form:"unit-contact"`
}

func (f *typedUnit) parse() (committee.NewUnit, fault.Fields) {
	var r text.Reader
	return committee.NewUnit{
		Name:    r.Line("unit-name", f.Name, "单位名称", text.Name, true),
		Kind:    r.Choice("unit-kind", f.Kind, "类别", choice.Keys(committee.Kinds)...),
		Contact: r.Line("unit-contact", f.Contact, "联系方式", committee.MaxContact, false),
	}, r.Bad
}

// unitControls are the fields of a unit's form.
func unitControls(hint string, u committee.Unit) []ui.Control {
	return []ui.Control{
		{"input", ui.Field{Name: "unit-name", Label: "单位名称", Hint: hint, Value: u.Name, Max: text.Name}},
		{"radio", ui.Field{Name: "unit-kind", Label: "类别", Value: u.Kind, Options: page.Terms(committee.Kinds, "")}},
		{"input", ui.Field{Name: "unit-contact", Label: "联系方式", Optional: true, Hint: "办公电话或者联系人，供工委办公室催办时用", Value: u.Contact, Max: committee.MaxContact}},
	}
}

func (h handler) addUnit(w http.ResponseWriter, r *http.Request) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	f, err := page.Form[typedUnit](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	if len(bad) > 0 {
		return h.again(w, r, http.StatusUnprocessableEntity, bad)
	}
	_, err = h.streets.AddUnit(r.Context(), page.Actor(r), street, n)
	return h.after(w, r, fault.Under("unit-", err), page.CommitteeURL(street), "已新增承办单位："+n.Name)
}

// unitPart is the page of the unit that the address names.
func (h handler) unitPart(r *http.Request) (*part, error) {
	rec, err := h.read(r)
	if err != nil {
		return nil, err
	}
	id, err := page.ID(r, "id")
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rec.Units, func(u committee.Unit) bool { return u.ID == id })
	if i < 0 {
		return nil, fault.NotFound
	}
	u := rec.Units[i]
	return &part{
		title: u.Name, url: unitURL(rec.ID, id), id: id, street: rec, ended: page.Day(u.EndedOn), version: strconv.Itoa(u.Version),
		controls: unitControls("改名后，以前的记录也显示新名称", u), endLabel: "停用",
		endConsequence: "停用后不能再交办新的意见，也不能恢复；已经交办的照常办完。",
		now: []ui.Fact{
			{Label: "单位名称", Text: u.Name},
			{Label: "类别", Text: choice.Name(committee.Kinds, u.Kind)},
			{Label: "联系方式", Text: u.Contact},
		},
	}, nil
}

func (h handler) unit(w http.ResponseWriter, r *http.Request) error {
	p, err := h.unitPart(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, partPage(p))
}

func (h handler) reviseUnit(w http.ResponseWriter, r *http.Request) error {
	p, err := h.unitPart(r)
	if err != nil {
		return err
	}
	f, err := page.Form[typedUnit](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	if len(bad) > 0 {
		return p.again(w, r, bad.Err())
	}
	err = h.streets.ReviseUnit(r.Context(), page.Actor(r), p.street.ID, p.id, page.Version(f.Version), n)
	return h.afterPart(w, r, fault.Under("unit-", err), h.unitPart, "已保存："+n.Name)
}

func (h handler) endUnit(w http.ResponseWriter, r *http.Request) error {
	return h.end(w, r, h.unitPart, h.streets.EndUnit, "已停用")
}
