// Package db opens the database and runs reads and transactions on behalf of
// an actor. It is the only door to the connection pools.
package db

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/fault"
)

// Tx is a transaction that acts as one actor.
type Tx = pgx.Tx

// Args names the arguments of a statement. A name that the statement lacks, or
// that the arguments lack, is an error.
type Args = pgx.StrictNamedArgs

// DB is the portal's database: one pool for people with an account, a small
// one for signing in, one for residents. Each connects as its own role.
type DB struct{ app, auth, public *pgxpool.Pool }

// Roles that the pools connect as. They own nothing and obey row-level security.
const (
	appRole    = "portal_app"
	authRole   = "portal_auth"
	publicRole = "portal_public"
)

// Open connects to the database at url. size bounds the pool of signed-in
// users; 0 means four connections a processor.
func Open(ctx context.Context, url string, size int32) (*DB, error) {
	return open(ctx, url, size, nil)
}

func open(ctx context.Context, url string, size int32, params map[string]string) (_ *DB, err error) {
	defer fault.Wrap(&err, "open database")
	d := &DB{}
	for _, p := range []struct {
		pool **pgxpool.Pool
		role string
		size int32
	}{{&d.app, appRole, size}, {&d.auth, authRole, 4}, {&d.public, publicRole, max(size/2, 4)}} {
		if *p.pool, err = openPool(ctx, url, p.role, p.size, params); err != nil {
			d.Close()
			return nil, err
		}
	}
	return d, nil
}

// OpenBulk is Open for loading much at once: few connections, which plan each
// statement once and do not wait for the disk. What was committed last can be
// lost in a crash, so record in the end that all is there.
func OpenBulk(ctx context.Context, url string) (_ *DB, err error) {
	return open(ctx, url, bulkSize, map[string]string{"plan_cache_mode": "force_generic_plan", "synchronous_commit": "off"})
}

const bulkSize = 4

func openPool(ctx context.Context, url, role string, size int32, params map[string]string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if size > 0 {
		cfg.MaxConns = size
	}
	cfg.ConnConfig.RuntimeParams["role"] = role
	cfg.ConnConfig.RuntimeParams["application_name"] = "portal"
	cfg.ConnConfig.RuntimeParams["timezone"] = "Asia/Shanghai"
	cfg.ConnConfig.RuntimeParams["jit"] = "off" // compiling takes longer than our statements
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = "15000"
	cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "30000"
	maps.Copy(cfg.ConnConfig.RuntimeParams, params)
	return pgxpool.NewWithConfig(ctx, cfg)
}

// Close ends every connection.
func (d *DB) Close() {
	for _, p := range []*pgxpool.Pool{d.app, d.auth, d.public} {
		if p != nil {
			p.Close()
		}
	}
}

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.app.Ping(ctx) }

// pool chooses the connection role for actor.
func (d *DB) pool(actor access.Actor) *pgxpool.Pool {
	switch {
	case actor.Public(), actor.Role == access.Feed:
		return d.public
	case actor.Role == access.Auth:
		return d.auth
	default:
		return d.app
	}
}

// become tells PostgreSQL who is asking. The settings last only until the
// transaction ends, so a pooled connection cannot carry them to the next
// request, and every missing one reads as nobody.
const become = `
	SELECT set_config('app.user_id',      $1, true),
	       set_config('app.role',         $2, true),
	       set_config('app.city_id',      $3, true),
	       set_config('app.street_id',    $4, true),
	       set_config('app.community_id', $5, true),
	       set_config('app.unit_id',      $6, true),
	       set_config('app.deputy_id',    $7, true),
	       set_config('app.query_hash',   $8, true)`

func becomeArgs(a access.Actor) []any {
	id := func(n int64) string { return strconv.FormatInt(n, 10) }
	role := a.Role
	if role == "" {
		role = access.Public
	}
	return []any{
		id(a.UserID), string(role), id(a.CityID), id(a.StreetID), id(a.CommunityID), id(a.UnitID),
		id(a.DeputyID), hex.EncodeToString(a.QueryHash),
	}
}

// Write runs fn in a transaction as actor. It commits when fn returns nil.
func (d *DB) Write(ctx context.Context, actor access.Actor, fn func(Tx) error) error {
	b := &pgx.Batch{}
	b.BeginTx(pgx.TxOptions{})
	b.Queue(become, becomeArgs(actor)...)
	res := d.pool(actor).SendBatch(ctx, b)
	tx := res.Tx()
	defer tx.Rollback(context.WithoutCancel(ctx)) // does nothing after a commit
	if err := res.Close(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Violates reports whether err breaks the named constraint.
func Violates(err error, constraint string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.ConstraintName == constraint
}

// Refused reports whether err is a refusal by row-level security or by a
// missing grant.
func Refused(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42501"
}

// Referenced reports whether err says that other rows refer to what was to go, or
// that what was to be referred to is not there.
func Referenced(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23503"
}

// Unavailable reports whether err says that the database cannot be reached, is
// shutting down or has cut the connection, so that trying again later makes sense.
func Unavailable(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return true
	case errors.As(err, &pg):
		return strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08") || pg.Code == "53300" || pg.Code == "57014"
	}
	return false
}
