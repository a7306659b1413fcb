package account

import (
	"net/http"
	"net/url"

	"portal/internal/account"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// grantLedger is the list of requests, or of all grants.
type grantLedger struct {
	waiting bool
	views   []ui.NavItem
	table   ui.Table
	next    string
	first   string
}

func (h handler) grants(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		View  string `form:"view"`
		After string `form:"after"`
	}](r)
	l := grantLedger{waiting: q.View != "all"}
	list, next, err := h.accounts.Grants(r.Context(), page.Actor(r), l.waiting, db.ParseCursor(q.After), perPage)
	if err != nil {
		return err
	}
	l.next = page.Next(r, next.String())
	if q.After != "" {
		l.first = page.With(r, "after", "")
	}
	l.views = []ui.NavItem{
		{Label: "待审批", URL: page.GrantsURL, Current: l.waiting},
		{Label: "全部", URL: page.FilteredURL(page.GrantsURL, "view", "all"), Current: !l.waiting},
	}
	l.table = ui.Table{Caption: "身份申请", Columns: []ui.Column{{Label: "姓名"}, {Label: "身份"}, {Label: "状态"}, {Label: "申请"}, {Label: "审批", Less: l.waiting}}}
	for i := range list {
		g := &list[i]
		l.table.Rows = append(l.table.Rows, ui.Row{URL: page.GrantURL(g.ID), Cells: []ui.Cell{
			{Text: g.Person, URL: page.GrantURL(g.ID), Sub: g.Login},
			{Text: g.Label()},
			{Status: grantStatus(g)},
			{Text: g.Requester, Sub: calendar.DateTime(g.RequestedAt)},
			decision(g),
		}})
	}
	return page.OK(w, r, grantsPage(l))
}

// grantView is one request.
type grantView struct {
	rec    account.GrantRecord
	status *ui.Status
	facts  []ui.Fact
	others []string
	panels []panel
	bad    fault.Fields
}

func (h handler) grant(w http.ResponseWriter, r *http.Request) error {
	return h.showGrant(w, r, http.StatusOK, tried{})
}

func (h handler) showGrant(w http.ResponseWriter, r *http.Request, code int, t tried) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	rec, err := h.accounts.GrantRecord(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	v := grantView{rec: rec, status: grantStatus(&rec.GrantLine), bad: t.bad}
	v.facts = []ui.Fact{
		{Label: "姓名", Text: rec.Person},
		{Label: "账号", Text: rec.Login},
		{Label: "身份", Text: rec.Label()},
		{Label: "申请", Text: rec.Requester + "，" + calendar.DateTime(rec.RequestedAt)},
	}
	if c := decision(&rec.GrantLine); rec.DecidedAt != nil {
		v.facts = append(v.facts, ui.Fact{Label: "审批", Text: c.Text + "，" + c.Sub})
	}
	if c := revocation(&rec.GrantLine); rec.RevokedAt != nil {
		v.facts = append(v.facts, ui.Fact{Label: "收回", Text: c.Text + "，" + c.Sub})
	}
	for i := range rec.Others {
		o := &rec.Others[i]
		v.others = append(v.others, o.Label()+"："+grantStatus(o).Text)
	}
	if rec.Waiting() {
		v.panels = decisions(&rec, t)
	}
	return page.Render(w, r, code, grantPage(v))
}

// decisions are the two answers to a request.
func decisions(rec *account.GrantRecord, t tried) []panel {
	role := rec.Role.Info()
	field := func(name, label string, optional bool) []ui.Control {
		f := ui.Field{Name: name + "-reason", Label: label, Optional: optional, Max: maxReason}
		if t.name == name {
			f.Value = t.values.Get(f.Name)
			f = f.For(t.bad)
		}
		return []ui.Control{{Kind: "input", Field: f}}
	}
	return []panel{
		{Move: ui.Move{
			Label: "批准", Action: page.GrantURL(rec.ID) + "/approval", Primary: true, Open: t.name != "refusal",
			Consequence: sight[role.Scope] + "请核对任职文件和本人。",
		}, controls: field("approval", "意见", true)},
		{Move: ui.Move{
			Label: "不同意", Action: page.GrantURL(rec.ID) + "/refusal", Open: t.name == "refusal",
			Consequence: "申请人看到理由，可以改正后重新申请。",
		}, controls: field("refusal", "理由", false)},
	}
}

func (h handler) decide(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		if _, err := typed(w, r); err != nil {
			return err
		}
		t := tried{name: name, values: r.PostForm}
		err = h.decided(r, id, t.name, t.values)
		if bad, ok := page.Complaints(err); ok {
			t.bad = fault.Fields{}
			for _, b := range bad {
				if b.Name == "reason" || b.Name == "role" {
					b.Name = name + "-reason"
				}
				t.bad = append(t.bad, b)
			}
			return h.showGrant(w, r, http.StatusUnprocessableEntity, t)
		}
		if err != nil {
			return err
		}
		return page.Done(w, r, page.GrantsURL, map[string]string{"approval": "已批准，马上生效。", "refusal": "已回复不同意。"}[name])
	}
}

func (h handler) decided(r *http.Request, id int64, name string, values url.Values) error {
	var read text.Reader
	why := read.Line(name+"-reason", values.Get(name+"-reason"), "理由", maxReason, name == "refusal")
	if err := read.Bad.Err(); err != nil {
		return err
	}
	return h.accounts.DecideGrant(r.Context(), page.Actor(r), id, name == "approval", why)
}
