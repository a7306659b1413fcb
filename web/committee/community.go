package committee

import (
	"net/http"
	"slices"
	"strconv"

	"portal/internal/committee"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// typedCommunity is the form of a community as it was typed.
type typedCommunity struct {
	Version string `form:"version"`
	Name    string `form:"community-name"`
	Code    string `form:"community-code"`
}

// communityControls are the fields of a community's form. The code is asked
// once: it is the division code of the statistics bureau.
func communityControls(c committee.Community, added bool) []ui.Control {
	list := []ui.Control{{"input", ui.Field{Name: "community-name", Label: "社区名称", Value: c.Name, Max: text.Name}}}
	if added {
		list = append(list, ui.Control{"input", ui.Field{
			Name: "community-code", Label: "统计用区划代码", Hint: "12 位数字，前 9 位是街道的代码", Value: c.Code, Max: committee.CodeLength,
			Attrs: map[string]any{"inputmode": "numeric"},
		}})
	}
	return list
}

func (h handler) addCommunity(w http.ResponseWriter, r *http.Request) error {
	street, err := page.ID(r, "street")
	if err != nil {
		return err
	}
	f, err := page.Form[typedCommunity](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	n := committee.NewCommunity{
		Name: read.Line("community-name", f.Name, "社区名称", text.Name, true),
		Code: read.Line("community-code", f.Code, "统计用区划代码", committee.CodeLength, true),
	}
	if len(read.Bad) > 0 {
		return h.again(w, r, http.StatusUnprocessableEntity, read.Bad)
	}
	_, err = h.streets.AddCommunity(r.Context(), page.Actor(r), street, n)
	return h.after(w, r, fault.Under("community-", err), page.CommitteeURL(street), "已新增社区："+n.Name)
}

// communityPart is the page of the community that the address names.
func (h handler) communityPart(r *http.Request) (*part, error) {
	rec, err := h.read(r)
	if err != nil {
		return nil, err
	}
	id, err := page.ID(r, "id")
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rec.Communities, func(c committee.Community) bool { return c.ID == id })
	if i < 0 {
		return nil, fault.NotFound
	}
	c := rec.Communities[i]
	return &part{
		title: c.Name, sub: "统计用区划代码 " + c.Code, url: communityURL(rec.ID, id), id: id, street: rec, ended: page.Day(c.EndedOn),
		version: strconv.Itoa(c.Version), controls: communityControls(c, false), endLabel: "撤销",
		endConsequence: "撤销后不能再选这个社区，也不能恢复；已有的记录不变。",
		now:            []ui.Fact{{Label: "社区名称", Text: c.Name}},
	}, nil
}

func (h handler) community(w http.ResponseWriter, r *http.Request) error {
	p, err := h.communityPart(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, partPage(p))
}

func (h handler) renameCommunity(w http.ResponseWriter, r *http.Request) error {
	p, err := h.communityPart(r)
	if err != nil {
		return err
	}
	f, err := page.Form[typedCommunity](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	name := read.Line("community-name", f.Name, "社区名称", text.Name, true)
	if len(read.Bad) > 0 {
		return p.again(w, r, read.Bad.Err())
	}
	err = h.streets.RenameCommunity(r.Context(), page.Actor(r), p.street.ID, p.id, page.Version(f.Version), name)
	return h.afterPart(w, r, fault.Under("community-", err), h.communityPart, "已保存："+name)
}

func (h handler) endCommunity(w http.ResponseWriter, r *http.Request) error {
	return h.end(w, r, h.communityPart, h.streets.EndCommunity, "已撤销")
}
