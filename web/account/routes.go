// Package account serves signing in, one's own account, and the pages on which
// administrators keep accounts and grant roles.
package account

import (
	"portal/internal/access"
	"portal/internal/account"
	"portal/web/page"
)

type handler struct {
	accounts *account.Store
	sessions *Sessions
	site     page.Site
}

// Register adds the room's routes: signing in and out, choosing a role.
func Register(rs *page.Routes, s *Sessions) {
	h := handler{s.accounts, s, rs.Site}
	rs.Get(page.LoginURL, access.Anyone, h.login)
	rs.Post(page.LoginURL, access.Anyone, h.signIn)
	rs.Post(page.LogoutURL, access.Anyone, h.signOut)
	rs.Post(page.RoleURL, access.SignedIn, h.chooseRole)
}
