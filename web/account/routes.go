// Package account serves signing in, one's own account, and the pages on which
// administrators keep accounts and grant roles.
package account

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/account"
	"portal/web/page"
)

type handler struct {
	accounts *account.Store
	sessions *Sessions
	site     page.Site
}

// Register adds the room's routes: signing in and out, one's own account, the
// accounts of the city, and the requests for roles.
func Register(rs *page.Routes, s *Sessions) {
	h := handler{s.accounts, s, rs.Site}
	rs.Get(page.LoginURL, access.Anyone, h.login)
	rs.Post(page.LoginURL, access.Anyone, h.signIn)
	rs.Post(page.LogoutURL, access.Anyone, h.signOut)
	rs.Post(page.RoleURL, access.SignedIn, h.chooseRole)

	rs.Get(page.ProfileURL, access.SignedIn, h.profile)
	rs.Post("/profile/sessions/{id}/end", access.SignedIn, h.endSession)
	rs.Get(page.PasswordURL, access.SignedIn, h.password)
	rs.Post(page.PasswordURL, access.SignedIn, h.changePassword)
	rs.Get(page.CodeURL, access.SignedIn, h.code)
	rs.Post(page.CodeURL, access.SignedIn, h.confirmCode)
	rs.Post(page.CodeURL+"/secret", access.SignedIn, h.enrol)

	rs.Get("/accounts", access.ManageAccounts, h.list)
	rs.Get("/accounts/new", access.ManageAccounts, h.form)
	rs.Post("/accounts", access.ManageAccounts, h.create)
	rs.Get("/accounts/{id}", access.ManageAccounts, h.record)
	for _, m := range moves {
		rs.Post("/accounts/{id}/"+m.name, access.ManageAccounts, h.move(m))
	}
	rs.Get("/accounts/{id}/grants/new", access.ManageAccounts, h.grantForm)
	rs.Post("/accounts/{id}/grants", access.ManageAccounts, h.requestGrant)
	rs.Post("/accounts/{id}/grants/{grant}/revocation", access.ManageAccounts, h.revoke)

	rs.Get("/grants", access.ApproveGrants, h.grants)
	rs.Get("/grants/{id}", access.ApproveGrants, h.grant)
	rs.Post("/grants/{id}/approval", access.ApproveGrants, h.decide("approval"))
	rs.Post("/grants/{id}/refusal", access.ApproveGrants, h.decide("refusal"))
}

// typed reads one form of strings whose complaints go back to its page.
func typed(w http.ResponseWriter, r *http.Request) (func(string) string, error) {
	if _, err := page.Form[struct{}](w, r); err != nil {
		return nil, err
	}
	return r.PostForm.Get, nil
}
