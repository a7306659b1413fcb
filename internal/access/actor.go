package access

// Actor is whoever acts: a person in one of their roles. The zero Actor is a
// resident without an account. Store methods take it as an argument and tell
// PostgreSQL, whose row-level security decides what the actor sees.
type Actor struct {
	UserID      int64  // 0: a resident, or the portal itself
	Name        string // as recorded with every act
	Role        Role
	CityID      int64
	StreetID    int64 // 0 for city roles and administrators
	CommunityID int64 // set for liaison officers
	UnitID      int64 // set for handling units and the dispatch office
	DeputyID    int64 // set for deputies
	Demo        bool  // the account belongs to the demonstration data

	// QueryHash opens one opinion to a resident: the SHA-256 of its query
	// code. Row-level security shows the public role no other opinion.
	QueryHash []byte
}

// Resident returns the actor of the public pages. hash may be nil.
func Resident(hash []byte) Actor {
	return Actor{Role: Public, Name: "居民", QueryHash: hash}
}

// May reports whether a's role grants p.
func (a Actor) May(p Permission) bool {
	if p == Anyone {
		return true
	}
	if p == SignedIn {
		return a.UserID != 0
	}
	return Granted(a.Role, p)
}

// Public reports whether a has no account.
func (a Actor) Public() bool { return a.Role == Public || a.Role == "" }
