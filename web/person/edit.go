package person

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// maxWork is how long the place of work may be, in characters.
const maxWork = 100

// typed is the form on which a person is corrected, as it was typed.
type typed struct {
	Version string `form:"version"`
	Name    string `form:"name"`
	Sex     string `form:"sex"`
	Born    string `form:"born"`
	Work    string `form:"work"`
	Phone   string `form:"phone"`
	NoPhone string `form:"no_phone"`
	Reason  string `form:"reason"`
}

func (f *typed) parse() (n person.New, reason string, bad fault.Fields) {
	var r text.Reader
	n = person.New{
		Name: r.Line("name", f.Name, "姓名", text.Name, true), Work: r.Line("work", f.Work, "工作单位和职务", maxWork, false),
		Phone: r.Phone("phone", f.Phone, "联系电话", false), NoPhone: f.NoPhone == "on",
	}
	if f.Sex != "" {
		n.Sex = r.Choice("sex", f.Sex, "性别", "female", "male")
	}
	if f.Born != "" {
		n.Born = r.Int("born", f.Born, "出生年份", 1900, 2100)
	}
	if n.Phone != "" && n.NoPhone {
		r.Bad.Add("phone", "填写了新号码的，不要再选“删除登记的号码”")
	}
	return n, r.Line("reason", f.Reason, "修改的理由", person.MaxReason, false), r.Bad
}

// editView is the page on which a person is corrected.
type editView struct {
	rec      person.Record
	version  string
	controls []ui.Control
	now      []ui.Fact // what is there, where somebody else saved meanwhile
	bad      fault.Fields
}

func (h handler) edit(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	switch {
	case err != nil:
		return err
	case rec.MergedInto != 0:
		return page.Redirect(w, r, page.PersonURL(rec.MergedInto))
	}
	return page.OK(w, r, editPage(edited(&rec, typed{Name: rec.Name, Sex: rec.Sex, Born: year(rec.Born), Work: rec.Work}, nil)))
}

func edited(rec *person.Record, f typed, bad fault.Fields) *editView {
	in := func(kind string, f ui.Field) ui.Control { return ui.Control{Kind: kind, Field: f.For(bad)} }
	phone := ui.Field{Name: "phone", Label: "联系电话", Hint: "没有登记", Type: "tel", Value: f.Phone, Optional: true}
	if rec.PhoneMask != "" {
		phone.Hint = "现在登记的是 " + rec.PhoneMask + "，不改的留空"
	}
	v := &editView{rec: *rec, version: strconv.Itoa(rec.Version), bad: bad, controls: []ui.Control{
		in("input", ui.Field{Name: "name", Label: "姓名", Value: f.Name, Max: text.Name}),
		in("select", ui.Field{Name: "sex", Label: "性别", Value: f.Sex, Options: page.Terms(person.Sexes, "没有登记"), Optional: true}),
		in("input", ui.Field{Name: "born", Label: "出生年份", Value: f.Born, Max: 4, Optional: true}),
		in("input", ui.Field{Name: "work", Label: "工作单位和职务", Value: f.Work, Max: maxWork, Optional: true}),
		in("input", phone),
	}}
	if rec.PhoneMask != "" {
		v.controls = append(v.controls, in("box", ui.Field{Name: "no_phone", Label: "删除登记的号码", Value: f.NoPhone}))
	}
	v.controls = append(v.controls, in("input", ui.Field{
		Name: "reason", Label: "修改的理由", Hint: "更正姓名必须写明，例如 身份证上是“䶮”", Value: f.Reason, Max: person.MaxReason, Optional: true,
	}))
	return v
}

func (h handler) correct(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[typed](w, r)
	if err != nil {
		return err
	}
	n, reason, bad := f.parse()
	version, _ := strconv.Atoi(f.Version)
	if err = bad.Err(); err == nil {
		err = h.people.Correct(r.Context(), page.Actor(r), id, version, n, reason)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.PersonURL(id), "已保存。")
	case !complaints && !stale:
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, code := edited(&rec, f, bad), http.StatusUnprocessableEntity
	if stale {
		code, v.now = http.StatusConflict, append([]ui.Fact{{Label: "姓名", Text: rec.Name}}, facts(&rec)...)
	} else {
		v.version = f.Version
	}
	return page.Render(w, r, code, editPage(v))
}

// accountPanel ties an account to the person.
func accountPanel(rec *person.Record) panel {
	p := panel{ui.Move{
		Label: "关联登录账号", Action: page.PersonURL(rec.ID) + "/account", Button: "关联", Version: strconv.Itoa(rec.Version),
		Consequence: "关联以后，用这个账号登录的人就是" + rec.Name + "：签署、主持都记在其名下。一个账号在一个街道只属于一个人，也不能关联自己的账号。",
	}, []ui.Control{
		{Kind: "input", Field: ui.Field{Name: "account", Label: "登录名", Max: 50}},
		{Kind: "input", Field: ui.Field{Name: "account-reason", Label: "依据", Hint: "例如 任命文件、本人申请", Max: person.MaxReason}},
	}}
	if rec.HasAccount {
		p.Label, p.Button, p.Grave = "改换或者解除登录账号", "保存", true
		p.Consequence = "保存后，原来的账号不再是" + rec.Name + "，不能再以其职务签署、主持。" + "登录名留空的，只解除。"
		p.controls[0].Optional = true
	}
	return p
}

func (h handler) account(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Version string `form:"version"`
		Login   string `form:"account"`
		Reason  string `form:"account-reason"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	login := strings.ToLower(read.Line("account", f.Login, "登录名", 50, false))
	reason := read.Line("account-reason", f.Reason, "依据", person.MaxReason, true)
	version, _ := strconv.Atoi(f.Version)
	if err = read.Bad.Err(); err == nil {
		err = h.people.TieAccount(r.Context(), page.Actor(r), id, version, login, reason)
	}
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.PersonURL(id), "已保存。")
	case !complaints && !stale:
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := h.filled(r, rec, bad)
	if stale {
		v.changed = "这个人的资料刚刚被别人改过，下面是现在的内容。您填写的还在，请核对后再决定要不要保存。"
		return page.Render(w, r, http.StatusConflict, recordPage(v))
	}
	return page.Render(w, r, http.StatusUnprocessableEntity, recordPage(v))
}
