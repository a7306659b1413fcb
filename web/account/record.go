package account

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

const maxReason = 500

// tried is a form that was not accepted: its fields bear its name, so that
// several forms can stand on one page.
type tried struct {
	name   string
	values url.Values
	bad    fault.Fields
}

// reader reads the fields of the form called name.
func (t *tried) line(r *text.Reader, field, label string, limit int) string {
	return r.Line(t.name+"-"+field, t.values.Get(t.name+"-"+field), label, limit, true)
}

// move is something an administrator may do with an account.
type move struct {
	name, label, consequence string
	grave                    bool
	field                    ui.Field // what the form asks for; without a Name, nothing
	fits                     func(actor access.Actor, a *account.Account) bool
	do                       func(ctx context.Context, s *account.Store, actor access.Actor, id int64, t *tried) (issued string, err error)
	said                     string
}

var reason = ui.Field{Name: "reason", Label: "理由", Max: maxReason}

func another(actor access.Actor, a *account.Account) bool { return a.ID != actor.UserID }

// moves are all that can be done with an account, but for its roles.
var moves = []move{
	{
		name: "name", label: "更正姓名", consequence: "已经记录的操作仍显示当时的姓名。",
		field: ui.Field{Name: "name", Label: "姓名", Max: text.Name}, said: "姓名已更正。",
		fits: func(access.Actor, *account.Account) bool { return true },
		do: func(ctx context.Context, s *account.Store, actor access.Actor, id int64, t *tried) (string, error) {
			var r text.Reader
			name := t.line(&r, "name", "姓名", text.Name)
			if len(r.Bad) > 0 {
				return "", r.Bad
			}
			version, _ := strconv.Atoi(t.values.Get("version"))
			return "", s.Rename(ctx, actor, id, version, name)
		},
	},
	{
		name: "password", label: "重设密码", consequence: "显示一次新的初始密码，请当面或电话告诉本人。原密码失效，本人的登录马上退出，下次登录时必须改成自己的密码。",
		fits: func(actor access.Actor, a *account.Account) bool { return another(actor, a) && !a.Administrator() },
		do: func(ctx context.Context, s *account.Store, actor access.Actor, id int64, t *tried) (string, error) {
			return s.ResetPassword(ctx, actor, id, t.values.Get("password-key"))
		},
	},
	{
		name: "second-factor", label: "重设动态口令", consequence: "本人的手机丢了、换了时使用。请先核实是本人。原动态口令失效，本人的登录马上退出，身份要求动态口令的，下次登录时重新启用。",
		field: reason, said: "动态口令已重设。",
		fits: func(actor access.Actor, a *account.Account) bool {
			return another(actor, a) && a.HasTOTP && !a.Administrator()
		},
		do: because(func(ctx context.Context, s *account.Store, actor access.Actor, id int64, why string) error {
			return s.ResetSecondFactor(ctx, actor, id, why)
		}),
	},
	{
		name: "disabling", label: "停用账号", consequence: "本人的登录马上退出，不能再登录。已经办理的事项和记录都保留，以后可以恢复。", grave: true,
		field: reason, said: "账号已停用。",
		fits: func(actor access.Actor, a *account.Account) bool { return another(actor, a) && !a.Disabled },
		do: because(func(ctx context.Context, s *account.Store, actor access.Actor, id int64, why string) error {
			return s.Disable(ctx, actor, id, why)
		}),
	},
	{
		name: "enabling", label: "恢复账号", consequence: "本人可以用原来的密码登录，身份照旧。", said: "账号已恢复。",
		fits: func(_ access.Actor, a *account.Account) bool { return a.Disabled },
		do: func(ctx context.Context, s *account.Store, actor access.Actor, id int64, _ *tried) (string, error) {
			return "", s.Enable(ctx, actor, id)
		},
	},
}

type doing = func(ctx context.Context, s *account.Store, actor access.Actor, id int64, t *tried) (string, error)

// because reads the reason that a move needs.
func because(do func(ctx context.Context, s *account.Store, actor access.Actor, id int64, why string) error) doing {
	return func(ctx context.Context, s *account.Store, actor access.Actor, id int64, t *tried) (string, error) {
		var r text.Reader
		why := t.line(&r, "reason", "理由", maxReason)
		if len(r.Bad) > 0 {
			return "", r.Bad
		}
		return "", do(ctx, s, actor, id, why)
	}
}

// recordView is what the page of one account shows.
type recordView struct {
	rec     account.AccountRecord
	head    ui.PageHead
	status  *ui.Status
	facts   []ui.Fact
	grants  ui.Table
	revokes []panel
	panels  []panel
	events  []ui.Event
	tried   tried
	changed bool // somebody else changed the account meanwhile
}

// panel is a move with the fields of its form.
type panel struct {
	ui.Move
	controls []ui.Control
	key      string
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	return h.showRecord(w, r, http.StatusOK, tried{})
}

func (h handler) showRecord(w http.ResponseWriter, r *http.Request, code int, t tried) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	actor := page.Actor(r)
	rec, err := h.accounts.Account(r.Context(), actor, id)
	if err != nil {
		return err
	}
	v := recordView{rec: rec, status: status(&rec.Account), facts: facts(&rec), events: page.Events(rec.Timeline), tried: t, changed: code == http.StatusConflict}
	v.head = ui.PageHead{
		Title: rec.Name, Sub: rec.Login, Back: &ui.Link{Label: "账号", URL: page.AccountsURL},
		Primary: &ui.Link{Label: "申请授予身份", URL: page.AccountURL(id) + "/grants/new", Icon: "plus"},
	}
	for _, m := range moves {
		if m.fits(actor, &rec.Account) {
			v.panels = append(v.panels, m.panel(&rec, t))
		}
	}
	v.lines(actor)
	return page.Render(w, r, code, recordPage(&v))
}

func facts(rec *account.AccountRecord) []ui.Fact {
	list := []ui.Fact{{Label: "账号", Text: rec.Login}, {Label: "建立", Text: calendar.DateTime(rec.CreatedAt)}}
	code, password, last := "未启用", "本人已设置", "从未登录"
	if rec.HasTOTP {
		code = "已启用"
	}
	if rec.MustChange {
		password = "初始密码，下次登录时必须修改"
	}
	if rec.SignedIn != nil {
		last = calendar.DateTime(*rec.SignedIn)
	}
	list = append(list, ui.Fact{Label: "密码", Text: password}, ui.Fact{Label: "动态口令", Text: code}, ui.Fact{Label: "最近登录", Text: last})
	if rec.Administrator() {
		list = append(list, ui.Fact{Label: "说明", Text: "管理员的密码和动态口令由服务器操作员重设：portal account reset-password " + rec.Login, Wide: true})
	}
	return list
}

// panel draws a move; t is the one that was tried and not accepted.
func (m move) panel(rec *account.AccountRecord, t tried) panel {
	p := panel{Move: ui.Move{
		Label: m.label, Action: page.AccountURL(rec.ID) + "/" + m.name, Consequence: m.consequence, Grave: m.grave, Version: strconv.Itoa(rec.Version),
		Open: t.name == m.name,
	}}
	if m.name == "password" {
		p.key = page.Key()
	}
	if m.field.Name != "" {
		f := m.field
		f.Name = m.name + "-" + f.Name
		if m.name == "name" {
			f.Value = rec.Name
		}
		if p.Open {
			f.Value = t.values.Get(f.Name)
			f = f.For(t.bad)
		}
		p.controls = []ui.Control{{Kind: "input", Field: f}}
	}
	return p
}

// lines are the account's roles: a table of all, and a panel to take away each
// that counts or waits.
func (v *recordView) lines(actor access.Actor) {
	v.grants = ui.Table{Caption: "身份与审批", Columns: []ui.Column{{Label: "身份"}, {Label: "状态"}, {Label: "申请"}, {Label: "审批"}, {Label: "收回"}}}
	for i := range v.rec.Grants {
		g := &v.rec.Grants[i]
		v.grants.Rows = append(v.grants.Rows, ui.Row{Cells: []ui.Cell{
			{Text: g.Label()}, {Status: grantStatus(g)}, {Text: g.Requester, Sub: calendar.DateTime(g.RequestedAt)}, decision(g), revocation(g),
		}})
		if (g.Active() || g.Waiting()) && another(actor, &v.rec.Account) {
			v.revokes = append(v.revokes, revoke(g, v.tried))
		}
	}
}

func revoke(g *account.GrantLine, t tried) panel {
	name := "revoke" + page.Number(g.ID)
	p := panel{Move: ui.Move{
		Label: "收回：" + g.Label(), Action: page.AccountURL(g.UserID) + "/grants/" + page.Number(g.ID) + "/revocation", Button: "收回", Grave: true, Open: t.name == name,
		Consequence: "马上生效，正在以这个身份使用的登录退出。要再授予，须重新申请和批准。",
	}}
	if g.Waiting() {
		p.Label, p.Button, p.Consequence = "撤回申请："+g.Label(), "撤回", "撤回后安全管理员不再看到这条申请。"
	}
	f := reason
	f.Name = name + "-reason"
	if p.Open {
		f.Value = t.values.Get(f.Name)
		f = f.For(t.bad)
	}
	p.controls = []ui.Control{{Kind: "input", Field: f}}
	return p
}

func grantStatus(g *account.GrantLine) *ui.Status {
	switch {
	case g.RevokedAt != nil && g.DecidedAt == nil:
		return &ui.Status{Text: "申请已撤回", Tone: ui.ToneDone}
	case g.RevokedAt != nil:
		return &ui.Status{Text: "已收回", Tone: ui.ToneDone}
	case g.DecidedAt == nil:
		return &ui.Status{Text: "待审批", Tone: ui.ToneWait}
	case !g.Approved:
		return &ui.Status{Text: "未同意", Tone: ui.ToneStop}
	}
	return &ui.Status{Text: "有效", Tone: ui.ToneGo}
}

func decision(g *account.GrantLine) ui.Cell {
	if g.DecidedAt == nil {
		return ui.Cell{Text: "—"}
	}
	c := ui.Cell{Text: g.Decider, Sub: calendar.DateTime(*g.DecidedAt)}
	if g.Reason != "" {
		c.Sub += "：" + g.Reason
	}
	return c
}

func revocation(g *account.GrantLine) ui.Cell {
	if g.RevokedAt == nil {
		return ui.Cell{Text: "—"}
	}
	return ui.Cell{Text: g.Revoker, Sub: calendar.DateTime(*g.RevokedAt)}
}

// move serves one move. A complaint shows the record again with the form as it
// was typed; so does an account that somebody else has changed meanwhile.
func (h handler) move(m move) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		if _, err := typed(w, r); err != nil {
			return err
		}
		t := tried{name: m.name, values: r.PostForm}
		password, err := m.do(r.Context(), h.accounts, page.Actor(r), id, &t)
		if err == nil && password != "" {
			return h.showIssued(w, r, id, password)
		}
		return h.answer(w, r, id, t, m.said, err)
	}
}

func (h handler) showIssued(w http.ResponseWriter, r *http.Request, id int64, password string) error {
	rec, err := h.accounts.Account(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	return page.OK(w, r, issuedPage(issued{title: "密码已重设", id: id, login: rec.Login, name: rec.Name, password: password}))
}

func (h handler) answer(w http.ResponseWriter, r *http.Request, id int64, t tried, said string, err error) error {
	bad, complaints := page.Complaints(err)
	switch {
	case err == nil:
		return page.Done(w, r, page.AccountURL(id), said)
	case complaints:
		for _, b := range bad {
			if len(t.values) > 0 && t.values.Has(t.name+"-"+b.Name) {
				b.Name = t.name + "-" + b.Name
			}
			t.bad = append(t.bad, b)
		}
		return h.showRecord(w, r, http.StatusUnprocessableEntity, t)
	case errors.Is(err, fault.Stale):
		return h.showRecord(w, r, http.StatusConflict, t)
	}
	return err
}

func (h handler) revoke(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	grant, err := page.ID(r, "grant")
	if err != nil {
		return err
	}
	if _, err := typed(w, r); err != nil {
		return err
	}
	t := tried{name: "revoke" + page.Number(grant), values: r.PostForm}
	var read text.Reader
	why := t.line(&read, "reason", "理由", maxReason)
	if err = read.Bad.Err(); err == nil {
		err = h.accounts.RevokeGrant(r.Context(), page.Actor(r), id, grant, why)
	}
	return h.answer(w, r, id, t, "身份已收回。", err)
}
