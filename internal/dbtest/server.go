package dbtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/jackc/pgx/v5"

	"portal/internal/db"
	"portal/internal/localpg"
	"portal/migrations"
)

// template is the migrated database that tests copy.
const template = "portal_template"

// server returns the address of this test binary's own PostgreSQL. It is a copy
// of a cluster that the first binary with this schema prepared, lives in memory
// where the system has a place for that, and ends with the binary.
var server = sync.OnceValues(func() (string, error) {
	cache, err := prepared()
	if err != nil {
		return "", fmt.Errorf("prepare a PostgreSQL for tests: %w", err)
	}
	sweep()
	dir, err := os.MkdirTemp(shelf(), "portal-test-run-")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	if out, err := exec.Command("cp", "-a", filepath.Join(cache, "data"), dir).CombinedOutput(); err != nil {
		return "", fmt.Errorf("copy the prepared cluster: %w\n%s", err, out)
	}
	s, err := localpg.Start(context.Background(), localpg.Config{Dir: dir, Volatile: true, Log: io.Discard})
	if err != nil {
		return "", err
	}
	return s.URL("postgres"), nil
})

// shelf is where clusters for tests live: in memory if possible.
func shelf() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return os.TempDir()
}

// prepared returns a directory with a stopped, migrated cluster of this schema,
// making it if there is none. Test binaries run at the same time, so a lock
// covers the making.
func prepared() (string, error) {
	hash, err := schemaHash()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(shelf(), fmt.Sprintf("portal-test-%d-%s", os.Getuid(), hash))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "making"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "ready")); err == nil {
		return dir, nil
	}
	if err := prepare(dir); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "ready"), nil, 0o600)
}

func prepare(dir string) (err error) {
	if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
		return err
	}
	ctx := context.Background()
	s, err := localpg.Start(ctx, localpg.Config{Dir: dir, Volatile: true, Log: io.Discard})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+template); err != nil {
		return err
	}
	if err := db.Migrate(ctx, s.URL(template)); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+template+" IS_TEMPLATE true ALLOW_CONNECTIONS false")
	return err
}

// sweep removes the clusters of test binaries that have ended, and prepared
// ones of older schemas that nobody is making.
func sweep() {
	runs, err := filepath.Glob(filepath.Join(shelf(), "portal-test-run-*"))
	if err != nil {
		return
	}
	for _, dir := range runs {
		lock, err := localpg.Lock(dir)
		if err != nil {
			continue // still running, or another's
		}
		if _, err := os.Stat(filepath.Join(dir, "s")); err == nil { // it got as far as starting
			os.RemoveAll(dir)
		}
		lock.Close()
	}
}

func schemaHash() (string, error) {
	h := sha256.New()
	names, err := fs.Glob(migrations.FS, "*.up.sql")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		b, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", name, len(b))
		h.Write(b)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:6]), nil
}
