package account

import (
	"net/http"
	"slices"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/web/page"
	"portal/web/ui"
)

// asking is the form for a role, filled in step by step: the role, the street,
// and what of the street the role is bound to.
type asking struct {
	Role   string `form:"role"`
	Street string `form:"street"`
	Within string `form:"within"`
}

// grant is what was chosen so far.
func (f asking) grant() account.Grant {
	g := account.Grant{Role: access.Role(f.Role), StreetID: page.Int64(f.Street)}
	switch id := page.Int64(f.Within); account.NeedOf(g.Role) {
	case account.NeedsCommunity:
		g.CommunityID = id
	case account.NeedsUnit, account.NeedsDispatch:
		g.UnitID = id
	case account.NeedsDeputy:
		g.DeputyID = id
	}
	return g
}

// askingView is one step of the form.
type askingView struct {
	rec     account.AccountRecord
	form    asking
	bad     fault.Fields
	need    account.Need
	choices account.ScopeChoices
	step    int // 0 role, 1 street, 2 the last
	chosen  []ui.Fact
	within  ui.Field
	again   string // back to the first step
	risk    string // what the person will be able to do
}

func (h handler) grantForm(w http.ResponseWriter, r *http.Request) error {
	return h.showGrantForm(w, r, http.StatusOK, page.Query[asking](r), nil)
}

func (h handler) showGrantForm(w http.ResponseWriter, r *http.Request, code int, f asking, bad fault.Fields) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	actor := page.Actor(r)
	rec, err := h.accounts.Account(r.Context(), actor, id)
	if err != nil {
		return err
	}
	if !slices.Contains(roleNames(), f.Role) {
		f.Role = ""
	}
	choices, err := h.accounts.ScopeChoices(r.Context(), actor, access.Role(f.Role), page.Int64(f.Street))
	if err != nil {
		return err
	}
	v := askingView{rec: rec, form: f, bad: bad, choices: choices, need: account.NeedOf(access.Role(f.Role)), again: page.AccountURL(id) + "/grants/new"}
	v.walk()
	return page.Render(w, r, code, grantFormPage(v))
}

// walk finds the step and what it shows.
func (v *askingView) walk() {
	if v.form.Role == "" {
		return
	}
	role := access.Role(v.form.Role).Info()
	v.step = 1
	v.chosen = append(v.chosen, ui.Fact{Label: "身份", Text: role.Name})
	street := slices.IndexFunc(v.choices.Streets, func(c choice.Row) bool { return c.ID == page.Int64(v.form.Street) })
	if street >= 0 && v.need != account.NeedsCity {
		v.chosen = append(v.chosen, ui.Fact{Label: "街道", Text: v.choices.Streets[street].Name})
	}
	if v.need == account.NeedsCity || street >= 0 {
		v.step = 2
	}
	v.within = ui.Field{Name: "within", Value: v.form.Within}
	switch v.need {
	case account.NeedsCommunity:
		v.within.Label, v.within.Options = "社区", page.Rows(v.choices.Within, "请选择社区")
	case account.NeedsUnit:
		v.within.Label, v.within.Options = "单位", page.Rows(v.choices.Within, "请选择单位")
	case account.NeedsDispatch:
		v.within.Label, v.within.Options = "党政办", page.Rows(v.choices.Within, "")
	case account.NeedsDeputy:
		v.within.Label, v.within.Options = "代表", page.Rows(v.choices.Within, "请选择代表")
	}
	v.risk = sight[role.Scope]
	if role.TwoFactor {
		v.risk += "登录须用动态口令。"
	}
}

// sight says what a role of each scope sees.
var sight = map[access.Scope]string{
	access.ScopeCity:      "批准后，可以查看本市各街道的业务内容。",
	access.ScopeStreet:    "批准后，可以查看和办理这个街道的业务。",
	access.ScopeCommunity: "批准后，可以查看和办理这个社区的业务。",
	access.ScopeUnit:      "批准后，可以查看和办理交给这个单位的事项。",
	access.ScopeSelf:      "批准后，可以查看和办理与本人有关的事项。",
	access.ScopeAdmin:     "批准后，可以管理本市的账号、身份或操作记录，看不到业务内容；不能再有其他身份。",
}

func (h handler) requestGrant(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[asking](w, r)
	if err != nil {
		return err
	}
	if !slices.Contains(roleNames(), f.Role) {
		return h.showGrantForm(w, r, http.StatusUnprocessableEntity, f, fault.Fields{{Name: "role", Text: "请选择身份"}})
	}
	err = h.accounts.RequestGrant(r.Context(), page.Actor(r), id, f.grant())
	if bad, ok := page.Complaints(err); ok {
		return h.showGrantForm(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.AccountURL(id), "已申请，等安全管理员批准。")
}
