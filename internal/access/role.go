package access

// Role is the part a person plays when acting. The names are those of
// domain.md §2; one person may hold several and acts in one at a time.
type Role string

// The roles. Public is a resident, who has no account; None is a person with an
// account who has not been granted a role yet.
const (
	Public         Role = "public"
	None           Role = "none"
	CityLeader     Role = "city_leader"
	CityOffice     Role = "city_office"
	CityDeputy     Role = "city_deputy"
	CityFinance    Role = "city_finance"
	Director       Role = "director"
	DeputyDirector Role = "deputy_director"
	Member         Role = "member"
	Staff          Role = "staff"
	PartyReader    Role = "party_reader"
	OfficeDispatch Role = "office_dispatch"
	Unit           Role = "unit"
	Deputy         Role = "deputy"
	GroupLeader    Role = "group_leader"
	VoterRep       Role = "voter_rep"
	Expert         Role = "expert"
	Liaison        Role = "liaison"
	InfoOfficer    Role = "info_officer"
	SystemAdmin    Role = "system_admin"
	SecurityAdmin  Role = "security_admin"
	AuditAdmin     Role = "audit_admin"
)

// Auth, Counter, Feed, Clerk and Operator are the portal's own parts, never
// granted to a person: Auth looks accounts up at sign-in; Counter adds figures
// up, of which only sums leave; Feed is the open data feed, which tells that a
// station closed or a deputy left; Clerk does what falls due by itself, such as
// ending a rating window; Operator is whoever has a shell on the server (portal
// account, portal demo).
const (
	Auth     Role = "auth"
	Counter  Role = "counter"
	Feed     Role = "feed"
	Clerk    Role = "clerk"
	Operator Role = "operator"
)

// Scope says which rows a role sees (domain.md §2).
type Scope string

// The scopes.
const (
	ScopePublic    Scope = "public"    // what is published, and one's own item
	ScopeCity      Scope = "city"      // every street of the city
	ScopeStreet    Scope = "street"    // one street
	ScopeCommunity Scope = "community" // one community of a street
	ScopeUnit      Scope = "unit"      // what is assigned to one handling unit
	ScopeSelf      Scope = "self"      // one's own rows
	ScopeAdmin     Scope = "admin"     // accounts, settings or logs; no business content
)

// RoleInfo describes a role to people and to the permission tests.
type RoleInfo struct {
	Role  Role
	Name  string // 中文名
	Scope Scope
	// TwoFactor roles must confirm sign-in with a one-time code, except in
	// demonstration mode (security.md §2).
	TwoFactor bool
}

// Roles lists every role that a person can be granted, in the order in which
// screens show them.
var Roles = []RoleInfo{
	{CityLeader, "市人大常委会领导", ScopeCity, true},
	{CityOffice, "市人大常委会办公室", ScopeCity, true},
	{CityDeputy, "市代表工委", ScopeCity, true},
	{CityFinance, "市财经（预算）工委", ScopeCity, true},
	{Director, "工委主任", ScopeStreet, false},
	{DeputyDirector, "工委副主任", ScopeStreet, false},
	{Member, "工委委员", ScopeStreet, false},
	{Staff, "工委办公室", ScopeStreet, false},
	{PartyReader, "街道党工委", ScopeStreet, false},
	{OfficeDispatch, "街道办党政办", ScopeUnit, false},
	{Unit, "承办单位", ScopeUnit, false},
	{Deputy, "市人大代表", ScopeSelf, false},
	{GroupLeader, "代表小组组长", ScopeSelf, false},
	{VoterRep, "选民代表", ScopeSelf, false},
	{Expert, "咨询专家", ScopeSelf, false},
	{Liaison, "联络员", ScopeCommunity, false},
	{InfoOfficer, "信息员", ScopeSelf, false},
	{SystemAdmin, "系统管理员", ScopeAdmin, true},
	{SecurityAdmin, "安全管理员", ScopeAdmin, true},
	{AuditAdmin, "审计管理员", ScopeAdmin, true},
}

var roleInfo = func() map[Role]RoleInfo {
	m := map[Role]RoleInfo{Public: {Public, "居民", ScopePublic, false}, None: {None, "尚无身份", ScopePublic, false}, Operator: {Operator, "服务器操作员", ScopePublic, false}}
	for _, r := range Roles {
		m[r.Role] = r
	}
	return m
}()

// Info returns what is known of r. An unknown role has the public scope.
func (r Role) Info() RoleInfo {
	if i, ok := roleInfo[r]; ok {
		return i
	}
	return RoleInfo{Role: r, Name: string(r), Scope: ScopePublic}
}

// Name returns the role's name on screen.
func (r Role) Name() string { return r.Info().Name }

// Administrator reports whether r is one of the three administrators, who are
// kept apart from each other and from all business roles (domain.md §6).
func (r Role) Administrator() bool { return r.Info().Scope == ScopeAdmin }
