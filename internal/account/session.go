package account

import (
	"context"
	"encoding/hex"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/secret"
)

// Session is a person who is signed in, acting in one role.
type Session struct {
	ID         int64
	Actor      access.Actor
	Login      string
	Place      string
	Grants     []Grant
	GrantID    int64
	MustChange bool // an issued password has to be changed first
	NeedsCode  bool // a second factor has to be given, or set up, first
	HasTOTP    bool
}

// Grant is a role that a person may act in.
type Grant struct {
	ID          int64
	Role        access.Role
	CityID      int64
	StreetID    int64
	CommunityID int64
	UnitID      int64
	DeputyID    int64
	Place       string
}

// Label is the grant on screen: 工委办公室（东城街道）.
func (g Grant) Label() string { return g.Role.Name() + "（" + g.Place + "）" }

type cached struct {
	session Session
	until   time.Time
}

type sessionRow struct {
	ID         int64
	UserID     int64
	GrantID    int64
	Verified   bool
	CreatedAt  time.Time
	SeenAt     time.Time
	Login      string
	Name       string
	CityID     int64
	City       string
	MustChange bool
	HasTOTP    bool `db:"has_totp"`
	Demo       bool
}

// Session returns the session of a token, and fault.NotFound where it has ended
// or never was. While the listener for ended sessions is up, it costs a round
// trip only now and then.
func (s *Store) Session(ctx context.Context, token string) (_ Session, err error) {
	hash := secret.Hash(token)
	key := hex.EncodeToString(hash)
	now := s.now()
	s.mu.Lock()
	c, ok := s.cache[key]
	trusted := s.trusted
	s.mu.Unlock()
	if ok && trusted && now.Before(c.until) {
		return c.session, nil
	}
	defer fault.Wrap(&err, "session")
	found, err := s.find(ctx, hash, now)
	if err != nil {
		return found, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.cache) > 20_000 {
		clear(s.cache)
	}
	s.cache[key] = cached{found, now.Add(memory)}
	return found, nil
}

func (s *Store) find(ctx context.Context, hash []byte, now time.Time) (Session, error) {
	var row sessionRow
	var grants []Grant
	args := db.Args{"hash": hash}
	err := s.db.Read(ctx, auth,
		db.One(&row, `
			SELECT x.id, x.user_id, coalesce(x.grant_id, 0) AS grant_id, x.verified, x.created_at, x.seen_at, u.login, u.name, u.city_id,
			       c.name AS city, u.must_change, u.totp_at IS NOT NULL AS has_totp, u.demo
			FROM sessions x
			JOIN users u ON u.id = x.user_id AND u.disabled_at IS NULL
			JOIN cities c ON c.id = u.city_id
			WHERE x.token_hash = @hash
			  AND x.ended_at IS NULL`, args),
		db.Many(&grants, `
			SELECT g.id, g.role, g.city_id, g.street_id, g.community_id, g.unit_id, g.deputy_id, coalesce(s.name, c.name) AS place
			FROM sessions x
			JOIN role_grants g ON g.user_id = x.user_id AND g.approved AND g.revoked_at IS NULL
			JOIN cities c ON c.id = g.city_id
			LEFT JOIN streets s ON s.id = g.street_id
			WHERE x.token_hash = @hash
			ORDER BY g.id
			LIMIT 50`, args))
	if err != nil {
		return Session{}, err
	}
	if now.Sub(row.SeenAt) > Idle || now.Sub(row.CreatedAt) > Absolute || row.Demo && !s.demo {
		return Session{}, fault.NotFound
	}
	if now.Sub(row.SeenAt) > touch {
		err = s.db.Write(ctx, auth, func(tx db.Tx) error {
			_, err := db.Exec(ctx, tx, `UPDATE sessions SET seen_at = @now WHERE id = @id`, db.Args{"now": now, "id": row.ID})
			return err
		})
	}
	return s.session(row, grants), err
}

// session puts the acting role together. A person without a role can sign in,
// and sees that they have none.
func (s *Store) session(row sessionRow, grants []Grant) Session {
	out := Session{
		ID: row.ID, Login: row.Login, Grants: grants, MustChange: row.MustChange, HasTOTP: row.HasTOTP, Place: row.City,
		Actor: access.Actor{UserID: row.UserID, Name: row.Name, CityID: row.CityID, Demo: row.Demo, Role: access.None},
	}
	for _, g := range grants {
		if g.ID != row.GrantID && row.GrantID != 0 {
			continue
		}
		out.GrantID, out.Place = g.ID, g.Place
		out.Actor.Role, out.Actor.CityID, out.Actor.StreetID = g.Role, g.CityID, g.StreetID
		out.Actor.CommunityID, out.Actor.UnitID, out.Actor.DeputyID = g.CommunityID, g.UnitID, g.DeputyID
		break
	}
	forced := out.Actor.Role.Info().TwoFactor && !s.demo
	out.NeedsCode = !row.Verified && (forced || row.HasTOTP)
	return out
}

// ChooseRole makes the person act in another of their roles. The session gets a
// new token, so that an old cookie is worth nothing.
func (s *Store) ChooseRole(ctx context.Context, x Session, token string, grant int64) (fresh string, err error) {
	defer fault.Wrap(&err, "choose role")
	defer s.drop(hex.EncodeToString(secret.Hash(token)))
	fresh = newToken()
	a := x.self()
	return fresh, s.db.Write(ctx, a, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `
			UPDATE sessions
			SET grant_id = @grant, token_hash = @fresh
			WHERE id = @id AND ended_at IS NULL
			  AND EXISTS (SELECT FROM role_grants WHERE id = @grant AND user_id = @user AND approved AND revoked_at IS NULL)`,
			db.Args{"grant": grant, "fresh": secret.Hash(fresh), "id": x.ID, "user": a.UserID})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFound
		}
		var role access.Role
		if err := db.Do(ctx, tx, db.Value(&role, `SELECT role FROM role_grants WHERE id = @grant`, db.Args{"grant": grant})); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a, audit.Event{
			At: s.now(), Kind: "account", ID: a.UserID, Action: "account.choose_role", Title: "切换身份为" + role.Name(),
		})
	})
}

// SignOut ends a session at its person's wish.
func (s *Store) SignOut(ctx context.Context, x Session, token string) (err error) {
	defer fault.Wrap(&err, "sign out")
	defer s.drop(hex.EncodeToString(secret.Hash(token)))
	a := x.self()
	return s.db.Write(ctx, a, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE sessions SET ended_at = @now WHERE id = @id AND ended_at IS NULL`,
			db.Args{"now": s.now(), "id": x.ID})
		if err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, a, audit.Event{
			At: s.now(), Kind: "account", ID: a.UserID, Action: "account.sign_out", Title: "退出登录", Detail: map[string]any{"session": x.ID},
		})
	})
}

// self is the person whatever role they act in: signing in and out is no act of
// a role.
func (x Session) self() access.Actor {
	return access.Actor{UserID: x.Actor.UserID, Name: x.Actor.Name, CityID: x.Actor.CityID, Role: access.Auth}
}

// Open is one of a person's own sessions.
type Open struct {
	ID        int64
	CreatedAt time.Time
	SeenAt    time.Time
	Address   string
	Agent     string
}

// Sessions lists the person's own open sessions.
func (s *Store) Sessions(ctx context.Context, actor access.Actor) (list []Open, err error) {
	defer fault.Wrap(&err, "list sessions")
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT id, created_at, seen_at, address, agent
		FROM sessions
		WHERE user_id = @user AND ended_at IS NULL AND seen_at > @idle AND created_at > @absolute
		ORDER BY seen_at DESC
		LIMIT 50`, db.Args{"user": actor.UserID, "idle": s.now().Add(-Idle), "absolute": s.now().Add(-Absolute)}))
	return list, err
}

// EndSession ends one of the person's own sessions, at once and everywhere.
func (s *Store) EndSession(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "end session %d", id)
	defer s.forgetAll() // the notice of it takes a moment
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE sessions SET ended_at = @now WHERE id = @id AND user_id = @user AND ended_at IS NULL`,
			db.Args{"now": s.now(), "id": id, "user": actor.UserID})
		if err == nil && n == 0 {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), Kind: "account", ID: actor.UserID, Action: "account.end_session", Title: "退出其他设备上的登录", Detail: map[string]any{"session": id},
		})
	})
}

func (s *Store) drop(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cache, key)
}

// Listen hears of ended and changed sessions until ctx ends, and lets the cache
// answer only while it does. Run it in a goroutine.
func (s *Store) Listen(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.db.Listen(ctx, "portal_sessions", func() { s.trust(true) }, s.drop)
		s.trust(false)
		if err == nil || ctx.Err() != nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (s *Store) trust(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trusted = on
	clear(s.cache)
}
