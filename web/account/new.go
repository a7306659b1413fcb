package account

import (
	"net/http"
	"strings"

	"portal/internal/account"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
)

// newcomer is the form of an account as typed.
type newcomer struct {
	Key   string `form:"key"`
	Login string `form:"login"`
	Name  string `form:"name"`
}

func (f newcomer) parse() (account.NewAccount, fault.Fields) {
	var r text.Reader
	n := account.NewAccount{
		Key:   r.Line("key", f.Key, "表单编号", 64, true),
		Login: strings.ToLower(r.Line("login", f.Login, "账号", text.Name, true)),
		Name:  r.Line("name", f.Name, "姓名", text.Name, true),
	}
	return n, r.Bad
}

func (h handler) form(w http.ResponseWriter, r *http.Request) error {
	return page.OK(w, r, newPage(newcomer{Key: page.Key()}, nil))
}

// create shows the issued password in its answer, and nowhere else afterwards.
func (h handler) create(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[newcomer](w, r)
	if err != nil {
		return err
	}
	n, bad := f.parse()
	if len(bad) > 0 {
		return page.Render(w, r, http.StatusUnprocessableEntity, newPage(f, bad))
	}
	id, password, err := h.accounts.CreateAccount(r.Context(), page.Actor(r), n)
	if bad, ok := page.Complaints(err); ok {
		return page.Render(w, r, http.StatusUnprocessableEntity, newPage(f, bad))
	}
	if err != nil {
		return err
	}
	return page.OK(w, r, issuedPage(issued{title: "账号已建立", id: id, login: n.Login, name: n.Name, password: password, fresh: true}))
}

// issued is a password to hand over.
type issued struct {
	title, login, name, password string
	id                           int64
	fresh                        bool // a new account, which has no role yet
}
