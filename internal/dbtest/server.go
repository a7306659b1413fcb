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
	"time"

	"github.com/jackc/pgx/v5"

	"portal/internal/db"
	"portal/internal/localpg"
	"portal/migrations"
)

// template is the migrated database that tests copy.
var template = "portal_template"

// server returns the address of this test binary's own PostgreSQL. It is a copy
// of a cluster that the first binary with this schema prepared, lives in memory
// where the system has a place for that, and ends with the binary.
//
// PORTAL_TEST_DATABASE_URL names a server to use instead, whose login must be a
// superuser's.
var server = sync.OnceValues(func() (string, error) {
	if url := os.Getenv("PORTAL_TEST_DATABASE_URL"); url != "" {
		return url, foreign(url)
	}
	cache, release, err := prepared()
	if err != nil {
		return "", fmt.Errorf("prepare a PostgreSQL for tests: %w", err)
	}
	defer release()
	Sweep()
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

// shelf is where clusters for tests live: in memory where there is room, which
// containers often lack.
func shelf() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &fs); err == nil && uint64(fs.Bavail)*uint64(fs.Bsize) > 2<<30 {
		return "/dev/shm"
	}
	return os.TempDir()
}

// prepared returns a directory with a stopped, migrated cluster of this schema,
// making it if there is none. Test binaries run at the same time: one makes it,
// and nobody removes it before all have called release.
func prepared() (dir string, release func() error, err error) {
	hash, err := schemaHash()
	if err != nil {
		return "", nil, err
	}
	dir = filepath.Join(shelf(), fmt.Sprintf("portal-test-%d-%s", os.Getuid(), hash))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "making"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			lock.Close()
		}
	}()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", nil, err
	}
	ready := filepath.Join(dir, "ready")
	if _, err := os.Stat(ready); err != nil {
		if err := prepare(dir); err != nil {
			return "", nil, err
		}
	}
	if err := os.WriteFile(ready, []byte(time.Now().String()), 0o600); err != nil {
		return "", nil, err
	}
	return dir, lock.Close, syscall.Flock(int(lock.Fd()), syscall.LOCK_SH)
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
	return makeTemplate(ctx, s.URL("postgres"), template)
}

// makeTemplate makes and migrates the database that tests copy. It gets its
// name when it is whole.
func makeTemplate(ctx context.Context, base, name string) error {
	conn, err := pgx.Connect(ctx, base)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	half := name + "_new"
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+half); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+half); err != nil {
		return err
	}
	if err := db.Migrate(ctx, in(base, half)); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+name)
	return err
}

// foreign makes the template on a server that is not ours, once a schema.
func foreign(url string) error {
	ctx := context.Background()
	hash, err := schemaHash()
	if err != nil {
		return err
	}
	template = "portal_template_" + hash
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext('portal test template'))"); err != nil {
		return err
	}
	var have bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", template).Scan(&have); err != nil || have {
		return err
	}
	return makeTemplate(ctx, url, template)
}

// Sweep removes the files of test binaries that have ended, and the prepared
// clusters of schemas that nobody has tested for an hour.
func Sweep() {
	runs, _ := filepath.Glob(filepath.Join(shelf(), "portal-test-run-*")) // the pattern is well-formed
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
	caches, _ := filepath.Glob(filepath.Join(shelf(), fmt.Sprintf("portal-test-%d-*", os.Getuid())))
	for _, dir := range caches {
		info, err := os.Stat(filepath.Join(dir, "ready"))
		if err != nil || time.Since(info.ModTime()) < time.Hour {
			continue
		}
		lock, err := os.OpenFile(filepath.Join(dir, "making"), os.O_RDWR, 0o600)
		if err != nil {
			continue
		}
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
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
