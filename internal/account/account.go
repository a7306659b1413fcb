// Package account keeps people's sign-in: accounts, passwords, second factors,
// the roles they were granted by two persons, and their sessions.
package account

import (
	"context"
	"strings"
	"sync"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/budget"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/secret"
)

// Session limits (security.md §2).
const (
	Idle     = 30 * time.Minute
	Absolute = 8 * time.Hour
	touch    = time.Minute      // seen_at is written at most this often
	memory   = 30 * time.Second // a session is looked up again after this
)

// Config is what the store runs on.
type Config struct {
	DB   *db.DB
	Keys *secret.Keys
	Now  func() time.Time
	Demo bool // demonstration accounts may sign in; nobody needs a second factor
}

// Store reads and writes accounts and sessions.
type Store struct {
	db        *db.DB
	keys      *secret.Keys
	now       func() time.Time
	demo      bool
	hashing   chan struct{}  // few at a time: argon2id takes memory
	tries     *budget.Budget // at one account
	addresses *budget.Budget // that failed, from one address
	mu        sync.Mutex
	cache     map[string]cached
	trusted   bool // the listener for ended sessions is up, so the cache may answer
}

// NewStore returns a Store.
func NewStore(c Config) *Store {
	return &Store{
		db: c.DB, keys: c.Keys, now: c.Now, demo: c.Demo, hashing: make(chan struct{}, 2),
		tries: budget.New(10, 90*time.Second), addresses: budget.New(40, 15*time.Second), cache: map[string]cached{},
	}
}

// auth is who looks accounts up at sign-in.
var auth = access.Actor{Role: access.Auth, Name: "登录"}

// ErrRefused is what a wrong name and a wrong password have in common.
var ErrRefused = fault.Fields{{Name: "password", Text: "账号或密码不对，请重新填写"}}

// ErrBudget says that there were too many tries.
var ErrBudget = fault.Fields{{Name: "password", Text: "尝试次数过多，请 15 分钟后再试，或联系系统管理员重设密码"}}

// SignIn checks a name and a password and returns the token of a new session in
// the person's first role. An unknown name takes as long as a wrong password
// and gets the same answer. address and agent are shown to the person later.
func (s *Store) SignIn(ctx context.Context, login, password, address, agent string) (token string, err error) {
	defer fault.Wrap(&err, "sign in")
	login = plain(login)
	if !s.tries.Allow("name "+login, s.now()) || !s.addresses.Allow(address, s.now()) {
		return "", ErrBudget
	}
	var u struct {
		ID           int64
		CityID       int64
		Name         string
		PasswordHash string
		Demo         bool
		Disabled     bool
	}
	err = s.db.Read(ctx, auth, db.Maybe(&u, `
		SELECT id, city_id, name, password_hash, demo, disabled_at IS NOT NULL AS disabled
		FROM users
		WHERE login = @login`, db.Args{"login": login}))
	if err != nil {
		return "", err
	}
	ok := s.matches(password, u.PasswordHash)
	if !ok || u.ID == 0 || u.Disabled || u.Demo && !s.demo {
		return "", ErrRefused
	}
	s.tries.Forget("name " + login)
	s.addresses.Return(address, s.now()) // an office behind one address signs in together every morning
	return s.begin(ctx, access.Actor{UserID: u.ID, Name: u.Name, CityID: u.CityID, Role: access.Auth}, address, agent)
}

// plain is the one form of a login, however it was typed: budgets are kept by it.
func plain(login string) string {
	login = strings.ToLower(strings.TrimSpace(login))
	if len(login) > maxLogin {
		return "" // nobody's
	}
	return login
}

// maxLogin is the longest login, in characters (users_login_shape).
const maxLogin = 50

// begin makes a session in the person's first role.
func (s *Store) begin(ctx context.Context, a access.Actor, address, agent string) (token string, err error) {
	token = newToken()
	err = s.db.Write(ctx, a, func(tx db.Tx) error {
		id, err := db.Insert(ctx, tx, `
			INSERT INTO sessions (token_hash, user_id, grant_id, created_at, seen_at, address, agent)
			VALUES (@hash, @user,
			        (SELECT g.id FROM role_grants g WHERE g.user_id = @user AND g.approved AND g.revoked_at IS NULL ORDER BY g.id LIMIT 1),
			        @now, @now, @address, left(@agent, 200))
			RETURNING id`,
			db.Args{"hash": secret.Hash(token), "user": a.UserID, "now": s.now(), "address": address, "agent": agent})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, a, audit.Event{
			At: s.now(), Kind: "account", ID: a.UserID, Action: "account.sign_in", Title: "登录",
			Detail: map[string]any{"session": id, "address": address},
		})
	})
	return token, err
}

// Demonstration lists the demonstration accounts for the sign-in page, by role.
func (s *Store) Demonstration(ctx context.Context) (list []DemoAccount, err error) {
	defer fault.Wrap(&err, "list demonstration accounts")
	if !s.demo {
		return nil, nil
	}
	err = s.db.Read(ctx, auth, db.Many(&list, `
		SELECT u.login, g.role, coalesce(s.name, c.name) AS place, s.id IS NOT NULL AS street
		FROM users u
		JOIN role_grants g ON g.user_id = u.id AND g.approved AND g.revoked_at IS NULL
		JOIN cities c ON c.id = u.city_id
		LEFT JOIN streets s ON s.id = g.street_id
		WHERE u.demo
		ORDER BY g.street_id, g.id
		LIMIT 200`, db.Args{}))
	return list, err
}

// DemoAccount is an account of the demonstration.
type DemoAccount struct {
	Login  string
	Role   access.Role
	Place  string
	Street bool // Place is a street
}

// DemoPassword is the one password of all demonstration accounts, which sign in
// only where the portal runs as a demonstration.
const DemoPassword = "Dongguan-2019"
