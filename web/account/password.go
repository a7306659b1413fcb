package account

import (
	"net/http"

	"portal/internal/fault"
	"portal/web/page"
)

// passwords is the form for a new password. What was typed is not shown again.
type passwords struct {
	Old   string `form:"old"`
	New   string `form:"new"`
	Again string `form:"again"`
}

func (h handler) password(w http.ResponseWriter, r *http.Request) error {
	return h.showPassword(w, r, http.StatusOK, nil)
}

func (h handler) showPassword(w http.ResponseWriter, r *http.Request, code int, bad fault.Fields) error {
	return page.Render(w, r, code, passwordPage(page.VisitorOf(r).Gate != "", bad))
}

func (h handler) changePassword(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[passwords](w, r)
	if err != nil {
		return err
	}
	p, _, err := h.sessions.person(r)
	if err != nil {
		return err
	}
	err = h.accounts.ChangePassword(r.Context(), p, f.Old, f.New, f.Again)
	if bad, ok := page.Complaints(err); ok {
		return h.showPassword(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, h.onward(r), "密码已修改，其他设备上的登录已退出。")
}

// onward is where to go after doing what the account asked for: home, if that
// stood in the way, or back to one's own account.
func (h handler) onward(r *http.Request) string {
	if page.VisitorOf(r).Gate != "" {
		return page.DeskURL
	}
	return page.ProfileURL
}
