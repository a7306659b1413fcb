package account

import (
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

const (
	perPage  = 50
	mostRows = 20_000 // of a file
)

// query is the list's address.
type query struct {
	Text   string `form:"q"`
	Role   string `form:"role"`
	State  string `form:"state"`
	Street string `form:"street"`
	After  string `form:"after"`
	Format string `form:"format"`
}

// filter reads the address. What cannot be read narrows nothing.
func (q query) filter() account.Filter {
	var r text.Reader
	return account.Filter{
		Text: r.Line("q", q.Text, "查找", text.Name, false), Role: r.Choice("role", q.Role, "身份", roleNames()...),
		State: q.State, StreetID: page.Int64(q.Street), After: q.After, Limit: perPage,
	}
}

func (q query) narrowed() bool { return q.Text+q.Role+q.State+q.Street != "" }

// ledger is what the list page shows.
type ledger struct {
	head    ui.PageHead
	query   query
	streets []choice.Row
	table   ui.Table
	next    string
	first   string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	if q.Format == "xlsx" || q.Format == "csv" {
		return h.export(w, r, q)
	}
	list, count, next, err := h.accounts.Accounts(r.Context(), actor, q.filter())
	if err != nil {
		return err
	}
	choices, err := h.accounts.ScopeChoices(r.Context(), actor, "", 0)
	if err != nil {
		return err
	}
	l := ledger{query: q, streets: choices.Streets, next: page.Next(r, next), table: table(list)}
	l.head = ui.PageHead{
		Title: "账号", Count: strconv.Itoa(count) + " 个",
		Primary: &ui.Link{Label: "新建账号", URL: page.AccountsURL + "/new", Icon: "plus"},
		Links: []ui.Link{
			{Label: "导出", URL: page.With(r, "format", "xlsx", "after", ""), Icon: "export"},
			{Label: "CSV", URL: page.With(r, "format", "csv", "after", ""), Icon: "export"},
		},
	}
	if q.After != "" {
		l.first = page.With(r, "after", "")
	}
	return page.OK(w, r, listPage(l))
}

func table(list []account.Account) ui.Table {
	t := ui.Table{Caption: "账号", Columns: []ui.Column{{Label: "账号"}, {Label: "姓名"}, {Label: "身份"}, {Label: "状态"}, {Label: "动态口令", Less: true}, {Label: "建立", Less: true}}}
	for i := range list {
		a := &list[i]
		code := "未启用"
		if a.HasTOTP {
			code = "已启用"
		}
		t.Rows = append(t.Rows, ui.Row{URL: page.AccountURL(a.ID), Cells: []ui.Cell{
			{Text: a.Login, URL: page.AccountURL(a.ID)}, {Text: a.Name}, {Text: held(a)}, {Status: status(a)}, {Text: code}, {Text: calendar.Date(a.CreatedAt)},
		}})
	}
	return t
}

// held are the roles that an account has, each with its place.
func held(a *account.Account) string {
	var list []string
	for i, r := range a.Roles {
		list = append(list, r.Name()+"（"+a.Places[i]+"）")
	}
	return strings.Join(list, "、")
}

func status(a *account.Account) *ui.Status {
	switch {
	case a.Disabled:
		return &ui.Status{Text: "已停用", Tone: ui.ToneStop}
	case len(a.Roles) == 0:
		return &ui.Status{Text: "还没有身份", Tone: ui.ToneWait}
	case a.MustChange:
		return &ui.Status{Text: "没改初始密码", Tone: ui.ToneWait}
	}
	return &ui.Status{Text: "正常", Tone: ui.ToneGo}
}

func (h handler) export(w http.ResponseWriter, r *http.Request, q query) error {
	f := q.filter()
	f.Limit = mostRows
	list, _, _, err := h.accounts.Accounts(r.Context(), page.Actor(r), f)
	if err != nil {
		return err
	}
	head := []string{"序号", "账号", "姓名", "身份", "状态", "动态口令", "建立"}
	rows := make([][]string, len(list))
	for i := range list {
		a := &list[i]
		code := map[bool]string{true: "已启用", false: "未启用"}[a.HasTOTP]
		rows[i] = []string{strconv.Itoa(i + 1), a.Login, a.Name, held(a), status(a).Text, code, calendar.ISO(a.CreatedAt)}
	}
	name := "账号" + calendar.ISO(h.site.Now())
	if q.Format == "csv" {
		page.Attachment(w, name+".csv", document.CSV)
		return document.WriteCSV(w, head, rows)
	}
	page.Attachment(w, name+".xlsx", document.XLSX)
	return document.WriteXLSX(w, "账号", head, rows)
}

// roleOptions are the roles that can be granted; first stands before any.
func roleOptions(first string) []ui.Option {
	list := []ui.Option{{Label: first}}
	for _, r := range access.Roles {
		list = append(list, ui.Option{Value: string(r.Role), Label: r.Name})
	}
	return list
}

func roleNames() []string {
	var list []string
	for _, r := range access.Roles {
		list = append(list, string(r.Role))
	}
	return list
}
