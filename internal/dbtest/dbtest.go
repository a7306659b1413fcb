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
	return open(t, New(t))
}

// New makes a database for t and returns its address, for what opens databases
// by itself.
func New(t testing.TB) string {
	t.Helper()
	base, err := server()
	if err != nil {
		t.Fatal(err)
	}
	return in(base, duplicate(t, base, template))
}

// Model returns what Open does, of a database that holds what fill puts there. It
// is filled for the first test of a binary that asks; each test has its own copy.
func Model(fill func(*db.DB) error) func(testing.TB) (*db.DB, *pgxpool.Pool) {
	var once sync.Once
	var model string
	return func(t testing.TB) (*db.DB, *pgxpool.Pool) {
		t.Helper()
		base, err := server()
		if err != nil {
			t.Fatal(err)
		}
		once.Do(func() { model = filled(t, base, fill) })
		if model == "" {
			t.Fatal("the database that tests copy could not be filled: see the first test that asked")
		}
		return open(t, in(base, duplicate(t, base, model)))
	}
}

func open(t testing.TB, address string) (d *db.DB, admin *pgxpool.Pool) {
	t.Helper()
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

// filled makes the database that a Model copies and returns its name. It ends
// with the server; on a server that is not ours it stays until someone drops it.
func filled(t testing.TB, base string, fill func(*db.DB) error) string {
	t.Helper()
	name := fmt.Sprintf("model_%016x", rand.Uint64())
	run(t, base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, template))
	d, err := db.OpenBulk(context.Background(), in(base, name))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := fill(d); err != nil {
		t.Fatal(err)
	}
	return name
}

// duplicate copies a database for t and returns the copy's name.
func duplicate(t testing.TB, base, model string) string {
	t.Helper()
	name := fmt.Sprintf("test_%016x", rand.Uint64())
	run(t, base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, model))
	t.Cleanup(func() { run(t, base, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return name
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
