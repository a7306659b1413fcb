package account

import (
	"net/http"
	"slices"
	"strings"

	"portal/internal/account"
	"portal/internal/fault"
	"portal/web/page"
	"portal/web/ui"
)

// credentials is the sign-in form as typed.
type credentials struct {
	Name     string `form:"name"`
	Password string `form:"password"`
	Next     string `form:"next"`
}

func (h handler) login(w http.ResponseWriter, r *http.Request) error {
	f := page.Query[credentials](r)
	f.Next = page.LocalPath(f.Next, page.DeskURL)
	if page.Actor(r).UserID != 0 {
		return page.Redirect(w, r, f.Next)
	}
	return h.showLogin(w, r, http.StatusOK, f, nil)
}

func (h handler) showLogin(w http.ResponseWriter, r *http.Request, code int, f credentials, bad fault.Fields) error {
	list, err := h.accounts.Demonstration(r.Context())
	if err != nil {
		return err
	}
	return page.Render(w, r, code, loginPage(f, bad, demonstration(list, f.Next)))
}

// signIn answers wrong names and wrong passwords alike.
func (h handler) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[credentials](w, r)
	if err != nil {
		return err
	}
	f.Next = page.LocalPath(f.Next, page.DeskURL)
	token, err := h.accounts.SignIn(r.Context(), f.Name, f.Password, page.Address(r), r.UserAgent())
	if bad, ok := page.Complaints(err); ok {
		return h.showLogin(w, r, http.StatusUnprocessableEntity, f, bad)
	}
	if err != nil {
		return err
	}
	if err := h.sessions.open(w, r, token); err != nil {
		return err
	}
	return page.Redirect(w, r, f.Next)
}

func (h handler) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := h.sessions.close(w, r); err != nil {
		return err
	}
	return page.Done(w, r, page.LoginURL, "已退出登录。")
}

// chooseRole makes the person act in another of their roles, under a new token.
func (h handler) chooseRole(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[struct {
		Grant string `form:"grant"`
	}](w, r)
	if err != nil {
		return err
	}
	p, token, err := h.sessions.person(r)
	if err != nil {
		return err
	}
	fresh, err := h.accounts.ChooseRole(r.Context(), p, token, page.Int64(f.Grant))
	if err != nil {
		return err
	}
	if err := h.sessions.turn(w, r, fresh); err != nil {
		return err
	}
	return page.Redirect(w, r, page.DeskURL)
}

// showcase is the demonstration's accounts: those of the city, and a table of
// role by street.
type showcase struct {
	city    []ui.Link
	streets []string
	rows    []showcaseRow
}

type showcaseRow struct {
	role  string
	links []ui.Link // one a street; without a URL where there is none
}

func demonstration(list []account.DemoAccount, next string) showcase {
	var s showcase
	for _, a := range list {
		link := ui.Link{URL: page.FilteredURL(page.LoginURL, "name", a.Login, "next", next)}
		if !a.Street {
			link.Label = a.Role.Name()
			s.city = append(s.city, link)
			continue
		}
		link.Label = strings.TrimSuffix(a.Place, "街道")
		column := slices.Index(s.streets, a.Place)
		if column < 0 {
			column = len(s.streets)
			s.streets = append(s.streets, a.Place)
		}
		s.put(a.Role.Name(), column, link)
	}
	for i := range s.rows {
		s.rows[i].links = append(s.rows[i].links, make([]ui.Link, len(s.streets)-len(s.rows[i].links))...)
	}
	return s
}

func (s *showcase) put(role string, column int, link ui.Link) {
	i := slices.IndexFunc(s.rows, func(r showcaseRow) bool { return r.role == role })
	if i < 0 {
		i = len(s.rows)
		s.rows = append(s.rows, showcaseRow{role: role})
	}
	row := &s.rows[i]
	for len(row.links) <= column {
		row.links = append(row.links, ui.Link{})
	}
	row.links[column] = link
}
