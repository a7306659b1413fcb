// Package dbtest gives each test its own copy of a migrated database on a real
// PostgreSQL, which it starts by itself.
package dbtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/db"
)

// Now is a fixed moment for tests: Monday, 2 March 2026, 10:00 in Dongguan.
var Now = time.Date(2026, 3, 2, 10, 0, 0, 0, time.FixedZone("CST", 8*3600))

// Clock tells Now.
func Clock() time.Time { return Now }

// Open returns a database that only t uses. It holds the newest schema and no
// tenant's rows, and is dropped when t ends.
//
// The DB connects as the portal does, so that row-level security applies as it
// does in production. Seed rows through admin, which bypasses it.
func Open(t testing.TB) (d *db.DB, admin *pgxpool.Pool) {
	t.Helper()
	address := New(t)
	ctx := context.Background()
	d, err := db.Open(ctx, address, 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	cfg.MaxConns = 2
	if admin, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(admin.Close)
	return d, admin
}

// New makes a database for t and returns its address, for what opens databases
// by itself.
func New(t testing.TB) string {
	t.Helper()
	base, err := server()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%016x", rand.Uint64())
	run(t, base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, template))
	t.Cleanup(func() { run(t, base, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return in(base, name)
}

// Exec runs statements on admin and fails t where one fails.
func Exec(t testing.TB, admin *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := admin.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// Scan reads one value through admin.
func Scan[T any](t testing.TB, admin *pgxpool.Pool, sql string, args ...any) T {
	t.Helper()
	rows, err := admin.Query(context.Background(), sql, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return v
}

func in(base, name string) string {
	u, err := url.Parse(base)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + name
	return u.String()
}

// one copies at a time: PostgreSQL refuses to copy a template in use.
var one sync.Mutex

func run(t testing.TB, base, sql string) {
	t.Helper()
	one.Lock()
	defer one.Unlock()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, base)
	if err == nil {
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, sql)
	}
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
